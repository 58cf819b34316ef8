/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main thread's immutable copy of the registry. */
#include "store/hl-registry-cache.h"

#include <string.h>

#include "store/hl-registry-private.h"
#include "util/hl-id.h"
#include "wire/hl-token.h"

struct _HlRegistryCache {
  gatomicrefcount count;
  GHashTable *tokens; /* id -> HlTokenInfo (owned by token_list) */
  GHashTable *hooks;  /* SHA-256 of a path secret in hex -> HlHookInfo (owned by hook_list) */
  GPtrArray *token_list;
  GPtrArray *hook_list;
  GHashTable *location_set;
  GStrv locations;
};

/* Takes all three over. */
HlRegistryCache *
hl_registry_cache_new (GPtrArray *tokens, GPtrArray *hooks, GStrv locations)
{
  HlRegistryCache *self = g_new0 (HlRegistryCache, 1);

  g_atomic_ref_count_init (&self->count);
  self->token_list = tokens;
  self->hook_list = hooks;
  self->locations = locations;
  self->tokens = g_hash_table_new (g_str_hash, g_str_equal);
  self->hooks = g_hash_table_new (g_str_hash, g_str_equal);
  self->location_set = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < tokens->len; i++) {
    HlTokenInfo *token = tokens->pdata[i];

    g_hash_table_insert (self->tokens, token->id, token);
  }
  for (guint i = 0; i < hooks->len; i++) {
    HlHookInfo *hook = hooks->pdata[i];

    for (char **path = hook->paths; *path != NULL; path++)
      g_hash_table_insert (self->hooks, *path, hook);
  }
  for (char **location = locations; *location != NULL; location++)
    g_hash_table_add (self->location_set, *location);
  return self;
}

HlRegistryCache *
hl_registry_cache_ref (HlRegistryCache *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
hl_registry_cache_unref (HlRegistryCache *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_hash_table_unref (self->tokens);
  g_hash_table_unref (self->hooks);
  g_hash_table_unref (self->location_set);
  g_ptr_array_unref (self->token_list);
  g_ptr_array_unref (self->hook_list);
  g_strfreev (self->locations);
  g_free (self);
}

static gboolean
lives (const HlTokenInfo *token, gint64 now)
{
  return token->revoked == HL_REGISTRY_NEVER &&
         (token->expires == HL_REGISTRY_NEVER || token->expires > now);
}

const HlTokenInfo *
hl_registry_cache_find_token (HlRegistryCache *self, const char *text, gint64 now)
{
  /* Compared when no such id exists, so that an unknown id takes as long as a wrong secret. */
  static const char nobody[] = "0000000000000000000000000000000000000000000000000000000000000000";
  g_auto (HlToken) token = { 0 };
  const HlTokenInfo *info;
  gboolean match;

  if (text == NULL || !hl_token_parse (text, &token))
    return NULL;
  info = g_hash_table_lookup (self->tokens, token.id);
  match = hl_token_matches (&token, info != NULL ? info->hash : nobody);
  return match && info != NULL && lives (info, now) ? info : NULL;
}

gboolean
hl_registry_cache_is_valid (HlRegistryCache *self, const char *token_id, gint64 now)
{
  const HlTokenInfo *token = g_hash_table_lookup (self->tokens, token_id);

  return token != NULL && lives (token, now);
}

gboolean
hl_registry_cache_allows (const HlTokenInfo *token, const char *location)
{
  return g_strv_contains ((const char *const *) token->locations, location);
}

const HlHookInfo *
hl_registry_cache_find_hook (HlRegistryCache *self, const char *provider, const char *location,
                             const char *path_secret, gint64 now)
{
  /* Looked up by the secret's hash: how long the look-up takes tells nothing about the secret. */
  g_autofree char *hash = hl_id_sha256_hex (path_secret, strlen (path_secret));
  const HlHookInfo *hook = g_hash_table_lookup (self->hooks, hash);

  if (hook == NULL || strcmp (hook->provider, provider) != 0 ||
      strcmp (hook->location, location) != 0)
    return NULL;
  for (guint i = 0; hook->paths[i] != NULL; i++) {
    if (strcmp (hook->paths[i], hash) == 0 && hook->path_ends[i] != HL_REGISTRY_NEVER && hook->path_ends[i] <= now)
      return NULL;
  }
  return hook;
}

gboolean
hl_registry_cache_has_location (HlRegistryCache *self, const char *location)
{
  return g_hash_table_contains (self->location_set, location);
}

const char *const *
hl_registry_cache_get_locations (HlRegistryCache *self)
{
  return (const char *const *) self->locations;
}
