/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the store of a folder as hostlined does at its start, and says on standard output what came of it.
 *
 *   store-repairer DIRECTORY [keep]
 *
 * "sound", or "repaired" and the report; then "findings N" of a full check. With "keep" nothing is repaired. */
#include <stdio.h>
#include <string.h>

#include "store/hl-repair.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"

static void
on_finding (const char *finding, gpointer user_data)
{
  printf ("finding %s\n", finding);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlRepairReport) report = NULL;
  g_autoptr (HlSqliteStore) store = NULL;
  guint findings = 0;

  if (argc < 2)
    return 2;
  hl_log_install ();
  hl_log_set_level (HL_LOG_ERROR);
  store = hl_repair_open (argv[1], argc < 3, hl_clock_wall_ms (), &report, &error);
  if (store == NULL) {
    printf ("refused %s\n", error->message);
    return 1;
  }
  if (report != NULL) {
    g_autofree char *text = hl_repair_report_print (report);

    printf ("repaired\n%s", text);
  } else {
    printf ("sound\n");
  }
  if (!hl_store_check (HL_STORE (store), TRUE, on_finding, NULL, &findings, &error)) {
    printf ("unchecked %s\n", error->message);
    return 1;
  }
  printf ("findings %u\n", findings);
  return 0;
}
