/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDelivery: one subscriber, to whom a location's events are pushed in order, one request at a time. */
#pragma once

#include <libsoup/soup.h>

#include "live/hl-reader.h"
#include "live/hl-writer.h"
#include "net/hl-reactor.h"
#include "store/hl-registry.h"

G_BEGIN_DECLS

/* A request may take this long, answer included. */
#define HL_DELIVERY_TIMEOUT_US (10 * G_USEC_PER_SEC)
/* Failing for so long, a subscriber is disabled, and says why in `subscriber list`. */
#define HL_DELIVERY_GIVE_UP_MS (G_GINT64_CONSTANT (3) * 24 * 60 * 60 * 1000)
/* What one request holds when there is a backlog: whole units, up to so many events and bytes. */
#define HL_DELIVERY_EVENTS 100
#define HL_DELIVERY_BYTES (128 * 1024)

/* What all subscribers share; borrowed, outlives them. */
typedef struct {
  HlReactor       *reactor;
  HlWriter        *writer;
  HlReader        *reader;
  HlRegistry      *registry; /* on the writer's thread only */
  SoupSession     *session;
  gboolean         allow_http;
  HlMetricsFamily *deliveries; /* by result */
  guint            busy;     /* requests, reads and writes under way */
} HlDeliveryContext;

/* Every delivery carries webhook-id "<epoch>.<seq of its last event>". At least once: a delivery whose cursor was not written
 * down (a crash, a lost answer) comes again with the same id and the same events, never with others: with a backlog the end of
 * the next request is written down before it is sent, without one a request is one unit.
 * Main thread. Counted: what is under way holds a reference. */
typedef struct _HlDelivery HlDelivery;

HlDelivery *hl_delivery_new    (HlDeliveryContext      *context,
                                const HlSubscriberInfo *info);
/* Nothing more is begun, what is under way is cancelled; then unrefs. */
void        hl_delivery_stop   (HlDelivery *self);

const char *hl_delivery_get_location (HlDelivery *self);
guint64     hl_delivery_get_lag      (HlDelivery *self);

/* The row as it was read again: another URL, other secrets, enabled again. */
void        hl_delivery_update (HlDelivery             *self,
                                const HlSubscriberInfo *info);
/* The log has grown. */
void        hl_delivery_wake   (HlDelivery *self,
                                guint64     head);

G_END_DECLS
