/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A status of a reservation that a stronger fact replaced. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SUPERSEDED_RESERVATION (hl_superseded_reservation_get_type ())
G_DECLARE_FINAL_TYPE (HlSupersededReservation, hl_superseded_reservation, HL,
                      SUPERSEDED_RESERVATION, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SUPERSEDED_RESERVATION_FIELD_STATUS = 1,
  HL_SUPERSEDED_RESERVATION_FIELD_AT,
  HL_SUPERSEDED_RESERVATION_FIELD_BY,
};

HlSupersededReservation *hl_superseded_reservation_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SUPERSEDED_RESERVATION_GETTER(CType, kind, field, FIELD)                                \
  HL_RECORD_GETTER (CType, kind, HlSupersededReservation, hl_superseded_reservation, field,        \
                    HL_SUPERSEDED_RESERVATION_FIELD_##FIELD)
HL_SUPERSEDED_RESERVATION_GETTER (HlReservationStatus, int, status, STATUS)
HL_SUPERSEDED_RESERVATION_GETTER (gint64, int64, at, AT)
HL_SUPERSEDED_RESERVATION_GETTER (const char *, string, by, BY)
#undef HL_SUPERSEDED_RESERVATION_GETTER

G_END_DECLS
