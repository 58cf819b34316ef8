/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device's people chose for the window, in front of GSettings. */
#include "views/hl-settings.h"

#include "hl-config.h"

#define SCHEMA_ID "org.hostline.Hostline"

enum {
  PROP_0,
  PROP_LANGUAGE,
  PROP_COLOR_SCHEME,
  PROP_TEXT_SCALE,
  PROP_SOUND_VOLUME,
  PROP_LAST_VIEW,
  PROP_WINDOW_WIDTH,
  PROP_WINDOW_HEIGHT,
  PROP_WINDOW_MAXIMIZED,
  PROP_MASK_NUMBERS,
  PROP_SINGLE_KEY_SHORTCUTS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlSettings {
  GObject parent_instance;
  GSettings *settings; /* NULL without a schema */
  GValue values[N_PROPS];
};

G_DEFINE_FINAL_TYPE (HlSettings, hl_settings, G_TYPE_OBJECT)

static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = NULL;

  if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, SCHEMA_ID, TRUE);
#if HL_DEVELOPMENT && defined(HL_BUILD_DIR)
  if (schema == NULL) {
    g_autoptr (GSettingsSchemaSource) built =
        g_settings_schema_source_new_from_directory (HL_BUILD_DIR "/data", NULL, TRUE, NULL);

    if (built != NULL)
      schema = g_settings_schema_source_lookup (built, SCHEMA_ID, FALSE);
  }
#endif
  return schema;
}

static void
hl_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&HL_SETTINGS (object)->values[id], value);
}

static void
hl_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HlSettings *self = HL_SETTINGS (object);

  if (g_param_values_cmp (pspec, value, &self->values[id]) != 0) {
    g_value_copy (value, &self->values[id]);
    g_object_notify_by_pspec (object, pspec);
  }
}

static void
hl_settings_constructed (GObject *object)
{
  HlSettings *self = HL_SETTINGS (object);
  g_autoptr (GSettingsSchema) schema = find_schema ();

  G_OBJECT_CLASS (hl_settings_parent_class)->constructed (object);
  if (schema == NULL) {
    g_message ("The settings schema %s is not installed: settings will not be kept", SCHEMA_ID);
    return;
  }
  self->settings = g_settings_new_full (schema, NULL, NULL);
  for (guint id = 1; id < N_PROPS; id++)
    g_settings_bind (self->settings, properties[id]->name, self, properties[id]->name,
                     G_SETTINGS_BIND_DEFAULT);
}

static void
hl_settings_finalize (GObject *object)
{
  HlSettings *self = HL_SETTINGS (object);

  for (guint id = 1; id < N_PROPS; id++)
    g_value_unset (&self->values[id]);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hl_settings_parent_class)->finalize (object);
}

static void
hl_settings_class_init (HlSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hl_settings_get_property;
  object_class->set_property = hl_settings_set_property;
  object_class->constructed = hl_settings_constructed;
  object_class->finalize = hl_settings_finalize;

  properties[PROP_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, "system", flags);
  properties[PROP_COLOR_SCHEME] =
      g_param_spec_string ("color-scheme", NULL, NULL, "system", flags);
  properties[PROP_TEXT_SCALE] =
      g_param_spec_double ("text-scale", NULL, NULL, 1.0, 1.5, 1.0, flags);
  properties[PROP_SOUND_VOLUME] =
      g_param_spec_double ("sound-volume", NULL, NULL, 0.0, 1.0, 0.8, flags);
  properties[PROP_LAST_VIEW] = g_param_spec_string ("last-view", NULL, NULL, "arrivals", flags);
  properties[PROP_WINDOW_WIDTH] =
      g_param_spec_int ("window-width", NULL, NULL, 360, 16384, 1366, flags);
  properties[PROP_WINDOW_HEIGHT] =
      g_param_spec_int ("window-height", NULL, NULL, 294, 16384, 768, flags);
  properties[PROP_WINDOW_MAXIMIZED] =
      g_param_spec_boolean ("window-maximized", NULL, NULL, FALSE, flags);
  properties[PROP_MASK_NUMBERS] =
      g_param_spec_boolean ("mask-numbers", NULL, NULL, TRUE, flags);
  properties[PROP_SINGLE_KEY_SHORTCUTS] =
      g_param_spec_boolean ("single-key-shortcuts", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hl_settings_init (HlSettings *self)
{
  for (guint id = 1; id < N_PROPS; id++) {
    g_value_init (&self->values[id], G_PARAM_SPEC_VALUE_TYPE (properties[id]));
    g_param_value_set_default (properties[id], &self->values[id]);
  }
}

HlSettings *
hl_settings_new (void)
{
  return g_object_new (HL_TYPE_SETTINGS, NULL);
}

const char *
hl_settings_get_language (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), "system");
  return g_value_get_string (&self->values[PROP_LANGUAGE]);
}

void
hl_settings_set_language (HlSettings *self, const char *language)
{
  g_object_set (self, "language", language, NULL);
}

const char *
hl_settings_get_color_scheme (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), "system");
  return g_value_get_string (&self->values[PROP_COLOR_SCHEME]);
}

void
hl_settings_set_color_scheme (HlSettings *self, const char *scheme)
{
  g_object_set (self, "color-scheme", scheme, NULL);
}

double
hl_settings_get_text_scale (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), 1.0);
  return g_value_get_double (&self->values[PROP_TEXT_SCALE]);
}

void
hl_settings_set_text_scale (HlSettings *self, double scale)
{
  g_object_set (self, "text-scale", CLAMP (scale, 1.0, 1.5), NULL);
}

double
hl_settings_get_sound_volume (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), 0.8);
  return g_value_get_double (&self->values[PROP_SOUND_VOLUME]);
}

void
hl_settings_set_sound_volume (HlSettings *self, double volume)
{
  g_object_set (self, "sound-volume", CLAMP (volume, 0.0, 1.0), NULL);
}

const char *
hl_settings_get_last_view (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), "arrivals");
  return g_value_get_string (&self->values[PROP_LAST_VIEW]);
}

void
hl_settings_set_last_view (HlSettings *self, const char *view)
{
  g_object_set (self, "last-view", view, NULL);
}

gboolean
hl_settings_get_mask_numbers (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), TRUE);
  return g_value_get_boolean (&self->values[PROP_MASK_NUMBERS]);
}

gboolean
hl_settings_get_single_keys (HlSettings *self)
{
  g_return_val_if_fail (HL_IS_SETTINGS (self), TRUE);
  return g_value_get_boolean (&self->values[PROP_SINGLE_KEY_SHORTCUTS]);
}

void
hl_settings_get_window (HlSettings *self, int *width, int *height, gboolean *maximized)
{
  g_return_if_fail (HL_IS_SETTINGS (self));
  *width = g_value_get_int (&self->values[PROP_WINDOW_WIDTH]);
  *height = g_value_get_int (&self->values[PROP_WINDOW_HEIGHT]);
  *maximized = g_value_get_boolean (&self->values[PROP_WINDOW_MAXIMIZED]);
}

void
hl_settings_set_window (HlSettings *self, int width, int height, gboolean maximized)
{
  g_return_if_fail (HL_IS_SETTINGS (self));
  g_object_set (self, "window-maximized", maximized, NULL);
  if (!maximized && width >= 360 && height >= 294)
    g_object_set (self, "window-width", width, "window-height", height, NULL);
}
