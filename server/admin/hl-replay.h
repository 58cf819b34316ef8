/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReplay: posts recorded webhooks of any provider, validly signed, at a chosen speed. */
#pragma once

#include "admin/hl-replay-item.h"

G_BEGIN_DECLS

typedef struct _HlReplay HlReplay;

typedef struct {
  const char        *url;         /* where it is posted: scheme, host and port */
  const char *const *public_urls; /* (nullable): what providers that sign the URL were told; else @url */
  double             speed;       /* 1: as it was recorded; 0: each as soon as the one before is answered */
  JsonObject        *settings;    /* (nullable): of the hooks, as `hook add --set` takes them */
  gboolean           json;        /* an answer a line, as JSON */
} HlReplayConfig;

/* Everything is copied. */
HlReplay *hl_replay_new      (const HlReplayConfig *config);
void      hl_replay_free     (HlReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlReplay, hl_replay_free)

/* @path: as `hook add` printed it, or a whole URL with it. @secret: (nullable): none for a provider that does not sign. */
gboolean  hl_replay_add_hook (HlReplay *self, const char *path, const char *secret, GError **error);

/* A file of lines; several are put together by their times. Lines that are empty or begin with "#" are passed over. */
gboolean  hl_replay_load     (HlReplay *self, const char *file, GError **error);

/* Sends what was loaded; or, with @from_stdin, each line of standard input as it comes, with its answer before the next is
 * read. Prints what came of it. Returns: whether every one was answered 200. */
gboolean  hl_replay_run      (HlReplay *self, gboolean from_stdin);

G_END_DECLS
