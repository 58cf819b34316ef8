/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts derived for show, see hl-derive.h. */
#include "desk/hl-derive.h"

#include <stdlib.h>

#include "domain/hl-rules.h"

#define MINUTE G_GINT64_CONSTANT (60000)

int
hl_derive_minutes (gint64 since, gint64 now)
{
  if (since == HL_TIME_NONE)
    return -1;
  return now <= since ? 0 : (int)MIN ((now - since) / MINUTE, G_MAXINT);
}

int
hl_derive_turn_minutes (HlLocation *location, int size)
{
  GPtrArray *times = hl_location_get_turn_minutes (location);
  int best_size = G_MAXINT, best = 0, longest = 0;

  for (guint i = 0; i < times->len; i++) {
    HlTurnTime *time = g_ptr_array_index (times, i);
    if (hl_turn_time_get_size (time) >= size && hl_turn_time_get_size (time) < best_size) {
      best_size = hl_turn_time_get_size (time);
      best = hl_turn_time_get_minutes (time);
    }
    longest = MAX (longest, hl_turn_time_get_minutes (time));
  }
  if (best > 0)
    return best;
  return longest > 0 ? longest : 90;
}

HlTurn
hl_derive_turn (int minutes, int turn_minutes)
{
  if (minutes < 0)
    return HL_TURN_NONE;
  if (minutes > turn_minutes)
    return HL_TURN_OVER;
  return minutes >= turn_minutes - HL_DERIVE_TURN_SOON_MIN ? HL_TURN_SOON : HL_TURN_FINE;
}

HlTableShown
hl_derive_table_shown (const HlDeriveTable *facts)
{
  if (facts->disputed)
    return HL_TABLE_SHOWN_DISPUTED;
  if (facts->blocked)
    return HL_TABLE_SHOWN_BLOCKED;
  if (facts->seated) {
    switch (facts->stage) {
    case HL_PARTY_STAGE_APPETIZER:
    case HL_PARTY_STAGE_ENTREE:
    case HL_PARTY_STAGE_DESSERT:
      return HL_TABLE_SHOWN_COURSE;
    case HL_PARTY_STAGE_CHECK_DROPPED:
    case HL_PARTY_STAGE_PAID:
      return HL_TABLE_SHOWN_CHECK;
    case HL_PARTY_STAGE_NONE:
    case HL_PARTY_STAGE_ORDERED:
    default:
      return facts->status == HL_PARTY_STATUS_PARTIALLY_SEATED ? HL_TABLE_SHOWN_PARTIALLY_SEATED
                                                               : HL_TABLE_SHOWN_SEATED;
    }
  }
  if (facts->dirty)
    return HL_TABLE_SHOWN_DIRTY;
  if (facts->assigned)
    return HL_TABLE_SHOWN_ASSIGNED;
  if (facts->next_starts_at != HL_TIME_NONE
      && facts->next_starts_at - facts->now <= HL_DERIVE_SOON_MS)
    return HL_TABLE_SHOWN_RESERVED_SOON;
  return HL_TABLE_SHOWN_OPEN;
}

gboolean
hl_derive_is_blocked (HlTable *table, gint64 now)
{
  gint64 until = hl_table_get_blocked_until (table);
  return hl_table_get_blocked (table) && (until == HL_TIME_NONE || until > now);
}

gboolean
hl_derive_is_arrival (HlReservation *reservation, gint64 from, gint64 until)
{
  gint64 at = hl_reservation_get_starts_at (reservation);

  if (at == HL_TIME_NONE || at < from || at >= until)
    return FALSE;
  switch (hl_reservation_get_status (reservation)) {
  case HL_RESERVATION_STATUS_REQUESTED:
  case HL_RESERVATION_STATUS_BOOKED:
  case HL_RESERVATION_STATUS_CONFIRMED:
    return TRUE;
  case HL_RESERVATION_STATUS_HELD:
  case HL_RESERVATION_STATUS_ARRIVED:
  case HL_RESERVATION_STATUS_COMPLETED:
  case HL_RESERVATION_STATUS_NO_SHOW:
  case HL_RESERVATION_STATUS_CANCELLED:
  case HL_RESERVATION_STATUS_DECLINED:
  case HL_RESERVATION_STATUS_EXPIRED:
  default:
    return FALSE;
  }
}

HlGuestGroup
hl_derive_arrival_group (HlReservation *reservation, HlLocation *location, gint64 now)
{
  gint64 at = hl_reservation_get_starts_at (reservation);
  gint64 eta = hl_reservation_get_late_eta (reservation);
  gint64 expected = eta != HL_TIME_NONE && eta > at ? eta : at;

  /* Who said when they come is late only after that. */
  if (eta != HL_TIME_NONE && eta > at ? now > eta
                                      : now > at + hl_location_get_late_minutes (location) * MINUTE)
    return HL_GUEST_GROUP_LATE;
  return expected - now <= HL_DERIVE_DUE_MS ? HL_GUEST_GROUP_DUE : HL_GUEST_GROUP_LATER;
}

static int
parse_clock (const char *text, int fallback)
{
  int minutes;
  return text != NULL && hl_time_parse_clock (text, &minutes) ? minutes : fallback;
}

static gint64
to_ms (GDateTime *time)
{
  return g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
}

void
hl_derive_day (gint64 now, GTimeZone *zone, const char *day_starts, gint64 *from, gint64 *until)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  int starts = parse_clock (day_starts, 240);
  int minute = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);
  g_autoptr (GDateTime) day = NULL, first = NULL, next = NULL, last = NULL;

  /* Local midnights, so that the night the clocks change has 23 or 25 hours. */
  day = g_date_time_add_days (local, minute < starts ? -1 : 0);
  first = g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                           g_date_time_get_day_of_month (day), starts / 60, starts % 60, 0);
  next = g_date_time_add_days (day, 1);
  last = g_date_time_new (zone, g_date_time_get_year (next), g_date_time_get_month (next),
                          g_date_time_get_day_of_month (next), starts / 60, starts % 60, 0);
  *from = to_ms (first);
  *until = to_ms (last);
}

int
hl_derive_shift (HlLocation *location, GTimeZone *zone, gint64 now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  GPtrArray *shifts = hl_location_get_shifts (location);
  int minute = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);
  int today = g_date_time_get_day_of_week (local) - 1; /* 0 is Monday */

  for (guint i = 0; i < shifts->len; i++) {
    HlShift *shift = g_ptr_array_index (shifts, i);
    int from = parse_clock (hl_shift_get_from (shift), -1),
        to = parse_clock (hl_shift_get_to (shift), -1);
    int days = hl_shift_get_days (shift);
    if (from < 0 || to < 0)
      continue;
    if (from < to) {
      if ((days & (1 << today)) != 0 && minute >= from && minute < to)
        return (int)i;
    } else if (((days & (1 << today)) != 0 && minute >= from)
               || ((days & (1 << ((today + 6) % 7))) != 0 && minute < to)) {
      return (int)i;
    }
  }
  return -1;
}

HlCallStage
hl_derive_call_stage (HlCall *call)
{
  GPtrArray *slots = hl_call_get_slots (call);
  guint counted = 0, read_back = 0;

  switch (hl_call_get_state (call)) {
  case HL_CALL_STATE_ENDED:
    return HL_CALL_STAGE_ENDED;
  case HL_CALL_STATE_STAFF_ACTIVE:
    return HL_CALL_STAGE_WITH_STAFF;
  case HL_CALL_STATE_STAFF_RINGING:
    return HL_CALL_STAGE_RINGING_YOU;
  case HL_CALL_STATE_HANDOFF_REQUESTED:
    return HL_CALL_STAGE_WANTS_YOU;
  case HL_CALL_STATE_RINGING:
    return HL_CALL_STAGE_RINGING;
  case HL_CALL_STATE_AGENT_ACTIVE:
  default:
    break;
  }
  if (hl_call_get_outcome (call) == HL_CALL_OUTCOME_BOOKED)
    return HL_CALL_STAGE_BOOKED;
  for (guint i = 0; i < slots->len; i++) {
    switch (hl_slot_get_state (g_ptr_array_index (slots, i))) {
    case HL_SLOT_STATE_READ_BACK:
    case HL_SLOT_STATE_CONFIRMED:
    case HL_SLOT_STATE_CORRECTED_BY_STAFF:
      counted++;
      read_back++;
      break;
    case HL_SLOT_STATE_HEARD:
    case HL_SLOT_STATE_IMPOSSIBLE:
      counted++;
      break;
    case HL_SLOT_STATE_REJECTED:
    default:
      break;
    }
  }
  if (counted == 0)
    return HL_CALL_STAGE_GREETING;
  return read_back == counted ? HL_CALL_STAGE_CONFIRMING : HL_CALL_STAGE_COLLECTING;
}

gboolean
hl_derive_needs_you (HlCall *call)
{
  const char *by = hl_call_get_attention_acknowledged_by (call);
  gboolean acknowledged = by != NULL && *by != '\0';

  switch (hl_call_get_state (call)) {
  case HL_CALL_STATE_ENDED:
    return hl_call_get_follow_up (call) == HL_FOLLOW_UP_OPEN;
  case HL_CALL_STATE_HANDOFF_REQUESTED:
  case HL_CALL_STATE_STAFF_RINGING:
    return TRUE;
  case HL_CALL_STATE_STAFF_ACTIVE:
    return FALSE;
  case HL_CALL_STATE_RINGING:
  case HL_CALL_STATE_AGENT_ACTIVE:
  default:
    return (hl_call_get_attention_priority (call) == 1
            || hl_call_get_attention_priority (call) == 2)
           && !acknowledged;
  }
}

int
hl_derive_covers (HlParty *party)
{
  switch (hl_party_get_status (party)) {
  case HL_PARTY_STATUS_SEATED:
    return hl_party_get_size (party);
  case HL_PARTY_STATUS_PARTIALLY_SEATED:
    return hl_party_get_arrived (party) > 0
               ? MIN (hl_party_get_arrived (party), hl_party_get_size (party))
               : hl_party_get_size (party);
  case HL_PARTY_STATUS_WAITING:
  case HL_PARTY_STATUS_NOTIFIED:
  case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
  case HL_PARTY_STATUS_ARRIVED:
  case HL_PARTY_STATUS_GONE:
  case HL_PARTY_STATUS_LEFT:
  case HL_PARTY_STATUS_REMOVED:
  default:
    return 0;
  }
}

int
hl_derive_free_in (HlTable *table, HlParty *seated, int turn_minutes, gint64 next_starts_at,
                   gint64 now)
{
  int free_in = 0;

  if (hl_derive_is_blocked (table, now))
    return -1;
  if (seated != NULL) {
    int minutes = MAX (0, hl_derive_minutes (hl_party_get_seated_at (seated), now));
    int allowed = turn_minutes;
    /* The check on the table says more than the turn time does. */
    if (hl_party_get_stage (seated) == HL_PARTY_STAGE_PAID)
      allowed = MIN (allowed, minutes + 5);
    else if (hl_party_get_stage (seated) == HL_PARTY_STAGE_CHECK_DROPPED)
      allowed = MIN (allowed, minutes + 15);
    free_in = MAX (5, allowed - minutes) + HL_DERIVE_RESET_MIN;
  } else if (hl_table_get_physical (table) == HL_PHYSICAL_DIRTY) {
    free_in = HL_DERIVE_RESET_MIN;
  }
  /* It is promised to somebody before a new party would be gone. */
  if (next_starts_at != HL_TIME_NONE && next_starts_at < now + (free_in + turn_minutes) * MINUTE)
    return -1;
  return free_in;
}

static int
compare_ints (gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

int
hl_derive_quote (int *free_in, guint n, guint ahead)
{
  int minutes;

  if (n == 0)
    return -1;
  qsort (free_in, n, sizeof *free_in, compare_ints);
  /* More wait than there are tables: the next round comes a turn later; nobody can say when. */
  if (ahead >= n)
    return -1;
  minutes = free_in[ahead];
  return (minutes + 4) / 5 * 5;
}

int
hl_derive_compare_rotation (int covers_a, gint64 last_a, const char *name_a, int covers_b,
                            gint64 last_b, const char *name_b)
{
  if (covers_a != covers_b)
    return covers_a < covers_b ? -1 : 1;
  if (last_a != last_b)
    return last_a < last_b ? -1 : 1; /* HL_TIME_NONE is the smallest: never seated comes first */
  return g_strcmp0 (name_a, name_b);
}

char *
hl_derive_initials (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean start = TRUE;
  guint letters = 0;

  for (const char *p = name; p != NULL && *p != '\0' && letters < 2; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (g_unichar_isspace (c) || c == '-') {
      start = TRUE;
    } else if (start) {
      g_string_append_unichar (out, g_unichar_toupper (c));
      letters++;
      start = FALSE;
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
hl_derive_label_key (const char *label)
{
  GString *out = g_string_new (NULL);

  for (const char *p = label; *p != '\0';) {
    if (g_ascii_isdigit (*p)) {
      const char *digits = p;
      while (*digits == '0')
        digits++;
      while (g_ascii_isdigit (*p))
        p++;
      /* the count of digits first: more digits, larger number */
      g_string_append_printf (out, "%02d%.*s", (int)MIN (99, p - digits), (int)(p - digits),
                              digits);
    } else {
      g_string_append_c (out, g_ascii_tolower (*p));
      p++;
    }
  }
  return g_string_free (out, FALSE);
}
