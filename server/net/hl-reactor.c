/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One epoll set and one timer wheel that the main context sees as a single source. */
#include "net/hl-reactor.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "util/hl-clock.h"

/* Events taken from the kernel in one iteration: what is left waits for the next, so that HTTP and
 * the writer thread's answers get their turn. */
#define EVENTS_MAX 256

typedef struct {
  HlWatch *head;
  HlWatch *tail;
} WatchList;

struct _HlReactor {
  int ref_count;
  int epoll_fd;
  int timer_fd;
  gpointer tag;
  GSource *source;
  gint64 now;        /* 0: not read in this iteration yet */
  gint64 programmed; /* what the timer descriptor is set to */
  HlTimerWheel *wheel;
  WatchList again;
  WatchList flush;
  HlTask *tasks;
  HlTask **tasks_end;
  GPtrArray *removed;
  guint8 *scratch;
  gboolean dispatching;
  HlReactorStats stats;
};

typedef struct {
  GSource source;
  HlReactor *reactor;
} ReactorSource;

gint64
hl_reactor_get_now (HlReactor *self)
{
  if (self->now == 0)
    self->now = hl_clock_boot_us ();
  return self->now;
}

/* The descriptor follows the wheel lazily: it is set when the next deadline comes nearer; one that
 * went away costs one empty wake-up. */
static void
program_timer (HlReactor *self)
{
  gint64 next = hl_timer_wheel_get_next (self->wheel);
  struct itimerspec when = { 0 };

  if (next >= self->programmed)
    return;
  self->programmed = next;
  next = MAX (next, 1);
  when.it_value.tv_sec = next / G_USEC_PER_SEC;
  when.it_value.tv_nsec = next % G_USEC_PER_SEC * 1000;
  timerfd_settime (self->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static gboolean
has_work (HlReactor *self)
{
  return self->again.head != NULL || self->flush.head != NULL || self->tasks != NULL
         || self->removed->len > 0;
}

static gboolean
reactor_prepare (GSource *source, int *timeout)
{
  HlReactor *self = ((ReactorSource *) source)->reactor;

  self->now = 0;
  program_timer (self);
  *timeout = has_work (self) ? 0 : -1;
  return has_work (self);
}

static gboolean
reactor_check (GSource *source)
{
  HlReactor *self = ((ReactorSource *) source)->reactor;

  return g_source_query_unix_fd (source, self->tag) != 0 || has_work (self);
}

static void
run_timers (HlReactor *self)
{
  guint64 expirations;

  /* Only empties the descriptor; what is due the wheel knows. */
  if (read (self->timer_fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
    g_critical ("Reading the timer: %s", g_strerror (errno));
  self->programmed = G_MAXINT64;
  hl_timer_wheel_advance (self->wheel, hl_reactor_get_now (self));
}

static void
run_ready (HlReactor *self)
{
  struct epoll_event events[EVENTS_MAX];
  gboolean timer = FALSE;
  int n = epoll_wait (self->epoll_fd, events, EVENTS_MAX, 0);

  for (int i = 0; i < n; i++) {
    HlWatch *watch = events[i].data.ptr;

    if (watch == NULL)
      timer = TRUE;
    else if (!watch->removed)
      watch->funcs->ready (watch, events[i].events);
  }
  if (timer)
    run_timers (self);
}

static void
run_again (HlReactor *self)
{
  HlWatch *watch = self->again.head;

  self->again.head = NULL;
  while (watch != NULL) {
    HlWatch *next = watch->next_again;

    watch->in_again = FALSE;
    watch->next_again = NULL;
    if (!watch->removed)
      watch->funcs->again (watch);
    watch = next;
  }
}

static void
run_tasks (HlReactor *self)
{
  guint n = 0;

  /* Tasks that are put in meanwhile wait for the next iteration. */
  for (HlTask *task = self->tasks; task != NULL; task = task->next)
    n++;
  for (; n > 0 && self->tasks != NULL; n--) {
    HlTask *task = self->tasks;

    self->tasks = task->next;
    if (self->tasks == NULL)
      self->tasks_end = &self->tasks;
    task->next = NULL;
    task->pending = FALSE;
    task->func (task, task->data);
  }
}

static void
run_flush (HlReactor *self)
{
  HlWatch *watch = self->flush.head;

  self->flush.head = NULL;
  while (watch != NULL) {
    HlWatch *next = watch->next_flush;

    watch->in_flush = FALSE;
    watch->next_flush = NULL;
    if (!watch->removed)
      watch->funcs->flush (watch);
    watch = next;
  }
}

static void
dispose_removed (HlReactor *self)
{
  guint kept = 0;

  /* A watch can still hang in a list that was filled after its removal; then it waits. */
  for (guint i = 0; i < self->removed->len; i++) {
    HlWatch *watch = self->removed->pdata[i];

    if (watch->in_again || watch->in_flush) {
      self->removed->pdata[kept++] = watch;
    } else {
      watch->funcs->dispose (watch);
      hl_reactor_unref (self);
    }
  }
  g_ptr_array_set_size (self->removed, kept);
}

static gboolean
reactor_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  HlReactor *self = ((ReactorSource *) source)->reactor;

  if (self->dispatching)
    return G_SOURCE_CONTINUE;
  hl_reactor_ref (self);
  self->dispatching = TRUE;
  self->stats.iterations++;
  if (g_source_query_unix_fd (source, self->tag) != 0)
    run_ready (self);
  run_again (self);
  run_tasks (self);
  run_flush (self);
  dispose_removed (self);
  self->dispatching = FALSE;
  hl_reactor_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {
  .prepare = reactor_prepare,
  .check = reactor_check,
  .dispatch = reactor_dispatch,
};

HlReactor *
hl_reactor_new (GMainContext *context, GError **error)
{
  g_autoptr (HlReactor) self = g_new0 (HlReactor, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

  self->ref_count = 1;
  self->tasks_end = &self->tasks;
  self->programmed = G_MAXINT64;
  self->removed = g_ptr_array_new ();
  self->wheel = hl_timer_wheel_new (hl_clock_boot_us ());
  self->timer_fd = -1;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd >= 0)
    self->timer_fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->epoll_fd < 0 || self->timer_fd < 0
      || epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, self->timer_fd, &event) < 0) {
    int code = errno;

    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Cannot make the reactor: %s",
                 g_strerror (code));
    return NULL;
  }
  self->scratch = g_malloc (HL_REACTOR_SCRATCH);
  self->source = g_source_new (&source_funcs, sizeof (ReactorSource));
  ((ReactorSource *) self->source)->reactor = self;
  g_source_set_static_name (self->source, "HlReactor");
  /* Without it GLib takes the descriptor out of its poll set for each dispatch and puts it back,
   * which costs three system calls and one idle iteration every time. Nothing here runs a main loop
   * inside. */
  g_source_set_can_recurse (self->source, TRUE);
  self->tag = g_source_add_unix_fd (self->source, self->epoll_fd, G_IO_IN);
  g_source_attach (self->source, context);
  return g_steal_pointer (&self);
}

HlReactor *
hl_reactor_ref (HlReactor *self)
{
  self->ref_count++;
  return self;
}

void
hl_reactor_unref (HlReactor *self)
{
  if (--self->ref_count > 0)
    return;
  if (self->source != NULL) {
    g_source_destroy (self->source);
    g_source_unref (self->source);
  }
  if (self->timer_fd >= 0)
    close (self->timer_fd);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  hl_timer_wheel_free (self->wheel);
  g_ptr_array_unref (self->removed);
  g_free (self->scratch);
  g_free (self);
}

void
hl_reactor_arm (HlReactor *self, HlTimer *timer, gint64 deadline_us)
{
  hl_timer_wheel_arm (self->wheel, timer, deadline_us);
}

void
hl_reactor_disarm (HlReactor *self, HlTimer *timer)
{
  hl_timer_wheel_disarm (self->wheel, timer);
}

gboolean
hl_reactor_add (HlReactor *self, HlWatch *watch, const HlWatchFuncs *funcs, int fd, guint32 events,
                GError **error)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  *watch = (HlWatch){ .funcs = funcs, .fd = fd };
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
    int code = errno;

    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Cannot watch a descriptor: %s",
                 g_strerror (code));
    return FALSE;
  }
  hl_reactor_ref (self);
  self->stats.watches++;
  return TRUE;
}

void
hl_reactor_modify (HlReactor *self, HlWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_critical ("Changing a watch: %s", g_strerror (errno));
}

/* The watch keeps its reference on the reactor until it is disposed of. */
void
hl_reactor_remove (HlReactor *self, HlWatch *watch)
{
  g_return_if_fail (!watch->removed);

  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  watch->removed = TRUE;
  self->stats.watches--;
  g_ptr_array_add (self->removed, watch);
}

void
hl_reactor_request_again (HlReactor *self, HlWatch *watch)
{
  if (watch->in_again)
    return;
  watch->in_again = TRUE;
  if (self->again.head == NULL)
    self->again.head = watch;
  else
    self->again.tail->next_again = watch;
  self->again.tail = watch;
}

void
hl_reactor_request_flush (HlReactor *self, HlWatch *watch)
{
  if (watch->in_flush)
    return;
  watch->in_flush = TRUE;
  if (self->flush.head == NULL)
    self->flush.head = watch;
  else
    self->flush.tail->next_flush = watch;
  self->flush.tail = watch;
}

void
hl_task_init (HlTask *task, void (*func) (HlTask *task, gpointer data), gpointer data)
{
  *task = (HlTask){ .func = func, .data = data };
}

void
hl_reactor_defer (HlReactor *self, HlTask *task)
{
  if (task->pending)
    return;
  task->pending = TRUE;
  task->next = NULL;
  *self->tasks_end = task;
  self->tasks_end = &task->next;
}

void
hl_reactor_cancel (HlReactor *self, HlTask *task)
{
  HlTask **link = &self->tasks;

  if (!task->pending)
    return;
  while (*link != task)
    link = &(*link)->next;
  *link = task->next;
  if (*link == NULL)
    self->tasks_end = link;
  task->pending = FALSE;
  task->next = NULL;
}

guint8 *
hl_reactor_get_scratch (HlReactor *self)
{
  return self->scratch;
}

HlReactorStats *
hl_reactor_get_stats (HlReactor *self)
{
  return &self->stats;
}
