/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log writer. */
#include "util/hl-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "util/hl-clock.h"
#include "util/hl-mask.h"

static const char *const level_nicks[] = { "error", "warning", "notice", "info", "debug" };
static const char level_priorities[] = { '3', '4', '5', '6', '7' }; /* of syslog */

static int current_level = HL_LOG_INFO;
static gboolean to_journal;
static GMutex sink_lock;
static HlLogSink sink_func;
static gpointer sink_data;

void
hl_log_set_level (HlLogLevel level)
{
  g_atomic_int_set (&current_level, (int) level);
}

HlLogLevel
hl_log_get_level (void)
{
  return (HlLogLevel) g_atomic_int_get (&current_level);
}

gboolean
hl_log_is_on (HlLogLevel level)
{
  return (int) level <= g_atomic_int_get (&current_level);
}

gboolean
hl_log_parse_level (const char *nick, HlLogLevel *level)
{
  for (guint i = 0; nick != NULL && i < G_N_ELEMENTS (level_nicks); i++) {
    if (strcmp (nick, level_nicks[i]) == 0) {
      if (level != NULL) {
        *level = (HlLogLevel) i;
      }
      return TRUE;
    }
  }
  return FALSE;
}

void
hl_log_set_sink (HlLogSink sink, gpointer user_data)
{
  g_mutex_lock (&sink_lock);
  sink_func = sink;
  sink_data = user_data;
  g_mutex_unlock (&sink_lock);
}

const char *
hl_log_format_int (char buffer[24], gint64 value)
{
  g_snprintf (buffer, 24, "%" G_GINT64_FORMAT, value);
  return buffer;
}

const char *
hl_log_format_uint (char buffer[24], guint64 value)
{
  g_snprintf (buffer, 24, "%" G_GUINT64_FORMAT, value);
  return buffer;
}

static void
write_all (const char *text, gsize len)
{
  while (len > 0) {
    gssize n = write (STDERR_FILENO, text, len);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return; /* nobody to tell */
    }
    text += n;
    len -= (gsize) n;
  }
}

/* @line: "area: text key=value", already escaped. */
static void
emit (HlLogLevel level, const char *line)
{
  g_mutex_lock (&sink_lock);
  HlLogSink sink = sink_func;
  gpointer data = sink_data;
  g_mutex_unlock (&sink_lock);
  if (sink != NULL) {
    sink (level, line, data);
    return;
  }

  g_autoptr (GString) out = g_string_sized_new (128);
  if (to_journal) {
    g_string_append_printf (out, "<%c>", level_priorities[level]);
  } else {
    gint64 ms = hl_clock_wall_ms ();
    g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (ms / 1000);
    g_autofree char *date =
        now != NULL ? g_date_time_format (now, "%Y-%m-%dT%H:%M:%S") : g_strdup ("-");
    g_string_append_printf (out, "%s.%03dZ %s ", date, (int) (ms % 1000), level_nicks[level]);
  }
  g_string_append (out, line);
  g_string_append_c (out, '\n');
  write_all (out->str, out->len); /* one write: lines of two threads do not mix */
}

static gboolean
needs_quotes (const char *value)
{
  return *value == '\0' || strpbrk (value, " \"=") != NULL;
}

static void
append_field (GString *out, const char *key, const char *value)
{
  g_autofree char *escaped = hl_mask_escape (value, 200);

  g_string_append_printf (out, " %s=", key);
  if (!needs_quotes (escaped)) {
    g_string_append (out, escaped);
    return;
  }
  g_string_append_c (out, '"');
  for (const char *p = escaped; *p != '\0'; p++) {
    if (*p == '"') {
      g_string_append_c (out, '\\');
    }
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

void
hl_log (HlLogLevel level, const char *area, const char *text, ...)
{
  g_return_if_fail (area != NULL && text != NULL);
  g_return_if_fail ((guint) level < G_N_ELEMENTS (level_nicks));

  if (!hl_log_is_on (level)) {
    return;
  }
  g_autofree char *escaped = hl_mask_escape (text, 0);
  g_autoptr (GString) line = g_string_new (area);
  g_string_append_printf (line, ": %s", escaped);

  va_list args;
  va_start (args, text);
  for (const char *key = va_arg (args, const char *); key != NULL;
       key = va_arg (args, const char *)) {
    const char *value = va_arg (args, const char *);
    if (value != NULL) {
      append_field (line, key, value);
    }
  }
  va_end (args);
  emit (level, line->str);
}

static HlLogLevel
from_glib (GLogLevelFlags flags)
{
  if ((flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0) {
    return HL_LOG_ERROR;
  }
  if ((flags & G_LOG_LEVEL_WARNING) != 0) {
    return HL_LOG_WARNING;
  }
  if ((flags & G_LOG_LEVEL_MESSAGE) != 0) {
    return HL_LOG_NOTICE;
  }
  return (flags & G_LOG_LEVEL_INFO) != 0 ? HL_LOG_INFO : HL_LOG_DEBUG;
}

static const char *
find_field (const GLogField *fields, gsize n, const char *key)
{
  for (gsize i = 0; i < n; i++) {
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0) {
      return fields[i].value;
    }
  }
  return NULL;
}

static GLogWriterOutput
on_glib_message (GLogLevelFlags flags, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  HlLogLevel level = from_glib (flags);
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");
  const char *message = find_field (fields, n_fields, "MESSAGE");

  if (hl_log_is_on (level)) {
    g_autofree char *escaped = hl_mask_escape (message, 0);
    g_autofree char *line = g_strdup_printf ("%s: %s", domain != NULL ? domain : "-", escaped);
    emit (level, line);
  }
  return G_LOG_WRITER_HANDLED;
}

void
hl_log_install (void)
{
  to_journal = g_log_writer_is_journald (STDERR_FILENO) || g_getenv ("JOURNAL_STREAM") != NULL;
  g_log_set_writer_func (on_glib_message, NULL, NULL);
}
