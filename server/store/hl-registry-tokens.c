/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry's tokens. */
#include "store/hl-registry-private.h"

#include "store/hl-sqlite-proof.h"
#include "util/hl-id.h"
#include "wire/hl-token.h"

HlRole
hl_registry_parse_role (const char *nick)
{
  int role = HL_ROLE_MONITOR;

  /* A nick that an older or newer program wrote and this one does not know may do next to nothing. */
  if (nick == NULL || !hl_enum_parse (HL_TYPE_ROLE, nick, &role))
    return HL_ROLE_MONITOR;
  return (HlRole) role;
}

const char *
hl_registry_role_nick (HlRole role)
{
  return hl_enum_nick (HL_TYPE_ROLE, role);
}

gboolean
hl_registry_insert_token (HlDatabase *db, const HlRegistryNewToken *token, GError **error)
{
  g_autoptr (HlStatement) insert = NULL;

  for (guint i = 0; token->locations[i] != NULL; i++) {
    if (!hl_registry_need_location (db, token->locations[i], error))
      return FALSE;
  }
  insert = hl_database_prepare (db,
                                "INSERT INTO token (id, hash, role, name, device, created, "
                                "expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                error);
  if (insert == NULL)
    return FALSE;
  hl_statement_bind_text (insert, 1, token->id);
  hl_statement_bind_text (insert, 2, token->hash);
  hl_statement_bind_text (insert, 3, hl_registry_role_nick (token->role));
  hl_statement_bind_text (insert, 4, token->name);
  hl_statement_bind_text (insert, 5, token->device);
  hl_statement_bind_int (insert, 6, token->created);
  hl_statement_bind_int (insert, 7, token->expires);
  if (!hl_statement_run (insert, error))
    return FALSE;
  for (guint i = 0; token->locations[i] != NULL; i++) {
    const char *texts[] = { token->id, token->locations[i], NULL };

    if (!hl_registry_run (
          db, "INSERT OR IGNORE INTO token_location (token, location) VALUES (?, ?)", texts, NULL,
          0, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
on_add (HlDatabase *db, gpointer data, GError **error)
{
  return hl_registry_insert_token (db, data, error);
}

static gboolean
is_token_role (HlRole role)
{
  return role == HL_ROLE_STAFF || role == HL_ROLE_MANAGER || role == HL_ROLE_PUBLISHER ||
         role == HL_ROLE_AGENT || role == HL_ROLE_MONITOR;
}

char *
hl_registry_add_token (HlRegistry *self, const char *const *locations, HlRole role,
                       const char *name, gint64 expires, gint64 now, char **token_id,
                       GError **error)
{
  g_auto (HlToken) token = { 0 };
  g_autofree char *hash = NULL;
  HlRegistryNewToken row = { .role = role,
                             .name = name,
                             .locations = locations,
                             .created = now,
                             .expires = expires };

  if (!is_token_role (role)) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A token's role is staff, manager, publisher, agent or monitor.");
    return NULL;
  }
  if (locations == NULL || locations[0] == NULL) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A token is bound to at least one location.");
    return NULL;
  }
  if (expires != HL_REGISTRY_NEVER && expires <= now) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A token cannot expire in the past.");
    return NULL;
  }
  if (!hl_registry_check_name (name, error))
    return NULL;
  hl_token_init (&token);
  hash = hl_token_hash (&token);
  row.id = token.id;
  row.hash = hash;
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_add, &row, error))
    return NULL;
  if (token_id != NULL)
    *token_id = g_strdup (token.id);
  return hl_token_format (&token);
}

gboolean
hl_registry_revoke (HlDatabase *db, const char *token_id, gint64 now, GError **error)
{
  const char *texts[] = { token_id, NULL };
  gboolean found;

  if (!hl_registry_find (db, "SELECT 1 FROM token WHERE id = ?", texts, &found, error))
    return FALSE;
  if (!found)
    return hl_registry_unknown ("token", token_id, error);
  return hl_registry_run (db, "UPDATE token SET revoked = ?2 WHERE id = ?1 AND revoked = 0", texts,
                          &now, 1, error) &&
         hl_registry_run (db, "UPDATE device SET removed = ?2 WHERE token = ?1 AND removed = 0",
                          texts, &now, 1, error);
}

typedef struct {
  const char *id;
  gint64 now;
} Mark;

static gboolean
on_revoke (HlDatabase *db, gpointer data, GError **error)
{
  const Mark *mark = data;

  return hl_registry_revoke (db, mark->id, mark->now, error);
}

gboolean
hl_registry_revoke_token (HlRegistry *self, const char *token_id, gint64 now, GError **error)
{
  Mark mark = { token_id, now };

  return hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_revoke, &mark, error);
}

static gboolean
on_touch (HlDatabase *db, gpointer data, GError **error)
{
  const Mark *mark = data;
  const char *texts[] = { mark->id, NULL };

  return hl_registry_run (db, "UPDATE token SET last_used = max (last_used, ?2) WHERE id = ?1",
                          texts, &mark->now, 1, error);
}

gboolean
hl_registry_touch_token (HlRegistry *self, const char *token_id, gint64 now, GError **error)
{
  Mark mark = { token_id, now };

  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_touch, &mark, error);
}

static gpointer
make_token (HlDatabase *db, HlStatement *row, gpointer data, GError **error)
{
  g_autoptr (HlTokenInfo) token = g_new0 (HlTokenInfo, 1);
  const char *texts[] = { hl_statement_get_text (row, 0), NULL };

  token->id = hl_statement_dup_text (row, 0);
  token->hash = hl_statement_dup_text (row, 1);
  token->role = hl_registry_parse_role (hl_statement_get_text (row, 2));
  token->name = hl_statement_dup_text (row, 3);
  token->device = hl_statement_dup_text (row, 4);
  token->created = hl_statement_get_int (row, 5);
  token->expires = hl_statement_get_int (row, 6);
  token->last_used = hl_statement_get_int (row, 7);
  token->revoked = hl_statement_get_int (row, 8);
  token->locations = hl_registry_strings (
    db, "SELECT location FROM token_location WHERE token = ? AND " HL_PROVED (TOKEN_LOCATION, "") " ORDER BY location", texts,
    0, error);
  return token->locations != NULL ? g_steal_pointer (&token) : NULL;
}

GPtrArray *
hl_registry_list_tokens (HlRegistry *self, const char *location, GError **error)
{
  return hl_registry_query (self,
                            "SELECT id, hash, role, name, device, created, expires, last_used, "
                            "revoked FROM token WHERE (?1 IS NULL OR EXISTS (SELECT 1 FROM "
                            "token_location WHERE token = token.id AND location = ?1)) AND "
                            HL_PROVED (TOKEN, "") " "
                            "ORDER BY created, id",
                            location, NULL, make_token, NULL,
                            (GDestroyNotify) hl_token_info_free, error);
}
