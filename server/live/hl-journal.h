/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlJournal: one location's log and state, as the writer's thread holds them. */
#pragma once

#include <glib.h>

#include "domain/hl-decision.h"
#include "domain/hl-state.h"
#include "live/hl-checkpoint.h"
#include "live/hl-unit.h"
#include "store/hl-store.h"

G_BEGIN_DECLS

/* Events between two stored snapshots: a start folds at most so many. */
#define HL_JOURNAL_STORE_EVERY 2000
/* Positions remembered, to prove the base of an action without asking the store. */
#define HL_JOURNAL_MEMORY 4096

/* Belongs to the writer's thread. The head, the state and the memory move with each append, before the
 * COMMIT; when the group fails the whole journal is thrown away and read again. */
typedef struct {
  char       *location;
  HlPosition *head;
  guint64     floor;
  HlState    *state;
  char       *label;          /* {"id","name","timezone"} as JSON, for welcome */
  guint64     stored_seq;     /* seq of the snapshot that this process stored; 0: none yet */
  GPtrArray  *fresh;          /* of HlUnit: appended in the open group, not committed yet */
  guint64    *memory;         /* h by seq, a ring of HL_JOURNAL_MEMORY; allocated at the first append */
  gint64     *times;          /* when each of them was received, ms since the epoch */
  guint64     memory_first;   /* lowest seq in it; 0: none */
  gint64      created;        /* when the location was added, wall ms */
  gint64      due;            /* when a timer is due, wall ms; 0: not worked out yet, G_MAXINT64: none */
  GHashTable *since;          /* for hl-timers.c: since when something has been so; NULL: nothing yet */
  GHashTable *fired;          /* for hl-timers.c: timers that were tried; NULL: none */
  guint       mark;           /* units in @fresh when the open request began */
  gboolean    touched;        /* the open request appended something */
  GPtrArray  *traces;         /* of GBytes, for hl-wash.c: what must not be found in the files any more; NULL: nothing is to be done */
  gboolean    used;           /* in the writer's list of those that this group looked at */
} HlJournal;

/* Reads the stored snapshot and folds what came after. HL_STORE_ERROR_UNKNOWN_LOCATION and others. */
HlJournal *hl_journal_open   (HlStore    *store,
                              const char *location,
                              GError    **error);
void       hl_journal_free   (HlJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlJournal, hl_journal_free)

/* After a request was rolled back: the state as the store has it now, and @fresh as it was at @mark. On an error
 * the state stays NULL and the next call tries again. */
gboolean   hl_journal_reload (HlJournal *self,
                              HlStore   *store,
                              GError   **error);

#define HL_JOURNAL_ERROR (hl_journal_error_quark ())
GQuark hl_journal_error_quark (void);
typedef enum {
  HL_JOURNAL_ERROR_TOO_LARGE,   /* an encoded event is over HL_WIRE_MAX_CLIENT_FRAME; nothing was written */
} HlJournalError;

/* Appends the events of @decision as one unit, evolves the state and encodes the frame. Appends nothing when
 * it has no events. After any other error than TOO_LARGE the journal must be thrown away. @act: see
 * hl_decision_make_events (). */
gboolean   hl_journal_append (HlJournal        *self,
                              HlStore          *store,
                              const HlDecision *decision,
                              const char       *act,
                              const HlActor    *actor,
                              gint64            at,
                              gint64            received,
                              GError          **error);

/* When the event @seq was received, ms since the epoch; %HL_TIME_NONE where that is not remembered. */
gint64     hl_journal_get_received (HlJournal      *self,
                                    guint64         seq);

/* The last seq that a person had seen: base->seq if the log's h there is the base's, else 0. */
guint64    hl_journal_prove  (HlJournal        *self,
                              HlStore          *store,
                              const HlPosition *base);

/* Transfer full. */
HlCheckpoint *hl_journal_checkpoint (HlJournal *self,
                                     gboolean   text);

/* Stores the state if the stored one is @every events old; outside a group. */
gboolean   hl_journal_store  (HlJournal *self,
                              HlStore   *store,
                              guint      every,
                              gint64     now,
                              GError   **error);

/* The same, also if a snapshot of this position is stored. */
gboolean   hl_journal_store_now (HlJournal *self,
                                 HlStore   *store,
                                 gint64     now,
                                 GError   **error);

/* After the COMMIT: the units to fan out, transfer full (element type HlUnit), or NULL. */
GPtrArray *hl_journal_take_fresh (HlJournal *self);

G_END_DECLS
