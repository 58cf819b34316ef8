/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables that say which members a frame has; reader, printer and free walk over them. */
#pragma once

#include "wire/hl-frame.h"

G_BEGIN_DECLS

typedef enum {
  HL_FRAME_FIELD_END, /* ends a table */
  HL_FRAME_FIELD_STRING,
  HL_FRAME_FIELD_WORD,     /* enum: index into words */
  HL_FRAME_FIELD_UINT,     /* guint */
  HL_FRAME_FIELD_UINT64,   /* guint64 */
  HL_FRAME_FIELD_INT64,    /* gint64 */
  HL_FRAME_FIELD_BOOLEAN,  /* gboolean */
  HL_FRAME_FIELD_HASH,     /* guint64, 16 hex digits */
  HL_FRAME_FIELD_POSITION, /* HlPosition * */
  HL_FRAME_FIELD_OBJECT,   /* JsonObject * */
  HL_FRAME_FIELD_EVENTS,   /* JsonArray * of event envelopes */
  HL_FRAME_FIELD_STRINGS,  /* GStrv */
  HL_FRAME_FIELD_GROUP,    /* an object whose members are fields of this struct: sub */
} HlFrameFieldType;

typedef enum {
  HL_FRAME_FIELD_OPTIONAL =
      1 << 0, /* may be left out by the sender; the struct keeps its initial value */
  HL_FRAME_FIELD_NULLABLE = 1 << 1, /* may be null */
  HL_FRAME_FIELD_OMIT =
      1 << 2, /* we leave it out when it has its initial value (else null, if nullable) */
} HlFrameFieldFlags;

typedef struct _HlFrameField HlFrameField;
struct _HlFrameField {
  const char *name;
  HlFrameFieldType type;
  guint flags;
  gint64 min; /* of a number; characters of a string */
  gint64 max;
  gsize offset; /* in HlFrame */
  const char *const *words;
  const HlFrameField *sub;
};

typedef struct {
  const char *nick;
  HlFrameSide side;
  const HlFrameField *fields;
} HlFrameShape;

extern const HlFrameShape hl_frame_shapes[HL_FRAME_N_TYPES];

#define HL_FRAME_MEMBER(frame, field, ctype) (*(ctype *) ((char *) (frame) + (field)->offset))

/* Checks the envelopes of an `events` array; @pos NULL skips the comparison with the last one. */
gboolean hl_frame_check_events (JsonArray *events, const HlPosition *pos, const char *pointer,
                                GError **error);

G_END_DECLS
