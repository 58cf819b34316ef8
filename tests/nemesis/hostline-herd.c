/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostline-herd: many dashboards without windows or folders in one process, for a server that comes back. */
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>

#include "desk/hl-desk-private.h"
#include "util/hl-clock.h"

/* hostline-herd URL LOCATION < lines of "DEVICE TOKEN". Each is a whole desk: connection, outbox,
 * fold. Standard output, one JSON object a line, flushed at once; "at" is CLOCK_BOOTTIME in ms:
 *   {"t":"state","board":I,"state":S,"at":A}     the connection's state has changed
 *   {"t":"seq","n":N,"seq":Q,"at":A}             N boards stand at Q or later; Q rises
 * Ends at the end of input's second part: an empty line starts the desks, the end quits. */

typedef struct {
  guint index;
  HlDesk *desk;
} Board;

static GPtrArray *boards;
static GMainLoop *loop;
static GDataInputStream *input;
static const char *url, *location;
static guint64 told_seq;
static guint told_n;

static void
on_state (HlDesk *desk, GParamSpec *pspec, gpointer data)
{
  Board *board = data;
  printf ("{\"t\":\"state\",\"board\":%u,\"state\":\"%s\",\"at\":%" G_GINT64_FORMAT "}\n", board->index,
          hl_link_state_get_name (hl_desk_get_link_state (desk)), hl_clock_boot_us () / 1000);
  fflush (stdout);
}

/* How many stand at the highest position that any board has reached? */
static gboolean
on_look (gpointer data)
{
  guint64 highest = 0;
  guint n = 0;

  for (guint i = 0; i < boards->len; i++) {
    HlDesk *desk = ((Board *)g_ptr_array_index (boards, i))->desk;
    if (desk->position != NULL)
      highest = MAX (highest, desk->position->seq);
  }
  for (guint i = 0; i < boards->len; i++) {
    HlDesk *desk = ((Board *)g_ptr_array_index (boards, i))->desk;
    n += desk->position != NULL && desk->position->seq == highest;
  }
  if (n != told_n || highest != told_seq)
    printf ("{\"t\":\"seq\",\"n\":%u,\"seq\":%" G_GUINT64_FORMAT ",\"at\":%" G_GINT64_FORMAT "}\n", n, highest,
            hl_clock_boot_us () / 1000);
  fflush (stdout);
  told_n = n;
  told_seq = highest;
  return G_SOURCE_CONTINUE;
}

static void
add_board (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *urls[] = { url, NULL };
  Board *board = g_new0 (Board, 1);

  board->index = boards->len;
  board->desk = hl_desk_new (NULL);
  hl_desk_set_access (board->desk, urls, NULL, location, words[1], words[0], "staff");
  g_signal_connect (board->desk, "notify::link-state", G_CALLBACK (on_state), board);
  g_ptr_array_add (boards, board);
}

static void read_line (void);

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (line == NULL) {
    g_main_loop_quit (loop);
    return;
  }
  if (*line != '\0') {
    add_board (line);
  } else {
    for (guint i = 0; i < boards->len; i++)
      hl_desk_start (((Board *)g_ptr_array_index (boards, i))->desk);
    g_timeout_add (50, on_look, NULL);
  }
  read_line ();
}

static void
read_line (void)
{
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (0, FALSE);

  if (argc != 3) {
    g_printerr ("usage: hostline-herd URL LOCATION\n");
    return 2;
  }
  url = argv[1];
  location = argv[2];
  boards = g_ptr_array_new ();
  loop = g_main_loop_new (NULL, FALSE);
  input = g_data_input_stream_new (stream);
  read_line ();
  g_main_loop_run (loop);
  return 0; /* the kernel takes it all back */
}
