/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTransition: one step of the connection's state machine, as the connection page lists it. */
#pragma once

#include "link/hl-link-cause.h"

G_BEGIN_DECLS

/* Immutable. Properties: at (int64 wall ms), from, to (HlLinkState), cause (HlLinkCause: why `from`
 * ended), endpoint (string: of the attempt or connection that it is about, ""), detail (string:
 * HTTP status, close code, error; not translated), code (uint: HTTP status or close code, 0 =
 * none), lasted (int64 ms of CLOCK_BOOTTIME that `from` had lasted, sleep included; -1 = not known:
 * the first one of a start, or written by an older version), times (uint: how many steps of one hour it stands for, mostly 1:
 * then `at` is the first one's, `lasted` the sum) and until (int64 wall ms: the last one's time; `at` for a single one). */
#define HL_TYPE_TRANSITION (hl_transition_get_type ())
G_DECLARE_FINAL_TYPE (HlTransition, hl_transition, HL, TRANSITION, GObject)

HlTransition *hl_transition_new (gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause,
                                 const char *endpoint, const char *detail, guint code,
                                 gint64 lasted);
HlTransition *hl_transition_new_repeated (gint64 at, HlLinkState from, HlLinkState to,
                                          HlLinkCause cause, const char *endpoint,
                                          const char *detail, guint code, gint64 lasted,
                                          guint times, gint64 until);
gint64 hl_transition_get_at (HlTransition *self);
HlLinkState hl_transition_get_from (HlTransition *self);
HlLinkState hl_transition_get_to (HlTransition *self);
HlLinkCause hl_transition_get_cause (HlTransition *self);
const char *hl_transition_get_endpoint (HlTransition *self);
const char *hl_transition_get_detail (HlTransition *self);
guint hl_transition_get_code (HlTransition *self);
gint64 hl_transition_get_lasted (HlTransition *self);
guint hl_transition_get_times (HlTransition *self);
gint64 hl_transition_get_until (HlTransition *self);

G_END_DECLS
