/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlJob: one thing for the writer's thread to do, and what came of it. */
#include "live/hl-job.h"

#include "domain/hl-decide.h"
#include "domain/hl-decision.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-time.h"
#include "live/hl-say-back.h"
#include "live/hl-wash.h"
#include "util/hl-id.h"
#include "wire/hl-frame.h"
#include "wire/hl-json.h"

HlPublish *
hl_publish_new (const char *location)
{
  HlPublish *self = g_new0 (HlPublish, 1);

  self->location = g_strdup (location);
  return self;
}

/* Also what is left when a job never ran. */
static void
publish_release (HlPublish *self)
{
  g_clear_pointer (&self->facts, g_ptr_array_unref);
  if (self->expand_free != NULL) {
    self->expand_free (self->expand_data);
    self->expand_free = NULL;
  }
}

void
hl_publish_free (HlPublish *self)
{
  if (self == NULL) {
    return;
  }
  g_free (self->location);
  g_clear_pointer (&self->actor, hl_actor_free);
  g_free (self->source);
  g_free (self->key);
  g_free (self->hook);
  publish_release (self);
  g_free (self->ignored);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  g_free (self);
}

void
hl_job_release (HlJob *self)
{
  if (self->publish != NULL) {
    publish_release (self->publish);
  }
  g_clear_pointer (&self->action, hl_action_unref);
}

HlJob *
hl_job_new (HlJobKind kind, const char *location, GCallback done, gpointer user_data)
{
  HlJob *self = g_new0 (HlJob, 1);

  self->kind = kind;
  self->location = g_strdup (location);
  self->done = done;
  self->user_data = user_data;
  self->answer = HL_ANSWER_UNAVAILABLE;
  return self;
}

void
hl_job_free (HlJob *self)
{
  if (self == NULL) {
    return;
  }
  g_free (self->location);
  hl_publish_free (self->publish);
  g_clear_pointer (&self->action, hl_action_unref);
  g_clear_pointer (&self->actor, hl_actor_free);
  hl_position_free (self->base);
  g_free (self->session);
  if (self->data_free != NULL) {
    self->data_free (self->data);
  }
  g_free (self->text);
  g_clear_pointer (&self->partials, g_ptr_array_unref);
  g_free (self->detail);
  hl_position_free (self->pos);
  g_free (self->label);
  hl_checkpoint_unref (self->checkpoint);
  g_free (self);
}

void
hl_job_answer (HlJob *self)
{
  if (self->done == NULL) {
    hl_job_free (self);
    return;
  }
  switch (self->kind) {
  case HL_JOB_PUBLISH: {
    HlPublishResult result = { self->answer, self->duplicate, self->text, self->last, self->partials };

    ((HlPublishFunc) self->done) (&result, self->user_data);
    break;
  }
  case HL_JOB_ACT: {
    HlActResult result = { self->answer, self->outcome, self->reason, self->last, self->detail };

    ((HlActFunc) self->done) (&result, self->user_data);
    break;
  }
  case HL_JOB_CALL:
  case HL_JOB_BETWEEN:
    ((HlWriterCallDone) self->done) (self->committed, self->data, self->user_data);
    break;
  case HL_JOB_OPEN: {
    HlWriterOpened opened = { self->answer, self->pos, self->floor, self->label };

    ((HlOpenedFunc) self->done) (&opened, self->user_data);
    break;
  }
  case HL_JOB_CHECKPOINT:
    ((HlCheckpointFunc) self->done) (self->checkpoint, self->user_data);
    break;
  case HL_JOB_DIGEST:
    ((HlDigestFunc) self->done) (self->pos, self->digest, self->user_data);
    break;
  case HL_JOB_STOP:
    break;
  }
  hl_job_free (self);
}

/* The id of a fact's event is made from what identifies it, so that the same delivery makes the same id on
 * every server, and equal times of a call's register are broken alike in any order of arrival. */
static char *
make_fact_id (const HlPublish *publish, const HlFact *fact, guint index)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *number = g_strdup_printf ("%u", index);
  const char *parts[5];

  if (fact->key != NULL) {
    parts[0] = "event";
    parts[1] = fact->key_kind;
    parts[2] = fact->key_source;
    parts[3] = fact->key;
    parts[4] = "";
  } else {
    parts[0] = "request";
    parts[1] = publish->location;
    parts[2] = publish->source;
    parts[3] = publish->key;
    parts[4] = number;
  }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_checksum_update (sum, (const guchar *) parts[i], strlen (parts[i]) + 1);
  }
  return g_strdup_printf ("e-%.32s", g_checksum_get_string (sum));
}

static void
append_seq (GString *out, const char *name, guint64 seq)
{
  if (seq == 0) {
    g_string_append_printf (out, ",\"%s\":null", name);
  } else {
    g_string_append_printf (out, ",\"%s\":%" G_GUINT64_FORMAT, name, seq);
  }
}

static char *
make_answer (const HlPublish *publish, const char *epoch, guint64 first, guint64 last, gboolean duplicate)
{
  GString *out = g_string_new ("{\"location\":");

  hl_json_append_string (out, publish->location);
  g_string_append (out, ",\"epoch\":");
  hl_json_append_string (out, epoch);
  append_seq (out, "first", first);
  append_seq (out, "last", last);
  g_string_append_printf (out, ",\"duplicate\":%s,\"ignored\":%s}", duplicate ? "true" : "false",
                          publish->ignored != NULL ? publish->ignored : "[]");
  return g_string_free (out, FALSE);
}

/* The first answer again, and that it is not the first. Quotes inside JSON strings are escaped, so the text that
 * is looked for can only be the member. */
static char *
make_duplicate (const char *answer)
{
  const char *needle = "\"duplicate\":false";
  const char *at = strstr (answer, needle);

  if (at == NULL) {
    return g_strdup (answer);
  }
  return g_strdup_printf ("%.*s\"duplicate\":true%s", (int) (at - answer), answer, at + strlen (needle));
}

static gboolean
known_request (HlJob *self, HlStore *store, gboolean *known, GError **error)
{
  HlPublish *publish = self->publish;
  g_autoptr (HlStoreRequest) request = NULL;

  *known = FALSE;
  if (!hl_store_lookup_request (store, self->location, publish->source, publish->key, &request, error)) {
    return FALSE;
  }
  if (request == NULL) {
    return TRUE;
  }
  *known = TRUE;
  self->duplicate = TRUE;
  if (memcmp (request->fingerprint, publish->digest, HL_STORE_FINGERPRINT_BYTES) == 0) {
    self->answer = HL_ANSWER_OK;
    self->text = make_duplicate (request->answer);
  } else {
    self->answer = HL_ANSWER_KEY_REUSED;
  }
  return TRUE;
}

static gboolean
keep_unreadable (HlJob *self, HlStore *store, const char *reason, gint64 now, GError **error)
{
  HlPublish *publish = self->publish;
  g_autoptr (GBytes) kept = NULL;

  self->answer = HL_ANSWER_UNREADABLE;
  if (publish->body == NULL) {
    return TRUE;
  }
  kept = publish->scrub != NULL ? publish->scrub (publish->body) : g_bytes_ref (publish->body);
  return hl_store_put_unreadable (store, self->location, publish->hook, now, reason, publish->content_type, kept, error);
}

/* A fact that says nothing new of something we know still has its place in the log: every request that was accepted
 * has a seq. It names the entity and nothing else, so that it moves no revision. What is unknown is left out: a bare
 * name must not create it. */
static void
add_bare (HlDecision *decision, HlState *state, const HlFact *fact)
{
  gboolean reservation = hl_event_kind_get_type_of_entity (fact->kind) == HL_TYPE_RESERVATION;
  const char *member = reservation ? "reservation_id" : "party_id";
  const char *id = json_object_get_string_member_with_default (fact->data, member, NULL);
  JsonObject *data;

  if (id == NULL || hl_state_lookup (state, reservation ? HL_TYPE_RESERVATION : HL_TYPE_PARTY, id) == NULL) {
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, member, id);
  hl_decision_add (decision, reservation ? HL_EVENT_RESERVATION_UPDATED : HL_EVENT_PARTY_UPDATED, data);
  decision->outcome = HL_OUTCOME_APPLIED;
}

static gboolean
publish_fact (HlJob *self, HlJournal *journal, HlStore *store, HlFact *fact, guint index, gint64 now,
              guint64 *first, GError **error)
{
  HlPublish *publish = self->publish;
  g_autoptr (HlDecision) decision = NULL;
  g_autofree char *id = NULL;
  guint64 seq = 0;
  guint64 before = journal->head->seq;
  gint64 at = fact->at != HL_TIME_NONE ? fact->at : now;

  if (fact->key != NULL) {
    if (!hl_store_lookup_event_key (store, self->location, fact->key_kind, fact->key_source, fact->key, &seq,
                                    error)) {
      return FALSE;
    }
    if (seq != 0) {
      self->last = MAX (self->last, seq);
      *first = *first == 0 ? seq : MIN (*first, seq);
      return TRUE;
    }
  }
  id = make_fact_id (publish, fact, index);
  decision = hl_decide_record (journal->state, fact->kind, fact->data, publish->actor, at);
  if (decision->events->len == 0) {
    add_bare (decision, journal->state, fact);
  }
  if (!hl_journal_append (journal, store, decision, id, publish->actor, at, now, error)) {
    return FALSE;
  }
  if (journal->head->seq > before) {
    self->duplicate = FALSE;
    self->last = journal->head->seq;
    *first = *first == 0 ? before + 1 : MIN (*first, before + 1);
  }
  if (fact->kind == HL_EVENT_TRANSCRIPT_SEGMENT && journal->head->seq > before &&
      !hl_wash_turn (journal, store, fact->data, error)) {
    return FALSE;
  }
  if (fact->key != NULL && journal->head->seq > 0) {
    return hl_store_put_event_key (store, self->location, fact->key_kind, fact->key_source, fact->key,
                                   journal->head->seq, error);
  }
  return TRUE;
}

/* Unfinished lines of a translation go to the main thread, and to nobody else. */
static void
take_partials (HlJob *self)
{
  GPtrArray *facts = self->publish->facts;

  for (guint i = 0; i < facts->len;) {
    HlFact *fact = g_ptr_array_index (facts, i);

    if (!fact->partial) {
      i++;
      continue;
    }
    if (self->partials == NULL) {
      self->partials = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
    }
    g_ptr_array_add (self->partials, g_ptr_array_steal_index (facts, i));
  }
}

gboolean
hl_job_publish (HlJob *self, HlJournal *journal, HlStore *store, gint64 now, GError **error)
{
  HlPublish *publish = self->publish;
  g_autoptr (GError) unreadable = NULL;
  g_autofree char *answer = NULL;
  gboolean known;
  guint64 first = 0;
  guint n_logged = 0;
  guint64 before = journal->head->seq;

  if (!known_request (self, store, &known, error)) {
    return FALSE;
  }
  if (known) {
    return TRUE;
  }
  if (publish->expand != NULL) {
    publish->facts = publish->expand (journal->state, publish->expand_data, &unreadable);
    if (publish->facts == NULL) {
      return keep_unreadable (self, store, unreadable->message, now, error);
    }
  }
  take_partials (self);
  self->duplicate = TRUE;
  for (guint i = 0; i < publish->facts->len; i++) {
    HlFact *fact = g_ptr_array_index (publish->facts, i);

    n_logged++;
    if (!publish_fact (self, journal, store, fact, i, now, &first, error)) {
      if (error != NULL && g_error_matches (*error, HL_JOURNAL_ERROR, HL_JOURNAL_ERROR_TOO_LARGE)) {
        self->answer = HL_ANSWER_TOO_LARGE;
      }
      return FALSE;
    }
  }
  /* all of its events were known: a duplicate under another request key */
  self->duplicate = self->duplicate && n_logged > 0 && first != 0 && journal->head->seq == before;
  self->answer = HL_ANSWER_OK;
  self->text = make_answer (publish, journal->head->epoch, first, self->last, self->duplicate);
  if (n_logged == 0) {
    return TRUE;
  }
  answer = make_answer (publish, journal->head->epoch, first, self->last, FALSE);
  return hl_store_put_request (store, self->location, publish->source, publish->key, publish->digest,
                               self->duplicate ? 200 : 201, answer, now, error);
}

static char *
print_outcome (const HlJob *self)
{
  GString *out = g_string_new ("{\"outcome\":");

  hl_json_append_string (out, hl_enum_nick (HL_TYPE_OUTCOME, self->outcome));
  if (self->last != 0) {
    g_string_append_printf (out, ",\"seq\":%" G_GUINT64_FORMAT, self->last);
  }
  if (self->reason != HL_REASON_NONE) {
    g_string_append (out, ",\"reason\":");
    hl_json_append_string (out, hl_enum_nick (HL_TYPE_REASON, self->reason));
  }
  if (self->detail != NULL) {
    g_string_append_printf (out, ",\"detail\":%s", self->detail);
  }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static gboolean
read_outcome (HlJob *self, const char *text, GError **error)
{
  g_autoptr (JsonObject) object = hl_json_parse_object (text, strlen (text), NULL, error);
  const char *nick;
  int value;

  if (object == NULL) {
    return FALSE;
  }
  nick = json_object_get_string_member_with_default (object, "outcome", "refused");
  self->outcome = hl_enum_parse (HL_TYPE_OUTCOME, nick, &value) ? (HlOutcome) value : HL_OUTCOME_REFUSED;
  self->last = json_object_get_int_member_with_default (object, "seq", 0);
  nick = json_object_get_string_member_with_default (object, "reason", "none");
  self->reason = hl_enum_parse (HL_TYPE_REASON, nick, &value) ? (HlReason) value : HL_REASON_NONE;
  if (json_object_has_member (object, "detail")) {
    self->detail = hl_json_print (json_object_get_member (object, "detail"));
  }
  self->answer = HL_ANSWER_OK;
  self->duplicate = TRUE;
  return TRUE;
}

/* Whose counters and outcomes: the device's, or the server's own timers'. */
static const char *
get_scope (const HlJob *self)
{
  return self->actor->device != NULL ? self->actor->device : "system";
}

/* Known by its id: as before. Its n known under another id: a copied device (K23). Under the mark and no longer
 * remembered: a person has to look at it. */
static gboolean
known_action (HlJob *self, HlStore *store, gboolean *known, GError **error)
{
  const HlAction *action = self->action;
  g_autoptr (HlStoreOutcome) outcome = NULL;
  g_autoptr (HlStoreOutcome) other = NULL;
  guint64 mark = 0;

  *known = TRUE;
  if (!hl_store_lookup_outcome (store, self->location, get_scope (self), action->id, &outcome, error)) {
    return FALSE;
  }
  if (outcome != NULL && outcome->n == action->n) {
    return read_outcome (self, outcome->outcome, error);
  }
  if (outcome != NULL) {
    self->answer = HL_ANSWER_COPIED;
    return TRUE;
  }
  if (action->n > 0) {
    if (!hl_store_lookup_outcome_n (store, self->location, get_scope (self), action->n, &other, error) ||
        !hl_store_get_mark (store, self->location, get_scope (self), &mark, error)) {
      return FALSE;
    }
    if (other != NULL) {
      self->answer = HL_ANSWER_COPIED;
      return TRUE;
    }
    if (action->n <= mark) {
      self->answer = HL_ANSWER_OK;
      self->outcome = HL_OUTCOME_REFUSED;
      self->reason = HL_REASON_TOO_OLD;
      return TRUE;
    }
  }
  *known = FALSE;
  return TRUE;
}

/* Nothing was done before what its device had seen by then was received. (transfer full) */
static HlAction *
bound_age (HlJournal *journal, const HlAction *action, guint64 seen, gint64 now)
{
  gint64 received = hl_journal_get_received (journal, seen);

  if (received == HL_TIME_NONE || received > now || action->age_ms <= now - received) {
    return hl_action_ref (action);
  }
  return hl_action_with_age (action, now - received);
}

gboolean
hl_job_act (HlJob *self, HlJournal *journal, HlStore *store, gint64 now, GError **error)
{
  const HlAction *action = self->action;
  g_autoptr (HlDecision) decision = NULL;
  g_autofree char *text = NULL;
  guint64 before = journal->head->seq;
  guint64 seen;
  gboolean known;

  if (!known_action (self, store, &known, error)) {
    return FALSE;
  }
  if (known) {
    return TRUE;
  }
  seen = hl_journal_prove (journal, store, self->base);
  if (self->session != NULL && (hl_action_kind_get_flags (action->kind) & HL_ACTION_FLAG_NEEDS_LINK) != 0 &&
      g_strcmp0 (action->session, self->session) != 0) {
    decision = hl_decision_new (HL_OUTCOME_REFUSED, HL_REASON_LINK_LOST);
  } else {
    g_autoptr (HlAction) bound = bound_age (journal, action, seen, now);

    decision = hl_decide (journal->state, bound, self->actor, seen, now);
  }
  if (!hl_journal_append (journal, store, decision, action->id, self->actor, decision->at, now, error)) {
    if (error == NULL || !g_error_matches (*error, HL_JOURNAL_ERROR, HL_JOURNAL_ERROR_TOO_LARGE)) {
      return FALSE;
    }
    g_clear_error (error);
    hl_decision_free (decision);
    decision = hl_decision_new (HL_OUTCOME_REFUSED, HL_REASON_TOO_LARGE);
  }
  hl_say_back (decision, action, self->actor, journal->state);
  self->answer = HL_ANSWER_OK;
  self->outcome = decision->outcome;
  self->reason = decision->reason;
  self->last = journal->head->seq > before ? journal->head->seq : 0;
  if (decision->detail != NULL) {
    self->detail = hl_json_print_object (decision->detail);
  }
  text = print_outcome (self);
  return hl_store_put_outcome (store, self->location, get_scope (self), action->n, action->id, text, now, error);
}

void
hl_job_reset (HlJob *self)
{
  if (self->publish != NULL && self->publish->expand != NULL) {
    g_clear_pointer (&self->publish->facts, g_ptr_array_unref);
    g_clear_pointer (&self->partials, g_ptr_array_unref);
  }
  self->answer = HL_ANSWER_UNAVAILABLE;
  self->duplicate = FALSE;
  self->last = 0;
  self->outcome = HL_OUTCOME_APPLIED;
  self->reason = HL_REASON_NONE;
  self->committed = FALSE;
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->detail, g_free);
}

gboolean
hl_job_find (HlJob *self, HlStore *store, GError **error)
{
  gboolean known = FALSE;

  if (self->kind == HL_JOB_PUBLISH) {
    return known_request (self, store, &known, error) && known;
  }
  if (self->kind == HL_JOB_ACT) {
    g_autoptr (HlStoreOutcome) outcome = NULL;

    return hl_store_lookup_outcome (store, self->location, get_scope (self), self->action->id, &outcome,
                                    error) &&
           outcome != NULL && read_outcome (self, outcome->outcome, error);
  }
  return FALSE;
}
