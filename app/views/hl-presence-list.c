/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here. */
#include "views/hl-presence-list.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

struct _HlPresenceList {
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkLabel *note;
  GtkWidget *list;
  HlDesk *desk;
};

G_DEFINE_FINAL_TYPE (HlPresenceList, hl_presence_list, GTK_TYPE_WIDGET)

/* Who is at it, and whether anything is done there. Of what was, only who. */
static char *
say (const HlHere *here, gboolean current)
{
  g_autofree char *who = here->who[0] != '\0' ? hl_words_isolate (here->who)
                                              : g_strdup (C_ ("presence", "nobody named"));
  g_autofree char *time = hl_words_minutes (here->idle_s / 60);
  g_autofree char *still = NULL;

  if (!current)
    return g_steal_pointer (&who);
  if (here->idle_s < 60)
    still = g_strdup (C_ ("presence", "active now"));
  else if (here->idle_s < HL_PRESENCE_IDLE_S)
    /* Translators: since when nothing was done at a device: "3 min" */
    still = g_strdup_printf (C_ ("presence", "active %s ago"), time);
  else
    /* Translators: how long nothing was done at a device: "12 min" */
    still = g_strdup_printf (C_ ("presence", "quiet for %s"), time);
  /* a device without a name of its own is called after who uses it */
  if (g_str_equal (here->who, here->name))
    return g_steal_pointer (&still);
  /* Translators: who is at a device, whether they do anything: "Ana · active now" */
  return g_strdup_printf (C_ ("presence", "%1$s · %2$s"), who, still);
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_row (const HlHere *here, gboolean current)
{
  gboolean quiet = here->idle_s >= HL_PRESENCE_IDLE_S;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (current && !quiet ? "hl-seated-symbolic" : "hl-open-symbolic");
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *name = hl_words_isolate (here->name);
  /* Translators: the name of the device that shows this */
  g_autofree char *title = here->own ? g_strdup_printf (C_ ("presence", "%s (this one)"), name)
                                     : g_strdup (name);
  g_autofree char *text = say (here, current);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), lines);
  gtk_box_append (GTK_BOX (lines), make_label (title, "hl-item-title"));
  gtk_box_append (GTK_BOX (lines), make_label (text, "hl-item-fate"));
  gtk_widget_add_css_class (row, "hl-item");
  if (!current)
    gtk_widget_add_css_class (row, "dim-label");
  return row;
}

static void
show (HlPresenceList *self)
{
  HlPresence *presence = hl_desk_get_presence (self->desk);
  const GPtrArray *here = hl_presence_get_here (presence);
  gboolean current = hl_presence_get_current (presence);
  gint64 as_of = hl_presence_get_as_of (presence);
  HlPill pill = hl_desk_get_pill (self->desk);
  g_autofree char *title = NULL;
  g_autofree char *note = NULL;
  GtkWidget *child;

  if (current || as_of == 0) {
    title = g_strdup (C_ ("presence", "Who is here"));
  } else {
    g_autofree char *when = hl_words_time (as_of, hl_desk_get_timezone (self->desk));

    /* Translators: a time; without a connection nobody knows who is here now */
    title = g_strdup_printf (C_ ("presence", "Who was here at %s"), when);
  }
  if (as_of == 0)
    note = g_strdup (pill == HL_PILL_OFFLINE ? C_ ("presence", "Not known without the connection")
                                             : C_ ("presence", "Asking the server"));
  else if (!current)
    note = g_strdup (C_ ("presence", "Who is here now is not known without the connection."));
  else if (hl_presence_get_more (presence) > 0)
    note = g_strdup_printf (g_dngettext (NULL, "And %d more device", "And %d more devices",
                                         (gulong)hl_presence_get_more (presence)),
                            hl_presence_get_more (presence));
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < here->len; i++)
    gtk_box_append (GTK_BOX (self->list), make_row (g_ptr_array_index (here, i), current));
}

static void
on_changed (HlPresenceList *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
}

static void
on_now (HlPresenceList *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    hl_desk_ask_presence (self->desk);
}

static void
hl_presence_list_map (GtkWidget *widget)
{
  HlPresenceList *self = HL_PRESENCE_LIST (widget);

  hl_desk_ask_presence (self->desk);
  show (self);
  GTK_WIDGET_CLASS (hl_presence_list_parent_class)->map (widget);
}

void
hl_presence_list_set_up (HlPresenceList *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_PRESENCE_LIST (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  g_signal_connect_object (hl_desk_get_presence (desk), "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::now", G_CALLBACK (on_now), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::pill", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
}

static void
hl_presence_list_dispose (GObject *object)
{
  HlPresenceList *self = HL_PRESENCE_LIST (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_presence_list_parent_class)->dispose (object);
}

static void
hl_presence_list_class_init (HlPresenceListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_presence_list_dispose;
  widget_class->map = hl_presence_list_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/hostline/Hostline/ui/hl-presence-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HlPresenceList, title);
  gtk_widget_class_bind_template_child (widget_class, HlPresenceList, note);
  gtk_widget_class_bind_template_child (widget_class, HlPresenceList, list);
}

static void
hl_presence_list_init (HlPresenceList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
