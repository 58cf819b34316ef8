/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSpoken: the turns of a call as a provider tells them, turned into the segments that the log does not have yet. */
#pragma once

#include <glib.h>

#include "domain/hl-state.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

/* Providers tell a call's text in two ways: the whole history again and again (a snapshot), or line by line (a delta). Both
 * become single transcript_segment facts with the numbers that the call's segments in the state go on from, so the
 * numbering survives a restart. */
typedef struct _HlSpoken HlSpoken;

/* @provider and @call_id (already prefixed) are copied; @state is borrowed. */
HlSpoken *hl_spoken_new  (const char *provider,
                          const char *call_id,
                          HlState    *state);
void      hl_spoken_free (HlSpoken   *self);

/* One more turn of a snapshot, in order. @start_ms and @end_ms count from the call's start, -1 when unknown. A turn of the
 * same speaker as the one before continues it when @merge is TRUE (providers that cut one turn into several messages). */
void      hl_spoken_add  (HlSpoken   *self,
                          HlSpeaker   speaker,
                          const char *text,
                          gint64      start_ms,
                          gint64      end_ms,
                          gboolean    merge);
/* Appends to @facts what is new. The last turn is partial until another follows or the call ended (the event says so, or the
 * log knows). A snapshot never shortens a final text; a text that is another one is marked as a correction. */
void      hl_spoken_emit (HlSpoken   *self,
                          gboolean    ended,
                          GPtrArray  *facts);

/* One line of a delta. @start_ms: from the call's start as far as is known, -1. A final of the speaker who spoke last goes on
 * with that turn, as a correction; an unfinished one is shown as the turn that
 * it will become. Once the call is over a line that some turn has already is dropped. @key makes a repeated final the same event. */
void      hl_spoken_line (HlSpoken   *self,
                          HlSpeaker   speaker,
                          const char *text,
                          gint64      start_ms,
                          gboolean    final,
                          const char *key,
                          GPtrArray  *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlSpoken, hl_spoken_free)

G_END_DECLS
