/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection: state, cause, endpoints, round trips over the last hours, its log, and the report for support. */
#include "views/hl-link-page.h"

#include <glib/gi18n.h>

#include "views/hl-presence-list.h"
#include "views/hl-words-link.h"
#include "views/hl-words.h"
#include "widgets/hl-plot.h"

#define MAX_SPELLS 40 /* at first, and more each time that somebody asks */
#define PLOT_MS (4 * 60 * G_GINT64_CONSTANT (60000))
#define REFRESH_MS 5000 /* of the plot and the log; the state itself shows at once */

struct _HlLinkPage {
  GtkWidget parent_instance;
  GtkImage *icon;
  GtkLabel *state;
  GtkLabel *cause;
  GtkLabel *facts;
  GtkWidget *reconnect;
  GtkWidget *copy;
  HlPresenceList *presence;
  GtkWidget *endpoints_title;
  GtkWidget *endpoints;
  GtkWidget *plot_box;
  HlPlot *plot;
  GtkLabel *top;
  GtkLabel *from;
  GtkLabel *until;
  GtkLabel *summary;
  GtkWidget *log_title;
  GtkWidget *log;
  GtkWidget *more;

  HlActs *acts;
  HlDesk *desk;
  gint64 refreshed_at; /* desk ms */
  guint spells;        /* shown at most */
};

G_DEFINE_FINAL_TYPE (HlLinkPage, hl_link_page, GTK_TYPE_WIDGET)

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
  case HL_PILL_LIVE:
  default:
    return "hl-online-symbolic";
  }
}

static void
set_label (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static void
show_state (HlLinkPage *self)
{
  HlPill pill = hl_desk_get_pill (self->desk);
  gboolean online = pill == HL_PILL_LIVE || pill == HL_PILL_CONFLICT;
  gboolean demo = FALSE;
  const char *cause = online ? "" : hl_desk_describe_cause (hl_desk_get_cause (self->desk));
  g_autofree char *facts = hl_words_link_facts (self->desk);

  g_object_get (self->desk, "demo", &demo, NULL);
  gtk_image_set_from_icon_name (self->icon, get_icon (pill));
  set_label (self->state, demo ? C_ ("connection", "Demonstration: there is no server, "
                                                   "nothing leaves this computer")
                               : hl_words_link_state (hl_desk_get_link_state (self->desk)));
  set_label (self->cause, cause);
  gtk_widget_set_visible (GTK_WIDGET (self->cause), cause[0] != '\0');
  set_label (self->facts, facts);
  gtk_widget_set_visible (self->reconnect, !demo);
}

static GtkWidget *
make_row (const char *icon_name, const char *title, const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *const texts[] = { title, text };

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), lines);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    GtkWidget *label;

    if (texts[i][0] == '\0')
      continue;
    label = gtk_label_new (texts[i]);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_widget_add_css_class (label, i == 0 ? "hl-item-title" : "hl-item-fate");
    gtk_box_append (GTK_BOX (lines), label);
  }
  gtk_widget_add_css_class (row, "hl-item");
  return row;
}

static void
empty_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
show_endpoints (HlLinkPage *self)
{
  GListModel *endpoints = hl_desk_get_endpoints (self->desk);
  guint n = g_list_model_get_n_items (endpoints);

  empty_box (self->endpoints);
  gtk_widget_set_visible (self->endpoints_title, n > 0);
  for (guint i = 0; i < n; i++) {
    g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (endpoints, i);
    g_autofree char *url = hl_words_isolate (hl_endpoint_get_url (endpoint));
    g_autofree char *text = hl_words_endpoint (self->desk, endpoint);

    gtk_box_append (GTK_BOX (self->endpoints),
                    make_row (hl_endpoint_get_in_use (endpoint) ? "hl-online-symbolic"
                                                                : "hl-open-symbolic",
                              url, text));
  }
}

static void
show_log (HlLinkPage *self)
{
  g_autoptr (GPtrArray) spells = hl_link_spells_make (hl_desk_get_transitions (self->desk),
                                                      hl_desk_get_now (self->desk), self->spells + 1);

  empty_box (self->log);
  gtk_widget_set_visible (self->log_title, spells->len > 0);
  gtk_widget_set_visible (self->more,
                          spells->len > self->spells || !hl_desk_get_log_whole (self->desk));
  for (guint i = 0; i < MIN (spells->len, self->spells); i++) {
    HlLinkSpell *spell = g_ptr_array_index (spells, i);
    g_autofree char *title = hl_words_spell (self->desk, spell);
    g_autofree char *cause = hl_words_spell_cause (spell);

    gtk_box_append (GTK_BOX (self->log),
                    make_row (hl_words_spell_icon (spell->kind), title, cause));
  }
}

static int
compare_ints (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* What the plot shows, for who cannot see it; half of the answers took no longer than the middle one. */
static char *
summarise (const HlDeskSample *rtts, gsize n, gint64 from)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree char *usual = NULL;
  g_autofree char *slowest = NULL;

  for (gsize i = 0; i < n; i++)
    if (rtts[i].at >= from)
      g_array_append_val (values, rtts[i].ms);
  if (values->len == 0)
    return g_strdup (C_ ("connection", "No answers yet"));
  g_array_sort (values, compare_ints);
  usual = hl_words_ms (g_array_index (values, int, values->len / 2));
  slowest = hl_words_ms (g_array_index (values, int, values->len - 1));
  /* Translators: round-trip times: usual, longest */
  return g_strdup_printf (C_ ("connection",
                              "The server usually answers in %1$s; the slowest took %2$s"),
                          usual, slowest);
}

static void
show_plot (HlLinkPage *self)
{
  GTimeZone *zone = hl_desk_get_timezone (self->desk);
  gint64 now = hl_desk_get_now (self->desk), from = now - PLOT_MS;
  gsize n_rtts = 0, n_latencies = 0;
  const HlDeskSample *rtts = hl_desk_get_rtts (self->desk, &n_rtts);
  const HlDeskSample *latencies;
  g_autofree char *summary = summarise (rtts, n_rtts, from);
  g_autofree char *start = hl_words_time (from, zone);
  g_autofree char *end = hl_words_time (now, zone);
  g_autofree char *top = NULL;

  hl_plot_clear (self->plot, from, now + 1);
  for (gsize i = 0; i < n_rtts; i++)
    hl_plot_add (self->plot, 0, rtts[i].at, rtts[i].ms);
  latencies = hl_desk_get_latencies (self->desk, &n_latencies);
  for (gsize i = 0; i < n_latencies; i++)
    hl_plot_add (self->plot, 1, latencies[i].at, latencies[i].ms);
  top = hl_words_ms (hl_plot_finish (self->plot));
  set_label (self->top, top);
  set_label (self->from, start);
  set_label (self->until, end);
  set_label (self->summary, summary);
  gtk_widget_set_visible (self->plot_box, n_rtts + n_latencies > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  summary, -1);
}

static void
show_all (HlLinkPage *self)
{
  self->refreshed_at = hl_desk_get_now (self->desk);
  show_state (self);
  show_endpoints (self);
  show_plot (self);
  /* who reads last week's is not interrupted for the seconds of now */
  if (self->spells == MAX_SPELLS)
    show_log (self);
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlLinkPage *self)
{
  gboolean ticks = g_str_equal (pspec->name, "now") || g_str_equal (pspec->name, "rtt");

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (!ticks || hl_desk_get_now (desk) - self->refreshed_at >= REFRESH_MS)
    show_all (self);
  else
    show_state (self);
}

static void
on_transitions_changed (GListModel *model, guint position, guint removed, guint added,
                        HlLinkPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_log (self);
}

static void
on_log_to_copy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlLinkPage) self = data;
  g_autofree char *report = NULL;

  /* without the file's part there is still what is at hand, and the report says so */
  (void) hl_desk_load_log_finish (HL_DESK (source), result, NULL);
  if (self->desk == NULL)
    return;
  report = hl_desk_make_report (self->desk);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), report);
  hl_acts_tell (self->acts, C_ ("connection", "The report has been copied. It holds no guests’ "
                                              "names and no phone numbers."));
}

static void
on_copy_clicked (HlLinkPage *self)
{
  hl_desk_load_log_async (self->desk, on_log_to_copy, g_object_ref (self));
}

static void
on_log_to_show (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlLinkPage) self = data;

  (void) hl_desk_load_log_finish (HL_DESK (source), result, NULL);
  if (self->desk != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_log (self);
}

static void
on_more_clicked (HlLinkPage *self)
{
  self->spells += MAX_SPELLS;
  hl_desk_load_log_async (self->desk, on_log_to_show, g_object_ref (self));
}

static void
hl_link_page_map (GtkWidget *widget)
{
  HL_LINK_PAGE (widget)->spells = MAX_SPELLS;
  show_all (HL_LINK_PAGE (widget));
  GTK_WIDGET_CLASS (hl_link_page_parent_class)->map (widget);
}

static void
hl_link_page_dispose (GObject *object)
{
  HlLinkPage *self = HL_LINK_PAGE (object);
  GtkWidget *child;

  if (self->desk != NULL) {
    g_signal_handlers_disconnect_by_data (hl_desk_get_transitions (self->desk), self);
    g_signal_handlers_disconnect_by_data (self->desk, self);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_link_page_parent_class)->dispose (object);
}

static void
hl_link_page_class_init (HlLinkPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_link_page_dispose;
  widget_class->map = hl_link_page_map;
  g_type_ensure (HL_TYPE_PLOT);
  g_type_ensure (HL_TYPE_PRESENCE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-link-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlLinkPage, name)
  BIND (icon);
  BIND (state);
  BIND (cause);
  BIND (facts);
  BIND (reconnect);
  BIND (copy);
  BIND (presence);
  BIND (endpoints_title);
  BIND (endpoints);
  BIND (plot_box);
  BIND (plot);
  BIND (top);
  BIND (from);
  BIND (until);
  BIND (summary);
  BIND (log_title);
  BIND (log);
  BIND (more);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_more_clicked);
}

static void
hl_link_page_init (HlLinkPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_link_page_new (void)
{
  return g_object_new (HL_TYPE_LINK_PAGE, NULL);
}

void
hl_link_page_set_up (HlLinkPage *self, HlActs *acts)
{
  static const char *const watched[] = {
    "notify::pill",   "notify::cause",      "notify::link-state", "notify::offline-since",
    "notify::unsent", "notify::retry-at",   "notify::endpoint",   "notify::rtt",
    "notify::now",    "notify::clock-off",
  };

  g_return_if_fail (HL_IS_LINK_PAGE (self) && self->desk == NULL);
  hl_presence_list_set_up (self->presence, hl_acts_get_desk (acts));

  self->acts = g_object_ref (acts);
  self->desk = g_object_ref (hl_acts_get_desk (acts));
  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect (self->desk, watched[i], G_CALLBACK (on_desk_notify), self);
  g_signal_connect (hl_desk_get_transitions (self->desk), "items-changed",
                    G_CALLBACK (on_transitions_changed), self);
}
