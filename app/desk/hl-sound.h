/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rings and what does not: the rule of sounds, without any sound. Whoever plays them asks here. */
#pragma once

#include "domain/hl-call.h"

G_BEGIN_DECLS

#define HL_SOUND_RING_MS 8000 /* a ring comes again until somebody, anywhere, acknowledges it */

typedef enum {
  HL_SOUND_NONE,
  HL_SOUND_CHIME, /* priority 2: two chimes, once */
  HL_SOUND_RING,  /* priority 1: until it is acknowledged */
} HlSound;

/**
 * HlSoundSpell:
 * @connected_seq: the head that the welcome named: what the log held then is older than the
 *   connection, and makes no sound, whenever it says that it happened (invariant 12)
 * @caught_up: the screen shows what the welcome named; before that nothing sounds
 * @muted_until: ms of the boot-time clock; 0 is not muted
 * @device: (nullable): this device: what it raised itself makes no sound at it
 *
 * What the connection knows. Told by numbers of the log alone: no clock is asked how old a thing
 * is, so a wrong one silences nothing and wakes nobody.
 */
typedef struct {
  guint64 connected_seq;
  gboolean caught_up;
  gint64 muted_until;
  const char *device;
} HlSoundSpell;

/* What @call asks for now. A call that is over, and that somebody should call back, chimes and never rings.
 * @spell: (nullable): NULL without a connection, and then nothing. */
HlSound hl_sound_for_call (HlCall *call, const HlSoundSpell *spell, gint64 boot_ms);
/* Whether to play it (again). @last_ms: when this alarm was last heard here, boot time; 0 never */
gboolean hl_sound_is_due (HlSound sound, gint64 last_ms, gint64 boot_ms);

G_END_DECLS
