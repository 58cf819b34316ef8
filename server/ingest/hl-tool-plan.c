/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tool call comes to: the table of tools, and the sentence once it is decided. */
#include <string.h>

#include "ingest/hl-payload.h"
#include "ingest/hl-tool-plan-private.h"
#include "util/hl-id.h"
#include "util/hl-phone.h"

void
hl_tool_plan_free (HlToolPlan *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->result, json_object_unref);
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->facts, json_object_unref);
  g_clear_pointer (&self->alternatives, json_array_unref);
  g_free (self->action_id);
  g_free (self->done);
  g_free (self);
}

/* @say: transfer full */
void
hl_planning_answer (HlToolPlan *plan, gboolean ok, const char *reason, char *say)
{
  g_clear_pointer (&plan->result, json_object_unref);
  plan->result = plan->facts != NULL && ok ? json_object_ref (plan->facts) : json_object_new ();
  json_object_set_boolean_member (plan->result, "ok", ok);
  if (reason != NULL) {
    json_object_set_string_member (plan->result, "reason", reason);
  }
  json_object_set_string_member (plan->result, "say", say);
  g_free (say);
}

const char *
hl_planning_get (HlPlanning *p, const char *name)
{
  return hl_payload_get_string (p->tool->arguments, name);
}

/* FALSE: it was answered. */
gboolean
hl_planning_read_size (HlPlanning *p, gint64 *size)
{
  double number = 0;

  if (!hl_payload_get_double (p->tool->arguments, "party_size", &number)) {
    hl_planning_answer (p->plan, FALSE, "missing", g_strdup ("For how many guests is it?"));
    return FALSE;
  }
  *size = (gint64) number;
  if (*size < 1 || *size > 99 || (double) *size != number) {
    hl_planning_answer (p->plan, FALSE, "invalid", g_strdup ("The number of guests is from 1 to 99. For how many is it?"));
    return FALSE;
  }
  return TRUE;
}

gboolean
hl_planning_check_size (HlPlanning *p, gint64 size)
{
  const int most = hl_location_get_max_phone_party (hl_state_get_location (p->state));

  if (size <= most) {
    return TRUE;
  }
  hl_planning_answer (p->plan, FALSE, "party_over_limit",
          g_strdup_printf ("A table for more than %d can't be booked by phone; somebody of the house has to agree to it.", most));
  return FALSE;
}

char *
hl_planning_read_phone (HlPlanning *p, const char *text)
{
  HlCall *call = hl_state_lookup_call (p->state, p->tool->call_id);
  const char *houses[] = { hl_location_get_phone (hl_state_get_location (p->state)), call != NULL ? hl_call_get_to (call) : NULL };

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (houses); i++) {
    /* written as it is dialled here */
    g_autofree char *digits = hl_phone_parse_near (text, houses[i]);

    if (digits != NULL) {
      return g_strconcat ("+", digits, NULL);
    }
  }
  return NULL;
}

char *
hl_planning_get_caller (HlPlanning *p)
{
  HlCall *call = hl_state_lookup_call (p->state, p->tool->call_id);
  char *given = hl_planning_read_phone (p, hl_planning_get (p, "phone"));

  return given != NULL ? given : call != NULL ? g_strdup (hl_call_get_from (call)) : NULL;
}

char *
hl_planning_digest (const char *prefix, const char *const *parts)
{
  g_autofree char *joined = g_strjoinv ("\x1f", (char **) parts);
  g_autofree char *hex = hl_id_sha256_hex (joined, strlen (joined));

  return g_strdup_printf ("%s:%.32s", prefix, hex);
}

void
hl_planning_act (HlPlanning *p, HlActionKind kind, JsonObject *data, const char *about, const char *wish)
{
  const char *parts[] = { hl_enum_nick (HL_TYPE_ACTION_KIND, kind), about, p->tool->call_id != NULL ? p->tool->call_id : "",
                          wish != NULL ? wish : "", NULL };

  p->plan->kind = kind;
  p->plan->data = data;
  p->plan->action_id = hl_planning_digest ("tool", parts);
}

void
hl_planning_put_facts (HlPlanning *p, const char *reservation_id, const HlToolWhen *when, gint64 size)
{
  p->plan->facts = json_object_new ();
  json_object_set_string_member (p->plan->facts, "reservation_id", reservation_id);
  json_object_set_int_member (p->plan->facts, "party_size", size);
  hl_tool_when_put (when, p->plan->facts, p->state);
}

void
hl_planning_copy_text (HlPlanning *p, JsonObject *data, const char *from, const char *to, gsize most)
{
  hl_payload_put_text (data, to, hl_planning_get (p, from), most);
}

HlToolPlan *
hl_tool_plan_new (const HlToolCall *tool, HlState *state, gint64 now)
{
  HlPlanning p = { tool, state, now, g_new0 (HlToolPlan, 1) };
  const char *name = tool->name != NULL ? tool->name : "";

  if (g_str_equal (name, "check_availability")) {
    hl_planning_availability (&p);
  } else if (g_str_equal (name, "book_reservation")) {
    hl_planning_booking (&p, FALSE);
  } else if (g_str_equal (name, "hold_reservation")) {
    hl_planning_booking (&p, TRUE);
  } else if (g_str_equal (name, "find_reservation")) {
    hl_planning_find (&p);
  } else if (g_str_equal (name, "change_reservation")) {
    hl_planning_change (&p);
  } else if (g_str_equal (name, "cancel_reservation")) {
    hl_planning_cancel (&p);
  } else if (g_str_equal (name, "add_note")) {
    hl_planning_note (&p);
  } else if (g_str_equal (name, "running_late")) {
    hl_planning_late (&p);
  } else if (g_str_equal (name, "join_waitlist")) {
    hl_planning_waitlist (&p);
  } else if (g_str_equal (name, "ask_for_person")) {
    hl_planning_person (&p);
  } else {
    hl_planning_answer (p.plan, FALSE, "unknown_tool", g_strdup ("That can't be done here."));
  }
  return p.plan;
}

gboolean
hl_tool_plan_only_looks (const HlToolCall *tool)
{
  return g_strcmp0 (tool->name, "check_availability") == 0 || g_strcmp0 (tool->name, "find_reservation") == 0;
}

void
hl_tool_plan_finish (HlToolPlan *self, HlToolCall *tool, HlOutcome outcome, HlReason reason)
{
  if (outcome == HL_OUTCOME_APPLIED || outcome == HL_OUTCOME_NO_OP) {
    hl_planning_answer (self, TRUE, NULL, g_strdup (self->done));
  } else if (outcome == HL_OUTCOME_DISPUTED) {
    hl_planning_answer (self, FALSE, "disputed",
                        g_strdup ("The house has changed that meanwhile. Somebody will look at it and call back."));
  } else if (reason == HL_REASON_OVER_CAPACITY) {
    g_autofree char *times = self->alternatives != NULL ? hl_planning_join_times (self->alternatives) : g_strdup ("");

    hl_planning_answer (self, FALSE, "over_capacity",
            times[0] != '\0' ? g_strdup_printf ("That has just been taken. Free that day: %s.", times)
                             : g_strdup ("That has just been taken, and nothing else is free that day."));
    if (self->alternatives != NULL) {
      json_object_set_array_member (self->result, "alternatives", g_steal_pointer (&self->alternatives));
    }
  } else if (reason == HL_REASON_PAST_TIME) {
    hl_planning_answer (self, FALSE, "past_time", g_strdup ("That time is over. When is it?"));
  } else if (reason == HL_REASON_WRONG_STATE && self->kind == HL_ACTION_ASK_FOR_PERSON) {
    hl_planning_answer (self, FALSE, "wrong_state", g_strdup ("That can't be asked for in this call any more."));
  } else if (reason == HL_REASON_WRONG_STATE) {
    hl_planning_answer (self, FALSE, "wrong_state",
            g_strdup ("That can't be changed by phone any more; somebody of the house has to do it."));
  } else {
    hl_planning_answer (self, FALSE, hl_enum_nick (HL_TYPE_REASON, reason),
                        g_strdup ("That can't be done by phone; somebody of the house has to do it."));
  }
  g_clear_pointer (&tool->result, json_object_unref);
  tool->result = json_object_ref (self->result);
}
