/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlToolPlan: what a voice agent's tool call comes to: an answer at once, or an action and then an answer. */
#pragma once

#include "domain/hl-action-kind.h"
#include "domain/hl-enums.h"
#include "domain/hl-state.h"
#include "ingest/hl-tool-call.h"

G_BEGIN_DECLS

/* The device of what agents do by tool calls begins so. */
#define HL_TOOL_DEVICE_PREFIX "tools-"

/* Tools, by name, with their arguments (! required; when: `date` and `time` as hl-date-words.h reads them, or `starts_at` in RFC 3339;
 * which: `reservation_id`, or `phone` (else the caller's), `name`, `date` to find it by):
 *
 *   check_availability  date!, party_size!, time          change_reservation  which, date, time, party_size, name_new, phone_new
 *   book_reservation    when!, party_size!, name!, phone, notes, allergies, language, reservation_id (of a hold)
 *   hold_reservation    when!, party_size!, name, phone   cancel_reservation  which, reason
 *   add_note            which, note!                      running_late        which, minutes! 1..180
 *   join_waitlist       party_size!, name!, phone         ask_for_person      reason, summary
 *   find_reservation    which
 *
 * A `weekday` that does not fit the date books nothing. The same booking asked for twice in one call is one booking, whatever
 * the tool call's id. Every result has "ok" and "say" (a sentence in English for the agent to put in the caller's language);
 * bookings have reservation_id, date, weekday, time (24 h), timezone, party_size; a full book has "alternatives". */
typedef struct {
  JsonObject  *result;     /* set: nothing is to be done; (owned) */
  HlActionKind kind;
  char        *action_id;  /* the same for the same wish: asked twice, done once */
  JsonObject  *data;       /* (owned) */
  JsonObject  *facts;      /* (owned) (nullable): members of a good result */
  char        *done;       /* (nullable): the sentence when it is applied */
  JsonArray   *alternatives; /* (nullable): local times, for when the book is full */
} HlToolPlan;

/* @now: wall clock, ms. Looks at @state only; pure but for the time zone's file. Never NULL. Transfer full. */
HlToolPlan *hl_tool_plan_new    (const HlToolCall *tool,
                                 HlState          *state,
                                 gint64            now);
void        hl_tool_plan_free   (HlToolPlan *self);

/* Nothing is done by it, whenever it is asked. */
gboolean    hl_tool_plan_only_looks (const HlToolCall *tool);

/* What is answered once the action was decided. Sets @tool's result. */
void        hl_tool_plan_finish (HlToolPlan *self,
                                 HlToolCall *tool,
                                 HlOutcome   outcome,
                                 HlReason    reason);

/* The document of GET .../availability. @date, @time (nullable): as callers say them.
 * Returns transfer full; NULL with *@problem a sentence (transfer full). */
JsonObject *hl_tool_list_times  (HlState    *state,
                                 const char *date,
                                 const char *time,
                                 int         size,
                                 gint64      now,
                                 char      **problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlToolPlan, hl_tool_plan_free)

G_END_DECLS
