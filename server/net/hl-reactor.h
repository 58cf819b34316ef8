/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One epoll set and one timer wheel that the main context sees as a single source. */
#pragma once

#include <glib.h>

#include "net/hl-timer-wheel.h"

G_BEGIN_DECLS

/* GLib polls every source it has at every wake-up; that is O(connections) an event. Here the kernel
 * keeps the set, so a wake-up costs what is ready. Everything in this header belongs to the thread
 * that iterates the reactor's context. */
typedef struct _HlReactor HlReactor;

typedef struct _HlWatch HlWatch;
typedef struct _HlTask HlTask;

typedef struct {
  /* The descriptor has `events` (EPOLL*). */
  void (*ready) (HlWatch *watch, guint32 events);
  /* Asked for by hl_reactor_request_again(): goes on with work that was cut for fairness. */
  void (*again) (HlWatch *watch);
  /* Asked for by hl_reactor_request_flush(): writes, at the end of the iteration. */
  void (*flush) (HlWatch *watch);
  /* Nothing of the reactor points at the watch any more. Runs some time after hl_reactor_remove(),
   * never inside it: the event array of the running iteration may still name the watch. */
  void (*dispose) (HlWatch *watch);
} HlWatchFuncs;

/* Embed it as first member; the members are private. */
struct _HlWatch {
  const HlWatchFuncs *funcs;
  HlWatch *next_again;
  HlWatch *next_flush;
  int fd;
  guint8 in_again : 1;
  guint8 in_flush : 1;
  guint8 removed : 1;
};

/* A piece of work for the end of the iteration, once however often it is asked for (a room that
 * wakes its sessions). Embed it; must not go away while pending (hl_reactor_cancel()). */
struct _HlTask {
  HlTask *next;
  void (*func) (HlTask *task, gpointer data);
  gpointer data;
  gboolean pending;
};

typedef struct {
  guint64 iterations;
  guint64 messages; /* text messages read by peers */
  guint64 bytes_read;
  guint64 bytes_written;
  guint64 writes;        /* system calls (TLS: records) that wrote */
  guint64 frames;        /* frames handed to hl_peer_send() */
  guint64 pongs_dropped; /* pings not answered because the peer does not read */
  guint watches;         /* now */
  guint peers;           /* now */
} HlReactorStats;

/* `context` NULL is the default one. */
HlReactor *hl_reactor_new (GMainContext *context, GError **error);
HlReactor *hl_reactor_ref (HlReactor *self);
void hl_reactor_unref (HlReactor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlReactor, hl_reactor_unref)

/* CLOCK_BOOTTIME in microseconds, read once an iteration. */
gint64 hl_reactor_get_now (HlReactor *self);

/* Deadlines are absolute CLOCK_BOOTTIME microseconds, so they pass during suspend. */
void hl_reactor_arm (HlReactor *self, HlTimer *timer, gint64 deadline_us);
void hl_reactor_disarm (HlReactor *self, HlTimer *timer);

/* Puts `fd` into the set with `events` (EPOLL*, with or without EPOLLET). The reactor keeps a
 * pointer, not the descriptor: the owner closes it, after hl_reactor_remove(). */
gboolean hl_reactor_add (HlReactor *self, HlWatch *watch, const HlWatchFuncs *funcs, int fd,
                         guint32 events, GError **error);
void hl_reactor_modify (HlReactor *self, HlWatch *watch, guint32 events);
void hl_reactor_remove (HlReactor *self, HlWatch *watch);

void hl_reactor_request_again (HlReactor *self, HlWatch *watch);
void hl_reactor_request_flush (HlReactor *self, HlWatch *watch);

/* `func` runs at the end of this iteration, before the writes; asked for from outside the reactor's
 * own dispatch, in the next one, which then does not wait. */
void hl_task_init (HlTask *task, void (*func) (HlTask *task, gpointer data), gpointer data);
void hl_reactor_defer (HlReactor *self, HlTask *task);
void hl_reactor_cancel (HlReactor *self, HlTask *task);

/* 64 KiB that whoever runs on the reactor may use until it returns to it. */
#define HL_REACTOR_SCRATCH 65536
guint8 *hl_reactor_get_scratch (HlReactor *self);

HlReactorStats *hl_reactor_get_stats (HlReactor *self);

G_END_DECLS
