/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one location at one position of its log: what the fold makes and what every window
 * shows. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "domain/hl-call.h"
#include "domain/hl-dispute.h"
#include "domain/hl-entity-list.h"
#include "domain/hl-location.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-reservation.h"
#include "domain/hl-section.h"
#include "domain/hl-segment.h"
#include "domain/hl-table.h"

G_BEGIN_DECLS

typedef struct _HlTouched HlTouched;

/* Entities are changed through the state (or hl_record_set_* on an entity of it, which the state
 * hears of); lists, indices and the digest then stay right. One thread owns a state. */
#define HL_TYPE_STATE (hl_state_get_type ())
G_DECLARE_FINAL_TYPE (HlState, hl_state, HL, STATE, GObject)

/* An empty state: no entities, a location with its defaults. */
HlState *hl_state_new  (void) G_GNUC_WARN_UNUSED_RESULT;
/* A deep copy: entities, revisions, counters, undo, tombstones. */
HlState *hl_state_copy (HlState *self) G_GNUC_WARN_UNUSED_RESULT;

/* Lists (transfer none), in the order in which the log made them; the same objects for the state's
 * whole life. */
GListModel    *hl_state_get_calls        (HlState *self);
GListModel    *hl_state_get_segments     (HlState *self);
GListModel    *hl_state_get_reservations (HlState *self);
GListModel    *hl_state_get_parties      (HlState *self);
GListModel    *hl_state_get_tables       (HlState *self);
GListModel    *hl_state_get_sections     (HlState *self);
GListModel    *hl_state_get_orders       (HlState *self);
GListModel    *hl_state_get_notices      (HlState *self);
GListModel    *hl_state_get_disputes     (HlState *self);
HlLocation    *hl_state_get_location     (HlState *self);
/* (nullable): NULL for HL_TYPE_LOCATION and for what is no entity class */
HlEntityList  *hl_state_get_list         (HlState *self,
                                          GType    type);

/* By id, O(1). (transfer none) (nullable). @id: (nullable): NULL finds nothing. There is one location:
 * any id finds it. */
HlEntity      *hl_state_lookup             (HlState *self, GType type, const char *id);
HlCall        *hl_state_lookup_call        (HlState *self, const char *id); /* also by an alias */
HlSegment     *hl_state_lookup_segment     (HlState *self, const char *call_id, int turn);
HlReservation *hl_state_lookup_reservation (HlState *self, const char *id);
HlParty       *hl_state_lookup_party       (HlState *self, const char *id);
HlTable       *hl_state_lookup_table       (HlState *self, const char *id);
HlSection     *hl_state_lookup_section     (HlState *self, const char *id);
HlOrder       *hl_state_lookup_order       (HlState *self, const char *id);
HlNotice      *hl_state_lookup_notice      (HlState *self, const char *id);
HlDispute     *hl_state_lookup_dispute     (HlState *self, const char *id);

/* The lines of one call by turn. (transfer none): lives as long as the state; empty for an unknown
 * call. */
GListModel    *hl_state_get_transcript     (HlState *self, const char *call_id);
/* Same, to walk over. (nullable): NULL while the call has no line */
HlEntityList  *hl_state_peek_transcript    (HlState *self, const char *call_id);
/* Under which id the lines of a call are told: its own, or that of the first alias that has lines while it has none itself.
 * (transfer none): valid until the next change; @call_id where the call is not known */
const char    *hl_state_find_told          (HlState *self, const char *call_id);
/* Parties that sit at a table (seated, partially_seated), O(1). (transfer none) (element-type
 * HlParty): never NULL, valid until the next change. */
GPtrArray     *hl_state_get_table_parties  (HlState *self, const char *table_id);
/* All parties that name a reservation. (transfer none) (element-type HlParty): never NULL. */
GPtrArray     *hl_state_get_reservation_parties (HlState *self, const char *reservation_id);
/* All reservations that name a call, by any of its ids, each once and by id. (transfer container) (element-type HlReservation):
 * never NULL. Orders and parties that name one are found by walking. */
GPtrArray     *hl_state_get_call_reservations (HlState *self, const char *call_id) G_GNUC_WARN_UNUSED_RESULT;
/* Reservations that start at @from or later and before @to, ms since the epoch, each once and in no order. It costs what those hours
 * hold, not what the book does. (transfer container) (element-type HlReservation): never NULL */
GPtrArray     *hl_state_get_starting       (HlState *self, gint64 from, gint64 to) G_GNUC_WARN_UNUSED_RESULT;
/* The reservation of a source's own number. (nullable) */
HlReservation *hl_state_lookup_source_ref (HlState *self, const char *source,
                                           const char *source_ref);

/* Bookkeeping */

/* The highest n of @device (nullable: 0) whose effect the state holds. */
guint64        hl_state_get_counter        (HlState *self, const char *device);
/* Raises it; a lower @n changes nothing. */
void           hl_state_raise_counter      (HlState *self, const char *device, guint64 n);
/* seq of the last day_closed; 0: none. A base before it is K17. */
guint64        hl_state_get_day_seq        (HlState *self);
void           hl_state_set_day_seq        (HlState *self, guint64 seq);
/* The entity left with a day_closed (or was erased) at @at, ms since the epoch. */
void           hl_state_bury               (HlState *self, GType type, const char *id, gint64 at);
gboolean       hl_state_is_buried          (HlState *self, GType type, const char *id);
/* Forgets those buried before @before. */
void           hl_state_purge_tombstones   (HlState *self, gint64 before);

/* Changing: for hl_evolve () */

/**
 * HlChange:
 * @seq: the event's; a predicted event's is provisional, above the position
 * @device: (nullable): whose action it is
 * @act: (nullable): the action's id: before-values are kept for undo under it
 * @at: ms since the epoch
 * @event_id: (nullable): with @at the stamp of registers (%HL_APPLY_REGISTERS)
 * @by: (nullable): the person, remembered with the before-values
 * @device_name: (nullable): what people call the device, likewise
 * @received: ms since the epoch, likewise: when the server took it
 */
typedef struct {
  guint64     seq;
  const char *device;
  const char *act;
  gint64      at;
  const char *event_id;
  const char *by;
  gint64      received;
  const char *device_name;
} HlChange;

typedef enum {
  HL_APPLY_NONE = 0,
  /* Fields are registers: one is set only if (at, event_id) is greater than its stamp, which then
     moves. */
  HL_APPLY_REGISTERS = 1 << 0,
  /* Null clears; without it null members are left alone. */
  HL_APPLY_IGNORE_NULL = 1 << 1,
  /* Move no revision and keep nothing for undo: for what is derived, or loaded. */
  HL_APPLY_SILENT = 1 << 2,
} HlApplyFlags;

/**
 * hl_state_ensure_entity:
 * @type: an entity class
 * @id: its id; for HL_TYPE_SEGMENT "call_id/turn"
 * @change: (nullable): with an `act` that the creation is remembered under, for undo
 * @created: (out) (optional)
 *
 * Finds the entity or makes it with its defaults and adds it to its list. A buried id is not
 * brought back.
 *
 * Returns: (transfer none) (nullable): NULL when @id is buried or cannot be an id of @type
 */
HlEntity *hl_state_ensure_entity (HlState        *self,
                                  GType           type,
                                  const char     *id,
                                  const HlChange *change,
                                  gboolean       *created);
/* Takes the entity out of the state; FALSE when there is none. The location stays. */
gboolean  hl_state_remove_entity (HlState    *self,
                                  GType       type,
                                  const char *id);

/**
 * hl_state_apply:
 * @entity: of this state
 * @members: an event's data; members that are no field of @entity, its id, and values that the
 * codec refuses are left out
 *
 * Sets fields by the codec. For every field named, also to an equal value: its revision moves
 * (hl_revision_move ()) and, if the change has an `act`, its before-value is kept. There is one
 * notify a field that changed, after all of them are set.
 *
 * Returns: how many fields were set (their value may be the same)
 */
guint     hl_state_apply         (HlState        *self,
                                  HlEntity       *entity,
                                  JsonObject     *members,
                                  const HlChange *change,
                                  HlApplyFlags    flags);
/* The same for one field with a value in C. */
void hl_state_set_value (HlState *self, HlEntity *entity, guint id, const GValue *value,
                         const HlChange *change);
void hl_state_set_int (HlState *self, HlEntity *entity, guint id, int value,
                       const HlChange *change); /* also enums */
void hl_state_set_int64 (HlState *self, HlEntity *entity, guint id, gint64 value,
                         const HlChange *change); /* also times */
void hl_state_set_bool (HlState *self, HlEntity *entity, guint id, gboolean value,
                        const HlChange *change);
void hl_state_set_string (HlState *self, HlEntity *entity, guint id, const char *value,
                          const HlChange *change);
void hl_state_set_strings (HlState *self, HlEntity *entity, guint id, const char *const *value,
                           const HlChange *change);
/* @value: (nullable) (element-type HlRecord): a reference is taken; immutable from now on */
void hl_state_set_records (HlState *self, HlEntity *entity, guint id, GPtrArray *value,
                           const HlChange *change);
/* A single nested record, or null. */
void hl_state_set_record (HlState *self, HlEntity *entity, guint id, gpointer value,
                          const HlChange *change);

/* Several changes as one: lists tell theirs in one items-changed each when the outermost batch ends
 * (what the models show stays as it was until then; lookups and hl_entity_list_peek () see the new
 * at once). Nests. */
void      hl_state_begin_batch   (HlState *self);
void      hl_state_end_batch     (HlState *self);

/* Undo */

#define HL_STATE_UNDO_UNITS 30

/**
 * HlBefore:
 * @type: the entity's class
 * @id: (owned): the entity
 * @field: field id; 0: the unit created the entity
 * @old: (owned) (nullable): the value before the unit as JSON; NULL for a creation
 * @seq: the revision's seq that the unit left; undo needs it to be there still
 */
typedef struct {
  GType     type;
  char     *id;
  guint     field;
  JsonNode *old;
  guint64   seq;
} HlBefore;

/* What the unit of @act replaced, in the order in which it did. (transfer none) (nullable)
 * (element-type HlBefore): NULL when it is not among the last HL_STATE_UNDO_UNITS. */
GPtrArray *hl_state_get_before    (HlState *self, const char *act);
/**
 * HlAuthor:
 * @act: the action's id
 * @by: who
 * @device_name: (nullable): on which device, as people call it
 * @at: when they did it, ms since the epoch
 * @received: when the server took it
 *
 * The strings are (transfer none), valid until the next change of the state.
 */
typedef struct {
  const char *act;
  const char *by;
  gint64      at;
  gint64      received;
  const char *device_name;
} HlAuthor;

/* Who gave @field of @entity the value that it has, if one of those units did. */
gboolean   hl_state_find_author   (HlState     *self,
                                   HlEntity    *entity,
                                   guint        field,
                                   HlAuthor    *author);
/* When the server took the action @act, if it is one of those units; else %HL_TIME_NONE. */
gint64     hl_state_get_received  (HlState     *self,
                                   const char  *act);
/* Forgets the units that hold anything of an entity: it was erased. */
void       hl_state_forget_before (HlState    *self,
                                   GType       type,
                                   const char *id);

/* Saving and loading */

/* The snapshot's "entities": location, calls, segments, reservations, parties, tables, sections,
 * orders, notices, disputes, and devices {device: n}, tombstones, undo, day_seq. (transfer full) */
JsonNode  *hl_state_save          (HlState *self) G_GNUC_WARN_UNUSED_RESULT;
/**
 * hl_state_load:
 * @entities: as saved; absent arrays are empty
 *
 * Into a live state: what stays keeps its object, with one notify a changed field; lists tell one
 * items-changed each, and none where nothing came, went or moved. On an error (with a pointer)
 * nothing is changed.
 */
gboolean   hl_state_load          (HlState    *self,
                                   JsonObject *entities,
                                   GError    **error);

/* Sum modulo 2^64 of the entities' hashes and of the devices' counters (each the first 8 bytes of
 * SHA-256); only what changed since the last call is hashed anew. */
guint64    hl_state_get_digest    (HlState *self);

/* Makes @self what @source is for the entities in @touched (all, if hl_touched_is_all ()), plus the
 * bookkeeping: the ones that @source lacks go, new ones come, changed fields notify; in one batch.
 */
void       hl_state_sync          (HlState         *self,
                                   HlState         *source,
                                   const HlTouched *touched);

G_END_DECLS
