/* SPDX-License-Identifier: GPL-3.0-or-later */
/* token add, list, revoke; pair; device list, remove, status. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "domain/hl-time.h"
#include "wire/hl-pair-link.h"

static gboolean
parse_role (const char *nick, HlRole *role, GError **error)
{
  int value = 0;

  if (!hl_enum_parse (HL_TYPE_ROLE, nick, &value)) {
    hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                     "“%s” is no role: staff, manager, publisher, agent or monitor.", nick);
    return FALSE;
  }
  *role = (HlRole) value;
  return TRUE;
}

JsonNode *
hl_command_token_add (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autofree const char **locations = hl_command_get_strings (params, "locations");
  const char *text = hl_command_get_string (params, "expires");
  gint64 expires = HL_REGISTRY_NEVER;
  g_autofree char *id = NULL;
  char *token;
  HlRole role;
  JsonObject *result;

  if (!parse_role (hl_command_get_string (params, "role"), &role, error))
    return NULL;
  if (text != NULL && !hl_time_parse (text, &expires))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "“%s” is no time; it looks like 2026-12-31T23:00:00Z.", text);
  token = hl_registry_add_token (hl_command_host_get_registry (host), locations, role,
                                 hl_command_get_string (params, "name"), expires,
                                 hl_command_host_now (host), &id, error);
  if (token == NULL)
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  json_object_set_string_member (result, "token", token);
  hl_registry_free_secret (token);
  return hl_command_result (result);
}

static JsonObject *
print_token (const HlTokenInfo *token, gint64 now)
{
  JsonObject *object = json_object_new ();
  JsonArray *locations = json_array_new ();

  for (char **location = token->locations; *location != NULL; location++)
    json_array_add_string_element (locations, *location);
  json_object_set_string_member (object, "id", token->id);
  json_object_set_string_member (object, "name", token->name);
  json_object_set_string_member (object, "role", hl_enum_nick (HL_TYPE_ROLE, token->role));
  json_object_set_array_member (object, "locations", locations);
  if (token->device != NULL)
    json_object_set_string_member (object, "device", token->device);
  else
    json_object_set_null_member (object, "device");
  hl_command_set_time (object, "created", token->created);
  hl_command_set_time (object, "expires", token->expires);
  hl_command_set_time (object, "last_used", token->last_used);
  hl_command_set_time (object, "revoked", token->revoked);
  json_object_set_boolean_member (
    object, "valid",
    token->revoked == HL_REGISTRY_NEVER &&
      (token->expires == HL_REGISTRY_NEVER || token->expires > now));
  return object;
}

JsonNode *
hl_command_token_list (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autoptr (GPtrArray) tokens =
    hl_registry_list_tokens (hl_command_host_get_registry (host),
                             hl_command_get_string (params, "location"), error);
  gint64 now = hl_command_host_now (host);
  JsonArray *array;

  if (tokens == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < tokens->len; i++)
    json_array_add_object_element (array, print_token (tokens->pdata[i], now));
  return hl_command_result_array ("tokens", array);
}

JsonNode *
hl_command_token_revoke (HlCommandHost *host, JsonObject *params, GError **error)
{
  if (!hl_registry_revoke_token (hl_command_host_get_registry (host),
                                 hl_command_get_string (params, "id"), hl_command_host_now (host),
                                 error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

/* ---- pairing ---- */

/* Takes "#pki" off the urls into the link's flags. Returns: (transfer full) (nullable) */
static char *
print_link (HlCommandHost *host, const char *location, const char *code, const char *pin,
            GError **error)
{
  g_autoptr (HlPairLink) link = g_new0 (HlPairLink, 1);
  guint n;

  link->urls = hl_command_host_dup_urls (host);
  n = MIN (g_strv_length (link->urls), HL_PAIR_LINK_MAX_URLS);
  for (guint i = 0; link->urls[i] != NULL; i++) {
    char *url = link->urls[i];

    if (i >= n) {
      g_clear_pointer (&link->urls[i], g_free);
    } else if (g_str_has_suffix (url, "#pki")) {
      link->pki[i] = TRUE;
      url[strlen (url) - strlen ("#pki")] = '\0';
    }
  }
  link->location = g_strdup (location);
  link->code = g_strdup (code);
  if (pin != NULL)
    link->pin = g_strdup (g_str_has_prefix (pin, "sha256:") ? pin + strlen ("sha256:") : pin);
  if (n == 0) {
    hl_command_fail (error, HL_COMMAND_ERROR_FAILED,
                     "No URL is known under which the server can be reached; set public-urls.");
    return NULL;
  }
  return hl_pair_link_print (link);
}

JsonNode *
hl_command_pair (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *location = hl_command_get_string (params, "location");
  const char *nick = hl_command_get_string (params, "role");
  g_autofree char *pin = hl_command_host_dup_pin (host);
  g_autofree char *link = NULL;
  HlRole role = HL_ROLE_STAFF;
  gint64 expires = 0;
  char *code;
  JsonObject *result;

  if (nick != NULL && !parse_role (nick, &role, error))
    return NULL;
  code = hl_registry_add_pairing (hl_command_host_get_registry (host), location, role,
                                  hl_command_get_string (params, "name"), 0,
                                  hl_command_host_now (host), &expires, error);
  if (code == NULL)
    return NULL;
  link = print_link (host, location, code, pin, error);
  if (link == NULL) {
    hl_registry_free_secret (code);
    return NULL;
  }
  result = json_object_new ();
  json_object_set_string_member (result, "link", link);
  json_object_set_string_member (result, "code", code);
  hl_command_set_time (result, "expires", expires);
  if (pin != NULL)
    json_object_set_string_member (result, "pin", pin);
  else
    json_object_set_null_member (result, "pin");
  hl_registry_free_secret (code);
  return hl_command_result (result);
}

/* ---- devices ---- */

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonObject *
print_device (const HlDeviceInfo *device)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", device->id);
  json_object_set_string_member (object, "location", device->location);
  json_object_set_string_member (object, "name", device->name);
  json_object_set_string_member (object, "role", hl_enum_nick (HL_TYPE_ROLE, device->role));
  json_object_set_string_member (object, "token", device->token_id);
  set_text (object, "app", device->app);
  set_text (object, "platform", device->platform);
  hl_command_set_time (object, "created", device->created);
  hl_command_set_time (object, "last_seen", device->last_seen);
  hl_command_set_time (object, "removed", device->removed);
  return object;
}

JsonNode *
hl_command_device_list (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *location = hl_command_get_string (params, "location");
  g_autoptr (HlStoreLocation) row =
    hl_store_get_location (HL_STORE (hl_command_host_get_store (host)), location, error);
  g_autoptr (GPtrArray) devices = NULL;
  JsonArray *array;

  if (row == NULL)
    return NULL;
  devices = hl_registry_list_devices (hl_command_host_get_registry (host), location, error);
  if (devices == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < devices->len; i++)
    json_array_add_object_element (array, print_device (devices->pdata[i]));
  return hl_command_result_array ("devices", array);
}

JsonNode *
hl_command_device_remove (HlCommandHost *host, JsonObject *params, GError **error)
{
  if (!hl_registry_remove_device (hl_command_host_get_registry (host),
                                  hl_command_get_string (params, "id"),
                                  hl_command_host_now (host), error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

JsonNode *
hl_command_device_status (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *location = hl_command_get_string (params, "location");
  g_autoptr (HlPosition) head
    = hl_store_get_head (HL_STORE (hl_command_host_get_store (host)), location, error);
  JsonObject *presence;

  if (head == NULL) /* nobody is at a location that is not there, which is not the same as nobody being here */
    return NULL;
  presence = hl_command_host_get_presence (host, location);
  if (presence == NULL)
    return hl_command_fail (error, HL_COMMAND_ERROR_FAILED,
                            "No server runs, so no device is connected.");
  return hl_command_result (presence);
}
