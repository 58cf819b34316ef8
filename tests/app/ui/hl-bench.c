/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of the window share. */
#include "hl-bench.h"

#include "views/hl-application.h"
#include "views/hl-language.h"

static HlApplication *application;

GtkApplication *
hl_bench_get_application (void)
{
  return GTK_APPLICATION (application);
}

void
hl_bench_turn (void)
{
  for (int i = 0; i < 200 && g_main_context_iteration (NULL, FALSE); i++) {
  }
}

HlWindow *
hl_bench_open (HlDesk **desk)
{
  g_autoptr (HlSettings) settings = hl_settings_new ();
  HlWindow *window;

  *desk = hl_desk_new_demo ();
  window = hl_window_new (GTK_APPLICATION (application), *desk, settings);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  hl_bench_turn ();
  return window;
}

void
hl_bench_close (HlWindow *window, HlDesk *desk)
{
  gtk_window_destroy (GTK_WINDOW (window));
  hl_bench_turn ();
  g_object_unref (desk);
}

gboolean
hl_bench_walk (GtkWidget *widget, HlBenchVisit visit, gpointer data)
{
  if (visit (widget, data))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (hl_bench_walk (child, visit, data))
      return TRUE;
  return FALSE;
}

typedef struct {
  GType type;
  GtkWidget *found;
} ByType;

static gboolean
visit_type (GtkWidget *widget, gpointer data)
{
  ByType *by = data;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, by->type))
    by->found = widget;
  return by->found != NULL;
}

GtkWidget *
hl_bench_find (gpointer root, GType type)
{
  ByType by = { type, NULL };

  hl_bench_walk (GTK_WIDGET (root), visit_type, &by);
  g_assert_nonnull (by.found);
  return by.found;
}

static void
on_activate (GApplication *app)
{
}

void
hl_bench_begin (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;

  hl_language_init ();
  gtk_test_init (argc, argv, NULL);
  hl_language_set ("en");
  application = hl_application_new (TRUE, FALSE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
}

int
hl_bench_run (void)
{
  int status = g_test_run ();

  g_clear_object (&application);
  return status;
}
