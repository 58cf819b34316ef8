/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's connection log: what happened to every session, kept for a month, for people who ask why. */
#pragma once

#include "store/hl-registry.h"

G_BEGIN_DECLS

/* Thirty days of every device, however often it comes and goes: what is older than its newest 3,000 rows is told by the hour,
 * one row for all that say the same (hl-connection-fold.h), and what is older than 1,000 of those by the day. A stand that
 * connects anew every minute has half a day of every step, a week by the hour and the rest by the day, in less than 5,000 rows;
 * nothing is left out of counts and durations. Where a location has more than 40,000 rows, its devices share them: each keeps
 * less of the first two kinds. What no device is known of (refused before hello) counts as one device.
 *
 * Only who means harm (another name, another Host header each time) gets beyond that: it loses its own oldest rows. The table
 * stays in the tens of megabytes. */
#define HL_CONNECTIONS_DEVICE_ROWS 3000
#define HL_CONNECTIONS_DEVICE_HOURS 1000
#define HL_CONNECTIONS_MAX_DEVICE_ROWS 6000
#define HL_CONNECTIONS_SHARED_ROWS 40000
#define HL_CONNECTIONS_MAX_ROWS 80000
#define HL_CONNECTIONS_KEEP_MS (G_GINT64_CONSTANT (30) * 24 * 60 * 60 * 1000)

/** HlConnectionRow: one transition of a session, or of the server itself. */
typedef struct {
  gint64 row;      /* 0 before it is stored; rises */
  gint64 at;       /* ms since the epoch */
  char *location;  /* (nullable): NULL: of the server as a whole */
  char *what;      /* "open", "welcome", "digest", "bye", "close", "refused", "server" */
  char *session;   /* (nullable) */
  char *device;    /* (nullable): not known before hello */
  guint code;      /* close code of bye and close, HTTP status of refused, 0 otherwise */
  char *cause;     /* a short phrase; never anything that a caller said */
  char *detail;    /* JSON object text; of many rows that were made one: hl-connection-fold.h */
} HlConnectionRow;

/** Returns: (transfer full): @cause and @detail are empty; texts are copied */
HlConnectionRow *hl_connection_row_new (gint64 at, const char *location, const char *what,
                                        const char *session, const char *device);
void hl_connection_row_free (HlConnectionRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlConnectionRow, hl_connection_row_free)

/** hl_registry_add_connections: one transaction (or part of the open one). A row of a location that has
 * gone meanwhile is left out. @rows: (element-type HlConnectionRow). Not done while the disk is nearly full. */
gboolean hl_registry_add_connections (HlRegistry *self, GPtrArray *rows, GError **error);

/**
 * hl_registry_begin_connections: at the start of the server. Each session that a former run left open gets its
 * `close` (it ended with that run), and one row says that the server has started, and whether the former run
 * had ended in order.
 */
gboolean hl_registry_begin_connections (HlRegistry *self, gint64 now, GError **error);

/** What to list. Texts are borrowed. */
typedef struct {
  const char *location;
  const char *device; /* (nullable): its id, or the label that it gave */
  gint64 since;       /* ms since the epoch; 0: all */
  gint64 after;       /* row after which to go on */
  guint limit;
} HlConnectionQuery;

/** Returns: (transfer full) (nullable) (element-type HlConnectionRow): in the order of what happened; the
 * server's own rows are among them unless a device was asked for */
GPtrArray *hl_registry_list_connections (HlRegistry *self, const HlConnectionQuery *query,
                                         GError **error);

/** hl_registry_purge_connections: forget what is older than @before, tell as one what each device has too much of, and
 * forget what a device or a location has beyond its most. @handled: (out): rows that were taken out or became part of another:
 * up to @max_rows a call; as many as that: there may be more to do */
gboolean hl_registry_purge_connections (HlRegistry *self, gint64 before, guint max_rows,
                                        guint *handled, GError **error);

G_END_DECLS
