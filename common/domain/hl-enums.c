/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The GEnum types of every enumeration, and the way between nicks and values. */
#include "domain/hl-enums.h"

#include <string.h>

#define VALUE(value, nick) { value, #value, nick }

#define DEFINE_ENUM(Name, name, ...) \
  GType \
  name##_get_type (void) \
  { \
    static gsize type = 0; \
    if (g_once_init_enter (&type)) { \
      static const GEnumValue values[] = { __VA_ARGS__, { 0, NULL, NULL } }; \
      g_once_init_leave (&type, g_enum_register_static (Name, values)); \
    } \
    return (GType) type; \
  }

DEFINE_ENUM ("HlCallDirection", hl_call_direction,
             VALUE (HL_CALL_DIRECTION_INBOUND, "inbound"),
             VALUE (HL_CALL_DIRECTION_OUTBOUND, "outbound"),
             VALUE (HL_CALL_DIRECTION_WEB, "web"),
             VALUE (HL_CALL_DIRECTION_UNKNOWN, "unknown"))

DEFINE_ENUM ("HlCallIntent", hl_call_intent,
             VALUE (HL_CALL_INTENT_NONE, "none"),
             VALUE (HL_CALL_INTENT_BOOK, "book"),
             VALUE (HL_CALL_INTENT_CHANGE, "change"),
             VALUE (HL_CALL_INTENT_CANCEL, "cancel"),
             VALUE (HL_CALL_INTENT_QUESTION, "question"),
             VALUE (HL_CALL_INTENT_ORDER, "order"),
             VALUE (HL_CALL_INTENT_LATE, "late"),
             VALUE (HL_CALL_INTENT_WAITLIST, "waitlist"),
             VALUE (HL_CALL_INTENT_PERSON, "person"),
             VALUE (HL_CALL_INTENT_COMPLAINT, "complaint"),
             VALUE (HL_CALL_INTENT_OTHER, "other"))

DEFINE_ENUM ("HlCallState", hl_call_state,
             VALUE (HL_CALL_STATE_RINGING, "ringing"),
             VALUE (HL_CALL_STATE_AGENT_ACTIVE, "agent_active"),
             VALUE (HL_CALL_STATE_HANDOFF_REQUESTED, "handoff_requested"),
             VALUE (HL_CALL_STATE_STAFF_RINGING, "staff_ringing"),
             VALUE (HL_CALL_STATE_STAFF_ACTIVE, "staff_active"),
             VALUE (HL_CALL_STATE_ENDED, "ended"))

DEFINE_ENUM ("HlCallOutcome", hl_call_outcome,
             VALUE (HL_CALL_OUTCOME_NONE, "none"),
             VALUE (HL_CALL_OUTCOME_BOOKED, "booked"),
             VALUE (HL_CALL_OUTCOME_CHANGED, "changed"),
             VALUE (HL_CALL_OUTCOME_CANCELLED, "cancelled"),
             VALUE (HL_CALL_OUTCOME_WAITLISTED, "waitlisted"),
             VALUE (HL_CALL_OUTCOME_ANSWERED, "answered"),
             VALUE (HL_CALL_OUTCOME_MESSAGE_TAKEN, "message_taken"),
             VALUE (HL_CALL_OUTCOME_ORDER, "order"),
             VALUE (HL_CALL_OUTCOME_NO_ACTION, "no_action"),
             VALUE (HL_CALL_OUTCOME_FAILED, "failed"),
             VALUE (HL_CALL_OUTCOME_ABANDONED, "abandoned"))

DEFINE_ENUM ("HlFollowUp", hl_follow_up,
             VALUE (HL_FOLLOW_UP_NONE, "none"),
             VALUE (HL_FOLLOW_UP_OPEN, "open"),
             VALUE (HL_FOLLOW_UP_CLAIMED, "claimed"),
             VALUE (HL_FOLLOW_UP_SNOOZED, "snoozed"),
             VALUE (HL_FOLLOW_UP_DONE, "done"))

DEFINE_ENUM ("HlCallContact", hl_call_contact,
             VALUE (HL_CALL_CONTACT_OK, "ok"),
             VALUE (HL_CALL_CONTACT_LOST, "lost"))

DEFINE_ENUM ("HlAttentionReason", hl_attention_reason,
             VALUE (HL_ATTENTION_REASON_NONE, "none"),
             VALUE (HL_ATTENTION_REASON_PERSON, "person"),
             VALUE (HL_ATTENTION_REASON_ALLERGY, "allergy"),
             VALUE (HL_ATTENTION_REASON_SAFETY, "safety"),
             VALUE (HL_ATTENTION_REASON_COMPLAINT, "complaint"),
             VALUE (HL_ATTENTION_REASON_AGENT_FAILED, "agent_failed"),
             VALUE (HL_ATTENTION_REASON_TRANSFER, "transfer"),
             VALUE (HL_ATTENTION_REASON_PARTY_OVER_LIMIT, "party_over_limit"),
             VALUE (HL_ATTENTION_REASON_LATE, "late"),
             VALUE (HL_ATTENTION_REASON_WAITLIST, "waitlist"),
             VALUE (HL_ATTENTION_REASON_NOT_FOUND, "not_found"),
             VALUE (HL_ATTENTION_REASON_NOT_UNDERSTOOD, "not_understood"),
             VALUE (HL_ATTENTION_REASON_LANGUAGE, "language"),
             VALUE (HL_ATTENTION_REASON_HUNG_UP, "hung_up"),
             VALUE (HL_ATTENTION_REASON_OVERBOOKED, "overbooked"),
             VALUE (HL_ATTENTION_REASON_LOW_CONFIDENCE, "low_confidence"),
             VALUE (HL_ATTENTION_REASON_OUTSIDE_RULES, "outside_rules"),
             VALUE (HL_ATTENTION_REASON_VIP, "vip"),
             VALUE (HL_ATTENTION_REASON_SPECIAL_REQUEST, "special_request"))

DEFINE_ENUM ("HlSlotKind", hl_slot_kind,
             VALUE (HL_SLOT_KIND_DATE, "date"),
             VALUE (HL_SLOT_KIND_TIME, "time"),
             VALUE (HL_SLOT_KIND_PARTY_SIZE, "party_size"),
             VALUE (HL_SLOT_KIND_NAME, "name"),
             VALUE (HL_SLOT_KIND_PHONE, "phone"),
             VALUE (HL_SLOT_KIND_ALLERGY, "allergy"),
             VALUE (HL_SLOT_KIND_NOTE, "note"))

DEFINE_ENUM ("HlSlotState", hl_slot_state,
             VALUE (HL_SLOT_STATE_HEARD, "heard"),
             VALUE (HL_SLOT_STATE_READ_BACK, "read_back"),
             VALUE (HL_SLOT_STATE_CONFIRMED, "confirmed"),
             VALUE (HL_SLOT_STATE_CORRECTED_BY_STAFF, "corrected_by_staff"),
             VALUE (HL_SLOT_STATE_IMPOSSIBLE, "impossible"),
             VALUE (HL_SLOT_STATE_REJECTED, "rejected"))

DEFINE_ENUM ("HlSentiment", hl_sentiment,
             VALUE (HL_SENTIMENT_UNKNOWN, "unknown"),
             VALUE (HL_SENTIMENT_NEGATIVE, "negative"),
             VALUE (HL_SENTIMENT_NEUTRAL, "neutral"),
             VALUE (HL_SENTIMENT_POSITIVE, "positive"))

DEFINE_ENUM ("HlEndGroup", hl_end_group,
             VALUE (HL_END_GROUP_UNKNOWN, "unknown"),
             VALUE (HL_END_GROUP_CALLER_HANGUP, "caller_hangup"),
             VALUE (HL_END_GROUP_AGENT_HANGUP, "agent_hangup"),
             VALUE (HL_END_GROUP_TRANSFERRED, "transferred"),
             VALUE (HL_END_GROUP_VOICEMAIL, "voicemail"),
             VALUE (HL_END_GROUP_NO_ANSWER, "no_answer"),
             VALUE (HL_END_GROUP_BUSY, "busy"),
             VALUE (HL_END_GROUP_FAILED, "failed"),
             VALUE (HL_END_GROUP_TIMEOUT, "timeout"))

DEFINE_ENUM ("HlSpeaker", hl_speaker,
             VALUE (HL_SPEAKER_CALLER, "caller"),
             VALUE (HL_SPEAKER_AGENT, "agent"),
             VALUE (HL_SPEAKER_STAFF, "staff"),
             VALUE (HL_SPEAKER_SYSTEM, "system"))

DEFINE_ENUM ("HlSegmentState", hl_segment_state,
             VALUE (HL_SEGMENT_STATE_PARTIAL, "partial"),
             VALUE (HL_SEGMENT_STATE_FINAL, "final"),
             VALUE (HL_SEGMENT_STATE_CORRECTED, "corrected"),
             VALUE (HL_SEGMENT_STATE_REDACTED, "redacted"))

DEFINE_ENUM ("HlReservationStatus", hl_reservation_status,
             VALUE (HL_RESERVATION_STATUS_REQUESTED, "requested"),
             VALUE (HL_RESERVATION_STATUS_HELD, "held"),
             VALUE (HL_RESERVATION_STATUS_BOOKED, "booked"),
             VALUE (HL_RESERVATION_STATUS_CONFIRMED, "confirmed"),
             VALUE (HL_RESERVATION_STATUS_ARRIVED, "arrived"),
             VALUE (HL_RESERVATION_STATUS_COMPLETED, "completed"),
             VALUE (HL_RESERVATION_STATUS_NO_SHOW, "no_show"),
             VALUE (HL_RESERVATION_STATUS_CANCELLED, "cancelled"),
             VALUE (HL_RESERVATION_STATUS_DECLINED, "declined"),
             VALUE (HL_RESERVATION_STATUS_EXPIRED, "expired"))

DEFINE_ENUM ("HlContactResult", hl_contact_result,
             VALUE (HL_CONTACT_RESULT_LEFT_MESSAGE, "left_message"),
             VALUE (HL_CONTACT_RESULT_NO_ANSWER, "no_answer"),
             VALUE (HL_CONTACT_RESULT_WRONG_NUMBER, "wrong_number"),
             VALUE (HL_CONTACT_RESULT_REACHED, "reached"))

DEFINE_ENUM ("HlPartyStatus", hl_party_status,
             VALUE (HL_PARTY_STATUS_WAITING, "waiting"),
             VALUE (HL_PARTY_STATUS_NOTIFIED, "notified"),
             VALUE (HL_PARTY_STATUS_PARTIALLY_ARRIVED, "partially_arrived"),
             VALUE (HL_PARTY_STATUS_ARRIVED, "arrived"),
             VALUE (HL_PARTY_STATUS_PARTIALLY_SEATED, "partially_seated"),
             VALUE (HL_PARTY_STATUS_SEATED, "seated"),
             VALUE (HL_PARTY_STATUS_GONE, "gone"),
             VALUE (HL_PARTY_STATUS_LEFT, "left"),
             VALUE (HL_PARTY_STATUS_REMOVED, "removed"))

DEFINE_ENUM ("HlPartyStage", hl_party_stage,
             VALUE (HL_PARTY_STAGE_NONE, "none"),
             VALUE (HL_PARTY_STAGE_ORDERED, "ordered"),
             VALUE (HL_PARTY_STAGE_APPETIZER, "appetizer"),
             VALUE (HL_PARTY_STAGE_ENTREE, "entree"),
             VALUE (HL_PARTY_STAGE_DESSERT, "dessert"),
             VALUE (HL_PARTY_STAGE_CHECK_DROPPED, "check_dropped"),
             VALUE (HL_PARTY_STAGE_PAID, "paid"))

DEFINE_ENUM ("HlNotifyState", hl_notify_state,
             VALUE (HL_NOTIFY_STATE_NOT_SENT, "not_sent"),
             VALUE (HL_NOTIFY_STATE_SENT, "sent"),
             VALUE (HL_NOTIFY_STATE_DELIVERED, "delivered"),
             VALUE (HL_NOTIFY_STATE_FAILED, "failed"),
             VALUE (HL_NOTIFY_STATE_NO_PHONE, "no_phone"))

DEFINE_ENUM ("HlTableShape", hl_table_shape,
             VALUE (HL_TABLE_SHAPE_SQUARE, "square"),
             VALUE (HL_TABLE_SHAPE_ROUND, "round"),
             VALUE (HL_TABLE_SHAPE_RECT, "rect"),
             VALUE (HL_TABLE_SHAPE_BOOTH, "booth"),
             VALUE (HL_TABLE_SHAPE_BAR, "bar"))

DEFINE_ENUM ("HlPhysical", hl_physical,
             VALUE (HL_PHYSICAL_CLEAN, "clean"),
             VALUE (HL_PHYSICAL_DIRTY, "dirty"))

DEFINE_ENUM ("HlSectionState", hl_section_state,
             VALUE (HL_SECTION_STATE_OPEN, "open"),
             VALUE (HL_SECTION_STATE_PAUSED, "paused"),
             VALUE (HL_SECTION_STATE_CLOSING, "closing"),
             VALUE (HL_SECTION_STATE_CLOSED, "closed"))

DEFINE_ENUM ("HlOrderKind", hl_order_kind,
             VALUE (HL_ORDER_KIND_DINE_IN, "dine_in"),
             VALUE (HL_ORDER_KIND_TAKE_OUT, "take_out"))

DEFINE_ENUM ("HlOrderStatus", hl_order_status,
             VALUE (HL_ORDER_STATUS_PLACED, "placed"),
             VALUE (HL_ORDER_STATUS_CHANGED, "changed"),
             VALUE (HL_ORDER_STATUS_FIRED, "fired"),
             VALUE (HL_ORDER_STATUS_READY, "ready"),
             VALUE (HL_ORDER_STATUS_SERVED, "served"),
             VALUE (HL_ORDER_STATUS_CANCELLED, "cancelled"))

DEFINE_ENUM ("HlNoticeKind", hl_notice_kind,
             VALUE (HL_NOTICE_KIND_EIGHTY_SIX, "eighty_six"),
             VALUE (HL_NOTICE_KIND_BACK, "back"),
             VALUE (HL_NOTICE_KIND_READY, "ready"),
             VALUE (HL_NOTICE_KIND_DELAYED, "delayed"),
             VALUE (HL_NOTICE_KIND_INFO, "info"))

DEFINE_ENUM ("HlSeverity", hl_severity,
             VALUE (HL_SEVERITY_INFO, "info"),
             VALUE (HL_SEVERITY_WARNING, "warning"),
             VALUE (HL_SEVERITY_URGENT, "urgent"))

DEFINE_ENUM ("HlDisputeKind", hl_dispute_kind,
             VALUE (HL_DISPUTE_KIND_TABLE, "table"),
             VALUE (HL_DISPUTE_KIND_PARTY_TABLE, "party_table"),
             VALUE (HL_DISPUTE_KIND_FIELD, "field"),
             VALUE (HL_DISPUTE_KIND_CANCELLED_SEATED, "cancelled_seated"),
             VALUE (HL_DISPUTE_KIND_BLOCKED_TABLE, "blocked_table"),
             VALUE (HL_DISPUTE_KIND_OVERBOOKED, "overbooked"),
             VALUE (HL_DISPUTE_KIND_SAME_PARTY, "same_party"))

DEFINE_ENUM ("HlDisputeState", hl_dispute_state,
             VALUE (HL_DISPUTE_STATE_OPEN, "open"),
             VALUE (HL_DISPUTE_STATE_SETTLED, "settled"))

DEFINE_ENUM ("HlSubjectType", hl_subject_type,
             VALUE (HL_SUBJECT_TYPE_RESERVATION, "reservation"),
             VALUE (HL_SUBJECT_TYPE_PARTY, "party"),
             VALUE (HL_SUBJECT_TYPE_TABLE, "table"),
             VALUE (HL_SUBJECT_TYPE_CALL, "call"),
             VALUE (HL_SUBJECT_TYPE_SECTION, "section"))

DEFINE_ENUM ("HlMarkKind", hl_mark_kind,
             VALUE (HL_MARK_KIND_WALL, "wall"),
             VALUE (HL_MARK_KIND_DOOR, "door"),
             VALUE (HL_MARK_KIND_BAR, "bar"),
             VALUE (HL_MARK_KIND_KITCHEN, "kitchen"),
             VALUE (HL_MARK_KIND_STAIRS, "stairs"),
             VALUE (HL_MARK_KIND_TEXT, "text"))

DEFINE_ENUM ("HlRole", hl_role,
             VALUE (HL_ROLE_GUEST, "guest"),
             VALUE (HL_ROLE_AGENT, "agent"),
             VALUE (HL_ROLE_STAFF, "staff"),
             VALUE (HL_ROLE_MANAGER, "manager"),
             VALUE (HL_ROLE_PUBLISHER, "publisher"),
             VALUE (HL_ROLE_POS, "pos"),
             VALUE (HL_ROLE_SYSTEM, "system"),
             VALUE (HL_ROLE_MONITOR, "monitor"))

DEFINE_ENUM ("HlOutcome", hl_outcome,
             VALUE (HL_OUTCOME_APPLIED, "applied"),
             VALUE (HL_OUTCOME_NO_OP, "no_op"),
             VALUE (HL_OUTCOME_DISPUTED, "disputed"),
             VALUE (HL_OUTCOME_REFUSED, "refused"))

DEFINE_ENUM ("HlReason", hl_reason,
             VALUE (HL_REASON_NONE, "none"),
             VALUE (HL_REASON_LINK_LOST, "link_lost"),
             VALUE (HL_REASON_UNKNOWN_ID, "unknown_id"),
             VALUE (HL_REASON_WRONG_STATE, "wrong_state"),
             VALUE (HL_REASON_TABLE_BLOCKED, "table_blocked"),
             VALUE (HL_REASON_NEEDS_MANAGER, "needs_manager"),
             VALUE (HL_REASON_NOT_ALLOWED, "not_allowed"),
             VALUE (HL_REASON_NEEDS_LINK, "needs_link"),
             VALUE (HL_REASON_PAST_TIME, "past_time"),
             VALUE (HL_REASON_OVER_CAPACITY, "over_capacity"),
             VALUE (HL_REASON_BUILT_UPON, "built_upon"),
             VALUE (HL_REASON_TOO_OLD, "too_old"),
             VALUE (HL_REASON_TOO_LARGE, "too_large"),
             VALUE (HL_REASON_MALFORMED, "malformed"),
             VALUE (HL_REASON_TOO_MANY_CLAIMS, "too_many_claims"))

DEFINE_ENUM ("HlEventKind", hl_event_kind,
             VALUE (HL_EVENT_UNKNOWN, "unknown"),
             VALUE (HL_EVENT_CALL_STARTED, "call_started"),
             VALUE (HL_EVENT_CALL_UPDATED, "call_updated"),
             VALUE (HL_EVENT_CALL_COMPLETED, "call_completed"),
             VALUE (HL_EVENT_TRANSCRIPT_SEGMENT, "transcript_segment"),
             VALUE (HL_EVENT_RESERVATION_CREATED, "reservation_created"),
             VALUE (HL_EVENT_RESERVATION_UPDATED, "reservation_updated"),
             VALUE (HL_EVENT_RESERVATION_CANCELLED, "reservation_cancelled"),
             VALUE (HL_EVENT_PARTY_UPDATED, "party_updated"),
             VALUE (HL_EVENT_TABLE_UPDATED, "table_updated"),
             VALUE (HL_EVENT_SECTION_UPDATED, "section_updated"),
             VALUE (HL_EVENT_FLOOR_REPLACED, "floor_replaced"),
             VALUE (HL_EVENT_LOCATION_UPDATED, "location_updated"),
             VALUE (HL_EVENT_ORDER_CREATED, "order_created"),
             VALUE (HL_EVENT_ORDER_UPDATED, "order_updated"),
             VALUE (HL_EVENT_KITCHEN_NOTICE, "kitchen_notice"),
             VALUE (HL_EVENT_NOTICE_ACKNOWLEDGED, "notice_acknowledged"),
             VALUE (HL_EVENT_DISPUTE_OPENED, "dispute_opened"),
             VALUE (HL_EVENT_DISPUTE_SETTLED, "dispute_settled"),
             VALUE (HL_EVENT_DAY_CLOSED, "day_closed"),
             VALUE (HL_EVENT_PERSON_ERASED, "person_erased"))

DEFINE_ENUM ("HlActionKind", hl_action_kind,
             VALUE (HL_ACTION_UNKNOWN, "unknown"),
             VALUE (HL_ACTION_CREATE_RESERVATION, "create_reservation"),
             VALUE (HL_ACTION_UPDATE_RESERVATION, "update_reservation"),
             VALUE (HL_ACTION_CANCEL_RESERVATION, "cancel_reservation"),
             VALUE (HL_ACTION_ARRIVE, "arrive"),
             VALUE (HL_ACTION_ADD_PARTY, "add_party"),
             VALUE (HL_ACTION_UPDATE_PARTY, "update_party"),
             VALUE (HL_ACTION_REMOVE_PARTY, "remove_party"),
             VALUE (HL_ACTION_SEAT, "seat"),
             VALUE (HL_ACTION_MOVE, "move"),
             VALUE (HL_ACTION_UNSEAT, "unseat"),
             VALUE (HL_ACTION_FINISH_PARTY, "finish_party"),
             VALUE (HL_ACTION_SET_STAGE, "set_stage"),
             VALUE (HL_ACTION_SET_TABLE, "set_table"),
             VALUE (HL_ACTION_ACKNOWLEDGE_CALL, "acknowledge_call"),
             VALUE (HL_ACTION_ACKNOWLEDGE_NOTICE, "acknowledge_notice"),
             VALUE (HL_ACTION_UNDO, "undo"),
             VALUE (HL_ACTION_RECALL_PARTY, "recall_party"),
             VALUE (HL_ACTION_MARK_NO_SHOW, "mark_no_show"),
             VALUE (HL_ACTION_CORRECT, "correct"),
             VALUE (HL_ACTION_ACCEPT_RESERVATION, "accept_reservation"),
             VALUE (HL_ACTION_DECLINE_RESERVATION, "decline_reservation"),
             VALUE (HL_ACTION_NOTIFY_PARTY, "notify_party"),
             VALUE (HL_ACTION_CONTACT_ATTEMPT, "contact_attempt"),
             VALUE (HL_ACTION_SET_SECTION, "set_section"),
             VALUE (HL_ACTION_SETTLE_DISPUTE, "settle_dispute"),
             VALUE (HL_ACTION_ADD_NOTE, "add_note"),
             VALUE (HL_ACTION_TAKE_CALL, "take_call"),
             VALUE (HL_ACTION_ACCEPT_CALL, "accept_call"),
             VALUE (HL_ACTION_DECLINE_CALL, "decline_call"),
             VALUE (HL_ACTION_HAND_BACK_CALL, "hand_back_call"),
             VALUE (HL_ACTION_END_CALL, "end_call"),
             VALUE (HL_ACTION_OPEN_FOLLOW_UP, "open_follow_up"),
             VALUE (HL_ACTION_CLAIM_FOLLOW_UP, "claim_follow_up"),
             VALUE (HL_ACTION_SNOOZE_FOLLOW_UP, "snooze_follow_up"),
             VALUE (HL_ACTION_CLOSE_FOLLOW_UP, "close_follow_up"),
             VALUE (HL_ACTION_CORRECT_SLOT, "correct_slot"),
             VALUE (HL_ACTION_HOLD_RESERVATION, "hold_reservation"),
             VALUE (HL_ACTION_ASK_FOR_PERSON, "ask_for_person"))

/* (transfer none): static types' classes stay. Not peek: another thread may be in class_init. */
static GEnumClass *
class_of (GType type)
{
  GEnumClass *klass = g_type_class_ref (type);
  g_type_class_unref (klass);
  return klass;
}

/* All values count from 0 without holes, so that a class's table can be indexed. */
const char *
hl_enum_nick (GType type, int value)
{
  GEnumClass *klass = class_of (type);
  if (value < 0 || (guint) value >= klass->n_values)
    return "unknown";
  return klass->values[value].value_nick;
}

gboolean
hl_enum_parse (GType type, const char *nick, int *out)
{
  if (nick == NULL)
    return FALSE;
  GEnumClass *klass = class_of (type);
  for (guint i = 0; i < klass->n_values; i++) {
    if (strcmp (klass->values[i].value_nick, nick) == 0) {
      if (out != NULL)
        *out = klass->values[i].value;
      return TRUE;
    }
  }
  return FALSE;
}
