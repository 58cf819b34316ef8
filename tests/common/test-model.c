/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invariants under thousands of random interleavings of devices, links, losses and restored logs.
 *
 * HL_INTERLEAVINGS how many (2,000), HL_TEST_SEED the first seed, HL_MODEL_STEPS the steps of each, HL_MODEL_BREAK leaves
 * out one rule. A seed that fails is printed with the shortest story that still fails, in words. */
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_RUNS 2000
#define DEFAULT_STEPS 240
/* A story that nobody can tell in a minute explains nothing. */
#define SHORT_STORY 25

static const char *const break_names[MODEL_N_BREAKS] = {
  [MODEL_BREAK_NONE] = "none",           [MODEL_BREAK_BASE] = "base",
  [MODEL_BREAK_HASH] = "hash",           [MODEL_BREAK_REBASE] = "rebase",
  [MODEL_BREAK_RESEND] = "resend",       [MODEL_BREAK_UNITS] = "units",
  [MODEL_BREAK_COUNTER] = "counter",     [MODEL_BREAK_SENDING] = "sending",
  [MODEL_BREAK_PREDICTED] = "predicted", [MODEL_BREAK_WELCOME] = "welcome",
  [MODEL_BREAK_ANSWERS] = "answers",     [MODEL_BREAK_DISPUTES] = "disputes",
  [MODEL_BREAK_COPIES] = "copies",       [MODEL_BREAK_REVIEW] = "review",
  [MODEL_BREAK_OVERLAP] = "overlap",     [MODEL_BREAK_AGENT] = "agent",
  [MODEL_BREAK_FINAL] = "final",         [MODEL_BREAK_SEEN_PARTY] = "seen-party",
  [MODEL_BREAK_SEEN_FIELDS] = "seen-fields", [MODEL_BREAK_SEEN_STATUS] = "seen-status",
  [MODEL_BREAK_SEEN_TABLE] = "seen-table",   [MODEL_BREAK_SEEN_CALL] = "seen-call",
  [MODEL_BREAK_SEEN_AGENT] = "seen-agent",   [MODEL_BREAK_TAGS] = "tags",
  [MODEL_BREAK_UNDO] = "undo",               [MODEL_BREAK_FACTS] = "facts",
};

/* Where to begin to look for what is rare: a seed near one that shows it. */
static const guint break_seeds[MODEL_N_BREAKS] = {
  [MODEL_BREAK_SEEN_CALL] = 300, [MODEL_BREAK_TAGS] = 270, [MODEL_BREAK_UNDO] = 1010, [MODEL_BREAK_FACTS] = 160,
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

/* The shortest script that fails in the same way, and its story. */
static guint
tell_short (const ModelScript *script, const ModelOptions *options, const char *violation)
{
  ModelScript *small = model_script_shrink (script, options, violation);
  ModelOptions telling = *options;
  ModelResult result;
  guint n_steps = small->steps->len;
  g_auto (GStrv) lines = NULL;

  telling.tell = TRUE;
  model_play (small, &telling, &result);
  g_test_message ("%u devices, %u steps:", small->n_devices, n_steps);
  lines = g_strsplit (result.story, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_test_message ("  %s", lines[i]);
  g_assert_nonnull (result.violation);
  model_result_clear (&result);
  model_script_free (small);
  return n_steps;
}

static void
add_up (ModelResult *sum, const ModelResult *result)
{
  for (guint i = 0; i < 4; i++)
    sum->outcomes[i] += result->outcomes[i];
  sum->n_reviews += result->n_reviews;
  sum->n_agent += result->n_agent;
  sum->n_calls += result->n_calls;
  sum->n_copies += result->n_copies;
  sum->n_snapshots += result->n_snapshots;
}

static void
test_interleavings (void)
{
  guint runs = get_number ("HL_INTERLEAVINGS", DEFAULT_RUNS);
  guint steps = get_number ("HL_MODEL_STEPS", DEFAULT_STEPS);
  guint32 first = get_number ("HL_TEST_SEED", 1);
  const ModelOptions options = { .broken = get_break () };
  ModelResult sum = { 0 };

  g_test_message ("%u interleavings of %u steps from seed %u", runs, steps, first);
  for (guint i = 0; i < runs; i++) {
    ModelScript *script = model_script_new (first + i, steps);
    ModelResult result;

    model_play (script, &options, &result);
    add_up (&sum, &result);
    if (result.violation != NULL) {
      g_test_message ("seed %u: %s", first + i, result.violation);
      g_test_message ("again with HL_TEST_SEED=%u HL_INTERLEAVINGS=1 HL_MODEL_STEPS=%u", first + i, steps);
      tell_short (script, &options, result.violation);
      g_test_fail ();
      runs = i;
    }
    model_result_clear (&result);
    model_script_free (script);
  }
  g_test_message ("applied %u, no_op %u, disputed %u, refused %u; to review %u, the agent acted %u times, facts of calls %u, "
                  "snapshots %u, copies refused %u",
                  sum.outcomes[HL_OUTCOME_APPLIED], sum.outcomes[HL_OUTCOME_NO_OP],
                  sum.outcomes[HL_OUTCOME_DISPUTED], sum.outcomes[HL_OUTCOME_REFUSED], sum.n_reviews, sum.n_agent,
                  sum.n_calls, sum.n_snapshots, sum.n_copies);
  /* the world is worth nothing if hardly anything collides in it */
  if (runs >= 100) {
    g_assert_cmpuint (sum.outcomes[HL_OUTCOME_APPLIED], >, runs * 5);
    g_assert_cmpuint (sum.outcomes[HL_OUTCOME_DISPUTED], >, runs / 2);
    g_assert_cmpuint (sum.outcomes[HL_OUTCOME_NO_OP], >, runs / 2);
    g_assert_cmpuint (sum.n_reviews, >, runs / 10);
    g_assert_cmpuint (sum.n_agent, >, runs);
    g_assert_cmpuint (sum.n_calls, >, runs);
    g_assert_cmpuint (sum.n_snapshots, >, runs);
    g_assert_cmpuint (sum.n_copies, >, runs / 50);
  }
}

/* A check that cannot fail proves nothing: with one rule left out the model must find a violation, and say why in a few
 * steps. */
G_GNUC_UNUSED static void
test_broken (gconstpointer data)
{
  const ModelOptions options = { .broken = GPOINTER_TO_UINT (data) };
  guint most = get_number ("HL_MODEL_BROKEN_RUNS", 6000);

  for (guint seed = break_seeds[options.broken] + 1; seed <= break_seeds[options.broken] + most; seed++) {
    ModelScript *script = model_script_new (seed, DEFAULT_STEPS);
    ModelResult result;
    gboolean found;

    model_play (script, &options, &result);
    found = result.violation != NULL;
    if (found) {
      g_test_message ("without \"%s\" seed %u gives %s", break_names[options.broken], seed, result.violation);
      g_assert_cmpuint (tell_short (script, &options, result.violation), <=, SHORT_STORY);
    }
    model_result_clear (&result);
    model_script_free (script);
    if (found)
      return;
  }
  g_test_message ("without \"%s\" nothing was found in %u interleavings", break_names[options.broken], most);
  g_test_fail ();
}

/* Invariant 10: how wrong a device's clock is changes no outcome. */
static void
test_skew (void)
{
  guint runs = get_number ("HL_INTERLEAVINGS", DEFAULT_RUNS) / 10;
  const ModelOptions wrong = { .tell = TRUE };
  const ModelOptions right = { .tell = TRUE, .no_skew = TRUE };

  for (guint seed = 1; seed <= runs; seed++) {
    ModelScript *script = model_script_new (seed, DEFAULT_STEPS);
    ModelResult one, two;

    model_play (script, &wrong, &one);
    model_play (script, &right, &two);
    if (g_strcmp0 (one.decisions, two.decisions) != 0)
      g_test_message ("seed %u: \n%s\ninstead of\n%s", seed, one.decisions, two.decisions);
    g_assert_cmpstr (one.decisions, ==, two.decisions);
    g_assert_cmpstr (one.content, ==, two.content);
    model_result_clear (&one);
    model_result_clear (&two);
    model_script_free (script);
  }
}

/* K23: a device whose folder was put back is refused as soon as it says something new; what waits goes to review, nothing
 * of it is done, and once paired again it goes on. */
static void
test_k23 (void)
{
  const ModelOptions options = { .tell = TRUE };
  guint refused = 0, went_on = 0;

  for (guint seed = 1; seed <= 600; seed++) {
    ModelScript *script = model_script_new (seed, DEFAULT_STEPS);
    ModelResult result;
    const char *paired;

    model_play (script, &options, &result);
    g_assert_null (result.violation);
    refused += result.n_copies;
    paired = strstr (result.story, "'s screen is paired again");
    if (paired != NULL) {
      g_autofree char *decided = g_strdup_printf ("The server decides that %.3s ", paired - 3);

      went_on += strstr (paired, decided) != NULL;
    }
    model_result_clear (&result);
    model_script_free (script);
  }
  g_test_message ("%u copies refused, %u went on after they were paired again", refused, went_on);
  g_assert_cmpuint (refused, >, 10);
  g_assert_cmpuint (went_on, >, 0);
}

/* Invariant 8: of two locations that take turns in one process, with the same ids, nothing reaches the other. */
static void
test_locations (void)
{
  guint runs = get_number ("HL_INTERLEAVINGS", DEFAULT_RUNS) / 20;
  const ModelOptions options = { 0 };

  for (guint seed = 1; seed <= runs; seed++) {
    ModelScript *one = model_script_new (seed, DEFAULT_STEPS);
    ModelScript *two = model_script_new (seed + 100000, DEFAULT_STEPS);
    ModelResult alone_one, alone_two, beside_one, beside_two;

    model_play (one, &options, &alone_one);
    model_play (two, &options, &alone_two);
    model_play_two (one, two, &options, &beside_one, &beside_two);
    g_assert_null (beside_one.violation);
    g_assert_null (beside_two.violation);
    g_assert_cmpuint (beside_one.digest, ==, alone_one.digest);
    g_assert_cmpuint (beside_two.digest, ==, alone_two.digest);
    g_assert_cmpstr (beside_one.decisions, ==, alone_one.decisions);
    model_result_clear (&alone_one);
    model_result_clear (&alone_two);
    model_result_clear (&beside_one);
    model_result_clear (&beside_two);
    model_script_free (one);
    model_script_free (two);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/model/interleavings", test_interleavings);
  g_test_add_func ("/domain/collisions/k23-a-copied-device-pairs-again", test_k23);
  g_test_add_func ("/domain/model/inv10-skew-changes-nothing", test_skew);
  g_test_add_func ("/domain/model/inv8-no-cross-location", test_locations);
#ifndef __SANITIZE_ADDRESS__ /* what is left out of the rules says nothing about memory */
  for (guint i = MODEL_BREAK_NONE + 1; i < MODEL_N_BREAKS; i++) {
    g_autofree char *path = g_strdup_printf ("/domain/model/broken/%s", break_names[i]);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_broken);
  }
#endif
  return g_test_run ();
}
