/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window: people, room and phone side by side, or fewer of them where there is less room. */
#include <glib/gi18n.h>

#include "desk/hl-desk-dispute.h"
#include "views/hl-window-actions.h"
#include "views/hl-window-private.h"
#include "views/hl-window-status.h"
#include "views/hl-words-outbox.h"
#include "views/hl-words.h"

G_DEFINE_FINAL_TYPE (HlWindow, hl_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- what the desk says ---- */

/* What lies over the room is wide enough to hide the phone as well, and with it a call that needs somebody. */
static gboolean
is_phone_covered (HlWindow *self)
{
  return hl_drawer_get_open (self->tray_drawer) || hl_drawer_get_open (self->transcript_drawer);
}

static void
uncover_phone (HlWindow *self)
{
  hl_drawer_set_open (self->tray_drawer, FALSE);
  hl_drawer_set_open (self->transcript_drawer, FALSE);
  hl_window_show_stack (self);
}

void
hl_window_show_stack (HlWindow *self)
{
  gboolean main_page = hl_desk_get_paired (self->desk) && !self->pairing;

  gtk_stack_set_visible_child_name (self->stack, main_page ? "main" : "start");
  gtk_widget_set_visible (self->counts, main_page);
  gtk_widget_set_visible (self->day_box, main_page && self->mode != HL_COMPACT_NARROW);
  gtk_widget_set_visible (GTK_WIDGET (self->pill), main_page);
  hl_mute_button_set_shown (self->mute, main_page, self->mode == HL_COMPACT_NARROW);
  hl_window_status_show_calls (self->desk, self->calls, self->calls_label,
                               main_page && (self->mode != HL_COMPACT_WIDE || is_phone_covered (self)),
                               self->mode == HL_COMPACT_NARROW);
}

static void
show_banners (HlWindow *self)
{
  gboolean main_page = hl_desk_get_paired (self->desk) && !self->pairing;

  hl_window_status_show_banner (self->desk, self->banner, main_page);
  hl_window_status_show_check_banner (self->desk, self->check_banner, main_page);
  hl_window_status_show_catching_up (self->desk, self->catching_up);
}

static void
on_desk_status_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  show_banners (self);
}

static void
on_desk_counts_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  int seated = 0, due = 0, waiting = 0;

  g_object_get (desk, "seated", &seated, "due", &due, "waiting", &waiting, NULL);
  hl_count_set_number (self->seated, seated);
  hl_count_set_number (self->due, due);
  hl_count_set_number (self->waiting, waiting);
}

static void
on_desk_calls_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  hl_window_show_stack (self);
  hl_window_status_show_phone_tab (desk, self->phone_tab);
}

static void
on_desk_now_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  hl_window_status_show_clock (desk, self->clock, self->day, self->shift);
}

static void
on_desk_place_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  g_autofree char *name = NULL;
  gboolean demo = FALSE;

  g_object_get (desk, "location-name", &name, "demo", &demo, NULL);
  if (name != NULL && name[0] != '\0') {
    g_autofree char *title = g_strdup_printf ("%s – Hostline", name);

    gtk_window_set_title (GTK_WINDOW (self), title);
  } else {
    gtk_window_set_title (GTK_WINDOW (self), "Hostline");
  }
  gtk_widget_set_visible (GTK_WIDGET (self->demo), demo);
  hl_window_status_show_clock (desk, self->clock, self->day, self->shift);
}

static void
on_desk_paired_notify (HlDesk *desk, GParamSpec *pspec, HlWindow *self)
{
  if (hl_desk_get_paired (desk))
    self->pairing = FALSE;
  hl_window_show_stack (self);
  show_banners (self);
}

static void
on_desk_decided (HlDesk *desk, HlOutboxItem *item, HlWindow *self)
{
  g_autofree char *text = hl_words_item_news (desk, item);

  if (text != NULL)
    hl_window_tell (self, text);
}

static void
on_desk_caught_up (HlDesk *desk, guint changes, HlWindow *self)
{
  if (changes > 0) {
    g_autofree char *text = g_strdup_printf (
        g_dngettext (NULL, "%u change while you were away", "%u changes while you were away",
                     changes),
        changes);

    hl_window_tell (self, text);
    hl_desk_clear_away (desk);
  }
}

static void
on_desk_attention (HlDesk *desk, HlCallCard *card, int priority, HlWindow *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    hl_window_status_notify_call (desk, card, gtk_window_get_application (GTK_WINDOW (self)),
                                  hl_settings_get_mask_numbers (self->settings));
}

static void
on_acts_told (HlActs *acts, const char *text, HlWindow *self)
{
  hl_window_tell (self, text);
}

/* ---- how much room there is ---- */

static void
show_phone_over (HlWindow *self, gboolean shown)
{
  hl_drawer_set_open (self->phone_drawer, shown);
}

static void
on_mode_notify (HlWindow *self)
{
  self->mode = hl_compact_get_mode (self->compact);
  hl_window_lay_out (self);
}

static void
on_transcript_closed (HlWindow *self)
{
  hl_transcript_view_set_call (self->transcript, NULL);
  hl_window_show_stack (self);
}

static void
on_text_scale_notify (HlSettings *settings, GParamSpec *pspec, HlWindow *self)
{
  self->scale = hl_settings_get_text_scale (settings);
  hl_room_view_set_scale (self->room, self->scale);
  hl_compact_set_scale (self->compact, self->scale);
  hl_window_lay_out (self);
}

static void
on_mask_numbers_notify (HlSettings *settings, GParamSpec *pspec, HlWindow *self)
{
  gboolean masked = hl_settings_get_mask_numbers (settings);

  hl_people_pane_set_masked (self->people, masked);
  hl_phone_pane_set_masked (self->phone, masked);
  hl_transcript_view_set_masked (self->transcript, masked);
}

static void
on_high_contrast_notify (AdwStyleManager *manager, GParamSpec *pspec, HlWindow *self)
{
  if (adw_style_manager_get_high_contrast (manager))
    gtk_widget_add_css_class (GTK_WIDGET (self), "hl-contrast");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "hl-contrast");
}

/* ---- what people do ---- */

static void
switch_pane (HlWindow *self, const char *pane)
{
  if (self->mode == HL_COMPACT_NARROW)
    g_action_group_change_action_state (G_ACTION_GROUP (self), "show-pane",
                                        g_variant_new_string (pane));
}

static void
open_tray (HlWindow *self, const char *name)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self), "show-tray",
                                      g_variant_new_string (name));
}

static void
on_banner_clicked (HlWindow *self)
{
  gboolean lost = FALSE;

  g_object_get (self->desk, "may-have-lost", &lost, NULL);
  if (hl_window_status_wants_pairing (self->desk))
    hl_window_pair_again (self);
  else
    open_tray (self, lost || hl_desk_get_unsent (self->desk) > 0 ? "changes" : "connection");
}

static void
on_check_banner_clicked (HlWindow *self)
{
  open_tray (self, "check");
}

static void
on_table_chosen (HlWindow *self, const char *table_id)
{
  hl_room_view_choose (self->room, table_id);
}

static void
on_party_chosen (HlWindow *self)
{
  switch_pane (self, "room");
}

/* Seats at what was collected, or at the doubtful table all the same. */
static void
on_room_seat (HlWindow *self)
{
  const char *const *collected = hl_seating_get_tables (self->seating);
  g_autofree char *doubtful = g_strdup (hl_seating_get_doubtful (self->seating));
  const char *one[] = { doubtful, NULL };

  if (collected[0] == NULL) {
    if (doubtful[0] != '\0')
      hl_people_pane_seat (self->people, one);
    return;
  }
  for (gsize i = 0; doubtful[0] == '\0' && collected[i] != NULL; i++) {
    HlTableToken *token = hl_desk_find_table (self->desk, collected[i]);
    g_autofree char *warning = token != NULL ? hl_seating_warn (self->seating, token) : NULL;

    if (warning != NULL) {
      hl_seating_set_doubtful (self->seating, collected[i]);
      return;
    }
  }
  hl_people_pane_seat (self->people, collected);
}

void
hl_window_open_table (HlWindow *self, const char *table_id)
{
  HlTableToken *token = hl_desk_find_table (self->desk, table_id);
  const char *one[] = { table_id, NULL };

  if (token == NULL)
    return;
  if (hl_seating_get_kind (self->seating) == HL_SEATING_NONE) {
    hl_people_pane_open_table (self->people, token);
    switch_pane (self, "people");
  } else if (hl_seating_get_several (self->seating)) {
    hl_seating_set_doubtful (self->seating, "");
    hl_seating_toggle_table (self->seating, table_id);
  } else {
    g_autofree char *warning = hl_seating_warn (self->seating, token);

    if (warning != NULL)
      hl_seating_set_doubtful (self->seating, table_id);
    else
      hl_people_pane_seat (self->people, one);
  }
}

void
hl_window_open_call (HlWindow *self, const char *call_id)
{
  HlCallCard *card = hl_desk_find_call (self->desk, call_id);

  if (card == NULL)
    return;
  hl_transcript_view_set_call (self->transcript, card);
  hl_drawer_set_open (self->tray_drawer, FALSE);
  hl_drawer_set_open (self->transcript_drawer, TRUE);
  hl_window_show_stack (self);
}

void
hl_window_open_walk_in (HlWindow *self)
{
  switch_pane (self, "people");
  hl_people_pane_open_walk_in (self->people);
}

void
hl_window_open_waitlist (HlWindow *self)
{
  switch_pane (self, "people");
  hl_people_pane_open_waitlist (self->people);
}

void
hl_window_open_reservation (HlWindow *self)
{
  switch_pane (self, "people");
  hl_people_pane_open_reservation (self->people);
}

void
hl_window_show_list (HlWindow *self, const char *name)
{
  hl_people_pane_back (self->people);
  hl_people_pane_show_list (self->people, name);
  hl_settings_set_last_view (self->settings, name);
}

void
hl_window_show_pane (HlWindow *self, const char *name)
{
  self->pane = g_intern_string (name);
  hl_window_lay_out (self);
}

void
hl_window_show_phone (HlWindow *self)
{
  if (self->mode != HL_COMPACT_MEDIUM)
    uncover_phone (self);
  if (self->mode == HL_COMPACT_NARROW)
    switch_pane (self, "phone");
  else if (self->mode == HL_COMPACT_MEDIUM)
    show_phone_over (self, !hl_drawer_get_open (self->phone_drawer));
}

void
hl_window_ask_table_number (HlWindow *self)
{
  if (hl_seating_get_kind (self->seating) == HL_SEATING_NONE) {
    hl_window_tell (self, C_ ("seating", "Choose who is to be seated first"));
    return;
  }
  switch_pane (self, "room");
  hl_room_view_ask_number (self->room);
}

void
hl_window_flip_dirty (HlWindow *self)
{
  HlTableToken *token = hl_room_view_get_current (self->room);
  const char *action;

  if (token == NULL || hl_fit_judge (token, 0) == HL_FIT_OCCUPIED) {
    hl_window_tell (self, C_ ("table", "Choose a table that nobody sits at first"));
    return;
  }
  action = hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY) ? "clean" : "dirty";
  g_action_group_activate_action (hl_acts_get_group (self->acts), action,
                                  g_variant_new_string (hl_table_token_get_table_id (token)));
}

void
hl_window_next_call (HlWindow *self)
{
  uncover_phone (self);
  if (self->mode == HL_COMPACT_MEDIUM)
    show_phone_over (self, TRUE);
  else
    switch_pane (self, "phone");
  if (!hl_phone_pane_focus_next (self->phone))
    hl_window_tell (self, C_ ("calls", "No call needs you"));
}

void
hl_window_show_tray (HlWindow *self, const char *name)
{
  gboolean open = hl_drawer_get_open (self->tray_drawer);

  hl_tray_show_page (self->tray, name);
  hl_drawer_set_open (self->transcript_drawer, FALSE);
  hl_drawer_set_open (self->tray_drawer, TRUE);
  hl_window_show_stack (self);
  if (!open)
    gtk_widget_child_focus (GTK_WIDGET (self->tray), GTK_DIR_TAB_FORWARD);
}

void
hl_window_open_dispute (HlWindow *self, const char *table_id)
{
  HlDispute *dispute = hl_desk_find_dispute (self->desk, table_id);

  open_tray (self, "check");
  if (dispute != NULL)
    hl_tray_show_dispute (self->tray, dispute);
}

void
hl_window_open_menu (HlWindow *self)
{
  gtk_menu_button_popup (self->menu_button);
}

void
hl_window_ask_quit (HlWindow *self)
{
  hl_quit_sheet_ask (self->quit, GTK_WIDGET (self->toasts));
}

gboolean
hl_window_is_asking (HlWindow *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->quit));
}

gboolean
hl_window_back (HlWindow *self)
{
  if (hl_quit_sheet_hide (self->quit))
    return TRUE;
  if (self->pairing) {
    self->pairing = FALSE;
    on_desk_paired_notify (self->desk, NULL, self);
    return TRUE;
  }
  if (hl_drawer_get_open (self->transcript_drawer)) {
    hl_drawer_set_open (self->transcript_drawer, FALSE);
    return TRUE;
  }
  if (hl_drawer_get_open (self->tray_drawer)) {
    hl_drawer_set_open (self->tray_drawer, FALSE);
    return TRUE;
  }
  if (hl_drawer_get_open (self->phone_drawer)) {
    show_phone_over (self, FALSE);
    return TRUE;
  }
  return hl_people_pane_back (self->people);
}

gboolean
hl_window_allows_single_keys (HlWindow *self)
{
  return hl_settings_get_single_keys (self->settings) && hl_desk_get_paired (self->desk) &&
         !self->pairing;
}

void
hl_window_open_link (HlWindow *self, const char *link)
{
  gboolean demo = FALSE;

  g_object_get (self->desk, "demo", &demo, NULL);
  if (demo) {
    hl_window_tell (self, C_ ("start", "This is the demonstration: close it to pair this stand"));
    return;
  }
  hl_window_pair_again (self);
  hl_start_page_open_link (self->start, link);
}

void
hl_window_pair_again (HlWindow *self)
{
  self->pairing = TRUE;
  hl_window_show_stack (self);
  show_banners (self);
}

void
hl_window_tell (HlWindow *self, const char *text)
{
  AdwToast *toast;
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  toast = adw_toast_new (escaped);
  adw_toast_set_timeout (toast, 6);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* ---- the object ---- */

static gboolean
hl_window_close_request (GtkWindow *window)
{
  HlWindow *self = HL_WINDOW (window);
  int width = 0, height = 0;

  gtk_window_get_default_size (window, &width, &height);
  hl_settings_set_window (self->settings, width, height, gtk_window_is_maximized (window));
  return GTK_WINDOW_CLASS (hl_window_parent_class)->close_request (window);
}

static void
hl_window_dispose (GObject *object)
{
  HlWindow *self = HL_WINDOW (object);

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  if (self->acts != NULL)
    g_signal_handlers_disconnect_by_data (self->acts, self);
  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  G_OBJECT_CLASS (hl_window_parent_class)->dispose (object);
  g_clear_object (&self->seating);
  g_clear_object (&self->acts);
  g_clear_object (&self->player);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
}

static void
hl_window_class_init (HlWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hl_window_close_request;
  g_type_ensure (HL_TYPE_ACTION_BAR);
  g_type_ensure (HL_TYPE_BANNER);
  g_type_ensure (HL_TYPE_CHIP);
  g_type_ensure (HL_TYPE_COMPACT);
  g_type_ensure (HL_TYPE_COUNT);
  g_type_ensure (HL_TYPE_DRAWER);
  g_type_ensure (HL_TYPE_MUTE_BUTTON);
  g_type_ensure (HL_TYPE_PEOPLE_PANE);
  g_type_ensure (HL_TYPE_PHONE_PANE);
  g_type_ensure (HL_TYPE_PILL_BUTTON);
  g_type_ensure (HL_TYPE_QUIT_SHEET);
  g_type_ensure (HL_TYPE_ROOM_VIEW);
  g_type_ensure (HL_TYPE_START_PAGE);
  g_type_ensure (HL_TYPE_TRANSCRIPT_VIEW);
  g_type_ensure (HL_TYPE_TRAY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlWindow, name)
  BIND (toasts);
  BIND (compact);
  BIND (day_box);
  BIND (location);
  BIND (day);
  BIND (shift);
  BIND (counts);
  BIND (clock);
  BIND (seated);
  BIND (due);
  BIND (waiting);
  BIND (menu_button);
  BIND (pill);
  BIND (mute);
  BIND (calls);
  BIND (calls_label);
  BIND (demo);
  BIND (banner);
  BIND (check_banner);
  BIND (catching_up);
  BIND (stack);
  BIND (start);
  BIND (people);
  BIND (people_separator);
  BIND (room);
  BIND (phone_separator);
  BIND (phone_slot);
  BIND (phone);
  BIND (phone_drawer);
  BIND (transcript_drawer);
  BIND (transcript);
  BIND (tray_drawer);
  BIND (tray);
  BIND (quit);
  BIND (pane_tabs);
  BIND (phone_tab);
  BIND (action_bar);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_mode_notify);
  gtk_widget_class_bind_template_callback (widget_class, on_banner_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_check_banner_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_table_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_party_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_room_seat);
  gtk_widget_class_bind_template_callback (widget_class, on_transcript_closed);
  gtk_widget_class_bind_template_callback (widget_class, hl_window_show_stack);
}

static void
hl_window_init (HlWindow *self)
{
  self->pane = "room";
  self->scale = 1.0;
  self->seating = hl_seating_new ();
  hl_window_actions_install (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hl_chip_set_ellipsize (self->demo, FALSE);
}

static void
watch_desk (HlWindow *self)
{
  static const struct {
    const char *property;
    GCallback callback;
  } watched[] = {
    { "notify::pill", G_CALLBACK (on_desk_status_notify) },
    { "notify::cause", G_CALLBACK (on_desk_status_notify) },
    { "notify::unsent", G_CALLBACK (on_desk_status_notify) },
    { "notify::to-check", G_CALLBACK (on_desk_status_notify) },
    { "notify::offline-since", G_CALLBACK (on_desk_status_notify) },
    { "notify::catch-up-done", G_CALLBACK (on_desk_status_notify) },
    { "notify::storage-error", G_CALLBACK (on_desk_status_notify) },
    { "notify::storage-note", G_CALLBACK (on_desk_status_notify) },
    { "notify::seated", G_CALLBACK (on_desk_counts_notify) },
    { "notify::due", G_CALLBACK (on_desk_counts_notify) },
    { "notify::waiting", G_CALLBACK (on_desk_counts_notify) },
    { "notify::calls-live", G_CALLBACK (on_desk_calls_notify) },
    { "notify::calls-needing", G_CALLBACK (on_desk_calls_notify) },
    { "notify::now", G_CALLBACK (on_desk_now_notify) },
    { "notify::location-name", G_CALLBACK (on_desk_place_notify) },
    { "notify::shift", G_CALLBACK (on_desk_place_notify) },
    { "notify::demo", G_CALLBACK (on_desk_place_notify) },
    { "notify::paired", G_CALLBACK (on_desk_paired_notify) },
    { "decided", G_CALLBACK (on_desk_decided) },
    { "caught-up", G_CALLBACK (on_desk_caught_up) },
    { "attention", G_CALLBACK (on_desk_attention) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect (self->desk, watched[i].property, watched[i].callback, self);
  on_desk_counts_notify (self->desk, NULL, self);
  on_desk_calls_notify (self->desk, NULL, self);
  on_desk_place_notify (self->desk, NULL, self);
  on_desk_paired_notify (self->desk, NULL, self);
}

HlWindow *
hl_window_new (GtkApplication *application, HlDesk *desk, HlSettings *settings)
{
  HlWindow *self = g_object_new (HL_TYPE_WINDOW, "application", application, NULL);
  AdwStyleManager *style = adw_style_manager_get_default ();
  int width, height;
  gboolean maximized;

  self->desk = g_object_ref (desk);
  self->settings = g_object_ref (settings);
  self->acts = hl_acts_new (desk);
  g_signal_connect (self->acts, "told", G_CALLBACK (on_acts_told), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "desk", hl_acts_get_group (self->acts));

  hl_people_pane_set_up (self->people, self->acts, self->seating);
  hl_room_view_set_up (self->room, self->acts, self->seating);
  hl_phone_pane_set_up (self->phone, desk);
  hl_transcript_view_set_up (self->transcript, self->acts);
  hl_tray_set_up (self->tray, self->acts);
  hl_quit_sheet_set_up (self->quit, desk);
  hl_pill_button_set_up (self->pill, desk);
  hl_action_bar_set_up (self->action_bar, desk);
  hl_start_page_set_up (self->start, desk);
  hl_window_set_up_sound (self);
  watch_desk (self);
  hl_window_lay_out (self);

  g_signal_connect (settings, "notify::text-scale", G_CALLBACK (on_text_scale_notify), self);
  g_signal_connect (settings, "notify::mask-numbers", G_CALLBACK (on_mask_numbers_notify), self);
  on_text_scale_notify (settings, NULL, self);
  on_mask_numbers_notify (settings, NULL, self);
  g_signal_connect (style, "notify::high-contrast", G_CALLBACK (on_high_contrast_notify), self);
  on_high_contrast_notify (style, NULL, self);

  hl_settings_get_window (settings, &width, &height, &maximized);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  g_action_group_change_action_state (G_ACTION_GROUP (self), "show-list",
                                      g_variant_new_string (hl_settings_get_last_view (settings)));
  return self;
}

HlDesk *
hl_window_get_desk (HlWindow *self)
{
  g_return_val_if_fail (HL_IS_WINDOW (self), NULL);
  return self->desk;
}

HlSettings *
hl_window_get_settings (HlWindow *self)
{
  g_return_val_if_fail (HL_IS_WINDOW (self), NULL);
  return self->settings;
}
