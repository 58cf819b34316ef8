/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a follower says: hello, acks, pings and actions. */
#include "live/hl-session-private.h"

#include "domain/hl-time.h"
#include "util/hl-card.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"
#include "wire/hl-json.h"

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
  hl_session_send_made (self, frame);
  hl_metrics_inc (hl_metrics_get (metrics (self)->resumes, mode == HL_FRAME_MODE_RESUME ? "resume" : "snapshot",
                                  hl_frame_why_get_nick (why), NULL));
  hl_session_log_welcome (self, mode == HL_FRAME_MODE_RESUME ? "resume" : "snapshot", hl_frame_why_get_nick (why));
}

static void
on_resume (const HlResume *resume, gpointer user_data)
{
  g_autoptr (HlSession) self = user_data;
  HlFrameMode mode = resume->mode;
  HlFrameWhy why = resume->why;

  if (self->stage != HL_SESSION_RESUMING || self->peer == NULL) {
    return;
  }
  if (!resume->ok) {
    hl_session_bye (self, HL_CLOSE_STORE_DOWN, -1, "the log cannot be read");
    return;
  }
  if (hl_room_take_digest (self->room, self->device) && why == HL_FRAME_WHY_FIRST) {
    hl_metrics_inc (metrics (self)->digest_mismatches);
    hl_session_log_mismatch (self, "it takes a snapshot");
  }
  if (hl_room_take_slow (self->room, self->device) &&
      (mode == HL_FRAME_MODE_RESUME || why == HL_FRAME_WHY_TOO_FAR)) {
    mode = HL_FRAME_MODE_SNAPSHOT;
    why = HL_FRAME_WHY_AFTER_SLOW;
  }
  send_welcome (self, mode, why, resume->decided);
  if (mode == HL_FRAME_MODE_RESUME) {
    self->cursor = self->hello_pos->seq + 1;
    self->acked = self->hello_pos->seq;
    self->stage = HL_SESSION_STREAMING;
    g_clear_pointer (&self->hello_pos, hl_position_free);
    hl_session_pump (self);
    return;
  }
  g_clear_pointer (&self->hello_pos, hl_position_free);
  self->stage = HL_SESSION_AWAITS_PART;
  hl_session_schedule (self);
  hl_room_want_checkpoint (self->room, self);
}

void
hl_session_take_checkpoint (HlSession *self, HlCheckpoint *checkpoint)
{
  if (self->stage != HL_SESSION_AWAITS_PART || self->peer == NULL) {
    return;
  }
  if (checkpoint == NULL) {
    hl_session_bye (self, HL_CLOSE_STORE_DOWN, -1, "no snapshot can be made");
    return;
  }
  self->checkpoint = hl_checkpoint_ref (checkpoint);
  self->stage = HL_SESSION_SNAPSHOT;
  hl_session_pump (self);
}

void
hl_session_opened (HlSession *self, HlAnswer answer)
{
  if (self->stage != HL_SESSION_RESUMING || self->peer == NULL) {
    return;
  }
  if (answer != HL_ANSWER_OK) {
    hl_session_bye (self, answer == HL_ANSWER_NO_LOCATION ? HL_CLOSE_NO_SUCH_LOCATION : HL_CLOSE_STORE_DOWN, -1,
                    NULL);
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
  self->app = g_ref_string_new_intern (hello->app);
  self->language = hello->language != NULL ? g_ref_string_new_intern (hello->language) : NULL;
  self->hello_pos = g_steal_pointer (&hello->pos);
  self->unsent = hello->unsent;
  self->metered = hello->metered;
  self->device = make_device (self, self->label);
  self->stage = HL_SESSION_RESUMING;
  hl_session_log_hello (self);
  hl_metrics_inc (hl_room_get_reconnects (self->room));
  hl_room_claim (self->room, self, self->device);
  hl_session_schedule (self);
  hl_room_when_open (self->room, self);
}

/* ---- what the client sends ---- */

static void
take_ack (HlSession *self, const HlFrameAck *ack)
{
  gint64 now = hl_session_now (self);

  if (ack->part > 0) {
    if (ack->part > self->part_sent) {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "an ack of a part that was not sent");
      return;
    }
    if (ack->part > self->part_acked) {
      self->part_acked = ack->part;
      self->progress = now;
    }
    if (self->checkpoint != NULL && self->stage == HL_SESSION_STREAMING && self->part_acked == self->checkpoint->frames->len) {
      g_clear_pointer (&self->checkpoint, hl_checkpoint_unref);
    }
    return;
  }
  if (self->stage != HL_SESSION_STREAMING || ack->seq >= self->cursor) {
    /* an ack of the position that hello or the snapshot gave is only early */
    if (self->stage == HL_SESSION_STREAMING) {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "an ack of what was not sent");
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
    hl_session_pump (self);
  }
}

static void
take_ping (HlSession *self, const HlFramePing *ping)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_PONG);
  const HlPosition *head = hl_room_get_head (self->room);

  self->unsent = ping->unsent;
  self->rtt = ping->rtt;
  if (ping->mismatches > self->mismatches) {
    hl_metrics_add (metrics (self)->digest_mismatches, ping->mismatches - self->mismatches);
    if (self->mismatches == 0) {
      hl_session_log_mismatch (self, "again within the hour: a snapshot did not help");
    }
    self->mismatches = ping->mismatches;
  }
  if (self->metered && !ping->metered) {
    hl_session_schedule (self); /* the lines that are unfinished now */
  }
  self->metered = ping->metered;
  frame->pong.n = ping->n;
  frame->pong.head = head != NULL ? head->seq : 0;
  frame->pong.server_time = hl_time_print (hl_clock_wall_ms ());
  hl_session_send_answer (self, frame);
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
  if (self->stage == HL_SESSION_CLOSING || self->peer == NULL) {
    return;
  }
  if (result->answer == HL_ANSWER_COPIED) {
    hl_session_bye (self, HL_CLOSE_PAIR_AGAIN, -1, "a counter of this device is taken by another action");
    return;
  }
  if (result->answer != HL_ANSWER_OK) {
    /* not decided: the device sends it again, and everything after it, on its next connection */
    hl_session_bye (self, result->answer == HL_ANSWER_NO_LOCATION ? HL_CLOSE_NO_SUCH_LOCATION : HL_CLOSE_STORE_DOWN,
                    -1, "an action could not be decided");
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
  hl_session_send_answer (self, frame);
  hl_session_update_reading (self);
}

/* @frame: transfer full: it has to be gone before the writer gets the action that was made of it. */
static void
take_act (HlSession *self, HlFrame *frame)
{
  g_autoptr (HlFrame) owned = frame;
  const HlFrameAct *act = &frame->act;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlAction) action = hl_action_new_from_json (frame->object, &error);
  g_autoptr (HlActor) actor = NULL;
  g_autoptr (HlPosition) base = hl_position_copy (act->base);
  Asked *asked;

  if (action == NULL || action->n == 0) {
    hl_log (HL_LOG_WARNING, "live", "an action is malformed", "session", self->id, "error",
            error != NULL ? error->message : "n is 0", NULL);
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "a malformed action");
    return;
  }
  hl_card_redact_data (action->data); /* nobody has read it yet */
  actor = hl_actor_new (self->role, act->who != NULL && act->who[0] != '\0' ? act->who : self->label, self->device,
                        act->n);
  hl_actor_name_device (actor, self->label);
  g_free (self->who);
  self->who = act->who != NULL && act->who[0] != '\0' ? g_strdup (act->who) : NULL;
  self->acted = hl_session_now (self);
  asked = g_new (Asked, 1);
  asked->session = hl_session_ref (self);
  asked->id = g_strdup (act->id);
  g_clear_pointer (&owned, hl_frame_free);
  self->unanswered++;
  self->acts++;
  hl_metrics_inc (metrics (self)->acts);
  hl_writer_act (hl_hub_get_writer (hub (self)), hl_room_get_location (self->room), g_steal_pointer (&action), actor,
                 base, self->id, on_act_decided, asked);
  hl_session_update_reading (self);
}

static gboolean
may_act (HlSession *self)
{
  return self->role == HL_ROLE_STAFF || self->role == HL_ROLE_MANAGER || self->role == HL_ROLE_AGENT;
}

/* A newer client: what this version does not know it cannot need of us, as dashboards do with a newer server's frames.
 * 4400 would stop it until a person comes. */
static void
ignore_frame (HlSession *self)
{
  hl_metrics_inc (metrics (self)->ignored);
  if (!self->newer) {
    self->newer = TRUE;
    hl_log (HL_LOG_NOTICE, "live", "a client sends frames that this version does not know", "session", self->id, "device",
            self->device, "app", self->app, NULL);
  }
}

void
hl_session_take_message (HlPeer *peer, const char *text, gsize len, gpointer data)
{
  HlSession *self = data;
  g_autoptr (HlSession) alive = hl_session_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlFrame) frame = NULL;

  if (self->stage == HL_SESSION_CLOSING) {
    return;
  }
  self->frames_in++;
  frame = hl_frame_parse (text, len, HL_FRAME_SIDE_CLIENT, &error);
  if (frame == NULL && self->stage != HL_SESSION_AWAITS_HELLO &&
      g_error_matches (error, HL_FRAME_ERROR, HL_FRAME_ERROR_UNKNOWN_TYPE)) {
    ignore_frame (self);
    return;
  }
  if (frame == NULL) {
    hl_log (HL_LOG_WARNING, "live", "a frame is malformed", "session", self->id, "device", self->device, "pointer",
            hl_frame_error_get_pointer (error), "error", error->message, NULL);
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "a malformed frame");
    return;
  }
  if ((frame->type == HL_FRAME_HELLO) != (self->stage == HL_SESSION_AWAITS_HELLO)) {
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1,
                    frame->type == HL_FRAME_HELLO ? "a second hello" : "a frame before hello");
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
      take_act (self, g_steal_pointer (&frame));
    } else {
      hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "an action of a role that has none");
    }
    break;
  default:
    hl_session_bye (self, HL_CLOSE_MALFORMED, -1, "a frame that clients do not send");
    break;
  }
}

