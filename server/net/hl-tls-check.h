/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out whether a certificate and its key belong together, before clients do. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Shakes hands with itself over a socket pair; blocks for some milliseconds, 5 s at most. GIO takes
 * any two files, and a certificate renewed without its key would only show as clients that cannot
 * connect. */
gboolean hl_tls_check (GTlsCertificate *certificate, GError **error);

G_END_DECLS
