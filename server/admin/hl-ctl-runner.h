/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How hostlinectl gets a command done: by the server that runs, or on the files themselves. */
#pragma once

#include "admin/hl-commands.h"
#include "admin/hl-config.h"

G_BEGIN_DECLS

#define HL_CTL_RUNNER_ERROR (hl_ctl_runner_error_quark ())

typedef enum {
  HL_CTL_RUNNER_ERROR_NO_ANSWER, /* a server holds the lock but does not answer: exit 69 */
} HlCtlRunnerError;

GQuark hl_ctl_runner_error_quark (void);

typedef struct _HlCtlRunner HlCtlRunner;

/** hl_ctl_runner_new: for one command, run once or (pages) more often. Decides at the first run.
 * @config: (transfer none) */
HlCtlRunner *hl_ctl_runner_new (const char *directory, HlConfig *config, const HlCommand *command);
void hl_ctl_runner_free (HlCtlRunner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCtlRunner, hl_ctl_runner_free)

/** hl_ctl_runner_run: blocks. Returns: (transfer full) (nullable): an object node; HL_COMMAND_ERROR or
 * HL_CTL_RUNNER_ERROR */
JsonNode *hl_ctl_runner_run (HlCtlRunner *self, JsonObject *params, GError **error);
/** hl_ctl_runner_has_store: whether the folder holds a store at all, be it damaged. */
gboolean hl_ctl_runner_has_store (HlCtlRunner *self);

G_END_DECLS
