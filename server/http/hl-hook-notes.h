/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHookNotes: what happened at each hook, gathered for the registry, where `hostlinectl hook list` finds it. */
#pragma once

#include "live/hl-writer.h"
#include "store/hl-registry.h"

G_BEGIN_DECLS

/* A hook's first note goes to the registry at once, what follows within a second goes together: a note is a
 * transaction, and anybody who knows a path can be refused as often as they like. Main thread. */
typedef struct _HlHookNotes HlHookNotes;

/* What came of an authentic delivery. */
typedef enum {
  HL_HOOK_NOTE_EVENT,      /* in the log, or known already */
  HL_HOOK_NOTE_IGNORED,    /* meant nothing to us */
  HL_HOOK_NOTE_UNREADABLE, /* kept for the operator */
} HlHookNoteKind;

/* Both are borrowed; @registry is used on the writer's thread. */
HlHookNotes *hl_hook_notes_new     (HlWriter   *writer,
                                    HlRegistry *registry);
/* Notes that were not flushed are dropped. */
void         hl_hook_notes_free    (HlHookNotes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHookNotes, hl_hook_notes_free)

void         hl_hook_notes_add     (HlHookNotes   *self,
                                    const char    *hook,
                                    HlHookNoteKind kind);
/* @reason: static. @url: (nullable): what was taken for the signed URL, without its path secret; copied */
void         hl_hook_notes_refuse  (HlHookNotes *self,
                                    const char  *hook,
                                    const char  *reason,
                                    const char  *url);
/* Going down: everything is handed to the writer now. */
void         hl_hook_notes_flush   (HlHookNotes *self);

G_END_DECLS
