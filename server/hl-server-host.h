/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlServerHost: what one administration command finds around it inside hostlined. */
#pragma once

#include "admin/hl-commands.h"
#include "admin/hl-config.h"
#include "live/hl-writer.h"

G_BEGIN_DECLS

#define HL_TYPE_SERVER_HOST (hl_server_host_get_type ())
G_DECLARE_FINAL_TYPE (HlServerHost, hl_server_host, HL, SERVER_HOST, GObject)

/* Made on the main thread for one command, used on the thread that runs it, freed on the main thread again.
 * @registry: of the store of the thread that will run it. @writer: NULL for commands that only read.
 * @presence: (nullable) (transfer full). */
HlServerHost *hl_server_host_new         (HlRegistry        *registry,
                                          HlSqliteStore     *store,
                                          HlWriter          *writer,
                                          const char *const *urls,
                                          const char        *pin,
                                          JsonObject        *presence);
/* @urls: (nullable): the configured ones; copied. */
void          hl_server_host_set_public_urls (HlServerHost      *self,
                                              const char *const *urls);
void          hl_server_host_set_allow_http  (HlServerHost *self,
                                              gboolean      allow_http);
void          hl_server_host_set_listeners   (HlServerHost      *self,
                                              const char *const *uris);
void          hl_server_host_set_retention   (HlServerHost            *self,
                                              const HlConfigRetention *days);
/* @plan: what hl_command_prepare () made; (transfer none). */
void          hl_server_host_set_plan    (HlServerHost *self,
                                          gpointer      plan);
/* Locations in whose logs the command replaced bodies. Returns: (transfer none) (element-type utf8) */
GPtrArray    *hl_server_host_get_erased  (HlServerHost *self);
/* Whether the command changed tokens, hooks, devices or locations. */
gboolean      hl_server_host_has_changed (HlServerHost *self);

G_END_DECLS
