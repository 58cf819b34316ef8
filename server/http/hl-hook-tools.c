/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing what a voice agent asks for while its caller waits: look, decide, answer, one tool call after the other. */
#include "http/hl-hook-tools.h"

#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-tool-plan.h"
#include "util/hl-card.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

#define NO_STORE "The house's computer can't do that just now. Offer to have somebody call back."

/* One delivery's tools on their way. */
typedef struct {
  HlRequest       *request;
  char            *delivery; /* (nullable) */
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
  char       *key;      /* (nullable): what the answer is remembered by */
  gint64      now;
  JsonObject *result;   /* (nullable): what was answered before */
  HlToolPlan *plan;
  HlPosition *base;
} Look;

/* An answer to be remembered. */
typedef struct {
  char *location;
  char *key;
  char *answer;
} Memo;

static void step (Run *run);

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->location);
  g_free (look->key);
  g_clear_pointer (&look->result, json_object_unref);
  g_clear_pointer (&look->plan, hl_tool_plan_free);
  g_clear_pointer (&look->base, hl_position_free);
  g_free (look);
}

/* ---- the first answer ---- */

/* The same delivery that comes again, perhaps behind a correction, gets the answer that it got and changes nothing. Its identity is
 * the tool call's where it has one, else the delivery's; what is asked belongs to it, since an agent's own key may be used twice.
 * A delivery that does not even name its call is like any other caller's who asks for the same: it has none.
 * NULL: there is none, or nothing is done. Transfer full. */
static char *
make_key (Run *run, HlToolCall *tool)
{
  const char *id = tool->id != NULL ? tool->id : tool->call_id != NULL ? run->delivery : NULL;
  g_autofree char *arguments = NULL;
  g_autofree char *all = NULL;

  if (id == NULL || hl_tool_plan_only_looks (tool)) {
    return NULL;
  }
  arguments = hl_json_print_object (tool->arguments);
  all = g_strjoin ("\x1f", run->device, tool->call_id != NULL ? tool->call_id : "", tool->id != NULL ? "call" : "delivery", id,
                   tool->name != NULL ? tool->name : "", arguments, NULL);
  return hl_id_sha256_hex (all, strlen (all));
}

/* @seq: of the last event that it made; 0: none. A repair that loses those events forgets the answer by it. */
static char *
print_answer (JsonObject *result, guint64 seq)
{
  g_autofree char *text = hl_json_print_object (result);

  return seq > 0 ? g_strdup_printf ("{\"first\":%" G_GUINT64_FORMAT ",\"last\":%" G_GUINT64_FORMAT ",\"result\":%s}", seq, seq, text)
                 : g_strdup_printf ("{\"result\":%s}", text);
}

static gboolean
remember (HlStore *store, const char *location, const char *key, const char *answer, GError **error)
{
  g_autoptr (HlStoreRequest) known = NULL;
  guint8 digest[HL_ID_SHA256_BYTES];

  if (!hl_store_lookup_request (store, location, HL_STORE_SOURCE_TOOLS, key, &known, error)) {
    return FALSE;
  }
  hl_id_sha256 (key, strlen (key), digest);
  return known != NULL ||
         hl_store_put_request (store, location, HL_STORE_SOURCE_TOOLS, key, digest, 200, answer, hl_clock_wall_ms (), error);
}

static gboolean
recall (Look *look, HlStore *store, GError **error)
{
  g_autoptr (HlStoreRequest) known = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (!hl_store_lookup_request (store, look->location, HL_STORE_SOURCE_TOOLS, look->key, &known, error)) {
    return FALSE;
  }
  answer = known != NULL ? hl_json_parse_object (known->answer, strlen (known->answer), NULL, error) : NULL;
  if (answer != NULL && json_object_has_member (answer, "result")) {
    look->result = json_object_ref (json_object_get_object_member (answer, "result"));
  }
  return known == NULL || look->result != NULL;
}

static void
memo_free (gpointer data)
{
  Memo *memo = data;

  g_free (memo->location);
  g_free (memo->key);
  g_free (memo->answer);
  g_free (memo);
}

static gboolean
write_memo (HlWriter *writer, HlStore *store, gpointer data)
{
  Memo *memo = data;
  g_autoptr (GError) error = NULL;

  if (!remember (store, memo->location, memo->key, memo->answer, &error)) {
    hl_log (HL_LOG_WARNING, "ingest", "a tool's answer cannot be remembered", "location", memo->location, "error", error->message, NULL);
    return FALSE;
  }
  return TRUE;
}

/* ---- looking ---- */

static gboolean
look_at_state (HlWriter *writer, HlStore *store, gpointer data)
{
  Look *look = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;
  HlState *state = hl_writer_get_state (writer, look->location, NULL);

  look->base = state != NULL ? hl_store_get_head (store, look->location, NULL) : NULL;
  if (look->base == NULL || (look->key != NULL && !recall (look, store, &error))) {
    return FALSE;
  }
  if (look->result != NULL) {
    return TRUE;
  }
  look->plan = hl_tool_plan_new (look->tool, state, look->now);
  if (look->plan->result == NULL || look->key == NULL) {
    return TRUE;
  }
  /* what was refused at once is not done either when it comes again and there is room */
  answer = print_answer (look->plan->result, 0);
  return remember (store, look->location, look->key, answer, &error);
}

static void
run_finish (Run *run)
{
  run->done (run->user_data);
  hl_request_unref (run->request);
  g_clear_pointer (&run->plan, hl_tool_plan_free);
  g_free (run->delivery);
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

/* What could not be remembered was done all the same. */
static void
on_remembered (gboolean committed, gpointer data, gpointer user_data)
{
  Run *run = user_data;

  run->next++;
  step (run);
}

static void
on_decided (const HlActResult *result, gpointer user_data)
{
  Run *run = user_data;
  HlToolCall *tool = g_ptr_array_index (run->tools, run->next);
  g_autofree char *key = make_key (run, tool);
  Memo *memo;

  if (result->answer == HL_ANSWER_OK) {
    hl_tool_plan_finish (run->plan, tool, result->outcome, result->reason);
  } else {
    fail (tool);
  }
  if (result->answer != HL_ANSWER_OK || key == NULL) {
    run->next++;
    step (run);
    return;
  }
  memo = g_new0 (Memo, 1);
  memo->location = g_strdup (run->location);
  memo->key = g_steal_pointer (&key);
  memo->answer = print_answer (tool->result, result->seq);
  hl_writer_call (run->request->config->writer, write_memo, memo, memo_free, on_remembered, run);
}

static void
on_looked (gboolean committed, gpointer data, gpointer user_data)
{
  Look *look = data;
  Run *run = user_data;
  HlToolCall *tool = g_ptr_array_index (run->tools, run->next);
  g_autoptr (HlActor) actor = NULL;
  HlAction *action;

  if (committed && look->result != NULL) {
    tool->result = json_object_ref (look->result);
    run->next++;
    step (run);
    return;
  }
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
  look->key = make_key (run, look->tool);
  hl_writer_call (run->request->config->writer, look_at_state, look, look_free, on_looked, run);
}

void
hl_hook_tools_run (HlRequest *request, const char *provider, const char *location, const char *delivery, GPtrArray *tools,
                   HlHookToolsFunc done, gpointer user_data)
{
  Run *run = g_new0 (Run, 1);

  run->request = hl_request_ref (request);
  run->delivery = g_strdup (delivery);
  run->name = g_strdup (provider);
  run->device = g_strconcat (HL_TOOL_DEVICE_PREFIX, provider, NULL);
  run->location = g_strdup (location);
  run->tools = tools;
  run->done = done;
  run->user_data = user_data;
  step (run);
}
