/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain structures that go into and come out of a store. */
#pragma once

#include <glib-object.h>

#include "wire/hl-position.h"

G_BEGIN_DECLS

/**
 * HlStoreEvent: one event on its way into the log. All pointers are borrowed for the call.
 *
 * @seq:      must be the expected position's seq + 1 + its index, because @body spells it out
 * @id:       1..64 of [A-Za-z0-9._:-]
 * @kind:     the kind's JSON name
 * @at:       ms since the epoch, as the event says
 * @received: ms since the epoch, the server's clock
 * @act:      (nullable): id of the action that caused it
 * @end:      TRUE on the last event of the unit, and only there
 * @body:     the exact wire text, UTF-8, as it stands in an `events` frame; @length bytes
 * @h:        (out): set by append_unit: h at this seq
 */
typedef struct {
  guint64 seq;
  const char *id;
  const char *kind;
  gint64 at;
  gint64 received;
  const char *act;
  gboolean end;
  const char *body;
  gsize length;
  guint64 h;
} HlStoreEvent;

/** HlStoreRow: one event read back; its checksum held. Everything is owned by the row. */
typedef struct {
  guint64 seq;
  guint64 h;
  char *id;
  char *kind;
  char *act; /* (nullable) */
  gint64 at;
  gint64 received;
  gboolean end;
  gboolean redacted;
  char *body; /* NUL-terminated for convenience, @length bytes without it */
  gsize length;
} HlStoreRow;

void hl_store_row_free (HlStoreRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStoreRow, hl_store_row_free)

/** HlStoreLocation: a location's row. */
typedef struct {
  char *id;
  char *name;
  char *timezone;
  gint64 created; /* ms since the epoch */
  HlPosition *head; /* epoch, last seq, its h; an empty log is seq 0, h 0 */
  guint64 floor;    /* lowest seq that can still be replayed; 1 while nothing was purged */
} HlStoreLocation;

void hl_store_location_free (HlStoreLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStoreLocation, hl_store_location_free)

#define HL_STORE_FINGERPRINT_BYTES 32

/** HlStoreRequest: the remembered first answer to a request key. */
typedef struct {
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES]; /* SHA-256 of path and raw body */
  guint status;                                    /* HTTP status of the first answer */
  char *answer;                                    /* body of the first answer */
  gint64 at;                                       /* ms since the epoch */
} HlStoreRequest;

void hl_store_request_free (HlStoreRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStoreRequest, hl_store_request_free)

/** HlStoreOutcome: what became of an action. */
typedef struct {
  char *act;     /* the action's id */
  guint64 n;     /* the device's counter; 0 if the action had none (HTTP) */
  char *outcome; /* JSON text, opaque to the store: the members of `done` */
  gint64 at;     /* ms since the epoch: when it was decided */
} HlStoreOutcome;

void hl_store_outcome_free (HlStoreOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStoreOutcome, hl_store_outcome_free)

/** HlStoreUnreadable: the body of a webhook that was authentic but could not be read. */
typedef struct {
  gint64 row;
  char *hook;
  gint64 received;
  char *reason;
  char *content_type; /* (nullable) */
  GBytes *body;       /* at most HL_STORE_UNREADABLE_BYTES; cut if it was longer */
} HlStoreUnreadable;

void hl_store_unreadable_free (HlStoreUnreadable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStoreUnreadable, hl_store_unreadable_free)

G_END_DECLS
