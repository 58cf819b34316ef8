/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small server inside the process for the demonstration, see hl-demo-link.h. */
#include "link/hl-demo-link.h"

#include <string.h>

#include "domain/hl-decide.h"
#include "domain/hl-evolve.h"
#include "domain/hl-state.h"
#include "domain/hl-time.h"
#include "link/hl-demo-answer.h"
#include "link/hl-demo-resources.h"
#include "link/hl-evening.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

#define ANSWER_MS 140
#define CONNECT_MS 60
#define RECONNECT_MS 700
#define RTT_MS 5000

struct _HlDemoLink {
  HlLink parent_instance;
  HlEvening *evening;

  /* the server */
  HlState *state;
  GPtrArray *log; /* HlEvent */
  GArray *hashes; /* guint64: h after each event, [0] of the empty log */
  char *epoch;
  guint life;
  GHashTable *answers; /* id -> HlDemoAnswer */
  guint others;        /* n of other devices */

  /* the wire */
  gboolean instant, online, lose;
  gboolean wanted;
  guint generation;
  guint64 cursor;
  guint connect_timer, line_timer, rtt_timer;
  GHashTable *answer_timers; /* source id */
  guint next_line;
  guint round;
  HlLinkCause cause;
};

G_DEFINE_FINAL_TYPE (HlDemoLink, hl_demo_link, HL_TYPE_LINK)

static gint64
demo_now (HlDemoLink *self)
{
  return hl_clock_wall_ms () + hl_link_get_clock_offset (HL_LINK (self));
}

/* ---- the log ---- */

static guint64
get_head (HlDemoLink *self)
{
  return self->log->len;
}

static HlPosition *
get_position (HlDemoLink *self, guint64 seq)
{
  return hl_position_new (self->epoch, seq, g_array_index (self->hashes, guint64, seq));
}

static void
append (HlDemoLink *self, HlEvent *event)
{
  g_autofree char *text = g_strdup_printf ("%016" G_GINT64_MODIFIER "x %s %u",
                                           g_array_index (self->hashes, guint64, self->log->len),
                                           event->id, self->life);
  guint8 digest[HL_ID_SHA256_BYTES];
  guint64 h;

  hl_id_sha256 (text, strlen (text), digest);
  memcpy (&h, digest, sizeof h);
  hl_evolve (self->state, event);
  g_ptr_array_add (self->log, hl_event_ref (event));
  g_array_append_val (self->hashes, h);
}

static void
tell_events (HlDemoLink *self)
{
  g_autoptr (HlFrame) frame = NULL;

  if (!hl_link_is_open (HL_LINK (self)) || self->lose || self->cursor >= get_head (self))
    return;
  frame = hl_frame_new (HL_FRAME_EVENTS);
  frame->events.events = json_array_new ();
  while (self->cursor < get_head (self)) {
    json_array_add_element (frame->events.events,
                            hl_event_to_json (g_ptr_array_index (self->log, self->cursor)));
    self->cursor++;
  }
  frame->events.pos = get_position (self, self->cursor);
  hl_link_tell_frame (HL_LINK (self), frame);
}

static void
append_fact (HlDemoLink *self, JsonObject *event, gint64 at)
{
  g_autoptr (HlActor) actor = NULL;
  g_autoptr (HlEvent) made = NULL;
  g_autofree char *id = g_strdup_printf ("demo-%u-%u", self->life, self->log->len + 1);
  g_autoptr (JsonNode) data = NULL;
  JsonObject *by
      = json_object_has_member (event, "by") ? json_object_get_object_member (event, "by") : NULL;
  int kind, role = HL_ROLE_PUBLISHER;

  if (!hl_enum_parse (HL_TYPE_EVENT_KIND,
                      json_object_get_string_member_with_default (event, "kind", ""), &kind)
      || !json_object_has_member (event, "data")) {
    hl_log (HL_LOG_WARNING, "demo", "an unknown event", "kind",
            json_object_get_string_member_with_default (event, "kind", ""), NULL);
    return;
  }
  if (by != NULL)
    (void)hl_enum_parse (HL_TYPE_ROLE, json_object_get_string_member_with_default (by, "role", ""),
                         &role);
  actor = hl_actor_new ((HlRole)role,
                        by != NULL ? json_object_get_string_member_with_default (by, "name", "demo")
                                   : "demo",
                        NULL, 0);
  data = hl_evening_resolve (json_object_get_member (event, "data"), at, self->round);
  made = hl_event_new (get_head (self) + 1, id, (HlEventKind)kind, at, at, actor, NULL, TRUE,
                       json_node_get_object (data));
  append (self, made);
}

/* ---- the evening ---- */

static void
append_server_event (HlDemoLink *self, const char *kind, JsonObject *data, gint64 at)
{
  g_autoptr (JsonObject) event = json_object_new ();
  JsonObject *by = json_object_new ();

  json_object_set_string_member (event, "kind", kind);
  json_object_set_object_member (event, "data", json_object_ref (data));
  json_object_set_string_member (by, "role", "system");
  json_object_set_string_member (by, "name", "hostlined");
  json_object_set_object_member (event, "by", by);
  append_fact (self, event, at);
}

static void
start_evening (HlDemoLink *self)
{
  gint64 first = 0;

  hl_link_set_clock_offset (HL_LINK (self), self->evening->start - hl_clock_wall_ms ());
  if (self->evening->lines->len > 0)
    first = MIN (0, ((HlEveningLine *)g_ptr_array_index (self->evening->lines, 0))->after_ms);
  if (self->evening->location != NULL)
    append_server_event (self, "location_updated", self->evening->location,
                         self->evening->start + first);
  if (self->evening->floor != NULL)
    append_server_event (self, "floor_replaced", self->evening->floor,
                         self->evening->start + first);
  while (self->next_line < self->evening->lines->len) {
    HlEveningLine *line = g_ptr_array_index (self->evening->lines, self->next_line);
    if (line->after_ms > 0)
      break;
    if (json_object_has_member (line->object, "event"))
      append_fact (self, json_object_get_object_member (line->object, "event"),
                   self->evening->start + line->after_ms);
    self->next_line++;
  }
}

/* ---- playing ---- */

static void
tell_partial (HlDemoLink *self, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) resolved = NULL;
  g_autoptr (HlFrame) frame = NULL;
  JsonObject *partial;

  if (!hl_link_is_open (HL_LINK (self)))
    return;
  json_node_set_object (node, object);
  resolved = hl_evening_resolve (node, demo_now (self), self->round);
  partial = json_node_get_object (resolved);
  frame = hl_frame_new (HL_FRAME_PARTIAL);
  frame->partial.call = g_strdup (json_object_get_string_member_with_default (partial, "call", ""));
  frame->partial.turn = (guint)json_object_get_int_member_with_default (partial, "turn", 0);
  frame->partial.rev = (guint)json_object_get_int_member_with_default (partial, "rev", 0);
  frame->partial.speaker
      = g_strdup (json_object_get_string_member_with_default (partial, "speaker", "caller"));
  frame->partial.text = g_strdup (json_object_get_string_member_with_default (partial, "text", ""));
  hl_link_tell_frame (HL_LINK (self), frame);
}

static void arm_line (HlDemoLink *self);

static gint64
due_at (HlDemoLink *self, HlEveningLine *line)
{
  return self->evening->start + line->after_ms + (gint64)self->round * self->evening->repeat_ms;
}

static gboolean
on_line (gpointer data)
{
  HlDemoLink *self = data;
  gint64 now = demo_now (self);

  self->line_timer = 0;
  while (self->next_line < self->evening->lines->len) {
    HlEveningLine *line = g_ptr_array_index (self->evening->lines, self->next_line);
    gint64 at = due_at (self, line);
    if (at > now)
      break;
    self->next_line++;
    if (json_object_has_member (line->object, "event"))
      append_fact (self, json_object_get_object_member (line->object, "event"), at);
    else if (json_object_has_member (line->object, "partial"))
      tell_partial (self, json_object_get_object_member (line->object, "partial"));
  }
  tell_events (self);
  arm_line (self);
  return G_SOURCE_REMOVE;
}

static void
arm_line (HlDemoLink *self)
{
  gint64 wait;

  if (self->instant || self->line_timer != 0 || self->evening->lines->len == 0)
    return;
  if (self->next_line >= self->evening->lines->len) {
    if (self->evening->repeat_ms <= 0)
      return;
    self->round++;
    self->next_line = 0;
    while (self->next_line < self->evening->lines->len
           && ((HlEveningLine *)g_ptr_array_index (self->evening->lines, self->next_line))->after_ms
                  <= 0)
      self->next_line++;
    if (self->next_line >= self->evening->lines->len)
      return;
  }
  wait = due_at (self, g_ptr_array_index (self->evening->lines, self->next_line)) - demo_now (self);
  self->line_timer = g_timeout_add ((guint)CLAMP (wait, 10, 3600000), on_line, self);
}

static gboolean
on_rtt (gpointer data)
{
  HlDemoLink *self = data;
  if (hl_link_is_open (HL_LINK (self)))
    hl_link_tell_rtt (HL_LINK (self), 3 + (int)hl_id_random_below (6));
  return G_SOURCE_CONTINUE;
}

/* ---- connecting ---- */

static void
set_state (HlDemoLink *self, HlLinkState to)
{
  HlLinkState from = hl_link_get_state (HL_LINK (self));

  if (from == to)
    return;
  hl_link_tell_status (HL_LINK (self), to, self->cause, "", 0);
  hl_link_tell_step (HL_LINK (self), demo_now (self), from, to, self->cause, "", "", 0);
}

static void
tell_welcome (HlDemoLink *self, gboolean resume)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_WELCOME);
  GHashTableIter iter;
  gpointer value;

  frame->welcome.session = g_strdup_printf ("demo%u", self->generation);
  frame->welcome.device = g_strdup (self->evening->device);
  frame->welcome.pos = get_position (self, get_head (self));
  frame->welcome.floor = 1;
  frame->welcome.mode = resume ? HL_FRAME_MODE_RESUME : HL_FRAME_MODE_SNAPSHOT;
  frame->welcome.why = resume ? HL_FRAME_WHY_IN_WINDOW : HL_FRAME_WHY_FIRST;
  frame->welcome.schema = HL_WIRE_SCHEMA;
  frame->welcome.heartbeat_ms = HL_WIRE_HEARTBEAT_MS;
  frame->welcome.window_events = HL_WIRE_WINDOW_EVENTS;
  frame->welcome.window_bytes = HL_WIRE_WINDOW_BYTES;
  frame->welcome.spread_ms = HL_WIRE_SPREAD_MS;
  frame->welcome.limit_frame_bytes = HL_WIRE_MAX_CLIENT_FRAME;
  frame->welcome.pins = g_new0 (char *, 1);
  frame->welcome.server_time = hl_time_print (demo_now (self));
  frame->welcome.location = self->evening->location != NULL
                                ? json_object_ref (self->evening->location)
                                : json_object_new ();
  g_hash_table_iter_init (&iter, self->answers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_strcmp0 (((HlDemoAnswer *)value)->device, self->evening->device) == 0)
      frame->welcome.decided = MAX (frame->welcome.decided, ((HlDemoAnswer *)value)->n);
  hl_link_tell_frame (HL_LINK (self), frame);
}

static void
tell_snapshot (HlDemoLink *self)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_SNAPSHOT);
  g_autoptr (JsonNode) node = hl_state_save (self->state);

  frame->snapshot.pos = get_position (self, get_head (self));
  frame->snapshot.part = frame->snapshot.parts = 1;
  frame->snapshot.entities = json_object_ref (json_node_get_object (node));
  self->cursor = get_head (self);
  hl_link_tell_frame (HL_LINK (self), frame);
}

static void
connect_now (HlDemoLink *self)
{
  guint64 unsent = 0;
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (HlPosition) own = NULL;
  gboolean resume;

  if (!self->wanted || !self->online)
    return;
  set_state (self, HL_LINK_STATE_CONNECTING);
  self->generation++;
  hl_link_tell_generation (HL_LINK (self), self->generation);
  set_state (self, HL_LINK_STATE_OPENING);
  position = hl_link_ask_hello (HL_LINK (self), &unsent);
  own = position != NULL && position->seq <= get_head (self) ? get_position (self, position->seq)
                                                             : NULL;
  resume = own != NULL && hl_position_equal (own, position);
  self->cursor = resume ? position->seq : get_head (self);
  set_state (self, HL_LINK_STATE_CATCHING_UP);
  tell_welcome (self, resume);
  if (!resume && hl_link_is_open (HL_LINK (self)))
    tell_snapshot (self);
  tell_events (self);
}

static gboolean
on_connect (gpointer data)
{
  HlDemoLink *self = data;
  self->connect_timer = 0;
  connect_now (self);
  arm_line (self);
  return G_SOURCE_REMOVE;
}

static void
disconnect (HlDemoLink *self, HlLinkState to, HlLinkCause cause)
{
  GHashTableIter iter;
  gpointer key;

  g_clear_handle_id (&self->connect_timer, g_source_remove);
  g_hash_table_iter_init (&iter, self->answer_timers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_source_remove (GPOINTER_TO_UINT (key));
  g_hash_table_remove_all (self->answer_timers);
  self->cause = cause;
  set_state (self, to);
}

static void
connect_soon (HlDemoLink *self, guint ms)
{
  g_clear_handle_id (&self->connect_timer, g_source_remove);
  if (self->instant)
    connect_now (self);
  else
    self->connect_timer = g_timeout_add (ms, on_connect, self);
}

static void
hl_demo_link_set_wanted (HlLink *link, gboolean wanted)
{
  HlDemoLink *self = HL_DEMO_LINK (link);

  if (self->wanted == wanted)
    return;
  self->wanted = wanted;
  if (!wanted) {
    g_clear_handle_id (&self->line_timer, g_source_remove);
    g_clear_handle_id (&self->rtt_timer, g_source_remove);
    disconnect (self, HL_LINK_STATE_IDLE, HL_LINK_CAUSE_LOCAL);
    return;
  }
  if (!self->instant)
    self->rtt_timer = g_timeout_add (RTT_MS, on_rtt, self);
  if (self->online)
    connect_soon (self, CONNECT_MS);
}

static void
hl_demo_link_reconnect_now (HlLink *link)
{
  HlDemoLink *self = HL_DEMO_LINK (link);
  disconnect (self, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_ASKED);
  if (self->wanted && self->online)
    connect_soon (self, RECONNECT_MS);
}

static void
hl_demo_link_caught_up (HlLink *link)
{
  HlDemoLink *self = HL_DEMO_LINK (link);
  if (hl_link_get_state (link) != HL_LINK_STATE_CATCHING_UP)
    return;
  self->cause = HL_LINK_CAUSE_NONE;
  set_state (self, HL_LINK_STATE_LIVE);
}

static void
hl_demo_link_broken (HlLink *link, HlLinkCause cause)
{
  HlDemoLink *self = HL_DEMO_LINK (link);
  disconnect (self, HL_LINK_STATE_WAITING, cause);
  if (!self->instant)
    connect_soon (self, RECONNECT_MS);
}

static void
hl_demo_link_resync (HlLink *link)
{
  hl_demo_link_broken (link, HL_LINK_CAUSE_BEHIND);
}

static void
hl_demo_link_halt (HlLink *link, HlLinkCause cause)
{
  disconnect (HL_DEMO_LINK (link), HL_LINK_STATE_STOPPED, cause);
}

/* ---- actions ---- */

static HlDemoAnswer *
decide (HlDemoLink *self, const HlAction *action, const char *device, HlRole role, guint64 seen)
{
  g_autoptr (HlActor) actor
      = hl_actor_new (role, action->who != NULL ? action->who : "Stand 1", device, action->n);
  gint64 now = demo_now (self);
  g_autoptr (HlDecision) decision = hl_decide (self->state, action, actor, seen, now);
  g_autoptr (GPtrArray) events
      = hl_decision_make_events (decision, action->id, actor, get_head (self) + 1, decision->at,
                                 now);
  HlDemoAnswer *answer = g_new0 (HlDemoAnswer, 1);

  for (guint i = 0; i < events->len; i++)
    append (self, g_ptr_array_index (events, i));
  answer->n = action->n;
  answer->device = g_strdup (device);
  answer->outcome = g_strdup (hl_decision_is_review (decision)
                                  ? "review"
                                  : hl_enum_nick (HL_TYPE_OUTCOME, (int)decision->outcome));
  answer->reason = decision->reason != HL_REASON_NONE
                       ? g_strdup (hl_enum_nick (HL_TYPE_REASON, (int)decision->reason))
                       : NULL;
  answer->detail = decision->detail != NULL ? json_object_ref (decision->detail) : NULL;
  answer->seq = events->len > 0 ? get_head (self) : 0;
  answer->head = get_head (self);
  g_hash_table_insert (self->answers, g_strdup (action->id), answer);
  return answer;
}

static void
tell_done (HlDemoLink *self, const char *id, const HlDemoAnswer *answer)
{
  g_autoptr (HlFrame) frame = NULL;

  if (!hl_link_is_open (HL_LINK (self)) || self->lose)
    return;
  frame = hl_frame_new (HL_FRAME_DONE);
  frame->done.id = g_strdup (id);
  frame->done.outcome = g_strdup (answer->outcome);
  frame->done.seq = answer->seq;
  frame->done.reason = g_strdup (answer->reason);
  frame->done.detail = answer->detail != NULL ? json_object_ref (answer->detail) : NULL;
  hl_link_tell_frame (HL_LINK (self), frame);
}

static void
take_action (HlDemoLink *self, const HlFrameAct *act)
{
  HlDemoAnswer *answer = g_hash_table_lookup (self->answers, act->id);

  if (answer == NULL) {
    g_autoptr (HlAction) ageless = NULL;
    g_autoptr (HlAction) action = NULL;
    g_autoptr (HlPosition) own = NULL;
    gint64 composed_at = HL_TIME_NONE;
    int kind = HL_ACTION_UNKNOWN, predicted = HL_PREDICTED_NONE;
    guint64 seen = 0;

    (void)hl_enum_parse (HL_TYPE_ACTION_KIND, act->kind, &kind);
    if (act->predicted != NULL)
      (void)hl_enum_parse (HL_TYPE_OUTCOME, act->predicted, &predicted);
    (void)hl_time_parse (act->composed_at, &composed_at);
    ageless = hl_action_new (act->id, act->n, (HlActionKind)kind, predicted, act->who, composed_at,
                             act->session, act->data);
    action = hl_action_with_age (ageless, act->age_ms);
    own = act->base != NULL && act->base->seq <= get_head (self)
              ? get_position (self, act->base->seq)
              : NULL;
    if (own != NULL && own->h == act->base->h)
      seen = act->base->seq;
    answer = decide (self, action, self->evening->device, HL_ROLE_MANAGER, seen);
  }
  tell_events (self);
  tell_done (self, act->id, answer);
}

typedef struct {
  HlDemoLink *link;
  HlFrame *frame;
  guint source;
} Later;

static void
later_free (Later *later)
{
  hl_frame_free (later->frame);
  g_free (later);
}

static gboolean
on_later (gpointer data)
{
  Later *later = data;
  g_hash_table_remove (later->link->answer_timers, GUINT_TO_POINTER (later->source));
  take_action (later->link, &later->frame->act);
  return G_SOURCE_REMOVE;
}

static gboolean
hl_demo_link_send (HlLink *link, const HlFrame *frame)
{
  HlDemoLink *self = HL_DEMO_LINK (link);

  if (!hl_link_is_open (link))
    return FALSE;
  if (frame->type == HL_FRAME_ACT) {
    Later *later = g_new0 (Later, 1);
    g_autofree char *text = hl_frame_print (frame);
    later->link = self;
    later->frame = hl_frame_parse (text, strlen (text), HL_FRAME_SIDE_CLIENT, NULL);
    g_assert (later->frame != NULL); /* what this side prints it can read */
    /* Never from within send: the desk is in the middle of something. */
    later->source = g_timeout_add_full (G_PRIORITY_DEFAULT, self->instant ? 0 : ANSWER_MS, on_later,
                                        later, (GDestroyNotify)later_free);
    g_hash_table_add (self->answer_timers, GUINT_TO_POINTER (later->source));
  }
  return TRUE;
}

/* ---- the object ---- */

static void
hl_demo_link_dispose (GObject *object)
{
  HlDemoLink *self = HL_DEMO_LINK (object);
  GHashTableIter iter;
  gpointer key;

  g_clear_handle_id (&self->connect_timer, g_source_remove);
  g_clear_handle_id (&self->line_timer, g_source_remove);
  g_clear_handle_id (&self->rtt_timer, g_source_remove);
  g_hash_table_iter_init (&iter, self->answer_timers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_source_remove (GPOINTER_TO_UINT (key));
  g_hash_table_remove_all (self->answer_timers);
  G_OBJECT_CLASS (hl_demo_link_parent_class)->dispose (object);
}

static void
hl_demo_link_finalize (GObject *object)
{
  HlDemoLink *self = HL_DEMO_LINK (object);

  g_clear_pointer (&self->evening, hl_evening_free);
  g_free (self->epoch);
  g_ptr_array_unref (self->log);
  g_array_unref (self->hashes);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->answer_timers);
  g_object_unref (self->state);
  G_OBJECT_CLASS (hl_demo_link_parent_class)->finalize (object);
}

static void
hl_demo_link_class_init (HlDemoLinkClass *klass)
{
  HlLinkClass *link_class = HL_LINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_demo_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_demo_link_finalize;
  link_class->set_wanted = hl_demo_link_set_wanted;
  link_class->send = hl_demo_link_send;
  link_class->reconnect_now = hl_demo_link_reconnect_now;
  link_class->caught_up = hl_demo_link_caught_up;
  link_class->broken = hl_demo_link_broken;
  link_class->resync = hl_demo_link_resync;
  link_class->halt = hl_demo_link_halt;
}

static void
hl_demo_link_init (HlDemoLink *self)
{
  guint64 empty = 0;

  self->epoch = g_strdup ("demo");
  self->online = TRUE;
  self->cause = HL_LINK_CAUSE_STARTING;
  self->state = hl_state_new ();
  self->log = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_event_unref);
  self->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (self->hashes, empty);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)hl_demo_answer_free);
  self->answer_timers = g_hash_table_new (NULL, NULL);
}

HlDemoLink *
hl_demo_link_new_from_text (const char *text)
{
  HlDemoLink *self = g_object_new (HL_TYPE_DEMO_LINK, NULL);
  self->evening = hl_evening_new (text);
  start_evening (self);
  return self;
}

HlDemoLink *
hl_demo_link_new (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (path != NULL) {
    if (!g_file_get_contents (path, &text, NULL, &error))
      hl_log (HL_LOG_WARNING, "demo", "the evening cannot be read", "error", error->message, NULL);
  } else {
    g_autoptr (GBytes) bytes = NULL;
    static gsize registered = 0;
    if (g_once_init_enter (&registered)) {
      hl_demo_register_resource ();
      g_once_init_leave (&registered, 1);
    }
    bytes = g_resource_lookup_data (hl_demo_get_resource (),
                                    "/org/hostline/Hostline/demo-evening.jsonl",
                                    G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    if (bytes != NULL)
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    else
      hl_log (HL_LOG_WARNING, "demo", "the evening is missing", "error", error->message, NULL);
  }
  return hl_demo_link_new_from_text (text != NULL ? text : "");
}

const char *
hl_demo_link_get_device (HlDemoLink *self)
{
  return self->evening->device;
}

const char *
hl_demo_link_get_location (HlDemoLink *self)
{
  return self->evening->location_id;
}

/* ---- for tests ---- */

void
hl_demo_link_set_instant (HlDemoLink *self, gboolean instant)
{
  self->instant = instant;
}

void
hl_demo_link_set_online (HlDemoLink *self, gboolean online, HlLinkCause cause)
{
  if (self->online == online)
    return;
  self->online = online;
  if (online)
    connect_soon (self, CONNECT_MS);
  else
    disconnect (self, HL_LINK_STATE_WAITING, cause);
}

void
hl_demo_link_post (HlDemoLink *self, const char *event_json)
{
  g_autoptr (JsonObject) event = hl_json_parse_object (event_json, strlen (event_json), NULL, NULL);
  g_return_if_fail (event != NULL);
  append_fact (self, event, demo_now (self));
  tell_events (self);
}

const char *
hl_demo_link_act (HlDemoLink *self, const char *device, const char *kind, const char *data_json)
{
  g_autoptr (JsonObject) data = hl_json_parse_object (data_json, strlen (data_json), NULL, NULL);
  g_autofree char *id = hl_id_uuid4 ();
  g_autoptr (HlAction) action = NULL;
  int value = HL_ACTION_UNKNOWN;
  HlDemoAnswer *answer;

  g_return_val_if_fail (data != NULL, NULL);
  (void)hl_enum_parse (HL_TYPE_ACTION_KIND, kind, &value);
  action = hl_action_new (id, ++self->others, (HlActionKind)value, HL_OUTCOME_APPLIED, "Ben",
                          demo_now (self), NULL, data);
  answer = decide (self, action, device, HL_ROLE_STAFF, get_head (self));
  tell_events (self);
  return answer->outcome;
}

void
hl_demo_link_partial (HlDemoLink *self, const char *partial_json)
{
  g_autoptr (JsonObject) partial
      = hl_json_parse_object (partial_json, strlen (partial_json), NULL, NULL);
  g_return_if_fail (partial != NULL);
  tell_partial (self, partial);
}

void
hl_demo_link_lose_answers (HlDemoLink *self, gboolean lose)
{
  self->lose = lose;
}

static gboolean
is_lost (gpointer key, gpointer value, gpointer data)
{
  /* A backup has the answers of its time, of refusals too: what is lost is always a device's newest. */
  return ((HlDemoAnswer *)value)->head > *(guint64 *)data;
}

void
hl_demo_link_restore (HlDemoLink *self, guint64 to_seq)
{
  g_autoptr (GPtrArray) log = g_steal_pointer (&self->log);

  g_return_if_fail (to_seq <= log->len);
  g_object_unref (self->state);
  self->state = hl_state_new ();
  self->log = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_event_unref);
  g_array_set_size (self->hashes, (guint)to_seq + 1);
  for (guint i = 0; i < to_seq; i++) {
    hl_evolve (self->state, g_ptr_array_index (log, i));
    g_ptr_array_add (self->log, hl_event_ref (g_ptr_array_index (log, i)));
  }
  self->life++;
  g_free (self->epoch);
  self->epoch = g_strdup_printf ("demo%u", self->life);
  g_hash_table_foreach_remove (self->answers, is_lost, &to_seq);
  self->cursor = MIN (self->cursor, to_seq);
}

guint64
hl_demo_link_get_head (HlDemoLink *self)
{
  return get_head (self);
}

guint
hl_demo_link_count_units (HlDemoLink *self, const char *act_id)
{
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++) {
    HlEvent *event = g_ptr_array_index (self->log, i);
    n += event->end && g_strcmp0 (event->act, act_id) == 0;
  }
  return n;
}

guint64
hl_demo_link_get_digest (HlDemoLink *self)
{
  return hl_state_get_digest (self->state);
}
