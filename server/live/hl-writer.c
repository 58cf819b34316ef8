/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlWriter: the one thread that decides, appends and evolves; its COMMIT comes before every answer. */
#include "live/hl-writer-private.h"

#include "util/hl-clock.h"

static void
append_free (HlAppend *self)
{
  g_free (self->location);
  g_clear_pointer (&self->units, g_ptr_array_unref);
  hl_position_free (self->head);
  g_free (self);
}

HlBatch *
hl_batch_new (void)
{
  HlBatch *self = g_new0 (HlBatch, 1);

  self->appends = g_ptr_array_new_with_free_func ((GDestroyNotify) append_free);
  self->jobs = g_ptr_array_new ();
  return self;
}

void
hl_batch_free (HlBatch *self)
{
  g_ptr_array_unref (self->appends);
  g_ptr_array_unref (self->jobs);
  g_free (self);
}

/* ---- the main thread's end ---- */

static void
deliver (HlWriter *self, HlBatch *batch)
{
  for (guint i = 0; i < batch->appends->len; i++) {
    HlAppend *append = g_ptr_array_index (batch->appends, i);

    if (append->units == NULL) {
      self->funcs.reset (append->location, self->user_data);
    } else {
      self->funcs.appended (append->location, append->units, append->head, self->user_data);
    }
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    hl_job_answer (g_ptr_array_index (batch->jobs, i));
  }
  hl_batch_free (batch);
}

static void
deliver_all (HlWriter *self)
{
  gboolean available = g_atomic_int_get (&self->available);

  for (;;) {
    HlBatch *batch;

    g_mutex_lock (&self->mutex);
    batch = g_queue_pop_head (&self->batches);
    g_mutex_unlock (&self->mutex);
    if (batch == NULL) {
      break;
    }
    deliver (self, batch);
  }
  if (available != self->told_available) {
    self->told_available = available;
    self->funcs.available (available, self->user_data);
  }
}

static gboolean
on_source_ready (gpointer user_data)
{
  HlWriter *self = user_data;

  g_source_set_ready_time (self->source, -1);
  deliver_all (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_source (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch_source, NULL };

/* ---- the main thread ---- */

static void
make_upkeep_metrics (HlWriter *self, HlMetrics *metrics)
{
  static const char *const result[] = { "result", NULL };
  HlMetricsFamily *checkpoints = hl_metrics_counter (metrics, "hostline_checkpoints_total",
                                                     "Times that the write-ahead log was moved into the file.", result);

  self->m_checkpoint_ok = hl_metrics_get (checkpoints, "ok", NULL);
  self->m_checkpoint_busy = hl_metrics_get (checkpoints, "busy", NULL);
  self->m_checkpoint_failed = hl_metrics_get (checkpoints, "failed", NULL);
  self->m_wal = hl_metrics_get (hl_metrics_gauge (metrics, "hostline_wal_bytes", "Size of the write-ahead log.", NULL),
                                NULL);
  self->m_reserve = hl_metrics_get (hl_metrics_gauge (metrics, "hostline_disk_reserve",
                                                      "1 while room is kept for taking things away from a full disk.", NULL),
                                    NULL);
  self->m_wal_alarms = hl_metrics_get (hl_metrics_counter (metrics, "hostline_wal_alarms_total",
                                                           "Times that the write-ahead log grew over its limit.", NULL),
                                       NULL);
}

static void
make_metrics (HlWriter *self, HlMetrics *metrics)
{
  static const char *const result[] = { "result", NULL };
  static const double sizes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 };
  static const double seconds[] = { 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2 };
  HlMetricsFamily *commits =
      hl_metrics_counter (metrics, "hostline_commits_total", "Groups committed to the store.", result);

  self->m_commit_ok = hl_metrics_get (commits, "ok", NULL);
  self->m_commit_failed = hl_metrics_get (commits, "failed", NULL);
  self->m_seconds = hl_metrics_get (hl_metrics_histogram (metrics, "hostline_fsync_seconds",
                                                          "Time of a group's COMMIT with its fsync.", NULL, seconds,
                                                          G_N_ELEMENTS (seconds)), NULL);
  self->m_decide = hl_metrics_get (hl_metrics_histogram (metrics, "hostline_group_seconds",
                                                         "Time to decide and insert a group, before its COMMIT.", NULL,
                                                         seconds, G_N_ELEMENTS (seconds)), NULL);
  self->m_group = hl_metrics_get (hl_metrics_histogram (metrics, "hostline_group_requests",
                                                        "Requests committed together.", NULL, sizes,
                                                        G_N_ELEMENTS (sizes)), NULL);
  self->m_appended = hl_metrics_get (hl_metrics_counter (metrics, "hostline_events_appended_total",
                                                         "Events appended to logs.", NULL), NULL);
  self->m_errors = hl_metrics_get (hl_metrics_counter (metrics, "hostline_store_errors_total",
                                                       "Writes that the store did not take.", NULL), NULL);
  self->m_retries = hl_metrics_get (hl_metrics_counter (metrics, "hostline_store_retries_total",
                                                        "Times that a failing store was tried again.", NULL), NULL);
  make_upkeep_metrics (self, metrics);
}

HlWriter *
hl_writer_new (HlStore *store, HlMetrics *metrics, const HlWriterFuncs *funcs, gpointer user_data)
{
  HlWriter *self = g_new0 (HlWriter, 1);

  self->store = store;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->queue = g_async_queue_new_full ((GDestroyNotify) hl_job_free);
  self->journals = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) hl_journal_free);
  self->used = g_ptr_array_new ();
  self->halted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->announced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hl_position_free);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->batches);
  self->available = TRUE;
  self->checkpoint_s = 3600;
  self->wal_alarm_mib = 64;
  self->told_available = TRUE;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (self->source, on_source_ready, self, NULL);
  g_source_set_static_name (self->source, "hl-writer");
  g_source_attach (self->source, g_main_context_get_thread_default ());
  make_metrics (self, metrics);
  return self;
}

void
hl_writer_set_upkeep (HlWriter *self, guint checkpoint_s, guint wal_alarm_mib)
{
  g_atomic_int_set (&self->checkpoint_s, (gint) checkpoint_s);
  g_atomic_int_set (&self->wal_alarm_mib, (gint) wal_alarm_mib);
}

gboolean
hl_writer_is_wal_large (HlWriter *self)
{
  return g_atomic_int_get (&self->wal_large);
}

void
hl_writer_start (HlWriter *self)
{
  self->thread = g_thread_new ("hl-writer", hl_writer_run, self);
}

static void
push (HlWriter *self, HlJob *job)
{
  job->queued_us = hl_clock_boot_us ();
  g_async_queue_push (self->queue, job);
}

void
hl_writer_stop (HlWriter *self)
{
  if (self->thread == NULL) {
    return;
  }
  push (self, hl_job_new (HL_JOB_STOP, NULL, NULL, NULL));
  g_thread_join (g_steal_pointer (&self->thread));
  deliver_all (self);
}

void
hl_writer_free (HlWriter *self)
{
  if (self == NULL) {
    return;
  }
  hl_writer_stop (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_async_queue_unref (self->queue);
  g_hash_table_unref (self->journals);
  g_hash_table_unref (self->announced);
  g_ptr_array_unref (self->used);
  g_hash_table_unref (self->halted);
  g_object_unref (self->store);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
hl_writer_publish (HlWriter *self, HlPublish *publish, HlPublishFunc done, gpointer user_data)
{
  HlJob *job = hl_job_new (HL_JOB_PUBLISH, publish->location, G_CALLBACK (done), user_data);

  job->publish = publish;
  push (self, job);
}

void
hl_writer_act (HlWriter *self, const char *location, HlAction *action, const HlActor *actor, const HlPosition *base,
               const char *session, HlActFunc done, gpointer user_data)
{
  HlJob *job = hl_job_new (HL_JOB_ACT, location, G_CALLBACK (done), user_data);

  job->action = action;
  job->actor = hl_actor_copy (actor);
  job->base = hl_position_copy (base);
  job->session = g_strdup (session);
  push (self, job);
}

void
hl_writer_open (HlWriter *self, const char *location, HlOpenedFunc done, gpointer user_data)
{
  push (self, hl_job_new (HL_JOB_OPEN, location, G_CALLBACK (done), user_data));
}

void
hl_writer_checkpoint (HlWriter *self, const char *location, gboolean text, HlCheckpointFunc done, gpointer user_data)
{
  HlJob *job = hl_job_new (HL_JOB_CHECKPOINT, location, G_CALLBACK (done), user_data);

  job->with_text = text;
  push (self, job);
}

void
hl_writer_digest (HlWriter *self, const char *location, HlDigestFunc done, gpointer user_data)
{
  push (self, hl_job_new (HL_JOB_DIGEST, location, G_CALLBACK (done), user_data));
}

static void
push_call (HlWriter *self, HlJobKind kind, HlWriterCall call, gpointer data, GDestroyNotify data_free,
           HlWriterCallDone done, gpointer user_data)
{
  HlJob *job = hl_job_new (kind, NULL, G_CALLBACK (done), user_data);

  job->call = call;
  job->data = data;
  job->data_free = data_free;
  push (self, job);
}

void
hl_writer_call (HlWriter *self, HlWriterCall call, gpointer data, GDestroyNotify data_free, HlWriterCallDone done,
                gpointer user_data)
{
  push_call (self, HL_JOB_CALL, call, data, data_free, done, user_data);
}

void
hl_writer_call_between (HlWriter *self, HlWriterCall call, gpointer data, GDestroyNotify data_free,
                        HlWriterCallDone done, gpointer user_data)
{
  push_call (self, HL_JOB_BETWEEN, call, data, data_free, done, user_data);
}

gboolean
hl_writer_is_available (HlWriter *self)
{
  return g_atomic_int_get (&self->available);
}

guint
hl_writer_get_depth (HlWriter *self)
{
  return MAX (g_async_queue_length (self->queue), 0);
}

