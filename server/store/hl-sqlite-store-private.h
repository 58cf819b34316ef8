/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the SQLite store (and the registry, whose rows lie in the same file) share. */
#pragma once

#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/* Shared by a store and its readers, which are other threads'. */
typedef struct {
  gint found; /* atomic */
  HlStoreDamageFunc func;
  gpointer data;
} HlSqliteDamage;

struct _HlSqliteStore {
  GObject parent_instance;

  char *directory;
  char *path;
  char *vfs;
  gboolean read_only;

  HlDatabase *db; /* NULL while broken and not reopened */
  gboolean broken;
  gboolean in_group;
  gboolean in_request;
  HlSqliteDamage *damage; /* atomic rc box */
  gboolean full; /* the guard's answer for the open group or request */

  HlStoreCommitFunc commit_func;
  gpointer commit_data;
  guint64 min_free;
  HlStoreSpaceFunc space_func;
  gpointer space_data;
};

/* The schema; step i leads from version i to i + 1. */
extern const HlDatabaseStep hl_sqlite_schema_steps[];
extern const guint hl_sqlite_schema_n_steps;

typedef enum {
  HL_STORE_NEED_READ,
  HL_STORE_NEED_WRITE,       /* refused when the disk is nearly full */
  HL_STORE_NEED_WRITE_ALWAYS /* revoking, removing: also then */
} HlStoreNeed;

/* Begins what a call does. @own: (out): TRUE if a transaction had to be opened for it, because neither a
 * group nor a request was. */
gboolean hl_sqlite_store_enter (HlSqliteStore *self, HlStoreNeed need, gboolean *own,
                                GError **error);

/* Ends it: commits or rolls back an own transaction. @failure: (transfer full) (nullable): why the call
 * failed; an HL_DATABASE_ERROR is turned into an HL_STORE_ERROR. Returns: TRUE if all went well. */
gboolean hl_sqlite_store_leave (HlSqliteStore *self, gboolean own, GError *failure,
                                GError **error);

/* Turns @failure (transfer full) into an HL_STORE_ERROR, and notes whether it broke the group.
 * Returns: FALSE, always. */
gboolean hl_sqlite_store_fail (HlSqliteStore *self, GError *failure, GError **error);

gboolean hl_sqlite_store_unknown_location (const char *location, GError **error);

/* A read that found one row: a new location object from the columns of HL_SQLITE_LOCATION_COLUMNS. */
#define HL_SQLITE_LOCATION_COLUMNS "id, name, timezone, epoch, created, seq, h, floor"
HlStoreLocation *hl_sqlite_store_location_from_row (HlStatement *row);

/* hl-sqlite-log.c */
HlPosition *hl_sqlite_log_get_head (HlStore *store, const char *location, GError **error);
guint64 hl_sqlite_log_get_floor (HlStore *store, const char *location, GError **error);
HlPosition *hl_sqlite_log_position_at (HlStore *store, const char *location, guint64 seq,
                                       GError **error);
gboolean hl_sqlite_log_append_unit (HlStore *store, const char *location,
                                    const HlPosition *expected, HlStoreEvent *events,
                                    guint n_events, HlPosition **position, GError **error);
GPtrArray *hl_sqlite_log_read_units (HlStore *store, const char *location, guint64 after,
                                     guint max_events, gsize max_bytes, GError **error);

/* hl-sqlite-event.c: one row of the log */
#define HL_SQLITE_EVENT_COLUMNS \
  "seq, id, kind, at, received, act, last, redacted, digest, h, crc, body, day"

guint32 hl_sqlite_event_crc (const char *location, const HlStoreRow *row, const guint8 *digest);
/* Returns: (transfer full) (nullable): a row whose checksum held; @digest: (out) (optional) */
HlStoreRow *hl_sqlite_event_from_row (HlStatement *statement, const char *location, guint8 *digest,
                                      GError **error);
gboolean hl_sqlite_event_insert (HlDatabase *db, const char *location, const HlStoreRow *row,
                                 const guint8 *digest, GError **error);

/* hl-sqlite-keys.c */
gboolean hl_sqlite_keys_lookup_request (HlStore *store, const char *location, const char *source,
                                        const char *key, HlStoreRequest **request, GError **error);
gboolean hl_sqlite_keys_put_request (HlStore *store, const char *location, const char *source,
                                     const char *key, const guint8 *fingerprint, guint status,
                                     const char *answer, gint64 now, GError **error);
gboolean hl_sqlite_keys_lookup_event_key (HlStore *store, const char *location,
                                          const char *source_kind, const char *source,
                                          const char *key, guint64 *seq, GError **error);
gboolean hl_sqlite_keys_put_event_key (HlStore *store, const char *location,
                                       const char *source_kind, const char *source,
                                       const char *key, guint64 seq, GError **error);
gboolean hl_sqlite_keys_lookup_outcome (HlStore *store, const char *location, const char *device,
                                        const char *act, HlStoreOutcome **outcome, GError **error);
gboolean hl_sqlite_keys_lookup_outcome_n (HlStore *store, const char *location,
                                          const char *device, guint64 n, HlStoreOutcome **outcome,
                                          GError **error);
gboolean hl_sqlite_keys_put_outcome (HlStore *store, const char *location, const char *device,
                                     guint64 n, const char *act, const char *outcome, gint64 now,
                                     GError **error);
gboolean hl_sqlite_keys_get_mark (HlStore *store, const char *location, const char *device,
                                  guint64 *n, GError **error);
gboolean hl_sqlite_keys_purge (HlStore *store, gint64 before, guint max_rows, guint *removed,
                               GError **error);

/* hl-sqlite-blobs.c: snapshots and unreadable bodies */
guint32 hl_sqlite_snapshot_crc (const char *location, const HlPosition *position, GBytes *blob);
/* @row: epoch, seq, h, crc, blob. Returns: (transfer full) (nullable): what it is a snapshot of, and its @blob; NULL: it is
 * damaged, and there is no @blob */
HlPosition *hl_sqlite_snapshot_from_row (HlStatement *row, const char *location, GBytes **blob);
gboolean hl_sqlite_blobs_put_snapshot (HlStore *store, const char *location,
                                       const HlPosition *position, GBytes *blob, gint64 now,
                                       GError **error);
gboolean hl_sqlite_blobs_get_snapshot (HlStore *store, const char *location,
                                       HlPosition **position, GBytes **blob, GError **error);
gboolean hl_sqlite_blobs_put_unreadable (HlStore *store, const char *location, const char *hook,
                                         gint64 received, const char *reason,
                                         const char *content_type, GBytes *body, GError **error);
GPtrArray *hl_sqlite_blobs_list_unreadable (HlStore *store, const char *location,
                                            const char *hook, GError **error);

/* hl-sqlite-check.c */
gboolean hl_sqlite_check (HlStore *store, gboolean whole, HlStoreCheckFunc func,
                          gpointer user_data, guint *findings, GError **error);

G_END_DECLS
