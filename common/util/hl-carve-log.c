/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The write-ahead log of a database, read without SQLite. */
#include "util/hl-carve-log.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER 32
#define FRAME_HEADER 24
#define FRAME (FRAME_HEADER + HL_CARVE_PAGE)
#define MAGIC 0x377f0682u /* the last bit: checksums over big-endian words */

struct _HlCarveLog {
  int fd;
  guint64 bytes;
  guint32 last_page;
  GHashTable *newest; /* page number -> offset of its data, both as pointers' values */
  GArray *damaged;    /* of goffset: frames */
  GHashTable *latest; /* page number -> offset of the last of them, both as pointers' values */
  gboolean is_damaged;
};

typedef struct {
  guint32 one, two;
} Sum;

static guint32
get_32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static Sum
add (Sum sum, const guint8 *data, gsize length, gboolean big)
{
  for (gsize i = 0; i < length; i += 8) {
    guint32 a = get_32 (data + i), b = get_32 (data + i + 4);

    sum.one += (big ? a : GUINT32_SWAP_LE_BE (a)) + sum.two;
    sum.two += (big ? b : GUINT32_SWAP_LE_BE (b)) + sum.one;
  }
  return sum;
}

static Sum
stored (const guint8 *data)
{
  return (Sum){ get_32 (data), get_32 (data + 4) };
}

static gboolean
is_equal (Sum a, Sum b)
{
  return a.one == b.one && a.two == b.two;
}

/* Where the walk over the frames stands. */
typedef struct {
  guint8 salts[8];
  gboolean big;
  Sum before;              /* the checksum of the frame before, as it is stored there */
  GArray *open;            /* of goffset: whole frames since the last commit */
  gboolean broken;         /* a frame was broken */
  guint commits_behind;    /* commits since then */
  gboolean more_behind;    /* and frames behind the first of those */
  guint8 last[FRAME];      /* the frame before */
} Walk;

/* From the sum that is stored in the frame before: what is wrong there makes only that one wrong. */
static gboolean
is_whole (const Walk *walk, const guint8 *frame)
{
  Sum sum = add (walk->before, frame, 8, walk->big);

  return is_equal (add (sum, frame + FRAME_HEADER, HL_CARVE_PAGE, walk->big), stored (frame + 16));
}

static void
commit (HlCarveLog *self, Walk *walk)
{
  for (guint i = 0; i < walk->open->len; i++) {
    goffset at = g_array_index (walk->open, goffset, i);
    guint8 header[4];
    guint32 number;

    if (pread (self->fd, header, sizeof header, at) != sizeof header)
      continue;
    number = get_32 (header);
    self->last_page = MAX (self->last_page, number);
    g_hash_table_insert (self->newest, GUINT_TO_POINTER (number),
                         GSIZE_TO_POINTER ((gsize) at + FRAME_HEADER));
  }
  g_array_set_size (walk->open, 0);
}

/* SQLite repeats the last frame of a commit until a sector of the disk is full. */
static gboolean
is_padding (const Walk *walk, const guint8 *frame)
{
  return get_32 (frame + 4) != 0 && memcmp (walk->last, frame, 16) == 0 &&
         memcmp (walk->last + FRAME_HEADER, frame + FRAME_HEADER, HL_CARVE_PAGE) == 0;
}

static void
take_frame (HlCarveLog *self, Walk *walk, const guint8 *frame, goffset at)
{
  gboolean whole = is_whole (walk, frame) && get_32 (frame) != 0;
  gboolean padding = is_padding (walk, frame);
  gboolean salted = memcmp (frame + 8, walk->salts, sizeof walk->salts) == 0;

  memcpy (walk->last, frame, FRAME);
  if (walk->commits_behind > 0 && !padding)
    walk->more_behind = TRUE;
  /* (One wrong bit in the last commit cannot be told from a write that a power cut tore, over an older version of the page
   * that differs in one bit: it was seen.) */
  if (whole && !salted)
    self->is_damaged = TRUE;
  walk->before = stored (frame + 16);
  if (!whole || !salted)
    walk->broken = TRUE;
  if (!whole) {
    g_array_append_val (self->damaged, at);
    return;
  }
  g_array_append_val (walk->open, at);
  if (get_32 (frame + 4) == 0)
    return;
  commit (self, walk);
  if (walk->broken && !padding)
    walk->commits_behind++;
}

/* The salts of the frame at @at. */
static gboolean
read_salts (HlCarveLog *self, goffset at, guint8 salts[8])
{
  return pread (self->fd, salts, 8, at + 8) == 8;
}

static void
walk_frames (HlCarveLog *self, Walk *walk)
{
  g_autofree guint8 *frame = g_malloc (FRAME);
  goffset at = HEADER;

  walk->open = g_array_new (FALSE, FALSE, sizeof (goffset));
  for (; pread (self->fd, frame, FRAME, at) == FRAME; at += FRAME) {
    /* Frames of an earlier round lie behind those of this one. A damaged salt is told by what follows. */
    if (memcmp (frame + 8, walk->salts, sizeof walk->salts) != 0) {
      guint8 next[8];

      if (!is_whole (walk, frame) &&
          (!read_salts (self, at + FRAME, next) || memcmp (next, walk->salts, sizeof next) != 0))
        break;
      /* the salts are not in the sum: the frame may be whole, but SQLite reads no further */
      walk->broken = TRUE;
    }
    take_frame (self, walk, frame, at);
  }
  if (walk->commits_behind >= 2 || walk->more_behind)
    self->is_damaged = TRUE;
  /* What belongs to a last commit whose end is damaged: it may have been told to somebody. */
  if (self->is_damaged)
    g_array_append_vals (self->damaged, walk->open->data, walk->open->len);
  g_array_unref (walk->open);
}

static void
note_latest (HlCarveLog *self)
{
  for (guint i = 0; i < self->damaged->len; i++) {
    goffset at = g_array_index (self->damaged, goffset, i);
    guint8 header[4];
    gpointer number;

    if (pread (self->fd, header, sizeof header, at) != sizeof header)
      continue;
    number = GUINT_TO_POINTER (get_32 (header));
    if ((gsize) at > GPOINTER_TO_SIZE (g_hash_table_lookup (self->latest, number)))
      g_hash_table_insert (self->latest, number, GSIZE_TO_POINTER ((gsize) at));
  }
}

static void
read_log (HlCarveLog *self)
{
  g_autofree Walk *walk = g_new0 (Walk, 1);
  guint8 header[HEADER], first[8], second[8];
  struct stat info;

  if (fstat (self->fd, &info) != 0 || pread (self->fd, header, HEADER, 0) != HEADER)
    return;
  self->bytes = (guint64) info.st_size;
  walk->big = header[3] & 1;
  walk->before = stored (header + 24);
  memcpy (walk->salts, header + 16, sizeof walk->salts);
  if ((get_32 (header) & ~1u) != MAGIC || get_32 (header + 8) != HL_CARVE_PAGE ||
      !is_equal (add ((Sum){ 0, 0 }, header, 24, walk->big), stored (header + 24))) {
    /* It lies within one sector, so no power cut tears it. The frames tell what it should say. */
    if (!read_salts (self, HEADER, first))
      return;
    if (read_salts (self, HEADER + FRAME, second) && memcmp (first, second, sizeof first) == 0)
      memcpy (walk->salts, first, sizeof first);
    self->is_damaged = memcmp (first, walk->salts, sizeof first) == 0;
    walk->big = FALSE;
  }
  walk_frames (self, walk);
  note_latest (self);
}

HlCarveLog *
hl_carve_log_open (const char *path)
{
  HlCarveLog *self = g_new0 (HlCarveLog, 1);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  self->newest = g_hash_table_new (NULL, NULL);
  self->latest = g_hash_table_new (NULL, NULL);
  self->damaged = g_array_new (FALSE, FALSE, sizeof (goffset));
  self->fd = g_open (wal, O_RDONLY | O_CLOEXEC, 0);
  if (self->fd >= 0)
    read_log (self);
  return self;
}

void
hl_carve_log_free (HlCarveLog *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->newest);
  g_hash_table_unref (self->latest);
  g_array_unref (self->damaged);
  g_free (self);
}

gboolean
hl_carve_log_read (HlCarveLog *self, guint32 number, guint8 page[HL_CARVE_PAGE])
{
  gsize at = GPOINTER_TO_SIZE (g_hash_table_lookup (self->newest, GUINT_TO_POINTER (number)));

  return at != 0 && pread (self->fd, page, HL_CARVE_PAGE, (off_t) at) == HL_CARVE_PAGE;
}

guint
hl_carve_log_get_n_damaged (HlCarveLog *self)
{
  return self->damaged->len;
}

gboolean
hl_carve_log_read_damaged (HlCarveLog *self, guint index, guint32 *number,
                           guint8 page[HL_CARVE_PAGE])
{
  goffset at = g_array_index (self->damaged, goffset, index);
  guint8 header[4];

  if (pread (self->fd, header, sizeof header, at) != sizeof header ||
      pread (self->fd, page, HL_CARVE_PAGE, at + FRAME_HEADER) != HL_CARVE_PAGE)
    return FALSE;
  *number = MAX (get_32 (header), 2); /* the first page alone looks different; it holds no events */
  return TRUE;
}

static gsize
find (GHashTable *pages, guint32 number)
{
  return GPOINTER_TO_SIZE (g_hash_table_lookup (pages, GUINT_TO_POINTER (number)));
}

gboolean
hl_carve_log_is_outdated (HlCarveLog *self, guint32 number)
{
  return find (self->latest, number) > find (self->newest, number);
}

gboolean
hl_carve_log_is_damaged_outdated (HlCarveLog *self, guint index)
{
  goffset at = g_array_index (self->damaged, goffset, index);
  guint8 header[4];

  return pread (self->fd, header, sizeof header, at) == sizeof header
         && MAX (find (self->latest, get_32 (header)), find (self->newest, get_32 (header))) > (gsize) at + FRAME_HEADER;
}

gboolean
hl_carve_log_is_damaged (HlCarveLog *self)
{
  return self->is_damaged;
}

guint32
hl_carve_log_get_last_page (HlCarveLog *self)
{
  return self->last_page;
}

guint64
hl_carve_log_get_bytes (HlCarveLog *self)
{
  return self->bytes;
}
