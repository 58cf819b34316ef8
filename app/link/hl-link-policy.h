/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlLinkPolicy: the connection's state machine: when to dial, where, when to ping, when to give a
 * socket up. Pure. */
#pragma once

#include <glib.h>

#include "link/hl-backoff.h"
#include "link/hl-link-cause.h"
#include "link/hl-link-verdict.h"

G_BEGIN_DECLS

/* No I/O, no clock, no randomness of its own: every input carries `now`, microseconds of
 * CLOCK_BOOTTIME (it runs on through suspend), and what is to be done comes out as commands. After
 * every input take all commands (hl_link_policy_take ()), then arrange to call hl_link_policy_tick
 * () at hl_link_policy_get_deadline ().
 *
 * Each attempt has its own generation. Inputs about a socket carry the generation it was made with;
 * those of another than the current one are ignored, whatever they say: an old socket can neither
 * write to a screen nor start a second attempt. A CLOSE command always comes before the next
 * CONNECT. */
typedef struct _HlLinkPolicy HlLinkPolicy;

typedef struct {
  guint spread_ms;    /* 3000; welcome may change it */
  guint heartbeat_ms; /* 5000; welcome may change it */
  guint answer_ms;    /* 5000: an unanswered ping makes the link late */
  guint dead_ms;      /* 10000: an unanswered ping ends it */
  guint attempt_ms;   /* 10000: from dialling to welcome */
  guint stable_ms;    /* 30000 */
  guint probe_ms;     /* 1500: answer limit after a resume or a network change, so that a new line is up in 2 s */
  guint stopped_ms;   /* 300000: how often a stopped link probes */
  guint behind_ms;    /* 10000: behind the head without an events frame */
  guint fallback_ms;  /* 60000: how often the first endpoint is probed from another one; doubled, up
                         to half an hour, each time that going back to it did not hold */
  guint reload_ms;    /* 5000: how long a token may take to be read again */
} HlLinkTimes;

extern const HlLinkTimes hl_link_times_default;

typedef enum {
  HL_LINK_COMMAND_NONE,
  HL_LINK_COMMAND_CONNECT, /* generation, endpoint, snapshot (hello with pos null), deadline (for
                              the log) */
  HL_LINK_COMMAND_CLOSE,   /* generation: destroy that socket now */
  HL_LINK_COMMAND_PING,    /* generation, n */
  HL_LINK_COMMAND_PROBE,   /* endpoint: ask whether it answers; report with hl_link_policy_probed ()
                            */
  HL_LINK_COMMAND_RELOAD,  /* read the token again; report with hl_link_policy_reloaded () */
  HL_LINK_COMMAND_STATE,   /* from, to, cause, code: log and show */
} HlLinkCommandType;

typedef struct {
  HlLinkCommandType type;
  guint generation;
  guint endpoint;
  gboolean snapshot;
  gint64 deadline;
  guint n;
  HlLinkState from, to;
  HlLinkCause cause;
  guint code;
} HlLinkCommand;

HlLinkPolicy *hl_link_policy_new (const HlLinkTimes *times, guint n_endpoints, HlRandomFunc random,
                                  gpointer user_data);
void hl_link_policy_free (HlLinkPolicy *self);

gboolean hl_link_policy_take (HlLinkPolicy *self, HlLinkCommand *command);
gint64 hl_link_policy_get_deadline (HlLinkPolicy *self); /* G_MAXINT64 = none */

HlLinkState hl_link_policy_get_state (HlLinkPolicy *self);
HlLinkCause
hl_link_policy_get_cause (HlLinkPolicy *self); /* of the last loss or failure; NONE once live */
guint hl_link_policy_get_code (HlLinkPolicy *self);
guint hl_link_policy_get_generation (HlLinkPolicy *self);
guint hl_link_policy_get_endpoint (HlLinkPolicy *self);
gint64 hl_link_policy_get_retry_at (
    HlLinkPolicy *self); /* boot time of the next attempt, 0 = none planned */
guint hl_link_policy_get_failures (HlLinkPolicy *self);

/* ---- inputs ---- */
void hl_link_policy_want (HlLinkPolicy *self, gint64 now, gboolean want);
void hl_link_policy_tick (HlLinkPolicy *self, gint64 now);
/* "Reconnect now": works in every state, also against Retry-After and from stopped. */
void hl_link_policy_reconnect_now (HlLinkPolicy *self, gint64 now);
/* A hint, debounced 1 s: may start a probe or bring an attempt forward, never blocks or kills
 * anything. */
void hl_link_policy_network_changed (HlLinkPolicy *self, gint64 now, gboolean available);
/* CLOCK_BOOTTIME ran ahead of CLOCK_MONOTONIC: this computer slept. */
void hl_link_policy_resumed (HlLinkPolicy *self, gint64 now);
/* Heartbeat 15 s. A change is told at once, with a ping. */
void hl_link_policy_set_metered (HlLinkPolicy *self, gint64 now, gboolean metered);
/* Actions wait for their answers: asked at once whether the link still lives, so that a dead line is
 * noticed in 10 s at the latest, also on a metered network. */
void hl_link_policy_set_waiting (HlLinkPolicy *self, gint64 now, gboolean waiting);
gboolean hl_link_policy_get_metered (HlLinkPolicy *self);
/* Whether RELOAD can be answered: a refused token (401, 4401) is read again once before the link
 * stops, since its file may have been renewed. Off at first. */
void hl_link_policy_set_can_reload (HlLinkPolicy *self, gboolean can_reload);
/* changed: the token is another one now. */
void hl_link_policy_reloaded (HlLinkPolicy *self, gint64 now, gboolean changed);
/* This side has found that going on makes no sense until a person has done something (K23). */
void hl_link_policy_halt (HlLinkPolicy *self, gint64 now, guint generation, HlLinkCause cause);
/* Addresses changed (welcome, pairing). */
void hl_link_policy_set_n_endpoints (HlLinkPolicy *self, guint n_endpoints);
/* The next hello asks for a snapshot, and the link is opened anew for it within the spread (a digest
 * that differs). */
void hl_link_policy_resync (HlLinkPolicy *self, gint64 now);

/* About the socket of a generation: */
void hl_link_policy_connected (HlLinkPolicy *self, gint64 now,
                               guint generation); /* upgraded: send hello */
void hl_link_policy_failed (HlLinkPolicy *self, gint64 now, guint generation,
                            const HlLinkVerdict *verdict);
/* head: seq of the log's head; spread_ms, heartbeat_ms 0 = unchanged. */
void hl_link_policy_welcomed (HlLinkPolicy *self, gint64 now, guint generation, guint64 head,
                              guint heartbeat_ms, guint spread_ms);
/* Any frame came; seq: the position after it when it was events or a snapshot, else 0. */
void hl_link_policy_received (HlLinkPolicy *self, gint64 now, guint generation, guint64 seq);
void hl_link_policy_ponged (HlLinkPolicy *self, gint64 now, guint generation, guint n,
                            guint64 head);
void hl_link_policy_caught_up (HlLinkPolicy *self, gint64 now, guint generation);
/* The socket is gone, or bye said so: by the verdict of its code. */
void hl_link_policy_lost (HlLinkPolicy *self, gint64 now, guint generation,
                          const HlLinkVerdict *verdict);
/* A hole in seq, or a frame that cannot be read. The second within a minute asks for a snapshot. */
void hl_link_policy_broken (HlLinkPolicy *self, gint64 now, guint generation, HlLinkCause cause);
void hl_link_policy_probed (HlLinkPolicy *self, gint64 now, guint endpoint, gboolean answers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLinkPolicy, hl_link_policy_free)

G_END_DECLS
