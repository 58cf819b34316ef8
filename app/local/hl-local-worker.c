/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread that owns the files of the data folder: what each job does there, see hl-local-private.h. */
#include "local/hl-local-private.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "local/hl-outbox-swap.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

#define KEEP_DAMAGED_MS (30 * G_GINT64_CONSTANT (86400000))

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
is_copy_job (const HlLocalJob *job)
{
  return job->type >= HL_LOCAL_JOB_SNAPSHOT && job->type <= HL_LOCAL_JOB_LINE;
}

static gboolean
run_copy_job (HlLocal *self, HlLocalJob *job, GError **error)
{
  if (job->type == HL_LOCAL_JOB_SNAPSHOT)
    return hl_copy_put_snapshot (self->copy, job->position, job->bytes, error);
  if (job->type == HL_LOCAL_JOB_EVENTS)
    return hl_copy_put_events (self->copy, job->position, job->seq, job->bytes, error);
  if (job->type == HL_LOCAL_JOB_CURRENT)
    return hl_copy_note_current (self->copy, job->a, job->b, error);
  if (job->type == HL_LOCAL_JOB_CLEAR)
    return hl_copy_clear (self->copy, error);
  g_assert (job->type == HL_LOCAL_JOB_LINE);
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
static HlLocalJob *
run_copy_group (HlLocal *self, HlLocalJob *first)
{
  g_autoptr (GPtrArray) group = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_local_job_free);
  g_autoptr (GError) error = NULL;
  HlLocalJob *next = NULL;
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
    HlLocalJob *job = g_ptr_array_index (group, i);
    if (job->type == HL_LOCAL_JOB_LINE)
      g_queue_push_tail (&self->lines, g_steal_pointer (&job->line));
  }
  write_lines (self);
  for (guint i = 0; i < group->len; i++) {
    HlLocalJob *job = g_ptr_array_index (group, i);
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
run_sweep_job (HlLocal *self, HlLocalJob *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "outbox.db") : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy_error = NULL;
  g_autoptr (GError) kept_error = NULL;

  if (self->copy != NULL)
    (void)hl_copy_sweep (self->copy, &copy_error);
  if (self->lock != NULL
      && (self->copy == NULL || g_error_matches (copy_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))) {
    renew_copy (self);
    g_clear_error (&copy_error);
    if (self->copy == NULL)
      g_set_error_literal (&copy_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN, "There is no copy");
  }
  if (job->a) {
    /* the outbox is left as it is */
  } else if (self->damaged) {
    g_set_error_literal (&error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "The outbox is damaged");
  } else if (self->outbox == NULL) {
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The folder is not open");
  } else if (!hl_outbox_sweep (self->outbox, &error)) {
    note_damage (self, error);
  }
  if (!job->a && path != NULL && self->outbox != NULL)
    (void)hl_outbox_swap_empty_kept (path, &kept_error);
  if (error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&error));
  else if (copy_error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&copy_error));
  else if (kept_error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&kept_error));
  else
    g_task_return_boolean (job->task, TRUE);
}

static void
run_known_job (HlLocal *self, HlLocalJob *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "outbox.db") : NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL || hl_outbox_swap_note_known (path, &error))
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

static void
run_outbox_job (HlLocal *self, HlLocalJob *job)
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
  if (job->type == HL_LOCAL_JOB_ADD) {
    HlOutboxRow *row = g_ptr_array_index (job->rows, 0);
    if (hl_outbox_add (self->outbox, row, &error)) {
      g_task_return_int (job->task, (gssize)row->n);
      return;
    }
  } else if (job->type == HL_LOCAL_JOB_UPDATE) {
    ok = hl_outbox_update (self->outbox, job->rows, &error);
  } else if (job->type == HL_LOCAL_JOB_PURGE) {
    ok = hl_outbox_purge (self->outbox, &job->now, &n, &error);
    if (job->now.offset != HL_OFFSET_UNKNOWN)
      drop_kept (self, job->now.wall + job->now.offset - KEEP_DAMAGED_MS);
  } else if (job->type == HL_LOCAL_JOB_FORGET) {
    ok = hl_outbox_forget (self->outbox, job->rows, &error);
  } else {
    g_assert (job->type == HL_LOCAL_JOB_RECOUNT);
    ok = hl_outbox_recount (self->outbox, job->device, job->seq, &error);
  }
  note_damage (self, error);
  if (ok)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

static void
run_rebuild_job (HlLocal *self, HlLocalJob *job)
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
run_load_lines_job (HlLocal *self, HlLocalJob *job)
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
run_credentials_job (HlLocal *self, HlLocalJob *job)
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
run_load_credentials_job (HlLocal *self, HlLocalJob *job)
{
  g_autofree char *path = self->folder != NULL ? path_of (self, "credentials") : NULL;
  g_autoptr (GError) error = NULL;
  HlCredentials *credentials = path != NULL ? hl_credentials_load (path, &error) : NULL;

  if (error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&error));
  else
    g_task_return_pointer (job->task, credentials, (GDestroyNotify)hl_credentials_free);
}

gpointer
hl_local_work (gpointer data)
{
  HlLocal *self = data;
  HlLocalJob *next = NULL;

  for (;;) {
    g_autoptr (HlLocalJob) job = next != NULL ? next : g_async_queue_pop (self->jobs);
    next = NULL;
    if (is_copy_job (job)) {
      next = run_copy_group (self, g_steal_pointer (&job));
      continue;
    }
    switch (job->type) {
    case HL_LOCAL_JOB_OPEN: {
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
    case HL_LOCAL_JOB_ADD:
    case HL_LOCAL_JOB_UPDATE:
    case HL_LOCAL_JOB_PURGE:
    case HL_LOCAL_JOB_FORGET:
    case HL_LOCAL_JOB_RECOUNT:
      run_outbox_job (self, job);
      break;
    case HL_LOCAL_JOB_SWEEP:
      run_sweep_job (self, job);
      break;
    case HL_LOCAL_JOB_KNOWN:
      run_known_job (self, job);
      break;
    case HL_LOCAL_JOB_REBUILD:
      run_rebuild_job (self, job);
      break;
    case HL_LOCAL_JOB_CREDENTIALS:
      run_credentials_job (self, job);
      break;
    case HL_LOCAL_JOB_LOAD_CREDENTIALS:
      run_load_credentials_job (self, job);
      break;
    case HL_LOCAL_JOB_LOAD_LINES:
      run_load_lines_job (self, job);
      break;
    case HL_LOCAL_JOB_CLOSE:
      do_close (self);
      if (job->task != NULL)
        g_task_return_boolean (job->task, TRUE);
      return NULL;
    case HL_LOCAL_JOB_SNAPSHOT:
    case HL_LOCAL_JOB_EVENTS:
    case HL_LOCAL_JOB_CURRENT:
    case HL_LOCAL_JOB_CLEAR:
    case HL_LOCAL_JOB_LINE:
    default:
      g_assert_not_reached ();
    }
  }
}
