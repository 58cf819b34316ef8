/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRoom: one location as the main thread knows it: head, ring, snapshot, sessions. */
#include "live/hl-room.h"

#include "live/hl-session.h"
#include "net/hl-ws-frame.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"

/* Devices remembered for each purpose. */
#define MAX_REMEMBERED 1024

struct _HlRoom {
  HlHub         *hub;
  char          *location;
  char          *label;
  HlPosition    *head;
  guint64        floor;
  gboolean       opening;
  HlRing        *ring;
  HlPartials    *partials;
  guint64        partials_dropped;
  GQueue         sessions;
  GHashTable    *by_device;      /* device -> HlSession, borrowed */
  GHashTable    *slow;           /* devices that were cut */
  GHashTable    *digested;       /* devices that were sent a digest */
  GPtrArray     *opens;          /* sessions that wait for the log to be open */
  GPtrArray     *wants;          /* sessions that wait for a snapshot */
  HlCheckpoint  *checkpoint;
  gboolean       checkpoint_asked;
  gboolean       digest_asked;
  HlTimer        digest_timer;
  HlTimer        partial_timer;
  HlMetricsCell *m_connections, *m_reconnects;
};

static void on_digest_timer (HlTimer *timer, gpointer data);
static void on_partial_timer (HlTimer *timer, gpointer data);

static gint64
get_digest_time (HlRoom *self)
{
  return hl_clock_boot_us () + (gint64) hl_hub_get_config (self->hub)->digest_s * G_USEC_PER_SEC;
}

HlRoom *
hl_room_new (HlHub *hub, const char *location)
{
  HlRoom *self = g_new0 (HlRoom, 1);
  const HlLiveMetrics *metrics = hl_hub_get_metrics (hub);

  self->hub = hub;
  self->location = g_strdup (location);
  self->ring = hl_ring_new (HL_ROOM_RING_EVENTS, HL_ROOM_RING_BYTES);
  self->partials = hl_partials_new ();
  g_queue_init (&self->sessions);
  self->by_device = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->slow = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->digested = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->opens = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_session_unref);
  self->wants = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_session_unref);
  hl_timer_init (&self->digest_timer, on_digest_timer, self);
  hl_timer_init (&self->partial_timer, on_partial_timer, self);
  self->m_connections = hl_metrics_get (metrics->connections, location, NULL);
  self->m_reconnects = hl_metrics_get (metrics->sessions_opened, location, NULL);
  return self;
}

void
hl_room_free (HlRoom *self)
{
  if (self == NULL) {
    return;
  }
  hl_reactor_disarm (hl_hub_get_reactor (self->hub), &self->digest_timer);
  hl_reactor_disarm (hl_hub_get_reactor (self->hub), &self->partial_timer);
  g_queue_clear (&self->sessions);
  g_hash_table_unref (self->by_device);
  g_hash_table_unref (self->slow);
  g_hash_table_unref (self->digested);
  g_ptr_array_unref (self->opens);
  g_ptr_array_unref (self->wants);
  hl_checkpoint_unref (self->checkpoint);
  hl_ring_free (self->ring);
  hl_partials_free (self->partials);
  hl_position_free (self->head);
  g_free (self->label);
  g_free (self->location);
  g_free (self);
}

HlHub *
hl_room_get_hub (HlRoom *self)
{
  return self->hub;
}

const char *
hl_room_get_location (HlRoom *self)
{
  return self->location;
}

const HlPosition *
hl_room_get_head (HlRoom *self)
{
  return self->head;
}

guint64
hl_room_get_floor (HlRoom *self)
{
  return self->floor;
}

const char *
hl_room_get_label (HlRoom *self)
{
  return self->label;
}

HlRing *
hl_room_get_ring (HlRoom *self)
{
  return self->ring;
}

HlPartials *
hl_room_get_partials (HlRoom *self)
{
  return self->partials;
}

guint
hl_room_get_sessions (HlRoom *self)
{
  return self->sessions.length;
}

HlMetricsCell *
hl_room_get_reconnects (HlRoom *self)
{
  return self->m_reconnects;
}

/* Sessions may leave the room while it is walked: the next link is taken before the call, and a session that
 * closes another one only ever closes itself. */
static void
pump_all (HlRoom *self)
{
  GList *next;

  for (GList *link = self->sessions.head; link != NULL; link = next) {
    next = link->next;
    hl_session_pump (link->data);
  }
}

/* ---- the log ---- */

static void
on_log_opened (const HlWriterOpened *opened, gpointer user_data)
{
  HlRoom *self = user_data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->opens);

  self->opens = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_session_unref);
  self->opening = FALSE;
  if (opened->answer == HL_ANSWER_OK) {
    hl_position_free (self->head);
    self->head = hl_position_copy (opened->pos);
    self->floor = opened->floor;
    g_free (self->label);
    self->label = g_strdup (opened->label);
  }
  for (guint i = 0; i < waiting->len; i++) {
    hl_session_opened (g_ptr_array_index (waiting, i), opened->answer);
  }
}

void
hl_room_when_open (HlRoom *self, HlSession *session)
{
  if (self->head != NULL && !self->opening) {
    hl_session_opened (session, HL_ANSWER_OK);
    return;
  }
  g_ptr_array_add (self->opens, hl_session_ref (session));
  if (!self->opening) {
    self->opening = TRUE;
    hl_writer_open (hl_hub_get_writer (self->hub), self->location, on_log_opened, self);
  }
}

void
hl_room_appended (HlRoom *self, GPtrArray *units, const HlPosition *head)
{
  gint64 now = hl_clock_boot_us ();

  for (guint i = 0; i < units->len; i++) {
    HlUnit *unit = g_ptr_array_index (units, i);

    if (unit->redacts) {
      /* who was away reads the log, which says less by now */
      hl_room_forget (self);
    }
    hl_ring_push (self->ring, unit);
    if (unit->label != NULL && self->label != NULL) {
      g_free (self->label);
      self->label = g_strdup (unit->label);
    }
    for (char **clear = unit->clears; clear != NULL && *clear != NULL; clear++) {
      hl_partials_clear (self->partials, *clear, now);
    }
  }
  if (self->head != NULL) {
    hl_position_free (self->head);
    self->head = hl_position_copy (head);
    pump_all (self);
  }
}

void
hl_room_reset (HlRoom *self)
{
  GList *next;

  hl_ring_clear (self->ring);
  g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
  g_clear_pointer (&self->head, hl_position_free);
  for (GList *link = self->sessions.head; link != NULL; link = next) {
    next = link->next;
    hl_session_bye (link->data, HL_CLOSE_TAKE_SNAPSHOT, -1, "the log is another than it was");
  }
}

void
hl_room_forget (HlRoom *self)
{
  hl_ring_clear (self->ring);
  g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
}

/* ---- snapshots ---- */

static void
on_checkpoint (HlCheckpoint *checkpoint, gpointer user_data)
{
  HlRoom *self = user_data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->wants);

  self->wants = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_session_unref);
  self->checkpoint_asked = FALSE;
  if (checkpoint != NULL) {
    hl_checkpoint_unref (self->checkpoint);
    self->checkpoint = hl_checkpoint_ref (checkpoint);
  }
  for (guint i = 0; i < waiting->len; i++) {
    hl_session_take_checkpoint (g_ptr_array_index (waiting, i), checkpoint);
  }
}

void
hl_room_want_checkpoint (HlRoom *self, HlSession *session)
{
  if (self->checkpoint != NULL && self->head != NULL && g_str_equal (self->checkpoint->pos->epoch, self->head->epoch) &&
      self->head->seq - self->checkpoint->pos->seq <= HL_ROOM_SNAPSHOT_EVENTS) {
    hl_session_take_checkpoint (session, self->checkpoint);
    return;
  }
  g_ptr_array_add (self->wants, hl_session_ref (session));
  if (!self->checkpoint_asked) {
    self->checkpoint_asked = TRUE;
    hl_writer_checkpoint (hl_hub_get_writer (self->hub), self->location, FALSE, on_checkpoint, self);
  }
}

/* ---- digests ---- */

static void
on_digest (const HlPosition *pos, guint64 digest, gpointer user_data)
{
  HlRoom *self = user_data;
  g_autoptr (HlFrame) frame = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  self->digest_asked = FALSE;
  if (pos == NULL) {
    return;
  }
  frame = hl_frame_new (HL_FRAME_DIGEST);
  frame->digest.seq = pos->seq;
  frame->digest.schema = HL_WIRE_SCHEMA;
  frame->digest.hash = digest;
  text = hl_frame_print (frame);
  bytes = hl_ws_frame_text (text, strlen (text));
  for (GList *link = self->sessions.head; link != NULL; link = link->next) {
    hl_session_digest (link->data, pos, bytes);
  }
}

static void
on_digest_timer (HlTimer *timer, gpointer data)
{
  HlRoom *self = data;

  if (self->sessions.length == 0) {
    return;
  }
  hl_reactor_arm (hl_hub_get_reactor (self->hub), timer, get_digest_time (self));
  if (!self->digest_asked) {
    self->digest_asked = TRUE;
    hl_writer_digest (hl_hub_get_writer (self->hub), self->location, on_digest, self);
  }
  hl_hub_check_expiry (self->hub, self);
}

/* ---- unfinished lines ---- */

static void
arm_partials (HlRoom *self)
{
  gint64 due = hl_partials_get_due (self->partials);
  guint64 dropped = hl_partials_get_dropped (self->partials);

  hl_metrics_add (hl_hub_get_metrics (self->hub)->partials_dropped, dropped - self->partials_dropped);
  self->partials_dropped = dropped;
  if (due == G_MAXINT64) {
    hl_reactor_disarm (hl_hub_get_reactor (self->hub), &self->partial_timer);
  } else {
    hl_reactor_arm (hl_hub_get_reactor (self->hub), &self->partial_timer, due);
  }
}

static void
on_partial_timer (HlTimer *timer, gpointer data)
{
  HlRoom *self = data;
  gboolean rose = hl_partials_tick (self->partials, hl_clock_boot_us ());

  arm_partials (self);
  if (rose && self->head != NULL) {
    pump_all (self);
  }
}

void
hl_room_partial (HlRoom *self, JsonObject *data)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_PARTIAL);
  g_autofree char *text = NULL;
  HlPartialsAnswer answer;

  frame->partial.call = g_strdup (json_object_get_string_member_with_default (data, "call_id", ""));
  frame->partial.turn = json_object_get_int_member_with_default (data, "turn", 0);
  frame->partial.rev = json_object_get_int_member_with_default (data, "rev", 0);
  frame->partial.speaker = g_strdup (json_object_get_string_member_with_default (data, "speaker", "system"));
  frame->partial.text = g_strdup (json_object_get_string_member_with_default (data, "text", ""));
  text = hl_frame_print (frame);
  answer = hl_partials_put (self->partials, frame->partial.call, frame->partial.turn, frame->partial.rev,
                            hl_ws_frame_text (text, strlen (text)), hl_clock_boot_us ());
  arm_partials (self);
  if (answer == HL_PARTIALS_SHOW && self->head != NULL) {
    pump_all (self);
  }
}

/* ---- sessions ---- */

void
hl_room_enter (HlRoom *self, HlSession *session)
{
  g_queue_push_tail_link (&self->sessions, hl_session_get_link (session));
  hl_hub_count (self->hub, hl_session_get_token_id (session), hl_session_get_forwarded (session), TRUE);
  hl_metrics_set (self->m_connections, self->sessions.length);
  if (self->sessions.length == 1) {
    hl_reactor_arm (hl_hub_get_reactor (self->hub), &self->digest_timer, get_digest_time (self));
  }
}

void
hl_room_leave (HlRoom *self, HlSession *session)
{
  const char *device = hl_session_get_device (session);

  g_queue_unlink (&self->sessions, hl_session_get_link (session));
  hl_hub_count (self->hub, hl_session_get_token_id (session), hl_session_get_forwarded (session), FALSE);
  hl_metrics_set (self->m_connections, self->sessions.length);
  if (device != NULL && g_hash_table_lookup (self->by_device, device) == session) {
    g_hash_table_remove (self->by_device, device);
  }
}

void
hl_room_claim (HlRoom *self, HlSession *session, const char *device)
{
  HlSession *older = g_hash_table_lookup (self->by_device, device);

  if (older != NULL && older != session) {
    hl_session_bye (older, HL_CLOSE_REPLACED, -1, NULL);
  }
  g_hash_table_insert (self->by_device, g_strdup (device), session);
}

/* Bounded: a device that is forgotten only gets a replay instead of a snapshot, or is not counted. */
static void
remember (GHashTable *devices, const char *device)
{
  if (g_hash_table_size (devices) >= MAX_REMEMBERED) {
    g_hash_table_remove_all (devices);
  }
  g_hash_table_add (devices, g_strdup (device));
}

void
hl_room_mark_slow (HlRoom *self, const char *device)
{
  remember (self->slow, device);
}

gboolean
hl_room_take_slow (HlRoom *self, const char *device)
{
  return g_hash_table_remove (self->slow, device);
}

void
hl_room_note_digest (HlRoom *self, const char *device)
{
  remember (self->digested, device);
}

gboolean
hl_room_take_digest (HlRoom *self, const char *device)
{
  return g_hash_table_remove (self->digested, device);
}

void
hl_room_revalidate (HlRoom *self, HlRegistryCache *cache)
{
  gboolean exists = hl_registry_cache_has_location (cache, self->location);
  gint64 now = hl_clock_wall_ms ();
  GList *next;

  for (GList *link = self->sessions.head; link != NULL; link = next) {
    next = link->next;
    if (!exists) {
      hl_session_bye (link->data, HL_CLOSE_NO_SUCH_LOCATION, -1, NULL);
    } else if (!hl_registry_cache_is_valid (cache, hl_session_get_token_id (link->data), now)) {
      hl_session_bye (link->data, HL_CLOSE_UNAUTHORIZED, -1, NULL);
    }
  }
  if (!exists) {
    g_clear_pointer (&self->head, hl_position_free);
    g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
    hl_ring_clear (self->ring);
  }
}

void
hl_room_stop (HlRoom *self, guint *slot, guint n_slots)
{
  guint spread = hl_hub_get_config (self->hub)->spread_ms;
  GList *next;

  for (GList *link = self->sessions.head; link != NULL; link = next) {
    /* slots of equal width over the spread, each session at a random place in its own */
    gint64 width = MAX (spread / MAX (n_slots, 1), 1);
    gint64 retry = (gint64) spread * *slot / MAX (n_slots, 1) + hl_id_random_below (width);

    next = link->next;
    (*slot)++;
    hl_session_bye (link->data, HL_CLOSE_GOING_DOWN, retry, NULL);
  }
}

void
hl_room_add_presence (HlRoom *self, JsonArray *devices)
{
  for (GList *link = self->sessions.head; link != NULL; link = link->next) {
    if (hl_session_get_device (link->data) != NULL) {
      json_array_add_object_element (devices, hl_session_dup_presence (link->data));
    }
  }
}

void
hl_room_measure (HlRoom *self, guint64 *unsent, guint64 *in_flight)
{
  *unsent = 0;
  *in_flight = 0;
  for (GList *link = self->sessions.head; link != NULL; link = link->next) {
    *unsent += hl_session_get_unsent (link->data);
    *in_flight = MAX (*in_flight, hl_session_get_in_flight (link->data));
  }
}
