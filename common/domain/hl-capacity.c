/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the book has room for a reservation. */
#include "domain/hl-capacity.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-collision.h"
#include "domain/hl-combination.h"
#include "domain/hl-rules.h"
#include "domain/hl-time.h"
#include "domain/hl-turn-time.h"

#define QUARTER_MS (15 * G_GINT64_CONSTANT (60000))
#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define DEFAULT_MINUTES 90
#define LONGEST_MS (600 * MINUTE_MS) /* the most that a reservation's duration_min can be */

/* One reservation of the book, laid out for placing. */
typedef struct {
  const char *id;
  int size;
  gint64 from;
  gint64 to;
  const char *const *pinned;
  const char **tables; /* placed at; NULL-terminated, borrowed */
} Booking;

static void
free_booking (gpointer data)
{
  Booking *booking = data;

  g_free (booking->tables);
  g_free (booking);
}

int
hl_capacity_get_size (HlState *state, HlReservation *reservation)
{
  int size = MAX (1, hl_reservation_get_party_size (reservation));
  HlDispute *dispute = hl_collision_find_open (
    state, HL_DISPUTE_KIND_FIELD, hl_reservation_get_reservation_id (reservation), "party_size");
  GPtrArray *claims = dispute != NULL ? hl_dispute_get_claims (dispute) : NULL;

  for (guint i = 0; claims != NULL && i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));

    if (value != NULL && JSON_NODE_HOLDS_VALUE (value)
        && json_node_get_value_type (value) == G_TYPE_INT64)
      size = MAX (size, (int) CLAMP (json_node_get_int (value), 1, 99));
  }
  return size;
}

int
hl_capacity_get_duration (HlState *state, int size)
{
  GPtrArray *times = hl_location_get_turn_minutes (hl_state_get_location (state));

  for (guint i = 0; i < times->len; i++) {
    HlTurnTime *time = g_ptr_array_index (times, i);

    if (size <= hl_turn_time_get_size (time))
      return hl_turn_time_get_minutes (time);
  }
  return DEFAULT_MINUTES;
}

HlCapacityRequest
hl_capacity_get_request (HlState *state, HlReservation *reservation)
{
  return (HlCapacityRequest) {
    .reservation_id = hl_reservation_get_reservation_id (reservation),
    .size = hl_capacity_get_size (state, reservation),
    .starts_at = hl_reservation_get_starts_at (reservation),
    .duration_min = hl_reservation_get_duration_min (reservation),
    .table_ids
    = hl_reservation_get_pinned (reservation) ? hl_reservation_get_table_ids (reservation) : NULL,
  };
}

static gint64
get_end (gint64 starts_at, int duration_min)
{
  return starts_at + duration_min * MINUTE_MS;
}

static gint64
get_quarter (gint64 time)
{
  return time / QUARTER_MS;
}

gboolean
hl_capacity_is_near (HlReservation *reservation, const HlCapacityRequest *request)
{
  gint64 starts_at = hl_reservation_get_starts_at (reservation);

  if (starts_at == HL_TIME_NONE || !hl_rules_takes_room (hl_reservation_get_status (reservation))
      || g_strcmp0 (hl_reservation_get_reservation_id (reservation), request->reservation_id) == 0)
    return FALSE;
  if (get_quarter (starts_at) == get_quarter (request->starts_at))
    return TRUE;
  return starts_at < get_end (request->starts_at, request->duration_min)
         && request->starts_at < get_end (starts_at, hl_reservation_get_duration_min (reservation));
}

/* The part of the book that matters for @request. Transfer container. */
static GPtrArray *
find_near (HlState *state, const HlCapacityRequest *request)
{
  gint64 quarter = get_quarter (request->starts_at) * QUARTER_MS;
  gint64 from = MIN (quarter, request->starts_at - LONGEST_MS);
  gint64 to = MAX (quarter + QUARTER_MS, get_end (request->starts_at, request->duration_min));
  GPtrArray *near = hl_state_get_starting (state, from, to);

  for (guint i = near->len; i > 0; i--) {
    if (!hl_capacity_is_near (near->pdata[i - 1], request))
      g_ptr_array_remove_index_fast (near, i - 1);
  }
  return near;
}

static int
compare_bookings (gconstpointer one, gconstpointer two)
{
  const Booking *a = *(Booking *const *) one, *b = *(Booking *const *) two;

  if (a->from != b->from)
    return a->from < b->from ? -1 : 1;
  return strcmp (a->id, b->id);
}

static gboolean
is_blocked (HlTable *table, gint64 at)
{
  gint64 until = hl_table_get_blocked_until (table);

  return hl_table_get_blocked (table) && (until == HL_TIME_NONE || until > at);
}

/* Whether nobody placed so far has @table_id during @booking. */
static gboolean
is_free (GPtrArray *bookings, Booking *booking, const char *table_id)
{
  for (guint i = 0; i < bookings->len; i++) {
    Booking *other = g_ptr_array_index (bookings, i);

    if (other != booking && other->tables != NULL && other->from < booking->to
        && booking->from < other->to && g_strv_contains (other->tables, table_id))
      return FALSE;
  }
  return TRUE;
}

static gboolean
are_free (HlState *state, GPtrArray *bookings, Booking *booking, const char *const *table_ids)
{
  for (guint i = 0; table_ids[i] != NULL; i++) {
    HlTable *table = hl_state_lookup_table (state, table_ids[i]);

    if (table == NULL || is_blocked (table, booking->from)
        || !is_free (bookings, booking, table_ids[i]))
      return FALSE;
  }
  return table_ids[0] != NULL;
}

static void
take (Booking *booking, const char *const *table_ids)
{
  guint n = g_strv_length ((GStrv) table_ids);

  g_free (booking->tables);
  booking->tables = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++)
    booking->tables[i] = table_ids[i];
}

/* The smallest table or combination that is free and large enough. */
static gboolean
place (HlState *state, GPtrArray *bookings, Booking *booking)
{
  GPtrArray *combinations = hl_location_get_combinations (hl_state_get_location (state));
  guint n = 0;
  HlEntity **tables = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_TABLE), &n);
  int best = G_MAXINT;

  if (booking->pinned != NULL) {
    if (!are_free (state, bookings, booking, booking->pinned))
      return FALSE;
    take (booking, booking->pinned);
    return TRUE;
  }
  for (guint i = 0; i < n; i++) {
    HlTable *table = HL_TABLE (tables[i]);
    const char *ids[] = { hl_table_get_table_id (table), NULL };

    if (hl_table_get_seats_max (table) >= booking->size && hl_table_get_seats_max (table) < best
        && are_free (state, bookings, booking, ids)) {
      best = hl_table_get_seats_max (table);
      take (booking, ids);
    }
  }
  for (guint i = 0; i < combinations->len; i++) {
    HlCombination *combination = g_ptr_array_index (combinations, i);

    if (hl_combination_get_seats_max (combination) >= booking->size
        && hl_combination_get_seats_max (combination) < best
        && are_free (state, bookings, booking, hl_combination_get_table_ids (combination))) {
      best = hl_combination_get_seats_max (combination);
      take (booking, hl_combination_get_table_ids (combination));
    }
  }
  return best != G_MAXINT;
}

static void
add_booking (GPtrArray *bookings, const char *id, int size, gint64 from, gint64 to,
             const char *const *pinned)
{
  Booking *booking = g_new0 (Booking, 1);

  booking->id = id;
  booking->size = size;
  booking->from = from;
  booking->to = to;
  booking->pinned = pinned != NULL && pinned[0] != NULL ? pinned : NULL;
  g_ptr_array_add (bookings, booking);
}

gboolean
hl_capacity_fits (HlState *state, const HlCapacityRequest *request)
{
  g_autoptr (GPtrArray) near = find_near (state, request);
  g_autoptr (GPtrArray) bookings = g_ptr_array_new_with_free_func (free_booking);
  int covers = MAX (1, request->size);

  add_booking (bookings, request->reservation_id != NULL ? request->reservation_id : "",
               MAX (1, request->size), request->starts_at,
               get_end (request->starts_at, request->duration_min), request->table_ids);
  for (guint i = 0; i < near->len; i++) {
    HlReservation *reservation = g_ptr_array_index (near, i);
    gint64 starts_at = hl_reservation_get_starts_at (reservation);
    gint64 ends_at;
    int size;

    size = hl_capacity_get_size (state, reservation);
    ends_at = get_end (starts_at, hl_reservation_get_duration_min (reservation));
    if (get_quarter (starts_at) == get_quarter (request->starts_at))
      covers += size;
    if (starts_at < get_end (request->starts_at, request->duration_min)
        && request->starts_at < ends_at)
      add_booking (bookings, hl_reservation_get_reservation_id (reservation), size, starts_at, ends_at,
                   hl_reservation_get_pinned (reservation)
                     ? hl_reservation_get_table_ids (reservation)
                     : NULL);
  }
  if (covers > hl_location_get_pace (hl_state_get_location (state)))
    return FALSE;
  if (hl_entity_list_get_size (hl_state_get_list (state, HL_TYPE_TABLE)) == 0)
    return TRUE;

  g_ptr_array_sort (bookings, compare_bookings);
  for (guint i = 0; i < bookings->len; i++) {
    if (!place (state, bookings, g_ptr_array_index (bookings, i)))
      return FALSE;
  }
  return TRUE;
}

gboolean
hl_capacity_is_unseen (HlState *state, const HlCapacityRequest *request, guint64 seen,
                       const char *device)
{
  static const guint fields[] = {
    HL_RESERVATION_FIELD_STATUS,
    HL_RESERVATION_FIELD_STARTS_AT,
    HL_RESERVATION_FIELD_PARTY_SIZE,
  };
  g_autoptr (GPtrArray) near = find_near (state, request);

  for (guint i = 0; i < near->len; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (fields); j++) {
      if (hl_revision_is_unseen (hl_entity_get_revision (near->pdata[i], fields[j]), seen, device))
        return TRUE;
    }
  }
  return FALSE;
}
