/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl: the operator's tool. */
#include <glib.h>

int
main (int argc, char **argv)
{
  return 70;
}
