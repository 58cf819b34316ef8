/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done at the staged desk: noted, and answered at once. */
#include "hl-staged-desk-private.h"

void
hl_staged_answer (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  if (self->failure != NULL)
    g_task_return_error (task, g_steal_pointer (&self->failure));
  else
    g_task_return_pointer (task, g_strdup ("done"), g_free);
  g_object_unref (task);
}

void
hl_desk_close_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  hl_staged_answer (self, callback, user_data);
}

gboolean
hl_desk_close_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  g_free (g_task_propagate_pointer (G_TASK (result), error));
  return TRUE;
}

void
hl_desk_perform_async (HlDesk *self, HlActionKind kind, JsonObject *data,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autofree char *text = NULL;

  json_node_init_object (node, data);
  json_object_unref (data);
  text = json_to_string (node, FALSE);
  g_ptr_array_add (self->performed, g_strdup_printf ("%s %s", hl_enum_nick (HL_TYPE_ACTION_KIND, kind), text));
  hl_staged_answer (self, callback, user_data);
}

char *
hl_desk_perform_finish (HlDesk *self, GAsyncResult *result, HlOutcome *predicted, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
hl_desk_new_id (void)
{
  return g_uuid_string_random ();
}

void
hl_desk_undo_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup ("undo"));
  hl_staged_answer (self, callback, user_data);
}

char *
hl_desk_undo_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hl_desk_mark_read (HlDesk *self, HlOutboxItem *item)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("read %s", hl_outbox_item_get_id (item)));
}

void
hl_desk_dismiss_damage (HlDesk *self)
{
  GValue no = G_VALUE_INIT, nothing = G_VALUE_INIT;

  g_ptr_array_add (self->performed, g_strdup ("dismiss damage"));
  g_value_init (&no, G_TYPE_BOOLEAN);
  g_value_init (&nothing, G_TYPE_STRING);
  g_value_set_static_string (&nothing, "");
  hl_staged_desk_set (self, "storage-note", &nothing);
  hl_staged_desk_set (self, "may-have-lost", &no);
}

gboolean
hl_desk_can_withdraw (HlDesk *self, HlOutboxItem *item)
{
  g_autoptr (HlOutboxItem) newest = g_list_model_get_item (G_LIST_MODEL (self->outbox), 0);

  return newest == item && hl_outbox_item_get_state (item) == HL_ITEM_QUEUED;
}

void
hl_desk_withdraw_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("withdraw %s", hl_outbox_item_get_id (item)));
  hl_staged_answer (self, callback, user_data);
}

void
hl_desk_redo_review_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("again %s", hl_outbox_item_get_id (item)));
  hl_staged_answer (self, callback, user_data);
}

char *
hl_desk_make_report (HlDesk *self)
{
  g_ptr_array_add (self->performed, g_strdup ("report"));
  return g_strdup ("Hostline 0.1\n");
}

void
hl_desk_clear_away (HlDesk *self)
{
}

void
hl_desk_reconnect_now (HlDesk *self)
{
  g_ptr_array_add (self->performed, g_strdup ("reconnect"));
}

const char *
hl_desk_describe_cause (HlLinkCause cause)
{
  return cause == HL_LINK_CAUSE_NONE ? "" : "The back-office server does not answer";
}

void
hl_desk_pair_async (HlDesk *self, const char *link, const char *address, const char *code,
                    const char *device_name, gboolean confirmed, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("pair %s %s", link != NULL ? link : address,
                                                     code != NULL ? code : ""));
  hl_staged_answer (self, callback, user_data);
}

gboolean
hl_desk_pair_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  g_free (g_task_propagate_pointer (G_TASK (result), error));
  return TRUE;
}

const char *
hl_desk_get_pairing_pin (HlDesk *self)
{
  return "9F2C 41D0";
}

void
hl_staged_desk_fail_next (HlDesk *self, HlDeskError code, const char *message)
{
  g_clear_error (&self->failure);
  self->failure = g_error_new_literal (HL_DESK_ERROR, (int) code, message);
}
