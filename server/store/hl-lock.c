/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exclusive lock of a data folder. */
#include "store/hl-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _HlLock {
  int fd;
};

static void
set_error (GError **error, int saved, const char *what, const char *path)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s %s: %s", what, path,
               g_strerror (saved));
}

static struct flock
whole_file (void)
{
  /* OFD locks belong to the open file, not to the process: two openings in one process exclude each
   * other too, and closing another descriptor of the file does not let go. */
  return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

HlLock *
hl_lock_take (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  struct flock lock = whole_file ();
  HlLock *self;
  int fd;

  if (g_mkdir_with_parents (directory, 0700) != 0) {
    set_error (error, errno, "Cannot create", directory);
    return NULL;
  }
  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    set_error (error, errno, "Cannot open", path);
    return NULL;
  }
  if (fcntl (fd, F_OFD_SETLK, &lock) != 0) {
    int saved = errno;

    close (fd);
    if (saved == EAGAIN || saved == EACCES)
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "%s is in use by another process",
                   directory);
    else
      set_error (error, saved, "Cannot lock", path);
    return NULL;
  }
  self = g_new (HlLock, 1);
  self->fd = fd;
  return self;
}

gboolean
hl_lock_is_held (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  struct flock lock = whole_file ();
  int fd = g_open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);
  gboolean held;

  if (fd < 0)
    return FALSE;
  held = fcntl (fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close (fd);
  return held;
}

void
hl_lock_free (HlLock *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}
