/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call opened over the right side: its summary, what was understood, and every turn as it comes.
 * While the end is in view the view follows it; once a person has scrolled up, nothing moves until
 * they ask for it. */
#include "views/hl-transcript-view.h"

#include <glib/gi18n.h>

#include "views/hl-call-tile.h"
#include "views/hl-contact-button.h"
#include "views/hl-history-button.h"
#include "views/hl-row-watch.h"
#include "views/hl-turn-row.h"
#include "views/hl-words-history.h"
#include "views/hl-words.h"
#include "widgets/hl-children.h"
#include "widgets/hl-wrap-box.h"

#define END_SLACK 12.0

struct _HlTranscriptView {
  GtkWidget parent_instance;
  GtkLabel *title;
  HlHistoryButton *history;
  GtkLabel *state;
  GtkLabel *elapsed;
  GtkLabel *reason;
  GtkLabel *summary;
  GtkLabel *attempts;
  HlContactButton *contact;
  GtkWidget *chips;
  GtkScrolledWindow *scroller;
  GtkWidget *turns;
  GtkWidget *nothing;
  GtkWidget *jump;
  GtkWidget *acknowledge;

  HlActs *acts;
  HlRowWatch *watch;
  GListModel *lines;
  gboolean masked;
  gboolean following;
  gboolean moving; /* the scroll position is being set here, not by a person */
};

G_DEFINE_FINAL_TYPE (HlTranscriptView, hl_transcript_view, GTK_TYPE_WIDGET)

static void
show_jump (HlTranscriptView *self)
{
  HlCallCard *card = hl_row_watch_get_item (self->watch);

  gtk_widget_set_visible (self->jump, !self->following && card != NULL &&
                                          hl_call_card_get_stage (card) != HL_CALL_STAGE_ENDED);
}

static void
update (GtkWidget *widget)
{
  HlTranscriptView *self = HL_TRANSCRIPT_VIEW (widget);
  HlCallCard *card = hl_row_watch_get_item (self->watch);
  HlRow *row = HL_ROW (card);
  const char *summary = hl_row_get_string (row, HL_CALL_CARD_SUMMARY);
  const char *seen_by = hl_row_get_string (row, HL_CALL_CARD_ACKNOWLEDGED_BY);
  gboolean needs = hl_call_card_get_needs_you (card);
  gboolean seen = seen_by != NULL && seen_by[0] != '\0';
  gboolean ended = hl_call_card_get_stage (card) == HL_CALL_STAGE_ENDED;
  g_autofree char *title = hl_call_tile_make_title (card, self->masked);
  g_autofree char *state = hl_call_tile_make_state (card);
  g_autofree char *elapsed = hl_words_elapsed (hl_row_get_int (row, HL_CALL_CARD_SECONDS));
  HlDesk *desk = hl_acts_get_desk (self->acts);
  HlReservation *reservation = hl_state_lookup_reservation (
      hl_desk_get_screen (desk), hl_row_get_string (row, HL_CALL_CARD_RESERVATION_ID));
  g_autofree char *attempts = hl_words_attempts (desk, reservation);

  gtk_label_set_label (self->title, title);
  hl_history_button_set_call (self->history, hl_call_card_get_call_id (card));
  if (ended) {
    /* Translators: the call on screen is over; what came of it follows */
    g_autofree char *text = g_strdup_printf (C_ ("call", "This call is over · %s"), state);

    gtk_label_set_label (self->state, text);
  } else {
    gtk_label_set_label (self->state, state);
  }
  gtk_label_set_label (self->elapsed, elapsed);
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), summary != NULL && summary[0] != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->reason), needs);
  if (needs) {
    g_autofree char *reason = hl_call_tile_make_reason (card);

    gtk_label_set_label (self->reason, reason);
  }
  gtk_label_set_label (self->attempts, attempts);
  gtk_widget_set_visible (GTK_WIDGET (self->attempts), attempts[0] != '\0');
  hl_contact_button_set_reservation (self->contact, ended && reservation != NULL
                                                        ? hl_reservation_get_reservation_id (reservation)
                                                        : NULL);
  gtk_widget_set_visible (self->acknowledge, needs && !seen);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->acknowledge), "s",
                                    hl_call_card_get_call_id (card));
  gtk_widget_set_visible (self->chips, g_list_model_get_n_items (hl_call_card_get_slots (card)) > 0);
  show_jump (self);
}

static void
go_to_end (HlTranscriptView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->moving = TRUE;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) -
                                            gtk_adjustment_get_page_size (adjustment));
  self->moving = FALSE;
}

static void
on_adjustment_changed (GtkAdjustment *adjustment, HlTranscriptView *self)
{
  if (self->following)
    go_to_end (self);
}

static void
on_value_changed (GtkAdjustment *adjustment, HlTranscriptView *self)
{
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (!self->moving) {
    self->following = gtk_adjustment_get_value (adjustment) >= end - END_SLACK;
    show_jump (self);
  }
}

static void
on_jump_clicked (HlTranscriptView *self)
{
  self->following = TRUE;
  go_to_end (self);
  show_jump (self);
}

static void
on_lines_changed (GListModel *lines, guint position, guint removed, guint added,
                  HlTranscriptView *self)
{
  gtk_widget_set_visible (self->nothing, g_list_model_get_n_items (lines) == 0);
}

static GtkWidget *
create_turn (gpointer item, gpointer user_data)
{
  GtkWidget *row = hl_turn_row_new ();

  hl_turn_row_set_item (HL_TURN_ROW (row), item);
  return row;
}

static void
let_go (HlTranscriptView *self)
{
  hl_row_watch_set_item (self->watch, NULL);
  hl_children_bind (self->turns, NULL, NULL, NULL);
  hl_children_bind (self->chips, NULL, NULL, NULL);
  if (self->lines != NULL)
    g_signal_handlers_disconnect_by_data (self->lines, self);
  g_clear_object (&self->lines);
}

static void
hl_transcript_view_dispose (GObject *object)
{
  HlTranscriptView *self = HL_TRANSCRIPT_VIEW (object);
  GtkWidget *child;

  if (self->watch != NULL) {
    let_go (self);
    g_clear_pointer (&self->watch, hl_row_watch_free);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_transcript_view_parent_class)->dispose (object);
}

static void
hl_transcript_view_class_init (HlTranscriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_transcript_view_dispose;
  g_type_ensure (HL_TYPE_CONTACT_BUTTON);
  g_type_ensure (HL_TYPE_HISTORY_BUTTON);
  g_type_ensure (HL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hostline/Hostline/ui/hl-transcript-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlTranscriptView, name)
  BIND (title);
  BIND (history);
  BIND (state);
  BIND (elapsed);
  BIND (reason);
  BIND (summary);
  BIND (attempts);
  BIND (contact);
  BIND (chips);
  BIND (scroller);
  BIND (turns);
  BIND (nothing);
  BIND (jump);
  BIND (acknowledge);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_jump_clicked);
}

static void
hl_transcript_view_init (HlTranscriptView *self)
{
  GtkAdjustment *adjustment;

  self->masked = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_adjustment_changed), self, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self, 0);
}

GtkWidget *
hl_transcript_view_new (void)
{
  return g_object_new (HL_TYPE_TRANSCRIPT_VIEW, NULL);
}

void
hl_transcript_view_set_up (HlTranscriptView *self, HlActs *acts)
{
  g_return_if_fail (HL_IS_TRANSCRIPT_VIEW (self) && self->acts == NULL);
  self->acts = g_object_ref (acts);
  hl_history_button_set_up (self->history, hl_acts_get_desk (acts));
}

void
hl_transcript_view_set_masked (HlTranscriptView *self, gboolean masked)
{
  self->masked = masked;
  if (hl_row_watch_get_item (self->watch) != NULL)
    update (GTK_WIDGET (self));
}

void
hl_transcript_view_set_call (HlTranscriptView *self, HlCallCard *card)
{
  g_return_if_fail (HL_IS_TRANSCRIPT_VIEW (self));

  if (hl_row_watch_get_item (self->watch) == card)
    return;
  let_go (self);
  if (card == NULL)
    return;
  self->following = TRUE;
  hl_row_watch_set_item (self->watch, card);
  self->lines = hl_desk_get_transcript (hl_acts_get_desk (self->acts),
                                        hl_call_card_get_call_id (card));
  hl_children_bind (self->chips, hl_call_card_get_slots (card), hl_call_tile_create_chip, self);
  hl_children_bind (self->turns, self->lines, create_turn, self);
  g_signal_connect (self->lines, "items-changed", G_CALLBACK (on_lines_changed), self);
  on_lines_changed (self->lines, 0, 0, 0, self);
}

HlCallCard *
hl_transcript_view_get_call (HlTranscriptView *self)
{
  g_return_val_if_fail (HL_IS_TRANSCRIPT_VIEW (self), NULL);
  return hl_row_watch_get_item (self->watch);
}
