/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling systemd how we are: sd_notify(3) by datagram, without its library. */
#include "hl-notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
hl_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize len = path != NULL ? strlen (path) : 0;
  int fd;

  /* an absolute path, or "@" for the abstract name space */
  if (len < 2 || len >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) {
    return;
  }
  memcpy (address.sun_path, path, len);
  if (path[0] == '@') {
    address.sun_path[0] = '\0';
  }
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    return;
  }
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
              offsetof (struct sockaddr_un, sun_path) + len) < 0) {
    g_debug ("systemd was not told: %s", g_strerror (errno));
  }
  close (fd);
}

static gboolean
on_watchdog_due (gpointer user_data)
{
  hl_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

guint
hl_notify_start_watchdog (void)
{
  const char *usec = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 every, process;

  if (usec == NULL || !g_ascii_string_to_unsigned (usec, 10, 2000, G_MAXUINT32, &every, NULL)) {
    return 0;
  }
  if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &process, NULL) ||
                      process != (guint64) getpid ())) {
    return 0;
  }
  return g_timeout_add (every / 2000, on_watchdog_due, NULL);
}
