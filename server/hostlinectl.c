/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl: the operator's tool. */
#include "admin/hl-ctl.h"

int
main (int argc, char **argv)
{
  return hl_ctl_main (argc, argv);
}
