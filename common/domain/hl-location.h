/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The restaurant: its zone, its shifts, its limits, and the floor plan beside its tables. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-area.h"
#include "domain/hl-combination.h"
#include "domain/hl-mark.h"
#include "domain/hl-shift.h"
#include "domain/hl-turn-time.h"

G_BEGIN_DECLS

#define HL_TYPE_LOCATION (hl_location_get_type ())
G_DECLARE_FINAL_TYPE (HlLocation, hl_location, HL, LOCATION, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_LOCATION_FIELD_ID = 1,
  HL_LOCATION_FIELD_NAME,
  HL_LOCATION_FIELD_TIMEZONE,
  HL_LOCATION_FIELD_LANGUAGE,
  HL_LOCATION_FIELD_PHONE,
  HL_LOCATION_FIELD_DAY_STARTS,
  HL_LOCATION_FIELD_SHIFTS,
  HL_LOCATION_FIELD_STAFF,
  HL_LOCATION_FIELD_PACE,
  HL_LOCATION_FIELD_TURN_MINUTES,
  HL_LOCATION_FIELD_MAX_PHONE_PARTY,
  HL_LOCATION_FIELD_HOLD_MINUTES,
  HL_LOCATION_FIELD_LATE_MINUTES,
  HL_LOCATION_FIELD_AREAS,
  HL_LOCATION_FIELD_COMBINATIONS,
  HL_LOCATION_FIELD_MARKS,
};

HlLocation *hl_location_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_LOCATION_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlLocation, hl_location, field, HL_LOCATION_FIELD_##FIELD)
HL_LOCATION_GETTER (const char *, string, id, ID)
HL_LOCATION_GETTER (const char *, string, name, NAME)
HL_LOCATION_GETTER (const char *, string, timezone, TIMEZONE)
HL_LOCATION_GETTER (const char *, string, language, LANGUAGE)
HL_LOCATION_GETTER (const char *, string, phone, PHONE)
HL_LOCATION_GETTER (const char *, string, day_starts, DAY_STARTS)
HL_LOCATION_GETTER (GPtrArray *, records, shifts, SHIFTS)
HL_LOCATION_GETTER (const char *const *, strings, staff, STAFF)
HL_LOCATION_GETTER (int, int, pace, PACE)
HL_LOCATION_GETTER (GPtrArray *, records, turn_minutes, TURN_MINUTES)
HL_LOCATION_GETTER (int, int, max_phone_party, MAX_PHONE_PARTY)
HL_LOCATION_GETTER (int, int, hold_minutes, HOLD_MINUTES)
HL_LOCATION_GETTER (int, int, late_minutes, LATE_MINUTES)
HL_LOCATION_GETTER (GPtrArray *, records, areas, AREAS)
HL_LOCATION_GETTER (GPtrArray *, records, combinations, COMBINATIONS)
HL_LOCATION_GETTER (GPtrArray *, records, marks, MARKS)
#undef HL_LOCATION_GETTER

G_END_DECLS
