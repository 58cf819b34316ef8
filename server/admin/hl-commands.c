/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands, the check of their parameters, and what they share. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-time.h"

G_DEFINE_INTERFACE (HlCommandHost, hl_command_host, G_TYPE_OBJECT)

G_DEFINE_QUARK (hl-command-error, hl_command_error)

static void
hl_command_host_default_init (HlCommandHostInterface *iface)
{
}

static const HlCommand commands[] = {
  { "location/add", HL_COMMAND_WRITES | HL_COMMAND_CREATES, hl_command_location_add,
    "id! name! timezone!" },
  { "location/set", HL_COMMAND_WRITES, hl_command_location_set, "id! fields:o!" },
  { "location/remove", HL_COMMAND_WRITES, hl_command_location_remove, "id!" },
  { "location/list", HL_COMMAND_READS, hl_command_location_list, "" },
  { "floor/import", HL_COMMAND_WRITES, hl_command_floor_import, "id! floor:o!" },
  { "token/add", HL_COMMAND_WRITES, hl_command_token_add, "locations:a! role! name! expires" },
  { "token/list", HL_COMMAND_READS, hl_command_token_list, "location" },
  { "token/revoke", HL_COMMAND_WRITES, hl_command_token_revoke, "id!" },
  { "pair", HL_COMMAND_WRITES, hl_command_pair, "location! role name" },
  { "hook/add", HL_COMMAND_WRITES, hl_command_hook_add, "location! provider! secret settings:o" },
  { "hook/remove", HL_COMMAND_WRITES, hl_command_hook_remove, "id!" },
  { "hook/rotate", HL_COMMAND_WRITES, hl_command_hook_rotate, "id! secret" },
  { "hook/set", HL_COMMAND_WRITES, hl_command_hook_set, "id! settings:o unset:a" },
  { "hook/unreadable", HL_COMMAND_READS, hl_command_hook_unreadable, "id!" },
  { "hook/list", HL_COMMAND_READS, hl_command_hook_list, "location" },
  { "device/list", HL_COMMAND_READS, hl_command_device_list, "location!" },
  { "device/remove", HL_COMMAND_WRITES, hl_command_device_remove, "id!" },
  { "device/status", HL_COMMAND_READS, hl_command_device_status, "location!" },
  { "subscriber/add", HL_COMMAND_WRITES, hl_command_subscriber_add, "location! url! after" },
  { "subscriber/remove", HL_COMMAND_WRITES, hl_command_subscriber_remove, "id!" },
  { "subscriber/rotate", HL_COMMAND_WRITES, hl_command_subscriber_rotate, "id!" },
  { "subscriber/enable", HL_COMMAND_WRITES, hl_command_subscriber_enable, "id!" },
  { "subscriber/list", HL_COMMAND_READS, hl_command_subscriber_list, "location" },
  { "connections", HL_COMMAND_READS, hl_command_connections, "location! device since after:i limit:i" },
  { "events", HL_COMMAND_READS, hl_command_events, "location! after:i limit:i" },
  { "state", HL_COMMAND_READS, hl_command_state, "location!" },
  { "check", HL_COMMAND_READS, hl_command_check, "" },
  { "backup", HL_COMMAND_READS, hl_command_backup, "file!" },
  { "reload", HL_COMMAND_READS, hl_command_reload, "" },
  { "erase", HL_COMMAND_WRITES, hl_command_erase, "phone!", hl_command_erase_prepare, hl_command_erase_free },
  { "doctor", HL_COMMAND_READS, hl_command_doctor, "" },
  { "purge", HL_COMMAND_WRITES, hl_command_purge, "older-than timer:i", hl_command_purge_prepare,
    hl_command_purge_free },
  { NULL },
};

const HlCommand *
hl_commands_get (void)
{
  return commands;
}

const HlCommand *
hl_commands_find (const char *name)
{
  for (const HlCommand *command = commands; command->name != NULL; command++) {
    if (strcmp (command->name, name) == 0)
      return command;
  }
  return NULL;
}

/* ---- parameters ---- */

static gboolean
has_type (JsonNode *node, char type)
{
  switch (type) {
  case 'o':
    return JSON_NODE_HOLDS_OBJECT (node);
  case 'i':
    return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64;
  case 'a': {
    JsonArray *array;

    if (!JSON_NODE_HOLDS_ARRAY (node))
      return FALSE;
    array = json_node_get_array (node);
    for (guint i = 0; i < json_array_get_length (array); i++) {
      if (!has_type (json_array_get_element (array, i), 's'))
        return FALSE;
    }
    return TRUE;
  }
  default:
    return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  }
}

/* Checks one parameter of the list; @known takes its name. */
static gboolean
check_param (const char *spec, JsonObject *params, GHashTable *known, GError **error)
{
  gsize length = strcspn (spec, ":!");
  g_autofree char *name = g_strndup (spec, length);
  char type = spec[length] == ':' ? spec[length + 1] : 's';
  gboolean required = g_str_has_suffix (spec, "!");
  JsonNode *node = json_object_get_member (params, name);

  if (node == NULL && required) {
    hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "Parameter “%s” is missing.", name);
    return FALSE;
  }
  if (node != NULL && !has_type (node, type)) {
    hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "Parameter “%s” has the wrong type.", name);
    return FALSE;
  }
  g_hash_table_add (known, g_steal_pointer (&name));
  return TRUE;
}

gboolean
hl_command_check_params (const HlCommand *command, JsonObject *params, GError **error)
{
  g_auto (GStrv) specs = g_strsplit (command->params, " ", -1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) names = NULL;

  for (guint i = 0; specs[i] != NULL; i++) {
    if (*specs[i] != '\0' && !check_param (specs[i], params, known, error))
      return FALSE;
  }
  names = json_object_get_members (params);
  for (GList *name = names; name != NULL; name = name->next) {
    if (!g_hash_table_contains (known, name->data)) {
      hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "Parameter “%s” is not known.",
                       (const char *) name->data);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- errors ---- */

static HlCommandError
translate (const GError *cause)
{
  if (cause->domain == HL_REGISTRY_ERROR) {
    switch ((HlRegistryError) cause->code) {
    case HL_REGISTRY_ERROR_UNKNOWN:
      return HL_COMMAND_ERROR_UNKNOWN;
    case HL_REGISTRY_ERROR_EXISTS:
      return HL_COMMAND_ERROR_FAILED;
    case HL_REGISTRY_ERROR_INVALID:
      return HL_COMMAND_ERROR_INVALID;
    default:
      break;
    }
  }
  if (cause->domain == HL_STORE_ERROR) {
    switch ((HlStoreError) cause->code) {
    case HL_STORE_ERROR_UNKNOWN_LOCATION:
      return HL_COMMAND_ERROR_UNKNOWN;
    case HL_STORE_ERROR_EXISTS:
    case HL_STORE_ERROR_CONFLICT:
    case HL_STORE_ERROR_BELOW_FLOOR:
    case HL_STORE_ERROR_CORRUPT:
      return HL_COMMAND_ERROR_FAILED;
    case HL_STORE_ERROR_INVALID:
      return HL_COMMAND_ERROR_INVALID;
    case HL_STORE_ERROR_FAILED:
    case HL_STORE_ERROR_FULL:
    case HL_STORE_ERROR_NEWER:
    case HL_STORE_ERROR_READ_ONLY:
    default:
      return HL_COMMAND_ERROR_STORE;
    }
  }
  if (cause->domain == HL_CODEC_ERROR)
    return HL_COMMAND_ERROR_INVALID;
  return HL_COMMAND_ERROR_FAILED;
}

/* Every error that comes out is an HL_COMMAND_ERROR. */
static void
propagate (GError *cause, GError **error)
{
  const char *pointer;

  if (cause->domain == HL_COMMAND_ERROR) {
    g_propagate_error (error, cause);
    return;
  }
  pointer = hl_codec_error_get_pointer (cause);
  /* a codec's own message begins with the place already */
  if (pointer != NULL && *pointer != '\0' && !g_str_has_prefix (cause->message, pointer))
    g_set_error (error, HL_COMMAND_ERROR, translate (cause), "%s: %s", pointer, cause->message);
  else
    g_set_error_literal (error, HL_COMMAND_ERROR, translate (cause), cause->message);
  g_error_free (cause);
}

gpointer
hl_command_prepare (const HlCommand *command, HlCommandHost *host, JsonObject *params,
                    GError **error)
{
  GError *cause = NULL;
  gpointer plan;

  if (command->prepare == NULL || !hl_command_check_params (command, params, error))
    return NULL;
  plan = command->prepare (host, params, &cause);
  if (plan == NULL)
    propagate (cause, error);
  return plan;
}

JsonNode *
hl_command_run (const HlCommand *command, HlCommandHost *host, JsonObject *params, GError **error)
{
  GError *cause = NULL;
  JsonNode *result;

  if (!hl_command_check_params (command, params, error))
    return NULL;
  result = command->run (host, params, &cause);
  if (result == NULL)
    propagate (cause, error);
  return result;
}

JsonNode *
hl_command_fail (GError **error, HlCommandError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HL_COMMAND_ERROR, code, format, args);
  va_end (args);
  return NULL;
}

/* ---- shared by the commands ---- */

const char *
hl_command_get_string (JsonObject *params, const char *name)
{
  return json_object_get_string_member_with_default (params, name, NULL);
}

gint64
hl_command_get_int (JsonObject *params, const char *name, gint64 fallback)
{
  return json_object_get_int_member_with_default (params, name, fallback);
}

const char **
hl_command_get_strings (JsonObject *params, const char *name)
{
  JsonArray *array = json_object_get_array_member (params, name);
  guint n = json_array_get_length (array);
  const char **strings = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    strings[i] = json_array_get_string_element (array, i);
  return strings;
}

void
hl_command_write_stamp (const char *directory, const char *name, gint64 now)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *time = hl_time_print (now);
  g_autofree char *text = g_strconcat (time, "\n", NULL);

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

gint64
hl_command_read_stamp (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *text = NULL;
  gint64 time = HL_TIME_NONE;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !hl_time_parse (g_strstrip (text), &time))
    return HL_TIME_NONE;
  return time;
}

void
hl_command_set_time (JsonObject *object, const char *name, gint64 time)
{
  g_autofree char *text = NULL;

  if (time == HL_REGISTRY_NEVER) {
    json_object_set_null_member (object, name);
    return;
  }
  text = hl_time_print (time);
  json_object_set_string_member (object, name, text);
}

JsonNode *
hl_command_result (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

JsonNode *
hl_command_result_array (const char *name, JsonArray *array)
{
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, name, array);
  return hl_command_result (object);
}

/* ---- the host ---- */

HlSqliteStore *
hl_command_host_get_store (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->get_store (self);
}

HlRegistry *
hl_command_host_get_registry (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->get_registry (self);
}

gint64
hl_command_host_now (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->now (self);
}

gboolean
hl_command_host_append (HlCommandHost *self, const char *location, HlEventKind kind,
                        JsonObject *data, guint64 *last, GError **error)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->append (self, location, kind, data, last, error);
}

GStrv
hl_command_host_dup_urls (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->dup_urls (self);
}

GStrv
hl_command_host_dup_public_urls (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->dup_public_urls (self);
}

char *
hl_command_host_dup_pin (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->dup_pin (self);
}

gboolean
hl_command_host_allows_http (HlCommandHost *self)
{
  HlCommandHostInterface *iface = HL_COMMAND_HOST_GET_IFACE (self);

  return iface->allows_http != NULL && iface->allows_http (self);
}

void
hl_command_host_changed (HlCommandHost *self, const char *removed_location)
{
  HlCommandHostInterface *iface = HL_COMMAND_HOST_GET_IFACE (self);

  if (iface->changed != NULL)
    iface->changed (self, removed_location);
}

gpointer
hl_command_host_get_plan (HlCommandHost *self)
{
  HlCommandHostInterface *iface = HL_COMMAND_HOST_GET_IFACE (self);

  return iface->get_plan != NULL ? iface->get_plan (self) : NULL;
}

HlState *
hl_command_host_get_state (HlCommandHost *self, const char *location, GError **error)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->get_state (self, location, error);
}

GStrv
hl_command_host_dup_listeners (HlCommandHost *self)
{
  HlCommandHostInterface *iface = HL_COMMAND_HOST_GET_IFACE (self);

  return iface->dup_listeners != NULL ? iface->dup_listeners (self) : NULL;
}

HlCommandRetention
hl_command_host_get_retention (HlCommandHost *self)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->get_retention (self);
}

gboolean
hl_command_host_erased (HlCommandHost *self, const char *location, GError **error)
{
  return HL_COMMAND_HOST_GET_IFACE (self)->erased (self, location, error);
}

JsonObject *
hl_command_host_get_presence (HlCommandHost *self, const char *location)
{
  HlCommandHostInterface *iface = HL_COMMAND_HOST_GET_IFACE (self);

  return iface->get_presence != NULL ? iface->get_presence (self, location) : NULL;
}
