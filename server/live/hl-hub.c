/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHub: all rooms of this server, and what their sessions share. */
#include "live/hl-hub.h"

#include "live/hl-room.h"
#include "live/hl-session.h"
#include "live/hl-tally.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "wire/hl-close.h"

/* Rows of refused upgrades a minute: of one token or address at one location, and in all. */
#define MAX_REFUSED_OF_ONE 6
#define MAX_REFUSED 120

struct _HlHub {
  HlReactor       *reactor;
  HlWriter        *writer;
  HlReader        *reader;
  HlLiveMetrics    metrics;
  HlHubConfig      config;
  HlRegistryCache *registry;
  HlConnectionLog *log;      /* may be NULL */
  HlTally         *by_token;
  HlTally         *by_address; /* only what a proxy told */
  gint64           refused_since;
  guint            refused;  /* rows since then */
  HlTally         *refused_of; /* the same by who was refused, and where */
  GHashTable      *rooms;    /* location -> HlRoom */
  char            *life;     /* random: session ids of two lives of the server never meet */
  guint            counter;
  gboolean         stopping;
};

static void
measure (HlMetrics *registry, gpointer user_data)
{
  HlHub *self = user_data;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const HlPosition *head = hl_room_get_head (value);
    guint64 unsent, in_flight;

    hl_room_measure (value, &unsent, &in_flight);
    hl_metrics_set (hl_metrics_get (self->metrics.unsent, key, NULL), unsent);
    hl_metrics_set (hl_metrics_get (self->metrics.in_flight, key, NULL), in_flight);
    hl_metrics_set (hl_metrics_get (self->metrics.head, key, NULL), head != NULL ? head->seq : 0);
  }
}

static HlMetricsCell *
counter (HlMetrics *metrics, const char *name, const char *help)
{
  return hl_metrics_get (hl_metrics_counter (metrics, name, help, NULL), NULL);
}

static void
make_metrics (HlHub *self, HlMetrics *metrics)
{
  static const char *const location[] = { "location", NULL };
  static const char *const resume[] = { "mode", "reason", NULL };
  static const char *const code[] = { "code", NULL };
  static const double seconds[] = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 };
  HlLiveMetrics *m = &self->metrics;

  m->connections = hl_metrics_gauge (metrics, "hostline_connections", "Sessions open now.", location);
  m->sessions_opened = hl_metrics_counter (metrics, "hostline_reconnects_total", "Sessions that said hello.", location);
  m->resumes = hl_metrics_counter (metrics, "hostline_resumes_total", "How sessions went on, and why.", resume);
  m->closes = hl_metrics_counter (metrics, "hostline_closes_total", "Sessions closed, by close code.", code);
  m->unsent = hl_metrics_gauge (metrics, "hostline_client_unsent", "Actions that clients report as waiting.", location);
  m->in_flight = hl_metrics_gauge (metrics, "hostline_credit_used_events",
                                   "Events past the last ack of the session that is furthest behind.", location);
  m->head = hl_metrics_gauge (metrics, "hostline_head_seq", "Last seq of the log.", location);
  m->latency = hl_metrics_get (hl_metrics_histogram (metrics, "hostline_append_to_ack_seconds",
                                                     "From an event's COMMIT to a session's ack.", NULL, seconds,
                                                     G_N_ELEMENTS (seconds)), NULL);
  m->heartbeat_failures = counter (metrics, "hostline_heartbeat_failures_total", "Sessions closed for silence.");
  m->ring_hits = counter (metrics, "hostline_ring_hits_total", "Units sent from memory.");
  m->ring_misses = counter (metrics, "hostline_ring_misses_total", "Pages read from the store.");
  m->credit_stalls = counter (metrics, "hostline_credit_stalls_total", "Times that a session's credit was used up.");
  m->partials = counter (metrics, "hostline_partials_total", "Unfinished lines sent.");
  m->partials_dropped = counter (metrics, "hostline_partials_dropped_total", "Unfinished lines that were overtaken.");
  m->digest_mismatches = counter (metrics, "hostline_digest_mismatches_total",
                                  "Digests that did not match a follower's state.");
  m->ignored = counter (metrics, "hostline_frames_ignored_total",
                        "Frames of types that only a newer version of the client knows.");
  m->acts = counter (metrics, "hostline_actions_total", "Actions received from sessions.");
  m->frames = counter (metrics, "hostline_frames_sent_total", "Frames given to sockets.");
  hl_metrics_add_collector (metrics, measure, self);
}

HlHub *
hl_hub_new (HlReactor *reactor, HlWriter *writer, HlReader *reader, HlMetrics *metrics, const HlHubConfig *config)
{
  HlHub *self = g_new0 (HlHub, 1);

  self->reactor = hl_reactor_ref (reactor);
  self->writer = writer;
  self->reader = reader;
  self->life = hl_id_random_base32 (4);
  self->by_token = hl_tally_new ();
  self->by_address = hl_tally_new ();
  self->refused_of = hl_tally_new ();
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) hl_room_free);
  hl_hub_configure (self, config);
  make_metrics (self, metrics);
  return self;
}

void
hl_hub_free (HlHub *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->rooms);
  g_clear_pointer (&self->registry, hl_registry_cache_unref);
  hl_reactor_unref (self->reactor);
  hl_tally_free (self->by_token);
  hl_tally_free (self->by_address);
  hl_tally_free (self->refused_of);
  g_strfreev (self->config.pins);
  g_free (self->life);
  g_free (self);
}

void
hl_hub_configure (HlHub *self, const HlHubConfig *config)
{
  GStrv old = self->config.pins;

  self->config = *config;
  self->config.pins = g_strdupv (config->pins);
  g_strfreev (old);
}

static HlRoom *
get_room (HlHub *self, const char *location)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (room == NULL) {
    room = hl_room_new (self, location);
    g_hash_table_insert (self->rooms, (char *) hl_room_get_location (room), room);
  }
  return room;
}

void
hl_hub_appended (HlHub *self, const char *location, GPtrArray *units, const HlPosition *head)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (room != NULL) {
    hl_room_appended (room, units, head);
  }
}

void
hl_hub_reset (HlHub *self, const char *location)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (room != NULL) {
    hl_room_reset (room);
  }
}

static gboolean
is_full (guint count, guint limit)
{
  return limit > 0 && count >= limit;
}

const char *
hl_hub_find_limit (HlHub *self, const char *location, const HlTokenInfo *token, const HlHubArrival *arrival)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (token->device == NULL && is_full (hl_tally_get (self->by_token, token->id), self->config.sessions_per_token)) {
    return "token";
  }
  if (room != NULL && is_full (hl_room_get_sessions (room), self->config.sessions_per_location)) {
    return "location";
  }
  if (arrival->forwarded &&
      is_full (hl_tally_get (self->by_address, arrival->address), self->config.sessions_per_address)) {
    return "address";
  }
  return NULL;
}

void
hl_hub_count (HlHub *self, const char *token_id, const char *address, gboolean begins)
{
  void (*change) (HlTally *, const char *) = begins ? hl_tally_add : hl_tally_drop;

  change (self->by_token, token_id);
  if (address != NULL) {
    change (self->by_address, address);
  }
}

void
hl_hub_forget (HlHub *self, const char *location)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (room != NULL) {
    hl_room_forget (room);
  }
}

void
hl_hub_adopt (HlHub *self, const char *location, const HlTokenInfo *token, const HlHubArrival *arrival,
              HlStream *stream)
{
  HlSession *session;

  if (self->stopping) {
    hl_stream_free (stream);
    return;
  }
  session = hl_session_new (get_room (self, location), token, arrival, stream);
  /* the token may have gone between the handshake's check and now */
  if (self->registry != NULL && !hl_registry_cache_is_valid (self->registry, token->id, hl_clock_wall_ms ())) {
    hl_session_bye (session, HL_CLOSE_UNAUTHORIZED, -1, NULL);
  }
  hl_session_unref (session);
}

void
hl_hub_note_refused (HlHub *self, const char *location, const HlTokenInfo *token, const HlHubArrival *arrival,
                     guint status, const char *cause)
{
  g_autofree char *who = g_strjoin ("/", location != NULL ? location : "", token != NULL ? token->id : "",
                                    arrival->address, NULL);
  gint64 now = hl_clock_boot_us ();
  HlConnectionRow *row;

  if (now >= self->refused_since + 60 * G_USEC_PER_SEC) {
    self->refused_since = now;
    self->refused = 0;
    hl_tally_free (self->refused_of);
    self->refused_of = hl_tally_new ();
  }
  /* who knocks all day long may fill the metric, not the log; nor hide there that somebody else was refused */
  if (self->refused >= MAX_REFUSED || hl_tally_get (self->refused_of, who) >= MAX_REFUSED_OF_ONE) {
    return;
  }
  self->refused++;
  hl_tally_add (self->refused_of, who);
  row = hl_connection_row_new (hl_clock_wall_ms (), location, "refused", NULL, token != NULL ? token->device : NULL);
  row->code = status;
  g_free (row->cause);
  row->cause = g_strdup (cause);
  hl_session_log_arrival (row, token, arrival);
  hl_hub_log (self, row);
}

void
hl_hub_set_connection_log (HlHub *self, HlConnectionLog *log)
{
  self->log = log;
}

void
hl_hub_log (HlHub *self, HlConnectionRow *row)
{
  if (self->log != NULL) {
    hl_connection_log_add (self->log, row);
  } else {
    hl_connection_row_free (row);
  }
}

void
hl_hub_partial (HlHub *self, const char *location, JsonObject *data)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);

  if (room != NULL) {
    hl_room_partial (room, data);
  }
}

void
hl_hub_revalidate (HlHub *self, HlRegistryCache *cache)
{
  GHashTableIter iter;
  gpointer value;

  g_clear_pointer (&self->registry, hl_registry_cache_unref);
  self->registry = hl_registry_cache_ref (cache);
  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    hl_room_revalidate (value, cache);
  }
}

void
hl_hub_check_expiry (HlHub *self, HlRoom *room)
{
  if (self->registry != NULL) {
    hl_room_revalidate (room, self->registry);
  }
}

guint
hl_hub_get_sessions (HlHub *self)
{
  GHashTableIter iter;
  gpointer value;
  guint sum = 0;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    sum += hl_room_get_sessions (value);
  }
  return sum;
}

void
hl_hub_stop (HlHub *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n_slots = hl_hub_get_sessions (self);
  guint slot = 0;

  self->stopping = TRUE;
  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    hl_room_stop (value, &slot, n_slots);
  }
}

JsonObject *
hl_hub_dup_presence (HlHub *self, const char *location)
{
  HlRoom *room = g_hash_table_lookup (self->rooms, location);
  JsonObject *object = json_object_new ();
  JsonArray *devices = json_array_new ();

  if (room != NULL) {
    hl_room_add_presence (room, devices);
  }
  json_object_set_array_member (object, "devices", devices);
  return object;
}

HlReactor *
hl_hub_get_reactor (HlHub *self)
{
  return self->reactor;
}

HlWriter *
hl_hub_get_writer (HlHub *self)
{
  return self->writer;
}

HlReader *
hl_hub_get_reader (HlHub *self)
{
  return self->reader;
}

const HlLiveMetrics *
hl_hub_get_metrics (HlHub *self)
{
  return &self->metrics;
}

const HlHubConfig *
hl_hub_get_config (HlHub *self)
{
  return &self->config;
}

char *
hl_hub_make_id (HlHub *self)
{
  return g_strdup_printf ("s%s-%u", self->life, ++self->counter);
}
