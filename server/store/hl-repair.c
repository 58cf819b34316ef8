/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged store: kept aside, salvaged, reported. */
#include "store/hl-repair.h"

#include <glib/gstdio.h>
#include <string.h>

#include "util/hl-carve.h"
#include "store/hl-salvage.h"
#include "store/hl-sqlite-swap.h"
#include "util/hl-log.h"

#define FRESH HL_SQLITE_STORE_FILE ".salvaged"
#define DAMAGED HL_SQLITE_STORE_FILE ".damaged-"
#define REPORT ".txt"
#define SUSPECT HL_SQLITE_STORE_FILE ".suspect"

/* ---- looking ---- */

static void
on_finding (const char *finding, gpointer user_data)
{
  char **first = user_data;

  if (*first == NULL)
    *first = g_strdup (finding);
}

/* Returns: TRUE and @store: it is sound. TRUE and @reason: it is damaged. FALSE with @error: neither is known. */
static gboolean
look (const char *directory, HlSqliteStore **store, char **reason, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (HlSqliteStore) opened = NULL;
  GError *cause = NULL;
  guint findings = 0;

  if (hl_carve_is_log_damaged (path)) {
    *reason = g_strdup ("its write-ahead log is broken in the middle");
    return TRUE;
  }
  opened = hl_sqlite_store_open (directory, NULL, &cause);
  if (opened != NULL) {
    if (hl_sqlite_store_verify (opened, on_finding, reason, &findings, &cause) && findings == 0) {
      *store = g_steal_pointer (&opened);
      return TRUE;
    }
    hl_sqlite_store_keep_log (opened);
    if (cause == NULL)
      return TRUE;
    g_clear_pointer (reason, g_free);
  }
  if (!g_error_matches (cause, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT)) {
    g_propagate_error (error, cause);
    return FALSE;
  }
  *reason = g_strdup (cause->message);
  g_error_free (cause);
  return TRUE;
}

/* A running server met damage: the next start must not take the file for sound because it looks elsewhere. */
static void
heed_suspicion (const char *directory, HlSqliteStore **store, char **reason)
{
  g_autofree char *path = g_build_filename (directory, SUSPECT, NULL);
  g_autofree char *text = NULL;

  if (*store == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return;
  *reason = g_strdup_printf ("met while it was in use: %s", g_strstrip (text));
  hl_sqlite_store_keep_log (*store);
  g_clear_object (store);
}

static void
drop_suspicion (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, SUSPECT, NULL);

  g_unlink (path);
}

gboolean
hl_repair_suspect (const char *directory, const char *message)
{
  g_autofree char *path = g_build_filename (directory, SUSPECT, NULL);
  g_autofree char *text = g_utf8_make_valid (message, -1);

  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, NULL);
}

/* ---- repairing ---- */

/* Returns: (transfer full): a name under which nothing lies yet */
static char *
make_name (const char *directory, gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now / 1000);
  g_autofree char *stamp = g_date_time_format (time, "%Y%m%dT%H%M%SZ");

  for (guint i = 0;; i++) {
    g_autofree char *name = i == 0 ? g_strconcat (DAMAGED, stamp, NULL)
                                   : g_strdup_printf (DAMAGED "%s-%u", stamp, i);
    g_autofree char *path = g_build_filename (directory, name, NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&name);
  }
}

static gboolean
write_report (const char *path, const char *text, GError **error)
{
  g_autofree char *file = g_strconcat (path, REPORT, NULL);
  GError *cause = NULL;

  if (g_file_set_contents_full (file, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &cause))
    return TRUE;
  g_set_error (error, HL_STORE_ERROR,
               g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? HL_STORE_ERROR_FULL
                                                                         : HL_STORE_ERROR_FAILED,
               "%s", cause->message);
  g_error_free (cause);
  return FALSE;
}

gboolean
hl_repair_run (const char *directory, const char *reason, gint64 now, HlRepairReport **report,
               GError **error)
{
  g_autoptr (HlRepairReport) made = hl_repair_report_new (reason, now);
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autofree char *fresh = g_build_filename (directory, FRESH, NULL);
  g_autofree char *name = make_name (directory, now);
  g_autofree char *text = NULL;

  made->kept_as = g_build_filename (directory, name, NULL);
  if (!hl_salvage (path, fresh, made, error))
    return FALSE;
  text = hl_repair_report_print (made);
  if (!write_report (made->kept_as, text, error)) {
    g_unlink (fresh);
    return FALSE;
  }
  if (!hl_sqlite_swap (directory, FRESH, name, error))
    return FALSE;
  if (report != NULL)
    *report = g_steal_pointer (&made);
  return TRUE;
}

HlSqliteStore *
hl_repair_open (const char *directory, gboolean repair, gint64 now, HlRepairReport **report,
                GError **error)
{
  g_autofree char *reason = NULL;
  HlSqliteStore *store = NULL;

  *report = NULL;
  if (!hl_sqlite_swap_finish (directory, error) || !look (directory, &store, &reason, error))
    return NULL;
  heed_suspicion (directory, &store, &reason);
  if (reason == NULL)
    return store;
  if (!repair) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
                 "%s is damaged (%s). “hostlinectl repair” keeps it aside and saves what can be read.",
                 directory, reason);
    return NULL;
  }
  if (!hl_repair_run (directory, reason, now, report, error))
    return NULL;
  drop_suspicion (directory);
  return hl_sqlite_store_open (directory, NULL, error);
}

/* ---- reports ---- */

void
hl_repair_tell_log (const HlRepairReport *report)
{
  g_autofree char *text = hl_repair_report_print (report);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] != '\0')
      hl_log (HL_LOG_ERROR, "repair", g_strstrip (lines[i]), NULL);
  }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
hl_repair_list_reports (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (g_str_has_prefix (name, DAMAGED) && g_str_has_suffix (name, REPORT))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}
