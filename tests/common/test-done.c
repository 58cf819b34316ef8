/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When an action was done, whether its device was offline, and why a person is needed in words. */
#include "model/decide.h"

/* Seated at 19:02 without a link, sent at 19:10, when another sat there already: the event says when it was done, and
 * the card that it was offline, whoever came first. */
static void
test_done_offline (void)
{
  static const struct {
    const char *first, *second; /* in the order in which the server takes them */
    gint64 first_age, second_age;
  } cases[] = {
    { "ng", "lopez", 0, 8 * 60000 },
    { "lopez", "ng", 8 * 60000, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Desk) desk = open_desk ();
    guint64 seen = desk_head (desk);
    g_autofree char *first = g_strdup_printf ("{'party_id':'%s','table_ids':['12']}", cases[i].first);
    g_autofree char *second = g_strdup_printf ("{'party_id':'%s','table_ids':['12']}", cases[i].second);
    const HlEvent *event;
    HlDispute *dispute;
    GPtrArray *claims;
    gint64 done[2];

    desk->age = cases[i].first_age;
    assert_act_at (desk, "A", seen, HL_ACTION_SEAT, first, APPLIED);
    event = g_ptr_array_index (desk->log, desk->log->len - 1);
    done[0] = event->at;
    g_assert_cmpint (event->received - event->at, ==, cases[i].first_age);
    g_assert_cmpint (hl_event_was_offline (event), ==, cases[i].first_age > 0);
    desk->age = cases[i].second_age;
    assert_act_at (desk, "B", seen, HL_ACTION_SEAT, second, DISPUTED);
    event = g_ptr_array_index (desk->log, desk->log->len - 1);
    done[1] = event->at;
    g_assert_cmpint (hl_event_was_offline (event), ==, cases[i].second_age > 0);

    dispute = desk_dispute (desk, "table:12");
    claims = hl_dispute_get_claims (dispute);
    for (guint j = 0; j < 2; j++)
      g_assert_cmpint (hl_claim_get_at (g_ptr_array_index (claims, j)), ==, done[j]);
    g_assert_cmpint (hl_claim_get_offline (g_ptr_array_index (claims, 0)), ==, cases[i].first_age > 0);
    g_assert_true (hl_claim_get_offline (g_ptr_array_index (claims, 1)));
  }
}

/* The age that its device counted says when; no clock of a device does (rule 4). What is no person's, of no known age, or
 * of an age that cannot be believed, happened when the server took it. */
static void
test_done_age (void)
{
  static const struct {
    HlRole role;
    gint64 clock_behind, age, done; /* ms; @done: before the server took it */
  } cases[] = {
    { HL_ROLE_STAFF, 0, 60000, 60000 },
    { HL_ROLE_MANAGER, 0, 60000, 60000 },
    { HL_ROLE_STAFF, 7200000, HL_ACTION_AGE_UNKNOWN, 0 },
    { HL_ROLE_STAFF, -7200000, HL_ACTION_AGE_UNKNOWN, 0 },
    { HL_ROLE_STAFF, 90000000, 3600000, 3600000 },
    { HL_ROLE_STAFF, -60000, 3600000, 3600000 },
    { HL_ROLE_STAFF, 0, 4 * 3600000, 4 * 3600000 },
    { HL_ROLE_STAFF, 0, 4 * 3600000 + 1, 0 },
    { HL_ROLE_STAFF, 0, G_MAXINT64, 0 },
    { HL_ROLE_AGENT, 60000, 60000, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Desk) desk = open_desk ();
    const HlEvent *event;

    desk->role = cases[i].role;
    desk->clock_behind = cases[i].clock_behind;
    desk->age = cases[i].age;
    assert_act (desk, "A", HL_ACTION_CREATE_RESERVATION,
                "{'reservation_id':'new','party_size':2,'starts_at':'2026-11-27T21:00:00Z','name':'Ruiz'}", APPLIED);
    event = g_ptr_array_index (desk->log, desk->log->len - 1);
    g_assert_cmpint (event->received - event->at, ==, cases[i].done);
    if (cases[i].role == HL_ROLE_AGENT)
      continue;
    /* the order in the line goes by it */
    assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'new','size':2,'status':'waiting'}", APPLIED);
    event = g_ptr_array_index (desk->log, desk->log->len - 1);
    g_assert_cmpint (hl_party_get_waiting_since (desk_party (desk, "new")), ==, event->received - cases[i].done);
  }
}

/* A card says from where each claim came: the device, by the name that people know it by, also after a restart. Who is no
 * device is known by name alone. */
static void
test_done_where (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  g_autoptr (JsonNode) saved = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *claims;

  assert_act_at (desk, "A", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':7}", APPLIED);
  saved = hl_state_save (desk->state);
  g_clear_object (&desk->state);
  desk->state = hl_state_new ();
  hl_state_load (desk->state, json_node_get_object (saved), &error);
  g_assert_no_error (error);
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':8}", DISPUTED);
  claims = hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"));
  g_assert_cmpuint (claims->len, ==, 2);
  g_assert_cmpstr (hl_claim_get_device (claims->pdata[0]), ==, "A");
  g_assert_cmpstr (hl_claim_get_device_name (claims->pdata[0]), ==, "Stand A");
  g_assert_cmpstr (hl_claim_get_device (claims->pdata[1]), ==, "B");
  g_assert_cmpstr (hl_claim_get_device_name (claims->pdata[1]), ==, "Stand B");

  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','name':'Hadad'}", APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','allergies':'nuts'}");
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','allergies':'none'}", DISPUTED);
  claims = hl_dispute_get_claims (desk_dispute (desk, "field:r:allergies"));
  g_assert_cmpstr (hl_claim_get_by (claims->pdata[0]), ==, "tock");
  g_assert_cmpstr (hl_claim_get_device (claims->pdata[0]), ==, "~tock");
  g_assert_cmpstr (hl_claim_get_device_name (claims->pdata[0]), ==, "");
}

/* Why a person is needed is kept in the words of who asked, also when that was asked already. */
static void
test_reason_in_words (void)
{
  g_autoptr (Desk) desk = open_desk ();
  HlCall *call;

  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}");
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_OPEN_FOLLOW_UP, "{'call_id':'c','reason':'menu for twelve'}", APPLIED);
  call = hl_state_lookup_call (desk->state, "c");
  g_assert_cmpstr (hl_call_get_attention_note (call), ==, "menu for twelve");
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_OPEN_FOLLOW_UP, "{'call_id':'c','reason':'menu for twelve'}", NO_OP);
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_OPEN_FOLLOW_UP, "{'call_id':'c'}", NO_OP);
  g_assert_cmpstr (hl_call_get_attention_note (call), ==, "menu for twelve");
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_OPEN_FOLLOW_UP, "{'call_id':'c','reason':'and a cake'}", APPLIED);
  g_assert_cmpstr (hl_call_get_attention_note (call), ==, "and a cake");
  /* another question, of which nothing was said */
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_ASK_FOR_PERSON, "{'call_id':'c'}", APPLIED);
  g_assert_cmpstr (hl_call_get_attention_note (call), ==, "");
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "v", HL_ACTION_ASK_FOR_PERSON, "{'call_id':'c','reason':'angry'}", APPLIED);
  g_assert_cmpstr (hl_call_get_attention_note (call), ==, "angry");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/done/offline", test_done_offline);
  g_test_add_func ("/done/age", test_done_age);
  g_test_add_func ("/done/where", test_done_where);
  g_test_add_func ("/done/reason-in-words", test_reason_in_words);
  return g_test_run ();
}
