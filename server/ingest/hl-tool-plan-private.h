/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planning one tool call: what hl-tool-plan.c shares with the tools themselves. */
#pragma once

#include "ingest/hl-tool-plan.h"
#include "ingest/hl-tool-when.h"

G_BEGIN_DECLS

typedef struct {
  const HlToolCall *tool;
  HlState          *state;
  gint64            now;
  HlToolPlan       *plan;
} HlPlanning;

/* The answer so far. @say: (transfer full); @reason: (nullable) a word for programs. */
void           hl_planning_answer     (HlToolPlan *plan, gboolean ok, const char *reason, char *say);
/* An argument; NULL when it is absent or no text. */
const char    *hl_planning_get        (HlPlanning *p, const char *name);
/* party_size; FALSE: it was answered */
gboolean       hl_planning_read_size  (HlPlanning *p, gint64 *size);
gboolean       hl_planning_check_size (HlPlanning *p, gint64 size);
/* A phone number as E.164: with its country code, or with the ten digits of a house in North America. NULL where @text is NULL or
 * neither. (transfer full) */
char          *hl_planning_read_phone (HlPlanning *p, const char *text);
/* The number given, else the call's. (transfer full) (nullable) */
char          *hl_planning_get_caller (HlPlanning *p);
/* "prefix:" and a digest of @parts: an id. (transfer full) */
char          *hl_planning_digest     (const char *prefix, const char *const *parts);
/* What is to be done; @data: (transfer full). @about and @wish: what makes the wish the same one. */
void           hl_planning_act        (HlPlanning *p, HlActionKind kind, JsonObject *data, const char *about, const char *wish);
/* What a good answer says of a reservation. */
void           hl_planning_put_facts  (HlPlanning *p, const char *reservation_id, const HlToolWhen *when, gint64 size);
void           hl_planning_copy_text  (HlPlanning *p, JsonObject *data, const char *from, const char *to, gsize most);
/* Free times near @when. (transfer full) */
JsonArray     *hl_planning_list_nearest (HlState *state, const HlToolWhen *when, gint64 size, gint64 now, const char *exclude);
/* "17:00, 17:15 or 19:00". (transfer full) */
char          *hl_planning_join_times (JsonArray *times);
/* Open at that hour, and room then; FALSE: it was answered, with what is free instead. */
gboolean       hl_planning_check_room (HlPlanning *p, const HlToolWhen *when, gint64 size, const char *exclude);

/* One function a tool; each leaves an answer or an action in @p->plan. */
void           hl_planning_availability   (HlPlanning *p);
void           hl_planning_booking        (HlPlanning *p, gboolean hold);
void           hl_planning_find           (HlPlanning *p);
void           hl_planning_change         (HlPlanning *p);
void           hl_planning_cancel         (HlPlanning *p);
void           hl_planning_note           (HlPlanning *p);
void           hl_planning_late           (HlPlanning *p);
void           hl_planning_waitlist       (HlPlanning *p);
void           hl_planning_person         (HlPlanning *p);

G_END_DECLS
