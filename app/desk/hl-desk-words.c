/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words: one sentence for each cause, and whom an action is about. */
#include "desk/hl-desk-private.h"

#include <glib/gi18n.h>

const char *
hl_desk_describe_storage (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return _ ("another Hostline on this computer has the same data open");
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER))
    return _ ("its data was written by a newer version of Hostline. Update Hostline on this computer.");
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL))
    return _ ("its disk is full");
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    return _ ("its files are damaged");
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN)
      || g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_READ_ONLY) || error->domain == G_FILE_ERROR)
    return _ ("its data folder cannot be opened or written. Ask who looks after this computer.");
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO))
    return _ ("its disk reports faults. Ask who looks after this computer.");
  /* what exactly stands in the log: the database's own words help nobody at the door */
  return _ ("a fault that should not be. Ask who looks after this computer: its log says more.");
}

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
  case HL_LINK_CAUSE_EXPIRED:
    return _ ("The server's certificate has expired or is not valid yet: ask a manager");
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

/* What a dispute is about: a table's label, or a guest's name. */
static const char *
get_subject_name (HlDesk *self, const char *dispute_id)
{
  HlDispute *dispute = hl_state_lookup_dispute (self->screen, dispute_id);
  HlSubject *subject = dispute != NULL ? hl_dispute_get_subject (dispute) : NULL;
  const char *id = subject != NULL ? hl_subject_get_id (subject) : NULL;
  HlParty *party;
  HlReservation *reservation;
  HlTable *table;

  if (subject == NULL)
    return NULL;
  switch (hl_subject_get_subject_type (subject)) {
  case HL_SUBJECT_TYPE_TABLE:
    table = hl_state_lookup_table (self->screen, id);
    return table != NULL ? not_empty (hl_table_get_label (table)) : id;
  case HL_SUBJECT_TYPE_RESERVATION:
    reservation = hl_state_lookup_reservation (self->screen, id);
    return reservation != NULL ? not_empty (hl_reservation_get_name (reservation)) : NULL;
  case HL_SUBJECT_TYPE_PARTY:
    party = hl_state_lookup_party (self->screen, id);
    return party != NULL ? not_empty (hl_party_get_name (party)) : NULL;
  case HL_SUBJECT_TYPE_CALL:
  default:
    return NULL;
  }
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
  if (name == NULL && (id = get_string (data, "dispute_id")) != NULL)
    name = get_subject_name (self, id);
  /* A walk-in has no name: its table says whom it is about. */
  if (name == NULL && json_object_has_member (data, "table_ids")
      && JSON_NODE_HOLDS_ARRAY (json_object_get_member (data, "table_ids"))) {
    JsonArray *array = json_object_get_array_member (data, "table_ids");
    if (json_array_get_length (array) > 0)
      name = json_array_get_string_element (array, 0);
  }
  return g_strdup (name != NULL ? name : "");
}
