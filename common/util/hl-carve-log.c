/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The write-ahead log of a database, read without SQLite. */
#include "util/hl-carve-log.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-carve-index.h"

#define HEADER 32
#define FRAME_HEADER 24
#define FRAME (FRAME_HEADER + HL_CARVE_PAGE)
#define SECTOR 512
#define ENOUGH 3 /* commits to show how all are written */
#define MOST_PADDING 16 /* frames in the largest sector SQLite knows, 65536 bytes */
#define MAGIC 0x377f0682u /* the last bit: checksums over big-endian words */

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

/* One frame of the log; the first one is number 1, as SQLite counts. In the place of number 0 stands the header. */
typedef struct {
  guint32 number, n_pages; /* of the page; of the file after a commit, 0: not the last frame of one */
  Sum stored, computed;    /* computed from what the frame before stored */
  gboolean salted;         /* of this round of the log */
  gboolean half_salted;    /* one of the two salts is: a new round changes both */
  gboolean whole;
} Frame;

struct _HlCarveLog {
  int fd;
  guint64 bytes;
  guint32 last_page;
  GHashTable *newest; /* page number -> offset of its data, both as pointers' values */
  GArray *damaged;    /* of goffset: frames */
  GHashTable *latest; /* page number -> offset of the last of them, both as pointers' values */
  gboolean is_damaged;
};

/* What is known of the log while it is opened. */
typedef struct {
  HlCarveLog *log;
  gboolean header_whole;
  gboolean big;
  guint8 salts[8];
  GArray *frames;       /* of Frame */
  guint valid;          /* the last frame SQLite reads: the end of a commit */
  gboolean never_pads;
} Reading;

static goffset
offset_of (guint frame)
{
  return HEADER + (goffset) (frame - 1) * FRAME;
}

static Frame *
get_frame (Reading *reading, guint i)
{
  return &g_array_index (reading->frames, Frame, i);
}

static guint
count_frames (Reading *reading)
{
  return reading->frames->len - 1;
}

/* ---- what stands in the log ---- */

/* Whether the frame goes on from the one before. What is wrong in a stored checksum makes that frame wrong alone: the next one is
 * told by the checksum it should have, and tells that the rest of that frame is whole. */
static void
take_frame (Reading *reading, const guint8 *bytes)
{
  Frame *before = get_frame (reading, reading->frames->len - 1);
  Frame frame = { .number = get_32 (bytes), .n_pages = get_32 (bytes + 4), .stored = stored (bytes + 16) };
  gboolean first = memcmp (bytes + 8, reading->salts, 4) == 0, second = memcmp (bytes + 12, reading->salts + 4, 4) == 0;

  frame.salted = first && second;
  frame.half_salted = first != second;
  frame.computed = add (add (before->stored, bytes, 8, reading->big), bytes + FRAME_HEADER, HL_CARVE_PAGE, reading->big);
  frame.whole = frame.number != 0 && is_equal (frame.computed, frame.stored);
  /* (not by one of an earlier round, which may go on from the same pages) */
  if (!frame.whole && frame.number != 0 && !before->whole && first + second > 0) {
    Sum other = add (add (before->computed, bytes, 8, reading->big), bytes + FRAME_HEADER, HL_CARVE_PAGE, reading->big);

    frame.whole = is_equal (other, frame.stored);
    before->whole = frame.whole;
  }
  g_array_append_val (reading->frames, frame);
}

static void
read_frames (Reading *reading)
{
  g_autofree guint8 *bytes = g_malloc (FRAME);
  guint n = (guint) ((reading->log->bytes - HEADER) / FRAME);

  for (guint i = 1; i <= n; i++) {
    Frame nothing = { 0 };

    if (pread (reading->log->fd, bytes, FRAME, offset_of (i)) == FRAME)
      take_frame (reading, bytes);
    else
      g_array_append_val (reading->frames, nothing);
  }
}

/* As far as SQLite reads it (walIndexRecover ()). */
static guint
find_valid (Reading *reading)
{
  guint valid = 0;

  for (guint i = 1; reading->header_whole && i <= count_frames (reading); i++) {
    const Frame *frame = get_frame (reading, i);

    if (!frame->salted || frame->number == 0 || !is_equal (frame->computed, frame->stored))
      break;
    if (frame->n_pages != 0)
      valid = i;
  }
  return valid;
}

static gboolean
has_same_page (Reading *reading, guint one, guint two)
{
  guint8 a[HL_CARVE_PAGE], b[HL_CARVE_PAGE];

  return pread (reading->log->fd, a, sizeof a, offset_of (one) + FRAME_HEADER) == sizeof a &&
         pread (reading->log->fd, b, sizeof b, offset_of (two) + FRAME_HEADER) == sizeof b && memcmp (a, b, sizeof a) == 0;
}

/* SQLite repeats the last frame of a commit until a sector of the disk is full, unless the disk leaves alone what is beside a
 * write, as SQLite takes every disk to do but those of our tests. */
static gboolean
may_pad (Reading *reading, guint i)
{
  const Frame *frame, *before;

  if (i < 2)
    return FALSE;
  frame = get_frame (reading, i);
  before = get_frame (reading, i - 1);
  return frame->n_pages != 0 && frame->number == before->number && frame->n_pages == before->n_pages;
}

/* Whether @i, which is the end of a commit, is repeated behind it. A broken one could be what a power cut left of the same. */
static gboolean
is_padded (Reading *reading, guint i)
{
  const Frame *frame = get_frame (reading, i);
  guint8 header[8], page[HL_CARVE_PAGE];
  Sum sum;

  if (!may_pad (reading, i + 1))
    return FALSE;
  if (frame->whole || i != reading->valid + 1 || !reading->header_whole)
    return !frame->whole || has_same_page (reading, i, i + 1);
  if (pread (reading->log->fd, header, sizeof header, offset_of (i)) != sizeof header ||
      pread (reading->log->fd, page, sizeof page, offset_of (i + 1) + FRAME_HEADER) != sizeof page)
    return TRUE;
  sum = add (get_frame (reading, i - 1)->stored, header, sizeof header, reading->big);
  return is_equal (add (sum, page, sizeof page, reading->big), frame->stored);
}

/* Where the commit ends that @i is padding of, if it is: @i otherwise. */
static guint
find_padded (Reading *reading, guint i)
{
  guint end = i;

  for (; may_pad (reading, end); end--) {
    if (get_frame (reading, i)->whole && get_frame (reading, end - 1)->whole && !has_same_page (reading, i, end - 1))
      break;
  }
  return end;
}

/* Whether the ends of commits show that there is no padding. (Of one that a power cut tore it may be missing.) */
static gboolean
never_pads (Reading *reading)
{
  guint without = 0;

  for (guint i = 1; i < reading->valid; i++) {
    if (get_frame (reading, i)->n_pages == 0)
      continue;
    if (is_padded (reading, i))
      return FALSE;
    if (offset_of (i + 1) % SECTOR != 0)
      without++;
  }
  return without >= ENOUGH;
}

/* ---- what proves that a commit behind the end was whole once ---- */

/* A bit of what tells the end of a commit is gone: would another one make it whole? */
static gboolean
ended_commit (Reading *reading, guint i)
{
  g_autofree guint8 *bytes = g_malloc (FRAME);
  const Frame *frame = get_frame (reading, i);

  if (frame->whole || pread (reading->log->fd, bytes, FRAME, offset_of (i)) != FRAME)
    return FALSE;
  for (guint bit = 0; bit < 32; bit++) {
    guint8 header[8];
    Sum sum;

    memcpy (header, bytes, sizeof header);
    header[4 + bit / 8] ^= (guint8) (1 << bit % 8);
    sum = add (get_frame (reading, i - 1)->stored, header, sizeof header, reading->big);
    if (is_equal (add (sum, bytes + FRAME_HEADER, HL_CARVE_PAGE, reading->big), frame->stored))
      return TRUE;
  }
  return FALSE;
}

/* A transaction is written once the one before it was synced, and what was synced is overwritten by no other of the same round:
 * where a frame goes on from the checksum of a commit, that commit was whole. Frames of transactions that were never committed
 * may stand behind the end in any number, with ends of commits among them, of the same round and whole: they go on from frames of
 * their own transaction, or from one that has been overwritten since.
 *
 * Returns: the last frame of the commit that is proved by the frame behind @i, 0: none */
static guint
find_proved (Reading *reading, guint i)
{
  const Frame *end = get_frame (reading, i), *next = get_frame (reading, i + 1);

  if (!next->salted || !next->whole)
    return 0;
  if (end->n_pages == 0)
    return ended_commit (reading, i) ? i : 0;
  /* of a torn write, the checksum may be new and the mark of a commit old, if they lie in two sectors */
  if (!end->whole && offset_of (i) % SECTOR > SECTOR - FRAME_HEADER)
    return 0;
  if (reading->never_pads)
    return i;
  if (is_padded (reading, i))
    return 0;
  /* padding is synced with the next commit only */
  return find_padded (reading, i);
}

static guint
find_last_proved (Reading *reading)
{
  for (guint i = count_frames (reading); i-- > reading->valid + 1;) {
    guint proved = find_proved (reading, i);

    if (proved > reading->valid)
      return proved;
  }
  return 0;
}

/* The index says that the log went further; but for padding. */
static gboolean
is_beyond (Reading *reading, const HlCarveIndex *index)
{
  Sum sum, wanted = { index->sum[0], index->sum[1] };
  g_autofree guint8 *bytes = g_malloc (FRAME);

  if (memcmp (index->salts, reading->salts, sizeof index->salts) != 0 || index->n_frames <= reading->valid)
    return FALSE;
  if (reading->valid == 0 || index->n_frames - reading->valid > MOST_PADDING ||
      pread (reading->log->fd, bytes, FRAME, offset_of (reading->valid)) != FRAME)
    return TRUE;
  sum = get_frame (reading, reading->valid)->stored;
  for (guint i = reading->valid; i < index->n_frames; i++)
    sum = add (add (sum, bytes, 8, reading->big), bytes + FRAME_HEADER, HL_CARVE_PAGE, reading->big);
  return !is_equal (sum, wanted);
}

/* ---- what of it counts ---- */

static void
take_pages (Reading *reading, guint end)
{
  HlCarveLog *self = reading->log;

  for (guint i = 1; i <= count_frames (reading); i++) {
    const Frame *frame = get_frame (reading, i);
    goffset at = offset_of (i);

    if (frame->whole && (frame->salted || frame->half_salted) && i <= end) {
      self->last_page = MAX (self->last_page, frame->number);
      g_hash_table_insert (self->newest, GUINT_TO_POINTER (frame->number), GSIZE_TO_POINTER ((gsize) at + FRAME_HEADER));
    } else if ((frame->salted || frame->half_salted) && (!frame->whole || self->is_damaged)) {
      /* behind the end too: it may belong to a last commit whose end is damaged, and have been told to somebody */
      g_array_append_val (self->damaged, at);
    }
  }
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
judge (Reading *reading, const HlCarveIndex *index)
{
  guint n = count_frames (reading), end;

  reading->valid = find_valid (reading);
  reading->never_pads = never_pads (reading);
  end = MAX (reading->valid, find_last_proved (reading));
  if (end > reading->valid)
    reading->log->is_damaged = TRUE;
  /* the salts are not in the checksum: the frame is whole, but SQLite reads no further */
  for (guint i = 1; i <= n; i++) {
    if (get_frame (reading, i)->whole && get_frame (reading, i)->half_salted)
      reading->log->is_damaged = TRUE;
  }
  if (index != NULL && reading->header_whole && is_beyond (reading, index)) {
    reading->log->is_damaged = TRUE;
    end = MAX (end, MIN (index->n_frames, n));
  }
  /* and the commits that go on from there */
  for (guint i = end + 1; reading->log->is_damaged && i <= n; i++) {
    const Frame *frame = get_frame (reading, i);

    if (!frame->whole || !(frame->salted || frame->half_salted))
      break;
    if (frame->n_pages != 0)
      end = i;
  }
  take_pages (reading, end);
}

/* The salts of a frame. */
static gboolean
read_salts (HlCarveLog *self, guint frame, guint8 salts[8])
{
  return pread (self->fd, salts, 8, offset_of (frame) + 8) == 8;
}

/* It lies within one sector, and is synced before any frame: no power cut tears it. The frames tell what it should say. */
static gboolean
mend_header (Reading *reading)
{
  static const guint8 none[8];
  guint8 first[8], second[8];

  if (!read_salts (reading->log, 1, first) || memcmp (first, none, sizeof first) == 0)
    return FALSE;
  if (read_salts (reading->log, 2, second) && memcmp (first, second, sizeof first) == 0)
    memcpy (reading->salts, first, sizeof first);
  reading->log->is_damaged = memcmp (first, reading->salts, sizeof first) == 0;
  reading->big = G_BYTE_ORDER == G_BIG_ENDIAN;
  return TRUE;
}

static void
read_log (HlCarveLog *self, const HlCarveIndex *index)
{
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  Reading reading = { .log = self, .frames = frames };
  guint8 header[HEADER];
  struct stat info;
  Frame start = { 0 };

  if (fstat (self->fd, &info) != 0 || pread (self->fd, header, HEADER, 0) != HEADER)
    return;
  self->bytes = (guint64) info.st_size;
  reading.big = header[3] & 1;
  memcpy (reading.salts, header + 16, sizeof reading.salts);
  start.stored = stored (header + 24);
  start.computed = add ((Sum){ 0, 0 }, header, 24, reading.big);
  reading.header_whole = (get_32 (header) & ~1u) == MAGIC && get_32 (header + 8) == HL_CARVE_PAGE &&
                         is_equal (start.computed, start.stored);
  start.whole = reading.header_whole;
  if (!reading.header_whole && !mend_header (&reading))
    return;
  g_array_append_val (frames, start);
  read_frames (&reading);
  judge (&reading, index);
  note_latest (self);
}

HlCarveLog *
hl_carve_log_open (const char *path)
{
  HlCarveLog *self = g_new0 (HlCarveLog, 1);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  HlCarveIndex index;
  gboolean has_index = hl_carve_index_read (path, &index); /* before the log, which may grow */

  self->newest = g_hash_table_new (NULL, NULL);
  self->latest = g_hash_table_new (NULL, NULL);
  self->damaged = g_array_new (FALSE, FALSE, sizeof (goffset));
  self->fd = g_open (wal, O_RDONLY | O_CLOEXEC, 0);
  if (self->fd >= 0)
    read_log (self, has_index ? &index : NULL);
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
