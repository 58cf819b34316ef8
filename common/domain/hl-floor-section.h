/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A section as a floor file has it. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_FLOOR_SECTION (hl_floor_section_get_type ())
G_DECLARE_FINAL_TYPE (HlFloorSection, hl_floor_section, HL, FLOOR_SECTION, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_FLOOR_SECTION_FIELD_SECTION_ID = 1,
  HL_FLOOR_SECTION_FIELD_NAME,
  HL_FLOOR_SECTION_FIELD_AREA_ID,
  HL_FLOOR_SECTION_FIELD_SERVERS,
};

HlFloorSection *hl_floor_section_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_FLOOR_SECTION_GETTER(CType, kind, field, FIELD)                                         \
  HL_RECORD_GETTER (CType, kind, HlFloorSection, hl_floor_section, field,                          \
                    HL_FLOOR_SECTION_FIELD_##FIELD)
HL_FLOOR_SECTION_GETTER (const char *, string, section_id, SECTION_ID)
HL_FLOOR_SECTION_GETTER (const char *, string, name, NAME)
HL_FLOOR_SECTION_GETTER (const char *, string, area_id, AREA_ID)
HL_FLOOR_SECTION_GETTER (const char *const *, strings, servers, SERVERS)
#undef HL_FLOOR_SECTION_GETTER

G_END_DECLS
