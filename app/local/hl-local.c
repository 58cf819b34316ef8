/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker thread of the data folder, see hl-local.h. */
#include "local/hl-local.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "local/hl-lock.h"
#include "local/hl-outbox-swap.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

#define KEEP_DAMAGED_MS (30 * G_GINT64_CONSTANT (86400000))

typedef enum {
  JOB_OPEN,
  JOB_SNAPSHOT,
  JOB_EVENTS,
  JOB_CURRENT,
  JOB_CLEAR,
  JOB_LINE,
  JOB_ADD,
  JOB_UPDATE,
  JOB_PURGE,
  JOB_FORGET,
  JOB_SWEEP,
  JOB_RECOUNT,
  JOB_REBUILD,
  JOB_CREDENTIALS,
  JOB_LOAD_CREDENTIALS,
  JOB_LOAD_LINES,
  JOB_CLOSE,
} JobType;

typedef struct {
  JobType type;
  GTask *task;
  HlPosition *position;
  GBytes *bytes;
  guint64 seq;
  gint64 a, b;
  HlOutboxTime now;
  HlCopyLine *line;
  GPtrArray *rows;
  HlCredentials *credentials;
  HlOutboxPurged purged;
  GHashTable *counters;
  char *device;
} Job;

struct _HlLocal {
  GObject parent_instance;
  char *folder;
  GAsyncQueue *jobs;
  GThread *thread;
  gboolean closing;

  /* owned by the thread */
  HlLock *lock;
  HlCopy *copy;
  HlOutbox *outbox;
  GQueue lines; /* of HlCopyLine: that could not be written yet */
  gboolean damaged; /* the outbox: nothing is written to it before it was made anew */
};

G_DEFINE_FINAL_TYPE (HlLocal, hl_local, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  hl_position_free (job->position);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  hl_copy_line_free (job->line);
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  hl_credentials_free (job->credentials);
  g_clear_pointer (&job->counters, g_hash_table_unref);
  g_free (job->device);
  g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

void
hl_local_contents_free (HlLocalContents *contents)
{
  if (contents == NULL)
    return;
  hl_credentials_free (contents->credentials);
  g_free (contents->install_id);
  hl_copy_contents_free (contents->copy);
  g_clear_pointer (&contents->rows, g_ptr_array_unref);
  g_clear_pointer (&contents->counters, g_hash_table_unref);
  g_clear_pointer (&contents->lines, g_ptr_array_unref);
  g_free (contents);
}

/* ---- the thread ---- */

static char *
path_of (HlLocal *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static char *
load_install_id (HlLocal *self, GError **error)
{
  g_autofree char *path = path_of (self, "install-id");
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL) && hl_id_is_uuid (g_strstrip (text)))
    return g_steal_pointer (&text);
  g_free (text);
  text = hl_id_uuid4 ();
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return NULL;
  return g_steal_pointer (&text);
}

/* Lock, install id and credentials: what only a real folder has. */
static gboolean
open_folder (HlLocal *self, HlLocalContents *contents, GError **error)
{
  g_autofree char *lock_path = path_of (self, "lock");
  g_autofree char *credentials_path = path_of (self, "credentials");
  g_autoptr (GError) local_error = NULL;

  if (g_mkdir_with_parents (self->folder, 0700) != 0) {
    int saved = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be made: %s",
                 self->folder, g_strerror (saved));
    return FALSE;
  }
  self->lock = hl_lock_take (lock_path, error);
  if (self->lock == NULL)
    return FALSE;
  contents->install_id = load_install_id (self, error);
  if (contents->install_id == NULL)
    return FALSE;
  contents->credentials = hl_credentials_load (credentials_path, &local_error);
  if (local_error != NULL)
    hl_log (HL_LOG_WARNING, "local", "the credentials cannot be read", "error",
            local_error->message, NULL);
  return TRUE;
}

static HlLocalContents *
do_open (HlLocal *self, GError **error)
{
  g_autoptr (HlLocalContents) contents = g_new0 (HlLocalContents, 1);
  g_autofree char *copy_path = NULL;
  g_autofree char *outbox_path = NULL;

  if (self->folder != NULL) {
    if (!open_folder (self, contents, error))
      return NULL;
    copy_path = path_of (self, "copy.db");
    outbox_path = path_of (self, "outbox.db");
  } else {
    contents->install_id = hl_id_uuid4 ();
    copy_path = g_strdup (":memory:");
    outbox_path = g_strdup (":memory:");
  }
  self->outbox = hl_outbox_open (outbox_path, NULL, &contents->salvaged, error);
  if (self->outbox == NULL)
    return NULL;
  contents->rows = hl_outbox_load (self->outbox, &contents->purged, error);
  if (contents->rows == NULL)
    return NULL;
  if (contents->credentials != NULL && contents->credentials->location != NULL && *contents->credentials->location != '\0'
      && !hl_outbox_adopt (self->outbox, contents->rows, contents->credentials->device, contents->credentials->location, error))
    return NULL;
  contents->counters = hl_outbox_load_counters (self->outbox, error);
  if (contents->counters == NULL)
    return NULL;
  self->copy = hl_copy_open (copy_path, NULL, error);
  if (self->copy == NULL)
    return NULL;
  contents->copy = hl_copy_load (self->copy, error);
  if (contents->copy == NULL)
    return NULL;
  contents->lines = hl_copy_load_lines (self->copy, HL_LOCAL_MAX_LINES, error);
  if (contents->lines == NULL)
    return NULL;
  return g_steal_pointer (&contents);
}

static gboolean
is_copy_job (const Job *job)
{
  return job->type >= JOB_SNAPSHOT && job->type <= JOB_LINE;
}

static gboolean
run_copy_job (HlLocal *self, Job *job, GError **error)
{
  if (job->type == JOB_SNAPSHOT)
    return hl_copy_put_snapshot (self->copy, job->position, job->bytes, error);
  if (job->type == JOB_EVENTS)
    return hl_copy_put_events (self->copy, job->position, job->seq, job->bytes, error);
  if (job->type == JOB_CURRENT)
    return hl_copy_note_current (self->copy, job->a, job->b, error);
  if (job->type == JOB_CLEAR)
    return hl_copy_clear (self->copy, error);
  g_assert (job->type == JOB_LINE);
  return hl_copy_add_line (self->copy, job->line, error);
}

/* It is only a copy: whoever was told of the failure puts a whole snapshot into the new one. */
static void
renew_copy (HlLocal *self)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "copy.db") : g_strdup (":memory:");
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->copy, hl_copy_close);
  self->copy = hl_copy_open_anew (path, &error);
  hl_log (HL_LOG_WARNING, "local", "the copy was damaged, a new one is begun", "error",
          error != NULL ? error->message : NULL, NULL);
}

/* What the diary could not take with a group that failed, in a transaction of its own. */
static void
write_lines (HlLocal *self)
{
  if (self->copy != NULL && !g_queue_is_empty (&self->lines))
    (void)hl_copy_add_lines (self->copy, &self->lines, NULL);
}

static void
do_close (HlLocal *self)
{
  write_lines (self);
  g_clear_pointer (&self->copy, hl_copy_close);
  g_clear_pointer (&self->outbox, hl_outbox_close);
  g_clear_pointer (&self->lock, hl_lock_free);
}

/* Runs a copy job and those that wait right behind it in one transaction; gives back the first
 * other job, if any. */
static Job *
run_copy_group (HlLocal *self, Job *first)
{
  g_autoptr (GPtrArray) group = g_ptr_array_new_with_free_func ((GDestroyNotify)job_free);
  g_autoptr (GError) error = NULL;
  Job *next = NULL;
  gboolean ok;

  g_ptr_array_add (group, first);
  while (group->len < 64 && (next = g_async_queue_try_pop (self->jobs)) != NULL
         && is_copy_job (next)) {
    g_ptr_array_add (group, next);
    next = NULL;
  }
  if (self->copy == NULL && self->lock != NULL)
    renew_copy (self);
  if (self->copy == NULL) {
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is not open");
    ok = FALSE;
  } else {
    write_lines (self); /* they are older */
    ok = hl_copy_begin (self->copy, &error);
    for (guint i = 0; ok && i < group->len; i++)
      ok = run_copy_job (self, g_ptr_array_index (group, i), &error);
    ok = ok && hl_copy_commit (self->copy, &error);
    if (!ok)
      hl_copy_rollback (self->copy);
    if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
      renew_copy (self);
  }
  for (guint i = 0; !ok && i < group->len; i++) {
    Job *job = g_ptr_array_index (group, i);
    if (job->type == JOB_LINE)
      g_queue_push_tail (&self->lines, g_steal_pointer (&job->line));
  }
  write_lines (self);
  for (guint i = 0; i < group->len; i++) {
    Job *job = g_ptr_array_index (group, i);
    if (ok)
      g_task_return_boolean (job->task, TRUE);
    else
      g_task_return_error (job->task, g_error_copy (error));
  }
  return next;
}

/* What was in them and could be read is in the outbox since. */
static void
drop_kept (HlLocal *self, gint64 before)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "outbox.db") : NULL;

  if (path != NULL)
    hl_outbox_swap_drop_kept (path, before);
}

/* Nothing may follow into a file that is about to be put aside. */
static void
note_damage (HlLocal *self, const GError *error)
{
  if (self->folder == NULL || !g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    return;
  hl_log (HL_LOG_ERROR, "local", "the outbox is damaged", "error", error->message, NULL);
  self->damaged = TRUE;
}

/* Every file in turn, whatever is wrong with another. A damaged copy goes as a whole. */
static void
run_sweep_job (HlLocal *self, Job *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "outbox.db") : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy_error = NULL;

  if (self->copy != NULL && !hl_copy_sweep (self->copy, &copy_error)
      && g_error_matches (copy_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT)) {
    renew_copy (self);
    if (self->copy != NULL)
      g_clear_error (&copy_error);
  }
  if (self->damaged) {
    g_set_error_literal (&error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "The outbox is damaged");
  } else if (self->outbox == NULL) {
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is not open");
  } else if (!hl_outbox_sweep (self->outbox, &error)) {
    note_damage (self, error);
  }
  if (path != NULL && self->outbox != NULL)
    hl_outbox_swap_empty_kept (path);
  if (error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&error));
  else if (copy_error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&copy_error));
  else
    g_task_return_boolean (job->task, TRUE);
}

static void
run_outbox_job (HlLocal *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;
  guint n;

  if (self->damaged) {
    g_task_return_new_error (job->task, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "The outbox is damaged");
    return;
  }
  if (self->outbox == NULL) {
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is not open");
    return;
  }
  if (job->type == JOB_ADD) {
    HlOutboxRow *row = g_ptr_array_index (job->rows, 0);
    if (hl_outbox_add (self->outbox, row, &error)) {
      g_task_return_int (job->task, (gssize)row->n);
      return;
    }
  } else if (job->type == JOB_UPDATE) {
    ok = hl_outbox_update (self->outbox, job->rows, &error);
  } else if (job->type == JOB_PURGE) {
    ok = hl_outbox_purge (self->outbox, &job->now, &n, &error);
    if (job->now.offset != HL_OFFSET_UNKNOWN)
      drop_kept (self, job->now.wall + job->now.offset - KEEP_DAMAGED_MS);
  } else if (job->type == JOB_FORGET) {
    ok = hl_outbox_forget (self->outbox, job->rows, &error);
  } else {
    g_assert (job->type == JOB_RECOUNT);
    ok = hl_outbox_recount (self->outbox, job->device, job->seq, &error);
  }
  note_damage (self, error);
  if (ok)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

static void
run_rebuild_job (HlLocal *self, Job *job)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->damaged) {
    g_task_return_boolean (job->task, TRUE);
    return;
  }
  path = path_of (self, "outbox.db");
  g_clear_pointer (&self->outbox, hl_outbox_close);
  if (hl_outbox_rebuild (path, job->rows, &job->purged, job->counters, &error))
    self->outbox = hl_outbox_open (path, NULL, NULL, &error);
  if (self->outbox == NULL) {
    g_task_return_error (job->task, g_steal_pointer (&error));
    return;
  }
  self->damaged = FALSE;
  hl_log (HL_LOG_NOTICE, "local", "the outbox was written anew, the damaged file is kept", NULL);
  g_task_return_boolean (job->task, TRUE);
}

static void
run_load_lines_job (HlLocal *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *lines = NULL;

  if (self->copy == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is not open");
  else
    lines = hl_copy_load_lines (self->copy, HL_COPY_MAX_LINES, &error);
  if (lines != NULL)
    g_task_return_pointer (job->task, lines, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

static void
run_credentials_job (HlLocal *self, Job *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "credentials") : NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL) {
    g_task_return_boolean (job->task, TRUE);
  } else if (job->credentials == NULL) {
    if (g_unlink (path) != 0 && errno != ENOENT) {
      g_task_return_new_error (job->task, G_IO_ERROR, g_io_error_from_errno (errno),
                               "“%s” cannot be removed", path);
      return;
    }
    g_task_return_boolean (job->task, TRUE);
  } else if (hl_credentials_save (job->credentials, path, &error)) {
    g_task_return_boolean (job->task, TRUE);
  } else {
    g_task_return_error (job->task, g_steal_pointer (&error));
  }
}

static void
run_load_credentials_job (HlLocal *self, Job *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "credentials") : NULL;
  g_autoptr (GError) error = NULL;
  HlCredentials *credentials = path != NULL ? hl_credentials_load (path, &error) : NULL;

  if (error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&error));
  else
    g_task_return_pointer (job->task, credentials, (GDestroyNotify)hl_credentials_free);
}

/* Holds no reference to self: it is joined before self goes away. */
static gpointer
worker (gpointer data)
{
  HlLocal *self = data;
  Job *next = NULL;

  for (;;) {
    g_autoptr (Job) job = next != NULL ? next : g_async_queue_pop (self->jobs);
    next = NULL;
    if (is_copy_job (job)) {
      next = run_copy_group (self, g_steal_pointer (&job));
      continue;
    }
    switch (job->type) {
    case JOB_OPEN: {
      g_autoptr (GError) error = NULL;
      HlLocalContents *contents = do_open (self, &error);
      if (contents == NULL) {
        do_close (self);
        g_task_return_error (job->task, g_steal_pointer (&error));
      } else {
        g_task_return_pointer (job->task, contents, (GDestroyNotify)hl_local_contents_free);
      }
      break;
    }
    case JOB_ADD:
    case JOB_UPDATE:
    case JOB_PURGE:
    case JOB_FORGET:
    case JOB_RECOUNT:
      run_outbox_job (self, job);
      break;
    case JOB_SWEEP:
      run_sweep_job (self, job);
      break;
    case JOB_REBUILD:
      run_rebuild_job (self, job);
      break;
    case JOB_CREDENTIALS:
      run_credentials_job (self, job);
      break;
    case JOB_LOAD_CREDENTIALS:
      run_load_credentials_job (self, job);
      break;
    case JOB_LOAD_LINES:
      run_load_lines_job (self, job);
      break;
    case JOB_CLOSE:
      do_close (self);
      if (job->task != NULL)
        g_task_return_boolean (job->task, TRUE);
      return NULL;
    case JOB_SNAPSHOT:
    case JOB_EVENTS:
    case JOB_CURRENT:
    case JOB_CLEAR:
    case JOB_LINE:
    default:
      g_assert_not_reached ();
    }
  }
}

/* ---- the object ---- */

static void
stop_thread (HlLocal *self)
{
  if (self->thread == NULL)
    return;
  if (!self->closing) {
    Job *job = g_new0 (Job, 1);
    job->type = JOB_CLOSE;
    self->closing = TRUE;
    g_async_queue_push (self->jobs, job);
  }
  g_thread_join (g_steal_pointer (&self->thread));
}

static void
hl_local_finalize (GObject *object)
{
  HlLocal *self = HL_LOCAL (object);
  stop_thread (self);
  g_async_queue_unref (self->jobs);
  g_queue_clear_full (&self->lines, (GDestroyNotify)hl_copy_line_free);
  g_free (self->folder);
  G_OBJECT_CLASS (hl_local_parent_class)->finalize (object);
}

static void
hl_local_class_init (HlLocalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_local_finalize;
}

static void
hl_local_init (HlLocal *self)
{
  self->jobs = g_async_queue_new_full ((GDestroyNotify)job_free);
}

HlLocal *
hl_local_new (const char *folder)
{
  HlLocal *self = g_object_new (HL_TYPE_LOCAL, NULL);
  self->folder = g_strdup (folder);
  return self;
}

static Job *
job_new (HlLocal *self, JobType type, GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  job->type = type;
  /* Without a source object: a task must not keep alive whom its own thread has to be joined by. */
  job->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (job->task, self);
  return job;
}

static void
submit (HlLocal *self, Job *job)
{
  if (self->thread == NULL && !self->closing)
    self->thread = g_thread_new ("hostline-local", worker, self);
  if (self->closing) {
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is closed");
    job_free (job);
    return;
  }
  g_async_queue_push (self->jobs, job);
}

void
hl_local_open_async (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, JOB_OPEN, callback, user_data));
}

HlLocalContents *
hl_local_open_finish (HlLocal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
hl_local_finish (HlLocal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
hl_local_put_snapshot (HlLocal *self, const HlPosition *position, GBytes *entities,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_SNAPSHOT, callback, user_data);
  job->position = hl_position_copy (position);
  job->bytes = g_bytes_ref (entities);
  submit (self, job);
}

void
hl_local_put_events (HlLocal *self, const HlPosition *position, guint64 first_seq, GBytes *events,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_EVENTS, callback, user_data);
  job->position = hl_position_copy (position);
  job->bytes = g_bytes_ref (events);
  job->seq = first_seq;
  submit (self, job);
}

void
hl_local_note_current (HlLocal *self, gint64 current_at, gint64 offset)
{
  Job *job = job_new (self, JOB_CURRENT, NULL, NULL);
  job->a = current_at;
  job->b = offset;
  submit (self, job);
}

void
hl_local_clear_copy (HlLocal *self)
{
  submit (self, job_new (self, JOB_CLEAR, NULL, NULL));
}

void
hl_local_add_line (HlLocal *self, HlCopyLine *line)
{
  Job *job = job_new (self, JOB_LINE, NULL, NULL);
  job->line = line;
  submit (self, job);
}

static GPtrArray *
copy_rows (GPtrArray *rows)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (copy, hl_outbox_row_copy (g_ptr_array_index (rows, i)));
  return copy;
}

void
hl_local_add_row (HlLocal *self, const HlOutboxRow *row, GAsyncReadyCallback callback,
                  gpointer user_data)
{
  Job *job = job_new (self, JOB_ADD, callback, user_data);
  job->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  g_ptr_array_add (job->rows, hl_outbox_row_copy (row));
  submit (self, job);
}

gboolean
hl_local_add_row_finish (HlLocal *self, GAsyncResult *result, guint64 *n, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);
  if (value <= 0)
    return FALSE;
  *n = (guint64)value;
  return TRUE;
}

void
hl_local_update_rows (HlLocal *self, GPtrArray *rows, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Job *job = job_new (self, JOB_UPDATE, callback, user_data);
  job->rows = copy_rows (rows);
  submit (self, job);
}

void
hl_local_purge_rows (HlLocal *self, const HlOutboxTime *now, GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_PURGE, callback, user_data);
  job->now = *now; /* its boot_id lives as long as the program */
  submit (self, job);
}

void
hl_local_forget_rows (HlLocal *self, GPtrArray *rows, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Job *job = job_new (self, JOB_FORGET, callback, user_data);
  job->rows = copy_rows (rows);
  submit (self, job);
}

void
hl_local_rebuild_outbox (HlLocal *self, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_REBUILD, callback, user_data);
  GHashTableIter iter;
  gpointer device, n;

  job->rows = copy_rows (rows);
  job->purged = *purged;
  job->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, counters);
  while (g_hash_table_iter_next (&iter, &device, &n))
    g_hash_table_insert (job->counters, g_strdup (device), g_memdup2 (n, sizeof (gint64)));
  submit (self, job);
}

void
hl_local_recount (HlLocal *self, const char *device, guint64 n, GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_RECOUNT, callback, user_data);

  job->device = g_strdup (device);
  job->seq = n;
  submit (self, job);
}

void
hl_local_sweep (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, JOB_SWEEP, callback, user_data));
}

void
hl_local_put_credentials (HlLocal *self, const HlCredentials *credentials,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_CREDENTIALS, callback, user_data);
  job->credentials = credentials != NULL ? hl_credentials_copy (credentials) : NULL;
  submit (self, job);
}

void
hl_local_load_credentials (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, JOB_LOAD_CREDENTIALS, callback, user_data));
}

HlCredentials *
hl_local_load_credentials_finish (HlLocal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hl_local_load_lines (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, JOB_LOAD_LINES, callback, user_data));
}

GPtrArray *
hl_local_load_lines_finish (HlLocal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
hl_local_get_sqlite_version (void)
{
  return sqlite3_libversion ();
}

void
hl_local_close_async (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, JOB_CLOSE, callback, user_data);
  if (self->thread == NULL) {
    self->closing = TRUE;
    g_task_return_boolean (job->task, TRUE);
    job_free (job);
    return;
  }
  submit (self, job);
  self->closing = TRUE;
}
