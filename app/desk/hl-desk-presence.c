/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here, asked of the server that the link is connected to. */
#include "desk/hl-desk-private.h"

#include "link/hl-presence-ask.h"
#include "link/hl-socket-link.h"
#include "util/hl-clock.h"

#define EVERY_US (10 * G_USEC_PER_SEC)
#define LIMIT_US (10 * G_USEC_PER_SEC)

typedef struct {
  HlDesk *desk;
  guint generation;
} Asked;

static gboolean
is_connected (HlDesk *self)
{
  HlLinkState state = hl_desk_get_link_state (self);

  return state == HL_LINK_STATE_LIVE || state == HL_LINK_STATE_LATE || state == HL_LINK_STATE_CATCHING_UP;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  HlDesk *self = asked->desk;
  JsonObject *answer = hl_presence_ask_finish (result);

  g_clear_object (&self->presence_ask);
  /* what was asked of one connection says nothing about another */
  if (answer != NULL && !self->closing && self->link != NULL && is_connected (self)
      && asked->generation == hl_link_get_generation (self->link))
    hl_presence_take (self->presence, answer, hl_desk_get_device (self), self->who, hl_desk_wall (self));
  g_clear_pointer (&answer, json_object_unref);
  g_object_unref (self);
  g_free (asked);
}

static HlEndpoint *
get_endpoint (HlDesk *self)
{
  GListModel *endpoints = hl_link_get_endpoints (self->link);
  guint n = g_list_model_get_n_items (endpoints);

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (endpoints, i);

    if (hl_endpoint_get_in_use (endpoint))
      return endpoint; /* the list keeps it */
  }
  return NULL;
}

/* Without a server there is this device alone. */
static void
take_alone (HlDesk *self)
{
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *devices = json_array_new ();
  JsonObject *own = json_object_new ();

  json_object_set_string_member (own, "device", hl_desk_get_device (self));
  json_object_set_string_member (own, "label", self->credentials->device_name);
  json_array_add_object_element (devices, own);
  json_object_set_array_member (answer, "devices", devices);
  hl_presence_take (self->presence, answer, hl_desk_get_device (self), self->who, hl_desk_wall (self));
}

void
hl_desk_ask_presence (HlDesk *self)
{
  gint64 now = hl_clock_boot_us ();
  HlEndpoint *endpoint;
  Asked *asked;

  g_return_if_fail (HL_IS_DESK (self));
  if (self->presence_ask != NULL && now - self->presence_at > LIMIT_US)
    g_cancellable_cancel (self->presence_ask);
  if (self->closing || self->link == NULL || self->credentials == NULL || !is_connected (self)
      || self->presence_ask != NULL || (self->presence_at != 0 && now - self->presence_at < EVERY_US))
    return;
  self->presence_at = now;
  if (!HL_IS_SOCKET_LINK (self->link)) {
    take_alone (self);
    return;
  }
  endpoint = get_endpoint (self);
  if (endpoint == NULL || self->credentials->token == NULL || self->credentials->location == NULL)
    return;
  if (self->presence_session == NULL)
    self->presence_session = hl_http_session_new ();
  asked = g_new (Asked, 1);
  asked->desk = g_object_ref (self);
  asked->generation = hl_link_get_generation (self->link);
  self->presence_ask = g_cancellable_new ();
  hl_presence_ask_async (self->presence_session, endpoint, (const char *const *)self->credentials->pins,
                         self->credentials->location, self->credentials->token, self->presence_ask, on_answer, asked);
}

void
hl_desk_check_presence (HlDesk *self)
{
  gboolean connected = self->link != NULL && is_connected (self);

  hl_presence_set_current (self->presence, connected);
  /* another connection: asked anew at once */
  if (!connected)
    self->presence_at = 0;
}

HlPresence *
hl_desk_get_presence (HlDesk *self)
{
  g_return_val_if_fail (HL_IS_DESK (self), NULL);
  return self->presence;
}
