/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DIR/reserve: room that is kept so that a full disk can be made less full. */
#include "store/hl-reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "util/hl-id.h"

/* Where blocks cannot be allocated they are written, of what no file system can make smaller. */
static gboolean
write_blocks (int fd)
{
  const gsize size = 65536;
  g_autofree guint8 *block = g_malloc (size);

  for (gsize written = 0; written < HL_RESERVE_BYTES; written += size) {
    hl_id_random_bytes (block, size);
    if (write (fd, block, size) != (gssize) size)
      return FALSE;
  }
  return TRUE;
}

gboolean
hl_reserve_make (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, HL_RESERVE_FILE, NULL);
  GStatBuf info;
  gboolean done;
  int fd;

  if (g_lstat (path, &info) == 0 && info.st_size >= HL_RESERVE_BYTES)
    return TRUE;
  g_unlink (path);
  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return FALSE;
  done = fallocate (fd, 0, 0, HL_RESERVE_BYTES) == 0 || (errno == EOPNOTSUPP && write_blocks (fd));
  close (fd);
  if (!done)
    g_unlink (path);
  return done;
}

gboolean
hl_reserve_release (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, HL_RESERVE_FILE, NULL);

  return g_unlink (path) == 0;
}
