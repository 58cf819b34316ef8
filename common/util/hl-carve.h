/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the records of an SQLite file that SQLite itself cannot or may not read any more.
 *
 * Every page of the file and of its write-ahead log is looked at by itself, whatever the pages above it
 * say: a leaf that is whole gives its records, however much of the rest is gone. Nothing is written. What
 * comes out is not to be believed without a check of its own (a checksum, a format).
 *
 * The format is SQLite's (https://sqlite.org/fileformat2.html), as far as our files use it: pages of 4096
 * bytes, UTF-8, no reserved bytes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  HL_CARVE_NULL,
  HL_CARVE_INTEGER,
  HL_CARVE_TEXT,
  HL_CARVE_BLOB,
  HL_CARVE_OTHER, /* a floating-point number: our schema has none */
} HlCarveType;

typedef struct {
  HlCarveType type;
  gint64 integer;
  const char *data; /* of a text or blob; not terminated */
  gsize length;
} HlCarveValue;

#define HL_CARVE_MAX_VALUES 32

typedef struct {
  gboolean is_table;  /* of a table with rowids; FALSE: of an index or of a table WITHOUT ROWID */
  gint64 rowid;      /* of a table with rowids */
  gboolean is_doubtful; /* its page failed the log's checksum: only what proves itself may be believed */
  gboolean is_outdated; /* the log holds a later version of its page, whole or damaged, that it may have been changed in */
  guint n_values;
  HlCarveValue values[HL_CARVE_MAX_VALUES];
} HlCarveRecord;

/* FALSE ends the walk. The record is valid during the call. */
typedef gboolean (*HlCarveFunc) (const HlCarveRecord *record, gpointer user_data);

/**
 * hl_carve: all records of the database @path, with its -wal laid over it. Pages that cannot be read are
 * passed over. The files should not be in use.
 *
 * Returns: FALSE with a G_IO_ERROR if the file cannot be opened, or with no @error if @func ended it
 */
gboolean hl_carve (const char *path, HlCarveFunc func, gpointer user_data, GError **error);

#define HL_CARVE_HEADER_SIZE 100

/**
 * hl_carve_is_header: are these the first HL_CARVE_HEADER_SIZE bytes of a database that Hostline may have written? Of one
 * that it cannot have written SQLite says that it is of a later version, or may only be read, or nothing at all
 * (https://sqlite.org/fileformat2.html, 1.3).
 */
gboolean hl_carve_is_header (const guint8 *header);

/**
 * hl_carve_is_log_damaged: would SQLite, without a word, leave out commits of @path's -wal that were
 * synced? It reads the log up to the first frame whose checksum fails. For databases that are written with
 * synchronous=FULL alone; nobody may have the file open.
 *
 * What a killed process or a power cut leaves is no damage: frames that are torn, or were written before
 * their commit and never got checksums, or are of an earlier round, and whole transactions behind the end
 * that were never committed. What is damage is proved: by a frame that goes on from the checksum of a
 * commit (each commit is synced before the next transaction begins), by the index (-shm) that knows of
 * more commits, by a frame with one right salt, by a header that is wrong.
 *
 * Not noticed without an index that knows of it (one outlives a killed process, and a power cut only in
 * an earlier state; SQLite makes it anew when it opens the file): what is wrong in the last commit; in
 * the last frame of a commit whose header lies in two sectors (one in 64); and in the last frame of one of
 * the first commits of a log, if fewer than two are behind it.
 */
gboolean hl_carve_is_log_damaged (const char *path);

G_END_DECLS
