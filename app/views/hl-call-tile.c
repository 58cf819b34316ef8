/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call as a card: who, in which language, about what, since when, how far, what was understood. */
#include "views/hl-call-tile.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-words.h"
#include "widgets/hl-children.h"
#include "widgets/hl-chip.h"
#include "widgets/hl-wrap-box.h"

struct _HlCallTile {
  GtkWidget parent_instance;
  GtkWidget *card;
  GtkWidget *open;
  GtkImage *icon;
  GtkLabel *title;
  GtkWidget *unsent;
  GtkLabel *elapsed;
  GtkLabel *reason;
  GtkLabel *state;
  GtkWidget *chips;
  GtkLabel *last;
  GtkWidget *acknowledge;

  HlDesk *desk;
  HlRowWatch *watch;
  gboolean brief;
  gboolean masked;
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlCallTile, hl_call_tile, GTK_TYPE_WIDGET)

char *
hl_call_tile_make_title (HlCallCard *card, gboolean masked)
{
  const char *name = hl_call_card_get_name (card);
  g_autofree char *number = NULL;

  if (name != NULL && name[0] != '\0')
    return g_strdup (name);
  number = hl_words_phone (hl_call_card_get_number (card), masked);
  /* where one reads from right to left the dots would come behind the digits */
  return number[0] != '\0' ? hl_words_isolate (number) : g_strdup (C_ ("call", "Number withheld"));
}

static void
append (GString *text, const char *more)
{
  if (more == NULL || more[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, more);
}

char *
hl_call_tile_make_state (HlCallCard *card)
{
  HlRow *row = HL_ROW (card);
  HlCallStage stage = hl_call_card_get_stage (card);
  HlCallIntent intent = hl_row_get_int (row, HL_CALL_CARD_INTENT);
  const char *handled_by = hl_row_get_string (row, HL_CALL_CARD_HANDLED_BY);
  g_autofree char *language =
      hl_words_language (hl_row_get_string (row, HL_CALL_CARD_LANGUAGE));
  g_autoptr (GString) text = g_string_new (NULL);

  if (stage == HL_CALL_STAGE_ENDED) {
    append (text, hl_words_call_outcome (hl_row_get_int (row, HL_CALL_CARD_OUTCOME)));
  } else if (stage == HL_CALL_STAGE_WITH_STAFF && handled_by != NULL && handled_by[0] != '\0') {
    g_autofree char *name = hl_words_isolate (handled_by);
    /* Translators: who speaks with the caller: "With Ana" */
    g_autofree char *with = g_strdup_printf (C_ ("call", "With %s"), name);

    append (text, with);
  } else if (stage != HL_CALL_STAGE_WANTS_YOU || !hl_call_card_get_needs_you (card)) {
    append (text, hl_words_call_stage (stage));
  }
  /* that they want a person is said already, as the reason */
  if (intent != HL_CALL_INTENT_PERSON || !hl_call_card_get_needs_you (card))
    append (text, hl_words_intent (intent));
  append (text, language);
  if (hl_row_get_bool (row, HL_CALL_CARD_LOST))
    append (text, C_ ("call", "no news of it"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hl_call_tile_make_reason (HlCallCard *card)
{
  const char *word = hl_words_attention (hl_row_get_int (HL_ROW (card), HL_CALL_CARD_ATTENTION_REASON));
  const char *note = hl_row_get_string (HL_ROW (card), HL_CALL_CARD_ATTENTION_NOTE);
  g_autofree char *isolated = NULL;

  if (note == NULL || note[0] == '\0')
    return g_strdup (word);
  isolated = hl_words_isolate (note);
  /* Translators: why a call needs a person, and what they said: "Wants a person: menu for twelve" */
  return g_strdup_printf (C_ ("call", "%1$s: %2$s"), word, isolated);
}

/* "Fri 11 Dec" for "2026-12-11"; NULL for what is no date. */
static char *
make_date (const char *value)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *text = g_strconcat (value, "T12:00:00Z", NULL);
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, utc);

  return date != NULL ? hl_words_date (g_date_time_to_unix (date) * 1000, utc) : NULL;
}

static void
update_chip (GtkWidget *widget)
{
  static const char *const styles[] = {
    [HL_SLOT_STATE_HEARD] = "slot-heard",
    [HL_SLOT_STATE_READ_BACK] = "slot-read-back",
    [HL_SLOT_STATE_CONFIRMED] = "slot-confirmed",
    [HL_SLOT_STATE_CORRECTED_BY_STAFF] = "slot-corrected",
    [HL_SLOT_STATE_IMPOSSIBLE] = "slot-impossible",
    [HL_SLOT_STATE_REJECTED] = "slot-impossible",
  };
  HlRowWatch *watch = g_object_get_data (G_OBJECT (widget), "hl-watch");
  HlRow *row = hl_row_watch_get_item (watch);
  HlSlotKind kind = hl_row_get_int (row, HL_SLOT_CHIP_KIND);
  HlSlotState state = hl_row_get_int (row, HL_SLOT_CHIP_STATE);
  const char *value = hl_row_get_string (row, HL_SLOT_CHIP_VALUE);
  const char *reason = hl_row_get_string (row, HL_SLOT_CHIP_REASON);
  g_autofree char *masked = kind == HL_SLOT_KIND_PHONE ? hl_words_phone (value, TRUE) : NULL;
  guint64 people = 0;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;

  if (masked != NULL)
    value = masked;
  if (kind == HL_SLOT_KIND_PARTY_SIZE &&
      g_ascii_string_to_unsigned (value, 10, 1, 99, &people, NULL))
    shown = hl_words_people ((int) people);
  else if (kind == HL_SLOT_KIND_DATE)
    shown = make_date (value);
  if (shown == NULL)
    shown = hl_words_isolate (value);
  if (state == HL_SLOT_STATE_IMPOSSIBLE && reason != NULL && reason[0] != '\0')
    text = g_strdup_printf ("%s: %s", shown, reason);
  else
    text = g_strdup (shown);
  spoken = g_strdup_printf ("%s: %s, %s", hl_words_slot_kind (kind), text,
                            hl_words_slot_state (state));
  hl_chip_set (HL_CHIP (widget),
               kind == HL_SLOT_KIND_ALLERGY && state != HL_SLOT_STATE_REJECTED
                   ? "hl-allergy-symbolic"
                   : hl_words_slot_icon (state),
               text, (gsize) state < G_N_ELEMENTS (styles) ? styles[state] : "slot-heard", spoken);
  gtk_widget_set_tooltip_text (widget, spoken);
}

GtkWidget *
hl_call_tile_create_chip (gpointer item, gpointer user_data)
{
  GtkWidget *chip = hl_chip_new ();
  HlRowWatch *watch = hl_row_watch_new (chip, update_chip);

  g_object_set_data_full (G_OBJECT (chip), "hl-watch", watch, (GDestroyNotify) hl_row_watch_free);
  hl_row_watch_set_item (watch, item);
  return chip;
}

static const char *
get_icon (HlCallCard *card)
{
  HlCallStage stage = hl_call_card_get_stage (card);

  if (hl_call_card_get_needs_you (card))
    return "hl-phone-alert-symbolic";
  if (stage == HL_CALL_STAGE_ENDED) {
    switch ((HlCallOutcome) hl_row_get_int (HL_ROW (card), HL_CALL_CARD_OUTCOME)) {
    case HL_CALL_OUTCOME_BOOKED:
    case HL_CALL_OUTCOME_CHANGED:
      return "hl-tick-symbolic";
    case HL_CALL_OUTCOME_CANCELLED:
    case HL_CALL_OUTCOME_FAILED:
    case HL_CALL_OUTCOME_ABANDONED:
      return "hl-cross-symbolic";
    case HL_CALL_OUTCOME_WAITLISTED:
      return "hl-waitlist-symbolic";
    case HL_CALL_OUTCOME_MESSAGE_TAKEN:
      return "hl-note-symbolic";
    default:
      return "hl-phone-symbolic";
    }
  }
  return "hl-phone-symbolic";
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_reason (HlCallTile *self, HlCallCard *card)
{
  HlRow *row = HL_ROW (card);
  gboolean needs = hl_call_card_get_needs_you (card);
  const char *seen_by = hl_row_get_string (row, HL_CALL_CARD_ACKNOWLEDGED_BY);
  gboolean seen = seen_by != NULL && seen_by[0] != '\0';

  gtk_widget_set_visible (GTK_WIDGET (self->reason), needs);
  gtk_widget_set_visible (self->acknowledge, needs && !seen && !self->brief);
  set_class (self->card, "needs-you", needs && !seen);
  set_class (self->card, "urgent", needs && hl_call_card_get_priority (card) == 1 && !seen);
  if (needs) {
    g_autofree char *word = hl_call_tile_make_reason (card);
    g_autofree char *since =
        hl_words_elapsed (hl_row_get_int (row, HL_CALL_CARD_NEEDS_SECONDS));
    g_autofree char *name = seen ? hl_words_isolate (seen_by) : NULL;
    /* Translators: reason, for how long: "Wants a person, for 0:48" */
    g_autofree char *text = seen ? g_strdup_printf (C_ ("call", "%1$s, seen by %2$s"), word, name)
                                 : g_strdup_printf (C_ ("call", "%1$s, for %2$s"), word, since);

    gtk_label_set_label (self->reason, text);
  }
}

static void
show_last (HlCallTile *self, HlCallCard *card)
{
  HlRow *row = HL_ROW (card);
  const char *text = hl_row_get_string (row, HL_CALL_CARD_LAST_TEXT);
  const char *summary = hl_row_get_string (row, HL_CALL_CARD_SUMMARY);
  gboolean ended = hl_call_card_get_stage (card) == HL_CALL_STAGE_ENDED;
  gboolean final = hl_row_get_bool (row, HL_CALL_CARD_LAST_FINAL);

  if (ended && summary != NULL && summary[0] != '\0') {
    gtk_label_set_label (self->last, summary);
    set_class (GTK_WIDGET (self->last), "unfinished", FALSE);
    gtk_widget_set_visible (GTK_WIDGET (self->last), TRUE);
    return;
  }
  if (text == NULL || text[0] == '\0' || self->brief) {
    gtk_widget_set_visible (GTK_WIDGET (self->last), FALSE);
    return;
  }
  {
    g_autofree char *isolated = hl_words_isolate (text);
    /* Translators: who said it, what was said */
    g_autofree char *line =
        g_strdup_printf (final ? C_ ("speech", "%1$s: “%2$s”") : C_ ("speech", "%1$s: “%2$s…”"),
                         hl_words_speaker (hl_row_get_int (row, HL_CALL_CARD_LAST_SPEAKER)),
                         isolated);

    gtk_label_set_label (self->last, line);
  }
  set_class (GTK_WIDGET (self->last), "unfinished", !final);
  gtk_widget_set_visible (GTK_WIDGET (self->last), TRUE);
}

static void
update (GtkWidget *widget)
{
  HlCallTile *self = HL_CALL_TILE (widget);
  HlCallCard *card = hl_row_watch_get_item (self->watch);
  HlRow *row = HL_ROW (card);
  const char *id = hl_call_card_get_call_id (card);
  gboolean ended = hl_call_card_get_stage (card) == HL_CALL_STAGE_ENDED;
  g_autofree char *title = hl_call_tile_make_title (card, self->masked);
  g_autofree char *state = hl_call_tile_make_state (card);
  g_autofree char *isolated = hl_words_isolate (title);
  g_autofree char *elapsed = NULL;
  g_autofree char *spoken = NULL;

  if (ended && self->brief)
    elapsed = hl_words_time (hl_row_get_int64 (row, HL_CALL_CARD_STARTED_AT),
                             hl_desk_get_timezone (self->desk));
  else
    elapsed = hl_words_elapsed (hl_row_get_int (row, HL_CALL_CARD_SECONDS));
  gtk_image_set_from_icon_name (self->icon, get_icon (card));
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->elapsed, elapsed);
  gtk_label_set_label (self->state, state);
  gtk_widget_set_visible (self->unsent, hl_row_get_bool (row, HL_CALL_CARD_UNSENT));
  gtk_widget_set_visible (self->chips,
                          !self->brief &&
                              g_list_model_get_n_items (hl_call_card_get_slots (card)) > 0);
  show_reason (self, card);
  show_last (self, card);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->open), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->acknowledge), "s", id);

  /* Translators: who, state: spoken name of a call's card */
  spoken = hl_call_card_get_needs_you (card)
               ? g_strdup_printf (C_ ("call", "Call of %1$s, %2$s, %3$s"), isolated,
                                  gtk_label_get_label (self->reason), state)
               : g_strdup_printf (C_ ("call", "Call of %1$s, %2$s"), isolated, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
hl_call_tile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, hl_call_tile_get_item (HL_CALL_TILE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_call_tile_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    hl_call_tile_set_item (HL_CALL_TILE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_call_tile_dispose (GObject *object)
{
  HlCallTile *self = HL_CALL_TILE (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  if (self->chips != NULL)
    hl_children_bind (self->chips, NULL, NULL, NULL);
  self->chips = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_call_tile_parent_class)->dispose (object);
}

static void
hl_call_tile_class_init (HlCallTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_call_tile_dispose;
  object_class->get_property = hl_call_tile_get_property;
  object_class->set_property = hl_call_tile_set_property;
  properties[PROP_ITEM] =
      g_param_spec_object ("item", NULL, NULL, HL_TYPE_CALL_CARD,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-call-tile.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlCallTile, name)
  BIND (card);
  BIND (open);
  BIND (icon);
  BIND (title);
  BIND (unsent);
  BIND (elapsed);
  BIND (reason);
  BIND (state);
  BIND (chips);
  BIND (last);
  BIND (acknowledge);
#undef BIND
}

static void
hl_call_tile_init (HlCallTile *self)
{
  self->masked = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_call_tile_new (HlDesk *desk, gboolean brief)
{
  HlCallTile *self = g_object_new (HL_TYPE_CALL_TILE, NULL);

  self->desk = g_object_ref (desk);
  self->brief = brief;
  if (brief)
    gtk_widget_add_css_class (self->card, "brief");
  return GTK_WIDGET (self);
}

void
hl_call_tile_set_item (HlCallTile *self, HlCallCard *item)
{
  g_return_if_fail (HL_IS_CALL_TILE (self));
  if (hl_row_watch_set_item (self->watch, item)) {
    hl_children_bind (self->chips,
                      item != NULL && !self->brief ? hl_call_card_get_slots (item) : NULL,
                      hl_call_tile_create_chip, self);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
  }
}

HlCallCard *
hl_call_tile_get_item (HlCallTile *self)
{
  g_return_val_if_fail (HL_IS_CALL_TILE (self), NULL);
  return hl_row_watch_get_item (self->watch);
}

void
hl_call_tile_set_masked (HlCallTile *self, gboolean masked)
{
  if (self->masked != masked) {
    self->masked = masked;
    if (hl_row_watch_get_item (self->watch) != NULL)
      hl_row_watch_queue (self->watch);
  }
}
