/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRetention: hostlined's daily look for what is too old to be kept. */
#include "hl-retention.h"

#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "util/hl-metrics.h"

struct _HlRetention {
  guint                interval_s;
  HlControlRun run;        /* NULL: stopped */
  gpointer             user_data;
  GSource             *timer;
  gint64               looked_us;  /* boot time of the last look; 0: none yet */
  gint64               started_us;
  gboolean             running;
  guint64              events;     /* of the looks that belong together */
  HlMetricsCell       *m_events;
};

static void
set_timer (HlRetention *self)
{
  gint64 interval = (gint64) self->interval_s * G_USEC_PER_SEC;
  gint64 first = MIN (interval, HL_RETENTION_FIRST_S * G_USEC_PER_SEC);

  hl_clock_source_set_deadline (self->timer, self->running ? G_MAXINT64
                                             : self->looked_us == 0 ? self->started_us + first
                                                                    : self->looked_us + interval);
}

/* Returns: TRUE if there is more to be done */
static gboolean
read_result (HlRetention *self, JsonObject *result)
{
  JsonArray *locations = json_object_get_array_member (result, "locations");
  gboolean more = json_object_get_boolean_member (result, "more");

  for (guint i = 0; i < json_array_get_length (locations); i++) {
    gint64 n = json_object_get_int_member (json_array_get_object_element (locations, i), "events");

    self->events += (guint64) n;
    hl_metrics_add (self->m_events, (guint64) n);
  }
  if (!json_object_get_boolean_member (result, "clean")) {
    hl_log (HL_LOG_WARNING, "store", "what was taken out may still be read in the file: there is no room to write it anew",
            NULL);
  }
  if (!more) {
    hl_log (self->events > 0 ? HL_LOG_NOTICE : HL_LOG_INFO, "store", "looked for what is too old to be kept", "events",
            HL_LOG_UINT (self->events), NULL);
    self->events = 0;
  }
  return more;
}

static gboolean on_timer (gpointer user_data);

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HlRetention *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean more = FALSE;

  self->running = FALSE;
  if (node != NULL) {
    more = read_result (self, json_node_get_object (node));
  } else {
    hl_log (HL_LOG_WARNING, "store", "nothing old was taken out", "error", error->message, NULL);
  }
  if (self->run != NULL && more) {
    on_timer (self);
  } else if (self->run != NULL) {
    set_timer (self);
  }
  g_rc_box_release (self);
}

static gboolean
on_timer (gpointer user_data)
{
  HlRetention *self = user_data;
  g_autoptr (JsonObject) params = json_object_new ();

  self->running = TRUE;
  self->looked_us = hl_clock_boot_us ();
  set_timer (self);
  json_object_set_int_member (params, "timer", 1);
  self->run (hl_commands_find ("purge"), params, g_task_new (NULL, NULL, on_done, g_rc_box_acquire (self)),
             self->user_data);
  return G_SOURCE_CONTINUE;
}

HlRetention *
hl_retention_new (guint interval_s, HlControlRun run, gpointer user_data)
{
  HlRetention *self = g_rc_box_new0 (HlRetention);

  self->interval_s = interval_s;
  self->run = run;
  self->user_data = user_data;
  self->started_us = hl_clock_boot_us ();
  self->m_events = hl_metrics_get (hl_metrics_counter (hl_metrics_get_default (), "hostline_purged_events_total",
                                                       "Events that lost what was too old to be kept.", NULL), NULL);
  self->timer = hl_clock_source_new (G_MAXINT64);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
  set_timer (self);
  return self;
}

void
hl_retention_set_interval (HlRetention *self, guint interval_s)
{
  if (self == NULL) {
    return;
  }
  self->interval_s = interval_s;
  set_timer (self);
}

void
hl_retention_free (HlRetention *self)
{
  self->run = NULL;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_rc_box_release (self);
}
