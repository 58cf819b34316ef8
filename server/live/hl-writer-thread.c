/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlWriter's thread: groups of requests, one COMMIT each, timers and upkeep between them. */
#include "live/hl-writer-private.h"

#include "domain/hl-decide.h"
#include "live/hl-day.h"
#include "live/hl-page.h"
#include "live/hl-timers.h"
#include "live/hl-wash.h"
#include "store/hl-sqlite-store.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

/* Jobs and facts of one group at most: what comes later waits for one fsync, and this one must not take for ever. */
#define MAX_GROUP 1024
#define MAX_FACTS 4000
#define RETRY_US G_USEC_PER_SEC
/* A group that failed for no lasting reason is tried once more, if the first try did not take longer than this. */
#define PATIENCE_US (2 * G_USEC_PER_SEC)
#define TIMERS_US G_USEC_PER_SEC
#define WASH_US (5 * G_USEC_PER_SEC)
#define MAX_HALTED 16384
#define CATCH_UP_EVENTS 500
#define CATCH_UP_BYTES (192 * 1024)

static void
hand_over (HlWriter *self, HlBatch *batch)
{
  for (guint i = 0; i < batch->jobs->len; i++) {
    hl_job_release (g_ptr_array_index (batch->jobs, i));
  }
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

/* A single mishap is no failing store: the same is tried once more before anybody is told. */
static void
note_failure (HlWriter *self, const GError *error)
{
  self->again = self->again || (!self->failing && hl_store_may_pass (error) && hl_clock_boot_us () < self->patience_us);
  if (!self->again) {
    set_failing (self, TRUE, error);
    return;
  }
  hl_metrics_inc (self->m_errors);
  hl_log (HL_LOG_WARNING, "store", "a write failed and is tried once more", "error", error != NULL ? error->message : NULL,
          NULL);
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
      if (hl_wash_is_pending (self->store, location)) {
        hl_wash_want (journal);
      }
      self->wash_wanted |= journal->traces != NULL;
      if (!g_hash_table_contains (self->announced, location)) {
        g_hash_table_insert (self->announced, g_strdup (location), hl_position_copy (journal->head));
      }
    }
  }
  if (journal != NULL && !journal->used) {
    journal->used = TRUE;
    g_ptr_array_add (self->used, journal);
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
  for (guint i = 0; i < self->used->len; i++) {
    HlJournal *journal = g_ptr_array_index (self->used, i);
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

  if (keep && !hl_store_end_request (self->store, &error)) {
    hl_log (HL_LOG_WARNING, "store", "a request cannot be ended", "error", error->message, NULL);
    keep = FALSE;
  } else if (!keep && !hl_store_rollback_request (self->store, &error)) {
    hl_log (HL_LOG_WARNING, "store", "a request cannot be rolled back", "error", error->message, NULL);
  }
  if (!keep) {
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

/* A device's actions are strictly in order: once one has no answer, those behind it on the same connection may not
 * be decided either. The session is closed and sends all of them again. */
static gboolean
is_halted (HlWriter *self, HlJob *job)
{
  return job->kind == HL_JOB_ACT && job->session != NULL && g_hash_table_contains (self->halted, job->session);
}

static void
halt_undecided (HlWriter *self, GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++) {
    HlJob *job = g_ptr_array_index (jobs, i);

    if (job->kind == HL_JOB_ACT && job->session != NULL && job->answer == HL_ANSWER_UNAVAILABLE) {
      /* session ids never come again, so forgetting old ones is safe */
      if (g_hash_table_size (self->halted) >= MAX_HALTED) {
        g_hash_table_remove_all (self->halted);
      }
      g_hash_table_add (self->halted, g_strdup (job->session));
    }
  }
}

static void
run_request (HlWriter *self, HlJob *job, gint64 now)
{
  g_autoptr (GError) error = NULL;
  gboolean keep;

  job->tried = TRUE;
  job->in_group = TRUE;
  if (is_halted (self, job) || hl_store_is_broken (self->store) || !hl_store_begin_request (self->store, &error)) {
    job->answer = HL_ANSWER_UNAVAILABLE;
    if (error != NULL) {
      note_failure (self, error);
    }
    return;
  }
  keep = run_in_request (self, job, now, &error);
  job->committed = keep;
  if (error != NULL && job->answer != HL_ANSWER_TOO_LARGE) {
    job->answer = HL_ANSWER_UNAVAILABLE;
    note_failure (self, error);
    hl_log (HL_LOG_WARNING, "store", "a request failed", "location", job->location, "error", error->message, NULL);
  }
  close_request (self, job, keep);
}

static void
add_append (HlBatch *batch, const char *location, GPtrArray *units, const HlPosition *head)
{
  HlAppend *append = g_new0 (HlAppend, 1);

  append->location = g_strdup (location);
  append->units = units;
  append->head = hl_position_copy (head);
  g_ptr_array_add (batch->appends, append);
}

static void
announce (HlWriter *self, HlBatch *batch)
{
  for (guint k = 0; k < self->used->len; k++) {
    HlJournal *journal = g_ptr_array_index (self->used, k);
    GPtrArray *units = hl_journal_take_fresh (journal);
    const HlPosition *head;

    journal->used = FALSE;
    self->wash_wanted |= journal->traces != NULL;
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
    /* not the journal's: that one has none where a later request was rolled back and could not be read again */
    head = ((HlUnit *) g_ptr_array_index (units, units->len - 1))->pos;
    add_append (batch, journal->location, units, head);
    g_hash_table_insert (self->announced, g_strdup (journal->location), hl_position_copy (head));
  }
  g_ptr_array_set_size (self->used, 0);
}

/* What stands in the log after a COMMIT of unknown outcome and was not announced yet. */
static void
announce_found (HlWriter *self, HlBatch *batch, const char *location, HlPosition *known)
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
recover (HlWriter *self, HlBatch *batch)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_ptr_array_set_size (self->used, 0);
  g_hash_table_remove_all (self->journals);
  self->retry_us = hl_clock_boot_us () + RETRY_US;
  if (!hl_store_reopen (self->store, &error)) {
    set_failing (self, TRUE, error);
    return;
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->in_group && job->kind != HL_JOB_CALL) {
      hl_job_reset (job);
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
    HlAppend *append = g_ptr_array_index (batch->appends, i);

    g_hash_table_insert (self->announced, g_strdup (append->location), hl_position_copy (append->head));
  }
}

static gboolean
is_to_run (const HlJob *job, gboolean second)
{
  return job->kind < HL_JOB_BETWEEN &&
         (!second || !job->tried || (job->kind != HL_JOB_CALL && job->answer == HL_ANSWER_UNAVAILABLE));
}

static void
run_requests (HlWriter *self, HlBatch *batch, gboolean second)
{
  gint64 now = hl_clock_wall_ms ();

  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (!is_to_run (job, second)) {
      continue;
    }
    if (second) {
      hl_job_reset (job);
    }
    run_request (self, job, now);
    if (job->answer == HL_ANSWER_UNAVAILABLE && job->session != NULL) {
      job->halts = g_hash_table_add (self->halted, g_strdup (job->session));
    }
  }
}

/* Whether it reached the disk or not: none of its jobs is in an open group any more. */
static void
leave_group (HlBatch *batch)
{
  for (guint i = 0; i < batch->jobs->len; i++) {
    ((HlJob *) g_ptr_array_index (batch->jobs, i))->in_group = FALSE;
  }
}

static void
lose_group (HlWriter *self, HlBatch *batch, const GError *error)
{
  hl_metrics_inc (self->m_commit_failed);
  hl_log (HL_LOG_ERROR, "store", "COMMIT failed", "error", error != NULL ? error->message : "store broken", NULL);
  if (error != NULL || !self->again) {
    note_failure (self, error);
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->in_group) {
      job->committed = FALSE;
      job->answer = HL_ANSWER_UNAVAILABLE;
    }
  }
  recover (self, batch);
  leave_group (batch);
}

static void
try_writes (HlWriter *self, HlBatch *batch, guint n_writes, gboolean second)
{
  g_autoptr (GError) error = NULL;
  gint64 began = hl_clock_boot_us ();

  if (hl_store_is_broken (self->store)) {
    return;
  }
  if (!hl_store_begin_group (self->store, &error)) {
    note_failure (self, error);
    return;
  }
  run_requests (self, batch, second);
  hl_metrics_observe (self->m_decide, (hl_clock_boot_us () - began) / 1e6);
  began = hl_clock_boot_us ();
  if (hl_store_is_broken (self->store) || !hl_store_commit_group (self->store, &error)) {
    lose_group (self, batch, error);
    return;
  }
  leave_group (batch);
  hl_metrics_inc (self->m_commit_ok);
  hl_metrics_observe (self->m_seconds, (hl_clock_boot_us () - began) / 1e6);
  hl_metrics_observe (self->m_group, n_writes);
  announce (self, batch);
}

static void
run_writes (HlWriter *self, HlBatch *batch, guint n_writes)
{
  gint64 began = hl_clock_boot_us ();

  if (hl_store_is_broken (self->store) && began >= self->retry_us) {
    hl_metrics_inc (self->m_retries);
    recover (self, batch);
  }
  self->again = FALSE;
  self->patience_us = began + PATIENCE_US;
  try_writes (self, batch, n_writes, FALSE);
  if (!self->again || self->failing) {
    return;
  }
  self->again = FALSE;
  self->patience_us = 0;
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);

    if (job->halts) {
      g_hash_table_remove (self->halted, job->session);
      job->halts = FALSE;
    }
  }
  try_writes (self, batch, n_writes, TRUE);
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
run_between (HlWriter *self, HlBatch *batch, HlJob *job)
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

static void
close_day (HlJournal *journal, gint64 now, GPtrArray *jobs)
{
  HlPublish *publish;
  HlJob *job;

  if (journal->due == 0) {
    journal->due = hl_day_next (journal, now);
  }
  if (journal->due > now) {
    return;
  }
  publish = hl_day_close (journal, now);
  if (publish == NULL) {
    return;
  }
  hl_log (HL_LOG_INFO, "live", "closing the business day", "location", journal->location, NULL);
  job = hl_job_new (HL_JOB_PUBLISH, journal->location, NULL, NULL);
  job->publish = publish;
  g_ptr_array_add (jobs, job);
}

/* Timers, as requests of the server's own; between groups. */
static void
run_timers (HlWriter *self)
{
  gint64 now = hl_clock_wall_ms ();
  HlBatch *batch;
  GHashTableIter iter;
  gpointer value;

  if (hl_store_is_broken (self->store)) {
    return;
  }
  batch = hl_batch_new ();
  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;

    if (journal->state != NULL && journal->head->seq > 0) {
      g_autoptr (GPtrArray) due = hl_timers_collect (journal, now);

      g_ptr_array_extend (batch->jobs, due, NULL, NULL);
      close_day (journal, now, batch->jobs);
    }
  }
  if (batch->jobs->len > 0) {
    run_writes (self, batch, batch->jobs->len);
  }
  for (guint i = 0; i < batch->jobs->len; i++) {
    HlJob *job = g_ptr_array_index (batch->jobs, i);
    HlJournal *journal = g_hash_table_lookup (self->journals, job->location);

    if (job->answer == HL_ANSWER_UNAVAILABLE && journal != NULL) {
      hl_timers_retry (journal, job);
    }
  }
  if (batch->jobs->len > 0 || batch->appends->len > 0) {
    hand_over (self, batch);
  } else {
    hl_batch_free (batch);
  }
}

/* What was taken out of the log goes out of the files: at once, or as soon as nothing is in the way; at most every few seconds. */
static void
run_wash (HlWriter *self, gboolean at_once)
{
  gint64 now = hl_clock_boot_us ();

  if (!self->wash_wanted || hl_store_is_broken (self->store) || (!at_once && now < self->wash_us)) {
    return;
  }
  self->wash_wanted = !hl_wash_files (self->journals, self->store, hl_clock_wall_ms ());
  self->wash_us = now + (self->wash_wanted ? RETRY_US : WASH_US);
}

/* Where the last run did not get to the files: without this a house that nobody calls would keep the words. */
static void
find_unwashed (HlWriter *self)
{
  g_autoptr (GPtrArray) locations = hl_store_list_locations (self->store, NULL);

  for (guint i = 0; locations != NULL && i < locations->len; i++) {
    const HlStoreLocation *location = g_ptr_array_index (locations, i);

    if (hl_wash_is_pending (self->store, location->id)) {
      get_journal (self, location->id, NULL);
    }
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
  hl_metrics_inc (self->m_retries);
  if (hl_store_is_broken (self->store)) {
    HlBatch *batch = hl_batch_new ();

    recover (self, batch);
    hand_over (self, batch);
  }
  if (hl_store_is_broken (self->store) ||
      (HL_IS_SQLITE_STORE (self->store) && !hl_sqlite_store_has_space (HL_SQLITE_STORE (self->store)))) {
    return;
  }
  if (!hl_store_begin_group (self->store, &error)) {
    return;
  }
  if (HL_IS_SQLITE_STORE (self->store) && !hl_sqlite_store_try (HL_SQLITE_STORE (self->store), &error)) {
    hl_store_abort_group (self->store);
  } else if (hl_store_commit_group (self->store, &error)) {
    set_failing (self, FALSE, NULL);
  }
}

static void
run_group (HlWriter *self, HlBatch *batch)
{
  guint n_writes = 0;

  for (guint i = 0; i < batch->jobs->len; i++) {
    n_writes += ((HlJob *) g_ptr_array_index (batch->jobs, i))->kind < HL_JOB_BETWEEN;
  }
  if (n_writes > 0) {
    run_writes (self, batch, n_writes);
    halt_undecided (self, batch->jobs);
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

gpointer
hl_writer_run (gpointer user_data)
{
  HlWriter *self = user_data;

  /* what a run that was killed left in the write-ahead log: it may hold words that the log has no more */
  self->checkpoint_us = hl_clock_boot_us ();
  find_unwashed (self);
  run_wash (self, TRUE);
  while (!self->stopping) {
    gint64 wait = self->failing ? RETRY_US : G_USEC_PER_SEC;
    HlJob *job = g_async_queue_timeout_pop (self->queue, wait);
    gint64 now;

    if (job != NULL) {
      HlBatch *batch = hl_batch_new ();

      guint n_facts = 0;

      for (; job != NULL; job = batch->jobs->len < MAX_GROUP && n_facts < MAX_FACTS
                                    ? g_async_queue_try_pop (self->queue)
                                    : NULL) {
        if (job->kind == HL_JOB_STOP) {
          self->stopping = TRUE;
          hl_job_free (job);
          break;
        }
        n_facts += job->publish != NULL && job->publish->facts != NULL ? job->publish->facts->len : 1;
        g_ptr_array_add (batch->jobs, job);
      }
      run_group (self, batch);
    }
    probe (self);
    run_wash (self, FALSE);
    now = hl_clock_boot_us ();
    if (now >= self->timers_us) {
      self->timers_us = now + TIMERS_US;
      run_timers (self);
    }
    if (now >= self->upkeep_us) {
      self->upkeep_us = now + HL_WRITER_UPKEEP_US;
      hl_writer_upkeep (self, FALSE);
      hl_writer_look_after_wal (self, FALSE);
      hl_writer_keep_reserve (self);
    }
    if (now >= self->checkpoint_us) {
      hl_writer_look_after_wal (self, TRUE);
    }
  }
  run_wash (self, TRUE);
  hl_writer_upkeep (self, TRUE);
  return NULL;
}

/* ---- inside an HlWriterCall ---- */

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

gboolean
hl_writer_store_snapshot (HlWriter *self, const char *location, GError **error)
{
  HlJournal *journal = get_journal (self, location, error);

  return journal != NULL && hl_journal_store_now (journal, self->store, hl_clock_wall_ms (), error);
}

void
hl_writer_forget (HlWriter *self, const char *location)
{
  HlJournal *journal = g_hash_table_lookup (self->journals, location);

  if (journal != NULL && journal->used) {
    g_ptr_array_remove (self->used, journal);
  }
  g_hash_table_remove (self->journals, location);
  g_hash_table_remove (self->announced, location);
}
