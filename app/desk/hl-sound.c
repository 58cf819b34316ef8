/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rings and what does not. */
#include "desk/hl-sound.h"

#include "domain/hl-entity.h"

HlSound
hl_sound_for_call (HlCall *call, const HlSoundSpell *spell, gint64 boot_ms)
{
  const HlRevision *raised
      = hl_entity_get_revision (HL_ENTITY (call), HL_CALL_FIELD_ATTENTION_REASON);

  if (spell == NULL || !spell->caught_up || boot_ms < spell->muted_until)
    return HL_SOUND_NONE;
  if (hl_call_get_attention_reason (call) == HL_ATTENTION_REASON_NONE
      || hl_call_get_attention_acknowledged_by (call)[0] != '\0' || raised->seq <= spell->connected_seq)
    return HL_SOUND_NONE;
  if (spell->device != NULL && raised->device != NULL && g_str_equal (spell->device, raised->device))
    return HL_SOUND_NONE;
  if (hl_call_get_state (call) == HL_CALL_STATE_ENDED) {
    gboolean chimes = hl_call_get_follow_up (call) == HL_FOLLOW_UP_OPEN
                      && hl_call_get_attention_priority (call) >= 1 && hl_call_get_attention_priority (call) <= 2;

    return chimes ? HL_SOUND_CHIME : HL_SOUND_NONE;
  }
  switch (hl_call_get_attention_priority (call)) {
  case 1:
    return HL_SOUND_RING;
  case 2:
    return HL_SOUND_CHIME;
  default:
    return HL_SOUND_NONE;
  }
}

gboolean
hl_sound_is_due (HlSound sound, gint64 last_ms, gint64 boot_ms)
{
  switch (sound) {
  case HL_SOUND_RING:
    return last_ms == 0 || boot_ms - last_ms >= HL_SOUND_RING_MS;
  case HL_SOUND_CHIME:
    return last_ms == 0;
  case HL_SOUND_NONE:
  default:
    return FALSE;
  }
}
