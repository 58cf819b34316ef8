/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every action kind against every field that it reads: what another device changed there unseen must make a
 * difference. And the tables of the rules themselves. */
#include "model/desk.h"

#include "domain/hl-action-kind.h"
#include "domain/hl-rules.h"

typedef struct {
  const char  *device;
  HlActionKind kind;
  const char  *data;
  gboolean     blind; /* acts on what stood before the setup */
} Move;

/* @setup is seen by B, @meanwhile is not; then B does @data. */
typedef struct {
  HlActionKind kind;
  HlReads      read;
  const char  *data;
  HlRole       role;
  Move         setup[3];
  Move         meanwhile[2];
  const char  *cancelled; /* a reservation that is cancelled by the bare event */
  const char  *fact;      /* call_updated */
} Case;

#define STAFF HL_ROLE_STAFF
#define MANAGER HL_ROLE_MANAGER
#define NG "{'party_id':'ng'}"
#define SAT "{'party_id':'sat'}"
#define R "{'reservation_id':'r'}"
#define W "{'reservation_id':'w'}"
#define SEAT_NG_14 "{'party_id':'ng','table_ids':['14']}"
#define SEAT_LOPEZ_14 "{'party_id':'lopez','table_ids':['14']}"
#define MOVE_SAT_14 "{'party_id':'sat','table_ids':['14']}"
#define MOVE_SAT_15 "{'party_id':'sat','table_ids':['15']}"
#define BLOCK_14 "{'table_id':'14','blocked':true}"
#define FULL "{'reservation_id':'full','party_size':38,'starts_at':'2026-11-27T20:05:00Z'}"
#define LEFT(party) "{'party_id':'" party "','status':'left'}"
#define HELD(n) "{'reservation_id':'n','party_size':" n ",'starts_at':'2026-11-27T20:00:00Z'}"
#define SIZE(n) "{'reservation_id':'r','party_size':" n "}"

static const Case cases[] = {
  { HL_ACTION_CREATE_RESERVATION, HL_READ_BOOK, "{'reservation_id':'n','party_size':4,'starts_at':'2026-11-27T20:00:00Z'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CREATE_RESERVATION, FULL } } },
  { HL_ACTION_CREATE_RESERVATION, HL_READ_RESERVATION_STATUS, HELD ("2"), STAFF,
    .meanwhile = { { "A", HL_ACTION_HOLD_RESERVATION, HELD ("2") } } },
  { HL_ACTION_CREATE_RESERVATION, HL_READ_RESERVATION_FIELDS, HELD ("2"), STAFF,
    .setup = { { "A", HL_ACTION_HOLD_RESERVATION, HELD ("2") } },
    .meanwhile = { { "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'n','party_size':3}" } } },
  { HL_ACTION_HOLD_RESERVATION, HL_READ_BOOK, "{'reservation_id':'n','party_size':4,'starts_at':'2026-11-27T20:00:00Z'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CREATE_RESERVATION, FULL } } },
  { HL_ACTION_UPDATE_RESERVATION, HL_READ_RESERVATION_STATUS, "{'reservation_id':'r','status':'confirmed'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CANCEL_RESERVATION, R } } },
  { HL_ACTION_UPDATE_RESERVATION, HL_READ_RESERVATION_FIELDS, SIZE ("8"), STAFF,
    .meanwhile = { { "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7") } } },
  { HL_ACTION_UPDATE_RESERVATION, HL_READ_CLAIMS, SIZE ("8"), STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7") } },
    .meanwhile = { { "C", HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), TRUE } } },
  { HL_ACTION_UPDATE_RESERVATION, HL_READ_BOOK, SIZE ("8"), STAFF,
    .meanwhile = { { "A", HL_ACTION_CREATE_RESERVATION, FULL } } },
  { HL_ACTION_CANCEL_RESERVATION, HL_READ_RESERVATION_STATUS, R, STAFF,
    .meanwhile = { { "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" } } },
  { HL_ACTION_CANCEL_RESERVATION, HL_READ_CLAIMS, R, STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','status':'confirmed'}" } },
    .meanwhile = { { "C", HL_ACTION_MARK_NO_SHOW, R, TRUE } } },
  { HL_ACTION_MARK_NO_SHOW, HL_READ_RESERVATION_STATUS, R, STAFF,
    .meanwhile = { { "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" } } },
  { HL_ACTION_MARK_NO_SHOW, HL_READ_CLAIMS, R, STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','status':'confirmed'}" } },
    .meanwhile = { { "C", HL_ACTION_CANCEL_RESERVATION, R, TRUE } } },
  { HL_ACTION_ARRIVE, HL_READ_RESERVATION_STATUS, "{'reservation_id':'r','party_id':'h'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CANCEL_RESERVATION, R } } },
  { HL_ACTION_ARRIVE, HL_READ_CLAIMS, "{'reservation_id':'r','party_id':'h'}", STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','status':'confirmed'}" } },
    .meanwhile = { { "C", HL_ACTION_CANCEL_RESERVATION, R, TRUE } } },
  { HL_ACTION_ACCEPT_RESERVATION, HL_READ_RESERVATION_STATUS, W, STAFF,
    .meanwhile = { { "A", HL_ACTION_DECLINE_RESERVATION, W } } },
  { HL_ACTION_ACCEPT_RESERVATION, HL_READ_BOOK, W, STAFF,
    .meanwhile = { { "A", HL_ACTION_CREATE_RESERVATION, FULL } } },
  { HL_ACTION_DECLINE_RESERVATION, HL_READ_RESERVATION_STATUS, W, STAFF,
    .meanwhile = { { "A", HL_ACTION_ACCEPT_RESERVATION, W } } },

  { HL_ACTION_ACCEPT_RESERVATION, HL_READ_CLAIMS, W, STAFF,
    .setup = { { "A", HL_ACTION_ACCEPT_RESERVATION, W }, { "A", HL_ACTION_UNDO, "{'action_id':'a4'}" } },
    .meanwhile = { { "C", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'w','status':'confirmed'}", TRUE } } },
  { HL_ACTION_DECLINE_RESERVATION, HL_READ_CLAIMS, W, STAFF,
    .setup = { { "A", HL_ACTION_ACCEPT_RESERVATION, W }, { "A", HL_ACTION_UNDO, "{'action_id':'a4'}" } },
    .meanwhile = { { "C", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'w','status':'confirmed'}", TRUE } } },

  { HL_ACTION_ADD_PARTY, HL_READ_OTHER_PARTIES, "{'party_id':'x2','size':3,'name':'Ruiz'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}" } } },
  { HL_ACTION_UPDATE_PARTY, HL_READ_PARTY_FIELDS, "{'party_id':'ng','size':5}", STAFF,
    .meanwhile = { { "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':6}" } } },
  { HL_ACTION_UPDATE_PARTY, HL_READ_CLAIMS, "{'party_id':'ng','size':5}", STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':6}" } },
    .meanwhile = { { "C", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':7}", TRUE } } },
  { HL_ACTION_UPDATE_PARTY, HL_READ_PARTY_STATUS, "{'party_id':'h','arrived':2}", STAFF,
    .setup = { { "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h','arrived':1}" },
               { "A", HL_ACTION_SEAT, "{'party_id':'h','table_ids':['16'],'arrived':1}" } },
    .meanwhile = { { "A", HL_ACTION_UNSEAT, "{'party_id':'h'}" } } },
  { HL_ACTION_REMOVE_PARTY, HL_READ_PARTY_STATUS, LEFT ("ng"), STAFF,
    .meanwhile = { { "A", HL_ACTION_SEAT, SEAT_NG_14 } } },
  { HL_ACTION_REMOVE_PARTY, HL_READ_CLAIMS, LEFT ("ng"), STAFF,
    .meanwhile = { { "C", HL_ACTION_FINISH_PARTY, NG } } },
  { HL_ACTION_RECALL_PARTY, HL_READ_PARTY_STATUS, "{'party_id':'lopez'}", STAFF,
    .setup = { { "A", HL_ACTION_REMOVE_PARTY, LEFT ("lopez") } },
    .meanwhile = { { "A", HL_ACTION_RECALL_PARTY, "{'party_id':'lopez'}" }, { "A", HL_ACTION_REMOVE_PARTY, LEFT ("lopez") } } },
  { HL_ACTION_RECALL_PARTY, HL_READ_CLAIMS, "{'party_id':'lopez'}", STAFF,
    .setup = { { "A", HL_ACTION_REMOVE_PARTY, LEFT ("lopez") } },
    .meanwhile = { { "C", HL_ACTION_FINISH_PARTY, "{'party_id':'lopez'}" } } },
  /* what A did not see of their status A leaves alone: only that they were told is unseen by B */
  { HL_ACTION_RECALL_PARTY, HL_READ_NOTIFY, "{'party_id':'lopez'}", STAFF,
    .setup = { { "B", HL_ACTION_REMOVE_PARTY, LEFT ("lopez") }, { "B", HL_ACTION_RECALL_PARTY, "{'party_id':'lopez'}" } },
    .meanwhile = { { "A", HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}", TRUE }, { "B", HL_ACTION_REMOVE_PARTY, LEFT ("lopez") } } },
  { HL_ACTION_NOTIFY_PARTY, HL_READ_PARTY_STATUS, NG, STAFF,
    .meanwhile = { { "A", HL_ACTION_REMOVE_PARTY, LEFT ("ng") }, { "A", HL_ACTION_RECALL_PARTY, NG } } },
  { HL_ACTION_NOTIFY_PARTY, HL_READ_NOTIFY, NG, STAFF, .meanwhile = { { "A", HL_ACTION_NOTIFY_PARTY, NG } } },

  { HL_ACTION_SEAT, HL_READ_PARTY_STATUS, SEAT_NG_14, STAFF, .meanwhile = { { "A", HL_ACTION_REMOVE_PARTY, LEFT ("ng") } } },
  { HL_ACTION_SEAT, HL_READ_PARTY_TABLES, SEAT_NG_14, STAFF,
    .meanwhile = { { "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['15']}" } } },
  { HL_ACTION_SEAT, HL_READ_PARTY_FIELDS, "{'party_id':'ng','table_ids':['14'],'server':'Maya'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','server':'Luis'}" } } },
  { HL_ACTION_SEAT, HL_READ_OCCUPANTS, SEAT_NG_14, STAFF, .meanwhile = { { "A", HL_ACTION_SEAT, SEAT_LOPEZ_14 } } },
  { HL_ACTION_SEAT, HL_READ_TABLE_BLOCKED, SEAT_NG_14, MANAGER, .meanwhile = { { "A", HL_ACTION_SET_TABLE, BLOCK_14 } } },
  { HL_ACTION_SEAT, HL_READ_CLAIMS, SEAT_NG_14, STAFF, .meanwhile = { { "C", HL_ACTION_FINISH_PARTY, NG } } },
  { HL_ACTION_SEAT, HL_READ_RESERVATION_STATUS, "{'party_id':'h','table_ids':['14']}", STAFF,
    .setup = { { "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" } }, .cancelled = "r" },
  { HL_ACTION_SEAT, HL_READ_OTHER_PARTIES, "{'party_id':'x2','size':3,'name':'Ruiz','table_ids':['14']}", STAFF,
    .meanwhile = { { "A", HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}" } } },
  { HL_ACTION_MOVE, HL_READ_PARTY_STATUS, MOVE_SAT_14, STAFF, .meanwhile = { { "A", HL_ACTION_FINISH_PARTY, SAT } } },
  { HL_ACTION_MOVE, HL_READ_PARTY_TABLES, MOVE_SAT_14, STAFF, .meanwhile = { { "A", HL_ACTION_MOVE, MOVE_SAT_15 } } },
  { HL_ACTION_MOVE, HL_READ_PARTY_FIELDS, "{'party_id':'sat','table_ids':['14'],'server':'Maya'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'sat','server':'Luis'}" } } },
  { HL_ACTION_MOVE, HL_READ_OCCUPANTS, MOVE_SAT_14, STAFF, .meanwhile = { { "A", HL_ACTION_SEAT, SEAT_LOPEZ_14 } } },
  { HL_ACTION_MOVE, HL_READ_TABLE_BLOCKED, MOVE_SAT_14, MANAGER, .meanwhile = { { "A", HL_ACTION_SET_TABLE, BLOCK_14 } } },
  { HL_ACTION_MOVE, HL_READ_CLAIMS, MOVE_SAT_14, STAFF, .meanwhile = { { "C", HL_ACTION_REMOVE_PARTY, LEFT ("sat") } } },
  { HL_ACTION_UNSEAT, HL_READ_PARTY_STATUS, SAT, STAFF, .meanwhile = { { "A", HL_ACTION_FINISH_PARTY, SAT } } },
  { HL_ACTION_UNSEAT, HL_READ_PARTY_TABLES, SAT, STAFF, .meanwhile = { { "A", HL_ACTION_MOVE, MOVE_SAT_15 } } },
  { HL_ACTION_UNSEAT, HL_READ_CLAIMS, SAT, STAFF, .meanwhile = { { "C", HL_ACTION_REMOVE_PARTY, LEFT ("sat") } } },
  { HL_ACTION_FINISH_PARTY, HL_READ_PARTY_STATUS, SAT, STAFF, .meanwhile = { { "A", HL_ACTION_UNSEAT, SAT } } },
  { HL_ACTION_FINISH_PARTY, HL_READ_PARTY_TABLES, SAT, STAFF, .meanwhile = { { "A", HL_ACTION_MOVE, MOVE_SAT_15 } } },
  { HL_ACTION_FINISH_PARTY, HL_READ_CLAIMS, SAT, STAFF, .meanwhile = { { "C", HL_ACTION_REMOVE_PARTY, LEFT ("sat") } } },
  { HL_ACTION_SET_STAGE, HL_READ_PARTY_STATUS, "{'party_id':'sat','stage':'entree'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_UNSEAT, SAT } } },
  { HL_ACTION_SET_STAGE, HL_READ_PARTY_STAGE, "{'party_id':'sat','stage':'ordered','correct':true}", STAFF,
    .meanwhile = { { "A", HL_ACTION_SET_STAGE, "{'party_id':'sat','stage':'entree'}" } } },
  { HL_ACTION_SET_STAGE, HL_READ_CLAIMS, "{'party_id':'sat','stage':'dessert'}", STAFF,
    .setup = { { "A", HL_ACTION_SET_STAGE, "{'party_id':'sat','stage':'entree'}" } },
    .meanwhile = { { "C", HL_ACTION_SET_STAGE, "{'party_id':'sat','stage':'ordered','correct':true}", TRUE } } },

  { HL_ACTION_SET_TABLE, HL_READ_OCCUPANTS, BLOCK_14, STAFF, .meanwhile = { { "A", HL_ACTION_SEAT, SEAT_LOPEZ_14 } } },
  { HL_ACTION_SET_TABLE, HL_READ_TABLE_PHYSICAL, "{'table_id':'14','physical':'clean'}", STAFF,
    .setup = { { "A", HL_ACTION_SET_TABLE, "{'table_id':'14','physical':'dirty'}" } },
    .meanwhile = { { "A", HL_ACTION_SET_TABLE, "{'table_id':'14','physical':'clean'}" },
                   { "A", HL_ACTION_SET_TABLE, "{'table_id':'14','physical':'dirty'}" } } },
  { HL_ACTION_SET_TABLE, HL_READ_TABLE_BLOCKED, "{'table_id':'14','blocked':false}", STAFF,
    .meanwhile = { { "A", HL_ACTION_SET_TABLE, BLOCK_14 } } },
  { HL_ACTION_SET_TABLE, HL_READ_CLAIMS, "{'table_id':'14','blocked':false}", STAFF,
    .setup = { { "A", HL_ACTION_SET_TABLE, BLOCK_14 } },
    .meanwhile = { { "C", HL_ACTION_SET_TABLE, "{'table_id':'14','blocked':false}", TRUE } } },
  { HL_ACTION_SET_SECTION, HL_READ_SECTION_FIELDS, "{'section_id':'s1','state':'closed'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'closing'}" } } },
  { HL_ACTION_SET_SECTION, HL_READ_CLAIMS, "{'section_id':'s1','state':'open'}", STAFF,
    .setup = { { "A", HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'closing'}" } },
    .meanwhile = { { "C", HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'closed'}", TRUE } } },

  { HL_ACTION_CORRECT, HL_READ_PARTY_TABLES, "{'type':'party','id':'sat','correct_to':'seated','table_ids':['15']}", STAFF,
    .setup = { { "A", HL_ACTION_FINISH_PARTY, SAT } },
    .meanwhile = { { "A", HL_ACTION_CORRECT, "{'type':'party','id':'sat','correct_to':'seated','table_ids':['12']}" } } },
  { HL_ACTION_CORRECT, HL_READ_PARTY_STATUS, "{'type':'party','id':'sat','correct_to':'seated','table_ids':['12']}", STAFF,
    .meanwhile = { { "A", HL_ACTION_FINISH_PARTY, SAT } } },
  { HL_ACTION_CORRECT, HL_READ_RESERVATION_STATUS, "{'type':'reservation','id':'r','correct_to':'booked'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" } } },
  { HL_ACTION_CORRECT, HL_READ_CLAIMS, "{'type':'party','id':'sat','correct_to':'seated','table_ids':['12']}", STAFF,
    .setup = { { "A", HL_ACTION_FINISH_PARTY, SAT } },
    .meanwhile = { { "C", HL_ACTION_MOVE, MOVE_SAT_15, TRUE } } },
  { HL_ACTION_SETTLE_DISPUTE, HL_READ_CLAIMS, "{'dispute_id':'field:r:party_size','choice':0}", STAFF,
    .setup = { { "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7") }, { "C", HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), TRUE } },
    .meanwhile = { { "D", HL_ACTION_UPDATE_RESERVATION, SIZE ("3"), TRUE } } },

  { HL_ACTION_ACKNOWLEDGE_CALL, HL_READ_CALL_ATTENTION, "{'call_id':'c'}", STAFF,
    .fact = "{'call_id':'c','attention_reason':'allergy'}" },
  { HL_ACTION_OPEN_FOLLOW_UP, HL_READ_CALL_FOLLOW_UP, "{'call_id':'c'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}" } } },
  { HL_ACTION_CLAIM_FOLLOW_UP, HL_READ_CALL_FOLLOW_UP, "{'call_id':'c'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_SNOOZE_FOLLOW_UP, "{'call_id':'c','follow_up_until':'2026-11-27T23:00:00Z'}" } } },
  { HL_ACTION_SNOOZE_FOLLOW_UP, HL_READ_CALL_FOLLOW_UP, "{'call_id':'c','follow_up_until':'2026-11-27T23:00:00Z'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}" } } },
  { HL_ACTION_CORRECT_SLOT, HL_READ_CALL_SLOTS, "{'call_id':'c','slot_kind':'name','value':'Ng'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Nguyen'}" } } },
  { HL_ACTION_CORRECT_SLOT, HL_READ_CLAIMS, "{'call_id':'c','slot_kind':'name','value':'Ng'}", STAFF,
    .setup = { { "A", HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Nguyen'}" } },
    .meanwhile = { { "C", HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Ngo'}", TRUE } } },
  { HL_ACTION_CLOSE_FOLLOW_UP, HL_READ_CALL_OUTCOME, "{'call_id':'c','outcome':'answered'}", STAFF,
    .meanwhile = { { "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}" } } },
  { HL_ACTION_CLOSE_FOLLOW_UP, HL_READ_CLAIMS, "{'call_id':'c','outcome':'answered'}", STAFF,
    .setup = { { "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}" } },
    .meanwhile = { { "C", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'failed'}", TRUE } } },
  { HL_ACTION_END_CALL, HL_READ_CALL_OUTCOME, "{'call_id':'c','outcome':'answered'}", STAFF,
    .setup = { { "A", HL_ACTION_TAKE_CALL, "{'call_id':'c'}" }, { "A", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}" } },
    .meanwhile = { { "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}" } } },
  { HL_ACTION_END_CALL, HL_READ_CLAIMS, "{'call_id':'c','outcome':'answered'}", STAFF,
    .setup = { { "A", HL_ACTION_TAKE_CALL, "{'call_id':'c'}" }, { "A", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}" },
               { "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}" } },
    .meanwhile = { { "C", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'failed'}", TRUE } } },
};

static char *
print_decision (HlDecision *decision)
{
  GString *text = g_string_new (hl_enum_nick (HL_TYPE_OUTCOME, decision->outcome));

  g_string_append_printf (text, " %s", hl_enum_nick (HL_TYPE_REASON, decision->reason));
  for (guint i = 0; i < decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (decision->events, i);
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autofree char *data = NULL;

    json_node_set_object (node, draft->data);
    data = json_to_string (node, FALSE);
    g_string_append_printf (text, "\n#   %s %s", hl_enum_nick (HL_TYPE_EVENT_KIND, draft->kind), data);
  }
  return g_string_free (text, FALSE);
}

static void
make_moves (Desk       *desk,
            const Move *moves,
            guint       n,
            guint64     before)
{
  for (guint i = 0; i < n && moves[i].device != NULL; i++) {
    HlOutcome outcome = desk_act_at (desk, moves[i].device, moves[i].blind ? before : desk_head (desk), moves[i].kind,
                                     moves[i].data);

    g_assert_true (outcome == HL_OUTCOME_APPLIED || outcome == HL_OUTCOME_DISPUTED);
  }
}

/* What B decides when it had seen everything differs from what it decides when it had not seen the last. */
static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (Desk) desk = desk_new ();
  g_autoptr (HlDecision) unseen = NULL;
  g_autoptr (HlDecision) seen = NULL;
  g_autofree char *unseen_text = NULL;
  g_autofree char *seen_text = NULL;
  guint64 before, base;

  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'r','name':'Haddad','party_size':2,'starts_at':'2026-11-27T20:00:00Z'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "site", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'w','status':'requested','party_size':4,'starts_at':'2026-11-27T20:00:00Z'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active','follow_up':'open','attention_reason':'late','slots':[{'kind':'name','value':'N','state':'heard'}]}");
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'ng','size':4}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'lopez','size':2}"), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'sat','size':2,'table_ids':['12']}"), ==, HL_OUTCOME_APPLIED);
  before = desk_head (desk);
  make_moves (desk, c->setup, G_N_ELEMENTS (c->setup), before);
  base = desk_head (desk);
  make_moves (desk, c->meanwhile, G_N_ELEMENTS (c->meanwhile), before);
  if (c->cancelled != NULL) {
    g_autofree char *text = g_strdup_printf ("{'reservation_id':'%s'}", c->cancelled);

    desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CANCELLED, text);
  }
  if (c->fact != NULL)
    desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_UPDATED, c->fact);
  g_assert_cmpuint (desk_head (desk), >, base);

  desk->role = c->role;
  unseen = desk_decide (desk, "B", c->kind, c->data, base, HL_PREDICTED_NONE);
  seen = desk_decide (desk, "B", c->kind, c->data, desk_head (desk), HL_PREDICTED_NONE);
  unseen_text = print_decision (unseen);
  seen_text = print_decision (seen);
  g_test_message ("unseen %s\n# seen %s", unseen_text, seen_text);
  g_assert_cmpstr (unseen_text, !=, seen_text);
  g_assert_cmpint (unseen->reason, !=, HL_REASON_MALFORMED);
  g_assert_cmpint (unseen->reason, !=, HL_REASON_UNKNOWN_ID);
  /* and what one's own device did is seen */
}

/* Nothing stands in the table of reads that no case above covers, and the other way round. */
static void
test_complete (void)
{
  for (guint kind = HL_ACTION_CREATE_RESERVATION; kind < HL_N_ACTION_KIND; kind++) {
    HlReads reads = hl_rules_get_reads (kind);

    for (guint bit = 0; bit < HL_N_READS; bit++) {
      gboolean covered = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        covered = covered || (cases[i].kind == kind && cases[i].read == 1u << bit);
      if (covered != ((reads & (1u << bit)) != 0))
        g_error ("%s and read %u: case %d, table %d", hl_enum_nick (HL_TYPE_ACTION_KIND, kind), bit, covered,
                 (reads & (1u << bit)) != 0);
    }
  }
}

static void
test_party_status (void)
{
  for (guint status = HL_PARTY_STATUS_WAITING; status <= HL_PARTY_STATUS_REMOVED; status++)
    g_assert_cmpint (hl_rules_is_seated (status) + hl_rules_is_waiting (status) + hl_rules_is_over (status), ==, 1);
}

static void
test_reservation_status (void)
{
  static const struct {
    HlReservationStatus from, to;
  } allowed[] = {
    { HL_RESERVATION_STATUS_REQUESTED, HL_RESERVATION_STATUS_BOOKED }, { HL_RESERVATION_STATUS_HELD, HL_RESERVATION_STATUS_EXPIRED },
    { HL_RESERVATION_STATUS_BOOKED, HL_RESERVATION_STATUS_CONFIRMED }, { HL_RESERVATION_STATUS_CONFIRMED, HL_RESERVATION_STATUS_NO_SHOW },
    { HL_RESERVATION_STATUS_NO_SHOW, HL_RESERVATION_STATUS_ARRIVED },  { HL_RESERVATION_STATUS_CANCELLED, HL_RESERVATION_STATUS_BOOKED },
    { HL_RESERVATION_STATUS_ARRIVED, HL_RESERVATION_STATUS_COMPLETED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    g_assert_true (hl_rules_allow_reservation_status (allowed[i].from, allowed[i].to));
  g_assert_false (hl_rules_allow_reservation_status (HL_RESERVATION_STATUS_COMPLETED, HL_RESERVATION_STATUS_BOOKED));
  g_assert_false (hl_rules_allow_reservation_status (HL_RESERVATION_STATUS_ARRIVED, HL_RESERVATION_STATUS_NO_SHOW));
  for (guint status = HL_RESERVATION_STATUS_REQUESTED; status <= HL_RESERVATION_STATUS_EXPIRED; status++)
    g_assert_false (hl_rules_takes_room (status) && hl_rules_is_past (status));
}

static void
test_attention (void)
{
  g_assert_cmpuint (hl_rules_get_attention_priority (HL_ATTENTION_REASON_NONE), ==, 0);
  g_assert_cmpuint (hl_rules_get_attention_priority (HL_ATTENTION_REASON_ALLERGY), ==, 1);
  g_assert_cmpuint (hl_rules_get_attention_priority (HL_ATTENTION_REASON_OVERBOOKED), ==, 2);
  g_assert_cmpuint (hl_rules_get_attention_priority (HL_ATTENTION_REASON_VIP), ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/rules/unseen/%s/%u", hl_enum_nick (HL_TYPE_ACTION_KIND, cases[i].kind), i);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/rules/complete", test_complete);
  g_test_add_func ("/rules/party-status", test_party_status);
  g_test_add_func ("/rules/reservation-status", test_reservation_status);
  g_test_add_func ("/rules/attention", test_attention);
  return g_test_run ();
}
