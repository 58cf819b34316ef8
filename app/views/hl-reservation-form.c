/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new reservation: size, day and time in steps, and what else is known. */
#include "views/hl-reservation-form.h"

#include <glib/gi18n.h>

#include "views/hl-phone.h"
#include "views/hl-words.h"
#include "widgets/hl-size-pad.h"

#define QUARTER_MS (15 * 60 * 1000)

struct _HlReservationForm {
  GtkWidget parent_instance;
  HlSizePad *pad;
  GtkEntry *name;
  GtkEntry *phone;
  GtkEntry *allergies;
  GtkLabel *problem;
  GtkLabel *day;
  GtkLabel *time;
  GtkLabel *warning;
  GtkButton *add;

  HlActs *acts;
  gint64 starts_at;
};

enum {
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlReservationForm, hl_reservation_form, GTK_TYPE_WIDGET)

/* What the rules say of it, before it is booked. */
static void
show_warning (HlReservationForm *self)
{
  HlDesk *desk = hl_acts_get_desk (self->acts);
  int size = hl_size_pad_get_size (self->pad);
  const char *text = NULL;

  if (self->starts_at <= hl_desk_get_now (desk))
    text = C_ ("form", "That time has passed.");
  else if (size > 0 && hl_desk_get_pill (desk) == HL_PILL_OFFLINE)
    /* offline, nobody knows what was booked elsewhere meanwhile */
    text = C_ ("form", "Offline: whether there is room cannot be checked now.");
  gtk_label_set_label (self->warning, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), text != NULL);
}

static void
show (HlReservationForm *self)
{
  GTimeZone *zone = hl_desk_get_timezone (hl_acts_get_desk (self->acts));
  int size = hl_size_pad_get_size (self->pad);
  g_autofree char *day = hl_words_date (self->starts_at, zone);
  g_autofree char *time = hl_words_time (self->starts_at, zone);

  gtk_label_set_label (self->day, day);
  gtk_label_set_label (self->time, time);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add), size > 0);
  if (size > 0) {
    /* Translators: people, day, time: "Book 4, Fri 4 Dec 20:00" */
    g_autofree char *label = g_strdup_printf (C_ ("form", "Book %1$d, %2$s %3$s"), size, day, time);

    gtk_button_set_label (self->add, label);
  } else {
    gtk_button_set_label (self->add, C_ ("form", "How many are they?"));
  }
  show_warning (self);
}

static void
on_size_notify (HlSizePad *pad, GParamSpec *pspec, HlReservationForm *self)
{
  if (self->acts != NULL)
    show (self);
}

static void
on_phone_changed (HlReservationForm *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
}

/* A day is a step of the calendar, not of 24 hours: the clocks may change in between. */
static void
step_day (HlReservationForm *self, int days)
{
  GTimeZone *zone = hl_desk_get_timezone (hl_acts_get_desk (self->acts));
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (self->starts_at / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) other = g_date_time_add_days (local, days);

  self->starts_at = g_date_time_to_unix (other) * 1000;
  show (self);
}

static void
step_time (HlReservationForm *self, int quarters)
{
  self->starts_at += quarters * QUARTER_MS;
  show (self);
}

static void
on_earlier_day_clicked (HlReservationForm *self)
{
  step_day (self, -1);
}

static void
on_later_day_clicked (HlReservationForm *self)
{
  step_day (self, 1);
}

static void
on_earlier_clicked (HlReservationForm *self)
{
  step_time (self, -1);
}

static void
on_later_clicked (HlReservationForm *self)
{
  step_time (self, 1);
}

static void
on_add_clicked (HlReservationForm *self)
{
  HlLocation *location = hl_state_get_location (hl_desk_get_screen (hl_acts_get_desk (self->acts)));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  g_autofree char *phone =
      hl_phone_normalize (gtk_editable_get_text (GTK_EDITABLE (self->phone)),
                          location != NULL ? hl_location_get_phone (location) : NULL);
  g_autofree char *allergies =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->allergies))));

  if (phone == NULL) {
    gtk_label_set_label (self->problem,
                         C_ ("form", "Please write the number with its country code, like "
                                     "+1 202 555 0142, or leave it out."));
    gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
    return;
  }
  hl_acts_book (self->acts, hl_size_pad_get_size (self->pad), name, phone, self->starts_at,
                allergies, NULL);
  g_signal_emit (self, signals[DONE], 0);
}

static void
hl_reservation_form_dispose (GObject *object)
{
  HlReservationForm *self = HL_RESERVATION_FORM (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_reservation_form_parent_class)->dispose (object);
}

static void
hl_reservation_form_class_init (HlReservationFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_reservation_form_dispose;
  signals[DONE] = g_signal_new ("done", HL_TYPE_RESERVATION_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (HL_TYPE_SIZE_PAD);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hostline/Hostline/ui/hl-reservation-form.ui");
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, pad);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, name);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, phone);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, allergies);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, problem);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, day);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, time);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, warning);
  gtk_widget_class_bind_template_child (widget_class, HlReservationForm, add);
  gtk_widget_class_bind_template_callback (widget_class, on_phone_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_earlier_day_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_later_day_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_earlier_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_later_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
}

static void
hl_reservation_form_init (HlReservationForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->pad, "notify::size", G_CALLBACK (on_size_notify), self);
}

GtkWidget *
hl_reservation_form_new (void)
{
  return g_object_new (HL_TYPE_RESERVATION_FORM, NULL);
}

void
hl_reservation_form_set_up (HlReservationForm *self, HlActs *acts)
{
  g_return_if_fail (HL_IS_RESERVATION_FORM (self) && self->acts == NULL);
  self->acts = g_object_ref (acts);
}

void
hl_reservation_form_open (HlReservationForm *self)
{
  gint64 soon = hl_desk_get_now (hl_acts_get_desk (self->acts)) + 4 * QUARTER_MS;

  self->starts_at = (soon + QUARTER_MS - 1) / QUARTER_MS * QUARTER_MS;
  hl_size_pad_set_size (self->pad, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  gtk_editable_set_text (GTK_EDITABLE (self->phone), "");
  gtk_editable_set_text (GTK_EDITABLE (self->allergies), "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  show (self);
  gtk_widget_child_focus (GTK_WIDGET (self->pad), GTK_DIR_TAB_FORWARD);
}
