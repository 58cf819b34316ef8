/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The link hostline://pair?... that carries everything a new dashboard needs to pair. */
#pragma once

#include <glib.h>

#include "wire/hl-frame-error.h"

G_BEGIN_DECLS

#define HL_PAIR_LINK_MAX_URLS 4
#define HL_PAIR_LINK_MAX_URL 512    /* characters of one URL */
#define HL_PAIR_LINK_MAX_BYTES 4096 /* of the link */

typedef struct {
  /* 1..4 base URLs in the order to try, "https://192.168.1.10:8443"; no user, query or fragment.
   * (owned) */
  GStrv urls;
  /* One for each URL: TRUE where a public certificate is expected instead of the pin ("#pki" in the
   * link). */
  gboolean pki[HL_PAIR_LINK_MAX_URLS];
  char *location; /* location id (owned) */
  char *code;     /* canonical pairing code (owned) */
  char *pin; /* nullable: 64 lower-case hex digits, SHA-256 of the server's public key (owned) */
} HlPairLink;

/* Strict: scheme and host exact, v=1, each parameter once (url 1..4 times), nothing unknown,
 * nothing else in the link. A link comes from anybody: the caller shows what it says and asks
 * before it acts on it. Returns: (transfer full), or NULL with HL_FRAME_ERROR and a sentence for
 * people; its pointer is "/<parameter>". */
HlPairLink *hl_pair_link_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the link; NULL and a critical if @link would not parse again. */
char *hl_pair_link_print (const HlPairLink *link) G_GNUC_WARN_UNUSED_RESULT;

void hl_pair_link_free (HlPairLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPairLink, hl_pair_link_free)

/* An http or https URL with a host and nothing but a path behind it: what may stand in `urls`. */
gboolean hl_pair_link_is_url (const char *url);

G_END_DECLS
