/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlPartials: the unfinished transcript lines of one location: one slot a turn, newest wins, never logged. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_PARTIALS_EXPIRE_US (30 * G_USEC_PER_SEC)
#define HL_PARTIALS_GAP_US (G_USEC_PER_SEC / 10)   /* at most ten a second a call */
#define HL_PARTIALS_MAX 256                        /* slots a location */

/* Time comes in as an argument: hl_clock_boot_us (). Main thread. */
typedef struct _HlPartials HlPartials;

/* What became of one line. */
typedef enum {
  HL_PARTIALS_SHOW,    /* send it now: hl_partials_get_version () rose */
  HL_PARTIALS_LATER,   /* its call had one less than 100 ms ago: see hl_partials_get_due () */
  HL_PARTIALS_DROPPED, /* older than what is there, already finished, or too many */
} HlPartialsAnswer;

HlPartials      *hl_partials_new   (void);
void             hl_partials_free  (HlPartials *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPartials, hl_partials_free)

/* @frame: transfer full: the encoded frame. */
HlPartialsAnswer hl_partials_put   (HlPartials *self,
                                    const char *call,
                                    guint       turn,
                                    guint       rev,
                                    GBytes     *frame,
                                    gint64      now);
/* "call/turn": that line is finished; "call": the call is over. */
void             hl_partials_clear (HlPartials *self,
                                    const char *key,
                                    gint64      now);
/* Shows what waited for its turn and forgets what expired; TRUE if a version rose. */
gboolean         hl_partials_tick  (HlPartials *self,
                                    gint64      now);
/* When hl_partials_tick () has something to do; G_MAXINT64: never. */
gint64           hl_partials_get_due (HlPartials *self);

/* Rises with each line that is to be sent. */
guint64          hl_partials_get_version (HlPartials *self);
/* Calls @func with each frame newer than @seen, oldest first. */
void             hl_partials_foreach (HlPartials *self,
                                      guint64     seen,
                                      void      (*func) (GBytes *frame, gpointer user_data),
                                      gpointer    user_data);
guint64          hl_partials_get_dropped (HlPartials *self);   /* lines that no one saw */

G_END_DECLS
