/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the adapters of booking systems say of a reservation, in the words of the schema. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-reservation.h"
#include "domain/hl-state.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

/* Systems send the whole reservation each time, in any order. So every fact carries all that is known, a cancellation two
 * facts (what was cancelled, and that it was), and hl_decide_record () drops what has a lower version. Staff's edits are its
 * business too. Only the stand says that guests are here: arrived, seated and finished are told by a tag. */

/* An event's data with reservation_id, source and source_ref (the system's own number). Transfer full. */
JsonObject    *hl_booking_fact_new          (const char *provider, const char *reservation_id, const char *ref);

/* "provider:id" of a text or a whole number at @path, if that is an id of ours; else NULL. Transfer full. */
char          *hl_booking_fact_make_id      (const char *provider, JsonObject *root, const char *path);
/* A text, or a whole number in digits; NULL: neither. Transfer full. */
char          *hl_booking_fact_get_word     (JsonObject *root, const char *path);

/* Each only in the schema's bounds; else left out. */
void           hl_booking_fact_put_size     (JsonObject *data, JsonObject *root, const char *path);
void           hl_booking_fact_put_version  (JsonObject *data, gint64 version);
void           hl_booking_fact_put_duration (JsonObject *data, gint64 minutes);
/* A guest's number; without its country code as it is dialled where the location's own number is, if that leaves no doubt. */
void           hl_booking_fact_put_phone    (JsonObject *data, HlState *state, const char *text);
/* Both parts may be NULL. */
void           hl_booking_fact_put_name     (JsonObject *data, const char *first, const char *last);
/* Unless a note of the reservation in @state says the same. */
void           hl_booking_fact_put_note     (JsonObject *data, HlState *state, const char *text);
/* @present: the tag is put on, else taken off if it is there. */
void           hl_booking_fact_put_tag      (JsonObject *data, HlState *state, const char *tag, gboolean present);

/* Local wall time of the location (UTC if it has no zone) to ms. @date: "YYYY-MM-DD" at its beginning, @clock: "HH:MM" at its
 * beginning. For a time that the clocks skip it is the moment when they do; of one that comes twice the first is meant. */
gboolean       hl_booking_fact_parse_local  (HlState *state, const char *date, const char *clock, gint64 *out);
/* "YYYY-MM-DD HH:MM:SS" or with a "T", in UTC, as systems print it that name no zone. */
gboolean       hl_booking_fact_parse_utc    (const char *text, gint64 *out);

/* NULL: not known. Borrowed. */
HlReservation *hl_booking_fact_find         (HlState *state, JsonObject *data);
/* Whether staff set this field last. */
gboolean       hl_booking_fact_is_staff     (HlReservation *reservation, guint field);

/* @at: ms, HL_TIME_NONE: the time of receipt. @data: transfer full; the key's scope is the reservation. */
void           hl_booking_fact_add          (GPtrArray  *facts,
                                             HlEventKind kind,
                                             gint64      at,
                                             JsonObject *data,
                                             const char *provider,
                                             const char *key);
/* The same, and that it is cancelled. @reason: (nullable) */
void           hl_booking_fact_cancel       (GPtrArray  *facts,
                                             HlState    *state,
                                             gint64      at,
                                             JsonObject *data,
                                             const char *reason,
                                             const char *provider,
                                             const char *key);

G_END_DECLS
