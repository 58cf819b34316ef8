/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A telephone call and what the house knows of it. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-slot.h"

G_BEGIN_DECLS

#define HL_TYPE_CALL (hl_call_get_type ())
G_DECLARE_FINAL_TYPE (HlCall, hl_call, HL, CALL, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_CALL_FIELD_CALL_ID = 1,
  HL_CALL_FIELD_PARENT_CALL_ID,
  HL_CALL_FIELD_ALIASES,
  HL_CALL_FIELD_PROVIDER,
  HL_CALL_FIELD_DIRECTION,
  HL_CALL_FIELD_FROM,
  HL_CALL_FIELD_TO,
  HL_CALL_FIELD_CALLER_NAME,
  HL_CALL_FIELD_LANGUAGE,
  HL_CALL_FIELD_LANGUAGE_CONFIDENCE,
  HL_CALL_FIELD_INTENT,
  HL_CALL_FIELD_STATE,
  HL_CALL_FIELD_OUTCOME,
  HL_CALL_FIELD_FOLLOW_UP,
  HL_CALL_FIELD_FOLLOW_UP_BY,
  HL_CALL_FIELD_FOLLOW_UP_UNTIL,
  HL_CALL_FIELD_HANDLED_BY,
  HL_CALL_FIELD_CONTACT,
  HL_CALL_FIELD_ATTENTION_PRIORITY,
  HL_CALL_FIELD_ATTENTION_SINCE,
  HL_CALL_FIELD_ATTENTION_ACKNOWLEDGED_BY,
  HL_CALL_FIELD_ATTENTION_ACKNOWLEDGED_AT,
  HL_CALL_FIELD_ATTENTION_REASON,
  HL_CALL_FIELD_ATTENTION_NOTE, /* why, in the words of who asked for a person or a follow-up */
  HL_CALL_FIELD_SLOTS,
  HL_CALL_FIELD_SUMMARY,
  HL_CALL_FIELD_SENTIMENT,
  HL_CALL_FIELD_RECORDING_URL,
  HL_CALL_FIELD_RECORDING_EXPIRES_AT,
  HL_CALL_FIELD_RECORDING_NEEDS_AUTH,
  HL_CALL_FIELD_STARTED_AT,
  HL_CALL_FIELD_ANSWERED_AT,
  HL_CALL_FIELD_ENDED_AT,
  HL_CALL_FIELD_LAST_EVENT_AT,
  HL_CALL_FIELD_DURATION_MS,
  HL_CALL_FIELD_END_REASON,
  HL_CALL_FIELD_END_GROUP,
};

HlCall *hl_call_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_CALL_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlCall, hl_call, field, HL_CALL_FIELD_##FIELD)
HL_CALL_GETTER (const char *, string, call_id, CALL_ID)
HL_CALL_GETTER (const char *, string, parent_call_id, PARENT_CALL_ID)
HL_CALL_GETTER (const char *const *, strings, aliases, ALIASES)
HL_CALL_GETTER (const char *, string, provider, PROVIDER)
HL_CALL_GETTER (HlCallDirection, int, direction, DIRECTION)
HL_CALL_GETTER (const char *, string, from, FROM)
HL_CALL_GETTER (const char *, string, to, TO)
HL_CALL_GETTER (const char *, string, caller_name, CALLER_NAME)
HL_CALL_GETTER (const char *, string, language, LANGUAGE)
HL_CALL_GETTER (double, double, language_confidence, LANGUAGE_CONFIDENCE)
HL_CALL_GETTER (HlCallIntent, int, intent, INTENT)
HL_CALL_GETTER (HlCallState, int, state, STATE)
HL_CALL_GETTER (HlCallOutcome, int, outcome, OUTCOME)
HL_CALL_GETTER (HlFollowUp, int, follow_up, FOLLOW_UP)
HL_CALL_GETTER (const char *, string, follow_up_by, FOLLOW_UP_BY)
HL_CALL_GETTER (gint64, int64, follow_up_until, FOLLOW_UP_UNTIL)
HL_CALL_GETTER (const char *, string, handled_by, HANDLED_BY)
HL_CALL_GETTER (HlCallContact, int, contact, CONTACT)
HL_CALL_GETTER (int, int, attention_priority, ATTENTION_PRIORITY)
HL_CALL_GETTER (gint64, int64, attention_since, ATTENTION_SINCE)
HL_CALL_GETTER (const char *, string, attention_acknowledged_by, ATTENTION_ACKNOWLEDGED_BY)
HL_CALL_GETTER (gint64, int64, attention_acknowledged_at, ATTENTION_ACKNOWLEDGED_AT)
HL_CALL_GETTER (HlAttentionReason, int, attention_reason, ATTENTION_REASON)
HL_CALL_GETTER (const char *, string, attention_note, ATTENTION_NOTE)
HL_CALL_GETTER (GPtrArray *, records, slots, SLOTS)
HL_CALL_GETTER (const char *, string, summary, SUMMARY)
HL_CALL_GETTER (HlSentiment, int, sentiment, SENTIMENT)
HL_CALL_GETTER (const char *, string, recording_url, RECORDING_URL)
HL_CALL_GETTER (gint64, int64, recording_expires_at, RECORDING_EXPIRES_AT)
HL_CALL_GETTER (gboolean, bool, recording_needs_auth, RECORDING_NEEDS_AUTH)
HL_CALL_GETTER (gint64, int64, started_at, STARTED_AT)
HL_CALL_GETTER (gint64, int64, answered_at, ANSWERED_AT)
HL_CALL_GETTER (gint64, int64, ended_at, ENDED_AT)
HL_CALL_GETTER (gint64, int64, last_event_at, LAST_EVENT_AT)
HL_CALL_GETTER (int, int, duration_ms, DURATION_MS)
HL_CALL_GETTER (const char *, string, end_reason, END_REASON)
HL_CALL_GETTER (HlEndGroup, int, end_group, END_GROUP)
#undef HL_CALL_GETTER

G_END_DECLS
