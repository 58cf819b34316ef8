/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a table: each state that the floor shows has an icon and a word. */
#include <glib/gi18n.h>

#include "views/hl-words.h"

const char *
hl_words_table_icon (HlTableShown shown, HlPartyStage stage)
{
  switch (shown) {
  case HL_TABLE_SHOWN_OPEN:
    return "hl-open-symbolic";
  case HL_TABLE_SHOWN_RESERVED_SOON:
    return "hl-soon-symbolic";
  case HL_TABLE_SHOWN_ASSIGNED:
    return "hl-called-symbolic";
  case HL_TABLE_SHOWN_PARTIALLY_SEATED:
    return "hl-half-symbolic";
  case HL_TABLE_SHOWN_SEATED:
    return "hl-seated-symbolic";
  case HL_TABLE_SHOWN_COURSE:
    return stage == HL_PARTY_STAGE_DESSERT  ? "hl-dots-3-symbolic"
           : stage == HL_PARTY_STAGE_ENTREE ? "hl-dots-2-symbolic"
                                            : "hl-dots-1-symbolic";
  case HL_TABLE_SHOWN_CHECK:
    return stage == HL_PARTY_STAGE_PAID ? "hl-tick-symbolic" : "hl-receipt-symbolic";
  case HL_TABLE_SHOWN_DIRTY:
    return "hl-broom-symbolic";
  case HL_TABLE_SHOWN_BLOCKED:
    return "hl-blocked-symbolic";
  case HL_TABLE_SHOWN_DISPUTED:
    return "hl-dispute-symbolic";
  default:
    return "hl-open-symbolic";
  }
}

char *
hl_words_table_state (HlTableToken *token, HlDesk *desk)
{
  HlGuestRow *guest;
  const char *reason;

  switch (hl_table_token_get_shown (token)) {
  case HL_TABLE_SHOWN_OPEN:
    return g_strdup (C_ ("table", "Open"));
  case HL_TABLE_SHOWN_RESERVED_SOON:
    return hl_words_time (hl_row_get_int64 (HL_ROW (token), HL_TABLE_TOKEN_NEXT_TIME),
                          hl_desk_get_timezone (desk));
  case HL_TABLE_SHOWN_ASSIGNED:
    guest = hl_desk_find_guest (desk, hl_table_token_get_party_id (token));
    if (guest != NULL && hl_guest_row_get_group (guest) == HL_GUEST_GROUP_DOOR)
      /* Translators: the party that will get this table has come; as short as can be */
      return g_strdup (C_ ("table", "Here"));
    return g_strdup (C_ ("table", "Called"));
  case HL_TABLE_SHOWN_PARTIALLY_SEATED:
    /* Translators: of a party of five, three have sat down: "3 of 5 in" */
    return g_strdup_printf (C_ ("table", "%d of %d in"),
                            hl_row_get_int (HL_ROW (token), HL_TABLE_TOKEN_ARRIVED),
                            hl_table_token_get_size (token));
  case HL_TABLE_SHOWN_SEATED:
  case HL_TABLE_SHOWN_COURSE:
  case HL_TABLE_SHOWN_CHECK:
    return g_strdup (hl_words_party_stage (hl_table_token_get_stage (token)));
  case HL_TABLE_SHOWN_DIRTY:
    return g_strdup (C_ ("table", "Dirty"));
  case HL_TABLE_SHOWN_BLOCKED:
    reason = hl_row_get_string (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED_REASON);
    if (reason != NULL && reason[0] != '\0')
      /* Translators: %s is why: "Closed: leak" */
      return g_strdup_printf (C_ ("table", "Closed: %s"), reason);
    return g_strdup (C_ ("table", "Closed"));
  case HL_TABLE_SHOWN_DISPUTED:
    return g_strdup (C_ ("table", "Check table"));
  default:
    return g_strdup ("");
  }
}

char *
hl_words_table_timer (HlTableToken *token)
{
  int minutes = hl_table_token_get_minutes (token);
  int turn = hl_table_token_get_turn_minutes (token);

  if (minutes < 0)
    return g_strdup ("");
  switch (hl_table_token_get_shown (token)) {
  case HL_TABLE_SHOWN_SEATED:
  case HL_TABLE_SHOWN_PARTIALLY_SEATED:
  case HL_TABLE_SHOWN_COURSE:
  case HL_TABLE_SHOWN_CHECK:
    if (hl_table_token_get_turn (token) == HL_TURN_OVER)
      /* Translators: minutes late, or over the turn. Where one reads from right to left, put U+200E before it. */
      return g_strdup_printf (C_ ("minutes too long", "+%d"), MAX (minutes - turn, 1));
    if (turn > 0)
      return g_strdup_printf ("%d/%d", minutes, turn);
    return g_strdup_printf ("%d", minutes);
  case HL_TABLE_SHOWN_ASSIGNED:
  case HL_TABLE_SHOWN_DIRTY:
    return hl_words_minutes (minutes);
  default:
    return g_strdup ("");
  }
}

char *
hl_words_table_spoken (HlTableToken *token, HlDesk *desk)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *state = hl_words_table_state (token, desk);
  g_autofree char *label = hl_words_isolate (hl_table_token_get_label (token));
  HlTableShown shown = hl_table_token_get_shown (token);
  const char *server = hl_row_get_string (HL_ROW (token), HL_TABLE_TOKEN_SERVER);
  int minutes = hl_table_token_get_minutes (token);
  int size = hl_table_token_get_size (token);
  gint64 next = hl_row_get_int64 (HL_ROW (token), HL_TABLE_TOKEN_NEXT_TIME);

  if (shown == HL_TABLE_SHOWN_RESERVED_SOON) {
    g_free (state);
    state = g_strdup (C_ ("table", "Reserved soon"));
  }
  /* Translators: table number, state: "Table 12, Seated" */
  g_string_append_printf (text, C_ ("table", "Table %1$s, %2$s"), label, state);
  if (size > 0 && shown != HL_TABLE_SHOWN_RESERVED_SOON) {
    g_autofree char *name = hl_words_isolate (hl_words_name (hl_table_token_get_name (token)));
    g_autofree char *people = hl_words_people (size);

    g_string_append_printf (text, ", %s, %s", name, people);
  }
  if (minutes >= 0) {
    g_autofree char *since = hl_words_minutes (minutes);

    g_string_append_printf (text, ", %s", since);
  }
  if (hl_table_token_get_turn (token) == HL_TURN_OVER)
    g_string_append_printf (text, ", %s", C_ ("table", "over its time"));
  else if (hl_table_token_get_turn (token) == HL_TURN_SOON)
    g_string_append_printf (text, ", %s", C_ ("table", "soon over its time"));
  g_string_append (text, ", ");
  /* Translators: "2 to 4 seats" */
  g_string_append_printf (text, C_ ("table", "%d to %d seats"),
                          hl_table_token_get_seats_min (token),
                          hl_table_token_get_seats_max (token));
  if (next > 0) {
    g_autofree char *at = hl_words_time (next, zone);
    g_autofree char *name = hl_words_isolate (
        hl_words_name (hl_row_get_string (HL_ROW (token), HL_TABLE_TOKEN_NEXT_NAME)));

    /* Translators: time and name of the next booking on this table */
    g_string_append (text, ", ");
    g_string_append_printf (text, C_ ("table", "next %1$s %2$s"), at, name);
  }
  if (server != NULL && server[0] != '\0') {
    g_autofree char *isolated = hl_words_isolate (server);

    g_string_append (text, ", ");
    g_string_append_printf (text, C_ ("table", "served by %s"), isolated);
  }
  if (hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_ALLERGY))
    g_string_append_printf (text, ", %s", C_ ("table", "allergy"));
  if (hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_UNSENT))
    g_string_append_printf (text, ", %s", C_ ("table", "not sent yet"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
