/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and times in callers' words. */
#include "domain/hl-date-words.h"

#include <string.h>

#define WORDS_MAX 12

/* Lower case, without accents, words and numbers apart: "Samstag, 5th" is "samstag" "5" "th". */
static GPtrArray *
split (const char *text)
{
  g_autofree char *apart = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean digits = FALSE;

  for (const char *p = apart; p != NULL; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_digit = c < 128 && g_ascii_isdigit ((char) c);

    if (g_unichar_ismark (c))
      continue;
    if (word->len > 0 && (!g_unichar_isalnum (c) || is_digit != digits)) {
      g_ptr_array_add (words, g_strdup (word->str));
      g_string_truncate (word, 0);
    }
    if (c == 0)
      break;
    if (g_unichar_isalnum (c)) {
      digits = is_digit;
      g_string_append_unichar (word, g_unichar_tolower (c));
    }
  }
  return words;
}

static gboolean
has (GPtrArray *words, const char *word)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (words->pdata[i], word))
      return TRUE;
  return FALSE;
}

static guint
find_in (const char *const table[][3], guint n, const char *word)
{
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 3; k++)
      if (table[i][k] != NULL && g_str_equal (table[i][k], word))
        return i + 1;
  return 0;
}

static const char *const weekdays[7][3] = {
  { "monday", "lunes", "lundi" },       { "tuesday", "martes", "mardi" },
  { "wednesday", "miercoles", "mercredi" }, { "thursday", "jueves", "jeudi" },
  { "friday", "viernes", "vendredi" },  { "saturday", "sabado", "samedi" },
  { "sunday", "domingo", "dimanche" },
};

static const char *const months[12][3] = {
  { "january", "enero", "janvier" },   { "february", "febrero", "fevrier" }, { "march", "marzo", "mars" },
  { "april", "abril", "avril" },       { "may", "mayo", "mai" },             { "june", "junio", "juin" },
  { "july", "julio", "juillet" },      { "august", "agosto", "aout" },       { "september", "septiembre", "septembre" },
  { "october", "octubre", "octobre" }, { "november", "noviembre", "novembre" },
  { "december", "diciembre", "decembre" },
};

static gboolean
has_any (GPtrArray *words, const char *const *list)
{
  for (; *list != NULL; list++)
    if (has (words, *list))
      return TRUE;
  return FALSE;
}

static guint
find_weekday (GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++) {
    guint found = find_in (weekdays, 7, words->pdata[i]);

    if (found != 0)
      return found;
  }
  return 0;
}

GDateWeekday
hl_date_words_find_weekday (const char *text)
{
  g_autoptr (GPtrArray) words = split (text);

  return (GDateWeekday) find_weekday (words);
}

const char *
hl_date_words_name_weekday (GDateWeekday weekday)
{
  static const char *const names[]
    = { "", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

  g_return_val_if_fail (weekday >= G_DATE_MONDAY && weekday <= G_DATE_SUNDAY, "");
  return names[weekday];
}

static int
read_number (const char *word)
{
  gint64 value = 0;

  return g_ascii_string_to_unsigned (word, 10, 0, 9999, (guint64 *) &value, NULL) ? (int) value : -1;
}

/* "2026-12-05", also with a time behind it. */
static HlDateWords
parse_iso (const char *text, GDate *out, gboolean *is)
{
  int year, month, day;
  int n = 0;

  while (g_ascii_isspace (*text))
    text++;
  *is = strlen (text) >= 10 && text[4] == '-' && text[7] == '-' && g_ascii_isdigit (text[0]);
  if (!*is)
    return HL_DATE_WORDS_UNREADABLE;
  for (n = 0; n < 10; n++)
    if (n != 4 && n != 7 && !g_ascii_isdigit (text[n]))
      return HL_DATE_WORDS_UNREADABLE;
  if (g_ascii_isdigit (text[10]))
    return HL_DATE_WORDS_UNREADABLE;
  year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  month = (text[5] - '0') * 10 + (text[6] - '0');
  day = (text[8] - '0') * 10 + (text[9] - '0');
  if (year < 2000 || year > 2100 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return HL_DATE_WORDS_IMPOSSIBLE;
  g_date_set_dmy (out, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return HL_DATE_WORDS_OK;
}

/* A day with its month, or alone; the year may be there. */
static HlDateWords
parse_day (GPtrArray *words, const GDate *today, GDate *out)
{
  guint month = 0;
  int day = -1, year = -1;

  for (guint i = 0; i < words->len; i++) {
    const char *word = words->pdata[i];
    int number = g_ascii_isdigit (word[0]) ? read_number (word) : -1;

    if (month == 0)
      month = find_in (months, 12, word);
    if (number >= 2000 && number <= 2100 && year < 0)
      year = number;
    else if (number >= 1 && number <= 31 && day < 0)
      day = number;
    else if (g_str_equal (word, "first") || g_str_equal (word, "primero") || g_str_equal (word, "premier"))
      day = 1;
    else if (number >= 0)
      return month == 0 ? HL_DATE_WORDS_AMBIGUOUS : HL_DATE_WORDS_UNREADABLE; /* "12/05" */
  }
  if (day < 0)
    return HL_DATE_WORDS_UNREADABLE;
  if (month == 0) {
    /* "the 16th": this month, or the first that has it */
    guint m = g_date_get_month (today);
    guint y = g_date_get_year (today);

    for (guint tries = 0; tries < 3; tries++) {
      if (g_date_valid_dmy ((GDateDay) day, (GDateMonth) m, (GDateYear) y)) {
        g_date_set_dmy (out, (GDateDay) day, (GDateMonth) m, (GDateYear) y);
        if (g_date_compare (out, today) >= 0)
          return HL_DATE_WORDS_OK;
      }
      y += m == 12 ? 1 : 0;
      m = m == 12 ? 1 : m + 1;
    }
    return HL_DATE_WORDS_IMPOSSIBLE;
  }
  for (int y = year > 0 ? year : g_date_get_year (today); y <= (year > 0 ? year : g_date_get_year (today) + 8); y++) {
    if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) y)) {
      if (month != 2 || day != 29)
        return HL_DATE_WORDS_IMPOSSIBLE;
      continue;
    }
    g_date_set_dmy (out, (GDateDay) day, (GDateMonth) month, (GDateYear) y);
    if (year > 0 || g_date_compare (out, today) >= 0)
      return HL_DATE_WORDS_OK;
  }
  return HL_DATE_WORDS_IMPOSSIBLE;
}

/* "in 10 days", "3 weeks from now", "dentro de 2 semanas". What else is counted in weeks and months, or is over, is not guessed:
 * a day that was meant otherwise is worse than a question. */
static gboolean
parse_distance (GPtrArray *words, GDate *out, HlDateWords *what)
{
  static const char *const days[] = { "day", "days", "dia", "dias", "jour", "jours", NULL };
  static const char *const weeks[] = { "week", "weeks", "semana", "semanas", "semaine", "semaines", NULL };
  static const char *const ahead[] = { "in", "from", "en", "dentro", "dans", NULL };
  static const char *const vague[] = { "month", "months", "mes", "meses", "mois", "fortnight", "quincena", "quinzaine", "weekend",
                                       "last", "ago", "past", "ayer", "hier", "yesterday", "dernier", "derniere", "passe", NULL };
  const gboolean in_days = has_any (words, days);
  const gboolean in_weeks = has_any (words, weeks);
  int number = -1;

  *what = HL_DATE_WORDS_UNREADABLE;
  if (has_any (words, vague) || (has (words, "pasado") && !has (words, "manana")) || (has (words, "after") && has (words, "next")))
    return TRUE;
  if (has (words, "after") && has (words, "tomorrow"))
    return FALSE; /* the day after tomorrow */
  if (!in_days && !in_weeks)
    return FALSE;
  for (guint i = 0; i < words->len; i++) {
    if (!g_ascii_isdigit (*(const char *) words->pdata[i]))
      continue;
    if (number >= 0)
      return TRUE;
    number = read_number (words->pdata[i]);
  }
  if (number < 0 || number > 400 || in_days == in_weeks || !has_any (words, ahead) || find_weekday (words) != 0)
    return TRUE;
  g_date_add_days (out, (guint) number * (in_weeks ? 7 : 1));
  *what = HL_DATE_WORDS_OK;
  return TRUE;
}

/* "mañana" is tomorrow, "la mañana" the morning. */
static gboolean
is_tomorrow (GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (words->pdata[i], "manana") && (i == 0 || !g_str_equal (words->pdata[i - 1], "la")))
      return TRUE;
  return has (words, "tomorrow") || has (words, "demain");
}

/* "Saturday or Sunday" */
static gboolean
has_two_weekdays (GPtrArray *words)
{
  guint first = find_weekday (words);

  for (guint i = 0; i < words->len; i++) {
    guint found = find_in (weekdays, 7, words->pdata[i]);

    if (found != 0 && found != first)
      return TRUE;
  }
  return FALSE;
}

HlDateWords
hl_date_words_parse (const char *text, const GDate *today, GDate *out)
{
  static const char *const now[] = { "today", "tonight", "hoy", "aujourd", NULL };
  static const char *const evening[] = { "soir", "noche", NULL };
  g_autoptr (GPtrArray) words = split (text);
  gboolean iso = FALSE;
  HlDateWords parsed = parse_iso (text, out, &iso);
  guint weekday;

  if (iso)
    return parsed;
  if (words->len == 0 || words->len > WORDS_MAX)
    return HL_DATE_WORDS_UNREADABLE;
  g_date_set_julian (out, g_date_get_julian (today));
  if (parse_distance (words, out, &parsed))
    return parsed;
  if (has_two_weekdays (words))
    return HL_DATE_WORDS_AMBIGUOUS;
  for (guint i = 0; i < words->len; i++)
    if (g_ascii_isdigit (*(const char *) words->pdata[i]) || find_in (months, 12, words->pdata[i]) != 0)
      return parse_day (words, today, out);
  if (has (words, "pasado") || (has (words, "after") && has (words, "tomorrow")) || (has (words, "apres") && has (words, "demain"))) {
    g_date_add_days (out, 2);
    return HL_DATE_WORDS_OK;
  }
  if (has_any (words, now))
    return HL_DATE_WORDS_OK;
  if (is_tomorrow (words)) {
    g_date_add_days (out, 1);
    return HL_DATE_WORDS_OK;
  }
  weekday = find_weekday (words);
  if (weekday != 0) {
    /* never today: who means today says so */
    guint days = (weekday + 7 - (guint) g_date_get_weekday (today)) % 7;

    g_date_add_days (out, days == 0 ? 7 : days);
    return HL_DATE_WORDS_OK;
  }
  return has_any (words, evening) ? HL_DATE_WORDS_OK : HL_DATE_WORDS_UNREADABLE;
}

static gboolean
is_hour (const char *word)
{
  return g_ascii_isdigit (word[0]) || g_str_equal (word, "noon") || g_str_equal (word, "midi") || g_str_equal (word, "mediodia");
}

/* Two times, or minutes that are counted from an hour: "7 or 8", "7-8 pm", "20 to 8". */
static gboolean
is_range (const char *text, GPtrArray *words)
{
  static const char *const between[] = { "or", "o", "u", "ou", "and", "to", "a", "until", "till", "past", "after", "before", "menos",
                                         "moins", "hasta", "et", NULL };
  gboolean hour = FALSE, word = FALSE;

  for (guint i = 0; i < words->len; i++) {
    if (!is_hour (words->pdata[i])) {
      word = word || (hour && g_strv_contains (between, words->pdata[i]));
      continue;
    }
    if (hour && (word || strpbrk (text, "-/") != NULL || strstr (text, "–") != NULL || strstr (text, "—") != NULL))
      return TRUE;
    hour = TRUE;
  }
  return FALSE;
}

/* "half past 7", "8 menos cuarto": minutes to add to the hour, 0 for none. */
static int
read_fraction (GPtrArray *words)
{
  static const char *const halves[] = { "half", "media", "demie", "demi", NULL };
  static const char *const quarters[] = { "quarter", "cuarto", "quart", NULL };
  static const char *const before[] = { "to", "before", "menos", "moins", NULL };

  if (has_any (words, halves))
    return 30;
  if (has_any (words, quarters))
    return has_any (words, before) ? -15 : 15;
  return 0;
}

guint
hl_date_words_parse_clock (const char *text, int minutes[2])
{
  g_autoptr (GPtrArray) words = split (text);
  const int fraction = read_fraction (words);
  int hour = -1, minute = -1, second = -1;
  gboolean morning = FALSE, evening = FALSE, full = FALSE;

  if (is_range (text, words))
    return 0;
  for (guint i = 0; i < words->len; i++) {
    const char *word = words->pdata[i];

    if (g_ascii_isdigit (word[0])) {
      int number = strlen (word) <= 2 ? read_number (word) : -1;

      if (number < 0 || second >= 0 || (hour >= 0 && strlen (word) != 2))
        return 0;
      if (hour < 0) {
        hour = number;
        full = full || word[0] == '0';
      } else if (minute < 0) {
        minute = number;
      } else {
        second = number; /* "19:30:00" */
      }
    } else if (g_str_equal (word, "am") || (g_str_equal (word, "a") && has (words, "m"))) {
      morning = TRUE;
    } else if (g_str_equal (word, "pm") || (g_str_equal (word, "p") && has (words, "m")) || g_str_equal (word, "tarde")
               || g_str_equal (word, "noche") || g_str_equal (word, "soir") || g_str_equal (word, "evening")
               || g_str_equal (word, "tonight")) {
      evening = TRUE;
    } else if (g_str_equal (word, "h") || g_str_equal (word, "heures") || g_str_equal (word, "horas")) {
      full = full || g_str_equal (word, "h");
    } else if (g_str_equal (word, "noon") || g_str_equal (word, "midi") || g_str_equal (word, "mediodia")) {
      hour = 12;
      full = TRUE;
    } else if (g_str_equal (word, "midnight") || g_str_equal (word, "minuit") || g_str_equal (word, "medianoche")) {
      hour = 0;
      full = TRUE;
    }
  }
  if (hour < 0 || hour > 23 || minute > 59 || second > 59 || (morning && evening) || (fraction != 0 && minute >= 0))
    return 0;
  minute = MAX (minute, 0) + fraction;
  if (minute < 0) {
    hour = hour == 0 ? 23 : hour - 1;
    minute += 60;
  }
  if (morning || evening) {
    if (hour > 12)
      return evening ? (minutes[0] = hour * 60 + minute, 1) : 0;
    minutes[0] = (hour % 12 + (evening ? 12 : 0)) * 60 + minute;
    return 1;
  }
  minutes[0] = hour * 60 + minute;
  if (full || hour == 0 || hour > 12)
    return 1;
  if (hour == 12)
    return 1; /* twelve is noon; midnight is said */
  minutes[1] = minutes[0] + 12 * 60;
  return 2;
}
