/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold: every order of a call's events ends in the same state, and every kind of event does what it says. */
#include "model/desk.h"
#include "model/seed.h"

#include <string.h>

#include "domain/hl-event-kind.h"
#include "domain/hl-note.h"
#include "domain/hl-touched.h"

typedef struct {
  HlEventKind kind;
  int         second; /* after DESK_START */
  const char *data;
} Step;

typedef struct {
  const char *name;
  Step        steps[16];
} Story;

static const Story stories[] = {
  { "retell",
    { { HL_EVENT_CALL_STARTED, 0, "{'call_id':'retell:1','from':'+12025550142','to':'+12025550100','direction':'inbound','provider':'retell'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 3, "{'call_id':'retell:1','turn':0,'speaker':'agent','text':'Ocean Ave, how can I help?'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 8, "{'call_id':'retell:1','turn':1,'speaker':'caller','text':'A table for four on Friday.','language':'en'}" },
      { HL_EVENT_CALL_UPDATED, 9, "{'call_id':'retell:1','state':'agent_active','intent':'book','slots':[{'kind':'party_size','raw':'four','value':'4','turn':1,'state':'heard'}]}" },
      { HL_EVENT_CALL_COMPLETED, 60, "{'call_id':'retell:1','ended_at':'2026-11-27T19:00:59.500Z','duration_ms':59500,'end_reason':'user_hangup','end_group':'caller_hangup'}" },
      { HL_EVENT_CALL_UPDATED, 75, "{'call_id':'retell:1','summary':'Booked four for Friday.','sentiment':'positive','outcome':'booked'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 62, "{'call_id':'retell:1','turn':1,'rev':1,'speaker':'caller','text':'A table for four on Friday at eight.','state':'corrected'}" } } },
  { "vapi",
    { { HL_EVENT_CALL_UPDATED, 0, "{'call_id':'vapi:1','state':'ringing','provider':'vapi','from':'+12025550143'}" },
      { HL_EVENT_CALL_UPDATED, 2, "{'call_id':'vapi:1','state':'agent_active','answered_at':'2026-11-27T19:00:02.000Z'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 5, "{'call_id':'vapi:1','turn':0,'speaker':'caller','text':'Hola, quiero cancelar.','language':'es','confidence':0.8}" },
      { HL_EVENT_CALL_UPDATED, 20, "{'call_id':'vapi:1','attention_reason':'person','language':'es','language_confidence':0.9}" },
      { HL_EVENT_CALL_UPDATED, 40, "{'call_id':'vapi:1','state':'ended','end_reason':'customer-ended-call','end_group':'caller_hangup'}" },
      { HL_EVENT_CALL_COMPLETED, 45, "{'call_id':'vapi:1','summary':'Cancelled.','recording_url':'https://example.org/r.wav','recording_needs_auth':true,'ended_at':'2026-11-27T19:00:39.000Z'}" },
      { HL_EVENT_CALL_STARTED, 0, "{'call_id':'vapi:1','direction':'inbound'}" } } },
  { "transcript",
    { { HL_EVENT_TRANSCRIPT_SEGMENT, 1, "{'call_id':'c','turn':0,'speaker':'caller','text':'I want','state':'partial'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 2, "{'call_id':'c','turn':0,'speaker':'caller','text':'I want a table','state':'partial'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 3, "{'call_id':'c','turn':0,'speaker':'caller','text':'I want a table for two people.','language':'en'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 4, "{'call_id':'c','turn':0,'speaker':'caller','text':'I want a table.'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 5, "{'call_id':'c','turn':0,'rev':1,'speaker':'caller','text':'I want a table for ten people.','state':'corrected'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 6, "{'call_id':'c','turn':1,'speaker':'caller','text':'My card is 4111.','spans':[{'from':0,'to':2,'kind':'note'}]}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 7, "{'call_id':'c','turn':1,'rev':2,'speaker':'caller','text':'','state':'redacted'}" } } },
  { "slots and alarms",
    { { HL_EVENT_CALL_UPDATED, 1, "{'call_id':'s','slots':[{'kind':'time','raw':'seven','value':'19:00','state':'heard'}]}" },
      { HL_EVENT_CALL_UPDATED, 2, "{'call_id':'s','slots':[{'kind':'time','raw':'eight','value':'20:00','state':'heard'},{'kind':'name','raw':'Ng','value':'Ng','state':'heard'}]}" },
      { HL_EVENT_CALL_UPDATED, 3, "{'call_id':'s','slots':[{'kind':'time','raw':'eight','value':'20:00','state':'read_back'}],'attention_reason':'low_confidence'}" },
      { HL_EVENT_CALL_UPDATED, 4, "{'call_id':'s','attention_reason':'allergy','slots':[{'kind':'allergy','raw':'nuts','value':'nuts','state':'heard'}]}" },
      { HL_EVENT_CALL_STARTED, 0, "{'call_id':'s','aliases':['CA1'],'started_at':'2026-11-27T18:59:58.000Z'}" },
      { HL_EVENT_CALL_UPDATED, 3, "{'call_id':'s','state':'agent_active'}" },
      { HL_EVENT_CALL_UPDATED, 3, "{'call_id':'s','state':'ringing'}" } } },
  { "seen by two",
    { { HL_EVENT_CALL_STARTED, 1, "{'call_id':'twilio:CA1','provider':'twilio','from':'+12025550144','direction':'inbound'}" },
      { HL_EVENT_CALL_UPDATED, 2, "{'call_id':'twilio:CA1','state':'agent_active','attention_reason':'agent_failed','answered_at':'2026-11-27T19:00:02.000Z'}" },
      { HL_EVENT_TRANSCRIPT_SEGMENT, 5, "{'call_id':'twilio:CA1','turn':0,'speaker':'caller','text':'A table for two.'}" },
      { HL_EVENT_CALL_UPDATED, 3, "{'call_id':'vapi:v','aliases':['room','twilio:CA1'],'provider':'vapi','slots':[{'kind':'name','raw':'Ng','value':'Ng','state':'heard'}]}" },
      { HL_EVENT_CALL_UPDATED, 4, "{'call_id':'room','recording_url':'https://example.org/r.wav','slots':[{'kind':'name','raw':'Eng','value':'Eng','state':'heard'}]}" },
      { HL_EVENT_CALL_COMPLETED, 9, "{'call_id':'vapi:v','end_reason':'customer-ended-call','end_group':'caller_hangup'}" },
      { HL_EVENT_CALL_COMPLETED, 11, "{'call_id':'twilio:CA1','end_reason':'completed','ended_at':'2026-11-27T19:00:11.000Z','duration_ms':9000}" } } },
  { "short",
    { { HL_EVENT_CALL_COMPLETED, 9, "{'call_id':'x','end_reason':'no-answer','end_group':'no_answer'}" },
      { HL_EVENT_CALL_UPDATED, 2, "{'call_id':'x','state':'ringing','from':'+12025550144'}" },
      { HL_EVENT_CALL_UPDATED, 2, "{'call_id':'x','caller_name':'Ana'}" },
      { HL_EVENT_CALL_UPDATED, 3, "{'call_id':'x','caller_name':'Eve','from':null}" },
      { HL_EVENT_CALL_COMPLETED, 9, "{'call_id':'x','end_reason':'no-answer'}" },
      { HL_EVENT_CALL_STARTED, 1, "{'call_id':'x'}" } } },
};

static guint
count_steps (const Story *story)
{
  guint n = 0;

  while (n < G_N_ELEMENTS (story->steps) && story->steps[n].data != NULL)
    n++;
  return n;
}

static HlEvent *
make_event (const Story *story,
            guint        step,
            guint64      seq)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, story->name, NULL, 0);
  g_autoptr (JsonObject) data = desk_parse (story->steps[step].data);
  g_autoptr (JsonObject) normal = NULL;
  g_autofree char *id = g_strdup_printf ("ev-%u", step);
  gint64 at = DESK_START + story->steps[step].second * 1000;
  g_autoptr (GError) error = NULL;

  hl_event_kind_check (story->steps[step].kind, data, "", NULL, &error);
  g_assert_no_error (error);
  normal = hl_event_kind_normalise (story->steps[step].kind, data);
  return hl_event_new (seq, id, story->steps[step].kind, at, at, actor, NULL, TRUE, normal);
}

/* In this state the segments stand in the order in which they came: that is the log's, not the story's. */
static char *
print_sorted (HlState *state)
{
  g_autoptr (HlState) sorted = hl_state_copy (state);
  g_autofree char *text = NULL;
  GListModel *calls = hl_state_get_calls (state);
  GString *all = g_string_new (NULL);

  text = desk_print (sorted, TRUE);
  {
    g_autoptr (JsonNode) node = json_from_string (text, NULL);
    g_autofree char *entities = NULL;

    json_object_remove_member (json_node_get_object (node), "segments");
    entities = json_to_string (node, FALSE);
    g_string_append (all, entities);
  }
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (HlCall) call = g_list_model_get_item (calls, i);
    GListModel *lines = hl_state_get_transcript (state, hl_call_get_call_id (call));

    for (guint j = 0; j < g_list_model_get_n_items (lines); j++) {
      g_autoptr (HlEntity) line = g_list_model_get_item (lines, j);
      g_autoptr (JsonNode) saved = hl_entity_save (line);
      g_autofree char *printed = NULL;

      json_object_remove_member (json_node_get_object (saved), "revisions");
      printed = json_to_string (saved, FALSE);
      g_string_append (all, printed);
    }
  }
  return g_string_free (all, FALSE);
}

typedef struct {
  const Story *story;
  HlEvent     *events[16];
  char        *expected;
  guint        count;
} Permuting;

static void
try_order (Permuting   *permuting,
           const guint *order,
           guint        n)
{
  g_autoptr (HlState) state = hl_state_new ();
  g_autofree char *result = NULL;

  for (guint i = 0; i < n; i++)
    hl_evolve (state, permuting->events[order[i]]);
  result = print_sorted (state);
  permuting->count++;
  if (permuting->expected == NULL) {
    permuting->expected = g_steal_pointer (&result);
  } else if (!g_str_equal (permuting->expected, result)) {
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < n; i++)
      g_string_append_printf (text, " %u", order[i]);
    g_test_message ("order%s of %s:\n%s\ninstead of\n%s", text->str, permuting->story->name, result, permuting->expected);
    g_string_free (text, TRUE);
    g_assert_not_reached ();
  }
}

static void
permute (Permuting *permuting,
         guint     *order,
         guint      fixed,
         guint      n)
{
  if (fixed == n) {
    try_order (permuting, order, n);
    return;
  }
  for (guint i = fixed; i < n; i++) {
    guint swap = order[fixed];

    order[fixed] = order[i];
    order[i] = swap;
    permute (permuting, order, fixed + 1, n);
    order[i] = order[fixed];
    order[fixed] = swap;
  }
}

/* The same event object in each order: its seq says nothing to the fold but revisions. */
static void
test_permutations (gconstpointer data)
{
  const Story *story = data;
  guint n = count_steps (story);
  guint order[16];
  guint expected = 1;
  Permuting permuting = { .story = story };

  g_assert_cmpuint (n, >=, 6);
  for (guint i = 0; i < n; i++) {
    permuting.events[i] = make_event (story, i, i + 1);
    order[i] = i;
    expected *= i + 1;
  }
  permute (&permuting, order, 0, n);
  g_assert_cmpuint (permuting.count, ==, expected);
  g_test_message ("%u orders", permuting.count);
  for (guint i = 0; i < n; i++)
    hl_event_unref (permuting.events[i]);
  g_free (permuting.expected);
}

/* Two whole stories of one call laid over each other, and some of it twice. */
static void
test_shuffles (void)
{
  static const guint parts[][2] = { { 0, 3 }, { 1, 2 }, { 3, 4 } };

  for (guint p = 0; p < G_N_ELEMENTS (parts); p++) {
    Permuting permuting = { .story = &stories[parts[p][0]] };
    guint order[32];
    guint n = 0;

    for (guint part = 0; part < 2; part++) {
      const Story *story = &stories[parts[p][part]];

      for (guint i = 0; i < count_steps (story); i++) {
        g_autoptr (HlEvent) event = make_event (story, i, n + 1);
        g_autofree char *id = g_strdup_printf ("ev-%u", n);
        JsonObject *copy = json_object_new ();
        JsonObjectIter iter;
        const char *name;
        JsonNode *node;

        json_object_iter_init (&iter, event->data);
        while (json_object_iter_next (&iter, &name, &node))
          json_object_set_member (copy, name, json_node_copy (node));
        json_object_set_string_member (copy, "call_id", "one");
        permuting.events[n] = hl_event_new (n + 1, id, event->kind, event->at, event->at, event->by, NULL, TRUE, copy);
        json_object_unref (copy);
        n++;
      }
    }
    g_assert_cmpuint (n, >=, 12);
    for (guint i = 0; i < n; i++)
      order[i] = i;
    for (guint round = 0; round < 1500; round++) {
      guint extra = n;

      for (guint i = n - 1; round > 0 && i > 0; i--) {
        guint j = (guint) g_test_rand_int_range (0, (gint32) i + 1);
        guint swap = order[i];

        order[i] = order[j];
        order[j] = swap;
      }
      /* known events again: nothing changes */
      if (round % 3 == 1)
        order[extra++] = order[g_test_rand_int_range (0, (gint32) n)];
      try_order (&permuting, order, extra);
    }
    for (guint i = 0; i < n; i++)
      hl_event_unref (permuting.events[i]);
    g_free (permuting.expected);
  }
}

static void
play (Desk        *desk,
      const Story *story)
{
  for (guint i = 0; i < count_steps (story); i++) {
    g_autoptr (HlEvent) event = make_event (story, i, desk->log->len + 1);

    hl_evolve (desk->state, event);
    g_ptr_array_add (desk->log, g_steal_pointer (&event));
  }
}

static void
test_call (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlCall *call;
  HlSegment *line;

  play (desk, &stories[0]);
  call = hl_state_lookup_call (desk->state, "retell:1");
  g_assert_cmpint (hl_call_get_state (call), ==, HL_CALL_STATE_ENDED);
  g_assert_cmpstr (hl_call_get_summary (call), ==, "Booked four for Friday.");
  g_assert_cmpint (hl_call_get_started_at (call), ==, DESK_START);
  g_assert_cmpint (hl_call_get_ended_at (call), ==, DESK_START + 59500);
  g_assert_cmpint (hl_call_get_last_event_at (call), ==, DESK_START + 75000);
  g_assert_cmpuint (hl_call_get_slots (call)->len, ==, 1);
  line = hl_state_lookup_segment (desk->state, "retell:1", 1);
  g_assert_cmpstr (hl_segment_get_text (line), ==, "A table for four on Friday at eight.");
  g_assert_cmpint (hl_segment_get_state (line), ==, HL_SEGMENT_STATE_CORRECTED);

  play (desk, &stories[2]);
  g_assert_cmpstr (hl_segment_get_text (hl_state_lookup_segment (desk->state, "c", 1)), ==, "");
  g_assert_cmpstr (hl_segment_get_text (hl_state_lookup_segment (desk->state, "c", 0)), ==, "I want a table for ten people.");

  play (desk, &stories[3]);
  call = hl_state_lookup_call (desk->state, "s");
  g_assert_cmpint (hl_call_get_attention_reason (call), ==, HL_ATTENTION_REASON_ALLERGY);
  g_assert_cmpint (hl_call_get_attention_priority (call), ==, 1);
  g_assert_cmpint (hl_call_get_state (call), ==, HL_CALL_STATE_AGENT_ACTIVE);
  g_assert_cmpuint (hl_call_get_slots (call)->len, ==, 3);
}

/* A final text changes only by a marked correction (invariant 7). */
static void
test_final_text_stays (void)
{
  g_autoptr (Desk) desk = desk_new ();

  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'rev':3,'speaker':'caller','text':'For four people','state':'final'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'rev':9,'speaker':'caller','text':'For','state':'partial'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'rev':2,'speaker':'caller','text':'For f','state':'final'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'rev':3,'speaker':'caller','text':'Fo','state':'final'}");
  /* nor by a higher rev that does not say that it corrects */
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'rev':7,'speaker':'caller','text':'For forty','state':'final'}");
  g_assert_cmpstr (hl_segment_get_text (hl_state_lookup_segment (desk->state, "c", 0)), ==, "For four people");
}

/* Staff's word stands, the server's hand-off is not taken back by a late "agent_active". */
static void
test_call_and_staff (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlCall *call;

  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active','language':'en'}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_TAKE_CALL, "{'call_id':'c'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','state':'agent_active'}");
  call = hl_state_lookup_call (desk->state, "c");
  g_assert_cmpint (hl_call_get_state (call), ==, HL_CALL_STATE_HANDOFF_REQUESTED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Ng'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','slots':[{'kind':'name','value':'Nick','state':'heard'}]}");
  g_assert_cmpstr (hl_slot_get_value (g_ptr_array_index (hl_call_get_slots (call), 0)), ==, "Ng");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_COMPLETED, "{'call_id':'c'}");
  g_assert_cmpint (hl_call_get_state (call), ==, HL_CALL_STATE_ENDED);
  desk_refused (desk, "A", desk_head (desk), HL_ACTION_HAND_BACK_CALL, "{'call_id':'c'}", HL_REASON_WRONG_STATE);
}

/* What is raised after an acknowledgement rings again. */
static void
test_attention_again (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlCall *call;

  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','attention_reason':'late'}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ACKNOWLEDGE_CALL, "{'call_id':'c'}"), ==, HL_OUTCOME_APPLIED);
  call = hl_state_lookup_call (desk->state, "c");
  g_assert_cmpstr (hl_call_get_attention_acknowledged_by (call), ==, "A");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','attention_reason':'allergy'}");
  g_assert_cmpstr (hl_call_get_attention_acknowledged_by (call), ==, "");
  g_assert_cmpint (hl_call_get_attention_priority (call), ==, 1);
  /* a provider whose clock is slow raises another alarm all the same; nobody but staff has seen one */
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ACKNOWLEDGE_CALL, "{'call_id':'c'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','attention_reason':'person','attention_since':'2026-11-27T18:00:00Z'}");
  g_assert_cmpstr (hl_call_get_attention_acknowledged_by (call), ==, "");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','attention_acknowledged_by':'v'}");
  g_assert_cmpstr (hl_call_get_attention_acknowledged_by (call), ==, "");
}

static void
test_reservation (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlReservation *reservation;
  const HlRevision *revision;

  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'r','name':'Ng','party_size':4,'starts_at':'2026-11-27T20:00:00Z','notes_add':['by the window'],'tags_add':['vip']}");
  reservation = desk_reservation (desk, "r");
  g_assert_cmpint (hl_reservation_get_status (reservation), ==, HL_RESERVATION_STATUS_BOOKED);
  g_assert_cmpint (hl_reservation_get_created_at (reservation), !=, G_MININT64);
  g_assert_cmpuint (hl_reservation_get_notes (reservation)->len, ==, 1);
  g_assert_cmpstr (hl_note_get_by (g_ptr_array_index (hl_reservation_get_notes (reservation), 0)), ==, "tock");
  revision = hl_entity_get_revision (HL_ENTITY (reservation), HL_RESERVATION_FIELD_PARTY_SIZE);
  g_assert_cmpuint (revision->seq, ==, desk_head (desk));
  g_assert_cmpstr (revision->device, ==, "~tock");

  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':5,'notes_add':['cake'],'tags_add':['cake'],'tags_remove':['vip']}"), ==, HL_OUTCOME_APPLIED);
  revision = hl_entity_get_revision (HL_ENTITY (reservation), HL_RESERVATION_FIELD_PARTY_SIZE);
  g_assert_cmpstr (revision->device, ==, "A");
  g_assert_cmpuint (revision->foreign, ==, desk_head (desk) - 1);
  g_assert_cmpuint (hl_reservation_get_notes (reservation)->len, ==, 2);
  g_assert_cmpuint (g_strv_length ((GStrv) hl_reservation_get_tags (reservation)), ==, 1);
  g_assert_cmpstr (hl_reservation_get_tags (reservation)[0], ==, "cake");
  g_assert_cmpuint (hl_state_get_counter (desk->state, "A"), ==, 1);

  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CANCELLED, "{'reservation_id':'r','cancel_reason':'ill'}");
  g_assert_cmpint (hl_reservation_get_status (reservation), ==, HL_RESERVATION_STATUS_CANCELLED);
}

static void
test_orders_and_notices (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlOrder *order;

  desk_event (desk, HL_ROLE_PUBLISHER, "pos", HL_EVENT_ORDER_CREATED, "{'order_id':'o','table_id':'12','items':[{'line_id':'l1','name':'Sole','quantity':1,'status':'placed'}]}");
  desk_event (desk, HL_ROLE_PUBLISHER, "pos", HL_EVENT_ORDER_UPDATED, "{'order_id':'o','status':'fired','changed':['l1']}");
  order = hl_state_lookup_order (desk->state, "o");
  g_assert_cmpint (hl_order_get_status (order), ==, HL_ORDER_STATUS_FIRED);
  g_assert_cmpstr (hl_order_get_changed (order)[0], ==, "l1");
  desk_event (desk, HL_ROLE_PUBLISHER, "pos", HL_EVENT_ORDER_UPDATED, "{'order_id':'o','status':'ready'}");
  g_assert_null (hl_order_get_changed (order)[0]);

  desk_event (desk, HL_ROLE_PUBLISHER, "pos", HL_EVENT_KITCHEN_NOTICE, "{'notice_id':'n1','kind':'eighty_six','item':'Sole','text':'No sole','raised_at':'2026-11-27T19:30:00Z'}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ACKNOWLEDGE_NOTICE, "{'notice_id':'n1'}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "B", HL_ACTION_ACKNOWLEDGE_NOTICE, "{'notice_id':'n1'}"), ==, HL_OUTCOME_NO_OP);
  g_assert_cmpstr (hl_notice_get_acknowledged_by (hl_state_lookup_notice (desk->state, "n1")), ==, "A");
  desk_event (desk, HL_ROLE_PUBLISHER, "pos", HL_EVENT_KITCHEN_NOTICE, "{'notice_id':'n2','kind':'back','item':'Sole','text':'Sole again','raised_at':'2026-11-27T20:30:00Z'}");
  g_assert_cmpint (hl_notice_get_cleared_at (hl_state_lookup_notice (desk->state, "n1")), !=, G_MININT64);
}

/* K21: unknown tables, and a plan that changes under a party. */
static void
test_floor (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlTable *table;

  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'p','size':2,'table_ids':['99']}"), ==, HL_OUTCOME_APPLIED);
  table = hl_state_lookup_table (desk->state, "99");
  g_assert_cmpstr (hl_table_get_area_id (table), ==, HL_AREA_UNPLACED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'q','size':2,'table_ids':['12']}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'14','physical':'dirty'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_FLOOR_REPLACED,
              "{'hostline_floor':1,'areas':[{'area_id':'new','name':'New','width':10,'height':10}],'sections':[],"
              "'tables':[{'table_id':'14','label':'14b','area_id':'new','seats_max':6}],'combinations':[],'marks':[]}");
  g_assert_null (hl_state_lookup_table (desk->state, "15"));
  g_assert_null (hl_state_lookup_section (desk->state, "s1"));
  table = hl_state_lookup_table (desk->state, "14");
  g_assert_cmpint (hl_table_get_physical (table), ==, HL_PHYSICAL_DIRTY);
  g_assert_cmpstr (hl_table_get_label (table), ==, "14b");
  g_assert_null (hl_table_get_section_id (table));
  g_assert_cmpstr (hl_table_get_area_id (hl_state_lookup_table (desk->state, "12")), ==, HL_AREA_UNPLACED);
  g_assert_cmpuint (hl_state_get_table_parties (desk->state, "12")->len, ==, 1);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'q'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED, "{'business_date':'2026-11-27','before':'2026-11-28T12:00:00Z'}");
  g_assert_null (hl_state_lookup_table (desk->state, "12"));
  g_assert_nonnull (hl_state_lookup_table (desk->state, "99"));
}

static void
test_day_closed (void)
{
  g_autoptr (Desk) desk = desk_new ();

  play (desk, &stories[0]);
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'todo','follow_up':'open'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_COMPLETED, "{'call_id':'todo'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'past','starts_at':'2026-11-27T20:00:00Z'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'here','starts_at':'2026-11-27T20:00:00Z'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'next','starts_at':'2026-12-04T20:00:00Z'}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'here','party_id':'h'}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'gone','size':2}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'gone','status':'left'}"), ==, HL_OUTCOME_APPLIED);
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED, "{'business_date':'2026-11-27','before':'2026-11-28T12:00:00Z'}");

  g_assert_cmpuint (hl_state_get_day_seq (desk->state), ==, desk_head (desk));
  g_assert_null (hl_state_lookup_call (desk->state, "retell:1"));
  g_assert_null (hl_state_lookup_segment (desk->state, "retell:1", 0));
  g_assert_nonnull (hl_state_lookup_call (desk->state, "todo"));
  g_assert_null (hl_state_lookup_reservation (desk->state, "past"));
  g_assert_nonnull (hl_state_lookup_reservation (desk->state, "here"));
  g_assert_nonnull (hl_state_lookup_reservation (desk->state, "next"));
  g_assert_null (hl_state_lookup_party (desk->state, "gone"));

  /* later events for what left are logged and change nothing */
  {
    g_autofree char *before = desk_print (desk->state, FALSE);
    g_autofree char *after = NULL;

    desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'retell:1','turn':5,'speaker':'caller','text':'late','state':'final'}");
    desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'retell:1','summary':'late'}");
    desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'past','party_size':9}");
    after = desk_print (desk->state, FALSE);
    g_assert_cmpstr (before, ==, after);
  }
  /* after seven days they are forgotten */
  desk->now += 8 * G_GINT64_CONSTANT (86400000);
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED, "{'business_date':'2026-12-05','before':'2026-12-06T12:00:00Z'}");
  g_assert_false (hl_state_is_buried (desk->state, HL_TYPE_RESERVATION, "past"));
}

static void
test_person_erased (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *text = NULL;

  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'r','name':'Secretname','phone':'+12025550142','starts_at':'2026-11-27T20:00:00Z','notes_add':['Secretname likes tea']}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'p'}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'p','name':'Secretname B'}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act_at (desk, "B", 3, HL_ACTION_UPDATE_PARTY, "{'party_id':'p','name':'Secretname C'}"), ==, HL_OUTCOME_DISPUTED);
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, "{'call_id':'c','caller_name':'Secretname','from':'+12025550142','summary':'Secretname called'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'speaker':'caller','text':'I am Secretname','state':'final'}");
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_PERSON_ERASED, "{'reservation_ids':['r'],'party_ids':['p'],'call_ids':['c']}");
  text = desk_print (desk->state, FALSE);
  g_assert_null (strstr (text, "Secretname"));
  g_assert_null (strstr (text, "0142"));
  g_assert_cmpint (hl_party_get_status (desk_party (desk, "p")), ==, HL_PARTY_STATUS_ARRIVED);
}

/* An unknown kind moves the position and changes nothing. */
/* What the one who names says stands over what was told under the name, whatever the clocks say; alarms come through. */
static void
test_alias (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlCall *call;

  desk_event (desk, HL_ROLE_PUBLISHER, "twilio", HL_EVENT_CALL_STARTED,
              "{'call_id':'twilio:CA1','provider':'twilio','from':'+12025550144','direction':'inbound'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "twilio", HL_EVENT_TRANSCRIPT_SEGMENT,
              "{'call_id':'twilio:CA1','turn':0,'speaker':'caller','text':'A table for two.'}");
  g_assert_cmpstr (hl_state_find_told (desk->state, "twilio:CA1"), ==, "twilio:CA1");
  desk_event (desk, HL_ROLE_PUBLISHER, "vapi", HL_EVENT_CALL_UPDATED,
              "{'call_id':'vapi:v','aliases':['twilio:CA1'],'provider':'vapi','end_reason':'customer-ended-call'}");
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_calls (desk->state)), ==, 1);
  call = hl_state_lookup_call (desk->state, "twilio:CA1");
  g_assert_cmpstr (hl_call_get_call_id (call), ==, "vapi:v");
  g_assert_cmpstr (hl_call_get_from (call), ==, "+12025550144");
  g_assert_cmpstr (hl_call_get_provider (call), ==, "vapi");
  g_assert_cmpstr (hl_state_find_told (desk->state, "vapi:v"), ==, "twilio:CA1");

  desk_event (desk, HL_ROLE_PUBLISHER, "twilio", HL_EVENT_CALL_COMPLETED,
              "{'call_id':'twilio:CA1','end_reason':'completed','from':'+12025550199','duration_ms':9000,'provider':'twilio'}");
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_calls (desk->state)), ==, 1);
  g_assert_cmpint (hl_call_get_state (call), ==, HL_CALL_STATE_ENDED);
  g_assert_cmpstr (hl_call_get_end_reason (call), ==, "customer-ended-call");
  g_assert_cmpstr (hl_call_get_provider (call), ==, "vapi");
  g_assert_cmpint (hl_call_get_duration_ms (call), ==, 9000);
  desk_event (desk, HL_ROLE_PUBLISHER, "twilio", HL_EVENT_CALL_UPDATED,
              "{'call_id':'twilio:CA1','attention_reason':'person'}");
  g_assert_cmpint (hl_call_get_attention_reason (call), ==, HL_ATTENTION_REASON_PERSON);

  /* once it tells its own text, that is the text */
  desk_event (desk, HL_ROLE_PUBLISHER, "vapi", HL_EVENT_TRANSCRIPT_SEGMENT,
              "{'call_id':'vapi:v','turn':0,'speaker':'agent','text':'Hello.'}");
  g_assert_cmpstr (hl_state_find_told (desk->state, "vapi:v"), ==, "vapi:v");
  g_assert_cmpstr (hl_state_find_told (desk->state, "twilio:CA1"), ==, "vapi:v");

  /* an erased person is in no transcript, under whatever id it was told */
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_PERSON_ERASED,
              "{'reservation_ids':[],'party_ids':[],'call_ids':['vapi:v']}");
  {
    HlSegment *line = hl_state_lookup_segment (desk->state, "twilio:CA1", 0);

    g_assert_cmpstr (hl_segment_get_text (line), ==, "");
    g_assert_cmpint (hl_segment_get_state (line), ==, HL_SEGMENT_STATE_REDACTED);
  }

  /* when its day is over, what comes late under the alias is no new call */
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED, "{'business_date':'2027-11-27','before':'2027-11-28T09:00:00.000Z'}");
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_calls (desk->state)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_segments (desk->state)), ==, 0);
  desk_event (desk, HL_ROLE_PUBLISHER, "twilio", HL_EVENT_CALL_UPDATED,
              "{'call_id':'twilio:CA1','recording_url':'https://example.org/late.wav'}");
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_calls (desk->state)), ==, 0);
}

static void
test_unknown_kind (void)
{
  g_autoptr (Desk) desk = desk_new ();
  guint64 digest = hl_state_get_digest (desk->state);
  g_autoptr (JsonObject) json = desk_parse ("{'seq':9,'id':'x','kind':'from_the_future','at':'2026-11-27T19:00:00.000Z','received':'2026-11-27T19:00:00.000Z','by':{'role':'system','name':''},'end':true,'data':{'a':1}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (HlEvent) event = hl_event_new_from_json (json, &error);

  g_assert_no_error (error);
  hl_evolve (desk->state, event);
  g_assert_cmpuint (hl_state_get_digest (desk->state), ==, digest);
}

/* Nonsense of every kind: nothing breaks, what is touched was announced, and the state can be saved and loaded. */
static void
test_total (void)
{
  static const char *const members[] = {
    "call_id", "party_id", "reservation_id", "table_id", "section_id", "order_id", "notice_id", "dispute_id", "id", "turn",
    "rev", "state", "status", "stage", "text", "slots", "table_ids", "notes_add", "tags_add", "size", "starts_at", "items",
    "claims", "subject", "kind", "choice", "before", "tables", "sections", "areas", "physical", "attention_reason", "item",
    "reservation_ids", "party_ids", "call_ids", "superseded", "aliases",
  };
  static const char *const values[] = {
    "'x'", "'y'", "'12'", "7", "-1", "null", "true", "[]", "['12','zz']", "{}", "'ended'", "'seated'", "'gone'", "'dirty'",
    "[{'kind':'time','value':'1','state':'heard'}]", "'2026-11-27T20:00:00Z'", "[1,null]", "[{'table_id':'q','label':'q','area_id':'a','seats_max':2}]",
    "{'type':'party','id':'x','field':''}", "''", "'paid'", "'allergy'", "1.5",
  };
  g_autoptr (Desk) desk = desk_new ();

  for (guint i = 0; i < 20000; i++) {
    GString *data = g_string_new ("{");
    HlEventKind kind = (HlEventKind) g_test_rand_int_range (HL_EVENT_CALL_STARTED, HL_N_EVENT_KIND);
    guint n = (guint) g_test_rand_int_range (0, 7);
    g_autoptr (HlTouched) touched = hl_touched_new ();
    g_autoptr (HlState) screen = NULL;

    for (guint j = 0; j < n; j++)
      g_string_append_printf (data, "%s'%s':%s", j > 0 ? "," : "",
                              members[g_test_rand_int_range (0, G_N_ELEMENTS (members))],
                              values[g_test_rand_int_range (0, G_N_ELEMENTS (values))]);
    g_string_append_c (data, '}');
    if (i % 50 == 0)
      screen = hl_state_copy (desk->state);
    desk_event (desk, g_test_rand_int_range (0, 2) ? HL_ROLE_PUBLISHER : HL_ROLE_SYSTEM, "p", kind, data->str);
    if (screen != NULL) {
      hl_touched_add_event (touched, g_ptr_array_index (desk->log, desk->log->len - 1), desk->state);
      hl_state_sync (screen, desk->state, touched);
      g_assert_cmpuint (hl_state_get_digest (screen), ==, hl_state_get_digest (desk->state));
    }
    g_string_free (data, TRUE);
  }
  {
    g_autoptr (JsonNode) saved = hl_state_save (desk->state);
    g_autoptr (HlState) loaded = hl_state_new ();
    g_autoptr (GError) error = NULL;

    g_assert_true (hl_state_load (loaded, json_node_get_object (saved), &error));
    g_assert_no_error (error);
    g_assert_cmpuint (hl_state_get_digest (loaded), ==, hl_state_get_digest (desk->state));
  }
}

int
main (int   argc,
      char *argv[])
{
  seed_init (argc, argv);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strdup_printf ("/evolve/permutations/%s", stories[i].name);

    g_test_add_data_func (path, &stories[i], test_permutations);
  }
  g_test_add_func ("/evolve/shuffles", test_shuffles);
  g_test_add_func ("/evolve/call", test_call);
  g_test_add_func ("/evolve/final-text-stays", test_final_text_stays);
  g_test_add_func ("/evolve/call-and-staff", test_call_and_staff);
  g_test_add_func ("/evolve/attention-again", test_attention_again);
  g_test_add_func ("/evolve/reservation", test_reservation);
  g_test_add_func ("/evolve/orders-and-notices", test_orders_and_notices);
  g_test_add_func ("/evolve/floor", test_floor);
  g_test_add_func ("/evolve/day-closed", test_day_closed);
  g_test_add_func ("/evolve/person-erased", test_person_erased);
  g_test_add_func ("/evolve/unknown-kind", test_unknown_kind);
  g_test_add_func ("/evolve/alias", test_alias);
  g_test_add_func ("/evolve/total", test_total);
  return g_test_run ();
}
