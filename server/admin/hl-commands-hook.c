/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hook add, set, remove, rotate, list, unreadable. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "ingest/hl-provider-settings.h"
#include "util/hl-mask.h"
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
set_path (HlCommandHost *host, JsonObject *object, const char *provider, const char *location,
          char *secret)
{
  g_autofree char *path = g_strdup_printf ("/v1/hooks/%s/%s/%s", provider, location, secret);
  g_auto (GStrv) urls = hl_command_host_dup_public_urls (host);

  json_object_set_string_member (object, "path", path);
  if (urls[0] != NULL) {
    gsize length = strcspn (urls[0], "#");
    g_autofree char *url = NULL;

    while (length > 0 && urls[0][length - 1] == '/')
      length--;
    url = g_strdup_printf ("%.*s%s", (int) length, urls[0], path);
    json_object_set_string_member (object, "url", url);
  }
  hl_registry_free_secret (secret);
}

static gboolean
check_secret (const HlProvider *provider, const char *secret, GError **error)
{
  if (secret == NULL && !provider->secret_optional) {
    hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                     "%s signs its webhooks: give the secret that it signs with.", provider->title);
    return FALSE;
  }
  if (secret != NULL && provider->verify == NULL) {
    hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                     "%s does not sign its webhooks, the secret in their path is what is checked: "
                     "give no other one.",
                     provider->title);
    return FALSE;
  }
  return TRUE;
}

/* What the URL is has to be known before a signature over it can be checked. */
static gboolean
check_public_urls (HlCommandHost *host, const HlProvider *provider, GError **error)
{
  g_auto (GStrv) urls = hl_command_host_dup_public_urls (host);

  if (!provider->signs_url || urls[0] != NULL)
    return TRUE;
  hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                   "%s signs the URL that it was given: first set public-urls in the configuration "
                   "to what this server is called from outside, then reload it.",
                   provider->title);
  return FALSE;
}

/* Returns: (transfer full) (nullable): JSON text of the settings in @params */
static char *
take_settings (const HlProvider *provider, JsonObject *params, GError **error)
{
  JsonObject *settings;
  g_autoptr (GError) wrong = NULL;

  if (!json_object_has_member (params, "settings"))
    return g_strdup ("{}");
  settings = json_object_get_object_member (params, "settings");
  if (!hl_provider_check_settings (provider, settings, &wrong)) {
    hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "%s", wrong->message);
    return NULL;
  }
  return hl_json_print_object (settings);
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

  if (provider == NULL || !check_secret (provider, secret, error) ||
      !check_public_urls (host, provider, error))
    return NULL;
  settings = take_settings (provider, params, error);
  if (settings == NULL)
    return NULL;
  id = hl_registry_add_hook (hl_command_host_get_registry (host), location, provider->name, secret,
                             settings, hl_command_host_now (host), &path_secret, error);
  if (id == NULL)
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  set_path (host, result, provider->name, location, path_secret);
  if (provider->setup != NULL)
    json_object_set_string_member (result, "setup", provider->setup);
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
    set_path (host, result, hook->provider, hook->location, path_secret);
  return hl_command_result (result);
}

/* Takes the names in @params out of @settings. What is not set may be taken out; what is no setting at all may not. */
static gboolean
unset (const HlProvider *provider, JsonObject *settings, JsonObject *params, GError **error)
{
  JsonArray *names = json_object_has_member (params, "unset") ? json_object_get_array_member (params, "unset") : NULL;
  JsonObject *given = json_object_has_member (params, "settings") ? json_object_get_object_member (params, "settings") : NULL;

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++) {
    const char *name = json_array_get_string_element (names, i);

    if (given != NULL && json_object_has_member (given, name)) {
      hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "“%s” is both set and unset.", name);
      return FALSE;
    }
    if (!json_object_has_member (settings, name) && !hl_provider_has_setting (provider, name)) {
      hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "“%s” is no setting of %s.", name, provider->title);
      return FALSE;
    }
    json_object_remove_member (settings, name);
  }
  return TRUE;
}

/* The settings that are given replace those of the same name, those that are named to be unset go; the rest stays. */
JsonNode *
hl_command_hook_set (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlRegistry *registry = hl_command_host_get_registry (host);
  const char *id = hl_command_get_string (params, "id");
  g_autoptr (GPtrArray) hooks =
    hl_registry_list_hooks (registry, NULL, hl_command_host_now (host), error);
  const HlHookInfo *hook = hooks != NULL ? find_hook (hooks, id) : NULL;
  g_autofree char *checked = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) settings = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  const HlProvider *provider;

  if (hooks == NULL)
    return NULL;
  if (hook == NULL)
    return hl_command_fail (error, HL_COMMAND_ERROR_UNKNOWN, "There is no hook “%s”.", id);
  if (!json_object_has_member (params, "settings") && !json_object_has_member (params, "unset"))
    return hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "Nothing is set and nothing unset.");
  provider = find_provider (hook->provider, error);
  if (provider == NULL)
    return NULL;
  checked = take_settings (provider, params, error);
  if (checked == NULL)
    return NULL;
  settings = hl_json_parse_object (hook->settings, strlen (hook->settings), NULL, NULL);
  if (settings == NULL)
    settings = json_object_new ();
  if (!unset (provider, settings, params, error))
    return NULL;
  if (json_object_has_member (params, "settings")) {
    json_object_iter_init (&iter, json_object_get_object_member (params, "settings"));
    while (json_object_iter_next (&iter, &name, &value))
      json_object_set_member (settings, name, json_node_copy (value));
  }
  text = hl_json_print_object (settings);
  if (!hl_registry_set_hook (registry, id, text, error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

/* ---- what happened ---- */

/* What an operator can do about a refusal: most have their cause outside the cryptography. */
static const char *
get_cause (const char *reason, const HlProvider *provider)
{
  static const struct {
    const char *reason;
    const char *cause;
  } causes[] = {
    { "no_header", "The signature's header is missing: no secret is set there, or a proxy drops the header." },
    { "bad_format", "The signature's header is malformed or came twice: a proxy changes it, or the header's "
                    "settings of this hook do not fit." },
    { "stale", "The signature is right but its time is not: one of the two clocks is wrong, or an old request was "
               "sent again." },
    { "wrong_url", "The signature is not for the URL below: public-urls must be what was entered there, with the "
                   "same scheme, host and port, and a proxy must not change the path." },
    { "content_type", "The body came in another content type than this provider's: set JSON or a form there." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++) {
    if (g_strcmp0 (causes[i].reason, reason) == 0)
      return causes[i].cause;
  }
  return provider != NULL && provider->signs_url
           ? "The signature does not fit: most likely it was made with another secret, or the URL entered there is "
             "not the one below."
           : "The signature does not fit: most likely it was made with another secret, or a proxy changes the body.";
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonObject *
print_hook (const HlHookInfo *hook)
{
  const HlProvider *provider = hl_provider_find (hook->provider);
  JsonObject *object = json_object_new ();
  JsonObject *settings = hl_json_parse_object (hook->settings, strlen (hook->settings), NULL, NULL);

  json_object_set_string_member (object, "id", hook->id);
  json_object_set_string_member (object, "location", hook->location);
  json_object_set_string_member (object, "provider", hook->provider);
  json_object_set_object_member (object, "settings", settings != NULL ? settings : json_object_new ());
  hl_command_set_time (object, "created", hook->created);
  hl_command_set_time (object, "last_event", hook->last_event);
  hl_command_set_time (object, "last_refusal", hook->last_refusal);
  set_text (object, "refusal_reason", hook->refusal_reason);
  set_text (object, "refusal_cause",
            hook->refusal_reason != NULL ? get_cause (hook->refusal_reason, provider) : NULL);
  set_text (object, "refusal_url", hook->refusal_url);
  json_object_set_int_member (object, "refused", (gint64) hook->refused);
  json_object_set_int_member (object, "ignored", (gint64) hook->ignored);
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

static JsonObject *
print_unreadable (const HlStoreUnreadable *item)
{
  JsonObject *object = json_object_new ();
  gsize length;
  const char *bytes = g_bytes_get_data (item->body, &length);
  g_autofree char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) length);
  g_autofree char *masked = hl_mask_phones_in_text (text);

  hl_command_set_time (object, "received", item->received);
  json_object_set_string_member (object, "reason", item->reason);
  set_text (object, "content_type", item->content_type);
  json_object_set_string_member (object, "body", masked);
  return object;
}

/* Newest first. */
JsonNode *
hl_command_hook_unreadable (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *id = hl_command_get_string (params, "id");
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (hl_command_host_get_registry (host), NULL,
                                                        hl_command_host_now (host), error);
  const HlHookInfo *hook = hooks != NULL ? find_hook (hooks, id) : NULL;
  g_autoptr (GPtrArray) items = NULL;
  JsonArray *array;

  if (hooks == NULL)
    return NULL;
  if (hook == NULL)
    return hl_command_fail (error, HL_COMMAND_ERROR_UNKNOWN, "There is no hook “%s”.", id);
  items = hl_store_list_unreadable (HL_STORE (hl_command_host_get_store (host)), hook->location, id, error);
  if (items == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < items->len; i++)
    json_array_add_object_element (array, print_unreadable (items->pdata[i]));
  return hl_command_result_array ("unreadable", array);
}
