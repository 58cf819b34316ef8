/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one generic way between JSON and records: strict, driven by the fields' GParamSpecs. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-record.h"

G_BEGIN_DECLS

/* What is wrong with a member. Every error has a JSON pointer (RFC 6901) and a message that says
 * what is there, or missing, and what is allowed. */
typedef enum {
  HL_CODEC_ERROR_TYPE,        /* another JSON type than the field's */
  HL_CODEC_ERROR_RANGE,       /* a number under its minimum or over its maximum */
  HL_CODEC_ERROR_LENGTH,      /* a string over its limit, too many or too few items */
  HL_CODEC_ERROR_FORMAT,      /* not an id, time, date, phone, language ... */
  HL_CODEC_ERROR_ENUM,        /* an unknown nick */
  HL_CODEC_ERROR_ENCODING,    /* not UTF-8 */
  HL_CODEC_ERROR_NULL,        /* null where null is not allowed */
  HL_CODEC_ERROR_MISSING,     /* a required member is not there */
  HL_CODEC_ERROR_DUPLICATE,   /* an id twice */
  HL_CODEC_ERROR_REFERENCE,   /* names something that is not there */
  HL_CODEC_ERROR_CONFLICT,    /* two members contradict each other */
  HL_CODEC_ERROR_NOT_ALLOWED, /* well formed, but not for this role */
  HL_CODEC_ERROR_UNKNOWN,     /* no such kind or member */
} HlCodecError;

#define HL_CODEC_ERROR (hl_codec_error_quark ())
GQuark      hl_codec_error_quark       (void);
/* The JSON pointer of the offending member, "" for the whole document; NULL for another domain's
 * error. (transfer none) */
const char *hl_codec_error_get_pointer (const GError *error);
/* Sets an error at @base / @member ("/data", "claims/0") . @member: (nullable): as a pointer's
 * tokens, escaped */
void        hl_codec_error_set         (GError      **error,
                                        HlCodecError  code,
                                        const char   *base,
                                        const char   *member,
                                        const char   *format,
                                        ...) G_GNUC_PRINTF (5, 6);

typedef enum {
  HL_CODEC_FLAG_NONE = 0,
  HL_CODEC_FLAG_COMPACT = 1 << 0, /* leave out what equals its default */
  HL_CODEC_FLAG_NULLS = 1 << 1,   /* write null for what is null; else it is left out */
} HlCodecFlags;

/**
 * hl_codec_check:
 * @shape: what is allowed
 * @object: JSON
 * @base: JSON pointer of @object, for messages; "" for the root
 * @ignored: (nullable) (element-type utf8): takes the pointers of unknown members, at any depth;
 *   needs g_free as its free function
 *
 * Absent = unchanged, null = cleared (nullable fields only). Arrays are whole.
 *
 * Returns: whether @object has @shape and all that the shape requires
 */
gboolean  hl_codec_check (const HlShape *shape,
                          JsonObject    *object,
                          const char    *base,
                          GPtrArray     *ignored,
                          GError       **error);

/* All wire fields of @record as an object, in the order of the schema. (transfer full) */
JsonNode *hl_codec_save  (HlRecord     *record,
                          HlCodecFlags  flags) G_GNUC_WARN_UNUSED_RESULT;
/* Sets the fields that @object names, all or, on an error, none. What is required is not asked for.
 * Unknown members are left out. One notify a changed field. */
gboolean  hl_codec_load  (HlRecord    *record,
                          JsonObject  *object,
                          const char  *base,
                          GError     **error);
/* One field; an unknown name is %HL_CODEC_ERROR_UNKNOWN. */
gboolean  hl_codec_set   (HlRecord    *record,
                          const char  *json_name,
                          JsonNode    *node,
                          GError     **error);
/* One field as JSON, null included; NULL for an unknown name. (transfer full) */
JsonNode *hl_codec_get   (HlRecord    *record,
                          const char  *json_name) G_GNUC_WARN_UNUSED_RESULT;

/* One value by itself. @value: zero-filled, initialised on success. @base: pointer of @node */
gboolean  hl_codec_decode (const HlField *field,
                           JsonNode      *node,
                           const char    *base,
                           GValue        *value,
                           GError       **error);
JsonNode *hl_codec_encode (const HlField *field,
                           const GValue  *value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
