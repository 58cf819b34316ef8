/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table in the left pane: who sits there and what comes next, or who could sit there. */
#include "views/hl-table-page.h"

#include <glib/gi18n.h>

#include "views/hl-history-button.h"
#include "views/hl-person-row.h"
#include "views/hl-row-watch.h"
#include "views/hl-seating.h"
#include "views/hl-words.h"
#include "widgets/hl-chip.h"

#define MAX_CANDIDATES 12

struct _HlTablePage {
  GtkWidget parent_instance;
  GtkLabel *title;
  HlHistoryButton *history;
  HlChip *state;
  GtkLabel *warning;
  GtkWidget *check;
  GtkWidget *party;
  GtkLabel *who;
  GtkLabel *details;
  HlChip *allergies;
  GtkGrid *stages;
  GtkWidget *unseat;
  GtkWidget *finish;
  GtkWidget *clean;
  GtkWidget *unblock;
  GtkWidget *choose;
  GtkListBox *candidates;
  GtkWidget *nobody;
  GtkWidget *upkeep;
  GtkWidget *dirty;
  GtkWidget *block;

  HlActs *acts;
  HlRowWatch *watch;
  GListStore *fitting; /* HlGuestRow */
  GtkWidget *stage_buttons[HL_PARTY_STAGE_PAID + 1];
  guint idle;
};

enum {
  MOVE,
  SEAT_HERE,
  WALK_IN_HERE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlTablePage, hl_table_page, GTK_TYPE_WIDGET)

static void
set_target (GtkWidget *button, const char *id)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
}

static void
add_fitting (HlTablePage *self, HlTableToken *token, GListModel *rows, HlGuestGroup group)
{
  guint n = g_list_model_get_n_items (rows);

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlGuestRow) row = g_list_model_get_item (rows, i);

    if (g_list_model_get_n_items (G_LIST_MODEL (self->fitting)) >= MAX_CANDIDATES)
      return;
    if (hl_guest_row_get_group (row) == group && hl_guest_row_get_size (row) > 0 &&
        hl_guest_row_get_size (row) <= hl_table_token_get_seats_max (token))
      g_list_store_append (self->fitting, row);
  }
}

/* Whoever is here comes before whoever is due. */
static void
find_fitting (HlTablePage *self)
{
  HlDesk *desk = hl_acts_get_desk (self->acts);
  HlTableToken *token = hl_row_watch_get_item (self->watch);

  g_list_store_remove_all (self->fitting);
  if (token != NULL) {
    add_fitting (self, token, hl_desk_get_in_house (desk), HL_GUEST_GROUP_DOOR);
    add_fitting (self, token, hl_desk_get_waitlist (desk), HL_GUEST_GROUP_WAITING);
    add_fitting (self, token, hl_desk_get_arrivals (desk), HL_GUEST_GROUP_LATE);
    add_fitting (self, token, hl_desk_get_arrivals (desk), HL_GUEST_GROUP_DUE);
  }
  gtk_widget_set_visible (self->nobody,
                          g_list_model_get_n_items (G_LIST_MODEL (self->fitting)) == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->candidates),
                          g_list_model_get_n_items (G_LIST_MODEL (self->fitting)) > 0);
}

static gboolean
on_idle (gpointer data)
{
  HlTablePage *self = data;

  self->idle = 0;
  find_fitting (self);
  return G_SOURCE_REMOVE;
}

static void
on_guests_changed (GListModel *model, guint position, guint removed, guint added,
                   HlTablePage *self)
{
  if (self->idle == 0 && hl_row_watch_get_item (self->watch) != NULL)
    self->idle = g_idle_add (on_idle, self);
}

static void
show_party (HlTablePage *self, HlTableToken *token)
{
  GTimeZone *zone = hl_desk_get_timezone (hl_acts_get_desk (self->acts));
  HlRow *row = HL_ROW (token);
  const char *party_id = hl_table_token_get_party_id (token);
  HlGuestRow *guest = hl_desk_find_guest (hl_acts_get_desk (self->acts), party_id);
  const char *allergies =
      guest != NULL ? hl_row_get_string (HL_ROW (guest), HL_GUEST_ROW_ALLERGIES) : "";
  const char *server = hl_row_get_string (row, HL_TABLE_TOKEN_SERVER);
  HlPartyStage stage = hl_table_token_get_stage (token);
  gint64 since = hl_row_get_int64 (row, HL_TABLE_TOKEN_SINCE);
  g_autofree char *name = hl_words_isolate (hl_words_name (hl_table_token_get_name (token)));
  g_autofree char *people = hl_words_people (hl_table_token_get_size (token));
  g_autofree char *who = g_strdup_printf ("%s, %s", name, people);
  g_autofree char *timer = hl_words_table_timer (token);
  g_autoptr (GString) details = g_string_new (NULL);

  if (since > 0) {
    g_autofree char *time = hl_words_time (since, zone);

    g_string_append_printf (details, C_ ("table", "since %s"), time);
  }
  if (timer[0] != '\0')
    g_string_append_printf (details, " · %s", timer);
  if (server != NULL && server[0] != '\0') {
    g_autofree char *isolated = hl_words_isolate (server);

    g_string_append (details, " · ");
    g_string_append_printf (details, C_ ("table", "served by %s"), isolated);
  }
  gtk_label_set_label (self->who, who);
  gtk_label_set_label (self->details, details->str);
  hl_chip_set (self->allergies, "hl-allergy-symbolic", allergies, "error", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->allergies), allergies != NULL && allergies[0] != '\0');
  set_target (self->unseat, party_id);
  set_target (self->finish, party_id);
  for (int i = HL_PARTY_STAGE_ORDERED; i <= HL_PARTY_STAGE_PAID; i++) {
    GtkWidget *button = self->stage_buttons[i];

    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", party_id,
                                      hl_enum_nick (HL_TYPE_PARTY_STAGE, i));
    gtk_widget_remove_css_class (button, "chosen");
    gtk_widget_remove_css_class (button, "suggested-action");
    if (i == (int) stage)
      gtk_widget_add_css_class (button, "chosen");
    else if (i == (int) stage + 1)
      gtk_widget_add_css_class (button, "suggested-action");
    gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_PRESSED,
                                 i == (int) stage ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                                  : GTK_ACCESSIBLE_TRISTATE_FALSE,
                                 -1);
  }
  if (stage == HL_PARTY_STAGE_PAID)
    gtk_widget_add_css_class (self->finish, "suggested-action");
  else
    gtk_widget_remove_css_class (self->finish, "suggested-action");
}

static void
show_warning (HlTablePage *self, HlTableToken *token)
{
  HlRow *row = HL_ROW (token);
  g_autofree char *text = NULL;
  int others = hl_row_get_int (row, HL_TABLE_TOKEN_OTHERS);

  if (others > 0)
    text = g_strdup_printf (
        g_dngettext (NULL, "%d more party is said to sit here: please look.",
                     "%d more parties are said to sit here: please look.", others),
        others);
  else if (hl_row_get_bool (row, HL_TABLE_TOKEN_DISPUTED))
    text = g_strdup (C_ ("table", "Two reports do not agree: please look."));
  else if (hl_row_get_bool (row, HL_TABLE_TOKEN_OVER_CAPACITY))
    text = g_strdup (C_ ("table", "More people than seats."));
  gtk_label_set_label (self->warning, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), text != NULL);
  gtk_widget_set_visible (self->check, hl_row_get_bool (row, HL_TABLE_TOKEN_DISPUTED));
  set_target (self->check, hl_table_token_get_table_id (token));
}

static void
update (GtkWidget *widget)
{
  HlTablePage *self = HL_TABLE_PAGE (widget);
  HlTableToken *token = hl_row_watch_get_item (self->watch);
  HlDesk *desk = hl_acts_get_desk (self->acts);
  HlTableShown shown = hl_table_token_get_shown (token);
  const char *id = hl_table_token_get_table_id (token);
  gboolean blocked = hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED);
  gboolean dirty = hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY);
  gboolean occupied = hl_fit_judge (token, 0) == HL_FIT_OCCUPIED ||
                      (blocked && hl_table_token_get_size (token) > 0 &&
                       hl_table_token_get_party_id (token)[0] != '\0');
  g_autofree char *label = hl_words_isolate (hl_table_token_get_label (token));
  /* Translators: table number, seats: "Table 12, 2 to 4 seats" */
  g_autofree char *title = g_strdup_printf (C_ ("table", "Table %1$s · %2$d–%3$d"), label,
                                            hl_table_token_get_seats_min (token),
                                            hl_table_token_get_seats_max (token));
  g_autofree char *state = hl_words_table_state (token, desk);
  g_autofree char *spoken = hl_words_table_spoken (token, desk);

  gtk_label_set_label (self->title, title);
  hl_history_button_set_table (self->history, id);
  hl_chip_set (self->state, hl_words_table_icon (shown, hl_table_token_get_stage (token)), state,
               NULL, NULL);
  show_warning (self, token);
  gtk_widget_set_visible (self->party, occupied);
  if (occupied)
    show_party (self, token);
  gtk_widget_set_visible (self->clean, dirty && !occupied && !blocked);
  gtk_widget_set_visible (self->unblock, blocked);
  gtk_widget_set_visible (self->choose, !occupied && !blocked);
  gtk_widget_set_visible (self->upkeep, !occupied && !blocked);
  gtk_widget_set_visible (self->dirty, !dirty);
  set_target (self->clean, id);
  set_target (self->dirty, id);
  set_target (self->block, id);
  set_target (self->unblock, id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

static void
on_move_clicked (HlTablePage *self)
{
  g_signal_emit (self, signals[MOVE], 0, hl_row_watch_get_item (self->watch));
}

static void
on_walk_in_clicked (HlTablePage *self)
{
  g_signal_emit (self, signals[WALK_IN_HERE], 0, hl_row_watch_get_item (self->watch));
}

static void
on_candidate_activated (HlTablePage *self, GtkListBoxRow *list_row)
{
  HlPersonRow *person = HL_PERSON_ROW (gtk_list_box_row_get_child (list_row));
  g_autoptr (HlGuestRow) row = g_object_ref (hl_person_row_get_item (person));
  g_autoptr (HlTableToken) token = g_object_ref (hl_row_watch_get_item (self->watch));

  g_signal_emit (self, signals[SEAT_HERE], 0, token, row);
}

static GtkWidget *
create_candidate (gpointer item, gpointer user_data)
{
  HlTablePage *self = user_data;
  GtkWidget *person = hl_person_row_new (hl_acts_get_desk (self->acts));
  GtkWidget *list_row = gtk_list_box_row_new ();

  hl_person_row_set_item (HL_PERSON_ROW (person), item);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (list_row), person);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  hl_person_row_get_spoken (HL_PERSON_ROW (person)), -1);
  return list_row;
}

static void
hl_table_page_dispose (GObject *object)
{
  HlTablePage *self = HL_TABLE_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->watch, hl_row_watch_free);
  if (self->acts != NULL) {
    HlDesk *desk = hl_acts_get_desk (self->acts);

    g_signal_handlers_disconnect_by_data (hl_desk_get_in_house (desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_waitlist (desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_arrivals (desk), self);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->fitting);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_table_page_parent_class)->dispose (object);
}

static void
hl_table_page_class_init (HlTablePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_table_page_dispose;
  signals[MOVE] = g_signal_new ("move", HL_TYPE_TABLE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, HL_TYPE_TABLE_TOKEN);
  signals[SEAT_HERE] =
      g_signal_new ("seat-here", HL_TYPE_TABLE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, HL_TYPE_TABLE_TOKEN, HL_TYPE_GUEST_ROW);
  signals[WALK_IN_HERE] =
      g_signal_new ("walk-in-here", HL_TYPE_TABLE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, HL_TYPE_TABLE_TOKEN);
  g_type_ensure (HL_TYPE_HISTORY_BUTTON);
  g_type_ensure (HL_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-table-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlTablePage, name)
  BIND (title);
  BIND (history);
  BIND (state);
  BIND (warning);
  BIND (check);
  BIND (party);
  BIND (who);
  BIND (details);
  BIND (allergies);
  BIND (stages);
  BIND (unseat);
  BIND (finish);
  BIND (clean);
  BIND (unblock);
  BIND (choose);
  BIND (candidates);
  BIND (nobody);
  BIND (upkeep);
  BIND (dirty);
  BIND (block);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_move_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_walk_in_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_candidate_activated);
}

static void
hl_table_page_init (HlTablePage *self)
{
  self->fitting = g_list_store_new (HL_TYPE_GUEST_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
  for (int i = HL_PARTY_STAGE_ORDERED; i <= HL_PARTY_STAGE_PAID; i++) {
    GtkWidget *button = gtk_button_new_with_label (hl_words_party_stage (i));
    int n = i - HL_PARTY_STAGE_ORDERED;

    gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                             PANGO_ELLIPSIZE_END);
    gtk_widget_add_css_class (button, "hl-target");
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", "", "none");
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "desk.set-stage");
    gtk_grid_attach (self->stages, button, n % 3, n / 3, 1, 1);
    self->stage_buttons[i] = button;
  }
}

GtkWidget *
hl_table_page_new (void)
{
  return g_object_new (HL_TYPE_TABLE_PAGE, NULL);
}

void
hl_table_page_set_up (HlTablePage *self, HlActs *acts)
{
  HlDesk *desk = hl_acts_get_desk (acts);

  g_return_if_fail (HL_IS_TABLE_PAGE (self) && self->acts == NULL);
  self->acts = g_object_ref (acts);
  hl_history_button_set_up (self->history, hl_acts_get_desk (acts));
  g_signal_connect (hl_desk_get_in_house (desk), "items-changed", G_CALLBACK (on_guests_changed),
                    self);
  g_signal_connect (hl_desk_get_waitlist (desk), "items-changed", G_CALLBACK (on_guests_changed),
                    self);
  g_signal_connect (hl_desk_get_arrivals (desk), "items-changed", G_CALLBACK (on_guests_changed),
                    self);
  gtk_list_box_bind_model (self->candidates, G_LIST_MODEL (self->fitting), create_candidate, self,
                           NULL);
}

void
hl_table_page_set_item (HlTablePage *self, HlTableToken *item)
{
  g_return_if_fail (HL_IS_TABLE_PAGE (self));
  hl_row_watch_set_item (self->watch, item);
  find_fitting (self);
}

HlTableToken *
hl_table_page_get_item (HlTablePage *self)
{
  g_return_val_if_fail (HL_IS_TABLE_PAGE (self), NULL);
  return hl_row_watch_get_item (self->watch);
}
