/* SPDX-License-Identifier: GPL-3.0-or-later */
/* connections: what happened to the sessions of a location, page by page. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "domain/hl-time.h"
#include "store/hl-connection-fold.h"
#include "store/hl-registry-connections.h"
#include "wire/hl-json.h"

#define PAGE_DEFAULT 500
#define PAGE_MAX 5000

/* An RFC 3339 time, or how long ago: "90m", "24h", "7d". */
static gboolean
parse_since (const char *text, gint64 now, gint64 *since)
{
  static const struct {
    char unit;
    gint64 ms;
  } units[] = { { 's', 1000 }, { 'm', 60 * 1000 }, { 'h', 3600 * 1000 }, { 'd', 24 * 3600 * 1000 } };
  gsize length = strlen (text);
  guint64 number;

  if (hl_time_parse (text, since))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (length > 1 && text[length - 1] == units[i].unit) {
      g_autofree char *digits = g_strndup (text, length - 1);

      if (!g_ascii_string_to_unsigned (digits, 10, 0, 100000, &number, NULL))
        return FALSE;
      *since = now - (gint64) number * units[i].ms;
      return TRUE;
    }
  }
  return FALSE;
}

static JsonObject *
print_row (const HlConnectionRow *row)
{
  JsonObject *object = json_object_new ();
  JsonObject *detail = hl_json_parse_object (row->detail, strlen (row->detail), NULL, NULL);
  gint64 times, until;

  json_object_set_int_member (object, "row", row->row);
  hl_command_set_time (object, "at", row->at);
  json_object_set_string_member (object, "what", row->what);
  json_object_set_string_member (object, "session", row->session);
  json_object_set_string_member (object, "device", row->device);
  if (row->code != 0)
    json_object_set_int_member (object, "code", row->code);
  else
    json_object_set_null_member (object, "code");
  json_object_set_string_member (object, "cause", row->cause);
  /* of many rows that are told as one: how often, and when last; `at` is the first time */
  if (hl_connection_fold_parse (row->detail, NULL, &times, &until) && detail != NULL) {
    json_object_set_int_member (object, "times", times);
    hl_command_set_time (object, "until", until);
    json_object_remove_member (detail, "span_s");
    json_object_remove_member (detail, "times");
    json_object_remove_member (detail, "until");
  } else {
    json_object_set_int_member (object, "times", 1);
    json_object_set_null_member (object, "until");
  }
  json_object_set_object_member (object, "detail", detail != NULL ? detail : json_object_new ());
  return object;
}

JsonNode *
hl_command_connections (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *since = hl_command_get_string (params, "since");
  gint64 limit = hl_command_get_int (params, "limit", PAGE_DEFAULT);
  HlConnectionQuery query = { .location = hl_command_get_string (params, "location"),
                              .device = hl_command_get_string (params, "device"),
                              .after = hl_command_get_int (params, "after", 0),
                              .limit = (guint) limit };
  g_autoptr (GPtrArray) rows = NULL;
  JsonArray *array;

  if (query.after < 0 || limit < 1 || limit > PAGE_MAX)
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "“after” is 0 or more, “limit” 1 to %d.", PAGE_MAX);
  if (since != NULL && !parse_since (since, hl_command_host_now (host), &query.since))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "“%s” is neither a time such as 2026-11-27T19:00:00Z nor how long ago, such as 24h.", since);
  rows = hl_registry_list_connections (hl_command_host_get_registry (host), &query, error);
  if (rows == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < rows->len; i++)
    json_array_add_object_element (array, print_row (rows->pdata[i]));
  return hl_command_result_array ("connections", array);
}
