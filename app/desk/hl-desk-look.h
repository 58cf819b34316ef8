/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDeskLook: what one refresh of the rows looks at again and again, and small helpers for making
 * rows. */
#pragma once

#include "desk/hl-derive.h"
#include "desk/hl-desk-private.h"

G_BEGIN_DECLS

/* Borrowed from the screen: valid until it changes. */
typedef struct {
  HlDesk *desk;
  HlState *state;
  HlLocation *location;
  gint64 now, from, until;
  GHashTable *next;     /* table id -> HlReservation: the next one that is promised this table */
  GHashTable *assigned; /* table id -> HlParty: at the door or called, and its table is chosen */
  GHashTable *disputed; /* ids of tables, parties, reservations in open disputes */
} HlDeskLook;

HlEntity **hl_desk_peek (HlState *state, GType type, guint *n);
int hl_desk_compare_keys (gconstpointer a, gconstpointer b);
char *hl_desk_make_key (int group, gint64 time, const char *name, const char *id);
void hl_desk_set_key (HlRow *row, char *key);
gpointer hl_desk_ensure_row (GHashTable *rows, const char *id, gpointer (*make) (void));
void hl_desk_keep_rows (GHashTable *rows, GHashTable *kept);
gboolean hl_desk_has (const char *text);
gboolean hl_desk_is_unsent (HlDesk *self, const char *id);
gint64 hl_desk_first_time (gint64 a, gint64 b);
void hl_desk_show_turn (HlRow *row, guint turn_prop, guint minutes_prop, HlLocation *location,
                        int size, int minutes);

/* hl-desk-floor.c */
void hl_desk_refresh_tables (HlDeskLook *look);
void hl_desk_refresh_sections (HlDeskLook *look);
/* hl-desk-calls.c */
void hl_desk_refresh_calls (HlDeskLook *look);
void hl_desk_refresh_transcripts (HlDeskLook *look);

G_END_DECLS
