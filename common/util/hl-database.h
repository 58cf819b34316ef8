/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A careful SQLite connection: opened with the settings that we rely on, migrated step by step. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "util/hl-statement.h"

G_BEGIN_DECLS

/* One connection, used by one thread at a time. WAL, foreign_keys ON, secure_delete ON (an erased
 * phone number must not stay in a free page), trusted_schema OFF, defensive, cell_size_check ON,
 * mmap 0, busy timeout, file mode 0600.
 *
 * Two functions are there for SQL, also inside a schema:
 *   hl_crc (x, ...)        CRC-32C over the values, their types and lengths (hl-crc.h)
 *   hl_proved (c, x, ...)  1 if c is hl_crc (x, ...); else the statement fails with HL_DATABASE_ERROR_CORRUPT. x is the name
 *                          of a table, for the message. */
typedef struct _HlDatabase HlDatabase;

#define HL_DATABASE_ERROR (hl_database_error_quark ())
GQuark hl_database_error_quark (void);

typedef enum {
  HL_DATABASE_ERROR_FAILED,
  HL_DATABASE_ERROR_BUSY,    /* another connection holds the lock longer than the busy timeout */
  HL_DATABASE_ERROR_FULL,    /* no space: the transaction is gone (SQLite rolled it back) */
  HL_DATABASE_ERROR_IO,      /* a read, write or fsync failed: reopen before trusting anything */
  HL_DATABASE_ERROR_CORRUPT, /* damaged, or not a database at all */
  HL_DATABASE_ERROR_CANNOT_OPEN,
  HL_DATABASE_ERROR_READ_ONLY,
  HL_DATABASE_ERROR_CONSTRAINT, /* unique, foreign key, check, not null */
  HL_DATABASE_ERROR_NEWER,      /* written by a newer version: never opened, never downgraded */
} HlDatabaseError;

typedef enum {
  HL_DATABASE_SYNC_FULL,   /* what COMMIT returned for survives a power cut: outbox and log */
  HL_DATABASE_SYNC_NORMAL, /* may lose its tail in a power cut, never its consistency: the local
                              copy */
} HlDatabaseSync;

/* One numbered step of the schema: SQL (several statements allowed), a function, or both, in that
 * order. */
typedef struct {
  const char *sql;
  gboolean (*func) (HlDatabase *db, gpointer user_data, GError **error);
} HlDatabaseStep;

typedef struct {
  HlDatabaseSync synchronous;
  gboolean read_only; /* the file must exist; no migration, no write */
  guint busy_ms;      /* 0: 5000 */
  const char *vfs;    /* nullable: name of a registered VFS, for fault tests */
  const HlDatabaseStep *steps; /* nullable: all that this program knows. hl_database_check_schema()
                                  comes before the first byte is written, and a file that it refuses
                                  stays as it is, its write-ahead log too */
  guint n_steps;
} HlDatabaseOptions;

/* @options NULL: all zero. Creates the file (0600) unless read_only; ":memory:" works. Takes 0600
 * away from group and others on a file that is ours. Returns: (transfer full), or NULL with
 * HL_DATABASE_ERROR. */
HlDatabase *hl_database_open (const char *path, const HlDatabaseOptions *options,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Finalizes the cached statements and closes; rolls back an open transaction. All borrowed
 * statements must have been given back. */
void hl_database_close (HlDatabase *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlDatabase, hl_database_close)

const char *hl_database_get_path (HlDatabase *db);
/* (transfer none): for what this wrapper does not cover (hooks, the backup interface). */
sqlite3 *hl_database_get_handle (HlDatabase *db);

/* Brings user_version up to @n_steps: step i leads from version i to i + 1, each in one IMMEDIATE
 * transaction together with the new version, so that a crash leaves a whole version. Two processes
 * may race: the version is read inside the transaction. A version over @n_steps is refused with
 * HL_DATABASE_ERROR_NEWER and nothing is touched. */
gboolean hl_database_migrate (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps,
                              gpointer user_data, GError **error);
/* Are the tables of the file those that @steps make at its user_version, to the letter? Looks only.
 * Errors: HL_DATABASE_ERROR_NEWER: a version over @n_steps, with other tables;
 * HL_DATABASE_ERROR_CORRUPT: anything else, also a number over @n_steps alone: the number is what is
 * damaged then. */
gboolean hl_database_check_schema (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps,
                                   GError **error);
/* user_version, or -1 with @error */
int hl_database_get_version (HlDatabase *db, GError **error);

/* Runs SQL without parameters or results; several statements allowed. */
gboolean hl_database_exec (HlDatabase *db, const char *sql, GError **error);

/* A statement from the cache, or a new one that the cache keeps. @sql should be a constant string.
 * Give it back with hl_statement_release() (g_autoptr does): it is reset and its bindings are
 * cleared. Asking for the same SQL while it is borrowed gives a second statement. Returns:
 * (transfer full), or NULL with HL_DATABASE_ERROR. */
HlStatement *hl_database_prepare (HlDatabase *db, const char *sql,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Transactions are IMMEDIATE: a writer waits at the start, never deadlocks in the middle. */
gboolean hl_database_begin (HlDatabase *db, GError **error);
gboolean hl_database_commit (HlDatabase *db, GError **error);
/* Never fails: it does nothing when SQLite has already rolled back (full disk, I/O error). */
void hl_database_rollback (HlDatabase *db);
gboolean hl_database_in_transaction (HlDatabase *db);
/* From here on what a transaction changes stays in memory until it commits, so this is for connections whose transactions are
 * small beside it: not before a migration. Not in a transaction, where SQLite would take no notice. It is needed before the first
 * savepoint: SQLite 3.40 loses commits otherwise. Pages that left the cache while a transaction was written are in its log
 * already, and going back to a savepoint leaves there a note to compute the checksums of frames anew that are not part of the
 * log any more; what is committed then, and all behind it, is gone when the process dies before the next checkpoint. */
gboolean hl_database_keep_pages (HlDatabase *db, GError **error);
/* @name: letters only. After hl_database_keep_pages (). */
gboolean hl_database_savepoint (HlDatabase *db, const char *name, GError **error);
gboolean hl_database_release (HlDatabase *db, const char *name, GError **error);
gboolean hl_database_rollback_to (HlDatabase *db, const char *name, GError **error);

gint64 hl_database_get_last_rowid (HlDatabase *db);
int hl_database_get_changes (HlDatabase *db);
/* First column of the first row of @sql as an integer; @fallback without a row. Sets @error and
 * gives @fallback. */
gint64 hl_database_get_int (HlDatabase *db, const char *sql, gint64 fallback, GError **error);

/* wal_checkpoint(TRUNCATE). Returns: FALSE with BUSY while a reader holds an old snapshot. */
gboolean hl_database_checkpoint (HlDatabase *db, GError **error);
/* VACUUM, then hl_database_checkpoint (): no page of the file holds anything of former times. */
gboolean hl_database_compact (HlDatabase *db, GError **error);
/* Bytes of the -wal file now. */
guint64 hl_database_get_wal_bytes (HlDatabase *db);
/* quick_check, or integrity_check if @full. Returns: TRUE if ok; CORRUPT with the first complaint
 * otherwise. */
gboolean hl_database_check (HlDatabase *db, gboolean full, GError **error);
/* A compact copy (VACUUM INTO a neighbour of @path, checked, fsynced, renamed): @path is whole or
 * does not exist. An existing @path is replaced. */
gboolean hl_database_backup (HlDatabase *db, const char *path, GError **error);
/* fsync of a file that nobody has open, and of its name in its folder. */
gboolean hl_database_sync_file (const char *path, GError **error);

G_END_DECLS
