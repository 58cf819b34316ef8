/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing what a voice agent asks for while its caller waits: look, decide, answer, one tool call after the other. */
#include "http/hl-hook-tools.h"

#include "domain/hl-time.h"
#include "ingest/hl-tool-plan.h"
#include "util/hl-card.h"
#include "util/hl-clock.h"

#define NO_STORE "The house's computer can't do that just now. Offer to have somebody call back."

/* One delivery's tools on their way. */
typedef struct {
  HlRequest       *request;
  char            *name;     /* the actor's */
  char            *device;   /* whose answers are remembered */
  char            *location;
  GPtrArray       *tools;    /* the caller's */
  guint            next;
  HlToolPlan      *plan;
  HlHookToolsFunc  done;
  gpointer         user_data;
} Run;

/* What goes to the writer's thread and comes back. */
typedef struct {
  HlToolCall *tool;     /* borrowed; its arguments are only read */
  char       *location;
  gint64      now;
  HlToolPlan *plan;
  HlPosition *base;
} Look;

static void step (Run *run);

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->location);
  g_clear_pointer (&look->plan, hl_tool_plan_free);
  g_clear_pointer (&look->base, hl_position_free);
  g_free (look);
}

static gboolean
look_at_state (HlWriter *writer, HlStore *store, gpointer data)
{
  Look *look = data;
  HlState *state = hl_writer_get_state (writer, look->location, NULL);

  look->base = state != NULL ? hl_store_get_head (store, look->location, NULL) : NULL;
  if (look->base == NULL) {
    return FALSE;
  }
  look->plan = hl_tool_plan_new (look->tool, state, look->now);
  return TRUE;
}

static void
run_finish (Run *run)
{
  run->done (run->user_data);
  hl_request_unref (run->request);
  g_clear_pointer (&run->plan, hl_tool_plan_free);
  g_free (run->name);
  g_free (run->device);
  g_free (run->location);
  g_free (run);
}

static void
fail (HlToolCall *tool)
{
  g_clear_pointer (&tool->result, json_object_unref);
  tool->result = json_object_new ();
  json_object_set_boolean_member (tool->result, "ok", FALSE);
  json_object_set_string_member (tool->result, "reason", "unavailable");
  json_object_set_string_member (tool->result, "say", NO_STORE);
}

static void
on_decided (const HlActResult *result, gpointer user_data)
{
  Run *run = user_data;
  HlToolCall *tool = g_ptr_array_index (run->tools, run->next);

  if (result->answer == HL_ANSWER_OK) {
    hl_tool_plan_finish (run->plan, tool, result->outcome, result->reason);
  } else {
    fail (tool);
  }
  run->next++;
  step (run);
}

static void
on_looked (gboolean committed, gpointer data, gpointer user_data)
{
  Look *look = data;
  Run *run = user_data;
  HlToolCall *tool = g_ptr_array_index (run->tools, run->next);
  g_autoptr (HlActor) actor = NULL;
  HlAction *action;

  if (!committed || look->plan == NULL) {
    fail (tool);
    run->next++;
    step (run);
    return;
  }
  if (look->plan->result != NULL) {
    tool->result = json_object_ref (look->plan->result);
    run->next++;
    step (run);
    return;
  }
  run->plan = g_steal_pointer (&look->plan);
  actor = hl_actor_new (HL_ROLE_AGENT, run->name, run->device, 0);
  action = hl_action_new (run->plan->action_id, 0, run->plan->kind, HL_PREDICTED_NONE, NULL, HL_TIME_NONE, NULL, run->plan->data);
  g_clear_pointer (&run->plan->data, json_object_unref); /* the writer's from here on */
  hl_writer_act (run->request->config->writer, run->location, action, actor, look->base, NULL, on_decided, run);
}

static void
step (Run *run)
{
  Look *look;

  g_clear_pointer (&run->plan, hl_tool_plan_free);
  if (run->next == run->tools->len) {
    run_finish (run);
    return;
  }
  look = g_new0 (Look, 1);
  look->tool = g_ptr_array_index (run->tools, run->next);
  look->location = g_strdup (run->location);
  look->now = hl_clock_wall_ms ();
  hl_card_redact_data (look->tool->arguments);
  hl_writer_call (run->request->config->writer, look_at_state, look, look_free, on_looked, run);
}

void
hl_hook_tools_run (HlRequest *request, const char *provider, const char *location, GPtrArray *tools, HlHookToolsFunc done,
                   gpointer user_data)
{
  Run *run = g_new0 (Run, 1);

  run->request = hl_request_ref (request);
  run->name = g_strdup (provider);
  run->device = g_strconcat (HL_TOOL_DEVICE_PREFIX, provider, NULL);
  run->location = g_strdup (location);
  run->tools = tools;
  run->done = done;
  run->user_data = user_data;
  step (run);
}
