/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlPush: all subscribers of this server. */
#include "push/hl-push.h"

#include "push/hl-delivery.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"

#define MAX_CONNECTIONS 64
#define MAX_CONNECTIONS_PER_HOST 4

struct _HlPush {
  HlDeliveryContext context;
  GHashTable       *deliveries; /* id -> HlDelivery */
  gboolean          stopped;
  guint             reloads;    /* that have not been answered */
  HlMetricsFamily  *m_lag;
};

static void
measure (HlMetrics *metrics, gpointer user_data)
{
  HlPush *self = user_data;
  GHashTableIter iter;
  gpointer id, delivery;

  g_hash_table_iter_init (&iter, self->deliveries);
  while (g_hash_table_iter_next (&iter, &id, &delivery)) {
    hl_metrics_set (hl_metrics_get (self->m_lag, id, NULL), hl_delivery_get_lag (delivery));
  }
}

HlPush *
hl_push_new (HlReactor *reactor, HlWriter *writer, HlReader *reader, HlRegistry *registry, HlMetrics *metrics)
{
  static const char *const result[] = { "result", NULL };
  static const char *const subscriber[] = { "subscriber", NULL };
  HlPush *self = g_new0 (HlPush, 1);

  self->context = (HlDeliveryContext) { .reactor = reactor, .writer = writer, .reader = reader, .registry = registry };
  self->context.session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS, "max-conns-per-host",
                                                         MAX_CONNECTIONS_PER_HOST, "timeout", 15, NULL);
  soup_session_remove_feature_by_type (self->context.session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->context.session, SOUP_TYPE_CONTENT_DECODER);
  self->context.deliveries = hl_metrics_counter (metrics, "hostline_subscriber_deliveries_total",
                                                 "Requests to subscribers, by what came of them.", result);
  self->m_lag = hl_metrics_gauge (metrics, "hostline_subscriber_lag_events", "Events that a subscriber has not got yet.",
                                  subscriber);
  self->deliveries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hl_delivery_stop);
  hl_metrics_add_collector (metrics, measure, self);
  return self;
}

void
hl_push_free (HlPush *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->deliveries);
  g_object_unref (self->context.session);
  g_free (self);
}

void
hl_push_set_allow_http (HlPush *self, gboolean allow_http)
{
  self->context.allow_http = allow_http;
}

/* ---- which there are ---- */

typedef struct {
  HlRegistry *registry;
  GPtrArray  *infos;
} Reload;

static void
reload_free (gpointer data)
{
  Reload *reload = data;

  g_clear_pointer (&reload->infos, g_ptr_array_unref);
  g_free (reload);
}

static gboolean
list_infos (HlWriter *writer, HlStore *store, gpointer data)
{
  Reload *reload = data;
  g_autoptr (GError) error = NULL;

  reload->infos = hl_registry_list_subscribers (reload->registry, NULL, hl_clock_wall_ms (), &error);
  if (reload->infos == NULL) {
    hl_log (HL_LOG_WARNING, "push", "subscribers cannot be read", "error", error->message, NULL);
  }
  return reload->infos != NULL;
}

static gboolean
is_listed (GPtrArray *infos, const char *id)
{
  for (guint i = 0; i < infos->len; i++) {
    if (g_str_equal (((HlSubscriberInfo *) g_ptr_array_index (infos, i))->id, id)) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_gone (gpointer id, gpointer delivery, gpointer infos)
{
  return !is_listed (infos, id);
}

static void
on_listed (gboolean committed, gpointer data, gpointer user_data)
{
  HlPush *self = user_data;
  Reload *reload = data;

  self->reloads--;
  if (reload->infos == NULL || self->stopped) {
    return;
  }
  g_hash_table_foreach_remove (self->deliveries, is_gone, reload->infos);
  for (guint i = 0; i < reload->infos->len; i++) {
    const HlSubscriberInfo *info = g_ptr_array_index (reload->infos, i);
    HlDelivery *delivery = g_hash_table_lookup (self->deliveries, info->id);

    if (delivery != NULL) {
      hl_delivery_update (delivery, info);
    } else {
      g_hash_table_insert (self->deliveries, g_strdup (info->id), hl_delivery_new (&self->context, info));
    }
  }
}

void
hl_push_reload (HlPush *self)
{
  Reload *reload;

  if (self->stopped) {
    return;
  }
  reload = g_new0 (Reload, 1);
  reload->registry = self->context.registry;
  self->reloads++;
  hl_writer_call (self->context.writer, list_infos, reload, reload_free, on_listed, self);
}

void
hl_push_appended (HlPush *self, const char *location, guint64 head)
{
  GHashTableIter iter;
  gpointer delivery;

  g_hash_table_iter_init (&iter, self->deliveries);
  while (g_hash_table_iter_next (&iter, NULL, &delivery)) {
    if (g_str_equal (hl_delivery_get_location (delivery), location)) {
      hl_delivery_wake (delivery, head);
    }
  }
}

void
hl_push_stop (HlPush *self)
{
  if (self->stopped) {
    return;
  }
  self->stopped = TRUE;
  g_hash_table_remove_all (self->deliveries);
  soup_session_abort (self->context.session);
}

gboolean
hl_push_is_busy (HlPush *self)
{
  return self->context.busy > 0;
}
