/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl's command line. */
#include "admin/hl-ctl-options.h"

#include <getopt.h>
#include <string.h>

const char *const hl_ctl_option_names[HL_CTL_N_OPTIONS] = {
  [HL_CTL_LOCATION] = "location",   [HL_CTL_ROLE] = "role",
  [HL_CTL_NAME] = "name",           [HL_CTL_TIMEZONE] = "timezone",
  [HL_CTL_EXPIRES] = "expires",     [HL_CTL_PROVIDER] = "provider",
  [HL_CTL_SECRET] = "secret",       [HL_CTL_SECRET_FILE] = "secret-file",
  [HL_CTL_AFTER] = "after",         [HL_CTL_FORMAT] = "format",
  [HL_CTL_DEVICE] = "device",       [HL_CTL_SINCE] = "since",
  [HL_CTL_SET] = "set",             [HL_CTL_HOOK] = "hook",
  [HL_CTL_URL] = "url",             [HL_CTL_SPEED] = "speed",
  [HL_CTL_PHONE] = "phone",         [HL_CTL_UNSET] = "unset",
  [HL_CTL_OLDER_THAN] = "older-than",
};

enum { OPTION_DATA_DIR = HL_CTL_N_OPTIONS, OPTION_CONFIG, OPTION_JSON, OPTION_HELP, OPTION_VERSION };

#define FIRST 256 /* beyond every character that getopt could return */

/* A secret in argv can be read by every user of the machine for as long as we run. */
static void
hide (char *text)
{
  memset (text, 'x', strlen (text));
}

static gboolean
take_option (HlCtlOptions *self, int which, char *value)
{
  switch (which) {
  case OPTION_DATA_DIR:
    g_free (self->data_dir);
    self->data_dir = g_strdup (value);
    return TRUE;
  case OPTION_CONFIG:
    g_free (self->config);
    self->config = g_strdup (value);
    return TRUE;
  case OPTION_JSON:
    self->json = TRUE;
    return TRUE;
  case OPTION_HELP:
    self->help = TRUE;
    return TRUE;
  case OPTION_VERSION:
    self->version = TRUE;
    return TRUE;
  default:
    if (which < 0 || which >= HL_CTL_N_OPTIONS)
      return FALSE;
    g_ptr_array_add (self->values[which], g_strdup (value));
    if (which == HL_CTL_SECRET || which == HL_CTL_PHONE)
      hide (value);
    return TRUE;
  }
}

HlCtlOptions *
hl_ctl_options_parse (int argc, char **argv)
{
  g_autoptr (HlCtlOptions) self = g_new0 (HlCtlOptions, 1);
  struct option table[HL_CTL_N_OPTIONS + 6] = { 0 };
  int found;

  for (int i = 0; i < HL_CTL_N_OPTIONS; i++) {
    table[i] = (struct option){ hl_ctl_option_names[i], required_argument, NULL, FIRST + i };
    self->values[i] = g_ptr_array_new_with_free_func (g_free);
  }
  table[OPTION_DATA_DIR] =
    (struct option){ "data-dir", required_argument, NULL, FIRST + OPTION_DATA_DIR };
  table[OPTION_CONFIG] = (struct option){ "config", required_argument, NULL, FIRST + OPTION_CONFIG };
  table[OPTION_JSON] = (struct option){ "json", no_argument, NULL, FIRST + OPTION_JSON };
  table[OPTION_HELP] = (struct option){ "help", no_argument, NULL, FIRST + OPTION_HELP };
  table[OPTION_VERSION] = (struct option){ "version", no_argument, NULL, FIRST + OPTION_VERSION };
  self->words = g_ptr_array_new_with_free_func (g_free);
  while ((found = getopt_long (argc, argv, "h", table, NULL)) != -1) {
    if (!take_option (self, found == 'h' ? OPTION_HELP : found - FIRST, optarg)) {
      g_printerr ("Try 'hostlinectl --help' for more information.\n");
      return NULL;
    }
  }
  for (int i = optind; i < argc; i++)
    g_ptr_array_add (self->words, g_strdup (argv[i]));
  return g_steal_pointer (&self);
}

const char *
hl_ctl_options_get (const HlCtlOptions *self, HlCtlOption option)
{
  const GPtrArray *values = self->values[option];

  return values->len > 0 ? values->pdata[values->len - 1] : NULL;
}

void
hl_ctl_options_free (HlCtlOptions *self)
{
  if (self == NULL)
    return;
  g_free (self->data_dir);
  g_free (self->config);
  for (int i = 0; i < HL_CTL_N_OPTIONS; i++)
    g_clear_pointer (&self->values[i], g_ptr_array_unref);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_free (self);
}
