/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a sound is to be played: looks at the calls, remembers what was heard, and is muted for a while. Plays nothing
 * itself, and asks no clock. */
#pragma once

#include "desk/hl-sound.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* Sounds come no closer than this, ms: what begins to ring in one moment is one sound. */
#define HL_ALARM_GAP_MS 2000

/* Property "muted-until" (int64, notified): wall ms, 0 = not muted.
 * Signal "sound" (guint HlSound): play this now, once. */
#define HL_TYPE_ALARM (hl_alarm_get_type ())
G_DECLARE_FINAL_TYPE (HlAlarm, hl_alarm, HL, ALARM, GObject)

HlAlarm *hl_alarm_new (void);

/* To be asked whenever a call has changed, and once a second. @spell: (nullable) as for hl_sound_for_call (), its
 * muted_until is not looked at; @boot_ms: the boot-time clock, above 0. What begins while it is muted is not heard
 * afterwards, except what still rings. */
void hl_alarm_look (HlAlarm *self, HlState *state, const HlSoundSpell *spell, gint64 boot_ms);

/* For @minutes from now; 0 or less: not any more. */
void   hl_alarm_mute            (HlAlarm *self, int minutes, gint64 boot_ms, gint64 wall_ms);
gint64 hl_alarm_get_muted_until (HlAlarm *self);

G_END_DECLS
