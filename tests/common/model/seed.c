/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See seed.h. */
#include "model/seed.h"

void
seed_init (int argc, char *argv[])
{
  const char *seed = g_getenv ("HL_TEST_SEED");
  g_autofree char *option = g_strconcat ("--seed=", seed, NULL);
  char *seeded[] = { argv[0], option, NULL };
  char **arguments = argv;

  if (seed != NULL && argc == 1) {
    arguments = seeded;
    argc = 2;
  }
  g_test_init (&argc, &arguments, NULL);
}
