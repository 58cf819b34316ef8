/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds any number of deadlines at constant cost each: a hierarchical timer wheel, pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Deadlines are rounded up to this, in microseconds: a timer fires late by at most that, never
 * early. */
#define HL_TIMER_TICK_US 8192

typedef struct _HlTimer HlTimer;
typedef void (*HlTimerFunc) (HlTimer *timer, gpointer data);

/* Embed it; every member is private. A timer must be disarmed before its memory goes. */
struct _HlTimer {
  HlTimer *next;
  HlTimer **link; /* what points at this timer; NULL when it is not armed */
  guint64 tick;
  HlTimerFunc func;
  gpointer data;
};

typedef struct _HlTimerWheel HlTimerWheel;

void hl_timer_init (HlTimer *timer, HlTimerFunc func, gpointer data);
gboolean hl_timer_is_armed (const HlTimer *timer);

/* `now_us` and all deadlines are on one clock; the clock never goes back. */
HlTimerWheel *hl_timer_wheel_new (gint64 now_us);
void hl_timer_wheel_free (HlTimerWheel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlTimerWheel, hl_timer_wheel_free)

/* Arms, or moves an armed timer. A deadline in the past fires in the next advance. */
void hl_timer_wheel_arm (HlTimerWheel *self, HlTimer *timer, gint64 deadline_us);
void hl_timer_wheel_disarm (HlTimerWheel *self, HlTimer *timer);

/* Fires what is due at `now_us`, each timer disarmed before its function runs; functions may arm
 * and disarm any timer, one armed for the past fires in the next call. Returns how many fired. */
guint hl_timer_wheel_advance (HlTimerWheel *self, gint64 now_us);

/* When advance has something to do at the latest, in microseconds; G_MAXINT64 with nothing armed.
 * It may be earlier than the first deadline (timers move down the wheel), never later. */
gint64 hl_timer_wheel_get_next (HlTimerWheel *self);

guint hl_timer_wheel_get_armed (HlTimerWheel *self);

G_END_DECLS
