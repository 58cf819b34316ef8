/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person can choose when two people say different things. */
#include "domain/hl-dispute-choice.h"

#include "domain/hl-collision.h"
#include "domain/hl-decide.h"
#include "domain/hl-member.h"
#include "domain/hl-rules.h"

static JsonObject *
get_object (HlDisputeChoice *self)
{
  return self->value != NULL && JSON_NODE_HOLDS_OBJECT (self->value)
           ? json_node_get_object (self->value)
           : NULL;
}

/* The status that a claim about a booking speaks of: plain, as a member, or what the action makes. */
static const char *
get_status (HlDisputeChoice *self)
{
  JsonObject *object = get_object (self);

  if (object != NULL)
    return hl_member_get_string (object, "status", NULL);
  if (self->value != NULL && JSON_NODE_HOLDS_VALUE (self->value)
      && json_node_get_value_type (self->value) == G_TYPE_STRING)
    return json_node_get_string (self->value);
  return NULL;
}

static gboolean
is_of_guests_here (HlDisputeChoice *self)
{
  const char *status = get_status (self);

  if (self->action != HL_ACTION_UNKNOWN)
    return self->action == HL_ACTION_ARRIVE || self->action == HL_ACTION_SEAT;
  return g_strcmp0 (status, "arrived") == 0 || g_strcmp0 (status, "completed") == 0;
}

static HlDisputeMeaning
get_meaning (HlDisputeChoice *self, HlDisputeKind kind)
{
  gboolean acts = self->action != HL_ACTION_UNKNOWN;

  switch (kind) {
  case HL_DISPUTE_KIND_TABLE:
    return HL_DISPUTE_MEANING_PARTY_STAYS;
  case HL_DISPUTE_KIND_PARTY_TABLE:
    return acts ? HL_DISPUTE_MEANING_DO : HL_DISPUTE_MEANING_PARTY_AT;
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    return is_of_guests_here (self) ? HL_DISPUTE_MEANING_SAME_GUESTS
                                    : HL_DISPUTE_MEANING_OTHER_GUESTS;
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return self->party_id != NULL ? HL_DISPUTE_MEANING_UNBLOCK : HL_DISPUTE_MEANING_BLOCK;
  case HL_DISPUTE_KIND_OVERBOOKED:
    return HL_DISPUTE_MEANING_KEEP_OVERBOOKED;
  case HL_DISPUTE_KIND_SAME_PARTY:
    return self->choice == 0 ? HL_DISPUTE_MEANING_SAME_PARTY : HL_DISPUTE_MEANING_OWN_PARTY;
  case HL_DISPUTE_KIND_FIELD:
  default:
    return acts ? HL_DISPUTE_MEANING_DO : HL_DISPUTE_MEANING_SET_VALUE;
  }
}

/* A claim about one table names the table only where it names none itself. */
static void
read_tables (HlDisputeChoice *self, HlDispute *dispute)
{
  JsonObject *object = get_object (self);
  g_autofree const char **ids = object != NULL ? hl_member_get_strings (object, "table_ids") : NULL;
  HlSubject *subject = hl_dispute_get_subject (dispute);
  const char *own[] = { hl_subject_get_id (subject), NULL };

  if (hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_TABLE)
    self->table_ids = g_strdupv ((GStrv) own);
  else if (ids != NULL && ids[0] != NULL)
    self->table_ids = g_strdupv ((GStrv) ids);
  else if (hl_subject_get_subject_type (subject) == HL_SUBJECT_TYPE_TABLE)
    self->table_ids = g_strdupv ((GStrv) own);
}

/* Of two entries of one party the one that sits stays; else the first. */
static void
choose_entry (HlDisputeChoice *self, HlState *state, HlDispute *dispute)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);

  for (guint i = 0; i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));
    const char *id = value != NULL && JSON_NODE_HOLDS_OBJECT (value)
                       ? hl_member_get_string (json_node_get_object (value), "party_id", NULL)
                       : NULL;
    HlParty *party = hl_state_lookup_party (state, id);

    if (party == NULL || !hl_rules_is_seated (hl_party_get_status (party)))
      continue;
    g_free (self->party_id);
    self->party_id = g_strdup (id);
    return;
  }
}

HlDisputeChoice *
hl_dispute_choice_new (HlState *state, HlDispute *dispute, int choice)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  HlDisputeChoice *self;
  JsonObject *object;
  JsonNode *value;

  if (choice < 0 || choice >= (int) claims->len || hl_dispute_get_subject (dispute) == NULL)
    return NULL;
  self = g_new0 (HlDisputeChoice, 1);
  self->choice = choice;
  self->claim = g_object_ref (g_ptr_array_index (claims, choice));
  value = hl_claim_get_value (self->claim);
  self->value = value != NULL ? json_node_copy (value) : NULL;
  self->action = HL_ACTION_UNKNOWN;
  object = get_object (self);
  if (object != NULL) {
    int action = HL_ACTION_UNKNOWN;

    hl_enum_parse (HL_TYPE_ACTION_KIND, hl_member_get_string (object, "action", NULL), &action);
    self->action = action;
    self->party_id = g_strdup (hl_member_get_string (object, "party_id", NULL));
  }
  read_tables (self, dispute);
  self->meaning = get_meaning (self, hl_dispute_get_kind (dispute));
  if (self->meaning == HL_DISPUTE_MEANING_SAME_PARTY)
    choose_entry (self, state, dispute);
  if (self->party_id == NULL
      && hl_subject_get_subject_type (hl_dispute_get_subject (dispute)) == HL_SUBJECT_TYPE_PARTY)
    self->party_id = g_strdup (hl_subject_get_id (hl_dispute_get_subject (dispute)));
  return self;
}

void
hl_dispute_choice_free (HlDisputeChoice *self)
{
  g_object_unref (self->claim);
  g_free (self->party_id);
  g_strfreev (self->table_ids);
  g_clear_pointer (&self->value, json_node_unref);
  g_free (self);
}

/* Only settles: nothing in the house changes. */
static gboolean
changes_nothing (HlState *state, HlDispute *dispute, HlDisputeChoice *self, HlDecision *decision)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);

  /* the chosen value is written once more even where it stands */
  if (self->meaning == HL_DISPUTE_MEANING_SET_VALUE) {
    HlEntity *entity = hl_state_lookup (
      state, hl_collision_entity_type (hl_subject_get_subject_type (subject)),
      hl_subject_get_id (subject));
    const HlField *field
      = entity != NULL
          ? hl_shape_lookup (hl_record_get_shape (HL_RECORD (entity)), hl_subject_get_field (subject))
          : NULL;
    g_autoptr (JsonNode) current = field != NULL ? hl_deciding_get_value (entity, field->id) : NULL;

    return current != NULL && self->value != NULL && json_node_equal (current, self->value);
  }
  for (guint i = 0; i < decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (decision->events, i);

    if (draft->kind != HL_EVENT_DISPUTE_SETTLED && draft->kind != HL_EVENT_DISPUTE_OPENED)
      return FALSE;
  }
  return TRUE;
}

static HlDecision *
try_choice (HlState *state, HlDispute *dispute, int choice, HlRole role, gint64 now)
{
  g_autoptr (JsonObject) data = json_object_new ();
  g_autoptr (HlActor) actor = hl_actor_new (role, "", NULL, 0);
  g_autoptr (HlAction) action = NULL;

  json_object_set_string_member (data, "dispute_id", hl_dispute_get_dispute_id (dispute));
  json_object_set_int_member (data, "choice", choice);
  action = hl_action_new ("choice", 0, HL_ACTION_SETTLE_DISPUTE, HL_PREDICTED_NONE, NULL, now, NULL,
                          data);
  return hl_decide (state, action, actor, HL_SEEN_EVERYTHING, now);
}

GPtrArray *
hl_dispute_list_choices (HlState *state, HlDispute *dispute, HlRole role, gint64 now)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_dispute_choice_free);
  guint n = hl_dispute_get_claims (dispute)->len;

  if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
    return choices;
  for (guint i = 0; i < n; i++) {
    HlDisputeChoice *choice = hl_dispute_choice_new (state, dispute, (int) i);
    g_autoptr (HlDecision) decision = try_choice (state, dispute, (int) i, role, now);

    if (choice == NULL)
      continue;
    if (decision->outcome != HL_OUTCOME_APPLIED && decision->outcome != HL_OUTCOME_DISPUTED) {
      hl_dispute_choice_free (choice);
      continue;
    }
    choice->stands = changes_nothing (state, dispute, choice, decision);
    g_ptr_array_add (choices, choice);
  }
  return choices;
}

gboolean
hl_dispute_is_for_manager (HlDispute *dispute)
{
  return hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_BLOCKED_TABLE;
}
