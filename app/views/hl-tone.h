/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sounds themselves: made by arithmetic, so that there are no files to find. */
#pragma once

#include "desk/hl-sound.h"

G_BEGIN_DECLS

#define HL_TONE_RATE 44100 /* samples a second */

/* One channel of gint16 in the machine's byte order, HL_TONE_RATE; begins and ends at 0, so that nothing clicks.
 * @volume: 0..1. (transfer full); NULL for HL_SOUND_NONE. Pure. */
GBytes *hl_tone_make (HlSound sound, double volume);

G_END_DECLS
