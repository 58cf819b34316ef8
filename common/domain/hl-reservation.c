/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a reservation. */
#include "domain/hl-reservation.h"

struct _HlReservation {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlReservation, hl_reservation, HL_TYPE_ENTITY)

static void
hl_reservation_init (HlReservation *self)
{
}

static void
hl_reservation_class_init (HlReservationClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "reservation";
  entity->plural = "reservations";
  entity->id_field = HL_RESERVATION_FIELD_RESERVATION_ID;
  entity->tags_field = HL_RESERVATION_FIELD_TAGS;

  hl_record_class_name (record, "reservation");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_RESERVATION_FIELD_##FIELD, pspec)
  INSTALL (RESERVATION_ID, hl_field_id ("reservation-id", HL_FIELD_REQUIRED));
  INSTALL (SOURCE, hl_field_formatted ("source", HL_FORMAT_TEXT, 32, "host", 0));
  INSTALL (SOURCE_REF, hl_field_string ("source-ref", 128, 0));
  INSTALL (VERSION, hl_field_int64 ("version", 0, G_GINT64_CONSTANT (9007199254740992), HL_INT_NONE,
                                    HL_FIELD_NULLABLE));
  INSTALL (CALL_ID, hl_field_id ("call-id", HL_FIELD_NULLABLE));
  INSTALL (NAME, hl_field_string ("name", 120, 0));
  INSTALL (PHONE, hl_field_phone ("phone", HL_FIELD_NULLABLE));
  INSTALL (PARTY_SIZE, hl_field_int ("party-size", 1, 99, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (STARTS_AT, hl_field_time ("starts-at", HL_FIELD_NULLABLE));
  INSTALL (DURATION_MIN, hl_field_int ("duration-min", 15, 600, 90, 0));
  INSTALL (STATUS,
           hl_field_enum ("status", HL_TYPE_RESERVATION_STATUS, HL_RESERVATION_STATUS_BOOKED, 0));
  INSTALL (TABLE_IDS, hl_field_ids ("table-ids", 8, 0));
  INSTALL (PINNED, hl_field_bool ("pinned", FALSE, 0));
  INSTALL (OVERBOOKED, hl_field_bool ("overbooked", FALSE, 0));
  INSTALL (CAPACITY_CHECKED, hl_field_bool ("capacity-checked", TRUE, 0));
  INSTALL (TAGS, hl_field_strings ("tags", HL_FORMAT_TEXT, 32, 16, 0));
  INSTALL (NOTES, hl_field_records ("notes", HL_TYPE_NOTE, 0, 50, 0));
  INSTALL (ALLERGIES, hl_field_string ("allergies", 300, 0));
  INSTALL (LANGUAGE, hl_field_language ("language", NULL, HL_FIELD_NULLABLE));
  INSTALL (LATE_ETA, hl_field_time ("late-eta", HL_FIELD_NULLABLE));
  INSTALL (CONTACT_ATTEMPTS,
           hl_field_records ("contact-attempts", HL_TYPE_CONTACT_ATTEMPT, 0, 20, 0));
  INSTALL (HELD_UNTIL, hl_field_time ("held-until", HL_FIELD_NULLABLE));
  INSTALL (CANCEL_REASON, hl_field_string ("cancel-reason", 200, 0));
  INSTALL (SUPERSEDED,
           hl_field_record ("superseded", HL_TYPE_SUPERSEDED_RESERVATION, HL_FIELD_NULLABLE));
  INSTALL (CREATED_AT, hl_field_time ("created-at", HL_FIELD_NULLABLE));
#undef INSTALL
}

HlReservation *
hl_reservation_new (void)
{
  return g_object_new (HL_TYPE_RESERVATION, NULL);
}
