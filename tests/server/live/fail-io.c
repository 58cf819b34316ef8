/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into hostlined: the disk fails while the file named by HL_FAIL_IO exists. Its first word says how:
 * "sync" fails fsync and fdatasync, "write" fails writes, of the log and its write-ahead log only. A second word "once": the
 * file goes away with the first that failed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
is_wanted (const char *what)
{
  const char *path = getenv ("HL_FAIL_IO");
  char text[16] = { 0 };
  FILE *file = path != NULL ? fopen (path, "re") : NULL;

  if (file == NULL) {
    return 0;
  }
  if (fgets (text, sizeof text, file) == NULL) {
    text[0] = '\0';
  }
  fclose (file);
  if (strncmp (text, what, strlen (what)) != 0) {
    return 0;
  }
  return strstr (text, "once") == NULL || unlink (path) == 0;
}

static int
is_store (int fd)
{
  char link[64], target[512];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, target, sizeof target - 1);
  if (n < 0) {
    return 0;
  }
  target[n] = '\0';
  return strstr (target, "/hostline.db") != NULL;
}

static int
fails (const char *what, int fd)
{
  int saved = errno;
  int wanted = is_store (fd) && is_wanted (what);

  errno = wanted ? EIO : saved;
  return wanted;
}

int
fsync (int fd)
{
  static int (*next) (int);

  if (next == NULL) {
    next = (int (*) (int)) dlsym (RTLD_NEXT, "fsync");
  }
  return fails ("sync", fd) ? -1 : next (fd);
}

int
fdatasync (int fd)
{
  static int (*next) (int);

  if (next == NULL) {
    next = (int (*) (int)) dlsym (RTLD_NEXT, "fdatasync");
  }
  return fails ("sync", fd) ? -1 : next (fd);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t len, off64_t offset)
{
  static ssize_t (*next) (int, const void *, size_t, off64_t);

  if (next == NULL) {
    next = (ssize_t (*) (int, const void *, size_t, off64_t)) dlsym (RTLD_NEXT, "pwrite64");
  }
  return fails ("write", fd) ? -1 : next (fd, bytes, len, offset);
}

ssize_t
write (int fd, const void *bytes, size_t len)
{
  static ssize_t (*next) (int, const void *, size_t);

  if (next == NULL) {
    next = (ssize_t (*) (int, const void *, size_t)) dlsym (RTLD_NEXT, "write");
  }
  return fails ("write", fd) ? -1 : next (fd, bytes, len);
}
