/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must never happen, checked without the help of revisions: the log itself tells who set what,
 * and every action carries the very events that its device had applied. */
#include "model.h"

#include <string.h>

#include "domain/hl-member.h"
#include "domain/hl-rules.h"

static ModelItem *
find_item (ModelDevice *device, const char *action_id)
{
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (g_str_equal (item->action->id, action_id))
      return item;
  }
  g_assert_not_reached ();
}

static gboolean
is_from (const HlEvent *event, ModelDevice *device)
{
  return g_strcmp0 (event->by->device, device->actor->device) == 0;
}

/* The member that names the entity, for the kinds whose fields are watched. */
const char *
model_get_id_member (HlEventKind kind)
{
  switch (kind) {
  case HL_EVENT_PARTY_UPDATED:
    return "party_id";
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    return "reservation_id";
  case HL_EVENT_TABLE_UPDATED:
    return "table_id";
  case HL_EVENT_SECTION_UPDATED:
    return "section_id";
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    return "call_id";
  default:
    return NULL;
  }
}

/* The value that @event gives to @field of the entity @id. (transfer full) (nullable) */
static JsonNode *
get_value (const HlEvent *event, const char *member, const char *id, const char *field)
{
  JsonNode *node;

  if (model_get_id_member (event->kind) == NULL || !g_str_equal (model_get_id_member (event->kind), member)
      || g_strcmp0 (hl_member_get_string (event->data, member, NULL), id) != 0)
    return NULL;
  if (event->kind == HL_EVENT_RESERVATION_CANCELLED && g_str_equal (field, "status")) {
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_string (node, "cancelled");
    return node;
  }
  node = json_object_get_member (event->data, field);
  return node != NULL ? json_node_copy (node) : NULL;
}

/* The last event of the log that set the field; with @foreign the last one of another device. */
static HlEvent *
find_setter (Model *model, ModelDevice *foreign_to, const char *member, const char *id,
             const char *field, JsonNode **value)
{
  for (guint i = model->server.log->len; i > 0; i--) {
    HlEvent *event = g_ptr_array_index (model->server.log, i - 1);
    JsonNode *node;

    if (event->kind == HL_EVENT_DAY_CLOSED && foreign_to != NULL)
      return NULL;
    if (foreign_to != NULL && is_from (event, foreign_to))
      continue;
    node = get_value (event, member, id, field);
    if (node != NULL) {
      *value = node;
      return event;
    }
  }
  return NULL;
}

/* The fields that an action may not overwrite unseen: of what it is about, not of what follows from
 * it. */
static gboolean
is_watched (const HlAction *action, const char *member, const char *id, const char *field)
{
  static const struct {
    HlActionKind kind;
    const char *fields;
  } watched[] = {
    { HL_ACTION_UPDATE_RESERVATION, "/party_size/starts_at/" },
    { HL_ACTION_UPDATE_PARTY, "/size/" },
    { HL_ACTION_SET_TABLE, "/physical/blocked/" },
    { HL_ACTION_SEAT, "/table_ids/" },
    { HL_ACTION_MOVE, "/table_ids/" },
    { HL_ACTION_UNSEAT, "/table_ids/" },
    { HL_ACTION_FINISH_PARTY, "/table_ids/" },
    { HL_ACTION_CANCEL_RESERVATION, "/status/" },
    { HL_ACTION_MARK_NO_SHOW, "/status/" },
    { HL_ACTION_REMOVE_PARTY, "/status/" },
    { HL_ACTION_RECALL_PARTY, "/status/" },
  };
  g_autofree char *needle = g_strdup_printf ("/%s/", field);

  if (g_strcmp0 (hl_member_get_string (action->data, member, NULL), id) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++) {
    if (watched[i].kind == action->kind)
      return strstr (watched[i].fields, needle) != NULL;
  }
  return FALSE;
}

static gboolean
is_text (JsonNode *node, const char *text)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
         && g_str_equal (json_node_get_string (node), text);
}

/* Overwriting these is no loss: dirty over clean is the rule (K9); "on" and "was called" contradict
 * nothing. */
static gboolean
is_harmless (const char *field, JsonNode *old, JsonNode *new_value)
{
  if (json_node_equal (old, new_value))
    return TRUE;
  if (g_str_equal (field, "physical"))
    return is_text (old, "clean") && is_text (new_value, "dirty");
  if (g_str_equal (field, "status"))
    return is_text (old, "booked") || is_text (old, "requested") || is_text (old, "held")
           || is_text (old, "waiting") || is_text (old, "notified");
  return FALSE;
}

/* Whether an open dispute speaks of the entity, as its subject or in a claim. */
static gboolean
is_reported (HlState *state, const char *id)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_DISPUTE), &n);

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (disputes[i]);
    GPtrArray *claims = hl_dispute_get_claims (dispute);

    if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
      continue;
    if (g_str_equal (hl_subject_get_id (hl_dispute_get_subject (dispute)), id))
      return TRUE;
    for (guint j = 0; j < claims->len; j++) {
      JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, j));

      if (value != NULL && JSON_NODE_HOLDS_OBJECT (value)
          && g_strcmp0 (hl_member_get_string (json_node_get_object (value), "party_id", NULL), id)
               == 0)
        return TRUE;
    }
  }
  return FALSE;
}

static void
check_field (Model *model, ModelDevice *device, ModelItem *item, const char *member, const char *id,
             const char *field, JsonNode *value)
{
  g_autoptr (JsonNode) old = NULL;
  g_autoptr (JsonNode) foreign = NULL;
  HlEvent *setter = find_setter (model, NULL, member, id, field, &old);
  HlEvent *other;

  if (setter == NULL || is_harmless (field, old, value))
    return;
  if (!is_from (setter, device)) {
    if (!g_ptr_array_find (item->seen, setter, NULL))
      model_fail (model,
                  "SILENT OVERWRITE: %s %s n=%" G_GUINT64_FORMAT
                  " of %s.%s, set by %s at %" G_GUINT64_FORMAT,
                  device->name, item->action->kind_name, item->action->n, id, field,
                  setter->by->name, setter->seq);
    return;
  }
  other = find_setter (model, device, member, id, field, &foreign);
  if (other != NULL && !g_ptr_array_find (item->seen, other, NULL)
      && !is_harmless (field, foreign, value) && !is_reported (model->server.state, id))
    model_fail (model,
                "MASKED FOREIGN CHANGE: %s %s n=%" G_GUINT64_FORMAT
                " of %s.%s, set by %s at %" G_GUINT64_FORMAT,
                device->name, item->action->kind_name, item->action->n, id, field, other->by->name,
                other->seq);
}

static void
check_displays (Model *model, ModelDevice *device, ModelItem *item, GPtrArray *events)
{
  const ModelEyes eyes = { item->seen, item->displayed };

  model_check_overwrites (model, device->actor, item->action->kind, &eyes, events);
}

void
model_check_decision (Model *model, ModelDevice *device, const HlAction *action,
                      HlDecision *decision, GPtrArray *events)
{
  ModelItem *item = find_item (device, action->id);

  if (hl_decide_is_observation (action) && decision->outcome == HL_OUTCOME_REFUSED
      && !hl_decision_is_review (decision) && !item->has_answer
      && (item->answer.outcome == HL_OUTCOME_APPLIED
          || item->answer.outcome == HL_OUTCOME_DISPUTED))
    model_fail (model, "OBSERVATION THROWN AWAY: %s %s n=%" G_GUINT64_FORMAT ": %s", device->name,
                action->kind_name, action->n, hl_enum_nick (HL_TYPE_REASON, decision->reason));
  check_displays (model, device, item, events);
  /* of a disputed edit the fields that it did set are looked at, too */
  if (decision->outcome != HL_OUTCOME_APPLIED
      && !(decision->outcome == HL_OUTCOME_DISPUTED
           && (action->kind == HL_ACTION_UPDATE_RESERVATION
               || action->kind == HL_ACTION_UPDATE_PARTY)))
    return;
  for (guint i = 0; i < events->len; i++) {
    HlEvent *event = g_ptr_array_index (events, i);
    const char *member = model_get_id_member (event->kind);
    const char *id = member != NULL ? hl_member_get_string (event->data, member, NULL) : NULL;
    g_autoptr (GList) names = NULL;

    if (member == NULL)
      continue;
    if (event->kind == HL_EVENT_RESERVATION_CANCELLED
        && is_watched (action, member, id, "status")) {
      g_autoptr (JsonNode) value = get_value (event, member, id, "status");

      check_field (model, device, item, member, id, "status", value);
    }
    /* what seated over left or removed took the place of is kept (K13) */
    if (json_object_has_member (event->data, "superseded"))
      continue;
    names = json_object_get_members (event->data);
    for (GList *l = names; l != NULL; l = l->next) {
      if (is_watched (action, member, id, l->data))
        check_field (model, device, item, member, id, l->data,
                     json_object_get_member (event->data, l->data));
    }
  }
}

static gboolean
has_table_dispute (HlState *state, const char *table_id)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_DISPUTE), &n);

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (disputes[i]);

    if (hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_TABLE
        && hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_OPEN
        && g_str_equal (hl_subject_get_id (hl_dispute_get_subject (dispute)), table_id))
      return TRUE;
  }
  return FALSE;
}

static void
check_notes (Model *model, GPtrArray *notes, HlEntity *entity, const char *where)
{
  for (guint i = 0; i < notes->len; i++) {
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (hl_note_get_text (g_ptr_array_index (notes, i)),
                       hl_note_get_text (g_ptr_array_index (notes, j))))
        model_fail (model, "DOUBLED NOTE: %s, %s", where, hl_entity_get_id (entity));
    }
  }
}

void
model_check_state (Model *model, HlState *state, const char *where)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_PARTY), &n);
  g_autoptr (GHashTable) seated = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (entities[i]);
    const char *const *tables = hl_party_get_table_ids (party);

    if (hl_rules_is_seated (hl_party_get_status (party)) != (tables[0] != NULL))
      model_fail (model, "INV2: %s, %s is %s with %u tables", where, hl_entity_get_id (entities[i]),
                  hl_enum_nick (HL_TYPE_PARTY_STATUS, hl_party_get_status (party)),
                  g_strv_length ((GStrv) tables));
    for (guint j = 0; tables[j] != NULL; j++)
      g_hash_table_insert (
        seated, (char *) tables[j],
        GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (seated, tables[j])) + 1));
    check_notes (model, hl_party_get_notes (party), entities[i], where);
  }
  entities = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_RESERVATION), &n);
  for (guint i = 0; i < n; i++)
    check_notes (model, hl_reservation_get_notes (HL_RESERVATION (entities[i])), entities[i],
                 where);
  entities = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_TABLE), &n);
  for (guint i = 0; i < n; i++) {
    const char *id = hl_entity_get_id (entities[i]);
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (seated, id));

    if (count != hl_state_get_table_parties (state, id)->len)
      model_fail (model, "INDEX: %s, %s", where, id);
    if ((count > 1) != has_table_dispute (state, id))
      model_fail (model, "%s: %s, %s has %u parties", count > 1 ? "INV1" : "INV1b", where, id,
                  count);
  }
}

static char *
save (HlState *state)
{
  g_autoptr (JsonNode) node = hl_state_save (state);

  return json_to_string (node, FALSE);
}

static void
check_item (Model *model, ModelDevice *device, ModelItem *item)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", item->device, item->action->id);
  const ModelAnswer *answer = g_hash_table_lookup (model->server.answers, key);
  guint events = 0, ends = 0;

  if (item->state == ITEM_WITHDRAWN && answer != NULL)
    model_fail (model, "WITHDRAWN BUT APPLIED: %s n=%" G_GUINT64_FORMAT, device->name,
                item->action->n);
  if (item->state == ITEM_QUEUED || item->state == ITEM_SENDING || item->state == ITEM_DECIDED)
    model_fail (model, "STUCK: %s n=%" G_GUINT64_FORMAT, device->name, item->action->n);
  /* the tray says what became of it */
  if (item->state == ITEM_SETTLED && answer != NULL && answer->outcome != item->answer.outcome)
    model_fail (model, "WRONG ANSWER: %s n=%" G_GUINT64_FORMAT, device->name, item->action->n);
  for (guint j = 0; j < model->server.log->len; j++) {
    HlEvent *event = g_ptr_array_index (model->server.log, j);

    if (g_strcmp0 (event->act, item->action->id) == 0) {
      events++;
      ends += event->end;
    }
  }
  if (item->state == ITEM_SETTLED && events == 0
      && (item->answer.outcome == HL_OUTCOME_APPLIED
          || item->answer.outcome == HL_OUTCOME_DISPUTED))
    model_fail (model, "ACKNOWLEDGED ACTION LOST: %s n=%" G_GUINT64_FORMAT " %s", device->name,
                item->action->n, item->action->kind_name);
  if (item->state == ITEM_SETTLED && events > 0
      && (item->answer.outcome == HL_OUTCOME_NO_OP
          || item->answer.outcome == HL_OUTCOME_REFUSED))
    model_fail (model, "DONE THOUGH REFUSED: %s n=%" G_GUINT64_FORMAT " %s", device->name,
                item->action->n, item->action->kind_name);
  if (ends > 1)
    model_fail (model, "APPLIED TWICE: %s n=%" G_GUINT64_FORMAT, device->name, item->action->n);
}

static void
check_refold (Model *model, const char *truth, guint64 digest)
{
  g_autoptr (HlState) refold = hl_state_new ();
  g_autofree char *refolded = NULL;
  guint middle = 0;

  for (guint i = 0; i < model->server.log->len; i++)
    hl_evolve (refold, g_ptr_array_index (model->server.log, i));
  refolded = save (refold);
  if (!g_str_equal (refolded, truth) || hl_state_get_digest (refold) != digest)
    model_fail (model, "REFOLD DIFFERS");

  /* a snapshot of the middle, loaded, and the rest of the log: the same */
  for (guint i = 0; i < model->server.log->len / 2; i++) {
    if (((HlEvent *) g_ptr_array_index (model->server.log, i))->end)
      middle = i + 1;
  }
  if (middle > 0) {
    g_autoptr (HlState) loaded = hl_state_new ();
    g_autoptr (HlState) prefix = hl_state_new ();
    g_autoptr (JsonNode) saved = NULL;
    g_autofree char *text = NULL;

    for (guint i = 0; i < middle; i++)
      hl_evolve (prefix, g_ptr_array_index (model->server.log, i));
    saved = hl_state_save (prefix);
    if (!hl_state_load (loaded, json_node_get_object (saved), NULL))
      model_fail (model, "SNAPSHOT REFUSED");
    for (guint i = middle; i < model->server.log->len; i++)
      hl_evolve (loaded, g_ptr_array_index (model->server.log, i));
    text = save (loaded);
    if (!g_str_equal (text, truth) || hl_state_get_digest (loaded) != digest)
      model_fail (model, "SNAPSHOT AND TAIL DIFFER");
  }
}

/* A device's number names one action for ever. */
static void
check_numbers (Model *model)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < model->server.log->len; i++) {
    HlEvent *event = g_ptr_array_index (model->server.log, i);
    char *key;
    const char *act;

    if (event->by->device == NULL || event->by->n == 0)
      continue;
    key = g_strdup_printf ("%s %" G_GUINT64_FORMAT, event->by->device, event->by->n);
    act = g_hash_table_lookup (used, key);
    if (act != NULL && g_strcmp0 (act, event->act) != 0)
      model_fail (model, "NUMBER USED TWICE: %s", key);
    g_hash_table_insert (used, key, event->act);
  }
}

/* Everything was delivered: all hold the same. */
void
model_check_rest (Model *model)
{
  g_autofree char *truth = save (model->server.state);
  guint64 digest = hl_state_get_digest (model->server.state);

  for (guint i = 0; i < model->n_devices; i++) {
    ModelDevice *device = model->devices[i];
    g_autofree char *copy = NULL;
    g_autofree char *shown = NULL;

    if (device->dead)
      continue;
    copy = save (device->state);
    shown = save (model_device_screen (model, device));
    if (hl_state_get_digest (device->state) != digest || !g_str_equal (copy, truth))
      model_fail (model, "DIVERGED: %s", device->name);
    else if (!g_str_equal (shown, truth))
      model_fail (model, "SCREEN DIFFERS AT REST: %s", device->name);
    for (guint j = 0; j < device->outbox->len; j++)
      check_item (model, device, g_ptr_array_index (device->outbox, j));
  }
  check_numbers (model);
  check_refold (model, truth, digest);
}
