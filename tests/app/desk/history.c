/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history of parties, bookings and tables: what events add, that one unit is told once, its bounds, and that it
 * survives a restart with the local copy. */
#include "rig.h"

#include "desk/hl-history.h"
#include "domain/hl-evolve.h"

#define T0 G_GINT64_CONSTANT (1796439840000)

typedef struct {
  HlHistory *history;
  HlState *state;
  guint64 seq;
} Log;

static void
log_init (Log *log)
{
  log->history = hl_history_new ();
  log->state = hl_state_new ();
  log->seq = 0;
}

static void
log_clear (Log *log)
{
  g_object_unref (log->history);
  g_object_unref (log->state);
}

/* @unit: "a1"; events of one unit share it. @waited: ms between doing it and @received. JSON with ' for ". */
static void
say_late (Log *log, HlRole role, const char *by, const char *device, const char *unit,
          HlEventKind kind, gint64 waited, gint64 received, const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (JsonObject) data = rig_json (json);
  g_autoptr (HlActor) actor = hl_actor_new (role, by, device, device != NULL ? log->seq + 1 : 0);
  g_autofree char *id = g_strdup_printf ("%s.%" G_GUINT64_FORMAT, unit, log->seq);
  g_autoptr (HlEvent) event
      = hl_event_new (++log->seq, id, kind, received - waited, received, actor,
                      device != NULL ? unit : NULL, TRUE, data);

  hl_history_add (log->history, log->state, event);
  hl_evolve (log->state, event);
}

static void
say_as (Log *log, HlRole role, const char *by, const char *device, const char *unit,
        HlEventKind kind, gint64 received, const char *text)
{
  say_late (log, role, by, device, unit, kind, 0, received, text);
}

static void
say (Log *log, const char *by, const char *unit, HlEventKind kind, const char *text)
{
  say_as (log, HL_ROLE_STAFF, by, "stand-1", unit, kind, T0 + (gint64)log->seq * 60000, text);
}

/* "SEATED 12 Ana; PARTY waiting Ana": what the lines are, newest first. */
static char *
print (GPtrArray *lines)
{
  static const char *const words[]
      = { "booked",  "booking", "party",   "moved",  "off",    "stage",    "changed", "note",
          "contact", "dirty",   "clean",   "closed", "opened", "disputed", "settled",
            "call",    "alarm",   "seen",    "outcome", "follow-up" };
  GType types[G_N_ELEMENTS (words)] = {
    [HL_HISTORY_BOOKING] = HL_TYPE_RESERVATION_STATUS, [HL_HISTORY_PARTY] = HL_TYPE_PARTY_STATUS,
    [HL_HISTORY_OFF_TABLE] = HL_TYPE_PARTY_STATUS,     [HL_HISTORY_CALL] = HL_TYPE_CALL_STATE,
    [HL_HISTORY_ALARM] = HL_TYPE_ATTENTION_REASON,     [HL_HISTORY_OUTCOME] = HL_TYPE_CALL_OUTCOME,
    [HL_HISTORY_FOLLOW_UP] = HL_TYPE_FOLLOW_UP,
  };
  g_autoptr (GPtrArray) owned = lines;
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++) {
    HlHistoryLine *line = g_ptr_array_index (lines, i);
    g_autofree char *tables = g_strjoinv ("+", line->tables);
    g_string_append_printf (out, "%s%s", i > 0 ? "; " : "", words[line->what]);
    if (types[line->what] != 0)
      g_string_append_printf (out, " %s", hl_enum_nick (types[line->what], line->value));
    if (*tables != '\0')
      g_string_append_printf (out, " %s", tables);
    if (line->field != NULL)
      g_string_append_printf (out, " %s", line->field);
    g_string_append_printf (out, " by %s%s", line->by, line->offline ? ", offline" : "");
  }
  return g_string_free (out, FALSE);
}

#define assert_guest(log, party, reservation, wanted)                                              \
  do {                                                                                             \
    g_autofree char *_got = print (hl_history_list_guest ((log)->history, party, reservation));    \
    g_assert_cmpstr (_got, ==, wanted);                                                            \
  } while (0)
#define assert_table(log, table, wanted)                                                           \
  do {                                                                                             \
    g_autofree char *_got = print (hl_history_list_table ((log)->history, table));                 \
    g_assert_cmpstr (_got, ==, wanted);                                                            \
  } while (0)

static void
test_evening (void)
{
  Log log;

  log_init (&log);
  say_as (&log, HL_ROLE_AGENT, "Voice agent", NULL, "f1", HL_EVENT_RESERVATION_CREATED, T0,
          "{'reservation_id':'r','name':'Ng','party_size':4,'starts_at':'2026-12-05T03:00:00Z',"
          "'status':'booked'}");
  say (&log, "Ana", "a1", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':5}");
  /* one unit: the party's line tells it */
  say (&log, "Ana", "a2", HL_EVENT_PARTY_UPDATED,
       "{'party_id':'p','reservation_id':'r','name':'Ng','size':5,'status':'arrived'}");
  say (&log, "Ana", "a2", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','status':'arrived'}");
  say (&log, "Ben", "a3", HL_EVENT_PARTY_UPDATED,
       "{'party_id':'p','status':'seated','table_ids':['12','13']}");
  say (&log, "Ben", "a4", HL_EVENT_PARTY_UPDATED, "{'party_id':'p','table_ids':['13','14']}");
  say (&log, "Ben", "a5", HL_EVENT_PARTY_UPDATED, "{'party_id':'p','stage':'ordered'}");
  say (&log, "Ana", "a6", HL_EVENT_PARTY_UPDATED,
       "{'party_id':'p','status':'gone','table_ids':[]}");
  say (&log, "Ana", "a6", HL_EVENT_TABLE_UPDATED, "{'table_id':'13','physical':'dirty'}");
  say (&log, "Ana", "a6", HL_EVENT_RESERVATION_UPDATED,
       "{'reservation_id':'r','status':'completed'}");
  say (&log, "Jo", "a7", HL_EVENT_TABLE_UPDATED, "{'table_id':'13','physical':'clean'}");
  say (&log, "Jo", "a8", HL_EVENT_TABLE_UPDATED,
       "{'table_id':'13','blocked':true,'blocked_reason':'leak'}");
  assert_guest (&log, "p", "r",
                "party gone by Ana; stage by Ben; moved 13+14 by Ben; party seated 12+13 by Ben; "
                "party arrived by Ana; changed party_size by Ana; booked by Voice agent");
  assert_guest (&log, NULL, "r",
                "booking completed by Ana; booking arrived by Ana; changed party_size by Ana; "
                "booked by Voice agent");
  assert_table (&log, "12", "off seated 13+14 by Ben; party seated 12+13 by Ben");
  assert_table (&log, "13",
                "closed by Jo; clean by Jo; off gone by Ana; party seated 12+13 by Ben");
  assert_table (&log, "99", "");
  log_clear (&log);
}

/* What waited on a device without a link stands where the log has it, with the time when it was done. */
static void
test_offline (void)
{
  g_autoptr (GPtrArray) lines = NULL;
  Log log;

  log_init (&log);
  say_late (&log, HL_ROLE_STAFF, "Ben", "stand-2", "b1", HL_EVENT_PARTY_UPDATED, 600000, T0 + 600000,
            "{'party_id':'p','size':2,'status':'seated','table_ids':['12']}");
  say_late (&log, HL_ROLE_STAFF, "Ben", "stand-2", "b2", HL_EVENT_PARTY_UPDATED, 300, T0 + 700000,
            "{'party_id':'p','status':'arrived','table_ids':[]}");
  assert_guest (&log, "p", NULL, "party arrived by Ben; party seated 12 by Ben, offline");
  lines = hl_history_list_guest (log.history, "p", NULL);
  g_assert_cmpint (((HlHistoryLine *)g_ptr_array_index (lines, 1))->at, ==, T0);
  g_assert_cmpint (((HlHistoryLine *)g_ptr_array_index (lines, 0))->at, ==, T0 + 699700);
  /* a publisher has no link to lose, however late it tells */
  say_late (&log, HL_ROLE_PUBLISHER, "opentable", NULL, "f9", HL_EVENT_RESERVATION_CREATED, 600000,
            T0 + 900000, "{'reservation_id':'r','starts_at':'2026-12-05T05:00:00Z','party_size':2}");
  assert_guest (&log, NULL, "r", "booked by opentable");
  log_clear (&log);
}

/* A call: what became of it, who has seen its alarm, who calls back; an end stays the end. */
static void
test_call (void)
{
  Log log;

  log_init (&log);
  say_as (&log, HL_ROLE_PUBLISHER, "retell", NULL, "f1", HL_EVENT_CALL_STARTED, T0,
          "{'call_id':'c','state':'ringing'}");
  say_as (&log, HL_ROLE_PUBLISHER, "retell", NULL, "f2", HL_EVENT_CALL_UPDATED, T0 + 1000,
          "{'call_id':'c','state':'agent_active','aliases':['other']}");
  say_as (&log, HL_ROLE_PUBLISHER, "retell", NULL, "f3", HL_EVENT_CALL_UPDATED, T0 + 2000,
          "{'call_id':'other','attention_reason':'person','attention_priority':1}");
  say (&log, "Ana", "a1", HL_EVENT_CALL_UPDATED,
       "{'call_id':'c','state':'staff_active','handled_by':'Ana','attention_acknowledged_by':'Ana',"
       "'attention_acknowledged_at':'2026-12-05T03:03:00Z'}");
  say_as (&log, HL_ROLE_PUBLISHER, "retell", NULL, "f4", HL_EVENT_CALL_COMPLETED, T0 + 900000,
          "{'call_id':'c','outcome':'booked','follow_up':'open'}");
  say_as (&log, HL_ROLE_PUBLISHER, "retell", NULL, "f5", HL_EVENT_CALL_UPDATED, T0 + 901000,
          "{'call_id':'c','state':'agent_active'}");
  say (&log, "Ben", "a2", HL_EVENT_CALL_UPDATED,
       "{'call_id':'c','follow_up':'claimed','follow_up_by':'Ben'}");
  g_assert_cmpint (hl_call_get_state (hl_state_lookup_call (log.state, "c")), ==, HL_CALL_STATE_ENDED);
  {
    g_autofree char *got = print (hl_history_list_call (log.history, "c"));
    g_assert_cmpstr (got, ==,
                     "follow-up claimed by Ben; call ended by retell; outcome booked by retell; "
                     "follow-up open by retell; call staff_active by Ana; seen by Ana; "
                     "alarm person by retell; call agent_active by retell; call ringing by retell");
  }
  log_clear (&log);
}

static void
test_disputes (void)
{
  Log log;

  log_init (&log);
  say (&log, "Ben", "a1", HL_EVENT_DISPUTE_OPENED,
       "{'dispute_id':'table:12','kind':'table','rule':'K1','subject':{'type':'table','id':'12',"
       "'field':''},'claims':[{'event_id':'e','by':'Ana','at':'2026-12-05T03:00:00Z'}],"
       "'state':'open'}");
  say (&log, "Ana", "a2", HL_EVENT_DISPUTE_SETTLED,
       "{'dispute_id':'table:12','choice':0,'settled_by':'Ana','settled_at':"
       "'2026-12-05T03:10:00Z'}");
  /* the second is too late, and changes nothing */
  say (&log, "Ben", "a3", HL_EVENT_DISPUTE_SETTLED,
       "{'dispute_id':'table:12','choice':0,'settled_by':'Ben','settled_at':"
       "'2026-12-05T03:10:00Z'}");
  assert_table (&log, "12", "settled by Ana; disputed by Ben");
  log_clear (&log);
}

static void
test_bounds (void)
{
  Log log;

  log_init (&log);
  for (int i = 0; i < HL_HISTORY_MAX_LINES + 500; i++) {
    g_autofree char *text
        = g_strdup_printf ("{'table_id':'%d','physical':'%s'}", i / 2 % 97,
                           i % 2 == 0 ? "dirty" : "clean");
    g_autofree char *unit = g_strdup_printf ("u%d", i);
    say (&log, "Ana", unit, HL_EVENT_TABLE_UPDATED, text);
  }
  for (int i = 0; i < 97; i++) {
    g_autofree char *id = g_strdup_printf ("%d", i);
    g_autoptr (GPtrArray) lines = hl_history_list_table (log.history, id);
    g_assert_cmpuint (lines->len, <=, HL_HISTORY_MAX_ENTITY);
    g_assert_cmpuint (lines->len, >, 10);
    /* the newest stay */
    for (guint k = 1; k < lines->len; k++)
      g_assert_cmpuint (((HlHistoryLine *)g_ptr_array_index (lines, k))->seq, <,
                        ((HlHistoryLine *)g_ptr_array_index (lines, k - 1))->seq);
  }
  {
    g_autoptr (JsonNode) saved = hl_history_save (log.history);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                          json_node_get_object (saved), "lines")),
                      <=, HL_HISTORY_MAX_LINES);
  }
  /* what was before is said not to be known any more */
  g_assert_cmpint (hl_history_get_since (log.history), >, 0);
  log_clear (&log);
}

/* A closed day and an erased person leave nothing. */
static void
test_leaves (void)
{
  Log log;

  log_init (&log);
  say (&log, "Ana", "a1", HL_EVENT_PARTY_UPDATED,
       "{'party_id':'p','name':'Ng','size':2,'status':'seated','table_ids':['12']}");
  say (&log, "Ana", "a2", HL_EVENT_PARTY_UPDATED,
       "{'party_id':'q','name':'Ruiz','size':2,'status':'seated','table_ids':['13']}");
  say_as (&log, HL_ROLE_SYSTEM, "system", NULL, "s1", HL_EVENT_PERSON_ERASED, T0 + 200000,
          "{'party_ids':['p'],'reservation_ids':[],'call_ids':[]}");
  assert_guest (&log, "p", NULL, "");
  assert_table (&log, "12", "");
  assert_table (&log, "13", "party seated 13 by Ana");
  say_as (&log, HL_ROLE_SYSTEM, "system", NULL, "s2", HL_EVENT_DAY_CLOSED, T0 + 300000,
          "{'business_date':'2026-12-04','before':'2026-12-06T12:00:00Z'}");
  assert_table (&log, "13", "");
  log_clear (&log);
}

static guint changes;

static void
on_changed (HlHistory *history)
{
  changes++;
}

/* The desk follows, tells, and knows it again after a restart, before any network. */
static void
test_restart (void)
{
  Rig rig;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gint64 since;

  rig_init (&rig, TRUE);
  g_signal_connect (hl_desk_get_history (rig.desk), "changed", G_CALLBACK (on_changed), NULL);
  changes = 0;
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"2\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  g_assert_cmpuint (changes, >, 0);
  before = print (hl_history_list_guest (hl_desk_get_history (rig.desk), "w-1", NULL));
  g_assert_true (g_str_has_prefix (before, "party seated 2 by "));
  since = hl_history_get_since (hl_desk_get_history (rig.desk));
  rig_close (&rig);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_NO_ANSWER);
  rig_attach (&rig);
  after = print (hl_history_list_guest (hl_desk_get_history (rig.desk), "w-1", NULL));
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (hl_history_get_since (hl_desk_get_history (rig.desk)), ==, since);
  rig_clear (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/evening", test_evening);
  g_test_add_func ("/history/offline", test_offline);
  g_test_add_func ("/history/call", test_call);
  g_test_add_func ("/history/disputes", test_disputes);
  g_test_add_func ("/history/bounds", test_bounds);
  g_test_add_func ("/history/leaves", test_leaves);
  g_test_add_func ("/history/restart", test_restart);
  return g_test_run ();
}
