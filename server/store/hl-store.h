/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interface of the durable log: one ordered log a location, and what must be written with it.
 *
 * THREADS. Every call is synchronous and may block on the disk. A store object belongs to one thread
 * at a time: the writing store to the writer thread (hostlinectl offline: its only thread), a reader
 * (hl_store_open_reader ()) to the reader thread. Never call a store from the main thread of
 * hostlined. Two stores on the same file may be used at the same time from two threads. Nothing here
 * needs or runs a main context.
 *
 * THE WRITER'S TURN.
 *
 *     hl_store_begin_group ()
 *       for each waiting request
 *         hl_store_begin_request ()
 *           lookup_request / lookup_outcome / lookup_event_key     known? answer as before
 *           append_unit ()... put_event_key ()... put_request () or put_outcome ()
 *         hl_store_end_request ()           or hl_store_rollback_request (): only this request goes
 *     hl_store_commit_group ()              one fsync; only now may anybody be told
 *
 * What a request reads includes what earlier requests of the same group wrote. Calls that write may
 * also be made outside a group; each is then a transaction of its own (registry changes at start).
 *
 * FAILURE. If commit_group () fails, nothing is known about the group: the store is *broken*, and each
 * call fails with HL_STORE_ERROR_FAILED until hl_store_reopen (). Then read the head and rebuild: what
 * is found in the log was done. A write that fails within a group may break the store in the same way
 * (SQLite rolls the whole transaction back when the disk is really full); ask hl_store_is_broken ().
 * If it is not, only the request is lost: roll it back, answer 503, go on. The space guard's
 * HL_STORE_ERROR_FULL never breaks it.
 *
 * THE CHAIN. h(0) = 0. h(n) = the first 8 bytes, big-endian, of SHA-256 over
 *     h(n-1) as 8 big-endian bytes, then the event's id as its bytes (no terminator), then the 32 bytes
 *     of SHA-256 (stored body).
 * A body may be replaced later (redaction): its stored digest stays, so h stays.
 */
#pragma once

#include <glib-object.h>

#include "store/hl-store-error.h"
#include "store/hl-store-rows.h"
#include "wire/hl-position.h"

G_BEGIN_DECLS

/* A unit is at most this many events, and one event with its frame at most 256 KiB (a floor plan is that
 * large; publishers' events are held to 64 KiB before they come here). */
#define HL_STORE_MAX_UNIT 64
#define HL_STORE_MAX_BODY (256 * 1024 - 1024)

/* The source of remembered answers to voice agents' tools: they may hold a name, so that every erasure takes all of them. */
#define HL_STORE_SOURCE_TOOLS "tools"

/* Bounds on what is kept of unreadable webhook bodies: per hook, oldest dropped first. */
#define HL_STORE_UNREADABLE_ROWS 50
#define HL_STORE_UNREADABLE_BYTES 65536

#define HL_TYPE_STORE (hl_store_get_type ())
G_DECLARE_INTERFACE (HlStore, hl_store, HL, STORE, GObject)

/** HlStoreCheckFunc: called for each finding of hl_store_check () with one sentence. */
typedef void (*HlStoreCheckFunc) (const char *finding, gpointer user_data);

struct _HlStoreInterface {
  GTypeInterface parent;

  HlStore *(*open_reader) (HlStore *self, GError **error);
  gboolean (*reopen) (HlStore *self, GError **error);
  gboolean (*is_broken) (HlStore *self);

  gboolean (*begin_group) (HlStore *self, GError **error);
  gboolean (*commit_group) (HlStore *self, GError **error);
  void (*abort_group) (HlStore *self);
  gboolean (*begin_request) (HlStore *self, GError **error);
  gboolean (*end_request) (HlStore *self, GError **error);
  gboolean (*rollback_request) (HlStore *self, GError **error);

  gboolean (*add_location) (HlStore *self, const char *id, const char *name, const char *timezone,
                            gint64 now, GError **error);
  gboolean (*set_location) (HlStore *self, const char *id, const char *name, const char *timezone,
                            GError **error);
  gboolean (*remove_location) (HlStore *self, const char *id, GError **error);
  HlStoreLocation *(*get_location) (HlStore *self, const char *id, GError **error);
  GPtrArray *(*list_locations) (HlStore *self, GError **error);

  HlPosition *(*get_head) (HlStore *self, const char *location, GError **error);
  guint64 (*get_floor) (HlStore *self, const char *location, GError **error);
  HlPosition *(*position_at) (HlStore *self, const char *location, guint64 seq, GError **error);
  gboolean (*append_unit) (HlStore *self, const char *location, const HlPosition *expected,
                           HlStoreEvent *events, guint n_events, HlPosition **position,
                           GError **error);
  GPtrArray *(*read_units) (HlStore *self, const char *location, guint64 after, guint max_events,
                            gsize max_bytes, GError **error);

  gboolean (*lookup_request) (HlStore *self, const char *location, const char *source,
                              const char *key, HlStoreRequest **request, GError **error);
  gboolean (*put_request) (HlStore *self, const char *location, const char *source, const char *key,
                           const guint8 *fingerprint, guint status, const char *answer, gint64 now,
                           GError **error);
  gboolean (*lookup_event_key) (HlStore *self, const char *location, const char *source_kind,
                                const char *source, const char *key, guint64 *seq, GError **error);
  gboolean (*put_event_key) (HlStore *self, const char *location, const char *source_kind,
                             const char *source, const char *key, guint64 seq, GError **error);

  gboolean (*lookup_outcome) (HlStore *self, const char *location, const char *device,
                              const char *act, HlStoreOutcome **outcome, GError **error);
  gboolean (*lookup_outcome_n) (HlStore *self, const char *location, const char *device, guint64 n,
                                HlStoreOutcome **outcome, GError **error);
  gboolean (*put_outcome) (HlStore *self, const char *location, const char *device, guint64 n,
                           const char *act, const char *outcome, gint64 now, GError **error);
  gboolean (*get_mark) (HlStore *self, const char *location, const char *device, guint64 *n,
                        GError **error);

  gboolean (*put_snapshot) (HlStore *self, const char *location, const HlPosition *position,
                            GBytes *blob, gint64 now, GError **error);
  gboolean (*get_snapshot) (HlStore *self, const char *location, HlPosition **position,
                            GBytes **blob, GError **error);

  gboolean (*put_unreadable) (HlStore *self, const char *location, const char *hook, gint64 received,
                              const char *reason, const char *content_type, GBytes *body,
                              GError **error);
  GPtrArray *(*list_unreadable) (HlStore *self, const char *location, const char *hook,
                                 GError **error);

  gboolean (*purge) (HlStore *self, gint64 before, guint max_rows, guint *removed, GError **error);
  gboolean (*check) (HlStore *self, gboolean whole, HlStoreCheckFunc func, gpointer user_data,
                     guint *findings, GError **error);
};

/* ---- life ---- */

/**
 * hl_store_open_reader: a second, read-only store on the same data, for another thread. Each of its
 * reads is a short transaction of its own (a long one would let the write-ahead log grow without
 * bound), so two reads may see two heads. May be called from any thread; use the result on one.
 *
 * Returns: (transfer full) (nullable)
 */
HlStore *hl_store_open_reader (HlStore *self, GError **error);

/** hl_store_reopen: after a failed commit: close, open, forget the group. Idempotent. Also fails while
 * the disk is gone: try again later; until then the store stays broken. */
gboolean hl_store_reopen (HlStore *self, GError **error);

/** hl_store_is_broken: TRUE after a failed commit, until a reopen succeeded; and for good once this or another store on the
 * same file has met damage, on whatever thread. */
gboolean hl_store_is_broken (HlStore *self);

/** hl_store_may_pass: whether what failed with @error may well succeed when it is tried again at once, if need be in a
 * store that was opened again: TRUE for I/O, locks and a head that moved; FALSE for a full disk, damage, and whatever the
 * caller did wrong. */
gboolean hl_store_may_pass (const GError *error);

/* ---- groups and requests ---- */

gboolean hl_store_begin_group (HlStore *self, GError **error);
gboolean hl_store_commit_group (HlStore *self, GError **error);

/** hl_store_abort_group: undo the whole open group (nothing of it was told to anybody). */
void hl_store_abort_group (HlStore *self);

/** Requests do not nest. A request also works outside a group: end_request () then commits it. One whose end fails has been
 * rolled back: there is nothing left to roll back then. Any of these may fail because another thread has met damage. */
gboolean hl_store_begin_request (HlStore *self, GError **error);
gboolean hl_store_end_request (HlStore *self, GError **error);
gboolean hl_store_rollback_request (HlStore *self, GError **error);

/* ---- locations ---- */

/** hl_store_add_location: @id as [a-z0-9][a-z0-9-]{0,62}; gets a random epoch, seq 0, h 0. A location
 * that was removed and is added again has another epoch. HL_STORE_ERROR_EXISTS, _INVALID. */
gboolean hl_store_add_location (HlStore *self, const char *id, const char *name,
                                const char *timezone, gint64 now, GError **error);

/** hl_store_set_location: the row follows the log: call it in the request that appends a
 * `location_updated` with a new name or timezone. NULL leaves a column as it is. */
gboolean hl_store_set_location (HlStore *self, const char *id, const char *name,
                                const char *timezone, GError **error);

/** hl_store_remove_location: the location, its log, keys, devices, tokens bound only to it, all. */
gboolean hl_store_remove_location (HlStore *self, const char *id, GError **error);

/** Returns: (transfer full) (nullable): NULL with HL_STORE_ERROR_UNKNOWN_LOCATION */
HlStoreLocation *hl_store_get_location (HlStore *self, const char *id, GError **error);

/** Returns: (transfer full) (element-type HlStoreLocation): ordered by id; the array frees its items */
GPtrArray *hl_store_list_locations (HlStore *self, GError **error);

/* ---- the log ---- */

/** Returns: (transfer full) (nullable): the position of the last event */
HlPosition *hl_store_get_head (HlStore *self, const char *location, GError **error);

/** hl_store_get_floor: lowest replayable seq, at least 1; 0 on error. A follower at `floor - 1` or
 * above can be resumed. */
guint64 hl_store_get_floor (HlStore *self, const char *location, GError **error);

/**
 * hl_store_position_at: the position as it stood at @seq, for comparing a follower's or an action's.
 * floor-1 and 0 (while floor is 1) have one too. HL_STORE_ERROR_BELOW_FLOOR under that, and
 * HL_STORE_ERROR_CONFLICT above the head.
 *
 * Returns: (transfer full) (nullable)
 */
HlPosition *hl_store_position_at (HlStore *self, const char *location, guint64 seq, GError **error);

/**
 * hl_store_append_unit: append one unit, whole.
 * @expected: must equal the head (epoch, seq and h), else HL_STORE_ERROR_CONFLICT
 * @events: 1..HL_STORE_MAX_UNIT events; `h` of each is filled in
 * @position: (out) (optional) (transfer full): the position after the unit
 */
gboolean hl_store_append_unit (HlStore *self, const char *location, const HlPosition *expected,
                               HlStoreEvent *events, guint n_events, HlPosition **position,
                               GError **error);

/**
 * hl_store_read_units: the units after seq @after, in order; only whole ones. Stops before the unit
 * that would exceed @max_events or @max_bytes (sum of bodies); one unit is always given if there is
 * one. @after must be the end of a unit; 0 or floor-1 is the start. An empty array: nothing is newer.
 * HL_STORE_ERROR_BELOW_FLOOR, _CORRUPT (whole units before the bad one are given first).
 *
 * Returns: (transfer full) (element-type HlStoreRow) (nullable): the array frees its items
 */
GPtrArray *hl_store_read_units (HlStore *self, const char *location, guint64 after,
                                guint max_events, gsize max_bytes, GError **error);

/* ---- keys and outcomes: all lookups return FALSE only on error; not known is TRUE and NULL or 0 ---- */

/** hl_store_lookup_request: @source is the publisher's token id, or the hook's id; at most 128 bytes.
 * @key at most 255 bytes. @request: (out) (transfer full) (nullable) */
gboolean hl_store_lookup_request (HlStore *self, const char *location, const char *source,
                                  const char *key, HlStoreRequest **request, GError **error);

/** hl_store_put_request: remember the whole first answer, in the same request as what it did.
 * HL_STORE_ERROR_EXISTS if the key is known (look up first). */
gboolean hl_store_put_request (HlStore *self, const char *location, const char *source,
                               const char *key, const guint8 *fingerprint, guint status,
                               const char *answer, gint64 now, GError **error);

/** hl_store_lookup_event_key: @source_kind names the name space ("retell", "cloudevents", ...), so
 * that two kinds of source never share keys. @key at most 512 bytes. @seq: (out): 0 if not known */
gboolean hl_store_lookup_event_key (HlStore *self, const char *location, const char *source_kind,
                                    const char *source, const char *key, guint64 *seq,
                                    GError **error);
gboolean hl_store_put_event_key (HlStore *self, const char *location, const char *source_kind,
                                 const char *source, const char *key, guint64 seq, GError **error);

/** hl_store_lookup_outcome: by the action's id. @outcome: (out) (transfer full) (nullable) */
gboolean hl_store_lookup_outcome (HlStore *self, const char *location, const char *device,
                                  const char *act, HlStoreOutcome **outcome, GError **error);

/** hl_store_lookup_outcome_n: by the device's counter, n >= 1: tells a copied device (another act). */
gboolean hl_store_lookup_outcome_n (HlStore *self, const char *location, const char *device,
                                    guint64 n, HlStoreOutcome **outcome, GError **error);

/** hl_store_put_outcome: of every decided action, refused and no_op too. Raises the device's mark to
 * @n; @n 0: an action without a counter (HTTP). HL_STORE_ERROR_EXISTS if act or n is known. */
gboolean hl_store_put_outcome (HlStore *self, const char *location, const char *device, guint64 n,
                               const char *act, const char *outcome, gint64 now, GError **error);

/** hl_store_get_mark: the highest n decided for the device; 0 if none. */
gboolean hl_store_get_mark (HlStore *self, const char *location, const char *device, guint64 *n,
                            GError **error);

/* ---- snapshots: only to start fast; losing one costs time, never data ---- */

/** hl_store_put_snapshot: replaces the location's snapshot. @position must stand in the log. */
gboolean hl_store_put_snapshot (HlStore *self, const char *location, const HlPosition *position,
                                GBytes *blob, gint64 now, GError **error);

/** hl_store_get_snapshot: @position and @blob stay NULL (and TRUE is returned) if there is none, if
 * its checksum fails, or if the log's h at its seq is another: fold the whole log then. */
gboolean hl_store_get_snapshot (HlStore *self, const char *location, HlPosition **position,
                                GBytes **blob, GError **error);

/* ---- unreadable webhook bodies ---- */

gboolean hl_store_put_unreadable (HlStore *self, const char *location, const char *hook,
                                  gint64 received, const char *reason, const char *content_type,
                                  GBytes *body, GError **error);
/** Returns: (transfer full) (element-type HlStoreUnreadable): newest first */
GPtrArray *hl_store_list_unreadable (HlStore *self, const char *location, const char *hook,
                                     GError **error);

/* ---- upkeep ---- */

/** hl_store_purge: forget request keys, action outcomes and unreadable bodies from before @before (ms;
 * the caller keeps at least 7 days), at most @max_rows of each a call. @removed: (out): how many. */
gboolean hl_store_purge (HlStore *self, gint64 before, guint max_rows, guint *removed,
                         GError **error);

/** hl_store_check: the file's structure (integrity_check if @whole, else quick_check), then of each
 * location: no hole in seq, each checksum, the chain of h, units whole, head as the last row, keys that
 * point into the log. FALSE only if the check itself could not be done; @findings counts what it found. */
gboolean hl_store_check (HlStore *self, gboolean whole, HlStoreCheckFunc func, gpointer user_data,
                         guint *findings, GError **error);

G_END_DECLS
