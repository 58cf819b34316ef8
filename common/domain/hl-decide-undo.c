/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Undo: puts back what a unit replaced, if nobody built on it (K18). */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"

static const struct {
  GType (*get_type) (void);
  HlEventKind kind;
} restoring[] = {
  { hl_party_get_type, HL_EVENT_PARTY_UPDATED },
  { hl_reservation_get_type, HL_EVENT_RESERVATION_UPDATED },
  { hl_table_get_type, HL_EVENT_TABLE_UPDATED },
  { hl_section_get_type, HL_EVENT_SECTION_UPDATED },
  { hl_call_get_type, HL_EVENT_CALL_UPDATED },
};

static HlEventKind
get_restoring_kind (GType type)
{
  for (guint i = 0; i < G_N_ELEMENTS (restoring); i++) {
    if (restoring[i].get_type () == type)
      return restoring[i].kind;
  }
  return HL_EVENT_UNKNOWN;
}

static const HlBefore *
find_creation (GPtrArray *before, GType type, const char *id)
{
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);

    if (each->field == 0 && each->type == type && g_str_equal (each->id, id))
      return each;
  }
  return NULL;
}

/* The last seq that the unit left on the entity. */
static guint64
get_last_seq (GPtrArray *before, GType type, const char *id)
{
  guint64 seq = 0;

  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);

    if (each->type == type && g_str_equal (each->id, id))
      seq = MAX (seq, each->seq);
  }
  return seq;
}

/* Every field that would be put back still has the unit's revision; of what the unit made nothing
 * at all has changed since. */
static gboolean
is_untouched (HlDeciding *d, GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    HlEntity *entity = hl_state_lookup (d->state, each->type, each->id);

    if (entity == NULL
        || (each->field != 0 && hl_entity_get_revision (entity, each->field)->seq != each->seq)
        || (each->field == 0
            && hl_entity_get_seq (entity) > get_last_seq (before, each->type, each->id))) {
      hl_deciding_refuse (d, HL_REASON_BUILT_UPON, entity, each->field);
      return FALSE;
    }
    /* a call's phase never goes down, and slots are registers: calls are put right by their own
     * actions */
    if (get_restoring_kind (each->type) == HL_EVENT_UNKNOWN
        || (each->type == HL_TYPE_CALL
            && (each->field == 0 || each->field == HL_CALL_FIELD_STATE
                || each->field == HL_CALL_FIELD_SLOTS))) {
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, entity, each->field);
      return FALSE;
    }
  }
  return TRUE;
}

static void
unmake (HlDeciding *d, HlEntity *entity, gint64 now)
{
  if (HL_IS_PARTY (entity)) {
    JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_entity_get_id (entity));

    json_object_set_string_member (draft, "status", "removed");
    json_object_set_string_member (draft, "removed_reason", "undo");
    hl_deciding_put_strings (draft, "table_ids", NULL);
  } else if (HL_IS_RESERVATION (entity)) {
    JsonObject *draft
      = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, hl_entity_get_id (entity));

    json_object_set_string_member (draft, "status", "cancelled");
    json_object_set_string_member (draft, "cancel_reason", "undo");
  }
}

static void
restore (HlDeciding *d, GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    HlEntity *entity = hl_state_lookup (d->state, each->type, each->id);
    const HlShape *shape;

    if (find_creation (before, each->type, each->id) != NULL) {
      if (each->field == 0)
        unmake (d, entity, d->now);
      continue;
    }
    shape = hl_record_get_shape (HL_RECORD (entity));
    for (guint j = 0; j < hl_shape_get_n_fields (shape); j++) {
      if (hl_shape_get_field (shape, j)->id == each->field)
        json_object_set_member (hl_deciding_draft (d, get_restoring_kind (each->type), each->id),
                                hl_shape_get_field (shape, j)->name, json_node_copy (each->old));
    }
  }
}

/* Whether somebody else sits where a party would come back to. */
static gboolean
is_taken (HlDeciding *d)
{
  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);
    g_autofree const char **tables = NULL;

    if (draft->kind != HL_EVENT_PARTY_UPDATED)
      continue;
    tables = hl_member_get_strings (draft->data, "table_ids");
    for (guint j = 0; tables != NULL && tables[j] != NULL; j++) {
      if (hl_deciding_count_at_after (d, tables[j]) > 1) {
        HlParty *other = g_ptr_array_index (hl_state_get_table_parties (d->state, tables[j]), 0);

        hl_deciding_refuse (d, HL_REASON_BUILT_UPON, other, HL_PARTY_FIELD_TABLE_IDS);
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* A claim that the undone action made is taken back, where that leaves nothing to choose. */
static gboolean
withdraw_claims (HlDeciding *d, const char *action_id)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (d->state, HL_TYPE_DISPUTE), &n);
  gboolean found = FALSE;

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (disputes[i]);
    GPtrArray *claims = hl_dispute_get_claims (dispute);

    if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN || claims->len > 2
        || (hl_dispute_get_kind (dispute) != HL_DISPUTE_KIND_FIELD
            && hl_dispute_get_kind (dispute) != HL_DISPUTE_KIND_PARTY_TABLE))
      continue;
    for (guint j = 0; j < claims->len; j++) {
      if (g_strcmp0 (hl_claim_get_action_id (g_ptr_array_index (claims, j)), action_id) != 0)
        continue;
      hl_collision_settle (d, dispute, j == 0 && claims->len > 1 ? 1 : 0, d->actor->name);
      found = TRUE;
      break;
    }
  }
  return found;
}

void
hl_decide_undo (HlDeciding *d)
{
  const char *action_id = hl_deciding_string (d, "action_id");
  GPtrArray *before = hl_state_get_before (d->state, action_id);

  if (before != NULL) {
    if (!is_untouched (d, before))
      return;
    restore (d, before);
    if (is_taken (d))
      return;
  }
  if (!withdraw_claims (d, action_id) && before == NULL)
    hl_deciding_refuse (d, HL_REASON_BUILT_UPON, NULL, 0);
}
