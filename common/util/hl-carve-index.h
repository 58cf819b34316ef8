/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of a write-ahead log ("-shm"), as whoever was killed left it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint32 n_frames;  /* of the log, up to the end of the last commit */
  guint32 sum[2];    /* the checksum of the last of them */
  guint8 salts[8];   /* of the log's header */
} HlCarveIndex;

/* SQLite says in it how far the log goes after each commit, once the commit was synced (synchronous=FULL). It is never synced
 * itself: after a power cut it is of any earlier moment, or not there. So what it says of a log with the same salts was so.
 *
 * Reads @path-shm. Returns: FALSE if it is not there or not whole
 * (https://sqlite.org/walformat.html#the_wal_index_file_format, "WAL-Index Header") */
gboolean hl_carve_index_read (const char *path, HlCarveIndex *index);

G_END_DECLS
