/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room: every section with its tables, and above them what a tap on a table will do. */
#include "views/hl-room-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "views/hl-section-view.h"
#include "views/hl-table-tile.h"
#include "views/hl-words.h"
#include "widgets/hl-children.h"

/* From this width on, tables are drawn larger: on a large screen they would stand in a corner. */
#define LARGE_FROM 980
#define LARGE_SCALE 1.3

struct _HlRoomView {
  GtkWidget parent_instance;
  GtkStack *hint;
  GtkLabel *summary;
  GtkWidget *hint_box;
  GtkImage *hint_icon;
  GtkLabel *hint_label;
  GtkEntry *number;
  GtkToggleButton *several;
  GtkButton *take;
  GtkLabel *as_of;
  GtkStack *stack;
  GtkWidget *sections;

  HlActs *acts;
  HlDesk *desk;
  HlSeating *seating;
  GtkScrolledWindow *scroller;
  double scale;
  gboolean large;
  guint idle;
  char *chosen;
};

enum {
  SEAT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlRoomView, hl_room_view, GTK_TYPE_WIDGET)

static char *
make_hint (HlRoomView *self, HlTableToken *doubtful)
{
  g_autofree char *name = hl_words_isolate (hl_words_name (hl_seating_get_name (self->seating)));
  int size = hl_seating_get_size (self->seating);

  if (doubtful != NULL) {
    g_autofree char *warning = hl_seating_warn (self->seating, doubtful);

    if (warning != NULL)
      return g_steal_pointer (&warning);
  }
  if (hl_seating_get_several (self->seating))
    /* Translators: name, number of people */
    return g_strdup_printf (C_ ("seating", "%1$s, %2$d: tap the tables, then seat"), name, size);
  if (hl_seating_get_kind (self->seating) == HL_SEATING_MOVE)
    return g_strdup_printf (C_ ("seating", "%1$s, %2$d: tap the new table"), name, size);
  return g_strdup_printf (C_ ("seating", "%1$s, %2$d: tap a table"), name, size);
}

/* "12 + 14" */
static char *
list_tables (HlRoomView *self, guint *n)
{
  const char *const *ids = hl_seating_get_tables (self->seating);
  g_autoptr (GString) text = g_string_new (NULL);

  for (*n = 0; ids[*n] != NULL; (*n)++) {
    HlTableToken *token = hl_desk_find_table (self->desk, ids[*n]);

    if (*n > 0)
      g_string_append (text, " + ");
    g_string_append (text, token != NULL ? hl_table_token_get_label (token) : ids[*n]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_seating (HlRoomView *self)
{
  gboolean active = hl_seating_get_kind (self->seating) != HL_SEATING_NONE;
  const char *doubtful = hl_seating_get_doubtful (self->seating);
  HlTableToken *token = doubtful[0] != '\0' ? hl_desk_find_table (self->desk, doubtful) : NULL;
  gboolean blocked = token != NULL && hl_seating_judge (self->seating, token) == HL_FIT_BLOCKED;
  guint n = 0;

  /* the strip is always there: a table must not move from under the finger that aims at it */
  gtk_stack_set_visible_child_name (self->hint, active ? "hint" : "summary");
  if (!active) {
    gtk_editable_set_text (GTK_EDITABLE (self->number), "");
    return;
  }
  {
    g_autofree char *hint = make_hint (self, token);
    g_autofree char *tables = list_tables (self, &n);

    gtk_label_set_label (self->hint_label, hint);
    gtk_image_set_from_icon_name (self->hint_icon, token != NULL ? "hl-warning-symbolic"
                                                                 : "hl-person-symbolic");
    if (token != NULL) {
      gtk_button_set_label (self->take, C_ ("seating", "Seat anyway"));
    } else {
      g_autofree char *isolated = hl_words_isolate (tables);
      /* Translators: %s are tables: "Seat at 12 + 14" */
      g_autofree char *label = g_strdup_printf (C_ ("seating", "Seat at %s"), isolated);

      gtk_button_set_label (self->take, label);
    }
  }
  gtk_widget_set_visible (GTK_WIDGET (self->take), (token != NULL && !blocked) || n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->number), token == NULL && n == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->several), token == NULL);
  if (gtk_toggle_button_get_active (self->several) != hl_seating_get_several (self->seating))
    gtk_toggle_button_set_active (self->several, hl_seating_get_several (self->seating));
  if (token != NULL)
    gtk_widget_add_css_class (self->hint_box, "warning");
  else
    gtk_widget_remove_css_class (self->hint_box, "warning");
}

static void
on_seating_changed (HlSeating *seating, HlRoomView *self)
{
  show_seating (self);
}

static void
on_number_activate (HlRoomView *self)
{
  g_autofree char *label = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->number))));
  HlTableToken *token = hl_desk_find_table_by_label (self->desk, label);

  if (label[0] == '\0')
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->number), "");
  if (token != NULL) {
    gtk_widget_activate_action (GTK_WIDGET (self), "win.table", "s",
                                hl_table_token_get_table_id (token));
  } else {
    g_autofree char *isolated = hl_words_isolate (label);
    g_autofree char *text = g_strdup_printf (C_ ("seating", "There is no table %s"), isolated);

    hl_acts_tell (self->acts, text);
  }
}

static void
on_several_toggled (HlRoomView *self)
{
  hl_seating_set_several (self->seating, gtk_toggle_button_get_active (self->several));
}

static void
on_take_clicked (HlRoomView *self)
{
  g_signal_emit (self, signals[SEAT], 0);
}

/* Which tables can be given now. */
static void
show_summary (HlRoomView *self)
{
  GListModel *tables = hl_desk_get_tables (self->desk);
  guint n = g_list_model_get_n_items (tables);
  int two = 0, four = 0, six = 0, dirty = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlTableToken) token = g_list_model_get_item (tables, i);
    int seats = hl_table_token_get_seats_max (token);

    if (hl_table_token_get_shown (token) == HL_TABLE_SHOWN_DIRTY)
      dirty++;
    else if (hl_table_token_get_shown (token) == HL_TABLE_SHOWN_OPEN)
      *(seats <= 2 ? &two : seats <= 5 ? &four : &six) += 1;
  }
  /* Translators: how many open tables there are for two people, for four, for six and more */
  text = g_strdup_printf (C_ ("room", "Open now: %1$d for 2 · %2$d for 4 · %3$d for 6 or more"),
                          two, four, six);
  if (dirty > 0) {
    g_autofree char *open = g_steal_pointer (&text);
    g_autofree char *more =
        g_strdup_printf (g_dngettext (NULL, "%d dirty", "%d dirty", dirty), dirty);

    text = g_strconcat (open, " · ", more, NULL);
  }
  if (g_strcmp0 (gtk_label_get_label (self->summary), text) != 0)
    gtk_label_set_label (self->summary, text);
}

static void
on_now_notify (HlDesk *desk, GParamSpec *pspec, HlRoomView *self)
{
  show_summary (self);
}

static void
on_shown (HlDesk *desk, HlActionKind kind, const char *id, HlRoomView *self)
{
  show_summary (self);
}

static void
show_as_of (HlRoomView *self)
{
  gint64 as_of = 0;

  g_object_get (self->desk, "as-of", &as_of, NULL);
  if (as_of > 0) {
    g_autofree char *time = hl_words_time (as_of, hl_desk_get_timezone (self->desk));
    g_autofree char *text = g_strdup_printf (C_ ("room", "As of %s"), time);

    gtk_label_set_label (self->as_of, text);
  }
  gtk_widget_set_visible (GTK_WIDGET (self->as_of), as_of > 0);
}

static void
on_as_of_notify (HlDesk *desk, GParamSpec *pspec, HlRoomView *self)
{
  show_as_of (self);
}

static void
on_sections_changed (GListModel *model, guint position, guint removed, guint added,
                     HlRoomView *self)
{
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (model) > 0 ? "tables" : "empty");
}

static double
get_tile_scale (HlRoomView *self)
{
  return self->scale * (self->large ? LARGE_SCALE : 1.0);
}

static void
apply_scale (HlRoomView *self)
{
  if (self->large)
    gtk_widget_add_css_class (self->sections, "hl-large");
  else
    gtk_widget_remove_css_class (self->sections, "hl-large");
  for (GtkWidget *child = gtk_widget_get_first_child (self->sections); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    hl_section_view_set_scale (HL_SECTION_VIEW (child), get_tile_scale (self));
}

static gboolean
on_width_idle (gpointer data)
{
  HlRoomView *self = data;
  double width = gtk_adjustment_get_page_size (gtk_scrolled_window_get_hadjustment (self->scroller));
  gboolean large = width >= LARGE_FROM * self->scale;

  self->idle = 0;
  if (self->large != large) {
    self->large = large;
    apply_scale (self);
  }
  return G_SOURCE_REMOVE;
}

/* Told while sizes are being allocated: what follows must wait. */
static void
on_page_size_notify (HlRoomView *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_width_idle, self, NULL);
}

static GtkWidget *
create_section (gpointer item, gpointer user_data)
{
  HlRoomView *self = user_data;
  GtkWidget *view = hl_section_view_new (self->desk, self->seating);

  hl_section_view_set_scale (HL_SECTION_VIEW (view), get_tile_scale (self));
  hl_section_view_set_item (HL_SECTION_VIEW (view), item);
  return view;
}

static void
hl_room_view_dispose (GObject *object)
{
  HlRoomView *self = HL_ROOM_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->sections != NULL)
    hl_children_bind (self->sections, NULL, NULL, NULL);
  self->sections = NULL;
  if (self->seating != NULL)
    g_signal_handlers_disconnect_by_data (self->seating, self);
  if (self->desk != NULL) {
    g_signal_handlers_disconnect_by_data (self->desk, self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_sections (self->desk), self);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->seating);
  g_clear_object (&self->desk);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_room_view_parent_class)->dispose (object);
}

static void
hl_room_view_finalize (GObject *object)
{
  g_free (HL_ROOM_VIEW (object)->chosen);
  G_OBJECT_CLASS (hl_room_view_parent_class)->finalize (object);
}

static void
hl_room_view_class_init (HlRoomViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_room_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_room_view_finalize;
  signals[SEAT] = g_signal_new ("seat", HL_TYPE_ROOM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-room-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, hint);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, summary);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, hint_box);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, hint_icon);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, hint_label);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, number);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, several);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, take);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, as_of);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, stack);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, scroller);
  gtk_widget_class_bind_template_child (widget_class, HlRoomView, sections);
  gtk_widget_class_bind_template_callback (widget_class, on_number_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_several_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_take_clicked);
}

static void
hl_room_view_init (HlRoomView *self)
{
  self->scale = 1.0;
  self->chosen = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (self->scroller),
                           "notify::page-size", G_CALLBACK (on_page_size_notify), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
hl_room_view_new (void)
{
  return g_object_new (HL_TYPE_ROOM_VIEW, NULL);
}

void
hl_room_view_set_up (HlRoomView *self, HlActs *acts, HlSeating *seating)
{
  GListModel *sections;

  g_return_if_fail (HL_IS_ROOM_VIEW (self) && self->acts == NULL);

  self->acts = g_object_ref (acts);
  self->desk = g_object_ref (hl_acts_get_desk (acts));
  self->seating = g_object_ref (seating);
  g_signal_connect (seating, "changed", G_CALLBACK (on_seating_changed), self);
  g_signal_connect (self->desk, "notify::as-of", G_CALLBACK (on_as_of_notify), self);
  g_signal_connect (self->desk, "notify::now", G_CALLBACK (on_now_notify), self);
  g_signal_connect (self->desk, "shown", G_CALLBACK (on_shown), self);
  sections = hl_desk_get_sections (self->desk);
  g_signal_connect (sections, "items-changed", G_CALLBACK (on_sections_changed), self);
  hl_children_bind (self->sections, sections, create_section, self);
  on_sections_changed (sections, 0, 0, 0, self);
  show_summary (self);
  show_as_of (self);
  show_seating (self);
}

void
hl_room_view_set_scale (HlRoomView *self, double scale)
{
  g_return_if_fail (HL_IS_ROOM_VIEW (self));
  self->scale = scale;
  apply_scale (self);
}

void
hl_room_view_choose (HlRoomView *self, const char *table_id)
{
  g_free (self->chosen);
  self->chosen = g_strdup (table_id);
  for (GtkWidget *child = gtk_widget_get_first_child (self->sections); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    hl_section_view_choose (HL_SECTION_VIEW (child), table_id, FALSE);
}

HlTableToken *
hl_room_view_get_current (HlRoomView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && HL_IS_TABLE_TILE (focus))
    return hl_table_tile_get_item (HL_TABLE_TILE (focus));
  return self->chosen[0] != '\0' ? hl_desk_find_table (self->desk, self->chosen) : NULL;
}

void
hl_room_view_ask_number (HlRoomView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->number));
}
