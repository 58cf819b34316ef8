/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many people: buttons 1 to 12, and a number pad for more. */
#include "widgets/hl-size-pad.h"

#include <glib/gi18n.h>

#define N_BUTTONS 12
#define N_COLUMNS 6

struct _HlSizePad {
  GtkWidget parent_instance;
  GtkGrid *grid;
  GtkGrid *pad;
  GtkToggleButton *more;
  GtkToggleButton *buttons[N_BUTTONS];
  int size;
  gboolean updating;
};

enum {
  PROP_0,
  PROP_SIZE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlSizePad, hl_size_pad, GTK_TYPE_WIDGET)

static void
show_size (HlSizePad *self)
{
  self->updating = TRUE;
  for (int i = 0; i < N_BUTTONS; i++)
    gtk_toggle_button_set_active (self->buttons[i], self->size == i + 1);
  self->updating = FALSE;
  if (self->size > N_BUTTONS) {
    /* Translators: %d people, on the button for sizes over 12 */
    g_autofree char *label = g_strdup_printf (
        g_dngettext (NULL, "%d person", "%d people", self->size), self->size);

    gtk_button_set_label (GTK_BUTTON (self->more), label);
    gtk_widget_add_css_class (GTK_WIDGET (self->more), "chosen");
  } else {
    gtk_button_set_label (GTK_BUTTON (self->more), C_ ("party size", "13 or more"));
    gtk_widget_remove_css_class (GTK_WIDGET (self->more), "chosen");
  }
}

static void
on_button_toggled (GtkToggleButton *button, HlSizePad *self)
{
  int size = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "hl-size"));

  if (self->updating)
    return;
  /* a second press on the chosen one keeps it: a size is never half chosen */
  gtk_toggle_button_set_active (self->more, FALSE);
  hl_size_pad_set_size (self, size);
  show_size (self);
}

static void
on_digit_clicked (GtkButton *button, HlSizePad *self)
{
  int digit = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "hl-digit"));
  int size = self->size;

  if (digit < 0)
    size = self->size / 10;
  else if (size * 10 + digit <= HL_SIZE_PAD_MAX)
    size = size * 10 + digit;
  else
    size = digit;
  hl_size_pad_set_size (self, size);
}

static void
hl_size_pad_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    g_value_set_int (value, HL_SIZE_PAD (object)->size);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_size_pad_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    hl_size_pad_set_size (HL_SIZE_PAD (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_size_pad_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_size_pad_parent_class)->dispose (object);
}

static void
hl_size_pad_class_init (HlSizePadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_size_pad_dispose;
  object_class->get_property = hl_size_pad_get_property;
  object_class->set_property = hl_size_pad_set_property;
  properties[PROP_SIZE] = g_param_spec_int (
      "size", NULL, NULL, 0, HL_SIZE_PAD_MAX, 0,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-size-pad.ui");
  gtk_widget_class_bind_template_child (widget_class, HlSizePad, grid);
  gtk_widget_class_bind_template_child (widget_class, HlSizePad, pad);
  gtk_widget_class_bind_template_child (widget_class, HlSizePad, more);
}

static void
add_digit (HlSizePad *self, int digit, int column, int row)
{
  GtkWidget *button;

  if (digit >= 0) {
    g_autofree char *label = g_strdup_printf ("%d", digit);

    button = gtk_button_new_with_label (label);
  } else {
    button = gtk_button_new_from_icon_name ("hl-backspace-symbolic");
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    C_ ("number pad", "Delete the last digit"), -1);
  }
  g_object_set_data (G_OBJECT (button), "hl-digit", GINT_TO_POINTER (digit));
  gtk_widget_add_css_class (button, "hl-target");
  gtk_widget_set_hexpand (button, TRUE);
  g_signal_connect (button, "clicked", G_CALLBACK (on_digit_clicked), self);
  gtk_grid_attach (self->pad, button, column, row, 1, 1);
}

static void
hl_size_pad_init (HlSizePad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (int i = 0; i < N_BUTTONS; i++) {
    g_autofree char *label = g_strdup_printf ("%d", i + 1);
    GtkWidget *button = gtk_toggle_button_new_with_label (label);

    g_object_set_data (G_OBJECT (button), "hl-size", GINT_TO_POINTER (i + 1));
    gtk_widget_add_css_class (button, "hl-size");
    gtk_widget_set_hexpand (button, TRUE);
    g_signal_connect (button, "toggled", G_CALLBACK (on_button_toggled), self);
    gtk_grid_attach (self->grid, button, i % N_COLUMNS, i / N_COLUMNS, 1, 1);
    self->buttons[i] = GTK_TOGGLE_BUTTON (button);
  }
  for (int digit = 1; digit <= 9; digit++)
    add_digit (self, digit, (digit - 1) % 3, (digit - 1) / 3);
  add_digit (self, 0, 1, 3);
  add_digit (self, -1, 2, 3);
}

GtkWidget *
hl_size_pad_new (void)
{
  return g_object_new (HL_TYPE_SIZE_PAD, NULL);
}

int
hl_size_pad_get_size (HlSizePad *self)
{
  g_return_val_if_fail (HL_IS_SIZE_PAD (self), 0);
  return self->size;
}

void
hl_size_pad_set_size (HlSizePad *self, int size)
{
  g_return_if_fail (HL_IS_SIZE_PAD (self));

  size = CLAMP (size, 0, HL_SIZE_PAD_MAX);
  if (self->size == size)
    return;
  self->size = size;
  if (size == 0)
    gtk_toggle_button_set_active (self->more, FALSE);
  show_size (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}
