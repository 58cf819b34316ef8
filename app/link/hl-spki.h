/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pin of a certificate: SHA-256 of its public key (SubjectPublicKeyInfo), found by walking its
 * DER. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* "sha256:<64 hex>" (transfer full), or NULL when the DER cannot be read. */
char *hl_spki_make_pin (GTlsCertificate *certificate);
/* The same over the bytes of a certificate. */
char *hl_spki_make_pin_from_der (const guint8 *der, gsize len);
/* Whether the certificate's pin is one of them (NULL-terminated, "sha256:..."). */
gboolean hl_spki_matches (GTlsCertificate *certificate, const char *const *pins);
/* What people compare: the first 8 hex digits in two groups, "9f2c 41d0" (transfer full). */
char *hl_spki_make_short (const char *pin);

G_END_DECLS
