/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions "win.*" and its keys, each in one table. */
#include "views/hl-window-actions.h"

static void
on_walk_in (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_walk_in (window);
}

static void
on_waitlist (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_waitlist (window);
}

static void
on_reservation (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_reservation (window);
}

static void
on_table (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_table (window, g_variant_get_string (parameter, NULL));
}

static void
on_call (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_call (window, g_variant_get_string (parameter, NULL));
}

static void
on_phone (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_show_phone (window);
}

static void
on_seat (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_ask_table_number (window);
}

static void
on_flip_dirty (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_flip_dirty (window);
}

static void
on_next_call (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_next_call (window);
}

static void
on_back (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_back (window);
}

static void
on_connection (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  g_action_group_change_action_state (window, "show-tray", g_variant_new_string ("connection"));
}

static void
on_check (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_dispute (window, g_variant_get_string (parameter, NULL));
}

static void
on_menu (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_open_menu (window);
}

static void
on_mute (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_mute (window, g_variant_get_int32 (parameter));
}

static void
on_test_sound (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  hl_window_test_sound (window);
}

static void
on_show_list (GSimpleAction *action, GVariant *state, gpointer window)
{
  g_simple_action_set_state (action, state);
  hl_window_show_list (window, g_variant_get_string (state, NULL));
}

static void
on_show_pane (GSimpleAction *action, GVariant *state, gpointer window)
{
  g_simple_action_set_state (action, state);
  hl_window_show_pane (window, g_variant_get_string (state, NULL));
}

static void
on_show_tray (GSimpleAction *action, GVariant *state, gpointer window)
{
  g_simple_action_set_state (action, state);
  hl_window_show_tray (window, g_variant_get_string (state, NULL));
}

static const GActionEntry entries[] = {
  { "walk-in", on_walk_in },
  { "waitlist", on_waitlist },
  { "reservation", on_reservation },
  { "table", on_table, "s" },
  { "call", on_call, "s" },
  { "phone", on_phone },
  { "seat", on_seat },
  { "flip-dirty", on_flip_dirty },
  { "next-call", on_next_call },
  { "back", on_back },
  { "connection", on_connection },
  { "check", on_check, "s" },
  { "menu", on_menu },
  { "mute", on_mute, "i" },
  { "test-sound", on_test_sound },
  { "show-list", NULL, "s", "'arrivals'", on_show_list },
  { "show-pane", NULL, "s", "'room'", on_show_pane },
  { "show-tray", NULL, "s", "'connection'", on_show_tray },
};

static const HlWindowKey keys[] = {
  { "w", "win.walk-in", TRUE },
  { "l", "win.waitlist", TRUE },
  { "n", "win.reservation", TRUE },
  { "s", "win.seat", TRUE },
  { "d", "win.flip-dirty", TRUE },
  { "F2", "win.next-call", FALSE },
  { "Escape", "win.back", FALSE },
  { "F10", "win.menu", FALSE },
  { "<Control>z", "desk.undo", FALSE },
  { "<Control>q", "app.quit", FALSE },
  { "<Control>w", "window.close", FALSE },
  { "<Control>question", "win.show-help-overlay", FALSE },
  { NULL, NULL, FALSE },
};

const HlWindowKey *
hl_window_actions_get_keys (void)
{
  return keys;
}

char **
hl_window_actions_list (void)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **names;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_strv_builder_add (builder, entries[i].name);
  names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}

/* Keys reach this after whatever has the focus has had its turn: an entry keeps its letters, and its
 * own Ctrl+Z. An entry that has nothing to undo must not undo what was done to the room either. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint keyval, guint keycode,
                GdkModifierType state, HlWindow *window)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
  gboolean typing = focus != NULL && (GTK_IS_TEXT (focus) || GTK_IS_EDITABLE (focus));
  GdkModifierType pressed = state & gtk_accelerator_get_default_mod_mask ();

  for (const HlWindowKey *key = keys; key->accelerator != NULL; key++) {
    GdkModifierType modifiers;
    g_autofree char *name = NULL;
    g_autoptr (GVariant) target = NULL;
    guint wanted;

    if (!gtk_accelerator_parse (key->accelerator, &wanted, &modifiers))
      continue;
    /* the sign itself says whether Shift was needed for it */
    if (gdk_keyval_to_lower (keyval) != wanted ||
        (pressed & ~GDK_SHIFT_MASK) != (modifiers & ~GDK_SHIFT_MASK) ||
        (key->single && (pressed & GDK_SHIFT_MASK) != 0))
      continue;
    if (hl_window_is_asking (window) && !g_str_equal (key->action, "win.back"))
      return GDK_EVENT_PROPAGATE;
    if (typing && (key->single || g_str_equal (key->action, "desk.undo")))
      return GDK_EVENT_PROPAGATE;
    if (key->single && !hl_window_allows_single_keys (window))
      return GDK_EVENT_PROPAGATE;
    if (!g_action_parse_detailed_name (key->action, &name, &target, NULL))
      continue;
    gtk_widget_activate_action_variant (GTK_WIDGET (window), name, target);
    return GDK_EVENT_STOP;
  }
  return GDK_EVENT_PROPAGATE;
}

void
hl_window_actions_install (HlWindow *window)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (on_key_pressed), window);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);
}
