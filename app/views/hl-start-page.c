/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first start: pair with an address and a code, or with a link, or try the demonstration. */
#include "views/hl-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "hl-config.h"
#include "views/hl-words.h"

struct _HlStartPage {
  GtkWidget parent_instance;
  GtkImage *logo;
  GtkEditable *address;
  GtkEditable *code;
  GtkEditable *device;
  GtkEditable *link;
  GtkLabel *leaving;
  GtkLabel *problem;
  GtkWidget *confirm;
  GtkLabel *pin;
  GtkButton *connect;
  GtkWidget *keep;
  GtkWidget *demo;

  HlDesk *desk;
  GCancellable *cancellable; /* of the attempt under way */
};

G_DEFINE_FINAL_TYPE (HlStartPage, hl_start_page, GTK_TYPE_WIDGET)

static char *
get_text (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static void
on_changed (HlStartPage *self)
{
  g_autofree char *address = get_text (self->address);
  g_autofree char *code = get_text (self->code);
  g_autofree char *link = get_text (self->link);

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->connect),
                            self->cancellable == NULL &&
                                (link[0] != '\0' || (address[0] != '\0' && code[0] != '\0')));
}

static const char *
get_problem (const GError *error)
{
  if (error->domain != HL_DESK_ERROR)
    return C_ ("start", "It did not work: a fault that should not be. Try again.");
  switch (error->code) {
  case HL_DESK_ERROR_CODE_UNKNOWN:
    return C_ ("start", "The server does not know this code. Is every character right?");
  case HL_DESK_ERROR_CODE_USED:
    return C_ ("start", "This code was used already. Ask for a new one.");
  case HL_DESK_ERROR_CODE_EXPIRED:
    return C_ ("start", "This code has expired. Ask for a new one.");
  case HL_DESK_ERROR_TOO_MANY_ATTEMPTS:
    return C_ ("start", "Too many attempts. Wait a minute, then try again.");
  case HL_DESK_ERROR_MALFORMED:
    return C_ ("start", "This link, address or code cannot be read.");
  case HL_DESK_ERROR_STORAGE:
    return C_ ("start", "This computer cannot save the pairing. Is its disk full?");
  case HL_DESK_ERROR_IN_USE:
    return C_ ("start", "Another Hostline on this computer has the same data open.");
  default:
    return error->message;
  }
}

static void
show_busy (HlStartPage *self)
{
  gtk_button_set_label (self->connect, self->cancellable != NULL ? C_ ("start", "Connecting…")
                                                                 : C_ ("start", "Connect"));
  on_changed (self);
}

static void
on_paired (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlStartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->cancellable);
  if (self->desk == NULL) /* the page is gone */
    return;
  show_busy (self);
  if (hl_desk_pair_finish (HL_DESK (source), result, &error)) {
    gtk_widget_set_visible (self->confirm, FALSE);
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_PAIRED)) {
    /* the link stands there; whether to follow it is for a person to say */
    gtk_widget_activate_action (GTK_WIDGET (self), "app.pair", NULL);
    return;
  }
  if (g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_CONFIRM_PIN)) {
    gtk_label_set_label (self->pin, hl_desk_get_pairing_pin (self->desk));
    gtk_widget_set_visible (self->confirm, TRUE);
    gtk_widget_set_visible (GTK_WIDGET (self->connect), FALSE);
    return;
  }
  gtk_label_set_label (self->problem, get_problem (error));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

static void
pair (HlStartPage *self, gboolean confirmed)
{
  g_autofree char *address = get_text (self->address);
  g_autofree char *code = get_text (self->code);
  g_autofree char *device = get_text (self->device);
  g_autofree char *link = get_text (self->link);
  gboolean by_link = link[0] != '\0';

  if (self->cancellable != NULL || (!by_link && (address[0] == '\0' || code[0] == '\0')))
    return;
  if (device[0] == '\0') {
    g_free (device);
    /* Translators: the name of a device, until a person gives it a better one */
    device = g_strdup (C_ ("start", "Host stand"));
  }
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_visible (self->confirm, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->connect), TRUE);
  show_busy (self);
  hl_desk_pair_async (self->desk, by_link ? link : NULL, by_link ? NULL : address,
                      by_link ? NULL : code, device, confirmed, self->cancellable, on_paired,
                      g_object_ref (self));
}

static void
on_connect_clicked (HlStartPage *self)
{
  pair (self, FALSE);
}

static void
on_same_clicked (HlStartPage *self)
{
  pair (self, TRUE);
}

static void
on_stop_clicked (HlStartPage *self)
{
  gtk_widget_set_visible (self->confirm, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->connect), TRUE);
  gtk_label_set_label (self->problem,
                       C_ ("start", "Then this is not your server. Nothing was connected."));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

/* What connecting anew means for a stand that is connected. */
static void
show_leaving (HlStartPage *self)
{
  int unsent = hl_desk_get_unsent (self->desk);
  g_autofree char *name = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_object_get (self->desk, "location-name", &name, NULL);
  if (name != NULL && name[0] != '\0') {
    g_autofree char *isolated = hl_words_isolate (name);

    g_string_append_printf (text, C_ ("start", "This stand is connected to %s. When you connect it "
                                               "anew, it leaves there."),
                            isolated);
  } else {
    g_string_append (text, C_ ("start", "This stand is connected already. When you connect it "
                                        "anew, it leaves there."));
  }
  if (unsent > 0) {
    g_string_append_c (text, ' ');
    g_string_append_printf (text,
                            g_dngettext (NULL, "%d change that was not sent will have to be looked "
                                               "at again.",
                                         "%d changes that were not sent will have to be looked at "
                                         "again.",
                                         unsent),
                            unsent);
  }
  gtk_label_set_label (self->leaving, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->leaving), hl_desk_get_paired (self->desk));
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlStartPage *self)
{
  show_leaving (self);
}

static void
hl_start_page_dispose (GObject *object)
{
  HlStartPage *self = HL_START_PAGE (object);
  GtkWidget *child;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  g_clear_object (&self->desk);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hl_start_page_parent_class)->dispose (object);
}

static void
hl_start_page_class_init (HlStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_start_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-start-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlStartPage, name)
  BIND (logo);
  BIND (address);
  BIND (code);
  BIND (device);
  BIND (link);
  BIND (leaving);
  BIND (problem);
  BIND (confirm);
  BIND (pin);
  BIND (connect);
  BIND (keep);
  BIND (demo);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_same_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
}

static void
hl_start_page_init (HlStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_image_set_from_icon_name (self->logo, HL_APPLICATION_ID);
}

GtkWidget *
hl_start_page_new (void)
{
  return g_object_new (HL_TYPE_START_PAGE, NULL);
}

void
hl_start_page_set_up (HlStartPage *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_START_PAGE (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  /* who comes here from a paired stand may also turn back */
  g_object_bind_property (desk, "paired", self->keep, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (desk, "paired", self->demo, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_signal_connect (desk, "notify::paired", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (desk, "notify::location-name", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (desk, "notify::unsent", G_CALLBACK (on_desk_notify), self);
  show_leaving (self);
}

void
hl_start_page_open_link (HlStartPage *self, const char *link)
{
  gtk_editable_set_text (self->link, link);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  /* a stand that is at work is not taken away from its house without a person who says so */
  if (!hl_desk_get_paired (self->desk))
    pair (self, FALSE);
}
