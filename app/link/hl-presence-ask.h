/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a server who is connected now. */
#pragma once

#include <json-glib/json-glib.h>

#include "link/hl-http.h"

G_BEGIN_DECLS

/* GET /v1/locations/{location}/presence. Ends within 10 s. */
void hl_presence_ask_async (SoupSession *session, HlEndpoint *endpoint, const char *const *pins, const char *location,
                            const char *token, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
/* (transfer full) (nullable): NULL: not answered, or not understood, an older server among others. */
JsonObject *hl_presence_ask_finish (GAsyncResult *result);

G_END_DECLS
