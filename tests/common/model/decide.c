/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See decide.h. */
#include "model/decide.h"

Desk *
open_desk (void)
{
  Desk *desk = desk_new ();

  assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'ng','size':4,'name':'Ng'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'lopez','size':2,'name':'Lopez'}", APPLIED);
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CREATED,
              "{'reservation_id':'r','name':'Haddad','party_size':6,'starts_at':'2026-11-27T20:00:00Z','source':'tock','version':3}");
  return desk;
}

HlPartyStatus
party_status (Desk *desk, const char *id)
{
  return hl_party_get_status (desk_party (desk, id));
}

HlReservationStatus
reservation_status (Desk *desk, const char *id)
{
  return hl_reservation_get_status (desk_reservation (desk, id));
}
