/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan: who comes when. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-contact-attempt.h"
#include "domain/hl-note.h"
#include "domain/hl-superseded-reservation.h"

G_BEGIN_DECLS

#define HL_TYPE_RESERVATION (hl_reservation_get_type ())
G_DECLARE_FINAL_TYPE (HlReservation, hl_reservation, HL, RESERVATION, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_RESERVATION_FIELD_RESERVATION_ID = 1,
  HL_RESERVATION_FIELD_SOURCE,
  HL_RESERVATION_FIELD_SOURCE_REF,
  HL_RESERVATION_FIELD_VERSION,
  HL_RESERVATION_FIELD_CALL_ID,
  HL_RESERVATION_FIELD_NAME,
  HL_RESERVATION_FIELD_PHONE,
  HL_RESERVATION_FIELD_PARTY_SIZE,
  HL_RESERVATION_FIELD_STARTS_AT,
  HL_RESERVATION_FIELD_DURATION_MIN,
  HL_RESERVATION_FIELD_STATUS,
  HL_RESERVATION_FIELD_TABLE_IDS,
  HL_RESERVATION_FIELD_PINNED,
  HL_RESERVATION_FIELD_OVERBOOKED,
  HL_RESERVATION_FIELD_CAPACITY_CHECKED,
  HL_RESERVATION_FIELD_TAGS,
  HL_RESERVATION_FIELD_NOTES,
  HL_RESERVATION_FIELD_ALLERGIES,
  HL_RESERVATION_FIELD_LANGUAGE,
  HL_RESERVATION_FIELD_LATE_ETA,
  HL_RESERVATION_FIELD_CONTACT_ATTEMPTS,
  HL_RESERVATION_FIELD_HELD_UNTIL,
  HL_RESERVATION_FIELD_CANCEL_REASON,
  HL_RESERVATION_FIELD_SUPERSEDED,
  HL_RESERVATION_FIELD_CREATED_AT,
};

HlReservation *hl_reservation_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_RESERVATION_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlReservation, hl_reservation, field, HL_RESERVATION_FIELD_##FIELD)
HL_RESERVATION_GETTER (const char *, string, reservation_id, RESERVATION_ID)
HL_RESERVATION_GETTER (const char *, string, source, SOURCE)
HL_RESERVATION_GETTER (const char *, string, source_ref, SOURCE_REF)
HL_RESERVATION_GETTER (gint64, int64, version, VERSION)
HL_RESERVATION_GETTER (const char *, string, call_id, CALL_ID)
HL_RESERVATION_GETTER (const char *, string, name, NAME)
HL_RESERVATION_GETTER (const char *, string, phone, PHONE)
HL_RESERVATION_GETTER (int, int, party_size, PARTY_SIZE)
HL_RESERVATION_GETTER (gint64, int64, starts_at, STARTS_AT)
HL_RESERVATION_GETTER (int, int, duration_min, DURATION_MIN)
HL_RESERVATION_GETTER (HlReservationStatus, int, status, STATUS)
HL_RESERVATION_GETTER (const char *const *, strings, table_ids, TABLE_IDS)
HL_RESERVATION_GETTER (gboolean, bool, pinned, PINNED)
HL_RESERVATION_GETTER (gboolean, bool, overbooked, OVERBOOKED)
HL_RESERVATION_GETTER (gboolean, bool, capacity_checked, CAPACITY_CHECKED)
HL_RESERVATION_GETTER (const char *const *, strings, tags, TAGS)
HL_RESERVATION_GETTER (GPtrArray *, records, notes, NOTES)
HL_RESERVATION_GETTER (const char *, string, allergies, ALLERGIES)
HL_RESERVATION_GETTER (const char *, string, language, LANGUAGE)
HL_RESERVATION_GETTER (gint64, int64, late_eta, LATE_ETA)
HL_RESERVATION_GETTER (GPtrArray *, records, contact_attempts, CONTACT_ATTEMPTS)
HL_RESERVATION_GETTER (gint64, int64, held_until, HELD_UNTIL)
HL_RESERVATION_GETTER (const char *, string, cancel_reason, CANCEL_REASON)
HL_RESERVATION_GETTER (HlSupersededReservation *, record, superseded, SUPERSEDED)
HL_RESERVATION_GETTER (gint64, int64, created_at, CREATED_AT)
#undef HL_RESERVATION_GETTER

G_END_DECLS
