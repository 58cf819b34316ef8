/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the registry share. */
#pragma once

#include "store/hl-registry-connections.h"
#include "store/hl-sqlite-store-private.h"

G_BEGIN_DECLS

struct _HlRegistry {
  GObject parent_instance;

  HlSqliteStore *store;
};

/* Runs @func inside the transaction that is open, or one of its own. */
typedef gboolean (*HlRegistryChange) (HlDatabase *db, gpointer data, GError **error);
gboolean hl_registry_change (HlRegistry *self, HlStoreNeed need, HlRegistryChange func,
                             gpointer data, GError **error);

/* Runs a query with up to two text parameters (NULL binds NULL) and adds what @make gives of each row.
 * Returns: (transfer full) (nullable) */
typedef gpointer (*HlRegistryMake) (HlDatabase *db, HlStatement *row, gpointer data,
                                    GError **error);
GPtrArray *hl_registry_query (HlRegistry *self, const char *sql, const char *a, const char *b,
                              HlRegistryMake make, gpointer data, GDestroyNotify free_func,
                              GError **error);

/* Runs one statement with text parameters @texts (NULL-terminated) and then @n_numbers numbers. */
gboolean hl_registry_run (HlDatabase *db, const char *sql, const char *const *texts,
                          const gint64 *numbers, guint n_numbers, GError **error);
/* Is there a row? Same parameters, texts only. Returns: FALSE on error. */
gboolean hl_registry_find (HlDatabase *db, const char *sql, const char *const *texts,
                           gboolean *found, GError **error);
/* The first column of every row. Returns: (transfer full) (nullable) */
GStrv hl_registry_strings (HlDatabase *db, const char *sql, const char *const *texts, gint64 number,
                           GError **error);

/* The same for rows of `expires || ' ' || what`: *@what (transfer full) and as many *@ends. */
gboolean hl_registry_read_valid (HlDatabase *db, const char *sql, const char *const *texts, gint64 now,
                                 GStrv *what, gint64 **ends, GError **error);

gboolean hl_registry_unknown (const char *what, const char *id, GError **error);
gboolean hl_registry_check_name (const char *name, GError **error);
gboolean hl_registry_need_location (HlDatabase *db, const char *location, GError **error);

/* hl-registry-tokens.c */
typedef struct {
  const char *id;
  const char *hash;
  HlRole role;
  const char *name;
  const char *device; /* (nullable) */
  const char *const *locations;
  gint64 created;
  gint64 expires;
} HlRegistryNewToken;

gboolean hl_registry_insert_token (HlDatabase *db, const HlRegistryNewToken *token,
                                   GError **error);
gboolean hl_registry_revoke (HlDatabase *db, const char *token_id, gint64 now, GError **error);
HlRole hl_registry_parse_role (const char *nick);
const char *hl_registry_role_nick (HlRole role);

/* hl-registry-connections.c: a row of HL_CONNECTION_COLUMNS. (transfer full) */
#define HL_CONNECTION_COLUMNS "row, location, at, what, session, device, code, cause, detail"
#define HL_CONNECTION_IS_FOLD "detail GLOB '{\"span_s\":*'" /* see hl-connection-fold.h */
HlConnectionRow *hl_registry_make_connection (HlStatement *statement);

HlRegistryCache *hl_registry_cache_new (GPtrArray *tokens, GPtrArray *hooks, GStrv locations);

G_END_DECLS
