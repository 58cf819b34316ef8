/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlWriter: the one thread that decides, appends and evolves; its COMMIT comes before every answer. */
#include "live/hl-writer.h"

#include "domain/hl-decide.h"
#include "live/hl-day.h"
#include "live/hl-job.h"
#include "live/hl-page.h"
#include "store/hl-sqlite-store.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

/* Jobs of one group at most: what comes later waits for one fsync. */
#define MAX_GROUP 1024
#define RETRY_US G_USEC_PER_SEC
#define UPKEEP_US (10 * G_USEC_PER_SEC)
#define CHECKPOINT_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define CATCH_UP_EVENTS 500
#define CATCH_UP_BYTES (192 * 1024)

/* What one group hands to the main thread: units first, then answers. */
typedef struct {
  GPtrArray *appends; /* of Append */
  GPtrArray *jobs;    /* of HlJob */
} Batch;

typedef struct {
  char       *location;
  GPtrArray  *units;  /* NULL: the log is another than it was */
  HlPosition *head;
} Append;

struct _HlWriter {
  HlWriterFuncs funcs;
  gpointer      user_data;
  GThread      *thread;
  GAsyncQueue  *queue;

  /* the writer thread's */
  HlStore      *store;
  GHashTable   *journals;   /* location -> HlJournal */
  GHashTable   *announced;  /* location -> HlPosition that the main thread knows */
  Batch        *between;    /* what a call between groups hands over; NULL: none runs */
  gboolean      stopping;
  gboolean      failing;    /* what the thread last said about the store */
  gint64        retry_us;
  gint64        upkeep_us;
  gint64        checkpoint_us;

  /* between the two */
  GMutex        mutex;
  GQueue        batches;    /* of Batch, under the mutex */
  GSource      *source;     /* the one wake-up */
  gint          available;  /* atomic */
  gboolean      told_available;   /* main thread: what funcs.available last said */

  HlMetricsCell *m_group, *m_commit_ok, *m_commit_failed, *m_seconds, *m_appended, *m_depth, *m_errors;
  HlMetricsCell *m_decide;
};

static void
append_free (Append *self)
{
  g_free (self->location);
  g_clear_pointer (&self->units, g_ptr_array_unref);
  hl_position_free (self->head);
  g_free (self);
}

static Batch *
batch_new (void)
{
  Batch *self = g_new0 (Batch, 1);

  self->appends = g_ptr_array_new_with_free_func ((GDestroyNotify) append_free);
  self->jobs = g_ptr_array_new ();
  return self;
}

/* ---- the main thread's end ---- */

static void
deliver (HlWriter *self, Batch *batch)
{
  for (guint i = 0; i < batch->appends->len; i++) {
    Append *append = g_ptr_array_index (batch->appends, i);

    if (append->units == NULL) {
      self->funcs.reset (append->location, self->user_data);
    } else {
      self->funcs.appended (append->location, append->units, append->head, self->user_data);
    }
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    hl_job_answer (g_ptr_array_index (batch->jobs, i));
  }
  g_ptr_array_unref (batch->appends);
  g_ptr_array_unref (batch->jobs);
  g_free (batch);
}

static void
deliver_all (HlWriter *self)
{
  gboolean available = g_atomic_int_get (&self->available);

  for (;;) {
    Batch *batch;

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

/* ---- the thread's end ---- */

static void
hand_over (HlWriter *self, Batch *batch)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->batches, batch);
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->source, 0);
}

static void
set_failing (HlWriter *self, gboolean failing, const GError *error)
{
  if (failing) {
    hl_metrics_inc (self->m_errors);
  }
  if (failing == self->failing) {
    return;
  }
  self->failing = failing;
  g_atomic_int_set (&self->available, !failing);
  if (failing) {
    hl_log (HL_LOG_ERROR, "store", "the store does not take writes, publishers are told to come back", "error",
            error != NULL ? error->message : NULL, NULL);
  } else {
    hl_log (HL_LOG_NOTICE, "store", "the store takes writes again", NULL);
  }
  g_source_set_ready_time (self->source, 0);
}

static HlJournal *
get_journal (HlWriter *self, const char *location, GError **error)
{
  HlJournal *journal = g_hash_table_lookup (self->journals, location);

  if (journal != NULL && journal->state == NULL && !hl_journal_reload (journal, self->store, error)) {
    return NULL;
  }
  if (journal == NULL) {
    journal = hl_journal_open (self->store, location, error);
    if (journal != NULL) {
      g_hash_table_insert (self->journals, journal->location, journal);
      if (!g_hash_table_contains (self->announced, location)) {
        g_hash_table_insert (self->announced, g_strdup (location), hl_position_copy (journal->head));
      }
    }
  }
  if (journal != NULL && !journal->touched) {
    journal->mark = journal->fresh != NULL ? journal->fresh->len : 0;
  }
  return journal;
}

/* The request is closed: nothing of it is open any more in any journal. Calls touch several, the rest one. */
static void
end_touch (HlWriter *self, gboolean roll_back)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;
    g_autoptr (GError) error = NULL;

    if (!journal->touched) {
      continue;
    }
    journal->touched = FALSE;
    if (roll_back && !hl_journal_reload (journal, self->store, &error)) {
      hl_log (HL_LOG_WARNING, "live", "state cannot be read again", "location", journal->location, "error",
              error->message, NULL);
    }
  }
}

static gboolean
run_in_request (HlWriter *self, HlJob *job, gint64 now, GError **error)
{
  HlJournal *journal;

  if (job->kind == HL_JOB_CALL) {
    return job->call (self, self->store, job->data);
  }
  journal = get_journal (self, job->location, error);
  if (journal == NULL) {
    if (error != NULL && g_error_matches (*error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION)) {
      job->answer = HL_ANSWER_NO_LOCATION;
      g_clear_error (error);
    }
    return FALSE;
  }
  return job->kind == HL_JOB_PUBLISH ? hl_job_publish (job, journal, self->store, now, error)
                                     : hl_job_act (job, journal, self->store, now, error);
}

static void
close_request (HlWriter *self, HlJob *job, gboolean keep)
{
  g_autoptr (GError) error = NULL;
  HlJournal *journal = job->kind != HL_JOB_CALL ? g_hash_table_lookup (self->journals, job->location) : NULL;

  if (keep) {
    keep = hl_store_end_request (self->store, &error);
  }
  if (!keep) {
    if (!hl_store_rollback_request (self->store, NULL)) {
      hl_log (HL_LOG_WARNING, "store", "a request cannot be rolled back", NULL);
    }
    if (job->answer == HL_ANSWER_OK) {
      job->answer = HL_ANSWER_UNAVAILABLE;
    }
    job->committed = FALSE;
  }
  if (journal != NULL && keep) {
    journal->touched = FALSE;
  } else if (journal == NULL || journal->touched) {
    end_touch (self, !keep);
  }
}

static void
run_request (HlWriter *self, HlJob *job, gint64 now)
{
  g_autoptr (GError) error = NULL;
  gboolean keep;

  if (hl_store_is_broken (self->store) || !hl_store_begin_request (self->store, &error)) {
    job->answer = HL_ANSWER_UNAVAILABLE;
    return;
  }
  keep = run_in_request (self, job, now, &error);
  job->committed = keep;
  if (error != NULL && job->answer != HL_ANSWER_TOO_LARGE) {
    job->answer = HL_ANSWER_UNAVAILABLE;
    set_failing (self, TRUE, error);
    hl_log (HL_LOG_WARNING, "store", "a request failed", "location", job->location, "error", error->message, NULL);
  }
  close_request (self, job, keep);
}

static void
add_append (Batch *batch, const char *location, GPtrArray *units, const HlPosition *head)
{
  Append *append = g_new0 (Append, 1);

  append->location = g_strdup (location);
  append->units = units;
  append->head = hl_position_copy (head);
  g_ptr_array_add (batch->appends, append);
}

static void
announce (HlWriter *self, Batch *batch)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;
    GPtrArray *units = hl_journal_take_fresh (journal);

    if (units == NULL) {
      continue;
    }
    if (units->len == 0) {
      g_ptr_array_unref (units);
      continue;
    }
    for (guint i = 0; i < units->len; i++) {
      HlUnit *unit = g_ptr_array_index (units, i);

      hl_metrics_add (self->m_appended, unit->last - unit->first + 1);
    }
    add_append (batch, journal->location, units, journal->head);
    g_hash_table_insert (self->announced, g_strdup (journal->location), hl_position_copy (journal->head));
  }
}

/* What stands in the log after a COMMIT of unknown outcome and was not announced yet. */
static void
announce_found (HlWriter *self, Batch *batch, const char *location, HlPosition *known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) there = NULL;
  HlJournal *journal = get_journal (self, location, &error);
  guint64 after = known->seq;

  if (journal == NULL) {
    if (!g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION)) {
      hl_log (HL_LOG_WARNING, "live", "log cannot be read again", "location", location, "error", error->message, NULL);
    }
    return;
  }
  there = hl_store_position_at (self->store, location, known->seq, NULL);
  if (there == NULL || !hl_position_equal (there, known)) {
    hl_log (HL_LOG_ERROR, "live", "the log is not the one that was announced", "location", location, NULL);
    add_append (batch, location, NULL, journal->head);
    return;
  }
  while (after < journal->head->seq) {
    g_autoptr (GPtrArray) units = hl_page_read (self->store, location, journal->head->epoch, after, CATCH_UP_EVENTS,
                                                CATCH_UP_BYTES, NULL);
    HlUnit *last;

    if (units == NULL || units->len == 0) {
      add_append (batch, location, NULL, journal->head);
      return;
    }
    last = g_ptr_array_index (units, units->len - 1);
    after = last->last;
    add_append (batch, location, g_ptr_array_ref (units), last->pos);
  }
}

static void
recover (HlWriter *self, Batch *batch)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_remove_all (self->journals);
  self->retry_us = hl_clock_boot_us () + RETRY_US;
  if (!hl_store_reopen (self->store, &error)) {
    set_failing (self, TRUE, error);
    return;
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->kind == HL_JOB_PUBLISH || job->kind == HL_JOB_ACT) {
      job->answer = HL_ANSWER_UNAVAILABLE;
      g_clear_pointer (&job->text, g_free);
      g_clear_pointer (&job->detail, g_free);
      if (!hl_job_find (job, self->store, NULL)) {
        job->answer = HL_ANSWER_UNAVAILABLE;
      }
    }
  }
  g_hash_table_iter_init (&iter, self->announced);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    announce_found (self, batch, key, value);
  }
  for (guint i = 0; i < batch->appends->len; i++) {
    Append *append = g_ptr_array_index (batch->appends, i);

    g_hash_table_insert (self->announced, g_strdup (append->location), hl_position_copy (append->head));
  }
}

static void
run_writes (HlWriter *self, Batch *batch, guint n_writes)
{
  g_autoptr (GError) error = NULL;
  gint64 now = hl_clock_wall_ms ();
  gint64 began = hl_clock_boot_us ();

  if (hl_store_is_broken (self->store) && began >= self->retry_us) {
    recover (self, batch);
  }
  if (hl_store_is_broken (self->store) || !hl_store_begin_group (self->store, &error)) {
    if (error != NULL) {
      set_failing (self, TRUE, error);
    }
    return;
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->kind < HL_JOB_BETWEEN) {
      run_request (self, job, now);
    }
  }
  hl_metrics_observe (self->m_decide, (hl_clock_boot_us () - began) / 1e6);
  began = hl_clock_boot_us ();
  if (hl_store_is_broken (self->store) || !hl_store_commit_group (self->store, &error)) {
    hl_metrics_inc (self->m_commit_failed);
    hl_log (HL_LOG_ERROR, "store", "COMMIT failed", "error", error != NULL ? error->message : "store broken", NULL);
    set_failing (self, TRUE, error);
    for (guint i = 0; i < batch->jobs->len; i++) {
      HlJob *job = g_ptr_array_index (batch->jobs, i);

      job->committed = FALSE;
      job->answer = HL_ANSWER_UNAVAILABLE;
    }
    recover (self, batch);
    return;
  }
  hl_metrics_inc (self->m_commit_ok);
  hl_metrics_observe (self->m_seconds, (hl_clock_boot_us () - began) / 1e6);
  hl_metrics_observe (self->m_group, n_writes);
  announce (self, batch);
}

static void
run_read (HlWriter *self, HlJob *job)
{
  g_autoptr (GError) error = NULL;
  HlJournal *journal = get_journal (self, job->location, &error);

  if (journal == NULL) {
    job->answer = g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION) ? HL_ANSWER_NO_LOCATION
                                                                                            : HL_ANSWER_UNAVAILABLE;
    if (job->answer == HL_ANSWER_UNAVAILABLE) {
      hl_log (HL_LOG_ERROR, "live", "log cannot be opened", "location", job->location, "error", error->message, NULL);
    }
    return;
  }
  job->answer = HL_ANSWER_OK;
  job->pos = hl_position_copy (journal->head);
  job->floor = journal->floor;
  job->label = g_strdup (journal->label);
  if (job->kind == HL_JOB_CHECKPOINT) {
    job->checkpoint = hl_journal_checkpoint (journal, job->with_text);
  } else if (job->kind == HL_JOB_DIGEST) {
    job->digest = hl_state_get_digest (journal->state);
  }
}

static void
run_between (HlWriter *self, Batch *batch, HlJob *job)
{
  if (hl_store_is_broken (self->store)) {
    return;
  }
  self->between = batch;
  job->committed = job->call (self, self->store, job->data);
  self->between = NULL;
  if (hl_store_is_broken (self->store)) {
    job->committed = FALSE;
    recover (self, batch);
  }
}

/* Timers, as requests of the server's own; between groups. */
static void
run_timers (HlWriter *self)
{
  g_autoptr (GPtrArray) due = g_ptr_array_new ();
  gint64 now = hl_clock_wall_ms ();
  GHashTableIter iter;
  gpointer value;
  Batch *batch;

  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;

    if (journal->state != NULL && journal->due == 0) {
      journal->due = hl_day_next (journal, now);
    }
    if (journal->state != NULL && journal->due <= now) {
      g_ptr_array_add (due, journal);
    }
  }
  if (due->len == 0 || hl_store_is_broken (self->store)) {
    return;
  }
  batch = batch_new ();
  for (guint i = 0; i < due->len; i++) {
    HlJournal *journal = g_ptr_array_index (due, i);
    HlJob *job = hl_job_new (HL_JOB_PUBLISH, journal->location, NULL, NULL);

    job->publish = hl_day_close (journal, now);
    if (job->publish == NULL) {
      hl_job_free (job);
      continue;
    }
    hl_log (HL_LOG_INFO, "live", "closing the business day", "location", journal->location, NULL);
    g_ptr_array_add (batch->jobs, job);
  }
  if (batch->jobs->len > 0) {
    run_writes (self, batch, batch->jobs->len);
  }
  hand_over (self, batch);
}

static void
run_upkeep (HlWriter *self, gboolean all)
{
  GHashTableIter iter;
  gpointer value;
  gint64 now = hl_clock_boot_us ();

  if (hl_store_is_broken (self->store)) {
    return;
  }
  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;
    g_autoptr (GError) error = NULL;

    if (journal->state != NULL &&
        !hl_journal_store (journal, self->store, all ? 1 : HL_JOURNAL_STORE_EVERY, hl_clock_wall_ms (), &error)) {
      hl_log (HL_LOG_WARNING, "live", "snapshot cannot be stored", "location", journal->location, "error",
              error->message, NULL);
      return;
    }
  }
  if ((all || now >= self->checkpoint_us) && HL_IS_SQLITE_STORE (self->store)) {
    self->checkpoint_us = now + CHECKPOINT_US;
    hl_sqlite_store_checkpoint (HL_SQLITE_STORE (self->store), NULL, NULL);
  }
}

/* While the store fails nobody but us asks whether it is back. */
static void
probe (HlWriter *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->failing || hl_clock_boot_us () < self->retry_us) {
    return;
  }
  self->retry_us = hl_clock_boot_us () + RETRY_US;
  if (hl_store_is_broken (self->store)) {
    Batch *batch = batch_new ();

    recover (self, batch);
    hand_over (self, batch);
  }
  if (hl_store_is_broken (self->store) ||
      (HL_IS_SQLITE_STORE (self->store) && !hl_sqlite_store_has_space (HL_SQLITE_STORE (self->store)))) {
    return;
  }
  if (hl_store_begin_group (self->store, &error) && hl_store_commit_group (self->store, &error)) {
    set_failing (self, FALSE, NULL);
  }
}

static void
run_group (HlWriter *self, Batch *batch)
{
  guint n_writes = 0;

  for (guint i = 0; i < batch->jobs->len; i++) {
    n_writes += ((HlJob *) g_ptr_array_index (batch->jobs, i))->kind < HL_JOB_BETWEEN;
  }
  if (n_writes > 0) {
    run_writes (self, batch, n_writes);
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->kind == HL_JOB_BETWEEN) {
      run_between (self, batch, job);
    } else if (job->kind >= HL_JOB_OPEN && job->kind < HL_JOB_STOP) {
      run_read (self, job);
    }
  }
  hand_over (self, batch);
}

static gpointer
run (gpointer user_data)
{
  HlWriter *self = user_data;

  while (!self->stopping) {
    gint64 wait = self->failing ? RETRY_US : G_USEC_PER_SEC;
    HlJob *job = g_async_queue_timeout_pop (self->queue, wait);
    gint64 now;

    if (job != NULL) {
      Batch *batch = batch_new ();

      for (; job != NULL; job = batch->jobs->len < MAX_GROUP ? g_async_queue_try_pop (self->queue) : NULL) {
        if (job->kind == HL_JOB_STOP) {
          self->stopping = TRUE;
          hl_job_free (job);
          break;
        }
        g_ptr_array_add (batch->jobs, job);
      }
      run_group (self, batch);
    }
    probe (self);
    now = hl_clock_boot_us ();
    if (now >= self->upkeep_us) {
      self->upkeep_us = now + UPKEEP_US;
      run_timers (self);
      run_upkeep (self, FALSE);
    }
  }
  run_upkeep (self, TRUE);
  return NULL;
}

/* ---- the main thread ---- */

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
  self->announced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hl_position_free);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->batches);
  self->available = TRUE;
  self->told_available = TRUE;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (self->source, on_source_ready, self, NULL);
  g_source_set_static_name (self->source, "hl-writer");
  g_source_attach (self->source, g_main_context_get_thread_default ());
  make_metrics (self, metrics);
  return self;
}

void
hl_writer_start (HlWriter *self)
{
  self->checkpoint_us = hl_clock_boot_us () + CHECKPOINT_US;
  self->thread = g_thread_new ("hl-writer", run, self);
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

  job->action = hl_action_ref (action);
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

static gboolean
append_in_request (HlWriter *self, HlJournal *journal, HlEventKind kind, JsonObject *data, guint64 *last,
                   GError **error)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlined", NULL, 0);
  g_autoptr (HlDecision) decision = NULL;
  gint64 now = hl_clock_wall_ms ();
  g_autofree char *id = hl_id_uuid7 (now);
  guint64 before = journal->head->seq;

  decision = hl_decide_record (journal->state, kind, data, actor, now);
  if (!hl_journal_append (journal, self->store, decision, id, actor, now, now, error)) {
    return FALSE;
  }
  if (last != NULL) {
    *last = journal->head->seq > before ? journal->head->seq : 0;
  }
  return TRUE;
}

gboolean
hl_writer_append (HlWriter *self, const char *location, HlEventKind kind, JsonObject *data, guint64 *last,
                  GError **error)
{
  HlJournal *journal = get_journal (self, location, error);

  if (journal == NULL) {
    return FALSE;
  }
  if (self->between == NULL) {
    return append_in_request (self, journal, kind, data, last, error);
  }
  if (!hl_store_begin_group (self->store, error)) {
    return FALSE;
  }
  if (!append_in_request (self, journal, kind, data, last, error)) {
    hl_store_abort_group (self->store);
    end_touch (self, TRUE);
    return FALSE;
  }
  if (!hl_store_commit_group (self->store, error)) {
    return FALSE;
  }
  end_touch (self, FALSE);
  announce (self, self->between);
  return TRUE;
}

HlState *
hl_writer_get_state (HlWriter *self, const char *location, GError **error)
{
  HlJournal *journal = get_journal (self, location, error);

  return journal != NULL ? journal->state : NULL;
}

void
hl_writer_forget (HlWriter *self, const char *location)
{
  g_hash_table_remove (self->journals, location);
  g_hash_table_remove (self->announced, location);
}
