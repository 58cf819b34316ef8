/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a subject. */
#include "domain/hl-subject.h"

struct _HlSubject {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSubject, hl_subject, HL_TYPE_RECORD)

static void
hl_subject_init (HlSubject *self)
{
}

static void
hl_subject_class_init (HlSubjectClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "subject");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SUBJECT_FIELD_##FIELD, pspec)
  INSTALL (TYPE, hl_field_enum ("type", HL_TYPE_SUBJECT_TYPE, HL_SUBJECT_TYPE_RESERVATION,
                                HL_FIELD_REQUIRED));
  INSTALL (ID, hl_field_id ("id", HL_FIELD_REQUIRED));
  INSTALL (FIELD, hl_field_string ("field", 40, 0));
#undef INSTALL
}

HlSubject *
hl_subject_new (void)
{
  return g_object_new (HL_TYPE_SUBJECT, NULL);
}
