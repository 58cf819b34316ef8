/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every enumeration of the schema. A value's nick is exactly its JSON text. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* CALL direction */
typedef enum {
  HL_CALL_DIRECTION_INBOUND,
  HL_CALL_DIRECTION_OUTBOUND,
  HL_CALL_DIRECTION_WEB,
  HL_CALL_DIRECTION_UNKNOWN,
} HlCallDirection;

#define HL_TYPE_CALL_DIRECTION (hl_call_direction_get_type ())
GType hl_call_direction_get_type (void) G_GNUC_CONST;

/* CALL intent */
typedef enum {
  HL_CALL_INTENT_NONE,
  HL_CALL_INTENT_BOOK,
  HL_CALL_INTENT_CHANGE,
  HL_CALL_INTENT_CANCEL,
  HL_CALL_INTENT_QUESTION,
  HL_CALL_INTENT_ORDER,
  HL_CALL_INTENT_LATE,
  HL_CALL_INTENT_WAITLIST,
  HL_CALL_INTENT_PERSON,
  HL_CALL_INTENT_COMPLAINT,
  HL_CALL_INTENT_OTHER,
} HlCallIntent;

#define HL_TYPE_CALL_INTENT (hl_call_intent_get_type ())
GType hl_call_intent_get_type (void) G_GNUC_CONST;

/* CALL state, in the order in which a publisher's states are compared */
typedef enum {
  HL_CALL_STATE_RINGING,
  HL_CALL_STATE_AGENT_ACTIVE,
  HL_CALL_STATE_HANDOFF_REQUESTED,
  HL_CALL_STATE_STAFF_RINGING,
  HL_CALL_STATE_STAFF_ACTIVE,
  HL_CALL_STATE_ENDED,
} HlCallState;

#define HL_TYPE_CALL_STATE (hl_call_state_get_type ())
GType hl_call_state_get_type (void) G_GNUC_CONST;

/* CALL outcome */
typedef enum {
  HL_CALL_OUTCOME_NONE,
  HL_CALL_OUTCOME_BOOKED,
  HL_CALL_OUTCOME_CHANGED,
  HL_CALL_OUTCOME_CANCELLED,
  HL_CALL_OUTCOME_WAITLISTED,
  HL_CALL_OUTCOME_ANSWERED,
  HL_CALL_OUTCOME_MESSAGE_TAKEN,
  HL_CALL_OUTCOME_ORDER,
  HL_CALL_OUTCOME_NO_ACTION,
  HL_CALL_OUTCOME_FAILED,
  HL_CALL_OUTCOME_ABANDONED,
} HlCallOutcome;

#define HL_TYPE_CALL_OUTCOME (hl_call_outcome_get_type ())
GType hl_call_outcome_get_type (void) G_GNUC_CONST;

/* CALL follow_up */
typedef enum {
  HL_FOLLOW_UP_NONE,
  HL_FOLLOW_UP_OPEN,
  HL_FOLLOW_UP_CLAIMED,
  HL_FOLLOW_UP_SNOOZED,
  HL_FOLLOW_UP_DONE,
} HlFollowUp;

#define HL_TYPE_FOLLOW_UP (hl_follow_up_get_type ())
GType hl_follow_up_get_type (void) G_GNUC_CONST;

/* CALL contact: whether the agent still talks to us */
typedef enum {
  HL_CALL_CONTACT_OK,
  HL_CALL_CONTACT_LOST,
} HlCallContact;

#define HL_TYPE_CALL_CONTACT (hl_call_contact_get_type ())
GType hl_call_contact_get_type (void) G_GNUC_CONST;

/* CALL attention_reason */
typedef enum {
  HL_ATTENTION_REASON_NONE,
  HL_ATTENTION_REASON_PERSON,
  HL_ATTENTION_REASON_ALLERGY,
  HL_ATTENTION_REASON_SAFETY,
  HL_ATTENTION_REASON_COMPLAINT,
  HL_ATTENTION_REASON_AGENT_FAILED,
  HL_ATTENTION_REASON_TRANSFER,
  HL_ATTENTION_REASON_PARTY_OVER_LIMIT,
  HL_ATTENTION_REASON_LATE,
  HL_ATTENTION_REASON_WAITLIST,
  HL_ATTENTION_REASON_NOT_FOUND,
  HL_ATTENTION_REASON_NOT_UNDERSTOOD,
  HL_ATTENTION_REASON_LANGUAGE,
  HL_ATTENTION_REASON_HUNG_UP,
  HL_ATTENTION_REASON_OVERBOOKED,
  HL_ATTENTION_REASON_LOW_CONFIDENCE,
  HL_ATTENTION_REASON_OUTSIDE_RULES,
  HL_ATTENTION_REASON_VIP,
  HL_ATTENTION_REASON_SPECIAL_REQUEST,
} HlAttentionReason;

#define HL_TYPE_ATTENTION_REASON (hl_attention_reason_get_type ())
GType hl_attention_reason_get_type (void) G_GNUC_CONST;

/* What a slot or a span of a transcript is about */
typedef enum {
  HL_SLOT_KIND_DATE,
  HL_SLOT_KIND_TIME,
  HL_SLOT_KIND_PARTY_SIZE,
  HL_SLOT_KIND_NAME,
  HL_SLOT_KIND_PHONE,
  HL_SLOT_KIND_ALLERGY,
  HL_SLOT_KIND_NOTE,
} HlSlotKind;

#define HL_TYPE_SLOT_KIND (hl_slot_kind_get_type ())
GType hl_slot_kind_get_type (void) G_GNUC_CONST;

/* How far a slot is known */
typedef enum {
  HL_SLOT_STATE_HEARD,
  HL_SLOT_STATE_READ_BACK,
  HL_SLOT_STATE_CONFIRMED,
  HL_SLOT_STATE_CORRECTED_BY_STAFF,
  HL_SLOT_STATE_IMPOSSIBLE,
  HL_SLOT_STATE_REJECTED,
} HlSlotState;

#define HL_TYPE_SLOT_STATE (hl_slot_state_get_type ())
GType hl_slot_state_get_type (void) G_GNUC_CONST;

/* CALL sentiment */
typedef enum {
  HL_SENTIMENT_UNKNOWN,
  HL_SENTIMENT_NEGATIVE,
  HL_SENTIMENT_NEUTRAL,
  HL_SENTIMENT_POSITIVE,
} HlSentiment;

#define HL_TYPE_SENTIMENT (hl_sentiment_get_type ())
GType hl_sentiment_get_type (void) G_GNUC_CONST;

/* CALL end_group: the providers' words for an end, folded */
typedef enum {
  HL_END_GROUP_UNKNOWN,
  HL_END_GROUP_CALLER_HANGUP,
  HL_END_GROUP_AGENT_HANGUP,
  HL_END_GROUP_TRANSFERRED,
  HL_END_GROUP_VOICEMAIL,
  HL_END_GROUP_NO_ANSWER,
  HL_END_GROUP_BUSY,
  HL_END_GROUP_FAILED,
  HL_END_GROUP_TIMEOUT,
} HlEndGroup;

#define HL_TYPE_END_GROUP (hl_end_group_get_type ())
GType hl_end_group_get_type (void) G_GNUC_CONST;

/* SEGMENT speaker */
typedef enum {
  HL_SPEAKER_CALLER,
  HL_SPEAKER_AGENT,
  HL_SPEAKER_STAFF,
  HL_SPEAKER_SYSTEM,
} HlSpeaker;

#define HL_TYPE_SPEAKER (hl_speaker_get_type ())
GType hl_speaker_get_type (void) G_GNUC_CONST;

/* SEGMENT state; only rises */
typedef enum {
  HL_SEGMENT_STATE_PARTIAL,
  HL_SEGMENT_STATE_FINAL,
  HL_SEGMENT_STATE_CORRECTED,
  HL_SEGMENT_STATE_REDACTED,
} HlSegmentState;

#define HL_TYPE_SEGMENT_STATE (hl_segment_state_get_type ())
GType hl_segment_state_get_type (void) G_GNUC_CONST;

/* RESERVATION status */
typedef enum {
  HL_RESERVATION_STATUS_REQUESTED,
  HL_RESERVATION_STATUS_HELD,
  HL_RESERVATION_STATUS_BOOKED,
  HL_RESERVATION_STATUS_CONFIRMED,
  HL_RESERVATION_STATUS_ARRIVED,
  HL_RESERVATION_STATUS_COMPLETED,
  HL_RESERVATION_STATUS_NO_SHOW,
  HL_RESERVATION_STATUS_CANCELLED,
  HL_RESERVATION_STATUS_DECLINED,
  HL_RESERVATION_STATUS_EXPIRED,
} HlReservationStatus;

#define HL_TYPE_RESERVATION_STATUS (hl_reservation_status_get_type ())
GType hl_reservation_status_get_type (void) G_GNUC_CONST;

/* What came of a contact attempt */
typedef enum {
  HL_CONTACT_RESULT_LEFT_MESSAGE,
  HL_CONTACT_RESULT_NO_ANSWER,
  HL_CONTACT_RESULT_WRONG_NUMBER,
  HL_CONTACT_RESULT_REACHED,
} HlContactResult;

#define HL_TYPE_CONTACT_RESULT (hl_contact_result_get_type ())
GType hl_contact_result_get_type (void) G_GNUC_CONST;

/* PARTY status */
typedef enum {
  HL_PARTY_STATUS_WAITING,
  HL_PARTY_STATUS_NOTIFIED,
  HL_PARTY_STATUS_PARTIALLY_ARRIVED,
  HL_PARTY_STATUS_ARRIVED,
  HL_PARTY_STATUS_PARTIALLY_SEATED,
  HL_PARTY_STATUS_SEATED,
  HL_PARTY_STATUS_GONE,
  HL_PARTY_STATUS_LEFT,
  HL_PARTY_STATUS_REMOVED,
} HlPartyStatus;

#define HL_TYPE_PARTY_STATUS (hl_party_status_get_type ())
GType hl_party_status_get_type (void) G_GNUC_CONST;

/* PARTY stage; rises, and back only by correct */
typedef enum {
  HL_PARTY_STAGE_NONE,
  HL_PARTY_STAGE_ORDERED,
  HL_PARTY_STAGE_APPETIZER,
  HL_PARTY_STAGE_ENTREE,
  HL_PARTY_STAGE_DESSERT,
  HL_PARTY_STAGE_CHECK_DROPPED,
  HL_PARTY_STAGE_PAID,
} HlPartyStage;

#define HL_TYPE_PARTY_STAGE (hl_party_stage_get_type ())
GType hl_party_stage_get_type (void) G_GNUC_CONST;

/* PARTY notify */
typedef enum {
  HL_NOTIFY_STATE_NOT_SENT,
  HL_NOTIFY_STATE_SENT,
  HL_NOTIFY_STATE_DELIVERED,
  HL_NOTIFY_STATE_FAILED,
  HL_NOTIFY_STATE_NO_PHONE,
} HlNotifyState;

#define HL_TYPE_NOTIFY_STATE (hl_notify_state_get_type ())
GType hl_notify_state_get_type (void) G_GNUC_CONST;

/* TABLE shape */
typedef enum {
  HL_TABLE_SHAPE_SQUARE,
  HL_TABLE_SHAPE_ROUND,
  HL_TABLE_SHAPE_RECT,
  HL_TABLE_SHAPE_BOOTH,
  HL_TABLE_SHAPE_BAR,
} HlTableShape;

#define HL_TYPE_TABLE_SHAPE (hl_table_shape_get_type ())
GType hl_table_shape_get_type (void) G_GNUC_CONST;

/* TABLE physical */
typedef enum {
  HL_PHYSICAL_CLEAN,
  HL_PHYSICAL_DIRTY,
} HlPhysical;

#define HL_TYPE_PHYSICAL (hl_physical_get_type ())
GType hl_physical_get_type (void) G_GNUC_CONST;

/* SECTION state */
typedef enum {
  HL_SECTION_STATE_OPEN,
  HL_SECTION_STATE_PAUSED,
  HL_SECTION_STATE_CLOSING,
  HL_SECTION_STATE_CLOSED,
} HlSectionState;

#define HL_TYPE_SECTION_STATE (hl_section_state_get_type ())
GType hl_section_state_get_type (void) G_GNUC_CONST;

/* ORDER kind */
typedef enum {
  HL_ORDER_KIND_DINE_IN,
  HL_ORDER_KIND_TAKE_OUT,
} HlOrderKind;

#define HL_TYPE_ORDER_KIND (hl_order_kind_get_type ())
GType hl_order_kind_get_type (void) G_GNUC_CONST;

/* ORDER status, of the order and of each line */
typedef enum {
  HL_ORDER_STATUS_PLACED,
  HL_ORDER_STATUS_CHANGED,
  HL_ORDER_STATUS_FIRED,
  HL_ORDER_STATUS_READY,
  HL_ORDER_STATUS_SERVED,
  HL_ORDER_STATUS_CANCELLED,
} HlOrderStatus;

#define HL_TYPE_ORDER_STATUS (hl_order_status_get_type ())
GType hl_order_status_get_type (void) G_GNUC_CONST;

/* NOTICE kind */
typedef enum {
  HL_NOTICE_KIND_EIGHTY_SIX,
  HL_NOTICE_KIND_BACK,
  HL_NOTICE_KIND_READY,
  HL_NOTICE_KIND_DELAYED,
  HL_NOTICE_KIND_INFO,
} HlNoticeKind;

#define HL_TYPE_NOTICE_KIND (hl_notice_kind_get_type ())
GType hl_notice_kind_get_type (void) G_GNUC_CONST;

/* NOTICE severity */
typedef enum {
  HL_SEVERITY_INFO,
  HL_SEVERITY_WARNING,
  HL_SEVERITY_URGENT,
} HlSeverity;

#define HL_TYPE_SEVERITY (hl_severity_get_type ())
GType hl_severity_get_type (void) G_GNUC_CONST;

/* DISPUTE kind */
typedef enum {
  HL_DISPUTE_KIND_TABLE,
  HL_DISPUTE_KIND_PARTY_TABLE,
  HL_DISPUTE_KIND_FIELD,
  HL_DISPUTE_KIND_CANCELLED_SEATED,
  HL_DISPUTE_KIND_BLOCKED_TABLE,
  HL_DISPUTE_KIND_OVERBOOKED,
  HL_DISPUTE_KIND_SAME_PARTY,
} HlDisputeKind;

#define HL_TYPE_DISPUTE_KIND (hl_dispute_kind_get_type ())
GType hl_dispute_kind_get_type (void) G_GNUC_CONST;

/* DISPUTE state */
typedef enum {
  HL_DISPUTE_STATE_OPEN,
  HL_DISPUTE_STATE_SETTLED,
} HlDisputeState;

#define HL_TYPE_DISPUTE_STATE (hl_dispute_state_get_type ())
GType hl_dispute_state_get_type (void) G_GNUC_CONST;

/* What a dispute, a note or a correction is about */
typedef enum {
  HL_SUBJECT_TYPE_RESERVATION,
  HL_SUBJECT_TYPE_PARTY,
  HL_SUBJECT_TYPE_TABLE,
  HL_SUBJECT_TYPE_CALL,
  HL_SUBJECT_TYPE_SECTION,
} HlSubjectType;

#define HL_TYPE_SUBJECT_TYPE (hl_subject_type_get_type ())
GType hl_subject_type_get_type (void) G_GNUC_CONST;

/* A fixture of the floor plan */
typedef enum {
  HL_MARK_KIND_WALL,
  HL_MARK_KIND_DOOR,
  HL_MARK_KIND_BAR,
  HL_MARK_KIND_KITCHEN,
  HL_MARK_KIND_STAIRS,
  HL_MARK_KIND_TEXT,
} HlMarkKind;

#define HL_TYPE_MARK_KIND (hl_mark_kind_get_type ())
GType hl_mark_kind_get_type (void) G_GNUC_CONST;

/* Who acts; monitor is a token's role only and never stands in an event */
typedef enum {
  HL_ROLE_GUEST,
  HL_ROLE_AGENT,
  HL_ROLE_STAFF,
  HL_ROLE_MANAGER,
  HL_ROLE_PUBLISHER,
  HL_ROLE_POS,
  HL_ROLE_SYSTEM,
  HL_ROLE_MONITOR,
} HlRole;

#define HL_TYPE_ROLE (hl_role_get_type ())
#define HL_N_ROLE 8
GType hl_role_get_type (void) G_GNUC_CONST;

/* What became of an action */
typedef enum {
  HL_OUTCOME_APPLIED,
  HL_OUTCOME_NO_OP,
  HL_OUTCOME_DISPUTED,
  HL_OUTCOME_REFUSED,
} HlOutcome;

#define HL_TYPE_OUTCOME (hl_outcome_get_type ())
GType hl_outcome_get_type (void) G_GNUC_CONST;

/* Why an action was refused or is up for review; none when it was not */
typedef enum {
  HL_REASON_NONE,
  HL_REASON_LINK_LOST,
  HL_REASON_UNKNOWN_ID,
  HL_REASON_WRONG_STATE,
  HL_REASON_TABLE_BLOCKED,
  HL_REASON_NEEDS_MANAGER,
  HL_REASON_NOT_ALLOWED,
  HL_REASON_NEEDS_LINK,
  HL_REASON_PAST_TIME,
  HL_REASON_OVER_CAPACITY,
  HL_REASON_BUILT_UPON,
  HL_REASON_TOO_OLD,
  HL_REASON_TOO_LARGE,
  HL_REASON_MALFORMED,
  HL_REASON_TOO_MANY_CLAIMS, /* the dispute that it would join is full: it has to be settled first */
} HlReason;

#define HL_TYPE_REASON (hl_reason_get_type ())
GType hl_reason_get_type (void) G_GNUC_CONST;

/* Event kinds; unknown stands for a kind of a newer version */
typedef enum {
  HL_EVENT_UNKNOWN,
  HL_EVENT_CALL_STARTED,
  HL_EVENT_CALL_UPDATED,
  HL_EVENT_CALL_COMPLETED,
  HL_EVENT_TRANSCRIPT_SEGMENT,
  HL_EVENT_RESERVATION_CREATED,
  HL_EVENT_RESERVATION_UPDATED,
  HL_EVENT_RESERVATION_CANCELLED,
  HL_EVENT_PARTY_UPDATED,
  HL_EVENT_TABLE_UPDATED,
  HL_EVENT_SECTION_UPDATED,
  HL_EVENT_FLOOR_REPLACED,
  HL_EVENT_LOCATION_UPDATED,
  HL_EVENT_ORDER_CREATED,
  HL_EVENT_ORDER_UPDATED,
  HL_EVENT_KITCHEN_NOTICE,
  HL_EVENT_NOTICE_ACKNOWLEDGED,
  HL_EVENT_DISPUTE_OPENED,
  HL_EVENT_DISPUTE_SETTLED,
  HL_EVENT_DAY_CLOSED,
  HL_EVENT_PERSON_ERASED,
} HlEventKind;

#define HL_TYPE_EVENT_KIND (hl_event_kind_get_type ())
#define HL_N_EVENT_KIND 21
GType hl_event_kind_get_type (void) G_GNUC_CONST;

/* Action kinds; unknown stands for a kind of a newer version */
typedef enum {
  HL_ACTION_UNKNOWN,
  HL_ACTION_CREATE_RESERVATION,
  HL_ACTION_UPDATE_RESERVATION,
  HL_ACTION_CANCEL_RESERVATION,
  HL_ACTION_ARRIVE,
  HL_ACTION_ADD_PARTY,
  HL_ACTION_UPDATE_PARTY,
  HL_ACTION_REMOVE_PARTY,
  HL_ACTION_SEAT,
  HL_ACTION_MOVE,
  HL_ACTION_UNSEAT,
  HL_ACTION_FINISH_PARTY,
  HL_ACTION_SET_STAGE,
  HL_ACTION_SET_TABLE,
  HL_ACTION_ACKNOWLEDGE_CALL,
  HL_ACTION_ACKNOWLEDGE_NOTICE,
  HL_ACTION_UNDO,
  HL_ACTION_RECALL_PARTY,
  HL_ACTION_MARK_NO_SHOW,
  HL_ACTION_CORRECT,
  HL_ACTION_ACCEPT_RESERVATION,
  HL_ACTION_DECLINE_RESERVATION,
  HL_ACTION_NOTIFY_PARTY,
  HL_ACTION_CONTACT_ATTEMPT,
  HL_ACTION_SET_SECTION,
  HL_ACTION_SETTLE_DISPUTE,
  HL_ACTION_ADD_NOTE,
  HL_ACTION_TAKE_CALL,
  HL_ACTION_ACCEPT_CALL,
  HL_ACTION_DECLINE_CALL,
  HL_ACTION_HAND_BACK_CALL,
  HL_ACTION_END_CALL,
  HL_ACTION_OPEN_FOLLOW_UP,
  HL_ACTION_CLAIM_FOLLOW_UP,
  HL_ACTION_SNOOZE_FOLLOW_UP,
  HL_ACTION_CLOSE_FOLLOW_UP,
  HL_ACTION_CORRECT_SLOT,
  HL_ACTION_HOLD_RESERVATION,
  HL_ACTION_ASK_FOR_PERSON,
} HlActionKind;

#define HL_TYPE_ACTION_KIND (hl_action_kind_get_type ())
#define HL_N_ACTION_KIND 39
GType hl_action_kind_get_type (void) G_GNUC_CONST;

/**
 * hl_enum_nick:
 * @type: one of the types above
 * @value: a value
 *
 * Returns: (transfer none): the JSON text of @value, or "unknown" for a value that @type lacks
 */
const char *hl_enum_nick  (GType type,
                           int   value);

/**
 * hl_enum_parse:
 * @type: one of the types above
 * @nick: (nullable): JSON text, compared byte by byte
 * @out: (out) (optional): the value; untouched on failure
 *
 * Returns: whether @type has such a nick
 */
gboolean    hl_enum_parse (GType       type,
                           const char *nick,
                           int        *out);

G_END_DECLS
