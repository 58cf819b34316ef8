/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReplayItem: one recorded webhook, as a line of JSON has it. */
#pragma once

#include <gio/gio.h>

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

#define HL_REPLAY_ERROR (hl_replay_error_quark ())
GQuark hl_replay_error_quark (void);

typedef enum {
  HL_REPLAY_ERROR_LINE, /* what is wrong with it, and where it stands */
  HL_REPLAY_ERROR_HOOK, /* no hook path for its provider, or one that is none */
} HlReplayError;

/* {"provider", "at_ms"?, "body" or "body_file", "query"?, "headers"?, "content_type"?, "id"?}:
 * at_ms: when it was sent, in ms from any beginning; absent: with the one before it. body: text as it is, or JSON, which is
 * printed; body_file: beside the file. query: behind the path, without "?". headers: sent besides those of the signature.
 * id: the delivery's id, for providers that sign one. */
typedef struct {
  const HlProvider *provider;
  gint64            at_ms;   /* -1: not given */
  GBytes           *body;
  char             *query;   /* (nullable) */
  JsonObject       *headers; /* (nullable): of strings */
  char             *content_type;
  char             *id;      /* (nullable) */
  char             *place;   /* "FILE:LINE" */
} HlReplayItem;

/* @folder: where a body_file is looked for. @place: copied. */
HlReplayItem *hl_replay_item_new  (const char *line, const char *folder, const char *place, GError **error);
void          hl_replay_item_free (HlReplayItem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlReplayItem, hl_replay_item_free)

G_END_DECLS
