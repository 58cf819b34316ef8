/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dispute is about. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SUBJECT (hl_subject_get_type ())
G_DECLARE_FINAL_TYPE (HlSubject, hl_subject, HL, SUBJECT, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SUBJECT_FIELD_TYPE = 1,
  HL_SUBJECT_FIELD_ID,
  HL_SUBJECT_FIELD_FIELD,
};

HlSubject *hl_subject_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SUBJECT_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlSubject, hl_subject, field, HL_SUBJECT_FIELD_##FIELD)
HL_SUBJECT_GETTER (HlSubjectType, int, subject_type, TYPE)
HL_SUBJECT_GETTER (const char *, string, id, ID)
HL_SUBJECT_GETTER (const char *, string, field, FIELD)
#undef HL_SUBJECT_GETTER

G_END_DECLS
