/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which link the desk uses, what it hears from it, and the credentials behind it. */
#include "desk/hl-desk-look.h"

#include <string.h>

#include "link/hl-socket-link.h"
#include "util/hl-log.h"

static void
on_link_frame (HlLink *link, gpointer frame, gpointer data)
{
  hl_desk_take_frame (HL_DESK (data), frame);
}

static void
on_link_state (HlLink *link, GParamSpec *pspec, gpointer data)
{
  hl_desk_link_state_changed (HL_DESK (data));
}

static void
on_link_detail (HlLink *link, GParamSpec *pspec, gpointer data)
{
  hl_desk_notify_prop (HL_DESK (data), g_str_equal (pspec->name, "rtt") ? HL_DESK_PROP_RTT
                                       : g_str_equal (pspec->name, "detail")
                                           ? HL_DESK_PROP_CAUSE_DETAIL
                                           : HL_DESK_PROP_RETRY_AT);
}

static void
on_link_transition (HlLink *link, HlTransition *transition, gpointer data)
{
  HlDesk *self = data;
  guint n;

  g_list_store_insert (self->transitions, 0, transition);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->transitions));
  if (n > HL_COPY_MAX_LINES || (n > HL_DESK_MAX_TRANSITIONS && !self->log_loaded)) {
    g_list_store_remove (self->transitions, n - 1);
    self->log_whole = FALSE;
  }
  self->log_fresh++;
  if (self->local != NULL)
    hl_local_add_line (
        self->local,
        hl_copy_line_new (
            hl_transition_get_at (transition), hl_transition_get_from (transition),
            hl_transition_get_to (transition), hl_transition_get_cause (transition),
            hl_transition_get_endpoint (transition), hl_transition_get_detail (transition),
            hl_transition_get_code (transition), hl_transition_get_lasted (transition)));
}

static void
on_link_rtt (HlLink *link, int rtt, gpointer data)
{
  hl_desk_note_rtt (HL_DESK (data), rtt);
}

static void
on_link_metered (HlLink *link, GParamSpec *pspec, gpointer data)
{
  HlDesk *self = data;

  if (self->metered == hl_link_get_metered (link))
    return;
  self->metered = !self->metered;
  hl_desk_notify_prop (self, HL_DESK_PROP_METERED);
}

void
hl_desk_set_link (HlDesk *self, HlLink *link)
{
  GListModel *endpoints;

  if (self->link != NULL) {
    g_signal_handlers_disconnect_by_data (self->link, self);
    hl_link_set_hello (self->link, NULL, NULL);
    if (HL_IS_SOCKET_LINK (self->link))
      hl_socket_link_set_reload (HL_SOCKET_LINK (self->link), NULL, NULL);
    hl_link_set_wanted (self->link, FALSE);
  }
  g_set_object (&self->link, link);
  g_list_store_remove_all (self->endpoints);
  self->may_push = FALSE;
  g_hash_table_remove_all (self->sent);
  if (link == NULL)
    return;
  endpoints = hl_link_get_endpoints (link);
  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++) {
    g_autoptr (GObject) endpoint = g_list_model_get_item (endpoints, i);
    g_list_store_append (self->endpoints, endpoint);
  }
  hl_link_set_hello (link, hl_desk_on_hello, self);
  g_signal_connect (link, "frame", G_CALLBACK (on_link_frame), self);
  g_signal_connect (link, "notify::state", G_CALLBACK (on_link_state), self);
  g_signal_connect (link, "notify::cause", G_CALLBACK (on_link_state), self);
  g_signal_connect (link, "notify::detail", G_CALLBACK (on_link_detail), self);
  g_signal_connect (link, "notify::retry-at", G_CALLBACK (on_link_detail), self);
  g_signal_connect (link, "notify::rtt", G_CALLBACK (on_link_detail), self);
  g_signal_connect (link, "rtt-measured", G_CALLBACK (on_link_rtt), self);
  g_signal_connect (link, "notify::metered", G_CALLBACK (on_link_metered), self);
  g_signal_connect (link, "transition", G_CALLBACK (on_link_transition), self);
}

typedef struct {
  HlDesk *desk;
  HlSocketLink *link;
} Reload;

static void
on_credentials_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Reload *reload = data;
  g_autoptr (HlDesk) self = reload->desk;
  g_autoptr (HlSocketLink) link = reload->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCredentials) now = NULL;
  gboolean same;

  g_free (reload);
  if (self->local == NULL || self->closing)
    return;
  now = hl_local_load_credentials_finish (self->local, result, &error);
  if (self->link != HL_LINK (link))
    return;
  if (error != NULL)
    hl_log (HL_LOG_WARNING, "desk", "the credentials cannot be read", "error", error->message,
            NULL);
  /* Another house's or another device's token is not this one's, renewed. */
  same = now != NULL && self->credentials != NULL
         && g_strcmp0 (now->location, self->credentials->location) == 0
         && g_strcmp0 (now->device, self->credentials->device) == 0;
  if (same && g_strcmp0 (now->token, self->credentials->token) != 0) {
    hl_log (HL_LOG_NOTICE, "desk", "the token was renewed", NULL);
    g_free (self->credentials->token);
    self->credentials->token = g_strdup (now->token);
  }
  hl_socket_link_reloaded (link, same ? now->token : NULL);
}

/* The server does not take the token any more: perhaps its file holds another one by now. */
static void
on_link_reload (HlSocketLink *link, gpointer data)
{
  HlDesk *self = data;
  Reload *reload = g_new0 (Reload, 1);

  reload->desk = g_object_ref (self);
  reload->link = g_object_ref (link);
  hl_local_load_credentials (self->local, on_credentials_read, reload);
}

static void
make_socket_link (HlDesk *self)
{
  g_autoptr (HlSocketLink) link = NULL;
  const char *const *languages = g_get_language_names ();
  g_autofree char *language = g_strdelimit (g_strdup (languages[0]), "_.@", '-');

  /* "C" is no language */
  if (strlen (language) < 2 || strlen (language) > 35) {
    g_free (language);
    language = g_strdup ("en");
  } else {
    char *encoding = strstr (language, "-UTF");
    if (encoding != NULL)
      *encoding = '\0';
  }
  link = hl_socket_link_new ((const char *const *)self->credentials->endpoints,
                             (const char *const *)self->credentials->pins,
                             self->credentials->location, self->credentials->token,
                             hl_desk_has (self->credentials->device_name) ? self->credentials->device_name
                                                                          : self->credentials->device,
                             language);
  if (self->offset != HL_OFFSET_UNKNOWN && self->current_at != 0)
    hl_server_clock_note (hl_socket_link_get_clock (link), self->current_at + self->offset,
                          self->current_at, 0);
  if (self->data_dir != NULL)
    hl_socket_link_set_reload (link, on_link_reload, self);
  hl_desk_set_link (self, HL_LINK (link));
}

void
hl_desk_adopt_credentials (HlDesk *self, HlCredentials *credentials)
{
  gint64 *counter;

  hl_credentials_free (self->credentials);
  self->credentials = credentials;
  counter = credentials != NULL && self->counters != NULL
                ? g_hash_table_lookup (self->counters, credentials->device)
                : NULL;
  self->counter = counter != NULL ? (guint64)*counter : 0;
  hl_desk_mark_foreign (self);
  if (credentials != NULL && !self->own_link && !self->demo && self->started)
    make_socket_link (self);
  hl_desk_notify_prop (self, HL_DESK_PROP_PAIRED);
  hl_desk_notify_prop (self, HL_DESK_PROP_LOCATION_ID);
  hl_desk_notify_prop (self, HL_DESK_PROP_LOCATION_NAME);
  hl_desk_notify_prop (self, HL_DESK_PROP_DEVICE_NAME);
  hl_desk_notify_prop (self, HL_DESK_PROP_ROLE);
}

void
hl_desk_set_access (HlDesk *self, const char *const *endpoints, const char *const *pins,
                    const char *location, const char *token, const char *device, const char *role)
{
  HlCredentials *credentials = g_new0 (HlCredentials, 1);

  self->given_access = TRUE;
  credentials->token = g_strdup (token);
  credentials->device = g_strdup (device);
  credentials->device_name = g_strdup (device);
  credentials->role = g_strdup (role);
  credentials->location = g_strdup (location);
  credentials->location_name = g_strdup ("");
  credentials->endpoints = g_strdupv ((char **)endpoints);
  credentials->pins = pins != NULL ? g_strdupv ((char **)pins) : g_new0 (char *, 1);
  hl_desk_adopt_credentials (self, credentials);
}

void
hl_desk_tell_progress (HlDesk *self)
{
  if (self->link != NULL)
    hl_link_set_progress (self->link, self->stored_seq, (guint64)self->unsent);
}
