/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about tables and sections. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-decide-fields.h"
#include "domain/hl-member.h"

/* K9: dirty wins unless the cleaner had seen that dirty. */
static void
set_physical (HlDeciding *d, HlTable *table, const char *table_id)
{
  gboolean dirty = g_strcmp0 (hl_deciding_string (d, "physical"), "dirty") == 0;
  gboolean unseen = hl_deciding_unseen (d, HL_READ_TABLE_PHYSICAL, table, HL_TABLE_FIELD_PHYSICAL);
  gboolean is_dirty = table != NULL && hl_table_get_physical (table) == HL_PHYSICAL_DIRTY;
  JsonObject *draft;

  if (dirty) {
    /* a second pair of eyes on a dirty table is told to the log: whoever cleaned after the first
     * did not see it */
    if (is_dirty && !unseen) {
      hl_deciding_no_op (d, table, HL_TABLE_FIELD_PHYSICAL);
      return;
    }
  } else if (!is_dirty || unseen || hl_state_get_table_parties (d->state, table_id)->len > 0) {
    hl_deciding_no_op (d, table, HL_TABLE_FIELD_PHYSICAL);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_TABLE_UPDATED, table_id);
  json_object_set_string_member (draft, "physical", dirty ? "dirty" : "clean");
  if (dirty != is_dirty)
    hl_deciding_put_time (draft, "physical_since", d->at);
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, table_id, "physical",
                          hl_collision_action_value (d));
}

static gboolean
sat_down_unseen (HlDeciding *d, const char *table_id)
{
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);

  for (guint i = 0; i < parties->len; i++) {
    if (hl_deciding_unseen (d, HL_READ_OCCUPANTS, g_ptr_array_index (parties, i),
                            HL_PARTY_FIELD_TABLE_IDS))
      return TRUE;
  }
  return FALSE;
}

/* K10 from the other side: who blocked did not know that people sit there. */
static void
warn_of_party (HlDeciding *d, const char *table_id)
{
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);
  GPtrArray *standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; i < parties->len; i++) {
    HlParty *party = g_ptr_array_index (parties, i);
    JsonNode *value = json_node_new (JSON_NODE_OBJECT);

    json_node_take_object (value, json_object_new ());
    json_object_set_string_member (json_node_get_object (value), "party_id",
                                   hl_party_get_party_id (party));
    g_ptr_array_add (standing,
                     hl_collision_make_standing (d, party, HL_PARTY_FIELD_TABLE_IDS, value));
  }
  hl_collision_join (d, HL_DISPUTE_KIND_BLOCKED_TABLE, "K10", HL_SUBJECT_TYPE_TABLE, table_id, "",
                     standing, hl_collision_action_value (d));
}

/* Whether the block that stands is the one that is wanted; of two that were made unseen the first
 * stands: blocked is blocked. */
static gboolean
stands_blocked (HlDeciding *d, HlTable *table, gboolean wanted)
{
  gboolean is_blocked = table != NULL && hl_table_get_blocked (table);
  const char *reason = hl_deciding_string (d, "blocked_reason");

  if (wanted != is_blocked)
    return FALSE;
  return !wanted || hl_deciding_unseen (d, HL_READ_TABLE_BLOCKED, table, HL_TABLE_FIELD_BLOCKED)
         || (hl_member_get_time (d->data, "blocked_until") == hl_table_get_blocked_until (table)
             && (reason == NULL || g_str_equal (reason, hl_table_get_blocked_reason (table))));
}

/* The party that sits there may stay: a warning has nothing left to warn of. */
static void
settle_warning (HlDeciding *d, const char *table_id)
{
  HlDispute *dispute
    = hl_collision_find_open (d->state, HL_DISPUTE_KIND_BLOCKED_TABLE, table_id, "");
  GPtrArray *claims = dispute != NULL ? hl_dispute_get_claims (dispute) : NULL;

  for (guint i = 0; claims != NULL && i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));

    if (value != NULL && JSON_NODE_HOLDS_OBJECT (value)
        && json_object_has_member (json_node_get_object (value), "party_id")) {
      hl_collision_settle (d, dispute, (int) i, d->actor->name);
      return;
    }
  }
}

static void
set_blocked (HlDeciding *d, HlTable *table, const char *table_id)
{
  gboolean blocked = hl_deciding_bool (d, "blocked", FALSE);
  JsonObject *draft;

  if (stands_blocked (d, table, blocked)) {
    hl_deciding_no_op (d, table, HL_TABLE_FIELD_BLOCKED);
    return;
  }
  if (blocked && !d->forced && !(table != NULL && hl_table_get_blocked (table))
      && hl_state_get_table_parties (d->state, table_id)->len > 0) {
    if (sat_down_unseen (d, table_id))
      warn_of_party (d, table_id);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, table, HL_TABLE_FIELD_BLOCKED);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_TABLE_BLOCKED, table, HL_TABLE_FIELD_BLOCKED)) {
    hl_collision_contest (d, "K0", table, HL_TABLE_FIELD_BLOCKED, hl_collision_action_value (d));
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_TABLE_UPDATED, table_id);
  json_object_set_boolean_member (draft, "blocked", blocked);
  if (!blocked || hl_deciding_string (d, "blocked_reason") != NULL)
    json_object_set_string_member (draft, "blocked_reason",
                                   blocked ? hl_deciding_string (d, "blocked_reason") : "");
  if (blocked && hl_deciding_string (d, "blocked_until") != NULL)
    json_object_set_string_member (draft, "blocked_until", hl_deciding_string (d, "blocked_until"));
  else
    json_object_set_null_member (draft, "blocked_until");
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, table_id, "blocked",
                          hl_collision_action_value (d));
  if (!blocked)
    settle_warning (d, table_id);
}

void
hl_decide_set_table (HlDeciding *d)
{
  const char *table_id = hl_deciding_string (d, "table_id");
  /* an unknown table gets a placeholder (K21): what was seen at it counts all the same */
  HlTable *table = hl_state_lookup_table (d->state, table_id);

  if (hl_deciding_has (d, "physical") == hl_deciding_has (d, "blocked"))
    hl_deciding_refuse (d, HL_REASON_MALFORMED, table, 0);
  else if (hl_deciding_has (d, "physical"))
    set_physical (d, table, table_id);
  else
    set_blocked (d, table, table_id);
}

/* TRUE when somebody else set the section's state unseen: theirs stands, this joins a dispute. */
static gboolean
contest_state (HlDeciding *d, HlSection *section)
{
  const char *state = hl_deciding_string (d, "state");

  if (state == NULL
      || g_str_equal (state,
                      hl_enum_nick (HL_TYPE_SECTION_STATE, hl_section_get_state (section)))
      || !hl_deciding_unseen (d, HL_READ_SECTION_FIELDS, section, HL_SECTION_FIELD_STATE))
    return FALSE;
  hl_collision_contest (d, "K7", section, HL_SECTION_FIELD_STATE, hl_collision_action_value (d));
  return TRUE;
}

void
hl_decide_set_section (HlDeciding *d)
{
  static const guint allowed[] = {
    HL_SECTION_FIELD_SERVERS,
    HL_SECTION_FIELD_STATE,
    HL_SECTION_FIELD_PAUSED_UNTIL,
    0,
  };
  const char *id = hl_deciding_string (d, "section_id");
  HlSection *section = hl_state_lookup_section (d->state, id);
  g_autoptr (JsonObject) rest = NULL;
  JsonObject *draft;

  if (section == NULL) {
    hl_deciding_unknown (d, HL_TYPE_SECTION, id);
    return;
  }
  /* paused and until when are one thing to say */
  if (contest_state (d, section)) {
    rest = hl_deciding_copy_without (d, (const char *const[]) { "state", "paused_until", NULL });
    d->data = rest;
  }
  if (!hl_decide_fields_edit (d, HL_ENTITY (section), HL_EVENT_SECTION_UPDATED,
                              HL_READ_SECTION_FIELDS, allowed))
    return;
  draft = hl_deciding_drafted (d, HL_EVENT_SECTION_UPDATED, id);
  if (draft != NULL && g_strcmp0 (hl_member_get_string (draft, "state", NULL), "open") == 0)
    json_object_set_null_member (draft, "paused_until");
}
