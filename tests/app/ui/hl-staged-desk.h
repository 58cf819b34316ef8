/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk without link, store and rules, for tests of the window: a room in which every state stands
 * somewhere, and a connection that the test sets. It takes the place of the real one when linked
 * before it. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* Sets what the pill and the banner tell. */
void hl_staged_desk_set_link (HlDesk *self, HlPill pill, HlLinkCause cause, HlLinkState state,
                              gint64 since, int unsent, int to_check);
/* Sets any property by name. */
void hl_staged_desk_set (HlDesk *self, const char *property, const GValue *value);
/* One event, JSON with ' for ": the screen, the list of open disputes and to-check follow. Lists of rows do not. */
void hl_staged_desk_apply (HlDesk *self, HlEventKind kind, const char *data);
/* The same, by @who, done @waited_min minutes before the server took it. */
void hl_staged_desk_apply_as (HlDesk *self, const char *who, int waited_min, HlEventKind kind,
                              const char *data);
/* An action of this device, the newest (transfer none). @action: {'id','n','kind','composed_at','data'}; @detail may be NULL. */
HlOutboxItem *hl_staged_desk_add_item (HlDesk *self, const char *id, const char *action,
                                       const char *label, HlItemState state, int outcome, int reason,
                                       const char *detail);
/* A step of the connection, the newest, and a measurement then. */
void hl_staged_desk_add_step (HlDesk *self, int minutes_ago, HlLinkState from, HlLinkState to,
                              HlLinkCause cause);
/* The next thing that is done fails so: HL_DESK_ERROR and its message. */
void hl_staged_desk_fail_next (HlDesk *self, HlDeskError code, const char *message);
/* So many steps of the connection, the newest an hour old and ten minutes apart, are in the file only. */
void hl_staged_desk_keep_steps (HlDesk *self, guint n);
/* What was performed so far: "seat {...}", one each (transfer none). */
GPtrArray *hl_staged_desk_get_performed (HlDesk *self);

G_END_DECLS
