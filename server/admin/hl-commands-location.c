/* SPDX-License-Identifier: GPL-3.0-or-later */
/* location add, set, remove, list; floor import. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "domain/hl-event-kind.h"
#include "domain/hl-floor-file.h"
#include "util/hl-id.h"

/* An IANA name: an offset such as "+02:00" knows no summer time. */
static gboolean
is_zone (const char *text)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
  g_autoptr (GTimeZone) zone = NULL;

  if (!g_ascii_isalpha (text[0]) || strlen (text) > 64 || text[strspn (text, allowed)] != '\0')
    return FALSE;
  zone = g_time_zone_new_identifier (text);
  return zone != NULL;
}

/* A file for people has no members that nobody understands: a typing mistake would stay unseen. */
static gboolean
refuse_ignored (GPtrArray *ignored, GError **error)
{
  if (ignored->len == 0)
    return TRUE;
  hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "%s: this member is not known.",
                   (const char *) ignored->pdata[0]);
  return FALSE;
}

/* As an event of it would have to be (at most 120 characters of one line). */
static gboolean
is_name (const char *text)
{
  glong length = g_utf8_strlen (text, -1);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  }
  return length >= 1 && length <= 120;
}

JsonNode *
hl_command_location_add (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlStore *store = HL_STORE (hl_command_host_get_store (host));
  const char *id = hl_command_get_string (params, "id");
  const char *timezone = hl_command_get_string (params, "timezone");
  g_autoptr (HlPosition) head = NULL;
  JsonObject *result;

  if (!is_zone (timezone))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "“%s” is no time zone; it looks like America/Los_Angeles.", timezone);
  if (!is_name (hl_command_get_string (params, "name")))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "The name of a location has 1 to 120 characters, all on one line.");
  if (!hl_store_add_location (store, id, hl_command_get_string (params, "name"), timezone,
                              hl_command_host_now (host), error))
    return NULL;
  hl_command_host_changed (host, NULL);
  head = hl_store_get_head (store, id, error);
  if (head == NULL)
    return NULL;
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  json_object_set_string_member (result, "epoch", head->epoch);
  return hl_command_result (result);
}

JsonNode *
hl_command_location_set (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlStore *store = HL_STORE (hl_command_host_get_store (host));
  const char *id = hl_command_get_string (params, "id");
  JsonObject *data = json_object_get_object_member (params, "fields");
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HlStoreLocation) row = hl_store_get_location (store, id, error);
  guint64 last = 0;
  JsonObject *result;

  if (row == NULL)
    return NULL;
  if (!json_object_has_member (data, "id"))
    json_object_set_string_member (data, "id", id);
  if (!hl_event_kind_check (HL_EVENT_LOCATION_UPDATED, data, "", ignored, error) ||
      !refuse_ignored (ignored, error))
    return NULL;
  if (strcmp (json_object_get_string_member (data, "id"), id) != 0)
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "/id: the file is of location “%s”, not of “%s”.",
                            json_object_get_string_member (data, "id"), id);
  if (json_object_has_member (data, "timezone") &&
      !is_zone (json_object_get_string_member (data, "timezone")))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "/timezone: “%s” is no time zone.",
                            json_object_get_string_member (data, "timezone"));
  if (!hl_command_host_append (host, id, HL_EVENT_LOCATION_UPDATED, data, &last, error))
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_int_member (result, "seq", (gint64) last);
  return hl_command_result (result);
}

JsonNode *
hl_command_location_remove (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *id = hl_command_get_string (params, "id");

  if (!hl_store_remove_location (HL_STORE (hl_command_host_get_store (host)), id, error))
    return NULL;
  hl_command_host_changed (host, id);
  return hl_command_result (json_object_new ());
}

static JsonObject *
print_location (const HlStoreLocation *location)
{
  JsonObject *object = json_object_new ();
  JsonNode *position = hl_position_to_json (location->head);

  json_object_set_string_member (object, "id", location->id);
  json_object_set_string_member (object, "name", location->name);
  json_object_set_string_member (object, "timezone", location->timezone);
  hl_command_set_time (object, "created", location->created);
  json_object_set_member (object, "pos", position);
  json_object_set_int_member (object, "floor", (gint64) location->floor);
  return object;
}

JsonNode *
hl_command_location_list (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autoptr (GPtrArray) locations =
    hl_store_list_locations (HL_STORE (hl_command_host_get_store (host)), error);
  JsonArray *array;

  if (locations == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < locations->len; i++)
    json_array_add_object_element (array, print_location (locations->pdata[i]));
  return hl_command_result_array ("locations", array);
}

JsonNode *
hl_command_floor_import (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *id = hl_command_get_string (params, "id");
  JsonObject *floor = json_object_get_object_member (params, "floor");
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  guint64 last = 0;
  JsonObject *result;

  if (!hl_floor_file_check (floor, ignored, error) || !refuse_ignored (ignored, error))
    return NULL;
  if (!hl_command_host_append (host, id, HL_EVENT_FLOOR_REPLACED, floor, &last, error))
    return NULL;
  result = json_object_new ();
  json_object_set_int_member (result, "seq", (gint64) last);
  json_object_set_int_member (
    result, "tables", json_array_get_length (json_object_get_array_member (floor, "tables")));
  return hl_command_result (result);
}
