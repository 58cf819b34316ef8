/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays sounds, on a thread of its own: a sound server that hangs, or a computer without one, holds nothing up. */
#pragma once

#include <gio/gio.h>

#include "desk/hl-sound.h"

G_BEGIN_DECLS

#define HL_TYPE_PLAYER (hl_player_get_type ())
G_DECLARE_FINAL_TYPE (HlPlayer, hl_player, HL, PLAYER, GObject)

HlPlayer *hl_player_new (void);

/* @volume: 0..1; 0 plays nothing. While one is being played another one is left out, not kept for later. FALSE: it was
 * left out. That there is no sound here is said once in the log. */
gboolean hl_player_play (HlPlayer *self, HlSound sound, double volume);

/* Where sounds go instead of the loudspeaker; blocks for as long as it plays, in the player's thread. @samples: as from
 * hl_tone_make (). FALSE with an error: it could not be played. */
typedef gboolean (*HlPlayerSink) (GBytes *samples, gpointer data, GError **error);
void hl_player_set_sink (HlPlayer *self, HlPlayerSink sink, gpointer data);

G_END_DECLS
