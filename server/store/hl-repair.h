/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged store at the start of the server: kept aside, salvaged, reported.
 *
 * hostlined does this by itself, because somebody has to open the doors at seven: what was lost is lost
 * either way, and the damaged file stays. hostlinectl repair does the same by hand.
 */
#pragma once

#include "store/hl-repair-report.h"
#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/**
 * hl_repair_open: as hl_sqlite_store_open (), after looking the whole store over: its write-ahead log, its
 * structure, each row's checksum, each location's chain. The caller holds the folder's lock.
 * @repair: carry out hl_repair_run () if it is damaged; else HL_STORE_ERROR_CORRUPT says what is wrong
 * @report: (out) (transfer full) (nullable): set if it was repaired
 *
 * Errors: as hl_sqlite_store_open (); HL_STORE_ERROR_FULL: there is no room for a second file; nothing
 * was touched.
 * Returns: (transfer full) (nullable)
 */
HlSqliteStore *hl_repair_open (const char *directory, gboolean repair, gint64 now,
                               HlRepairReport **report, GError **error);

/**
 * hl_repair_run: move the store to DIR/hostline.db.damaged-TIME (it is never deleted), and put in its place
 * what could be salvaged of it; write what was lost to DIR/hostline.db.damaged-TIME.txt.
 * @reason: one sentence: what is wrong
 */
gboolean hl_repair_run (const char *directory, const char *reason, gint64 now,
                        HlRepairReport **report, GError **error);

/** hl_repair_suspect: a running server met damage. The next hl_repair_open () repairs, whatever it finds: damage that only
 * some reads meet would be met again and again. Any thread. */
gboolean hl_repair_suspect (const char *directory, const char *message);

/** hl_repair_tell_log: the report as lines of the program's log. */
void hl_repair_tell_log (const HlRepairReport *report);

/** hl_repair_list_reports: the texts of reports that still lie in the folder, oldest first. Whoever has
 * dealt with one moves or deletes the file. Returns: (transfer full): file names */
GStrv hl_repair_list_reports (const char *directory);

G_END_DECLS
