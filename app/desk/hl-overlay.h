/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlOverlay: unfinished lines of speech; they lie over the state and are never part of it. */
#pragma once

#include <glib.h>

#include "domain/hl-enums.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* One slot a turn; the newest revision wins; a slot goes with the final line, with the call's end,
 * or after 30 s. */
typedef struct _HlOverlay HlOverlay;

#define HL_OVERLAY_TTL_US (30 * G_USEC_PER_SEC)

typedef struct {
  int turn;
  int rev;
  HlSpeaker speaker;
  char *text;
  gint64 until; /* boot us */
} HlOverlayLine;

HlOverlay *hl_overlay_new (void);
void hl_overlay_free (HlOverlay *self);
/* FALSE when it is older than what is there. */
gboolean hl_overlay_put (HlOverlay *self, const char *call_id, int turn, int rev, HlSpeaker speaker,
                         const char *text, gint64 now_us);
void hl_overlay_drop_turn (HlOverlay *self, const char *call_id, int turn);
void hl_overlay_drop_call (HlOverlay *self, const char *call_id);
void hl_overlay_clear (HlOverlay *self);
/* Under which id the words of a call are heard: where @state has lines of it, hl_state_find_told (); else its own id, or that of
 * the first alias that is being heard. (transfer none): valid until the next change. */
const char *hl_overlay_find_told (HlOverlay *self, HlState *state, const char *call_id);
/* Removes what is too old; TRUE when something went. */
gboolean hl_overlay_expire (HlOverlay *self, gint64 now_us);
/* By turn: (transfer container) (element-type HlOverlayLine); NULL = none. */
GPtrArray *hl_overlay_get_lines (HlOverlay *self, const char *call_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlOverlay, hl_overlay_free)

G_END_DECLS
