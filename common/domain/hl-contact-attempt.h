/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One try to reach a guest. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_CONTACT_ATTEMPT (hl_contact_attempt_get_type ())
G_DECLARE_FINAL_TYPE (HlContactAttempt, hl_contact_attempt, HL, CONTACT_ATTEMPT, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_CONTACT_ATTEMPT_FIELD_AT = 1,
  HL_CONTACT_ATTEMPT_FIELD_BY,
  HL_CONTACT_ATTEMPT_FIELD_RESULT,
};

HlContactAttempt *hl_contact_attempt_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_CONTACT_ATTEMPT_GETTER(CType, kind, field, FIELD)                                       \
  HL_RECORD_GETTER (CType, kind, HlContactAttempt, hl_contact_attempt, field,                      \
                    HL_CONTACT_ATTEMPT_FIELD_##FIELD)
HL_CONTACT_ATTEMPT_GETTER (gint64, int64, at, AT)
HL_CONTACT_ATTEMPT_GETTER (const char *, string, by, BY)
HL_CONTACT_ATTEMPT_GETTER (HlContactResult, int, result, RESULT)
#undef HL_CONTACT_ATTEMPT_GETTER

G_END_DECLS
