/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute as a card: who says what, the question, and a button for each answer. */
#include "views/hl-dispute-card.h"

#include <glib/gi18n.h>

#include "desk/hl-desk-dispute.h"
#include "domain/hl-dispute-choice.h"
#include "views/hl-row-watch.h"
#include "views/hl-words-dispute.h"
#include "views/hl-words-field.h"
#include "widgets/hl-chip.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)

struct _HlDisputeCard {
  GtkWidget parent_instance;
  GtkWidget *card;
  GtkImage *icon;
  GtkLabel *question;
  HlChip *manager;
  GtkLabel *facts;
  GtkWidget *answers;
  GtkLabel *note;

  HlDesk *desk;
  HlRowWatch *watch;
  char *shown; /* the answers as they stand there: they are not made anew under a finger */
  gint64 minute;
};

G_DEFINE_FINAL_TYPE (HlDisputeCard, hl_dispute_card, GTK_TYPE_WIDGET)

static GtkWidget *
add_answer (HlDisputeCard *self, const char *text, const char *source)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *const texts[] = { text, source };
  g_autofree char *spoken =
      source != NULL ? g_strdup_printf ("%s, %s", text, source) : g_strdup (text);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    GtkWidget *label;

    if (texts[i] == NULL)
      continue;
    label = gtk_label_new (texts[i]);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
    gtk_widget_add_css_class (label, i == 0 ? "hl-answer-text" : "caption");
    gtk_box_append (GTK_BOX (box), label);
  }
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "hl-answer");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  gtk_box_append (GTK_BOX (self->answers), button);
  return button;
}

static void
add_choice (HlDisputeCard *self, HlDispute *dispute, HlDisputeChoice *choice)
{
  g_autofree char *text = hl_words_dispute_choice (self->desk, dispute, choice);
  g_autofree char *source = hl_words_dispute_source (self->desk, choice->claim);
  HlDisputeKind kind = hl_dispute_get_kind (dispute);
  /* where the answers are none of the people's who made the reports, their names would mislead */
  gboolean names = kind == HL_DISPUTE_KIND_TABLE || kind == HL_DISPUTE_KIND_PARTY_TABLE
                   || kind == HL_DISPUTE_KIND_FIELD;
  GtkWidget *button = add_answer (self, text, names ? source : NULL);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(si)",
                                    hl_dispute_get_dispute_id (dispute), choice->choice);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "desk.settle");
}

static void
add_other_time (HlDisputeCard *self, HlReservation *reservation, gint64 at)
{
  g_autofree char *when = hl_words_when (self->desk, at);
  g_autofree char *text =
      g_strdup_printf (at < hl_reservation_get_starts_at (reservation)
                           ? C_ ("choice", "Earlier: %s has room")
                           : C_ ("choice", "Later: %s has room"),
                       when);
  GtkWidget *button = add_answer (self, text, NULL);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(sx)",
                                    hl_reservation_get_reservation_id (reservation), at);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "desk.move-booking");
}

/* What the answers would be, to tell whether they have changed. */
static char *
sign_answers (HlDisputeCard *self, HlDispute *dispute, GPtrArray *choices, const gint64 *times,
              guint n_times)
{
  g_autoptr (GString) text = g_string_new (hl_dispute_get_dispute_id (dispute));

  for (guint i = 0; i < choices->len; i++) {
    HlDisputeChoice *choice = g_ptr_array_index (choices, i);
    g_autofree char *words = hl_words_dispute_choice (self->desk, dispute, choice);
    g_autofree char *source = hl_words_dispute_source (self->desk, choice->claim);

    g_string_append_printf (text, "|%d %s %s", choice->choice, words, source);
  }
  for (guint i = 0; i < n_times; i++)
    g_string_append_printf (text, "|%" G_GINT64_FORMAT, times[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_answers (HlDisputeCard *self, HlDispute *dispute)
{
  HlState *state = hl_desk_get_screen (self->desk);
  gint64 now = hl_desk_get_now (self->desk);
  gboolean overbooked = hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_OVERBOOKED;
  HlReservation *reservation =
      overbooked ? hl_state_lookup_reservation (
                       state, hl_subject_get_id (hl_dispute_get_subject (dispute)))
                 : NULL;
  gint64 times[HL_DESK_MAX_OTHER_TIMES];
  guint n_times = reservation != NULL
                      ? hl_desk_find_other_times (state, reservation, now, times)
                      : 0;
  g_autoptr (GPtrArray) choices = NULL;
  g_autofree char *sign = NULL;
  GtkWidget *child;
  int role = HL_ROLE_STAFF;

  g_object_get (self->desk, "role", &role, NULL);
  choices = hl_dispute_list_choices (state, dispute, role, now);
  sign = sign_answers (self, dispute, choices, times, n_times);
  if (g_strcmp0 (sign, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&sign);
  while ((child = gtk_widget_get_first_child (self->answers)) != NULL)
    gtk_box_remove (GTK_BOX (self->answers), child);
  for (guint i = 0; i < n_times; i++)
    add_other_time (self, reservation, times[i]);
  for (guint i = 0; i < choices->len; i++)
    add_choice (self, dispute, g_ptr_array_index (choices, i));
}

static void
update (GtkWidget *widget)
{
  HlDisputeCard *self = HL_DISPUTE_CARD (widget);
  HlDispute *dispute = hl_row_watch_get_item (self->watch);
  gboolean overbooked = hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_OVERBOOKED;
  g_autofree char *facts = NULL;
  g_autofree char *question = NULL;
  g_autofree char *note = NULL;
  g_autofree char *spoken = NULL;

  /* it leaves as it was: what it says now would be about the past */
  if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
    return;
  facts = hl_words_dispute_facts (self->desk, dispute);
  question = hl_words_dispute_question (self->desk, dispute);
  note = hl_words_dispute_note (self->desk, dispute);
  spoken = g_strdup_printf ("%s %s", facts, question);
  self->minute = hl_desk_get_now (self->desk) / MINUTE_MS;
  gtk_image_set_from_icon_name (self->icon,
                                overbooked ? "hl-warning-symbolic" : "hl-dispute-symbolic");
  if (overbooked)
    gtk_widget_add_css_class (self->card, "urgent");
  else
    gtk_widget_remove_css_class (self->card, "urgent");
  gtk_label_set_label (self->facts, facts);
  gtk_label_set_label (self->question, question);
  gtk_widget_set_visible (GTK_WIDGET (self->manager), hl_dispute_is_for_manager (dispute));
  show_answers (self, dispute);
  gtk_label_set_label (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), note[0] != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

/* Names, tables and the room of the book change beside the dispute. */
static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlDisputeCard *self)
{
  if (hl_row_watch_get_item (self->watch) == NULL
      || (g_str_equal (pspec->name, "now") && hl_desk_get_now (desk) / MINUTE_MS == self->minute))
    return;
  hl_row_watch_queue (self->watch);
}

static void
on_desk_changed (HlDesk *desk, gpointer first, gpointer second, HlDisputeCard *self)
{
  if (hl_row_watch_get_item (self->watch) != NULL)
    hl_row_watch_queue (self->watch);
}

static void
hl_dispute_card_dispose (GObject *object)
{
  HlDisputeCard *self = HL_DISPUTE_CARD (object);
  GtkWidget *child;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  g_clear_pointer (&self->watch, hl_row_watch_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (hl_dispute_card_parent_class)->dispose (object);
}

static void
hl_dispute_card_class_init (HlDisputeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_dispute_card_dispose;
  g_type_ensure (HL_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-dispute-card.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlDisputeCard, name)
  BIND (card);
  BIND (icon);
  BIND (question);
  BIND (manager);
  BIND (facts);
  BIND (answers);
  BIND (note);
#undef BIND
}

static void
hl_dispute_card_init (HlDisputeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hl_chip_set (self->manager, "hl-person-symbolic", C_ ("dispute", "For a manager"), NULL, NULL);
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_dispute_card_new (HlDesk *desk)
{
  HlDisputeCard *self = g_object_new (HL_TYPE_DISPUTE_CARD, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect (desk, "notify::now", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (desk, "notify::seated", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (desk, "notify::due", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (desk, "shown", G_CALLBACK (on_desk_changed), self);
  return GTK_WIDGET (self);
}

void
hl_dispute_card_set_item (HlDisputeCard *self, HlDispute *item)
{
  g_return_if_fail (HL_IS_DISPUTE_CARD (self));
  hl_row_watch_set_item (self->watch, item);
}

HlDispute *
hl_dispute_card_get_item (HlDisputeCard *self)
{
  g_return_val_if_fail (HL_IS_DISPUTE_CARD (self), NULL);
  return hl_row_watch_get_item (self->watch);
}
