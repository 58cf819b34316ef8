/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of an action, and the events that say so: one unit of the log in draft. */
#include "domain/hl-decision.h"

#include <string.h>

#include "domain/hl-member.h"

/* An id is at most 64 characters, and ".63" has to fit behind it. */
#define MAX_ACT_ID 60

static void
free_draft (gpointer data)
{
  HlDraft *draft = data;

  json_object_unref (draft->data);
  g_free (draft);
}

HlDecision *
hl_decision_new (HlOutcome outcome, HlReason reason)
{
  HlDecision *self = g_new0 (HlDecision, 1);

  self->outcome = outcome;
  self->reason = reason;
  self->events = g_ptr_array_new_with_free_func (free_draft);
  return self;
}

void
hl_decision_free (HlDecision *self)
{
  g_free (self->crowded);
  g_clear_pointer (&self->detail, json_object_unref);
  g_ptr_array_unref (self->events);
  g_free (self);
}

void
hl_decision_add (HlDecision *self, HlEventKind kind, JsonObject *data)
{
  HlDraft *draft = g_new0 (HlDraft, 1);

  draft->kind = kind;
  draft->data = data;
  g_ptr_array_add (self->events, draft);
}

gboolean
hl_decision_reason_is_review (HlReason reason)
{
  return reason == HL_REASON_TOO_OLD || reason == HL_REASON_UNKNOWN_ID || reason == HL_REASON_TOO_MANY_CLAIMS;
}

gboolean
hl_decision_is_review (const HlDecision *self)
{
  return self->outcome == HL_OUTCOME_REFUSED && hl_decision_reason_is_review (self->reason);
}

static char *
make_event_id (const char *act_id, const char *suffix)
{
  g_autofree char *digest = NULL;

  if (strlen (act_id) <= MAX_ACT_ID)
    return g_strconcat (act_id, suffix, NULL);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, act_id, -1);
  digest[32] = '\0';
  return g_strconcat (digest, suffix, NULL);
}

/* Copies a dispute's data with the claims' ids of this unit completed. */
static JsonObject *
complete_claims (JsonObject *data, const char *act_id)
{
  JsonArray *claims = hl_member_get_array (data, "claims");
  JsonArray *completed;
  JsonObject *copy;

  if (claims == NULL)
    return json_object_ref (data);

  completed = json_array_new ();
  for (guint i = 0; i < json_array_get_length (claims); i++) {
    JsonObject *claim = json_array_get_object_element (claims, i);
    const char *event_id = hl_member_get_string (claim, "event_id", "");
    JsonObject *whole;
    g_autoptr (GList) names = NULL;

    if (event_id[0] != '.') {
      json_array_add_object_element (completed, json_object_ref (claim));
      continue;
    }
    whole = json_object_new ();
    names = json_object_get_members (claim);
    for (GList *l = names; l != NULL; l = l->next) {
      if (g_str_equal (l->data, "event_id")) {
        g_autofree char *id = make_event_id (act_id, event_id);

        json_object_set_string_member (whole, "event_id", id);
      } else {
        json_object_set_member (whole, l->data,
                                json_node_copy (json_object_get_member (claim, l->data)));
      }
    }
    json_array_add_object_element (completed, whole);
  }

  copy = json_object_new ();
  {
    g_autoptr (GList) names = json_object_get_members (data);

    for (GList *l = names; l != NULL; l = l->next) {
      if (g_str_equal (l->data, "claims"))
        json_object_set_array_member (copy, "claims", g_steal_pointer (&completed));
      else
        json_object_set_member (copy, l->data,
                                json_node_copy (json_object_get_member (data, l->data)));
    }
  }
  return copy;
}

GPtrArray *
hl_decision_make_events (const HlDecision *self, const char *act_id, const HlActor *actor,
                         guint64 first_seq, gint64 at, gint64 received)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);

  if (self->outcome != HL_OUTCOME_APPLIED && self->outcome != HL_OUTCOME_DISPUTED)
    return events;

  for (guint i = 0; i < self->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (self->events, i);
    g_autofree char *suffix = g_strdup_printf (".%u", i);
    g_autofree char *id = make_event_id (act_id, suffix);
    JsonObject *data = draft->kind == HL_EVENT_DISPUTE_OPENED
                         ? complete_claims (draft->data, act_id)
                         : json_object_ref (draft->data);

    g_ptr_array_add (events,
                     hl_event_new (first_seq + i, id, draft->kind, at, received, actor,
                                   self->fact ? NULL : act_id, i + 1 == self->events->len, data));
    json_object_unref (data);
  }
  return events;
}
