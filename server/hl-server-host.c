/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlServerHost: what one administration command finds around it inside hostlined. */
#include "hl-server-host.h"

#include "util/hl-clock.h"

struct _HlServerHost {
  GObject        parent_instance;
  HlRegistry    *registry;
  HlSqliteStore *store;
  HlWriter      *writer;
  GStrv          urls;
  GStrv          public_urls;
  char          *pin;
  JsonObject    *presence;
  gpointer       plan;
  HlCommandRetention retention;
  GStrv          listeners;
  GPtrArray     *erased;
  gboolean       changed;
  gboolean       allow_http;
};

static void hl_server_host_init_iface (HlCommandHostInterface *iface);

G_DEFINE_TYPE_WITH_CODE (HlServerHost, hl_server_host, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (HL_TYPE_COMMAND_HOST, hl_server_host_init_iface))

static HlSqliteStore *
get_store (HlCommandHost *host)
{
  return HL_SERVER_HOST (host)->store;
}

static HlRegistry *
get_registry (HlCommandHost *host)
{
  return HL_SERVER_HOST (host)->registry;
}

static gint64
get_now (HlCommandHost *host)
{
  return hl_clock_wall_ms ();
}

static gboolean
append (HlCommandHost *host, const char *location, HlEventKind kind, JsonObject *data, guint64 *last, GError **error)
{
  HlServerHost *self = HL_SERVER_HOST (host);

  if (self->writer == NULL) {
    g_set_error_literal (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_FAILED, "this command only reads");
    return FALSE;
  }
  return hl_writer_append (self->writer, location, kind, data, last, error);
}

static GStrv
dup_urls (HlCommandHost *host)
{
  return g_strdupv (HL_SERVER_HOST (host)->urls);
}

static GStrv
dup_public_urls (HlCommandHost *host)
{
  HlServerHost *self = HL_SERVER_HOST (host);

  return self->public_urls != NULL ? g_strdupv (self->public_urls) : g_new0 (char *, 1);
}

static char *
dup_pin (HlCommandHost *host)
{
  return g_strdup (HL_SERVER_HOST (host)->pin);
}

static void
note_change (HlCommandHost *host, const char *removed_location)
{
  HlServerHost *self = HL_SERVER_HOST (host);

  self->changed = TRUE;
  if (removed_location != NULL && self->writer != NULL) {
    hl_writer_forget (self->writer, removed_location);
  }
}

static gboolean
allows_http (HlCommandHost *host)
{
  return HL_SERVER_HOST (host)->allow_http;
}

static JsonObject *
get_presence (HlCommandHost *host, const char *location)
{
  HlServerHost *self = HL_SERVER_HOST (host);

  return self->presence != NULL ? json_object_ref (self->presence) : NULL;
}

static gpointer
get_plan (HlCommandHost *host)
{
  return HL_SERVER_HOST (host)->plan;
}

static gboolean
note_erased (HlCommandHost *host, const char *location, GError **error)
{
  HlServerHost *self = HL_SERVER_HOST (host);

  g_ptr_array_add (self->erased, g_strdup (location));
  return hl_writer_store_snapshot (self->writer, location, error);
}

static HlState *
get_state (HlCommandHost *host, const char *location, GError **error)
{
  return hl_writer_get_state (HL_SERVER_HOST (host)->writer, location, error);
}

static GStrv
dup_listeners (HlCommandHost *host)
{
  return g_strdupv (HL_SERVER_HOST (host)->listeners);
}

static HlCommandRetention
get_retention (HlCommandHost *host)
{
  return HL_SERVER_HOST (host)->retention;
}

static void
hl_server_host_init_iface (HlCommandHostInterface *iface)
{
  iface->get_plan = get_plan;
  iface->erased = note_erased;
  iface->get_state = get_state;
  iface->get_retention = get_retention;
  iface->dup_listeners = dup_listeners;
  iface->get_store = get_store;
  iface->get_registry = get_registry;
  iface->now = get_now;
  iface->append = append;
  iface->dup_urls = dup_urls;
  iface->dup_public_urls = dup_public_urls;
  iface->dup_pin = dup_pin;
  iface->changed = note_change;
  iface->get_presence = get_presence;
  iface->allows_http = allows_http;
}

static void
hl_server_host_finalize (GObject *object)
{
  HlServerHost *self = HL_SERVER_HOST (object);

  g_object_unref (self->registry);
  g_object_unref (self->store);
  g_strfreev (self->listeners);
  g_strfreev (self->urls);
  g_strfreev (self->public_urls);
  g_free (self->pin);
  g_clear_pointer (&self->presence, json_object_unref);
  g_ptr_array_unref (self->erased);
  G_OBJECT_CLASS (hl_server_host_parent_class)->finalize (object);
}

static void
hl_server_host_class_init (HlServerHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_server_host_finalize;
}

static void
hl_server_host_init (HlServerHost *self)
{
  self->erased = g_ptr_array_new_with_free_func (g_free);
}

HlServerHost *
hl_server_host_new (HlRegistry *registry, HlSqliteStore *store, HlWriter *writer, const char *const *urls,
                    const char *pin, JsonObject *presence)
{
  HlServerHost *self = g_object_new (HL_TYPE_SERVER_HOST, NULL);

  self->registry = g_object_ref (registry);
  self->store = g_object_ref (store);
  self->writer = writer;
  self->urls = g_strdupv ((char **) urls);
  self->pin = g_strdup (pin);
  self->presence = presence;
  return self;
}

void
hl_server_host_set_public_urls (HlServerHost *self, const char *const *urls)
{
  g_strfreev (self->public_urls);
  self->public_urls = g_strdupv ((char **) urls);
}

void
hl_server_host_set_allow_http (HlServerHost *self, gboolean allow_http)
{
  self->allow_http = allow_http;
}

void
hl_server_host_set_listeners (HlServerHost *self, const char *const *uris)
{
  g_strfreev (self->listeners);
  self->listeners = g_strdupv ((char **) uris);
}

void
hl_server_host_set_retention (HlServerHost *self, const HlConfigRetention *days)
{
  self->retention = (HlCommandRetention) { days->recordings_days, days->transcripts_days, days->people_days };
}

gboolean
hl_server_host_has_changed (HlServerHost *self)
{
  return self->changed;
}

void
hl_server_host_set_plan (HlServerHost *self, gpointer plan)
{
  self->plan = plan;
}

GPtrArray *
hl_server_host_get_erased (HlServerHost *self)
{
  return self->erased;
}
