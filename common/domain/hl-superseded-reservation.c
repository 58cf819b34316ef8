/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a superseded reservation. */
#include "domain/hl-superseded-reservation.h"

struct _HlSupersededReservation {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSupersededReservation, hl_superseded_reservation, HL_TYPE_RECORD)

static void
hl_superseded_reservation_init (HlSupersededReservation *self)
{
}

static void
hl_superseded_reservation_class_init (HlSupersededReservationClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "superseded_reservation");
#define INSTALL(FIELD, pspec)                                                                      \
  hl_record_class_install (record, HL_SUPERSEDED_RESERVATION_FIELD_##FIELD, pspec)
  INSTALL (STATUS, hl_field_enum ("status", HL_TYPE_RESERVATION_STATUS,
                                  HL_RESERVATION_STATUS_BOOKED, HL_FIELD_REQUIRED));
  INSTALL (AT, hl_field_time ("at", HL_FIELD_REQUIRED));
  INSTALL (BY, hl_field_string ("by", 64, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlSupersededReservation *
hl_superseded_reservation_new (void)
{
  return g_object_new (HL_TYPE_SUPERSEDED_RESERVATION, NULL);
}
