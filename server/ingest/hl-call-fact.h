/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the adapters of voice platforms say of a call, in the words of the schema. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-state.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

/* An event's data with call_id and provider, which is enough to create the call whichever event comes first. Transfer full. */
JsonObject *hl_call_fact_new         (const char *provider, const char *call_id);

/* The Twilio call that this one is seen as too. Anything that is no CallSid (it begins with "CA") is left out. */
void        hl_call_fact_put_twilio  (JsonObject *data, const char *call_sid);

/* The number in a SIP, SIPS or TEL address ("Dana" <sip:+12025550142@example.com>;tag=1). Left out when there is none. */
void        hl_call_fact_put_sip     (JsonObject *data, const char *name, const char *address);

/* Whether the log has the call with more than lines of its text: else the next event should say who calls whom. */
gboolean    hl_call_fact_is_known    (HlState *state, const char *call_id);

/* In 0..one day; else left out. */
void        hl_call_fact_put_duration (JsonObject *data, gint64 ms);

/* A provider's word for why a call ended, and our group of it. */
typedef struct {
  const char *reason; /* NULL ends the table */
  HlEndGroup  group;
} HlEndWord;

/* end_reason as the provider says it, and end_group: from @words, else @otherwise. @reason: (nullable): nothing is set. */
void        hl_call_fact_put_end     (JsonObject *data, const char *reason, const HlEndWord *words, HlEndGroup otherwise);

/* @at: ms, kept only where it can be a time; @data: transfer full; the key's scope is the call. */
void        hl_call_fact_add         (GPtrArray  *facts,
                                      HlEventKind kind,
                                      gint64      at,
                                      JsonObject *data,
                                      const char *provider,
                                      const char *call_id,
                                      const char *key);

/* What an agent's analysis of a call got out of it, where the restaurant gave the fields the names that the set-up texts
 * propose: reservation_time (RFC 3339 with an offset), party_size and reservation_name. One call, one booking: nothing is added
 * where the call has one already, from a tool. @said: (nullable); @phone: (nullable): the caller's. */
void        hl_call_fact_add_reservation (GPtrArray  *facts,
                                          JsonObject *said,
                                          const char *phone,
                                          gint64      at,
                                          HlState    *state,
                                          const char *provider,
                                          const char *call_id);

G_END_DECLS
