/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk-in or somebody for the waitlist: how many they are, and what else is known. */
#include "views/hl-party-form.h"

#include <glib/gi18n.h>

#include "views/hl-phone.h"
#include "views/hl-words.h"
#include "widgets/hl-size-pad.h"

struct _HlPartyForm {
  GtkWidget parent_instance;
  GtkLabel *title;
  HlSizePad *pad;
  GtkEntry *name;
  GtkEntry *phone;
  GtkLabel *problem;
  GtkWidget *quote_box;
  GtkLabel *quote;
  GtkLabel *hint;
  GtkButton *add;

  HlActs *acts;
  HlSeating *seating;
  gboolean waitlist;
  int minutes;           /* quoted, -1 for no idea */
  gboolean minutes_kept; /* changed by a person: not computed again */
};

enum {
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlPartyForm, hl_party_form, GTK_TYPE_WIDGET)

static void
show_quote (HlPartyForm *self)
{
  if (self->minutes < 0) {
    gtk_label_set_label (self->quote, C_ ("quote", "No quote"));
  } else if (self->minutes == 0) {
    gtk_label_set_label (self->quote, C_ ("quote", "A table now"));
  } else {
    g_autofree char *text = g_strdup_printf (
        C_ ("quote", "Say: %d to %d min"), self->minutes, self->minutes + self->minutes / 4 + 5);

    gtk_label_set_label (self->quote, text);
  }
}

static void
compute_quote (HlPartyForm *self)
{
  int size = hl_size_pad_get_size (self->pad);
  const char *property = size <= 2 ? "quote-2" : size <= 4 ? "quote-4" : "quote-6";

  if (!self->minutes_kept) {
    self->minutes = -1;
    if (size > 0)
      g_object_get (hl_acts_get_desk (self->acts), property, &self->minutes, NULL);
  }
  show_quote (self);
}

static void
follow (HlPartyForm *self)
{
  int size = hl_size_pad_get_size (self->pad);

  gtk_widget_set_sensitive (GTK_WIDGET (self->add), size > 0);
  if (self->waitlist) {
    compute_quote (self);
  } else {
    g_autofree char *name = hl_party_form_get_name (self);

    if (size > 0)
      hl_seating_start (self->seating, HL_SEATING_WALK_IN, NULL,
                        name[0] != '\0' ? name : C_ ("name", "Walk-in"), size);
    else
      hl_seating_stop (self->seating);
    gtk_label_set_label (self->hint, size > 0
                                         ? C_ ("form", "Now tap a table.")
                                         : C_ ("form", "How many are they? Then tap a table."));
  }
}

static void
on_size_notify (HlSizePad *pad, GParamSpec *pspec, HlPartyForm *self)
{
  if (self->acts != NULL)
    follow (self);
}

static void
on_name_changed (HlPartyForm *self)
{
  if (self->acts != NULL && !self->waitlist)
    follow (self);
}

static void
on_phone_changed (HlPartyForm *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
}

static void
change_quote (HlPartyForm *self, int by)
{
  self->minutes = CLAMP (self->minutes < 0 ? (by > 0 ? 5 : -1) : self->minutes + by, -1, 300);
  self->minutes_kept = TRUE;
  show_quote (self);
}

static void
on_less_clicked (HlPartyForm *self)
{
  change_quote (self, -5);
}

static void
on_more_clicked (HlPartyForm *self)
{
  change_quote (self, 5);
}

static void
on_add_clicked (HlPartyForm *self)
{
  g_autofree char *name = hl_party_form_get_name (self);
  g_autofree char *phone = hl_party_form_get_phone (self);
  int size = hl_size_pad_get_size (self->pad);

  if (size < 1 || phone == NULL)
    return;
  hl_acts_add_party (self->acts, size, name, phone, self->waitlist, self->minutes,
                     self->minutes > 0 ? self->minutes + self->minutes / 4 + 5 : self->minutes);
  g_signal_emit (self, signals[DONE], 0);
}

static void
hl_party_form_dispose (GObject *object)
{
  HlPartyForm *self = HL_PARTY_FORM (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->acts);
  g_clear_object (&self->seating);
  G_OBJECT_CLASS (hl_party_form_parent_class)->dispose (object);
}

static void
hl_party_form_class_init (HlPartyFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_party_form_dispose;
  signals[DONE] = g_signal_new ("done", HL_TYPE_PARTY_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  g_type_ensure (HL_TYPE_SIZE_PAD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-party-form.ui");
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, title);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, pad);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, name);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, phone);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, problem);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, quote_box);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, quote);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, hint);
  gtk_widget_class_bind_template_child (widget_class, HlPartyForm, add);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_phone_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_less_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_more_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
}

static void
hl_party_form_init (HlPartyForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->pad, "notify::size", G_CALLBACK (on_size_notify), self);
}

GtkWidget *
hl_party_form_new (void)
{
  return g_object_new (HL_TYPE_PARTY_FORM, NULL);
}

void
hl_party_form_set_up (HlPartyForm *self, HlActs *acts, HlSeating *seating)
{
  g_return_if_fail (HL_IS_PARTY_FORM (self) && self->acts == NULL);
  self->acts = g_object_ref (acts);
  self->seating = g_object_ref (seating);
}

void
hl_party_form_open (HlPartyForm *self, gboolean waitlist)
{
  self->waitlist = waitlist;
  self->minutes = -1;
  self->minutes_kept = FALSE;
  hl_size_pad_set_size (self->pad, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  gtk_editable_set_text (GTK_EDITABLE (self->phone), "");
  gtk_label_set_label (self->title,
                       waitlist ? C_ ("form", "For the waitlist") : C_ ("form", "Walk-in"));
  gtk_button_set_label (self->add, waitlist ? C_ ("form", "Add to the waitlist")
                                            : C_ ("form", "At the door, no table yet"));
  if (waitlist)
    gtk_widget_add_css_class (GTK_WIDGET (self->add), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->add), "suggested-action");
  gtk_widget_set_visible (self->quote_box, waitlist);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), !waitlist);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  follow (self);
  gtk_widget_child_focus (GTK_WIDGET (self->pad), GTK_DIR_TAB_FORWARD);
}

char *
hl_party_form_get_name (HlPartyForm *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
}

char *
hl_party_form_get_phone (HlPartyForm *self)
{
  HlLocation *location = hl_state_get_location (hl_desk_get_screen (hl_acts_get_desk (self->acts)));
  char *phone = hl_phone_normalize (gtk_editable_get_text (GTK_EDITABLE (self->phone)),
                                    location != NULL ? hl_location_get_phone (location) : NULL);

  if (phone == NULL)
    gtk_label_set_label (self->problem,
                         C_ ("form", "Please write the number with its country code, like "
                                     "+1 202 555 0142, or leave it out."));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), phone == NULL);
  return phone;
}

int
hl_party_form_get_size (HlPartyForm *self)
{
  return hl_size_pad_get_size (self->pad);
}
