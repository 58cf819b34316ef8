/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics registry: families under a lock, cells changed with atomic operations. */
#include "util/hl-metrics.h"

#include <math.h>
#include <string.h>

#include "util/hl-metrics-private.h"

#define MAX_CELLS 4096
#define KEY_SEPARATOR "\x1f"

static const double default_bounds[] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1,     2.5,  5,     10 };

static void
free_cell (HlMetricsCell *cell)
{
  g_strfreev (cell->values);
  g_free (cell->buckets);
  g_free (cell);
}

static void
free_family (HlMetricsFamily *family)
{
  g_hash_table_unref (family->cells);
  g_strfreev (family->labels);
  g_free (family->bounds);
  g_free (family->name);
  g_free (family->help);
  g_free (family);
}

HlMetrics *
hl_metrics_new (void)
{
  HlMetrics *metrics = g_new0 (HlMetrics, 1);
  g_mutex_init (&metrics->lock);
  metrics->families =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) free_family);
  metrics->collectors = g_array_new (FALSE, FALSE, sizeof (HlMetricsCollect));
  return metrics;
}

void
hl_metrics_free (HlMetrics *metrics)
{
  if (metrics != NULL) {
    g_hash_table_unref (metrics->families);
    g_array_unref (metrics->collectors);
    g_mutex_clear (&metrics->lock);
    g_free (metrics);
  }
}

HlMetrics *
hl_metrics_get_default (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    g_once_init_leave (&once, (gsize) hl_metrics_new ());
  }
  return (HlMetrics *) once;
}

static gboolean
is_name (const char *name)
{
  if (name == NULL || *name == '\0' || g_ascii_isdigit (*name)) {
    return FALSE;
  }
  for (const char *p = name; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != ':') {
      return FALSE;
    }
  }
  return TRUE;
}

static HlMetricsFamily *
new_family (HlMetrics *metrics, HlMetricsKind kind, const char *name, const char *help,
            const char *const *labels)
{
  HlMetricsFamily *family = g_new0 (HlMetricsFamily, 1);
  family->metrics = metrics;
  family->kind = kind;
  family->name = g_strdup (name);
  family->help = g_strdup (help);
  family->labels = labels != NULL ? g_strdupv ((char **) labels) : g_new0 (char *, 1);
  family->n_labels = g_strv_length (family->labels);
  family->cells =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_cell);
  return family;
}

static HlMetricsFamily *
ensure_family (HlMetrics *metrics, HlMetricsKind kind, const char *name, const char *help,
               const char *const *labels, const double *bounds, guint n_bounds)
{
  g_return_val_if_fail (metrics != NULL, NULL);
  g_return_val_if_fail (is_name (name), NULL);
  g_return_val_if_fail (help != NULL, NULL);

  g_mutex_lock (&metrics->lock);
  HlMetricsFamily *family = g_hash_table_lookup (metrics->families, name);
  if (family == NULL) {
    family = new_family (metrics, kind, name, help, labels);
    family->bounds = g_memdup2 (bounds, n_bounds * sizeof (double));
    family->n_bounds = n_bounds;
    g_hash_table_insert (metrics->families, family->name, family);
  }
  guint n_labels = labels != NULL ? g_strv_length ((char **) labels) : 0;
  gboolean agrees = family->kind == kind && family->n_labels == n_labels;
  g_mutex_unlock (&metrics->lock);
  g_return_val_if_fail (agrees, NULL);
  return family;
}

HlMetricsFamily *
hl_metrics_counter (HlMetrics *metrics, const char *name, const char *help,
                    const char *const *labels)
{
  g_return_val_if_fail (name != NULL && g_str_has_suffix (name, "_total"), NULL);
  return ensure_family (metrics, HL_METRICS_COUNTER, name, help, labels, NULL, 0);
}

HlMetricsFamily *
hl_metrics_gauge (HlMetrics *metrics, const char *name, const char *help, const char *const *labels)
{
  return ensure_family (metrics, HL_METRICS_GAUGE, name, help, labels, NULL, 0);
}

HlMetricsFamily *
hl_metrics_histogram (HlMetrics *metrics, const char *name, const char *help,
                      const char *const *labels, const double *bounds, guint n_bounds)
{
  if (bounds == NULL) {
    bounds = default_bounds;
    n_bounds = G_N_ELEMENTS (default_bounds);
  }
  for (guint i = 1; i < n_bounds; i++) {
    g_return_val_if_fail (bounds[i - 1] < bounds[i], NULL);
  }
  return ensure_family (metrics, HL_METRICS_HISTOGRAM, name, help, labels, bounds, n_bounds);
}

/* With the lock held. */
static HlMetricsCell *
ensure_cell (HlMetricsFamily *family, const char *const *values)
{
  g_autofree char *key = g_strjoinv (KEY_SEPARATOR, (char **) values);
  HlMetricsCell *cell = g_hash_table_lookup (family->cells, key);

  if (cell == NULL) {
    cell = g_new0 (HlMetricsCell, 1);
    cell->family = family;
    cell->values = g_strdupv ((char **) values);
    cell->buckets = g_new0 (guint64, family->n_bounds + 1);
    g_hash_table_insert (family->cells, g_steal_pointer (&key), cell);
  }
  return cell;
}

HlMetricsCell *
hl_metrics_get_v (HlMetricsFamily *family, const char *const *values)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (family != NULL, NULL);
  if (values == NULL) {
    values = none;
  }
  g_return_val_if_fail (g_strv_length ((char **) values) == family->n_labels, NULL);

  g_mutex_lock (&family->metrics->lock);
  g_autofree char *key = g_strjoinv (KEY_SEPARATOR, (char **) values);
  g_autofree const char **other = NULL;
  if (g_hash_table_size (family->cells) >= MAX_CELLS &&
      !g_hash_table_contains (family->cells, key)) {
    other = g_new0 (const char *, family->n_labels + 1);
    for (guint i = 0; i < family->n_labels; i++) {
      other[i] = "other";
    }
    values = other;
  }
  HlMetricsCell *cell = ensure_cell (family, values);
  g_mutex_unlock (&family->metrics->lock);
  return cell;
}

HlMetricsCell *
hl_metrics_get (HlMetricsFamily *family, ...)
{
  g_return_val_if_fail (family != NULL, NULL);

  g_autofree const char **values = g_new0 (const char *, family->n_labels + 1);
  va_list args;
  va_start (args, family);
  for (guint i = 0; i < family->n_labels; i++) {
    values[i] = va_arg (args, const char *);
    if (values[i] == NULL) {
      break; /* hl_metrics_get_v() complains */
    }
  }
  va_end (args);
  return hl_metrics_get_v (family, values);
}

void
hl_metrics_remove (HlMetricsFamily *family, const char *label, const char *value)
{
  g_return_if_fail (family != NULL && label != NULL && value != NULL);

  guint index = 0;
  while (index < family->n_labels && strcmp (family->labels[index], label) != 0) {
    index++;
  }
  g_return_if_fail (index < family->n_labels);

  g_mutex_lock (&family->metrics->lock);
  GHashTableIter iter;
  HlMetricsCell *cell = NULL;
  g_hash_table_iter_init (&iter, family->cells);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &cell)) {
    if (strcmp (cell->values[index], value) == 0) {
      g_hash_table_iter_remove (&iter);
    }
  }
  g_mutex_unlock (&family->metrics->lock);
}

/* A double behind an atomic 64-bit word. */
static void
add_double (guint64 *word, double value)
{
  guint64 old = __atomic_load_n (word, __ATOMIC_RELAXED);
  guint64 wanted = 0;
  do {
    double sum = 0;
    memcpy (&sum, &old, sizeof sum);
    sum += value;
    memcpy (&wanted, &sum, sizeof wanted);
  } while (
      !__atomic_compare_exchange_n (word, &old, wanted, TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

double
hl_metrics_load_double (const guint64 *word)
{
  guint64 bits = __atomic_load_n (word, __ATOMIC_RELAXED);
  double value = 0;
  memcpy (&value, &bits, sizeof value);
  return value;
}

void
hl_metrics_inc (HlMetricsCell *cell)
{
  hl_metrics_add (cell, 1);
}

void
hl_metrics_add (HlMetricsCell *cell, double value)
{
  g_return_if_fail (cell != NULL && cell->family->kind != HL_METRICS_HISTOGRAM);
  g_return_if_fail (cell->family->kind == HL_METRICS_GAUGE || value >= 0);
  add_double (&cell->value, value);
}

void
hl_metrics_set (HlMetricsCell *cell, double value)
{
  g_return_if_fail (cell != NULL && cell->family->kind == HL_METRICS_GAUGE);

  guint64 bits = 0;
  memcpy (&bits, &value, sizeof bits);
  __atomic_store_n (&cell->value, bits, __ATOMIC_RELAXED);
}

void
hl_metrics_observe (HlMetricsCell *cell, double value)
{
  g_return_if_fail (cell != NULL && cell->family->kind == HL_METRICS_HISTOGRAM);

  guint i = 0;
  while (i < cell->family->n_bounds && !(value <= cell->family->bounds[i])) {
    i++;
  }
  __atomic_fetch_add (&cell->buckets[i], 1, __ATOMIC_RELAXED);
  add_double (&cell->value, value);
}

guint64
hl_metrics_load_bucket (HlMetricsCell *cell, guint i)
{
  return __atomic_load_n (&cell->buckets[i], __ATOMIC_RELAXED);
}

double
hl_metrics_get_value (HlMetricsCell *cell)
{
  g_return_val_if_fail (cell != NULL, NAN);

  if (cell->family->kind != HL_METRICS_HISTOGRAM) {
    return hl_metrics_load_double (&cell->value);
  }
  guint64 count = 0;
  for (guint i = 0; i <= cell->family->n_bounds; i++) {
    count += hl_metrics_load_bucket (cell, i);
  }
  return (double) count;
}

double
hl_metrics_get_quantile (HlMetricsCell *cell, double q)
{
  g_return_val_if_fail (cell != NULL && cell->family->kind == HL_METRICS_HISTOGRAM, NAN);

  double count = hl_metrics_get_value (cell);
  if (count == 0) {
    return NAN;
  }
  double rank = CLAMP (q, 0, 1) * count;
  double seen = 0;
  for (guint i = 0; i < cell->family->n_bounds; i++) {
    double in_bucket = (double) hl_metrics_load_bucket (cell, i);
    if (seen + in_bucket >= rank && in_bucket > 0) {
      double low = i > 0 ? cell->family->bounds[i - 1] : 0;
      return low + (cell->family->bounds[i] - low) * (rank - seen) / in_bucket;
    }
    seen += in_bucket;
  }
  /* over the last bound: all that is known is that it is more */
  return cell->family->n_bounds > 0 ? cell->family->bounds[cell->family->n_bounds - 1] : NAN;
}

void
hl_metrics_add_collector (HlMetrics *metrics, HlMetricsCollector collector, gpointer user_data)
{
  g_return_if_fail (metrics != NULL && collector != NULL);

  HlMetricsCollect collect = { collector, user_data };
  g_mutex_lock (&metrics->lock);
  g_array_append_val (metrics->collectors, collect);
  g_mutex_unlock (&metrics->lock);
}
