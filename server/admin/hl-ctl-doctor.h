/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl doctor: every look in turn, and what is printed of it. */
#pragma once

#include "admin/hl-ctl-options.h"

G_BEGIN_DECLS

/* Returns: the exit code: 0, or 1 if something fails. Prints each look as a line, or all as JSON. */
int hl_ctl_doctor (const HlCtlOptions *options);

G_END_DECLS
