/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of collisions say: A does something, B does something that does not go with it. */
#pragma once

#include "desk.h"

#include "domain/hl-member.h"

G_BEGIN_DECLS

#define APPLIED HL_OUTCOME_APPLIED
#define NO_OP HL_OUTCOME_NO_OP
#define DISPUTED HL_OUTCOME_DISPUTED

#define NG "{'party_id':'ng'}"
#define NG_AT(table) "{'party_id':'ng','table_ids':['" table "']}"
#define LOPEZ_AT(table) "{'party_id':'lopez','table_ids':['" table "']}"
#define SIZE(n) "{'reservation_id':'r','party_size':" n "}"

/* What B knew of what A did: all of it; nothing, at the same moment; nothing, for want of a link. */
typedef enum { SEEN, RACED, OFFLINE } How;

/* Ng 4 and Lopez 2 (with a phone) wait; a booking "r" for Haddad, 6; a request "w", 2; a call "c" with the agent and an
 * open follow-up. */
Desk       *collide_open      (void);
/* Does it as @how says, @base being what was seen before A acted. The devices predicted it as applied. (transfer full) */
HlDecision *late              (Desk *desk, How how, const char *device, guint64 base, HlActionKind kind, const char *data);
guint       collide_n_open    (Desk *desk);
/* A publisher's fact, whatever comes of it. */
void        desk_fact         (Desk *desk, const char *name, HlEventKind kind, const char *data);

/* Some valid data of @kind about the entity @id, whatever it is. (transfer full) */
char       *collide_make_data (HlActionKind kind, const char *id);
void        assert_same_decision (HlDecision *one, HlDecision *two);

#define assert_outcome(one, two) \
  g_assert_cmpstr (hl_enum_nick (HL_TYPE_OUTCOME, one), ==, hl_enum_nick (HL_TYPE_OUTCOME, two))
#define assert_act(desk, device, kind, data, outcome) assert_outcome (desk_act (desk, device, kind, data), outcome)
#define assert_late(desk, how, device, base, kind, data, expected) \
  do { \
    g_autoptr (HlDecision) _decision = late (desk, how, device, base, kind, data); \
    assert_outcome (_decision->outcome, expected); \
  } while (0)
/* Undoes the action before the last @back ones. */
#define assert_undo(desk, device, back, outcome) \
  do { \
    g_autofree char *_data = g_strdup_printf ("{'action_id':'a%u'}", desk->acts - (back)); \
    assert_act (desk, device, HL_ACTION_UNDO, _data, outcome); \
  } while (0)
#define choose(desk, device, dispute, index, outcome) \
  do { \
    g_autofree char *_data = g_strdup_printf ("{'dispute_id':'%s','choice':%d}", dispute, index); \
    assert_act (desk, device, HL_ACTION_SETTLE_DISPUTE, _data, outcome); \
    g_assert_null (desk_dispute (desk, dispute)); \
  } while (0)

/* The card: the rule, who was first and who second, and whether the second was offline. */
void        assert_claims     (Desk *desk, const char *id, const char *rule, const char *first, const char *second,
                               How how);
void        assert_settled    (Desk *desk, const char *id, const char *by);
void        assert_party      (Desk *desk, const char *id, const char *status, const char *tables);
void        assert_status     (Desk *desk, const char *reservation_id, const char *status);
/* @json with ' for " */
void        assert_value      (Desk *desk, const char *reservation_id, const char *field, const char *json);
/* Sorted, with spaces between. */
void        assert_tags       (HlReservation *reservation, const char *tags);

G_END_DECLS
