/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHookBody: parsing a webhook's body once. */
#include "ingest/hl-hook-body.h"

#include "wire/hl-json.h"

HlHookBody *
hl_hook_body_new (GBytes   *bytes,
                  gboolean  form,
                  gint64    received_ms,
                  GError  **error)
{
  static const HlJsonLimits limits = { .max_depth = 32, .max_members = 4096, .forgive = TRUE };
  gsize len = 0;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (HlHookBody) self = g_new0 (HlHookBody, 1);

  self->query = g_strdup ("");
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->settings = json_object_new ();
  self->received_ms = received_ms;
  self->length = len;
  if (form) {
    self->form = g_uri_parse_params (text, (gssize) len, "&", G_URI_PARAMS_WWW_FORM, error);
  } else {
    self->json = hl_json_parse (text, len, &limits, error);
  }
  return self->form != NULL || self->json != NULL ? g_steal_pointer (&self) : NULL;
}

void
hl_hook_body_free (HlHookBody *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->json, json_node_unref);
  g_clear_pointer (&self->form, g_hash_table_unref);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_clear_pointer (&self->settings, json_object_unref);
  g_free (self->query);
  g_free (self);
}

void
hl_hook_body_set_query (HlHookBody *self,
                        const char *query)
{
  g_free (self->query);
  self->query = g_strdup (query != NULL ? query : "");
}

void
hl_hook_body_set_header (HlHookBody *self,
                         const char *name,
                         const char *value)
{
  g_hash_table_replace (self->headers, g_ascii_strdown (name, -1), g_strdup (value));
}

void
hl_hook_body_set_settings (HlHookBody *self,
                           JsonObject *settings)
{
  json_object_ref (settings);
  json_object_unref (self->settings);
  self->settings = settings;
}

const char *
hl_hook_body_get_header (const HlHookBody *self,
                         const char       *name)
{
  return g_hash_table_lookup (self->headers, name);
}

const char *
hl_hook_body_get_setting (const HlHookBody *self,
                          const char       *name)
{
  JsonNode *node = json_object_get_member (self->settings, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

const char *
hl_hook_body_get_form (const HlHookBody *self,
                       const char       *name)
{
  const char *value = self->form != NULL ? g_hash_table_lookup (self->form, name) : NULL;

  return value != NULL && value[0] != '\0' ? value : NULL;
}

JsonObject *
hl_hook_body_get_root (const HlHookBody *self)
{
  return self->json != NULL && JSON_NODE_HOLDS_OBJECT (self->json) ? json_node_get_object (self->json) : NULL;
}
