/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's connection log: what happened to every session, kept for a month, for people who ask why. */
#pragma once

#include "store/hl-registry.h"

G_BEGIN_DECLS

/* Rows of one location and of one device in it, at most: a device that connects in a loop pushes out its own older
 * rows, not the others' month of a normal house (some thousand rows), and the table stays in the tens of megabytes.
 * What no device is known of (refused before hello) counts as one device. */
#define HL_CONNECTIONS_MAX_ROWS 40000
#define HL_CONNECTIONS_MAX_DEVICE_ROWS 4000
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
  char *detail;    /* JSON object text */
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

/** hl_registry_purge_connections: forget what is older than @before, and of each device all but the newest
 * HL_CONNECTIONS_MAX_DEVICE_ROWS, of each location all but the newest HL_CONNECTIONS_MAX_ROWS. At most @max_rows a
 * call. @removed: (out) */
gboolean hl_registry_purge_connections (HlRegistry *self, gint64 before, guint max_rows,
                                        guint *removed, GError **error);

G_END_DECLS
