/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a repair found, kept and lost, for the operator: in sentences. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Events that are missing in the log, one after the other. */
typedef struct {
  guint64 first, last;  /* seq */
  gint64 after, before; /* when the events around them were received, ms; 0: there is none */
} HlRepairGap;

typedef struct {
  char *id;
  guint64 kept;        /* events */
  guint64 head;        /* the last seq that is there now */
  GArray *gaps;        /* of HlRepairGap, in order */
  guint64 snapshot;    /* what events up to this seq did is known from a snapshot all the same; 0: none */
  gboolean is_whole;   /* proved to be as it was: it keeps its epoch */
  gboolean end_unknown; /* events may be missing behind the last that was found, nobody knows how many */
  gboolean row_lost;   /* the location itself had to be made anew from its events */
  guint requests;      /* first answers forgotten because their events are gone */
  guint devices;       /* devices that are asked to send actions again */
} HlRepairLocation;

/* Rows beside the log that were there and damaged; and how many were whole. */
typedef struct {
  guint locations, answers, keys, outcomes, tokens, hooks, secrets, subscribers;
  guint proved;
} HlSalvageDropped;

typedef struct {
  gint64 at;           /* ms since the epoch */
  char *reason;        /* what was wrong with the file */
  char *kept_as;       /* (nullable): where the damaged file lies now */
  GPtrArray *locations; /* of HlRepairLocation, by id */
  guint tokens, devices, hooks, subscribers; /* kept */
  HlSalvageDropped dropped;
} HlRepairReport;

HlRepairReport *hl_repair_report_new (const char *reason, gint64 at);
void hl_repair_report_free (HlRepairReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlRepairReport, hl_repair_report_free)

/* Returns: (transfer none): a new one at the end of the list */
HlRepairLocation *hl_repair_report_add (HlRepairReport *self, const char *id);

guint64 hl_repair_location_count_missing (const HlRepairLocation *self);

/* One sentence a line. Nothing of what any event says is in it. Returns: (transfer full) */
char *hl_repair_report_print (const HlRepairReport *self);

G_END_DECLS
