/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's server: a log, what it answered, and how it loses some of both. */
#include "model.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"

static void
free_answer (gpointer data)
{
  g_free (data);
}

static GHashTable *
new_table (GDestroyNotify free_value)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
}

static GPtrArray *
copy_log (GPtrArray *log, guint64 length)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);

  for (guint64 i = 0; i < length; i++)
    g_ptr_array_add (copy, hl_event_ref (g_ptr_array_index (log, i)));
  return copy;
}

static GArray *
copy_hashes (GArray *hashes, guint64 length)
{
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_array_append_vals (copy, hashes->data, (guint) length);
  return copy;
}

static GHashTable *
copy_answers (GHashTable *answers)
{
  GHashTable *copy = new_table (free_answer);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, answers);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    ModelAnswer *answer = g_new (ModelAnswer, 1);

    *answer = *(ModelAnswer *) value;
    g_hash_table_insert (copy, g_strdup (key), answer);
  }
  return copy;
}

static GHashTable *
copy_counters (GHashTable *counters)
{
  GHashTable *copy = new_table (NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, counters);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), value);
  return copy;
}

void
model_server_init (ModelServer *server)
{
  const guint64 empty = 0;

  server->log = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
  server->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (server->hashes, empty);
  server->answers = new_table (free_answer);
  server->counters = new_table (NULL);
  server->keys = new_table (NULL);
  server->state = hl_state_new ();
}

void
model_server_clear (ModelServer *server)
{
  g_clear_pointer (&server->log, g_ptr_array_unref);
  g_clear_pointer (&server->hashes, g_array_unref);
  g_clear_pointer (&server->answers, g_hash_table_unref);
  g_clear_pointer (&server->counters, g_hash_table_unref);
  g_clear_pointer (&server->keys, g_hash_table_unref);
  g_clear_object (&server->state);
  g_clear_pointer (&server->backup_log, g_ptr_array_unref);
  g_clear_pointer (&server->backup_hashes, g_array_unref);
  g_clear_pointer (&server->backup_answers, g_hash_table_unref);
  g_clear_pointer (&server->backup_counters, g_hash_table_unref);
  g_clear_pointer (&server->backup_keys, g_hash_table_unref);
}

guint64
model_server_head (ModelServer *server)
{
  return server->log->len;
}

ModelPos
model_server_pos (ModelServer *server, guint64 seq)
{
  return (ModelPos){ server->epoch, seq, g_array_index (server->hashes, guint64, seq), TRUE };
}

static guint64
chain (guint64 previous, const char *id, guint generation)
{
  guint64 h = previous ^ G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ generation;

  for (const char *c = id; *c != '\0'; c++)
    h = (h ^ (guchar) *c) * G_GUINT64_CONSTANT (0x100000001b3);
  return h | 1;
}

/* The broken way: the last that came in stands. */
static void
replace_line (ModelServer *server, const HlEvent *event)
{
  HlSegment *line
    = hl_state_lookup_segment (server->state, hl_member_get_string (event->data, "call_id", NULL),
                               (int) hl_member_get_int (event->data, "turn", 0));

  if (line != NULL)
    hl_record_set_string (HL_RECORD (line), HL_SEGMENT_FIELD_TEXT,
                          hl_member_get_string (event->data, "text", ""));
}

static void
append (Model *model, GPtrArray *events)
{
  ModelServer *server = &model->server;

  for (guint i = 0; i < events->len; i++) {
    HlEvent *event = g_ptr_array_index (events, i);
    guint64 h = chain (g_array_index (server->hashes, guint64, server->log->len), event->id,
                       server->generation);

    g_assert_cmpuint (event->seq, ==, server->log->len + 1);
    g_ptr_array_add (server->log, hl_event_ref (event));
    g_array_append_val (server->hashes, h);
    hl_evolve (server->state, event);
    if (model->broken == MODEL_BREAK_FINAL && event->kind == HL_EVENT_TRANSCRIPT_SEGMENT)
      replace_line (server, event);
  }
}

void
model_server_rebuild (ModelServer *server)
{
  g_clear_object (&server->state);
  server->state = hl_state_new ();
  for (guint i = 0; i < server->log->len; i++)
    hl_evolve (server->state, g_ptr_array_index (server->log, i));
}

/* What the story says of a unit: the disputes that it opens or settles. */
static void
tell_disputes (Model *model, GPtrArray *events)
{
  for (guint i = 0; model->story != NULL && i < events->len; i++) {
    const HlEvent *event = g_ptr_array_index (events, i);
    const char *id = hl_member_get_string (event->data, "dispute_id", "");

    if (event->kind == HL_EVENT_DISPUTE_OPENED)
      model_tell (model, "    now in dispute: %s", id);
    else if (event->kind == HL_EVENT_DISPUTE_SETTLED)
      model_tell (model, "    settled: %s", id);
  }
}

/* Up to where a publisher knows of an entity: its own last word on it. */
static guint64
find_last_word (ModelServer *server, const char *name, HlEventKind kind, JsonObject *data)
{
  const char *member = model_get_id_member (kind);
  const char *id = member != NULL ? hl_member_get_string (data, member, NULL) : NULL;

  for (guint i = server->log->len; id != NULL && i > 0; i--) {
    const HlEvent *event = g_ptr_array_index (server->log, i - 1);

    if (event->by->role == HL_ROLE_PUBLISHER && g_str_equal (event->by->name, name)
        && g_strcmp0 (model_get_id_member (event->kind), member) == 0
        && g_strcmp0 (hl_member_get_string (event->data, member, NULL), id) == 0)
      return i;
  }
  return 0;
}

static void check_eyes (Model *model, const HlActor *actor, HlActionKind kind, guint64 seen, GPtrArray *events);

void
model_server_fact (Model *model, const char *name, const char *key, HlEventKind kind,
                   JsonObject *data)
{
  ModelServer *server = &model->server;
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, name, NULL, 0);
  g_autoptr (JsonObject) owned = data;
  g_autoptr (JsonObject) normal = NULL;
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_hash_table_add (server->keys, g_strdup (key)))
    return;
  hl_event_kind_check (kind, data, "", NULL, &error);
  g_assert_no_error (error);
  normal = hl_event_kind_normalise (kind, data);
  decision = hl_decide_record (server->state, kind, normal, actor, model_now (model));
  if (model->broken == MODEL_BREAK_FACTS && kind == HL_EVENT_RESERVATION_UPDATED) {
    hl_decision_free (decision);
    decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE);
    decision->fact = TRUE;
    hl_decision_add (decision, kind, json_object_ref (normal));
  }
  events = hl_decision_make_events (decision, key, actor, server->log->len + 1, model_now (model),
                                    model_now (model));
  if (model->story != NULL) {
    g_autofree char *text = model_describe_fact (kind, data);

    model_tell (model, "%s: %s -> %s", name, text,
                hl_enum_nick (HL_TYPE_OUTCOME, decision->outcome));
    tell_disputes (model, events);
  }
  check_eyes (model, actor, HL_ACTION_UNKNOWN, find_last_word (server, name, kind, normal), events);
  append (model, events);
}

void
model_server_event (Model *model, const char *key, HlEventKind kind, JsonObject *data)
{
  ModelServer *server = &model->server;
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "", NULL, 0);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
  g_autoptr (JsonObject) owned = data;

  if (!g_hash_table_add (server->keys, g_strdup (key)))
    return;
  g_ptr_array_add (events, hl_event_new (server->log->len + 1, key, kind, model_now (model),
                                         model_now (model), actor, NULL, TRUE, data));
  append (model, events);
}

void
model_server_backup (ModelServer *server)
{
  g_clear_pointer (&server->backup_log, g_ptr_array_unref);
  g_clear_pointer (&server->backup_hashes, g_array_unref);
  g_clear_pointer (&server->backup_answers, g_hash_table_unref);
  g_clear_pointer (&server->backup_counters, g_hash_table_unref);
  g_clear_pointer (&server->backup_keys, g_hash_table_unref);
  server->backup_log = copy_log (server->log, server->log->len);
  server->backup_hashes = copy_hashes (server->hashes, server->hashes->len);
  server->backup_answers = copy_answers (server->answers);
  server->backup_counters = copy_counters (server->counters);
  server->backup_keys = copy_counters (server->keys);
  server->has_backup = TRUE;
}

void
model_server_restore (ModelServer *server)
{
  g_ptr_array_unref (server->log);
  g_array_unref (server->hashes);
  g_hash_table_unref (server->answers);
  g_hash_table_unref (server->counters);
  g_hash_table_unref (server->keys);
  server->log = copy_log (server->backup_log, server->backup_log->len);
  server->hashes = copy_hashes (server->backup_hashes, server->backup_hashes->len);
  server->answers = copy_answers (server->backup_answers);
  server->counters = copy_counters (server->backup_counters);
  server->keys = copy_counters (server->backup_keys);
  server->generation++;
  server->epoch = server->generation;
  model_server_rebuild (server);
}

/* An unnoticed loss of the log's tail: same epoch, and the numbers are used again. */
void
model_server_fail_over (ModelServer *server, guint64 upto)
{
  GHashTableIter iter;
  gpointer key, value;
  g_autoptr (GPtrArray) log = NULL;
  g_autoptr (GArray) hashes = NULL;

  while (upto > 0 && !((HlEvent *) g_ptr_array_index (server->log, upto - 1))->end)
    upto--;
  log = copy_log (server->log, upto);
  hashes = copy_hashes (server->hashes, upto + 1);

  g_hash_table_iter_init (&iter, server->answers);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    ModelAnswer *answer = value;

    if (answer->head > upto || answer->seq > upto)
      g_hash_table_iter_remove (&iter);
  }
  g_hash_table_remove_all (server->counters);
  g_hash_table_iter_init (&iter, server->answers);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    ModelAnswer *answer = value;
    g_autofree char *device = g_strndup (key, strcspn (key, "/"));
    guint64 n = GPOINTER_TO_SIZE (g_hash_table_lookup (server->counters, device));

    if (answer->n > n)
      g_hash_table_insert (server->counters, g_strdup (device), GSIZE_TO_POINTER (answer->n));
  }
  g_hash_table_remove_all (server->keys);
  for (guint i = 0; i < log->len; i++) {
    const char *id = ((HlEvent *) g_ptr_array_index (log, i))->id;

    g_hash_table_add (server->keys, g_strndup (id, strcspn (id, ".")));
  }
  /* A backup of the history that was just lost is not modelled: what it answered and what the
   * devices were told since then cannot be told apart by a counter. Such a backup must not be
   * restored. */
  if (server->has_backup && server->backup_log->len > upto)
    server->has_backup = FALSE;
  g_ptr_array_unref (server->log);
  g_array_unref (server->hashes);
  server->log = g_steal_pointer (&log);
  server->hashes = g_steal_pointer (&hashes);
  server->generation++;
  model_server_rebuild (server);
}

/* Whether the rule that is left out is about this action. */
static gboolean
is_blind (Model *model, const HlAction *action)
{
  switch (action->kind) {
  case HL_ACTION_SEAT:
  case HL_ACTION_MOVE:
  case HL_ACTION_UNSEAT:
  case HL_ACTION_FINISH_PARTY:
  case HL_ACTION_SET_STAGE:
  case HL_ACTION_REMOVE_PARTY:
  case HL_ACTION_RECALL_PARTY:
    return model->broken == MODEL_BREAK_SEEN_PARTY;
  case HL_ACTION_UPDATE_PARTY:
  case HL_ACTION_UPDATE_RESERVATION:
    if (json_object_has_member (action->data, "tags_remove"))
      return model->broken == MODEL_BREAK_TAGS;
    return model->broken
           == (action->kind == HL_ACTION_UPDATE_PARTY ? MODEL_BREAK_SEEN_PARTY : MODEL_BREAK_SEEN_FIELDS);
  case HL_ACTION_CANCEL_RESERVATION:
  case HL_ACTION_MARK_NO_SHOW:
  case HL_ACTION_ACCEPT_RESERVATION:
  case HL_ACTION_DECLINE_RESERVATION:
    return model->broken == MODEL_BREAK_SEEN_STATUS;
  case HL_ACTION_SET_TABLE:
    return model->broken == MODEL_BREAK_SEEN_TABLE;
  case HL_ACTION_END_CALL:
  case HL_ACTION_CLOSE_FOLLOW_UP:
  case HL_ACTION_CLAIM_FOLLOW_UP:
  case HL_ACTION_SNOOZE_FOLLOW_UP:
  case HL_ACTION_CORRECT_SLOT:
    return model->broken == MODEL_BREAK_SEEN_CALL;
  default:
    return FALSE;
  }
}

static guint64
get_seen (Model *model, const HlAction *action, const ModelPos *base)
{
  ModelServer *server = &model->server;

  if (model->broken == MODEL_BREAK_BASE || is_blind (model, action))
    return HL_SEEN_EVERYTHING;
  if (model->broken == MODEL_BREAK_HASH)
    return base->seq;
  if (base->seq <= server->log->len
      && g_array_index (server->hashes, guint64, base->seq) == base->h)
    return base->seq;
  return 0;
}

static void
drop_disputes (HlDecision *decision)
{
  for (guint i = 0; i < decision->events->len; i++) {
    if (((HlDraft *) g_ptr_array_index (decision->events, i))->kind == HL_EVENT_DISPUTE_OPENED)
      g_ptr_array_remove_index (decision->events, i--);
  }
  if (decision->events->len == 0)
    decision->outcome = HL_OUTCOME_NO_OP;
}

/* Every event of a unit is one that a follower of another version could check. */
static void
check_events (Model *model, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    const HlEvent *event = g_ptr_array_index (events, i);
    g_autoptr (GError) error = NULL;

    if (!hl_event_kind_check (event->kind, event->data, "", NULL, &error))
      model_fail (model, "BAD EVENT: %s: %s", event->kind_name, error->message);
  }
}

static void
tell_decision (Model *model, const char *who, const HlAction *action, HlDecision *decision,
               GPtrArray *events)
{
  g_string_append_printf (model->decisions, "%s %s %s %s\n", action->id, action->kind_name,
                          hl_enum_nick (HL_TYPE_OUTCOME, decision->outcome),
                          hl_enum_nick (HL_TYPE_REASON, decision->reason));
  if (model->story == NULL)
    return;
  {
    g_autofree char *text = model_describe (action->kind, action->data);

    model_tell (model, "The server decides that %s %s: %s%s%s", who, text,
                hl_enum_nick (HL_TYPE_OUTCOME, decision->outcome),
                decision->reason != HL_REASON_NONE ? ", " : "",
                decision->reason != HL_REASON_NONE ? hl_enum_nick (HL_TYPE_REASON, decision->reason)
                                                   : "");
    tell_disputes (model, events);
  }
}

/* Of somebody whose eyes are the log's first @seen events. */
static void
check_eyes (Model *model, const HlActor *actor, HlActionKind kind, guint64 seen, GPtrArray *events)
{
  ModelServer *server = &model->server;
  g_autoptr (GPtrArray) prefix = g_ptr_array_new ();
  g_autoptr (HlState) displayed = NULL;
  ModelEyes eyes = { prefix, NULL };

  if (events->len == 0 || seen >= server->log->len)
    return;
  displayed = hl_state_new ();
  for (guint64 i = 0; i < seen; i++) {
    HlEvent *event = g_ptr_array_index (server->log, i);

    g_ptr_array_add (prefix, event);
    hl_evolve (displayed, event);
  }
  eyes.displayed = displayed;
  model_check_overwrites (model, actor, kind, &eyes, events);
}

HlOutcome
model_server_act (Model *model, const HlActor *actor, HlActionKind kind, JsonObject *data,
                  guint64 seen)
{
  ModelServer *server = &model->server;
  g_autofree char *id = g_strdup_printf ("s%u", model->step);
  g_autoptr (HlAction) action
    = hl_action_new (id, 0, kind, HL_PREDICTED_NONE, NULL, model_now (model), NULL, data);
  g_autoptr (HlDecision) decision
    = hl_decide (server->state, action, actor,
                 model->broken == MODEL_BREAK_SEEN_AGENT ? HL_SEEN_EVERYTHING : seen, model_now (model));
  g_autoptr (GPtrArray) events = hl_decision_make_events (
    decision, id, actor, server->log->len + 1, model_now (model), model_now (model));

  check_events (model, events);
  tell_decision (model, actor->name, action, decision, events);
  model_check_agent (model, actor, kind, data, decision);
  check_eyes (model, actor, kind, seen, events);
  append (model, events);
  model->result->outcomes[decision->outcome]++;
  return decision->outcome;
}

/* The broken way: what the unit set becomes what it was, whatever it is now. Where a party is stays as it is: that it has a
 * table if it is seated is looked at elsewhere. */
static void
force_undo (Model *model, const HlAction *action, HlDecision *decision)
{
  GPtrArray *before
    = hl_state_get_before (model->server.state, hl_member_get_string (action->data, "action_id", NULL));

  for (guint i = 0; before != NULL && i < before->len; i++) {
    const HlBefore *each = g_ptr_array_index (before, i);
    const HlShape *shape = hl_record_type_get_shape (each->type);
    HlEventKind kind = each->type == HL_TYPE_RESERVATION ? HL_EVENT_RESERVATION_UPDATED
                       : each->type == HL_TYPE_TABLE     ? HL_EVENT_TABLE_UPDATED
                       : each->type == HL_TYPE_PARTY     ? HL_EVENT_PARTY_UPDATED
                                                         : HL_EVENT_UNKNOWN;

    if (kind == HL_EVENT_UNKNOWN || hl_state_lookup (model->server.state, each->type, each->id) == NULL)
      continue;
    for (guint j = 0; j < hl_shape_get_n_fields (shape); j++) {
      const HlField *field = hl_shape_get_field (shape, j);
      JsonObject *data;

      if (field->id != each->field
          || (each->type == HL_TYPE_PARTY
              && (g_str_equal (field->name, "status") || g_str_equal (field->name, "table_ids"))))
        continue;
      data = json_object_new ();
      json_object_set_string_member (data, model_get_id_member (kind), each->id);
      json_object_set_member (data, field->name, json_node_copy (each->old));
      hl_decision_add (decision, kind, data);
    }
  }
  if (decision->events->len == 0)
    return;
  decision->outcome = HL_OUTCOME_APPLIED;
  decision->reason = HL_REASON_NONE;
}

static HlDecision *
decide_action (Model *model, ModelDevice *device, const HlAction *action, const HlActor *actor,
               const ModelPos *base)
{
  HlDecision *decision;

  /* what needs the link is for this link alone */
  if ((hl_action_kind_get_flags (action->kind) & HL_ACTION_FLAG_NEEDS_LINK) != 0
      && g_strcmp0 (action->session, device->link->session) != 0)
    return hl_decision_new (HL_OUTCOME_REFUSED, HL_REASON_LINK_LOST);
  decision
    = hl_decide (model->server.state, action, actor, get_seen (model, action, base), model_now (model));
  if (model->broken == MODEL_BREAK_DISPUTES)
    drop_disputes (decision);
  if (model->broken == MODEL_BREAK_UNDO && decision->reason == HL_REASON_BUILT_UPON)
    force_undo (model, action, decision);
  return decision;
}

static ModelAnswer
decide (Model *model, ModelDevice *device, const HlAction *action, const ModelPos *base)
{
  ModelServer *server = &model->server;
  g_autofree char *key = g_strdup_printf ("%s/%s", device->actor->device, action->id);
  ModelAnswer *known = g_hash_table_lookup (server->answers, key);
  guint64 mark = GPOINTER_TO_SIZE (g_hash_table_lookup (server->counters, device->actor->device));
  g_autoptr (HlActor) actor = hl_actor_copy (device->actor);
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (GPtrArray) events = NULL;
  ModelAnswer *answer;

  if (known != NULL && model->broken != MODEL_BREAK_ANSWERS)
    return *known;
  if (action->n <= mark && known == NULL && model->broken != MODEL_BREAK_COPIES)
    return (ModelAnswer){ .refused_4410 = TRUE, .n = action->n };

  actor->n = action->n;
  decision = decide_action (model, device, action, actor, base);
  events = hl_decision_make_events (decision, action->id, actor, server->log->len + 1, decision->at,
                                    model_now (model));
  check_events (model, events);
  tell_decision (model, device->person, action, decision, events);
  model_check_decision (model, device, action, decision, events);
  append (model, events);
  model->result->outcomes[decision->outcome]++;

  answer = g_new0 (ModelAnswer, 1);
  answer->outcome = decision->outcome;
  answer->reason = decision->reason;
  answer->seq = events->len > 0 ? server->log->len : 0;
  answer->head = server->log->len;
  answer->n = action->n;
  g_hash_table_insert (server->answers, g_steal_pointer (&key), answer);
  g_hash_table_insert (server->counters, g_strdup (device->actor->device),
                       GSIZE_TO_POINTER (MAX (mark, action->n)));
  return *answer;
}

static void
welcome (Model *model, ModelDevice *device, ModelMessage *hello)
{
  ModelServer *server = &model->server;
  ModelLink *link = device->link;
  const ModelPos *pos = &hello->pos;
  ModelMessage *reply = model_message_new (MESSAGE_WELCOME);
  gboolean resume = pos->is_set && pos->epoch == server->epoch && pos->seq <= server->log->len
                    && g_array_index (server->hashes, guint64, pos->seq) == pos->h
                    && !hello->want_snapshot;

  link->is_open = TRUE;
  reply->pos = model_server_pos (server, server->log->len);
  reply->server_time = model_now (model);
  reply->decided = GPOINTER_TO_SIZE (g_hash_table_lookup (server->counters, device->actor->device));
  g_queue_push_tail (&link->s2c, reply);
  if (resume) {
    link->cursor = pos->seq;
    return;
  }
  reply = model_message_new (MESSAGE_SNAPSHOT);
  reply->pos = model_server_pos (server, server->log->len);
  reply->events = copy_log (server->log, server->log->len);
  if (model_chance (model, 0.25)) {
    g_autoptr (JsonNode) saved = hl_state_save (server->state);
    g_autoptr (GError) error = NULL;

    reply->snapshot = hl_state_new ();
    hl_state_load (reply->snapshot, json_node_get_object (saved), &error);
    g_assert_no_error (error);
  } else {
    reply->snapshot = hl_state_copy (server->state);
  }
  g_queue_push_tail (&link->s2c, reply);
  link->cursor = server->log->len;
}

void
model_server_receive (Model *model, ModelDevice *device, ModelMessage *message)
{
  ModelMessage *reply;
  ModelAnswer answer;

  if (message->type == MESSAGE_HELLO) {
    welcome (model, device, message);
    return;
  }
  answer = decide (model, device, message->action, &message->pos);
  reply = model_message_new (answer.refused_4410 ? MESSAGE_BYE : MESSAGE_DONE);
  reply->action = hl_action_ref (message->action);
  reply->answer = answer;
  g_queue_push_tail (&device->link->s2c, reply);
}

static gboolean
ends_unit (ModelServer *server, guint64 seq)
{
  return ((HlEvent *) g_ptr_array_index (server->log, seq - 1))->end;
}

void
model_server_send (Model *model, ModelLink *link)
{
  ModelServer *server = &model->server;
  ModelMessage *message;
  guint64 upto;

  if (!link->is_open)
    return;
  /* something once more: a follower knows by its position that it has it */
  if (model_chance (model, 0.1)) {
    guint64 back = (guint64) model_range (model, 1, 5);

    link->cursor -= MIN (link->cursor, back);
    while (link->cursor > 0 && !ends_unit (server, link->cursor))
      link->cursor--;
  }
  if (link->cursor >= server->log->len)
    return;
  upto = link->cursor + 1;
  if (model->broken == MODEL_BREAK_UNITS) {
    upto = link->cursor + 1;
    upto = MIN (server->log->len, upto);
  } else {
    if (model_chance (model, 0.5))
      upto += (guint64) model_range (model, 0, 6);
    upto = MIN (server->log->len, upto);
    while (!ends_unit (server, upto))
      upto++;
  }
  message = model_message_new (MESSAGE_EVENTS);
  message->pos = model_server_pos (server, upto);
  message->events = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
  message->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint64 seq = link->cursor + 1; seq <= upto; seq++) {
    g_ptr_array_add (message->events, hl_event_ref (g_ptr_array_index (server->log, seq - 1)));
    g_array_append_val (message->hashes, g_array_index (server->hashes, guint64, seq));
  }
  link->cursor = upto;
  g_queue_push_tail (&link->s2c, message);
}
