/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed reads of a JSON object's members that never fail: for code that must be total. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Each gives @fallback (or none) where the member is absent, null or of another type. Strings:
 * (transfer none) (nullable). */
gboolean    hl_member_get_bool   (JsonObject *object, const char *name, gboolean fallback);
gint64      hl_member_get_int    (JsonObject *object, const char *name, gint64 fallback);
double      hl_member_get_double (JsonObject *object, const char *name, double fallback);
const char *hl_member_get_string (JsonObject *object, const char *name, const char *fallback);
/* ms since the epoch, HL_TIME_NONE where there is none */
gint64      hl_member_get_time   (JsonObject *object, const char *name);
JsonArray  *hl_member_get_array  (JsonObject *object, const char *name);
JsonObject *hl_member_get_object (JsonObject *object, const char *name);
/* (transfer container) (nullable): the strings of an array; the texts live as long as @object */
const char **hl_member_get_strings (JsonObject *object, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the member is there at all, and whether it is there and null. */
gboolean    hl_member_is_given   (JsonObject *object, const char *name);
gboolean    hl_member_is_null    (JsonObject *object, const char *name);

G_END_DECLS
