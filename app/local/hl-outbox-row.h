/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlOutboxRow: one action as it stands in the outbox file: plain values that may cross threads. */
#pragma once

#include <glib.h>

#include "local/hl-outbox-item.h"

G_BEGIN_DECLS

typedef struct {
  char *device; /* of the pairing it was made under */
  guint64 n;
  char *id;
  HlItemState state;
  char *action; /* JSON: the members of the act frame without t and base */
  char *base;   /* JSON of a position, NULL = nothing had been seen */
  char *label;
  int outcome;          /* HlOutcome, -1 = none yet */
  int reason;           /* HlReason */
  char *detail;         /* JSON, may be NULL */
  guint64 seq;          /* last event of its unit, 0 = none */
  gint64 composed_at;   /* wall ms by this computer's clock */
  gint64 composed_boot; /* ms of CLOCK_BOOTTIME */
  char *boot_id;
  gint64 offset;     /* server_time minus this computer's wall clock when composed, ms;
                        HL_OFFSET_UNKNOWN */
  gint64 decided_at; /* wall ms, 0 = not */
  gboolean read;
  char *location; /* where it was made: the location's id; behind a "#" the keys and addresses of its server once this device was
                     paired elsewhere; NULL = not known: it was written by a version that did not say */
  gboolean damaged; /* not stored: the checksum did not fit */
} HlOutboxRow;

#define HL_OFFSET_UNKNOWN G_MININT64
#define HL_OUTBOX_SENT_AS "sent_as" /* member of the detail of a row in review */

HlOutboxRow *hl_outbox_row_copy (const HlOutboxRow *row);
void hl_outbox_row_free (HlOutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlOutboxRow, hl_outbox_row_free)

#define HL_OUTBOX_MAX_AGE_MS (4 * G_GINT64_CONSTANT (3600000))

/* What is known about time at this moment. */
typedef struct {
  gint64 wall; /* ms */
  gint64 boot; /* ms of CLOCK_BOOTTIME */
  const char *boot_id;
  gint64 offset; /* server_time minus wall, HL_OFFSET_UNKNOWN */
} HlOutboxTime;

/* Age in ms by CLOCK_BOOTTIME within one boot, by the wall clock across boots if the offset to
 * server_time is known on both ends; -1 = unknown. Never negative otherwise. */
gint64 hl_outbox_get_age (const HlOutboxRow *row, const HlOutboxTime *now);
/* When it was composed, ms by the server's clock; by this computer's where nothing better is known. */
gint64 hl_outbox_get_done_at (const HlOutboxRow *row, const HlOutboxTime *now);

/* Whether it is another location's: what is done in one house is never sent, and never shown, in another. A row that does
 * not say where it was made is of the house that its device is of. */
gboolean hl_outbox_row_is_foreign (const HlOutboxRow *row, const char *device, const char *location);

/* First 8 bytes of SHA-256 over all stored values. */
gint64 hl_outbox_row_get_checksum (const HlOutboxRow *row);
/* What was read as it stands in a file, with the sum that stands there: marks a row whose sum is
 * another one as damaged and puts it up for review, then takes numbers that mean nothing here (of a
 * later version) for what comes nearest. */
void hl_outbox_row_prove (HlOutboxRow *row, gint64 checksum);

/* The item shows what the row says; the row is copied. */
HlOutboxItem *hl_outbox_item_new (const HlOutboxRow *row);
const HlOutboxRow *hl_outbox_item_get_row (HlOutboxItem *self);
/* See hl_outbox_item_get_foreign (); may change with the pairing. */
void hl_outbox_item_set_foreign (HlOutboxItem *self, gboolean foreign);
/* Takes over new values and notifies; identity (device, n, id) must be the same. */
void hl_outbox_item_update (HlOutboxItem *self, const HlOutboxRow *row);

G_END_DECLS
