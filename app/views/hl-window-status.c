/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the top of the window says of the desk: clock, counts of calls, banners, decisions. */
#include "views/hl-window-status.h"

#include <glib/gi18n.h>

#include "views/hl-call-tile.h"
#include "views/hl-words.h"

/* The clock moves every second; the labels only when they change. */
static void
set_label (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

void
hl_window_status_show_clock (HlDesk *desk, GtkLabel *clock, GtkLabel *day, GtkLabel *shift)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  gint64 now = hl_desk_get_now (desk);
  g_autofree char *time = hl_words_time (now, zone);
  g_autofree char *date = hl_words_date (now, zone);
  g_autofree char *name = NULL;

  g_object_get (desk, "shift", &name, NULL);
  set_label (clock, time);
  set_label (day, date);
  set_label (shift, name != NULL ? name : "");
}

void
hl_window_status_show_calls (HlDesk *desk, GtkWidget *chip, GtkLabel *label, gboolean hidden,
                             gboolean brief)
{
  int live = 0, needing = 0;
  g_autofree char *number = NULL;

  g_object_get (desk, "calls-live", &live, "calls-needing", &needing, NULL);
  number = g_strdup_printf ("%d", needing > 0 ? needing : live);
  gtk_widget_set_visible (chip, hidden);
  if (needing > 0) {
    g_autofree char *calls =
        g_strdup_printf (g_dngettext (NULL, "%d call", "%d calls", live), live);
    g_autofree char *needs = g_strdup_printf (
        g_dngettext (NULL, "%d needs you", "%d need you", needing), needing);
    g_autofree char *spoken = g_strdup_printf ("%s, %s", calls, needs);

    /* what needs somebody is said whole, even where the rest has no room */
    set_label (label, brief ? number : needs);
    gtk_widget_add_css_class (chip, "needs-you");
    gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                    -1);
    gtk_widget_set_tooltip_text (chip, spoken);
  } else {
    g_autofree char *calls =
        g_strdup_printf (g_dngettext (NULL, "%d call", "%d calls", live), live);

    set_label (label, brief ? number : calls);
    gtk_widget_remove_css_class (chip, "needs-you");
    gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, calls,
                                    -1);
    gtk_widget_set_tooltip_text (chip, calls);
  }
}

void
hl_window_status_show_phone_tab (HlDesk *desk, GtkToggleButton *tab)
{
  int needing = 0;

  g_object_get (desk, "calls-needing", &needing, NULL);
  if (needing > 0) {
    /* Translators: the tab of the phone pane, how many calls need somebody */
    g_autofree char *text = g_strdup_printf (C_ ("pane", "Phone (%d)"), needing);

    gtk_button_set_label (GTK_BUTTON (tab), text);
    gtk_widget_add_css_class (GTK_WIDGET (tab), "needs-you");
  } else {
    gtk_button_set_label (GTK_BUTTON (tab), C_ ("pane", "Phone"));
    gtk_widget_remove_css_class (GTK_WIDGET (tab), "needs-you");
  }
}

char *
hl_window_status_make_banner (HlDesk *desk)
{
  HlLinkCause cause = hl_desk_get_cause (desk);
  int unsent = hl_desk_get_unsent (desk);
  gint64 since = 0;
  g_autofree char *storage = NULL;
  g_autofree char *note = NULL;
  g_autoptr (GString) text = NULL;

  g_object_get (desk, "storage-error", &storage, "storage-note", &note, "offline-since", &since, NULL);
  if (storage != NULL && storage[0] != '\0') {
    g_autofree char *isolated = hl_words_isolate (storage);

    /* Translators: %s is why, as the end of this sentence */
    return g_strdup_printf (C_ ("banner", "This computer cannot save what is done: %s"), isolated);
  }
  if (hl_desk_get_pill (desk) != HL_PILL_OFFLINE || cause == HL_LINK_CAUSE_STARTING)
    return note != NULL && note[0] != '\0' ? g_steal_pointer (&note) : NULL;
  text = g_string_new (hl_desk_describe_cause (cause));
  while (text->len > 0 && text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
  if (since > 0) {
    g_autofree char *time = hl_words_time (since, hl_desk_get_timezone (desk));

    g_string_append (text, text->len > 0 ? ", " : "");
    g_string_append_printf (text, C_ ("banner", "since %s"), time);
  }
  g_string_append (text, ". ");
  g_string_append (text, C_ ("banner", "Seating, tables and lists go on."));
  if (unsent > 0) {
    g_string_append_c (text, ' ');
    g_string_append_printf (
        text,
        g_dngettext (NULL, "%d change is saved on this computer, not sent yet.",
                     "%d changes are saved on this computer, not sent yet.", unsent),
        unsent);
  }
  if (note != NULL && note[0] != '\0')
    g_string_append_printf (text, " %s", note);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
hl_window_status_wants_pairing (HlDesk *desk)
{
  HlLinkCause cause = hl_desk_get_cause (desk);

  return hl_desk_get_pill (desk) == HL_PILL_OFFLINE &&
         (cause == HL_LINK_CAUSE_DEVICE_REMOVED || cause == HL_LINK_CAUSE_PAIR_AGAIN ||
          cause == HL_LINK_CAUSE_NOT_ALLOWED || cause == HL_LINK_CAUSE_NO_LOCATION);
}

void
hl_window_status_show_banner (HlDesk *desk, HlBanner *banner, gboolean shown)
{
  g_autofree char *text = shown ? hl_window_status_make_banner (desk) : NULL;
  g_autofree char *button = NULL;
  int unsent = hl_desk_get_unsent (desk);
  gboolean lost = FALSE;

  g_object_get (desk, "may-have-lost", &lost, NULL);
  if (text == NULL) {
    hl_banner_hide (banner);
    return;
  }
  if (hl_window_status_wants_pairing (desk))
    button = g_strdup (C_ ("banner", "Pair again"));
  else if (unsent > 0)
    /* Translators: opens the list of what has not been sent: "See 4" */
    button = g_strdup_printf (g_dngettext (NULL, "See %d", "See %d", unsent), unsent);
  else if (lost)
    /* Translators: opens the list of what was done at this device; some of it may be lost */
    button = g_strdup (C_ ("banner", "See what was done"));
  else
    button = g_strdup (C_ ("banner", "Connection"));
  hl_banner_show (banner, "hl-offline-symbolic", text, button, "warning");
}

void
hl_window_status_show_check_banner (HlDesk *desk, HlBanner *banner, gboolean shown)
{
  int to_check = hl_desk_get_to_check (desk);

  if (!shown || to_check <= 0) {
    hl_banner_hide (banner);
    return;
  }
  {
    g_autofree char *text = g_strdup_printf (
        g_dngettext (NULL, "%d thing to check: somebody has to look.",
                     "%d things to check: somebody has to look.", to_check),
        to_check);
    g_autofree char *button =
        g_strdup_printf (g_dngettext (NULL, "See %d", "See %d", to_check), to_check);

    hl_banner_show (banner, "hl-dispute-symbolic", text, button, "check");
  }
}

void
hl_window_status_show_catching_up (HlDesk *desk, GtkProgressBar *bar)
{
  gboolean catching_up = hl_desk_get_pill (desk) == HL_PILL_CATCHING_UP;
  int done = 0, total = 0;

  gtk_widget_set_visible (GTK_WIDGET (bar), catching_up);
  if (!catching_up)
    return;
  g_object_get (desk, "catch-up-done", &done, "catch-up-total", &total, NULL);
  gtk_progress_bar_set_fraction (bar, total > 0 ? CLAMP ((double) done / total, 0.0, 1.0) : 0.0);
}

void
hl_window_status_notify_call (HlDesk *desk, HlCallCard *card, GtkApplication *application,
                              gboolean masked)
{
  g_autofree char *title = hl_call_tile_make_title (card, masked);
  g_autoptr (GNotification) notification = g_notification_new (
      hl_words_attention (hl_row_get_int (HL_ROW (card), HL_CALL_CARD_ATTENTION_REASON)));

  if (application == NULL)
    return;
  g_notification_set_body (notification, title);
  g_notification_set_priority (notification, hl_call_card_get_priority (card) == 1
                                                 ? G_NOTIFICATION_PRIORITY_URGENT
                                                 : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_set_default_action (notification, "app.raise");
  g_application_send_notification (G_APPLICATION (application), hl_call_card_get_call_id (card),
                                   notification);
}
