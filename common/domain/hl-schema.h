/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schema as documents for others, printed from the same fields that the codec checks by. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-shape.h"

G_BEGIN_DECLS

/* Raised whenever a follower of the old schema could fold an event into another state; in `welcome`
 * and `digest`. */
#define HL_SCHEMA_VERSION 1

/* JSON Schema 2020-12 of all entities, events (posted and logged), actions and documents, under
 * $defs. */
JsonNode *hl_schema_print_json_schema (void) G_GNUC_WARN_UNUSED_RESULT;
/* AsyncAPI 3.0: the live channel with its frames, and the events. @version: of the program */
JsonNode *hl_schema_print_asyncapi    (const char *version) G_GNUC_WARN_UNUSED_RESULT;
/* OpenAPI 3.1: the HTTP routes. */
JsonNode *hl_schema_print_openapi     (const char *version) G_GNUC_WARN_UNUSED_RESULT;
/* The JSON Schema of one shape, references to nested records resolved under @definitions
 * ("#/$defs/"). */
JsonNode *hl_schema_print_shape       (const HlShape *shape,
                                       const char    *definitions) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
