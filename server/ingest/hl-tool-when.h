/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlToolWhen: a day and time that a voice agent passed on, resolved in the location's zone. */
#pragma once

#include "domain/hl-state.h"

G_BEGIN_DECLS

typedef struct {
  GDate      date;       /* the business date's calendar day */
  int        minutes;    /* of the local clock; -1: no time was given */
  gint64     starts_at;  /* HL_TIME_NONE without a time */
  GTimeZone *zone;
} HlToolWhen;

#define HL_TOOL_WHEN_INIT { .minutes = -1, .starts_at = G_MININT64 }

/* @arguments: `date`, `time`, `weekday`, `starts_at`. @base: (nullable): where a part that is absent comes from (a change of the time
 * alone keeps the day). Returns NULL, or a sentence that says what is missing or wrong (transfer full). Clear @self in any case. */
char *hl_tool_when_read  (HlToolWhen       *self,
                          JsonObject       *arguments,
                          const HlToolWhen *base,
                          gboolean          need_time,
                          HlState          *state,
                          gint64            now);
/* The local day and time of @starts_at. */
void  hl_tool_when_set   (HlToolWhen *self, gint64 starts_at, HlState *state);
void  hl_tool_when_clear (HlToolWhen *self);

/* "Saturday, 5 December 2026 at 7:30 pm", without the time where there is none. Transfer full. */
char *hl_tool_when_say   (const HlToolWhen *self);
/* "19:30". Transfer full. */
char *hl_tool_when_clock (int minutes);
/* date, weekday, time, timezone, starts_at */
void  hl_tool_when_put   (const HlToolWhen *self, JsonObject *out, HlState *state);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HlToolWhen, hl_tool_when_clear)

G_END_DECLS
