/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlAuth: whose token a request carries, and how often an address may be wrong. */
#include "http/hl-auth.h"

#include <string.h>

#define WINDOW_US (60 * G_USEC_PER_SEC)
#define MAX_ADDRESSES 4096

typedef struct {
  gint64 began;
  guint  failures;
} Window;

struct _HlAuth {
  guint            limit;
  HlRegistryCache *registry;
  GHashTable      *windows; /* address -> Window */
};

HlAuth *
hl_auth_new (guint failures_per_minute)
{
  HlAuth *self = g_new0 (HlAuth, 1);

  self->limit = failures_per_minute;
  self->windows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
hl_auth_free (HlAuth *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->registry, hl_registry_cache_unref);
  g_hash_table_unref (self->windows);
  g_free (self);
}

void
hl_auth_set_limit (HlAuth *self, guint failures_per_minute)
{
  self->limit = failures_per_minute;
}

void
hl_auth_set_registry (HlAuth *self, HlRegistryCache *cache)
{
  hl_registry_cache_ref (cache);
  g_clear_pointer (&self->registry, hl_registry_cache_unref);
  self->registry = cache;
}

HlRegistryCache *
hl_auth_get_registry (HlAuth *self)
{
  return self->registry;
}

const HlTokenInfo *
hl_auth_find (HlAuth *self, const char *header, gint64 now_ms)
{
  if (self->registry == NULL || header == NULL || g_ascii_strncasecmp (header, "Bearer ", 7) != 0) {
    return NULL;
  }
  header += 7;
  header += strspn (header, " ");
  return hl_registry_cache_find_token (self->registry, header, now_ms);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer user_data)
{
  return ((Window *) value)->began + WINDOW_US <= *(gint64 *) user_data;
}

guint
hl_auth_fail (HlAuth *self, const char *address, gint64 now_us)
{
  Window *window = g_hash_table_lookup (self->windows, address);

  if (window == NULL) {
    if (g_hash_table_size (self->windows) >= MAX_ADDRESSES) {
      g_hash_table_foreach_remove (self->windows, is_over, &now_us);
    }
    if (g_hash_table_size (self->windows) >= MAX_ADDRESSES) {
      g_hash_table_remove_all (self->windows);
    }
    window = g_new0 (Window, 1);
    window->began = now_us;
    g_hash_table_insert (self->windows, g_strdup (address), window);
  } else if (window->began + WINDOW_US <= now_us) {
    window->began = now_us;
    window->failures = 0;
  }
  if (self->limit == 0 || window->failures < self->limit) {
    window->failures++;
    return 0;
  }
  return (window->began + WINDOW_US - now_us) / G_USEC_PER_SEC + 1;
}
