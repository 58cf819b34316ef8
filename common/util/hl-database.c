/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, statements and transactions of an SQLite database. */
#include "util/hl-database.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-carve.h"
#include "util/hl-database-private.h"

#define MAX_CACHED 128
#define BUSY_TRIES 100
#define JOURNAL_SIZE_LIMIT                                                                         \
  (16 * 1024 * 1024) /* the -wal file is cut back to this after a checkpoint */

G_DEFINE_QUARK (hl - database - error - quark, hl_database_error)

static HlDatabaseError
from_sqlite (int code)
{
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return HL_DATABASE_ERROR_BUSY;
  case SQLITE_FULL:
    return HL_DATABASE_ERROR_FULL;
  case SQLITE_IOERR:
    return HL_DATABASE_ERROR_IO;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return HL_DATABASE_ERROR_CORRUPT;
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return HL_DATABASE_ERROR_CANNOT_OPEN;
  case SQLITE_READONLY:
    return HL_DATABASE_ERROR_READ_ONLY;
  case SQLITE_CONSTRAINT:
    return HL_DATABASE_ERROR_CONSTRAINT;
  default:
    return HL_DATABASE_ERROR_FAILED;
  }
}

void
hl_database_set_error (HlDatabase *db, int code, const char *doing, GError **error)
{
  /* the connection's own message says more, if it is about this code */
  const char *message = sqlite3_errstr (code);
  if (db->handle != NULL && (sqlite3_errcode (db->handle) & 0xff) == (code & 0xff)) {
    message = sqlite3_errmsg (db->handle);
  }
  /* of a damaged file it may repeat what stands there */
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  g_set_error (error, HL_DATABASE_ERROR, (gint) from_sqlite (code), "Database %s, %s: %s", db->path,
               doing, valid);
}

/* A new file's name has to be on the disk before anything in it may be relied upon. */
static void
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0) {
    fsync (fd);
    close (fd);
  }
}

/* A file that is there is never opened here: closing it again would drop every lock that this process has on it (POSIX
 * locks belong to the process, not to the descriptor), and another program could take the write-ahead log away. */
static gboolean
look_at_file (const char *path, struct stat *status)
{
  if (lstat (path, status) != 0 || faccessat (AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0) {
    return FALSE;
  }
  if (S_ISLNK (status->st_mode)) {
    errno = ELOOP;
    return FALSE;
  }
  if ((status->st_mode & 0077) != 0 && status->st_uid == geteuid () && chmod (path, status->st_mode & 0700) != 0) {
    g_warning ("%s can be read by others and that could not be changed", path);
  }
  return TRUE;
}

/* The file must be ours alone before SQLite writes the first byte; -wal and -shm take over its
 * mode. */
static gboolean
prepare_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat status = { 0 };

  if (fd < 0 && (errno != EEXIST || !look_at_file (path, &status))) {
    int saved = errno;
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN,
                 "Cannot open the database %s: %s", path, g_strerror (saved));
    return FALSE;
  }
  if (status.st_size == 0) {
    sync_folder_of (path);
  }
  if (fd >= 0) {
    close (fd);
  }
  return TRUE;
}

static gboolean
set_up (HlDatabase *db, const HlDatabaseOptions *options, GError **error)
{
  sqlite3_extended_result_codes (db->handle, 1);
  sqlite3_busy_timeout (db->handle, options->busy_ms != 0 ? (int) options->busy_ms : 5000);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  /* closing moves the write-ahead log into the file: not into one that is refused */
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, options->steps != NULL, NULL);

  if (!hl_database_add_proof (db, error) ||
      !hl_database_exec (
          db,
          "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON;"
          "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;",
          error)) {
    return FALSE;
  }
  if (options->steps != NULL &&
      !hl_database_check_schema (db, options->steps, options->n_steps, error)) {
    return FALSE;
  }
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  if (options->read_only) {
    return hl_database_exec (db, "PRAGMA query_only=ON; SELECT count(*) FROM sqlite_schema;",
                             error);
  }
  const char *sync = options->synchronous == HL_DATABASE_SYNC_NORMAL ? "NORMAL" : "FULL";
  g_autofree char *sql = g_strdup_printf (
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=%s; PRAGMA journal_size_limit=%d;", sync,
      JOURNAL_SIZE_LIMIT);
  /* a new file becomes one with a log under a lock that SQLite does not wait for: two programs that start at once. For the
   * other one's transaction it does */
  for (guint left = BUSY_TRIES;; left--) {
    g_autoptr (GError) local_error = NULL;

    if (hl_database_exec (db, sql, &local_error)) {
      return TRUE;
    }
    if (left == 0 || !g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_BUSY) ||
        !hl_database_exec (db, "BEGIN IMMEDIATE; COMMIT;", NULL)) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  }
}

/* SQLite takes a file whose first page is damaged for one of a later version, or for one that may only be read. Read through
 * SQLite's own descriptor, for the reason above. */
static gboolean
is_header_damaged (HlDatabase *db)
{
  guint8 header[HL_CARVE_HEADER_SIZE] = { 0 };
  sqlite3_file *file = NULL;

  return sqlite3_file_control (db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file != NULL &&
         file->pMethods != NULL && file->pMethods->xRead (file, header, sizeof header, 0) == SQLITE_OK &&
         !hl_carve_is_header (header);
}

static gboolean
set_up_checked (HlDatabase *db, const HlDatabaseOptions *options, GError **error)
{
  GError *local_error = NULL;

  if (set_up (db, options, &local_error)) {
    return TRUE;
  }
  if ((g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED) ||
       g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_READ_ONLY)) &&
      is_header_damaged (db)) {
    local_error->code = HL_DATABASE_ERROR_CORRUPT;
    g_prefix_error (&local_error, "the first page is damaged: ");
  }
  g_propagate_error (error, local_error);
  return FALSE;
}

HlDatabase *
hl_database_open (const char *path, const HlDatabaseOptions *options, GError **error)
{
  static const HlDatabaseOptions defaults = { 0 };

  g_return_val_if_fail (path != NULL && *path != '\0', NULL);

  if (options == NULL) {
    options = &defaults;
  }
  if (!options->read_only && strcmp (path, ":memory:") != 0 && !prepare_file (path, error)) {
    return NULL;
  }
  g_autoptr (HlDatabase) db = g_new0 (HlDatabase, 1);
  db->path = g_strdup (path);
  db->idle = g_hash_table_new (g_str_hash, g_str_equal);

  int flags =
      (options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
      SQLITE_OPEN_NOMUTEX; /* not NOFOLLOW: it refuses links in the folders above too (DynamicUser)
                            */
  int code = sqlite3_open_v2 (path, &db->handle, flags, options->vfs);
  if (code != SQLITE_OK) {
    hl_database_set_error (db, code, "opening", error);
    return NULL;
  }
  return set_up_checked (db, options, error) ? g_steal_pointer (&db) : NULL;
}

static void
free_statement (HlStatement *statement)
{
  sqlite3_finalize (statement->stmt);
  g_free (statement->sql);
  g_free (statement);
}

void
hl_database_close (HlDatabase *db)
{
  if (db == NULL) {
    return;
  }
  if (db->borrowed > 0) {
    g_critical ("closing %s while %u statements are borrowed", db->path, db->borrowed);
  }
  GHashTableIter iter;
  gpointer statement = NULL;
  g_hash_table_iter_init (&iter, db->idle);
  while (g_hash_table_iter_next (&iter, NULL, &statement)) {
    free_statement (statement);
  }
  g_hash_table_unref (db->idle);
  sqlite3_close_v2 (db->handle);
  g_free (db->path);
  g_free (db);
}

const char *
hl_database_get_path (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, NULL);
  return db->path;
}

sqlite3 *
hl_database_get_handle (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, NULL);
  return db->handle;
}

gboolean
hl_database_exec (HlDatabase *db, const char *sql, GError **error)
{
  g_return_val_if_fail (db != NULL && sql != NULL, FALSE);

  int code = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);
  if (code != SQLITE_OK) {
    hl_database_set_error (db, code, "running SQL", error);
    return FALSE;
  }
  return TRUE;
}

HlStatement *
hl_database_prepare (HlDatabase *db, const char *sql, GError **error)
{
  g_return_val_if_fail (db != NULL && sql != NULL, NULL);

  HlStatement *statement = g_hash_table_lookup (db->idle, sql);
  if (statement != NULL) {
    g_hash_table_remove (db->idle, sql);
    db->borrowed++;
    return statement;
  }
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (code != SQLITE_OK) {
    hl_database_set_error (db, code, "preparing a statement", error);
    return NULL;
  }
  if (stmt == NULL) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED,
                 "Database %s: an empty statement", db->path);
    return NULL;
  }
  statement = g_new0 (HlStatement, 1);
  statement->db = db;
  statement->stmt = stmt;
  statement->sql = g_strdup (sql);
  db->borrowed++;
  return statement;
}

void
hl_database_give_back (HlDatabase *db, HlStatement *statement)
{
  db->borrowed--;
  if (g_hash_table_size (db->idle) >= MAX_CACHED ||
      g_hash_table_contains (db->idle, statement->sql)) {
    free_statement (statement);
  } else {
    g_hash_table_insert (db->idle, statement->sql, statement);
  }
}

/* Transactions go through the cache: they are the most frequent statements of all. */
static gboolean
run_cached (HlDatabase *db, const char *sql, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  return statement != NULL && hl_statement_run (statement, error);
}

gboolean
hl_database_begin (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL, FALSE);
  return run_cached (db, "BEGIN IMMEDIATE", error);
}

gboolean
hl_database_commit (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL, FALSE);
  return run_cached (db, "COMMIT", error);
}

void
hl_database_rollback (HlDatabase *db)
{
  g_return_if_fail (db != NULL);

  if (sqlite3_get_autocommit (db->handle) == 0) {
    run_cached (db, "ROLLBACK", NULL);
  }
}

gboolean
hl_database_in_transaction (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, FALSE);
  return sqlite3_get_autocommit (db->handle) == 0;
}

static gboolean
run_named (HlDatabase *db, const char *verb, const char *name, GError **error)
{
  g_return_val_if_fail (db != NULL && name != NULL, FALSE);
  for (const char *p = name; *p != '\0'; p++) {
    g_return_val_if_fail (g_ascii_isalpha (*p), FALSE);
  }
  g_autofree char *sql = g_strdup_printf ("%s %s", verb, name);
  return run_cached (db, sql, error);
}

gboolean
hl_database_keep_pages (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL && !hl_database_in_transaction (db), FALSE);

  if (!hl_database_exec (db, "PRAGMA cache_spill=OFF", error)) {
    return FALSE;
  }
  db->keeps_pages = TRUE;
  return TRUE;
}

gboolean
hl_database_savepoint (HlDatabase *db, const char *name, GError **error)
{
  g_return_val_if_fail (db != NULL && db->keeps_pages, FALSE);

  return run_named (db, "SAVEPOINT", name, error);
}

gboolean
hl_database_release (HlDatabase *db, const char *name, GError **error)
{
  return run_named (db, "RELEASE", name, error);
}

gboolean
hl_database_rollback_to (HlDatabase *db, const char *name, GError **error)
{
  return run_named (db, "ROLLBACK TO", name, error);
}

gint64
hl_database_get_last_rowid (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, 0);
  return sqlite3_last_insert_rowid (db->handle);
}

int
hl_database_get_changes (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, 0);
  return sqlite3_changes (db->handle);
}

gint64
hl_database_get_int (HlDatabase *db, const char *sql, gint64 fallback, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  if (statement == NULL || hl_statement_step (statement, error) != HL_STATEMENT_ROW) {
    return fallback;
  }
  return hl_statement_get_int (statement, 0);
}
