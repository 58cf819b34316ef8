/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of the floor that servers work. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SECTION (hl_section_get_type ())
G_DECLARE_FINAL_TYPE (HlSection, hl_section, HL, SECTION, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_SECTION_FIELD_SECTION_ID = 1,
  HL_SECTION_FIELD_NAME,
  HL_SECTION_FIELD_AREA_ID,
  HL_SECTION_FIELD_SERVERS,
  HL_SECTION_FIELD_STATE,
  HL_SECTION_FIELD_PAUSED_UNTIL,
};

HlSection *hl_section_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SECTION_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlSection, hl_section, field, HL_SECTION_FIELD_##FIELD)
HL_SECTION_GETTER (const char *, string, section_id, SECTION_ID)
HL_SECTION_GETTER (const char *, string, name, NAME)
HL_SECTION_GETTER (const char *, string, area_id, AREA_ID)
HL_SECTION_GETTER (const char *const *, strings, servers, SERVERS)
HL_SECTION_GETTER (HlSectionState, int, state, STATE)
HL_SECTION_GETTER (gint64, int64, paused_until, PAUSED_UNTIL)
#undef HL_SECTION_GETTER

G_END_DECLS
