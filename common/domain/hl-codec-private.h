/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What entities, states and envelopes need of the codec beyond its public face. */
#pragma once

#include "domain/hl-codec.h"

G_BEGIN_DECLS

/* A decoded member. */
typedef struct {
  const HlField *field;
  GValue         value;
} HlCodecValue;

/* (element-type HlCodecValue), values are unset with the array */
GArray  *hl_codec_values_new (void) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  HL_CODEC_READ_REQUIRED = 1 << 0, /* what the shape requires must be there */
} HlCodecReadFlags;

/**
 * hl_codec_read:
 * @ignored: (nullable) (element-type utf8): takes pointers of unknown members
 * @values: (nullable): takes the decoded members; NULL only checks
 */
gboolean hl_codec_read      (const HlShape   *shape,
                             JsonObject      *object,
                             const char      *base,
                             HlCodecReadFlags flags,
                             GPtrArray       *ignored,
                             GArray          *values,
                             GError         **error);

/* @base "/data", @token "a/b" gives "/data/a~1b". (transfer full) */
char    *hl_codec_pointer   (const char *base,
                             const char *token) G_GNUC_WARN_UNUSED_RESULT;

/* Members of an envelope. Each sets an error at @base / @name. */
gboolean hl_codec_get_required_string (JsonObject *object, const char *base, const char *name,
                                       HlFormat format, guint max_length, const char **out,
                                       GError **error);
/* Absent and null give NULL. */
gboolean hl_codec_get_optional_string (JsonObject *object, const char *base, const char *name,
                                       HlFormat format, guint max_length, const char **out,
                                       GError **error);
gboolean hl_codec_get_required_time (JsonObject *object, const char *base, const char *name,
                                     gint64 *out, GError **error);
/* 0..2^53; absent and null give @fallback unless @required. */
gboolean hl_codec_get_count (JsonObject *object, const char *base, const char *name,
                             gboolean required, guint64 fallback, guint64 *out, GError **error);
gboolean hl_codec_get_required_object (JsonObject *object, const char *base, const char *name,
                                       JsonObject **out, GError **error);
gboolean hl_codec_get_flag (JsonObject *object, const char *base, const char *name,
                            gboolean fallback, gboolean *out, GError **error);

G_END_DECLS
