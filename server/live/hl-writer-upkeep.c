/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What HlWriter's thread does for the files between groups: snapshots, the write-ahead log, the reserve. */
#include "live/hl-writer-private.h"

#include "store/hl-sqlite-store.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"

static void
note_wal (HlWriter *self, guint64 bytes)
{
  gboolean large = bytes > (guint64) g_atomic_int_get (&self->wal_alarm_mib) * 1024 * 1024;

  hl_metrics_set (self->m_wal, (double) bytes);
  if (large == self->wal_large) {
    return;
  }
  g_atomic_int_set (&self->wal_large, large);
  if (large) {
    hl_metrics_inc (self->m_wal_alarms);
    hl_log (HL_LOG_WARNING, "store", "the write-ahead log grows: another program has been reading the database for long",
            "bytes", HL_LOG_UINT (bytes), NULL);
  } else {
    hl_log (HL_LOG_NOTICE, "store", "the write-ahead log is small again", "bytes", HL_LOG_UINT (bytes), NULL);
  }
}

/* Returns: what is left of the write-ahead log */
static guint64
move_wal (HlWriter *self, HlSqliteStore *store)
{
  g_autoptr (GError) error = NULL;
  guint64 left = 0;

  if (!hl_sqlite_store_checkpoint (store, &left, &error)) {
    hl_metrics_inc (self->m_checkpoint_failed);
    hl_log (HL_LOG_WARNING, "store", "the write-ahead log cannot be moved into the file", "error", error->message, NULL);
    return hl_sqlite_store_get_wal_bytes (store);
  }
  hl_metrics_inc (left == 0 ? self->m_checkpoint_ok : self->m_checkpoint_busy);
  return left;
}

void
hl_writer_look_after_wal (HlWriter *self, gboolean is_due)
{
  HlSqliteStore *store = HL_IS_SQLITE_STORE (self->store) ? HL_SQLITE_STORE (self->store) : NULL;
  gint64 interval = (gint64) g_atomic_int_get (&self->checkpoint_s) * G_USEC_PER_SEC;
  guint64 bytes;

  if (store == NULL || hl_store_is_broken (self->store)) {
    return;
  }
  bytes = hl_sqlite_store_get_wal_bytes (store);
  if (is_due || bytes > (guint64) g_atomic_int_get (&self->wal_alarm_mib) * 1024 * 1024) {
    bytes = move_wal (self, store);
    /* what a reader held back is tried again soon */
    self->checkpoint_us = hl_clock_boot_us () + (bytes > 0 ? MIN (interval, HL_WRITER_UPKEEP_US) : interval);
  }
  note_wal (self, bytes);
}

void
hl_writer_keep_reserve (HlWriter *self)
{
  if (HL_IS_SQLITE_STORE (self->store) && !hl_store_is_broken (self->store)) {
    hl_metrics_set (self->m_reserve, hl_sqlite_store_keep_reserve (HL_SQLITE_STORE (self->store)));
  }
}

void
hl_writer_upkeep (HlWriter *self, gboolean all)
{
  GHashTableIter iter;
  gpointer value;

  if (hl_store_is_broken (self->store)) {
    return;
  }
  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;
    g_autoptr (GError) error = NULL;

    if (journal->state != NULL &&
        !hl_journal_store (journal, self->store, all ? 1 : HL_JOURNAL_STORE_EVERY, hl_clock_wall_ms (), &error)) {
      hl_log (HL_LOG_WARNING, "live", "snapshot cannot be stored", "location", journal->location, "error",
              error->message, NULL);
      return;
    }
  }
  if (all) {
    hl_writer_look_after_wal (self, TRUE);
  }
}
