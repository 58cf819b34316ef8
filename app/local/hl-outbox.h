/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlOutbox: the file of this device's actions; WAL and synchronous FULL: what was committed
 * survives a power cut. */
#pragma once

#include "local/hl-outbox-row.h"
#include "util/hl-database.h"

G_BEGIN_DECLS

/* Every call is synchronous and is one transaction; one thread owns it. Errors are
 * HL_DATABASE_ERROR. */
typedef struct _HlOutbox HlOutbox;

/* Totals of rows that are no longer there, so that composed = the sum of all classes, at all times.
 */
typedef struct {
  guint64 composed;                                             /* ever, purged ones included */
  guint64 applied, no_op, disputed, refused, withdrawn, review; /* of purged rows only */
  guint64 recount; /* 1: the file was damaged, and the server has not been asked yet up to which number it knows us */
} HlOutboxPurged;

#define HL_OUTBOX_KEEP_MS (7 * G_GINT64_CONSTANT (86400000))

/* A damaged file, or one whose log is, is read page by page (hl-outbox-rescue.h); what can be read goes into a new one, which
 * takes its place once it is whole (hl-outbox-swap.h). While there is no room for that nothing is opened and nothing is moved.
 * *salvaged: a file is kept aside of which something may be lost. */
HlOutbox *hl_outbox_open (const char *path, const char *vfs, gboolean *salvaged, GError **error);
void hl_outbox_close (HlOutbox *self);

/* The file was found damaged while in use, and is closed: writes all that the program knows into a new one, which takes its
 * place whole; the damaged one is moved aside as by hl_outbox_open (). counters: device -> gint64 *. */
gboolean hl_outbox_rebuild (const char *path, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters,
                            GError **error);

/* All rows by n: (transfer full) (element-type HlOutboxRow). One whose checksum does not fit is
 * marked damaged and put up for review. Nothing is changed in the file. */
GPtrArray *hl_outbox_load (HlOutbox *self, HlOutboxPurged *purged, GError **error);
/* The highest n ever given out for a device; 0. */
guint64 hl_outbox_get_counter (HlOutbox *self, const char *device, GError **error);

/* The highest n ever given out, by device: (transfer full) device -> gint64 *. */
GHashTable *hl_outbox_load_counters (HlOutbox *self, GError **error);

/* After damage: the server knows this device up to n, so the next number is above it. */
gboolean hl_outbox_recount (HlOutbox *self, const char *device, guint64 n, GError **error);
/* Inserts the row. n 0: the next one of its device is given and set in the row; else n must be
 * above all that were ever given out (HL_DATABASE_ERROR_CONSTRAINT): numbers are never used twice,
 * also after a withdrawal or a purge. */
gboolean hl_outbox_add (HlOutbox *self, HlOutboxRow *row, GError **error);
/* Writes the present values of some rows in one transaction (element-type HlOutboxRow). */
gboolean hl_outbox_update (HlOutbox *self, GPtrArray *rows, GError **error);
/* Rows of before the location was stored: those of this device are of this location, in `rows` (as loaded) and in the file. */
gboolean hl_outbox_adopt (HlOutbox *self, GPtrArray *rows, const char *device, const char *location, GError **error);
/* Removes decided and withdrawn rows that were finished over 7 days ago and counts them; *n says how
 * many. Age is judged as by hl_outbox_get_age (), unknown stays: a computer whose clock jumps by a
 * year does not throw away what was decided tonight. */
gboolean hl_outbox_purge (HlOutbox *self, const HlOutboxTime *now, guint *n, GError **error);
/* Removes these rows (element-type HlOutboxRow) and counts them, as if they had been finished for
 * long: a person was erased. One that is gone already is no error, and not counted again. */
gboolean hl_outbox_forget (HlOutbox *self, GPtrArray *rows, GError **error);
/* Leaves nothing of former rows in the file. */
gboolean hl_outbox_sweep (HlOutbox *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlOutbox, hl_outbox_close)

G_END_DECLS
