/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a call. */
#include "domain/hl-call.h"

struct _HlCall {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlCall, hl_call, HL_TYPE_ENTITY)

static void
hl_call_init (HlCall *self)
{
}

static void
hl_call_class_init (HlCallClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "call";
  entity->plural = "calls";
  entity->id_field = HL_CALL_FIELD_CALL_ID;

  hl_record_class_name (record, "call");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_CALL_FIELD_##FIELD, pspec)
  INSTALL (CALL_ID, hl_field_id ("call-id", HL_FIELD_REQUIRED));
  INSTALL (PARENT_CALL_ID, hl_field_id ("parent-call-id", HL_FIELD_NULLABLE));
  INSTALL (ALIASES, hl_field_ids ("aliases", 8, 0));
  INSTALL (PROVIDER, hl_field_string ("provider", 32, 0));
  INSTALL (DIRECTION,
           hl_field_enum ("direction", HL_TYPE_CALL_DIRECTION, HL_CALL_DIRECTION_UNKNOWN, 0));
  INSTALL (FROM, hl_field_phone ("from", HL_FIELD_NULLABLE));
  INSTALL (TO, hl_field_phone ("to", HL_FIELD_NULLABLE));
  INSTALL (CALLER_NAME, hl_field_string ("caller-name", 120, 0));
  INSTALL (LANGUAGE, hl_field_language ("language", NULL, HL_FIELD_NULLABLE));
  INSTALL (LANGUAGE_CONFIDENCE,
           hl_field_double ("language-confidence", 0, 1, HL_DOUBLE_NONE, HL_FIELD_NULLABLE));
  INSTALL (INTENT, hl_field_enum ("intent", HL_TYPE_CALL_INTENT, HL_CALL_INTENT_NONE, 0));
  INSTALL (STATE, hl_field_enum ("state", HL_TYPE_CALL_STATE, HL_CALL_STATE_RINGING, 0));
  INSTALL (OUTCOME, hl_field_enum ("outcome", HL_TYPE_CALL_OUTCOME, HL_CALL_OUTCOME_NONE, 0));
  INSTALL (FOLLOW_UP, hl_field_enum ("follow-up", HL_TYPE_FOLLOW_UP, HL_FOLLOW_UP_NONE, 0));
  INSTALL (FOLLOW_UP_BY, hl_field_string ("follow-up-by", 64, 0));
  INSTALL (FOLLOW_UP_UNTIL, hl_field_time ("follow-up-until", HL_FIELD_NULLABLE));
  INSTALL (HANDLED_BY, hl_field_string ("handled-by", 64, 0));
  INSTALL (CONTACT, hl_field_enum ("contact", HL_TYPE_CALL_CONTACT, HL_CALL_CONTACT_OK, 0));
  INSTALL (ATTENTION_PRIORITY, hl_field_int ("attention-priority", 0, 3, 0, 0));
  INSTALL (ATTENTION_SINCE, hl_field_time ("attention-since", HL_FIELD_NULLABLE));
  INSTALL (ATTENTION_ACKNOWLEDGED_BY, hl_field_string ("attention-acknowledged-by", 64, 0));
  INSTALL (ATTENTION_ACKNOWLEDGED_AT,
           hl_field_time ("attention-acknowledged-at", HL_FIELD_NULLABLE));
  INSTALL (ATTENTION_REASON, hl_field_enum ("attention-reason", HL_TYPE_ATTENTION_REASON,
                                            HL_ATTENTION_REASON_NONE, 0));
  INSTALL (ATTENTION_NOTE, hl_field_string ("attention-note", 200, 0));
  INSTALL (SLOTS, hl_field_records ("slots", HL_TYPE_SLOT, 0, 16, 0));
  INSTALL (SUMMARY, hl_field_string ("summary", 4000, 0));
  INSTALL (SENTIMENT, hl_field_enum ("sentiment", HL_TYPE_SENTIMENT, HL_SENTIMENT_UNKNOWN, 0));
  INSTALL (RECORDING_URL, hl_field_formatted ("recording-url", HL_FORMAT_URL, 2048, NULL, 0));
  INSTALL (RECORDING_EXPIRES_AT, hl_field_time ("recording-expires-at", HL_FIELD_NULLABLE));
  INSTALL (RECORDING_NEEDS_AUTH, hl_field_bool ("recording-needs-auth", FALSE, 0));
  INSTALL (STARTED_AT, hl_field_time ("started-at", HL_FIELD_NULLABLE));
  INSTALL (ANSWERED_AT, hl_field_time ("answered-at", HL_FIELD_NULLABLE));
  INSTALL (ENDED_AT, hl_field_time ("ended-at", HL_FIELD_NULLABLE));
  INSTALL (LAST_EVENT_AT, hl_field_time ("last-event-at", HL_FIELD_NULLABLE));
  INSTALL (DURATION_MS, hl_field_int ("duration-ms", 0, 86400000, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (END_REASON, hl_field_string ("end-reason", 120, 0));
  INSTALL (END_GROUP, hl_field_enum ("end-group", HL_TYPE_END_GROUP, HL_END_GROUP_UNKNOWN, 0));
#undef INSTALL
}

HlCall *
hl_call_new (void)
{
  return g_object_new (HL_TYPE_CALL, NULL);
}
