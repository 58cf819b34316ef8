/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking personal data out of an event that is in the log already: who a person was, never what happened.
 *
 * The members stay, with empty values: folding the log of redacted events and a `person_erased` ends in
 * the same state, revisions too, as folding the original one and the same `person_erased`. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"

G_BEGIN_DECLS

typedef enum {
  HL_REDACT_RECORDING = 1 << 0,  /* where the recording of a call can be heard */
  HL_REDACT_TRANSCRIPT = 1 << 1, /* what was said: lines, summary, what was understood */
  HL_REDACT_PERSON = 1 << 2,     /* all of it: also names, numbers, notes, allergies, tags */
} HlRedact;

/**
 * hl_redact_data: the data of an event of @kind without what @what names. With %HL_REDACT_PERSON members
 * that no version of ours knows go too, and an event of an unknown kind loses all of them.
 *
 * Returns: (transfer full) (nullable): NULL when nothing of it is in @data
 */
JsonObject *hl_redact_data (HlEventKind kind, JsonObject *data, HlRedact what);

/**
 * HlRedactFunc:
 * @type: HL_TYPE_CALL, _RESERVATION, _PARTY, _ORDER or _NOTICE
 * @is_own: the event is about this entity; FALSE: it names it
 */
typedef void (*HlRedactFunc) (GType type, const char *id, gboolean is_own, gpointer user_data);

/* The entities of an event that may belong to a person: its own first (of a dispute: what it is about),
 * then those that it names as linked. */
void hl_redact_foreach_entity (HlEventKind kind, JsonObject *data, HlRedactFunc func,
                               gpointer user_data);

G_END_DECLS
