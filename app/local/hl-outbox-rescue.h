/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can still be read of a damaged outbox file. */
#pragma once

#include "local/hl-outbox-row.h"
#include "local/hl-outbox.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *rows;        /* (element-type HlOutboxRow) by n; one whose checksum does not fit is marked damaged and up for review */
  HlOutboxPurged purged;  /* composed = all the others and the rows; recount is set */
  GHashTable *counters;   /* device -> gint64 *: well above all that is known, nobody knows what is missing */
} HlOutboxRescue;

/* Reads every page of the file and of its log by itself, whatever leads there; nothing is written. Of a row that is there more
 * than once the one that got furthest counts; one that waits to be sent, and that a later version of its page cannot be asked
 * about, is up for review. The file must not be in use. NULL with HL_DATABASE_ERROR if it cannot be read
 * at all. */
HlOutboxRescue *hl_outbox_rescue_read (const char *path, GError **error);
void hl_outbox_rescue_free (HlOutboxRescue *rescue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlOutboxRescue, hl_outbox_rescue_free)

G_END_DECLS
