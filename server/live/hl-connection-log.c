/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlConnectionLog: rows of the connection log on their way from the main thread to the store, in batches. */
#include "live/hl-connection-log.h"

#include "util/hl-clock.h"
#include "util/hl-log.h"

#define BATCH_ROWS 512
#define BATCH_US (G_USEC_PER_SEC / 2)
/* After a failed batch. */
#define AGAIN_US (10 * G_USEC_PER_SEC)
#define PURGE_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define PURGE_ROWS 1000 /* of one slice: publishers wait for it; slices follow each other until nothing is left */

struct _HlConnectionLog {
  HlReactor     *reactor;
  HlWriter      *writer;
  HlRegistry    *registry;
  HlTimer        timer;
  GPtrArray     *waiting;   /* of HlConnectionRow */
  gboolean       writing;   /* a batch is with the writer */
  gboolean       begun;     /* the first row of this run is stored, or on its way */
  gboolean       stopped;
  gint64         purged;
  HlMetricsCell *m_dropped, *m_rows;
};

typedef struct {
  HlRegistry *registry;
  GPtrArray  *rows;
  gboolean    begin;
  gboolean    purge;
  gboolean    purge_more; /* (out): it was a slice, and there is another */
} Batch;

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_clear_pointer (&batch->rows, g_ptr_array_unref);
  g_free (batch);
}

/* ---- the writer's thread ---- */

/* Returns: TRUE if there may be more */
static gboolean
purge (HlRegistry *registry, gint64 now)
{
  g_autoptr (GError) error = NULL;
  guint handled = 0;

  if (!hl_registry_purge_connections (registry, now - HL_CONNECTIONS_KEEP_MS, PURGE_ROWS, &handled, &error)) {
    hl_log (HL_LOG_WARNING, "live", "old rows of the connection log stay", "error", error->message, NULL);
    return FALSE;
  }
  return handled >= PURGE_ROWS;
}

static gboolean
write_batch (HlWriter *writer, HlStore *store, gpointer data)
{
  Batch *batch = data;
  g_autoptr (GError) error = NULL;
  gint64 now = hl_clock_wall_ms ();

  if ((batch->begin && !hl_registry_begin_connections (batch->registry, now, &error)) ||
      !hl_registry_add_connections (batch->registry, batch->rows, &error)) {
    hl_log (HL_LOG_WARNING, "live", "the connection log is not written now", "error", error->message, NULL);
    return FALSE;
  }
  if (batch->purge) {
    batch->purge_more = purge (batch->registry, now);
  }
  return TRUE;
}

/* ---- the main thread ---- */

static void hand_over (HlConnectionLog *self);

static void
on_written (gboolean committed, gpointer data, gpointer user_data)
{
  HlConnectionLog *self = user_data;
  Batch *batch = data;

  self->writing = FALSE;
  if (committed) {
    hl_metrics_add (self->m_rows, batch->rows->len);
    self->purged = batch->purge_more ? 0 : self->purged;
  } else {
    /* in front again, in their order; what came meanwhile gives way */
    g_autoptr (GPtrArray) rows = g_steal_pointer (&batch->rows);
    guint room = HL_CONNECTION_LOG_MAX_WAITING - MIN (rows->len, HL_CONNECTION_LOG_MAX_WAITING);

    self->begun = self->begun && !batch->begin;
    if (self->waiting->len > room) {
      hl_metrics_add (self->m_dropped, self->waiting->len - room);
      g_ptr_array_set_size (self->waiting, room);
    }
    g_ptr_array_extend_and_steal (rows, g_steal_pointer (&self->waiting));
    self->waiting = g_steal_pointer (&rows);
  }
  if ((self->waiting->len > 0 || batch->purge_more) && !self->stopped) {
    hl_reactor_arm (self->reactor, &self->timer, hl_clock_boot_us () + (committed ? BATCH_US : AGAIN_US));
  }
}

static void
hand_over (HlConnectionLog *self)
{
  Batch *batch = g_new0 (Batch, 1);
  gint64 now = hl_clock_boot_us ();

  batch->registry = self->registry;
  batch->rows = g_steal_pointer (&self->waiting);
  batch->begin = !self->begun;
  self->begun = TRUE;
  batch->purge = self->purged == 0 || now >= self->purged + PURGE_US;
  if (batch->purge) {
    self->purged = now;
  }
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_connection_row_free);
  self->writing = TRUE;
  hl_writer_call (self->writer, write_batch, batch, batch_free, on_written, self);
}

static void
on_timer (HlTimer *timer, gpointer data)
{
  HlConnectionLog *self = data;

  if (!self->writing) {
    hand_over (self);
  }
}

HlConnectionLog *
hl_connection_log_new (HlReactor *reactor, HlWriter *writer, HlRegistry *registry, HlMetrics *metrics)
{
  HlConnectionLog *self = g_new0 (HlConnectionLog, 1);

  self->reactor = reactor;
  self->writer = writer;
  self->registry = registry;
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_connection_row_free);
  hl_timer_init (&self->timer, on_timer, self);
  self->m_rows = hl_metrics_get (hl_metrics_counter (metrics, "hostline_connection_log_rows_total",
                                                     "Rows written to the connection log.", NULL), NULL);
  self->m_dropped = hl_metrics_get (hl_metrics_counter (metrics, "hostline_connection_log_dropped_total",
                                                        "Rows of the connection log that could not be kept.", NULL),
                                    NULL);
  hand_over (self);
  return self;
}

void
hl_connection_log_free (HlConnectionLog *self)
{
  if (self == NULL) {
    return;
  }
  hl_reactor_disarm (self->reactor, &self->timer);
  g_ptr_array_unref (self->waiting);
  g_free (self);
}

void
hl_connection_log_add (HlConnectionLog *self, HlConnectionRow *row)
{
  if (self->waiting->len >= HL_CONNECTION_LOG_MAX_WAITING) {
    hl_metrics_inc (self->m_dropped);
    hl_connection_row_free (row);
    return;
  }
  g_ptr_array_add (self->waiting, row);
  if (self->stopped || self->writing) {
    return;
  }
  if (self->waiting->len >= BATCH_ROWS) {
    hl_reactor_disarm (self->reactor, &self->timer);
    hand_over (self);
  } else if (!hl_timer_is_armed (&self->timer)) {
    hl_reactor_arm (self->reactor, &self->timer, hl_clock_boot_us () + BATCH_US);
  }
}

void
hl_connection_log_stop (HlConnectionLog *self)
{
  HlConnectionRow *row;

  if (self->stopped) {
    return;
  }
  hl_reactor_disarm (self->reactor, &self->timer);
  row = hl_connection_row_new (hl_clock_wall_ms (), NULL, "server", NULL, NULL);
  g_free (row->cause);
  row->cause = g_strdup ("stopping");
  g_ptr_array_add (self->waiting, row);
  self->stopped = TRUE;
  hand_over (self);
}
