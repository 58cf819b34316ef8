/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the locations in the SQLite store. */
#pragma once

#include "store/hl-store.h"

G_BEGIN_DECLS

gboolean hl_sqlite_location_add (HlStore *store, const char *id, const char *name,
                                 const char *timezone, gint64 now, GError **error);
gboolean hl_sqlite_location_set (HlStore *store, const char *id, const char *name,
                                 const char *timezone, GError **error);
gboolean hl_sqlite_location_remove (HlStore *store, const char *id, GError **error);
HlStoreLocation *hl_sqlite_location_get (HlStore *store, const char *id, GError **error);
GPtrArray *hl_sqlite_location_list (HlStore *store, GError **error);

G_END_DECLS
