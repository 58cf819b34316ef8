/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's actions "app.*", in one table. */
#include "views/hl-application-actions.h"

#include "views/hl-compat.h"

static const struct {
  const char *name;
  double scale;
} text_sizes[] = { { "normal", 1.0 }, { "large", 1.2 }, { "larger", 1.4 } };

static const struct {
  const char *name;
  double volume;
} sounds[] = { { "loud", 0.8 }, { "quiet", 0.3 }, { "off", 0.0 } };

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  hl_application_ask_close (application);
}

static void
on_quit_now (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  hl_application_close (application);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  hl_compat_show_about (GTK_WINDOW (hl_application_get_window (application)));
}

static void
on_demo (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  hl_application_start_demo (application);
}

static void
on_pair (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  HlWindow *window = hl_application_get_window (application);

  if (window != NULL)
    hl_window_pair_again (window);
}

static void
on_raise (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_activate (G_APPLICATION (application));
}

static void
on_language (GSimpleAction *action, GVariant *state, gpointer application)
{
  HlSettings *settings = hl_application_get_settings (application);
  const char *language = g_variant_get_string (state, NULL);

  g_simple_action_set_state (action, state);
  if (g_strcmp0 (language, hl_settings_get_language (settings)) != 0)
    hl_settings_set_language (settings, language);
}

static void
on_color_scheme (GSimpleAction *action, GVariant *state, gpointer application)
{
  g_simple_action_set_state (action, state);
  hl_settings_set_color_scheme (hl_application_get_settings (application),
                                g_variant_get_string (state, NULL));
}

static void
on_text_size (GSimpleAction *action, GVariant *state, gpointer application)
{
  const char *name = g_variant_get_string (state, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (text_sizes); i++)
    if (g_str_equal (text_sizes[i].name, name)) {
      g_simple_action_set_state (action, state);
      hl_settings_set_text_scale (hl_application_get_settings (application), text_sizes[i].scale);
    }
}

static void
on_sound (GSimpleAction *action, GVariant *state, gpointer application)
{
  const char *name = g_variant_get_string (state, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (sounds); i++)
    if (g_str_equal (sounds[i].name, name)) {
      g_simple_action_set_state (action, state);
      hl_settings_set_sound_volume (hl_application_get_settings (application), sounds[i].volume);
    }
}

static const GActionEntry entries[] = {
  { "quit", on_quit },
  { "quit-now", on_quit_now },
  { "about", on_about },
  { "demo", on_demo },
  { "pair", on_pair },
  { "raise", on_raise },
  { "language", NULL, "s", "'system'", on_language },
  { "color-scheme", NULL, "s", "'system'", on_color_scheme },
  { "text-size", NULL, "s", "'normal'", on_text_size },
  { "sound", NULL, "s", "'loud'", on_sound },
};

static GAction *
make_property_action (HlSettings *settings, const char *name, const char *property)
{
  return G_ACTION (g_property_action_new (name, settings, property));
}

char **
hl_application_actions_list (void)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **names;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_strv_builder_add (builder, entries[i].name);
  g_strv_builder_add_many (builder, "mask-numbers", "single-keys", NULL);
  names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}

static void
set_state (HlApplication *application, const char *name, const char *state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (application), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (state));
}

void
hl_application_actions_install (HlApplication *application)
{
  HlSettings *settings = hl_application_get_settings (application);
  g_autoptr (GAction) mask = make_property_action (settings, "mask-numbers", "mask-numbers");
  g_autoptr (GAction) keys = make_property_action (settings, "single-keys", "single-key-shortcuts");
  double scale = hl_settings_get_text_scale (settings);
  double volume = hl_settings_get_sound_volume (settings);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  g_action_map_add_action (G_ACTION_MAP (application), mask);
  g_action_map_add_action (G_ACTION_MAP (application), keys);
  set_state (application, "language", hl_settings_get_language (settings));
  set_state (application, "color-scheme", hl_settings_get_color_scheme (settings));
  set_state (application, "text-size",
             scale < 1.1   ? text_sizes[0].name
             : scale < 1.3 ? text_sizes[1].name
                           : text_sizes[2].name);
  set_state (application, "sound",
             volume <= 0    ? sounds[2].name
             : volume < 0.5 ? sounds[1].name
                            : sounds[0].name);
}
