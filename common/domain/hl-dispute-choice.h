/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person can choose when two people say different things: the buttons of a dispute's card. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-claim.h"
#include "domain/hl-dispute.h"
#include "domain/hl-enums.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/**
 * HlDisputeMeaning:
 * @HL_DISPUTE_MEANING_PARTY_STAYS: kind table (K1, K19). `party_id` stays at the subject's table; every other party
 *   there leaves it: back to arrived, or to its other tables
 * @HL_DISPUTE_MEANING_PARTY_AT: kind party_table (K2). `party_id` sits at `table_ids`
 * @HL_DISPUTE_MEANING_DO: kinds party_table and field. What this person did (`action`, its data in `value`) is done
 *   now: the party is gone, left, seated at `table_ids`, the table is dirty, the booking cancelled
 * @HL_DISPUTE_MEANING_SET_VALUE: kind field (K7, K0). The subject's field is `value`
 * @HL_DISPUTE_MEANING_SAME_GUESTS: kind cancelled_seated (K4). The guests of the booking are here: it stays arrived
 * @HL_DISPUTE_MEANING_OTHER_GUESTS: kind cancelled_seated (K4). The cancellation holds; who is here are other people,
 *   their party stays and loses its booking
 * @HL_DISPUTE_MEANING_UNBLOCK: kind blocked_table (K10). `party_id` stays, the table is not blocked any more
 * @HL_DISPUTE_MEANING_BLOCK: kind blocked_table (K10). The table is blocked; who sits there stays until they are moved
 * @HL_DISPUTE_MEANING_KEEP_OVERBOOKED: kind overbooked (K14). It was promised: the booking stays, over capacity. What
 *   else can be done about it (another time, cancel) are actions of their own, which settle the dispute by themselves
 * @HL_DISPUTE_MEANING_SAME_PARTY: kind same_party (K20). They were entered twice: `party_id` stays, the other entry
 *   is removed; of the two the one that sits stays, and keeps the booking of the other
 * @HL_DISPUTE_MEANING_OWN_PARTY: kind same_party (K20). Two parties: both stay
 */
typedef enum {
  HL_DISPUTE_MEANING_PARTY_STAYS,
  HL_DISPUTE_MEANING_PARTY_AT,
  HL_DISPUTE_MEANING_DO,
  HL_DISPUTE_MEANING_SET_VALUE,
  HL_DISPUTE_MEANING_SAME_GUESTS,
  HL_DISPUTE_MEANING_OTHER_GUESTS,
  HL_DISPUTE_MEANING_UNBLOCK,
  HL_DISPUTE_MEANING_BLOCK,
  HL_DISPUTE_MEANING_KEEP_OVERBOOKED,
  HL_DISPUTE_MEANING_SAME_PARTY,
  HL_DISPUTE_MEANING_OWN_PARTY,
} HlDisputeMeaning;

/**
 * HlDisputeChoice:
 * @choice: what goes into settle_dispute's `choice`: the index of the claim that holds
 * @meaning: what choosing it does
 * @stands: it is so already; choosing it only settles the dispute
 * @claim: (owned): who said so, when, whether they were offline
 * @party_id: (owned) (nullable): the party that it speaks of
 * @table_ids: (owned) (nullable): the tables that it speaks of; NULL none
 * @action: of %HL_DISPUTE_MEANING_DO, else %HL_ACTION_UNKNOWN
 * @value: (owned) (nullable): the claim's value: for DO the action's data, for SET_VALUE the field's JSON
 */
typedef struct {
  int              choice;
  HlDisputeMeaning meaning;
  gboolean         stands;
  HlClaim         *claim;
  char            *party_id;
  GStrv            table_ids;
  HlActionKind     action;
  JsonNode        *value;
} HlDisputeChoice;

/* Reads one claim; whether it can be done is another question. (transfer full) (nullable): NULL for no such claim */
HlDisputeChoice *hl_dispute_choice_new    (HlState   *state,
                                           HlDispute *dispute,
                                           int        choice) G_GNUC_WARN_UNUSED_RESULT;
void             hl_dispute_choice_free   (HlDisputeChoice *self);

/**
 * hl_dispute_list_choices:
 * @state: what the screen shows
 * @dispute: of @state
 * @role: of who looks
 * @now: ms since the epoch
 *
 * Pure. Only what settle_dispute would do in @state is listed, in the order of the claims: a party that left the
 * table meanwhile is no choice any more.
 *
 * Returns: (transfer full) (element-type HlDisputeChoice): empty for a settled dispute
 */
GPtrArray       *hl_dispute_list_choices  (HlState   *state,
                                           HlDispute *dispute,
                                           HlRole     role,
                                           gint64     now) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the card is meant for a manager (K10: somebody sits at a blocked table). Anybody may settle it. */
gboolean         hl_dispute_is_for_manager (HlDispute *dispute);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlDisputeChoice, hl_dispute_choice_free)

G_END_DECLS
