/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registration of the desk's enums, see hl-desk-enums.h. */
#include "desk/hl-desk-enums.h"

#define V(prefix, value, nick)                                                                     \
  {                                                                                                \
    prefix##_##value, #prefix "_" #value, nick                                                     \
  }
#define DEFINE(Type, name, ...)                                                                    \
  GType name##_get_type (void)                                                                     \
  {                                                                                                \
    static const GEnumValue values[] = { __VA_ARGS__, { 0, NULL, NULL } };                         \
    static gsize type = 0;                                                                         \
    if (g_once_init_enter (&type))                                                                 \
      g_once_init_leave (&type, g_enum_register_static (Type, values));                            \
    return type;                                                                                   \
  }

DEFINE ("HlPill", hl_pill, V (HL_PILL, OFFLINE, "offline"), V (HL_PILL, CATCHING_UP, "catching-up"),
        V (HL_PILL, CHECKING, "checking"), V (HL_PILL, LIVE, "live"),
        V (HL_PILL, CONFLICT, "conflict"))
DEFINE ("HlTableShown", hl_table_shown, V (HL_TABLE_SHOWN, OPEN, "open"),
        V (HL_TABLE_SHOWN, RESERVED_SOON, "reserved-soon"),
        V (HL_TABLE_SHOWN, ASSIGNED, "assigned"),
        V (HL_TABLE_SHOWN, PARTIALLY_SEATED, "partially-seated"),
        V (HL_TABLE_SHOWN, SEATED, "seated"), V (HL_TABLE_SHOWN, COURSE, "course"),
        V (HL_TABLE_SHOWN, CHECK, "check"), V (HL_TABLE_SHOWN, DIRTY, "dirty"),
        V (HL_TABLE_SHOWN, BLOCKED, "blocked"), V (HL_TABLE_SHOWN, DISPUTED, "disputed"))
DEFINE ("HlTurn", hl_turn, V (HL_TURN, NONE, "none"), V (HL_TURN, FINE, "fine"),
        V (HL_TURN, SOON, "soon"), V (HL_TURN, OVER, "over"))
DEFINE ("HlGuestGroup", hl_guest_group, V (HL_GUEST_GROUP, LATE, "late"),
        V (HL_GUEST_GROUP, DUE, "due"), V (HL_GUEST_GROUP, LATER, "later"),
        V (HL_GUEST_GROUP, WAITING, "waiting"), V (HL_GUEST_GROUP, DOOR, "door"),
        V (HL_GUEST_GROUP, SEATED, "seated"))
DEFINE ("HlCallStage", hl_call_stage, V (HL_CALL_STAGE, RINGING, "ringing"),
        V (HL_CALL_STAGE, GREETING, "greeting"), V (HL_CALL_STAGE, COLLECTING, "collecting"),
        V (HL_CALL_STAGE, CONFIRMING, "confirming"), V (HL_CALL_STAGE, BOOKED, "booked"),
        V (HL_CALL_STAGE, WANTS_YOU, "wants-you"), V (HL_CALL_STAGE, RINGING_YOU, "ringing-you"),
        V (HL_CALL_STAGE, WITH_STAFF, "with-staff"), V (HL_CALL_STAGE, ENDED, "ended"))
