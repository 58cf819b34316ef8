/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSession: one follower's cursor in its location's log. */
#include "live/hl-session.h"

#include "domain/hl-time.h"
#include "live/hl-credit.h"
#include "net/hl-peer.h"
#include "net/hl-ws-frame.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"
#include "wire/hl-json.h"

/* Handed to the peer before the kernel has taken them: references to shared frames, not copies. */
#define MAX_UNSENT (256 * 1024)
/* Answers (pong, done) that wait; past it the session is not read any more. */
#define MAX_ANSWERS (64 * 1024)
#define PAGE_EVENTS 500
#define SILENCE_US (30 * G_USEC_PER_SEC)
#define PROGRESS_US (30 * G_USEC_PER_SEC)
#define BEHIND_US (60 * G_USEC_PER_SEC)
#define BEHIND_EVENTS 5000

typedef enum {
  AWAITS_HELLO,
  RESUMING,    /* the reader looks at its position */
  AWAITS_PART, /* the writer makes the snapshot */
  SNAPSHOT,    /* parts go out */
  STREAMING,
  CLOSING,
} Stage;

struct _HlSession {
  grefcount     refs;
  Stage         stage;
  HlRoom       *room;
  HlPeer       *peer;       /* NULL once closed */
  GList         link;
  HlTimer       timer;
  gint64        armed;      /* deadline of the timer */
  gint64        began;

  char         *id;
  char         *token_id;
  char         *token_name;
  char         *token_device; /* NULL: made by `token add` */
  HlRole        role;
  char         *device;     /* identity: 4409, counters */
  char         *label;
  char         *app;
  char         *language;
  HlPosition   *hello_pos;

  guint64       cursor;     /* next seq to send */
  guint64       acked;
  HlCredit      credit;
  GPtrArray    *page;       /* of HlUnit, from the store; NULL: none */
  guint         page_index;
  gboolean      page_asked;
  HlCheckpoint *checkpoint;
  guint         part_sent;
  guint         part_acked;
  gboolean      was_live;   /* the cursor has been at the head once */
  gboolean      stalled;    /* waits for credit */
  gint64        progress;   /* last ack, or when something began to be in flight */
  gint64        behind;     /* since when the cursor is not at the head; 0: it is */
  guint64       partial_seen;

  guint         unanswered; /* actions */
  gsize         answers;    /* bytes of answers queued since the socket was last empty */
  gboolean      paused;
  guint64       unsent;
  gint64        rtt;
};

static void pump (HlSession *self);

static gint64
now_us (HlSession *self)
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
  return (self->stage == STREAMING && self->cursor - 1 > self->acked) ||
         (self->stage == SNAPSHOT && self->part_sent > self->part_acked) ||
         (self->peer != NULL && hl_peer_get_unsent (self->peer) > 0);
}

static gint64
last_progress (HlSession *self)
{
  return MAX (self->progress, hl_peer_get_progress (self->peer));
}

static void
schedule (HlSession *self)
{
  gint64 deadline;

  if (self->stage == CLOSING || self->peer == NULL) {
    return;
  }
  if (self->stage == AWAITS_HELLO) {
    deadline = self->began + HL_WIRE_HELLO_MS * 1000;
  } else {
    deadline = hl_peer_get_heard (self->peer) + silence_us (self);
    if (is_in_flight (self)) {
      deadline = MIN (deadline, last_progress (self) + PROGRESS_US);
    }
    if (self->behind != 0) {
      deadline = MIN (deadline, self->behind + BEHIND_US);
    }
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
  gint64 now = now_us (self);

  self->armed = 0;
  if (self->stage == CLOSING || self->peer == NULL) {
    return;
  }
  if (self->stage == AWAITS_HELLO) {
    if (now >= self->began + HL_WIRE_HELLO_MS * 1000) {
      hl_session_bye (self, HL_CLOSE_SILENT, -1);
      return;
    }
  } else if (now >= hl_peer_get_heard (self->peer) + silence_us (self)) {
    hl_metrics_inc (metrics (self)->heartbeat_failures);
    hl_session_bye (self, HL_CLOSE_SILENT, -1);
    return;
  } else if (is_in_flight (self) && now >= last_progress (self) + PROGRESS_US) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_SILENT, -1);
    return;
  } else if (self->behind != 0 && now >= self->behind + BEHIND_US) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1);
    return;
  }
  schedule (self);
}

/* ---- sending ---- */

static void
send_frame (HlSession *self, GBytes *frame)
{
  hl_metrics_inc (metrics (self)->frames);
  hl_peer_send (self->peer, frame);
}

static void
update_reading (HlSession *self)
{
  gboolean pause = self->unanswered >= HL_WIRE_MAX_ACTIONS || self->answers > MAX_ANSWERS;

  if (self->peer == NULL || self->stage == CLOSING || pause == self->paused) {
    return;
  }
  self->paused = pause;
  hl_peer_set_reading (self->peer, !pause);
}

static void
send_made (HlSession *self, HlFrame *frame)
{
  g_autofree char *text = hl_frame_print (frame);
  g_autoptr (GBytes) bytes = hl_ws_frame_text (text, strlen (text));

  send_frame (self, bytes);
}

static void
send_answer (HlSession *self, HlFrame *frame)
{
  gsize before = hl_peer_get_unsent (self->peer);

  send_made (self, frame);
  self->answers += hl_peer_get_unsent (self->peer) - before;
  update_reading (self);
}

void
hl_session_bye (HlSession *self, guint code, gint64 retry_ms)
{
  g_autoptr (HlFrame) frame = NULL;
  g_autoptr (HlSession) alive = hl_session_ref (self);

  if (self->stage == CLOSING || self->peer == NULL) {
    return;
  }
  frame = hl_frame_new (HL_FRAME_BYE);
  frame->bye.code = code;
  frame->bye.action = g_strdup (hl_close_get_action (code));
  /* everything but going down (which gives each its slot) is spread by chance */
  frame->bye.retry_ms = retry_ms >= 0 || hl_close_get_meaning (code) == HL_CLOSE_MEANING_STOP
                            ? retry_ms
                            : hl_id_random_below (MAX (hl_hub_get_config (hub (self))->spread_ms, 1));
  send_made (self, frame);
  hl_log (HL_LOG_INFO, "live", "session is closed", "location", hl_room_get_location (self->room), "session", self->id,
          "device", self->device, "code", HL_LOG_UINT (code), "reason", hl_close_get_name (code), NULL);
  hl_metrics_inc (hl_metrics_get (metrics (self)->closes, HL_LOG_UINT (code), NULL));
  self->stage = CLOSING;
  hl_peer_close (self->peer, code, hl_close_get_name (code));
  hl_room_leave (self->room, self);
}

static void
note_in_flight (HlSession *self)
{
  self->progress = now_us (self);
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
  if (self->stage != STREAMING) {
    return;
  }
  if (units == NULL) {
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1);
    return;
  }
  g_clear_pointer (&self->page, g_ptr_array_unref);
  if (units->len > 0) {
    self->page = g_ptr_array_ref (units);
    self->page_index = 0;
    pump (self);
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
    self->behind = now_us (self);
  }
  /* who replays a long history on purpose is not slow */
  if (self->was_live && head->seq - self->cursor + 1 > BEHIND_EVENTS) {
    hl_room_mark_slow (self->room, self->device);
    hl_session_bye (self, HL_CLOSE_TAKE_SNAPSHOT, -1);
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
    self->stage = STREAMING;
    note_in_flight (self);
  }
}

static void
pump (HlSession *self)
{
  g_autoptr (HlSession) alive = hl_session_ref (self);

  if (self->peer == NULL) {
    return;
  }
  if (self->stage == SNAPSHOT) {
    send_parts (self);
  }
  if (self->stage == STREAMING) {
    stream (self);
  }
  schedule (self);
}

void
hl_session_pump (HlSession *self)
{
  pump (self);
}

void
hl_session_digest (HlSession *self, const HlPosition *pos, GBytes *frame)
{
  if (self->stage == STREAMING && self->peer != NULL && self->cursor == pos->seq + 1) {
    send_frame (self, frame);
    hl_room_note_digest (self->room, self->device);
  }
}

/* ---- hello ---- */

static JsonObject *
parse_label (HlSession *self)
{
  const char *text = hl_room_get_label (self->room);

  return hl_json_parse_object (text, strlen (text), NULL, NULL);
}

static void
send_welcome (HlSession *self, HlFrameMode mode, HlFrameWhy why, guint64 decided)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_WELCOME);
  const HlHubConfig *config = hl_hub_get_config (hub (self));
  static const char *const none[] = { NULL };

  frame->welcome.session = g_strdup (self->id);
  frame->welcome.device = g_strdup (self->device);
  frame->welcome.pos = hl_position_copy (hl_room_get_head (self->room));
  frame->welcome.floor = hl_room_get_floor (self->room);
  frame->welcome.mode = mode;
  frame->welcome.why = why;
  frame->welcome.decided = decided;
  frame->welcome.schema = HL_WIRE_SCHEMA;
  frame->welcome.heartbeat_ms = config->heartbeat_ms;
  frame->welcome.window_events = HL_WIRE_WINDOW_EVENTS;
  frame->welcome.window_bytes = HL_WIRE_WINDOW_BYTES;
  frame->welcome.spread_ms = config->spread_ms;
  frame->welcome.limit_frame_bytes = HL_WIRE_MAX_CLIENT_FRAME;
  frame->welcome.pins = g_strdupv (config->pins != NULL ? config->pins : (char **) none);
  frame->welcome.server_time = hl_time_print (hl_clock_wall_ms ());
  frame->welcome.location = parse_label (self);
  send_made (self, frame);
  hl_metrics_inc (hl_metrics_get (metrics (self)->resumes, mode == HL_FRAME_MODE_RESUME ? "resume" : "snapshot",
                                  hl_frame_why_get_nick (why), NULL));
  hl_log (HL_LOG_INFO, "live", "session is welcome", "location", hl_room_get_location (self->room), "session",
          self->id, "device", self->device, "mode", mode == HL_FRAME_MODE_RESUME ? "resume" : "snapshot", "why",
          hl_frame_why_get_nick (why), NULL);
}

static void
on_resume (const HlResume *resume, gpointer user_data)
{
  g_autoptr (HlSession) self = user_data;
  HlFrameMode mode = resume->mode;
  HlFrameWhy why = resume->why;

  if (self->stage != RESUMING || self->peer == NULL) {
    return;
  }
  if (!resume->ok) {
    hl_session_bye (self, HL_CLOSE_STORE_DOWN, -1);
    return;
  }
  if (hl_room_take_digest (self->room, self->device) && why == HL_FRAME_WHY_FIRST) {
    hl_metrics_inc (metrics (self)->digest_mismatches);
  }
  if (hl_room_take_slow (self->room, self->device) && mode == HL_FRAME_MODE_RESUME) {
    mode = HL_FRAME_MODE_SNAPSHOT;
    why = HL_FRAME_WHY_AFTER_SLOW;
  }
  send_welcome (self, mode, why, resume->decided);
  if (mode == HL_FRAME_MODE_RESUME) {
    self->cursor = self->hello_pos->seq + 1;
    self->acked = self->hello_pos->seq;
    self->stage = STREAMING;
    g_clear_pointer (&self->hello_pos, hl_position_free);
    pump (self);
    return;
  }
  g_clear_pointer (&self->hello_pos, hl_position_free);
  self->stage = AWAITS_PART;
  schedule (self);
  hl_room_want_checkpoint (self->room, self);
}

void
hl_session_take_checkpoint (HlSession *self, HlCheckpoint *checkpoint)
{
  if (self->stage != AWAITS_PART || self->peer == NULL) {
    return;
  }
  if (checkpoint == NULL) {
    hl_session_bye (self, HL_CLOSE_STORE_DOWN, -1);
    return;
  }
  self->checkpoint = hl_checkpoint_ref (checkpoint);
  self->stage = SNAPSHOT;
  pump (self);
}

void
hl_session_opened (HlSession *self, HlAnswer answer)
{
  if (self->stage != RESUMING || self->peer == NULL) {
    return;
  }
  if (answer != HL_ANSWER_OK) {
    hl_session_bye (self, answer == HL_ANSWER_NO_LOCATION ? HL_CLOSE_NO_SUCH_LOCATION : HL_CLOSE_STORE_DOWN, -1);
    return;
  }
  hl_reader_resume (hl_hub_get_reader (hub (self)), hl_room_get_location (self->room), self->device, self->hello_pos,
                    self->role == HL_ROLE_AGENT || self->role == HL_ROLE_PUBLISHER, on_resume, hl_session_ref (self));
}

/* A paired device is its pairing's; a token of its own is one device for each name that hello gives. */
static char *
make_device (HlSession *self, const char *label)
{
  GString *out;

  if (self->token_device != NULL) {
    return g_strdup (self->token_device);
  }
  out = g_string_new (NULL);
  for (const char *c = label; *c != '\0' && out->len < 40; c++) {
    if (g_ascii_isalnum (*c) || *c == '.' || *c == '_' || *c == '-') {
      g_string_append_c (out, g_ascii_tolower (*c));
    } else if (out->len > 0 && out->str[out->len - 1] != '-') {
      g_string_append_c (out, '-');
    }
  }
  if (out->len == 0) {
    g_string_append (out, "device");
  }
  g_string_append_printf (out, "-%s", self->token_id);
  return g_string_free (out, FALSE);
}

static void
take_hello (HlSession *self, HlFrameHello *hello)
{
  self->label = g_steal_pointer (&hello->device);
  self->app = g_steal_pointer (&hello->app);
  self->language = g_steal_pointer (&hello->language);
  self->hello_pos = g_steal_pointer (&hello->pos);
  self->unsent = hello->unsent;
  self->device = make_device (self, self->label);
  self->stage = RESUMING;
  hl_metrics_inc (hl_room_get_reconnects (self->room));
  hl_room_claim (self->room, self, self->device);
  schedule (self);
  hl_room_when_open (self->room, self);
}

/* ---- what the client sends ---- */

static void
take_ack (HlSession *self, const HlFrameAck *ack)
{
  gint64 now = now_us (self);

  if (ack->part > 0) {
    if (ack->part > self->part_sent) {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
      return;
    }
    if (ack->part > self->part_acked) {
      self->part_acked = ack->part;
      self->progress = now;
    }
    if (self->checkpoint != NULL && self->stage == STREAMING && self->part_acked == self->checkpoint->frames->len) {
      g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
    }
    return;
  }
  if (self->stage != STREAMING || ack->seq >= self->cursor) {
    /* an ack of the position that hello or the snapshot gave is only early */
    if (self->stage == STREAMING) {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    }
    return;
  }
  if (ack->seq > self->acked) {
    HlUnit *unit = hl_ring_get_ending (hl_room_get_ring (self->room), ack->seq);

    if (unit != NULL && unit->appended_us != 0) {
      hl_metrics_observe (metrics (self)->latency, (now - unit->appended_us) / 1e6);
    }
    self->acked = ack->seq;
    self->progress = now;
    hl_credit_acked (&self->credit, ack->seq);
    g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
    pump (self);
  }
}

static void
take_ping (HlSession *self, const HlFramePing *ping)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_PONG);
  const HlPosition *head = hl_room_get_head (self->room);

  self->unsent = ping->unsent;
  self->rtt = ping->rtt;
  frame->pong.n = ping->n;
  frame->pong.head = head != NULL ? head->seq : 0;
  frame->pong.server_time = hl_time_print (hl_clock_wall_ms ());
  send_answer (self, frame);
}

typedef struct {
  HlSession *session;
  char      *id;
} Asked;

static void
on_act_decided (const HlActResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  g_autoptr (HlSession) self = asked->session;
  g_autofree char *id = asked->id;
  g_autoptr (HlFrame) frame = NULL;

  g_free (asked);
  self->unanswered--;
  if (self->stage == CLOSING || self->peer == NULL) {
    return;
  }
  if (result->answer == HL_ANSWER_COPIED) {
    hl_session_bye (self, HL_CLOSE_PAIR_AGAIN, -1);
    return;
  }
  if (result->answer != HL_ANSWER_OK) {
    /* not decided: the device sends it again, and everything after it, on its next connection */
    hl_session_bye (self, result->answer == HL_ANSWER_NO_LOCATION ? HL_CLOSE_NO_SUCH_LOCATION : HL_CLOSE_STORE_DOWN,
                    -1);
    return;
  }
  frame = hl_frame_new (HL_FRAME_DONE);
  frame->done.id = g_steal_pointer (&id);
  frame->done.outcome = g_strdup (hl_enum_nick (HL_TYPE_OUTCOME, result->outcome));
  frame->done.seq = result->seq;
  if (result->reason != HL_REASON_NONE) {
    frame->done.reason = g_strdup (hl_enum_nick (HL_TYPE_REASON, result->reason));
  }
  if (result->detail != NULL) {
    frame->done.detail = hl_json_parse_object (result->detail, strlen (result->detail), NULL, NULL);
  }
  send_answer (self, frame);
  update_reading (self);
}

static void
take_act (HlSession *self, HlFrame *frame)
{
  const HlFrameAct *act = &frame->act;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlAction) action = hl_action_new_from_json (frame->object, &error);
  g_autoptr (HlActor) actor = NULL;
  Asked *asked;

  if (action == NULL || action->n == 0) {
    hl_log (HL_LOG_WARNING, "live", "an action is malformed", "session", self->id, "error",
            error != NULL ? error->message : "n is 0", NULL);
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    return;
  }
  actor = hl_actor_new (self->role, act->who != NULL && act->who[0] != '\0' ? act->who : self->label, self->device,
                        act->n);
  asked = g_new (Asked, 1);
  asked->session = hl_session_ref (self);
  asked->id = g_strdup (act->id);
  self->unanswered++;
  hl_metrics_inc (metrics (self)->acts);
  hl_writer_act (hl_hub_get_writer (hub (self)), hl_room_get_location (self->room), action, actor, act->base, self->id,
                 on_act_decided, asked);
  update_reading (self);
}

static gboolean
may_act (HlSession *self)
{
  return self->role == HL_ROLE_STAFF || self->role == HL_ROLE_MANAGER || self->role == HL_ROLE_AGENT;
}

static void
on_peer_message (HlPeer *peer, const char *text, gsize len, gpointer data)
{
  HlSession *self = data;
  g_autoptr (HlSession) alive = hl_session_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlFrame) frame = NULL;

  if (self->stage == CLOSING) {
    return;
  }
  frame = hl_frame_parse (text, len, HL_FRAME_SIDE_CLIENT, &error);
  if (frame == NULL) {
    hl_log (HL_LOG_WARNING, "live", "a frame is malformed", "session", self->id, "device", self->device, "pointer",
            hl_frame_error_get_pointer (error), "error", error->message, NULL);
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    return;
  }
  if ((frame->type == HL_FRAME_HELLO) != (self->stage == AWAITS_HELLO)) {
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    return;
  }
  switch (frame->type) {
  case HL_FRAME_HELLO:
    take_hello (self, &frame->hello);
    break;
  case HL_FRAME_ACK:
    take_ack (self, &frame->ack);
    break;
  case HL_FRAME_PING:
    take_ping (self, &frame->ping);
    break;
  case HL_FRAME_ACT:
    if (may_act (self)) {
      take_act (self, frame);
    } else {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    }
    break;
  default:
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1);
    break;
  }
}

static void
on_peer_writable (HlPeer *peer, gpointer data)
{
  HlSession *self = data;

  self->answers = 0;
  if (self->stage != CLOSING) {
    update_reading (self);
    pump (self);
  }
}

static void
on_peer_closed (HlPeer *peer, guint code, gboolean clean, gpointer data)
{
  HlSession *self = data;

  self->peer = NULL;
  hl_reactor_disarm (hl_hub_get_reactor (hub (self)), &self->timer);
  if (self->stage != CLOSING) {
    hl_log (HL_LOG_INFO, "live", "session has gone", "location", hl_room_get_location (self->room), "session", self->id,
            "device", self->device, "code", HL_LOG_UINT (code), NULL);
    hl_metrics_inc (hl_metrics_get (metrics (self)->closes, HL_LOG_UINT (code), NULL));
    self->stage = CLOSING;
    hl_room_leave (self->room, self);
  }
  hl_session_unref (self); /* the peer's */
}

static const HlPeerFuncs peer_funcs = { on_peer_message, on_peer_writable, on_peer_closed };

/* ---- life ---- */

HlSession *
hl_session_new (HlRoom *room, const HlTokenInfo *token, HlStream *stream)
{
  HlSession *self = g_new0 (HlSession, 1);

  g_ref_count_init (&self->refs);
  self->room = room;
  self->link.data = self;
  self->id = hl_hub_make_id (hl_room_get_hub (room));
  self->token_id = g_strdup (token->id);
  self->token_device = g_strdup (token->device);
  self->role = token->role;
  self->rtt = -1;
  self->began = now_us (self);
  hl_credit_init (&self->credit);
  hl_timer_init (&self->timer, on_timer, self);
  self->peer = hl_peer_new (hl_hub_get_reactor (hub (self)), stream, &peer_funcs, self);
  if (self->peer == NULL) {
    self->stage = CLOSING;
    return self;
  }
  hl_session_ref (self); /* the peer's */
  hl_room_enter (room, self);
  schedule (self);
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
  g_free (self->id);
  g_free (self->token_id);
  g_free (self->token_device);
  g_free (self->device);
  g_free (self->label);
  g_free (self->app);
  g_free (self->language);
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
hl_session_get_device (HlSession *self)
{
  return self->device;
}

gboolean
hl_session_is_closing (HlSession *self)
{
  return self->stage == CLOSING;
}

guint64
hl_session_get_unsent (HlSession *self)
{
  return self->unsent;
}

guint64
hl_session_get_in_flight (HlSession *self)
{
  return self->stage == STREAMING ? self->cursor - 1 - self->acked : 0;
}

JsonObject *
hl_session_dup_presence (HlSession *self)
{
  JsonObject *object = json_object_new ();
  const HlPosition *head = hl_room_get_head (self->room);
  guint64 seq = self->stage == STREAMING ? self->acked : 0;

  json_object_set_string_member (object, "device", self->device);
  json_object_set_string_member (object, "label", self->label);
  json_object_set_string_member (object, "session", self->id);
  json_object_set_string_member (object, "app", self->app);
  json_object_set_string_member (object, "role", hl_enum_nick (HL_TYPE_ROLE, self->role));
  json_object_set_string_member (object, "address", self->peer != NULL ? hl_peer_get_address (self->peer) : "");
  json_object_set_int_member (object, "seq", seq);
  json_object_set_int_member (object, "behind", head != NULL && head->seq > seq ? head->seq - seq : 0);
  json_object_set_int_member (object, "unsent", self->unsent);
  if (self->rtt >= 0) {
    json_object_set_int_member (object, "rtt_ms", self->rtt);
  }
  json_object_set_int_member (object, "connected_s", (now_us (self) - self->began) / G_USEC_PER_SEC);
  return object;
}
