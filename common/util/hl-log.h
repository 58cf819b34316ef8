/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of both programs: one line an entry, a level, an area, a text and key=value fields. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  HL_LOG_ERROR,
  HL_LOG_WARNING,
  HL_LOG_NOTICE,
  HL_LOG_INFO,
  HL_LOG_DEBUG,
} HlLogLevel;

/* Puts our writer under g_message (), g_warning () and the rest as well; call once, at the start of
 * main (). Lines go to standard error: `2026-11-27T19:02:11.345Z info live: session opened
 * session=s81`; under systemd with the priority in front and without the time. */
void hl_log_install (void);
/* Default: HL_LOG_INFO. May change at any time, from any thread. */
void hl_log_set_level (HlLogLevel level);
HlLogLevel hl_log_get_level (void);
/* "error", "warning", "notice", "info", "debug" */
gboolean hl_log_parse_level (const char *nick, HlLogLevel *level);
gboolean hl_log_is_on (HlLogLevel level);

/* @area: the folder that speaks, "live". @text: a constant sentence. Then pairs of key and value
 * (both const char *, a NULL value is left out), then NULL. Values are escaped and quoted as
 * needed; never pass a secret, a token, a phone number or what somebody said. */
void hl_log (HlLogLevel level, const char *area, const char *text, ...) G_GNUC_NULL_TERMINATED;

/* For numbers as values: hl_log (HL_LOG_INFO, "live", "caught up", "seq", HL_LOG_INT (seq), NULL);
 */
#define HL_LOG_INT(value) (hl_log_format_int ((char[24]){ 0 }, (gint64) (value)))
#define HL_LOG_UINT(value) (hl_log_format_uint ((char[24]){ 0 }, (guint64) (value)))
const char *hl_log_format_int (char buffer[24], gint64 value);
const char *hl_log_format_uint (char buffer[24], guint64 value);

/* For tests: takes finished lines (without the line end) instead of standard error; NULL restores.
 */
typedef void (*HlLogSink) (HlLogLevel level, const char *line, gpointer user_data);
void hl_log_set_sink (HlLogSink sink, gpointer user_data);

G_END_DECLS
