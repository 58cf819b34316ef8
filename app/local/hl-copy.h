/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCopy: the local copy: a snapshot, the events since, the position after them, and the
 * connection's diary. */
#pragma once

#include <gio/gio.h>

#include "util/hl-database.h"
#include "wire/hl-position.h"

G_BEGIN_DECLS

/* WAL and synchronous NORMAL: a power cut may take its tail, never its consistency; then the
 * follower is simply a little further behind. Synchronous; one thread owns it. A file that is
 * damaged, or of a later version, is thrown away: it is only a copy. The lines of its diary that can be read go into the new
 * one. */
typedef struct _HlCopy HlCopy;

typedef struct {
  HlPosition *position; /* after the last event; NULL = nothing is stored */
  GBytes *entities;     /* the snapshot's JSON text; NULL = nothing */
  GPtrArray *events;    /* (element-type GBytes): texts of arrays of events, in order, all after the
                           snapshot */
  gint64 current_at;    /* wall ms when this was known to be the head; 0 = never */
  gint64 offset; /* server_time minus wall clock, last known; HL_OFFSET_UNKNOWN (G_MININT64) */
} HlCopyContents;

/* One line of the connection's diary; the numbers are the link's states and causes, kept as they
 * are. code: HTTP status or close code, 0 = none; lasted: ms that `was` lasted, -1 = not known.
 * times: how many steps of one hour it stands for, which were the same but for their details: `at` is the first one's time,
 * `until` the last one's, `lasted` the sum of what is known, `detail` the last one's. */
typedef struct {
  gint64 at; /* wall ms */
  int was, became, cause;
  char *endpoint, *detail;
  guint code;
  gint64 lasted;
  guint times;
  gint64 until; /* wall ms */
} HlCopyLine;
/* Of one step: times is 1, until is `at`. */
HlCopyLine *hl_copy_line_new (gint64 at, int was, int became, int cause, const char *endpoint,
                              const char *detail, guint code, gint64 lasted);
/* Makes it one that stands for several. */
void hl_copy_line_repeat (HlCopyLine *line, gint64 times, gint64 until);
void hl_copy_line_free (HlCopyLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCopyLine, hl_copy_line_free)

void hl_copy_contents_free (HlCopyContents *contents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCopyContents, hl_copy_contents_free)

/* The diary holds the last 30 days on which the program ran, and the present one. A server that is away the whole time makes
 * about 500 lines an hour, one that comes and goes every minute 400: of what is older than the newest 20,000 lines, those of an
 * hour that are the same become one, in the place of the last of them; that is some 15 an hour, and 11,000 in a month. More than
 * 100,000 only a clock that jumps about can make. */
#define HL_COPY_KEEP_DAYS 30
#define HL_COPY_WHOLE_LINES 20000
#define HL_COPY_MAX_LINES 100000

HlCopy *hl_copy_open (const char *path, const char *vfs, GError **error);
/* Throws the file away and begins a new one: what was in it is known to be damaged. The diary is taken along. */
HlCopy *hl_copy_open_anew (const char *path, GError **error);
void hl_copy_close (HlCopy *self);
HlCopyContents *hl_copy_load (HlCopy *self, GError **error);

/* The state at exactly `position`: replaces the snapshot and all events in one transaction. */
gboolean hl_copy_put_snapshot (HlCopy *self, const HlPosition *position, GBytes *entities,
                               GError **error);
/* Whole units and the position after them, in one transaction. first_seq: of the first event, which
 * must be the next one: behind a hole nothing is written (HL_DATABASE_ERROR_CONSTRAINT). */
gboolean hl_copy_put_events (HlCopy *self, const HlPosition *position, guint64 first_seq,
                             GBytes *events, GError **error);
/* Groups several puts into one commit. */
gboolean hl_copy_begin (HlCopy *self, GError **error);
gboolean hl_copy_commit (HlCopy *self, GError **error);
void hl_copy_rollback (HlCopy *self);

gboolean hl_copy_note_current (HlCopy *self, gint64 current_at, gint64 offset, GError **error);
/* Forgets everything but the diary (another location, another device). */
gboolean hl_copy_clear (HlCopy *self, GError **error);

/* The first line after opening, and every hundredth, takes away those of too many days ago, or too many.
 */
gboolean hl_copy_add_line (HlCopy *self, const HlCopyLine *line, GError **error);
/* All of them (HlCopyLine, oldest first) in one transaction, outside a group; the queue is empty then, or as it was. */
gboolean hl_copy_add_lines (HlCopy *self, GQueue *lines, GError **error);
/* Newest first: (transfer full) (element-type HlCopyLine) */
GPtrArray *hl_copy_load_lines (HlCopy *self, guint limit, GError **error);
/* Leaves nothing of former states and events in the file. Outside a group. */
gboolean hl_copy_sweep (HlCopy *self, GError **error);
guint64 hl_copy_get_wal_bytes (HlCopy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCopy, hl_copy_close)

G_END_DECLS
