/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlFact: one event that a publisher reports, checked, before it has a seq. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"

G_BEGIN_DECLS

typedef struct {
  HlEventKind  kind;
  gint64       at;          /* ms; HL_TIME_NONE: the time of receipt */
  JsonObject  *data;        /* checked against the kind's shape */
  char        *key_kind;    /* kind of source: "retell", "cloudevents", ...: two kinds never share keys */
  char        *key_source;  /* scope of @key: the hook's account, or a CloudEvents source; NULL: no key of its own */
  char        *key;         /* what the event is about: "c1/3/0", "c1/started"; known keys are skipped */
  gboolean     partial;     /* an unfinished transcript line: shown, never logged */
} HlFact;

/* @data: transfer full. @key_kind, @key_source, @key: copied, may be NULL together. */
HlFact *hl_fact_new  (HlEventKind  kind,
                      gint64       at,
                      JsonObject  *data,
                      const char  *key_kind,
                      const char  *key_source,
                      const char  *key);
void    hl_fact_free (HlFact *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlFact, hl_fact_free)

G_END_DECLS
