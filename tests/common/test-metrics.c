/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics registry and Prometheus' text format. */
#include "util/hl-metrics.h"

#include <math.h>
#include <string.h>

static const char *const one_label[] = { "location", NULL };

static void
test_print (void)
{
  static const char *const two_labels[] = { "mode", "why", NULL };
  static const double bounds[] = { 0.1, 1, 2.5 };
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsFamily *resumes = hl_metrics_counter (metrics, "hl_resumes_total", "Resumes by mode\nand why.", two_labels);
  HlMetricsFamily *open = hl_metrics_gauge (metrics, "hl_connections", "Open connections.", one_label);
  HlMetricsFamily *latency = hl_metrics_histogram (metrics, "hl_latency_seconds", "Append to ack.", one_label, bounds, 3);
  HlMetricsFamily *plain = hl_metrics_gauge (metrics, "hl_up", "Always 1.", NULL);

  hl_metrics_inc (hl_metrics_get (resumes, "resume", "in_window", NULL));
  hl_metrics_add (hl_metrics_get (resumes, "resume", "in_window", NULL), 2);
  hl_metrics_inc (hl_metrics_get (resumes, "a\"b\\c\nd", "x", NULL));
  hl_metrics_set (hl_metrics_get (open, "ocean-ave", NULL), 7);
  hl_metrics_add (hl_metrics_get (open, "ocean-ave", NULL), -0.5);
  hl_metrics_set (hl_metrics_get (plain, NULL), INFINITY);
  HlMetricsCell *cell = hl_metrics_get (latency, "ocean-ave", NULL);
  hl_metrics_observe (cell, 0.05);
  hl_metrics_observe (cell, 0.1); /* a bound belongs to its bucket */
  hl_metrics_observe (cell, 2);
  hl_metrics_observe (cell, 100);

  g_autofree char *text = hl_metrics_print (metrics);
  g_assert_cmpstr (text, ==,
                   "# HELP hl_connections Open connections.\n"
                   "# TYPE hl_connections gauge\n"
                   "hl_connections{location=\"ocean-ave\"} 6.5\n"
                   "# HELP hl_latency_seconds Append to ack.\n"
                   "# TYPE hl_latency_seconds histogram\n"
                   "hl_latency_seconds_bucket{location=\"ocean-ave\",le=\"0.1\"} 2\n"
                   "hl_latency_seconds_bucket{location=\"ocean-ave\",le=\"1\"} 2\n"
                   "hl_latency_seconds_bucket{location=\"ocean-ave\",le=\"2.5\"} 3\n"
                   "hl_latency_seconds_bucket{location=\"ocean-ave\",le=\"+Inf\"} 4\n"
                   "hl_latency_seconds_sum{location=\"ocean-ave\"} 102.15\n"
                   "hl_latency_seconds_count{location=\"ocean-ave\"} 4\n"
                   "# HELP hl_resumes_total Resumes by mode\\nand why.\n"
                   "# TYPE hl_resumes_total counter\n"
                   "hl_resumes_total{mode=\"a\\\"b\\\\c\\nd\",why=\"x\"} 1\n"
                   "hl_resumes_total{mode=\"resume\",why=\"in_window\"} 3\n"
                   "# HELP hl_up Always 1.\n"
                   "# TYPE hl_up gauge\n"
                   "hl_up +Inf\n");
}

static void
test_same_family (void)
{
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsFamily *a = hl_metrics_counter (metrics, "x_total", "X.", one_label);
  HlMetricsFamily *b = hl_metrics_counter (metrics, "x_total", "X.", one_label);

  g_assert_true (a == b);
  g_assert_true (hl_metrics_get (a, "l", NULL) == hl_metrics_get (b, "l", NULL));
  g_assert_true (hl_metrics_get_default () == hl_metrics_get_default ());
}

static void
test_quantile (void)
{
  static const double bounds[] = { 1, 2, 4 };
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsCell *cell = hl_metrics_get (hl_metrics_histogram (metrics, "h", "H.", NULL, bounds, 3), NULL);

  g_assert_true (isnan (hl_metrics_get_quantile (cell, 0.5)));
  for (guint i = 0; i < 50; i++) {
    hl_metrics_observe (cell, 0.5);
    hl_metrics_observe (cell, 1.5);
  }
  g_assert_cmpfloat_with_epsilon (hl_metrics_get_quantile (cell, 0.5), 1, 0.001);
  g_assert_cmpfloat_with_epsilon (hl_metrics_get_quantile (cell, 0.75), 1.5, 0.001);
  g_assert_cmpfloat_with_epsilon (hl_metrics_get_quantile (cell, 1), 2, 0.001);
  hl_metrics_observe (cell, NAN); /* counts as over all bounds, and breaks nothing */
  g_assert_cmpfloat (hl_metrics_get_value (cell), ==, 101);
}

static void
test_cardinality (void)
{
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsFamily *family = hl_metrics_counter (metrics, "x_total", "X.", one_label);
  HlMetricsCell *other = NULL;

  for (guint i = 0; i < 5000; i++) {
    g_autofree char *name = g_strdup_printf ("location-%u", i);
    HlMetricsCell *cell = hl_metrics_get (family, name, NULL);
    hl_metrics_inc (cell);
    other = cell;
  }
  g_assert_true (other == hl_metrics_get (family, "other", NULL));
  g_assert_cmpfloat (hl_metrics_get_value (other), ==, 5000 - 4096);
  hl_metrics_remove (family, "location", "location-7");
  g_assert_cmpfloat (hl_metrics_get_value (hl_metrics_get (family, "location-8", NULL)), ==, 1);
  g_autofree char *text = hl_metrics_print (metrics);
  g_assert_null (strstr (text, "\"location-7\""));
}

static void
test_one_location (void)
{
  static const char *const labels[] = { "mode", "location", NULL };
  static const char *const ours[] = { "ocean-ave", NULL };
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsFamily *family = hl_metrics_counter (metrics, "x_total", "X.", labels);

  hl_metrics_inc (hl_metrics_get (family, "a", "ocean-ave", NULL));
  hl_metrics_inc (hl_metrics_get (family, "a", "pier-9", NULL));
  hl_metrics_inc (hl_metrics_get (hl_metrics_counter (metrics, "y_total", "Y.", NULL), NULL));
  g_autofree char *text = hl_metrics_print_for (metrics, "location", ours);
  g_assert_nonnull (strstr (text, "x_total{mode=\"a\",location=\"ocean-ave\"} 1\n"));
  g_assert_null (strstr (text, "pier-9"));
  g_assert_nonnull (strstr (text, "y_total 1\n"));
}

static void
on_collect (HlMetrics *metrics, gpointer user_data)
{
  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "fresh", "F.", NULL), NULL), ++*(int *) user_data);
}

static void
test_collector (void)
{
  int n = 0;
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();

  hl_metrics_add_collector (metrics, on_collect, &n);
  g_autofree char *first = hl_metrics_print (metrics);
  g_autofree char *second = hl_metrics_print (metrics);
  g_assert_nonnull (strstr (first, "fresh 1\n"));
  g_assert_nonnull (strstr (second, "fresh 2\n"));
}

static gpointer
run_counting (gpointer data)
{
  HlMetricsFamily *family = data;

  for (guint i = 0; i < 20000; i++) {
    hl_metrics_inc (hl_metrics_get (family, i % 2 == 0 ? "a" : "b", NULL));
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (HlMetrics) metrics = hl_metrics_new ();
  HlMetricsFamily *family = hl_metrics_counter (metrics, "x_total", "X.", one_label);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_thread_new ("counting", run_counting, family);
  }
  for (guint i = 0; i < 20; i++) {
    g_autofree char *text = hl_metrics_print (metrics);
    g_assert_nonnull (text);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_thread_join (threads[i]);
  }
  g_assert_cmpfloat (hl_metrics_get_value (hl_metrics_get (family, "a", NULL)), ==, 40000);
  g_assert_cmpfloat (hl_metrics_get_value (hl_metrics_get (family, "b", NULL)), ==, 40000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/print", test_print);
  g_test_add_func ("/metrics/same-family", test_same_family);
  g_test_add_func ("/metrics/quantile", test_quantile);
  g_test_add_func ("/metrics/cardinality", test_cardinality);
  g_test_add_func ("/metrics/one-location", test_one_location);
  g_test_add_func ("/metrics/collector", test_collector);
  g_test_add_func ("/metrics/threads", test_threads);
  return g_test_run ();
}
