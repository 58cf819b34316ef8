/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds any number of deadlines at constant cost each: a hierarchical timer wheel, pure. */
#include "net/hl-timer-wheel.h"

#define LEVELS 4
#define SLOT_BITS 6
#define SLOTS (1 << SLOT_BITS)
#define SLOT_MASK (SLOTS - 1)
/* Ticks that the wheel spans: 38 hours. What lies beyond waits in the last level and is placed
 * again. */
#define SPAN ((guint64) 1 << (SLOT_BITS * LEVELS))

struct _HlTimerWheel {
  gint64 origin;
  guint64 at; /* the last tick that was fired */
  guint armed;
  HlTimer *overdue;
  guint64 used[LEVELS]; /* a bit for each slot that may hold timers */
  HlTimer *slots[LEVELS][SLOTS];
};

void
hl_timer_init (HlTimer *timer, HlTimerFunc func, gpointer data)
{
  timer->next = NULL;
  timer->link = NULL;
  timer->tick = 0;
  timer->func = func;
  timer->data = data;
}

gboolean
hl_timer_is_armed (const HlTimer *timer)
{
  return timer->link != NULL;
}

HlTimerWheel *
hl_timer_wheel_new (gint64 now_us)
{
  HlTimerWheel *self = g_new0 (HlTimerWheel, 1);

  self->origin = now_us;
  return self;
}

static void
push (HlTimer **head, HlTimer *timer)
{
  timer->next = *head;
  if (timer->next != NULL)
    timer->next->link = &timer->next;
  *head = timer;
  timer->link = head;
}

static void
unlink_timer (HlTimer *timer)
{
  *timer->link = timer->next;
  if (timer->next != NULL)
    timer->next->link = timer->link;
  timer->next = NULL;
  timer->link = NULL;
}

void
hl_timer_wheel_free (HlTimerWheel *self)
{
  for (guint level = 0; level < LEVELS; level++)
    for (guint slot = 0; slot < SLOTS; slot++)
      while (self->slots[level][slot] != NULL)
        unlink_timer (self->slots[level][slot]);
  while (self->overdue != NULL)
    unlink_timer (self->overdue);
  g_free (self);
}

static void
place (HlTimerWheel *self, HlTimer *timer)
{
  guint64 tick = timer->tick;
  guint64 delta = tick - self->at;
  guint level = 0;
  guint slot;

  if (delta >= SPAN) {
    delta = SPAN - 1;
    tick = self->at + delta;
  }
  while (delta >> (SLOT_BITS * (level + 1)) != 0)
    level++;
  slot = tick >> (SLOT_BITS * level) & SLOT_MASK;
  push (&self->slots[level][slot], timer);
  self->used[level] |= (guint64) 1 << slot;
}

void
hl_timer_wheel_disarm (HlTimerWheel *self, HlTimer *timer)
{
  if (timer->link == NULL)
    return;
  unlink_timer (timer);
  self->armed--;
}

void
hl_timer_wheel_arm (HlTimerWheel *self, HlTimer *timer, gint64 deadline_us)
{
  gint64 after = deadline_us - self->origin;

  hl_timer_wheel_disarm (self, timer);
  timer->tick = after <= 0 ? 0 : ((guint64) after + HL_TIMER_TICK_US - 1) / HL_TIMER_TICK_US;
  self->armed++;
  if (timer->tick <= self->at)
    push (&self->overdue, timer);
  else
    place (self, timer);
}

/* The next tick at which a slot has to be fired or moved down, G_MAXUINT64 if there is none. */
static guint64
next_tick (HlTimerWheel *self)
{
  guint64 best = G_MAXUINT64;

  for (guint level = 0; level < LEVELS; level++) {
    guint shift = SLOT_BITS * level;
    guint64 index = (self->at >> shift) + 1;
    guint turn = index & SLOT_MASK;
    guint64 used = self->used[level];
    guint64 tick;

    if (used == 0)
      continue;
    if (turn != 0)
      used = used >> turn | used << (SLOTS - turn);
    tick = (index + __builtin_ctzll (used)) << shift;
    best = MIN (best, tick);
  }
  return best;
}

/* Takes a whole slot off, so that functions may arm and disarm whatever they like meanwhile. */
static void
take_slot (HlTimerWheel *self, guint level, guint slot, HlTimer **list)
{
  *list = self->slots[level][slot];
  if (*list != NULL)
    (*list)->link = list;
  self->slots[level][slot] = NULL;
  self->used[level] &= ~((guint64) 1 << slot);
}

static guint
fire (HlTimerWheel *self, HlTimer **list)
{
  guint fired = 0;

  while (*list != NULL) {
    HlTimer *timer = *list;

    unlink_timer (timer);
    self->armed--;
    fired++;
    timer->func (timer, timer->data);
  }
  return fired;
}

guint
hl_timer_wheel_advance (HlTimerWheel *self, gint64 now_us)
{
  guint64 target
      = now_us <= self->origin ? 0 : (guint64) (now_us - self->origin) / HL_TIMER_TICK_US;
  HlTimer *list = self->overdue;
  guint fired;

  self->overdue = NULL;
  if (list != NULL)
    list->link = &list;
  fired = fire (self, &list);

  while (self->at < target) {
    guint64 next = next_tick (self);

    if (next > target) {
      self->at = target;
      break;
    }
    self->at = next;
    for (guint level = LEVELS - 1; level > 0; level--) {
      guint shift = SLOT_BITS * level;

      if ((next & (((guint64) 1 << shift) - 1)) != 0)
        continue;
      take_slot (self, level, next >> shift & SLOT_MASK, &list);
      while (list != NULL) {
        HlTimer *timer = list;

        unlink_timer (timer);
        place (self, timer);
      }
    }
    take_slot (self, 0, next & SLOT_MASK, &list);
    fired += fire (self, &list);
  }
  return fired;
}

gint64
hl_timer_wheel_get_next (HlTimerWheel *self)
{
  guint64 tick;

  if (self->overdue != NULL)
    return self->origin + (gint64) (self->at * HL_TIMER_TICK_US);
  tick = next_tick (self);
  if (tick == G_MAXUINT64)
    return G_MAXINT64;
  return self->origin + (gint64) (tick * HL_TIMER_TICK_US);
}

guint
hl_timer_wheel_get_armed (HlTimerWheel *self)
{
  return self->armed;
}
