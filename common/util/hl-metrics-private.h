/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the registry keeps its numbers; for the registry and its printer. */
#pragma once

#include "util/hl-metrics.h"

G_BEGIN_DECLS

typedef enum {
  HL_METRICS_COUNTER,
  HL_METRICS_GAUGE,
  HL_METRICS_HISTOGRAM,
} HlMetricsKind;

typedef struct {
  HlMetricsCollector func;
  gpointer data;
} HlMetricsCollect;

struct _HlMetrics {
  GMutex lock; /* families, cells, collectors; not the numbers */
  GHashTable *families;
  GArray *collectors;
};

struct _HlMetricsFamily {
  HlMetrics *metrics;
  HlMetricsKind kind;
  char *name;
  char *help;
  GStrv labels;
  guint n_labels;
  double *bounds;
  guint n_bounds;
  GHashTable *cells;
};

struct _HlMetricsCell {
  HlMetricsFamily *family;
  GStrv values;
  guint64 value;    /* the bits of a double: value of a counter or gauge, sum of a histogram */
  guint64 *buckets; /* not cumulative; the last is over all bounds */
};

double hl_metrics_load_double (const guint64 *word);
guint64 hl_metrics_load_bucket (HlMetricsCell *cell, guint i);

G_END_DECLS
