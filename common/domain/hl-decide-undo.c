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
  { hl_dispute_get_type, HL_EVENT_DISPUTE_OPENED },
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

    /* a closed day took the dispute along: nobody asks that any more */
    if (entity == NULL && each->type == HL_TYPE_DISPUTE)
      continue;
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

/* What the unit settled is asked again, with the claims that there were. */
static void
ask_again (HlDeciding *d, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  g_autoptr (GPtrArray) claims = hl_collision_copy_claims (dispute);

  hl_collision_draft_claims (d, hl_dispute_get_kind (dispute), hl_dispute_get_rule (dispute),
                             hl_subject_get_subject_type (subject), hl_subject_get_id (subject),
                             hl_subject_get_field (subject), claims);
}

static void
restore (HlDeciding *d, GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    HlEntity *entity = hl_state_lookup (d->state, each->type, each->id);
    const HlShape *shape;

    if (each->type == HL_TYPE_DISPUTE)
      continue;
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

/* With everything back in its place. */
static void
restore_disputes (HlDeciding *d, GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    HlEntity *entity = each->type == HL_TYPE_DISPUTE
                         ? hl_state_lookup (d->state, HL_TYPE_DISPUTE, each->id)
                         : NULL;

    if (entity != NULL && !hl_collision_is_moot (d, HL_DISPUTE (entity)))
      ask_again (d, HL_DISPUTE (entity));
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
        GPtrArray *there = hl_state_get_table_parties (d->state, tables[j]);

        /* nobody yet, where two come back at once */
        hl_deciding_refuse (d, HL_REASON_BUILT_UPON, there->len > 0 ? g_ptr_array_index (there, 0) : NULL,
                            HL_PARTY_FIELD_TABLE_IDS);
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* Blocked again under people who sat down since. */
static gboolean
blocks_party (HlDeciding *d)
{
  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);
    const char *id = hl_member_get_string (draft->data, "table_id", NULL);

    if (draft->kind == HL_EVENT_TABLE_UPDATED && hl_member_get_bool (draft->data, "blocked", FALSE)
        && hl_state_get_table_parties (d->state, id)->len > 0) {
      hl_deciding_refuse (d, HL_REASON_BUILT_UPON,
                          g_ptr_array_index (hl_state_get_table_parties (d->state, id), 0),
                          HL_PARTY_FIELD_TABLE_IDS);
      return TRUE;
    }
  }
  return FALSE;
}

static int
find_claim (HlDispute *dispute, const char *action_id)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);

  for (guint i = 0; i < claims->len; i++) {
    if (g_strcmp0 (hl_claim_get_action_id (g_ptr_array_index (claims, i)), action_id) == 0)
      return (int) i;
  }
  return -1;
}

/* What only the undone action held back is done now. FALSE where it cannot be. */
static gboolean
let_pass (HlDeciding *d, HlDispute *dispute, int index)
{
  g_autoptr (HlDecision) decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE);
  g_autoptr (HlState) after = hl_deciding_make_after (d);
  HlDeciding inner = *d;
  HlDispute *same = hl_state_lookup_dispute (after, hl_dispute_get_dispute_id (dispute));

  inner.state = after;
  inner.decision = decision;
  if (same == NULL || !hl_decide_choose (&inner, same, index) || decision->crowded != NULL)
    return FALSE;
  hl_deciding_take_drafts (d, decision);
  return TRUE;
}

static void
keep_rest (HlDeciding *d, HlDispute *dispute, int withdrawn)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  g_autoptr (GPtrArray) claims = hl_collision_copy_claims (dispute);

  g_ptr_array_remove_index (claims, (guint) withdrawn);
  hl_collision_draft_claims (d, hl_dispute_get_kind (dispute), hl_dispute_get_rule (dispute),
                             hl_subject_get_subject_type (subject), hl_subject_get_id (subject),
                             hl_subject_get_field (subject), claims);
}

/* Whether the unit set what the dispute is about, so that what it stood against was held back by it. Another field that
 * the same action set says nothing of this one. */
static gboolean
has_set_subject (GPtrArray *before, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);

  if (hl_dispute_get_kind (dispute) != HL_DISPUTE_KIND_FIELD)
    return TRUE;
  for (guint i = 0; i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    const HlField *field = hl_shape_lookup (hl_record_type_get_shape (each->type), hl_subject_get_field (subject));

    if (field != NULL && field->id == each->field && g_str_equal (each->id, hl_subject_get_id (subject)))
      return TRUE;
  }
  return FALSE;
}

/* The undone action's claim is taken back. @before: what it had changed; NULL: nothing. */
static void
withdraw_claim (HlDeciding *d, HlDispute *dispute, int withdrawn, GPtrArray *before,
                gboolean may_pass)
{
  guint n = hl_dispute_get_claims (dispute)->len;
  int other = withdrawn == 0 ? 1 : 0;

  if (n > 2)
    keep_rest (d, dispute, withdrawn);
  else if (n < 2)
    hl_collision_settle (d, dispute, 0, d->actor->name);
  else if (before == NULL)
    hl_collision_settle (d, dispute, other, d->actor->name);
  else if (!may_pass || !has_set_subject (before, dispute) || !let_pass (d, dispute, other))
    keep_rest (d, dispute, withdrawn);
}

/* Disputes about who sits where settle by themselves when that changes; these do not. */
static gboolean
has_claims_to_withdraw (HlDispute *dispute, gboolean applied)
{
  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_FIELD:
  case HL_DISPUTE_KIND_PARTY_TABLE:
    return TRUE;
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return !applied;
  default:
    return FALSE;
  }
}

static gboolean
withdraw_claims (HlDeciding *d, const char *action_id, GPtrArray *before)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (d->state, HL_TYPE_DISPUTE), &n);
  gboolean found = FALSE;
  g_autoptr (GPtrArray) subjects = g_ptr_array_new ();

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (disputes[i]);
    const char *id;
    int withdrawn = find_claim (dispute, action_id);

    if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN || withdrawn < 0
        || !has_claims_to_withdraw (dispute, before != NULL))
      continue;
    /* of two that it held back about one party only one can be what is so now */
    id = hl_subject_get_id (hl_dispute_get_subject (dispute));
    withdraw_claim (d, dispute, withdrawn, before,
                    !g_ptr_array_find_with_equal_func (subjects, id, g_str_equal, NULL));
    g_ptr_array_add (subjects, (char *) id);
    found = TRUE;
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
    if (is_taken (d) || blocks_party (d))
      return;
    restore_disputes (d, before);
  }
  if (!withdraw_claims (d, action_id, before) && before == NULL)
    hl_deciding_refuse (d, HL_REASON_BUILT_UPON, NULL, 0);
}
