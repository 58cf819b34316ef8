/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and times as callers say them and voice agents pass them on: resolved here, by rules that are the same every time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  HL_DATE_WORDS_OK,
  HL_DATE_WORDS_UNREADABLE,  /* no day, or no time, that is understood */
  HL_DATE_WORDS_AMBIGUOUS,   /* "12/05", "7:30": it may be either of two */
  HL_DATE_WORDS_IMPOSSIBLE,  /* 31 June */
} HlDateWords;

/**
 * hl_date_words_parse:
 * @text: a date "2026-12-05", "today", "tonight", "tomorrow", "the day after tomorrow", a weekday ("Saturday",
 *   "next Tuesday", "this Friday": the first one after today), a day and month ("16 August", "August 16th", "the 16th"), "in 3 weeks",
 *   in English, Spanish or French; case and accents do not matter. What else is counted in weeks or months, or is over ("a week
 *   from Saturday", "last Friday"), is not readable: asking again is better than another day
 * @today: the business day at the location now
 * @out: (out): the day, never before @today: a month or a day that is over this year or month means the next one
 *
 * A weekday beside a date ("Saturday 5 December") is ignored here: see hl_date_words_find_weekday (). Pure.
 */
HlDateWords hl_date_words_parse        (const char  *text,
                                        const GDate *today,
                                        GDate       *out);

/* The weekday that @text names, if it names one; else G_DATE_BAD_WEEKDAY. An agent that says "Friday" of a Saturday has
 * misunderstood: nothing is booked until it asks again. */
GDateWeekday hl_date_words_find_weekday (const char *text);

/* "Monday" ... in English; for people use the catalogues. */
const char  *hl_date_words_name_weekday (GDateWeekday weekday);

/**
 * hl_date_words_parse_clock:
 * @text: "19:30", "19:30:00", "7:30 pm", "7pm", "19h30", "half past 7", "quarter to 8", "noon", "midnight"; hours in words ("half past
 *   seven"), minutes that are counted ("20 to 8") and two times ("7 or 8", "7-8 pm") are not read
 * @minutes: (out caller-allocates): minutes after midnight, the morning first where both are meant
 *
 * Returns: how many times of day it may be: 0 (not readable), 1, or 2 ("7:30": 07:30 and 19:30)
 */
guint        hl_date_words_parse_clock  (const char *text,
                                         int         minutes[2]);

G_END_DECLS
