/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of calls: stages, intents, reasons to look, slots. */
#include <glib/gi18n.h>

#include "views/hl-words.h"

const char *
hl_words_call_stage (HlCallStage stage)
{
  switch (stage) {
  case HL_CALL_STAGE_RINGING:
    return C_ ("call", "Ringing");
  case HL_CALL_STAGE_GREETING:
    return C_ ("call", "Greeting");
  case HL_CALL_STAGE_COLLECTING:
    return C_ ("call", "Collecting");
  case HL_CALL_STAGE_CONFIRMING:
    return C_ ("call", "Confirming");
  case HL_CALL_STAGE_BOOKED:
    return C_ ("call", "Booked");
  case HL_CALL_STAGE_WANTS_YOU:
    return C_ ("call", "Wants a person");
  case HL_CALL_STAGE_RINGING_YOU:
    return C_ ("call", "Ringing you");
  case HL_CALL_STAGE_WITH_STAFF:
    return C_ ("call", "With staff");
  case HL_CALL_STAGE_ENDED:
    return C_ ("call", "Ended");
  default:
    return "";
  }
}

const char *
hl_words_intent (HlCallIntent intent)
{
  switch (intent) {
  case HL_CALL_INTENT_BOOK:
    return C_ ("intent", "Book");
  case HL_CALL_INTENT_CHANGE:
    return C_ ("intent", "Change a booking");
  case HL_CALL_INTENT_CANCEL:
    return C_ ("intent", "Cancel a booking");
  case HL_CALL_INTENT_QUESTION:
    return C_ ("intent", "Question");
  case HL_CALL_INTENT_ORDER:
    return C_ ("intent", "Order");
  case HL_CALL_INTENT_LATE:
    return C_ ("intent", "Running late");
  case HL_CALL_INTENT_WAITLIST:
    return C_ ("intent", "Waitlist");
  case HL_CALL_INTENT_PERSON:
    return C_ ("intent", "A person");
  case HL_CALL_INTENT_COMPLAINT:
    return C_ ("intent", "Complaint");
  case HL_CALL_INTENT_OTHER:
    return C_ ("intent", "Something else");
  case HL_CALL_INTENT_NONE:
  default:
    return "";
  }
}

const char *
hl_words_call_outcome (HlCallOutcome outcome)
{
  switch (outcome) {
  case HL_CALL_OUTCOME_BOOKED:
    return C_ ("call outcome", "Booked");
  case HL_CALL_OUTCOME_CHANGED:
    return C_ ("call outcome", "Booking changed");
  case HL_CALL_OUTCOME_CANCELLED:
    return C_ ("call outcome", "Booking cancelled");
  case HL_CALL_OUTCOME_WAITLISTED:
    return C_ ("call outcome", "On the waitlist");
  case HL_CALL_OUTCOME_ANSWERED:
    return C_ ("call outcome", "Question answered");
  case HL_CALL_OUTCOME_MESSAGE_TAKEN:
    return C_ ("call outcome", "Message taken");
  case HL_CALL_OUTCOME_ORDER:
    return C_ ("call outcome", "Order taken");
  case HL_CALL_OUTCOME_NO_ACTION:
    return C_ ("call outcome", "Nothing to do");
  case HL_CALL_OUTCOME_FAILED:
    return C_ ("call outcome", "Failed");
  case HL_CALL_OUTCOME_ABANDONED:
    return C_ ("call outcome", "Hung up before the end");
  case HL_CALL_OUTCOME_NONE:
  default:
    /* the call is over, what came of it is not known: never "complete" */
    return C_ ("call outcome", "Ended");
  }
}

const char *
hl_words_attention (HlAttentionReason reason)
{
  switch (reason) {
  case HL_ATTENTION_REASON_PERSON:
    return C_ ("attention", "Wants a person");
  case HL_ATTENTION_REASON_ALLERGY:
    return C_ ("attention", "Allergy");
  case HL_ATTENTION_REASON_SAFETY:
    return C_ ("attention", "Safety");
  case HL_ATTENTION_REASON_COMPLAINT:
    return C_ ("attention", "Complaint");
  case HL_ATTENTION_REASON_AGENT_FAILED:
    return C_ ("attention", "The voice agent failed");
  case HL_ATTENTION_REASON_TRANSFER:
    return C_ ("attention", "Transfer is ringing");
  case HL_ATTENTION_REASON_PARTY_OVER_LIMIT:
    return C_ ("attention", "Large party");
  case HL_ATTENTION_REASON_LATE:
    return C_ ("attention", "Running late");
  case HL_ATTENTION_REASON_WAITLIST:
    return C_ ("attention", "Wants the waitlist");
  case HL_ATTENTION_REASON_NOT_FOUND:
    return C_ ("attention", "Booking not found");
  case HL_ATTENTION_REASON_NOT_UNDERSTOOD:
    return C_ ("attention", "Not understood twice");
  case HL_ATTENTION_REASON_LANGUAGE:
    return C_ ("attention", "Language not spoken");
  case HL_ATTENTION_REASON_HUNG_UP:
    return C_ ("attention", "Hung up while booking");
  case HL_ATTENTION_REASON_OVERBOOKED:
    return C_ ("attention", "Overbooked");
  case HL_ATTENTION_REASON_LOW_CONFIDENCE:
    return C_ ("attention", "Name or number unsure");
  case HL_ATTENTION_REASON_OUTSIDE_RULES:
    return C_ ("attention", "Outside the usual rules");
  case HL_ATTENTION_REASON_VIP:
    return C_ ("attention", "VIP");
  case HL_ATTENTION_REASON_SPECIAL_REQUEST:
    return C_ ("attention", "Special request");
  case HL_ATTENTION_REASON_NONE:
  default:
    return C_ ("attention", "Needs you");
  }
}

const char *
hl_words_slot_kind (HlSlotKind kind)
{
  switch (kind) {
  case HL_SLOT_KIND_DATE:
    return C_ ("slot", "Date");
  case HL_SLOT_KIND_TIME:
    return C_ ("slot", "Time");
  case HL_SLOT_KIND_PARTY_SIZE:
    return C_ ("slot", "People");
  case HL_SLOT_KIND_NAME:
    return C_ ("slot", "Name");
  case HL_SLOT_KIND_PHONE:
    return C_ ("slot", "Phone");
  case HL_SLOT_KIND_ALLERGY:
    return C_ ("slot", "Allergy");
  case HL_SLOT_KIND_NOTE:
    return C_ ("slot", "Note");
  default:
    return "";
  }
}

const char *
hl_words_slot_state (HlSlotState state)
{
  switch (state) {
  case HL_SLOT_STATE_HEARD:
    return C_ ("slot", "heard");
  case HL_SLOT_STATE_READ_BACK:
    return C_ ("slot", "read back");
  case HL_SLOT_STATE_CONFIRMED:
    return C_ ("slot", "confirmed");
  case HL_SLOT_STATE_CORRECTED_BY_STAFF:
    return C_ ("slot", "changed by staff");
  case HL_SLOT_STATE_IMPOSSIBLE:
    return C_ ("slot", "not possible");
  case HL_SLOT_STATE_REJECTED:
    return C_ ("slot", "rejected");
  default:
    return "";
  }
}

const char *
hl_words_slot_icon (HlSlotState state)
{
  switch (state) {
  case HL_SLOT_STATE_READ_BACK:
    return "hl-read-back-symbolic";
  case HL_SLOT_STATE_CONFIRMED:
    return "hl-tick-symbolic";
  case HL_SLOT_STATE_CORRECTED_BY_STAFF:
    return "hl-pencil-symbolic";
  case HL_SLOT_STATE_IMPOSSIBLE:
  case HL_SLOT_STATE_REJECTED:
    return "hl-cross-symbolic";
  case HL_SLOT_STATE_HEARD:
  default:
    return "hl-heard-symbolic";
  }
}

const char *
hl_words_speaker (HlSpeaker speaker)
{
  switch (speaker) {
  case HL_SPEAKER_CALLER:
    return C_ ("speaker", "Caller");
  case HL_SPEAKER_AGENT:
    return C_ ("speaker", "Voice agent");
  case HL_SPEAKER_STAFF:
    return C_ ("speaker", "Staff");
  case HL_SPEAKER_SYSTEM:
    return C_ ("speaker", "System");
  default:
    return "";
  }
}
