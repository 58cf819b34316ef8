/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlJob: one thing for the writer's thread to do, and what came of it. Private to live/. */
#pragma once

#include "live/hl-journal.h"
#include "live/hl-writer.h"

G_BEGIN_DECLS

typedef enum {
  HL_JOB_PUBLISH,
  HL_JOB_ACT,
  HL_JOB_CALL,
  /* from here on: done after the group's COMMIT */
  HL_JOB_BETWEEN, /* a call that makes its own transactions */
  HL_JOB_OPEN,
  HL_JOB_CHECKPOINT,
  HL_JOB_DIGEST,
  HL_JOB_STOP,
} HlJobKind;

typedef struct {
  HlJobKind      kind;
  char          *location;
  gint64         queued_us;

  /* asked */
  HlPublish     *publish;
  HlAction      *action;
  HlActor       *actor;
  HlPosition    *base;
  char          *session;
  gboolean       with_text;
  HlWriterCall   call;
  gpointer       data;
  GDestroyNotify data_free;

  /* the writer's notes: whether it ran at all, is in the group that is open, was the first to stop its session */
  gboolean       tried;
  gboolean       in_group;
  gboolean       halts;

  /* found */
  HlAnswer       answer;
  gboolean       duplicate;
  char          *text;
  guint64        last;
  GPtrArray     *partials;
  HlOutcome      outcome;
  HlReason       reason;
  char          *detail;
  gboolean       committed;
  HlPosition    *pos;
  guint64        floor;
  char          *label;
  HlCheckpoint  *checkpoint;
  guint64        digest;

  /* told, on the main context */
  GCallback      done;
  gpointer       user_data;
} HlJob;

HlJob   *hl_job_new    (HlJobKind   kind,
                        const char *location,
                        GCallback   done,
                        gpointer    user_data);
/* Calls what waits for it, and frees it. Main thread. */
void     hl_job_answer (HlJob *self);
void     hl_job_free   (HlJob *self);

/* Lets go of what was asked, on the writer's thread: json-glib counts its objects without atomics, so a tree that
 * this thread has seen must not be touched by the other one any more. */
void     hl_job_release (HlJob *self);

/* What a job does inside its request. TRUE: keep what was written; FALSE: roll it back (@self->answer says why,
 * @error if the store was at fault). */
gboolean hl_job_publish (HlJob     *self,
                         HlJournal *journal,
                         HlStore   *store,
                         gint64     now,
                         GError   **error);
gboolean hl_job_act     (HlJob     *self,
                         HlJournal *journal,
                         HlStore   *store,
                         gint64     now,
                         GError   **error);

/* What a first try found is forgotten, so that the job can be done once more. Not for calls. */
void     hl_job_reset   (HlJob *self);

/* After a COMMIT that failed: was it done all the same? Fills in the answer if so. */
gboolean hl_job_find    (HlJob   *self,
                         HlStore *store,
                         GError **error);

G_END_DECLS
