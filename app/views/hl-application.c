/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: one desk, its window, what people chose, and an orderly end. */
#include "views/hl-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "hl-config.h"
#include "views/hl-application-actions.h"
#include "views/hl-language.h"
#include "views/hl-trace.h"
#include "views/hl-window-actions.h"

struct _HlApplication {
  AdwApplication parent_instance;
  HlSettings *settings;
  HlDesk *desk;
  HlWindow *window;
  gboolean demo;
  gboolean closing;
  int dpi; /* of the desktop, before this program's text size */
  guint on_terminate;
  guint on_interrupt;
  char *link; /* a pairing link that came before there was a window */
};

G_DEFINE_FINAL_TYPE (HlApplication, hl_application, ADW_TYPE_APPLICATION)

static char *
get_data_dir (void)
{
  const char *given = g_getenv ("HOSTLINE_DATA_DIR");

  if (given != NULL && given[0] != '\0')
    return g_strdup (given);
  return g_build_filename (g_get_user_data_dir (), HL_DEVELOPMENT ? "hostline-devel" : "hostline",
                           NULL);
}

static void
apply_color_scheme (HlApplication *self)
{
  const char *scheme = hl_settings_get_color_scheme (self->settings);

  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)),
                                      g_str_equal (scheme, "light")  ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_str_equal (scheme, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                     : ADW_COLOR_SCHEME_DEFAULT);
}

static void
apply_text_scale (HlApplication *self)
{
  GtkSettings *toolkit = gtk_settings_get_default ();

  if (toolkit == NULL)
    return;
  if (self->dpi <= 0) {
    g_object_get (toolkit, "gtk-xft-dpi", &self->dpi, NULL);
    if (self->dpi <= 0)
      self->dpi = 96 * 1024;
  }
  g_object_set (toolkit, "gtk-xft-dpi",
                (int) (self->dpi * hl_settings_get_text_scale (self->settings)), NULL);
}

static void
on_color_scheme_notify (HlSettings *settings, GParamSpec *pspec, HlApplication *self)
{
  apply_color_scheme (self);
}

static void
on_text_scale_notify (HlSettings *settings, GParamSpec *pspec, HlApplication *self)
{
  apply_text_scale (self);
}

static gboolean
on_rebuild_idle (gpointer data)
{
  hl_application_rebuild (data);
  return G_SOURCE_REMOVE;
}

static void
on_language_notify (HlSettings *settings, GParamSpec *pspec, HlApplication *self)
{
  hl_language_set (hl_settings_get_language (settings));
  /* not from inside the menu that asked for it */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_rebuild_idle, g_object_ref (self), g_object_unref);
}

static gboolean
on_window_close_request (HlWindow *window, HlApplication *self)
{
  if (self->closing)
    return FALSE;
  hl_application_ask_close (self);
  return TRUE;
}

static gboolean
on_signal (gpointer data)
{
  hl_application_close (data);
  return G_SOURCE_CONTINUE;
}

static void
ensure_window (HlApplication *self)
{
  GAction *pair = g_action_map_lookup_action (G_ACTION_MAP (self), "pair");
  GtkBuilder *builder;

  if (self->window != NULL || self->desk == NULL)
    return;
  /* the demonstration has no server to be paired with */
  g_simple_action_set_enabled (G_SIMPLE_ACTION (pair), !self->demo);
  gtk_widget_set_default_direction (hl_language_get_direction ());
  self->window = hl_window_new (GTK_APPLICATION (self), self->desk, self->settings);
  hl_trace_install (GTK_WINDOW (self->window), self->desk);
  g_signal_connect (self->window, "close-request", G_CALLBACK (on_window_close_request), self);
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  builder = gtk_builder_new_from_resource ("/org/hostline/Hostline/ui/hl-shortcuts.ui");
  gtk_application_window_set_help_overlay (
      GTK_APPLICATION_WINDOW (self->window),
      GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "shortcuts")));
  g_object_unref (builder);
  if (self->link != NULL) {
    hl_window_open_link (self->window, self->link);
    g_clear_pointer (&self->link, g_free);
  }
}

static void
hl_application_activate (GApplication *application)
{
  HlApplication *self = HL_APPLICATION (application);

  if (self->closing)
    return;
  ensure_window (self);
  if (self->window != NULL)
    gtk_window_present (GTK_WINDOW (self->window));
}

static void
hl_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  HlApplication *self = HL_APPLICATION (application);

  for (int i = 0; i < n_files; i++) {
    if (g_file_has_uri_scheme (files[i], "hostline")) {
      g_free (self->link);
      self->link = g_file_get_uri (files[i]);
    }
  }
  if (self->window != NULL && self->link != NULL) {
    hl_window_open_link (self->window, self->link);
    g_clear_pointer (&self->link, g_free);
  }
  hl_application_activate (application);
}

static void
hl_application_startup (GApplication *application)
{
  HlApplication *self = HL_APPLICATION (application);
  g_autofree char *data_dir = get_data_dir ();

  G_APPLICATION_CLASS (hl_application_parent_class)->startup (application);

  self->settings = hl_settings_new ();
  hl_language_set (hl_settings_get_language (self->settings));
  g_signal_connect (self->settings, "notify::color-scheme", G_CALLBACK (on_color_scheme_notify),
                    self);
  g_signal_connect (self->settings, "notify::text-scale", G_CALLBACK (on_text_scale_notify), self);
  g_signal_connect (self->settings, "notify::language", G_CALLBACK (on_language_notify), self);
  apply_color_scheme (self);
  apply_text_scale (self);
  hl_application_actions_install (self);
  gtk_window_set_default_icon_name (HL_APPLICATION_ID);

  self->on_terminate = g_unix_signal_add (SIGTERM, on_signal, self);
  self->on_interrupt = g_unix_signal_add (SIGINT, on_signal, self);
  self->desk = self->demo ? hl_desk_new_demo () : hl_desk_new (data_dir);
  hl_desk_start (self->desk);
}

static void
hl_application_shutdown (GApplication *application)
{
  HlApplication *self = HL_APPLICATION (application);

  g_clear_handle_id (&self->on_terminate, g_source_remove);
  g_clear_handle_id (&self->on_interrupt, g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_object (&self->desk);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  G_APPLICATION_CLASS (hl_application_parent_class)->shutdown (application);
}

static void
hl_application_finalize (GObject *object)
{
  HlApplication *self = HL_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->settings);
  g_free (self->link);
  G_OBJECT_CLASS (hl_application_parent_class)->finalize (object);
}

static void
hl_application_class_init (HlApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hl_application_finalize;
  application_class->activate = hl_application_activate;
  application_class->open = hl_application_open;
  application_class->startup = hl_application_startup;
  application_class->shutdown = hl_application_shutdown;
}

static void
hl_application_init (HlApplication *self)
{
}

HlApplication *
hl_application_new (gboolean demo, gboolean unique)
{
  HlApplication *self = g_object_new (
      HL_TYPE_APPLICATION, "application-id", HL_APPLICATION_ID, "resource-base-path",
      "/org/hostline/Hostline", "flags",
      G_APPLICATION_HANDLES_OPEN | (unique ? 0 : G_APPLICATION_NON_UNIQUE), NULL);

  self->demo = demo;
  return self;
}

HlSettings *
hl_application_get_settings (HlApplication *self)
{
  g_return_val_if_fail (HL_IS_APPLICATION (self), NULL);
  return self->settings;
}

HlDesk *
hl_application_get_desk (HlApplication *self)
{
  g_return_val_if_fail (HL_IS_APPLICATION (self), NULL);
  return self->desk;
}

HlWindow *
hl_application_get_window (HlApplication *self)
{
  g_return_val_if_fail (HL_IS_APPLICATION (self), NULL);
  return self->window;
}

void
hl_application_rebuild (HlApplication *self)
{
  HlWindow *old = self->window;
  int width = 0, height = 0;

  if (old == NULL || self->closing)
    return;
  gtk_window_get_default_size (GTK_WINDOW (old), &width, &height);
  hl_settings_set_window (self->settings, width, height, gtk_window_is_maximized (GTK_WINDOW (old)));
  /* the program would end with its last window */
  g_application_hold (G_APPLICATION (self));
  g_clear_weak_pointer (&self->window);
  g_signal_handlers_disconnect_by_data (old, self);
  gtk_window_destroy (GTK_WINDOW (old));
  ensure_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
  g_application_release (G_APPLICATION (self));
}

static void
on_desk_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hl_desk_close_finish (HL_DESK (source), result, &error))
    g_warning ("Could not save the copy: %s", error->message);
}

void
hl_application_start_demo (HlApplication *self)
{
  if (self->demo || self->closing)
    return;
  self->demo = TRUE;
  hl_desk_close_async (self->desk, on_desk_left, g_object_ref (self));
  g_object_unref (self->desk);
  self->desk = hl_desk_new_demo ();
  hl_desk_start (self->desk);
  hl_application_rebuild (self);
}

static void
on_desk_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hl_desk_close_finish (HL_DESK (source), result, &error))
    g_warning ("Could not save the copy: %s", error->message);
  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  g_application_release (G_APPLICATION (self));
  g_application_quit (G_APPLICATION (self));
}

void
hl_application_close (HlApplication *self)
{
  if (self->closing)
    return;
  self->closing = TRUE;
  if (self->window != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  if (self->desk == NULL) {
    g_application_quit (G_APPLICATION (self));
    return;
  }
  g_application_hold (G_APPLICATION (self));
  hl_desk_close_async (self->desk, on_desk_closed, g_object_ref (self));
}

void
hl_application_ask_close (HlApplication *self)
{
  if (self->closing)
    return;
  if (self->window == NULL || self->demo || hl_desk_get_unsent (self->desk) == 0)
    hl_application_close (self);
  else
    hl_window_ask_quit (self->window);
}
