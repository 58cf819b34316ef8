/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks, their fake, and the source that fires at a boot-time deadline. */
#include "util/hl-clock.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "hl-config.h"

typedef struct {
  GSource source;
  gint64 deadline_us;
  gint64 armed_us; /* what the timer is set to; G_MAXINT64: nothing */
  int fd;
} ClockSource;

/* The fake clock; the lock also guards the list of sources that must be woken when it moves. */
static struct {
  GMutex lock;
  gboolean on;
  gint64 wall_us;
  gint64 boot_us;
  gint64 suspended_us;
  GHashTable *sources;
} fake;

static gint64
read_us (clockid_t clock)
{
  struct timespec now = { 0 };
  clock_gettime (clock, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
get_wall_offset_ms (void)
{
#if HL_DEVELOPMENT
  static gsize once = 0;
  static gint64 offset_ms = 0;

  if (g_once_init_enter (&once)) {
    const char *text = g_getenv ("HOSTLINE_CLOCK_OFFSET_MS");
    gint64 value = 0;
    if (text != NULL &&
        g_ascii_string_to_signed (text, 10, G_MININT64 / 2, G_MAXINT64 / 2, &value, NULL)) {
      offset_ms = value;
    }
    g_once_init_leave (&once, 1);
  }
  return offset_ms;
#else
  return 0;
#endif
}

static gboolean
read_fake (const gint64 *value, gint64 *out)
{
  if (!__atomic_load_n (&fake.on, __ATOMIC_RELAXED)) {
    return FALSE;
  }
  g_mutex_lock (&fake.lock);
  *out = *value;
  g_mutex_unlock (&fake.lock);
  return TRUE;
}

gint64
hl_clock_wall_ms (void)
{
  gint64 us = 0;
  if (read_fake (&fake.wall_us, &us)) {
    return us / 1000;
  }
  return g_get_real_time () / 1000 + get_wall_offset_ms ();
}

gint64
hl_clock_boot_us (void)
{
  gint64 us = 0;
  return read_fake (&fake.boot_us, &us) ? us : read_us (CLOCK_BOOTTIME);
}

gint64
hl_clock_suspended_us (void)
{
  gint64 us = 0;
  if (read_fake (&fake.suspended_us, &us)) {
    return us;
  }
  gint64 monotonic = read_us (CLOCK_MONOTONIC);
  return MAX (read_us (CLOCK_BOOTTIME) - monotonic, 0);
}

/* Called before each poll. Under the fake clock the timer may still go off for a deadline of
 * before; dispatch then sees that the time has not come. */
static void
arm (ClockSource *source)
{
  if (source->fd < 0 || source->armed_us == source->deadline_us ||
      __atomic_load_n (&fake.on, __ATOMIC_RELAXED)) {
    return;
  }
  struct itimerspec when = { 0 };
  if (source->deadline_us != G_MAXINT64) {
    /* all zero would disarm, so the earliest is one nanosecond after the start */
    gint64 us = MAX (source->deadline_us, 0);
    when.it_value.tv_sec = us / G_USEC_PER_SEC;
    when.it_value.tv_nsec = us % G_USEC_PER_SEC * 1000;
    if (us == 0) {
      when.it_value.tv_nsec = 1;
    }
  }
  if (timerfd_settime (source->fd, TFD_TIMER_ABSTIME, &when, NULL) == 0) {
    source->armed_us = source->deadline_us;
  }
}

static gboolean
clock_source_prepare (GSource *base, int *timeout)
{
  ClockSource *source = (ClockSource *) base;

  *timeout = -1;
  if (source->deadline_us == G_MAXINT64) {
    arm (source);
    return FALSE;
  }
  gint64 now = hl_clock_boot_us ();
  if (now >= source->deadline_us) {
    return TRUE;
  }
  gint64 left = source->deadline_us - now;
  arm (source);
  if (source->fd < 0) {
    /* no timerfd: look at the clock again at least once a second, so that a resume is noticed */
    *timeout = (int) MIN (left / 1000 + 1, 1000);
  }
  return FALSE;
}

static gboolean
clock_source_check (GSource *base)
{
  ClockSource *source = (ClockSource *) base;
  return source->deadline_us != G_MAXINT64 && hl_clock_boot_us () >= source->deadline_us;
}

static gboolean
clock_source_dispatch (GSource *base, GSourceFunc callback, gpointer user_data)
{
  ClockSource *source = (ClockSource *) base;
  guint64 expirations = 0;

  if (source->fd >= 0 && read (source->fd, &expirations, sizeof expirations) > 0) {
    source->armed_us = G_MAXINT64; /* it went off; what comes next must be set again */
  }
  if (!clock_source_check (base)) {
    return G_SOURCE_CONTINUE; /* GLib dispatches on a readable descriptor without asking */
  }
  return callback != NULL ? callback (user_data) : G_SOURCE_REMOVE;
}

static void
clock_source_finalize (GSource *base)
{
  ClockSource *source = (ClockSource *) base;

  g_mutex_lock (&fake.lock);
  if (fake.sources != NULL) {
    g_hash_table_remove (fake.sources, source);
  }
  g_mutex_unlock (&fake.lock);
  if (source->fd >= 0) {
    close (source->fd);
  }
}

static GSourceFuncs clock_source_funcs = {
  .prepare = clock_source_prepare,
  .check = clock_source_check,
  .dispatch = clock_source_dispatch,
  .finalize = clock_source_finalize,
};

GSource *
hl_clock_source_new (gint64 deadline_us)
{
  GSource *base = g_source_new (&clock_source_funcs, sizeof (ClockSource));
  ClockSource *source = (ClockSource *) base;

  g_source_set_static_name (base, "hl-clock");
  source->deadline_us = deadline_us;
  source->armed_us = G_MAXINT64;
  source->fd = timerfd_create (CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (source->fd >= 0) {
    g_source_add_unix_fd (base, source->fd, G_IO_IN);
  }
  g_mutex_lock (&fake.lock);
  if (fake.sources == NULL) {
    fake.sources = g_hash_table_new (NULL, NULL);
  }
  g_hash_table_add (fake.sources, source);
  g_mutex_unlock (&fake.lock);
  return base;
}

void
hl_clock_source_set_deadline (GSource *base, gint64 deadline_us)
{
  g_return_if_fail (base != NULL);

  ClockSource *source = (ClockSource *) base;
  source->deadline_us = deadline_us;
}

guint
hl_clock_add (gint64 deadline_us, GSourceFunc callback, gpointer user_data)
{
  g_return_val_if_fail (callback != NULL, 0);

  g_autoptr (GSource) source = hl_clock_source_new (deadline_us);
  g_source_set_callback (source, callback, user_data, NULL);
  return g_source_attach (source, g_main_context_get_thread_default ());
}

/* With the lock held. */
static void
wake_sources (void)
{
  GHashTableIter iter;
  gpointer source = NULL;

  if (fake.sources == NULL) {
    return;
  }
  g_hash_table_iter_init (&iter, fake.sources);
  while (g_hash_table_iter_next (&iter, &source, NULL)) {
    GMainContext *context = g_source_get_context (source);
    if (context != NULL) {
      g_main_context_wakeup (context);
    }
  }
}

static void
move_fake (gint64 wall_us, gint64 boot_us, gint64 suspended_us)
{
  g_mutex_lock (&fake.lock);
  fake.wall_us += wall_us;
  fake.boot_us += boot_us;
  fake.suspended_us += suspended_us;
  wake_sources ();
  g_mutex_unlock (&fake.lock);
}

void
hl_clock_fake_start (gint64 wall_ms, gint64 boot_us)
{
  g_mutex_lock (&fake.lock);
  fake.wall_us = wall_ms * 1000;
  fake.boot_us = boot_us;
  fake.suspended_us = 0;
  __atomic_store_n (&fake.on, TRUE, __ATOMIC_RELAXED);
  wake_sources ();
  g_mutex_unlock (&fake.lock);
}

void
hl_clock_fake_advance (gint64 us)
{
  move_fake (us, us, 0);
}

void
hl_clock_fake_suspend (gint64 us)
{
  move_fake (us, us, us);
}

void
hl_clock_fake_set_wall (gint64 wall_ms)
{
  g_mutex_lock (&fake.lock);
  fake.wall_us = wall_ms * 1000;
  wake_sources ();
  g_mutex_unlock (&fake.lock);
}

void
hl_clock_fake_stop (void)
{
  g_mutex_lock (&fake.lock);
  __atomic_store_n (&fake.on, FALSE, __ATOMIC_RELAXED);
  wake_sources ();
  g_mutex_unlock (&fake.lock);
}
