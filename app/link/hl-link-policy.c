/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection's state machine, see hl-link-policy.h. */
#include "link/hl-link-policy.h"

#define MS G_GINT64_CONSTANT (1000)
#define NEVER G_MAXINT64
#define NETWORK_DEBOUNCE (1000 * MS)
#define NETWORK_PAUSE (5000 * MS) /* a hint brings an attempt forward at most this often */
#define BROKEN_WINDOW (60 * 1000 * MS)
#define METERED_HEARTBEAT_MS 15000
#define FALLBACK_MAX (30 * 60 * 1000 * MS)
/* A flow of frames proves one direction, answered pings prove both. In a large replay the answer stands
 * behind what comes before it; else it is that nothing leaves here any more, and with the heartbeat
 * before the ping and the spread after it there is a new connection in 20 s. */
#define ONE_WAY_REPLAY (60 * 1000 * MS)
#define ONE_WAY_LIVE (12 * 1000 * MS)

const HlLinkTimes hl_link_times_default = {
  .spread_ms = 3000,
  .heartbeat_ms = 5000,
  .answer_ms = 5000,
  .dead_ms = 10000,
  .attempt_ms = 10000,
  .stable_ms = 30000,
  .probe_ms = 1500,
  .stopped_ms = 300000,
  .behind_ms = 10000,
  .fallback_ms = 60000,
  .reload_ms = 5000,
};

struct _HlLinkPolicy {
  HlLinkTimes times;
  HlRandomFunc random;
  gpointer random_data;
  guint n_endpoints;

  GArray *commands; /* HlLinkCommand */
  guint taken;

  gboolean want;
  gboolean metered;
  gboolean network; /* what the monitor last said */
  HlLinkState state;
  HlLinkCause cause;
  guint code;
  gboolean socket; /* one was asked for and not closed */
  guint generation;
  guint endpoint;
  guint tried; /* endpoints tried in this round */
  gboolean passing; /* one of them failed for a reason that passes by itself, namely: */
  HlLinkCause passing_cause;
  guint passing_code;
  HlBackoff backoff;
  gboolean snapshot; /* the next hello asks for one */

  gint64 attempt_at;       /* WAITING, STOPPED: when to dial */
  gboolean attempt_fixed;  /* the server asked for that time: hints do not bring it forward */
  gint64 attempt_deadline; /* CONNECTING, OPENING */
  gint64 ping_at;          /* next ping */
  guint ping_n;
  gint64 unanswered_since; /* when the oldest unanswered ping was sent, 0 = all answered */
  guint unanswered_n;      /* its number */
  gint64 answer_limit;     /* 0, or when a probing ping must have been answered */
  guint answer_limit_n;
  HlLinkCause probe_cause;
  gint64 probed_at;
  gboolean waiting; /* something waits to be answered by the server */
  gint64 resync_at; /* when to open anew for a snapshot, or NEVER */
  gint64 received_at;
  guint64 head, seq;
  gint64 behind_since; /* 0 = not behind */
  gint64 stable_at;
  gint64 network_at; /* 0, or when a hint takes effect */
  gint64 network_last;
  gint64 broken_last;
  gint64 fallback_at;
  gint64 fallback_wait; /* how long until the first endpoint is probed */
  gboolean can_reload;
  gboolean reloading; /* WAITING for the token */
  gboolean reloaded;  /* it was read again since the last stop or live */
};

static double
draw (HlLinkPolicy *self)
{
  return self->random (self->random_data);
}

static HlLinkCommand *
push (HlLinkPolicy *self, HlLinkCommandType type)
{
  HlLinkCommand command
      = { .type = type, .generation = self->generation, .endpoint = self->endpoint };
  g_array_append_val (self->commands, command);
  return &g_array_index (self->commands, HlLinkCommand, self->commands->len - 1);
}

static void
enter (HlLinkPolicy *self, HlLinkState state)
{
  HlLinkCommand *command;

  if (state == self->state)
    return;
  command = push (self, HL_LINK_COMMAND_STATE);
  command->from = self->state;
  command->to = state;
  command->cause = self->cause;
  command->code = self->code;
  self->state = state;
}

HlLinkPolicy *
hl_link_policy_new (const HlLinkTimes *times, guint n_endpoints, HlRandomFunc random,
                    gpointer user_data)
{
  HlLinkPolicy *self = g_new0 (HlLinkPolicy, 1);

  self->times = times != NULL ? *times : hl_link_times_default;
  self->n_endpoints = MAX (1, n_endpoints);
  self->random = random;
  self->random_data = user_data;
  self->commands = g_array_new (FALSE, FALSE, sizeof (HlLinkCommand));
  self->network = TRUE;
  self->cause = HL_LINK_CAUSE_STARTING;
  self->fallback_wait = self->times.fallback_ms * MS;
  self->resync_at = NEVER;
  return self;
}

void
hl_link_policy_free (HlLinkPolicy *self)
{
  g_array_unref (self->commands);
  g_free (self);
}

gboolean
hl_link_policy_take (HlLinkPolicy *self, HlLinkCommand *command)
{
  if (self->taken >= self->commands->len) {
    g_array_set_size (self->commands, 0);
    self->taken = 0;
    return FALSE;
  }
  *command = g_array_index (self->commands, HlLinkCommand, self->taken++);
  return TRUE;
}

HlLinkState
hl_link_policy_get_state (HlLinkPolicy *self)
{
  return self->state;
}

HlLinkCause
hl_link_policy_get_cause (HlLinkPolicy *self)
{
  return self->cause;
}

guint
hl_link_policy_get_code (HlLinkPolicy *self)
{
  return self->code;
}

guint
hl_link_policy_get_generation (HlLinkPolicy *self)
{
  return self->generation;
}

guint
hl_link_policy_get_endpoint (HlLinkPolicy *self)
{
  return self->endpoint;
}

guint
hl_link_policy_get_failures (HlLinkPolicy *self)
{
  return self->backoff.failures;
}

gint64
hl_link_policy_get_retry_at (HlLinkPolicy *self)
{
  if (self->state == HL_LINK_STATE_WAITING || self->state == HL_LINK_STATE_STOPPED)
    return self->attempt_at;
  return 0;
}

static gboolean
is_open (HlLinkPolicy *self)
{
  return hl_link_state_is_open (self->state);
}

static gboolean
has_socket (HlLinkPolicy *self)
{
  return self->socket;
}

/* Ends the current socket: whatever it still says belongs to the past. */
static void
drop (HlLinkPolicy *self)
{
  if (!has_socket (self))
    return;
  push (self, HL_LINK_COMMAND_CLOSE);
  self->socket = FALSE;
  self->generation++;
  self->unanswered_since = 0;
  self->answer_limit = 0;
  self->behind_since = 0;
  self->stable_at = NEVER;
  self->resync_at = NEVER;
}

static void
dial (HlLinkPolicy *self, gint64 now)
{
  HlLinkCommand *command;

  drop (self);
  self->reloading = FALSE;
  self->generation++;
  self->attempt_deadline = now + self->times.attempt_ms * MS;
  enter (self, HL_LINK_STATE_CONNECTING);
  command = push (self, HL_LINK_COMMAND_CONNECT);
  self->socket = TRUE;
  command->snapshot = self->snapshot;
  command->deadline = self->attempt_deadline;
}

/* Starts a round at the first endpoint. */
static void
dial_first (HlLinkPolicy *self, gint64 now)
{
  drop (self);
  self->endpoint = 0;
  self->tried = 1;
  self->passing = FALSE;
  dial (self, now);
}

static void
wait_until (HlLinkPolicy *self, gint64 at, gboolean fixed)
{
  self->attempt_at = at;
  self->attempt_fixed = fixed;
  enter (self, HL_LINK_STATE_WAITING);
}

static void
stop (HlLinkPolicy *self, gint64 now)
{
  self->reloading = self->reloaded = FALSE;
  self->attempt_at = now + self->times.stopped_ms * MS;
  self->attempt_fixed = TRUE;
  enter (self, HL_LINK_STATE_STOPPED);
}

static void
note_passing (HlLinkPolicy *self, const HlLinkVerdict *verdict)
{
  if (self->passing || verdict->action == HL_VERDICT_STOP)
    return;
  self->passing = TRUE;
  self->passing_cause = verdict->cause;
  self->passing_code = verdict->code;
}

/* A live socket was lost, or an attempt failed: what now? */
static void
give_up (HlLinkPolicy *self, gint64 now, const HlLinkVerdict *verdict, gboolean was_attempt)
{
  gboolean probing = self->answer_limit != 0;
  gint64 jitter, wait;

  self->cause = verdict->cause;
  self->code = verdict->code;
  if (verdict->action == HL_VERDICT_SNAPSHOT)
    self->snapshot = TRUE;
  drop (self);
  if (!self->want) {
    enter (self, HL_LINK_STATE_IDLE);
    return;
  }
  /* Asked whether it still lives, the old connection has said no: after a sleep nobody waits for a
   * spread that is meant for a server's restart. */
  if (probing && verdict->action == HL_VERDICT_RETRY && verdict->wait_ms < 0) {
    self->cause = self->probe_cause;
    hl_backoff_reset (&self->backoff);
    dial_first (self, now);
    return;
  }
  /* The next address, at once, unless our server itself has spoken. */
  if (was_attempt && !verdict->authentic && (verdict->wait_ms < 0 || verdict->doubted)
      && self->tried < self->n_endpoints) {
    note_passing (self, verdict);
    self->endpoint = (self->endpoint + 1) % self->n_endpoints;
    self->tried++;
    dial (self, now);
    return;
  }
  self->endpoint = 0;
  self->tried = 0;
  /* Somebody else's certificate at one address is no reason to leave the others alone: the box that
   * restarts at the first one is back in a moment. */
  if (was_attempt && verdict->action == HL_VERDICT_STOP && !verdict->authentic && self->passing) {
    self->cause = self->passing_cause;
    self->code = self->passing_code;
  } else if (verdict->action == HL_VERDICT_STOP) {
    if (verdict->cause == HL_LINK_CAUSE_DEVICE_REMOVED && self->can_reload && !self->reloaded) {
      self->reloading = self->reloaded = TRUE;
      wait_until (self, now + self->times.reload_ms * MS, TRUE);
      push (self, HL_LINK_COMMAND_RELOAD);
      return;
    }
    stop (self, now);
    return;
  }
  jitter = hl_backoff_next (&self->backoff, self->times.spread_ms, draw (self));
  /* bye's retry_ms is this session's own slot and is taken as it is; Retry-After says the same to
   * everybody. */
  if (verdict->wait_ms >= 0 && !was_attempt)
    wait = CLAMP (verdict->wait_ms, 0, HL_BACKOFF_WAIT_CAP_MS);
  else if (verdict->wait_ms >= 0)
    wait = hl_backoff_obey (jitter, verdict->wait_ms, draw (self));
  else
    wait = jitter;
  /* Accept-then-close with a short slot must not loop fast: after the first loss the jitter counts
   * too. */
  if (self->backoff.failures > 2)
    wait = MAX (wait, jitter);
  wait_until (self, now + wait * MS, verdict->wait_ms >= 0);
}

static gint64
get_heartbeat (HlLinkPolicy *self)
{
  guint ms = self->times.heartbeat_ms;

  /* where every byte is paid for, silence may take longer, unless somebody waits for an answer */
  return (self->metered && !self->waiting ? MAX (ms, METERED_HEARTBEAT_MS) : ms) * MS;
}

static void
send_ping (HlLinkPolicy *self, gint64 now)
{
  HlLinkCommand *command = push (self, HL_LINK_COMMAND_PING);

  command->n = ++self->ping_n;
  if (self->unanswered_since == 0) {
    self->unanswered_since = now;
    self->unanswered_n = self->ping_n;
  }
  self->ping_at = now + get_heartbeat (self);
}

/* Asks at once whether the socket still lives; without an answer in time it is dropped and
 * dialled anew. */
static void
probe (HlLinkPolicy *self, gint64 now, HlLinkCause cause)
{
  gint64 limit = now + self->times.probe_ms * MS;

  send_ping (self, now);
  /* Traffic from before the sleep proves nothing about now. */
  self->unanswered_since = now;
  self->unanswered_n = self->ping_n;
  if (self->answer_limit == 0 || limit < self->answer_limit) {
    self->answer_limit = limit;
    self->answer_limit_n = self->ping_n;
    self->probed_at = now;
    self->probe_cause = cause;
  }
}

/* ---- inputs ---- */

void
hl_link_policy_want (HlLinkPolicy *self, gint64 now, gboolean want)
{
  if (want == self->want)
    return;
  self->want = want;
  if (want) {
    self->cause = HL_LINK_CAUSE_STARTING;
    self->code = 0;
    hl_backoff_reset (&self->backoff);
    dial_first (self, now);
  } else {
    drop (self);
    self->reloading = FALSE;
    self->cause = HL_LINK_CAUSE_LOCAL;
    enter (self, HL_LINK_STATE_IDLE);
  }
}

void
hl_link_policy_reconnect_now (HlLinkPolicy *self, gint64 now)
{
  self->want = TRUE;
  self->cause = HL_LINK_CAUSE_ASKED;
  self->code = 0;
  /* Someone who presses it again and again gets an attempt each time; the backoff of the automatic
   * ones stays. */
  dial_first (self, now);
}

void
hl_link_policy_resync (HlLinkPolicy *self, gint64 now)
{
  self->snapshot = TRUE;
  /* Should one event have led every dashboard astray, they all notice at the same digest: spread,
   * and what is shown meanwhile is not worse than it was. */
  if (is_open (self) && self->resync_at == NEVER)
    self->resync_at = now + (gint64)(self->times.spread_ms * draw (self)) * MS;
}

void
hl_link_policy_network_changed (HlLinkPolicy *self, gint64 now, gboolean available)
{
  self->network = available;
  self->network_at = now + NETWORK_DEBOUNCE;
}

static void
network_settled (HlLinkPolicy *self, gint64 now)
{
  self->network_at = 0;
  if (is_open (self)) {
    probe (self, now, self->network ? HL_LINK_CAUSE_NETWORK_CHANGED : HL_LINK_CAUSE_NO_NETWORK);
    return;
  }
  if (!self->network)
    return;
  if (self->network_last != 0 && now - self->network_last < NETWORK_PAUSE)
    return;
  /* A login page on the old network may have answered for our server. */
  if (self->state == HL_LINK_STATE_STOPPED && self->cause != HL_LINK_CAUSE_CERTIFICATE
      && self->cause != HL_LINK_CAUSE_CLOCK && self->cause != HL_LINK_CAUSE_EXPIRED)
    return;
  if (self->state == HL_LINK_STATE_WAITING && self->attempt_fixed)
    return;
  if (self->state == HL_LINK_STATE_WAITING || self->state == HL_LINK_STATE_STOPPED) {
    gint64 soon = now + (gint64)(200 + 1300 * draw (self)) * MS;
    self->network_last = now;
    self->attempt_at = MIN (self->attempt_at, soon);
  }
}

void
hl_link_policy_resumed (HlLinkPolicy *self, gint64 now)
{
  if (is_open (self)) {
    probe (self, now, HL_LINK_CAUSE_RESUMED);
  } else if (has_socket (self) || (self->state == HL_LINK_STATE_WAITING && !self->attempt_fixed)) {
    self->cause = HL_LINK_CAUSE_RESUMED;
    self->code = 0;
    hl_backoff_reset (&self->backoff);
    dial_first (self, now);
  }
}

void
hl_link_policy_set_metered (HlLinkPolicy *self, gint64 now, gboolean metered)
{
  if (self->metered == metered)
    return;
  self->metered = metered;
  if (is_open (self))
    send_ping (self, now);
}

void
hl_link_policy_set_waiting (HlLinkPolicy *self, gint64 now, gboolean waiting)
{
  if (self->waiting == waiting)
    return;
  self->waiting = waiting;
  if (waiting && is_open (self) && self->unanswered_since == 0)
    send_ping (self, now);
}

gboolean
hl_link_policy_get_metered (HlLinkPolicy *self)
{
  return self->metered;
}

void
hl_link_policy_set_can_reload (HlLinkPolicy *self, gboolean can_reload)
{
  self->can_reload = can_reload;
}

void
hl_link_policy_reloaded (HlLinkPolicy *self, gint64 now, gboolean changed)
{
  if (!self->reloading)
    return;
  if (changed)
    dial_first (self, now);
  else
    stop (self, now);
}

void
hl_link_policy_halt (HlLinkPolicy *self, gint64 now, guint generation, HlLinkCause cause)
{
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_STOP, cause);

  if (generation != self->generation || !has_socket (self))
    return;
  /* no other address would say otherwise */
  verdict.authentic = TRUE;
  give_up (self, now, &verdict, !is_open (self));
}

void
hl_link_policy_set_n_endpoints (HlLinkPolicy *self, guint n_endpoints)
{
  self->n_endpoints = MAX (1, n_endpoints);
  if (self->endpoint >= self->n_endpoints)
    self->endpoint = 0;
}

void
hl_link_policy_connected (HlLinkPolicy *self, gint64 now, guint generation)
{
  if (generation != self->generation || self->state != HL_LINK_STATE_CONNECTING)
    return;
  enter (self, HL_LINK_STATE_OPENING);
}

void
hl_link_policy_failed (HlLinkPolicy *self, gint64 now, guint generation,
                       const HlLinkVerdict *verdict)
{
  HlLinkVerdict v = *verdict;

  if (generation != self->generation || !has_socket (self))
    return;
  /* The monitor is only a hint, but it names the cause better than "no route" does. */
  if (!self->network
      && (v.cause == HL_LINK_CAUSE_NAME_NOT_FOUND || v.cause == HL_LINK_CAUSE_NO_ANSWER))
    v.cause = HL_LINK_CAUSE_NO_NETWORK;
  give_up (self, now, &v, !is_open (self));
}

void
hl_link_policy_welcomed (HlLinkPolicy *self, gint64 now, guint generation, guint64 head,
                         guint heartbeat_ms, guint spread_ms)
{
  if (generation != self->generation || self->state != HL_LINK_STATE_OPENING)
    return;
  if (heartbeat_ms != 0)
    self->times.heartbeat_ms = CLAMP (heartbeat_ms, 1000, 60000);
  if (spread_ms != 0)
    self->times.spread_ms = MIN (spread_ms, 60000);
  self->head = head;
  self->seq = 0;
  self->received_at = now;
  self->unanswered_since = 0;
  self->answer_limit = 0;
  self->behind_since = now;
  self->stable_at = NEVER;
  self->ping_at = now + get_heartbeat (self);
  self->fallback_at = self->endpoint > 0 ? now + self->fallback_wait : NEVER;
  self->snapshot = FALSE;
  enter (self, HL_LINK_STATE_CATCHING_UP);
}

void
hl_link_policy_received (HlLinkPolicy *self, gint64 now, guint generation, guint64 seq)
{
  if (generation != self->generation || !is_open (self))
    return;
  self->received_at = now;
  if (seq == 0)
    return;
  self->seq = MAX (self->seq, seq);
  self->head = MAX (self->head, seq);
  self->behind_since = self->seq < self->head ? now : 0;
}

void
hl_link_policy_ponged (HlLinkPolicy *self, gint64 now, guint generation, guint n, guint64 head)
{
  if (generation != self->generation || !is_open (self))
    return;
  self->received_at = now;
  if (n >= self->unanswered_n)
    self->unanswered_since = 0;
  if (self->answer_limit != 0 && n >= self->answer_limit_n)
    self->answer_limit = 0;
  self->head = MAX (self->head, head);
  if (self->seq >= self->head)
    self->behind_since = 0;
  else if (self->behind_since == 0)
    self->behind_since = now;
  if (self->state == HL_LINK_STATE_LATE && self->unanswered_since == 0)
    enter (self, HL_LINK_STATE_LIVE);
}

void
hl_link_policy_caught_up (HlLinkPolicy *self, gint64 now, guint generation)
{
  if (generation != self->generation || self->state != HL_LINK_STATE_CATCHING_UP)
    return;
  self->stable_at = now + self->times.stable_ms * MS;
  self->behind_since = 0;
  self->seq = MAX (self->seq, self->head);
  self->cause = HL_LINK_CAUSE_NONE;
  self->code = 0;
  self->reloaded = FALSE;
  enter (self, HL_LINK_STATE_LIVE);
}

void
hl_link_policy_lost (HlLinkPolicy *self, gint64 now, guint generation, const HlLinkVerdict *verdict)
{
  if (generation != self->generation || !has_socket (self))
    return;
  give_up (self, now, verdict, !is_open (self));
}

void
hl_link_policy_broken (HlLinkPolicy *self, gint64 now, guint generation, HlLinkCause cause)
{
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, cause);

  if (generation != self->generation || !has_socket (self))
    return;
  if (self->broken_last != 0 && now - self->broken_last < BROKEN_WINDOW)
    self->snapshot = TRUE;
  self->broken_last = now;
  give_up (self, now, &verdict, !is_open (self));
}

void
hl_link_policy_probed (HlLinkPolicy *self, gint64 now, guint endpoint, gboolean answers)
{
  if (!answers || !is_open (self) || self->endpoint == 0 || endpoint != 0)
    return;
  /* Back to the first address. When that fails, the round goes on to this one again, and the next
   * try comes later: an address that answers, but has no session for us, must not cost the
   * connection every minute. */
  self->fallback_wait = MIN (2 * self->fallback_wait, FALLBACK_MAX);
  dial_first (self, now);
}

static gint64
get_one_way_limit (HlLinkPolicy *self)
{
  return self->state == HL_LINK_STATE_CATCHING_UP ? ONE_WAY_REPLAY : ONE_WAY_LIVE;
}

/* In a replay the answer to a probe stands behind what comes before it: then whatever comes after a
 * hint of the network is an answer, and the heartbeat goes on judging. After a sleep it is not: that
 * may have been on its way since before. */
static gboolean
still_speaks (HlLinkPolicy *self)
{
  return self->state == HL_LINK_STATE_CATCHING_UP && self->received_at > self->probed_at
         && (self->probe_cause == HL_LINK_CAUSE_NETWORK_CHANGED
             || self->probe_cause == HL_LINK_CAUSE_NO_NETWORK);
}

void
hl_link_policy_tick (HlLinkPolicy *self, gint64 now)
{
  HlLinkVerdict verdict;

  if (self->network_at != 0 && now >= self->network_at)
    network_settled (self, now);

  switch (self->state) {
  case HL_LINK_STATE_IDLE:
    break;
  case HL_LINK_STATE_WAITING:
  case HL_LINK_STATE_STOPPED:
    if (now >= self->attempt_at) {
      if (self->reloading)
        stop (self, now);
      else
        dial_first (self, now);
    }
    break;
  case HL_LINK_STATE_CONNECTING:
  case HL_LINK_STATE_OPENING:
    if (now >= self->attempt_deadline) {
      verdict = hl_link_verdict_make (HL_VERDICT_RETRY, self->network ? HL_LINK_CAUSE_NO_ANSWER
                                                                      : HL_LINK_CAUSE_NO_NETWORK);
      give_up (self, now, &verdict, TRUE);
    }
    break;
  case HL_LINK_STATE_CATCHING_UP:
  case HL_LINK_STATE_LIVE:
  case HL_LINK_STATE_LATE:
    if (self->answer_limit != 0 && now >= self->answer_limit && still_speaks (self))
      self->answer_limit = 0;
    if (self->answer_limit != 0 && now >= self->answer_limit) {
      self->cause = self->probe_cause;
      self->code = 0;
      hl_backoff_reset (&self->backoff);
      dial_first (self, now);
      break;
    }
    if (self->unanswered_since != 0 && now - self->unanswered_since >= self->times.dead_ms * MS
        && (now - self->received_at >= self->times.dead_ms * MS
            || now - self->unanswered_since >= get_one_way_limit (self))) {
      verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_HEARTBEAT);
      give_up (self, now, &verdict, FALSE);
      break;
    }
    if (self->behind_since != 0 && now - self->behind_since >= self->times.behind_ms * MS) {
      /* While a large snapshot or page is under way, bytes are not frames: heartbeats judge that.
       */
      if (self->state != HL_LINK_STATE_CATCHING_UP || self->unanswered_since == 0) {
        hl_link_policy_broken (self, now, self->generation, HL_LINK_CAUSE_BEHIND);
        break;
      }
    }
    if (self->state == HL_LINK_STATE_LIVE && self->unanswered_since != 0
        && now - self->unanswered_since >= self->times.answer_ms * MS)
      enter (self, HL_LINK_STATE_LATE);
    if (now >= self->ping_at)
      send_ping (self, now);
    if (now >= self->stable_at) {
      hl_backoff_reset (&self->backoff);
      if (self->endpoint == 0)
        self->fallback_wait = self->times.fallback_ms * MS;
      self->stable_at = NEVER;
    }
    if (now >= self->resync_at) {
      self->cause = HL_LINK_CAUSE_BEHIND;
      self->code = 0;
      dial_first (self, now);
      break;
    }
    if (now >= self->fallback_at) {
      HlLinkCommand *command = push (self, HL_LINK_COMMAND_PROBE);
      command->endpoint = 0;
      self->fallback_at = now + self->fallback_wait;
    }
    break;
  default:
    g_assert_not_reached ();
  }
}

gint64
hl_link_policy_get_deadline (HlLinkPolicy *self)
{
  gint64 at = NEVER;

  if (self->network_at != 0)
    at = self->network_at;
  switch (self->state) {
  case HL_LINK_STATE_WAITING:
  case HL_LINK_STATE_STOPPED:
    at = MIN (at, self->attempt_at);
    break;
  case HL_LINK_STATE_CONNECTING:
  case HL_LINK_STATE_OPENING:
    at = MIN (at, self->attempt_deadline);
    break;
  case HL_LINK_STATE_CATCHING_UP:
  case HL_LINK_STATE_LIVE:
  case HL_LINK_STATE_LATE:
    at = MIN (at, self->ping_at);
    at = MIN (at, self->stable_at);
    at = MIN (at, self->fallback_at);
    at = MIN (at, self->resync_at);
    if (self->answer_limit != 0)
      at = MIN (at, self->answer_limit);
    if (self->unanswered_since != 0) {
      if (self->state == HL_LINK_STATE_LIVE)
        at = MIN (at, self->unanswered_since + self->times.answer_ms * MS);
      at = MIN (at, MIN (MAX (self->unanswered_since, self->received_at) + self->times.dead_ms * MS,
                         self->unanswered_since + get_one_way_limit (self)));
    }
    if (self->behind_since != 0
        && (self->state != HL_LINK_STATE_CATCHING_UP || self->unanswered_since == 0))
      at = MIN (at, self->behind_since + self->times.behind_ms * MS);
    break;
  case HL_LINK_STATE_IDLE:
  default:
    break;
  }
  return at;
}
