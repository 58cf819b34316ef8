/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of HlWriter share: its main thread's and its own thread's. */
#pragma once

#include "live/hl-job.h"

G_BEGIN_DECLS

/* What one group hands to the main thread: units first, then answers. */
typedef struct {
  GPtrArray *appends; /* of HlAppend */
  GPtrArray *jobs;    /* of HlJob */
} HlBatch;

typedef struct {
  char       *location;
  GPtrArray  *units;  /* NULL: the log is another than it was */
  HlPosition *head;
} HlAppend;

struct _HlWriter {
  HlWriterFuncs funcs;
  gpointer      user_data;
  GThread      *thread;
  GAsyncQueue  *queue;

  /* the writer thread's */
  HlStore      *store;
  GHashTable   *journals;   /* location -> HlJournal */
  GHashTable   *announced;  /* location -> HlPosition that the main thread knows */
  HlBatch        *between;    /* what a call between groups hands over; NULL: none runs */
  GPtrArray    *used;       /* of HlJournal: looked at since the last group was announced */
  GHashTable   *halted;     /* sessions with an action that could not be decided: nothing may overtake it */
  gboolean      stopping;
  gboolean      failing;    /* what the thread last said about the store */
  gboolean      again;      /* the group that runs failed in a way that may pass, and is tried once more */
  gint64        patience_us; /* until when it may be */
  gint64        retry_us;
  gint64        timers_us;
  gint64        upkeep_us;
  gint64        checkpoint_us;    /* when the next one is due */
  gboolean      wash_wanted; /* a journal has traces: see hl-wash.h */
  gint64        wash_us;

  /* between the two */
  GMutex        mutex;
  GQueue        batches;    /* of HlBatch, under the mutex */
  GSource      *source;     /* the one wake-up */
  gint          checkpoint_s; /* atomic */
  gint          wal_alarm_mib; /* atomic */
  gint          wal_large;  /* atomic: what the thread last said */
  gint          available;  /* atomic */
  gboolean      told_available;   /* main thread: what funcs.available last said */

  HlMetricsCell *m_group, *m_commit_ok, *m_commit_failed, *m_seconds, *m_appended, *m_depth, *m_errors, *m_retries;
  HlMetricsCell *m_decide, *m_wal, *m_wal_alarms, *m_reserve, *m_checkpoint_ok, *m_checkpoint_busy, *m_checkpoint_failed;
};


HlBatch *hl_batch_new       (void);
void     hl_batch_free      (HlBatch *self);   /* not the jobs in it */

#define HL_WRITER_UPKEEP_US (10 * G_USEC_PER_SEC)

/* The thread's upkeep between groups. @all: snapshots of every log, and the write-ahead log goes into the file. */
void     hl_writer_upkeep         (HlWriter *self, gboolean all);
/* @is_due: also while it is small. */
void     hl_writer_look_after_wal (HlWriter *self, gboolean is_due);
void     hl_writer_keep_reserve   (HlWriter *self);

/* The thread's function; @user_data is the writer. */
gpointer hl_writer_run      (gpointer user_data);

G_END_DECLS
