/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes from elsewhere: publishers' facts, the voice agent, timers, the end of a day. */
#include "model.h"

#include "domain/hl-action-kind.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

static HlEntity *
pick (Model *model, GType type)
{
  guint n = 0;
  HlEntity **all = hl_entity_list_peek (hl_state_get_list (model->server.state, type), &n);

  return n > 0 ? all[model_range (model, 0, (gint32) n)] : NULL;
}

/* Some hour of the evening; some are over when the day closes, some are for the day after. */
static void
put_start (Model *model, JsonObject *data, int minute)
{
  g_autofree char *time
    = g_strdup_printf ("2026-11-28T%02d:%02d:00.000Z", model_range (model, 1, 12), minute);

  json_object_set_string_member (data, "starts_at", time);
}

void
model_add_booking (Model *model)
{
  JsonObject *data = json_object_new ();
  g_autofree char *id = g_strdup_printf ("r%u", model->n_reservations);
  g_autofree char *key = g_strdup_printf ("res%u", model->n_reservations++);

  json_object_set_string_member (data, "reservation_id", id);
  json_object_set_string_member (data, "name", model_chance (model, 0.5) ? "Ng" : "Ruiz");
  json_object_set_int_member (data, "party_size", model_range (model, 1, 7));
  put_start (model, data, 0);
  if (model_chance (model, 0.25))
    json_object_set_string_member (data, "status", "requested");
  model_server_fact (model, "book", key, HL_EVENT_RESERVATION_CREATED, data);
}

void
model_change_booking (Model *model)
{
  HlEntity *reservation = pick (model, HL_TYPE_RESERVATION);
  g_autofree char *key = g_strdup_printf ("fact%u", model->step);
  HlEventKind kind = HL_EVENT_RESERVATION_UPDATED;
  JsonObject *data;

  if (reservation == NULL)
    return;
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", hl_entity_get_id (reservation));
  switch (model_range (model, 0, 5)) {
  case 0:
    kind = HL_EVENT_RESERVATION_CANCELLED;
    break;
  case 1:
    json_object_set_int_member (data, "party_size", model_range (model, 1, 10));
    break;
  case 2:
    json_object_set_string_member (data, "status", "confirmed");
    break;
  case 3: {
    JsonArray *tags = json_array_new ();

    json_array_add_string_element (tags, model_chance (model, 0.5) ? "web" : "vip");
    json_object_set_array_member (data, "tags", tags);
    break;
  }
  default:
    put_start (model, data, 30);
    break;
  }
  model_server_fact (model, "book", key, kind, data);
}

static void
tell_line (Model *model, const char *call_id, const char *key)
{
  static const char *const states[] = { "final", "final", "corrected", "redacted", "partial" };
  JsonObject *data = json_object_new ();
  const char *state = states[model_range (model, 0, (gint32) G_N_ELEMENTS (states))];

  json_object_set_string_member (data, "call_id", call_id);
  json_object_set_int_member (data, "turn", model_range (model, 0, 3));
  json_object_set_int_member (data, "rev", model_range (model, 0, 3));
  json_object_set_string_member (data, "speaker", model_chance (model, 0.5) ? "caller" : "agent");
  json_object_set_string_member (data, "text", g_str_equal (state, "redacted") ? "" : key);
  json_object_set_string_member (data, "state", state);
  model_server_fact (model, "voice", key, HL_EVENT_TRANSCRIPT_SEGMENT, data);
}

static void
tell_call (Model *model, const char *key)
{
  static const char *const states[] = { "ringing", "agent_active", "agent_active", "ended" };
  static const char *const reasons[] = { "person", "allergy", "late", "none" };
  const char *call_id = model_chance (model, 0.5) ? "c1" : "c2";
  JsonObject *data;

  model->result->n_calls++;
  if (model_chance (model, 0.4)) {
    tell_line (model, call_id, key);
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "call_id", call_id);
  switch (model_range (model, 0, 5)) {
  case 0:
    json_object_set_string_member (data, "summary", key);
    break;
  case 1:
    json_object_set_string_member (data, "state", states[model_range (model, 0, 4)]);
    break;
  case 2:
    json_object_set_string_member (data, "attention_reason", reasons[model_range (model, 0, 4)]);
    break;
  case 3:
    json_object_set_string_member (data, "outcome", model_chance (model, 0.5) ? "booked" : "answered");
    break;
  default:
    json_object_set_string_member (data, "follow_up", "open");
    break;
  }
  model_server_fact (model, "voice", key,
                     model_chance (model, 0.1) ? HL_EVENT_CALL_COMPLETED : HL_EVENT_CALL_UPDATED,
                     data);
}

static void
tell_party (Model *model, HlEntity *party, const char *key)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "party_id", hl_entity_get_id (party));
  if (model_chance (model, 0.5))
    json_object_set_string_member (data, "stage", "paid");
  else
    json_object_set_string_member (data, "status", "gone");
  model_server_fact (model, "till", key, HL_EVENT_PARTY_UPDATED, data);
}

static void
tell_kitchen (Model *model, const char *key)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "notice_id", key);
  json_object_set_string_member (data, "kind", model_chance (model, 0.5) ? "eighty_six" : "back");
  json_object_set_string_member (data, "text", "Sea bass");
  json_object_set_string_member (data, "item", "sea bass");
  json_object_set_string_member (data, "raised_at", "2026-11-27T19:00:00.000Z");
  model_server_fact (model, "kitchen", key, HL_EVENT_KITCHEN_NOTICE, data);
}

/* The till says that somebody paid or left, a call goes on, the kitchen is out of bass. */
void
model_tell_fact (Model *model)
{
  HlEntity *party = pick (model, HL_TYPE_PARTY);
  g_autofree char *key = g_strdup_printf ("tell%u", model->step);

  if (party != NULL && model_chance (model, 0.25))
    tell_party (model, party, key);
  else if (model_chance (model, 0.1))
    tell_kitchen (model, key);
  else
    tell_call (model, key);
}

/* A publisher sends again what the server has already. */
void
model_repeat_fact (Model *model)
{
  guint64 head = model_server_head (&model->server);
  JsonObject *data;

  if (!g_hash_table_contains (model->server.keys, "res0"))
    return;
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", "r0");
  json_object_set_int_member (data, "party_size", 99);
  model_server_fact (model, "book", "res0", HL_EVENT_RESERVATION_UPDATED, data);
  if (model_server_head (&model->server) != head)
    model_fail (model, "FACT APPLIED TWICE: r0");
}

void
model_lay_floor (Model *model)
{
  JsonObject *section = json_object_new ();

  for (guint i = 1; i <= 3; i++) {
    g_autofree char *key = g_strdup_printf ("floor%u", i);
    g_autofree char *id = g_strdup_printf ("t%u", i);
    JsonObject *data = json_object_new ();

    json_object_set_string_member (data, "table_id", id);
    json_object_set_string_member (data, "label", id);
    json_object_set_string_member (data, "area_id", "main");
    json_object_set_int_member (data, "seats_max", 10);
    model_server_event (model, key, HL_EVENT_TABLE_UPDATED, data);
  }
  json_object_set_string_member (section, "section_id", "s1");
  json_object_set_string_member (section, "name", "Terrace");
  model_server_event (model, "floor4", HL_EVENT_SECTION_UPDATED, section);
}

/* The next morning, or so late that even the bookings for later are past. */
void
model_close_day (Model *model)
{
  g_autofree char *key = g_strdup_printf ("day%u", model->step);
  JsonObject *data = json_object_new ();
  gint64 before
    = model_now (model) + (model_chance (model, 0.75) ? 3600000 : 11 * G_GINT64_CONSTANT (3600000));
  char text[HL_TIME_TEXT + 1];

  hl_time_print_to (before, text);
  json_object_set_string_member (data, "business_date", "2026-11-27");
  json_object_set_string_member (data, "before", text);
  model_tell (model, "The day is closed");
  model_server_event (model, key, HL_EVENT_DAY_CLOSED, data);
}

static HlActionKind
think_as_agent (Model *model, JsonObject *data)
{
  HlEntity *reservation = pick (model, HL_TYPE_RESERVATION);
  HlEntity *call = pick (model, HL_TYPE_CALL);
  g_autofree char *fresh = g_strdup_printf ("ra%u", model->n_ids++);
  gint32 thought = model_range (model, 0, 12);

  if (thought < 5) {
    gboolean known = reservation != NULL && model_chance (model, 0.3);

    /* sometimes in the past, sometimes more than there is room for */
    json_object_set_string_member (data, "reservation_id",
                                   known ? hl_entity_get_id (reservation) : fresh);
    json_object_set_int_member (data, "party_size", model_range (model, 1, 12));
    if (model_chance (model, 0.1))
      json_object_set_string_member (data, "starts_at", "2026-11-27T12:00:00.000Z");
    else
      put_start (model, data, 0);
    return model_chance (model, 0.5) ? HL_ACTION_CREATE_RESERVATION : HL_ACTION_HOLD_RESERVATION;
  }
  if (thought < 8 && reservation != NULL) {
    json_object_set_string_member (data, "reservation_id", hl_entity_get_id (reservation));
    if (thought == 5)
      return HL_ACTION_CANCEL_RESERVATION;
    if (model_chance (model, 0.5))
      json_object_set_int_member (data, "party_size", model_range (model, 1, 12));
    else
      put_start (model, data, 0);
    return HL_ACTION_UPDATE_RESERVATION;
  }
  if (thought < 10 && call != NULL) {
    json_object_set_string_member (data, "call_id", hl_entity_get_id (call));
    return thought == 8 ? HL_ACTION_ASK_FOR_PERSON : HL_ACTION_OPEN_FOLLOW_UP;
  }
  if (thought == 10) {
    /* what it may not do */
    json_object_set_string_member (data, "table_id", "t1");
    json_object_set_string_member (data, "physical", "dirty");
    return HL_ACTION_SET_TABLE;
  }
  json_object_set_string_member (data, "party_id", fresh);
  json_object_set_int_member (data, "size", model_range (model, 1, 6));
  json_object_set_string_member (data, "name", "Ruiz");
  return HL_ACTION_ADD_PARTY;
}

/* Over the wire, without a queue: on what it had read a moment ago, or on nothing. */
void
model_agent_acts (Model *model)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_AGENT, "Voice agent", "agent", 0);
  g_autoptr (JsonObject) data = json_object_new ();
  HlActionKind kind = think_as_agent (model, data);
  guint64 head = model_server_head (&model->server);
  gint32 look = model_range (model, 0, 4);
  guint64 seen = look == 0 ? 0 : head;

  if (look == 1) {
    guint64 late = (guint64) model_range (model, 1, 6);

    seen -= MIN (head, late);
  }

  if (model->broken == MODEL_BREAK_AGENT) {
    hl_actor_free (g_steal_pointer (&actor));
    actor = hl_actor_new (HL_ROLE_STAFF, "Voice agent", "agent", 0);
  }
  model->result->n_agent++;
  model_server_act (model, actor, kind, data, seen);
}

/* A hold, or a request, that nobody took up; a claim that lapsed. */
void
model_timer_acts (Model *model)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlined", NULL, 0);
  g_autoptr (JsonObject) data = json_object_new ();
  HlEntity *reservation = pick (model, HL_TYPE_RESERVATION);
  HlEntity *call = pick (model, HL_TYPE_CALL);
  HlActionKind kind;

  if (call != NULL && hl_call_get_follow_up (HL_CALL (call)) == HL_FOLLOW_UP_CLAIMED) {
    json_object_set_string_member (data, "call_id", hl_entity_get_id (call));
    kind = HL_ACTION_OPEN_FOLLOW_UP;
  } else if (reservation != NULL
             && hl_reservation_get_status (HL_RESERVATION (reservation))
                  == HL_RESERVATION_STATUS_HELD) {
    json_object_set_string_member (data, "reservation_id", hl_entity_get_id (reservation));
    kind = HL_ACTION_DECLINE_RESERVATION;
  } else {
    return;
  }
  model_server_act (model, actor, kind, data, model_server_head (&model->server));
}
