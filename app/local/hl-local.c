/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front of the data folder: every call becomes a job of its thread, see hl-local.h. */
#include "local/hl-local-private.h"

#include <sqlite3.h>

G_DEFINE_FINAL_TYPE (HlLocal, hl_local, G_TYPE_OBJECT)

void
hl_local_job_free (HlLocalJob *job)
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

/* ---- the object ---- */

static void
stop_thread (HlLocal *self)
{
  if (self->thread == NULL)
    return;
  if (!self->closing) {
    HlLocalJob *job = g_new0 (HlLocalJob, 1);
    job->type = HL_LOCAL_JOB_CLOSE;
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
  self->jobs = g_async_queue_new_full ((GDestroyNotify)hl_local_job_free);
}

HlLocal *
hl_local_new (const char *folder)
{
  HlLocal *self = g_object_new (HL_TYPE_LOCAL, NULL);
  self->folder = g_strdup (folder);
  return self;
}

static HlLocalJob *
job_new (HlLocal *self, HlLocalJobType type, GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = g_new0 (HlLocalJob, 1);
  job->type = type;
  /* Without a source object: a task must not keep alive whom its own thread has to be joined by. */
  job->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (job->task, self);
  return job;
}

static void
submit (HlLocal *self, HlLocalJob *job)
{
  if (self->thread == NULL && !self->closing)
    self->thread = g_thread_new ("hostline-local", hl_local_work, self);
  if (self->closing) {
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is closed");
    hl_local_job_free (job);
    return;
  }
  g_async_queue_push (self->jobs, job);
}

void
hl_local_open_async (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, HL_LOCAL_JOB_OPEN, callback, user_data));
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
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_SNAPSHOT, callback, user_data);
  job->position = hl_position_copy (position);
  job->bytes = g_bytes_ref (entities);
  submit (self, job);
}

void
hl_local_put_events (HlLocal *self, const HlPosition *position, guint64 first_seq, GBytes *events,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_EVENTS, callback, user_data);
  job->position = hl_position_copy (position);
  job->bytes = g_bytes_ref (events);
  job->seq = first_seq;
  submit (self, job);
}

void
hl_local_note_current (HlLocal *self, gint64 current_at, gint64 offset)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_CURRENT, NULL, NULL);
  job->a = current_at;
  job->b = offset;
  submit (self, job);
}

void
hl_local_clear_copy (HlLocal *self)
{
  submit (self, job_new (self, HL_LOCAL_JOB_CLEAR, NULL, NULL));
}

void
hl_local_add_line (HlLocal *self, HlCopyLine *line)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_LINE, NULL, NULL);
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
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_ADD, callback, user_data);
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
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_UPDATE, callback, user_data);
  job->rows = copy_rows (rows);
  submit (self, job);
}

void
hl_local_purge_rows (HlLocal *self, const HlOutboxTime *now, GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_PURGE, callback, user_data);
  job->now = *now; /* its boot_id lives as long as the program */
  submit (self, job);
}

void
hl_local_forget_rows (HlLocal *self, GPtrArray *rows, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_FORGET, callback, user_data);
  job->rows = copy_rows (rows);
  submit (self, job);
}

void
hl_local_rebuild_outbox (HlLocal *self, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_REBUILD, callback, user_data);
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
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_RECOUNT, callback, user_data);

  job->device = g_strdup (device);
  job->seq = n;
  submit (self, job);
}

void
hl_local_sweep (HlLocal *self, gboolean copy_only, GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_SWEEP, callback, user_data);

  job->a = copy_only;
  submit (self, job);
}

void
hl_local_note_loss_known (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, HL_LOCAL_JOB_KNOWN, callback, user_data));
}

void
hl_local_put_credentials (HlLocal *self, const HlCredentials *credentials,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_CREDENTIALS, callback, user_data);
  job->credentials = credentials != NULL ? hl_credentials_copy (credentials) : NULL;
  submit (self, job);
}

void
hl_local_load_credentials (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, HL_LOCAL_JOB_LOAD_CREDENTIALS, callback, user_data));
}

HlCredentials *
hl_local_load_credentials_finish (HlLocal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hl_local_load_lines (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data)
{
  submit (self, job_new (self, HL_LOCAL_JOB_LOAD_LINES, callback, user_data));
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
  HlLocalJob *job = job_new (self, HL_LOCAL_JOB_CLOSE, callback, user_data);
  if (self->thread == NULL) {
    self->closing = TRUE;
    g_task_return_boolean (job->task, TRUE);
    hl_local_job_free (job);
    return;
  }
  submit (self, job);
  self->closing = TRUE;
}
