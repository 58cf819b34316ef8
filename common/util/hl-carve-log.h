/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The write-ahead log of a database, read without SQLite: which version of a page is the newest. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_CARVE_PAGE 4096

typedef struct _HlCarveLog HlCarveLog;

/* Reads @path-wal. Returns: (transfer full): one without pages if there is no log, or none that can be
 * understood */
HlCarveLog *hl_carve_log_open (const char *path);
void hl_carve_log_free (HlCarveLog *self);

/* The newest version of the page that was committed and whose checksum holds. SQLite stops at the first
 * frame that is broken; where that is proved to be damage, this goes on behind it, and a broken frame
 * stands for itself alone. */
gboolean hl_carve_log_read (HlCarveLog *self, guint32 number, guint8 page[HL_CARVE_PAGE]);

/* Frames whose checksum fails, but which belong to the log; and those of a last commit whose end is damaged. */
guint hl_carve_log_get_n_damaged (HlCarveLog *self);
gboolean hl_carve_log_read_damaged (HlCarveLog *self, guint index, guint32 *number,
                                    guint8 page[HL_CARVE_PAGE]);

/* Does the log hold a later version of what hl_carve_log_read () (or, where that gives none, the file) has of the page: a damaged
 * one? And of what hl_carve_log_read_damaged () gives: whole or damaged? */
gboolean hl_carve_log_is_outdated (HlCarveLog *self, guint32 number);
gboolean hl_carve_log_is_damaged_outdated (HlCarveLog *self, guint index);

/* See hl_carve_is_log_damaged (). */
gboolean hl_carve_log_is_damaged (HlCarveLog *self);

guint32 hl_carve_log_get_last_page (HlCarveLog *self); /* highest number of a page in it; 0: none */
guint64 hl_carve_log_get_bytes (HlCarveLog *self);

G_END_DECLS
