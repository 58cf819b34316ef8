/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlEvening: the lines of a demonstration (the format is in hl-demo-link.h), read and filled in. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 after_ms;
  JsonObject *object;
} HlEveningLine;

/* Everything owned; location and floor may be NULL. */
typedef struct {
  char *device;
  char *location_id;
  JsonObject *location, *floor;
  GPtrArray *lines; /* HlEveningLine */
  gint64 start;     /* ms: what the evening's clock says first */
  gint64 repeat_ms; /* 0: it plays once */
} HlEvening;

/* Lines that cannot be read are left out, with a warning. */
HlEvening *hl_evening_new (const char *text);
void hl_evening_free (HlEvening *evening);

/* A copy with "@", "@+5" (minutes from `at`) and "{r}" replaced (transfer full). */
JsonNode *hl_evening_resolve (JsonNode *node, gint64 at, guint round);

G_END_DECLS
