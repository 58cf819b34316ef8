/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a program: its CLOCK_BOOTTIME runs ahead by what a file says, as after a suspend. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* HL_CLOCKJUMP names a file of 8 bytes: microseconds to add, changed by the test while the program
 * is stopped. As in a real suspend CLOCK_MONOTONIC knows nothing of it, and timers on
 * CLOCK_BOOTTIME whose time has passed go off at once: SIGCONT sets them anew. */

#define MAX_FDS 4096

static const volatile long long *ahead_us;
static volatile sig_atomic_t is_boot[MAX_FDS];
static struct itimerspec armed[MAX_FDS];
static int armed_flags[MAX_FDS];

int clock_gettime (clockid_t clock, struct timespec *now);
int timerfd_create (clockid_t clock, int flags);
int timerfd_settime (int fd, int flags, const struct itimerspec *value, struct itimerspec *old);

static void
add_us (struct timespec *time, long long us)
{
  long long ns = time->tv_nsec + us % 1000000 * 1000;

  time->tv_sec += us / 1000000;
  if (ns < 0) {
    ns += 1000000000;
    time->tv_sec--;
  }
  time->tv_sec += ns / 1000000000;
  time->tv_nsec = ns % 1000000000;
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int)syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && clock == CLOCK_BOOTTIME && ahead_us != NULL)
    add_us (now, *ahead_us);
  return result;
}

int
timerfd_create (clockid_t clock, int flags)
{
  int fd = (int)syscall (SYS_timerfd_create, clock, flags);

  if (fd >= 0 && fd < MAX_FDS) {
    is_boot[fd] = clock == CLOCK_BOOTTIME;
    armed[fd] = (struct itimerspec){ 0 };
  }
  return fd;
}

static int
set_time (int fd, struct itimerspec *old)
{
  struct itimerspec value = armed[fd];

  if (value.it_value.tv_sec != 0 || value.it_value.tv_nsec != 0) {
    add_us (&value.it_value, -*ahead_us);
    if (value.it_value.tv_sec < 0 || (value.it_value.tv_sec == 0 && value.it_value.tv_nsec <= 0))
      value.it_value = (struct timespec){ .tv_nsec = 1 };
  }
  return (int)syscall (SYS_timerfd_settime, fd, armed_flags[fd], &value, old);
}

int
timerfd_settime (int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
  if (ahead_us == NULL || fd < 0 || fd >= MAX_FDS || !is_boot[fd] || !(flags & TFD_TIMER_ABSTIME))
    return (int)syscall (SYS_timerfd_settime, fd, flags, value, old);
  armed[fd] = *value;
  armed_flags[fd] = flags;
  return set_time (fd, old);
}

static void
on_continue (int number)
{
  /* A descriptor that was closed meanwhile answers with an error, which is right. */
  for (int fd = 0; fd < MAX_FDS; fd++)
    if (is_boot[fd])
      (void)set_time (fd, NULL);
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *path = getenv ("HL_CLOCKJUMP");
  struct sigaction action = { .sa_handler = on_continue, .sa_flags = SA_RESTART };
  int fd;

  if (path == NULL)
    return;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    abort ();
  ahead_us = mmap (NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
  close (fd);
  if (ahead_us == MAP_FAILED)
    abort ();
  sigaction (SIGCONT, &action, NULL);
}
