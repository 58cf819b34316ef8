/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a note. */
#include "domain/hl-note.h"

struct _HlNote {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlNote, hl_note, HL_TYPE_RECORD)

static void
hl_note_init (HlNote *self)
{
}

static void
hl_note_class_init (HlNoteClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "note");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_NOTE_FIELD_##FIELD, pspec)
  INSTALL (ID, hl_field_id ("id", HL_FIELD_REQUIRED));
  INSTALL (TEXT, hl_field_string ("text", 1000, HL_FIELD_REQUIRED));
  INSTALL (BY, hl_field_string ("by", 64, HL_FIELD_REQUIRED));
  INSTALL (AT, hl_field_time ("at", HL_FIELD_REQUIRED));
#undef INSTALL
}

HlNote *
hl_note_new (void)
{
  return g_object_new (HL_TYPE_NOTE, NULL);
}
