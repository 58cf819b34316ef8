/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET events, state and calls: reading a location over HTTP. */
#include "http/hl-request.h"

#include "domain/hl-codec.h"
#include "wire/hl-json.h"

#define EVENTS_DEFAULT 500
#define EVENTS_MAX 1000
#define EVENTS_BYTES (4 * 1024 * 1024)

/* ---- events ---- */

typedef struct {
  HlRequest *request;
  char      *location;
  guint64    after;
  guint      limit;
  char      *text;   /* the answer */
  GError    *error;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  hl_request_unref (query->request);
  g_free (query->location);
  g_free (query->text);
  g_clear_error (&query->error);
  g_free (query);
}

static void
read_events (HlStore *store, gpointer data)
{
  Query *query = data;
  g_autoptr (HlPosition) head = hl_store_get_head (store, query->location, &query->error);
  g_autoptr (HlPosition) pos = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GString *out;

  if (head == NULL) {
    return;
  }
  if (query->after >= head->seq) {
    rows = g_ptr_array_new ();
    pos = hl_position_copy (head);
  } else {
    rows = hl_store_read_units (store, query->location, query->after, query->limit, EVENTS_BYTES, &query->error);
    if (rows == NULL) {
      return;
    }
  }
  out = g_string_new ("{\"events\":[");
  for (guint i = 0; i < rows->len; i++) {
    HlStoreRow *row = g_ptr_array_index (rows, i);

    if (i > 0) {
      g_string_append_c (out, ',');
    }
    g_string_append_len (out, row->body, row->length);
    if (i + 1 == rows->len) {
      pos = hl_position_new (head->epoch, row->seq, row->h);
    }
  }
  g_string_append (out, "],\"pos\":");
  hl_position_append (pos != NULL ? pos : head, out);
  g_string_append_c (out, '}');
  query->text = g_string_free (out, FALSE);
}

static void
on_events_read (gpointer data, gpointer user_data)
{
  Query *query = data;

  if (query->text != NULL) {
    hl_request_answer (query->request, 200, g_steal_pointer (&query->text));
  } else if (g_error_matches (query->error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION)) {
    hl_request_refuse (query->request, hl_problem_new (404, "not_found", "there is no such location"));
  } else if (g_error_matches (query->error, HL_STORE_ERROR, HL_STORE_ERROR_BELOW_FLOOR)) {
    hl_request_refuse (query->request, hl_problem_new (410, "below_floor", "the log no longer reaches back that far; "
                                                                           "take the state"));
  } else {
    hl_request_refuse_store (query->request);
  }
}

void
hl_route_events (HlRequest *request)
{
  Query *query;
  guint64 after, limit;

  if (!hl_request_get_number (request, "after", 0, HL_JSON_MAX_INTEGER, &after) ||
      !hl_request_get_number (request, "limit", EVENTS_DEFAULT, EVENTS_MAX, &limit) || limit == 0) {
    hl_request_refuse (request, hl_problem_new (400, "invalid_member", "after is a seq, limit a number from 1 to %d",
                                                EVENTS_MAX));
    return;
  }
  query = g_new0 (Query, 1);
  query->request = hl_request_wait (request);
  query->location = g_strdup (hl_request_get_location (request));
  query->after = after;
  query->limit = limit;
  hl_reader_call (request->config->queries, read_events, query, query_free, on_events_read, NULL);
}

/* ---- state ---- */

static void
on_state_made (HlCheckpoint *checkpoint, gpointer user_data)
{
  g_autoptr (HlRequest) request = user_data;

  if (checkpoint == NULL) {
    hl_request_refuse_store (request);
  } else {
    hl_request_answer (request, 200, g_strdup (checkpoint->text));
  }
}

void
hl_route_state (HlRequest *request)
{
  hl_writer_checkpoint (request->config->writer, hl_request_get_location (request), TRUE, on_state_made,
                        hl_request_wait (request));
}

/* ---- one call ---- */

typedef struct {
  char *location;
  char *call;
  char *text;
} CallQuery;

static void
call_query_free (gpointer data)
{
  CallQuery *query = data;

  g_free (query->location);
  g_free (query->call);
  g_free (query->text);
  g_free (query);
}

static gboolean
find_call (HlWriter *writer, HlStore *store, gpointer data)
{
  CallQuery *query = data;
  HlState *state = hl_writer_get_state (writer, query->location, NULL);
  HlCall *call = state != NULL ? hl_state_lookup_call (state, query->call) : NULL;
  g_autoptr (JsonNode) node = NULL;
  GListModel *segments;
  GString *out;

  if (call == NULL) {
    return TRUE;
  }
  node = hl_codec_save (HL_RECORD (call), HL_CODEC_FLAG_NULLS);
  out = g_string_new ("{\"call\":");
  hl_json_append (out, node);
  g_string_append (out, ",\"segments\":[");
  segments = hl_state_get_transcript (state, hl_state_find_told (state, hl_entity_get_id (HL_ENTITY (call))));
  for (guint i = 0; i < g_list_model_get_n_items (segments); i++) {
    g_autoptr (HlRecord) segment = g_list_model_get_item (segments, i);
    g_autoptr (JsonNode) line = hl_codec_save (segment, HL_CODEC_FLAG_NULLS);

    if (i > 0) {
      g_string_append_c (out, ',');
    }
    hl_json_append (out, line);
  }
  g_string_append (out, "]}");
  query->text = g_string_free (out, FALSE);
  return TRUE;
}

static void
on_call_found (gboolean committed, gpointer data, gpointer user_data)
{
  g_autoptr (HlRequest) request = user_data;
  CallQuery *query = data;

  if (query->text != NULL) {
    hl_request_answer (request, 200, g_steal_pointer (&query->text));
  } else if (committed) {
    hl_request_refuse (request, hl_problem_new (404, "not_found", "there is no such call in the state"));
  } else {
    hl_request_refuse_store (request);
  }
}

void
hl_route_call (HlRequest *request)
{
  CallQuery *query = g_new0 (CallQuery, 1);

  query->location = g_strdup (hl_request_get_location (request));
  query->call = g_strdup (request->args[1]);
  hl_writer_call (request->config->writer, find_call, query, call_query_free, on_call_found,
                  hl_request_wait (request));
}
