/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHistory: what happened to each party, booking, call and table tonight, as far as this device followed the log. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "domain/hl-event.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

typedef enum {
  HL_HISTORY_BOOKED,       /* a reservation was made */
  HL_HISTORY_BOOKING,      /* value: HlReservationStatus that it came to */
  HL_HISTORY_PARTY,        /* value: HlPartyStatus that it came to; seated: tables */
  HL_HISTORY_MOVED,        /* a seated party, to tables */
  HL_HISTORY_OFF_TABLE,    /* of a table: the party that sat there left it; value: HlPartyStatus, tables: where it is now */
  HL_HISTORY_STAGE,        /* value: HlPartyStage */
  HL_HISTORY_CHANGED,      /* field, json: the new value */
  HL_HISTORY_NOTE,         /* text */
  HL_HISTORY_CONTACT,      /* value: HlContactResult */
  HL_HISTORY_TABLE_DIRTY,
  HL_HISTORY_TABLE_CLEAN,
  HL_HISTORY_TABLE_CLOSED, /* text: the reason */
  HL_HISTORY_TABLE_OPENED,
  HL_HISTORY_DISPUTED,     /* value: HlDisputeKind */
  HL_HISTORY_SETTLED,      /* value: HlDisputeKind */
  HL_HISTORY_CALL,         /* value: HlCallState that it came to */
  HL_HISTORY_ALARM,        /* value: HlAttentionReason */
  HL_HISTORY_SEEN,         /* somebody has seen the alarm */
  HL_HISTORY_OUTCOME,      /* value: HlCallOutcome */
  HL_HISTORY_FOLLOW_UP,    /* value: HlFollowUp that it came to */
} HlHistoryWhat;

/**
 * HlHistoryLine: immutable and counted.
 * @seq: of its event
 * @at: ms since the epoch: when it was done (HlEvent)
 * @offline: on a device without a link: hl_event_was_offline ()
 * @role, @by: (owned): who; the name may be ""
 * @unit: (owned): what one action or fact did is one unit
 * @party_id, @name: (owned) (nullable): the party, and what it was called then; @size: its people, 0 not known
 * @tables: (owned): ids, ends with NULL
 */
typedef struct {
  guint64 seq;
  gint64 at;
  gboolean offline;
  HlRole role;
  char *by;
  char *unit;
  HlHistoryWhat what;
  int value;
  char *party_id;
  char *name;
  int size;
  GStrv tables;
  char *field;
  char *text;
  JsonNode *json;
  /*< private >*/
  gatomicrefcount ref_count;
} HlHistoryLine;

HlHistoryLine *hl_history_line_ref (HlHistoryLine *self);
void hl_history_line_unref (HlHistoryLine *self);

#define HL_HISTORY_MAX_LINES 4000  /* in all: an evening; the oldest go */
#define HL_HISTORY_MAX_ENTITY 40   /* of one entity */

/* Emits "changed" after hl_history_tell (), if anything was added or forgotten since the last. */
#define HL_TYPE_HISTORY (hl_history_get_type ())
G_DECLARE_FINAL_TYPE (HlHistory, hl_history, HL, HISTORY, GObject)

HlHistory *hl_history_new (void);

/* The log before @at (ms) is not known, or something may be missing: a first start, a snapshot. */
void hl_history_begin (HlHistory *self, gint64 at);
/* The next event of the log. @before: the state as it was before it. A pure function of both decides what is added. */
void hl_history_add (HlHistory *self, HlState *before, const HlEvent *event);
void hl_history_tell (HlHistory *self);
void hl_history_clear (HlHistory *self);

/* Lines about any of these, newest first; what one unit did to a party and to its booking is told once. @party_id,
 * @reservation_id: (nullable). (transfer full) (element-type HlHistoryLine) */
GPtrArray *hl_history_list_guest (HlHistory *self, const char *party_id, const char *reservation_id);
GPtrArray *hl_history_list_table (HlHistory *self, const char *table_id);
GPtrArray *hl_history_list_call (HlHistory *self, const char *call_id);
/* Since when nothing is missing, ms; HL_TIME_NONE before anything is known. */
gint64 hl_history_get_since (HlHistory *self);

/* For the local copy. A node that cannot be read leaves the history empty. */
JsonNode *hl_history_save (HlHistory *self);
void hl_history_load (HlHistory *self, JsonNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHistoryLine, hl_history_line_unref)

G_END_DECLS
