/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which people were erased: not who they are, but enough to erase them again after a restore.
 *
 * DIR/erasures holds HMAC-SHA256 of the number's digits (and of its forms without a country code) under the
 * key in DIR/erasures.key. Neither goes into a backup: a backup holds the person, the list must not say so.
 * Whoever moves the server to another machine takes both files along.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_ERASURES_FILE "erasures"
#define HL_ERASURES_KEY_FILE "erasures.key"

typedef struct _HlErasures HlErasures;

/* Returns: (transfer full) (nullable): without the files: an empty list. HL_STORE_ERROR_FAILED */
HlErasures *hl_erasures_load (const char *directory, GError **error);
void hl_erasures_free (HlErasures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlErasures, hl_erasures_free)

guint hl_erasures_get_count (HlErasures *self);

/* @digits: as hl_phone_parse () gives them. Written to the disk before it returns; known ones once. */
gboolean hl_erasures_add (HlErasures *self, const char *digits, gint64 now, GError **error);

/* @digits: as hl_phone_find () gives them: was this number erased? */
gboolean hl_erasures_contain (HlErasures *self, const char *digits);

/* An erasure that is cut short is finished at the server's next start: DIR/erasures.unfinished, an empty file, says so. It is
 * written before the list is, and taken away once no file names the person. HL_STORE_ERROR_FAILED */
#define HL_ERASURES_UNFINISHED_FILE "erasures.unfinished"
gboolean hl_erasures_begin (const char *directory, GError **error);
gboolean hl_erasures_is_unfinished (const char *directory);
gboolean hl_erasures_end (const char *directory, GError **error);

G_END_DECLS
