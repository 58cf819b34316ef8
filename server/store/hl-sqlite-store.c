/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite store's life: open, groups and requests, failure, room on the disk. */
#include "store/hl-sqlite-store-private.h"

#include <glib/gstdio.h>
#include <sys/statvfs.h>

#include "store/hl-reserve.h"
#include "store/hl-sqlite-location.h"
#include "util/hl-clock.h"

#define DEFAULT_MIN_FREE (64 * 1024 * 1024)
/* What a checkpoint leaves of the write-ahead log on the disk. */
#define WAL_LIMIT_SQL "PRAGMA journal_size_limit = 67108864"

static void iface_init (HlStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlSqliteStore, hl_sqlite_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HL_TYPE_STORE, iface_init))

/* Closing the last connection moves the write-ahead log into the file: not before it is known to be sound. */
static void
keep_log (HlDatabase *db, gboolean keep)
{
  sqlite3_db_config (hl_database_get_handle (db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0,
                     NULL);
}

static gboolean
is_damaged (HlSqliteStore *self)
{
  return g_atomic_int_get (&self->damage->found) != 0;
}

static void
disconnect (HlSqliteStore *self)
{
  if (self->db != NULL && is_damaged (self))
    keep_log (self->db, TRUE);
  g_clear_pointer (&self->db, hl_database_close);
}

static void
finalize (GObject *object)
{
  HlSqliteStore *self = HL_SQLITE_STORE (object);

  disconnect (self);
  g_atomic_rc_box_release (self->damage);
  g_free (self->directory);
  g_free (self->path);
  g_free (self->vfs);
  G_OBJECT_CLASS (hl_sqlite_store_parent_class)->finalize (object);
}

static void
hl_sqlite_store_class_init (HlSqliteStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
hl_sqlite_store_init (HlSqliteStore *self)
{
  self->min_free = DEFAULT_MIN_FREE;
  self->damage = g_atomic_rc_box_new0 (HlSqliteDamage);
}

/* ---- errors ---- */

static HlStoreError
translate (const GError *failure)
{
  if (g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL))
    return HL_STORE_ERROR_FULL;
  if (g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    return HL_STORE_ERROR_CORRUPT;
  if (g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER))
    return HL_STORE_ERROR_NEWER;
  if (g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_READ_ONLY))
    return HL_STORE_ERROR_READ_ONLY;
  return HL_STORE_ERROR_FAILED;
}

static gboolean
is_damage (const GError *failure)
{
  return g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT) ||
         g_error_matches (failure, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
}

static void
note_damage (HlSqliteStore *self, const char *message)
{
  /* without anybody to tell, what can be read goes on being read */
  if (self->damage->func != NULL && g_atomic_int_compare_and_exchange (&self->damage->found, 0, 1))
    self->damage->func (message, self->damage->data);
}

void
hl_sqlite_store_set_damage_func (HlSqliteStore *self, HlStoreDamageFunc func, gpointer user_data)
{
  self->damage->func = func;
  self->damage->data = user_data;
}

gboolean
hl_sqlite_store_fail (HlSqliteStore *self, GError *failure, GError **error)
{
  gboolean open = self->in_group || self->in_request;

  /* SQLite rolls the whole transaction back by itself on some errors. What follows in the group would
   * then be committed row by row, without what came before it. */
  if (open && self->db != NULL && !hl_database_in_transaction (self->db))
    self->broken = TRUE;
  if (is_damage (failure)) {
    note_damage (self, failure->message);
    self->broken = self->broken || is_damaged (self);
  }
  if (failure->domain != HL_DATABASE_ERROR) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  if (g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO) && !self->read_only)
    self->broken = TRUE;
  g_set_error (error, HL_STORE_ERROR, translate (failure), "%s: %s", self->path,
               failure->message);
  g_error_free (failure);
  return FALSE;
}

gboolean
hl_sqlite_store_unknown_location (const char *location, GError **error)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION,
               "There is no location “%s”.", location);
  return FALSE;
}

static gboolean
usable (HlSqliteStore *self, GError **error)
{
  if (is_damaged (self)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
                 "%s was found damaged; nothing is read or written before the server has started again",
                 self->path);
    return FALSE;
  }
  if (!self->broken && self->db != NULL)
    return TRUE;
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED,
               "%s has to be opened again after a failure", self->path);
  return FALSE;
}

/* ---- room ---- */

static gboolean
ask_statvfs (const char *directory, guint64 *free_bytes, guint64 *total_bytes, gpointer user_data)
{
  struct statvfs info;

  if (statvfs (directory, &info) != 0)
    return FALSE;
  *free_bytes = (guint64) info.f_bavail * info.f_frsize;
  *total_bytes = (guint64) info.f_blocks * info.f_frsize;
  return TRUE;
}

/* For what takes something away, when there is next to nothing left. */
static void
spend_reserve (HlSqliteStore *self)
{
  HlStoreSpaceFunc func = self->space_func != NULL ? self->space_func : ask_statvfs;
  guint64 free_bytes = 0, total_bytes = 0;

  if (func (self->directory, &free_bytes, &total_bytes, self->space_data) && free_bytes < HL_RESERVE_BYTES)
    hl_reserve_release (self->directory);
}

gboolean
hl_sqlite_store_keep_reserve (HlSqliteStore *self)
{
  HlStoreSpaceFunc func = self->space_func != NULL ? self->space_func : ask_statvfs;
  g_autofree char *path = g_build_filename (self->directory, HL_RESERVE_FILE, NULL);
  guint64 free_bytes = 0, total_bytes = 0;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  return func (self->directory, &free_bytes, &total_bytes, self->space_data)
         && free_bytes >= MIN (self->min_free, total_bytes / 20) + HL_RESERVE_BYTES + HL_RESERVE_BYTES / 4
         && hl_reserve_make (self->directory);
}

gboolean
hl_sqlite_store_has_space (HlSqliteStore *self)
{
  HlStoreSpaceFunc func = self->space_func != NULL ? self->space_func : ask_statvfs;
  guint64 free_bytes = 0, total_bytes = 0;

  if (!func (self->directory, &free_bytes, &total_bytes, self->space_data))
    return TRUE;
  return free_bytes >= MIN (self->min_free, total_bytes / 20);
}

gboolean
hl_sqlite_store_try (HlSqliteStore *self, GError **error)
{
  GError *failure = NULL;
  g_autofree char *sql = NULL;
  int version;

  g_return_val_if_fail (self->in_group, FALSE);
  if (!usable (self, error))
    return FALSE;
  version = hl_database_get_version (self->db, &failure);
  sql = g_strdup_printf ("PRAGMA user_version = %d", version);
  if (version < 0 || !hl_database_exec (self->db, sql, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  return TRUE;
}

void
hl_sqlite_store_set_space_guard (HlSqliteStore *self, guint64 min_bytes, HlStoreSpaceFunc func,
                                 gpointer user_data)
{
  self->min_free = min_bytes;
  self->space_func = func;
  self->space_data = user_data;
}

void
hl_sqlite_store_set_commit_func (HlSqliteStore *self, HlStoreCommitFunc func, gpointer user_data)
{
  self->commit_func = func;
  self->commit_data = user_data;
}

/* ---- transactions ---- */

static gboolean
begin (HlSqliteStore *self, GError **error)
{
  GError *failure = NULL;

  if (!hl_database_begin (self->db, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  self->full = !hl_sqlite_store_has_space (self);
  return TRUE;
}

static gboolean
commit (HlSqliteStore *self, GError **error)
{
  gint64 start = hl_clock_boot_us ();
  GError *failure = NULL;
  gboolean success;

  /* another thread may have met damage since this began */
  if (!usable (self, error)) {
    self->broken = TRUE;
    if (self->db != NULL)
      hl_database_rollback (self->db);
    return FALSE;
  }
  success = hl_database_commit (self->db, &failure);
  if (self->commit_func != NULL)
    self->commit_func (hl_clock_boot_us () - start, success, self->commit_data);
  if (success)
    return TRUE;
  hl_database_rollback (self->db);
  /* Perhaps it reached the disk, perhaps not: only the file can tell, read anew. */
  self->broken = TRUE;
  return hl_sqlite_store_fail (self, failure, error);
}

gboolean
hl_sqlite_store_enter (HlSqliteStore *self, HlStoreNeed need, gboolean *own, GError **error)
{
  *own = FALSE;
  if (!usable (self, error))
    return FALSE;
  if (need == HL_STORE_NEED_READ)
    return TRUE;
  if (self->read_only) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_READ_ONLY, "%s is open for reading only",
                 self->path);
    return FALSE;
  }
  if (!self->in_group && !self->in_request) {
    if (!begin (self, error))
      return FALSE;
    *own = TRUE;
  }
  if (need == HL_STORE_NEED_WRITE_ALWAYS)
    spend_reserve (self);
  if (self->full && need != HL_STORE_NEED_WRITE_ALWAYS) {
    if (*own)
      hl_database_rollback (self->db);
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL,
                 "The disk that holds %s is nearly full", self->directory);
    return FALSE;
  }
  return TRUE;
}

gboolean
hl_sqlite_store_leave (HlSqliteStore *self, gboolean own, GError *failure, GError **error)
{
  if (failure != NULL) {
    hl_sqlite_store_fail (self, failure, error);
    if (own)
      hl_database_rollback (self->db);
    return FALSE;
  }
  return !own || commit (self, error);
}

static gboolean
begin_group (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);

  g_return_val_if_fail (!self->in_group && !self->in_request, FALSE);

  if (!usable (self, error) || !begin (self, error))
    return FALSE;
  self->in_group = TRUE;
  return TRUE;
}

static gboolean
commit_group (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);

  g_return_val_if_fail (self->in_group && !self->in_request, FALSE);

  self->in_group = FALSE;
  return commit (self, error);
}

static void
abort_group (HlStore *store)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);

  if (self->in_group && self->db != NULL)
    hl_database_rollback (self->db);
  self->in_group = FALSE;
  self->in_request = FALSE;
}

static gboolean
begin_request (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;

  g_return_val_if_fail (!self->in_request, FALSE);

  if (!usable (self, error))
    return FALSE;
  if (!self->in_group) {
    if (!begin (self, error))
      return FALSE;
  } else if (!hl_database_savepoint (self->db, "request", &failure)) {
    return hl_sqlite_store_fail (self, failure, error);
  }
  self->in_request = TRUE;
  return TRUE;
}

static gboolean
take_back (HlSqliteStore *self, GError **error)
{
  GError *failure = NULL;

  if (!usable (self, error))
    return FALSE;
  if (!hl_database_rollback_to (self->db, "request", &failure) ||
      !hl_database_release (self->db, "request", &failure))
    return hl_sqlite_store_fail (self, failure, error);
  return TRUE;
}

static gboolean
rollback_request (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);

  g_return_val_if_fail (self->in_request, FALSE);

  self->in_request = FALSE;
  if (!self->in_group) {
    if (self->db != NULL)
      hl_database_rollback (self->db);
    return usable (self, error);
  }
  if (take_back (self, error))
    return TRUE;
  /* what could not be taken back must not be committed with the rest of the group */
  self->broken = TRUE;
  return FALSE;
}

static gboolean
end_request (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;

  g_return_val_if_fail (self->in_request, FALSE);

  if (!self->in_group) {
    self->in_request = FALSE;
    return commit (self, error);
  }
  if (usable (self, error)) {
    if (hl_database_release (self->db, "request", &failure)) {
      self->in_request = FALSE;
      return TRUE;
    }
    hl_sqlite_store_fail (self, failure, error);
  }
  rollback_request (store, NULL);
  return FALSE;
}

/* ---- life ---- */

static gboolean
keep_copy (HlSqliteStore *self, HlDatabase *db, GError **error)
{
  g_autofree char *copy = NULL;
  int version = hl_database_get_version (db, error);

  if (version < 0)
    return FALSE;
  if (version == 0 || (guint) version >= hl_sqlite_schema_n_steps)
    return TRUE;
  copy = g_strdup_printf ("%s.before-%u", self->path, hl_sqlite_schema_n_steps);
  return hl_database_backup (db, copy, error);
}

static gboolean
refuse_older (HlSqliteStore *self, HlDatabase *db, GError **error)
{
  int version = hl_database_get_version (db, error);

  if (version < 0)
    return FALSE;
  if (self->read_only && (guint) version < hl_sqlite_schema_n_steps) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED,
                 "written by an older version of Hostline (schema %d); start the server once",
                 version);
    return FALSE;
  }
  return TRUE;
}

void
hl_sqlite_store_keep_log (HlSqliteStore *self)
{
  if (self->db != NULL)
    keep_log (self->db, TRUE);
}

static gboolean
connect_database (HlSqliteStore *self, gboolean look_over, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL,
                                .read_only = self->read_only,
                                .vfs = self->vfs,
                                .steps = hl_sqlite_schema_steps,
                                .n_steps = hl_sqlite_schema_n_steps };
  g_autoptr (HlDatabase) db = hl_database_open (self->path, &options, error);

  if (db == NULL)
    return FALSE;
  keep_log (db, TRUE);
  if (!refuse_older (self, db, error))
    return FALSE;
  if (!self->read_only) {
    /* The full check costs a third more than the quick one, which does not look into the indices. */
    if (look_over && !hl_database_check (db, TRUE, error))
      return FALSE;
    if (!keep_copy (self, db, error) ||
        !hl_database_migrate (db, hl_sqlite_schema_steps, hl_sqlite_schema_n_steps, NULL, error) ||
        !hl_database_exec (db, WAL_LIMIT_SQL, error) || !hl_database_keep_pages (db, error))
      return FALSE;
    keep_log (db, FALSE);
  }
  self->db = g_steal_pointer (&db);
  return TRUE;
}

/* An empty file is what a first start leaves that was killed at once. Beside what only a store that was in use leaves, it
 * is what is left of that one: beginning anew there would lose the house without a word. */
static gboolean
refuse_emptied (HlSqliteStore *self, GError **error)
{
  static const char *const traces[] = { "erasures", "last-backup", "last-purge", "control.sock" };
  g_autoptr (GDir) dir = NULL;
  g_autofree char *found = NULL;
  const char *name;
  GStatBuf info;

  if (g_stat (self->path, &info) != 0 || info.st_size > 0)
    return TRUE;
  dir = g_dir_open (self->directory, 0, NULL);
  while (dir != NULL && found == NULL && (name = g_dir_read_name (dir)) != NULL) {
    gboolean is_trace = g_str_has_prefix (name, HL_SQLITE_STORE_FILE ".");

    for (guint i = 0; !is_trace && i < G_N_ELEMENTS (traces); i++)
      is_trace = g_str_equal (name, traces[i]);
    if (is_trace)
      found = g_strdup (name);
  }
  if (found == NULL)
    return TRUE;
  g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED,
               "the file is empty, but a store was here before (%s is beside it). Restore a backup with “hostlinectl "
               "restore”, or move the empty file away to begin anew",
               found);
  return FALSE;
}

static HlSqliteStore *
open_store (const char *directory, const char *vfs, gboolean read_only, GError **error)
{
  g_autoptr (HlSqliteStore) self = g_object_new (HL_TYPE_SQLITE_STORE, NULL);
  GError *failure = NULL;

  self->directory = g_strdup (directory);
  self->path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  self->vfs = g_strdup (vfs);
  self->read_only = read_only;
  if (!refuse_emptied (self, &failure) || !connect_database (self, !read_only, &failure)) {
    hl_sqlite_store_fail (self, failure, error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

HlSqliteStore *
hl_sqlite_store_open (const char *directory, const char *vfs, GError **error)
{
  g_return_val_if_fail (directory != NULL, NULL);

  return open_store (directory, vfs, FALSE, error);
}

HlSqliteStore *
hl_sqlite_store_open_read_only (const char *directory, const char *vfs, GError **error)
{
  g_return_val_if_fail (directory != NULL, NULL);

  return open_store (directory, vfs, TRUE, error);
}

static HlStore *
open_reader (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  HlSqliteStore *reader = open_store (self->directory, self->vfs, TRUE, error);

  if (reader != NULL) {
    g_atomic_rc_box_release (reader->damage);
    reader->damage = g_atomic_rc_box_acquire (self->damage);
  }
  return reader != NULL ? HL_STORE (reader) : NULL;
}

static gboolean
reopen (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;

  self->in_group = FALSE;
  self->in_request = FALSE;
  self->broken = TRUE;
  if (self->db != NULL)
    hl_database_rollback (self->db);
  disconnect (self);
  if (is_damaged (self))
    return usable (self, error);
  if (!connect_database (self, FALSE, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  self->broken = FALSE;
  return TRUE;
}

static gboolean
is_broken (HlStore *store)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);

  return self->broken || is_damaged (self);
}

HlDatabase *
hl_sqlite_store_get_database (HlSqliteStore *self)
{
  return self->db;
}

const char *
hl_sqlite_store_get_directory (HlSqliteStore *self)
{
  return self->directory;
}

/* ---- upkeep ---- */

gboolean
hl_sqlite_store_checkpoint (HlSqliteStore *self, guint64 *wal_bytes, GError **error)
{
  GError *failure = NULL;

  g_return_val_if_fail (!self->in_group && !self->in_request, FALSE);

  if (!usable (self, error))
    return FALSE;
  if (!hl_database_checkpoint (self->db, &failure)
      && g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL) && hl_reserve_release (self->directory)) {
    g_clear_error (&failure);
    hl_database_checkpoint (self->db, &failure);
  }
  if (failure != NULL) {
    if (!g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_BUSY))
      return hl_sqlite_store_fail (self, failure, error);
    g_error_free (failure);
  }
  if (wal_bytes != NULL)
    *wal_bytes = hl_database_get_wal_bytes (self->db);
  return TRUE;
}

guint64
hl_sqlite_store_get_wal_bytes (HlSqliteStore *self)
{
  return self->db != NULL ? hl_database_get_wal_bytes (self->db) : 0;
}

gboolean
hl_sqlite_store_compact (HlSqliteStore *self, GError **error)
{
  GError *failure = NULL;
  guint64 free_bytes = 0, total_bytes = 0;
  GStatBuf info;

  g_return_val_if_fail (!self->in_group && !self->in_request, FALSE);

  if (!usable (self, error))
    return FALSE;
  /* The copy goes through the write-ahead log and from there into the file. */
  if (g_stat (self->path, &info) == 0 &&
      ask_statvfs (self->directory, &free_bytes, &total_bytes, NULL) &&
      free_bytes < (guint64) info.st_size * 2 + self->min_free) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL,
                 "%s has no room to write the database anew", self->directory);
    return FALSE;
  }
  return hl_database_compact (self->db, &failure) || hl_sqlite_store_fail (self, failure, error);
}

gboolean
hl_sqlite_store_backup (HlSqliteStore *self, const char *file, GError **error)
{
  GError *failure = NULL;
  gboolean done;

  g_return_val_if_fail (!self->in_group && !self->in_request, FALSE);

  if (!usable (self, error))
    return FALSE;
  if (g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS, "%s exists already", file);
    return FALSE;
  }
  /* A reader's connection refuses whatever writes, even if it is to another file. */
  if (self->read_only && !hl_database_exec (self->db, "PRAGMA query_only = OFF", &failure))
    return hl_sqlite_store_fail (self, failure, error);
  done = hl_database_backup (self->db, file, &failure);
  if (self->read_only)
    hl_database_exec (self->db, "PRAGMA query_only = ON", NULL);
  return done || hl_sqlite_store_fail (self, failure, error);
}

static void
iface_init (HlStoreInterface *iface)
{
  iface->open_reader = open_reader;
  iface->reopen = reopen;
  iface->is_broken = is_broken;
  iface->begin_group = begin_group;
  iface->commit_group = commit_group;
  iface->abort_group = abort_group;
  iface->begin_request = begin_request;
  iface->end_request = end_request;
  iface->rollback_request = rollback_request;
  iface->add_location = hl_sqlite_location_add;
  iface->set_location = hl_sqlite_location_set;
  iface->remove_location = hl_sqlite_location_remove;
  iface->get_location = hl_sqlite_location_get;
  iface->list_locations = hl_sqlite_location_list;
  iface->get_head = hl_sqlite_log_get_head;
  iface->get_floor = hl_sqlite_log_get_floor;
  iface->position_at = hl_sqlite_log_position_at;
  iface->append_unit = hl_sqlite_log_append_unit;
  iface->read_units = hl_sqlite_log_read_units;
  iface->lookup_request = hl_sqlite_keys_lookup_request;
  iface->put_request = hl_sqlite_keys_put_request;
  iface->lookup_event_key = hl_sqlite_keys_lookup_event_key;
  iface->put_event_key = hl_sqlite_keys_put_event_key;
  iface->lookup_outcome = hl_sqlite_keys_lookup_outcome;
  iface->lookup_outcome_n = hl_sqlite_keys_lookup_outcome_n;
  iface->put_outcome = hl_sqlite_keys_put_outcome;
  iface->get_mark = hl_sqlite_keys_get_mark;
  iface->put_snapshot = hl_sqlite_blobs_put_snapshot;
  iface->get_snapshot = hl_sqlite_blobs_get_snapshot;
  iface->put_unreadable = hl_sqlite_blobs_put_unreadable;
  iface->list_unreadable = hl_sqlite_blobs_list_unreadable;
  iface->purge = hl_sqlite_keys_purge;
  iface->check = hl_sqlite_check;
}
