/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl: from the command line to an exit code. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_CTL_EXIT_FAILED 1
#define HL_CTL_EXIT_USAGE 2
#define HL_CTL_EXIT_NO_ANSWER 69 /* EX_UNAVAILABLE */
#define HL_CTL_EXIT_STORE 75     /* EX_TEMPFAIL */

/** hl_ctl_main: all of hostlinectl. Results on standard output, one sentence on standard error on
 * failure. Returns: the exit code */
int hl_ctl_main (int argc, char **argv);

G_END_DECLS
