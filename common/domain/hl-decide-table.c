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

static void
set_blocked (HlDeciding *d, HlTable *table, const char *table_id)
{
  gboolean blocked = hl_deciding_bool (d, "blocked", FALSE);
  gboolean is_blocked = table != NULL && hl_table_get_blocked (table);
  JsonObject *draft;

  if (blocked == is_blocked) {
    hl_deciding_no_op (d, table, HL_TABLE_FIELD_BLOCKED);
    return;
  }
  if (blocked && hl_state_get_table_parties (d->state, table_id)->len > 0) {
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
  json_object_set_string_member (draft, "blocked_reason",
                                 blocked && hl_deciding_string (d, "blocked_reason") != NULL
                                   ? hl_deciding_string (d, "blocked_reason")
                                   : "");
  if (blocked && hl_deciding_string (d, "blocked_until") != NULL)
    json_object_set_string_member (draft, "blocked_until", hl_deciding_string (d, "blocked_until"));
  else
    json_object_set_null_member (draft, "blocked_until");
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, table_id, "blocked",
                          hl_collision_action_value (d));
  if (!blocked)
    hl_collision_note_edit (d, HL_DISPUTE_KIND_BLOCKED_TABLE, table_id, "",
                            hl_collision_action_value (d));
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
  JsonObject *draft;

  if (section == NULL) {
    hl_deciding_unknown (d, HL_TYPE_SECTION, id);
    return;
  }
  /* a section is no subject of disputes: what another device did meanwhile stands */
  if (hl_deciding_unseen (d, HL_READ_SECTION_FIELDS, section, HL_SECTION_FIELD_STATE)
      || hl_deciding_unseen (d, HL_READ_SECTION_FIELDS, section, HL_SECTION_FIELD_SERVERS)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, section, HL_SECTION_FIELD_STATE);
    return;
  }
  if (!hl_decide_fields_edit (d, HL_ENTITY (section), HL_EVENT_SECTION_UPDATED,
                              HL_READ_SECTION_FIELDS, allowed))
    return;
  draft = hl_deciding_drafted (d, HL_EVENT_SECTION_UPDATED, id);
  if (draft != NULL && g_strcmp0 (hl_member_get_string (draft, "state", NULL), "open") == 0)
    json_object_set_null_member (draft, "paused_until");
}
