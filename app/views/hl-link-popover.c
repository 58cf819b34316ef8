/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection in words: state, cause, since when, what is to be checked, what was not sent. */
#include "views/hl-link-popover.h"

#include <glib/gi18n.h>

#include "views/hl-item-row.h"
#include "views/hl-words-dispute.h"
#include "views/hl-words.h"
#include "widgets/hl-capped.h"
#include "widgets/hl-children.h"

#define MAX_ITEMS 30 /* of those that were sent; the outbox keeps a week */

struct _HlLinkPopover {
  GtkPopover parent_instance;
  GtkImage *icon;
  GtkLabel *state;
  GtkLabel *cause;
  GtkLabel *facts;
  GtkWidget *reconnect;
  GtkWidget *lists;
  GtkWidget *check_title;
  GtkWidget *disputes;
  GtkWidget *outbox_title;
  GtkWidget *items;

  HlDesk *desk;
  GListModel *newest;
};

G_DEFINE_FINAL_TYPE (HlLinkPopover, hl_link_popover, GTK_TYPE_POPOVER)

static const char *
get_icon (HlPill pill)
{
  switch (pill) {
  case HL_PILL_OFFLINE:
    return "hl-offline-symbolic";
  case HL_PILL_CATCHING_UP:
    return "hl-catching-up-symbolic";
  case HL_PILL_CHECKING:
    return "hl-checking-symbolic";
  case HL_PILL_CONFLICT:
    return "hl-dispute-symbolic";
  case HL_PILL_LIVE:
  default:
    return "hl-online-symbolic";
  }
}

static char *
make_facts (HlLinkPopover *self)
{
  GTimeZone *zone = hl_desk_get_timezone (self->desk);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *endpoint = NULL;
  gint64 since = 0, retry = 0, now = hl_desk_get_now (self->desk);
  int unsent = hl_desk_get_unsent (self->desk);
  int rtt = -1;

  g_object_get (self->desk, "offline-since", &since, "retry-at", &retry, "rtt", &rtt, "endpoint",
                &endpoint, NULL);
  if (since > 0) {
    g_autofree char *time = hl_words_time (since, zone);

    g_string_append_printf (text, C_ ("connection", "Offline since %s"), time);
    g_string_append_c (text, '\n');
  }
  if (retry > now) {
    int seconds = (retry - now + 999) / 1000;

    g_string_append_printf (
        text, g_dngettext (NULL, "Tries again in %d second", "Tries again in %d seconds", seconds),
        seconds);
    g_string_append_c (text, '\n');
  }
  if (endpoint != NULL && endpoint[0] != '\0') {
    g_autofree char *isolated = hl_words_isolate (endpoint);

    g_string_append_printf (text, C_ ("connection", "Server: %s"), isolated);
    if (rtt >= 0) {
      g_string_append (text, " · ");
      g_string_append_printf (text, C_ ("connection", "answers in %d ms"), rtt);
    }
    g_string_append_c (text, '\n');
  }
  if (unsent > 0)
    g_string_append_printf (text,
                            g_dngettext (NULL, "%d change is saved on this computer, not sent yet",
                                         "%d changes are saved on this computer, not sent yet",
                                         unsent),
                            unsent);
  else
    g_string_append (text, C_ ("connection", "Everything done here has been sent"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show (HlLinkPopover *self)
{
  HlPill pill = hl_desk_get_pill (self->desk);
  gboolean online = pill == HL_PILL_LIVE || pill == HL_PILL_CONFLICT;
  gboolean demo = FALSE;
  const char *cause = online ? "" : hl_desk_describe_cause (hl_desk_get_cause (self->desk));
  g_autofree char *facts = make_facts (self);
  guint disputes = g_list_model_get_n_items (hl_desk_get_disputes (self->desk));
  guint items = g_list_model_get_n_items (self->newest);

  g_object_get (self->desk, "demo", &demo, NULL);
  gtk_image_set_from_icon_name (self->icon, get_icon (pill));
  gtk_label_set_label (self->state,
                       demo ? C_ ("connection", "Demonstration: there is no server, "
                                                "nothing leaves this computer")
                            : hl_words_link_state (hl_desk_get_link_state (self->desk)));
  gtk_label_set_label (self->cause, cause);
  gtk_widget_set_visible (GTK_WIDGET (self->cause), cause[0] != '\0');
  gtk_label_set_label (self->facts, facts);
  gtk_widget_set_visible (self->reconnect, !demo);
  gtk_widget_set_visible (self->lists, disputes > 0 || items > 0);
  gtk_widget_set_visible (self->check_title, disputes > 0);
  gtk_widget_set_visible (self->outbox_title, items > 0);
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlLinkPopover *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
}

static void
hl_link_popover_map (GtkWidget *widget)
{
  show (HL_LINK_POPOVER (widget));
  GTK_WIDGET_CLASS (hl_link_popover_parent_class)->map (widget);
}

static GtkWidget *
create_dispute (gpointer item, gpointer user_data)
{
  HlLinkPopover *self = user_data;
  g_autofree char *text = hl_words_dispute (self->desk, item);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "hl-dispute");
  return label;
}

static GtkWidget *
create_item (gpointer item, gpointer user_data)
{
  HlLinkPopover *self = user_data;
  GtkWidget *row = hl_item_row_new (self->desk);

  hl_item_row_set_item (HL_ITEM_ROW (row), item);
  return row;
}

static void
hl_link_popover_dispose (GObject *object)
{
  HlLinkPopover *self = HL_LINK_POPOVER (object);

  if (self->desk != NULL) {
    hl_children_bind (self->disputes, NULL, NULL, NULL);
    hl_children_bind (self->items, NULL, NULL, NULL);
    g_signal_handlers_disconnect_by_data (self->desk, self);
  }
  g_clear_object (&self->newest);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_link_popover_parent_class)->dispose (object);
}

static void
hl_link_popover_class_init (HlLinkPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_link_popover_dispose;
  widget_class->map = hl_link_popover_map;
  g_type_ensure (HL_TYPE_CAPPED);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-link-popover.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlLinkPopover, name)
  BIND (icon);
  BIND (state);
  BIND (cause);
  BIND (facts);
  BIND (reconnect);
  BIND (lists);
  BIND (check_title);
  BIND (disputes);
  BIND (outbox_title);
  BIND (items);
#undef BIND
}

static void
hl_link_popover_init (HlLinkPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_link_popover_new (void)
{
  return g_object_new (HL_TYPE_LINK_POPOVER, NULL);
}

void
hl_link_popover_set_up (HlLinkPopover *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_LINK_POPOVER (self) && self->desk == NULL);

  self->desk = g_object_ref (desk);
  self->newest = G_LIST_MODEL (
      gtk_slice_list_model_new (g_object_ref (hl_desk_get_outbox (desk)), 0, MAX_ITEMS));
  hl_children_bind (self->disputes, hl_desk_get_disputes (desk), create_dispute, self);
  hl_children_bind (self->items, self->newest, create_item, self);
  g_signal_connect (desk, "notify", G_CALLBACK (on_desk_notify), self);
}
