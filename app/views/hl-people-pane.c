/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The left pane: arrivals, waitlist and who is in the house; forms and a table's page open in it. */
#include "views/hl-people-pane.h"

#include <glib/gi18n.h>

#include "views/hl-guest-list.h"
#include "views/hl-guest-panel.h"
#include "views/hl-party-form.h"
#include "views/hl-reservation-form.h"
#include "views/hl-table-page.h"
#include "views/hl-words.h"

struct _HlPeoplePane {
  GtkWidget parent_instance;
  GtkStack *pages;
  GtkButton *arrivals_tab;
  GtkButton *waitlist_tab;
  GtkButton *in_house_tab;
  GtkStack *lists;
  HlGuestList *arrivals;
  HlGuestList *waitlist;
  HlGuestList *in_house;
  GtkRevealer *panel_revealer;
  HlGuestPanel *panel;
  HlPartyForm *party_form;
  HlReservationForm *reservation_form;
  HlTablePage *table_page;

  HlActs *acts;
  HlDesk *desk;
  HlSeating *seating;
  char *walk_in_table; /* the table that the walk-in form was opened for, "" for none */
};

enum {
  TABLE_CHOSEN,
  PARTY_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlPeoplePane, hl_people_pane, GTK_TYPE_WIDGET)

static void
show_tab (GtkButton *tab, const char *word, GListModel *model)
{
  /* Translators: name of a list, how many are in it: "Arrivals 41" */
  g_autofree char *label = g_strdup_printf (C_ ("tab", "%1$s %2$u"), word,
                                            g_list_model_get_n_items (model));

  gtk_button_set_label (tab, label);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (tab)), PANGO_ELLIPSIZE_END);
}

static void
show_tabs (HlPeoplePane *self)
{
  show_tab (self->arrivals_tab, C_ ("tab", "Arrivals"), hl_desk_get_arrivals (self->desk));
  show_tab (self->waitlist_tab, C_ ("tab", "Waitlist"), hl_desk_get_waitlist (self->desk));
  show_tab (self->in_house_tab, C_ ("tab", "In house"), hl_desk_get_in_house (self->desk));
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added,
                  HlPeoplePane *self)
{
  if (removed != added)
    show_tabs (self);
}

static void
close_panel (HlPeoplePane *self)
{
  gtk_revealer_set_reveal_child (self->panel_revealer, FALSE);
  hl_guest_panel_set_item (self->panel, NULL);
  hl_guest_list_select (self->arrivals, NULL);
  hl_guest_list_select (self->waitlist, NULL);
  hl_guest_list_select (self->in_house, NULL);
}

static void
show_page (HlPeoplePane *self, const char *name)
{
  if (g_strcmp0 (name, "table") != 0) {
    hl_table_page_set_item (self->table_page, NULL);
    g_signal_emit (self, signals[TABLE_CHOSEN], 0, "");
  }
  if (g_strcmp0 (name, "lists") != 0)
    close_panel (self);
  gtk_stack_set_visible_child_name (self->pages, name);
}

static void
start_seating (HlPeoplePane *self, HlGuestRow *row)
{
  gboolean arrival = hl_guest_row_get_group (row) <= HL_GUEST_GROUP_LATER;

  hl_seating_start (self->seating, arrival ? HL_SEATING_RESERVATION : HL_SEATING_PARTY,
                    arrival ? hl_guest_row_get_reservation_id (row)
                            : hl_guest_row_get_party_id (row),
                    hl_words_name (hl_guest_row_get_name (row)), hl_guest_row_get_size (row));
}

static void
on_guest_chosen (HlPeoplePane *self, HlGuestRow *row)
{
  if (hl_guest_row_get_group (row) == HL_GUEST_GROUP_SEATED) {
    const char *const *tables = hl_guest_row_get_table_ids (row);
    HlTableToken *token =
        tables != NULL && tables[0] != NULL ? hl_desk_find_table (self->desk, tables[0]) : NULL;

    hl_seating_stop (self->seating);
    if (token != NULL)
      hl_people_pane_open_table (self, token);
    return;
  }
  /* a second tap on the chosen one lets them go */
  if (hl_guest_panel_get_item (self->panel) == row) {
    hl_people_pane_back (self);
    return;
  }
  close_panel (self);
  hl_guest_panel_set_item (self->panel, row);
  gtk_revealer_set_reveal_child (self->panel_revealer, TRUE);
  hl_guest_list_select (hl_guest_row_get_group (row) == HL_GUEST_GROUP_WAITING ? self->waitlist
                        : hl_guest_row_get_group (row) == HL_GUEST_GROUP_DOOR  ? self->in_house
                                                                               : self->arrivals,
                        hl_guest_row_get_id (row));
  start_seating (self, row);
  g_signal_emit (self, signals[PARTY_CHOSEN], 0);
}

static void
on_form_done (HlPeoplePane *self)
{
  hl_people_pane_back (self);
}

static void
on_party_done (HlPeoplePane *self)
{
  hl_people_pane_back (self);
}

static void
on_table_move (HlPeoplePane *self, HlTableToken *token)
{
  hl_seating_start (self->seating, HL_SEATING_MOVE, hl_table_token_get_party_id (token),
                    hl_words_name (hl_table_token_get_name (token)),
                    hl_table_token_get_size (token));
  g_signal_emit (self, signals[PARTY_CHOSEN], 0);
}

static void
on_table_seat_here (HlPeoplePane *self, HlTableToken *token, HlGuestRow *row)
{
  /* goes the way of any tap on a table, so that what is to be said beforehand is said */
  start_seating (self, row);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.table", "s",
                              hl_table_token_get_table_id (token));
}

static void
on_table_walk_in_here (HlPeoplePane *self, HlTableToken *token)
{
  g_autofree char *table_id = g_strdup (hl_table_token_get_table_id (token));

  hl_people_pane_open_walk_in (self);
  g_free (self->walk_in_table);
  self->walk_in_table = g_steal_pointer (&table_id);
}

/* A form that was opened from a table seats there as soon as the size is known. */
static void
on_seating_changed (HlSeating *seating, HlPeoplePane *self)
{
  if (hl_seating_get_kind (seating) == HL_SEATING_WALK_IN && self->walk_in_table[0] != '\0') {
    g_autofree char *table_id = g_steal_pointer (&self->walk_in_table);

    self->walk_in_table = g_strdup ("");
    gtk_widget_activate_action (GTK_WIDGET (self), "win.table", "s", table_id);
  } else if (hl_seating_get_kind (seating) == HL_SEATING_NONE) {
    close_panel (self);
  }
}

static void
hl_people_pane_dispose (GObject *object)
{
  HlPeoplePane *self = HL_PEOPLE_PANE (object);
  GtkWidget *child;

  if (self->desk != NULL) {
    g_signal_handlers_disconnect_by_data (hl_desk_get_arrivals (self->desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_waitlist (self->desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_in_house (self->desk), self);
  }
  if (self->seating != NULL)
    g_signal_handlers_disconnect_by_data (self->seating, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->seating);
  g_clear_object (&self->desk);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_people_pane_parent_class)->dispose (object);
}

static void
hl_people_pane_finalize (GObject *object)
{
  g_free (HL_PEOPLE_PANE (object)->walk_in_table);
  G_OBJECT_CLASS (hl_people_pane_parent_class)->finalize (object);
}

static void
hl_people_pane_class_init (HlPeoplePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_people_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_people_pane_finalize;
  signals[TABLE_CHOSEN] =
      g_signal_new ("table-chosen", HL_TYPE_PEOPLE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PARTY_CHOSEN] = g_signal_new ("party-chosen", HL_TYPE_PEOPLE_PANE, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (HL_TYPE_GUEST_LIST);
  g_type_ensure (HL_TYPE_GUEST_PANEL);
  g_type_ensure (HL_TYPE_PARTY_FORM);
  g_type_ensure (HL_TYPE_RESERVATION_FORM);
  g_type_ensure (HL_TYPE_TABLE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-people-pane.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlPeoplePane, name)
  BIND (pages);
  BIND (arrivals_tab);
  BIND (waitlist_tab);
  BIND (in_house_tab);
  BIND (lists);
  BIND (arrivals);
  BIND (waitlist);
  BIND (in_house);
  BIND (panel_revealer);
  BIND (panel);
  BIND (party_form);
  BIND (reservation_form);
  BIND (table_page);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_guest_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_form_done);
  gtk_widget_class_bind_template_callback (widget_class, on_party_done);
  gtk_widget_class_bind_template_callback (widget_class, on_table_move);
  gtk_widget_class_bind_template_callback (widget_class, on_table_seat_here);
  gtk_widget_class_bind_template_callback (widget_class, on_table_walk_in_here);
}

static void
hl_people_pane_init (HlPeoplePane *self)
{
  self->walk_in_table = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_people_pane_new (void)
{
  return g_object_new (HL_TYPE_PEOPLE_PANE, NULL);
}

void
hl_people_pane_set_up (HlPeoplePane *self, HlActs *acts, HlSeating *seating)
{
  GListModel *models[3];

  g_return_if_fail (HL_IS_PEOPLE_PANE (self) && self->acts == NULL);

  self->acts = g_object_ref (acts);
  self->desk = g_object_ref (hl_acts_get_desk (acts));
  self->seating = g_object_ref (seating);
  models[0] = hl_desk_get_arrivals (self->desk);
  models[1] = hl_desk_get_waitlist (self->desk);
  models[2] = hl_desk_get_in_house (self->desk);
  hl_guest_list_set_up (self->arrivals, self->desk, models[0], "hl-reservation-symbolic",
                        C_ ("list", "Nobody else is due today"));
  hl_guest_list_set_up (self->waitlist, self->desk, models[1], "hl-waitlist-symbolic",
                        C_ ("list", "Nobody waits"));
  hl_guest_list_set_up (self->in_house, self->desk, models[2], "hl-people-symbolic",
                        C_ ("list", "Nobody is in the house"));
  hl_guest_panel_set_up (self->panel, acts);
  hl_party_form_set_up (self->party_form, acts, seating);
  hl_reservation_form_set_up (self->reservation_form, acts);
  hl_table_page_set_up (self->table_page, acts);
  for (int i = 0; i < 3; i++)
    g_signal_connect (models[i], "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect (seating, "changed", G_CALLBACK (on_seating_changed), self);
  show_tabs (self);
}

void
hl_people_pane_set_masked (HlPeoplePane *self, gboolean masked)
{
  hl_guest_panel_set_masked (self->panel, masked);
}

void
hl_people_pane_show_list (HlPeoplePane *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->lists, name);
}

void
hl_people_pane_open_walk_in (HlPeoplePane *self)
{
  g_free (self->walk_in_table);
  self->walk_in_table = g_strdup ("");
  hl_seating_stop (self->seating);
  show_page (self, "party-form");
  hl_party_form_open (self->party_form, FALSE);
}

void
hl_people_pane_open_waitlist (HlPeoplePane *self)
{
  hl_seating_stop (self->seating);
  show_page (self, "party-form");
  hl_party_form_open (self->party_form, TRUE);
}

void
hl_people_pane_open_reservation (HlPeoplePane *self)
{
  hl_seating_stop (self->seating);
  show_page (self, "reservation-form");
  hl_reservation_form_open (self->reservation_form);
}

void
hl_people_pane_open_table (HlPeoplePane *self, HlTableToken *token)
{
  hl_table_page_set_item (self->table_page, token);
  show_page (self, "table");
  g_signal_emit (self, signals[TABLE_CHOSEN], 0, hl_table_token_get_table_id (token));
}

gboolean
hl_people_pane_back (HlPeoplePane *self)
{
  gboolean anything = hl_seating_get_kind (self->seating) != HL_SEATING_NONE ||
                      gtk_revealer_get_reveal_child (self->panel_revealer) ||
                      g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "lists") != 0;

  g_free (self->walk_in_table);
  self->walk_in_table = g_strdup ("");
  hl_seating_stop (self->seating);
  close_panel (self);
  show_page (self, "lists");
  return anything;
}

void
hl_people_pane_seat (HlPeoplePane *self, const char *const *table_ids)
{
  g_auto (GStrv) tables = g_strdupv ((char **) table_ids);
  const char *const *ids = (const char *const *) tables;
  g_autofree char *id = g_strdup (hl_seating_get_id (self->seating));

  switch (hl_seating_get_kind (self->seating)) {
  case HL_SEATING_PARTY:
    hl_acts_seat_party (self->acts, id, ids);
    break;
  case HL_SEATING_RESERVATION:
    hl_acts_seat_reservation (self->acts, id, ids);
    break;
  case HL_SEATING_MOVE:
    hl_acts_move_party (self->acts, id, ids);
    break;
  case HL_SEATING_WALK_IN: {
    g_autofree char *name = hl_party_form_get_name (self->party_form);
    g_autofree char *phone = hl_party_form_get_phone (self->party_form);

    if (phone == NULL)
      return;
    hl_acts_seat_walk_in (self->acts, hl_seating_get_size (self->seating), name, phone, ids);
    break;
  }
  case HL_SEATING_NONE:
  default:
    return;
  }
  hl_people_pane_back (self);
}
