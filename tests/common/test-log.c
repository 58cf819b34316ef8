/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: one line an entry, whatever the values hold. */
#include "util/hl-log.h"

#include <string.h>

static void
on_line (HlLogLevel level, const char *line, gpointer user_data)
{
  GPtrArray *lines = user_data;
  g_ptr_array_add (lines, g_strdup_printf ("%d %s", (int) level, line));
}

static void
test_fields (void)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  hl_log_set_sink (on_line, lines);
  hl_log_set_level (HL_LOG_INFO);
  hl_log (HL_LOG_INFO, "live", "session opened", "session", "s81", "seq", HL_LOG_UINT (G_MAXUINT64), "n", HL_LOG_INT (-5), NULL);
  hl_log (HL_LOG_WARNING, "http", "odd", "empty", "", "space", "a b", "quote", "say \"x\"", "evil", "a\nready http://x", "none", NULL,
          "last", "z", NULL);
  hl_log (HL_LOG_DEBUG, "live", "not shown", NULL);
  hl_log_set_level (HL_LOG_DEBUG);
  hl_log (HL_LOG_DEBUG, "live", "shown", NULL);
  hl_log_set_level (HL_LOG_ERROR);
  hl_log (HL_LOG_WARNING, "live", "not shown", NULL);
  hl_log_set_level (HL_LOG_INFO);
  hl_log_set_sink (NULL, NULL);

  g_assert_cmpuint (lines->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (lines, 0), ==, "3 live: session opened session=s81 seq=18446744073709551615 n=-5");
  g_assert_cmpstr (g_ptr_array_index (lines, 1), ==,
                   "1 http: odd empty=\"\" space=\"a b\" quote=\"say \\\"x\\\"\" evil=\"a\\nready http://x\" last=z");
  g_assert_cmpstr (g_ptr_array_index (lines, 2), ==, "4 live: shown");
}

static void
test_levels (void)
{
  HlLogLevel level = HL_LOG_ERROR;

  g_assert_true (hl_log_parse_level ("debug", &level));
  g_assert_cmpint (level, ==, HL_LOG_DEBUG);
  g_assert_true (hl_log_parse_level ("error", NULL));
  g_assert_false (hl_log_parse_level ("Debug", &level));
  g_assert_false (hl_log_parse_level ("", &level));
  g_assert_false (hl_log_parse_level (NULL, &level));
  hl_log_set_level (HL_LOG_NOTICE);
  g_assert_true (hl_log_is_on (HL_LOG_WARNING));
  g_assert_true (hl_log_is_on (HL_LOG_NOTICE));
  g_assert_false (hl_log_is_on (HL_LOG_INFO));
  g_assert_cmpint (hl_log_get_level (), ==, HL_LOG_NOTICE);
}

/* In a program of its own, as the writer can be set only once. */
static void
test_installed (void)
{
  if (g_test_subprocess ()) {
    g_unsetenv ("JOURNAL_STREAM");
    hl_log_install ();
    g_message ("from glib %s", "a\nb");
    g_debug ("not shown");
    hl_log (HL_LOG_NOTICE, "test", "ours", "k", "v", NULL);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*T*Z notice hostline: from glib a\\nb\n*Z notice test: ours k=v\n*");
  g_test_trap_assert_stderr_unmatched ("*not shown*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/fields", test_fields);
  g_test_add_func ("/log/levels", test_levels);
  g_test_add_func ("/log/installed", test_installed);
  return g_test_run ();
}
