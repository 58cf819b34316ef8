/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDaemon: the parts of hostlined tied together, from opening the store to going down. */
#pragma once

#include <gio/gio.h>

#include "admin/hl-config.h"

G_BEGIN_DECLS

/* Exit codes of hostlined (sysexits.h). */
#define HL_EXIT_OK 0
#define HL_EXIT_USAGE 2
#define HL_EXIT_DAMAGED 74 /* the database was found damaged while in use: the next start repairs it */
#define HL_EXIT_STORE 75
#define HL_EXIT_CONFIG 78

/* What the command line says over the configuration; borrowed, all nullable. */
typedef struct {
  const char        *config_file;
  const char        *data_dir;
  const char *const *listen;
  const char        *store;
  const char *const *public_urls;
  const char        *tls_certificate;
  const char        *tls_key;
  gboolean           no_tls;
  gboolean           insecure_lan;
} HlDaemonOptions;

typedef struct _HlDaemon HlDaemon;

/* Opens everything and starts to serve. NULL: *@exit_code says how to end, after one sentence on standard error. */
HlDaemon *hl_daemon_start  (const HlDaemonOptions *options,
                            HlConfig              *config,
                            int                   *exit_code);
/* Serves until SIGTERM or SIGINT; prints a "ready" line for each listener first. */
int       hl_daemon_run    (HlDaemon *self);
void      hl_daemon_free   (HlDaemon *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlDaemon, hl_daemon_free)

G_END_DECLS
