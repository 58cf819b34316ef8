/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prometheus' text exposition format, version 0.0.4. */
#include "util/hl-metrics.h"

#include <math.h>
#include <string.h>

#include "util/hl-metrics-private.h"

static const char *const kind_names[] = { "counter", "gauge", "histogram" };

/* @quote: label values escape the double quote too, help texts do not. */
static void
append_escaped (GString *out, const char *text, gboolean quote)
{
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '\\') {
      g_string_append (out, "\\\\");
    } else if (*p == '\n') {
      g_string_append (out, "\\n");
    } else if (*p == '"' && quote) {
      g_string_append (out, "\\\"");
    } else {
      g_string_append_c (out, *p);
    }
  }
}

static void
append_number (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value)) {
    g_string_append (out, "NaN");
  } else if (isinf (value)) {
    g_string_append (out, value > 0 ? "+Inf" : "-Inf");
  } else if (value == floor (value) && fabs (value) < 1e15) {
    g_string_append_printf (out, "%.0f", value);
  } else {
    g_ascii_formatd (text, sizeof text, "%.15g", value);
    if (g_ascii_strtod (text, NULL) != value) {
      g_ascii_dtostr (text, sizeof text, value);
    }
    g_string_append (out, text);
  }
}

/* name_suffix{labels,le="bound"} value */
static void
append_sample (GString *out, HlMetricsCell *cell, const char *suffix, const char *le, double value)
{
  HlMetricsFamily *family = cell->family;

  g_string_append (out, family->name);
  g_string_append (out, suffix);
  if (family->n_labels > 0 || le != NULL) {
    g_string_append_c (out, '{');
    for (guint i = 0; i < family->n_labels; i++) {
      g_autofree char *valid = g_utf8_make_valid (cell->values[i], -1);
      g_string_append_printf (out, "%s%s=\"", i > 0 ? "," : "", family->labels[i]);
      append_escaped (out, valid, TRUE);
      g_string_append_c (out, '"');
    }
    if (le != NULL) {
      g_string_append_printf (out, "%sle=\"%s\"", family->n_labels > 0 ? "," : "", le);
    }
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ' ');
  append_number (out, value);
  g_string_append_c (out, '\n');
}

static void
append_histogram (GString *out, HlMetricsCell *cell)
{
  guint64 count = 0;

  for (guint i = 0; i <= cell->family->n_bounds; i++) {
    g_autoptr (GString) le = g_string_new (NULL);
    count += hl_metrics_load_bucket (cell, i);
    append_number (le, i < cell->family->n_bounds ? cell->family->bounds[i] : INFINITY);
    append_sample (out, cell, "_bucket", le->str, (double) count);
  }
  append_sample (out, cell, "_sum", NULL, hl_metrics_load_double (&cell->value));
  append_sample (out, cell, "_count", NULL, (double) count);
}

/* @label, @values: see hl_metrics_print_for (); NULL: every cell */
static gboolean
is_for (HlMetricsCell *cell, const char *label, const char *const *values)
{
  for (guint i = 0; label != NULL && i < cell->family->n_labels; i++) {
    if (g_str_equal (cell->family->labels[i], label) && !g_strv_contains (values, cell->values[i])) {
      return FALSE;
    }
  }
  return TRUE;
}

static void
append_family (GString *out, HlMetricsFamily *family, const char *label, const char *const *values)
{
  g_string_append_printf (out, "# HELP %s ", family->name);
  append_escaped (out, family->help, FALSE);
  g_string_append_printf (out, "\n# TYPE %s %s\n", family->name, kind_names[family->kind]);

  g_autoptr (GList) keys =
      g_list_sort (g_hash_table_get_keys (family->cells), (GCompareFunc) strcmp);
  for (GList *l = keys; l != NULL; l = l->next) {
    HlMetricsCell *cell = g_hash_table_lookup (family->cells, l->data);
    if (!is_for (cell, label, values)) {
      continue;
    }
    if (family->kind == HL_METRICS_HISTOGRAM) {
      append_histogram (out, cell);
    } else {
      append_sample (out, cell, "", NULL, hl_metrics_load_double (&cell->value));
    }
  }
}

char *
hl_metrics_print (HlMetrics *metrics)
{
  return hl_metrics_print_for (metrics, NULL, NULL);
}

char *
hl_metrics_print_for (HlMetrics *metrics, const char *label, const char *const *values)
{
  g_return_val_if_fail (metrics != NULL, NULL);

  /* collectors take the lock themselves, so they run on a copy of the list */
  g_mutex_lock (&metrics->lock);
  g_autoptr (GArray) collectors = g_array_copy (metrics->collectors);
  g_mutex_unlock (&metrics->lock);
  for (guint i = 0; i < collectors->len; i++) {
    HlMetricsCollect *collect = &g_array_index (collectors, HlMetricsCollect, i);
    collect->func (metrics, collect->data);
  }

  GString *out = g_string_sized_new (4096);
  g_mutex_lock (&metrics->lock);
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_keys (metrics->families), (GCompareFunc) strcmp);
  for (GList *l = names; l != NULL; l = l->next) {
    append_family (out, g_hash_table_lookup (metrics->families, l->data), label, values);
  }
  g_mutex_unlock (&metrics->lock);
  return g_string_free (out, FALSE);
}
