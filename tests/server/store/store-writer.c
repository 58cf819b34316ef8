/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes groups to a store until it is killed, and says on standard output what was committed.
 *
 *   store-writer DIRECTORY SEED
 *
 * A line a request, printed only after its group's commit:  ack LOCATION KEY FIRST LAST H */
#include "store-fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/hl-lock.h"

static const char *const locations[] = { "one", "two" };

static void
die (const char *what, GError *error)
{
  fprintf (stderr, "%s: %s\n", what, error->message);
  exit (1);
}

static void
write_request (HlStore *store, GRand *rand, const char *run, guint number, GString *acks)
{
  const char *location = locations[g_rand_int_range (rand, 0, 2)];
  gboolean give_up = g_rand_int_range (rand, 0, 5) == 0;
  guint n = (guint) g_rand_int_range (rand, 1, 5);
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };
  g_autofree char *key = g_strdup_printf ("%s-%u", run, number);
  g_autofree char *answer = NULL;
  g_autoptr (HlPosition) position = NULL;
  GError *error = NULL;

  if (!hl_store_begin_request (store, &error))
    die ("begin", error);
  position = fixture_try_append (store, location, n, &error);
  if (position == NULL)
    die ("append", error);
  answer = g_strdup_printf ("%s %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %016" G_GINT64_MODIFIER
                            "x",
                            location, key, position->seq - n + 1, position->seq, position->h);
  if (!hl_store_put_request (store, location, "writer", key, fingerprint, 201, answer, NOW,
                             &error) ||
      !hl_store_put_outcome (store, location, run, number + 1, key, "{}", NOW, &error))
    die ("put", error);
  if (give_up ? !hl_store_rollback_request (store, &error) : !hl_store_end_request (store, &error))
    die ("end", error);
  if (!give_up)
    g_string_append_printf (acks, "ack %s\n", answer);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr (HlLock) lock = NULL;
  g_autoptr (GRand) rand = NULL;
  HlSqliteStore *sqlite;
  HlStore *store;
  guint number = 0;

  if (argc != 3)
    return 2;
  rand = g_rand_new_with_seed ((guint32) strtoul (argv[2], NULL, 10));
  lock = hl_lock_take (argv[1], &error);
  if (lock == NULL)
    die ("lock", error);
  sqlite = hl_sqlite_store_open (argv[1], NULL, &error);
  if (sqlite == NULL)
    die ("open", error);
  hl_sqlite_store_set_space_guard (sqlite, 0, NULL, NULL);
  store = HL_STORE (sqlite);
  for (guint i = 0; i < G_N_ELEMENTS (locations); i++) {
    if (!hl_store_add_location (store, locations[i], locations[i], "UTC", NOW, &error)) {
      if (!g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS))
        die ("location", error);
      g_clear_error (&error);
    }
  }
  for (;;) {
    g_autoptr (GString) acks = g_string_new (NULL);
    guint requests = (guint) g_rand_int_range (rand, 1, 9);

    if (!hl_store_begin_group (store, &error))
      die ("group", error);
    for (guint i = 0; i < requests; i++)
      write_request (store, rand, argv[2], number++, acks);
    if (!hl_store_commit_group (store, &error))
      die ("commit", error);
    if (acks->len > 0 && write (STDOUT_FILENO, acks->str, acks->len) != (gssize) acks->len)
      return 1;
    if (g_rand_int_range (rand, 0, 40) == 0 &&
        !hl_sqlite_store_checkpoint (sqlite, NULL, &error))
      die ("checkpoint", error);
  }
}
