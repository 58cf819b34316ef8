/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the guest that was tapped, and the most likely next steps. */
#include "views/hl-guest-panel.h"

#include <glib/gi18n.h>

#include "views/hl-contact-button.h"
#include "views/hl-history-button.h"
#include "views/hl-row-watch.h"
#include "views/hl-words-history.h"
#include "views/hl-words.h"
#include "widgets/hl-chip.h"

struct _HlGuestPanel {
  GtkWidget parent_instance;
  GtkLabel *title;
  HlHistoryButton *history;
  GtkLabel *details;
  HlChip *allergies;
  GtkLabel *notes;
  GtkLabel *attempts;
  HlContactButton *contact;
  GtkWidget *hint;
  GtkWidget *arrive;
  GtkWidget *cancel;
  GtkWidget *leave;

  HlActs *acts;
  HlRowWatch *watch;
  gboolean masked;
};

G_DEFINE_FINAL_TYPE (HlGuestPanel, hl_guest_panel, GTK_TYPE_WIDGET)

static void
append (GString *text, const char *more)
{
  if (more == NULL || more[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, more);
}

static char *
list_notes (HlGuestPanel *self, HlGuestRow *row)
{
  HlState *state = hl_desk_get_screen (hl_acts_get_desk (self->acts));
  HlParty *party = hl_state_lookup_party (state, hl_guest_row_get_party_id (row));
  HlReservation *reservation =
      hl_state_lookup_reservation (state, hl_guest_row_get_reservation_id (row));
  GPtrArray *lists[] = {
    party != NULL ? hl_party_get_notes (party) : NULL,
    reservation != NULL ? hl_reservation_get_notes (reservation) : NULL,
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
      append (text, hl_note_get_text (g_ptr_array_index (lists[i], j)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_target (GtkWidget *button, const char *id)
{
  gtk_widget_set_visible (button, id != NULL);
  if (id != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
}

static void
update (GtkWidget *widget)
{
  HlGuestPanel *self = HL_GUEST_PANEL (widget);
  HlGuestRow *row = hl_row_watch_get_item (self->watch);
  GTimeZone *zone = hl_desk_get_timezone (hl_acts_get_desk (self->acts));
  HlGuestGroup group = hl_guest_row_get_group (row);
  const char *allergies = hl_row_get_string (HL_ROW (row), HL_GUEST_ROW_ALLERGIES);
  gboolean arrival = group <= HL_GUEST_GROUP_LATER;
  g_autofree char *name = hl_words_isolate (hl_words_name (hl_guest_row_get_name (row)));
  g_autofree char *people = hl_words_people (hl_guest_row_get_size (row));
  g_autofree char *title = g_strdup_printf ("%s, %s", name, people);
  g_autofree char *time = hl_words_time (hl_guest_row_get_time (row), zone);
  g_autofree char *number = hl_words_phone (hl_guest_row_get_phone (row), self->masked);
  g_autofree char *phone = number[0] != '\0' ? hl_words_isolate (number) : NULL;
  g_autofree char *language =
      hl_words_language (hl_row_get_string (HL_ROW (row), HL_GUEST_ROW_LANGUAGE));
  g_autofree char *notes = list_notes (self, row);
  HlDesk *desk = hl_acts_get_desk (self->acts);
  g_autofree char *attempts = hl_words_attempts (
      desk, hl_state_lookup_reservation (hl_desk_get_screen (desk), hl_guest_row_get_reservation_id (row)));
  g_autoptr (GString) details = g_string_new (NULL);

  append (details, time);
  append (details, arrival ? hl_words_reservation_status (hl_guest_row_get_reservation_status (row))
                           : hl_words_party_status (hl_guest_row_get_party_status (row)));
  append (details, phone);
  append (details, language);
  gtk_label_set_label (self->title, title);
  hl_history_button_set_guest (self->history, hl_guest_row_get_party_id (row),
                               hl_guest_row_get_reservation_id (row));
  gtk_label_set_label (self->details, details->str);
  gtk_label_set_label (self->notes, notes);
  gtk_widget_set_visible (GTK_WIDGET (self->notes), notes[0] != '\0');
  gtk_label_set_label (self->attempts, attempts);
  gtk_widget_set_visible (GTK_WIDGET (self->attempts), attempts[0] != '\0');
  /* who is on their way can be called; who stands here need not be */
  hl_contact_button_set_reservation (self->contact, arrival && number[0] != '\0'
                                                        ? hl_guest_row_get_reservation_id (row)
                                                        : NULL);
  hl_chip_set (self->allergies, "hl-allergy-symbolic", allergies, "error", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->allergies), allergies != NULL && allergies[0] != '\0');
  set_target (self->arrive, arrival ? hl_guest_row_get_reservation_id (row) : NULL);
  set_target (self->cancel, arrival ? hl_guest_row_get_reservation_id (row) : NULL);
  set_target (self->leave, arrival ? NULL : hl_guest_row_get_party_id (row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
}

static void
hl_guest_panel_dispose (GObject *object)
{
  HlGuestPanel *self = HL_GUEST_PANEL (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_guest_panel_parent_class)->dispose (object);
}

static void
hl_guest_panel_class_init (HlGuestPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_guest_panel_dispose;
  g_type_ensure (HL_TYPE_HISTORY_BUTTON);
  g_type_ensure (HL_TYPE_CONTACT_BUTTON);
  g_type_ensure (HL_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-guest-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, title);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, history);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, details);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, allergies);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, notes);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, attempts);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, hint);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, contact);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, arrive);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, cancel);
  gtk_widget_class_bind_template_child (widget_class, HlGuestPanel, leave);
}

static void
hl_guest_panel_init (HlGuestPanel *self)
{
  self->masked = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_guest_panel_new (void)
{
  return g_object_new (HL_TYPE_GUEST_PANEL, NULL);
}

void
hl_guest_panel_set_up (HlGuestPanel *self, HlActs *acts)
{
  g_return_if_fail (HL_IS_GUEST_PANEL (self) && self->acts == NULL);
  self->acts = g_object_ref (acts);
  hl_history_button_set_up (self->history, hl_acts_get_desk (acts));
}

void
hl_guest_panel_set_item (HlGuestPanel *self, HlGuestRow *item)
{
  g_return_if_fail (HL_IS_GUEST_PANEL (self));
  hl_row_watch_set_item (self->watch, item);
}

HlGuestRow *
hl_guest_panel_get_item (HlGuestPanel *self)
{
  g_return_val_if_fail (HL_IS_GUEST_PANEL (self), NULL);
  return hl_row_watch_get_item (self->watch);
}

void
hl_guest_panel_set_masked (HlGuestPanel *self, gboolean masked)
{
  self->masked = masked;
  if (hl_row_watch_get_item (self->watch) != NULL)
    update (GTK_WIDGET (self));
}
