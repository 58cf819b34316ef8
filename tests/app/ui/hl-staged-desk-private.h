/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the staged desk share. */
#pragma once

#include "hl-staged-desk.h"

G_BEGIN_DECLS

/* Friday, 4 December 2026, 19:04 in Los Angeles */
#define HL_STAGED_NOW G_GINT64_CONSTANT (1796439840000)
#define HL_STAGED_MINUTE G_GINT64_CONSTANT (60000)

enum {
  PROP_0,
  PROP_PAIRED,
  PROP_DEMO,
  PROP_READY,
  PROP_LOCATION_NAME,
  PROP_SHIFT,
  PROP_NOW,
  PROP_SEATED,
  PROP_DUE,
  PROP_WAITING,
  PROP_CALLS_LIVE,
  PROP_CALLS_NEEDING,
  PROP_PILL,
  PROP_UNSENT,
  PROP_TO_CHECK,
  PROP_CATCH_UP_DONE,
  PROP_CATCH_UP_TOTAL,
  PROP_CAUSE,
  PROP_OFFLINE_SINCE,
  PROP_RETRY_AT,
  PROP_AS_OF,
  PROP_CAN_UNDO,
  PROP_UNDO_KIND,
  PROP_UNDO_NAME,
  PROP_QUOTE_2,
  PROP_QUOTE_4,
  PROP_QUOTE_6,
  PROP_RTT,
  PROP_LINK_STATE,
  PROP_ENDPOINT,
  PROP_STORAGE_ERROR,
  PROP_STORAGE_NOTE,
  PROP_MAY_HAVE_LOST,
  PROP_ROLE,
  PROP_WHO,
  PROP_DEVICE_NAME,
  PROP_UNDO_UNSENT,
  PROP_CLOCK_OFF,
  PROP_METERED,
  N_PROPS,
};

struct _HlDesk {
  GObject parent_instance;
  GValue values[N_PROPS];
  HlState *screen;
  HlHistory *history;
  HlAlarm *alarm;
  HlPresence *presence;
  GTimeZone *zone;
  GListStore *arrivals, *waitlist, *in_house, *needing, *live, *recent, *tables, *sections;
  GListStore *disputes, *outbox, *lines, *transitions, *endpoints;
  GArray *samples;
  guint64 seq;
  GPtrArray *performed;
  GError *failure;  /* of the next thing done here */
  guint log_in_file; /* steps that the file has and the list has not */
};

/* hl-staged-room.c, hl-staged-people.c, hl-staged-phone.c: they fill the lists */
void hl_staged_room (HlDesk *self);
void hl_staged_people (HlDesk *self);
void hl_staged_phone (HlDesk *self);

/* hl-staged-act.c: the callback comes later, with success or with what was set to fail */
void hl_staged_answer (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
