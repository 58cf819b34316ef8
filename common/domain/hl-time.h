/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times and dates of the schema, as text and as numbers. No clock: time comes in as an argument. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The time that is null: a time field that is not set. Times are ms since the epoch, UTC. */
#define HL_TIME_NONE G_MININT64

/* 2000-01-01T00:00:00.000Z and 2100-12-31T23:59:59.999Z: what a time field may hold. */
#define HL_TIME_MIN G_GINT64_CONSTANT (946684800000)
#define HL_TIME_MAX G_GINT64_CONSTANT (4133980799999)

/* Longest text that hl_time_parse () accepts, and the exact length of what hl_time_print () makes.
 */
#define HL_TIME_MAX_TEXT 40
#define HL_TIME_TEXT 24

/**
 * hl_time_parse:
 * @text: an RFC 3339 date-time with any offset; years 2000 to 2100; digits past the millisecond
 *   are dropped; a leap second (":60") counts as the second before it
 * @out: (out): ms since the epoch; untouched on failure
 *
 * Returns: whether @text is one
 */
gboolean hl_time_parse       (const char *text,
                              gint64     *out);

/* The RFC 3339 text in UTC with milliseconds ("2026-11-27T19:02:11.345Z"); %HL_TIME_NONE is an
 * empty string. (transfer full) */
char    *hl_time_print       (gint64 time) G_GNUC_WARN_UNUSED_RESULT;
/* The same into @buffer, which holds HL_TIME_TEXT + 1 bytes. */
void     hl_time_print_to    (gint64 time,
                              char  *buffer);

/* Whether @text is a date "YYYY-MM-DD" that exists, years 2000 to 2100. The out arguments are
 * optional. */
gboolean hl_time_parse_date  (const char *text,
                              int        *year,
                              int        *month,
                              int        *day);
/* Whether @text is "HH:MM", 00:00 to 23:59; @minutes (optional) counts from midnight. */
gboolean hl_time_parse_clock (const char *text,
                              int        *minutes);

/**
 * hl_time_business_date:
 * @time: ms since the epoch
 * @zone: the location's zone; the caller looks it up (that is I/O)
 * @day_starts: minutes after local midnight at which a business day starts (04:00 is 240)
 *
 * Returns: (transfer full): the business day of @time, "YYYY-MM-DD"
 */
char    *hl_time_business_date (gint64     time,
                                GTimeZone *zone,
                                int        day_starts) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
