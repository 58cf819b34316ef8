/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redaction: the fold of the redacted log and a person_erased equals the fold of the original log and the same
 * person_erased, revisions and stamps too; and nothing that was secret is left. HL_TEST_SEED repeats a run. */
#include <string.h>

#include "domain/hl-redact.h"
#include "model/desk.h"

#define RUNS 300
#define STEPS 60

static guint32 seed;

/* %i an id's number, %s a secret, %n a number, %t a time. What a person says stands in all of them. */
static const struct {
  HlEventKind kind;
  HlRole role;
  const char *data;
} facts[] = {
  { HL_EVENT_CALL_STARTED, HL_ROLE_PUBLISHER, "{'call_id':'c%i','from':'+1202555%n','caller_name':'%s'}" },
  { HL_EVENT_CALL_UPDATED, HL_ROLE_PUBLISHER,
    "{'call_id':'c%i','caller_name':'%s','slots':[{'kind':'name','raw':'%s','value':'%s','state':'heard'}],'x_secret':'%s'}" },
  { HL_EVENT_CALL_UPDATED, HL_ROLE_PUBLISHER, "{'call_id':'c%i','from':null,'summary':'%s','parent_call_id':'c%i'}" },
  { HL_EVENT_CALL_COMPLETED, HL_ROLE_PUBLISHER,
    "{'call_id':'c%i','summary':'%s','recording_url':'https://x.example/%s','outcome':'booked'}" },
  { HL_EVENT_TRANSCRIPT_SEGMENT, HL_ROLE_PUBLISHER,
    "{'call_id':'c%i','turn':%i,'rev':%i,'speaker':'caller','text':'%s','spans':[{'from':0,'to':3,'kind':'name'}]}" },
  { HL_EVENT_TRANSCRIPT_SEGMENT, HL_ROLE_PUBLISHER,
    "{'call_id':'c%i','turn':%i,'rev':%i,'speaker':'caller','text':'%s','state':'corrected'}" },
  { HL_EVENT_RESERVATION_CREATED, HL_ROLE_PUBLISHER,
    "{'reservation_id':'r%i','name':'%s','phone':'+1202555%n','starts_at':'%t','party_size':%n,'call_id':'c%i','notes_add':['%s','%s'],"
    "'tags_add':['%s'],'source_ref':'%s'}" },
  { HL_EVENT_RESERVATION_UPDATED, HL_ROLE_PUBLISHER, "{'reservation_id':'r%i','name':'%s','tags_remove':['vip'],'allergies':'%s'}" },
  { HL_EVENT_RESERVATION_UPDATED, HL_ROLE_STAFF, "{'reservation_id':'r%i','phone':null,'tags':['%s'],'notes_add':['%s']}" },
  { HL_EVENT_RESERVATION_CANCELLED, HL_ROLE_PUBLISHER, "{'reservation_id':'r%i','cancel_reason':'%s','name':'%s'}" },
  { HL_EVENT_PARTY_UPDATED, HL_ROLE_STAFF,
    "{'party_id':'p%i','size':%n,'status':'waiting','name':'%s','phone':'+1202555%n','reservation_id':'r%i','notes_add':['%s']}" },
  { HL_EVENT_PARTY_UPDATED, HL_ROLE_STAFF, "{'party_id':'p%i','removed_reason':'%s','tags_add':['%s','vip']}" },
  { HL_EVENT_ORDER_CREATED, HL_ROLE_PUBLISHER,
    "{'order_id':'o%i','name':'%s','party_id':'p%i','items':[{'line_id':'1','name':'Soup','quantity':2,'note':'%s'}]}" },
  { HL_EVENT_ORDER_UPDATED, HL_ROLE_PUBLISHER, "{'order_id':'o%i','name':'%s'}" },
  { HL_EVENT_KITCHEN_NOTICE, HL_ROLE_PUBLISHER, "{'notice_id':'n%i','kind':'info','text':'%s waits','raised_at':'%t'}" },
  { HL_EVENT_DISPUTE_OPENED, HL_ROLE_SYSTEM,
    "{'dispute_id':'d%i','kind':'field','rule':'K4','subject':{'type':'party','id':'p%i','field':'name'},'claims':["
    "{'event_id':'x','by':'Ana','at':'%t','value':'%s'}]}" },
  { HL_EVENT_TABLE_UPDATED, HL_ROLE_STAFF, "{'table_id':'12','blocked':true,'blocked_reason':'for %s'}" },
  { HL_EVENT_TABLE_UPDATED, HL_ROLE_STAFF, "{'table_id':'12','blocked':false,'blocked_reason':''}" },
  { HL_EVENT_DAY_CLOSED, HL_ROLE_SYSTEM, "{'business_date':'2026-11-27','before':'%t'}" },
};

static char *
fill_in (const char *pattern, GRand *rand)
{
  GString *out = g_string_new (NULL);

  for (const char *p = pattern; *p != '\0'; p++) {
    if (*p != '%') {
      g_string_append_c (out, *p);
      continue;
    }
    p++;
    if (*p == 'i')
      g_string_append_printf (out, "%d", g_rand_int_range (rand, 0, 3));
    else if (*p == 's')
      g_string_append_printf (out, "Secret%d", g_rand_int_range (rand, 0, 9));
    else if (*p == 'n')
      g_string_append_printf (out, "%d", g_rand_int_range (rand, 1, 9));
    else
      g_string_append_printf (out, "2026-11-2%dT20:00:00Z", g_rand_int_range (rand, 6, 9));
  }
  return g_string_free (out, FALSE);
}

static void
live (Desk *desk, GRand *rand)
{
  static const struct {
    HlActionKind kind;
    const char *data;
  } actions[] = {
    { HL_ACTION_UPDATE_PARTY, "{'party_id':'p%i','name':'%s'}" },
    { HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r%i','name':'%s','notes_add':['%s']}" },
    { HL_ACTION_ARRIVE, "{'reservation_id':'r%i','party_id':'p%i'}" },
    { HL_ACTION_ADD_PARTY, "{'party_id':'p%i','size':2,'name':'%s'}" },
    { HL_ACTION_REMOVE_PARTY, "{'party_id':'p%i','status':'left','removed_reason':'%s'}" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r%i','cancel_reason':'%s'}" },
  };

  for (guint i = 0; i < STEPS; i++) {
    if (g_rand_int_range (rand, 0, 3) > 0) {
      guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (facts));
      g_autofree char *data = fill_in (facts[which].data, rand);

      desk_event (desk, facts[which].role, "tock", facts[which].kind, data);
    } else {
      guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (actions));
      g_autofree char *data = fill_in (actions[which].data, rand);

      desk_act_at (desk, g_rand_boolean (rand) ? "A" : "B",
                   (guint64) g_rand_int_range (rand, 0, (gint32) desk_head (desk) + 1), actions[which].kind, data);
    }
  }
}

/* ---- erasing ---- */

static void
on_entity (GType type, const char *id, gboolean is_own, gpointer user_data)
{
  if (is_own)
    *(const char **) user_data = id;
}

static gboolean
is_of (const HlEvent *event, const char *const *ids)
{
  const char *own = NULL;

  if (event->kind == HL_EVENT_TABLE_UPDATED)
    own = json_object_get_string_member (event->data, "table_id");
  hl_redact_foreach_entity (event->kind, event->data, on_entity, &own);
  return own != NULL && g_strv_contains (ids, own);
}

static HlEvent *
redact (const HlEvent *event, const char *const *ids)
{
  g_autoptr (JsonObject) data = is_of (event, ids) ? hl_redact_data (event->kind, event->data, HL_REDACT_PERSON) : NULL;

  return data == NULL ? hl_event_ref (event)
                      : hl_event_new (event->seq, event->id, event->kind, event->at, event->received, event->by, event->act,
                                      event->end, data);
}

static HlState *
fold (GPtrArray *log, const HlEvent *erased)
{
  HlState *state = hl_state_new ();

  for (guint i = 0; i < log->len; i++)
    hl_evolve (state, g_ptr_array_index (log, i));
  hl_evolve (state, erased);
  return state;
}

/* Shows the place where two long texts part. */
static void
assert_same (const char *one, const char *two, guint32 used_seed)
{
  gsize at = 0;

  while (one[at] != '\0' && one[at] == two[at])
    at++;
  if (one[at] == two[at])
    return;
  at -= MIN (at, 150);
  g_test_message ("HL_TEST_SEED=%u\n%.300s\n%.300s", used_seed, one + at, two + at);
  g_test_fail ();
}

static void
test_fold (void)
{
  guint redacted_events = 0;

  for (guint32 run = 0; run < RUNS && !g_test_failed (); run++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed + run);
    g_autoptr (Desk) desk = desk_new ();
    const char *const ids[] = { "c1", "r1", "p1", "o1", "n1", "12", NULL };
    g_autoptr (GPtrArray) log = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
    g_autoptr (HlState) one = NULL;
    g_autoptr (HlState) two = NULL;
    g_autofree char *plain = NULL;
    g_autofree char *other = NULL;
    const HlEvent *erased;

    live (desk, rand);
    for (guint i = 0; i < desk->log->len; i++) {
      HlEvent *event = redact (g_ptr_array_index (desk->log, i), ids);

      redacted_events += event != g_ptr_array_index (desk->log, i);
      if (is_of (event, ids)) {
        g_autoptr (JsonNode) node = hl_event_to_json (event);
        g_autofree char *text = json_to_string (node, FALSE);

        g_assert_null (strstr (text, "Secret"));
        g_assert_null (strstr (text, "1202555"));
        g_assert_null (hl_redact_data (event->kind, event->data, HL_REDACT_PERSON)); /* there is no more */
      }
      g_ptr_array_add (log, event);
    }
    desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_PERSON_ERASED,
                "{'call_ids':['c1'],'reservation_ids':['r1'],'party_ids':['p1'],'order_ids':['o1'],'notice_ids':['n1'],'table_ids':['12']}");
    erased = g_ptr_array_index (desk->log, desk->log->len - 1);
    one = fold (log, erased);
    two = desk->state;
    g_object_ref (two);
    plain = desk_print (one, FALSE);
    other = desk_print (two, FALSE);
    assert_same (plain, other, seed + run);
    g_assert_cmphex (hl_state_get_digest (one), ==, hl_state_get_digest (two));
  }
  g_test_message ("%d logs, %u events redacted", RUNS, redacted_events);
  g_assert_cmpuint (redacted_events, >, RUNS);
}

/* The parts of a call that go first leave the rest. */
static void
test_parts (void)
{
  g_autoptr (JsonObject) data = desk_parse ("{'call_id':'c','caller_name':'Ng','summary':'Ng booked','recording_url':'https://x.example/1',"
                                            "'slots':[{'kind':'name','raw':'Ng','value':'Ng','state':'heard'}]}");
  g_autoptr (JsonObject) one = hl_redact_data (HL_EVENT_CALL_UPDATED, data, HL_REDACT_RECORDING);
  g_autoptr (JsonObject) two = hl_redact_data (HL_EVENT_CALL_UPDATED, one, HL_REDACT_TRANSCRIPT);
  g_autoptr (JsonObject) segment = desk_parse ("{'call_id':'c','turn':1,'speaker':'caller','text':'I am Ng'}");
  g_autoptr (JsonObject) unknown = desk_parse ("{'anything':'Ng'}");
  g_autoptr (JsonObject) line = hl_redact_data (HL_EVENT_TRANSCRIPT_SEGMENT, segment, HL_REDACT_TRANSCRIPT);
  g_autoptr (JsonObject) nothing = hl_redact_data (HL_EVENT_UNKNOWN, unknown, HL_REDACT_PERSON);

  g_assert_cmpstr (json_object_get_string_member (one, "recording_url"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (one, "summary"), ==, "Ng booked");
  g_assert_cmpstr (json_object_get_string_member (two, "summary"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (two, "caller_name"), ==, "Ng");
  g_assert_null (hl_redact_data (HL_EVENT_CALL_UPDATED, two, HL_REDACT_RECORDING | HL_REDACT_TRANSCRIPT));
  g_assert_cmpstr (json_object_get_string_member (line, "text"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (segment, "text"), ==, "I am Ng"); /* the original is untouched */
  g_assert_cmpuint (json_object_get_size (nothing), ==, 0);
  g_assert_null (hl_redact_data (HL_EVENT_UNKNOWN, unknown, HL_REDACT_TRANSCRIPT));
  g_assert_null (hl_redact_data (HL_EVENT_LOCATION_UPDATED, unknown, HL_REDACT_PERSON));
}

int
main (int argc, char **argv)
{
  const char *wanted = g_getenv ("HL_TEST_SEED");

  g_test_init (&argc, &argv, NULL);
  seed = wanted != NULL ? (guint32) g_ascii_strtoull (wanted, NULL, 10) : g_random_int ();
  g_print ("# HL_TEST_SEED=%u\n", seed);
  g_test_add_func ("/redact/fold", test_fold);
  g_test_add_func ("/redact/parts", test_parts);
  return g_test_run ();
}
