/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rig around the connection's state machine: a clock and dice of its own, one socket at most. */
#pragma once

#include <string.h>

#include "link/hl-link-policy.h"
#include "link/hl-link-verdict.h"

#define S G_GINT64_CONSTANT (1000000)
#define MS G_GINT64_CONSTANT (1000)

static G_GNUC_UNUSED double
half (gpointer data)
{
  return 0.5;
}

static G_GNUC_UNUSED double
dice (gpointer data)
{
  return g_rand_double (data);
}

typedef struct {
  HlLinkPolicy *policy;
  gint64 now;
  guint connects, closes, pings, states, probes, reloads;
  HlLinkCommand connect; /* the last one */
  HlLinkCommand state;
  guint ping_n;
  gboolean open; /* a socket exists: exactly one at any time */
} Rig;

static G_GNUC_UNUSED void
rig_run (Rig *rig)
{
  HlLinkCommand command;

  while (hl_link_policy_take (rig->policy, &command)) {
    switch (command.type) {
    case HL_LINK_COMMAND_CONNECT:
      g_assert_false (rig->open); /* the old socket is destroyed before the next is opened */
      rig->open = TRUE;
      rig->connects++;
      rig->connect = command;
      break;
    case HL_LINK_COMMAND_CLOSE:
      g_assert_true (rig->open);
      rig->open = FALSE;
      rig->closes++;
      break;
    case HL_LINK_COMMAND_PING:
      g_assert_true (rig->open);
      rig->pings++;
      rig->ping_n = command.n;
      break;
    case HL_LINK_COMMAND_STATE:
      rig->states++;
      rig->state = command;
      break;
    case HL_LINK_COMMAND_PROBE:
      rig->probes++;
      break;
    case HL_LINK_COMMAND_RELOAD:
      g_assert_false (rig->open);
      rig->reloads++;
      break;
    case HL_LINK_COMMAND_NONE:
    default:
      g_assert_not_reached ();
    }
  }
}

static G_GNUC_UNUSED void
rig_init (Rig *rig, guint n_endpoints)
{
  memset (rig, 0, sizeof *rig);
  rig->policy = hl_link_policy_new (NULL, n_endpoints, half, NULL);
  rig->now = 1000 * S;
}

static G_GNUC_UNUSED void
rig_clear (Rig *rig)
{
  hl_link_policy_free (rig->policy);
}

#define G(rig) ((rig)->connect.generation)
#define STATE(rig) hl_link_policy_get_state ((rig)->policy)

/* Lets time pass, ticking exactly at the deadlines as the real link does. */
static G_GNUC_UNUSED void
rig_advance (Rig *rig, gint64 us)
{
  gint64 until = rig->now + us;
  guint guard = 0;

  for (;;) {
    gint64 at = hl_link_policy_get_deadline (rig->policy);
    if (at > until)
      break;
    g_assert_cmpuint (guard++, <, 100000);
    rig->now = MAX (rig->now, at);
    hl_link_policy_tick (rig->policy, rig->now);
    rig_run (rig);
  }
  rig->now = until;
}

static G_GNUC_UNUSED void
rig_open (Rig *rig)
{
  hl_link_policy_connected (rig->policy, rig->now, G (rig));
  hl_link_policy_welcomed (rig->policy, rig->now, G (rig), 10, 0, 0);
  rig_run (rig);
  g_assert_cmpint (STATE (rig), ==, HL_LINK_STATE_CATCHING_UP);
  hl_link_policy_received (rig->policy, rig->now, G (rig), 10);
  hl_link_policy_caught_up (rig->policy, rig->now, G (rig));
  rig_run (rig);
  g_assert_cmpint (STATE (rig), ==, HL_LINK_STATE_LIVE);
}

static G_GNUC_UNUSED void
rig_live (Rig *rig)
{
  hl_link_policy_want (rig->policy, rig->now, TRUE);
  rig_run (rig);
  rig_open (rig);
}

/* Answers every ping for a while. */
static G_GNUC_UNUSED void
rig_answer_for (Rig *rig, gint64 us)
{
  gint64 until = rig->now + us;
  guint last = rig->ping_n;

  while (rig->now < until) {
    rig_advance (rig, 100 * MS);
    if (rig->ping_n != last) {
      last = rig->ping_n;
      hl_link_policy_ponged (rig->policy, rig->now, G (rig), last, 10);
      rig_run (rig);
    }
  }
}
