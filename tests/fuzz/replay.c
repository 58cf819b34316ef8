/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over the files of its corpus, without libFuzzer: part of every test run. */
#include <string.h>

#include "fuzz.h"

static int n_files;

/* A target never reads beyond the input: the copy has no byte to spare, so that ASan would see it. */
static void
replay_file (const char *path)
{
  g_autofree char *text = NULL;
  gsize len = 0;

  if (!g_file_get_contents (path, &text, &len, NULL)) {
    printf ("not ok %d - %s cannot be read\n", ++n_files, path);
    exit (1);
  }
  g_autofree uint8_t *exact = g_memdup2 (text, len > 0 ? len : 1);
  g_autofree char *name = g_path_get_basename (path);
  printf ("# %s\n", name);
  fflush (stdout); /* the last name printed is the one that crashed */
  LLVMFuzzerTestOneInput (exact, len);

  /* a text cut short at any place is an input too */
  for (gsize n = 0; n < MIN (len, 2048); n += 1 + len / 64) {
    g_autofree uint8_t *part = g_memdup2 (text, n > 0 ? n : 1);
    LLVMFuzzerTestOneInput (part, n);
  }
  n_files++;
}

static void
replay_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  if (dir == NULL) {
    printf ("Bail out! no folder %s\n", path);
    exit (1);
  }
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  }
  for (guint i = 0; i < names->len; i++) {
    replay_file (g_ptr_array_index (names, i));
  }
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    if (g_file_test (argv[i], G_FILE_TEST_IS_DIR)) {
      replay_folder (argv[i]);
    } else {
      replay_file (argv[i]);
    }
  }
  printf ("%s 1 - %d inputs, each whole and cut short\n1..1\n", n_files > 0 ? "ok" : "not ok", n_files);
  return n_files > 0 ? 0 : 1;
}
