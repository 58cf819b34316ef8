/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flock () on a file, see hl-lock.h. */
#include "local/hl-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

struct _HlLock {
  int fd;
};

HlLock *
hl_lock_take (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  HlLock *self;

  if (fd < 0) {
    int saved = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be opened: %s",
                 path, g_strerror (saved));
    return NULL;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    int saved = errno;
    close (fd);
    if (saved == EWOULDBLOCK)
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Another Hostline uses this folder already");
    else
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be locked: %s",
                   path, g_strerror (saved));
    return NULL;
  }
  self = g_new0 (HlLock, 1);
  self->fd = fd;
  return self;
}

void
hl_lock_free (HlLock *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}
