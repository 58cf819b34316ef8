/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hostlinectl prints for people. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Prints the result of a command on standard output. */
typedef void (*HlCtlPrint) (JsonObject *result);

void hl_ctl_print_nothing (JsonObject *result);
void hl_ctl_print_token (JsonObject *result);
void hl_ctl_print_pair (JsonObject *result);
void hl_ctl_print_path (JsonObject *result);
void hl_ctl_print_locations (JsonObject *result);
void hl_ctl_print_tokens (JsonObject *result);
void hl_ctl_print_hooks (JsonObject *result);
void hl_ctl_print_unreadable (JsonObject *result);
/* Every provider, or @name alone with all that is to be known about it. @name: (nullable), one that is known */
void hl_ctl_print_providers (const char *name, gboolean json);
/* The id, then the secret, one line each. */
void hl_ctl_print_subscriber (JsonObject *result);
void hl_ctl_print_subscribers (JsonObject *result);
void hl_ctl_print_devices (JsonObject *result);
void hl_ctl_print_presence (JsonObject *result);
/* One line a row. Masked: for people who are not of the house, without a phone number. */
void hl_ctl_print_connections (JsonObject *result);
void hl_ctl_print_connections_masked (JsonObject *result);
void hl_ctl_print_erased (JsonObject *result);
void hl_ctl_print_purged (JsonObject *result);
/* @total: (inout): NULL at first */
void hl_ctl_add_purged (JsonNode **total, JsonObject *result);
void hl_ctl_print_check (JsonObject *result);
void hl_ctl_print_json (JsonObject *result);

G_END_DECLS
