/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the adapters of voice platforms say of a call, in the words of the schema. */
#include "ingest/hl-call-fact.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-reservation.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"

#define DAY_MS 86400000

JsonObject *
hl_call_fact_new (const char *provider,
                  const char *call_id)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "call_id", call_id);
  json_object_set_string_member (data, "provider", provider);
  return data;
}

void
hl_call_fact_put_twilio (JsonObject *data,
                         const char *call_sid)
{
  g_autofree char *alias
      = call_sid != NULL && g_str_has_prefix (call_sid, "CA") ? hl_payload_make_id ("twilio", call_sid) : NULL;

  if (alias != NULL) {
    JsonArray *aliases = json_array_new ();

    json_array_add_string_element (aliases, alias);
    json_object_set_array_member (data, "aliases", aliases);
  }
}

void
hl_call_fact_put_sip (JsonObject *data,
                      const char *name,
                      const char *address)
{
  static const char *const schemes[] = { "sip:", "sips:", "tel:" };
  const char *open = address != NULL ? strrchr (address, '<') : NULL;
  const char *from = open != NULL ? open + 1 : address;

  for (gsize i = 0; from != NULL && i < G_N_ELEMENTS (schemes); i++) {
    gsize len = strlen (schemes[i]);

    if (g_ascii_strncasecmp (from, schemes[i], len) == 0) {
      g_autofree char *number = g_strndup (from + len, strcspn (from + len, "@;>?"));

      hl_payload_put_phone (data, name, number);
      return;
    }
  }
}

gboolean
hl_call_fact_is_known (HlState    *state,
                       const char *call_id)
{
  HlCall *call = state != NULL ? hl_state_lookup_call (state, call_id) : NULL;

  return call != NULL && *hl_call_get_provider (call) != '\0';
}

void
hl_call_fact_put_duration (JsonObject *data,
                           gint64      ms)
{
  if (ms >= 0 && ms <= DAY_MS) {
    json_object_set_int_member (data, "duration_ms", ms);
  }
}

void
hl_call_fact_put_end (JsonObject      *data,
                      const char      *reason,
                      const HlEndWord *words,
                      HlEndGroup       otherwise)
{
  if (reason == NULL) {
    return;
  }
  while (words->reason != NULL && !g_str_equal (words->reason, reason)) {
    words++;
  }
  hl_payload_put_text (data, "end_reason", reason, 120);
  json_object_set_string_member (data, "end_group",
                                 hl_enum_nick (HL_TYPE_END_GROUP, words->reason != NULL ? words->group : otherwise));
}

void
hl_call_fact_add (GPtrArray  *facts,
                  HlEventKind kind,
                  gint64      at,
                  JsonObject *data,
                  const char *provider,
                  const char *call_id,
                  const char *key)
{
  g_ptr_array_add (facts, hl_fact_new (kind, at >= HL_TIME_MIN && at <= HL_TIME_MAX ? at : HL_TIME_NONE, data, provider,
                                       call_id, key));
}

void
hl_call_fact_add_reservation (GPtrArray  *facts,
                              JsonObject *said,
                              const char *phone,
                              gint64      at,
                              HlState    *state,
                              const char *provider,
                              const char *call_id)
{
  const char *time = said != NULL ? hl_payload_get_string (said, "reservation_time") : NULL;
  g_autoptr (GPtrArray) known = state != NULL ? hl_state_get_call_reservations (state, call_id) : NULL;
  gint64 starts_at = 0;
  gint64 size = 0;

  if (time == NULL || !hl_time_parse (time, &starts_at) || !hl_payload_get_int (said, "party_size", &size) || size < 1
      || size > 99) {
    return;
  }
  for (guint i = 0; known != NULL && i < known->len; i++) {
    if (!g_str_equal (hl_reservation_get_reservation_id (g_ptr_array_index (known, i)), call_id)) {
      return;
    }
  }
  JsonObject *data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", call_id); /* one call, one booking: also its own id */
  json_object_set_string_member (data, "call_id", call_id);
  json_object_set_string_member (data, "source", provider);
  hl_payload_put_text (data, "name", hl_payload_get_string (said, "reservation_name"), 120);
  hl_payload_put_phone (data, "phone", phone);
  json_object_set_int_member (data, "party_size", size);
  hl_payload_put_time (data, "starts_at", starts_at);
  json_object_set_string_member (data, "status", "booked");
  hl_call_fact_add (facts, HL_EVENT_RESERVATION_CREATED, at, data, provider, call_id, "reservation");
}
