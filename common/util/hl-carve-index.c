/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of a write-ahead log, read without SQLite. */
#include "util/hl-carve-index.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define VERSION 3007000u

/* In the machine's own byte order, but for the salts. */
typedef struct {
  guint32 version, unused, change;
  guint8 is_init, big_endian_sums;
  guint16 page_size;
  guint32 n_frames, n_pages;
  guint32 frame_sum[2];
  guint8 salts[8];
  guint32 sum[2]; /* of all before */
} Header;

G_STATIC_ASSERT (sizeof (Header) == 48);

static gboolean
is_whole (const Header *header)
{
  guint32 words[sizeof (Header) / 4], one = 0, two = 0;

  memcpy (words, header, sizeof words);
  for (gsize i = 0; i < G_N_ELEMENTS (words) - 2; i += 2) {
    one += words[i] + two;
    two += words[i + 1] + one;
  }
  return header->version == VERSION && header->is_init == 1 && header->sum[0] == one && header->sum[1] == two;
}

gboolean
hl_carve_index_read (const char *path, HlCarveIndex *index)
{
  g_autofree char *name = g_strconcat (path, "-shm", NULL);
  Header headers[2]; /* it stands there twice: a writer that is killed leaves two that differ */
  int fd = g_open (name, O_RDONLY | O_CLOEXEC, 0);
  gboolean read;

  if (fd < 0)
    return FALSE;
  read = pread (fd, headers, sizeof headers, 0) == (gssize) sizeof headers;
  close (fd);
  if (!read || memcmp (&headers[0], &headers[1], sizeof headers[0]) != 0 || !is_whole (&headers[0]))
    return FALSE;
  index->n_frames = headers[0].n_frames;
  memcpy (index->sum, headers[0].frame_sum, sizeof index->sum);
  memcpy (index->salts, headers[0].salts, sizeof index->salts);
  return TRUE;
}
