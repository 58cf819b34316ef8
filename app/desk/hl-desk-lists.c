/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists of the window: rows are made from the screen's state, told only what changed, and put
 * in order. */
#include "desk/hl-desk-look.h"

#include <string.h>

#include "desk/hl-transcript.h"
#include "domain/hl-rules.h"
#include "util/hl-clock.h"

#define QUARTERS 8

void
hl_desk_make_lists (HlDesk *self)
{
  self->arrivals = hl_ordered_list_new (HL_TYPE_GUEST_ROW);
  self->waitlist = hl_ordered_list_new (HL_TYPE_GUEST_ROW);
  self->in_house = hl_ordered_list_new (HL_TYPE_GUEST_ROW);
  self->needing = hl_ordered_list_new (HL_TYPE_CALL_CARD);
  self->live = hl_ordered_list_new (HL_TYPE_CALL_CARD);
  self->recent = hl_ordered_list_new (HL_TYPE_CALL_CARD);
  self->tables = hl_ordered_list_new (HL_TYPE_TABLE_TOKEN);
  self->sections = hl_ordered_list_new (HL_TYPE_SECTION_ROW);
  self->rotation = hl_ordered_list_new (HL_TYPE_SECTION_ROW);
  self->covers = hl_ordered_list_new (HL_TYPE_COVER_BAR);
  self->notices = hl_ordered_list_new (HL_TYPE_NOTICE);
  self->orders = hl_ordered_list_new (HL_TYPE_ORDER);
  self->disputes = hl_ordered_list_new (HL_TYPE_DISPUTE);
  self->outbox = hl_ordered_list_new (HL_TYPE_OUTBOX_ITEM);
  self->transitions = g_list_store_new (HL_TYPE_TRANSITION);
  self->endpoints = g_list_store_new (HL_TYPE_ENDPOINT);
  self->guest_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->party_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->token_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->card_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->section_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->transcripts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bars = g_ptr_array_new_with_free_func (g_object_unref);
  for (int i = 0; i < QUARTERS; i++)
    g_ptr_array_add (self->bars, hl_cover_bar_new ());
  hl_ordered_list_assign (self->covers, self->bars);
}

static void
on_transcript_gone (gpointer data, GObject *where)
{
  HlDesk *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transcripts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == where)
      g_hash_table_iter_remove (&iter);
}

void
hl_desk_drop_lists (HlDesk *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transcripts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_object_weak_unref (value, on_transcript_gone, self);
  g_clear_pointer (&self->transcripts, g_hash_table_unref);
  g_clear_object (&self->arrivals);
  g_clear_object (&self->waitlist);
  g_clear_object (&self->in_house);
  g_clear_object (&self->needing);
  g_clear_object (&self->live);
  g_clear_object (&self->recent);
  g_clear_object (&self->tables);
  g_clear_object (&self->sections);
  g_clear_object (&self->rotation);
  g_clear_object (&self->covers);
  g_clear_object (&self->notices);
  g_clear_object (&self->orders);
  g_clear_object (&self->disputes);
  g_clear_object (&self->outbox);
  g_clear_object (&self->transitions);
  g_clear_object (&self->endpoints);
  g_clear_pointer (&self->guest_rows, g_hash_table_unref);
  g_clear_pointer (&self->party_rows, g_hash_table_unref);
  g_clear_pointer (&self->token_rows, g_hash_table_unref);
  g_clear_pointer (&self->card_rows, g_hash_table_unref);
  g_clear_pointer (&self->section_rows, g_hash_table_unref);
  g_clear_pointer (&self->bars, g_ptr_array_unref);
}

static gboolean
is_vip (const char *const *tags)
{
  for (; tags != NULL && *tags != NULL; tags++)
    if (g_ascii_strcasecmp (*tags, "vip") == 0)
      return TRUE;
  return FALSE;
}

static char *
join_labels (HlState *state, const char *const *ids)
{
  GString *out = g_string_new (NULL);

  for (; ids != NULL && *ids != NULL; ids++) {
    HlTable *table = hl_state_lookup_table (state, *ids);
    if (out->len > 0)
      g_string_append (out, ", ");
    g_string_append (out, table != NULL && hl_desk_has (hl_table_get_label (table))
                              ? hl_table_get_label (table)
                              : *ids);
  }
  return g_string_free (out, FALSE);
}

/* ---- what is looked at once ---- */

static gboolean
is_expected (HlReservation *reservation)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);
  return status == HL_RESERVATION_STATUS_BOOKED || status == HL_RESERVATION_STATUS_CONFIRMED
         || status == HL_RESERVATION_STATUS_HELD;
}

static void
look_at_book (HlDeskLook *look)
{
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_RESERVATION, &n);

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    gint64 at = hl_reservation_get_starts_at (reservation);
    if (!is_expected (reservation) || at == HL_TIME_NONE || at < look->from || at >= look->until)
      continue;
    for (const char *const *id = hl_reservation_get_table_ids (reservation); *id != NULL; id++) {
      HlReservation *other = g_hash_table_lookup (look->next, *id);
      if (other == NULL || hl_reservation_get_starts_at (other) > at)
        g_hash_table_insert (look->next, (gpointer)*id, reservation);
    }
  }
}

static void
look_at_parties (HlDeskLook *look)
{
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_PARTY, &n);

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (items[i]);
    HlReservation *reservation;
    HlPartyStatus status = hl_party_get_status (party);
    if (status != HL_PARTY_STATUS_NOTIFIED && status != HL_PARTY_STATUS_ARRIVED
        && status != HL_PARTY_STATUS_PARTIALLY_ARRIVED)
      continue;
    reservation = hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party));
    if (reservation == NULL)
      continue;
    for (const char *const *id = hl_reservation_get_table_ids (reservation); *id != NULL; id++)
      g_hash_table_insert (look->assigned, (gpointer)*id, party);
  }
}

static void
look_at_disputes (HlDeskLook *look)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_DISPUTE, &n);

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (items[i]);
    HlSubject *subject = hl_dispute_get_subject (dispute);
    HlParty *party;
    if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
      continue;
    g_ptr_array_add (open, dispute);
    if (subject == NULL)
      continue;
    g_hash_table_add (look->disputed, (gpointer)hl_subject_get_id (subject));
    /* "Ng is at 12 or 15?": the table is as doubtful as the party is. */
    party = hl_subject_get_subject_type (subject) == HL_SUBJECT_TYPE_PARTY
                    && hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_PARTY_TABLE
                ? hl_state_lookup_party (look->state, hl_subject_get_id (subject))
                : NULL;
    if (party != NULL)
      for (const char *const *id = hl_party_get_table_ids (party); *id != NULL; id++)
        g_hash_table_add (look->disputed, (gpointer)*id);
  }
  hl_ordered_list_assign (look->desk->disputes, open); /* the log's order is the oldest first */
}

/* ---- the left pane ---- */

static void
show_reservation (HlDeskLook *look, HlRow *row, HlReservation *reservation)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  gint64 at = hl_reservation_get_starts_at (reservation);
  gint64 minutes = (look->now - at) / 60000;
  g_autofree char *tables = join_labels (look->state, hl_reservation_get_table_ids (reservation));
  HlGuestGroup group = hl_derive_arrival_group (reservation, look->location, look->now);

  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, id);
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, (int)group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, hl_reservation_get_name (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, hl_reservation_get_party_size (reservation));
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, at);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, (int)minutes);
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, hl_reservation_get_late_eta (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, tables);
  hl_row_set_strv (row, HL_GUEST_ROW_TABLE_IDS, hl_reservation_get_table_ids (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS,
                  (int)hl_reservation_get_status (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_PHONE, hl_reservation_get_phone (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_LANGUAGE, hl_reservation_get_language (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, hl_reservation_get_allergies (reservation));
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, hl_reservation_get_tags (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_NOTES, (int)hl_reservation_get_notes (reservation)->len);
  hl_row_set_int (row, HL_GUEST_ROW_ATTEMPTS,
                  (int)hl_reservation_get_contact_attempts (reservation)->len);
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, is_vip (hl_reservation_get_tags (reservation)));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED, hl_reservation_get_overbooked (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_PINNED, hl_reservation_get_pinned (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_DISPUTED, g_hash_table_contains (look->disputed, id));
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, hl_desk_is_unsent (look->desk, id));
  hl_row_set_string (row, HL_GUEST_ROW_SOURCE, hl_reservation_get_source (reservation));
  hl_desk_show_turn (row, HL_GUEST_ROW_TURN, HL_GUEST_ROW_TURN_MINUTES, look->location,
                     hl_reservation_get_party_size (reservation), -1);
  /* Late first; due and later are one run by time. */
  hl_desk_set_key (row, hl_desk_make_key (group == HL_GUEST_GROUP_LATE ? 0 : 1, at,
                                          hl_reservation_get_name (reservation), id));
}

static void
refresh_arrivals (HlDeskLook *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_RESERVATION, &n);
  int due = 0;

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    HlRow *row;
    if (!hl_derive_is_arrival (reservation, look->from, look->until))
      continue;
    row = hl_desk_ensure_row (look->desk->guest_rows,
                              hl_reservation_get_reservation_id (reservation),
                              (gpointer (*) (void))hl_guest_row_new);
    show_reservation (look, row, reservation);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer)hl_reservation_get_reservation_id (reservation));
    due += MAX (0, hl_reservation_get_party_size (reservation));
  }
  g_ptr_array_sort (rows, hl_desk_compare_keys);
  hl_ordered_list_assign (look->desk->arrivals, rows);
  hl_desk_keep_rows (look->desk->guest_rows, kept);
  hl_desk_put_int (look->desk, HL_DESK_PROP_DUE, &look->desk->due, due);
}

static void
show_party (HlDeskLook *look, HlRow *row, HlParty *party, HlGuestGroup group, gint64 since)
{
  const char *id = hl_party_get_party_id (party);
  HlReservation *reservation
      = hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party));
  const char *const *ids = hl_party_get_table_ids (party);
  const char *name = hl_party_get_name (party);
  const char *allergies = hl_party_get_allergies (party);
  int minutes = hl_derive_minutes (since, look->now);
  g_autofree char *tables = NULL;

  if (reservation != NULL && ids[0] == NULL)
    ids = hl_reservation_get_table_ids (reservation); /* the table that is meant for them */
  if (!hl_desk_has (name) && reservation != NULL)
    name = hl_reservation_get_name (reservation);
  if (!hl_desk_has (allergies) && reservation != NULL)
    allergies = hl_reservation_get_allergies (reservation);
  tables = join_labels (look->state, ids);
  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_PARTY_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, hl_party_get_reservation_id (party));
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, (int)group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, name);
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, hl_party_get_size (party));
  hl_row_set_int (row, HL_GUEST_ROW_ARRIVED, hl_party_get_arrived (party));
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, since);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, MAX (0, minutes));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, tables);
  hl_row_set_strv (row, HL_GUEST_ROW_TABLE_IDS, ids);
  if (reservation != NULL)
    hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS,
                    (int)hl_reservation_get_status (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, (int)hl_party_get_status (party));
  hl_row_set_int (row, HL_GUEST_ROW_ATTEMPTS,
                  reservation != NULL
                      ? (int)hl_reservation_get_contact_attempts (reservation)->len
                      : 0);
  hl_row_set_int (row, HL_GUEST_ROW_STAGE, (int)hl_party_get_stage (party));
  hl_row_set_int (row, HL_GUEST_ROW_NOTIFY, (int)hl_party_get_notify (party));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, hl_party_get_quote_min (party));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, hl_party_get_quote_max (party));
  hl_row_set_string (row, HL_GUEST_ROW_SERVER, hl_party_get_server (party));
  hl_row_set_string (row, HL_GUEST_ROW_PHONE,
                     hl_desk_has (hl_party_get_phone (party)) || reservation == NULL
                         ? hl_party_get_phone (party)
                         : hl_reservation_get_phone (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_LANGUAGE, hl_party_get_language (party));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, allergies);
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, hl_party_get_tags (party));
  hl_row_set_int (row, HL_GUEST_ROW_NOTES,
                  (int)(hl_party_get_notes (party)->len
                        + (reservation != NULL ? hl_reservation_get_notes (reservation)->len : 0)));
  hl_row_set_bool (row, HL_GUEST_ROW_VIP,
                   is_vip (hl_party_get_tags (party))
                       || (reservation != NULL && is_vip (hl_reservation_get_tags (reservation))));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED,
                   reservation != NULL && hl_reservation_get_overbooked (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_DISPUTED, g_hash_table_contains (look->disputed, id));
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, hl_desk_is_unsent (look->desk, id));
  hl_desk_show_turn (row, HL_GUEST_ROW_TURN, HL_GUEST_ROW_TURN_MINUTES, look->location,
                     hl_party_get_size (party), group == HL_GUEST_GROUP_SEATED ? minutes : -1);
  hl_desk_set_key (row, hl_desk_make_key ((int)group, since, name, id));
}

static void
refresh_parties (HlDeskLook *look)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  g_autoptr (GPtrArray) in_house = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_PARTY, &n);
  int seated = 0;

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (items[i]);
    const char *id = hl_party_get_party_id (party);
    gint64 since = hl_party_get_since (party);
    HlGuestGroup group;
    HlRow *row;
    switch (hl_party_get_status (party)) {
    case HL_PARTY_STATUS_WAITING:
    case HL_PARTY_STATUS_NOTIFIED:
      group = HL_GUEST_GROUP_WAITING;
      since = hl_desk_first_time (hl_party_get_waiting_since (party), since);
      break;
    case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
    case HL_PARTY_STATUS_ARRIVED:
      group = HL_GUEST_GROUP_DOOR;
      break;
    case HL_PARTY_STATUS_PARTIALLY_SEATED:
    case HL_PARTY_STATUS_SEATED:
      group = HL_GUEST_GROUP_SEATED;
      since = hl_desk_first_time (hl_party_get_seated_at (party), since);
      break;
    case HL_PARTY_STATUS_GONE:
    case HL_PARTY_STATUS_LEFT:
    case HL_PARTY_STATUS_REMOVED:
    default:
      continue;
    }
    row = hl_desk_ensure_row (look->desk->party_rows, id, (gpointer (*) (void))hl_guest_row_new);
    show_party (look, row, party, group, since);
    g_hash_table_add (kept, (gpointer)id);
    g_ptr_array_add (group == HL_GUEST_GROUP_WAITING ? waiting : in_house, row);
    seated += hl_derive_covers (party);
  }
  g_ptr_array_sort (waiting, hl_desk_compare_keys);
  g_ptr_array_sort (in_house, hl_desk_compare_keys);
  hl_ordered_list_assign (look->desk->waitlist, waiting);
  hl_ordered_list_assign (look->desk->in_house, in_house);
  hl_desk_keep_rows (look->desk->party_rows, kept);
  hl_desk_put_int (look->desk, HL_DESK_PROP_SEATED, &look->desk->seated, seated);
  hl_desk_put_int (look->desk, HL_DESK_PROP_WAITING, &look->desk->waiting, (int)waiting->len);
}

/* ---- kitchen ---- */

static int
compare_notices (gconstpointer a, gconstpointer b)
{
  HlNotice *one = *(gpointer *)a, *two = *(gpointer *)b;
  gboolean read_one = hl_desk_has (hl_notice_get_acknowledged_by (one)),
           read_two = hl_desk_has (hl_notice_get_acknowledged_by (two));
  gint64 at_one = hl_notice_get_raised_at (one), at_two = hl_notice_get_raised_at (two);

  if (read_one != read_two)
    return read_one - read_two;
  if (hl_notice_get_severity (one) != hl_notice_get_severity (two))
    return (int)hl_notice_get_severity (two) - (int)hl_notice_get_severity (one);
  if (at_one != at_two)
    return at_one > at_two ? -1 : 1;
  return strcmp (hl_notice_get_notice_id (one), hl_notice_get_notice_id (two));
}

static void
refresh_kitchen (HlDeskLook *look)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new ();
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_NOTICE, &n);

  for (guint i = 0; i < n; i++)
    if (hl_notice_get_cleared_at (HL_NOTICE (items[i])) == HL_TIME_NONE)
      g_ptr_array_add (notices, items[i]);
  g_ptr_array_sort (notices, compare_notices);
  hl_ordered_list_assign (look->desk->notices, notices);
  items = hl_desk_peek (look->state, HL_TYPE_ORDER, &n);
  for (guint i = 0; i < n; i++) {
    HlOrderStatus status = hl_order_get_status (HL_ORDER (items[i]));
    if (status != HL_ORDER_STATUS_SERVED && status != HL_ORDER_STATUS_CANCELLED)
      g_ptr_array_add (orders, items[i]);
  }
  hl_ordered_list_assign (look->desk->orders, orders);
}

/* ---- the rail and the header ---- */

static void
refresh_covers (HlDeskLook *look)
{
  gint64 first
      = look->now
        - ((look->now % HL_DERIVE_QUARTER_MS) + HL_DERIVE_QUARTER_MS) % HL_DERIVE_QUARTER_MS;
  int covers[QUARTERS] = { 0 };
  int pace = hl_location_get_pace (look->location);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_RESERVATION, &n);

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    gint64 at = hl_reservation_get_starts_at (reservation);
    if (at == HL_TIME_NONE || at < first || at >= first + QUARTERS * HL_DERIVE_QUARTER_MS)
      continue;
    if (is_expected (reservation)
        || hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_REQUESTED)
      covers[(at - first) / HL_DERIVE_QUARTER_MS]
          += MAX (0, hl_reservation_get_party_size (reservation));
  }
  for (int i = 0; i < QUARTERS; i++) {
    HlRow *bar = g_ptr_array_index (look->desk->bars, i);
    hl_row_set_int64 (bar, HL_COVER_BAR_START, first + i * HL_DERIVE_QUARTER_MS);
    hl_row_set_int (bar, HL_COVER_BAR_COVERS, covers[i]);
    hl_row_set_int (bar, HL_COVER_BAR_PACE, pace);
    hl_row_set_bool (bar, HL_COVER_BAR_OVER, covers[i] > pace);
  }
}

static void
refresh_quotes (HlDeskLook *look)
{
  static const int sizes[] = { 2, 4, 6 };
  guint n, n_parties;
  HlEntity **tables = hl_desk_peek (look->state, HL_TYPE_TABLE, &n);
  HlEntity **parties = hl_desk_peek (look->state, HL_TYPE_PARTY, &n_parties);
  g_autofree int *free_in = g_new (int, n + 1);

  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
    guint fit = 0, ahead = 0;
    int largest = 0, turn = hl_derive_turn_minutes (look->location, sizes[k]);
    for (guint i = 0; i < n; i++) {
      HlTable *table = HL_TABLE (tables[i]);
      GPtrArray *seated = hl_state_get_table_parties (look->state, hl_table_get_table_id (table));
      HlReservation *next = g_hash_table_lookup (look->next, hl_table_get_table_id (table));
      int minutes;
      /* 2 does not get the table of 6; "6+" takes whatever is large enough */
      if (hl_table_get_seats_max (table) < sizes[k] || hl_table_get_seats_min (table) > sizes[k])
        continue;
      if (g_hash_table_contains (look->assigned, hl_table_get_table_id (table)))
        continue;
      minutes = hl_derive_free_in (
          table, seated->len > 0 ? g_ptr_array_index (seated, 0) : NULL,
          hl_derive_turn_minutes (
              look->location,
              seated->len > 0 ? hl_party_get_size (g_ptr_array_index (seated, 0)) : sizes[k]),
          HL_TIME_NONE, look->now);
      if (minutes >= 0 && next != NULL
          && hl_reservation_get_starts_at (next) < look->now + (gint64)(minutes + turn) * 60000)
        minutes = -1;
      if (minutes < 0)
        continue;
      free_in[fit++] = minutes;
      largest = MAX (largest, hl_table_get_seats_max (table));
    }
    for (guint i = 0; i < n_parties; i++) {
      HlPartyStatus status = hl_party_get_status (HL_PARTY (parties[i]));
      int size = hl_party_get_size (HL_PARTY (parties[i]));
      if ((status == HL_PARTY_STATUS_WAITING || status == HL_PARTY_STATUS_NOTIFIED)
          && size <= largest && size >= sizes[k] - 1)
        ahead++;
    }
    hl_desk_put_int (look->desk, (HlDeskProp)(HL_DESK_PROP_QUOTE_2 + k), &look->desk->quotes[k],
                     hl_derive_quote (free_in, fit, ahead));
  }
}

static void
refresh_header (HlDeskLook *look)
{
  HlDesk *self = look->desk;
  GPtrArray *shifts = hl_location_get_shifts (look->location);
  int shift = hl_derive_shift (look->location, self->zone, look->now), minutes = 240;
  g_autofree char *date = NULL;
  int to_check = (int)g_list_model_get_n_items (G_LIST_MODEL (self->disputes));

  (void)hl_time_parse_clock (hl_location_get_day_starts (look->location), &minutes);
  date = hl_time_business_date (look->now, self->zone, minutes);
  hl_desk_put_string (self, HL_DESK_PROP_BUSINESS_DATE, &self->business_date, date);
  hl_desk_put_string (self, HL_DESK_PROP_SHIFT, &self->shift,
                      shift >= 0 ? hl_shift_get_name (g_ptr_array_index (shifts, shift)) : "");
  for (guint i = 0; i < self->items->len; i++)
    to_check += hl_outbox_item_needs_person (g_ptr_array_index (self->items, i));
  hl_desk_put_int (self, HL_DESK_PROP_TO_CHECK, &self->to_check, to_check);
}

void
hl_desk_refresh_lists (HlDesk *self)
{
  HlDeskLook look
      = { .desk = self, .state = self->screen, .location = hl_state_get_location (self->screen) };

  hl_desk_put_int64 (self, HL_DESK_PROP_NOW, &self->now, hl_desk_wall (self));
  if (self->position == NULL && self->items->len == 0
      && g_list_model_get_n_items (G_LIST_MODEL (self->tables)) == 0)
    return;
  look.now = self->now;
  look.next = g_hash_table_new (g_str_hash, g_str_equal);
  look.assigned = g_hash_table_new (g_str_hash, g_str_equal);
  look.disputed = g_hash_table_new (g_str_hash, g_str_equal);
  hl_derive_day (look.now, self->zone, hl_location_get_day_starts (look.location), &look.from,
                 &look.until);
  look_at_book (&look);
  look_at_parties (&look);
  look_at_disputes (&look);
  refresh_arrivals (&look);
  refresh_parties (&look);
  hl_desk_refresh_tables (&look);
  hl_desk_refresh_sections (&look);
  hl_desk_refresh_calls (&look);
  hl_desk_refresh_transcripts (&look);
  refresh_kitchen (&look);
  refresh_covers (&look);
  refresh_quotes (&look);
  refresh_header (&look);
  g_hash_table_unref (look.next);
  g_hash_table_unref (look.assigned);
  g_hash_table_unref (look.disputed);
}

/* ---- finding ---- */

GListModel *
hl_desk_get_transcript (HlDesk *self, const char *call_id)
{
  HlTranscript *transcript = g_hash_table_lookup (self->transcripts, call_id);

  if (transcript != NULL)
    return G_LIST_MODEL (g_object_ref (transcript));
  transcript = hl_transcript_new (call_id);
  g_hash_table_insert (self->transcripts, g_strdup (call_id), transcript);
  g_object_weak_ref (G_OBJECT (transcript), on_transcript_gone, self);
  hl_transcript_refresh (transcript, self->screen, self->overlay);
  return G_LIST_MODEL (transcript);
}

HlTableToken *
hl_desk_find_table (HlDesk *self, const char *table_id)
{
  return table_id != NULL ? g_hash_table_lookup (self->token_rows, table_id) : NULL;
}

HlTableToken *
hl_desk_find_table_by_label (HlDesk *self, const char *label)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->token_rows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_ascii_strcasecmp (hl_table_token_get_label (value), label) == 0)
      return value;
  return NULL;
}

HlGuestRow *
hl_desk_find_guest (HlDesk *self, const char *id)
{
  HlGuestRow *row = id != NULL ? g_hash_table_lookup (self->party_rows, id) : NULL;
  if (row == NULL && id != NULL)
    row = g_hash_table_lookup (self->guest_rows, id);
  return row;
}

HlCallCard *
hl_desk_find_call (HlDesk *self, const char *call_id)
{
  return call_id != NULL ? g_hash_table_lookup (self->card_rows, call_id) : NULL;
}
