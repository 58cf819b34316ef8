/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any valid event applies to any state, and any valid action is decided in any state: made at random from the schema
 * itself, so that a new field or kind is tried the day it is added. G_DEBUG=fatal-criticals makes every critical a
 * failure; the same program runs under the sanitizers. */
#include "model/desk.h"

#include <stdlib.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"
#include "domain/hl-shape.h"

static guint64 rng;

static guint
roll (guint below)
{
  rng = rng * G_GUINT64_CONSTANT (6364136223846793005) + G_GUINT64_CONSTANT (1442695040888963407);
  return (guint) (rng >> 33) % below;
}

static JsonNode *
make_string (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);
  return node;
}

/* Few ids, so that things meet. */
static const char *
pick_id (void)
{
  static const char *const ids[] = { "a", "b", "c", "d", "12", "14", "s1", "a1", "a2", "a3" };

  return ids[roll (G_N_ELEMENTS (ids))];
}

static const char *
pick_text (HlFormat format)
{
  static const char *const times[] = { "2026-11-27", "2026-11-28" };
  static const char *const texts[] = { "", "Ng", "Ruiz", "M\u00fcller \U0001f382", "vip", "walked_away", "K1" };

  switch (format) {
  case HL_FORMAT_ID:
  case HL_FORMAT_LOCATION:
    return pick_id ();
  case HL_FORMAT_DATE:
    return times[roll (2)];
  case HL_FORMAT_CLOCK:
    return roll (2) ? "04:00" : "17:30";
  case HL_FORMAT_PHONE:
    return roll (2) ? "+12025550142" : "+12025550143";
  case HL_FORMAT_LANGUAGE:
    return roll (2) ? "en" : "es";
  case HL_FORMAT_URL:
    return "https://example.org/x.wav";
  case HL_FORMAT_ZONE:
    return "America/Los_Angeles";
  case HL_FORMAT_RULE:
    return roll (2) ? "K1" : "K7";
  case HL_FORMAT_TEXT:
  default:
    return texts[roll (G_N_ELEMENTS (texts))];
  }
}

static JsonNode *
make_time (void)
{
  g_autofree char *text
    = g_strdup_printf ("2026-11-2%uT%02u:%02u:00.000Z", 6 + roll (3), roll (24), roll (60));

  return make_string (text);
}

static JsonNode *make_value (const HlField *field, guint depth);

static JsonObject *
make_object (const HlShape *shape, guint depth, guint chance)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);

    if (field->kind != HL_FIELD_KIND_DERIVED && (field->required || roll (100) < chance))
      json_object_set_member (object, field->name, make_value (field, depth + 1));
  }
  return object;
}

static JsonNode *
make_int (const HlField *field)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);
  gint64 low = field->minimum, high = field->maximum;
  gint64 value;

  /* mostly small, now and then the ends of the range */
  switch (roll (8)) {
  case 0:
    value = low;
    break;
  case 1:
    value = high;
    break;
  default:
    value = CLAMP (low + (gint64) roll (8), low, high);
    break;
  }
  json_node_set_int (node, value);
  return node;
}

static JsonNode *
make_enum (const HlField *field)
{
  GEnumClass *klass = g_type_class_ref (field->value_type);
  JsonNode *node = make_string (klass->values[roll (klass->n_values)].value_nick);

  g_type_class_unref (klass);
  return node;
}

static JsonNode *
make_array (const HlField *field, guint depth)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  guint n = MIN (field->max_items, field->min_items + roll (3));

  for (guint i = 0; i < n; i++) {
    if (field->kind == HL_FIELD_KIND_RECORDS)
      json_array_add_object_element (
        array, make_object (hl_record_type_get_shape (field->value_type), depth, 30));
    else
      json_array_add_string_element (array, pick_text (field->format));
  }
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
make_any (void)
{
  JsonNode *node;

  switch (roll (4)) {
  case 0:
    return make_string ("cancelled");
  case 1:
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_int (node, roll (9));
    return node;
  case 2: {
    static const char *const actions[] = { "seat", "finish_party", "correct", "nonsense" };
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "action", actions[roll (4)]);
    json_object_set_string_member (object, "party_id", pick_id ());
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, object);
    return node;
  }
  default:
    return json_node_new (JSON_NODE_NULL);
  }
}

static JsonNode *
make_value (const HlField *field, guint depth)
{
  JsonNode *node;

  if (field->nullable && roll (6) == 0)
    return json_node_new (JSON_NODE_NULL);
  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_boolean (node, roll (2) == 0);
    return node;
  case HL_FIELD_KIND_INT:
  case HL_FIELD_KIND_INT64:
    return make_int (field);
  case HL_FIELD_KIND_DOUBLE:
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_double (node, field->low + (field->high - field->low) * roll (100) / 100);
    return node;
  case HL_FIELD_KIND_ENUM:
    return make_enum (field);
  case HL_FIELD_KIND_STRING:
    return make_string (pick_text (field->format));
  case HL_FIELD_KIND_TIME:
    return make_time ();
  case HL_FIELD_KIND_STRINGS:
  case HL_FIELD_KIND_RECORDS:
    return make_array (field, depth);
  case HL_FIELD_KIND_RECORD:
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, make_object (hl_record_type_get_shape (field->value_type), depth, 30));
    return node;
  case HL_FIELD_KIND_WEEKDAYS: {
    JsonArray *days = json_array_new ();

    json_array_add_int_element (days, 1 + roll (7));
    node = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (node, days);
    return node;
  }
  case HL_FIELD_KIND_SIZE_MAP: {
    JsonObject *map = json_object_new ();

    json_object_set_int_member (map, "2", 60 + roll (60));
    json_object_set_int_member (map, "99", 150);
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, map);
    return node;
  }
  case HL_FIELD_KIND_ANY:
  case HL_FIELD_KIND_DERIVED:
  default:
    return make_any ();
  }
}

/* Data of @kind that the product itself calls valid; NULL where the dice did not hit on any. */
static JsonObject *
make_event_data (HlEventKind kind)
{
  for (guint i = 0; i < 20; i++) {
    g_autoptr (JsonObject) data = make_object (hl_event_kind_get_shape (kind), 0, 15 + roll (30));

    if (hl_event_kind_check (kind, data, "", NULL, NULL))
      return hl_event_kind_normalise (kind, data);
  }
  return NULL;
}

static JsonObject *
make_action_data (HlActionKind kind)
{
  for (guint i = 0; i < 20; i++) {
    g_autoptr (JsonObject) data = make_object (hl_action_kind_get_shape (kind), 0, 10 + roll (40));

    if (hl_action_kind_check (kind, data, "", NULL, NULL))
      return g_steal_pointer (&data);
  }
  return NULL;
}

static void
check_draft (const HlDraft *draft)
{
  g_autoptr (GError) error = NULL;

  hl_event_kind_check (draft->kind, draft->data, "", NULL, &error);
  g_assert_no_error (error);
}

static void
apply (Desk *desk, HlDecision *decision, const char *id, const HlActor *actor)
{
  g_autoptr (GPtrArray) events = NULL;

  g_assert_cmpuint (decision->events->len, <=, HL_UNIT_MAX_EVENTS);
  if (decision->outcome == HL_OUTCOME_NO_OP || decision->outcome == HL_OUTCOME_REFUSED)
    g_assert_cmpuint (decision->events->len, ==, 0);
  g_assert_cmpint (decision->outcome == HL_OUTCOME_REFUSED, ==, decision->reason != HL_REASON_NONE);
  for (guint i = 0; i < decision->events->len; i++)
    check_draft (g_ptr_array_index (decision->events, i));
  events = hl_decision_make_events (decision, id, actor, desk->log->len + 1, desk->now, desk->now);
  for (guint i = 0; i < events->len; i++) {
    hl_evolve (desk->state, g_ptr_array_index (events, i));
    g_ptr_array_add (desk->log, hl_event_ref (g_ptr_array_index (events, i)));
  }
  desk->now += roll (3) * 60000;
}

static void
act (Desk *desk, guint *outcomes)
{
  static const HlRole roles[] = { HL_ROLE_STAFF, HL_ROLE_STAFF, HL_ROLE_STAFF, HL_ROLE_MANAGER, HL_ROLE_AGENT,
                                  HL_ROLE_SYSTEM, HL_ROLE_GUEST };
  static const char *const devices[] = { "A", "B", "C" };
  HlActionKind kind = HL_ACTION_CREATE_RESERVATION + roll (HL_N_ACTION_KIND - HL_ACTION_CREATE_RESERVATION);
  g_autoptr (JsonObject) data = make_action_data (kind);
  HlRole role = roles[roll (G_N_ELEMENTS (roles))];
  const char *device = devices[roll (3)];
  g_autoptr (HlActor) actor = hl_actor_new (role, device, role == HL_ROLE_SYSTEM ? NULL : device, ++desk->acts);
  g_autofree char *id = g_strdup_printf ("a%u", desk->acts);
  g_autoptr (HlAction) action = NULL;
  g_autoptr (HlDecision) decision = NULL;
  guint64 head = desk_head (desk);
  guint64 seen = roll (4) == 0 ? HL_SEEN_EVERYTHING : head - MIN (head, roll (12));
  int predicted = roll (3) == 0 ? HL_PREDICTED_NONE : roll (2) ? HL_OUTCOME_APPLIED : HL_OUTCOME_DISPUTED;
  gint64 composed_at = desk->now + ((gint64) roll (600) - 300) * 60000;

  if (data == NULL)
    return;
  action = hl_action_new (id, desk->acts, kind, predicted, NULL, composed_at, NULL, data);
  decision = hl_decide (desk->state, action, actor, seen, desk->now);
  outcomes[decision->outcome]++;
  apply (desk, decision, id, actor);
}

static void
record (Desk *desk)
{
  static const HlEventKind kinds[] = {
    HL_EVENT_CALL_STARTED,        HL_EVENT_CALL_UPDATED,       HL_EVENT_CALL_COMPLETED,
    HL_EVENT_TRANSCRIPT_SEGMENT,  HL_EVENT_RESERVATION_CREATED, HL_EVENT_RESERVATION_UPDATED,
    HL_EVENT_RESERVATION_CANCELLED, HL_EVENT_ORDER_CREATED,    HL_EVENT_ORDER_UPDATED,
    HL_EVENT_KITCHEN_NOTICE,      HL_EVENT_PARTY_UPDATED,
  };
  HlEventKind kind = kinds[roll (G_N_ELEMENTS (kinds))];
  g_autoptr (JsonObject) data = make_event_data (kind);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, roll (2) ? "tock" : "site", NULL, 0);
  g_autofree char *id = g_strdup_printf ("f%u", desk->log->len + 1);
  g_autoptr (HlDecision) decision = NULL;

  if (data == NULL)
    return;
  decision = hl_decide_record (desk->state, kind, data, actor, desk->now);
  g_assert_cmpint (decision->outcome, !=, HL_OUTCOME_REFUSED);
  apply (desk, decision, id, actor);
}

/* An event as it is, of any kind, whoever may post it. */
static void
tell (Desk *desk)
{
  HlEventKind kind = HL_EVENT_CALL_STARTED + roll (HL_N_EVENT_KIND - HL_EVENT_CALL_STARTED);
  g_autoptr (JsonObject) data = make_event_data (kind);
  g_autoptr (HlActor) actor = hl_actor_new (roll (2) ? HL_ROLE_SYSTEM : HL_ROLE_STAFF, "x", roll (2) ? "A" : NULL, 0);
  g_autofree char *id = g_strdup_printf ("e%u", desk->log->len + 1);
  g_autofree char *act_id = roll (2) ? g_strdup_printf ("a%u", roll (20)) : NULL;
  g_autoptr (HlEvent) event = NULL;

  if (data == NULL)
    return;
  event = hl_event_new (desk->log->len + 1, id, kind, desk->now, desk->now, actor, act_id, TRUE, data);
  hl_evolve (desk->state, event);
  g_ptr_array_add (desk->log, g_steal_pointer (&event));
}

/* The whole fold, a snapshot of it, and a snapshot of the middle with the rest: all the same. */
static void
check_folds (Desk *desk)
{
  guint64 digest = hl_state_get_digest (desk->state);
  g_autofree char *truth = desk_print (desk->state, FALSE);
  guint middle = desk->log->len / 2;

  for (guint way = 0; way < 3; way++) {
    g_autoptr (HlState) state = hl_state_new ();
    g_autofree char *text = NULL;

    for (guint i = 0; i < (way == 0 ? desk->log->len : middle); i++)
      hl_evolve (state, g_ptr_array_index (desk->log, i));
    if (way > 0) {
      g_autoptr (JsonNode) saved = hl_state_save (state);
      g_autoptr (GError) error = NULL;

      if (way == 1) {
        g_autoptr (HlState) copy = hl_state_copy (state);

        g_set_object (&state, copy);
      } else {
        g_clear_object (&state);
        state = hl_state_new ();
        hl_state_load (state, json_node_get_object (saved), &error);
        g_assert_no_error (error);
      }
      for (guint i = middle; i < desk->log->len; i++)
        hl_evolve (state, g_ptr_array_index (desk->log, i));
    }
    text = desk_print (state, FALSE);
    g_assert_cmpstr (text, ==, truth);
    g_assert_cmpuint (hl_state_get_digest (state), ==, digest);
  }
}

/* Somebody waits, something is booked, somebody calls: else hardly an action has an object. */
static Desk *
open_house (void)
{
  static const char *const ids[] = { "a", "b", "c", "d" };
  Desk *desk = desk_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *party = g_strdup_printf ("{'party_id':'%s','size':%u,'name':'Ng'}", ids[i], 1 + i);
    g_autofree char *booking
      = g_strdup_printf ("{'reservation_id':'%s','party_size':%u,'starts_at':'2026-11-27T2%u:00:00Z'%s}", ids[i], 1 + i, i,
                         i == 3 ? ",'status':'requested'" : "");
    g_autofree char *call = g_strdup_printf ("{'call_id':'%s','state':'agent_active','follow_up':'open'}", ids[i]);
    g_autofree char *notice = g_strdup_printf (
      "{'notice_id':'%s','kind':'eighty_six','text':'bass','raised_at':'2026-11-27T19:00:00Z'}", ids[i]);

    desk_act (desk, "A", HL_ACTION_ADD_PARTY, party);
    hl_decision_free (desk_record (desk, "tock", HL_EVENT_RESERVATION_CREATED, booking));
    hl_decision_free (desk_record (desk, "v", HL_EVENT_CALL_STARTED, call));
    hl_decision_free (desk_record (desk, "kitchen", HL_EVENT_KITCHEN_NOTICE, notice));
  }
  return desk;
}

static guint
get_rounds (guint preset)
{
  const char *text = g_getenv ("HL_TOTAL_ROUNDS");

  return text != NULL ? (guint) strtoul (text, NULL, 10) : preset;
}

static void
begin (guint round)
{
  const char *seed = g_getenv ("HL_TEST_SEED");

  rng = (seed != NULL ? g_ascii_strtoull (seed, NULL, 10) : 1) * 1000003 + round;
}

/* Facts and actions: the units are well formed, and invariants 1, 2 and 3 hold after each. */
static void
test_decided (void)
{
  guint outcomes[4] = { 0 };

  for (guint round = 0; round < get_rounds (150); round++) {
    g_autoptr (Desk) desk = open_house ();

    begin (round);
    for (guint i = 0; i < 120; i++) {
      if (roll (4) == 0)
        record (desk);
      else
        act (desk, outcomes);
      if (roll (300) == 0)
        desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED,
                    "{'business_date':'2026-11-27','before':'2026-11-27T22:00:00Z'}");
      desk_check (desk);
    }
    check_folds (desk);
  }
  g_test_message ("applied %u, no_op %u, disputed %u, refused %u", outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
  g_assert_cmpuint (outcomes[HL_OUTCOME_APPLIED], >, outcomes[HL_OUTCOME_REFUSED] / 5);
}

/* Any events whatever, then any action: no state is so odd that a decision fails. */
static void
test_any_state (void)
{
  guint outcomes[4] = { 0 };

  for (guint round = 0; round < get_rounds (150); round++) {
    g_autoptr (Desk) desk = open_house ();

    begin (round + 1000000);
    for (guint i = 0; i < 120; i++) {
      if (roll (2) == 0)
        tell (desk);
      else
        act (desk, outcomes);
    }
    check_folds (desk);
  }
  g_test_message ("applied %u, no_op %u, disputed %u, refused %u", outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
}

/* ---- every order of one call's events ends in the same state ---- */

static int
compare_texts (gconstpointer one, gconstpointer two)
{
  return g_strcmp0 (*(const char *const *) one, *(const char *const *) two);
}

/* Calls and their lines in the order of their ids, without revisions: those are the log's. */
static char *
print_calls (HlState *state)
{
  static GType (*const types[]) (void) = { hl_call_get_type, hl_segment_get_type };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint t = 0; t < G_N_ELEMENTS (types); t++) {
    guint n = 0;
    HlEntity **entities = hl_entity_list_peek (hl_state_get_list (state, types[t] ()), &n);

    for (guint i = 0; i < n; i++) {
      g_autoptr (JsonNode) saved = hl_entity_save (entities[i]);

      json_object_remove_member (json_node_get_object (saved), "revisions");
      g_ptr_array_add (texts, json_to_string (saved, FALSE));
    }
  }
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  return g_strjoinv ("\n", (char **) texts->pdata);
}

#define N_FACTS 7

static HlEvent *
make_call_event (guint index)
{
  static const HlEventKind kinds[] = { HL_EVENT_CALL_STARTED, HL_EVENT_CALL_UPDATED, HL_EVENT_CALL_UPDATED,
                                       HL_EVENT_CALL_COMPLETED, HL_EVENT_TRANSCRIPT_SEGMENT,
                                       HL_EVENT_TRANSCRIPT_SEGMENT };
  HlEventKind kind = kinds[roll (G_N_ELEMENTS (kinds))];
  g_autoptr (JsonObject) data = make_event_data (kind);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, "voice", NULL, 0);
  g_autofree char *id = g_strdup_printf ("e%u", index);
  /* often at the same moment: then the event's id decides */
  gint64 at = DESK_START + (gint64) roll (4) * 1000;

  if (data == NULL)
    return NULL;
  json_object_set_string_member (data, "call_id", "one");
  if (kind == HL_EVENT_TRANSCRIPT_SEGMENT)
    json_object_set_int_member (data, "turn", roll (2));
  return hl_event_new (index + 1, id, kind, at, at, actor, NULL, TRUE, data);
}

static void
test_permutations (void)
{
  guint orders = 0;

  for (guint round = 0; round < get_rounds (150) * 4; round++) {
    g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
    g_autofree char *expected = NULL;

    begin (round + 2000000);
    for (guint i = 0; i < N_FACTS; i++) {
      HlEvent *event = make_call_event (i);

      if (event != NULL)
        g_ptr_array_add (events, event);
    }
    for (guint shuffle = 0; shuffle < 24; shuffle++) {
      g_autoptr (HlState) state = hl_state_new ();
      g_autofree char *result = NULL;

      for (guint i = events->len; shuffle > 0 && i > 1; i--) {
        guint j = roll (i);
        gpointer swap = events->pdata[i - 1];

        events->pdata[i - 1] = events->pdata[j];
        events->pdata[j] = swap;
      }
      for (guint i = 0; i < events->len; i++)
        hl_evolve (state, events->pdata[i]);
      /* and once more what is known already */
      if (events->len > 0)
        hl_evolve (state, events->pdata[roll (events->len)]);
      result = print_calls (state);
      if (expected == NULL)
        expected = g_steal_pointer (&result);
      else if (!g_str_equal (result, expected))
        g_test_message ("round %u", round);
      if (result != NULL)
        g_assert_cmpstr (result, ==, expected);
      orders++;
    }
  }
  g_test_message ("%u orders", orders);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/total/decided", test_decided);
  g_test_add_func ("/domain/total/any-state", test_any_state);
  g_test_add_func ("/domain/total/permutations-of-a-call", test_permutations);
  return g_test_run ();
}
