/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a new outbox file in the place of a damaged one, see hl-outbox-swap.h. */
#include "local/hl-outbox-swap.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-clock.h"
#include "util/hl-database.h"

#define BUILDING ".rebuilt"
#define WHOLE ".whole"       /* all that was in the damaged one */
#define SALVAGED ".salvaged" /* what could be read of it */
#define KEPT ".corrupt-"
#define KNOWN ".known"

static const char *const companions[] = { "-wal", "-shm" };

static gboolean
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What is not there is moved already. */
static gboolean
move (const char *from, const char *to, GError **error)
{
  int saved;

  if (g_rename (from, to) == 0 || errno == ENOENT)
    return TRUE;
  saved = errno;
  g_set_error (error, HL_DATABASE_ERROR, saved == ENOSPC || saved == EDQUOT ? HL_DATABASE_ERROR_FULL : HL_DATABASE_ERROR_IO,
               "Cannot move %s aside: %s", from, g_strerror (saved));
  return FALSE;
}

static void
remove_companions (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *name = g_strconcat (path, companions[i], NULL);

    (void) g_unlink (name);
  }
}

char *
hl_outbox_swap_begin (const char *path)
{
  char *building = g_strconcat (path, BUILDING, NULL);

  (void) g_unlink (building);
  remove_companions (building);
  return building;
}

/* The same name for the same swap, also when it is finished by another process. */
static char *
name_kept (const char *path, const char *ready, gboolean lost)
{
  GStatBuf info;
  gint64 at = g_stat (ready, &info) == 0 ? info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000) + info.st_mtim.tv_nsec / 1000000
                                         : hl_clock_wall_ms ();

  return g_strdup_printf ("%s" KEPT "%" G_GINT64_FORMAT "%s", path, at, lost ? "" : KNOWN);
}

static gboolean
put_in_place (const char *path, const char *ready, gboolean lost, GError **error)
{
  g_autofree char *kept = name_kept (path, ready, lost);

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (path, companions[i], NULL);
    g_autofree char *to = g_strconcat (kept, companions[i], NULL);

    if (!move (from, to, error))
      return FALSE;
  }
  /* the log's new name is on the disk before the new file has its own */
  if (!hl_database_sync_file (ready, error) || !move (path, kept, error))
    return FALSE;
  remove_companions (ready);
  return move (ready, path, error) && hl_database_sync_file (path, error);
}

gboolean
hl_outbox_swap_commit (const char *path, gboolean lost, GError **error)
{
  g_autofree char *building = g_strconcat (path, BUILDING, NULL);
  g_autofree char *ready = g_strconcat (path, lost ? SALVAGED : WHOLE, NULL);

  return hl_database_sync_file (building, error) && move (building, ready, error)
         && put_in_place (path, ready, lost, error);
}

gboolean
hl_outbox_swap_finish (const char *path, GError **error)
{
  g_autofree char *building = g_strconcat (path, BUILDING, NULL);
  g_autofree char *whole = g_strconcat (path, WHOLE, NULL);
  g_autofree char *salvaged = g_strconcat (path, SALVAGED, NULL);

  /* the newer one is of memory, and knows more */
  if (exists (whole)) {
    (void) g_unlink (salvaged);
    return put_in_place (path, whole, FALSE, error);
  }
  if (exists (salvaged))
    return put_in_place (path, salvaged, TRUE, error);
  /* as former versions left it */
  if (!exists (path) && exists (building))
    return put_in_place (path, building, FALSE, error);
  return TRUE;
}

/* Wall ms of a file that was kept, 0 if it is another one; *lost: of which something may be lost. */
static gint64
read_kept (const char *prefix, const char *name, gboolean *lost)
{
  char *end = NULL;
  gint64 at;

  if (!g_str_has_prefix (name, prefix))
    return 0;
  at = g_ascii_strtoll (name + strlen (prefix), &end, 10);
  if (lost != NULL)
    *lost = *end == '\0';
  return at;
}

typedef gboolean (*KeptFunc) (const char *file, gint64 at, gboolean lost, gpointer data);

static gboolean
any_kept (const char *path, KeptFunc func, gpointer data)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, KEPT, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (folder, name, NULL);
    gboolean lost = FALSE;
    gint64 at = read_kept (prefix, name, &lost);

    if (at > 0 && func (file, at, lost, data))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_lost (const char *file, gint64 at, gboolean lost, gpointer data)
{
  return lost;
}

gboolean
hl_outbox_swap_has_lost (const char *path)
{
  return any_kept (path, is_lost, NULL);
}

/* Its log first: as long as the file itself has its old name, it is said once more, and done again. */
static gboolean
make_known (const char *file, gint64 at, gboolean lost, gpointer data)
{
  GError **error = data;
  g_autofree char *known = g_strconcat (file, KNOWN, NULL);
  gboolean ok = TRUE;

  if (!lost || *error != NULL)
    return FALSE;
  for (guint i = 0; ok && i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (file, companions[i], NULL);
    g_autofree char *to = g_strconcat (known, companions[i], NULL);

    ok = move (from, to, error);
  }
  (void) (ok && move (file, known, error));
  return FALSE;
}

gboolean
hl_outbox_swap_note_known (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  any_kept (path, make_known, &local_error);
  if (local_error == NULL && exists (path)) /* with it their names */
    (void) hl_database_sync_file (path, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
drop_before (const char *file, gint64 at, gboolean lost, gpointer before)
{
  if (at < *(const gint64 *) before)
    (void) g_unlink (file);
  return FALSE;
}

void
hl_outbox_swap_drop_kept (const char *path, gint64 before)
{
  any_kept (path, drop_before, &before);
}

static void
set_erase_error (GError **error, const char *file, int number)
{
  if (*error == NULL)
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO, "Cannot take away %s: %s", file, g_strerror (number));
}

/* All of them, whatever is wrong with one; the first failure is told. */
static gboolean
empty (const char *file, gint64 at, gboolean lost, gpointer data)
{
  GError **error = data;

  if (lost && truncate (file, 0) == 0) {
    (void) hl_database_sync_file (file, *error == NULL ? error : NULL);
    return FALSE;
  }
  if (g_unlink (file) != 0 && errno != ENOENT)
    set_erase_error (error, file, errno);
  return FALSE;
}

gboolean
hl_outbox_swap_empty_kept (const char *path, GError **error)
{
  g_autofree char *building = hl_outbox_swap_begin (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) local_error = NULL;
  GDir *dir = g_dir_open (folder, 0, NULL);

  if (dir == NULL)
    set_erase_error (&local_error, folder, EACCES);
  else
    g_dir_close (dir);
  any_kept (path, empty, &local_error);
  if (exists (building))
    set_erase_error (&local_error, building, EIO);
  /* their names are gone from the disk as well */
  if (local_error == NULL && exists (path))
    (void) hl_database_sync_file (path, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
