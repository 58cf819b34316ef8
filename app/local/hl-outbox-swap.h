/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a new outbox file in the place of a damaged one, so that at every moment one of them is whole. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The new file is written under hl_outbox_swap_begin ()'s name and closed. hl_outbox_swap_commit () then names it whole, moves the
 * damaged one aside, its log first (a log that stays would be replayed into the new file), and gives the new one its name.
 * Whoever is killed in between is finished by hl_outbox_swap_finish (); whoever is killed before has changed nothing.
 *
 * The damaged one is kept as "<path>.corrupt-<ms>" when something of it may be lost, and as "<path>.corrupt-<ms>.known" when all
 * of it was known. Errors are HL_DATABASE_ERROR. */
char *hl_outbox_swap_begin (const char *path); /* (transfer full): removes what an earlier one left */
gboolean hl_outbox_swap_commit (const char *path, gboolean lost, GError **error);
gboolean hl_outbox_swap_finish (const char *path, GError **error); /* TRUE also if nothing was begun */

/* Whether one is kept of which something may be lost. */
gboolean hl_outbox_swap_has_lost (const char *path);
/* A person has been told: from now on they are kept as if nothing were lost. */
gboolean hl_outbox_swap_note_known (const char *path, GError **error);
/* Removes those that were kept before that moment (wall ms). */
void hl_outbox_swap_drop_kept (const char *path, gint64 before);
/* A person was erased: nothing stays of what was kept, nor of a new file that was never finished; but of one of which something
 * may be lost an empty file, so that this is said as before. FALSE when something of it may still be there. */
gboolean hl_outbox_swap_empty_kept (const char *path, GError **error);

G_END_DECLS
