/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command functions, by subject, and what they share. */
#pragma once

#include "admin/hl-commands.h"

G_BEGIN_DECLS

/* Parameters were checked by then: required ones are there, types are right. */
const char *hl_command_get_string (JsonObject *params, const char *name); /* (nullable) */
gint64 hl_command_get_int (JsonObject *params, const char *name, gint64 fallback);
/* Returns: (transfer container): NULL-terminated, the strings belong to @params */
const char **hl_command_get_strings (JsonObject *params, const char *name);

HlSqliteStore *hl_command_host_get_store (HlCommandHost *self);
HlRegistry *hl_command_host_get_registry (HlCommandHost *self);
gint64 hl_command_host_now (HlCommandHost *self);
gboolean hl_command_host_append (HlCommandHost *self, const char *location, HlEventKind kind,
                                 JsonObject *data, guint64 *last, GError **error);
GStrv hl_command_host_dup_urls (HlCommandHost *self);
GStrv hl_command_host_dup_public_urls (HlCommandHost *self);
char *hl_command_host_dup_pin (HlCommandHost *self);
gboolean hl_command_host_allows_http (HlCommandHost *self);
void hl_command_host_changed (HlCommandHost *self, const char *removed_location);
gpointer hl_command_host_get_plan (HlCommandHost *self);
HlState *hl_command_host_get_state (HlCommandHost *self, const char *location, GError **error);
GStrv hl_command_host_dup_listeners (HlCommandHost *self); /* (nullable) */
HlCommandRetention hl_command_host_get_retention (HlCommandHost *self);
gboolean hl_command_host_erased (HlCommandHost *self, const char *location, GError **error);
JsonObject *hl_command_host_get_presence (HlCommandHost *self, const char *location);

/* Sets a member to an RFC 3339 time, or null for HL_REGISTRY_NEVER. */
void hl_command_set_time (JsonObject *object, const char *name, gint64 time);
/* HL_COMMAND_ERROR_INVALID or another code with a sentence. Returns: NULL */
JsonNode *hl_command_fail (GError **error, HlCommandError code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
/* Returns: (transfer full): a node that takes @object over */
JsonNode *hl_command_result (JsonObject *object);
/* {"<name>": [...]}; takes @array over */
JsonNode *hl_command_result_array (const char *name, JsonArray *array);

/* hl-commands-erase.c: empty the write-ahead log, and write the file anew if one of the traces (GBytes) can still be
 * found in it. @clean: (out): FALSE if there was no room for that */
gboolean hl_command_sweep (HlSqliteStore *store, GPtrArray *traces, gboolean *clean, GError **error);
/* Older copies of the store in its folder. Returns: (transfer full) */
JsonArray *hl_command_list_copies (const char *directory);

/* When something was done last: files in the data folder, which doctor reads. */
#define HL_COMMAND_STAMP_PURGE "last-purge"
#define HL_COMMAND_STAMP_BACKUP "last-backup"
/* A note beside the thing: that it cannot be written is no failure. */
void hl_command_write_stamp (const char *directory, const char *name, gint64 now);
/* Returns: ms since the epoch; HL_TIME_NONE: never, or not known */
gint64 hl_command_read_stamp (const char *directory, const char *name);

/* hl-commands-purge.c */
gpointer hl_command_purge_prepare (HlCommandHost *host, JsonObject *params, GError **error);
void hl_command_purge_free (gpointer plan);
JsonNode *hl_command_purge (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-doctor.c */
JsonNode *hl_command_doctor (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-location.c */
JsonNode *hl_command_location_add (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_location_set (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_location_remove (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_location_list (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_floor_import (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-token.c */
JsonNode *hl_command_token_add (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_token_list (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_token_revoke (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_pair (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_device_list (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_device_remove (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_device_status (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-hook.c */
JsonNode *hl_command_hook_add (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_hook_remove (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_hook_rotate (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_hook_set (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_hook_unreadable (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_hook_list (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-subscriber.c */
JsonNode *hl_command_subscriber_add (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_subscriber_remove (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_subscriber_rotate (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_subscriber_enable (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_subscriber_list (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-connection.c */
JsonNode *hl_command_connections (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-log.c */
JsonNode *hl_command_events (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_state (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_check (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_backup (HlCommandHost *host, JsonObject *params, GError **error);
JsonNode *hl_command_reload (HlCommandHost *host, JsonObject *params, GError **error);

/* hl-commands-erase.c */
gpointer hl_command_erase_prepare (HlCommandHost *host, JsonObject *params, GError **error);
void hl_command_erase_free (gpointer plan);
JsonNode *hl_command_erase (HlCommandHost *host, JsonObject *params, GError **error);

G_END_DECLS
