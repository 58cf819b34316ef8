/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRate: so many a second for each name, with a second's worth in advance. */
#include "http/hl-rate.h"

#define MAX_NAMES 4096
/* Nobody is sent away for longer than this, whatever came in one request. */
#define MAX_WAIT_S 60

typedef struct {
  gint64 at;
  double left;
} Bucket;

struct _HlRate {
  guint       per_second;
  GHashTable *buckets; /* name -> Bucket */
};

HlRate *
hl_rate_new (void)
{
  HlRate *self = g_new0 (HlRate, 1);

  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
hl_rate_free (HlRate *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->buckets);
  g_free (self);
}

void
hl_rate_set_limit (HlRate *self, guint per_second)
{
  if (per_second != self->per_second) {
    g_hash_table_remove_all (self->buckets);
  }
  self->per_second = per_second;
}

static void
fill (HlRate *self, Bucket *bucket, gint64 now)
{
  double gained = (double) MAX (now - bucket->at, 0) / G_USEC_PER_SEC * self->per_second;

  bucket->left = MIN (bucket->left + gained, self->per_second);
  bucket->at = now;
}

typedef struct {
  HlRate *self;
  gint64  now;
} Sweep;

static gboolean
is_full (gpointer key, gpointer value, gpointer user_data)
{
  Sweep *sweep = user_data;
  Bucket *bucket = value;

  fill (sweep->self, bucket, sweep->now);
  return bucket->left >= sweep->self->per_second;
}

static Bucket *
find (HlRate *self, const char *name, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, name);

  if (bucket == NULL) {
    Sweep sweep = { self, now };

    if (g_hash_table_size (self->buckets) >= MAX_NAMES) {
      g_hash_table_foreach_remove (self->buckets, is_full, &sweep);
    }
    bucket = g_new (Bucket, 1);
    *bucket = (Bucket) { now, self->per_second };
    g_hash_table_insert (self->buckets, g_strdup (name), bucket);
  }
  fill (self, bucket, now);
  return bucket;
}

guint
hl_rate_check (HlRate *self, const char *name, gint64 now_us)
{
  double missing;

  if (self->per_second == 0) {
    return 0;
  }
  missing = 1 - find (self, name, now_us)->left;
  return missing > 0 ? MIN ((guint) (missing / self->per_second) + 1, MAX_WAIT_S) : 0;
}

void
hl_rate_take (HlRate *self, const char *name, guint count, gint64 now_us)
{
  if (self->per_second > 0) {
    Bucket *bucket = find (self, name, now_us);

    bucket->left = MAX (bucket->left - count, -(double) MAX_WAIT_S * self->per_second);
  }
}
