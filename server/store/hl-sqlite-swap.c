/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting another file in the place of the store. */
#include "store/hl-sqlite-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "store/hl-sqlite-store.h"

/* Names the two files while the swap goes on, so that a start knows which one it is to find. */
#define MARKER "hostline.db.swap"

static gboolean
fail (GError **error, const char *what, const char *path)
{
  int saved = errno;

  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "Cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

static void
sync_directory (const char *directory)
{
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* What is not there was moved already. */
static gboolean
move (const char *from, const char *to, GError **error)
{
  return g_rename (from, to) == 0 || errno == ENOENT || fail (error, "rename", from);
}

static gboolean
move_companion (const char *path, const char *away, const char *suffix, GError **error)
{
  g_autofree char *from = g_strconcat (path, suffix, NULL);
  g_autofree char *to = g_strconcat (away, suffix, NULL);

  return move (from, to, error);
}

/* Each step may have been done before. While @fresh is there, what lies in the store's place is the former. */
static gboolean
carry_out (const char *directory, const char *fresh_name, const char *away_name, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autofree char *marker = g_build_filename (directory, MARKER, NULL);
  g_autofree char *fresh = g_build_filename (directory, fresh_name, NULL);
  g_autofree char *away = g_build_filename (directory, away_name, NULL);

  if (g_file_test (fresh, G_FILE_TEST_EXISTS)) {
    /* The log goes first: left behind, it would be taken for the new file's. */
    if (!move_companion (path, away, "-wal", error) || !move_companion (path, away, "-shm", error) ||
        !move (path, away, error))
      return FALSE;
    sync_directory (directory);
    if (g_rename (fresh, path) != 0)
      return fail (error, "rename", fresh);
    sync_directory (directory);
  }
  if (g_unlink (marker) != 0 && errno != ENOENT)
    return fail (error, "remove", marker);
  sync_directory (directory);
  return TRUE;
}

gboolean
hl_sqlite_swap (const char *directory, const char *fresh, const char *away, GError **error)
{
  g_autofree char *marker = g_build_filename (directory, MARKER, NULL);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n", fresh, away);
  GError *cause = NULL;

  if (!g_file_set_contents_full (marker, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &cause)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "%s", cause->message);
    g_error_free (cause);
    return FALSE;
  }
  sync_directory (directory);
  return carry_out (directory, fresh, away, error);
}

gboolean
hl_sqlite_swap_finish (const char *directory, GError **error)
{
  g_autofree char *marker = g_build_filename (directory, MARKER, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (marker, &text, NULL, NULL))
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  if (g_strv_length (lines) < 2)
    return TRUE;
  return carry_out (directory, lines[0], lines[1], error);
}

gboolean
hl_sqlite_swap_is_pending (const char *directory)
{
  g_autofree char *marker = g_build_filename (directory, MARKER, NULL);

  return g_file_test (marker, G_FILE_TEST_EXISTS);
}
