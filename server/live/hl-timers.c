/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time alone brings about: holds that expire, calls that nobody answers, blocks that end. */
#include "live/hl-timers.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-reservation.h"
#include "domain/hl-section.h"
#include "domain/hl-table.h"
#include "domain/hl-time.h"
#include "util/hl-id.h"

/* Request keys of facts about contact begin so. */
#define CONTACT "contact/"

typedef struct {
  char    *value;
  gint64   at;
  gboolean changed; /* this process saw it become so */
} HlSince;

typedef struct {
  HlJournal *journal;
  gint64     now;
  GPtrArray *jobs;
} Collector;

static void
since_free (HlSince *self)
{
  g_free (self->value);
  g_free (self);
}

/* The same timer makes the same id on every server and after every start. */
static char *
make_id (const char *kind, const char *id, gint64 deadline)
{
  g_autofree char *text = g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, kind, id, deadline);
  g_autofree char *hex = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strdup_printf ("t-%.32s", hex);
}

/* TRUE once a process and id: what was refused is not asked again each second. */
static gboolean
is_new (HlJournal *journal, const char *id)
{
  if (journal->fired == NULL) {
    journal->fired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  return g_hash_table_add (journal->fired, g_strdup (id));
}

/* Since when @what of @id has been @value, as far as this process knows. */
static const HlSince *
find_since (Collector *self, const char *what, const char *id, const char *value)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", what, id);
  HlSince *known;

  if (self->journal->since == NULL) {
    self->journal->since = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) since_free);
  }
  known = g_hash_table_lookup (self->journal->since, key);
  if (known == NULL || !g_str_equal (known->value, value)) {
    gboolean changed = known != NULL;

    known = g_new (HlSince, 1);
    known->value = g_strdup (value);
    known->at = self->now;
    known->changed = changed;
    g_hash_table_replace (self->journal->since, g_steal_pointer (&key), known);
  }
  return known;
}

static gint64
since (Collector *self, const char *what, const char *id, const char *value)
{
  return find_since (self, what, id, value)->at;
}

static void
forget (Collector *self, const char *what, const char *id)
{
  g_autofree char *key = NULL;

  if (self->journal->since != NULL) {
    key = g_strdup_printf ("%s/%s", what, id);
    g_hash_table_remove (self->journal->since, key);
  }
}

static void
act (Collector *self, HlActionKind kind, const char *member, const char *id, gint64 deadline, JsonObject *data)
{
  g_autoptr (JsonObject) owned = data != NULL ? data : json_object_new ();
  g_autofree char *act_id = make_id (hl_enum_nick (HL_TYPE_ACTION_KIND, kind), id, deadline);
  HlJob *job;

  if (deadline > self->now || !is_new (self->journal, act_id)) {
    return;
  }
  json_object_set_string_member (owned, member, id);
  job = hl_job_new (HL_JOB_ACT, self->journal->location, NULL, NULL);
  job->action = hl_action_new (act_id, 0, kind, HL_PREDICTED_NONE, NULL, HL_TIME_NONE, NULL, owned);
  job->actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlined", NULL, 0);
  /* it acts on the state as it is now: nothing is unseen */
  job->base = hl_position_copy (self->journal->head);
  g_ptr_array_add (self->jobs, job);
}

/* A fact about a call, under a key of its own. */
static void
tell_contact (Collector *self, HlCall *call, const char *contact, gint64 deadline)
{
  const char *id = hl_call_get_call_id (call);
  g_autofree char *key = g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, contact, id, deadline);
  JsonObject *data;
  HlPublish *publish;
  HlJob *job;

  if (deadline > self->now || !is_new (self->journal, key)) {
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "call_id", id);
  json_object_set_string_member (data, "contact", contact);
  /* that we say so is no news of the call */
  if (hl_call_get_last_event_at (call) != HL_TIME_NONE) {
    g_autofree char *last = hl_time_print (hl_call_get_last_event_at (call));

    json_object_set_string_member (data, "last_event_at", last);
  }
  publish = hl_publish_new (self->journal->location);
  publish->actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlined", NULL, 0);
  publish->source = g_strdup ("system");
  publish->key = g_strconcat (CONTACT, key, NULL);
  hl_id_sha256 (publish->key, strlen (publish->key), publish->digest);
  publish->facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_ptr_array_add (publish->facts, hl_fact_new (HL_EVENT_CALL_UPDATED, self->now, data, "system", "contact", key));
  job = hl_job_new (HL_JOB_PUBLISH, self->journal->location, NULL, NULL);
  job->publish = publish;
  g_ptr_array_add (self->jobs, job);
}

static void
look_at_follow_up (Collector *self, HlCall *call, const char *id)
{
  HlFollowUp follow_up = hl_call_get_follow_up (call);

  if (follow_up == HL_FOLLOW_UP_CLAIMED) {
    act (self, HL_ACTION_OPEN_FOLLOW_UP, "call_id", id,
         since (self, "claim", id, hl_call_get_follow_up_by (call)) + HL_TIMERS_CLAIM_MS, NULL);
    return;
  }
  forget (self, "claim", id);
  if (follow_up == HL_FOLLOW_UP_SNOOZED && hl_call_get_follow_up_until (call) != HL_TIME_NONE) {
    act (self, HL_ACTION_OPEN_FOLLOW_UP, "call_id", id, hl_call_get_follow_up_until (call), NULL);
  }
}

static void
look_at_call (Collector *self, HlCall *call)
{
  const char *id = hl_call_get_call_id (call);
  HlCallState state = hl_call_get_state (call);
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, hl_call_get_last_event_at (call));
  gboolean lost = hl_call_get_contact (call) == HL_CALL_CONTACT_LOST;
  gint64 heard;

  look_at_follow_up (self, call, id);
  if (state == HL_CALL_STATE_HANDOFF_REQUESTED || state == HL_CALL_STATE_STAFF_RINGING) {
    act (self, HL_ACTION_DECLINE_CALL, "call_id", id, since (self, "rings", id, "") + HL_TIMERS_ANSWER_MS, NULL);
  } else {
    forget (self, "rings", id);
  }
  if (lost) {
    /* any news since, also of an end that came late; that we started again is none */
    const HlSince *silence = find_since (self, "lost", id, last);

    if (silence->changed) {
      tell_contact (self, call, "ok", silence->at);
    }
  }
  if (!lost) {
    forget (self, "lost", id);
  }
  if (state == HL_CALL_STATE_ENDED) {
    forget (self, "heard", id);
    return;
  }
  /* what counts is when we heard of it, not what somebody's clock says */
  heard = since (self, "heard", id, last);
  act (self, HL_ACTION_END_CALL, "call_id", id, heard + HL_TIMERS_END_MS, NULL);
  /* people talk for as long as they like, and the platform may be silent meanwhile */
  if (state != HL_CALL_STATE_STAFF_ACTIVE && !lost) {
    tell_contact (self, call, "lost",
                  heard + (state == HL_CALL_STATE_RINGING ? HL_TIMERS_RINGING_MS : HL_TIMERS_SILENT_MS));
    since (self, "lost", id, last); /* from here on news would be news */
  }
}

static void
look_at_reservation (Collector *self, HlReservation *reservation)
{
  if (hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_HELD &&
      hl_reservation_get_held_until (reservation) != HL_TIME_NONE) {
    act (self, HL_ACTION_DECLINE_RESERVATION, "reservation_id", hl_reservation_get_reservation_id (reservation),
         hl_reservation_get_held_until (reservation), NULL);
  }
}

static void
look_at_table (Collector *self, HlTable *table)
{
  if (hl_table_get_blocked (table) && hl_table_get_blocked_until (table) != HL_TIME_NONE) {
    JsonObject *data = json_object_new ();

    json_object_set_boolean_member (data, "blocked", FALSE);
    act (self, HL_ACTION_SET_TABLE, "table_id", hl_table_get_table_id (table), hl_table_get_blocked_until (table), data);
  }
}

static void
look_at_section (Collector *self, HlSection *section)
{
  if (hl_section_get_state (section) == HL_SECTION_STATE_PAUSED &&
      hl_section_get_paused_until (section) != HL_TIME_NONE) {
    JsonObject *data = json_object_new ();

    json_object_set_string_member (data, "state", "open");
    act (self, HL_ACTION_SET_SECTION, "section_id", hl_section_get_section_id (section),
         hl_section_get_paused_until (section), data);
  }
}

GPtrArray *
hl_timers_collect (HlJournal *journal, gint64 now)
{
  Collector self = { journal, now, g_ptr_array_new () };
  const struct {
    GType type;
    void (*look) (Collector *self, gpointer entity);
  } classes[] = {
    { HL_TYPE_CALL, (void (*) (Collector *, gpointer)) look_at_call },
    { HL_TYPE_RESERVATION, (void (*) (Collector *, gpointer)) look_at_reservation },
    { HL_TYPE_TABLE, (void (*) (Collector *, gpointer)) look_at_table },
    { HL_TYPE_SECTION, (void (*) (Collector *, gpointer)) look_at_section },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++) {
    guint n;
    HlEntity **entities = hl_entity_list_peek (hl_state_get_list (journal->state, classes[i].type), &n);

    for (guint k = 0; k < n; k++) {
      classes[i].look (&self, entities[k]);
    }
  }
  return self.jobs;
}

void
hl_timers_retry (HlJournal *journal, const HlJob *job)
{
  if (journal->fired == NULL) {
    return;
  }
  if (job->kind == HL_JOB_ACT) {
    g_hash_table_remove (journal->fired, job->action->id);
  } else if (g_str_has_prefix (job->publish->key, CONTACT)) {
    g_hash_table_remove (journal->fired, job->publish->key + strlen (CONTACT));
  } else {
    journal->due = 0;
  }
}
