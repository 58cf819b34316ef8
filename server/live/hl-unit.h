/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlUnit: the events of one decision, encoded and framed once and shared by every session. */
#pragma once

#include <glib.h>

#include "wire/hl-position.h"

G_BEGIN_DECLS

/* Immutable after creation and counted atomically: made on the writer's (or the reader's) thread, sent on
 * the main thread. A unit is sent whole or not at all; @pos stands after its last event. */
typedef struct _HlUnit HlUnit;

struct _HlUnit {
  gatomicrefcount ref_count;
  guint64         first;       /* seq of its first event */
  guint64         last;        /* seq of its last event; pos->seq */
  HlPosition     *pos;
  GBytes         *frame;       /* one unmasked WebSocket text message, header included */
  gint64          appended_us; /* hl_clock_boot_us () when it was committed; 0 for a page from the store */
  char           *label;       /* the location's new {"id","name","timezone"}, if this unit renamed it; else NULL */
  char          **clears;      /* what ends an unfinished line: "call/turn", or "call" when it ended; NULL: nothing */
  gboolean        redacts;     /* events before it may have been rewritten */
};

/* @frame and @pos: transfer full. */
HlUnit *hl_unit_new   (guint64     first,
                       HlPosition *pos,
                       GBytes     *frame,
                       gint64      appended_us);
HlUnit *hl_unit_ref   (HlUnit *self);
void    hl_unit_unref (HlUnit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlUnit, hl_unit_unref)

G_END_DECLS
