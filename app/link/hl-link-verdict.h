/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlLinkVerdict: what an HTTP status, a close code or an error of an attempt means for the link;
 * pure. */
#pragma once

#include <gio/gio.h>

#include "link/hl-link-cause.h"

G_BEGIN_DECLS

typedef enum {
  HL_VERDICT_RETRY,    /* by the backoff */
  HL_VERDICT_SNAPSHOT, /* by the backoff, and ask for a snapshot (4100-4199) */
  HL_VERDICT_STOP,     /* until a person or the configuration changes */
} HlVerdictAction;

typedef struct {
  HlVerdictAction action;
  HlLinkCause cause;
  gint64 wait_ms;     /* the server asked for it; -1 = it did not */
  gboolean authentic; /* it was our server that spoke: another endpoint would say the same */
  guint code;         /* HTTP status or close code, 0 = none; for the log */
  gboolean doubted;   /* it may not be our server that spoke: other addresses are asked first */
} HlLinkVerdict;

/* The answer to an upgrade that was not 101. retry_after: the header or NULL (seconds or an HTTP
 * date, RFC 9110 section 10.2.3); now_ms: wall clock, for the date. */
HlLinkVerdict hl_link_verdict_from_status (guint status, const char *retry_after, gint64 now_ms);
/* A close code, by ranges; 0, 1005 and 1006 are a connection that broke.
 * retry_ms: from bye, -1 without. */
HlLinkVerdict hl_link_verdict_from_close (guint code, gint64 retry_ms);
/* An error of GIO or libsoup while connecting. flags: what the certificate check said, 0 = nothing.
 * clock_wrong: something else than the certificate says so too; without that a certificate whose
 * dates do not fit is the certificate's fault. */
HlLinkVerdict hl_link_verdict_from_error (const GError *error, GTlsCertificateFlags flags,
                                          gboolean clock_wrong);
/* It may not be our server that answered: the network has a login page, or the answer is not in our
 * server's form. What would stop the link becomes a login page, and is tried again. */
void hl_link_verdict_doubt (HlLinkVerdict *verdict);
/* Anything that this side decided. */
HlLinkVerdict hl_link_verdict_make (HlVerdictAction action, HlLinkCause cause);

/* Milliseconds from now, or -1 when the text is neither seconds nor an HTTP date. */
gint64 hl_link_parse_retry_after (const char *text, gint64 now_ms);

G_END_DECLS
