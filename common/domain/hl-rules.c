/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the rules: what follows what, and what each action reads. */
#include "domain/hl-rules.h"

#define BIT(n) (1u << (n))

typedef struct {
  HlActionKind kind;
  HlReads      reads;
} ActionRule;

static const ActionRule action_rules[] = {
  { HL_ACTION_CREATE_RESERVATION,
    HL_READ_BOOK },
  { HL_ACTION_UPDATE_RESERVATION,
    HL_READ_RESERVATION_STATUS | HL_READ_RESERVATION_FIELDS | HL_READ_CLAIMS | HL_READ_BOOK },
  { HL_ACTION_CANCEL_RESERVATION,
    HL_READ_RESERVATION_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_ARRIVE,
    HL_READ_RESERVATION_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_ADD_PARTY,
    HL_READ_OTHER_PARTIES },
  { HL_ACTION_UPDATE_PARTY,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_FIELDS | HL_READ_CLAIMS },
  { HL_ACTION_REMOVE_PARTY,
    HL_READ_PARTY_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_SEAT,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_TABLES | HL_READ_OCCUPANTS | HL_READ_TABLE_BLOCKED |
    HL_READ_RESERVATION_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_MOVE,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_TABLES | HL_READ_OCCUPANTS | HL_READ_TABLE_BLOCKED |
    HL_READ_CLAIMS },
  { HL_ACTION_UNSEAT,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_TABLES | HL_READ_CLAIMS },
  { HL_ACTION_FINISH_PARTY,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_TABLES | HL_READ_CLAIMS },
  { HL_ACTION_SET_STAGE,
    HL_READ_PARTY_STATUS | HL_READ_PARTY_STAGE | HL_READ_CLAIMS },
  { HL_ACTION_SET_TABLE,
    HL_READ_OCCUPANTS | HL_READ_TABLE_PHYSICAL | HL_READ_TABLE_BLOCKED | HL_READ_CLAIMS },
  { HL_ACTION_ACKNOWLEDGE_CALL,
    HL_READ_CALL_ATTENTION },
  { HL_ACTION_ACKNOWLEDGE_NOTICE,
    HL_READ_NOTHING },
  /* undo compares the revisions themselves: stricter than any base */
  { HL_ACTION_UNDO,
    HL_READ_NOTHING },
  { HL_ACTION_RECALL_PARTY,
    HL_READ_PARTY_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_MARK_NO_SHOW,
    HL_READ_RESERVATION_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_CORRECT,
    HL_READ_PARTY_STATUS | HL_READ_RESERVATION_STATUS | HL_READ_CLAIMS },
  { HL_ACTION_ACCEPT_RESERVATION,
    HL_READ_RESERVATION_STATUS | HL_READ_BOOK },
  { HL_ACTION_DECLINE_RESERVATION,
    HL_READ_RESERVATION_STATUS },
  { HL_ACTION_NOTIFY_PARTY,
    HL_READ_PARTY_STATUS | HL_READ_NOTIFY },
  { HL_ACTION_CONTACT_ATTEMPT,
    HL_READ_NOTHING },
  { HL_ACTION_SET_SECTION,
    HL_READ_SECTION_FIELDS },
  { HL_ACTION_SETTLE_DISPUTE,
    HL_READ_CLAIMS },
  { HL_ACTION_ADD_NOTE,
    HL_READ_NOTHING },
  /* these need the link or come from the agent itself, and go by the call's state as it is: the first wins */
  { HL_ACTION_TAKE_CALL,
    HL_READ_NOTHING },
  { HL_ACTION_ACCEPT_CALL,
    HL_READ_NOTHING },
  { HL_ACTION_DECLINE_CALL,
    HL_READ_NOTHING },
  { HL_ACTION_HAND_BACK_CALL,
    HL_READ_NOTHING },
  { HL_ACTION_END_CALL,
    HL_READ_NOTHING },
  { HL_ACTION_ASK_FOR_PERSON,
    HL_READ_NOTHING },
  { HL_ACTION_OPEN_FOLLOW_UP,
    HL_READ_CALL_FOLLOW_UP },
  { HL_ACTION_CLAIM_FOLLOW_UP,
    HL_READ_CALL_FOLLOW_UP },
  { HL_ACTION_SNOOZE_FOLLOW_UP,
    HL_READ_CALL_FOLLOW_UP },
  { HL_ACTION_CLOSE_FOLLOW_UP,
    HL_READ_NOTHING },
  { HL_ACTION_CORRECT_SLOT,
    HL_READ_CALL_SLOTS },
  { HL_ACTION_HOLD_RESERVATION,
    HL_READ_BOOK },
};

static const ActionRule *
find_rule (HlActionKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (action_rules); i++) {
    if (action_rules[i].kind == kind)
      return &action_rules[i];
  }
  return NULL;
}

HlReads
hl_rules_get_reads (HlActionKind kind)
{
  const ActionRule *rule = find_rule (kind);

  return rule != NULL ? rule->reads : HL_READ_NOTHING;
}

gboolean
hl_rules_is_seated (HlPartyStatus status)
{
  return status == HL_PARTY_STATUS_SEATED || status == HL_PARTY_STATUS_PARTIALLY_SEATED;
}

gboolean
hl_rules_is_waiting (HlPartyStatus status)
{
  return status == HL_PARTY_STATUS_WAITING || status == HL_PARTY_STATUS_NOTIFIED ||
         status == HL_PARTY_STATUS_ARRIVED || status == HL_PARTY_STATUS_PARTIALLY_ARRIVED;
}

gboolean
hl_rules_is_over (HlPartyStatus status)
{
  return status == HL_PARTY_STATUS_GONE || status == HL_PARTY_STATUS_LEFT ||
         status == HL_PARTY_STATUS_REMOVED;
}

gboolean
hl_rules_takes_room (HlReservationStatus status)
{
  return status == HL_RESERVATION_STATUS_HELD || status == HL_RESERVATION_STATUS_BOOKED ||
         status == HL_RESERVATION_STATUS_CONFIRMED || status == HL_RESERVATION_STATUS_ARRIVED;
}

gboolean
hl_rules_is_past (HlReservationStatus status)
{
  return status == HL_RESERVATION_STATUS_COMPLETED || status == HL_RESERVATION_STATUS_NO_SHOW ||
         status == HL_RESERVATION_STATUS_CANCELLED || status == HL_RESERVATION_STATUS_DECLINED ||
         status == HL_RESERVATION_STATUS_EXPIRED;
}

gboolean
hl_rules_allow_reservation_status (HlReservationStatus from,
                                   HlReservationStatus to)
{
  static const guint allowed[] = {
    [HL_RESERVATION_STATUS_REQUESTED] = BIT (HL_RESERVATION_STATUS_BOOKED) |
                                        BIT (HL_RESERVATION_STATUS_DECLINED) |
                                        BIT (HL_RESERVATION_STATUS_EXPIRED) |
                                        BIT (HL_RESERVATION_STATUS_CANCELLED),
    [HL_RESERVATION_STATUS_HELD] = BIT (HL_RESERVATION_STATUS_BOOKED) |
                                   BIT (HL_RESERVATION_STATUS_EXPIRED) |
                                   BIT (HL_RESERVATION_STATUS_CANCELLED),
    [HL_RESERVATION_STATUS_BOOKED] = BIT (HL_RESERVATION_STATUS_CONFIRMED) |
                                     BIT (HL_RESERVATION_STATUS_ARRIVED) |
                                     BIT (HL_RESERVATION_STATUS_CANCELLED) |
                                     BIT (HL_RESERVATION_STATUS_NO_SHOW),
    [HL_RESERVATION_STATUS_CONFIRMED] = BIT (HL_RESERVATION_STATUS_ARRIVED) |
                                        BIT (HL_RESERVATION_STATUS_CANCELLED) |
                                        BIT (HL_RESERVATION_STATUS_NO_SHOW),
    [HL_RESERVATION_STATUS_ARRIVED] = BIT (HL_RESERVATION_STATUS_COMPLETED) |
                                      BIT (HL_RESERVATION_STATUS_CANCELLED),
    [HL_RESERVATION_STATUS_NO_SHOW] = BIT (HL_RESERVATION_STATUS_ARRIVED),
    [HL_RESERVATION_STATUS_CANCELLED] = BIT (HL_RESERVATION_STATUS_BOOKED),
    [HL_RESERVATION_STATUS_COMPLETED] = 0,
    [HL_RESERVATION_STATUS_DECLINED] = 0,
    [HL_RESERVATION_STATUS_EXPIRED] = 0,
  };

  return from < G_N_ELEMENTS (allowed) && (allowed[from] & BIT (to)) != 0;
}

guint
hl_rules_get_phase (HlCallState state)
{
  return state == HL_CALL_STATE_ENDED ? 2 : 1;
}

guint
hl_rules_get_attention_priority (HlAttentionReason reason)
{
  switch (reason) {
  case HL_ATTENTION_REASON_NONE:
    return 0;
  case HL_ATTENTION_REASON_PERSON:
  case HL_ATTENTION_REASON_ALLERGY:
  case HL_ATTENTION_REASON_SAFETY:
  case HL_ATTENTION_REASON_COMPLAINT:
  case HL_ATTENTION_REASON_AGENT_FAILED:
  case HL_ATTENTION_REASON_TRANSFER:
    return 1;
  case HL_ATTENTION_REASON_LOW_CONFIDENCE:
  case HL_ATTENTION_REASON_OUTSIDE_RULES:
  case HL_ATTENTION_REASON_VIP:
  case HL_ATTENTION_REASON_SPECIAL_REQUEST:
    return 3;
  default:
    return 2;
  }
}
