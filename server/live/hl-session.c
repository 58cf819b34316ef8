/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSession: one follower's cursor in its location's log. */
#include "live/hl-session-private.h"

#include "net/hl-ws-frame.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"

/* Handed to the peer before the kernel has taken them: references to shared frames, not copies. */
#define MAX_UNSENT (256 * 1024)
/* Answers (pong, done) that wait; past it the session is not read any more. */
#define MAX_ANSWERS (64 * 1024)
#define PAGE_EVENTS 500
#define SILENCE_US (30 * G_USEC_PER_SEC)
#define PROGRESS_US (30 * G_USEC_PER_SEC)
/* TCP_USER_TIMEOUT ends a connection whose peer does not read after 20 s; then a broken line was not the cause. */
#define STUCK_US (10 * G_USEC_PER_SEC)
#define BEHIND_US (60 * G_USEC_PER_SEC)
#define BEHIND_EVENTS 5000

gint64
hl_session_now (HlSession *self)
{
  return hl_clock_boot_us ();
}

static HlHub *
hub (HlSession *self)
{
  return hl_room_get_hub (self->room);
}

static const HlLiveMetrics *
metrics (HlSession *self)
{
  return hl_hub_get_metrics (hub (self));
}

/* ---- deadlines ---- */

static gint64
silence_us (HlSession *self)
{
  return MAX (SILENCE_US, (gint64) hl_hub_get_config (hub (self))->heartbeat_ms * 2500);
}

static gboolean
is_in_flight (HlSession *self)
{
  return (self->stage == HL_SESSION_STREAMING && self->cursor - 1 > self->acked) ||
         (self->stage == HL_SESSION_SNAPSHOT && self->part_sent > self->part_acked) ||
         (self->peer != NULL && hl_peer_get_unsent (self->peer) > 0);
}

static gint64
last_progress (HlSession *self)
{
  return MAX (self->progress, hl_peer_get_progress (self->peer));
}

void
hl_session_schedule (HlSession *self)
{
  gint64 deadline;

  if (self->stage == HL_SESSION_CLOSING || self->peer == NULL) {
    return;
  }
  if (self->stage == HL_SESSION_AWAITS_HELLO) {
    deadline = self->began + HL_WIRE_HELLO_MS * 1000;
  } else {
    deadline = hl_peer_get_heard (self->peer) + silence_us (self);
    if (is_in_flight (self)) {
      deadline = MIN (deadline, last_progress (self) + PROGRESS_US);
    }
    if (self->behind != 0) {
      deadline = MIN (deadline, self->behind + BEHIND_US);
    }
    deadline = MIN (deadline, self->expires);
  }
  /* a timer that fires early looks again; so moving deadlines cost nothing */
  if (self->armed == 0 || deadline < self->armed) {
    self->armed = deadline;
    hl_reactor_arm (hl_hub_get_reactor (hub (self)), &self->timer, deadline);
  }
}

static void
on_timer (HlTimer *timer, gpointer data)
{
  HlSession *self = data;
  gint64 now = hl_session_now (self);

  self->armed = 0;
  if (self->stage == HL_SESSION_CLOSING || self->peer == NULL) {
    return;
  }
  if (self->stage == HL_SESSION_AWAITS_HELLO) {
    if (now >= self->began + HL_WIRE_HELLO_MS * 1000) {
      hl_session_bye (self, HL_CLOSE_SILENT, -1, "no hello came");
      return;
    }
  } else if (now >= hl_peer_get_heard (self->peer) + silence_us (self)) {
    hl_metrics_inc (metrics (self)->heartbeat_failures);
    hl_session_bye (self, HL_CLOSE_SILENT, -1, "nothing was heard");
    return;
  } else if (is_in_flight (self) && now >= last_progress (self) + PROGRESS_US) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_SILENT, -1, "nothing was acknowledged");
    return;
  } else if (self->behind != 0 && now >= self->behind + BEHIND_US) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1, "behind for too long");
    return;
  } else if (now >= self->expires) {
    hl_session_bye (self, HL_CLOSE_RENEW, -1, NULL);
    return;
  }
  hl_session_schedule (self);
}

/* ---- sending ---- */

static void
send_frame (HlSession *self, GBytes *frame)
{
  hl_metrics_inc (metrics (self)->frames);
  self->frames_out++;
  hl_peer_send (self->peer, frame);
}

void
hl_session_update_reading (HlSession *self)
{
  gboolean pause = self->unanswered >= HL_WIRE_MAX_ACTIONS || self->answers > MAX_ANSWERS;

  if (self->peer == NULL || self->stage == HL_SESSION_CLOSING || pause == self->paused) {
    return;
  }
  self->paused = pause;
  hl_peer_set_reading (self->peer, !pause);
}

void
hl_session_send_made (HlSession *self, HlFrame *frame)
{
  g_autofree char *text = hl_frame_print (frame);
  g_autoptr (GBytes) bytes = hl_ws_frame_text (text, strlen (text));

  send_frame (self, bytes);
}

void
hl_session_send_answer (HlSession *self, HlFrame *frame)
{
  gsize before = hl_peer_get_unsent (self->peer);

  hl_session_send_made (self, frame);
  self->answers += hl_peer_get_unsent (self->peer) - before;
  hl_session_update_reading (self);
}

void
hl_session_bye (HlSession *self, guint code, gint64 retry_ms, const char *cause)
{
  g_autoptr (HlFrame) frame = NULL;
  g_autoptr (HlSession) alive = hl_session_ref (self);

  if (self->stage == HL_SESSION_CLOSING || self->peer == NULL) {
    return;
  }
  frame = hl_frame_new (HL_FRAME_BYE);
  frame->bye.code = code;
  frame->bye.action = g_strdup (hl_close_get_action (code));
  /* everything but going down (which gives each its slot) is spread by chance */
  frame->bye.retry_ms = retry_ms >= 0 || hl_close_get_meaning (code) == HL_CLOSE_MEANING_STOP
                            ? retry_ms
                            : hl_id_random_below (MAX (hl_hub_get_config (hub (self))->spread_ms, 1));
  hl_session_send_made (self, frame);
  if (cause == NULL) {
    cause = hl_close_get_name (code);
  }
  hl_session_log_bye (self, code, frame->bye.retry_ms, cause);
  hl_metrics_inc (hl_metrics_get (metrics (self)->closes, HL_LOG_UINT (code), NULL));
  self->stage = HL_SESSION_CLOSING;
  hl_peer_close (self->peer, code, hl_close_get_name (code));
  hl_room_leave (self->room, self);
}

static void
note_in_flight (HlSession *self)
{
  self->progress = hl_session_now (self);
}

static void
append_partial (GBytes *frame, gpointer user_data)
{
  HlSession *self = user_data;

  send_frame (self, frame);
  hl_metrics_inc (metrics (self)->partials);
}

static void
send_partials (HlSession *self)
{
  HlPartials *partials = hl_room_get_partials (self->room);
  guint64 version = hl_partials_get_version (partials);

  if (self->metered) {
    return;
  }
  if (version > self->partial_seen && hl_peer_get_unsent (self->peer) < MAX_UNSENT) {
    hl_partials_foreach (partials, self->partial_seen, append_partial, self);
    self->partial_seen = version;
  }
}

static gboolean
send_unit (HlSession *self, HlUnit *unit)
{
  guint64 in_flight = self->cursor - 1 - self->acked;
  guint64 events = unit->last - self->cursor + 1;
  gsize bytes = g_bytes_get_size (unit->frame);

  if (in_flight > 0 && (in_flight + events > HL_WIRE_WINDOW_EVENTS ||
                        hl_credit_get_bytes (&self->credit) + bytes > HL_WIRE_WINDOW_BYTES)) {
    if (!self->stalled) {
      self->stalled = TRUE;
      hl_metrics_inc (metrics (self)->credit_stalls);
    }
    return FALSE;
  }
  if (in_flight == 0) {
    note_in_flight (self);
  }
  self->stalled = FALSE;
  hl_credit_sent (&self->credit, unit->last, bytes);
  send_frame (self, unit->frame);
  self->cursor = unit->last + 1;
  return TRUE;
}

static void
on_page (GPtrArray *units, gpointer user_data)
{
  g_autoptr (HlSession) self = user_data;

  self->page_asked = FALSE;
  if (self->stage != HL_SESSION_STREAMING) {
    return;
  }
  if (units == NULL) {
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1, "the log cannot be read at the cursor");
    return;
  }
  g_clear_pointer (&self->page, g_ptr_array_unref);
  if (units->len > 0) {
    self->page = g_ptr_array_ref (units);
    self->page_index = 0;
    hl_session_pump (self);
  }
}

static void
ask_page (HlSession *self)
{
  guint64 in_flight = self->cursor - 1 - self->acked;
  gsize bytes = hl_credit_get_bytes (&self->credit);

  if (self->page_asked) {
    return;
  }
  if (in_flight > 0 && (in_flight + HL_WIRE_MAX_UNIT_EVENTS > HL_WIRE_WINDOW_EVENTS ||
                        bytes + HL_WIRE_MAX_SERVER_FRAME > HL_WIRE_WINDOW_BYTES)) {
    self->stalled = TRUE;
    return;
  }
  self->page_asked = TRUE;
  hl_metrics_inc (metrics (self)->ring_misses);
  hl_reader_page (hl_hub_get_reader (hub (self)), hl_room_get_location (self->room),
                  hl_room_get_head (self->room)->epoch, self->cursor - 1,
                  MIN (PAGE_EVENTS, HL_WIRE_WINDOW_EVENTS - MIN (in_flight, HL_WIRE_WINDOW_EVENTS - 1)),
                  HL_WIRE_MAX_SERVER_FRAME, on_page, hl_session_ref (self));
}

/* The next unit at the cursor: from the page that is held, else from the ring; NULL: asked for, or none yet. */
static HlUnit *
next_unit (HlSession *self)
{
  HlUnit *unit;

  if (self->page != NULL) {
    while (self->page_index < self->page->len) {
      unit = g_ptr_array_index (self->page, self->page_index);
      if (unit->first == self->cursor) {
        return unit;
      }
      self->page_index++;
    }
    g_clear_pointer (&self->page, g_ptr_array_unref);
  }
  unit = hl_ring_get (hl_room_get_ring (self->room), self->cursor);
  if (unit == NULL) {
    ask_page (self);
  } else {
    hl_metrics_inc (metrics (self)->ring_hits);
  }
  return unit;
}

static void
stream (HlSession *self)
{
  const HlPosition *head = hl_room_get_head (self->room);

  while (self->cursor <= head->seq) {
    HlUnit *unit;

    if (hl_peer_get_unsent (self->peer) >= MAX_UNSENT) {
      break;
    }
    unit = next_unit (self);
    if (unit == NULL || !send_unit (self, unit)) {
      break;
    }
  }
  if (self->cursor > head->seq) {
    self->was_live = TRUE;
    self->behind = 0;
    send_partials (self);
    return;
  }
  if (self->behind == 0) {
    self->behind = hl_session_now (self);
  }
  /* who replays a long history on purpose is not slow */
  if (self->was_live && head->seq - self->cursor + 1 > BEHIND_EVENTS) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1, "too many events behind");
  } else if (!self->was_live) {
    self->behind = 0;
  }
}

static void
send_parts (HlSession *self)
{
  while (self->part_sent < self->checkpoint->frames->len && hl_peer_get_unsent (self->peer) < MAX_UNSENT) {
    if (self->part_sent == self->part_acked) {
      note_in_flight (self);
    }
    send_frame (self, g_ptr_array_index (self->checkpoint->frames, self->part_sent));
    self->part_sent++;
  }
  if (self->part_sent == self->checkpoint->frames->len) {
    self->cursor = self->checkpoint->pos->seq + 1;
    self->acked = self->checkpoint->pos->seq;
    self->stage = HL_SESSION_STREAMING;
    note_in_flight (self);
  }
}

void
hl_session_pump (HlSession *self)
{
  g_autoptr (HlSession) alive = hl_session_ref (self);

  if (self->peer == NULL) {
    return;
  }
  if (self->stage == HL_SESSION_SNAPSHOT) {
    send_parts (self);
  }
  if (self->stage == HL_SESSION_STREAMING) {
    stream (self);
  }
  hl_session_schedule (self);
}

void
hl_session_digest (HlSession *self, const HlPosition *pos, GBytes *frame)
{
  if (self->stage == HL_SESSION_STREAMING && self->peer != NULL && self->cursor == pos->seq + 1) {
    send_frame (self, frame);
    hl_room_note_digest (self->room, self->device);
  }
}

/* ---- the peer ---- */

static void
on_peer_writable (HlPeer *peer, gpointer data)
{
  HlSession *self = data;

  self->answers = 0;
  if (self->stage != HL_SESSION_CLOSING) {
    hl_session_update_reading (self);
    hl_session_pump (self);
  }
}

/* It was the kernel that gave up: the socket was full (what fits into it does not wait here) and stayed so. */
static gboolean
did_not_read (HlSession *self, HlPeer *peer)
{
  return self->stage == HL_SESSION_STREAMING && hl_peer_get_unsent (peer) > 0 &&
         hl_session_now (self) >= hl_peer_get_progress (peer) + STUCK_US;
}

static void
on_peer_closed (HlPeer *peer, guint code, gboolean clean, gpointer data)
{
  HlSession *self = data;
  gboolean stuck = did_not_read (self, peer);

  self->peer = NULL;
  hl_reactor_disarm (hl_hub_get_reactor (hub (self)), &self->timer);
  hl_session_log_close (self, code, clean, stuck);
  if (stuck) {
    hl_room_mark_slow (self->room, self->device);
  }
  if (self->stage != HL_SESSION_CLOSING) {
    hl_metrics_inc (hl_metrics_get (metrics (self)->closes, HL_LOG_UINT (code), NULL));
    self->stage = HL_SESSION_CLOSING;
    hl_room_leave (self->room, self);
  }
  hl_session_unref (self); /* the peer's */
}

static const HlPeerFuncs peer_funcs = { hl_session_take_message, on_peer_writable, on_peer_closed };

/* ---- life ---- */

/* A tenth of the age is chance, so that sessions which began together (a restart, a morning) do not end together. */
static gint64
make_expiry (HlSession *self)
{
  gint64 max = (gint64) hl_hub_get_config (hub (self))->max_session_s * 1000;

  return max > 0 ? self->began + (max - hl_id_random_below (MAX (max / 10, 1))) * 1000 : G_MAXINT64;
}

HlSession *
hl_session_new (HlRoom *room, const HlTokenInfo *token, const HlHubArrival *arrival, HlStream *stream)
{
  HlSession *self = g_new0 (HlSession, 1);

  g_ref_count_init (&self->refs);
  self->room = room;
  self->link.data = self;
  self->id = hl_hub_make_id (hl_room_get_hub (room));
  self->token_id = g_ref_string_new_intern (token->id);
  self->token_device = g_strdup (token->device);
  self->role = token->role;
  self->rtt = -1;
  self->began = hl_session_now (self);
  self->address = g_ref_string_new_intern (arrival->address);
  self->forwarded = arrival->forwarded;
  self->expires = make_expiry (self);
  hl_credit_init (&self->credit);
  hl_timer_init (&self->timer, on_timer, self);
  self->peer = hl_peer_new (hl_hub_get_reactor (hub (self)), stream, &peer_funcs, self);
  if (self->peer == NULL) {
    self->stage = HL_SESSION_CLOSING;
    return self;
  }
  hl_session_log_open (self, token, arrival);
  hl_session_ref (self); /* the peer's */
  hl_room_enter (room, self);
  hl_session_schedule (self);
  return self;
}

HlSession *
hl_session_ref (HlSession *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
hl_session_unref (HlSession *self)
{
  if (self == NULL || !g_ref_count_dec (&self->refs)) {
    return;
  }
  hl_connection_row_free (self->opened);
  g_free (self->id);
  g_ref_string_release (self->token_id);
  g_ref_string_release (self->address);
  g_free (self->token_device);
  g_free (self->device);
  g_free (self->label);
  g_free (self->who);
  g_clear_pointer (&self->app, g_ref_string_release);
  g_clear_pointer (&self->language, g_ref_string_release);
  hl_position_free (self->hello_pos);
  hl_credit_clear (&self->credit);
  g_clear_pointer (&self->page, g_ptr_array_unref);
  hl_checkpoint_unref (self->checkpoint);
  g_free (self);
}

GList *
hl_session_get_link (HlSession *self)
{
  return &self->link;
}

const char *
hl_session_get_token_id (HlSession *self)
{
  return self->token_id;
}

const char *
hl_session_get_forwarded (HlSession *self)
{
  return self->forwarded ? self->address : NULL;
}

const char *
hl_session_get_device (HlSession *self)
{
  return self->device;
}

gboolean
hl_session_is_closing (HlSession *self)
{
  return self->stage == HL_SESSION_CLOSING;
}

guint64
hl_session_get_unsent (HlSession *self)
{
  return self->unsent;
}

guint64
hl_session_get_in_flight (HlSession *self)
{
  return self->stage == HL_SESSION_STREAMING ? self->cursor - 1 - self->acked : 0;
}

JsonObject *
hl_session_dup_presence (HlSession *self)
{
  JsonObject *object = json_object_new ();
  const HlPosition *head = hl_room_get_head (self->room);
  /* a snapshot that is held here still is one that the device has not said to have */
  guint64 seq = self->stage == HL_SESSION_STREAMING && self->checkpoint == NULL ? self->acked : 0;

  json_object_set_string_member (object, "device", self->device);
  json_object_set_string_member (object, "label", self->label);
  json_object_set_string_member (object, "session", self->id);
  json_object_set_string_member (object, "app", self->app);
  json_object_set_string_member (object, "role", hl_enum_nick (HL_TYPE_ROLE, self->role));
  json_object_set_string_member (object, "address", self->address);
  json_object_set_int_member (object, "seq", seq);
  json_object_set_int_member (object, "behind", head != NULL && head->seq > seq ? head->seq - seq : 0);
  json_object_set_int_member (object, "unsent", self->unsent);
  if (self->rtt >= 0) {
    json_object_set_int_member (object, "rtt_ms", self->rtt);
  }
  if (self->who != NULL) {
    json_object_set_string_member (object, "who", self->who);
  }
  /* reading is no sign of somebody at the stand: only what is done there is */
  json_object_set_int_member (object, "idle_s",
                              (hl_session_now (self) - (self->acted > 0 ? self->acted : self->began)) / G_USEC_PER_SEC);
  json_object_set_int_member (object, "connected_s", (hl_session_now (self) - self->began) / G_USEC_PER_SEC);
  return object;
}
