/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelopes of events, actions and actors; who may post and perform what. */
#include "domain-fixture.h"

#include "domain/hl-action.h"
#include "domain/hl-event.h"
#include "domain/hl-time.h"

#define EVENT                                                                                      \
  "{'seq':1042,'id':'e1','kind':'call_started','at':'2026-11-27T19:02:11.345Z','received':"        \
  "'2026-11-27T19:02:12.000Z','by':{'role':'publisher','name':'retell','device':null,'n':null},"   \
  "'act':null,'end':true,'data':{'call_id':'c1','x':[1,{'y':null}]}}"

static void
test_event (void)
{
  g_autoptr (JsonObject) object = json_object (EVENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlEvent) event = hl_event_new_from_json (object, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (event->seq, ==, 1042);
  g_assert_cmpint (event->kind, ==, HL_EVENT_CALL_STARTED);
  g_assert_cmpint (event->by->role, ==, HL_ROLE_PUBLISHER);
  g_assert_null (event->by->device);
  g_assert_null (event->act);
  g_assert_true (event->end);
  /* byte for byte the same, the order of members too */
  g_autoptr (JsonNode) node = hl_event_to_json (event);
  g_autofree char *text = to_text (node);
  g_autofree char *wanted = g_strdelimit (g_strdup (EVENT), "'", '"');
  g_assert_cmpstr (text, ==, wanted);

  g_autoptr (HlEvent) same = hl_event_ref (event);
  g_assert_true (same == event);

  /* a kind of a newer version */
  json_object_set_string_member (object, "kind", "menu_changed");
  g_autoptr (HlEvent) newer = hl_event_new_from_json (object, &error);
  g_assert_no_error (error);
  g_assert_cmpint (newer->kind, ==, HL_EVENT_UNKNOWN);
  g_assert_cmpstr (newer->kind_name, ==, "menu_changed");
}

static void
test_bad_events (void)
{
  static const struct {
    const char *member, *value, *pointer;
  } bad[] = {
    { "seq", "null", "/seq" },
    { "seq", "0", "/seq" },
    { "seq", "-1", "/seq" },
    { "seq", "'1'", "/seq" },
    { "seq", "1.5", "/seq" },
    { "id", "''", "/id" },
    { "id", "7", "/id" },
    { "kind", "null", "/kind" },
    { "at", "'yesterday'", "/at" },
    { "received", "12", "/received" },
    { "by", "[]", "/by" },
    { "by", "{'name':'x'}", "/by/role" },
    { "by", "{'role':'king'}", "/by/role" },
    { "by", "{'role':'monitor'}", "/by/role" },
    { "by", "{'role':'staff','device':'a b'}", "/by/device" },
    { "by", "{'role':'staff','n':-1}", "/by/n" },
    { "act", "3", "/act" },
    { "end", "'yes'", "/end" },
    { "data", "null", "/data" },
    { "data", "[]", "/data" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (JsonObject) object = json_object (EVENT);
    g_autoptr (GError) error = NULL;
    json_object_set_member (object, bad[i].member, json (bad[i].value));
    g_assert_null (hl_event_new_from_json (object, &error));
    g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, bad[i].pointer);
  }
  static const char *const required[] = { "seq", "id", "kind", "at", "received", "by", "data" };
  for (guint i = 0; i < G_N_ELEMENTS (required); i++) {
    g_autoptr (JsonObject) object = json_object (EVENT);
    g_autoptr (GError) error = NULL;
    json_object_remove_member (object, required[i]);
    g_assert_null (hl_event_new_from_json (object, &error));
    g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_MISSING);
  }
}

static void
test_segment (void)
{
  static const struct {
    const char *text;
    gboolean partial;
    const char *state;
  } cases[] = {
    { "{'call_id':'c','turn':1,'speaker':'caller','text':'x'}", FALSE, NULL },
    { "{'call_id':'c','turn':1,'speaker':'caller','text':'x','final':true}", FALSE, "final" },
    { "{'call_id':'c','turn':1,'speaker':'caller','text':'x','final':false}", TRUE, "partial" },
    { "{'call_id':'c','turn':1,'speaker':'caller','text':'x','state':'partial'}", TRUE, "partial" },
    { "{'call_id':'c','turn':1,'speaker':'caller','text':'x','final':true,'state':'corrected',"
      "'rev':2}",
      FALSE, "corrected" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonObject) data = json_object (cases[i].text);
    g_autoptr (HlActor) by = hl_actor_new (HL_ROLE_PUBLISHER, "retell", NULL, 0);
    g_autoptr (GError) error = NULL;
    g_assert_true (
      hl_event_kind_check (HL_EVENT_TRANSCRIPT_SEGMENT, data, "/data", NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (hl_event_kind_is_partial (HL_EVENT_TRANSCRIPT_SEGMENT, data), ==,
                     cases[i].partial);
    g_autoptr (HlEvent) event =
      hl_event_new (1, "e", HL_EVENT_TRANSCRIPT_SEGMENT, 0, 0, by, NULL, TRUE, data);
    g_assert_false (json_object_has_member (event->data, "final"));
    g_assert_cmpstr (json_object_get_string_member_with_default (event->data, "state", NULL), ==,
                     cases[i].state);
  }
  g_autoptr (JsonObject) other = json_object ("{'final':false}");
  g_assert_false (hl_event_kind_is_partial (HL_EVENT_CALL_UPDATED, other));
  g_autoptr (JsonObject) same = hl_event_kind_normalise (HL_EVENT_CALL_UPDATED, other);
  g_assert_true (same == other);
}

static void
test_may_post (void)
{
  static const HlEventKind server_only[] = {
    HL_EVENT_DAY_CLOSED,      HL_EVENT_DISPUTE_OPENED, HL_EVENT_DISPUTE_SETTLED,
    HL_EVENT_FLOOR_REPLACED,  HL_EVENT_PERSON_ERASED,  HL_EVENT_SECTION_UPDATED,
    HL_EVENT_TABLE_UPDATED,   HL_EVENT_NOTICE_ACKNOWLEDGED, HL_EVENT_LOCATION_UPDATED,
    HL_EVENT_UNKNOWN,
  };
  static const HlEventKind agent[] = { HL_EVENT_CALL_STARTED, HL_EVENT_CALL_UPDATED,
                                       HL_EVENT_CALL_COMPLETED, HL_EVENT_TRANSCRIPT_SEGMENT };

  for (guint i = 0; i < G_N_ELEMENTS (server_only); i++) {
    for (int role = 0; role < HL_N_ROLE; role++)
      g_assert_false (hl_event_kind_may_post (server_only[i], role));
  }
  guint n_agent = 0, n_publisher = 0;
  for (int kind = 0; kind < HL_N_EVENT_KIND; kind++) {
    n_agent += hl_event_kind_may_post (kind, HL_ROLE_AGENT) ? 1 : 0;
    n_publisher += hl_event_kind_may_post (kind, HL_ROLE_PUBLISHER) ? 1 : 0;
    g_assert_false (hl_event_kind_may_post (kind, HL_ROLE_STAFF));
    g_assert_false (hl_event_kind_may_post (kind, HL_ROLE_MANAGER));
    g_assert_false (hl_event_kind_may_post (kind, HL_ROLE_MONITOR));
  }
  g_assert_cmpuint (n_agent, ==, G_N_ELEMENTS (agent));
  g_assert_cmpuint (n_publisher, ==, 11);

  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) till = json_object ("{'party_id':'p','stage':'paid','status':'gone'}");
  g_assert_true (hl_event_kind_may_post_data (HL_EVENT_PARTY_UPDATED, HL_ROLE_PUBLISHER, till,
                                              "/data", &error));
  g_assert_no_error (error);
  g_autoptr (JsonObject) seats = json_object ("{'party_id':'p','status':'seated'}");
  g_assert_false (hl_event_kind_may_post_data (HL_EVENT_PARTY_UPDATED, HL_ROLE_PUBLISHER, seats,
                                               "/data", &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_NOT_ALLOWED);
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/data/status");
  g_clear_error (&error);
  g_assert_false (hl_event_kind_may_post_data (HL_EVENT_DAY_CLOSED, HL_ROLE_PUBLISHER, seats,
                                               "/data", &error));
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/data");
}

#define ACTION                                                                                     \
  "{'id':'0193','n':12,'kind':'seat','predicted':'applied','composed_at':"                         \
  "'2026-11-27T19:02:11.345Z','who':'Ana','data':{'party_id':'p7','table_ids':['12']}}"

static void
test_action (void)
{
  g_autoptr (JsonObject) object = json_object (ACTION);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlAction) action = hl_action_new_from_json (object, &error);

  g_assert_no_error (error);
  g_assert_cmpint (action->kind, ==, HL_ACTION_SEAT);
  g_assert_cmpint (action->predicted, ==, HL_OUTCOME_APPLIED);
  g_assert_cmpstr (action->who, ==, "Ana");
  g_assert_null (action->session);
  g_assert_true (hl_action_check (action, NULL, &error));
  g_autoptr (JsonObject) printed = hl_action_to_json (action);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), printed);
  g_autofree char *text = to_text (node);
  g_autofree char *wanted = g_strdelimit (g_strdup (ACTION), "'", '"');
  g_assert_cmpstr (text, ==, wanted);

  /* its age is of this sending, not the action's */
  json_object_set_int_member (object, "age_ms", 3600000);
  g_autoptr (HlAction) aged = hl_action_new_from_json (object, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aged->age_ms, ==, 3600000);
  g_autoptr (JsonObject) again = hl_action_to_json (aged);
  g_assert_false (json_object_has_member (again, "age_ms"));

  /* nothing but what is needed */
  g_autoptr (JsonObject) small = json_object ("{'id':'a','kind':'dance','data':{}}");
  g_autoptr (HlAction) unknown = hl_action_new_from_json (small, &error);
  g_assert_no_error (error);
  g_assert_cmpint (unknown->kind, ==, HL_ACTION_UNKNOWN);
  g_assert_cmpint (unknown->predicted, ==, HL_PREDICTED_NONE);
  g_assert_cmpuint (unknown->n, ==, 0);
  g_assert_cmpint (unknown->composed_at, ==, HL_TIME_NONE);
  g_assert_cmpint (unknown->age_ms, ==, HL_ACTION_AGE_UNKNOWN);
  g_assert_false (hl_action_check (unknown, NULL, &error));
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/kind");
  g_clear_error (&error);

  static const struct {
    const char *member, *value, *pointer;
  } bad[] = {
    { "id", "null", "/id" },
    { "id", "'a b'", "/id" },
    { "n", "1.5", "/n" },
    { "kind", "5", "/kind" },
    { "predicted", "'refused'", "/predicted" },
    { "predicted", "'maybe'", "/predicted" },
    { "composed_at", "'now'", "/composed_at" },
    { "who", "[]", "/who" },
    { "session", "1", "/session" },
    { "data", "null", "/data" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (JsonObject) wrong = json_object (ACTION);
    g_autoptr (GError) why = NULL;
    json_object_set_member (wrong, bad[i].member, json (bad[i].value));
    g_assert_null (hl_action_new_from_json (wrong, &why));
    g_assert_cmpstr (hl_codec_error_get_pointer (why), ==, bad[i].pointer);
  }
}

static void
test_may_perform (void)
{
  static const HlActionKind never_agent[] = {
    HL_ACTION_SEAT,        HL_ACTION_MOVE,        HL_ACTION_UNSEAT,    HL_ACTION_SET_TABLE,
    HL_ACTION_SET_SECTION, HL_ACTION_SET_STAGE,   HL_ACTION_ARRIVE,    HL_ACTION_UNDO,
    HL_ACTION_SETTLE_DISPUTE, HL_ACTION_MARK_NO_SHOW, HL_ACTION_UNKNOWN,
  };

  for (guint i = 0; i < G_N_ELEMENTS (never_agent); i++)
    g_assert_false (hl_action_kind_may_perform (never_agent[i], HL_ROLE_AGENT));
  g_assert_true (hl_action_kind_may_perform (HL_ACTION_CREATE_RESERVATION, HL_ROLE_AGENT));
  g_assert_true (hl_action_kind_may_perform (HL_ACTION_SEAT, HL_ROLE_STAFF));
  g_assert_true (hl_action_kind_may_perform (HL_ACTION_SEAT, HL_ROLE_SYSTEM));
  g_assert_false (hl_action_kind_may_perform (HL_ACTION_ASK_FOR_PERSON, HL_ROLE_STAFF));
  for (int kind = 0; kind < HL_N_ACTION_KIND; kind++) {
    g_assert_false (hl_action_kind_may_perform (kind, HL_ROLE_PUBLISHER));
    g_assert_false (hl_action_kind_may_perform (kind, HL_ROLE_MONITOR));
    g_assert_cmpint (hl_action_kind_may_perform (kind, HL_ROLE_MANAGER), ==,
                     hl_action_kind_may_perform (kind, HL_ROLE_STAFF));
  }
  g_assert_cmpstr (hl_action_kind_get_id_member (HL_ACTION_ARRIVE), ==, "reservation_id");
  g_assert_null (hl_action_kind_get_id_member (HL_ACTION_UNDO));
  g_assert_true (hl_action_kind_get_type_of_entity (HL_ACTION_SEAT) == HL_TYPE_PARTY);
  g_assert_true ((hl_action_kind_get_flags (HL_ACTION_TAKE_CALL) & HL_ACTION_FLAG_NEEDS_LINK) != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/event", test_event);
  g_test_add_func ("/event/bad", test_bad_events);
  g_test_add_func ("/event/segment", test_segment);
  g_test_add_func ("/event/may-post", test_may_post);
  g_test_add_func ("/event/action", test_action);
  g_test_add_func ("/event/may-perform", test_may_perform);
  return g_test_run ();
}
