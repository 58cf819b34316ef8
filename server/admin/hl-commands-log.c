/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events, state, check, backup, reload: what only reads the log, if at all. */
#include "admin/hl-commands-private.h"

#include "store/hl-fold.h"
#include "store/hl-repair.h"
#include "wire/hl-json.h"

#define EVENTS_DEFAULT 500
#define EVENTS_MAX 5000
#define EVENTS_BYTES (4 * 1024 * 1024)

JsonNode *
hl_command_events (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlStore *store = HL_STORE (hl_command_host_get_store (host));
  const char *location = hl_command_get_string (params, "location");
  gint64 after = hl_command_get_int (params, "after", 0);
  gint64 limit = hl_command_get_int (params, "limit", EVENTS_DEFAULT);
  static const HlJsonLimits limits = { .max_bytes = HL_STORE_MAX_BODY + 1024, .max_members = 2048 };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (JsonArray) events = json_array_new ();
  JsonObject *result;

  if (after < 0 || limit < 1 || limit > EVENTS_MAX)
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "“after” is 0 or more, “limit” 1 to %d.", EVENTS_MAX);
  rows =
    hl_store_read_units (store, location, (guint64) after, (guint) limit, EVENTS_BYTES, error);
  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const HlStoreRow *row = rows->pdata[i];
    JsonNode *event = hl_json_parse (row->body, row->length, &limits, error);

    if (event == NULL)
      return NULL;
    json_array_add_element (events, event);
    after = (gint64) row->seq;
  }
  position = rows->len > 0 ? hl_store_position_at (store, location, (guint64) after, error)
                           : hl_store_get_head (store, location, error);
  if (position == NULL)
    return NULL;
  result = json_object_new ();
  json_object_set_array_member (result, "events", g_steal_pointer (&events));
  json_object_set_member (result, "pos", hl_position_to_json (position));
  return hl_command_result (result);
}

JsonNode *
hl_command_state (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (HlState) state =
    hl_fold (HL_STORE (hl_command_host_get_store (host)),
             hl_command_get_string (params, "location"), &position, error);
  JsonObject *result;

  if (state == NULL)
    return NULL;
  result = json_object_new ();
  json_object_set_member (result, "pos", hl_position_to_json (position));
  json_object_set_member (result, "entities", hl_state_save (state));
  return hl_command_result (result);
}

static void
on_finding (const char *finding, gpointer user_data)
{
  json_array_add_string_element (user_data, finding);
}

JsonNode *
hl_command_check (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlStore *store = HL_STORE (hl_command_host_get_store (host));
  const char *directory = hl_sqlite_store_get_directory (HL_SQLITE_STORE (store));
  g_auto (GStrv) names = hl_repair_list_reports (directory);
  g_autoptr (JsonArray) findings = json_array_new ();
  g_autoptr (GPtrArray) locations = NULL;
  JsonArray *reports = json_array_new ();
  JsonObject *result;
  gint64 events = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (directory, names[i], NULL);

    json_array_add_string_element (reports, path);
  }
  result = json_object_new ();
  json_object_set_array_member (result, "reports", reports);
  if (!hl_store_check (store, TRUE, on_finding, findings, NULL, error) ||
      (locations = hl_store_list_locations (store, error)) == NULL) {
    json_object_unref (result);
    return NULL;
  }
  for (guint i = 0; i < locations->len; i++) {
    const HlStoreLocation *location = locations->pdata[i];

    events += (gint64) (location->head->seq + 1 - location->floor);
  }
  json_object_set_boolean_member (result, "ok", json_array_get_length (findings) == 0);
  json_object_set_int_member (result, "locations", locations->len);
  json_object_set_int_member (result, "events", events);
  json_object_set_array_member (result, "findings", g_steal_pointer (&findings));
  return hl_command_result (result);
}

JsonNode *
hl_command_backup (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *file = hl_command_get_string (params, "file");
  g_autofree char *folder = g_path_get_dirname (file);
  JsonObject *result;

  if (!g_path_is_absolute (file))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "“%s” is not an absolute path.", file);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "There is no folder “%s” to put the backup in.", folder);
  if (!hl_sqlite_store_backup (hl_command_host_get_store (host), file, error))
    return NULL;
  hl_command_write_stamp (hl_sqlite_store_get_directory (hl_command_host_get_store (host)), HL_COMMAND_STAMP_BACKUP,
                          hl_command_host_now (host));
  result = json_object_new ();
  json_object_set_string_member (result, "file", file);
  return hl_command_result (result);
}

JsonNode *
hl_command_reload (HlCommandHost *host, JsonObject *params, GError **error)
{
  /* A server does this one itself, before it asks here. */
  return hl_command_fail (error, HL_COMMAND_ERROR_FAILED, "No server runs that could read its configuration again.");
}
