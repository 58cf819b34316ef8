/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a contact attempt. */
#include "domain/hl-contact-attempt.h"

struct _HlContactAttempt {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlContactAttempt, hl_contact_attempt, HL_TYPE_RECORD)

static void
hl_contact_attempt_init (HlContactAttempt *self)
{
}

static void
hl_contact_attempt_class_init (HlContactAttemptClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "contact_attempt");
#define INSTALL(FIELD, pspec)                                                                      \
  hl_record_class_install (record, HL_CONTACT_ATTEMPT_FIELD_##FIELD, pspec)
  INSTALL (AT, hl_field_time ("at", HL_FIELD_REQUIRED));
  INSTALL (BY, hl_field_string ("by", 64, HL_FIELD_REQUIRED));
  INSTALL (RESULT, hl_field_enum ("result", HL_TYPE_CONTACT_RESULT, HL_CONTACT_RESULT_LEFT_MESSAGE,
                                  HL_FIELD_REQUIRED));
#undef INSTALL
}

HlContactAttempt *
hl_contact_attempt_new (void)
{
  return g_object_new (HL_TYPE_CONTACT_ATTEMPT, NULL);
}
