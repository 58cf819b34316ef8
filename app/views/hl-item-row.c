/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One action of this device in words: what it was, when, and what became of it. */
#include "views/hl-item-row.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-words-field.h"
#include "views/hl-words-outbox.h"
#include "views/hl-words.h"

struct _HlItemRow {
  GtkWidget parent_instance;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *fate;
  GtkWidget *take_back;
  GtkWidget *again;
  GtkButton *read;

  HlDesk *desk;
  HlRowWatch *watch;
  gulong on_outbox; /* while it may be withdrawn: something newer may come */
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlItemRow, hl_item_row, GTK_TYPE_WIDGET)

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
on_outbox_changed (GListModel *model, guint position, guint removed, guint added, HlItemRow *self)
{
  if (hl_row_watch_get_item (self->watch) != NULL)
    hl_row_watch_queue (self->watch);
}

static void
watch_outbox (HlItemRow *self, gboolean wanted)
{
  GListModel *outbox = hl_desk_get_outbox (self->desk);

  if (wanted && self->on_outbox == 0)
    self->on_outbox =
        g_signal_connect (outbox, "items-changed", G_CALLBACK (on_outbox_changed), self);
  else if (!wanted)
    g_clear_signal_handler (&self->on_outbox, outbox);
}

static void
name_button (GtkWidget *button, const char *label, const char *title)
{
  g_autofree char *spoken = g_strdup_printf ("%s: %s", label, title);

  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, spoken);
}

static void
update (GtkWidget *widget)
{
  HlItemRow *self = HL_ITEM_ROW (widget);
  HlOutboxItem *item = hl_row_watch_get_item (self->watch);
  g_autofree char *title = hl_words_item_title (item);
  g_autofree char *fate = hl_words_item_fate (self->desk, item);
  g_autofree char *time = hl_words_when (self->desk, hl_outbox_item_get_composed_at (item));
  g_autofree char *line = g_strdup_printf ("%s · %s", time, fate);
  HlItemState state = hl_outbox_item_get_state (item);
  gboolean needs = hl_outbox_item_needs_person (item);

  gtk_image_set_from_icon_name (self->icon, get_icon (item));
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->fate, line);
  watch_outbox (self, state == HL_ITEM_QUEUED);
  gtk_widget_set_visible (self->take_back, state == HL_ITEM_QUEUED
                                               && hl_desk_can_withdraw (self->desk, item));
  gtk_widget_set_visible (GTK_WIDGET (self->read), needs);
  gtk_widget_set_visible (self->again, needs && state == HL_ITEM_REVIEW
                                           && hl_outbox_item_get_action (item) != NULL);
  name_button (self->take_back, C_ ("outbox", "Take back"), title);
  name_button (self->again, C_ ("outbox", "Send again"), title);
  name_button (GTK_WIDGET (self->read),
               state == HL_ITEM_REVIEW ? C_ ("outbox", "Discard") : C_ ("outbox", "I have read it"),
               title);
  if (state == HL_ITEM_REVIEW)
    gtk_widget_add_css_class (GTK_WIDGET (self->read), "hl-destructive");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->read), "hl-destructive");
  if (needs)
    gtk_widget_add_css_class (widget, "needs-person");
  else
    gtk_widget_remove_css_class (widget, "needs-person");
}

static void
on_take_back_clicked (HlItemRow *self)
{
  hl_desk_withdraw_async (self->desk, hl_row_watch_get_item (self->watch), NULL, NULL);
}

static void
on_again_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HlItemRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hl_desk_perform_finish (HL_DESK (source), result, NULL, &error);

  if (id == NULL)
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
on_again_clicked (HlItemRow *self)
{
  hl_desk_redo_review_async (self->desk, hl_row_watch_get_item (self->watch), on_again_done,
                             g_object_ref (self));
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

  if (self->desk != NULL)
    watch_outbox (self, FALSE);
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
  signals[FAILED] = g_signal_new ("failed", HL_TYPE_ITEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-item-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, title);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, fate);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, take_back);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, again);
  gtk_widget_class_bind_template_child (widget_class, HlItemRow, read);
  gtk_widget_class_bind_template_callback (widget_class, on_take_back_clicked);
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
  if (item == NULL)
    watch_outbox (self, FALSE);
  if (hl_row_watch_set_item (self->watch, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
