/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRoom: one location as the main thread knows it: head, ring, snapshot, sessions. */
#pragma once

#include "live/hl-checkpoint.h"
#include "live/hl-hub.h"
#include "live/hl-partials.h"
#include "live/hl-ring.h"

G_BEGIN_DECLS

#define HL_ROOM_RING_EVENTS 4096
#define HL_ROOM_RING_BYTES (4 * 1024 * 1024)
/* A cached snapshot serves until the log is so much further: the rest is replayed. */
#define HL_ROOM_SNAPSHOT_EVENTS 256

HlRoom           *hl_room_new            (HlHub      *hub,
                                          const char *location);
void              hl_room_free           (HlRoom *self);

HlHub            *hl_room_get_hub        (HlRoom *self);
const char       *hl_room_get_location   (HlRoom *self);
/* NULL until the writer has opened the log. Transfer none. */
const HlPosition *hl_room_get_head       (HlRoom *self);
guint64           hl_room_get_floor      (HlRoom *self);
const char       *hl_room_get_label      (HlRoom *self);   /* {"id","name","timezone"} */
HlRing           *hl_room_get_ring       (HlRoom *self);
HlPartials       *hl_room_get_partials   (HlRoom *self);
guint             hl_room_get_sessions   (HlRoom *self);
HlMetricsCell    *hl_room_get_reconnects (HlRoom *self);

void              hl_room_appended       (HlRoom           *self,
                                          GPtrArray        *units,
                                          const HlPosition *head);
void              hl_room_reset          (HlRoom *self);
/* Empties the ring and drops the cached snapshot: sessions read on from the store. */
void              hl_room_forget         (HlRoom *self);
void              hl_room_partial        (HlRoom     *self,
                                          JsonObject *data);
void              hl_room_revalidate     (HlRoom          *self,
                                          HlRegistryCache *cache);
void              hl_room_stop           (HlRoom *self,
                                          guint  *slot,
                                          guint   n_slots);
void              hl_room_add_presence   (HlRoom    *self,
                                          JsonArray *devices);

/* For metrics: actions that clients report as waiting, and the most events in flight to one session. */
void              hl_room_measure        (HlRoom  *self,
                                          guint64 *unsent,
                                          guint64 *in_flight);

/* Sessions. A session that said hello is known by its device: an older one of the same device is closed (4409). */
void              hl_room_enter          (HlRoom    *self,
                                          HlSession *session);
void              hl_room_leave          (HlRoom    *self,
                                          HlSession *session);
void              hl_room_claim          (HlRoom     *self,
                                          HlSession  *session,
                                          const char *device);
/* @func once the log is open (at once if it is); NO_LOCATION or UNAVAILABLE otherwise. Holds a reference. */
void              hl_room_when_open      (HlRoom    *self,
                                          HlSession *session);
/* hl_session_take_checkpoint () follows, at once or when the writer has made it. */
void              hl_room_want_checkpoint (HlRoom    *self,
                                           HlSession *session);
/* A device that was sent a digest and comes back without a position had another state (it takes one snapshot). */
void              hl_room_note_digest    (HlRoom     *self,
                                          const char *device);
gboolean          hl_room_take_digest    (HlRoom     *self,
                                          const char *device);
/* Devices that were cut for being slow take a snapshot next time. */
void              hl_room_mark_slow      (HlRoom     *self,
                                          const char *device);
gboolean          hl_room_take_slow      (HlRoom     *self,
                                          const char *device);

G_END_DECLS
