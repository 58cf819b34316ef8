/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of damaged databases: whatever stands in the file and in its log, nothing outside of them is read.
 *
 * The first byte says how many pages of the input are the file; what is left is its write-ahead log. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "fuzz.h"
#include "util/hl-carve.h"

#define PAGE 4096
#define MOST_PAGES 5

static char *folder;

static void
clean_up (void)
{
  static const char *const names[] = { "f", "f-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

static int
open_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  fuzz_check (fd >= 0);
  return fd;
}

static void
fill (int fd, const uint8_t *data, size_t size)
{
  fuzz_check (ftruncate (fd, 0) == 0 && pwrite (fd, data, size, 0) == (gssize) size);
}

static gboolean
on_record (const HlCarveRecord *record, gpointer user_data)
{
  guint *sum = user_data;

  fuzz_check (record->n_values <= HL_CARVE_MAX_VALUES);
  for (guint i = 0; i < record->n_values; i++) {
    const HlCarveValue *value = &record->values[i];

    fuzz_check (value->type == HL_CARVE_TEXT || value->type == HL_CARVE_BLOB || value->length == 0);
    for (gsize at = 0; at < value->length; at++)
      *sum += (guint8) value->data[at];
  }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static int file, log;
  g_autofree char *path = NULL;
  gsize pages, bytes;
  guint sum = 0;

  if (size == 0)
    return 0;
  if (folder == NULL) {
    folder = g_dir_make_tmp ("hl-fuzz-carve-XXXXXX", NULL);
    fuzz_check (folder != NULL);
    file = open_file ("f");
    log = open_file ("f-wal");
    atexit (clean_up);
  }
  pages = data[0] % (MOST_PAGES + 1);
  bytes = MIN (pages * PAGE, size - 1);
  fill (file, data + 1, bytes);
  fill (log, data + 1 + bytes, size - 1 - bytes);
  path = g_build_filename (folder, "f", NULL);
  fuzz_check (hl_carve (path, on_record, &sum, NULL));
  hl_carve_is_log_damaged (path);
  if (bytes >= HL_CARVE_HEADER_SIZE)
    hl_carve_is_header (data + 1);
  return 0;
}
