/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of the room as a button: number, name, state in word, icon and cue. */
#include "views/hl-table-tile.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-words.h"

/* Border and padding of button.hl-table in style.css, the same in every state: the toolkit adds them
 * to what is measured here. */
#define FRAME_WIDTH 13
#define FRAME_HEIGHT 8
/* Of the first line's parts, as in the template; between the minutes and the next guests' time, at least. */
#define TOP_SPACING 3
#define MARKS_GAP 4
/* How small a text may get that does not fit, of its size. */
#define SMALLEST_TEXT 0.7

struct _HlTableTile {
  GtkButton parent_instance;
  GtkLabel *number;
  GtkLabel *capacity;
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *word;
  GtkWidget *hourglass;
  GtkLabel *timer;
  GtkLabel *initials;
  GtkWidget *allergy;
  GtkLabel *next;
  GtkWidget *unsent;

  HlDesk *desk;
  HlSeating *seating;
  HlRowWatch *watch;
  double scale;
  const char *shown_class;
  const char *turn_class;
  const char *fit_class;
  gboolean text_fit; /* it was measured with the words that it has */
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlTableTile, hl_table_tile, GTK_TYPE_BUTTON)

static void
swap_class (HlTableTile *self, const char **slot, const char *name)
{
  if (*slot == name)
    return;
  if (*slot != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), *slot);
  if (name != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  *slot = name;
}

static const char *
get_fit_class (HlTableTile *self, HlTableToken *token)
{
  if (self->seating == NULL)
    return NULL;
  if (hl_seating_has_table (self->seating, hl_table_token_get_table_id (token)))
    return "fit-chosen";
  if (g_strcmp0 (hl_seating_get_doubtful (self->seating), hl_table_token_get_table_id (token)) == 0)
    return "fit-doubtful";
  switch (hl_seating_judge (self->seating, token)) {
  case HL_FIT_NONE:
    return NULL;
  case HL_FIT_GOOD:
    return "fit-good";
  case HL_FIT_LARGE:
  case HL_FIT_PROMISED:
    return "fit-possible";
  default:
    return "fit-poor";
  }
}

static void
update_fit (HlTableTile *self)
{
  HlTableToken *token = hl_row_watch_get_item (self->watch);

  if (token != NULL)
    swap_class (self, &self->fit_class, get_fit_class (self, token));
}

static void
on_seating_changed (HlSeating *seating, HlTableTile *self)
{
  update_fit (self);
}

static const char *
get_shown_class (HlTableToken *token)
{
  static const char *const names[] = {
    [HL_TABLE_SHOWN_OPEN] = "open",
    [HL_TABLE_SHOWN_RESERVED_SOON] = "reserved-soon",
    [HL_TABLE_SHOWN_ASSIGNED] = "assigned",
    [HL_TABLE_SHOWN_PARTIALLY_SEATED] = "partially-seated",
    [HL_TABLE_SHOWN_SEATED] = "seated",
    [HL_TABLE_SHOWN_COURSE] = "course",
    [HL_TABLE_SHOWN_CHECK] = "check",
    [HL_TABLE_SHOWN_DIRTY] = "dirty",
    [HL_TABLE_SHOWN_BLOCKED] = "blocked",
    [HL_TABLE_SHOWN_DISPUTED] = "disputed",
  };
  HlTableShown shown = hl_table_token_get_shown (token);

  return (gsize) shown < G_N_ELEMENTS (names) ? names[shown] : "open";
}

static char *
make_capacity (HlTableToken *token)
{
  HlTableShown shown = hl_table_token_get_shown (token);
  int least = hl_table_token_get_seats_min (token);
  int most = hl_table_token_get_seats_max (token);
  gboolean taken = shown != HL_TABLE_SHOWN_OPEN && shown != HL_TABLE_SHOWN_DIRTY &&
                   shown != HL_TABLE_SHOWN_BLOCKED && shown != HL_TABLE_SHOWN_RESERVED_SOON &&
                   hl_table_token_get_size (token) > 0;

  if (taken)
    return g_strdup_printf ("%d/%d", hl_table_token_get_size (token), most);
  if (least < most)
    return g_strdup_printf ("%d–%d", least, most);
  return g_strdup_printf ("%d", most);
}

static char *
make_name (HlTableToken *token)
{
  HlRow *row = HL_ROW (token);

  switch (hl_table_token_get_shown (token)) {
  case HL_TABLE_SHOWN_OPEN:
  case HL_TABLE_SHOWN_DIRTY:
  case HL_TABLE_SHOWN_BLOCKED:
    return g_strdup ("");
  case HL_TABLE_SHOWN_RESERVED_SOON:
    return g_strdup_printf ("%s %d", hl_row_get_string (row, HL_TABLE_TOKEN_NEXT_NAME),
                            hl_row_get_int (row, HL_TABLE_TOKEN_NEXT_SIZE));
  default:
    return g_strdup (hl_words_name (hl_table_token_get_name (token)));
  }
}

static void
forget_fit (HlTableTile *self)
{
  GtkLabel *labels[] = { self->number, self->capacity, self->timer, self->next };

  if (!self->text_fit)
    return;
  self->text_fit = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    gtk_label_set_attributes (labels[i], NULL);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static int
get_natural_width (gpointer widget)
{
  int natural = 0;

  gtk_widget_measure (GTK_WIDGET (widget), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* @room: what is left of their line for the two of them. */
static void
fit_pair (GtkLabel *one, GtkLabel *other, int room)
{
  int wanted = get_natural_width (one) + get_natural_width (other);

  if (wanted > room) {
    g_autoptr (PangoAttrList) smaller = pango_attr_list_new ();

    pango_attr_list_insert (smaller, pango_attr_scale_new (MAX ((double) room / wanted, SMALLEST_TEXT)));
    gtk_label_set_attributes (one, smaller);
    gtk_label_set_attributes (other, smaller);
  }
}

/* A font may be wider than the one that the tile was drawn in. Two figures that touch read as one ("76/12020:00"), and a
 * table without its number is none: where two do not fit both get smaller, neither is cut. */
static void
fit_text (HlTableTile *self, int width)
{
  if (self->text_fit)
    return;
  self->text_fit = TRUE;
  fit_pair (self->number, self->capacity, width - get_natural_width (self->icon) - 2 * TOP_SPACING);
  if (gtk_widget_get_visible (GTK_WIDGET (self->next)))
    fit_pair (self->timer, self->next, width - MARKS_GAP);
}

static void
update (GtkWidget *widget)
{
  HlTableTile *self = HL_TABLE_TILE (widget);
  HlTableToken *token = hl_row_watch_get_item (self->watch);
  HlRow *row = HL_ROW (token);
  GTimeZone *zone = hl_desk_get_timezone (self->desk);
  HlTableShown shown = hl_table_token_get_shown (token);
  HlTurn turn = hl_table_token_get_turn (token);
  gint64 next = hl_row_get_int64 (row, HL_TABLE_TOKEN_NEXT_TIME);
  const char *initials = hl_row_get_string (row, HL_TABLE_TOKEN_INITIALS);
  g_autofree char *capacity = make_capacity (token);
  g_autofree char *name = make_name (token);
  g_autofree char *word = hl_words_table_state (token, self->desk);
  g_autofree char *timer = hl_words_table_timer (token);
  g_autofree char *spoken = hl_words_table_spoken (token, self->desk);
  g_autofree char *when = next > 0 && shown != HL_TABLE_SHOWN_RESERVED_SOON
                              ? hl_words_time (next, zone)
                              : g_strdup ("");

  gtk_label_set_label (self->number, hl_table_token_get_label (token));
  gtk_label_set_label (self->capacity, capacity);
  gtk_image_set_from_icon_name (self->icon,
                                hl_words_table_icon (shown, hl_table_token_get_stage (token)));
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->word, word);
  gtk_label_set_label (self->timer, timer);
  gtk_widget_set_visible (self->hourglass, turn == HL_TURN_SOON);
  gtk_label_set_label (self->initials, initials);
  /* where nobody is to be served, the word gets their room */
  gtk_widget_set_visible (GTK_WIDGET (self->initials),
                          initials != NULL && initials[0] != '\0' &&
                              shown != HL_TABLE_SHOWN_BLOCKED && shown != HL_TABLE_SHOWN_DISPUTED);
  gtk_widget_set_visible (self->allergy, hl_row_get_bool (row, HL_TABLE_TOKEN_ALLERGY));
  gtk_label_set_label (self->next, when);
  gtk_widget_set_visible (GTK_WIDGET (self->next), when[0] != '\0');
  gtk_widget_set_visible (self->unsent, hl_row_get_bool (row, HL_TABLE_TOKEN_UNSENT));
  forget_fit (self);
  swap_class (self, &self->shown_class, get_shown_class (token));
  swap_class (self, &self->turn_class,
              turn == HL_TURN_SOON   ? "turn-soon"
              : turn == HL_TURN_OVER ? "turn-over"
                                     : NULL);
  if (hl_row_get_bool (row, HL_TABLE_TOKEN_OVER_CAPACITY))
    gtk_widget_add_css_class (widget, "over-capacity");
  else
    gtk_widget_remove_css_class (widget, "over-capacity");
  update_fit (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

/* All tiles are of one size, whatever their texts would like. */
static void
hl_table_tile_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  HlTableTile *self = HL_TABLE_TILE (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = (int) (HL_TABLE_TILE_WIDTH * self->scale) - FRAME_WIDTH;
  else
    *minimum = *natural = (int) (HL_TABLE_TILE_HEIGHT * self->scale) - FRAME_HEIGHT;
}

static void
hl_table_tile_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int least_width = 0, least_height = 0;

  fit_text (HL_TABLE_TILE (widget), width);
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  width = MAX (width, least_width);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (height, least_height), baseline, NULL);
}

static void
hl_table_tile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, hl_table_tile_get_item (HL_TABLE_TILE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_table_tile_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    hl_table_tile_set_item (HL_TABLE_TILE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_table_tile_dispose (GObject *object)
{
  HlTableTile *self = HL_TABLE_TILE (object);

  g_clear_pointer (&self->watch, hl_row_watch_free);
  if (self->seating != NULL)
    g_signal_handlers_disconnect_by_data (self->seating, self);
  g_clear_object (&self->seating);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_table_tile_parent_class)->dispose (object);
}

static void
hl_table_tile_class_init (HlTableTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_table_tile_dispose;
  widget_class->measure = hl_table_tile_measure;
  widget_class->size_allocate = hl_table_tile_size_allocate;
  object_class->get_property = hl_table_tile_get_property;
  object_class->set_property = hl_table_tile_set_property;
  properties[PROP_ITEM] =
      g_param_spec_object ("item", NULL, NULL, HL_TYPE_TABLE_TOKEN,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-table-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, number);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, capacity);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, icon);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, name);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, word);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, hourglass);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, timer);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, initials);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, allergy);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, next);
  gtk_widget_class_bind_template_child (widget_class, HlTableTile, unsent);
}

static void
hl_table_tile_init (HlTableTile *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->scale = 1.0;
  gtk_widget_init_template (widget);
  /* the button's own layout would ask its child */
  gtk_widget_set_layout_manager (widget, NULL);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_table_tile_new (HlDesk *desk, HlSeating *seating)
{
  HlTableTile *self = g_object_new (HL_TYPE_TABLE_TILE, NULL);

  self->desk = g_object_ref (desk);
  if (seating != NULL) {
    self->seating = g_object_ref (seating);
    g_signal_connect (seating, "changed", G_CALLBACK (on_seating_changed), self);
  }
  return GTK_WIDGET (self);
}

void
hl_table_tile_set_item (HlTableTile *self, HlTableToken *item)
{
  g_return_if_fail (HL_IS_TABLE_TILE (self));

  if (item != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s",
                                      hl_table_token_get_table_id (item));
  if (hl_row_watch_set_item (self->watch, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}

HlTableToken *
hl_table_tile_get_item (HlTableTile *self)
{
  g_return_val_if_fail (HL_IS_TABLE_TILE (self), NULL);
  return hl_row_watch_get_item (self->watch);
}

void
hl_table_tile_set_scale (HlTableTile *self, double scale)
{
  g_return_if_fail (HL_IS_TABLE_TILE (self));
  self->scale = scale;
  forget_fit (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
hl_table_tile_set_chosen (HlTableTile *self, gboolean chosen)
{
  if (chosen)
    gtk_widget_add_css_class (GTK_WIDGET (self), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "chosen");
}
