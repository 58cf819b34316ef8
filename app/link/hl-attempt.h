/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlAttempt: one attempt to connect, and the WebSocket that came of it. */
#pragma once

#include <libsoup/soup.h>

#include "link/hl-link-verdict.h"
#include "link/hl-link.h"

G_BEGIN_DECLS

/* Callbacks hold a reference and look at `link`: it is NULL once this is not the current attempt
 * any more, whatever the socket still says. */
typedef struct {
  gatomicrefcount ref_count;
  HlLink *link; /* borrowed */
  guint generation;
  guint endpoint;
  gboolean snapshot; /* its hello asks for one */
  gboolean welcomed;
  GCancellable *cancellable;
  SoupMessage *message; /* the upgrade */
  SoupWebsocketConnection *socket;
  guint failed; /* close code that an error brought */
} HlAttempt;

HlAttempt *hl_attempt_new (HlLink *link, const char *url);
HlAttempt *hl_attempt_ref (HlAttempt *self);
void hl_attempt_unref (HlAttempt *self);
/* Takes the socket away at once, without a word: the peer is dead, or the next attempt must not
 * wait for it. */
void hl_attempt_destroy_socket (HlAttempt *self);
/* What an upgrade that failed means. portal: the network itself says that it wants a login.
 * clock_wrong: see hl_link_verdict_from_error (). detail: for the log (transfer full). */
HlLinkVerdict hl_attempt_judge (HlAttempt *self, const GError *error, gboolean portal,
                                gboolean clock_wrong, char **detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlAttempt, hl_attempt_unref)

G_END_DECLS
