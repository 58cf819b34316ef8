/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of HlState, for the files that make it up. */
#pragma once

#include "domain/hl-index.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

#define HL_STATE_N_TYPES 10 /* hl_entity_get_types (); the location is 0 and has no list */

typedef struct _HlUndoUnit HlUndoUnit;

struct _HlState {
  GObject parent_instance;

  HlLocation   *location;
  HlEntityList *lists[HL_STATE_N_TYPES];
  GHashTable   *by_id[HL_STATE_N_TYPES]; /* id (the entity's own) -> HlEntity (the list's) */
  GHashTable   *transcripts;             /* call id -> HlEntityList by turn */

  HlIndex *table_parties;
  HlIndex *reservation_parties;
  HlIndex *call_reservations;
  HlIndex *source_refs;
  HlIndex *starts;                       /* hour since the epoch -> the reservations that start in it */
  HlIndex *call_aliases;

  GHashTable *counters;   /* device -> guint64 */
  GHashTable *tombstones; /* "party/p1" -> gint64 */
  gboolean    tombstones_shared;
  GQueue      undo;       /* HlUndoUnit, the oldest first */
  guint64     day_seq;

  guint      batch;
  GPtrArray *frozen; /* lists that this batch has touched */

  guint64    digest; /* of the entities that are not in dirty */
  GPtrArray *dirty;  /* entities to hash anew; some may have left */
};

/* Where @type stands in hl_entity_get_types (); -1 for another type. */
int       hl_state_type_index   (GType type);
/* Files @entity everywhere: list, ids, transcript, indices, digest. */
void      hl_state_attach       (HlState *self, HlEntity *entity);
void      hl_state_detach       (HlState *self, HlEntity *entity);
/* Everywhere but in its list. */
void      hl_state_file         (HlState *self, HlEntity *entity);
void      hl_state_unfile       (HlState *self, HlEntity *entity);
/* The list is about to change: within a batch it is frozen first. */
void      hl_state_touch_list   (HlState *self, HlEntityList *list);
HlEntityList *hl_state_ensure_transcript (HlState *self, const char *call_id);

void      hl_state_undo_clear   (HlState *self);
void      hl_state_undo_share   (HlState *self, HlState *source);
void      hl_state_undo_created (HlState *self, HlEntity *entity, const HlChange *change);
void hl_state_undo_before (HlState *self, HlEntity *entity, const HlField *field,
                           const HlChange *change);
JsonNode *hl_state_undo_save    (HlState *self);
/* With @check nothing is kept. */
gboolean hl_state_undo_load (HlState *self, JsonObject *entities, gboolean check, GError **error);

/* Tombstones, also when shared with a copy. */
void      hl_state_own_tombstones (HlState *self);

G_END_DECLS
