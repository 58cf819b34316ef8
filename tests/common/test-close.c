/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Close codes: the meaning goes by range, also of codes that do not exist yet. */
#include "wire/hl-close.h"

static void
test_meaning (void)
{
  for (guint code = 0; code <= 6000; code++) {
    HlCloseMeaning wanted = HL_CLOSE_MEANING_RETRY;
    if (code / 100 == 41) {
      wanted = HL_CLOSE_MEANING_RETRY_AFTER_ACTION;
    } else if (code / 100 == 44) {
      wanted = HL_CLOSE_MEANING_STOP;
    }
    g_assert_cmpint (hl_close_get_meaning (code), ==, wanted);
  }
}

static void
test_actions (void)
{
  static const struct {
    guint code;
    const char *action;
    const char *name;
  } cases[] = {
    { 0, "retry", "other" }, { 1000, "retry", "normal" }, { 1001, "retry", "going_away" }, { 1006, "retry", "abnormal" },
    { 1009, "retry", "too_large" }, { 4001, "retry", "going_down" }, { 4002, "retry", "renew" }, { 4008, "retry", "silent" },
    { 4013, "retry", "store_down" }, { 4029, "retry", "rate_limited" }, { 4099, "retry", "retry_other" },
    { 4102, "snapshot", "take_snapshot" }, { 4150, "snapshot", "after_action_other" }, { 4200, "retry", "retry_other" },
    { 4400, "stop", "malformed" }, { 4401, "stop", "unauthorized" }, { 4403, "stop", "not_this_location" },
    { 4404, "stop", "no_such_location" }, { 4406, "stop", "version" }, { 4409, "stop", "replaced" },
    { 4410, "stop", "pair_again" }, { 4499, "stop", "stop_other" }, { 4500, "retry", "retry_other" }, { 65535, "retry", "other" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpstr (hl_close_get_action (cases[i].code), ==, cases[i].action);
    g_assert_cmpstr (hl_close_get_name (cases[i].code), ==, cases[i].name);
  }
}

static void
test_sendable (void)
{
  static const guint yes[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 };
  static const guint no[] = { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++) {
    g_assert_true (hl_close_is_sendable (yes[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (no); i++) {
    g_assert_false (hl_close_is_sendable (no[i]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/close/meaning", test_meaning);
  g_test_add_func ("/close/actions", test_actions);
  g_test_add_func ("/close/sendable", test_sendable);
  return g_test_run ();
}
