/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A section of the room: its name, who serves it, how many sit there, and its tables. */
#include "views/hl-section-view.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-table-tile.h"
#include "views/hl-words.h"
#include "widgets/hl-children.h"
#include "widgets/hl-chip.h"
#include "widgets/hl-wrap-box.h"

struct _HlSectionView {
  GtkWidget parent_instance;
  GtkLabel *name;
  GtkLabel *server;
  HlChip *state;
  GtkLabel *covers;
  GtkWidget *tiles;
  HlDesk *desk;
  HlSeating *seating;
  HlRowWatch *watch;
  double scale;
};

G_DEFINE_FINAL_TYPE (HlSectionView, hl_section_view, GTK_TYPE_WIDGET)

static const char *
get_state_word (HlSectionState state)
{
  switch (state) {
  case HL_SECTION_STATE_PAUSED:
    return C_ ("section", "Paused");
  case HL_SECTION_STATE_CLOSING:
    return C_ ("section", "Closing");
  case HL_SECTION_STATE_CLOSED:
    return C_ ("section", "Closed");
  case HL_SECTION_STATE_OPEN:
  default:
    return NULL;
  }
}

static void
update (GtkWidget *widget)
{
  HlSectionView *self = HL_SECTION_VIEW (widget);
  HlRow *row = hl_row_watch_get_item (self->watch);
  const char *name = hl_row_get_string (row, HL_SECTION_ROW_NAME);
  const char *server = hl_row_get_string (row, HL_SECTION_ROW_SERVER);
  const char *state = get_state_word (hl_row_get_int (row, HL_SECTION_ROW_STATE));
  /* Translators: guests in this section: now, and since the evening began */
  g_autofree char *covers = g_strdup_printf (C_ ("section", "%d now, %d tonight"),
                                             hl_row_get_int (row, HL_SECTION_ROW_COVERS_NOW),
                                             hl_row_get_int (row, HL_SECTION_ROW_COVERS_TONIGHT));

  if (name == NULL || name[0] == '\0')
    name = C_ ("section", "Other tables");
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->server, server);
  gtk_widget_set_visible (GTK_WIDGET (self->server), server != NULL && server[0] != '\0');
  hl_chip_set (self->state, NULL, state, "warning", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->state), state != NULL);
  gtk_label_set_label (self->covers, covers);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
create_tile (gpointer item, gpointer user_data)
{
  HlSectionView *self = user_data;
  GtkWidget *tile = hl_table_tile_new (self->desk, self->seating);

  hl_table_tile_set_item (HL_TABLE_TILE (tile), item);
  hl_table_tile_set_scale (HL_TABLE_TILE (tile), self->scale);
  return tile;
}

static void
hl_section_view_dispose (GObject *object)
{
  HlSectionView *self = HL_SECTION_VIEW (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  if (self->tiles != NULL)
    hl_children_bind (self->tiles, NULL, NULL, NULL);
  self->tiles = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  g_clear_object (&self->seating);
  G_OBJECT_CLASS (hl_section_view_parent_class)->dispose (object);
}

static void
hl_section_view_class_init (HlSectionViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_section_view_dispose;
  g_type_ensure (HL_TYPE_CHIP);
  g_type_ensure (HL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-section-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HlSectionView, name);
  gtk_widget_class_bind_template_child (widget_class, HlSectionView, server);
  gtk_widget_class_bind_template_child (widget_class, HlSectionView, state);
  gtk_widget_class_bind_template_child (widget_class, HlSectionView, covers);
  gtk_widget_class_bind_template_child (widget_class, HlSectionView, tiles);
}

static void
hl_section_view_init (HlSectionView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->scale = 1.0;
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_section_view_new (HlDesk *desk, HlSeating *seating)
{
  HlSectionView *self = g_object_new (HL_TYPE_SECTION_VIEW, NULL);

  self->desk = g_object_ref (desk);
  self->seating = seating != NULL ? g_object_ref (seating) : NULL;
  return GTK_WIDGET (self);
}

void
hl_section_view_set_item (HlSectionView *self, HlSectionRow *item)
{
  if (hl_row_watch_set_item (self->watch, item))
    hl_children_bind (self->tiles, item != NULL ? hl_section_row_get_tokens (item) : NULL,
                      create_tile, self);
}

void
hl_section_view_set_scale (HlSectionView *self, double scale)
{
  self->scale = scale;
  for (GtkWidget *tile = gtk_widget_get_first_child (self->tiles); tile != NULL;
       tile = gtk_widget_get_next_sibling (tile))
    hl_table_tile_set_scale (HL_TABLE_TILE (tile), scale);
}

gboolean
hl_section_view_choose (HlSectionView *self, const char *table_id, gboolean focus)
{
  gboolean found = FALSE;

  for (GtkWidget *tile = gtk_widget_get_first_child (self->tiles); tile != NULL;
       tile = gtk_widget_get_next_sibling (tile)) {
    HlTableToken *token = hl_table_tile_get_item (HL_TABLE_TILE (tile));
    gboolean chosen = g_strcmp0 (hl_table_token_get_table_id (token), table_id) == 0;

    hl_table_tile_set_chosen (HL_TABLE_TILE (tile), chosen);
    if (chosen && focus)
      gtk_widget_grab_focus (tile);
    found = found || chosen;
  }
  return found;
}
