/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window's buttons do: turns taps into the desk's actions, and says when one cannot be. */
#include "views/hl-acts.h"

#include <glib/gi18n.h>

#include "domain/hl-time.h"
#include "views/hl-words.h"

struct _HlActs {
  GObject parent_instance;
  HlDesk *desk;
  GSimpleActionGroup *group;
};

enum {
  TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlActs, hl_acts, G_TYPE_OBJECT)

void
hl_acts_tell (HlActs *self, const char *text)
{
  if (text != NULL && text[0] != '\0')
    g_signal_emit (self, signals[TOLD], 0, text);
}

void
hl_acts_tell_error (HlActs *self, const GError *error)
{
  int reason = HL_REASON_NONE;

  if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_REFUSED) &&
      hl_enum_parse (HL_TYPE_REASON, error->message, &reason))
    hl_acts_tell (self, hl_words_reason (reason));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_NEEDS_LINK))
    hl_acts_tell (self, hl_words_reason (HL_REASON_NEEDS_LINK));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_TOO_LARGE))
    hl_acts_tell (self, hl_words_reason (HL_REASON_TOO_LARGE));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_NOTHING_TO_UNDO))
    hl_acts_tell (self, C_ ("error", "There is nothing to undo"));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_STORAGE))
    hl_acts_tell (self, C_ ("error", "This computer cannot save it: it was not done"));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_NO_STATE))
    hl_acts_tell (self, C_ ("error", "Nothing is known of the room yet"));
  else if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_IN_USE))
    hl_acts_tell (self, C_ ("error", "Another Hostline on this computer has the same data open"));
  else
    hl_acts_tell (self, C_ ("error", "It was not done: a fault that should not be"));
}

static void
on_performed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlActs) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  id = hl_desk_perform_finish (HL_DESK (source), result, NULL, &error);
  if (id == NULL)
    hl_acts_tell_error (self, error);
}

static void
on_undone (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlActs) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  id = hl_desk_undo_finish (HL_DESK (source), result, &error);
  if (id == NULL && error != NULL)
    hl_acts_tell_error (self, error);
}

static void
perform (HlActs *self, HlActionKind kind, JsonObject *data)
{
  hl_desk_perform_async (self->desk, kind, data, on_performed, g_object_ref (self));
}

static JsonObject *
make_data (const char *member, const char *id)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, member, id);
  return data;
}

static void
set_text (JsonObject *data, const char *member, const char *text)
{
  if (text != NULL && text[0] != '\0')
    json_object_set_string_member (data, member, text);
}

static void
set_tables (JsonObject *data, const char *const *table_ids)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; table_ids[i] != NULL; i++)
    json_array_add_string_element (array, table_ids[i]);
  json_object_set_array_member (data, "table_ids", array);
}

void
hl_acts_seat_walk_in (HlActs *self, int size, const char *name, const char *phone,
                      const char *const *table_ids)
{
  g_autofree char *party_id = hl_desk_new_id ();
  JsonObject *data = make_data ("party_id", party_id);

  set_tables (data, table_ids);
  json_object_set_int_member (data, "size", size);
  set_text (data, "name", name);
  perform (self, HL_ACTION_SEAT, data);
  if (phone != NULL && phone[0] != '\0') {
    JsonObject *more = make_data ("party_id", party_id);

    set_text (more, "phone", phone);
    perform (self, HL_ACTION_UPDATE_PARTY, more);
  }
}

void
hl_acts_seat_party (HlActs *self, const char *party_id, const char *const *table_ids)
{
  JsonObject *data = make_data ("party_id", party_id);

  set_tables (data, table_ids);
  perform (self, HL_ACTION_SEAT, data);
}

static char *
arrive (HlActs *self, const char *reservation_id)
{
  char *party_id = hl_desk_new_id ();
  JsonObject *data = make_data ("reservation_id", reservation_id);

  json_object_set_string_member (data, "party_id", party_id);
  perform (self, HL_ACTION_ARRIVE, data);
  return party_id;
}

void
hl_acts_seat_reservation (HlActs *self, const char *reservation_id, const char *const *table_ids)
{
  g_autofree char *party_id = arrive (self, reservation_id);

  hl_acts_seat_party (self, party_id, table_ids);
}

void
hl_acts_move_party (HlActs *self, const char *party_id, const char *const *table_ids)
{
  JsonObject *data = make_data ("party_id", party_id);

  set_tables (data, table_ids);
  perform (self, HL_ACTION_MOVE, data);
}

void
hl_acts_add_party (HlActs *self, int size, const char *name, const char *phone, gboolean waiting,
                   int quote_min, int quote_max)
{
  g_autofree char *party_id = hl_desk_new_id ();
  JsonObject *data = make_data ("party_id", party_id);

  json_object_set_int_member (data, "size", size);
  json_object_set_string_member (data, "status", waiting ? "waiting" : "arrived");
  set_text (data, "name", name);
  set_text (data, "phone", phone);
  if (waiting && quote_min >= 0) {
    json_object_set_int_member (data, "quote_min", quote_min);
    json_object_set_int_member (data, "quote_max", MAX (quote_min, quote_max));
  }
  perform (self, HL_ACTION_ADD_PARTY, data);
}

void
hl_acts_book (HlActs *self, int size, const char *name, const char *phone, gint64 starts_at,
              const char *allergies, const char *note)
{
  g_autofree char *reservation_id = hl_desk_new_id ();
  g_autofree char *at = hl_time_print (starts_at);
  JsonObject *data = make_data ("reservation_id", reservation_id);

  json_object_set_int_member (data, "party_size", size);
  json_object_set_string_member (data, "starts_at", at);
  set_text (data, "name", name);
  set_text (data, "phone", phone);
  set_text (data, "allergies", allergies);
  if (note != NULL && note[0] != '\0') {
    JsonArray *notes = json_array_new ();

    json_array_add_string_element (notes, note);
    json_object_set_array_member (data, "notes_add", notes);
  }
  perform (self, HL_ACTION_CREATE_RESERVATION, data);
}

static void
on_arrive (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_free (arrive (user_data, g_variant_get_string (parameter, NULL)));
}

static void
on_cancel_reservation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  JsonObject *data = make_data ("reservation_id", g_variant_get_string (parameter, NULL));

  json_object_set_string_member (data, "cancel_reason", "");
  perform (user_data, HL_ACTION_CANCEL_RESERVATION, data);
}

static void
on_finish (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  perform (user_data, HL_ACTION_FINISH_PARTY,
           make_data ("party_id", g_variant_get_string (parameter, NULL)));
}

static void
on_unseat (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  perform (user_data, HL_ACTION_UNSEAT,
           make_data ("party_id", g_variant_get_string (parameter, NULL)));
}

static void
on_leave (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  JsonObject *data = make_data ("party_id", g_variant_get_string (parameter, NULL));

  json_object_set_string_member (data, "status", "left");
  perform (user_data, HL_ACTION_REMOVE_PARTY, data);
}

static void
on_set_stage (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HlActs *self = user_data;
  const char *party_id, *nick;
  HlGuestRow *row;
  JsonObject *data;
  int stage = 0;

  g_variant_get (parameter, "(&s&s)", &party_id, &nick);
  data = make_data ("party_id", party_id);
  json_object_set_string_member (data, "stage", nick);
  row = hl_desk_find_guest (self->desk, party_id);
  /* who taps an earlier stage means to correct it */
  if (row != NULL && hl_enum_parse (HL_TYPE_PARTY_STAGE, nick, &stage) &&
      stage < hl_guest_row_get_stage (row))
    json_object_set_boolean_member (data, "correct", TRUE);
  perform (self, HL_ACTION_SET_STAGE, data);
}

static void
set_physical (HlActs *self, GVariant *parameter, const char *physical)
{
  JsonObject *data = make_data ("table_id", g_variant_get_string (parameter, NULL));

  json_object_set_string_member (data, "physical", physical);
  perform (self, HL_ACTION_SET_TABLE, data);
}

static void
on_clean (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  set_physical (user_data, parameter, "clean");
}

static void
on_dirty (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  set_physical (user_data, parameter, "dirty");
}

static void
on_block (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  JsonObject *data = make_data ("table_id", g_variant_get_string (parameter, NULL));

  json_object_set_boolean_member (data, "blocked", TRUE);
  perform (user_data, HL_ACTION_SET_TABLE, data);
}

static void
on_unblock (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  JsonObject *data = make_data ("table_id", g_variant_get_string (parameter, NULL));

  json_object_set_boolean_member (data, "blocked", FALSE);
  perform (user_data, HL_ACTION_SET_TABLE, data);
}

static void
on_acknowledge_call (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  perform (user_data, HL_ACTION_ACKNOWLEDGE_CALL,
           make_data ("call_id", g_variant_get_string (parameter, NULL)));
}

static void
on_contact_attempt (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *reservation_id, *result;
  JsonObject *data;

  g_variant_get (parameter, "(&s&s)", &reservation_id, &result);
  data = make_data ("reservation_id", reservation_id);
  json_object_set_string_member (data, "result", result);
  perform (user_data, HL_ACTION_CONTACT_ATTEMPT, data);
}

static void
on_settle (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *dispute_id;
  JsonObject *data;
  int choice;

  g_variant_get (parameter, "(&si)", &dispute_id, &choice);
  data = make_data ("dispute_id", dispute_id);
  json_object_set_int_member (data, "choice", choice);
  perform (user_data, HL_ACTION_SETTLE_DISPUTE, data);
}

static void
on_move_booking (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *reservation_id;
  g_autofree char *at = NULL;
  JsonObject *data;
  gint64 starts_at;

  g_variant_get (parameter, "(&sx)", &reservation_id, &starts_at);
  at = hl_time_print (starts_at);
  data = make_data ("reservation_id", reservation_id);
  json_object_set_string_member (data, "starts_at", at);
  perform (user_data, HL_ACTION_UPDATE_RESERVATION, data);
}

static void
on_undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HlActs *self = user_data;

  hl_desk_undo_async (self->desk, on_undone, g_object_ref (self));
}

static void
on_reconnect (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hl_desk_reconnect_now (HL_ACTS (user_data)->desk);
}

static const GActionEntry entries[] = {
  { "arrive", on_arrive, "s" },
  { "cancel-reservation", on_cancel_reservation, "s" },
  { "finish", on_finish, "s" },
  { "unseat", on_unseat, "s" },
  { "leave", on_leave, "s" },
  { "set-stage", on_set_stage, "(ss)" },
  { "clean", on_clean, "s" },
  { "dirty", on_dirty, "s" },
  { "block", on_block, "s" },
  { "unblock", on_unblock, "s" },
  { "acknowledge-call", on_acknowledge_call, "s" },
  { "contact-attempt", on_contact_attempt, "(ss)" },
  { "settle", on_settle, "(si)" },
  { "move-booking", on_move_booking, "(sx)" },
  { "undo", on_undo },
  { "reconnect", on_reconnect },
};

static void
hl_acts_finalize (GObject *object)
{
  HlActs *self = HL_ACTS (object);

  g_clear_object (&self->group);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_acts_parent_class)->finalize (object);
}

static void
hl_acts_class_init (HlActsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_acts_finalize;
  signals[TOLD] = g_signal_new ("told", HL_TYPE_ACTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hl_acts_init (HlActs *self)
{
}

HlActs *
hl_acts_new (HlDesk *desk)
{
  HlActs *self = g_object_new (HL_TYPE_ACTS, NULL);

  self->desk = g_object_ref (desk);
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries),
                                   self);
  g_object_bind_property (desk, "can-undo",
                          g_action_map_lookup_action (G_ACTION_MAP (self->group), "undo"),
                          "enabled", G_BINDING_SYNC_CREATE);
  return self;
}

HlDesk *
hl_acts_get_desk (HlActs *self)
{
  g_return_val_if_fail (HL_IS_ACTS (self), NULL);
  return self->desk;
}

GActionGroup *
hl_acts_get_group (HlActs *self)
{
  g_return_val_if_fail (HL_IS_ACTS (self), NULL);
  return G_ACTION_GROUP (self->group);
}

char **
hl_acts_list (void)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **names;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_strv_builder_add (builder, entries[i].name);
  names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}
