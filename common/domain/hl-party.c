/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a party. */
#include "domain/hl-party.h"

struct _HlParty {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlParty, hl_party, HL_TYPE_ENTITY)

static void
hl_party_init (HlParty *self)
{
}

static void
hl_party_class_init (HlPartyClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "party";
  entity->plural = "parties";
  entity->id_field = HL_PARTY_FIELD_PARTY_ID;
  entity->tags_field = HL_PARTY_FIELD_TAGS;

  hl_record_class_name (record, "party");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_PARTY_FIELD_##FIELD, pspec)
  INSTALL (PARTY_ID, hl_field_id ("party-id", HL_FIELD_REQUIRED));
  INSTALL (RESERVATION_ID, hl_field_id ("reservation-id", HL_FIELD_NULLABLE));
  INSTALL (CALL_ID, hl_field_id ("call-id", HL_FIELD_NULLABLE));
  INSTALL (NAME, hl_field_string ("name", 120, 0));
  INSTALL (PHONE, hl_field_phone ("phone", HL_FIELD_NULLABLE));
  INSTALL (SIZE, hl_field_int ("size", 1, 99, 1, HL_FIELD_REQUIRED));
  INSTALL (ARRIVED, hl_field_int ("arrived", 0, 99, 0, 0));
  INSTALL (STATUS, hl_field_enum ("status", HL_TYPE_PARTY_STATUS, HL_PARTY_STATUS_WAITING,
                                  HL_FIELD_REQUIRED));
  INSTALL (STAGE, hl_field_enum ("stage", HL_TYPE_PARTY_STAGE, HL_PARTY_STAGE_NONE, 0));
  INSTALL (TABLE_IDS, hl_field_ids ("table-ids", 8, 0));
  INSTALL (SERVER, hl_field_string ("server", 64, 0));
  INSTALL (QUOTE_MIN, hl_field_int ("quote-min", 0, 600, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (QUOTE_MAX, hl_field_int ("quote-max", 0, 600, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (QUOTED_AT, hl_field_time ("quoted-at", HL_FIELD_NULLABLE));
  INSTALL (QUOTED_BY, hl_field_string ("quoted-by", 64, 0));
  INSTALL (NOTIFY, hl_field_enum ("notify", HL_TYPE_NOTIFY_STATE, HL_NOTIFY_STATE_NOT_SENT, 0));
  INSTALL (NOTIFY_ROUND, hl_field_int ("notify-round", 0, 99, 0, 0));
  INSTALL (NOTIFIED_AT, hl_field_time ("notified-at", HL_FIELD_NULLABLE));
  INSTALL (TAGS, hl_field_strings ("tags", HL_FORMAT_TEXT, 32, 16, 0));
  INSTALL (NOTES, hl_field_records ("notes", HL_TYPE_NOTE, 0, 50, 0));
  INSTALL (ALLERGIES, hl_field_string ("allergies", 300, 0));
  INSTALL (LANGUAGE, hl_field_language ("language", NULL, HL_FIELD_NULLABLE));
  INSTALL (SINCE, hl_field_time ("since", HL_FIELD_REQUIRED));
  INSTALL (WAITING_SINCE, hl_field_time ("waiting-since", HL_FIELD_NULLABLE));
  INSTALL (SEATED_AT, hl_field_time ("seated-at", HL_FIELD_NULLABLE));
  INSTALL (GONE_AT, hl_field_time ("gone-at", HL_FIELD_NULLABLE));
  INSTALL (REMOVED_REASON, hl_field_string ("removed-reason", 200, 0));
  INSTALL (SUPERSEDED,
           hl_field_record ("superseded", HL_TYPE_SUPERSEDED_PARTY, HL_FIELD_NULLABLE));
#undef INSTALL
}

HlParty *
hl_party_new (void)
{
  return g_object_new (HL_TYPE_PARTY, NULL);
}
