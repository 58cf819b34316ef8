/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store interface: dispatch only. */
#include "store/hl-store.h"

G_DEFINE_INTERFACE (HlStore, hl_store, G_TYPE_OBJECT)

G_DEFINE_QUARK (hl-store-error, hl_store_error)

static void
hl_store_default_init (HlStoreInterface *iface)
{
}

HlStore *
hl_store_open_reader (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->open_reader (self, error);
}

gboolean
hl_store_reopen (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->reopen (self, error);
}

gboolean
hl_store_is_broken (HlStore *self)
{
  return HL_STORE_GET_IFACE (self)->is_broken (self);
}

gboolean
hl_store_may_pass (const GError *error)
{
  return g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED)
         || g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
}

gboolean
hl_store_begin_group (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->begin_group (self, error);
}

gboolean
hl_store_commit_group (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->commit_group (self, error);
}

void
hl_store_abort_group (HlStore *self)
{
  HL_STORE_GET_IFACE (self)->abort_group (self);
}

gboolean
hl_store_begin_request (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->begin_request (self, error);
}

gboolean
hl_store_end_request (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->end_request (self, error);
}

gboolean
hl_store_rollback_request (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->rollback_request (self, error);
}

gboolean
hl_store_add_location (HlStore *self, const char *id, const char *name, const char *timezone,
                       gint64 now, GError **error)
{
  return HL_STORE_GET_IFACE (self)->add_location (self, id, name, timezone, now, error);
}

gboolean
hl_store_set_location (HlStore *self, const char *id, const char *name, const char *timezone,
                       GError **error)
{
  return HL_STORE_GET_IFACE (self)->set_location (self, id, name, timezone, error);
}

gboolean
hl_store_remove_location (HlStore *self, const char *id, GError **error)
{
  return HL_STORE_GET_IFACE (self)->remove_location (self, id, error);
}

HlStoreLocation *
hl_store_get_location (HlStore *self, const char *id, GError **error)
{
  return HL_STORE_GET_IFACE (self)->get_location (self, id, error);
}

GPtrArray *
hl_store_list_locations (HlStore *self, GError **error)
{
  return HL_STORE_GET_IFACE (self)->list_locations (self, error);
}

HlPosition *
hl_store_get_head (HlStore *self, const char *location, GError **error)
{
  return HL_STORE_GET_IFACE (self)->get_head (self, location, error);
}

guint64
hl_store_get_floor (HlStore *self, const char *location, GError **error)
{
  return HL_STORE_GET_IFACE (self)->get_floor (self, location, error);
}

HlPosition *
hl_store_position_at (HlStore *self, const char *location, guint64 seq, GError **error)
{
  return HL_STORE_GET_IFACE (self)->position_at (self, location, seq, error);
}

gboolean
hl_store_append_unit (HlStore *self, const char *location, const HlPosition *expected,
                      HlStoreEvent *events, guint n_events, HlPosition **position, GError **error)
{
  return HL_STORE_GET_IFACE (self)->append_unit (self, location, expected, events, n_events,
                                                 position, error);
}

GPtrArray *
hl_store_read_units (HlStore *self, const char *location, guint64 after, guint max_events,
                     gsize max_bytes, GError **error)
{
  return HL_STORE_GET_IFACE (self)->read_units (self, location, after, max_events, max_bytes,
                                                error);
}

gboolean
hl_store_lookup_request (HlStore *self, const char *location, const char *source, const char *key,
                         HlStoreRequest **request, GError **error)
{
  return HL_STORE_GET_IFACE (self)->lookup_request (self, location, source, key, request, error);
}

gboolean
hl_store_put_request (HlStore *self, const char *location, const char *source, const char *key,
                      const guint8 *fingerprint, guint status, const char *answer, gint64 now,
                      GError **error)
{
  return HL_STORE_GET_IFACE (self)->put_request (self, location, source, key, fingerprint, status,
                                                 answer, now, error);
}

gboolean
hl_store_lookup_event_key (HlStore *self, const char *location, const char *source_kind,
                           const char *source, const char *key, guint64 *seq, GError **error)
{
  return HL_STORE_GET_IFACE (self)->lookup_event_key (self, location, source_kind, source, key,
                                                      seq, error);
}

gboolean
hl_store_put_event_key (HlStore *self, const char *location, const char *source_kind,
                        const char *source, const char *key, guint64 seq, GError **error)
{
  return HL_STORE_GET_IFACE (self)->put_event_key (self, location, source_kind, source, key, seq,
                                                   error);
}

gboolean
hl_store_lookup_outcome (HlStore *self, const char *location, const char *device, const char *act,
                         HlStoreOutcome **outcome, GError **error)
{
  return HL_STORE_GET_IFACE (self)->lookup_outcome (self, location, device, act, outcome, error);
}

gboolean
hl_store_lookup_outcome_n (HlStore *self, const char *location, const char *device, guint64 n,
                           HlStoreOutcome **outcome, GError **error)
{
  return HL_STORE_GET_IFACE (self)->lookup_outcome_n (self, location, device, n, outcome, error);
}

gboolean
hl_store_put_outcome (HlStore *self, const char *location, const char *device, guint64 n,
                      const char *act, const char *outcome, gint64 now, GError **error)
{
  return HL_STORE_GET_IFACE (self)->put_outcome (self, location, device, n, act, outcome, now,
                                                 error);
}

gboolean
hl_store_get_mark (HlStore *self, const char *location, const char *device, guint64 *n,
                   GError **error)
{
  return HL_STORE_GET_IFACE (self)->get_mark (self, location, device, n, error);
}

gboolean
hl_store_put_snapshot (HlStore *self, const char *location, const HlPosition *position,
                       GBytes *blob, gint64 now, GError **error)
{
  return HL_STORE_GET_IFACE (self)->put_snapshot (self, location, position, blob, now, error);
}

gboolean
hl_store_get_snapshot (HlStore *self, const char *location, HlPosition **position, GBytes **blob,
                       GError **error)
{
  return HL_STORE_GET_IFACE (self)->get_snapshot (self, location, position, blob, error);
}

gboolean
hl_store_put_unreadable (HlStore *self, const char *location, const char *hook, gint64 received,
                         const char *reason, const char *content_type, GBytes *body,
                         GError **error)
{
  return HL_STORE_GET_IFACE (self)->put_unreadable (self, location, hook, received, reason,
                                                    content_type, body, error);
}

GPtrArray *
hl_store_list_unreadable (HlStore *self, const char *location, const char *hook, GError **error)
{
  return HL_STORE_GET_IFACE (self)->list_unreadable (self, location, hook, error);
}

gboolean
hl_store_purge (HlStore *self, gint64 before, guint max_rows, guint *removed, GError **error)
{
  return HL_STORE_GET_IFACE (self)->purge (self, before, max_rows, removed, error);
}

gboolean
hl_store_check (HlStore *self, gboolean whole, HlStoreCheckFunc func, gpointer user_data,
                guint *findings, GError **error)
{
  return HL_STORE_GET_IFACE (self)->check (self, whole, func, user_data, findings, error);
}
