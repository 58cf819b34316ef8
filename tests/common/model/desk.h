/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state with a log behind it, for tests that act on it step by step. */
#pragma once

#include "domain/hl-decide.h"
#include "domain/hl-evolve.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

#define DESK_START G_GINT64_CONSTANT (1795806000000) /* 2026-11-27T19:00:00Z */

typedef struct {
  HlState   *state;
  GPtrArray *log;  /* HlEvent */
  gint64     now;  /* moves on by a minute with every step */
  guint      acts;
  HlRole     role; /* of the next action */
  gint64     age;    /* ms since the next action was done: it waited that long on its device */
  gint64     clock_behind; /* ms by which that device's clock is slow */
} Desk;

/* Tables 12, 14, 15 (4 seats) and 16 (8 seats), a section s1, pace 40. */
Desk        *desk_new     (void);
void         desk_free    (Desk *desk);
guint64      desk_head    (Desk *desk);

/* JSON with ' for ". (transfer full) */
JsonObject  *desk_parse   (const char *text);
/* Appends one event of @role as it is (act NULL). */
void         desk_event   (Desk *desk, HlRole role, const char *name, HlEventKind kind, const char *data);
/* Records a fact of publisher @name. (transfer full) */
HlDecision  *desk_record  (Desk *desk, const char *name, HlEventKind kind, const char *data);

/* Decides only. @predicted: an HlOutcome or HL_PREDICTED_NONE. (transfer full) */
HlDecision  *desk_decide  (Desk *desk, const char *device, HlActionKind kind, const char *data, guint64 seen, int predicted);
/* Decides and appends. The action's id is "a1", "a2", ... (transfer full) */
HlDecision  *desk_try     (Desk *desk, const char *device, HlActionKind kind, const char *data, guint64 seen, int predicted);
/* The same by somebody who sees everything, predicted as applied; returns the outcome. */
HlOutcome    desk_act     (Desk *desk, const char *device, HlActionKind kind, const char *data);
/* The same by somebody who had seen up to @seen. */
HlOutcome    desk_act_at  (Desk *desk, const char *device, guint64 seen, HlActionKind kind, const char *data);
/* Must be refused with this reason. */
void         desk_refused (Desk *desk, const char *device, guint64 seen, HlActionKind kind, const char *data, HlReason reason);

HlParty       *desk_party       (Desk *desk, const char *id);
HlReservation *desk_reservation (Desk *desk, const char *id);
/* (nullable): only if it is open */
HlDispute     *desk_dispute     (Desk *desk, const char *id);
char          *desk_tables      (Desk *desk, const char *party_id); /* "12+14" (transfer full) */
/* Invariants 1, 2 and 3: one undisputed party a table, seated means a table, covers are the sum of seated parties. */
void           desk_check       (Desk *desk);
/* What the state says, without revisions, stamps and bookkeeping if @plain. (transfer full) */
char          *desk_print       (HlState *state, gboolean plain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

G_END_DECLS
