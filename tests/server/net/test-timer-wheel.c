/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the timer wheel, against a plain list of deadlines too. */
#include <glib.h>
#include <stdlib.h>

#include "net/hl-timer-wheel.h"

#define ORIGIN G_GINT64_CONSTANT (123456789)

typedef struct {
  HlTimer timer;
  gint64 deadline;
  gint64 fired_at; /* -1: not yet */
} Item;

static gint64 now;

static void
on_item (HlTimer *timer, gpointer data)
{
  Item *item = data;

  g_assert_cmpint (now, >=, item->deadline);
  g_assert_cmpint (item->fired_at, ==, -1);
  g_assert_false (hl_timer_is_armed (timer));
  item->fired_at = now;
}

static void
arm (HlTimerWheel *wheel, Item *item, gint64 deadline)
{
  item->deadline = deadline;
  item->fired_at = -1;
  hl_timer_wheel_arm (wheel, &item->timer, deadline);
}

static void
test_edges (void)
{
  g_autoptr (HlTimerWheel) wheel = hl_timer_wheel_new (ORIGIN);
  Item past, soon, far;

  now = ORIGIN;
  hl_timer_init (&past.timer, on_item, &past);
  hl_timer_init (&soon.timer, on_item, &soon);
  hl_timer_init (&far.timer, on_item, &far);
  g_assert_cmpint (hl_timer_wheel_get_next (wheel), ==, G_MAXINT64);
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 0);

  arm (wheel, &past, ORIGIN - 5);
  g_assert_cmpint (hl_timer_wheel_get_next (wheel), <=, ORIGIN);
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 1);

  arm (wheel, &soon, ORIGIN + 1);
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 0);
  now = ORIGIN + HL_TIMER_TICK_US;
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 1);

  /* Ten days: beyond the span of the wheel. */
  arm (wheel, &far, now + 10 * G_TIME_SPAN_DAY);
  now += 10 * G_TIME_SPAN_DAY - 1;
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 0);
  now += HL_TIMER_TICK_US;
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 1);

  arm (wheel, &far, now + 1000000);
  arm (wheel, &far, now + 2000000);
  g_assert_cmpuint (hl_timer_wheel_get_armed (wheel), ==, 1);
  hl_timer_wheel_disarm (wheel, &far.timer);
  hl_timer_wheel_disarm (wheel, &far.timer);
  g_assert_cmpuint (hl_timer_wheel_get_armed (wheel), ==, 0);
  now += 5000000;
  g_assert_cmpuint (hl_timer_wheel_advance (wheel, now), ==, 0);
}

typedef struct {
  HlTimerWheel *wheel;
  HlTimer timers[3];
  guint fired;
} Trio;

static void
on_trio (HlTimer *timer, gpointer data)
{
  Trio *trio = data;

  /* Takes the others, due in the same slot, out; and comes again for the past. */
  trio->fired++;
  for (guint i = 0; i < 3; i++)
    hl_timer_wheel_disarm (trio->wheel, &trio->timers[i]);
  hl_timer_wheel_arm (trio->wheel, timer, 0);
}

static void
test_disarm_inside (void)
{
  Trio trio = { .wheel = hl_timer_wheel_new (0) };

  for (guint i = 0; i < 3; i++) {
    hl_timer_init (&trio.timers[i], on_trio, &trio);
    hl_timer_wheel_arm (trio.wheel, &trio.timers[i], 100000);
  }
  g_assert_cmpuint (hl_timer_wheel_advance (trio.wheel, 200000), ==, 1);
  g_assert_cmpuint (trio.fired, ==, 1);
  /* Armed for the past inside: once more in the next call, and only once. */
  g_assert_cmpuint (hl_timer_wheel_advance (trio.wheel, 200000), ==, 1);
  g_assert_cmpuint (hl_timer_wheel_get_armed (trio.wheel), ==, 1);
  hl_timer_wheel_free (trio.wheel);
}

/* Never early, late by less than a tick after the advance that could know, and next() never too
 * late. */
static void
test_random (void)
{
  const char *seed_text = g_getenv ("HL_TEST_SEED");
  guint32 seed = seed_text != NULL ? strtoul (seed_text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree Item *items = g_new0 (Item, 500);
  g_autoptr (HlTimerWheel) wheel = hl_timer_wheel_new (ORIGIN);
  const gint64 spans[] = { 5000,
                           100000,
                           1000000,
                           40000000,
                           G_GINT64_CONSTANT (4000000000),
                           G_GINT64_CONSTANT (300000000000) };

  g_test_message ("HL_TEST_SEED=%u", seed);
  now = ORIGIN;
  for (guint i = 0; i < 500; i++) {
    hl_timer_init (&items[i].timer, on_item, &items[i]);
    items[i].fired_at = now;
  }
  for (guint step = 0; step < 40000; step++) {
    Item *item = &items[g_rand_int_range (random, 0, 500)];
    gint64 span = spans[g_rand_int_range (random, 0, G_N_ELEMENTS (spans))];
    gint64 first = G_MAXINT64;

    switch (g_rand_int_range (random, 0, 4)) {
    case 0:
      hl_timer_wheel_disarm (wheel, &item->timer);
      item->fired_at = now;
      break;
    case 1:
      now += g_rand_double_range (random, 0, span);
      hl_timer_wheel_advance (wheel, now);
      break;
    default:
      arm (wheel, item, now + (gint64) g_rand_double_range (random, -1000, span));
    }
    if (step % 16 != 0)
      continue;
    for (guint i = 0; i < 500; i++) {
      gboolean armed = items[i].fired_at == -1;

      g_assert_true (armed == hl_timer_is_armed (&items[i].timer));
      if (armed)
        first = MIN (first, items[i].deadline);
    }
    g_assert_cmpint (hl_timer_wheel_get_next (wheel), <=,
                     first == G_MAXINT64 ? G_MAXINT64 : MAX (first, now) + HL_TIMER_TICK_US);
    hl_timer_wheel_advance (wheel, now);
    for (guint i = 0; i < 500; i++)
      if (items[i].fired_at == -1)
        g_assert_cmpint (items[i].deadline, >, now - HL_TIMER_TICK_US);
  }
}

static void
on_exact (HlTimer *timer, gpointer data)
{
  Item *item = data;

  g_assert_cmpint (now, >=, item->deadline);
  g_assert_cmpint (now, <, item->deadline + 2 * HL_TIMER_TICK_US);
  item->fired_at = now;
}

/* Driven as the reactor does, by get_next(): each timer fires at its time to a tick, never before.
 */
static void
test_exact (void)
{
  g_autoptr (HlTimerWheel) wheel = hl_timer_wheel_new (ORIGIN);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree Item *items = g_new0 (Item, 2000);
  guint wakes = 0;

  now = ORIGIN;
  for (guint i = 0; i < 2000; i++) {
    hl_timer_init (&items[i].timer, on_exact, &items[i]);
    arm (wheel, &items[i], now + (gint64) g_rand_double_range (random, 0, i < 1000 ? 6e7 : 4e11));
  }
  while (hl_timer_wheel_get_armed (wheel) > 0) {
    now = MAX (now, hl_timer_wheel_get_next (wheel));
    hl_timer_wheel_advance (wheel, now);
    wakes++;
  }
  for (guint i = 0; i < 2000; i++)
    g_assert_cmpint (items[i].fired_at, !=, -1);
  /* Moving timers down costs some empty wake-ups, not many. */
  g_assert_cmpuint (wakes, <, 2000 * 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer-wheel/edges", test_edges);
  g_test_add_func ("/timer-wheel/disarm-inside", test_disarm_inside);
  g_test_add_func ("/timer-wheel/random", test_random);
  g_test_add_func ("/timer-wheel/exact", test_exact);
  return g_test_run ();
}
