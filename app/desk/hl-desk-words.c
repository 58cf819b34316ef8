/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words: one sentence for each cause, a name for each action, and the report for support. */
#include "desk/hl-desk-private.h"

#include <glib/gi18n.h>

#include "hl-config.h"

const char *
hl_desk_describe_cause (HlLinkCause cause)
{
  switch (cause) {
  case HL_LINK_CAUSE_NONE:
    return "";
  case HL_LINK_CAUSE_STARTING:
    return _ ("Connecting to the back-office server");
  case HL_LINK_CAUSE_NO_NETWORK:
    return _ ("This computer has no network");
  case HL_LINK_CAUSE_NAME_NOT_FOUND:
    return _ ("The back-office server's name cannot be found");
  case HL_LINK_CAUSE_REFUSED:
    return _ ("The back-office server is switched off or not started");
  case HL_LINK_CAUSE_NO_ANSWER:
    return _ ("The back-office server does not answer");
  case HL_LINK_CAUSE_RESET:
    return _ ("The connection to the back-office server broke");
  case HL_LINK_CAUSE_HEARTBEAT:
    return _ ("The back-office server stopped answering");
  case HL_LINK_CAUSE_LOGIN_PAGE:
    return _ ("This network asks for a login, or something else answers at the server's address");
  case HL_LINK_CAUSE_SERVER_DOWN:
    return _ ("The back-office server is restarting");
  case HL_LINK_CAUSE_SERVER_ERROR:
    return _ ("The back-office server has a fault");
  case HL_LINK_CAUSE_TOO_MANY:
    return _ ("The back-office server is busy");
  case HL_LINK_CAUSE_SLOW:
    return _ ("This computer could not keep up");
  case HL_LINK_CAUSE_BEHIND:
    return _ ("Some changes did not arrive: fetching them again");
  case HL_LINK_CAUSE_BAD_FRAME:
    return _ ("This computer and the server do not understand each other");
  case HL_LINK_CAUSE_DEVICE_REMOVED:
    return _ ("This device was removed: pair it again");
  case HL_LINK_CAUSE_NOT_ALLOWED:
    return _ ("This device may not see this location: ask a manager");
  case HL_LINK_CAUSE_NO_LOCATION:
    return _ ("The server does not know this location any more: ask a manager");
  case HL_LINK_CAUSE_TOO_OLD:
    return _ ("This version of Hostline is too old for the server: update it");
  case HL_LINK_CAUSE_REPLACED:
    return _ ("This device is connected from another computer");
  case HL_LINK_CAUSE_PAIR_AGAIN:
    return _ ("This device was copied or restored: pair it again");
  case HL_LINK_CAUSE_CERTIFICATE:
    return _ ("The server's certificate changed: ask a manager before going on");
  case HL_LINK_CAUSE_CLOCK:
    return _ ("The server's certificate is not valid now: check this computer's clock");
  case HL_LINK_CAUSE_STOPPED:
    return _ ("The server sent this device away: ask a manager");
  case HL_LINK_CAUSE_RESUMED:
    return _ ("This computer was asleep");
  case HL_LINK_CAUSE_NETWORK_CHANGED:
    return _ ("The network changed");
  case HL_LINK_CAUSE_ASKED:
    return _ ("Connecting again");
  case HL_LINK_CAUSE_LOCAL:
    return _ ("Not connected");
  default:
    return "";
  }
}

static const char *
get_string (JsonObject *data, const char *member)
{
  JsonNode *node = json_object_get_member (data, member);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static const char *
not_empty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

char *
hl_desk_make_label (HlDesk *self, HlActionKind kind, JsonObject *data)
{
  const char *id, *name = not_empty (get_string (data, "name"));

  if (name != NULL)
    return g_strdup (name);
  if ((id = get_string (data, "party_id")) != NULL) {
    HlParty *party = hl_state_lookup_party (self->screen, id);
    name = party != NULL ? not_empty (hl_party_get_name (party)) : NULL;
  }
  if (name == NULL && (id = get_string (data, "reservation_id")) != NULL) {
    HlReservation *reservation = hl_state_lookup_reservation (self->screen, id);
    name = reservation != NULL ? not_empty (hl_reservation_get_name (reservation)) : NULL;
  }
  if (name == NULL && (id = get_string (data, "table_id")) != NULL) {
    HlTable *table = hl_state_lookup_table (self->screen, id);
    name = table != NULL ? not_empty (hl_table_get_label (table)) : id;
  }
  if (name == NULL && (id = get_string (data, "call_id")) != NULL) {
    HlCall *call = hl_state_lookup_call (self->screen, id);
    name = call != NULL ? not_empty (hl_call_get_caller_name (call)) : NULL;
  }
  if (name == NULL && (id = get_string (data, "notice_id")) != NULL) {
    HlNotice *notice = hl_state_lookup_notice (self->screen, id);
    name = notice != NULL ? not_empty (hl_notice_get_text (notice)) : NULL;
  }
  if (name == NULL && (id = get_string (data, "action_id")) != NULL) {
    for (guint i = self->items->len; i > 0 && name == NULL; i--)
      if (g_str_equal (hl_outbox_item_get_id (g_ptr_array_index (self->items, i - 1)), id))
        name = hl_outbox_item_get_label (g_ptr_array_index (self->items, i - 1));
  }
  /* A walk-in has no name: its table says whom it is about. */
  if (name == NULL && json_object_has_member (data, "table_ids")
      && JSON_NODE_HOLDS_ARRAY (json_object_get_member (data, "table_ids"))) {
    JsonArray *array = json_object_get_array_member (data, "table_ids");
    if (json_array_get_length (array) > 0)
      name = json_array_get_string_element (array, 0);
  }
  return g_strdup (name != NULL ? name : "");
}

static void
add_time (GString *out, gint64 ms)
{
  g_autofree char *text = ms != HL_TIME_NONE && ms != 0 ? hl_time_print (ms) : g_strdup ("-");
  g_string_append (out, text);
}

char *
hl_desk_make_report (HlDesk *self)
{
  GString *out = g_string_new (NULL);
  HlDeskTotals totals;
  GListModel *transitions = G_LIST_MODEL (self->transitions);
  GListModel *endpoints = G_LIST_MODEL (self->endpoints);

  hl_desk_get_totals (self, &totals);
  g_string_append_printf (out, "Hostline %s (%s)\n", HL_VERSION, HL_PROFILE);
  g_string_append (out, "time ");
  add_time (out, hl_desk_wall (self));
  g_string_append_printf (out, "\nlocation %s, device %s, role %s\n",
                          self->credentials != NULL ? self->credentials->location : "-",
                          self->credentials != NULL ? self->credentials->device : "-",
                          self->credentials != NULL ? self->credentials->role : "-");
  g_string_append_printf (out, "link %s, cause %s, %s\n",
                          hl_link_state_get_name (hl_desk_get_link_state (self)),
                          hl_link_cause_get_name (self->cause),
                          self->link != NULL ? hl_link_get_detail (self->link) : "");
  g_string_append_printf (out,
                          "position %s:%" G_GUINT64_FORMAT ", stored %" G_GUINT64_FORMAT
                          ", head %" G_GUINT64_FORMAT "\n",
                          self->position != NULL ? self->position->epoch : "-",
                          self->position != NULL ? self->position->seq : 0, self->stored_seq,
                          self->head);
  g_string_append_printf (out,
                          "outbox: composed %u = applied %u + no-op %u + disputed %u + refused %u "
                          "+ withdrawn %u + review %u + waiting %u\n",
                          totals.composed, totals.applied, totals.no_op, totals.disputed,
                          totals.refused, totals.withdrawn, totals.review, totals.waiting);
  g_string_append_printf (
      out, "storage: %s\n",
      self->storage_error != NULL && *self->storage_error != '\0' ? self->storage_error : "ok");
  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++) {
    g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (endpoints, i);
    int rtt;
    g_object_get (endpoint, "rtt", &rtt, NULL);
    g_string_append_printf (out, "endpoint %s%s, rtt %d ms\n", hl_endpoint_get_url (endpoint),
                            hl_endpoint_get_in_use (endpoint) ? " (in use)" : "", rtt);
  }
  for (guint i = 0; i < MIN (100, g_list_model_get_n_items (transitions)); i++) {
    g_autoptr (HlTransition) transition = g_list_model_get_item (transitions, i);
    add_time (out, hl_transition_get_at (transition));
    g_string_append_printf (out, " %s > %s: %s %s\n",
                            hl_link_state_get_name (hl_transition_get_from (transition)),
                            hl_link_state_get_name (hl_transition_get_to (transition)),
                            hl_link_cause_get_name (hl_transition_get_cause (transition)),
                            hl_transition_get_detail (transition));
  }
  return g_string_free (out, FALSE);
}
