/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Migrating, checking, checkpointing and backing up a database. */
#include "util/hl-database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-database-private.h"

int
hl_database_get_version (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL, -1);
  return (int) hl_database_get_int (db, "PRAGMA user_version", -1, error);
}

static gboolean
check_version (HlDatabase *db, int version, guint n_steps, GError **error)
{
  if (version < 0) {
    if (error == NULL || *error == NULL) {
      g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT,
                   "Database %s has the version %d", hl_database_get_path (db), version);
    }
    return FALSE;
  }
  if ((guint) version > n_steps) {
    g_set_error (
        error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER,
        "Database %s was written by a newer version (its schema is %d, this program knows %u)",
        hl_database_get_path (db), version, n_steps);
    return FALSE;
  }
  return TRUE;
}

/* Inside the transaction. *done: another process has been here. */
static gboolean
run_step (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps, gboolean *done,
          gpointer user_data, GError **error)
{
  int version = hl_database_get_version (db, error);
  if (!check_version (db, version, n_steps, error)) {
    return FALSE;
  }
  if ((guint) version == n_steps) {
    *done = TRUE;
    return TRUE;
  }
  const HlDatabaseStep *step = &steps[version];
  if (step->sql != NULL && !hl_database_exec (db, step->sql, error)) {
    return FALSE;
  }
  if (step->func != NULL && !step->func (db, user_data, error)) {
    return FALSE;
  }
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version=%d", version + 1);
  return hl_database_exec (db, sql, error);
}

gboolean
hl_database_migrate (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps, gpointer user_data,
                     GError **error)
{
  g_return_val_if_fail (db != NULL, FALSE);
  g_return_val_if_fail (steps != NULL || n_steps == 0, FALSE);
  g_return_val_if_fail (!hl_database_in_transaction (db), FALSE);

  g_autoptr (GError) local = NULL;
  int version = hl_database_get_version (db, &local);
  gboolean done = FALSE;
  if (!check_version (db, version, n_steps, &local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  done = (guint) version == n_steps;
  while (!done) {
    if (!hl_database_begin (db, error)) {
      return FALSE;
    }
    if (!run_step (db, steps, n_steps, &done, user_data, error) ||
        !hl_database_commit (db, error)) {
      hl_database_rollback (db);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
hl_database_checkpoint (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL, FALSE);

  /* TRUNCATE reports a busy reader in its row, not as an error */
  if (hl_database_get_int (db, "PRAGMA wal_checkpoint(TRUNCATE)", -1, error) == 0) {
    return TRUE;
  }
  if (error != NULL && *error == NULL) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_BUSY,
                 "Database %s: a reader holds the log", hl_database_get_path (db));
  }
  return FALSE;
}

gboolean
hl_database_compact (HlDatabase *db, GError **error)
{
  g_return_val_if_fail (db != NULL && !hl_database_in_transaction (db), FALSE);

  /* its working copy may be larger than the memory that we may use */
  gboolean ok = hl_database_exec (db, "PRAGMA temp_store=FILE; PRAGMA cache_spill=ON; VACUUM;", error);
  ok = hl_database_exec (db, "PRAGMA temp_store=MEMORY;", ok ? error : NULL) && ok;
  if (db->keeps_pages) {
    ok = hl_database_keep_pages (db, ok ? error : NULL) && ok;
  }
  return ok && hl_database_checkpoint (db, error);
}

guint64
hl_database_get_wal_bytes (HlDatabase *db)
{
  g_return_val_if_fail (db != NULL, 0);

  g_autofree char *path = g_strconcat (hl_database_get_path (db), "-wal", NULL);
  struct stat status = { 0 };
  return stat (path, &status) == 0 ? (guint64) status.st_size : 0;
}

gboolean
hl_database_check (HlDatabase *db, gboolean full, GError **error)
{
  g_return_val_if_fail (db != NULL, FALSE);

  g_autoptr (HlStatement) statement =
      hl_database_prepare (db, full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", error);
  if (statement == NULL || hl_statement_step (statement, error) == HL_STATEMENT_ERROR) {
    return FALSE;
  }
  const char *answer = hl_statement_get_text (statement, 0);
  if (g_strcmp0 (answer, "ok") != 0) {
    g_autofree char *valid = g_utf8_make_valid (answer != NULL ? answer : "the check gave no answer", -1);
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "Database %s is damaged: %s",
                 hl_database_get_path (db), valid);
    return FALSE;
  }
  return TRUE;
}

static gboolean
sync_path (const char *path, int flags)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | flags);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  if (fd >= 0) {
    close (fd);
  }
  return ok;
}

gboolean
hl_database_sync_file (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  g_autofree char *folder = g_path_get_dirname (path);
  if (!sync_path (path, 0) || !sync_path (folder, O_DIRECTORY)) {
    int saved = errno;
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO, "Cannot sync %s: %s", path,
                 g_strerror (saved));
    return FALSE;
  }
  return TRUE;
}

/* Checks the copy, makes it durable and moves it to its place. */
static gboolean
finish_backup (const char *part, const char *path, GError **error)
{
  HlDatabaseOptions options = { .read_only = TRUE };
  HlDatabase *copy = hl_database_open (part, &options, error);
  gboolean ok = copy != NULL && hl_database_check (copy, TRUE, error);
  hl_database_close (copy);
  if (!ok) {
    return FALSE;
  }
  g_autofree char *folder = g_path_get_dirname (path);
  if (!sync_path (part, 0) || rename (part, path) != 0 || !sync_path (folder, O_DIRECTORY)) {
    int saved = errno;
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO, "Cannot write the backup %s: %s",
                 path, g_strerror (saved));
    return FALSE;
  }
  return TRUE;
}

gboolean
hl_database_backup (HlDatabase *db, const char *path, GError **error)
{
  g_return_val_if_fail (db != NULL && path != NULL, FALSE);

  g_autofree char *part = g_strconcat (path, ".part", NULL);
  unlink (part);
  /* VACUUM INTO takes an existing empty file; made here so that nobody else can read it, ever */
  int fd = open (part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    int saved = errno;
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN,
                 "Cannot write the backup %s: %s", part, g_strerror (saved));
    return FALSE;
  }
  close (fd);

  g_autoptr (HlStatement) statement = hl_database_prepare (db, "VACUUM INTO ?", error);
  if (statement == NULL) {
    unlink (part);
    return FALSE;
  }
  hl_statement_bind_text (statement, 1, part);
  if (!hl_statement_run (statement, error) || !finish_backup (part, path, error)) {
    unlink (part);
    return FALSE;
  }
  return TRUE;
}
