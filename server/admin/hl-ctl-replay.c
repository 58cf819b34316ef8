/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl replay: what it is asked on the command line. */
#include "admin/hl-ctl-replay.h"

#include <string.h>

#include "admin/hl-commands.h"
#include "admin/hl-ctl-input.h"
#include "admin/hl-replay.h"

static gboolean G_GNUC_PRINTF (2, 3)
fail_usage (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HL_COMMAND_ERROR, HL_COMMAND_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
take_speed (const HlCtlOptions *options, double *speed, GError **error)
{
  const char *text = hl_ctl_options_get (options, HL_CTL_SPEED);
  char *end = NULL;

  *speed = 1;
  if (text == NULL)
    return TRUE;
  *speed = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(*speed >= 0 && *speed <= 1e6))
    return fail_usage (error, "--speed is a number from 0 to 1000000, not “%s”", text);
  return TRUE;
}

/* Hooks that sign come first: the secrets belong to them in turn. */
static gboolean
add_hooks (HlReplay *replay, const HlCtlOptions *options, GError **error)
{
  const GPtrArray *paths = options->values[HL_CTL_HOOK];
  const GPtrArray *files = options->values[HL_CTL_SECRET_FILE];

  if (files->len > paths->len)
    return fail_usage (error, "there are more secrets than hooks");
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *secret = i < files->len ? hl_ctl_input_read_secret (files->pdata[i], error) : NULL;

    if ((i < files->len && secret == NULL) || !hl_replay_add_hook (replay, paths->pdata[i], secret, error))
      return FALSE;
  }
  return TRUE;
}

/* --url, or where this machine's own server listens. Transfer full; NULL with an error. */
static char *
find_url (const HlCtlOptions *options, HlConfig *config, GError **error)
{
  const char *url = hl_ctl_options_get (options, HL_CTL_URL);

  if (url == NULL)
    return g_strdup_printf ("%s://%s", hl_config_get_tls_certificate (config) != NULL ? "https" : "http",
                            hl_config_get_listen (config)[0]);
  if ((!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://")) ||
      !g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL)) {
    fail_usage (error, "--url is like https://host:8443, not “%s”", url);
    return NULL;
  }
  return g_strdup (url);
}

gboolean
hl_ctl_replay (const HlCtlOptions *options, HlConfig *config, gboolean *all, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autofree char *url = NULL;
  g_autoptr (HlReplay) replay = NULL;
  HlReplayConfig how = { .public_urls = hl_config_get_public_urls (config), .json = options->json };
  gboolean from_stdin;

  if (options->words->len == 0)
    return fail_usage (error, "“replay” needs a file of recorded webhooks, or -");
  from_stdin = strcmp (options->words->pdata[0], "-") == 0;
  if (from_stdin && options->words->len > 1)
    return fail_usage (error, "“-” stands alone");
  url = find_url (options, config, error);
  if (url == NULL || !take_speed (options, &how.speed, error))
    return FALSE;
  how.url = url;
  if (options->values[HL_CTL_SET]->len > 0) {
    if (!hl_ctl_input_add_settings (params, options->values[HL_CTL_SET], error))
      return FALSE;
    how.settings = json_object_get_object_member (params, "settings");
  }
  replay = hl_replay_new (&how);
  if (!add_hooks (replay, options, error))
    return FALSE;
  for (guint i = 0; !from_stdin && i < options->words->len; i++) {
    if (!hl_replay_load (replay, options->words->pdata[i], error))
      return FALSE;
  }
  *all = hl_replay_run (replay, from_stdin);
  return TRUE;
}
