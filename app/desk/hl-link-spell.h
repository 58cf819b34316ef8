/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection log as a person reads it: not every step, but how long it was online, offline, stopped, and why. */
#pragma once

#include <gio/gio.h>

#include "link/hl-link-cause.h"

G_BEGIN_DECLS

typedef enum {
  HL_SPELL_ONLINE,
  HL_SPELL_CHECKING,    /* a heartbeat was due */
  HL_SPELL_CATCHING_UP,
  HL_SPELL_OFFLINE,     /* waiting, connecting, greeting: however many attempts */
  HL_SPELL_STOPPED,     /* until a person does something */
  HL_SPELL_CLOSED,      /* the program did not run, or did not want a link */
} HlSpellKind;

/**
 * HlLinkSpell:
 * @from, @until: wall ms; until 0: it goes on
 * @lasted: ms, sleep included; -1 where the log does not tell (the program was ended from outside)
 * @cause: why it began; NONE for what needs no cause
 * @last_cause: of an offline spell: why the last attempt failed; NONE if none did, or for the same cause
 * @times: mostly 1. Of what is older, spells of one hour are told as one: then it began so many times between @from and @until,
 *   the other figures are of all of them together
 * @attempts: connections that were tried in it
 * @code: HTTP status or close code with which it began, 0 none
 * @endpoint: (owned): where it was connected to, or tried last; ""
 */
typedef struct {
  HlSpellKind kind;
  gint64 from, until, lasted;
  HlLinkCause cause, last_cause;
  guint times;
  guint attempts;
  guint code;
  char *endpoint;
} HlLinkSpell;

void hl_link_spell_free (HlLinkSpell *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLinkSpell, hl_link_spell_free)

/* Pure. @transitions: HlTransition, newest first; @now: wall ms, for the spell that goes on; at most @max, newest first.
 * (transfer full) (element-type HlLinkSpell) */
GPtrArray *hl_link_spells_make (GListModel *transitions, gint64 now, guint max);

G_END_DECLS
