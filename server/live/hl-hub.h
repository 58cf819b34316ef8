/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHub: all rooms of this server, and what their sessions share. */
#pragma once

#include <json-glib/json-glib.h>

#include "live/hl-connection-log.h"
#include "live/hl-reader.h"
#include "live/hl-writer.h"
#include "net/hl-reactor.h"
#include "net/hl-stream.h"
#include "store/hl-registry-cache.h"
#include "util/hl-metrics.h"

G_BEGIN_DECLS

typedef struct _HlHub HlHub;
typedef struct _HlRoom HlRoom;
typedef struct _HlSession HlSession;

typedef struct {
  guint heartbeat_ms;
  guint spread_ms;
  guint digest_s;      /* between two digests of a room */
  guint max_session_s; /* 0: none; a session that lives so long is asked to come again (4002) */
  guint sessions_per_token;      /* 0: no limit; a paired device has one session anyhow, the newest */
  guint sessions_per_location;   /* 0: no limit */
  guint sessions_per_address;    /* of those behind a trusted proxy; 0: no limit */
  GStrv pins;        /* transfer none, copied; may be NULL */
} HlHubConfig;

/* Cells that sessions and rooms move; borrowed from the registry. */
typedef struct {
  HlMetricsFamily *connections, *sessions_opened, *resumes, *closes;
  HlMetricsCell   *latency, *heartbeat_failures, *ring_hits, *ring_misses, *credit_stalls, *partials, *partials_dropped,
                  *digest_mismatches, *ignored, *acts, *frames;
  HlMetricsFamily *unsent, *in_flight, *head;
} HlLiveMetrics;

/* Main thread. Nothing is taken over but references to what is counted; @writer and @reader outlive the hub.
 * The writer's funcs have to lead to the three functions below. */
HlHub    *hl_hub_new             (HlReactor         *reactor,
                                  HlWriter          *writer,
                                  HlReader          *reader,
                                  HlMetrics         *metrics,
                                  const HlHubConfig *config);
void      hl_hub_free            (HlHub *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHub, hl_hub_free)

void      hl_hub_appended        (HlHub            *self,
                                  const char       *location,
                                  GPtrArray        *units,
                                  const HlPosition *head);
void      hl_hub_reset           (HlHub      *self,
                                  const char *location);
/* What stands in the log was replaced, position and all as before: nothing of it stays in memory. */
void      hl_hub_forget          (HlHub      *self,
                                  const char *location);
void      hl_hub_configure       (HlHub             *self,
                                  const HlHubConfig *config);

/* Where a follower came from; borrowed. */
typedef struct {
  const char *address;   /* as limits see it */
  const char *endpoint;  /* what it called us: the Host it asked for; may be NULL */
  gboolean    forwarded; /* @address was told by a trusted proxy: the listener could not count it */
} HlHubArrival;

/* Which of the limits of HlHubConfig one more follower would break: "token", "location" or "address"; NULL: none. */
const char *hl_hub_find_limit    (HlHub              *self,
                                  const char         *location,
                                  const HlTokenInfo  *token,
                                  const HlHubArrival *arrival);

/* A follower that was let in. @token: borrowed. @stream: transfer full. */
void      hl_hub_adopt           (HlHub              *self,
                                  const char         *location,
                                  const HlTokenInfo  *token,
                                  const HlHubArrival *arrival,
                                  HlStream           *stream);

/* One that was not, for the connection log. @token: NULL: none that is known. @cause: a problem's name. */
void      hl_hub_note_refused    (HlHub              *self,
                                  const char         *location,
                                  const HlTokenInfo  *token,
                                  const HlHubArrival *arrival,
                                  guint               status,
                                  const char         *cause);

/* Where the sessions' transitions are written; borrowed, outlives the hub. NULL: nowhere. */
void      hl_hub_set_connection_log (HlHub           *self,
                                     HlConnectionLog *log);

/* An unfinished transcript line; @data as in transcript_segment. Never logged. */
void      hl_hub_partial         (HlHub      *self,
                                  const char *location,
                                  JsonObject *data);

/* Tokens, devices or locations have changed: closes what is no longer allowed, at once (4401, 4404). */
void      hl_hub_revalidate      (HlHub           *self,
                                  HlRegistryCache *cache);

/* Going down: no new session; `bye` 4001 to each with its own slot of the spread, then close. */
void      hl_hub_stop            (HlHub *self);
guint     hl_hub_get_sessions    (HlHub *self);

/* {"devices":[...]}: who is connected to @location, how far behind, on which network. Transfer full. */
JsonObject *hl_hub_dup_presence  (HlHub      *self,
                                  const char *location);

/* --- for rooms and sessions --- */
HlReactor           *hl_hub_get_reactor  (HlHub *self);
HlWriter            *hl_hub_get_writer   (HlHub *self);
HlReader            *hl_hub_get_reader   (HlHub *self);
const HlLiveMetrics *hl_hub_get_metrics  (HlHub *self);
const HlHubConfig   *hl_hub_get_config   (HlHub *self);
/* The sessions of @room whose tokens have expired meanwhile are closed. */
void                 hl_hub_check_expiry (HlHub *self, HlRoom *room);
char                *hl_hub_make_id      (HlHub *self);   /* of a session; transfer full */
/* A session has begun or ended, for the limits. @address: NULL: the listener counts it. */
void                 hl_hub_count        (HlHub      *self,
                                          const char *token_id,
                                          const char *address,
                                          gboolean    begins);
/* @row: transfer full */
void                 hl_hub_log          (HlHub           *self,
                                          HlConnectionRow *row);

G_END_DECLS
