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
/* What was performed so far: "seat {...}", one each (transfer none). */
GPtrArray *hl_staged_desk_get_performed (HlDesk *self);

G_END_DECLS
