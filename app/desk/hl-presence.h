/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here: the devices that are connected to the location, with whom at them as far as known, as the server said
 * last. What was said is never taken for what is: as-of tells when it was so. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define HL_PRESENCE_IDLE_S 300 /* nothing done there for so long: nobody may be at it */

typedef struct {
  char *device;
  char *name; /* what people call it */
  char *who;  /* who acted last at it, "" unknown */
  int idle_s; /* since something was done there, as of then */
  gboolean own;
} HlHere;

/* Signal "changed" (). */
#define HL_TYPE_PRESENCE (hl_presence_get_type ())
G_DECLARE_FINAL_TYPE (HlPresence, hl_presence, HL, PRESENCE, GObject)

HlPresence *hl_presence_new (void);

/* The server's answer at @now (wall ms); FALSE: it cannot be read, and nothing changes. @own: this device, its @who goes
 * before what the server knows. Entries that cannot be read are left out. */
gboolean hl_presence_take (HlPresence *self, JsonObject *answer, const char *own, const char *who, gint64 now);
/* The connection is there, or is not: without it, what was last known may not be so any more. */
void hl_presence_set_current (HlPresence *self, gboolean current);

/* Own device first, then by name (transfer none). */
const GPtrArray *hl_presence_get_here (HlPresence *self);
gboolean hl_presence_get_current (HlPresence *self);
/* Wall ms; 0: nothing is known. */
gint64 hl_presence_get_as_of (HlPresence *self);
/* How many are connected beyond those that are listed. */
int hl_presence_get_more (HlPresence *self);

G_END_DECLS
