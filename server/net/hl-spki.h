/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the public key inside an X.509 certificate and makes the pin of it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The SubjectPublicKeyInfo element, whole, in a DER certificate (RFC 5280 section 4.1). Transfer
 * none: points into `der`. NULL when the bytes are no certificate. */
const guint8 *hl_spki_find (const guint8 *der, gsize len, gsize *spki_len);

/* "sha256:<64 hex>" of that element; NULL with G_IO_ERROR_INVALID_DATA. Transfer full. */
char *hl_spki_pin (GTlsCertificate *certificate, GError **error);

G_END_DECLS
