/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What silence makes of a call: lost contact after 2 or 10 minutes, the end after 4 hours; and what brings it back. */
#include "domain/hl-call.h"
#include "domain/hl-decide.h"
#include "domain/hl-evolve.h"
#include "domain/hl-time.h"
#include "live/hl-timers.h"
#include "wire/hl-json.h"

#include <string.h>

#define START G_GINT64_CONSTANT (1796166131000)
#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

/* A log of one location with a clock of its own. */
typedef struct {
  HlJournal journal;
  gint64    now;
} House;

static void
house_init (House *house)
{
  memset (house, 0, sizeof *house);
  house->journal.location = g_strdup ("lume");
  house->journal.state = hl_state_new ();
  house->journal.head = hl_position_new ("e", 1, 0);
  house->now = START;
}

static void
house_clear (House *house)
{
  g_free (house->journal.location);
  g_object_unref (house->journal.state);
  hl_position_free (house->journal.head);
  g_clear_pointer (&house->journal.since, g_hash_table_unref);
  g_clear_pointer (&house->journal.fired, g_hash_table_unref);
}

static void
record (House *house, const HlDecision *decision, const char *act, const HlActor *actor, gint64 at)
{
  static guint64 n;
  g_autofree char *id = g_strdup_printf ("e%" G_GUINT64_FORMAT, ++n);
  g_autoptr (GPtrArray) events
    = hl_decision_make_events (decision, act != NULL ? act : id, actor, house->journal.head->seq + 1, at, house->now);

  for (guint i = 0; i < events->len; i++) {
    hl_evolve (house->journal.state, g_ptr_array_index (events, i));
    house->journal.head->seq++;
  }
}

static void
tell (House *house, HlEventKind kind, const char *text, gint64 at)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (JsonObject) data = hl_json_parse_object (json, strlen (json), NULL, NULL);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, "vapi", NULL, 0);

  g_assert_nonnull (data);
  g_autoptr (HlDecision) decision = hl_decide_record (house->journal.state, kind, data, actor, at);
  record (house, decision, NULL, actor, at);
}

/* Lets the server's clock stand at START + @ms, runs what is due, and says what it was. */
static char *
wait_until (House *house, gint64 ms)
{
  g_autoptr (GPtrArray) jobs = NULL;
  GString *done = g_string_new (NULL);

  house->now = START + ms;
  jobs = hl_timers_collect (&house->journal, house->now);
  for (guint i = 0; i < jobs->len; i++) {
    HlJob *job = g_ptr_array_index (jobs, i);

    if (job->kind == HL_JOB_ACT) {
      g_autoptr (HlDecision) decision
        = hl_decide (house->journal.state, job->action, job->actor, HL_SEEN_EVERYTHING, house->now);

      g_string_append_printf (done, "%s ", hl_enum_nick (HL_TYPE_ACTION_KIND, job->action->kind));
      record (house, decision, job->action->id, job->actor, house->now);
    } else {
      HlFact *fact = g_ptr_array_index (job->publish->facts, 0);
      g_autoptr (HlDecision) decision
        = hl_decide_record (house->journal.state, fact->kind, fact->data, job->publish->actor, fact->at);

      g_string_append_printf (done, "%s ", json_object_get_string_member (fact->data, "contact"));
      record (house, decision, NULL, job->publish->actor, fact->at);
    }
    hl_job_free (job);
  }
  return g_string_free (done, FALSE);
}

#define assert_due(house, ms, wanted)                                                                                  \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *due = wait_until (house, ms);                                                                     \
    g_assert_cmpstr (due, ==, wanted);                                                                                 \
  }                                                                                                                    \
  G_STMT_END

static HlCall *
get_call (House *house)
{
  return hl_state_lookup_call (house->journal.state, "c");
}

static void
test_ringing (void)
{
  House house;

  house_init (&house);
  assert_due (&house, 0, "");
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'ringing'}", START);
  assert_due (&house, 1 * SECOND, "");
  assert_due (&house, 121 * SECOND - 1, "");
  assert_due (&house, 121 * SECOND, "lost ");
  g_assert_cmpint (hl_call_get_contact (get_call (&house)), ==, HL_CALL_CONTACT_LOST);
  assert_due (&house, 122 * SECOND, "");
  assert_due (&house, 30 * MINUTE, "");
  house_clear (&house);
}

/* Whatever is heard brings it back, and silence loses it again. */
static void
test_active (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START);
  assert_due (&house, 0, "");
  assert_due (&house, 9 * MINUTE, "");
  tell (&house, HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':0,'speaker':'agent','text':'Hello.'}",
        START + 9 * MINUTE);
  assert_due (&house, 9 * MINUTE + SECOND, "");
  assert_due (&house, 19 * MINUTE, "");
  assert_due (&house, 19 * MINUTE + SECOND, "lost ");
  tell (&house, HL_EVENT_TRANSCRIPT_SEGMENT, "{'call_id':'c','turn':1,'speaker':'caller','text':'Hello?'}",
        START + 25 * MINUTE);
  assert_due (&house, 25 * MINUTE, "ok ");
  g_assert_cmpint (hl_call_get_contact (get_call (&house)), ==, HL_CALL_CONTACT_OK);
  assert_due (&house, 35 * MINUTE - 1, "");
  assert_due (&house, 35 * MINUTE, "lost ");
  house_clear (&house);
}

/* A clock that goes wrong at the provider loses nothing: what counts is when we hear. */
static void
test_wrong_clock (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START - 3 * HOUR);
  assert_due (&house, 0, "");
  assert_due (&house, 10 * MINUTE - 1, "");
  assert_due (&house, 10 * MINUTE, "lost ");
  house_clear (&house);
}

/* The end that comes late still ends it, and then contact was not lost after all. */
static void
test_late_end (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START);
  assert_due (&house, 0, "");
  assert_due (&house, 10 * MINUTE, "lost ");
  tell (&house, HL_EVENT_CALL_COMPLETED, "{'call_id':'c','end_reason':'customer-ended-call'}", START + 40 * MINUTE);
  g_assert_cmpint (hl_call_get_state (get_call (&house)), ==, HL_CALL_STATE_ENDED);
  assert_due (&house, 40 * MINUTE, "ok ");
  assert_due (&house, 5 * HOUR, "");
  g_assert_cmpint (hl_call_get_contact (get_call (&house)), ==, HL_CALL_CONTACT_OK);
  house_clear (&house);
}

static void
test_hard_close (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START);
  assert_due (&house, 0, "");
  assert_due (&house, 10 * MINUTE, "lost ");
  assert_due (&house, 4 * HOUR - 1, "");
  assert_due (&house, 4 * HOUR, "end_call ");
  g_assert_cmpint (hl_call_get_state (get_call (&house)), ==, HL_CALL_STATE_ENDED);
  assert_due (&house, 5 * HOUR, "");
  g_assert_cmpint (hl_call_get_contact (get_call (&house)), ==, HL_CALL_CONTACT_LOST);

  /* nothing opens it again, and what comes late is kept */
  tell (&house, HL_EVENT_CALL_UPDATED, "{'call_id':'c','state':'agent_active','summary':'Booked.'}", START + 5 * HOUR);
  g_assert_cmpint (hl_call_get_state (get_call (&house)), ==, HL_CALL_STATE_ENDED);
  g_assert_cmpstr (hl_call_get_summary (get_call (&house)), ==, "Booked.");
  house_clear (&house);
}

/* Staff may talk as long as they like; only the four hours end it. */
static void
test_staff (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START);
  hl_record_set_enum (HL_RECORD (get_call (&house)), HL_CALL_FIELD_STATE, HL_CALL_STATE_STAFF_ACTIVE);
  assert_due (&house, 0, "");
  assert_due (&house, 3 * HOUR, "");
  assert_due (&house, 4 * HOUR, "end_call ");
  house_clear (&house);
}

/* A server that starts again does not take its own start for news of a call. */
static void
test_restart (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}", START);
  assert_due (&house, 0, "");
  assert_due (&house, 10 * MINUTE, "lost ");
  g_clear_pointer (&house.journal.since, g_hash_table_unref);
  g_clear_pointer (&house.journal.fired, g_hash_table_unref);
  assert_due (&house, 20 * MINUTE + 500, "");
  assert_due (&house, 31 * MINUTE, "");
  tell (&house, HL_EVENT_CALL_UPDATED, "{'call_id':'c','intent':'book'}", START + 32 * MINUTE);
  assert_due (&house, 32 * MINUTE, "ok ");
  house_clear (&house);
}

/* A call that two see is heard of through either. */
static void
test_alias (void)
{
  House house;

  house_init (&house);
  tell (&house, HL_EVENT_CALL_STARTED, "{'call_id':'twilio:CA1','state':'ringing'}", START);
  assert_due (&house, 0, "");
  tell (&house, HL_EVENT_CALL_UPDATED, "{'call_id':'c','aliases':['twilio:CA1'],'state':'agent_active'}", START + MINUTE);
  assert_due (&house, 1 * MINUTE, "");
  assert_due (&house, 3 * MINUTE, "");
  tell (&house, HL_EVENT_CALL_UPDATED, "{'call_id':'twilio:CA1','caller_name':'Dana'}", START + 8 * MINUTE);
  assert_due (&house, 8 * MINUTE, "");
  assert_due (&house, 12 * MINUTE, "");
  tell (&house, HL_EVENT_CALL_COMPLETED, "{'call_id':'twilio:CA1','end_reason':'completed'}", START + 13 * MINUTE);
  g_assert_cmpint (hl_call_get_state (get_call (&house)), ==, HL_CALL_STATE_ENDED);
  assert_due (&house, 5 * HOUR, "");
  house_clear (&house);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timers/ringing", test_ringing);
  g_test_add_func ("/timers/active", test_active);
  g_test_add_func ("/timers/wrong-clock", test_wrong_clock);
  g_test_add_func ("/timers/late-end", test_late_end);
  g_test_add_func ("/timers/hard-close", test_hard_close);
  g_test_add_func ("/timers/staff", test_staff);
  g_test_add_func ("/timers/restart", test_restart);
  g_test_add_func ("/timers/alias", test_alias);
  return g_test_run ();
}
