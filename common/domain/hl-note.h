/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A note with its author. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_NOTE (hl_note_get_type ())
G_DECLARE_FINAL_TYPE (HlNote, hl_note, HL, NOTE, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_NOTE_FIELD_ID = 1,
  HL_NOTE_FIELD_TEXT,
  HL_NOTE_FIELD_BY,
  HL_NOTE_FIELD_AT,
};

HlNote *hl_note_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_NOTE_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlNote, hl_note, field, HL_NOTE_FIELD_##FIELD)
HL_NOTE_GETTER (const char *, string, id, ID)
HL_NOTE_GETTER (const char *, string, text, TEXT)
HL_NOTE_GETTER (const char *, string, by, BY)
HL_NOTE_GETTER (gint64, int64, at, AT)
#undef HL_NOTE_GETTER

G_END_DECLS
