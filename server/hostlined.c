/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlined: the server of restaurant locations' logs. */
#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>
#include <sys/stat.h>

#include "admin/hl-config.h"
#include "hl-daemon.h"
#include "util/hl-log.h"
#include "wire/hl-pair-link.h"

#include "hl-config.h"

static int
usage (const char *message)
{
  g_printerr ("hostlined: %s\nTry \"hostlined --help\".\n", message);
  return HL_EXIT_USAGE;
}

static int
check_options (const HlDaemonOptions *options)
{
  if (options->no_tls && (options->tls_certificate != NULL || options->tls_key != NULL)) {
    return usage ("--no-tls contradicts --tls-certificate and --tls-key");
  }
  if ((options->tls_certificate == NULL) != (options->tls_key == NULL)) {
    return usage ("--tls-certificate and --tls-key need each other");
  }
  for (guint i = 0; options->listen != NULL && options->listen[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    if (!hl_config_check_listen (options->listen[i], NULL, NULL, &error)) {
      return usage (error->message);
    }
  }
  for (guint i = 0; options->public_urls != NULL && options->public_urls[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    if (!hl_config_check_public_url (options->public_urls[i], &error)) {
      return usage (error->message);
    }
    if (i >= HL_PAIR_LINK_MAX_URLS) {
      return usage ("--public-url may be given four times at most: that is what a pairing link holds");
    }
  }
  return HL_EXIT_OK;
}

int
main (int argc, char **argv)
{
  g_autofree char *config_file = NULL;
  g_autofree char *data_dir = NULL;
  g_autofree char *store = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_auto (GStrv) listen = NULL;
  g_auto (GStrv) urls = NULL;
  gboolean no_tls = FALSE;
  gboolean insecure_lan = FALSE;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config_file, "Read this configuration", "FILE" },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &data_dir, "Keep everything in this folder", "DIR" },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &listen, "Listen here; port 0 picks a free one; may be repeated",
      "HOST:PORT" },
    { "store", 0, 0, G_OPTION_ARG_STRING, &store, "Where the logs are kept", "sqlite" },
    { "public-url", 0, 0, G_OPTION_ARG_STRING_ARRAY, &urls, "How dashboards reach the server; may be repeated", "URL" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate, "Certificate chain (PEM)", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Its private key (PEM)", "FILE" },
    { "no-tls", 0, 0, G_OPTION_ARG_NONE, &no_tls, "Listen without TLS; only on loopback", NULL },
    { "insecure-lan", 0, 0, G_OPTION_ARG_NONE, &insecure_lan, "Allow to listen without TLS on other addresses", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- serve restaurant dashboards");
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = NULL;
  g_autoptr (HlDaemon) daemon = NULL;
  HlDaemonOptions options;
  int code;

  setlocale (LC_ALL, "");
  umask (077);
  hl_log_install ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    return usage (error->message);
  }
  if (argc > 1) {
    return usage ("there are no arguments besides the options");
  }
  if (version) {
    printf ("hostlined %s\n", HL_VERSION);
    return HL_EXIT_OK;
  }
  options = (HlDaemonOptions) {
    .config_file = config_file,
    .data_dir = data_dir,
    .listen = (const char *const *) listen,
    .store = store,
    .public_urls = (const char *const *) urls,
    .tls_certificate = certificate,
    .tls_key = key,
    .no_tls = no_tls,
    .insecure_lan = insecure_lan,
  };
  code = check_options (&options);
  if (code != HL_EXIT_OK) {
    return code;
  }
  config = config_file != NULL ? hl_config_load (config_file, &error) : hl_config_load_default (&error);
  if (config == NULL) {
    g_printerr ("hostlined: %s\n", error->message);
    return HL_EXIT_CONFIG;
  }
  daemon = hl_daemon_start (&options, config, &code);
  return daemon != NULL ? hl_daemon_run (daemon) : code;
}
