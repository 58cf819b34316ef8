/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCheckpoint: a location's whole state at one position, framed in parts and shared by all who need it. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "wire/hl-position.h"

G_BEGIN_DECLS

/* Immutable, counted atomically: made on the writer's thread between groups, sent on the main thread. */
typedef struct {
  gatomicrefcount ref_count;
  HlPosition     *pos;
  GPtrArray      *frames;    /* of GBytes: WebSocket messages of at most HL_WIRE_MAX_SERVER_FRAME, part 1 first */
  gsize           bytes;     /* of all frames */
  char           *text;      /* (nullable): {"pos","entities"}, the answer of GET state */
} HlCheckpoint;

/* @entities: what hl_state_save () returned, transfer none. @pos is copied. @text: fill in `text` too. */
HlCheckpoint *hl_checkpoint_new   (JsonNode         *entities,
                                   const HlPosition *pos,
                                   gboolean          text);
HlCheckpoint *hl_checkpoint_ref   (HlCheckpoint *self);
void          hl_checkpoint_unref (HlCheckpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCheckpoint, hl_checkpoint_unref)

G_END_DECLS
