/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing from the window: the code becomes credentials, the credentials become a link. */
#include "desk/hl-desk-private.h"

#include <string.h>

static HlDeskError
map_error (int code)
{
  switch ((HlPairingError)code) {
  case HL_PAIRING_ERROR_MALFORMED:
    return HL_DESK_ERROR_MALFORMED;
  case HL_PAIRING_ERROR_CODE_UNKNOWN:
    return HL_DESK_ERROR_CODE_UNKNOWN;
  case HL_PAIRING_ERROR_CODE_USED:
    return HL_DESK_ERROR_CODE_USED;
  case HL_PAIRING_ERROR_CODE_EXPIRED:
    return HL_DESK_ERROR_CODE_EXPIRED;
  case HL_PAIRING_ERROR_TOO_MANY_ATTEMPTS:
    return HL_DESK_ERROR_TOO_MANY_ATTEMPTS;
  case HL_PAIRING_ERROR_CONFIRM_PIN:
    return HL_DESK_ERROR_CONFIRM_PIN;
  case HL_PAIRING_ERROR_CONNECTION:
  case HL_PAIRING_ERROR_ANSWER:
  default:
    return HL_DESK_ERROR_CONNECTION;
  }
}

static void
return_error (GTask *task, GError *error)
{
  if (error->domain == HL_PAIRING_ERROR)
    g_task_return_new_error (task, HL_DESK_ERROR, (int)map_error (error->code), "%s",
                             error->message);
  else
    g_task_return_error (task, g_error_copy (error));
  g_error_free (error);
}

static void
on_credentials_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HlDesk *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (self->local == NULL || !hl_local_finish (self->local, result, &error)) {
    g_task_return_new_error (task, HL_DESK_ERROR, HL_DESK_ERROR_STORAGE, "%s",
                             error != NULL ? error->message : "The folder is closed");
    return;
  }
  if (self->link != NULL)
    hl_link_set_wanted (self->link, TRUE);
  g_task_return_boolean (task, TRUE);
}

static void
forget_log (HlDesk *self)
{
  hl_position_free (self->position);
  self->position = NULL;
  self->stored_seq = self->acked_seq = self->head = 0;
  self->copy_life++;
  g_object_unref (self->base);
  self->base = hl_state_new ();
  self->events_since_snapshot = 0;
  self->current_at = 0;
  hl_overlay_clear (self->overlay);
  hl_history_clear (self->history);
  hl_desk_mark_all (self);
  if (self->local != NULL)
    hl_local_clear_copy (self->local);
  if (self->ready) {
    self->ready = FALSE;
    hl_desk_notify_prop (self, HL_DESK_PROP_READY);
  }
}

static gboolean
have_common (GStrv one, GStrv two)
{
  for (guint i = 0; one != NULL && two != NULL && one[i] != NULL; i++) {
    if (g_strv_contains ((const char *const *)two, one[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
hl_desk_is_same_house (const HlCredentials *was, const HlCredentials *is)
{
  gboolean pinned = was != NULL && ((was->pins != NULL && was->pins[0] != NULL) || (is->pins != NULL && is->pins[0] != NULL));

  return was != NULL && g_strcmp0 (was->location, is->location) == 0
         && (pinned ? have_common (was->pins, is->pins) : have_common (was->endpoints, is->endpoints));
}

/* What a row says of where it was made once its house is not ours any more: the location's id alone may be another house's, too.
 * No id has a "#". */
static char *
name_house (const HlCredentials *credentials)
{
  GString *name = g_string_new (credentials->location);

  g_string_append_c (name, '#');
  for (guint i = 0; credentials->pins != NULL && credentials->pins[i] != NULL; i++)
    g_string_append_printf (name, "%s ", credentials->pins[i]);
  for (guint i = 0; credentials->endpoints != NULL && credentials->endpoints[i] != NULL; i++)
    g_string_append_printf (name, "%s ", credentials->endpoints[i]);
  return g_string_free (name, FALSE);
}

/* A key or an address is enough: a server that was set up anew has another key, one that has moved another address. */
static gboolean
is_named (const char *name, const HlCredentials *credentials)
{
  gsize length = strlen (credentials->location);
  g_auto (GStrv) known = NULL;

  if (strncmp (name, credentials->location, length) != 0 || name[length] != '#')
    return FALSE;
  known = g_strsplit (name + length + 1, " ", -1);
  return have_common (known, credentials->pins) || have_common (known, credentials->endpoints);
}

void
hl_desk_move_house (HlDesk *self, const HlCredentials *was, const HlCredentials *is)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);

  for (guint i = 0; i < self->items->len; i++) {
    const HlOutboxRow *row = hl_outbox_item_get_row (g_ptr_array_index (self->items, i));
    g_autofree char *location = g_strdup (row->location);
    HlOutboxRow *moved;

    if (location == NULL || row->damaged)
      continue;
    if (was != NULL && g_strcmp0 (location, was->location) == 0) {
      g_free (location);
      location = name_house (was);
    }
    if (is != NULL && is->location != NULL && is_named (location, is)) {
      g_free (location);
      location = g_strdup (is->location);
    }
    if (g_str_equal (location, row->location))
      continue;
    moved = hl_outbox_row_copy (row);
    g_free (moved->location);
    moved->location = g_steal_pointer (&location);
    g_ptr_array_add (rows, moved);
  }
  if (self->local != NULL)
    hl_desk_store_and_show (self, rows, FALSE);
}

static void
on_paired (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HlDesk *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (HlPairingResult) pairing = hl_pairing_run_finish (HL_PAIRING (source), result, &error);
  HlCredentials *credentials;

  if (pairing == NULL) {
    return_error (task, error);
    return;
  }
  credentials = g_new0 (HlCredentials, 1);
  credentials->token = g_strdup (pairing->token);
  credentials->device = g_strdup (pairing->device);
  credentials->device_name = g_strdup (g_task_get_task_data (task));
  credentials->role = g_strdup (pairing->role);
  credentials->location = g_strdup (pairing->location);
  credentials->location_name = g_strdup (pairing->location_name);
  credentials->endpoints = g_strdupv (pairing->endpoints);
  credentials->pins = g_strdupv (pairing->pins);
  /* A device that is paired anew is another device: its old queue goes to review, its copy may be
   * of another house. */
  hl_desk_review_all (self, HL_REASON_NOT_ALLOWED);
  hl_desk_move_house (self, self->credentials, credentials);
  if (!hl_desk_is_same_house (self->credentials, credentials))
    forget_log (self);
  hl_desk_adopt_credentials (self, credentials);
  hl_desk_refresh_now (self);
  g_clear_object (&self->pairing);
  hl_local_put_credentials (self->local, self->credentials, on_credentials_saved,
                            g_steal_pointer (&task));
}

/* A link can come with the program's start, before the folder is open: it waits for that. */
typedef struct {
  char *link, *address, *code, *device_name;
  gboolean confirmed;
  GTask *task;
} PairRequest;

static void
pair_request_free (PairRequest *request)
{
  g_free (request->link);
  g_free (request->address);
  g_free (request->code);
  g_free (request->device_name);
  if (request->task != NULL) /* the desk went before its folder was open */
    g_task_return_new_error (request->task, HL_DESK_ERROR, HL_DESK_ERROR_STORAGE,
                             "The folder is closed");
  g_clear_object (&request->task);
  g_free (request);
}

static void
on_earlier_pair_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (hl_desk_pair_finish (HL_DESK (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hl_desk_pair_opened (HlDesk *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting_pairs);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++) {
    PairRequest *request = g_ptr_array_index (waiting, i);
    GTask *task = g_steal_pointer (&request->task);

    /* A link that somebody was sent must not take a stand away from its house unasked. */
    if (self->credentials != NULL) {
      g_task_return_new_error (task, HL_DESK_ERROR, HL_DESK_ERROR_PAIRED, "Paired already");
      g_object_unref (task);
      continue;
    }
    hl_desk_pair_async (self, request->link, request->address, request->code, request->device_name,
                        request->confirmed, g_task_get_cancellable (task), on_earlier_pair_done,
                        task);
  }
}

void
hl_desk_pair_async (HlDesk *self, const char *link, const char *address, const char *code,
                    const char *device_name, gboolean confirmed, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = NULL;
  GError *error = NULL;

  g_task_set_task_data (
      task, g_strdup (device_name != NULL && *device_name != '\0' ? device_name : "Stand"), g_free);
  if (self->local != NULL && !self->opened && !self->closing) {
    PairRequest *request = g_new0 (PairRequest, 1);

    request->link = g_strdup (link);
    request->address = g_strdup (address);
    request->code = g_strdup (code);
    request->device_name = g_strdup (device_name);
    request->confirmed = confirmed;
    request->task = task;
    if (self->waiting_pairs == NULL)
      self->waiting_pairs = g_ptr_array_new_with_free_func ((GDestroyNotify)pair_request_free);
    g_ptr_array_add (self->waiting_pairs, request);
    return;
  }
  if (self->local == NULL || self->install_id == NULL || self->closing) {
    g_task_return_new_error (task, HL_DESK_ERROR, HL_DESK_ERROR_STORAGE, "%s",
                             self->storage_error != NULL && *self->storage_error != '\0'
                                 ? self->storage_error
                                 : "The folder is not open yet");
    g_object_unref (task);
    return;
  }
  /* The same try goes on, after a lost reply or once the person has compared the key: its secret
   * stays. */
  key = g_strjoin ("\n", link != NULL ? link : "", address != NULL ? address : "",
                   code != NULL ? code : "", NULL);
  if (self->pairing != NULL && g_strcmp0 (key, self->pairing_key) == 0) {
    if (confirmed)
      hl_pairing_confirm_pin (self->pairing);
  } else {
    g_clear_object (&self->pairing);
    g_free (self->pairing_key);
    self->pairing_key = g_strdup (key);
    self->pairing = hl_pairing_new (link, address, code, device_name, self->install_id, &error);
    if (self->pairing == NULL) {
      return_error (task, error);
      g_object_unref (task);
      return;
    }
  }
  hl_pairing_run_async (self->pairing, cancellable, on_paired, task);
}

gboolean
hl_desk_pair_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
hl_desk_get_pairing_pin (HlDesk *self)
{
  return self->pairing != NULL ? hl_pairing_get_pin (self->pairing) : NULL;
}

void
hl_desk_unpair (HlDesk *self)
{
  if (self->demo || self->local == NULL)
    return;
  hl_desk_review_all (self, HL_REASON_NOT_ALLOWED);
  hl_desk_move_house (self, self->credentials, NULL);
  hl_desk_set_link (self, NULL);
  hl_local_put_credentials (self->local, NULL, NULL, NULL);
  forget_log (self);
  hl_desk_adopt_credentials (self, NULL);
  hl_desk_notify_prop (self, HL_DESK_PROP_LINK_STATE);
  hl_desk_refresh_now (self);
}
