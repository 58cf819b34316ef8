/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state with a log behind it, for tests that act on it step by step. */
#include "desk.h"

#include <string.h>

#include "domain/hl-rules.h"

#define STEP_MS 60000

JsonObject *
desk_parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (json, &error);

  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (node));
}

static void
append (Desk *desk, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    hl_evolve (desk->state, g_ptr_array_index (events, i));
    g_ptr_array_add (desk->log, hl_event_ref (g_ptr_array_index (events, i)));
  }
  desk->now += STEP_MS;
}

void
desk_event (Desk *desk, HlRole role, const char *name, HlEventKind kind, const char *data)
{
  g_autoptr (HlActor) actor = hl_actor_new (role, name, NULL, 0);
  g_autoptr (JsonObject) object = desk_parse (data);
  g_autofree char *id = g_strdup_printf ("e%u", desk->log->len + 1);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);

  g_ptr_array_add (events, hl_event_new (desk->log->len + 1, id, kind, desk->now, desk->now, actor,
                                         NULL, TRUE, object));
  append (desk, events);
}

Desk *
desk_new (void)
{
  Desk *desk = g_new0 (Desk, 1);

  desk->state = hl_state_new ();
  desk->log = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
  desk->now = DESK_START;
  desk->role = HL_ROLE_STAFF;
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_LOCATION_UPDATED,
              "{'id':'ocean-ave','name':'Ocean Ave','timezone':'America/Los_Angeles','pace':40}");
  desk_event (
    desk, HL_ROLE_SYSTEM, "", HL_EVENT_FLOOR_REPLACED,
    "{'hostline_floor':1,'areas':[{'area_id':'main','name':'Main','width':1200,'height':900}],"
    "'sections':[{'section_id':'s1','name':'Sec 1','area_id':'main','servers':['Maya']}],'tables':["
    "{'table_id':'12','label':'12','area_id':'main','section_id':'s1','seats_max':4},"
    "{'table_id':'14','label':'14','area_id':'main','section_id':'s1','seats_max':4},"
    "{'table_id':'15','label':'15','area_id':'main','seats_max':4},"
    "{'table_id':'16','label':'16','area_id':'main','seats_max':8}],'combinations':[],'marks':[]}");
  return desk;
}

void
desk_free (Desk *desk)
{
  g_object_unref (desk->state);
  g_ptr_array_unref (desk->log);
  g_free (desk);
}

guint64
desk_head (Desk *desk)
{
  return desk->log->len;
}

HlDecision *
desk_record (Desk *desk, const char *name, HlEventKind kind, const char *data)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, name, NULL, 0);
  g_autoptr (JsonObject) object = desk_parse (data);
  g_autofree char *id = g_strdup_printf ("f%u", desk->log->len + 1);
  g_autoptr (GPtrArray) events = NULL;
  HlDecision *decision = hl_decide_record (desk->state, kind, object, actor, desk->now);

  g_assert_cmpint (decision->outcome, !=, HL_OUTCOME_REFUSED);
  events = hl_decision_make_events (decision, id, actor, desk->log->len + 1, desk->now, desk->now);
  append (desk, events);
  return decision;
}

static HlActor *
make_actor (Desk *desk, const char *device)
{
  HlActor *actor = hl_actor_new (desk->role, device, device, desk->acts + 1);
  g_autofree char *name = g_strdup_printf ("Stand %s", device);

  hl_actor_name_device (actor, name);
  return actor;
}

HlDecision *
desk_decide (Desk *desk, const char *device, HlActionKind kind, const char *data, guint64 seen,
             int predicted)
{
  g_autoptr (HlActor) actor = make_actor (desk, device);
  g_autoptr (JsonObject) object = desk_parse (data);
  g_autofree char *id = g_strdup_printf ("a%u", desk->acts + 1);
  g_autoptr (HlAction) ageless
    = hl_action_new (id, desk->acts + 1, kind, predicted, NULL, desk->now - desk->clock_behind, NULL, object);
  g_autoptr (HlAction) action = hl_action_with_age (ageless, desk->age);

  return hl_decide (desk->state, action, actor, seen, desk->now);
}

HlDecision *
desk_try (Desk *desk, const char *device, HlActionKind kind, const char *data, guint64 seen,
          int predicted)
{
  g_autoptr (HlActor) actor = make_actor (desk, device);
  g_autofree char *id = g_strdup_printf ("a%u", desk->acts + 1);
  HlDecision *decision = desk_decide (desk, device, kind, data, seen, predicted);
  g_autoptr (GPtrArray) events
    = hl_decision_make_events (decision, id, actor, desk->log->len + 1, decision->at, desk->now);

  desk->acts++;
  append (desk, events);
  desk_check (desk);
  return decision;
}

HlOutcome
desk_act_at (Desk *desk, const char *device, guint64 seen, HlActionKind kind, const char *data)
{
  g_autoptr (HlDecision) decision = desk_try (desk, device, kind, data, seen, HL_OUTCOME_APPLIED);

  return decision->outcome;
}

HlOutcome
desk_act (Desk *desk, const char *device, HlActionKind kind, const char *data)
{
  return desk_act_at (desk, device, desk_head (desk), kind, data);
}

void
desk_refused (Desk *desk, const char *device, guint64 seen, HlActionKind kind, const char *data,
              HlReason reason)
{
  g_autoptr (HlDecision) decision = desk_try (desk, device, kind, data, seen, HL_PREDICTED_NONE);

  g_assert_cmpint (decision->outcome, ==, HL_OUTCOME_REFUSED);
  g_assert_cmpstr (hl_enum_nick (HL_TYPE_REASON, decision->reason), ==,
                   hl_enum_nick (HL_TYPE_REASON, reason));
  g_assert_cmpuint (decision->events->len, ==, 0);
}

HlParty *
desk_party (Desk *desk, const char *id)
{
  HlParty *party = hl_state_lookup_party (desk->state, id);

  g_assert_nonnull (party);
  return party;
}

HlReservation *
desk_reservation (Desk *desk, const char *id)
{
  HlReservation *reservation = hl_state_lookup_reservation (desk->state, id);

  g_assert_nonnull (reservation);
  return reservation;
}

HlDispute *
desk_dispute (Desk *desk, const char *id)
{
  HlDispute *dispute = hl_state_lookup_dispute (desk->state, id);

  return dispute != NULL && hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_OPEN ? dispute
                                                                                    : NULL;
}

char *
desk_tables (Desk *desk, const char *party_id)
{
  return g_strjoinv ("+", (GStrv) hl_party_get_table_ids (desk_party (desk, party_id)));
}

/* What led to it. */
static void
print_tail (Desk *desk)
{
  for (guint i = desk->log->len > 12 ? desk->log->len - 12 : 0; i < desk->log->len; i++) {
    const HlEvent *event = g_ptr_array_index (desk->log, i);
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autofree char *data = NULL;

    json_node_set_object (node, event->data);
    data = json_to_string (node, FALSE);
    g_test_message ("%s %s %s", event->act != NULL ? event->act : event->id, event->kind_name, data);
  }
}

void
desk_check (Desk *desk)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (desk->state, HL_TYPE_PARTY), &n);
  g_autoptr (GPtrArray) at_tables = g_ptr_array_new ();
  int seated = 0, covers = 0;

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (entities[i]);
    gboolean sits = hl_rules_is_seated (hl_party_get_status (party));

    g_assert_cmpint (sits, ==, hl_party_get_table_ids (party)[0] != NULL);
    if (sits)
      seated += hl_party_get_size (party);
  }
  entities = hl_entity_list_peek (hl_state_get_list (desk->state, HL_TYPE_TABLE), &n);
  for (guint i = 0; i < n; i++) {
    const char *id = hl_entity_get_id (entities[i]);
    GPtrArray *parties = hl_state_get_table_parties (desk->state, id);
    g_autofree char *dispute = g_strdup_printf ("table:%s", id);

    if ((parties->len > 1) != (desk_dispute (desk, dispute) != NULL))
      print_tail (desk);
    g_assert_cmpint (parties->len > 1, ==, desk_dispute (desk, dispute) != NULL);
    for (guint j = 0; j < parties->len; j++) {
      if (!g_ptr_array_find (at_tables, g_ptr_array_index (parties, j), NULL)) {
        g_ptr_array_add (at_tables, g_ptr_array_index (parties, j));
        covers += hl_party_get_size (g_ptr_array_index (parties, j));
      }
    }
  }
  g_assert_cmpint (seated, ==, covers);
}

static void
strip (JsonObject *entity)
{
  json_object_remove_member (entity, "revisions");
  json_object_remove_member (entity, "stamps");
}

char *
desk_print (HlState *state, gboolean plain)
{
  g_autoptr (JsonNode) node = hl_state_save (state);
  JsonObject *entities = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (entities);

  if (!plain)
    return json_to_string (node, FALSE);
  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *member = json_object_get_member (entities, l->data);

    if (JSON_NODE_HOLDS_ARRAY (member) && !g_str_equal (l->data, "undo")) {
      JsonArray *array = json_node_get_array (member);

      for (guint i = 0; i < json_array_get_length (array); i++)
        strip (json_array_get_object_element (array, i));
    } else if (g_str_equal (l->data, "location")) {
      strip (json_node_get_object (member));
    }
  }
  json_object_remove_member (entities, "undo");
  json_object_remove_member (entities, "devices");
  json_object_remove_member (entities, "day_seq");
  return json_to_string (node, FALSE);
}
