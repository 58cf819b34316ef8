/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See seed.h. */
#include "model/seed.h"

void
seed_init (int argc, char *argv[])
{
  const char *seed = g_getenv ("HL_TEST_SEED");
  char *seeded[] = { argv[0], NULL, NULL };
  char **arguments = argv;

  if (seed != NULL && argc == 1) {
    g_autofree char *option = g_strconcat ("--seed=", seed, NULL);

    /* GLib keeps it, and reads it again for every test */
    seeded[1] = (char *) g_intern_string (option);
    arguments = seeded;
    argc = 2;
  }
  g_test_init (&argc, &arguments, NULL);
}
