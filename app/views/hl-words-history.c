/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened to a party, a booking, a call or a table, in words. */
#include "views/hl-words-history.h"

#include <glib/gi18n.h>

#include "domain/hl-time.h"
#include "views/hl-words-field.h"
#include "views/hl-words.h"

/* Of the attempts to reach a guest, as many are told as there are people who might. */
#define MAX_ATTEMPTS 3

static char *
say_party (HlDesk *desk, HlHistoryLine *line)
{
  g_autofree char *tables = hl_words_tables (desk, (const char *const *) line->tables);

  switch ((HlPartyStatus) line->value) {
  case HL_PARTY_STATUS_WAITING:
    return g_strdup (C_ ("history", "Put on the waitlist"));
  case HL_PARTY_STATUS_NOTIFIED:
    return g_strdup (C_ ("history", "Told that their table is ready"));
  case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
    return g_strdup (C_ ("history", "Some of them noted as here"));
  case HL_PARTY_STATUS_ARRIVED:
    return g_strdup (C_ ("history", "Noted at the door"));
  case HL_PARTY_STATUS_PARTIALLY_SEATED:
    /* Translators: table numbers */
    return g_strdup_printf (C_ ("history", "Some of them seated at %s"), tables);
  case HL_PARTY_STATUS_SEATED:
    /* Translators: table numbers */
    return g_strdup_printf (C_ ("history", "Seated at %s"), tables);
  case HL_PARTY_STATUS_GONE:
    return g_strdup (C_ ("history", "Noted as gone"));
  case HL_PARTY_STATUS_LEFT:
    return g_strdup (C_ ("history", "Noted as left"));
  case HL_PARTY_STATUS_REMOVED:
  default:
    return g_strdup (C_ ("history", "Taken off the list"));
  }
}

/* The same, seen from a table that they sit at or did sit at. */
static char *
say_at_table (HlDesk *desk, HlHistoryLine *line)
{
  g_autofree char *party = hl_words_party (line->name, line->size);
  g_autofree char *tables = hl_words_tables (desk, (const char *const *) line->tables);

  if (line->what == HL_HISTORY_MOVED)
    /* Translators: a party, "Ng 4" */
    return g_strdup_printf (C_ ("history", "%s moved here"), party);
  if (line->what == HL_HISTORY_PARTY)
    /* Translators: a party, "Ng 4" */
    return g_strdup_printf (C_ ("history", "%s seated here"), party);
  if (tables[0] != '\0')
    /* Translators: a party, "Ng 4", and the tables where it went */
    return g_strdup_printf (C_ ("history", "%1$s moved to %2$s"), party, tables);
  if (line->value == HL_PARTY_STATUS_GONE || line->value == HL_PARTY_STATUS_LEFT)
    /* Translators: a party, "Ng 4" */
    return g_strdup_printf (C_ ("history", "%s noted as gone"), party);
  /* Translators: a party, "Ng 4" */
  return g_strdup_printf (C_ ("history", "%s taken from the table"), party);
}

static const char *
say_booking (HlReservationStatus status)
{
  switch (status) {
  case HL_RESERVATION_STATUS_REQUESTED:
    return C_ ("history", "Asked for");
  case HL_RESERVATION_STATUS_HELD:
    return C_ ("history", "Held while they decide");
  case HL_RESERVATION_STATUS_BOOKED:
    return C_ ("history", "Booked");
  case HL_RESERVATION_STATUS_CONFIRMED:
    return C_ ("history", "Confirmed");
  case HL_RESERVATION_STATUS_ARRIVED:
    return C_ ("history", "Noted as arrived");
  case HL_RESERVATION_STATUS_COMPLETED:
    return C_ ("history", "Completed");
  case HL_RESERVATION_STATUS_NO_SHOW:
    return C_ ("history", "Marked as a no-show");
  case HL_RESERVATION_STATUS_CANCELLED:
    return C_ ("history", "Cancelled");
  case HL_RESERVATION_STATUS_DECLINED:
    return C_ ("history", "Declined");
  case HL_RESERVATION_STATUS_EXPIRED:
  default:
    return C_ ("history", "Expired");
  }
}

static const char *
say_contact (HlContactResult result)
{
  switch (result) {
  case HL_CONTACT_RESULT_LEFT_MESSAGE:
    return C_ ("history", "Called, a message left");
  case HL_CONTACT_RESULT_NO_ANSWER:
    return C_ ("history", "Called, no answer");
  case HL_CONTACT_RESULT_WRONG_NUMBER:
    return C_ ("history", "Called, a wrong number");
  case HL_CONTACT_RESULT_REACHED:
  default:
    return C_ ("history", "Called and reached");
  }
}

static const char *
say_call (HlCallState state)
{
  switch (state) {
  case HL_CALL_STATE_RINGING:
    return C_ ("history", "The phone rang");
  case HL_CALL_STATE_AGENT_ACTIVE:
    return C_ ("history", "With the voice agent");
  case HL_CALL_STATE_HANDOFF_REQUESTED:
    return C_ ("history", "Asked to be taken over");
  case HL_CALL_STATE_STAFF_RINGING:
    return C_ ("history", "Rang for the staff");
  case HL_CALL_STATE_STAFF_ACTIVE:
    return C_ ("history", "Taken over");
  case HL_CALL_STATE_ENDED:
  default:
    return C_ ("history", "The call ended");
  }
}

static const char *
say_follow_up (HlFollowUp follow_up)
{
  switch (follow_up) {
  case HL_FOLLOW_UP_CLAIMED:
    return C_ ("history", "Follow-up taken on");
  case HL_FOLLOW_UP_SNOOZED:
    return C_ ("history", "Follow-up put off");
  case HL_FOLLOW_UP_DONE:
    return C_ ("history", "Follow-up done");
  case HL_FOLLOW_UP_OPEN:
  case HL_FOLLOW_UP_NONE:
  default:
    return C_ ("history", "Needs a follow-up");
  }
}

/* @value: (out) (transfer full) (nullable): what stands behind the colon. */
static char *
say (HlDesk *desk, HlHistoryLine *line, HlHistoryOf of, char **value)
{
  g_autofree char *text = NULL;

  switch (line->what) {
  case HL_HISTORY_BOOKED:
  case HL_HISTORY_BOOKING:
    return g_strdup (say_booking ((HlReservationStatus) line->value));
  case HL_HISTORY_OFF_TABLE:
    return say_at_table (desk, line);
  case HL_HISTORY_PARTY:
    return of == HL_HISTORY_OF_TABLE ? say_at_table (desk, line) : say_party (desk, line);
  case HL_HISTORY_MOVED:
    if (of == HL_HISTORY_OF_TABLE)
      return say_at_table (desk, line);
    text = hl_words_tables (desk, (const char *const *) line->tables);
    /* Translators: table numbers */
    return g_strdup_printf (C_ ("history", "Moved to %s"), text);
  case HL_HISTORY_STAGE:
    *value = g_strdup (hl_words_party_stage ((HlPartyStage) line->value));
    /* Translators: how far they are follows: "New stage by Ana: Dessert" */
    return g_strdup (C_ ("history", "New stage"));
  case HL_HISTORY_CHANGED:
    text = hl_words_field_name (line->field);
    *value = hl_words_field_value (desk, line->field, line->json);
    /* Translators: a field; what it is now follows: "New number of people by Ana: 5 people" */
    return g_strdup_printf (C_ ("history", "New %s"), text);
  case HL_HISTORY_NOTE:
    *value = hl_words_isolate (line->text != NULL ? line->text : "");
    return g_strdup (C_ ("history", "Note"));
  case HL_HISTORY_CONTACT:
    return g_strdup (say_contact ((HlContactResult) line->value));
  case HL_HISTORY_TABLE_DIRTY:
    return g_strdup (C_ ("history", "Marked dirty"));
  case HL_HISTORY_TABLE_CLEAN:
    return g_strdup (C_ ("history", "Marked clean"));
  case HL_HISTORY_TABLE_CLOSED:
    *value = line->text != NULL && line->text[0] != '\0' ? hl_words_isolate (line->text) : NULL;
    /* Translators: a table was closed; the reason may follow: "Closed by Jo: leak" */
    return g_strdup (C_ ("history", "Closed"));
  case HL_HISTORY_TABLE_OPENED:
    return g_strdup (C_ ("history", "Opened again"));
  case HL_HISTORY_DISPUTED:
    return g_strdup (C_ ("history", "Contradicted"));
  case HL_HISTORY_SETTLED:
    return g_strdup (line->by[0] != '\0' ? C_ ("history", "Contradiction settled")
                                         : C_ ("history", "Contradiction settled by itself"));
  case HL_HISTORY_CALL:
    return g_strdup (say_call ((HlCallState) line->value));
  case HL_HISTORY_ALARM:
    *value = g_strdup (hl_words_attention ((HlAttentionReason) line->value));
    /* Translators: why a call needs a person follows: "Needs a person: Complaint" */
    return g_strdup (C_ ("history", "Needs a person"));
  case HL_HISTORY_SEEN:
    return g_strdup (C_ ("history", "Seen"));
  case HL_HISTORY_OUTCOME:
    *value = g_strdup (hl_words_call_outcome ((HlCallOutcome) line->value));
    /* Translators: what came of a call follows: "Outcome: Booked" */
    return g_strdup (C_ ("history", "Outcome"));
  case HL_HISTORY_FOLLOW_UP:
    return g_strdup (say_follow_up ((HlFollowUp) line->value));
  default:
    return g_strdup ("");
  }
}

/* That the phone rang is no deed of the telephone's provider. */
static gboolean
is_a_deed (HlHistoryLine *line)
{
  return line->by[0] != '\0' && line->role != HL_ROLE_SYSTEM
         && (line->what < HL_HISTORY_CALL || line->role == HL_ROLE_STAFF || line->role == HL_ROLE_MANAGER);
}

char *
hl_words_history_deed (HlDesk *desk, HlHistoryLine *line, HlHistoryOf of)
{
  g_autofree char *value = NULL;
  g_autofree char *deed = say (desk, line, of, &value);
  g_autofree char *who = NULL;

  if (!is_a_deed (line))
    /* Translators: what happened, and what it is now: "Outcome: Booked" */
    return value == NULL ? g_steal_pointer (&deed) : g_strdup_printf (C_ ("history", "%1$s: %2$s"), deed, value);
  who = hl_words_isolate (line->by);
  if (value != NULL)
    /* Translators: what was done, by whom, and what it is now: "Note by Ana: window seat" */
    return g_strdup_printf (C_ ("history", "%1$s by %2$s: %3$s"), deed, who, value);
  /* Translators: what was done, by whom: "Seated at 12 by Ana" */
  return g_strdup_printf (C_ ("history", "%1$s by %2$s"), deed, who);
}

char *
hl_words_history (HlDesk *desk, HlHistoryLine *line, HlHistoryOf of)
{
  g_autofree char *deed = hl_words_history_deed (desk, line, of);
  g_autofree char *when = hl_words_when (desk, line->at);

  return line->offline
             /* Translators: what was done by whom, when: "Seated at 12 by Ana, 19:02 (was offline)" */
             ? g_strdup_printf (C_ ("history", "%1$s, %2$s (was offline)"), deed, when)
             : g_strdup_printf (C_ ("history", "%1$s, %2$s"), deed, when);
}

static const char *
say_result (HlContactResult result)
{
  switch (result) {
  case HL_CONTACT_RESULT_LEFT_MESSAGE:
    return C_ ("contact", "left a message");
  case HL_CONTACT_RESULT_NO_ANSWER:
    return C_ ("contact", "no answer");
  case HL_CONTACT_RESULT_WRONG_NUMBER:
    return C_ ("contact", "wrong number");
  case HL_CONTACT_RESULT_REACHED:
  default:
    return C_ ("contact", "reached them");
  }
}

char *
hl_words_attempts (HlDesk *desk, HlReservation *reservation)
{
  GPtrArray *attempts = reservation != NULL ? hl_reservation_get_contact_attempts (reservation) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *before = NULL;

  for (guint i = attempts != NULL && attempts->len > MAX_ATTEMPTS ? attempts->len - MAX_ATTEMPTS : 0;
       attempts != NULL && i < attempts->len; i++) {
    HlContactAttempt *attempt = g_ptr_array_index (attempts, i);
    const char *by = hl_contact_attempt_get_by (attempt);
    g_autofree char *who = by[0] != '\0' ? hl_words_isolate (by) : g_strdup (C_ ("dispute", "somebody"));
    g_autofree char *when = hl_words_when (desk, hl_contact_attempt_get_at (attempt));
    const char *result = say_result (hl_contact_attempt_get_result (attempt));

    if (text->len > 0)
      g_string_append_c (text, ' ');
    if (before != NULL && g_strcmp0 (before, by) != 0)
      /* Translators: who, when, result: "Ben also called 19:20: no answer." */
      g_string_append_printf (text, C_ ("contact", "%1$s also called %2$s: %3$s."), who, when, result);
    else
      /* Translators: who, when, result: "Ana called 19:18: no answer." */
      g_string_append_printf (text, C_ ("contact", "%1$s called %2$s: %3$s."), who, when, result);
    before = by;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hl_words_history_since (HlDesk *desk, gint64 since)
{
  g_autofree char *when = NULL;

  if (since == HL_TIME_NONE)
    return g_strdup ("");
  when = hl_words_when (desk, since);
  /* Translators: a time; from then on this device has followed all that happened */
  return g_strdup_printf (C_ ("history", "What happened before %s is not kept on this computer."), when);
}
