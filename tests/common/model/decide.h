/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the decisions have in common: a desk with guests, and what an action must end as. */
#pragma once

#include "model/desk.h"

G_BEGIN_DECLS

#define APPLIED HL_OUTCOME_APPLIED
#define NO_OP HL_OUTCOME_NO_OP
#define DISPUTED HL_OUTCOME_DISPUTED

#define assert_act(desk, device, kind, data, outcome) \
  g_assert_cmpstr (hl_enum_nick (HL_TYPE_OUTCOME, desk_act (desk, device, kind, data)), ==, \
                   hl_enum_nick (HL_TYPE_OUTCOME, outcome))
#define assert_act_at(desk, device, seen, kind, data, outcome) \
  g_assert_cmpstr (hl_enum_nick (HL_TYPE_OUTCOME, desk_act_at (desk, device, seen, kind, data)), ==, \
                   hl_enum_nick (HL_TYPE_OUTCOME, outcome))
#define assert_tables(desk, party, tables) \
  do { \
    g_autofree char *_tables = desk_tables (desk, party); \
    g_assert_cmpstr (_tables, ==, tables); \
  } while (0)

/* Ng waits as "ng", Lopez as "lopez", a reservation "r" for Haddad, 6. (transfer full) */
Desk               *open_desk          (void);
HlPartyStatus       party_status       (Desk *desk, const char *id);
HlReservationStatus reservation_status (Desk *desk, const char *id);

G_END_DECLS
