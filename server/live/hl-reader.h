/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReader: a thread with its own read-only connection, for catching up and for queries. */
#pragma once

#include "live/hl-page.h"
#include "store/hl-store.h"
#include "wire/hl-frame.h"

G_BEGIN_DECLS

typedef struct _HlReader HlReader;

/* Takes the read-only @store; starts the thread. Answers come on the caller's main context, in order. */
HlReader *hl_reader_new  (HlStore    *store,
                          const char *name);
/* Finishes what is queued, joins, and gives the last answers. */
void      hl_reader_free (HlReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlReader, hl_reader_free)

/* The writer has opened the file anew, which may be another one by now (a disk that came back, a copy that was put in its
 * place): so does the reader, after what is queued and before what comes. */
void      hl_reader_reopen (HlReader *self);

/* @call runs on the reader's thread and leaves what it finds in @data; @done runs on the main context; then
 * @data is freed. */
typedef void (*HlReaderCall) (HlStore *store, gpointer data);
typedef void (*HlReaderDone) (gpointer data, gpointer user_data);
void      hl_reader_call (HlReader      *self,
                          HlReaderCall   call,
                          gpointer       data,
                          GDestroyNotify data_free,
                          HlReaderDone   done,
                          gpointer       user_data);

/* A page of units; NULL @units: the log cannot be read there. */
typedef void (*HlPageFunc) (GPtrArray *units, gpointer user_data);
void      hl_reader_page (HlReader   *self,
                          const char *location,
                          const char *epoch,
                          guint64     after,
                          guint       max_events,
                          gsize       max_bytes,
                          HlPageFunc  done,
                          gpointer    user_data);

/* How a follower at @pos can go on, and what the log knows of its device. */
typedef struct {
  gboolean    ok;        /* FALSE: the store cannot be read */
  HlFrameMode mode;
  HlFrameWhy  why;
  guint64     decided;   /* highest n decided for the device */
} HlResume;

typedef void (*HlResumeFunc) (const HlResume *resume, gpointer user_data);
/* @pos NULL: a first visit. @any_length: not limited to HL_WIRE_REPLAY_EVENTS and _BYTES (tools). */
void      hl_reader_resume (HlReader         *self,
                            const char       *location,
                            const char       *device,
                            const HlPosition *pos,
                            gboolean          any_length,
                            HlResumeFunc      done,
                            gpointer          user_data);

/* What hl_reader_resume () does on its thread, for tests. */
void      hl_resume_find (HlStore          *store,
                          const char       *location,
                          const char       *device,
                          const HlPosition *pos,
                          gboolean          any_length,
                          HlResume         *resume);

G_END_DECLS
