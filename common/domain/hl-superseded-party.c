/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a superseded party. */
#include "domain/hl-superseded-party.h"

struct _HlSupersededParty {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSupersededParty, hl_superseded_party, HL_TYPE_RECORD)

static void
hl_superseded_party_init (HlSupersededParty *self)
{
}

static void
hl_superseded_party_class_init (HlSupersededPartyClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "superseded_party");
#define INSTALL(FIELD, pspec)                                                                      \
  hl_record_class_install (record, HL_SUPERSEDED_PARTY_FIELD_##FIELD, pspec)
  INSTALL (STATUS, hl_field_enum ("status", HL_TYPE_PARTY_STATUS, HL_PARTY_STATUS_WAITING,
                                  HL_FIELD_REQUIRED));
  INSTALL (AT, hl_field_time ("at", HL_FIELD_REQUIRED));
  INSTALL (BY, hl_field_string ("by", 64, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlSupersededParty *
hl_superseded_party_new (void)
{
  return g_object_new (HL_TYPE_SUPERSEDED_PARTY, NULL);
}
