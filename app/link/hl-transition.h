/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTransition: one step of the connection's state machine, as the connection page lists it. */
#pragma once

#include "link/hl-link-cause.h"

G_BEGIN_DECLS

/* Immutable. Properties: at (int64 wall ms), from, to (HlLinkState), cause (HlLinkCause),
 * endpoint (string, ""), detail (string: HTTP status, close code, error; not translated). */
#define HL_TYPE_TRANSITION (hl_transition_get_type ())
G_DECLARE_FINAL_TYPE (HlTransition, hl_transition, HL, TRANSITION, GObject)

HlTransition *hl_transition_new (gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause,
                                 const char *endpoint, const char *detail);
gint64 hl_transition_get_at (HlTransition *self);
HlLinkState hl_transition_get_from (HlTransition *self);
HlLinkState hl_transition_get_to (HlTransition *self);
HlLinkCause hl_transition_get_cause (HlTransition *self);
const char *hl_transition_get_endpoint (HlTransition *self);
const char *hl_transition_get_detail (HlTransition *self);

G_END_DECLS
