/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the records of a damaged SQLite file, page by page. */
#include "util/hl-carve.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-carve-log.h"

#define PAGE HL_CARVE_PAGE
#define FILE_HEADER 100 /* stands before the first page's own header */

#define INNER_INDEX 0x02 /* its records are in no leaf */
#define LEAF_INDEX 0x0a
#define LEAF_TABLE 0x0d
#define CHILDLESS_HEADER 8
#define INNER_HEADER 12
#define CHILD 4 /* stands before each record of an inner page */

typedef struct {
  int fd;
  guint32 n_pages; /* of the file */
  HlCarveLog *log;
  HlCarveFunc func;
  gpointer user_data;
  guint8 overflow[PAGE];
} Carve;

static guint16
get_16 (const guint8 *data)
{
  return (guint16) (data[0] << 8 | data[1]);
}

static guint32
get_32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static gboolean
read_from_file (Carve *self, guint32 number, guint8 *page)
{
  return number >= 1 && number <= self->n_pages &&
         pread (self->fd, page, PAGE, (off_t) (number - 1) * PAGE) == PAGE;
}

/* The newest whole version of a page. */
static gboolean
read_page (Carve *self, guint32 number, guint8 *page)
{
  return hl_carve_log_read (self->log, number, page) || read_from_file (self, number, page);
}

/* ---- records ---- */

/* Returns: bytes used, 0 if it does not end before @end */
static gsize
get_varint (const guint8 *data, const guint8 *end, guint64 *value)
{
  *value = 0;
  for (gsize i = 0; i < 9 && data + i < end; i++) {
    if (i == 8) {
      *value = *value << 8 | data[i];
      return 9;
    }
    *value = *value << 7 | (data[i] & 0x7f);
    if ((data[i] & 0x80) == 0)
      return i + 1;
  }
  return 0;
}

static gint64
get_integer (const guint8 *data, gsize length)
{
  guint64 value = data[0] & 0x80 ? G_MAXUINT64 : 0;

  for (gsize i = 0; i < length; i++)
    value = value << 8 | data[i];
  return (gint64) value;
}

/* Returns: FALSE if the value does not fit before @end */
static gboolean
get_value (guint64 type, const guint8 **data, const guint8 *end, HlCarveValue *value)
{
  static const guint8 lengths[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };
  guint64 length;

  *value = (HlCarveValue){ .type = HL_CARVE_NULL };
  if (type == 10 || type == 11)
    return FALSE;
  length = type >= 12 ? (type - 12) / 2 : lengths[type];
  if (length > (guint64) (end - *data))
    return FALSE;
  if (type >= 12) {
    value->type = type % 2 == 0 ? HL_CARVE_BLOB : HL_CARVE_TEXT;
    value->data = (const char *) *data;
    value->length = (gsize) length;
  } else if (type == 7) {
    value->type = HL_CARVE_OTHER;
  } else if (type != 0) {
    value->type = HL_CARVE_INTEGER;
    value->integer = type >= 8 ? (gint64) type - 8 : get_integer (*data, (gsize) length);
  }
  *data += length;
  return TRUE;
}

static gboolean
parse_record (const guint8 *payload, gsize length, HlCarveRecord *record)
{
  const guint8 *end = payload + length;
  guint64 header_length;
  gsize used = get_varint (payload, end, &header_length);
  const guint8 *types = payload + used;
  const guint8 *values, *types_end;

  if (used == 0 || header_length < used || header_length > length)
    return FALSE;
  types_end = values = payload + header_length;
  record->n_values = 0;
  while (types < types_end) {
    guint64 type;

    used = get_varint (types, types_end, &type);
    if (used == 0 || record->n_values == HL_CARVE_MAX_VALUES ||
        !get_value (type, &values, end, &record->values[record->n_values]))
      return FALSE;
    record->n_values++;
    types += used;
  }
  return values == end;
}

/* The bytes of a payload that begins at @local and goes on in overflow pages. */
static guint8 *
collect (Carve *self, const guint8 *local, gsize in_page, gsize length)
{
  g_autofree guint8 *payload = g_try_malloc (length);
  guint32 next = get_32 (local + in_page);
  gsize have = in_page;

  if (payload == NULL)
    return NULL;
  memcpy (payload, local, in_page);
  while (have < length) {
    gsize n = MIN (length - have, PAGE - 4);

    if (next == 0 || !read_page (self, next, self->overflow))
      return NULL;
    memcpy (payload + have, self->overflow + 4, n);
    have += n;
    next = get_32 (self->overflow);
  }
  return g_steal_pointer (&payload);
}

/* Returns: FALSE to end the walk */
static gboolean
carve_cell (Carve *self, const guint8 *page, gsize offset, HlCarveRecord *record)
{
  const guint8 *at = page + offset, *end = page + PAGE;
  gsize most = record->is_table ? PAGE - 35 : (PAGE - 12) * 64 / 255 - 23;
  gsize least = (PAGE - 12) * 32 / 255 - 23;
  g_autofree guint8 *collected = NULL;
  guint64 length, rowid;
  gsize used, in_page;

  used = get_varint (at, end, &length);
  at += used;
  if (used == 0 || length == 0 || length > (guint64) self->n_pages * PAGE + hl_carve_log_get_bytes (self->log))
    return TRUE;
  if (record->is_table) {
    used = get_varint (at, end, &rowid);
    at += used;
    if (used == 0)
      return TRUE;
    record->rowid = (gint64) rowid;
  }
  in_page = (gsize) length;
  if (length > most) {
    in_page = least + (gsize) (length - least) % (PAGE - 4);
    if (in_page > most)
      in_page = least;
  }
  if (in_page + (length > most ? 4 : 0) > (gsize) (end - at))
    return TRUE;
  if (length > most) {
    collected = collect (self, at, in_page, (gsize) length);
    if (collected == NULL)
      return TRUE;
    at = collected;
  }
  return !parse_record (at, (gsize) length, record) || self->func (record, self->user_data);
}

static gboolean
carve_page (Carve *self, guint32 number, const guint8 *page, gboolean doubtful, gboolean outdated)
{
  gsize header = number == 1 ? FILE_HEADER : 0;
  HlCarveRecord record = { .is_doubtful = doubtful, .is_outdated = outdated };
  gsize first, child;
  guint cells;

  if (page[header] != LEAF_TABLE && page[header] != LEAF_INDEX && page[header] != INNER_INDEX)
    return TRUE;
  record.is_table = page[header] == LEAF_TABLE;
  child = page[header] == INNER_INDEX ? CHILD : 0;
  first = header + (child != 0 ? INNER_HEADER : CHILDLESS_HEADER);
  cells = MIN (get_16 (page + header + 3), (guint) (PAGE - first) / 2);
  for (guint i = 0; i < cells; i++) {
    gsize offset = get_16 (page + first + 2 * i) + child;

    if (offset >= first && offset < PAGE && !carve_cell (self, page, offset, &record))
      return FALSE;
  }
  return TRUE;
}

/* ---- the walk ---- */

static gboolean
carve_all (Carve *self)
{
  guint32 last = MAX (self->n_pages, hl_carve_log_get_last_page (self->log));
  guint8 page[PAGE];

  for (guint32 number = 1; number <= last; number++) {
    if (read_page (self, number, page) && !carve_page (self, number, page, FALSE, hl_carve_log_is_outdated (self->log, number)))
      return FALSE;
  }
  /* What a damaged frame of the log holds beside its damage. */
  for (guint i = 0; i < hl_carve_log_get_n_damaged (self->log); i++) {
    guint32 number;

    if (hl_carve_log_read_damaged (self->log, i, &number, page) &&
        !carve_page (self, number, page, TRUE, hl_carve_log_is_damaged_outdated (self->log, i)))
      return FALSE;
  }
  return TRUE;
}

gboolean
hl_carve (const char *path, HlCarveFunc func, gpointer user_data, GError **error)
{
  Carve self = { .func = func, .user_data = user_data };
  struct stat info;
  gboolean done;

  self.fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (self.fd < 0 || fstat (self.fd, &info) != 0) {
    int saved = errno;

    if (self.fd >= 0)
      close (self.fd);
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "Cannot read %s: %s", path,
                 g_strerror (saved));
    return FALSE;
  }
  self.n_pages = (guint32) MIN (info.st_size / PAGE, (off_t) G_MAXINT32);
  self.log = hl_carve_log_open (path);
  done = carve_all (&self);
  hl_carve_log_free (self.log);
  close (self.fd);
  return done;
}

gboolean
hl_carve_is_header (const guint8 *header)
{
  static const guint8 magic[] = "SQLite format 3";
  static const guint8 fractions[] = { 0, 64, 32, 32 };

  return memcmp (header, magic, sizeof magic) == 0 && header[16] == PAGE >> 8 && header[17] == 0 &&
         header[18] - 1u <= 1 && header[19] - 1u <= 1 && memcmp (header + 20, fractions, sizeof fractions) == 0 &&
         memcmp (header + 44, "\0\0", 3) == 0 && header[47] <= 4 && memcmp (header + 56, "\0\0", 3) == 0 &&
         header[59] <= 1;
}

gboolean
hl_carve_is_log_damaged (const char *path)
{
  HlCarveLog *log = hl_carve_log_open (path);
  gboolean damaged = hl_carve_log_is_damaged (log);

  hl_carve_log_free (log);
  return damaged;
}
