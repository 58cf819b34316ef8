/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl's command line, taken apart after GNU conventions. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Every option that takes a value, whichever command it belongs to. */
typedef enum {
  HL_CTL_LOCATION,
  HL_CTL_ROLE,
  HL_CTL_NAME,
  HL_CTL_TIMEZONE,
  HL_CTL_EXPIRES,
  HL_CTL_PROVIDER,
  HL_CTL_SECRET,
  HL_CTL_SECRET_FILE,
  HL_CTL_AFTER,
  HL_CTL_FORMAT,
  HL_CTL_DEVICE,
  HL_CTL_SINCE,
  HL_CTL_SET,
  HL_CTL_UNSET,
  HL_CTL_HOOK,
  HL_CTL_URL,
  HL_CTL_SPEED,
  HL_CTL_PHONE,
  HL_CTL_OLDER_THAN,
  HL_CTL_N_OPTIONS,
} HlCtlOption;

extern const char *const hl_ctl_option_names[HL_CTL_N_OPTIONS]; /* "location", ... */

typedef struct {
  gboolean help;
  gboolean version;
  gboolean json;
  char *data_dir; /* (nullable) */
  char *config;   /* (nullable) */
  GPtrArray *values[HL_CTL_N_OPTIONS]; /* of char *; as often as it was given */
  GPtrArray *words;                    /* of char *: all that is no option */
} HlCtlOptions;

/**
 * hl_ctl_options_parse: options may stand anywhere; "--" ends them.
 * Returns: (transfer full) (nullable): NULL after a message on standard error: exit 2
 */
HlCtlOptions *hl_ctl_options_parse (int argc, char **argv);

/** Returns: (transfer none) (nullable): the option's last value */
const char *hl_ctl_options_get (const HlCtlOptions *self, HlCtlOption option);

void hl_ctl_options_free (HlCtlOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCtlOptions, hl_ctl_options_free)

G_END_DECLS
