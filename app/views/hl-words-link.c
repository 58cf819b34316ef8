/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection in words: spells of its log, endpoints, measurements. */
#include "views/hl-words-link.h"

#include <glib/gi18n.h>

#include "views/hl-words-field.h"
#include "views/hl-words.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

char *
hl_words_lasted (gint64 ms)
{
  int days;

  if (ms < 1000)
    return g_strdup (C_ ("duration", "under 1 second"));
  if (ms < MINUTE_MS)
    return g_strdup_printf (g_dngettext (NULL, "%d second", "%d seconds", (gulong) (ms / 1000)), (int) (ms / 1000));
  if (ms < 2 * DAY_MS)
    return hl_words_minutes ((int) (ms / MINUTE_MS));
  days = (int) (ms / DAY_MS);
  return g_strdup_printf (g_dngettext (NULL, "%d day", "%d days", days), days);
}

char *
hl_words_ms (int ms)
{
  if (ms < 1)
    return g_strdup (C_ ("duration", "under 1 ms"));
  return g_strdup_printf (C_ ("duration", "%d ms"), ms);
}

static const char *
get_state (HlSpellKind kind)
{
  switch (kind) {
  case HL_SPELL_ONLINE:
    return C_ ("spell", "Online");
  case HL_SPELL_CHECKING:
    return C_ ("spell", "Checking");
  case HL_SPELL_CATCHING_UP:
    return C_ ("spell", "Catching up");
  case HL_SPELL_STOPPED:
    return C_ ("spell", "Stopped");
  case HL_SPELL_CLOSED:
    return C_ ("spell", "Closed");
  case HL_SPELL_OFFLINE:
  default:
    return C_ ("spell", "Offline");
  }
}

const char *
hl_words_spell_icon (HlSpellKind kind)
{
  switch (kind) {
  case HL_SPELL_ONLINE:
    return "hl-online-symbolic";
  case HL_SPELL_CHECKING:
    return "hl-checking-symbolic";
  case HL_SPELL_CATCHING_UP:
    return "hl-catching-up-symbolic";
  case HL_SPELL_CLOSED:
    return "hl-open-symbolic";
  case HL_SPELL_STOPPED:
  case HL_SPELL_OFFLINE:
  default:
    return "hl-offline-symbolic";
  }
}

/* The date is said once. */
static char *
say_until (HlDesk *desk, const HlLinkSpell *spell)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  g_autofree char *began = hl_words_date (spell->from, zone);
  g_autofree char *ended = hl_words_date (spell->until, zone);

  return g_str_equal (began, ended) ? hl_words_time (spell->until, zone) : hl_words_when (desk, spell->until);
}

char *
hl_words_spell (HlDesk *desk, const HlLinkSpell *spell)
{
  g_autofree char *from = hl_words_when (desk, spell->from);
  g_autofree char *lasted = spell->lasted >= 0 ? hl_words_lasted (spell->lasted) : NULL;

  if (spell->times > 1) {
    g_autofree char *until = say_until (desk, spell);

    if (lasted == NULL)
      /* Translators: state, how often, from when, until when: "Offline 12 times between 19:02 and 19:40" */
      return g_strdup_printf (g_dngettext (NULL, "%1$s %2$u time between %3$s and %4$s", "%1$s %2$u times between %3$s and %4$s",
                                           spell->times), get_state (spell->kind), spell->times, from, until);
    /* Translators: state, how often, from when, until when, how long: "Offline 12 times between 19:02 and 19:40, 9 min in all" */
    return g_strdup_printf (g_dngettext (NULL, "%1$s %2$u time between %3$s and %4$s, %5$s in all",
                                         "%1$s %2$u times between %3$s and %4$s, %5$s in all", spell->times),
                            get_state (spell->kind), spell->times, from, until, lasted);
  }
  if (spell->until == 0)
    /* Translators: since when, state, how long: "Since 19:01: Offline, 3 min so far" */
    return g_strdup_printf (C_ ("spell", "Since %1$s: %2$s, %3$s so far"), from,
                            get_state (spell->kind), lasted);
  if (lasted == NULL)
    return g_strdup_printf (C_ ("spell", "%1$s: %2$s"), from, get_state (spell->kind));
  /* Translators: from when, state, how long: "19:01: Offline for 3 min" */
  return g_strdup_printf (C_ ("spell", "%1$s: %2$s for %3$s"), from, get_state (spell->kind),
                          lasted);
}

static void
append_sentence (GString *text, const char *sentence)
{
  if (sentence[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  if (text->str[text->len - 1] != '.')
    g_string_append_c (text, '.');
}

char *
hl_words_spell_cause (const HlLinkSpell *spell)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (spell->kind == HL_SPELL_ONLINE || spell->kind == HL_SPELL_CATCHING_UP
      || spell->kind == HL_SPELL_CLOSED)
    return g_strdup ("");
  append_sentence (text, hl_desk_describe_cause (spell->cause));
  append_sentence (text, hl_desk_describe_cause (spell->last_cause));
  if (spell->attempts > 1) {
    g_autofree char *attempts = g_strdup_printf (
        g_dngettext (NULL, "%u attempt", "%u attempts", spell->attempts), spell->attempts);

    append_sentence (text, attempts);
  }
  if (spell->code != 0) {
    /* Translators: an HTTP status or a close code, for whoever looks into it */
    g_autofree char *code = g_strdup_printf (C_ ("spell", "Code %u"), spell->code);

    append_sentence (text, code);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hl_words_endpoint (HlDesk *desk, HlEndpoint *endpoint)
{
  gint64 last_ok = 0;
  int cause = HL_LINK_CAUSE_NONE, rtt = -1;
  g_autofree char *when = NULL;
  g_autofree char *answer = NULL;

  g_object_get (endpoint, "last-ok", &last_ok, "last-cause", &cause, "rtt", &rtt, NULL);
  if (hl_endpoint_get_in_use (endpoint)) {
    if (rtt < 0)
      return g_strdup (C_ ("endpoint", "In use"));
    answer = hl_words_ms (rtt);
    return g_strdup_printf (C_ ("endpoint", "In use, answers in %s"), answer);
  }
  if (last_ok > 0) {
    when = hl_words_when (desk, last_ok);
    return g_strdup_printf (C_ ("endpoint", "Reached last at %s"), when);
  }
  if (hl_desk_describe_cause (cause)[0] == '\0')
    return g_strdup (C_ ("endpoint", "Not needed yet"));
  /* Translators: %s is a sentence that says why */
  return g_strdup_printf (C_ ("endpoint", "Never reached: %s"), hl_desk_describe_cause (cause));
}

static void
append_line (GString *text, char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
  g_free (line);
}

char *
hl_words_link_facts (HlDesk *desk)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 since = 0, retry = 0, clock_off = 0, now = hl_desk_get_now (desk);
  gboolean metered = FALSE;
  int unsent = hl_desk_get_unsent (desk);
  guint reconnects = hl_desk_count_reconnects (desk, now - HOUR_MS);

  g_object_get (desk, "offline-since", &since, "retry-at", &retry, "clock-off", &clock_off,
                "metered", &metered, NULL);
  if (since > 0) {
    g_autofree char *time = hl_words_time (since, zone);

    append_line (text, g_strdup_printf (C_ ("connection", "Offline since %s"), time));
  }
  if (retry > now) {
    int seconds = (int) ((retry - now + 999) / 1000);

    append_line (text, g_strdup_printf (g_dngettext (NULL, "Tries again in %d second",
                                                     "Tries again in %d seconds", seconds),
                                        seconds));
  }
  if (unsent > 0)
    append_line (text, g_strdup_printf (
                           g_dngettext (NULL, "%d change is saved on this computer, not sent yet",
                                        "%d changes are saved on this computer, not sent yet",
                                        unsent),
                           unsent));
  else
    append_line (text, g_strdup (C_ ("connection", "Everything done here has been sent")));
  append_line (text, g_strdup_printf (g_dngettext (NULL, "%u new connection in the last hour",
                                                   "%u new connections in the last hour",
                                                   reconnects),
                                      reconnects));
  if (clock_off != 0) {
    g_autofree char *off = hl_words_lasted (ABS (clock_off));

    append_line (text, g_strdup_printf (clock_off > 0 ? C_ ("connection",
                                                            "This computer's clock is %s behind")
                                                      : C_ ("connection",
                                                            "This computer's clock is %s ahead"),
                                        off));
  }
  if (metered)
    append_line (text, g_strdup (C_ ("connection", "This network is paid by volume: unfinished "
                                                   "lines of calls are not fetched")));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
