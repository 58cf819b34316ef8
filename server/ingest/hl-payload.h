/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading providers' JSON with forgiveness: a member that is absent or of another type than documented is "not there". */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"
#include "domain/hl-time.h"

G_BEGIN_DECLS

/* Providers change their formats and their documents disagree with their wires, so an adapter asks for what it needs and
 * goes on without the rest. @path: member names with dots ("call.customer.number"); borrowed results live as long as @root. */
JsonObject *hl_payload_get_object (JsonObject *root, const char *path);
JsonArray  *hl_payload_get_array  (JsonObject *root, const char *path);
/* NULL when absent, null, not a string, or empty. */
const char *hl_payload_get_string (JsonObject *root, const char *path);
/* A number, or a string that is one (providers send both); fractions are dropped. FALSE when absent or out of 2^53. */
gboolean    hl_payload_get_int    (JsonObject *root, const char *path, gint64 *out);
gboolean    hl_payload_get_double (JsonObject *root, const char *path, double *out);

/* Setting members of an event's data, each only if there is something to set and the schema would accept it. */
void hl_payload_put_text  (JsonObject *data, const char *name, const char *text, gsize max_chars); /* cut at max_chars */
void hl_payload_put_phone (JsonObject *data, const char *name, const char *text);  /* with its country code, else left out */
void hl_payload_put_time  (JsonObject *data, const char *name, gint64 ms);         /* HL_TIME_NONE is left out */
void hl_payload_put_language (JsonObject *data, const char *name, const char *text); /* a BCP 47 tag, "en-US" */
void hl_payload_put_url   (JsonObject *data, const char *name, const char *text);  /* https only, at most 2,048 */

/* "provider:" and the provider's id, if that is an id of ours (characters and length); else NULL. (transfer full) */
char *hl_payload_make_id  (const char *provider, const char *id);

G_END_DECLS
