/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry of counters, gauges and histograms, printed in Prometheus' text format. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every function may be called from any thread. Look a cell up once and keep it where speed
 * matters: changing it takes no lock and no allocation. */
typedef struct _HlMetrics HlMetrics; /* the registry */
typedef struct _HlMetricsFamily
    HlMetricsFamily; /* one name with its help and label names; lives as long as the registry */
typedef struct _HlMetricsCell HlMetricsCell; /* one combination of label values */

HlMetrics *hl_metrics_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hl_metrics_free (HlMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlMetrics, hl_metrics_free)
/* The program's own registry, made at the first call. (transfer none) */
HlMetrics *hl_metrics_get_default (void);

/* @name: [a-zA-Z_:][a-zA-Z0-9_:]*, a counter's ends in _total. @labels: NULL-terminated names or
 * NULL. The same name again gives the same family (its kind and labels must agree). (transfer none)
 */
HlMetricsFamily *hl_metrics_counter (HlMetrics *metrics, const char *name, const char *help,
                                     const char *const *labels);
HlMetricsFamily *hl_metrics_gauge (HlMetrics *metrics, const char *name, const char *help,
                                   const char *const *labels);
/* @bounds: upper bounds in rising order, without +Inf; NULL: 0.001 ... 10 seconds. */
HlMetricsFamily *hl_metrics_histogram (HlMetrics *metrics, const char *name, const char *help,
                                       const char *const *labels, const double *bounds,
                                       guint n_bounds);

/* The cell of these label values (as many as the family has labels, then NULL); made at the first
 * call, holds 0. Over 4,096 cells a family gives the cell whose values are all "other". (transfer
 * none): valid until it is removed. */
HlMetricsCell *hl_metrics_get (HlMetricsFamily *family, ...) G_GNUC_NULL_TERMINATED;
HlMetricsCell *hl_metrics_get_v (HlMetricsFamily *family, const char *const *values);
/* Forgets every cell whose label @label has @value: a location that is gone. The caller holds no
 * pointer to them any more. */
void hl_metrics_remove (HlMetricsFamily *family, const char *label, const char *value);

void hl_metrics_inc (HlMetricsCell *cell);                   /* counter or gauge, by 1 */
void hl_metrics_add (HlMetricsCell *cell, double value);     /* a counter's must be >= 0 */
void hl_metrics_set (HlMetricsCell *cell, double value);     /* gauge */
void hl_metrics_observe (HlMetricsCell *cell, double value); /* histogram */
/* Of a counter or gauge; of a histogram its count. */
double hl_metrics_get_value (HlMetricsCell *cell);
/* An estimate from a histogram's buckets, by linear interpolation; NAN while empty. @q 0..1 */
double hl_metrics_get_quantile (HlMetricsCell *cell, double q);

/* Called before each print, on the printing thread, to set gauges that are cheaper to read than to
 * keep. */
typedef void (*HlMetricsCollector) (HlMetrics *metrics, gpointer user_data);
void hl_metrics_add_collector (HlMetrics *metrics, HlMetricsCollector collector,
                               gpointer user_data);

/* Content-Type: text/plain; version=0.0.4. Families by name, cells by label values. Returns:
 * (transfer full) */
char *hl_metrics_print (HlMetrics *metrics) G_GNUC_WARN_UNUSED_RESULT;
/* The same without the cells whose @label has none of the @values; those that have no such label are there.
 * @label, @values: (nullable): both or neither */
char *hl_metrics_print_for (HlMetrics *metrics, const char *label, const char *const *values) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
