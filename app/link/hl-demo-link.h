/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDemoLink: a link without any server: plays a canned evening and answers actions by the same
 * rules. */
#pragma once

#include "link/hl-link.h"

G_BEGIN_DECLS

/* The evening is a file of JSON lines:
 *   {"hostline_demo": 1, "now": TIME, "device": ID, "location": {LOCATION}, "repeat_ms": N?} first
 * line
 *   {"floor": {floor file}}
 *   {"after_ms": N, "event": {"kind", "data", "by": {"role", "name"}?}}   N <= 0: history, part of
 * the first snapshot
 *   {"after_ms": N, "partial": {"call", "turn", "rev", "speaker", "text"}}
 * Lines are in order of after_ms (counted from "now"). In data a text "@+90" or "@-5" is a time:
 * minutes from the event's own; "@" is the event's. With repeat_ms the lines after 0 are played
 * again and again; "{r}" in any text is the round. The desk's clock starts at "now"
 * (hl_link_get_clock_offset ()). */
#define HL_TYPE_DEMO_LINK (hl_demo_link_get_type ())
G_DECLARE_FINAL_TYPE (HlDemoLink, hl_demo_link, HL, DEMO_LINK, HlLink)

/* path NULL: the evening that is built in. A file that cannot be read gives an empty house and a
 * warning. */
HlDemoLink *hl_demo_link_new (const char *path);
/* From text, for tests. */
HlDemoLink *hl_demo_link_new_from_text (const char *text);

const char *hl_demo_link_get_device (HlDemoLink *self);
const char *hl_demo_link_get_location (HlDemoLink *self);

/* ---- for tests and screenshots ---- */
/* Everything at once, by hand: no delays, the evening stands still. Before it is wanted. */
void hl_demo_link_set_instant (HlDemoLink *self, gboolean instant);
/* FALSE: the cable is pulled; what was sent before may be lost, what comes waits. */
void hl_demo_link_set_online (HlDemoLink *self, gboolean online, HlLinkCause cause);
/* Somebody else's event, as a unit of its own, in the form of "event" above. */
void hl_demo_link_post (HlDemoLink *self, const char *event_json);
/* Another device acts: kind and data. Returns the outcome's nick. */
const char *hl_demo_link_act (HlDemoLink *self, const char *device, const char *kind,
                              const char *data_json);
void hl_demo_link_partial (HlDemoLink *self, const char *partial_json);
/* The next answers are lost on the way: the action is decided, neither events nor done arrive until
 * the next connection. */
void hl_demo_link_lose_answers (HlDemoLink *self, gboolean lose);
/* The server has forgotten its last n events (a restored backup): a new life of the log, all
 * answers since are gone. */
void hl_demo_link_restore (HlDemoLink *self, guint64 to_seq);
guint64 hl_demo_link_get_head (HlDemoLink *self);
/* How many units of the log are this action's: 1 once it has had its effect. */
guint hl_demo_link_count_units (HlDemoLink *self, const char *act_id);
guint64 hl_demo_link_get_digest (HlDemoLink *self);

G_END_DECLS
