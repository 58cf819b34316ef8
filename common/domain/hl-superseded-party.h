/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A status of a party that a stronger fact replaced. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SUPERSEDED_PARTY (hl_superseded_party_get_type ())
G_DECLARE_FINAL_TYPE (HlSupersededParty, hl_superseded_party, HL, SUPERSEDED_PARTY, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SUPERSEDED_PARTY_FIELD_STATUS = 1,
  HL_SUPERSEDED_PARTY_FIELD_AT,
  HL_SUPERSEDED_PARTY_FIELD_BY,
};

HlSupersededParty *hl_superseded_party_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SUPERSEDED_PARTY_GETTER(CType, kind, field, FIELD)                                      \
  HL_RECORD_GETTER (CType, kind, HlSupersededParty, hl_superseded_party, field,                    \
                    HL_SUPERSEDED_PARTY_FIELD_##FIELD)
HL_SUPERSEDED_PARTY_GETTER (HlPartyStatus, int, status, STATUS)
HL_SUPERSEDED_PARTY_GETTER (gint64, int64, at, AT)
HL_SUPERSEDED_PARTY_GETTER (const char *, string, by, BY)
#undef HL_SUPERSEDED_PARTY_GETTER

G_END_DECLS
