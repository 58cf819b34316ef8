/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET availability and POST tools/NAME: a voice agent of one's own does by name what the providers' agents do by webhook. */
#include "http/hl-hook-tools.h"
#include "http/hl-request.h"

#include "ingest/hl-tool-plan.h"
#include "util/hl-clock.h"
#include "wire/hl-json.h"

/* ---- availability ---- */

typedef struct {
  HlRequest *request;
  char      *location;
  char      *date;
  char      *time;     /* (nullable) */
  int        size;
  char      *text;     /* the answer */
  char      *problem;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  hl_request_unref (query->request);
  g_free (query->location);
  g_free (query->date);
  g_free (query->time);
  g_free (query->text);
  g_free (query->problem);
  g_free (query);
}

static gboolean
list_times (HlWriter *writer, HlStore *store, gpointer data)
{
  Query *query = data;
  HlState *state = hl_writer_get_state (writer, query->location, NULL);
  g_autoptr (JsonObject) times = NULL;

  if (state == NULL) {
    return FALSE;
  }
  times = hl_tool_list_times (state, query->date, query->time, query->size, hl_clock_wall_ms (), &query->problem);
  query->text = times != NULL ? hl_json_print_object (times) : NULL;
  return TRUE;
}

static void
on_listed (gboolean committed, gpointer data, gpointer user_data)
{
  Query *query = data;

  if (query->text != NULL) {
    hl_request_answer (query->request, 200, g_steal_pointer (&query->text));
  } else if (query->problem != NULL) {
    hl_request_refuse (query->request, hl_problem_new (400, "invalid_member", "%s", query->problem));
  } else {
    hl_request_refuse_store (query->request);
  }
}

static char *
get_query (HlRequest *request, const char *name)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (request->message));
  g_autoptr (GHashTable) all = query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;

  return all != NULL ? g_strdup (g_hash_table_lookup (all, name)) : NULL;
}

void
hl_route_availability (HlRequest *request)
{
  g_autofree char *date = get_query (request, "date");
  guint64 size = 0;
  Query *query;

  if (date == NULL || !hl_request_get_number (request, "size", 0, 99, &size) || size == 0) {
    hl_request_refuse (request, hl_problem_new (400, "invalid_member",
                                                "date is a day (2026-12-05, or in words), size a number of guests from 1 to 99"));
    return;
  }
  if (!hl_request_take_turn (request)) {
    return;
  }
  query = g_new0 (Query, 1);
  query->request = hl_request_wait (request);
  query->location = g_strdup (hl_request_get_location (request));
  query->date = g_steal_pointer (&date);
  query->time = get_query (request, "time");
  query->size = (int) size;
  hl_writer_call (request->config->writer, list_times, query, query_free, on_listed, NULL);
}

/* ---- tools ---- */

typedef struct {
  HlRequest *request;
  GPtrArray *tools;
} Asked;

static void
on_done (gpointer user_data)
{
  Asked *asked = user_data;
  HlToolCall *tool = g_ptr_array_index (asked->tools, 0);

  hl_request_answer (asked->request, 200, hl_json_print_object (tool->result));
  hl_request_unref (asked->request);
  g_ptr_array_unref (asked->tools);
  g_free (asked);
}

void
hl_route_tool (HlRequest *request)
{
  GBytes *bytes = hl_request_get_body (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body
      = hl_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, &error);
  const char *key = hl_request_get_header (request, "Idempotency-Key");
  const char *call_id;
  Asked *asked;

  if (!hl_request_take_turn (request)) {
    return;
  }
  if (body == NULL) {
    hl_request_refuse (request, hl_problem_new (400, "malformed_json", "%s", error->message));
    return;
  }
  call_id = json_object_get_string_member_with_default (body, "call_id", NULL);
  asked = g_new (Asked, 1);
  asked->request = hl_request_wait (request);
  asked->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_tool_call_free);
  g_ptr_array_add (asked->tools, hl_tool_call_new (key, request->args[1], call_id, json_object_ref (body)));
  hl_hook_tools_run (request, request->token->name, hl_request_get_location (request), NULL, asked->tools, on_done, asked);
}
