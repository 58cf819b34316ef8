/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlLocal: the data folder of this device; one worker thread owns its files, everything here is
 * asynchronous. */
#pragma once

#include <gio/gio.h>

#include "local/hl-copy.h"
#include "local/hl-credentials.h"
#include "local/hl-outbox-row.h"
#include "local/hl-outbox.h"

G_BEGIN_DECLS

/* The folder holds: lock, credentials, outbox.db (FULL), copy.db (NORMAL), install-id. Jobs run in
 * the order in which they were asked for; a callback comes on the main context of the asker, after
 * the commit. Copy jobs that wait together share one commit. Use it from one thread. */
#define HL_TYPE_LOCAL (hl_local_get_type ())
G_DECLARE_FINAL_TYPE (HlLocal, hl_local, HL, LOCAL, GObject)

#define HL_LOCAL_MAX_LINES 2000 /* of the diary, that are read at the start; the rest when asked for */

/* What is there at the start. Everything owned. */
typedef struct {
  HlCredentials *credentials; /* NULL = not paired */
  char *install_id;           /* UUID, made at the first start */
  HlCopyContents *copy;
  GPtrArray *rows;      /* (element-type HlOutboxRow) by n */
  GHashTable *counters; /* device -> gint64 *: the highest n ever given out */
  HlOutboxPurged purged;
  gboolean salvaged; /* the outbox was damaged: some actions may be lost, say so */
  GPtrArray *lines;  /* the diary (element-type HlCopyLine) newest first, at most
                         HL_LOCAL_MAX_LINES */
} HlLocalContents;
void hl_local_contents_free (HlLocalContents *contents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLocalContents, hl_local_contents_free)

/* folder NULL: everything in memory, for the demonstration. */
HlLocal *hl_local_new (const char *folder);

/* Makes the folder (0700), takes the lock (G_IO_ERROR_BUSY: another process has it), opens and
 * reads everything. */
void hl_local_open_async (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data);
HlLocalContents *hl_local_open_finish (HlLocal *self, GAsyncResult *result, GError **error);

/* All finish with hl_local_finish (); callbacks may be NULL. */
gboolean hl_local_finish (HlLocal *self, GAsyncResult *result, GError **error);

/* ---- copy ---- */
void hl_local_put_snapshot (HlLocal *self, const HlPosition *position, GBytes *entities,
                            GAsyncReadyCallback callback, gpointer user_data);
void hl_local_put_events (HlLocal *self, const HlPosition *position, guint64 first_seq,
                          GBytes *events, GAsyncReadyCallback callback, gpointer user_data);
void hl_local_note_current (HlLocal *self, gint64 current_at, gint64 offset);
void hl_local_clear_copy (HlLocal *self);
void hl_local_add_line (HlLocal *self, HlCopyLine *line); /* takes the line */
/* The whole diary, newest first (transfer full) (element-type HlCopyLine). */
void hl_local_load_lines (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *hl_local_load_lines_finish (HlLocal *self, GAsyncResult *result, GError **error);

/* ---- outbox ---- */
/* Gives the row its n; finish tells it. */
void hl_local_add_row (HlLocal *self, const HlOutboxRow *row, GAsyncReadyCallback callback,
                       gpointer user_data);
gboolean hl_local_add_row_finish (HlLocal *self, GAsyncResult *result, guint64 *n, GError **error);
/* (element-type HlOutboxRow): copied */
void hl_local_update_rows (HlLocal *self, GPtrArray *rows, GAsyncReadyCallback callback,
                           gpointer user_data);
void hl_local_purge_rows (HlLocal *self, const HlOutboxTime *now, GAsyncReadyCallback callback,
                          gpointer user_data);

/* Removes rows (element-type HlOutboxRow, copied): a person was erased. */
void hl_local_forget_rows (HlLocal *self, GPtrArray *rows, GAsyncReadyCallback callback,
                           gpointer user_data);
/* After a job of the outbox failed with HL_DATABASE_ERROR_CORRUPT (all later ones do, too): all that is known of it goes into
 * a new file, the damaged one is kept aside. rows: every one; counters: device -> gint64 *. */
void hl_local_rebuild_outbox (HlLocal *self, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters,
                              GAsyncReadyCallback callback, gpointer user_data);
/* See hl_outbox_recount (). */
void hl_local_recount (HlLocal *self, const char *device, guint64 n, GAsyncReadyCallback callback, gpointer user_data);
/* After what was asked for before: nothing of what was removed can be found in the files any more; damaged ones that were kept
 * aside go, too (they go by themselves after 30 days). Every file in turn, whatever is wrong with another: after an error it is to
 * be done again; HL_DATABASE_ERROR_CORRUPT: once the outbox has been rebuilt. copy_only: what was removed was never in the outbox. */
void hl_local_sweep (HlLocal *self, gboolean copy_only, GAsyncReadyCallback callback, gpointer user_data);

/* A person has read that some actions may be lost: HlLocalContents:salvaged is not set for it at the next start. The damaged
 * files are kept as long as before. */
void hl_local_note_loss_known (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data);

/* ---- credentials ---- */
/* NULL removes them. */
void hl_local_put_credentials (HlLocal *self, const HlCredentials *credentials,
                               GAsyncReadyCallback callback, gpointer user_data);

const char *hl_local_get_sqlite_version (void); /* of the library, for reports */

/* The credentials as the file has them now: NULL without an error when there are none (transfer
 * full). */
void hl_local_load_credentials (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data);
HlCredentials *hl_local_load_credentials_finish (HlLocal *self, GAsyncResult *result,
                                                 GError **error);

/* Finishes what was asked for, closes the files and lets go of the lock. Later calls fail with
 * G_IO_ERROR_CLOSED. */
void hl_local_close_async (HlLocal *self, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
