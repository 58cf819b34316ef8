/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who set a field last, as every follower of the log knows it, and what decides about unseen
 * changes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HlRevision:
 * @seq: the event that last set the field; 0: never
 * @device: (nullable): the device whose action that was, interned (compare pointers)
 * @foreign: the last seq at which a device other than @device set it; 0: never
 */
typedef struct {
  guint64     seq;
  const char *device;
  guint64     foreign;
} HlRevision;

/**
 * HlStamp:
 * @at: ms since the epoch (or a provider's sequence); HL_TIME_NONE: none
 * @event_id: (nullable): a GRefString
 *
 * What a register of CALL was last set by: the greatest (at, event id) stands.
 */
typedef struct {
  gint64  at;
  char   *event_id;
} HlStamp;

/* Moves @revision on: foreign becomes the old seq if another device had set it, else stays.
 * @device: interned */
static inline void
hl_revision_move (HlRevision *revision, guint64 seq, const char *device)
{
  if (revision->device != device)
    revision->foreign = revision->seq;
  revision->seq = seq;
  revision->device = device;
}

/* Whether the field's last change is unseen by @device (interned) that had seen all up to @seen. */
static inline gboolean
hl_revision_is_unseen (const HlRevision *revision, guint64 seen, const char *device)
{
  if (revision->seq <= seen)
    return FALSE;
  if (device != NULL && revision->device == device)
    return revision->foreign > seen;
  return TRUE;
}

/* < 0, 0, > 0 */
int hl_stamp_compare (gint64 at, const char *event_id, const HlStamp *stamp);

G_END_DECLS
