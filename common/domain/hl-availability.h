/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which times of a day the book has room for: what a voice agent may offer. */
#pragma once

#include "domain/hl-state.h"

G_BEGIN_DECLS

/* Times are offered by the quarter hour, as the pace is counted. */
#define HL_AVAILABILITY_STEP_MIN 15

typedef struct {
  gint64   starts_at; /* ms since the epoch */
  int      minutes;   /* of the local clock, from the business date's midnight: may be over 24 h */
  gboolean free;
} HlAvailableTime;

typedef enum {
  HL_AVAILABILITY_OPEN,
  HL_AVAILABILITY_CLOSED,    /* no shift that day */
  HL_AVAILABILITY_PAST,      /* the day is over */
  HL_AVAILABILITY_TOO_LARGE, /* more guests than may be booked by phone: a person decides */
} HlAvailability;

/**
 * hl_availability_list:
 * @date: the business date, local to the location
 * @zone: the location's zone; the caller looks it up (that is I/O)
 * @size: guests, 1 to 99
 * @now: ms since the epoch; earlier times are left out
 * @exclude: (nullable): a reservation that is to be moved: it does not stand in its own way
 * @times: (out) (transfer full) (element-type HlAvailableTime): in order; empty unless open
 *
 * A day's times are those of its shifts (from, inclusive, to `to`, exclusive; a shift that ends past midnight goes on); a location
 * without shifts is open all day. A time that the clocks skip is left out.
 */
HlAvailability hl_availability_list  (HlState     *state,
                                      const GDate *date,
                                      GTimeZone   *zone,
                                      int          size,
                                      gint64       now,
                                      const char  *exclude,
                                      GArray     **times);

/* Whether the location takes guests @minutes after midnight of @date. */
gboolean       hl_availability_is_open (HlState     *state,
                                        const GDate *date,
                                        int          minutes);

/* The moment of a local time; HL_TIME_NONE when the clocks skip it. @minutes: may be over 24 h. */
gint64         hl_availability_to_time (const GDate *date,
                                        int          minutes,
                                        GTimeZone   *zone);

/* The @n free times nearest to @starts_at, in order of the clock. (transfer full) (element-type HlAvailableTime) */
GArray        *hl_availability_nearest (const GArray *times,
                                        gint64        starts_at,
                                        guint         n);

G_END_DECLS
