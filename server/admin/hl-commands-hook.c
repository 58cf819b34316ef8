/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hook add, remove, rotate, list. */
#include "admin/hl-commands-private.h"

#include "ingest/hl-provider.h"
#include "wire/hl-json.h"

static const HlProvider *
find_provider (const char *name, GError **error)
{
  const HlProvider *provider = hl_provider_find (name);
  g_autoptr (GString) names = NULL;

  if (provider != NULL)
    return provider;
  names = g_string_new (NULL);
  for (const HlProvider *const *known = hl_provider_list (); *known != NULL; known++)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", (*known)->name);
  hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "“%s” is no provider that is known: %s.", name,
                   names->str);
  return NULL;
}

static void
set_path (JsonObject *object, const char *provider, const char *location, char *secret)
{
  g_autofree char *path = g_strdup_printf ("/v1/hooks/%s/%s/%s", provider, location, secret);

  json_object_set_string_member (object, "path", path);
  hl_registry_free_secret (secret);
}

JsonNode *
hl_command_hook_add (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *location = hl_command_get_string (params, "location");
  const char *secret = hl_command_get_string (params, "secret");
  const HlProvider *provider =
    find_provider (hl_command_get_string (params, "provider"), error);
  g_autofree char *settings = NULL;
  g_autofree char *id = NULL;
  char *path_secret = NULL;
  JsonObject *result;

  if (provider == NULL)
    return NULL;
  if (secret == NULL && !provider->secret_optional)
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                            "%s signs its webhooks: give the secret that it signs with.",
                            provider->name);
  if (json_object_has_member (params, "settings"))
    settings = hl_json_print_object (json_object_get_object_member (params, "settings"));
  id = hl_registry_add_hook (hl_command_host_get_registry (host), location, provider->name, secret,
                             settings, hl_command_host_now (host), &path_secret, error);
  if (id == NULL)
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  set_path (result, provider->name, location, path_secret);
  return hl_command_result (result);
}

JsonNode *
hl_command_hook_remove (HlCommandHost *host, JsonObject *params, GError **error)
{
  if (!hl_registry_remove_hook (hl_command_host_get_registry (host),
                                hl_command_get_string (params, "id"), error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

/* Returns: (transfer none) (nullable): an item of @hooks */
static const HlHookInfo *
find_hook (GPtrArray *hooks, const char *id)
{
  for (guint i = 0; i < hooks->len; i++) {
    const HlHookInfo *hook = hooks->pdata[i];

    if (g_str_equal (hook->id, id))
      return hook;
  }
  return NULL;
}

/* A new signing secret if one is given, else a new path; the former one stays valid for a day. */
JsonNode *
hl_command_hook_rotate (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlRegistry *registry = hl_command_host_get_registry (host);
  const char *id = hl_command_get_string (params, "id");
  const char *secret = hl_command_get_string (params, "secret");
  gint64 now = hl_command_host_now (host);
  g_autoptr (GPtrArray) hooks = NULL;
  const HlHookInfo *hook;
  char *path_secret = NULL;
  JsonObject *result;

  if (!hl_registry_rotate_hook (registry, id, secret, 0, now, secret == NULL ? &path_secret : NULL,
                                error))
    return NULL;
  hl_command_host_changed (host, NULL);
  hooks = hl_registry_list_hooks (registry, NULL, now, error);
  if (hooks == NULL) {
    hl_registry_free_secret (path_secret);
    return NULL;
  }
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  hl_command_set_time (result, "old_expires", now + HL_REGISTRY_ROTATE_MS);
  hook = find_hook (hooks, id);
  if (path_secret != NULL && hook != NULL)
    set_path (result, hook->provider, hook->location, path_secret);
  return hl_command_result (result);
}

static JsonObject *
print_hook (const HlHookInfo *hook)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", hook->id);
  json_object_set_string_member (object, "location", hook->location);
  json_object_set_string_member (object, "provider", hook->provider);
  hl_command_set_time (object, "created", hook->created);
  hl_command_set_time (object, "last_event", hook->last_event);
  hl_command_set_time (object, "last_refusal", hook->last_refusal);
  if (hook->refusal_reason != NULL)
    json_object_set_string_member (object, "refusal_reason", hook->refusal_reason);
  else
    json_object_set_null_member (object, "refusal_reason");
  json_object_set_int_member (object, "unreadable", (gint64) hook->unreadable);
  json_object_set_int_member (object, "paths", g_strv_length (hook->paths));
  json_object_set_int_member (object, "secrets", g_strv_length (hook->secrets));
  return object;
}

JsonNode *
hl_command_hook_list (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (
    hl_command_host_get_registry (host), hl_command_get_string (params, "location"),
    hl_command_host_now (host), error);
  JsonArray *array;

  if (hooks == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < hooks->len; i++)
    json_array_add_object_element (array, print_hook (hooks->pdata[i]));
  return hl_command_result_array ("hooks", array);
}
