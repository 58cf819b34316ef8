/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much room there is: three panes side by side, two, or one with tabs below. */
#include <glib/gi18n.h>

#include "views/hl-window-private.h"

/* The phone pane stands in its slot, or, where two panes fit, opens over the room. */
static void
place_phone (HlWindow *self, gboolean over)
{
  GtkWidget *phone = GTK_WIDGET (self->phone);
  gboolean is_over = hl_drawer_get_child (self->phone_drawer) == phone;

  if (over == is_over)
    return;
  g_object_ref (phone);
  if (over) {
    gtk_box_remove (GTK_BOX (self->phone_slot), phone);
    hl_drawer_set_child (self->phone_drawer, phone);
  } else {
    hl_drawer_set_child (self->phone_drawer, NULL);
    gtk_box_append (GTK_BOX (self->phone_slot), phone);
  }
  g_object_unref (phone);
}

static void
set_width (HlWindow *self, GtkWidget *pane, int width)
{
  gtk_widget_set_size_request (pane, (int) (width * self->scale), -1);
}

void
hl_window_lay_out (HlWindow *self)
{
  gboolean wide = self->mode == HL_COMPACT_WIDE;
  gboolean narrow = self->mode == HL_COMPACT_NARROW;
  gboolean people = !narrow || g_str_equal (self->pane, "people");
  gboolean room = !narrow || g_str_equal (self->pane, "room");
  gboolean phone = wide || (narrow && g_str_equal (self->pane, "phone"));

  if (self->mode != HL_COMPACT_MEDIUM)
    hl_drawer_set_open (self->phone_drawer, FALSE);
  place_phone (self, self->mode == HL_COMPACT_MEDIUM);
  gtk_widget_set_visible (GTK_WIDGET (self->people), people);
  gtk_widget_set_visible (GTK_WIDGET (self->room), room);
  gtk_widget_set_visible (self->phone_slot, phone);
  gtk_widget_set_visible (self->people_separator, !narrow);
  gtk_widget_set_visible (self->phone_separator, wide);
  gtk_widget_set_hexpand (GTK_WIDGET (self->people), narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->phone), narrow);
  gtk_widget_set_hexpand (self->phone_slot, narrow);
  gtk_widget_set_visible (self->pane_tabs, narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->shift), wide);
  hl_count_set_compact (self->seated, !wide);
  hl_count_set_compact (self->due, !wide);
  hl_count_set_compact (self->waiting, !wide);
  gtk_widget_set_visible (GTK_WIDGET (self->seated), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->due), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->waiting), !narrow);
  hl_pill_button_set_brief (self->pill, narrow);
  hl_chip_set (self->demo, "hl-demo-symbolic", narrow ? NULL : C_ ("header", "Demonstration"),
               "demo", C_ ("header", "Demonstration: nothing here is real"));
  hl_action_bar_set_narrow (self->action_bar, narrow);
  set_width (self, GTK_WIDGET (self->people), 340);
  set_width (self, GTK_WIDGET (self->phone), self->mode == HL_COMPACT_MEDIUM ? 360 : 320);
  set_width (self, GTK_WIDGET (self->transcript), narrow ? 340 : HL_TRANSCRIPT_WIDTH);
  set_width (self, GTK_WIDGET (self->tray), narrow ? 340 : HL_TRAY_WIDTH);
  gtk_widget_set_halign (GTK_WIDGET (self->transcript_drawer),
                         narrow ? GTK_ALIGN_FILL : GTK_ALIGN_END);
  gtk_widget_set_halign (GTK_WIDGET (self->tray_drawer), narrow ? GTK_ALIGN_FILL : GTK_ALIGN_END);
  hl_window_show_stack (self);
}
