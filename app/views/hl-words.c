/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the window: what states, stages, reasons, times and durations are called. */
#include "views/hl-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "util/hl-mask.h"

/* Weekdays and months are our own: the C library has them only for locales that are installed. */
static const char *const weekdays[] = {
  NC_ ("weekday", "Mon"), NC_ ("weekday", "Tue"), NC_ ("weekday", "Wed"), NC_ ("weekday", "Thu"),
  NC_ ("weekday", "Fri"), NC_ ("weekday", "Sat"), NC_ ("weekday", "Sun"),
};

static const char *const months[] = {
  NC_ ("month", "Jan"), NC_ ("month", "Feb"), NC_ ("month", "Mar"), NC_ ("month", "Apr"),
  NC_ ("month", "May"), NC_ ("month", "Jun"), NC_ ("month", "Jul"), NC_ ("month", "Aug"),
  NC_ ("month", "Sep"), NC_ ("month", "Oct"), NC_ ("month", "Nov"), NC_ ("month", "Dec"),
};

static const struct {
  const char *code;
  const char *name;
} languages[] = {
  { "ar", NC_ ("language", "Arabic") },     { "de", NC_ ("language", "German") },
  { "en", NC_ ("language", "English") },    { "es", NC_ ("language", "Spanish") },
  { "fr", NC_ ("language", "French") },     { "it", NC_ ("language", "Italian") },
  { "ja", NC_ ("language", "Japanese") },   { "ko", NC_ ("language", "Korean") },
  { "pt", NC_ ("language", "Portuguese") }, { "ru", NC_ ("language", "Russian") },
  { "vi", NC_ ("language", "Vietnamese") }, { "zh", NC_ ("language", "Chinese") },
};

char *
hl_words_isolate (const char *text)
{
  return g_strconcat ("\342\201\250", text, "\342\201\251", NULL);
}

static GDateTime *
make_local (gint64 at, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

char *
hl_words_time (gint64 at, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = make_local (at, zone);

  /* Translators: hours and minutes, see g_date_time_format () */
  return local != NULL ? g_date_time_format (local, C_ ("time", "%H:%M")) : g_strdup ("");
}

char *
hl_words_date (gint64 at, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = make_local (at, zone);

  if (local == NULL)
    return g_strdup ("");
  /* Translators: weekday, day of the month, month: "Fri 4 Dec" */
  return g_strdup_printf (C_ ("date", "%1$s %2$d %3$s"),
                          g_dpgettext2 (NULL, "weekday",
                                        weekdays[g_date_time_get_day_of_week (local) - 1]),
                          g_date_time_get_day_of_month (local),
                          g_dpgettext2 (NULL, "month", months[g_date_time_get_month (local) - 1]));
}

char *
hl_words_minutes (int minutes)
{
  if (minutes < 0)
    minutes = 0;
  if (minutes < 100)
    return g_strdup_printf (C_ ("duration", "%d min"), minutes);
  return g_strdup_printf (C_ ("duration", "%d h %d min"), minutes / 60, minutes % 60);
}

char *
hl_words_elapsed (int seconds)
{
  if (seconds < 0)
    seconds = 0;
  if (seconds < 3600)
    return g_strdup_printf ("%d:%02d", seconds / 60, seconds % 60);
  return g_strdup_printf ("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

char *
hl_words_people (int n)
{
  return g_strdup_printf (g_dngettext (NULL, "%d person", "%d people", n), n);
}

char *
hl_words_quote (int from, int to)
{
  if (from < 0)
    return g_strdup ("");
  if (to <= from)
    return from == 0 ? g_strdup (C_ ("quote", "now"))
                     : g_strdup_printf (C_ ("quote", "about %d min"), from);
  return g_strdup_printf (C_ ("quote", "%d to %d min"), from, to);
}

const char *
hl_words_name (const char *name)
{
  return name != NULL && name[0] != '\0' ? name : C_ ("name", "Guest");
}

char *
hl_words_phone (const char *number, gboolean masked)
{
  if (number == NULL || number[0] == '\0')
    return g_strdup ("");
  return masked ? hl_mask_phone (number) : g_strdup (number);
}

char *
hl_words_language (const char *code)
{
  if (code == NULL)
    return g_strdup ("");
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++) {
    gsize length = strlen (languages[i].code);

    if (g_ascii_strncasecmp (code, languages[i].code, length) == 0 &&
        (code[length] == '\0' || code[length] == '-'))
      return g_strdup (g_dpgettext2 (NULL, "language", languages[i].name));
  }
  return g_strdup (code);
}

const char *
hl_words_party_stage (HlPartyStage stage)
{
  switch (stage) {
  case HL_PARTY_STAGE_ORDERED:
    return C_ ("stage", "Ordered");
  case HL_PARTY_STAGE_APPETIZER:
    return C_ ("stage", "Appetizer");
  case HL_PARTY_STAGE_ENTREE:
    return C_ ("stage", "Entree");
  case HL_PARTY_STAGE_DESSERT:
    return C_ ("stage", "Dessert");
  case HL_PARTY_STAGE_CHECK_DROPPED:
    return C_ ("stage", "Check");
  case HL_PARTY_STAGE_PAID:
    return C_ ("stage", "Paid");
  case HL_PARTY_STAGE_NONE:
  default:
    return C_ ("stage", "Seated");
  }
}

const char *
hl_words_party_status (HlPartyStatus status)
{
  switch (status) {
  case HL_PARTY_STATUS_WAITING:
    return C_ ("party", "Waiting");
  case HL_PARTY_STATUS_NOTIFIED:
    return C_ ("party", "Called");
  case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
    return C_ ("party", "Some here");
  case HL_PARTY_STATUS_ARRIVED:
    return C_ ("party", "At the door");
  case HL_PARTY_STATUS_PARTIALLY_SEATED:
    return C_ ("party", "Some seated");
  case HL_PARTY_STATUS_SEATED:
    return C_ ("party", "Seated");
  case HL_PARTY_STATUS_GONE:
    return C_ ("party", "Gone");
  case HL_PARTY_STATUS_LEFT:
    return C_ ("party", "Left");
  case HL_PARTY_STATUS_REMOVED:
    return C_ ("party", "Removed");
  default:
    return "";
  }
}

const char *
hl_words_reservation_status (HlReservationStatus status)
{
  switch (status) {
  case HL_RESERVATION_STATUS_REQUESTED:
    return C_ ("reservation", "Requested");
  case HL_RESERVATION_STATUS_HELD:
    return C_ ("reservation", "On hold");
  case HL_RESERVATION_STATUS_BOOKED:
    return C_ ("reservation", "Booked");
  case HL_RESERVATION_STATUS_CONFIRMED:
    return C_ ("reservation", "Confirmed");
  case HL_RESERVATION_STATUS_ARRIVED:
    return C_ ("reservation", "Arrived");
  case HL_RESERVATION_STATUS_COMPLETED:
    return C_ ("reservation", "Completed");
  case HL_RESERVATION_STATUS_NO_SHOW:
    return C_ ("reservation", "No-show");
  case HL_RESERVATION_STATUS_CANCELLED:
    return C_ ("reservation", "Cancelled");
  case HL_RESERVATION_STATUS_DECLINED:
    return C_ ("reservation", "Declined");
  case HL_RESERVATION_STATUS_EXPIRED:
    return C_ ("reservation", "Expired");
  default:
    return "";
  }
}

const char *
hl_words_link_state (HlLinkState state)
{
  switch (state) {
  case HL_LINK_STATE_IDLE:
    return C_ ("link", "Not connected");
  case HL_LINK_STATE_WAITING:
    return C_ ("link", "Waiting to try again");
  case HL_LINK_STATE_CONNECTING:
    return C_ ("link", "Connecting");
  case HL_LINK_STATE_OPENING:
    return C_ ("link", "Waiting for the server’s welcome");
  case HL_LINK_STATE_CATCHING_UP:
    return C_ ("link", "Catching up");
  case HL_LINK_STATE_LIVE:
    return C_ ("link", "Online: everything arrives at once");
  case HL_LINK_STATE_LATE:
    return C_ ("link", "Checking: the server is slow to answer");
  case HL_LINK_STATE_STOPPED:
    return C_ ("link", "Stopped until someone does something");
  default:
    return "";
  }
}

const char *
hl_words_reason (HlReason reason)
{
  switch (reason) {
  case HL_REASON_LINK_LOST:
    return C_ ("reason", "The connection was lost before it arrived");
  case HL_REASON_UNKNOWN_ID:
    return C_ ("reason", "The server does not know this any more");
  case HL_REASON_WRONG_STATE:
    return C_ ("reason", "Not possible as things stand now");
  case HL_REASON_TABLE_BLOCKED:
    return C_ ("reason", "The table is closed: a manager may open it");
  case HL_REASON_NEEDS_MANAGER:
    return C_ ("reason", "Only a manager may do this");
  case HL_REASON_NOT_ALLOWED:
    return C_ ("reason", "This device may not do this");
  case HL_REASON_NEEDS_LINK:
    return C_ ("reason", "This needs the connection");
  case HL_REASON_PAST_TIME:
    return C_ ("reason", "That time has passed");
  case HL_REASON_OVER_CAPACITY:
    return C_ ("reason", "There is no room for it at that time");
  case HL_REASON_BUILT_UPON:
    return C_ ("reason", "Something else has happened since: it cannot be undone");
  case HL_REASON_TOO_OLD:
    return C_ ("reason", "Too old: please look at it again");
  case HL_REASON_TOO_LARGE:
    return C_ ("reason", "Too long to be sent");
  case HL_REASON_MALFORMED:
    return C_ ("reason", "Something in it cannot be right");
  case HL_REASON_TOO_MANY_CLAIMS:
    return C_ ("reason", "Others say too many different things about it: settle that first");
  case HL_REASON_NONE:
  default:
    return "";
  }
}

const char *
hl_words_outcome (HlOutcome outcome)
{
  switch (outcome) {
  case HL_OUTCOME_APPLIED:
    return C_ ("outcome", "Done");
  case HL_OUTCOME_NO_OP:
    return C_ ("outcome", "Was already so");
  case HL_OUTCOME_DISPUTED:
    return C_ ("outcome", "To check");
  case HL_OUTCOME_REFUSED:
    return C_ ("outcome", "Refused");
  default:
    return "";
  }
}

/* One format for each kind: the verb's place is the translator's. */
static const char *
get_action_format (HlActionKind kind)
{
  switch (kind) {
  case HL_ACTION_CREATE_RESERVATION:
    return C_ ("action", "book %s");
  case HL_ACTION_UPDATE_RESERVATION:
    return C_ ("action", "change the booking of %s");
  case HL_ACTION_CANCEL_RESERVATION:
    return C_ ("action", "cancel %s");
  case HL_ACTION_ARRIVE:
    return C_ ("action", "arrival of %s");
  case HL_ACTION_ADD_PARTY:
    return C_ ("action", "add %s");
  case HL_ACTION_UPDATE_PARTY:
    return C_ ("action", "change %s");
  case HL_ACTION_REMOVE_PARTY:
    return C_ ("action", "take %s off the list");
  case HL_ACTION_SEAT:
    return C_ ("action", "seat %s");
  case HL_ACTION_MOVE:
    return C_ ("action", "move %s");
  case HL_ACTION_UNSEAT:
    return C_ ("action", "unseat %s");
  case HL_ACTION_FINISH_PARTY:
    return C_ ("action", "finish %s");
  case HL_ACTION_SET_STAGE:
    return C_ ("action", "stage of %s");
  case HL_ACTION_SET_TABLE:
    return C_ ("action", "table %s");
  case HL_ACTION_ACKNOWLEDGE_CALL:
    return C_ ("action", "seen: call of %s");
  case HL_ACTION_ACKNOWLEDGE_NOTICE:
    return C_ ("action", "seen: notice %s");
  case HL_ACTION_UNDO:
    return C_ ("action", "undo %s");
  case HL_ACTION_RECALL_PARTY:
    return C_ ("action", "put %s back on the list");
  case HL_ACTION_MARK_NO_SHOW:
    return C_ ("action", "no-show of %s");
  case HL_ACTION_CORRECT:
    return C_ ("action", "correct %s");
  case HL_ACTION_ACCEPT_RESERVATION:
    return C_ ("action", "accept %s");
  case HL_ACTION_DECLINE_RESERVATION:
    return C_ ("action", "decline %s");
  case HL_ACTION_NOTIFY_PARTY:
    return C_ ("action", "tell %s that the table is ready");
  case HL_ACTION_CONTACT_ATTEMPT:
    return C_ ("action", "call to %s");
  case HL_ACTION_SET_SECTION:
    return C_ ("action", "section %s");
  case HL_ACTION_SETTLE_DISPUTE:
    return C_ ("action", "settle %s");
  case HL_ACTION_ADD_NOTE:
    return C_ ("action", "note on %s");
  case HL_ACTION_TAKE_CALL:
  case HL_ACTION_ACCEPT_CALL:
    return C_ ("action", "take the call of %s");
  case HL_ACTION_DECLINE_CALL:
    return C_ ("action", "decline the call of %s");
  case HL_ACTION_HAND_BACK_CALL:
    return C_ ("action", "hand back the call of %s");
  case HL_ACTION_END_CALL:
    return C_ ("action", "end the call of %s");
  case HL_ACTION_OPEN_FOLLOW_UP:
    return C_ ("action", "keep the call of %s for later");
  case HL_ACTION_CLAIM_FOLLOW_UP:
    return C_ ("action", "see to the call of %s");
  case HL_ACTION_SNOOZE_FOLLOW_UP:
    return C_ ("action", "put off the call of %s");
  case HL_ACTION_CLOSE_FOLLOW_UP:
    return C_ ("action", "close the call of %s");
  case HL_ACTION_CORRECT_SLOT:
    return C_ ("action", "correct the call of %s");
  case HL_ACTION_HOLD_RESERVATION:
    return C_ ("action", "hold %s");
  default:
    return C_ ("action", "change %s");
  }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
char *
hl_words_action (HlActionKind kind, const char *name)
{
  g_autofree char *isolated = hl_words_isolate (hl_words_name (name));

  return g_strdup_printf (get_action_format (kind), isolated);
}
#pragma GCC diagnostic pop

char *
hl_words_undo (HlActionKind kind, const char *name)
{
  g_autofree char *action = hl_words_action (kind, name);

  /* Translators: %s is what will be undone: "Undo: seat Ng" */
  return g_strdup_printf (C_ ("undo", "Undo: %s"), action);
}
