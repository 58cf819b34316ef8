/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The people, here now: from a reservation, the waitlist, or walked in. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-note.h"
#include "domain/hl-superseded-party.h"

G_BEGIN_DECLS

#define HL_TYPE_PARTY (hl_party_get_type ())
G_DECLARE_FINAL_TYPE (HlParty, hl_party, HL, PARTY, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_PARTY_FIELD_PARTY_ID = 1,
  HL_PARTY_FIELD_RESERVATION_ID,
  HL_PARTY_FIELD_CALL_ID,
  HL_PARTY_FIELD_NAME,
  HL_PARTY_FIELD_PHONE,
  HL_PARTY_FIELD_SIZE,
  HL_PARTY_FIELD_ARRIVED,
  HL_PARTY_FIELD_STATUS,
  HL_PARTY_FIELD_STAGE,
  HL_PARTY_FIELD_TABLE_IDS,
  HL_PARTY_FIELD_SERVER,
  HL_PARTY_FIELD_QUOTE_MIN,
  HL_PARTY_FIELD_QUOTE_MAX,
  HL_PARTY_FIELD_QUOTED_AT,
  HL_PARTY_FIELD_QUOTED_BY,
  HL_PARTY_FIELD_NOTIFY,
  HL_PARTY_FIELD_NOTIFY_ROUND,
  HL_PARTY_FIELD_NOTIFIED_AT,
  HL_PARTY_FIELD_TAGS,
  HL_PARTY_FIELD_NOTES,
  HL_PARTY_FIELD_ALLERGIES,
  HL_PARTY_FIELD_LANGUAGE,
  HL_PARTY_FIELD_SINCE,
  HL_PARTY_FIELD_WAITING_SINCE,
  HL_PARTY_FIELD_SEATED_AT,
  HL_PARTY_FIELD_GONE_AT,
  HL_PARTY_FIELD_REMOVED_REASON,
  HL_PARTY_FIELD_SUPERSEDED,
};

HlParty *hl_party_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_PARTY_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlParty, hl_party, field, HL_PARTY_FIELD_##FIELD)
HL_PARTY_GETTER (const char *, string, party_id, PARTY_ID)
HL_PARTY_GETTER (const char *, string, reservation_id, RESERVATION_ID)
HL_PARTY_GETTER (const char *, string, call_id, CALL_ID)
HL_PARTY_GETTER (const char *, string, name, NAME)
HL_PARTY_GETTER (const char *, string, phone, PHONE)
HL_PARTY_GETTER (int, int, size, SIZE)
HL_PARTY_GETTER (int, int, arrived, ARRIVED)
HL_PARTY_GETTER (HlPartyStatus, int, status, STATUS)
HL_PARTY_GETTER (HlPartyStage, int, stage, STAGE)
HL_PARTY_GETTER (const char *const *, strings, table_ids, TABLE_IDS)
HL_PARTY_GETTER (const char *, string, server, SERVER)
HL_PARTY_GETTER (int, int, quote_min, QUOTE_MIN)
HL_PARTY_GETTER (int, int, quote_max, QUOTE_MAX)
HL_PARTY_GETTER (gint64, int64, quoted_at, QUOTED_AT)
HL_PARTY_GETTER (const char *, string, quoted_by, QUOTED_BY)
HL_PARTY_GETTER (HlNotifyState, int, notify, NOTIFY)
HL_PARTY_GETTER (int, int, notify_round, NOTIFY_ROUND)
HL_PARTY_GETTER (gint64, int64, notified_at, NOTIFIED_AT)
HL_PARTY_GETTER (const char *const *, strings, tags, TAGS)
HL_PARTY_GETTER (GPtrArray *, records, notes, NOTES)
HL_PARTY_GETTER (const char *, string, allergies, ALLERGIES)
HL_PARTY_GETTER (const char *, string, language, LANGUAGE)
HL_PARTY_GETTER (gint64, int64, since, SINCE)
HL_PARTY_GETTER (gint64, int64, waiting_since, WAITING_SINCE)
HL_PARTY_GETTER (gint64, int64, seated_at, SEATED_AT)
HL_PARTY_GETTER (gint64, int64, gone_at, GONE_AT)
HL_PARTY_GETTER (const char *, string, removed_reason, REMOVED_REASON)
HL_PARTY_GETTER (HlSupersededParty *, record, superseded, SUPERSEDED)
#undef HL_PARTY_GETTER

G_END_DECLS
