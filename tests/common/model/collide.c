/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of collisions say. */
#include "collide.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-decide-context.h"

Desk *
collide_open (void)
{
  Desk *desk = desk_new ();

  assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'ng','size':4,'name':'Ng'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_ADD_PARTY,
              "{'party_id':'lopez','size':2,'name':'Lopez','phone':'+12025550142'}", APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED,
              "{'reservation_id':'r','name':'Haddad','party_size':6,"
              "'starts_at':'2026-11-27T20:00:00Z','source':'tock'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "site", HL_EVENT_RESERVATION_CREATED,
              "{'reservation_id':'w','name':'Weiss','party_size':2,'status':'requested',"
              "'starts_at':'2026-11-27T21:00:00Z','source':'site'}");
  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED,
              "{'call_id':'c','state':'agent_active','follow_up':'open',"
              "'slots':[{'kind':'name','raw':'Nuh','value':'Ng','state':'heard'}]}");
  return desk;
}

HlDecision *
late (Desk *desk, How how, const char *device, guint64 base, HlActionKind kind, const char *data)
{
  gint64 now = desk->now;
  HlDecision *decision;

  if (how == SEEN)
    return desk_try (desk, device, kind, data, desk_head (desk), APPLIED);
  /* at the same moment: the step that A took is taken back from the clock */
  if (how == RACED)
    desk->now -= 60000;
  decision = desk_try (desk, device, kind, data, base, APPLIED);
  if (how == RACED)
    desk->now = now;
  return decision;
}

guint
collide_n_open (Desk *desk)
{
  guint n = 0, n_open = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (desk->state, HL_TYPE_DISPUTE), &n);

  for (guint i = 0; i < n; i++)
    n_open += hl_dispute_get_state (HL_DISPUTE (disputes[i])) == HL_DISPUTE_STATE_OPEN;
  return n_open;
}

void
desk_fact (Desk *desk, const char *name, HlEventKind kind, const char *data)
{
  hl_decision_free (desk_record (desk, name, kind, data));
  desk_check (desk);
}

void
assert_claims (Desk *desk, const char *id, const char *rule, const char *first, const char *second,
               How how)
{
  HlDispute *dispute = desk_dispute (desk, id);
  GPtrArray *claims;

  g_assert_nonnull (dispute);
  claims = hl_dispute_get_claims (dispute);
  g_assert_cmpstr (hl_dispute_get_rule (dispute), ==, rule);
  g_assert_cmpuint (claims->len, ==, 2);
  g_assert_cmpstr (hl_claim_get_by (g_ptr_array_index (claims, 0)), ==, first);
  g_assert_cmpstr (hl_claim_get_by (g_ptr_array_index (claims, 1)), ==, second);
  g_assert_false (hl_claim_get_offline (g_ptr_array_index (claims, 0)));
  g_assert_cmpint (hl_claim_get_offline (g_ptr_array_index (claims, 1)), ==, how == OFFLINE);
  g_assert_cmpint (hl_claim_get_at (g_ptr_array_index (claims, 1)), >=,
                   hl_claim_get_at (g_ptr_array_index (claims, 0)));
}

void
assert_settled (Desk *desk, const char *id, const char *by)
{
  HlDispute *dispute = hl_state_lookup_dispute (desk->state, id);

  g_assert_nonnull (dispute);
  g_assert_null (desk_dispute (desk, id));
  g_assert_cmpstr (hl_dispute_get_settled_by (dispute), ==, by);
}

void
assert_party (Desk *desk, const char *id, const char *status, const char *tables)
{
  g_autofree char *at = desk_tables (desk, id);

  g_assert_cmpstr (hl_enum_nick (HL_TYPE_PARTY_STATUS, hl_party_get_status (desk_party (desk, id))),
                   ==, status);
  g_assert_cmpstr (at, ==, tables);
}

void
assert_status (Desk *desk, const char *reservation_id, const char *status)
{
  HlReservation *reservation = desk_reservation (desk, reservation_id);

  g_assert_cmpstr (
    hl_enum_nick (HL_TYPE_RESERVATION_STATUS, hl_reservation_get_status (reservation)), ==, status);
}

void
assert_value (Desk *desk, const char *reservation_id, const char *field, const char *json)
{
  HlReservation *reservation = desk_reservation (desk, reservation_id);
  const HlField *found = hl_shape_lookup (hl_record_get_shape (HL_RECORD (reservation)), field);
  g_autoptr (JsonNode) node = hl_deciding_get_value (reservation, found->id);
  g_autofree char *text = json_to_string (node, FALSE);

  g_strdelimit (text, "\"", '\'');
  g_assert_cmpstr (text, ==, json);
}

static int
compare (gconstpointer one, gconstpointer two)
{
  return strcmp (*(const char *const *) one, *(const char *const *) two);
}

void
assert_tags (HlReservation *reservation, const char *tags)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autofree char *text = NULL;

  for (const char *const *tag = hl_reservation_get_tags (reservation); *tag != NULL; tag++)
    g_ptr_array_add (sorted, (char *) *tag);
  g_ptr_array_sort (sorted, compare);
  g_ptr_array_add (sorted, NULL);
  text = g_strjoinv (" ", (char **) sorted->pdata);
  g_assert_cmpstr (text, ==, tags);
}

static const struct {
  HlActionKind kind;
  const char *rest;
} filled[] = {
  { HL_ACTION_CREATE_RESERVATION, ",'party_size':2,'starts_at':'2026-11-27T21:30:00Z'" },
  { HL_ACTION_HOLD_RESERVATION, ",'party_size':2,'starts_at':'2026-11-27T21:30:00Z'" },
  { HL_ACTION_UPDATE_RESERVATION, ",'party_size':3,'notes_add':['n']" },
  { HL_ACTION_ARRIVE, ",'party_id':'fresh'" },
  { HL_ACTION_ADD_PARTY, ",'size':2" },
  { HL_ACTION_UPDATE_PARTY, ",'size':3" },
  { HL_ACTION_REMOVE_PARTY, ",'status':'left'" },
  { HL_ACTION_SEAT, ",'table_ids':['14']" },
  { HL_ACTION_MOVE, ",'table_ids':['14']" },
  { HL_ACTION_SET_STAGE, ",'stage':'entree'" },
  { HL_ACTION_SET_TABLE, ",'physical':'dirty'" },
  { HL_ACTION_CONTACT_ATTEMPT, ",'result':'reached'" },
  { HL_ACTION_SET_SECTION, ",'state':'closed'" },
  { HL_ACTION_SETTLE_DISPUTE, ",'choice':0" },
  { HL_ACTION_SNOOZE_FOLLOW_UP, ",'follow_up_until':'2026-11-27T23:00:00Z'" },
  { HL_ACTION_CLOSE_FOLLOW_UP, ",'outcome':'answered'" },
  { HL_ACTION_CORRECT_SLOT, ",'slot_kind':'name','value':'Nguyen'" },
  { HL_ACTION_CORRECT, ",'type':'party','correct_to':'seated','table_ids':['14']" },
  { HL_ACTION_ADD_NOTE, ",'type':'party','note':'n'" },
};

char *
collide_make_data (HlActionKind kind, const char *id)
{
  const char *member = hl_action_kind_get_id_member (kind);
  const char *rest = "";

  if (member == NULL)
    member = kind == HL_ACTION_UNDO ? "action_id" : "id";
  for (guint i = 0; i < G_N_ELEMENTS (filled); i++) {
    if (filled[i].kind == kind)
      rest = filled[i].rest;
  }
  return g_strdup_printf ("{'%s':'%s'%s}", member, id, rest);
}

static char *
print_data (JsonObject *data)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (data == NULL)
    return g_strdup ("");
  json_node_set_object (node, data);
  return json_to_string (node, FALSE);
}

void
assert_same_decision (HlDecision *one, HlDecision *two)
{
  g_autofree char *detail_one = print_data (one->detail);
  g_autofree char *detail_two = print_data (two->detail);

  assert_outcome (one->outcome, two->outcome);
  g_assert_cmpint (one->reason, ==, two->reason);
  g_assert_cmpstr (detail_one, ==, detail_two);
  g_assert_cmpuint (one->events->len, ==, two->events->len);
  for (guint i = 0; i < one->events->len; i++) {
    const HlDraft *a = g_ptr_array_index (one->events, i), *b = g_ptr_array_index (two->events, i);
    g_autofree char *data_a = print_data (a->data);
    g_autofree char *data_b = print_data (b->data);

    g_assert_cmpint (a->kind, ==, b->kind);
    g_assert_cmpstr (data_a, ==, data_b);
  }
}
