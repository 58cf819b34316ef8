/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl replay: what it is asked on the command line. */
#pragma once

#include "admin/hl-config.h"
#include "admin/hl-ctl-options.h"

G_BEGIN_DECLS

/* Posts the webhooks of the files in @options->words, or of standard input for "-". @all: (out): every one was answered 200.
 * Returns: FALSE with an error (HL_COMMAND_ERROR_USAGE: wrong options) when nothing was sent. */
gboolean hl_ctl_replay (const HlCtlOptions *options, HlConfig *config, gboolean *all, GError **error);

G_END_DECLS
