/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Freeing what a store gives out. */
#include "store/hl-store-rows.h"

void
hl_store_row_free (HlStoreRow *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->kind);
  g_free (self->act);
  g_free (self->body);
  g_free (self);
}

void
hl_store_location_free (HlStoreLocation *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self->timezone);
  hl_position_free (self->head);
  g_free (self);
}

void
hl_store_request_free (HlStoreRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->answer);
  g_free (self);
}

void
hl_store_outcome_free (HlStoreOutcome *self)
{
  if (self == NULL)
    return;
  g_free (self->act);
  g_free (self->outcome);
  g_free (self);
}

void
hl_store_unreadable_free (HlStoreUnreadable *self)
{
  if (self == NULL)
    return;
  g_free (self->hook);
  g_free (self->reason);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}
