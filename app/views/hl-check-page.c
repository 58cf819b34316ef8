/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person has to look at: disputes as cards, and actions of this device that ended otherwise than shown. */
#include "views/hl-check-page.h"

#include <glib/gi18n.h>

#include "views/hl-dispute-card.h"
#include "views/hl-item-row.h"
#include "views/hl-words-dispute.h"
#include "widgets/hl-children.h"

struct _HlCheckPage {
  GtkWidget parent_instance;
  GtkWidget *scroller;
  GtkWidget *cards;
  GtkWidget *items_title;
  GtkWidget *items;
  GtkWidget *nothing;

  HlActs *acts;
  HlDesk *desk;
  GListStore *needing; /* HlOutboxItem that need a person */
  GPtrArray *seen;     /* HlDispute shown as cards, to tell who settled those that leave */
  guint idle;
};

G_DEFINE_FINAL_TYPE (HlCheckPage, hl_check_page, GTK_TYPE_WIDGET)

static void
show_nothing (HlCheckPage *self)
{
  guint disputes = g_list_model_get_n_items (hl_desk_get_disputes (self->desk));
  guint items = g_list_model_get_n_items (G_LIST_MODEL (self->needing));

  gtk_widget_set_visible (self->items_title, items > 0);
  gtk_widget_set_visible (self->nothing, disputes == 0 && items == 0);
}

static gboolean
is_same (HlCheckPage *self, GPtrArray *wanted)
{
  if (wanted->len != g_list_model_get_n_items (G_LIST_MODEL (self->needing)))
    return FALSE;
  for (guint i = 0; i < wanted->len; i++) {
    g_autoptr (HlOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (self->needing), i);

    if (item != g_ptr_array_index (wanted, i))
      return FALSE;
  }
  return TRUE;
}

static void
find_needing (HlCheckPage *self)
{
  GListModel *outbox = hl_desk_get_outbox (self->desk);
  guint n = g_list_model_get_n_items (outbox);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlOutboxItem) item = g_list_model_get_item (outbox, i);

    if (hl_outbox_item_needs_person (item))
      g_ptr_array_add (wanted, g_object_ref (item));
  }
  if (!is_same (self, wanted))
    g_list_store_splice (self->needing, 0, g_list_model_get_n_items (G_LIST_MODEL (self->needing)),
                         wanted->pdata, wanted->len);
  show_nothing (self);
}

static gboolean
on_idle (gpointer data)
{
  HlCheckPage *self = data;

  self->idle = 0;
  find_needing (self);
  return G_SOURCE_REMOVE;
}

static void
queue (HlCheckPage *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

static void
on_outbox_changed (GListModel *model, guint position, guint removed, guint added,
                   HlCheckPage *self)
{
  queue (self);
}

static void
on_desk_changed (HlDesk *desk, gpointer what, HlCheckPage *self)
{
  queue (self);
}

/* What this device calls whoever acts at it: they need not be told what they did. */
static gboolean
is_own (HlCheckPage *self, const char *by)
{
  g_autofree char *who = NULL;
  g_autofree char *device = NULL;

  g_object_get (self->desk, "who", &who, "device-name", &device, NULL);
  return g_strcmp0 (by, who != NULL && who[0] != '\0' ? who : device) == 0;
}

/* A card that goes while somebody looks at it says why. */
static void
tell_settled (HlCheckPage *self, HlDispute *dispute)
{
  HlState *state = hl_desk_get_screen (self->desk);
  HlDispute *now = hl_state_lookup_dispute (state, hl_dispute_get_dispute_id (dispute));
  g_autofree char *text = NULL;

  if (now == NULL || hl_dispute_get_state (now) != HL_DISPUTE_STATE_SETTLED
      || is_own (self, hl_dispute_get_settled_by (now)))
    return;
  text = hl_words_dispute_settled (self->desk, now);
  hl_acts_tell (self->acts, text);
}

static gboolean
is_listed (GListModel *model, gpointer wanted)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, i);

    if ((gpointer) item == wanted)
      return TRUE;
  }
  return FALSE;
}

static void
on_disputes_changed (GListModel *model, guint position, guint removed, guint added,
                     HlCheckPage *self)
{
  guint n = g_list_model_get_n_items (model);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  for (guint i = 0; i < self->seen->len; i++) {
    HlDispute *dispute = g_ptr_array_index (self->seen, i);

    if (!is_listed (model, dispute) && gtk_widget_get_mapped (GTK_WIDGET (self)))
      tell_settled (self, dispute);
  }
  g_ptr_array_set_size (self->seen, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->seen, g_list_model_get_item (model, i));
  show_nothing (self);
  /* the card that had the keyboard is gone: the next one has it */
  if (removed > 0 && gtk_widget_get_mapped (GTK_WIDGET (self)) && root != NULL
      && gtk_root_get_focus (root) == NULL)
    hl_check_page_focus (self, NULL);
}

static GtkWidget *
create_card (gpointer item, gpointer user_data)
{
  HlCheckPage *self = user_data;
  GtkWidget *card = hl_dispute_card_new (self->desk);

  hl_dispute_card_set_item (HL_DISPUTE_CARD (card), item);
  return card;
}

static GtkWidget *
create_item (gpointer item, gpointer user_data)
{
  HlCheckPage *self = user_data;
  GtkWidget *row = hl_item_row_new (self->desk);

  hl_item_row_set_item (HL_ITEM_ROW (row), item);
  g_signal_connect_swapped (row, "failed", G_CALLBACK (hl_acts_tell_error), self->acts);
  return row;
}

static void
hl_check_page_dispose (GObject *object)
{
  HlCheckPage *self = HL_CHECK_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->desk != NULL) {
    hl_children_bind (self->cards, NULL, NULL, NULL);
    hl_children_bind (self->items, NULL, NULL, NULL);
    g_signal_handlers_disconnect_by_data (hl_desk_get_disputes (self->desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_outbox (self->desk), self);
    g_signal_handlers_disconnect_by_data (self->desk, self);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  g_clear_object (&self->needing);
  g_clear_object (&self->desk);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_check_page_parent_class)->dispose (object);
}

static void
hl_check_page_class_init (HlCheckPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_check_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-check-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlCheckPage, name)
  BIND (scroller);
  BIND (cards);
  BIND (items_title);
  BIND (items);
  BIND (nothing);
#undef BIND
}

static void
hl_check_page_init (HlCheckPage *self)
{
  self->needing = g_list_store_new (HL_TYPE_OUTBOX_ITEM);
  self->seen = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_check_page_new (void)
{
  return g_object_new (HL_TYPE_CHECK_PAGE, NULL);
}

void
hl_check_page_set_up (HlCheckPage *self, HlActs *acts)
{
  g_return_if_fail (HL_IS_CHECK_PAGE (self) && self->acts == NULL);

  self->acts = g_object_ref (acts);
  self->desk = g_object_ref (hl_acts_get_desk (acts));
  hl_children_bind (self->cards, hl_desk_get_disputes (self->desk), create_card, self);
  hl_children_bind (self->items, G_LIST_MODEL (self->needing), create_item, self);
  g_signal_connect (hl_desk_get_disputes (self->desk), "items-changed",
                    G_CALLBACK (on_disputes_changed), self);
  g_signal_connect (hl_desk_get_outbox (self->desk), "items-changed",
                    G_CALLBACK (on_outbox_changed), self);
  g_signal_connect (self->desk, "notify::to-check", G_CALLBACK (on_desk_changed), self);
  g_signal_connect (self->desk, "decided", G_CALLBACK (on_desk_changed), self);
  on_disputes_changed (hl_desk_get_disputes (self->desk), 0, 0, 0, self);
  find_needing (self);
}

void
hl_check_page_focus (HlCheckPage *self, HlDispute *dispute)
{
  GtkWidget *first = gtk_widget_get_first_child (self->cards);

  g_return_if_fail (HL_IS_CHECK_PAGE (self));
  for (GtkWidget *card = first; card != NULL && dispute != NULL;
       card = gtk_widget_get_next_sibling (card))
    if (hl_dispute_card_get_item (HL_DISPUTE_CARD (card)) == dispute)
      first = card;
  if (first == NULL)
    first = gtk_widget_get_first_child (self->items);
  if (first != NULL)
    gtk_widget_child_focus (first, GTK_DIR_TAB_FORWARD);
}
