/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts: what happens, in which order; and how a long one that fails becomes a short one. */
#include "model.h"

#include <string.h>

#include "model-steps.h"

static const guint weights[N_STEPS] = {
  [STEP_COMPOSE] = 280, [STEP_CONNECT] = 80,     [STEP_LOSE] = 40,    [STEP_UP] = 140,
  [STEP_DOWN] = 160,    [STEP_SEND] = 140,       [STEP_CRASH] = 20,   [STEP_REBOOT] = 6,
  [STEP_COPY] = 8,      [STEP_PAIR] = 20,        [STEP_WITHDRAW] = 10, [STEP_REPEAT] = 30,
  [STEP_SERVER_CRASH] = 10, [STEP_FACT] = 50,    [STEP_REPEAT_FACT] = 8, [STEP_DAY] = 2,
  [STEP_BACKUP] = 10,   [STEP_RESTORE] = 7,      [STEP_FAIL_OVER] = 7, [STEP_AGENT] = 30,
  [STEP_TIMER] = 10,    [STEP_TIME] = 3,
};

static guint
choose_op (GRand *rand)
{
  guint total = 0;
  guint at;

  for (guint i = 0; i < N_STEPS; i++)
    total += weights[i];
  at = (guint) g_rand_int_range (rand, 0, (gint32) total);
  for (guint i = 0; i < N_STEPS; i++) {
    if (at < weights[i])
      return i;
    at -= weights[i];
  }
  return STEP_COMPOSE;
}

ModelScript *
model_script_new (guint32 seed, guint steps)
{
  GRand *rand = g_rand_new_with_seed (seed);
  ModelScript *script = g_new0 (ModelScript, 1);

  script->seed = seed;
  script->n_devices = g_rand_boolean (rand) ? 2 : 3;
  /* up to an hour wrong, and one that is days off now and then */
  for (guint i = 0; i < G_N_ELEMENTS (script->skew); i++)
    script->skew[i] = g_rand_int_range (rand, 0, 8) == 0
                        ? (gint64) g_rand_int_range (rand, -400, 400) * 3600000
                        : (gint64) g_rand_int_range (rand, -3600, 3600) * 1000;
  script->steps = g_array_sized_new (FALSE, FALSE, sizeof (ModelStep), steps);
  for (guint i = 0; i < steps; i++) {
    ModelStep step = { choose_op (rand), (guint) g_rand_int_range (rand, 0, (gint32) script->n_devices),
                       g_rand_int (rand) };

    g_array_append_val (script->steps, step);
  }
  g_rand_free (rand);
  return script;
}

void
model_script_free (ModelScript *script)
{
  g_array_unref (script->steps);
  g_free (script);
}

static ModelScript *
copy_without (const ModelScript *script, guint from, guint length)
{
  ModelScript *copy = g_new (ModelScript, 1);

  *copy = *script;
  copy->steps = g_array_sized_new (FALSE, FALSE, sizeof (ModelStep), script->steps->len);
  for (guint i = 0; i < script->steps->len; i++) {
    if (i < from || i >= from + length)
      g_array_append_val (copy->steps, g_array_index (script->steps, ModelStep, i));
  }
  return copy;
}

/* "SILENT OVERWRITE" of "SILENT OVERWRITE: Ana ..." */
static gboolean
is_same_kind (const char *one, const char *two)
{
  gsize length = strcspn (two, ":");

  return one != NULL && strcspn (one, ":") == length && strncmp (one, two, length) == 0;
}

static gboolean
still_fails (const ModelScript *script, const ModelOptions *options, const char *violation)
{
  ModelOptions quiet = *options;
  ModelResult result;
  gboolean same;

  quiet.tell = FALSE;
  model_play (script, &quiet, &result);
  same = is_same_kind (result.violation, violation);
  model_result_clear (&result);
  return same;
}

/* Takes @smaller instead of *@script if it still fails. */
static gboolean
take_if_it_fails (ModelScript **script, ModelScript *smaller, const ModelOptions *options,
                  const char *violation)
{
  if (!still_fails (smaller, options, violation)) {
    model_script_free (smaller);
    return FALSE;
  }
  model_script_free (*script);
  *script = smaller;
  return TRUE;
}

/* Leaves out ever smaller runs of steps, until no single one can be left out (delta debugging). */
static void
leave_out_steps (ModelScript **script, const ModelOptions *options, const char *violation)
{
  guint length = MAX (1, (*script)->steps->len / 2);

  for (;;) {
    gboolean changed = FALSE;

    /* from the end: what came last is of no use to what came first */
    for (guint from = (*script)->steps->len; from > 0;) {
      from = from > length ? from - length : 0;
      if (take_if_it_fails (script, copy_without (*script, from, length), options, violation)) {
        changed = TRUE;
        from = MIN (from, (*script)->steps->len);
      }
    }
    if (length == 1 && !changed)
      return;
    if (length > 1)
      length = MAX (1, length / 2);
  }
}

static ModelScript *
copy_without_device (const ModelScript *script, guint device)
{
  ModelScript *copy = copy_without (script, script->steps->len, 0);

  copy->n_devices--;
  for (guint i = copy->steps->len; i > 0; i--) {
    ModelStep *step = &g_array_index (copy->steps, ModelStep, i - 1);

    if (step->op < STEP_N_OF_DEVICES && step->device == device)
      g_array_remove_index (copy->steps, i - 1);
    else if (step->device > device)
      step->device--;
  }
  for (guint i = device; i + 1 < G_N_ELEMENTS (copy->skew); i++)
    copy->skew[i] = copy->skew[i + 1];
  return copy;
}

ModelScript *
model_script_shrink (const ModelScript *script, const ModelOptions *options, const char *violation)
{
  ModelScript *small = copy_without (script, script->steps->len, 0);

  for (guint device = small->n_devices; device > 0 && small->n_devices > 1; device--)
    take_if_it_fails (&small, copy_without_device (small, device - 1), options, violation);
  leave_out_steps (&small, options, violation);
  for (guint device = small->n_devices; device > 0 && small->n_devices > 1; device--)
    take_if_it_fails (&small, copy_without_device (small, device - 1), options, violation);
  return small;
}
