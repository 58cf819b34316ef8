/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDemoAnswer: an action that the demonstration has decided, for asking again. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Everything owned; reason and detail may be NULL. */
typedef struct {
  guint64 n;
  char *device;
  char *outcome, *reason;
  guint64 seq;  /* the last of its events, 0 without any */
  guint64 head; /* the log's when it was decided, with its events */
  JsonObject *detail;
} HlDemoAnswer;

void hl_demo_answer_free (HlDemoAnswer *answer);

G_END_DECLS
