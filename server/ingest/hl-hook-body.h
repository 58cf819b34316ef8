/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHookBody: a webhook's body, parsed once, with what else of the delivery its meaning may hang on. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
  JsonNode   *json;        /* NULL for a form */
  GHashTable *form;        /* decoded name -> value, the last of a repeated name; NULL for JSON */
  char       *query;       /* raw query of the request target, never NULL */
  GHashTable *headers;     /* lower-case name -> value, only those that the provider reads; never NULL */
  JsonObject *settings;    /* the hook's settings, never NULL */
  gint64      received_ms; /* wall clock */
  gsize       length;      /* of the raw body, bytes */
} HlHookBody;

/* @bytes: the raw body; JSON is read strictly (duplicate members, depth over 32, bad UTF-8 are errors that name the place).
 * Returns NULL with an error when it cannot be read. */
HlHookBody *hl_hook_body_new  (GBytes   *bytes,
                               gboolean  form,
                               gint64    received_ms,
                               GError  **error);
void        hl_hook_body_free (HlHookBody *self);

void        hl_hook_body_set_query    (HlHookBody *self, const char *query);      /* copied */
void        hl_hook_body_set_header   (HlHookBody *self, const char *name, const char *value); /* both copied, name lowered */
void        hl_hook_body_set_settings (HlHookBody *self, JsonObject *settings);   /* a reference is taken */

/* NULL when absent. Borrowed. */
const char *hl_hook_body_get_header   (const HlHookBody *self, const char *name);
const char *hl_hook_body_get_setting  (const HlHookBody *self, const char *name);
const char *hl_hook_body_get_form     (const HlHookBody *self, const char *name); /* NULL when absent or empty */
/* The JSON document's root object, NULL when it is something else. */
JsonObject *hl_hook_body_get_root     (const HlHookBody *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHookBody, hl_hook_body_free)

G_END_DECLS
