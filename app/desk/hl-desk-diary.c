/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection log beyond the steps that the desk keeps at hand: the whole file, when somebody asks. */
#include "desk/hl-desk-private.h"

HlTransition *
hl_desk_make_step (const HlCopyLine *line)
{
  return hl_transition_new_repeated (
      line->at, (HlLinkState)CLAMP (line->was, HL_LINK_STATE_IDLE, HL_LINK_STATE_STOPPED),
      (HlLinkState)CLAMP (line->became, HL_LINK_STATE_IDLE, HL_LINK_STATE_STOPPED),
      (HlLinkCause)CLAMP (line->cause, HL_LINK_CAUSE_NONE, HL_LINK_CAUSE_EXPIRED), line->endpoint,
      line->detail, line->code, line->lasted, line->times, line->until);
}

gboolean
hl_desk_get_log_whole (HlDesk *self)
{
  return self->log_whole;
}

/* What came since it was asked for stays in front of it. Where the disk did not take everything, what is at
 * hand is more than what the file has, and stays. */
static void
take_lines (HlDesk *self, GPtrArray *lines)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->transitions));
  guint fresh = MIN (self->log_fresh, n);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  self->log_whole = self->log_loaded = TRUE;
  if (lines->len <= n - fresh)
    return;
  for (guint i = 0; i < lines->len; i++)
    g_ptr_array_add (steps, hl_desk_make_step (g_ptr_array_index (lines, i)));
  g_list_store_splice (self->transitions, fresh, n - fresh, steps->pdata, steps->len);
}

static void
on_lines_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->log_tasks);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (self->local != NULL)
    lines = hl_local_load_lines_finish (self->local, result, &error);
  if (lines != NULL && !self->closing)
    take_lines (self, lines);
  for (guint i = 0; tasks != NULL && i < tasks->len; i++) {
    if (error != NULL)
      g_task_return_error (g_ptr_array_index (tasks, i), g_error_copy (error));
    else
      g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
  }
}

void
hl_desk_load_log_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (self->log_whole || self->local == NULL || self->closing) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (self->log_tasks == NULL) {
    self->log_tasks = g_ptr_array_new_with_free_func (g_object_unref);
    self->log_fresh = 0;
    hl_local_load_lines (self->local, on_lines_loaded, g_object_ref (self));
  }
  g_ptr_array_add (self->log_tasks, g_steal_pointer (&task));
}

gboolean
hl_desk_load_log_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
