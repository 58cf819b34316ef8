/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of HlLocal: what its front hands over to the thread that owns the folder; nobody else includes this. */
#pragma once

#include "local/hl-local.h"
#include "local/hl-lock.h"

G_BEGIN_DECLS

typedef enum {
  HL_LOCAL_JOB_OPEN,
  HL_LOCAL_JOB_SNAPSHOT,
  HL_LOCAL_JOB_EVENTS,
  HL_LOCAL_JOB_CURRENT,
  HL_LOCAL_JOB_CLEAR,
  HL_LOCAL_JOB_LINE,
  HL_LOCAL_JOB_ADD,
  HL_LOCAL_JOB_UPDATE,
  HL_LOCAL_JOB_PURGE,
  HL_LOCAL_JOB_FORGET,
  HL_LOCAL_JOB_SWEEP,
  HL_LOCAL_JOB_KNOWN,
  HL_LOCAL_JOB_RECOUNT,
  HL_LOCAL_JOB_REBUILD,
  HL_LOCAL_JOB_CREDENTIALS,
  HL_LOCAL_JOB_LOAD_CREDENTIALS,
  HL_LOCAL_JOB_LOAD_LINES,
  HL_LOCAL_JOB_CLOSE,
} HlLocalJobType;

typedef struct {
  HlLocalJobType type;
  GTask *task;
  HlPosition *position;
  GBytes *bytes;
  guint64 seq;
  gint64 a, b;
  HlOutboxTime now;
  HlCopyLine *line;
  GPtrArray *rows;
  HlCredentials *credentials;
  HlOutboxPurged purged;
  GHashTable *counters;
  char *device;
} HlLocalJob;

struct _HlLocal {
  GObject parent_instance;
  char *folder;
  GAsyncQueue *jobs;
  GThread *thread;
  gboolean closing;

  /* owned by the thread */
  HlLock *lock;
  HlCopy *copy;
  HlOutbox *outbox;
  GQueue lines; /* of HlCopyLine: that could not be written yet */
  gboolean damaged; /* the outbox: nothing is written to it before it was made anew */
};

void hl_local_job_free (HlLocalJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLocalJob, hl_local_job_free)

/* hl-local-worker.c: the thread's function. It holds no reference to its HlLocal: it is joined before that goes away. */
gpointer hl_local_work (gpointer local);

G_END_DECLS
