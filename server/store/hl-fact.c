/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlFact: one event that a publisher reports, checked, before it has a seq. */
#include "store/hl-fact.h"

HlFact *
hl_fact_new (HlEventKind  kind,
             gint64       at,
             JsonObject  *data,
             const char  *key_kind,
             const char  *key_source,
             const char  *key)
{
  HlFact *self = g_new0 (HlFact, 1);

  self->kind = kind;
  self->at = at;
  self->data = data;
  self->key_kind = g_strdup (key_kind);
  self->key_source = g_strdup (key_source);
  self->key = g_strdup (key);
  return self;
}

void
hl_fact_free (HlFact *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->data, json_object_unref);
  g_free (self->key_kind);
  g_free (self->key_source);
  g_free (self->key);
  g_free (self);
}
