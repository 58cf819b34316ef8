/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is about to get a table: set by a tap on a party, ended by a tap on a table. */
#pragma once

#include <gio/gio.h>

#include "desk/hl-guest-row.h"
#include "desk/hl-table-token.h"

G_BEGIN_DECLS

typedef enum {
  HL_SEATING_NONE,
  HL_SEATING_PARTY,       /* waits or stands at the door: id is the party's */
  HL_SEATING_RESERVATION, /* has not arrived yet: id is the reservation's */
  HL_SEATING_WALK_IN,     /* exists only in the form so far: no id */
  HL_SEATING_MOVE,        /* sits somewhere: id is the party's */
} HlSeatingKind;

/* How a table suits them; the higher, the more there is to say beforehand. */
typedef enum {
  HL_FIT_NONE,     /* nobody is being seated */
  HL_FIT_GOOD,
  HL_FIT_LARGE,    /* made for more people */
  HL_FIT_PROMISED, /* reserved soon, or called for others */
  HL_FIT_SMALL,    /* over capacity */
  HL_FIT_DIRTY,
  HL_FIT_OCCUPIED,
  HL_FIT_BLOCKED,  /* needs a manager */
} HlFit;

#define HL_TYPE_SEATING (hl_seating_get_type ())
G_DECLARE_FINAL_TYPE (HlSeating, hl_seating, HL, SEATING, GObject)

/* Emits "changed" whenever anything below is another. */
HlSeating *hl_seating_new (void);

void hl_seating_start (HlSeating *self, HlSeatingKind kind, const char *id, const char *name,
                       int size);
void hl_seating_stop  (HlSeating *self);

HlSeatingKind hl_seating_get_kind (HlSeating *self);
const char   *hl_seating_get_id   (HlSeating *self);
const char   *hl_seating_get_name (HlSeating *self);
int           hl_seating_get_size (HlSeating *self);

/* Several tables together: taps collect instead of seating at once. */
gboolean hl_seating_get_several (HlSeating *self);
void     hl_seating_set_several (HlSeating *self, gboolean several);
void     hl_seating_toggle_table (HlSeating *self, const char *table_id);
gboolean hl_seating_has_table    (HlSeating *self, const char *table_id);
/* The tables collected so far; ends with NULL, (transfer none), valid until the next change. */
const char *const *hl_seating_get_tables (HlSeating *self);

/* The table that was tapped and has something to be said about it first; "" for none. */
const char *hl_seating_get_doubtful (HlSeating *self);
void        hl_seating_set_doubtful (HlSeating *self, const char *table_id);

HlFit hl_seating_judge (HlSeating *self, HlTableToken *token);
/* What to say before seating them there; %NULL when nothing. (transfer full) */
char *hl_seating_warn  (HlSeating *self, HlTableToken *token);

/* How a table suits @size people, whoever they are. */
HlFit hl_fit_judge (HlTableToken *token, int size);

G_END_DECLS
