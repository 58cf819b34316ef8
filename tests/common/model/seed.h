/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seed of a test that draws with g_test_rand_int (): GLib prints it, HL_TEST_SEED brings one back. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In the place of g_test_init (). HL_TEST_SEED counts only where the command line says nothing. */
void seed_init (int argc, char *argv[]);

G_END_DECLS
