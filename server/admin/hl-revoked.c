/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens that were revoked, from one store into an older one. */
#include "admin/hl-revoked.h"

#include "admin/hl-commands-private.h"

GPtrArray *
hl_revoked_list (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (HlSqliteStore) store = NULL;
  g_autoptr (HlRegistry) registry = NULL;
  g_autoptr (GPtrArray) tokens = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&ids);
  store = hl_sqlite_store_open_read_only (directory, NULL, error);
  if (store == NULL)
    return NULL;
  registry = hl_registry_new (store);
  tokens = hl_registry_list_tokens (registry, NULL, error);
  if (tokens == NULL)
    return NULL;
  for (guint i = 0; i < tokens->len; i++) {
    const HlTokenInfo *token = g_ptr_array_index (tokens, i);

    if (token->revoked != HL_REGISTRY_NEVER)
      g_ptr_array_add (ids, g_strdup (token->id));
  }
  return g_steal_pointer (&ids);
}

gboolean
hl_revoked_apply (HlCommandHost *host, GPtrArray *ids, guint *n_revoked, GError **error)
{
  HlRegistry *registry = hl_command_host_get_registry (host);
  g_autoptr (GPtrArray) tokens = hl_registry_list_tokens (registry, NULL, error);

  *n_revoked = 0;
  if (tokens == NULL)
    return FALSE;
  for (guint i = 0; i < tokens->len; i++) {
    const HlTokenInfo *token = g_ptr_array_index (tokens, i);

    if (token->revoked != HL_REGISTRY_NEVER || !g_ptr_array_find_with_equal_func (ids, token->id, g_str_equal, NULL))
      continue;
    if (!hl_registry_revoke_token (registry, token->id, hl_command_host_now (host), error))
      return FALSE;
    ++*n_revoked;
  }
  return TRUE;
}
