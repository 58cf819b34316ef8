/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules under thousands of random interleavings of devices, links, losses and restored logs.
 *
 * HL_MODEL_RUNS interleavings (2,000), HL_TEST_SEED the first seed, HL_MODEL_STEPS the steps of
 * each, HL_MODEL_BREAK leaves out one rule, HL_MODEL_TRACE prints what happens in the first. */
#include "model/model.h"

#include <stdlib.h>

#define DEFAULT_RUNS 2000
#define DEFAULT_STEPS 240

static const char *const break_names[MODEL_N_BREAKS] = {
  [MODEL_BREAK_NONE] = "none",           [MODEL_BREAK_BASE] = "base",
  [MODEL_BREAK_HASH] = "hash",           [MODEL_BREAK_REBASE] = "rebase",
  [MODEL_BREAK_RESEND] = "resend",       [MODEL_BREAK_UNITS] = "units",
  [MODEL_BREAK_COUNTER] = "counter",     [MODEL_BREAK_SENDING] = "sending",
  [MODEL_BREAK_PREDICTED] = "predicted", [MODEL_BREAK_WELCOME] = "welcome",
  [MODEL_BREAK_ANSWERS] = "answers",     [MODEL_BREAK_DISPUTES] = "disputes",
};

static guint
get_number (const char *name, guint preset)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : preset;
}

static ModelBreak
get_break (void)
{
  const char *text = g_getenv ("HL_MODEL_BREAK");

  for (guint i = 0; text != NULL && i < MODEL_N_BREAKS; i++) {
    if (g_str_equal (break_names[i], text))
      return i;
  }
  return MODEL_BREAK_NONE;
}

/* The fewest steps after which this seed fails: what comes later plays no part. */
static guint
shrink (guint32 seed, guint steps, ModelBreak broken)
{
  for (guint fewer = 1; fewer < steps; fewer++) {
    g_autofree char *violation = model_run (seed, fewer, broken, FALSE, NULL);

    if (violation != NULL)
      return fewer;
  }
  return steps;
}

static void
test_interleavings (void)
{
  guint runs = get_number ("HL_MODEL_RUNS", DEFAULT_RUNS);
  guint steps = get_number ("HL_MODEL_STEPS", DEFAULT_STEPS);
  guint32 first = get_number ("HL_TEST_SEED", 1);
  guint outcomes[4] = { 0 };
  gboolean trace = g_getenv ("HL_MODEL_TRACE") != NULL;

  g_test_message ("%u interleavings of %u steps from seed %u", runs, steps, first);
  for (guint i = 0; i < runs; i++) {
    g_autofree char *violation
      = model_run (first + i, steps, get_break (), trace && i == 0, outcomes);

    if (violation == NULL)
      continue;
    g_test_message ("seed %u: %s; fails with HL_TEST_SEED=%u HL_MODEL_RUNS=1 HL_MODEL_STEPS=%u",
                    first + i, violation, first + i, shrink (first + i, steps, get_break ()));
    g_test_fail ();
    return;
  }
  g_test_message ("applied %u, no_op %u, disputed %u, refused %u", outcomes[HL_OUTCOME_APPLIED],
                  outcomes[HL_OUTCOME_NO_OP], outcomes[HL_OUTCOME_DISPUTED],
                  outcomes[HL_OUTCOME_REFUSED]);
  /* the world is worth nothing if hardly anything collides in it */
  if (runs >= 100) {
    g_assert_cmpuint (outcomes[HL_OUTCOME_APPLIED], >, runs * 5);
    g_assert_cmpuint (outcomes[HL_OUTCOME_DISPUTED], >, runs / 2);
    g_assert_cmpuint (outcomes[HL_OUTCOME_NO_OP], >, runs / 2);
  }
}

/* A check that cannot fail proves nothing: with one rule left out the model must find a violation.
 */
static void
test_broken (gconstpointer data)
{
  ModelBreak broken = GPOINTER_TO_UINT (data);
  guint most = get_number ("HL_MODEL_BROKEN_RUNS", 4000);

  for (guint seed = 1; seed <= most; seed++) {
    g_autofree char *violation = model_run (seed, DEFAULT_STEPS, broken, FALSE, NULL);

    if (violation != NULL) {
      g_test_message ("without \"%s\" seed %u gives %s", break_names[broken], seed, violation);
      return;
    }
  }
  g_test_message ("without \"%s\" nothing was found in %u interleavings", break_names[broken],
                  most);
  g_test_fail ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/interleavings", test_interleavings);
  for (guint i = MODEL_BREAK_NONE + 1; i < MODEL_N_BREAKS; i++) {
    g_autofree char *path = g_strdup_printf ("/model/broken/%s", break_names[i]);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_broken);
  }
  return g_test_run ();
}
