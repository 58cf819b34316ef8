/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One action of this device in words: what it was, when, and what became of it. */
#include "views/hl-item-row.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-words.h"

struct _HlItemRow {
  GtkWidget parent_instance;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *fate;
  GtkWidget *again;
  GtkWidget *read;

  HlDesk *desk;
  HlRowWatch *watch;
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlItemRow, hl_item_row, GTK_TYPE_WIDGET)

char *
hl_item_row_make_title (HlOutboxItem *item)
{
  g_autofree char *action =
      hl_words_action (hl_outbox_item_get_kind (item), hl_outbox_item_get_label (item));
  g_autofree char *first = g_utf8_substring (action, 0, 1);
  g_autofree char *upper = g_utf8_strup (first, -1);

  return g_strconcat (upper, g_utf8_next_char (action), NULL);
}

char *
hl_item_row_make_fate (HlOutboxItem *item)
{
  const char *reason = hl_words_reason (hl_outbox_item_get_reason (item));

  switch (hl_outbox_item_get_state (item)) {
  case HL_ITEM_QUEUED:
    return g_strdup (C_ ("outbox", "Saved on this computer, not sent yet"));
  case HL_ITEM_SENDING:
    return g_strdup (C_ ("outbox", "Sent, no answer yet"));
  case HL_ITEM_WITHDRAWN:
    return g_strdup (C_ ("outbox", "Taken back before it was sent"));
  case HL_ITEM_REVIEW:
    if (reason[0] != '\0')
      /* Translators: %s is a sentence that says why */
      return g_strdup_printf (C_ ("outbox", "Please look: %s"), reason);
    return g_strdup (C_ ("outbox", "Please look: is this still so?"));
  case HL_ITEM_DECIDED:
    if (hl_outbox_item_get_outcome (item) == HL_OUTCOME_REFUSED && reason[0] != '\0')
      return g_strdup_printf (C_ ("outbox", "Refused: %s"), reason);
    return g_strdup (hl_words_outcome (hl_outbox_item_get_outcome (item)));
  default:
    return g_strdup ("");
  }
}

static const char *
get_icon (HlOutboxItem *item)
{
  switch (hl_outbox_item_get_state (item)) {
  case HL_ITEM_QUEUED:
  case HL_ITEM_SENDING:
    return "hl-unsent-symbolic";
  case HL_ITEM_WITHDRAWN:
    return "hl-cross-symbolic";
  case HL_ITEM_REVIEW:
    return "hl-warning-symbolic";
  case HL_ITEM_DECIDED:
  default:
    return hl_outbox_item_get_outcome (item) == HL_OUTCOME_REFUSED    ? "hl-cross-symbolic"
           : hl_outbox_item_get_outcome (item) == HL_OUTCOME_DISPUTED ? "hl-dispute-symbolic"
                                                                      : "hl-tick-symbolic";
  }
}

static void
update (GtkWidget *widget)
{
  HlItemRow *self = HL_ITEM_ROW (widget);
  HlOutboxItem *item = hl_row_watch_get_item (self->watch);
  g_autofree char *title = hl_item_row_make_title (item);
  g_autofree char *fate = hl_item_row_make_fate (item);
  g_autofree char *time = hl_words_time (hl_outbox_item_get_composed_at (item),
                                         hl_desk_get_timezone (self->desk));
  g_autofree char *line = g_strdup_printf ("%s · %s", time, fate);
  gboolean needs = hl_outbox_item_needs_person (item);

  gtk_image_set_from_icon_name (self->icon, get_icon (item));
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->fate, line);
  gtk_widget_set_visible (self->read, needs);
  gtk_widget_set_visible (self->again,
                          needs && hl_outbox_item_get_state (item) == HL_ITEM_REVIEW);
  if (needs)
    gtk_widget_add_css_class (widget, "needs-person");
  else
    gtk_widget_remove_css_class (widget, "needs-person");
}

static void
on_again_clicked (HlItemRow *self)
{
  hl_desk_redo_review (self->desk, hl_row_watch_get_item (self->watch));
}

static void
on_read_clicked (HlItemRow *self)
{
  hl_desk_mark_read (self->desk, hl_row_watch_get_item (self->watch));
}

static void
hl_item_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, hl_row_watch_get_item (HL_ITEM_ROW (object)->watch));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_item_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    hl_item_row_set_item (HL_ITEM_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_item_row_dispose (GObject *object)
{
  HlItemRow *self = HL_ITEM_ROW (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_item_row_parent_class)->dispose (object);
}

static void
hl_item_row_class_init (HlItemRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_item_row_dispose;
  object_class->get_property = hl_item_row_get_property;
  object_class->set_property = hl_item_row_set_property;
  properties[PROP_ITEM] =
      g_param_spec_object ("item", NULL, NULL, HL_TYPE_OUTBOX_ITEM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-item-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, title);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, fate);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, again);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, read);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_read_clicked);
}

static void
hl_item_row_init (HlItemRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_item_row_new (HlDesk *desk)
{
  HlItemRow *self = g_object_new (HL_TYPE_ITEM_ROW, NULL);

  self->desk = g_object_ref (desk);
  return GTK_WIDGET (self);
}

void
hl_item_row_set_item (HlItemRow *self, HlOutboxItem *item)
{
  g_return_if_fail (HL_IS_ITEM_ROW (self));
  if (hl_row_watch_set_item (self->watch, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
