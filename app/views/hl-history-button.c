/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A button that opens what happened to a guest, a table or a call, newest first. The list is made when it opens, and anew
 * when something happens while it is open. */
#include "views/hl-history-button.h"

#include <glib/gi18n.h>

#include "domain/hl-time.h"
#include "views/hl-words-field.h"
#include "views/hl-words-history.h"
#include "widgets/hl-chip.h"

struct _HlHistoryButton {
  GtkWidget parent_instance;
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkListBox *list;
  GtkLabel *nothing;
  GtkLabel *since;

  HlDesk *desk;
  HlHistoryOf of;
  char *id;
  char *reservation_id;
};

G_DEFINE_FINAL_TYPE (HlHistoryButton, hl_history_button, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_row (HlHistoryButton *self, HlHistoryLine *line)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *below = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *deed = hl_words_history_deed (self->desk, line, self->of);
  g_autofree char *when = hl_words_when (self->desk, line->at);
  g_autofree char *spoken = hl_words_history (self->desk, line, self->of);
  GtkWidget *time = make_label (when, "numeric");

  gtk_widget_add_css_class (time, "dim-label");
  gtk_box_append (GTK_BOX (box), make_label (deed, NULL));
  gtk_box_append (GTK_BOX (below), time);
  if (line->offline) {
    GtkWidget *chip = hl_chip_new ();

    hl_chip_set (HL_CHIP (chip), "hl-offline-symbolic", C_ ("history", "was offline"), NULL, NULL);
    gtk_box_append (GTK_BOX (below), chip);
  }
  gtk_box_append (GTK_BOX (box), below);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_add_css_class (row, "hl-history-row");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static GPtrArray *
list_lines (HlHistoryButton *self)
{
  HlHistory *history = hl_desk_get_history (self->desk);

  switch (self->of) {
  case HL_HISTORY_OF_TABLE:
    return hl_history_list_table (history, self->id);
  case HL_HISTORY_OF_CALL:
    return hl_history_list_call (history, self->id);
  case HL_HISTORY_OF_GUEST:
  default:
    return hl_history_list_guest (history, self->id, self->reservation_id);
  }
}

static void
fill (HlHistoryButton *self)
{
  g_autoptr (GPtrArray) lines = list_lines (self);
  g_autofree char *since = hl_words_history_since (
      self->desk, hl_history_get_since (hl_desk_get_history (self->desk)));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < lines->len; i++)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (lines, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->list), lines->len > 0);
  /* something may have happened before that is not kept: then the line below is all that can be said */
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), lines->len == 0 && since[0] == '\0');
  gtk_label_set_label (self->since, since);
  gtk_widget_set_visible (GTK_WIDGET (self->since), since[0] != '\0');
}

static void
on_shown (HlHistoryButton *self)
{
  fill (self);
}

static void
on_changed (HlHistoryButton *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    fill (self);
}

static void
set_subject (HlHistoryButton *self, HlHistoryOf of, const char *id, const char *reservation_id)
{
  if (self->of == of && g_strcmp0 (self->id, id) == 0 && g_strcmp0 (self->reservation_id, reservation_id) == 0)
    return;
  gtk_menu_button_popdown (self->button);
  self->of = of;
  g_free (self->id);
  self->id = g_strdup (id);
  g_free (self->reservation_id);
  self->reservation_id = g_strdup (reservation_id);
}

void
hl_history_button_set_guest (HlHistoryButton *self, const char *party_id, const char *reservation_id)
{
  g_return_if_fail (HL_IS_HISTORY_BUTTON (self));
  set_subject (self, HL_HISTORY_OF_GUEST, party_id, reservation_id);
}

void
hl_history_button_set_table (HlHistoryButton *self, const char *table_id)
{
  g_return_if_fail (HL_IS_HISTORY_BUTTON (self));
  set_subject (self, HL_HISTORY_OF_TABLE, table_id, NULL);
}

void
hl_history_button_set_call (HlHistoryButton *self, const char *call_id)
{
  g_return_if_fail (HL_IS_HISTORY_BUTTON (self));
  set_subject (self, HL_HISTORY_OF_CALL, call_id, NULL);
}

void
hl_history_button_set_up (HlHistoryButton *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_HISTORY_BUTTON (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  g_signal_connect_object (hl_desk_get_history (desk), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
hl_history_button_dispose (GObject *object)
{
  HlHistoryButton *self = HL_HISTORY_BUTTON (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->reservation_id, g_free);
  G_OBJECT_CLASS (hl_history_button_parent_class)->dispose (object);
}

static void
hl_history_button_class_init (HlHistoryButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_history_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-history-button.ui");
  gtk_widget_class_bind_template_child (widget_class, HlHistoryButton, button);
  gtk_widget_class_bind_template_child (widget_class, HlHistoryButton, popover);
  gtk_widget_class_bind_template_child (widget_class, HlHistoryButton, list);
  gtk_widget_class_bind_template_child (widget_class, HlHistoryButton, nothing);
  gtk_widget_class_bind_template_child (widget_class, HlHistoryButton, since);
  gtk_widget_class_bind_template_callback (widget_class, on_shown);
}

static void
hl_history_button_init (HlHistoryButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
