/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the families of decisions share while one action is decided. Private to hl-decide*.c. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-action.h"
#include "domain/hl-actor.h"
#include "domain/hl-decision.h"
#include "domain/hl-entity.h"
#include "domain/hl-party.h"
#include "domain/hl-reservation.h"
#include "domain/hl-rules.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/**
 * HlDeciding:
 * @state: not changed
 * @kind: of the action
 * @act_id: (nullable): the action's id; NULL for a fact
 * @data: the action's data, checked
 * @actor: who
 * @device: (nullable): interned device of @actor
 * @seen: last seq that the actor had seen
 * @now: the server's time
 * @at: when it happened, as far as it is believed; informational only
 * @insists: an observation that its device had predicted as applied or disputed
 * @was_so: its device had shown that it changes nothing: so it was before its person's eyes
 * @reads: what the action may ask hl_deciding_unseen () about
 * @decision: what is being made
 * @raced: something unseen was found
 * @forced: a person settled a dispute with this: it is done whatever stands
 */
typedef struct {
  HlState       *state;
  HlActionKind   kind;
  const char    *act_id;
  JsonObject    *data;
  const HlActor *actor;
  const char    *device;
  guint64        seen;
  gint64         now;
  gint64         at;
  gboolean       insists;
  gboolean       was_so;
  HlReads        reads;
  HlDecision    *decision;
  gboolean       raced;
  gboolean       forced;
} HlDeciding;

/* The cancel_reason of a reservation whose party left before it was seated. */
#define HL_WALKED_AWAY "walked_away"

typedef void (*HlDecideFunc) (HlDeciding *d);

/* The families; each function decides one kind. */
void hl_decide_add_party (HlDeciding *d);
void hl_decide_update_party (HlDeciding *d);
void hl_decide_remove_party (HlDeciding *d);
void hl_decide_recall_party (HlDeciding *d);
void hl_decide_notify_party (HlDeciding *d);
void hl_decide_seat (HlDeciding *d);
void hl_decide_move (HlDeciding *d);
void hl_decide_unseat (HlDeciding *d);
void hl_decide_finish_party (HlDeciding *d);
void hl_decide_set_stage (HlDeciding *d);
void hl_decide_set_table (HlDeciding *d);
void hl_decide_set_section (HlDeciding *d);
void hl_decide_create_reservation (HlDeciding *d);
void hl_decide_hold_reservation (HlDeciding *d);
void hl_decide_update_reservation (HlDeciding *d);
void hl_decide_cancel_reservation (HlDeciding *d);
void hl_decide_mark_no_show (HlDeciding *d);
void hl_decide_arrive (HlDeciding *d);
void hl_decide_accept_reservation (HlDeciding *d);
void hl_decide_decline_reservation (HlDeciding *d);
void hl_decide_contact_attempt (HlDeciding *d);
void hl_decide_correct (HlDeciding *d);
void hl_decide_add_note (HlDeciding *d);
void hl_decide_acknowledge_call (HlDeciding *d);
void hl_decide_acknowledge_notice (HlDeciding *d);
void hl_decide_take_call (HlDeciding *d);
void hl_decide_accept_call (HlDeciding *d);
void hl_decide_decline_call (HlDeciding *d);
void hl_decide_hand_back_call (HlDeciding *d);
void hl_decide_end_call (HlDeciding *d);
void hl_decide_ask_for_person (HlDeciding *d);
void hl_decide_follow_up (HlDeciding *d);
void hl_decide_correct_slot (HlDeciding *d);
void hl_decide_settle_dispute (HlDeciding *d);
void hl_decide_undo (HlDeciding *d);

/* Shared between families. The first: the reservation of a party that is here becomes arrived, whatever the plan
 * said; a cancellation is kept as superseded and asked about (K4), a no-show only kept (K5). The second: the
 * party is gone, its tables are dirty, its reservation is completed. */
void hl_decide_supersede_reservation (HlDeciding *d, HlReservation *reservation, const char *party_id);
void hl_decide_leave_tables          (HlDeciding *d, HlParty *party);
/* The party leaves its last table: back to arrived. @draft: the party's */
void hl_decide_stand_up              (HlDeciding *d, HlParty *party, JsonObject *draft);
/* A party that was gone, left or removed is here again: so is its reservation. */
void hl_decide_return_party          (HlDeciding *d, HlParty *party);
/* The guests who are here are not those of the booking: it becomes @status, and their parties lose it (K4). */
void hl_decide_part_from_guests      (HlDeciding *d, HlReservation *reservation, const char *status);
/* Whether it is overbooked after the drafts so far; a person decided, so nobody is asked (K14). */
void hl_decide_recheck_capacity      (HlDeciding *d, HlReservation *reservation);
/* K20: asks whether a party that is being made is one that somebody else made unseen. */
void hl_decide_ask_lookalike         (HlDeciding *d, const char *party_id);
/* Does what choosing a claim of @dispute means, and settles it. FALSE when it refused. */
gboolean hl_decide_choose            (HlDeciding *d, HlDispute *dispute, int index);
/* NULL for an unknown kind */
HlDecideFunc hl_decide_find_family   (HlActionKind kind);

/* The status of a party, or where it sits, stands; the action, or @value (transfer full), joins a dispute (K0, K2). */
void hl_decide_contest_party  (HlDeciding *d, HlParty *party);
void hl_decide_contest_tables (HlDeciding *d, HlParty *party, JsonNode *value);
/* After an edit of where a party is: open disputes about it are settled or joined. @tables: (nullable) (transfer full) */
void hl_decide_note_party     (HlDeciding *d, const char *party_id, JsonNode *tables);

/* Whether @party has exactly the tables of @tables (sorted or not). */
gboolean  hl_decide_sits_at           (HlParty *party, const char *const *tables);
/* {"party_id", "table_ids"}: a claim about where a party sits. (transfer full) */
JsonNode *hl_decide_make_tables_value (const char *party_id, const char *const *tables);

/* The reservation that the action names; answers as hl_deciding_unknown () where there is none. */
HlReservation *hl_decide_find_reservation    (HlDeciding *d);
/* The status stands, the action joins a dispute about it (K0). */
void           hl_decide_contest_reservation (HlDeciding *d, HlReservation *reservation);
/* After an edit of the status: what was in dispute about it is settled by this, or joined if the claims were not seen. */
void           hl_decide_note_reservation    (HlDeciding *d, HlReservation *reservation);

/* Members of the action's data; the default, or NULL, where absent or null. */
const char *hl_deciding_string  (HlDeciding *d, const char *name);
gint64      hl_deciding_int     (HlDeciding *d, const char *name, gint64 preset);
gboolean    hl_deciding_bool    (HlDeciding *d, const char *name, gboolean preset);
gboolean    hl_deciding_has     (HlDeciding *d, const char *name);
/* (transfer full): sorted copy without duplicates, empty where absent */
GStrv       hl_deciding_ids     (HlDeciding *d, const char *name);

/* The action's data without these members. (transfer full) */
JsonObject *hl_deciding_copy_without (HlDeciding *d, const char *const *names);

/* Only people at devices have queues; the agent, guests and timers act on what is. */
gboolean    hl_deciding_is_person (HlDeciding *d);
/* Whether another device changed @field of @entity behind the actor's back. @read must be in the
 * table of what this kind reads. A NULL entity was never changed. */
gboolean    hl_deciding_unseen  (HlDeciding *d, HlReads read, gpointer entity, guint field);

/* Outcomes. What was drafted before is thrown away. @entity: (nullable) goes into `detail` with who
 * set @field (0: none) and when. */
void        hl_deciding_refuse  (HlDeciding *d, HlReason reason, gpointer entity, guint field);
void        hl_deciding_no_op   (HlDeciding *d, gpointer entity, guint field);
/* refused unknown_id, or too_old where the entity left with a closed day (K17) */
void        hl_deciding_unknown (HlDeciding *d, GType type, const char *id);

/* The member that names the entity of an event of @kind: "party_id" */
const char *hl_deciding_get_id_member (HlEventKind kind);
/* The draft of @kind for entity @id, made on first use: several changes of one entity are one event.
 * (transfer none) */
JsonObject *hl_deciding_draft   (HlDeciding *d, HlEventKind kind, const char *id);
/* (nullable) (transfer none): the same, but only if drafted already */
JsonObject *hl_deciding_drafted (HlDeciding *d, HlEventKind kind, const char *id);

/* Adds what an inner decision drafted to this one: one event an entity and kind, the later word stands. */
void        hl_deciding_take_drafts (HlDeciding *d, HlDecision *inner);
/* The state with the drafts so far applied. (transfer full) */
HlState    *hl_deciding_make_after  (HlDeciding *d);

/* The tables and the seatedness of @party as they will be after the drafts so far. */
gboolean    hl_deciding_is_seated_after (HlDeciding *d, HlParty *party);
gboolean    hl_deciding_is_at_after     (HlDeciding *d, HlParty *party, const char *table_id);
/* Number of parties at @table_id after the drafts so far. */
guint       hl_deciding_count_at_after  (HlDeciding *d, const char *table_id);
/* The status of @reservation after the drafts so far. */
HlReservationStatus hl_deciding_status_after (HlDeciding *d, HlReservation *reservation);

/* Writing JSON of the schema. */
void        hl_deciding_put_time    (JsonObject *object, const char *name, gint64 time);
void        hl_deciding_put_strings (JsonObject *object, const char *name, const char *const *strings);
void        hl_deciding_put_enum    (JsonObject *object, const char *name, GType type, int value);
/* The JSON of one field's value. (transfer full) */
JsonNode   *hl_deciding_get_value   (gpointer entity, guint field);

G_END_DECLS
