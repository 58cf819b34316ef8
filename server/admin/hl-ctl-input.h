/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hostlinectl's commands are given in files, on standard input and as NAME=VALUE. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define HL_CTL_INPUT_MAX (4 * 1024 * 1024)

/* A file's contents, or standard input for "-", of which HL_CTL_INPUT_MAX is read. Returns: (transfer full) (nullable) */
char    *hl_ctl_input_read         (const char *path, gsize *length, GError **error);

/* The same without the line's end; it must be text. Returns: (transfer full) (nullable) */
char    *hl_ctl_input_read_secret  (const char *path, GError **error);

/* Of char *, each "name=value": they become the object "settings" of @params. */
gboolean hl_ctl_input_add_settings (JsonObject *params, const GPtrArray *values, GError **error);

G_END_DECLS
