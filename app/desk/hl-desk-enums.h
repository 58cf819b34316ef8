/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The enums of what the desk derives for show; nicks are stable and may be used as style classes.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What the pill says. HL_PILL_CONFLICT is shown over LIVE only: "2 to check" (HlDesk:to-check). */
typedef enum {
  HL_PILL_OFFLINE,     /* "offline" */
  HL_PILL_CATCHING_UP, /* "catching-up": HlDesk:catch-up-done of HlDesk:catch-up-total */
  HL_PILL_CHECKING,    /* "checking": a heartbeat is due */
  HL_PILL_LIVE,        /* "live" */
  HL_PILL_CONFLICT,    /* "conflict" */
} HlPill;
#define HL_TYPE_PILL (hl_pill_get_type ())
GType hl_pill_get_type (void);

/* The state that a table shows, highest first (one icon and word each). */
typedef enum {
  HL_TABLE_SHOWN_OPEN,          /* "open" */
  HL_TABLE_SHOWN_RESERVED_SOON, /* "reserved-soon": HlTableToken:next-time, next-name, next-size */
  HL_TABLE_SHOWN_ASSIGNED, /* "assigned": a party that is called or at the door has this table */
  HL_TABLE_SHOWN_PARTIALLY_SEATED, /* "partially-seated" */
  HL_TABLE_SHOWN_SEATED,           /* "seated": no stage yet, or ordered */
  HL_TABLE_SHOWN_COURSE,   /* "course": appetizer, entree or dessert, see HlTableToken:stage */
  HL_TABLE_SHOWN_CHECK,    /* "check": check dropped or paid, see HlTableToken:stage */
  HL_TABLE_SHOWN_DIRTY,    /* "dirty" */
  HL_TABLE_SHOWN_BLOCKED,  /* "blocked" */
  HL_TABLE_SHOWN_DISPUTED, /* "disputed" */
} HlTableShown;
#define HL_TYPE_TABLE_SHOWN (hl_table_shown_get_type ())
GType hl_table_shown_get_type (void);

/* How a party stands against its turn time: "48/90", amber from 10 min before, "+12" in red. */
typedef enum {
  HL_TURN_NONE, /* "none": not seated */
  HL_TURN_FINE, /* "fine" */
  HL_TURN_SOON, /* "soon" */
  HL_TURN_OVER, /* "over" */
} HlTurn;
#define HL_TYPE_TURN (hl_turn_get_type ())
GType hl_turn_get_type (void);

/* Where a person stands in the left pane; the lists are ordered by it. */
typedef enum {
  HL_GUEST_GROUP_LATE, /* "late": over its time by the location's late_minutes, or any late ETA that
                          has passed */
  HL_GUEST_GROUP_DUE,  /* "due": within the next 30 minutes, or a little late */
  HL_GUEST_GROUP_LATER,   /* "later" */
  HL_GUEST_GROUP_WAITING, /* "waiting" */
  HL_GUEST_GROUP_DOOR,    /* "door": arrived, has no table yet */
  HL_GUEST_GROUP_SEATED,  /* "seated" */
} HlGuestGroup;
#define HL_TYPE_GUEST_GROUP (hl_guest_group_get_type ())
GType hl_guest_group_get_type (void);

/* The stage that a call card shows (derived). */
typedef enum {
  HL_CALL_STAGE_RINGING,     /* "ringing": the agent has not answered yet */
  HL_CALL_STAGE_GREETING,    /* "greeting": no slot yet */
  HL_CALL_STAGE_COLLECTING,  /* "collecting": some slots */
  HL_CALL_STAGE_CONFIRMING,  /* "confirming": all read back */
  HL_CALL_STAGE_BOOKED,      /* "booked" */
  HL_CALL_STAGE_WANTS_YOU,   /* "wants-you": handoff requested */
  HL_CALL_STAGE_RINGING_YOU, /* "ringing-you" */
  HL_CALL_STAGE_WITH_STAFF,  /* "with-staff": HlCallCard:handled-by */
  HL_CALL_STAGE_ENDED,       /* "ended" */
} HlCallStage;
#define HL_TYPE_CALL_STAGE (hl_call_stage_get_type ())
GType hl_call_stage_get_type (void);

G_END_DECLS
