/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks an address whether our server answers there, without a session. */
#pragma once

#include "link/hl-http.h"

G_BEGIN_DECLS

/* GET /readyz with the same trust as the link's. */
void hl_probe_async (SoupSession *session, HlEndpoint *endpoint, const char *const *pins,
                     GAsyncReadyCallback callback, gpointer user_data);
gboolean hl_probe_finish (GAsyncResult *result); /* whether it is ready */

G_END_DECLS
