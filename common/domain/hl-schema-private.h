/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small makers of JSON Schema, shared by the three documents. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-shape.h"

G_BEGIN_DECLS

/* {"$ref": @definitions + @name}, with ":" in the name as "." (transfer full) */
JsonObject *hl_schema_ref (const char *definitions, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* An object schema of all fields of @shape. (transfer full) */
JsonObject *hl_schema_object (const HlShape *shape,
                              const char *definitions) G_GNUC_WARN_UNUSED_RESULT;
/* Puts @schema (transfer full) into the properties of @object, and the name into its required ones.
 */
void hl_schema_set_property (JsonObject *object, const char *name, JsonObject *schema,
                             gboolean required);
/* {"type": @type, "const": @value} and the like. (transfer full) */
JsonObject *hl_schema_type           (const char *type) G_GNUC_WARN_UNUSED_RESULT;
JsonObject *hl_schema_const          (const char *value) G_GNUC_WARN_UNUSED_RESULT;
JsonObject *hl_schema_array_of       (JsonObject *items, guint max_items) G_GNUC_WARN_UNUSED_RESULT;
JsonObject *hl_schema_nullable       (JsonObject *schema) G_GNUC_WARN_UNUSED_RESULT;
/* {"oneOf": [...]} of references to names (NULL-terminated) */
JsonObject *hl_schema_one_of (const char *definitions,
                              const char *const *names) G_GNUC_WARN_UNUSED_RESULT;
/* All definitions: entities, nested records, events, actions, envelopes, frames, documents.
 * (transfer full) */
JsonObject *hl_schema_definitions    (const char *definitions) G_GNUC_WARN_UNUSED_RESULT;
/* Those of the wire's frames into @defs. */
void        hl_schema_add_frames     (JsonObject *defs, const char *definitions);
/* Takes @object. (transfer full) */
JsonNode   *hl_schema_node           (JsonObject *object) G_GNUC_WARN_UNUSED_RESULT;

/* The frames by the side that sends them, NULL-terminated. */
extern const char *const hl_schema_client_frames[];
extern const char *const hl_schema_server_frames[];

G_END_DECLS
