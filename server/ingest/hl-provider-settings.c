/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a provider's hooks: checked when they are given, completed when they are used. */
#include "ingest/hl-provider-settings.h"

#include <string.h>

#include "ingest/hl-provider-error.h"
#include "wire/hl-json.h"

#define MAX_CHARS 256

static const HlProviderSetting *
find_setting (const HlProvider *provider,
              const char       *name)
{
  for (const HlProviderSetting *setting = provider->settings; setting != NULL && setting->name != NULL; setting++) {
    if (g_str_equal (setting->name, name)) {
      return setting;
    }
  }
  return NULL;
}

static char *
list_names (const HlProvider *provider)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (const HlProviderSetting *setting = provider->settings; setting != NULL && setting->name != NULL; setting++) {
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", setting->name);
  }
  return g_strdup (names->len > 0 ? names->str : "none");
}

static gboolean
is_text (const char *value)
{
  if (value[0] == '\0' || !g_utf8_validate (value, -1, NULL) || g_utf8_strlen (value, -1) > MAX_CHARS) {
    return FALSE;
  }
  for (const char *c = value; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_value (const HlProviderSetting *setting,
             JsonNode                *node,
             GError                 **error)
{
  const char *value = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                          ? json_node_get_string (node)
                          : NULL;

  if (value == NULL || !is_text (value)) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_SETTING, "The setting “%s” is text of 1 to %d characters.",
                 setting->name, MAX_CHARS);
    return FALSE;
  }
  if (setting->values != NULL && !g_strv_contains (setting->values, value)) {
    g_autofree char *allowed = g_strjoinv (", ", (char **) setting->values);

    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_SETTING, "The setting “%s” is one of: %s.", setting->name,
                 allowed);
    return FALSE;
  }
  return TRUE;
}

gboolean
hl_provider_check_settings (const HlProvider *provider,
                            JsonObject       *settings,
                            GError          **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, settings);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const HlProviderSetting *setting = find_setting (provider, name);

    if (setting == NULL) {
      g_autofree char *names = list_names (provider);

      g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_SETTING,
                   "“%s” is no setting of %s. Its settings are: %s.", name, provider->title, names);
      return FALSE;
    }
    if (!check_value (setting, node, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
hl_provider_has_setting (const HlProvider *provider,
                         const char       *name)
{
  return find_setting (provider, name) != NULL;
}

JsonObject *
hl_provider_make_settings (const HlProvider *provider,
                           const char       *text)
{
  JsonObject *settings = NULL;

  if (text != NULL && !g_str_equal (text, "{}")) {
    settings = hl_json_parse_object (text, strlen (text), NULL, NULL);
  }
  if (settings == NULL) {
    settings = json_object_new ();
  }
  for (const HlProviderSetting *setting = provider->settings; setting != NULL && setting->name != NULL; setting++) {
    if (setting->initial != NULL && !json_object_has_member (settings, setting->name)) {
      json_object_set_string_member (settings, setting->name, setting->initial);
    }
  }
  return settings;
}
