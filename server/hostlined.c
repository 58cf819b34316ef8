/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlined: the server of a location's log. */
#include <glib.h>

int
main (int argc, char **argv)
{
  return 70;
}
