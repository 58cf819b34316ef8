/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window lets be heard: the alarm of the desk, aloud. Each sound has its card on the screen as well. */
#include <glib/gi18n.h>

#include "views/hl-window-private.h"
#include "views/hl-words.h"

static void
on_sound (HlAlarm *alarm, guint sound, HlWindow *self)
{
  hl_player_play (self->player, (HlSound)sound, hl_settings_get_sound_volume (self->settings));
}

void
hl_window_set_up_sound (HlWindow *self)
{
  self->player = hl_player_new ();
  hl_mute_button_set_up (self->mute, self->desk, self->settings);
  g_signal_connect_object (hl_desk_get_alarm (self->desk), "sound", G_CALLBACK (on_sound), self, 0);
}

HlPlayer *
hl_window_get_player (HlWindow *self)
{
  g_return_val_if_fail (HL_IS_WINDOW (self), NULL);
  return self->player;
}

void
hl_window_mute (HlWindow *self, int minutes)
{
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  hl_desk_mute (self->desk, minutes);
  time = hl_words_time (hl_alarm_get_muted_until (hl_desk_get_alarm (self->desk)), hl_desk_get_timezone (self->desk));
  /* Translators: a time */
  text = g_strdup_printf (C_ ("sound", "No sounds until %s"), time);
  hl_window_tell (self, text);
}

void
hl_window_test_sound (HlWindow *self)
{
  double volume = hl_settings_get_sound_volume (self->settings);

  if (volume <= 0)
    hl_window_tell (self, C_ ("sound", "Sounds are off on this device"));
  else if (hl_player_play (self->player, HL_SOUND_RING, volume))
    hl_window_tell (self, C_ ("sound", "So it rings when a call needs a person. Nothing heard? Check the loudspeaker."));
}
