/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists of the window: rows are made from the screen's state, told only what changed, and put in order. */
#include "desk/hl-desk-private.h"

#include <string.h>

#include "desk/hl-derive.h"
#include "desk/hl-transcript.h"
#include "domain/hl-rules.h"
#include "util/hl-clock.h"

#define RECENT_MAX 50
#define QUARTERS 8

/* What one refresh looks at again and again. */
typedef struct
{
  HlDesk *desk;
  HlState *state;
  HlLocation *location;
  gint64 now, from, until;
  GHashTable *next;     /* table id -> HlReservation: the next one that is promised this table */
  GHashTable *assigned; /* table id -> HlParty: at the door or called, and its table is chosen */
  GHashTable *disputed; /* ids of tables, parties, reservations in open disputes */
} Look;

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

/* ---- small helpers ---- */

static HlEntity **
peek (HlState *state, GType type, guint *n)
{
  return hl_entity_list_peek (hl_state_get_list (state, type), n);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (hl_row_get_key (HL_ROW (*(gpointer *) a)), hl_row_get_key (HL_ROW (*(gpointer *) b)));
}

/* Times as text that sorts: also those before 1970. */
static char *
make_key (int group, gint64 time, const char *name, const char *id)
{
  return g_strdup_printf ("%02d %020" G_GUINT64_FORMAT " %s %s", group, (guint64) (time == HL_TIME_NONE ? 0 : time) + (G_GUINT64_CONSTANT (1) << 62),
                          name != NULL ? name : "", id);
}

static void
set_key (HlRow *row, char *key)
{
  hl_row_set_key (row, key);
  g_free (key);
}

static gpointer
ensure_row (GHashTable *rows, const char *id, gpointer (*make) (void))
{
  gpointer row = g_hash_table_lookup (rows, id);
  if (row == NULL) {
    row = make ();
    g_hash_table_insert (rows, g_strdup (id), row);
  }
  return row;
}

/* Forgets rows of entities that are gone. */
static void
keep_rows (GHashTable *rows, GHashTable *kept)
{
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (rows) == g_hash_table_size (kept))
    return;
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (kept, key))
      g_hash_table_iter_remove (&iter);
}

static gboolean
has (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
is_unsent (HlDesk *self, const char *id)
{
  return id != NULL && g_hash_table_contains (self->unsent_ids, id);
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
    g_string_append (out, table != NULL && has (hl_table_get_label (table)) ? hl_table_get_label (table) : *ids);
  }
  return g_string_free (out, FALSE);
}

/* ---- what is looked at once ---- */

static gboolean
is_expected (HlReservation *reservation)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);
  return status == HL_RESERVATION_STATUS_BOOKED || status == HL_RESERVATION_STATUS_CONFIRMED || status == HL_RESERVATION_STATUS_HELD;
}

static void
look_at_book (Look *look)
{
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_RESERVATION, &n);

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    gint64 at = hl_reservation_get_starts_at (reservation);
    if (!is_expected (reservation) || at == HL_TIME_NONE || at < look->from || at >= look->until)
      continue;
    for (const char *const *id = hl_reservation_get_table_ids (reservation); *id != NULL; id++) {
      HlReservation *other = g_hash_table_lookup (look->next, *id);
      if (other == NULL || hl_reservation_get_starts_at (other) > at)
        g_hash_table_insert (look->next, (gpointer) *id, reservation);
    }
  }
}

static void
look_at_parties (Look *look)
{
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_PARTY, &n);

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (items[i]);
    HlReservation *reservation;
    HlPartyStatus status = hl_party_get_status (party);
    if (status != HL_PARTY_STATUS_NOTIFIED && status != HL_PARTY_STATUS_ARRIVED && status != HL_PARTY_STATUS_PARTIALLY_ARRIVED)
      continue;
    reservation = hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party));
    if (reservation == NULL)
      continue;
    for (const char *const *id = hl_reservation_get_table_ids (reservation); *id != NULL; id++)
      g_hash_table_insert (look->assigned, (gpointer) *id, party);
  }
}

static void
look_at_disputes (Look *look)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_DISPUTE, &n);

  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (items[i]);
    HlSubject *subject = hl_dispute_get_subject (dispute);
    HlParty *party;
    if (hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
      continue;
    g_ptr_array_add (open, dispute);
    if (subject == NULL)
      continue;
    g_hash_table_add (look->disputed, (gpointer) hl_subject_get_id (subject));
    /* "Ng is at 12 or 15?": the table is as doubtful as the party is. */
    party = hl_subject_get_subject_type (subject) == HL_SUBJECT_TYPE_PARTY && hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_PARTY_TABLE
                ? hl_state_lookup_party (look->state, hl_subject_get_id (subject))
                : NULL;
    if (party != NULL)
      for (const char *const *id = hl_party_get_table_ids (party); *id != NULL; id++)
        g_hash_table_add (look->disputed, (gpointer) *id);
  }
  hl_ordered_list_assign (look->desk->disputes, open); /* the log's order is the oldest first */
}

/* ---- the left pane ---- */

static void
show_turn (HlRow *row, guint turn_prop, guint minutes_prop, HlLocation *location, int size, int minutes)
{
  int turn_minutes = hl_derive_turn_minutes (location, size);
  hl_row_set_int (row, minutes_prop, turn_minutes);
  hl_row_set_int (row, turn_prop, (int) hl_derive_turn (minutes, turn_minutes));
}

static void
show_reservation (Look *look, HlRow *row, HlReservation *reservation)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  gint64 at = hl_reservation_get_starts_at (reservation);
  gint64 minutes = (look->now - at) / 60000;
  g_autofree char *tables = join_labels (look->state, hl_reservation_get_table_ids (reservation));
  HlGuestGroup group = hl_derive_arrival_group (reservation, look->location, look->now);

  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, id);
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, (int) group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, hl_reservation_get_name (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, hl_reservation_get_party_size (reservation));
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, at);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, (int) minutes);
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, hl_reservation_get_late_eta (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, tables);
  hl_row_set_strv (row, HL_GUEST_ROW_TABLE_IDS, hl_reservation_get_table_ids (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, (int) hl_reservation_get_status (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_PHONE, hl_reservation_get_phone (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_LANGUAGE, hl_reservation_get_language (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, hl_reservation_get_allergies (reservation));
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, hl_reservation_get_tags (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_NOTES, (int) hl_reservation_get_notes (reservation)->len);
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, is_vip (hl_reservation_get_tags (reservation)));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED, hl_reservation_get_overbooked (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_PINNED, hl_reservation_get_pinned (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_DISPUTED, g_hash_table_contains (look->disputed, id));
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, is_unsent (look->desk, id));
  hl_row_set_string (row, HL_GUEST_ROW_SOURCE, hl_reservation_get_source (reservation));
  show_turn (row, HL_GUEST_ROW_TURN, HL_GUEST_ROW_TURN_MINUTES, look->location, hl_reservation_get_party_size (reservation), -1);
  /* Late first; due and later are one run by time. */
  set_key (row, make_key (group == HL_GUEST_GROUP_LATE ? 0 : 1, at, hl_reservation_get_name (reservation), id));
}

static void
refresh_arrivals (Look *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_RESERVATION, &n);
  int due = 0;

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    HlRow *row;
    if (!hl_derive_is_arrival (reservation, look->from, look->until))
      continue;
    row = ensure_row (look->desk->guest_rows, hl_reservation_get_reservation_id (reservation), (gpointer (*) (void)) hl_guest_row_new);
    show_reservation (look, row, reservation);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer) hl_reservation_get_reservation_id (reservation));
    due += MAX (0, hl_reservation_get_party_size (reservation));
  }
  g_ptr_array_sort (rows, compare_keys);
  hl_ordered_list_assign (look->desk->arrivals, rows);
  keep_rows (look->desk->guest_rows, kept);
  hl_desk_put_int (look->desk, HL_DESK_PROP_DUE, &look->desk->due, due);
}

static void
show_party (Look *look, HlRow *row, HlParty *party, HlGuestGroup group, gint64 since)
{
  const char *id = hl_party_get_party_id (party);
  HlReservation *reservation = hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party));
  const char *const *ids = hl_party_get_table_ids (party);
  const char *name = hl_party_get_name (party);
  const char *allergies = hl_party_get_allergies (party);
  int minutes = hl_derive_minutes (since, look->now);
  g_autofree char *tables = NULL;

  if (reservation != NULL && ids[0] == NULL)
    ids = hl_reservation_get_table_ids (reservation); /* the table that is meant for them */
  if (!has (name) && reservation != NULL)
    name = hl_reservation_get_name (reservation);
  if (!has (allergies) && reservation != NULL)
    allergies = hl_reservation_get_allergies (reservation);
  tables = join_labels (look->state, ids);
  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_PARTY_ID, id);
  hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, hl_party_get_reservation_id (party));
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, (int) group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, name);
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, hl_party_get_size (party));
  hl_row_set_int (row, HL_GUEST_ROW_ARRIVED, hl_party_get_arrived (party));
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, since);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, MAX (0, minutes));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, tables);
  hl_row_set_strv (row, HL_GUEST_ROW_TABLE_IDS, ids);
  if (reservation != NULL)
    hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, (int) hl_reservation_get_status (reservation));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, (int) hl_party_get_status (party));
  hl_row_set_int (row, HL_GUEST_ROW_STAGE, (int) hl_party_get_stage (party));
  hl_row_set_int (row, HL_GUEST_ROW_NOTIFY, (int) hl_party_get_notify (party));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, hl_party_get_quote_min (party));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, hl_party_get_quote_max (party));
  hl_row_set_string (row, HL_GUEST_ROW_SERVER, hl_party_get_server (party));
  hl_row_set_string (row, HL_GUEST_ROW_PHONE, has (hl_party_get_phone (party)) || reservation == NULL ? hl_party_get_phone (party)
                                                                                                       : hl_reservation_get_phone (reservation));
  hl_row_set_string (row, HL_GUEST_ROW_LANGUAGE, hl_party_get_language (party));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, allergies);
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, hl_party_get_tags (party));
  hl_row_set_int (row, HL_GUEST_ROW_NOTES, (int) (hl_party_get_notes (party)->len + (reservation != NULL ? hl_reservation_get_notes (reservation)->len : 0)));
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, is_vip (hl_party_get_tags (party)) || (reservation != NULL && is_vip (hl_reservation_get_tags (reservation))));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED, reservation != NULL && hl_reservation_get_overbooked (reservation));
  hl_row_set_bool (row, HL_GUEST_ROW_DISPUTED, g_hash_table_contains (look->disputed, id));
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, is_unsent (look->desk, id));
  show_turn (row, HL_GUEST_ROW_TURN, HL_GUEST_ROW_TURN_MINUTES, look->location, hl_party_get_size (party),
             group == HL_GUEST_GROUP_SEATED ? minutes : -1);
  set_key (row, make_key ((int) group, since, name, id));
}

static gint64
first_time (gint64 a, gint64 b)
{
  return a != HL_TIME_NONE ? a : b;
}

static void
refresh_parties (Look *look)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  g_autoptr (GPtrArray) in_house = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_PARTY, &n);
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
      since = first_time (hl_party_get_waiting_since (party), since);
      break;
    case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
    case HL_PARTY_STATUS_ARRIVED:
      group = HL_GUEST_GROUP_DOOR;
      break;
    case HL_PARTY_STATUS_PARTIALLY_SEATED:
    case HL_PARTY_STATUS_SEATED:
      group = HL_GUEST_GROUP_SEATED;
      since = first_time (hl_party_get_seated_at (party), since);
      break;
    case HL_PARTY_STATUS_GONE:
    case HL_PARTY_STATUS_LEFT:
    case HL_PARTY_STATUS_REMOVED:
    default:
      continue;
    }
    row = ensure_row (look->desk->party_rows, id, (gpointer (*) (void)) hl_guest_row_new);
    show_party (look, row, party, group, since);
    g_hash_table_add (kept, (gpointer) id);
    g_ptr_array_add (group == HL_GUEST_GROUP_WAITING ? waiting : in_house, row);
    seated += hl_derive_covers (party);
  }
  g_ptr_array_sort (waiting, compare_keys);
  g_ptr_array_sort (in_house, compare_keys);
  hl_ordered_list_assign (look->desk->waitlist, waiting);
  hl_ordered_list_assign (look->desk->in_house, in_house);
  keep_rows (look->desk->party_rows, kept);
  hl_desk_put_int (look->desk, HL_DESK_PROP_SEATED, &look->desk->seated, seated);
  hl_desk_put_int (look->desk, HL_DESK_PROP_WAITING, &look->desk->waiting, (int) waiting->len);
}

/* ---- the floor ---- */

static int
sum_seats (HlState *state, const char *const *ids)
{
  int seats = 0;
  for (; *ids != NULL; ids++) {
    HlTable *table = hl_state_lookup_table (state, *ids);
    if (table != NULL)
      seats += hl_table_get_seats_max (table);
  }
  return seats;
}

static void
show_people (Look *look, HlRow *row, HlTable *table, HlParty *party, HlReservation *next, HlTableShown shown)
{
  HlReservation *own = party != NULL ? hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party)) : NULL;
  const char *name = "", *server = "";
  gint64 since = HL_TIME_NONE;
  int size = 0, minutes;
  gboolean allergy = FALSE;

  if (party != NULL) {
    name = has (hl_party_get_name (party)) || own == NULL ? hl_party_get_name (party) : hl_reservation_get_name (own);
    size = hl_party_get_size (party);
    server = hl_party_get_server (party);
    allergy = has (hl_party_get_allergies (party)) || (own != NULL && has (hl_reservation_get_allergies (own)));
    since = hl_rules_is_seated (hl_party_get_status (party)) ? first_time (hl_party_get_seated_at (party), hl_party_get_since (party))
                                                             : first_time (hl_party_get_notified_at (party), hl_party_get_since (party));
  } else if (shown == HL_TABLE_SHOWN_RESERVED_SOON && next != NULL) {
    name = hl_reservation_get_name (next);
    size = hl_reservation_get_party_size (next);
    allergy = has (hl_reservation_get_allergies (next));
  }
  if (shown == HL_TABLE_SHOWN_DIRTY)
    since = hl_table_get_physical_since (table);
  minutes = hl_derive_minutes (since, look->now);
  hl_row_set_string (row, HL_TABLE_TOKEN_PARTY_ID, party != NULL ? hl_party_get_party_id (party) : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_RESERVATION_ID, party != NULL ? hl_party_get_reservation_id (party)
                                                         : shown == HL_TABLE_SHOWN_RESERVED_SOON && next != NULL
                                                             ? hl_reservation_get_reservation_id (next)
                                                             : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_NAME, name);
  hl_row_set_int (row, HL_TABLE_TOKEN_SIZE, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_ARRIVED, party != NULL ? hl_party_get_arrived (party) : 0);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, since);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, minutes);
  hl_row_set_int (row, HL_TABLE_TOKEN_STAGE, party != NULL ? (int) hl_party_get_stage (party) : HL_PARTY_STAGE_NONE);
  hl_row_set_bool (row, HL_TABLE_TOKEN_ALLERGY, allergy);
  hl_row_set_bool (row, HL_TABLE_TOKEN_OVER_CAPACITY, party != NULL && hl_rules_is_seated (hl_party_get_status (party)) &&
                                                          size > sum_seats (look->state, hl_party_get_table_ids (party)));
  show_turn (row, HL_TABLE_TOKEN_TURN, HL_TABLE_TOKEN_TURN_MINUTES, look->location, size,
             party != NULL && hl_rules_is_seated (hl_party_get_status (party)) ? minutes : -1);
  if (has (server))
    hl_row_set_string (row, HL_TABLE_TOKEN_SERVER, server);
}

static void
show_table (Look *look, HlRow *row, HlTable *table)
{
  const char *id = hl_table_get_table_id (table);
  GPtrArray *parties = hl_state_get_table_parties (look->state, id);
  HlParty *seated = parties->len > 0 ? g_ptr_array_index (parties, 0) : NULL;
  HlParty *assigned = seated == NULL ? g_hash_table_lookup (look->assigned, id) : NULL;
  HlReservation *next = g_hash_table_lookup (look->next, id);
  HlSection *section = hl_state_lookup_section (look->state, hl_table_get_section_id (table));
  const char *const *servers = section != NULL ? hl_section_get_servers (section) : NULL;
  gint64 next_at = next != NULL ? hl_reservation_get_starts_at (next) : HL_TIME_NONE;
  g_autofree char *initials = NULL;
  HlTableShown shown;
  HlDeriveTable facts = {
    .disputed = g_hash_table_contains (look->disputed, id) || parties->len > 1,
    .blocked = hl_derive_is_blocked (table, look->now),
    .dirty = hl_table_get_physical (table) == HL_PHYSICAL_DIRTY,
    .seated = seated != NULL,
    .status = seated != NULL ? hl_party_get_status (seated) : HL_PARTY_STATUS_WAITING,
    .stage = seated != NULL ? hl_party_get_stage (seated) : HL_PARTY_STAGE_NONE,
    .assigned = assigned != NULL,
    .next_starts_at = next_at,
    .now = look->now,
  };

  if (next != NULL && next_at - look->now > HL_DERIVE_NEXT_MS)
    next = NULL;
  shown = hl_derive_table_shown (&facts);
  hl_row_set_string (row, HL_TABLE_TOKEN_TABLE_ID, id);
  hl_row_set_string (row, HL_TABLE_TOKEN_LABEL, has (hl_table_get_label (table)) ? hl_table_get_label (table) : id);
  hl_row_set_string (row, HL_TABLE_TOKEN_AREA_ID, hl_table_get_area_id (table));
  hl_row_set_string (row, HL_TABLE_TOKEN_SECTION_ID, section != NULL ? hl_section_get_section_id (section) : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_SECTION_NAME, section != NULL ? hl_section_get_name (section) : "");
  hl_row_set_int (row, HL_TABLE_TOKEN_SHAPE, (int) hl_table_get_shape (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_X, hl_table_get_x (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_Y, hl_table_get_y (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_WIDTH, hl_table_get_w (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_HEIGHT, hl_table_get_h (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_ROTATION, hl_table_get_rotation (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MIN, hl_table_get_seats_min (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MAX, hl_table_get_seats_max (table));
  hl_row_set_bool (row, HL_TABLE_TOKEN_DIRTY, facts.dirty);
  hl_row_set_bool (row, HL_TABLE_TOKEN_BLOCKED, facts.blocked);
  hl_row_set_bool (row, HL_TABLE_TOKEN_DISPUTED, facts.disputed);
  hl_row_set_string (row, HL_TABLE_TOKEN_BLOCKED_REASON, hl_table_get_blocked_reason (table));
  hl_row_set_int64 (row, HL_TABLE_TOKEN_BLOCKED_UNTIL, hl_table_get_blocked_until (table));
  hl_row_set_int (row, HL_TABLE_TOKEN_OTHERS, parties->len > 1 ? (int) parties->len - 1 : 0);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_NEXT_TIME, next != NULL ? next_at : HL_TIME_NONE);
  hl_row_set_string (row, HL_TABLE_TOKEN_NEXT_NAME, next != NULL ? hl_reservation_get_name (next) : "");
  hl_row_set_int (row, HL_TABLE_TOKEN_NEXT_SIZE, next != NULL ? hl_reservation_get_party_size (next) : 0);
  hl_row_set_bool (row, HL_TABLE_TOKEN_UNSENT,
                   is_unsent (look->desk, id) || (seated != NULL && is_unsent (look->desk, hl_party_get_party_id (seated))));
  if (seated == NULL || !has (hl_party_get_server (seated)))
    hl_row_set_string (row, HL_TABLE_TOKEN_SERVER, servers != NULL && servers[0] != NULL ? servers[0] : "");
  show_people (look, row, table, seated != NULL ? seated : assigned, next, shown);
  initials = hl_derive_initials (hl_row_get_string (row, HL_TABLE_TOKEN_SERVER));
  hl_row_set_string (row, HL_TABLE_TOKEN_INITIALS, initials);
  hl_row_set_int (row, HL_TABLE_TOKEN_SHOWN, (int) shown);
  {
    g_autofree char *label = hl_derive_label_key (hl_row_get_string (row, HL_TABLE_TOKEN_LABEL));
    set_key (row, g_strdup_printf ("%s %s", label, id));
  }
}

static void
refresh_tables (Look *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_TABLE, &n);

  for (guint i = 0; i < n; i++) {
    HlTable *table = HL_TABLE (items[i]);
    HlRow *row = ensure_row (look->desk->token_rows, hl_table_get_table_id (table), (gpointer (*) (void)) hl_table_token_new);
    show_table (look, row, table);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer) hl_table_get_table_id (table));
  }
  g_ptr_array_sort (rows, compare_keys);
  hl_ordered_list_assign (look->desk->tables, rows);
  keep_rows (look->desk->token_rows, kept);
}

/* ---- sections, rotation ---- */

static gboolean
works_in (HlSection *section, HlParty *party, HlState *state)
{
  const char *server = hl_party_get_server (party);

  if (has (server))
    return g_strv_contains (hl_section_get_servers (section), server);
  /* Who is gone has no table any more; then only a name tells. */
  for (const char *const *id = hl_party_get_table_ids (party); *id != NULL; id++) {
    HlTable *table = hl_state_lookup_table (state, *id);
    if (table != NULL && g_strcmp0 (hl_table_get_section_id (table), hl_section_get_section_id (section)) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
show_section (Look *look, HlRow *row, HlSection *section)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  const char *id = section != NULL ? hl_section_get_section_id (section) : "";
  GListModel *all = G_LIST_MODEL (look->desk->tables);
  gint64 last = HL_TIME_NONE;
  int covers_now = 0, tonight = 0;
  guint n;
  HlEntity **parties = peek (look->state, HL_TYPE_PARTY, &n);
  HlSectionState state = HL_SECTION_STATE_OPEN;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (HlRow) token = g_list_model_get_item (all, i);
    if (g_strcmp0 (hl_row_get_string (token, HL_TABLE_TOKEN_SECTION_ID), id) == 0)
      g_ptr_array_add (tokens, token); /* the list keeps it */
  }
  if (hl_row_get_object (row, HL_SECTION_ROW_TOKENS) == NULL) {
    g_autoptr (HlOrderedList) list = hl_ordered_list_new (HL_TYPE_TABLE_TOKEN);
    hl_row_set_object (row, HL_SECTION_ROW_TOKENS, list);
  }
  hl_ordered_list_assign (HL_ORDERED_LIST (hl_row_get_object (row, HL_SECTION_ROW_TOKENS)), tokens);
  for (guint i = 0; section != NULL && i < n; i++) {
    HlParty *party = HL_PARTY (parties[i]);
    gint64 at = hl_party_get_seated_at (party);
    if (at == HL_TIME_NONE || at < look->from || at >= look->until || !works_in (section, party, look->state))
      continue;
    covers_now += hl_derive_covers (party);
    tonight += hl_party_get_size (party);
    last = last == HL_TIME_NONE ? at : MAX (last, at);
  }
  if (section != NULL) {
    g_autofree char *servers = g_strjoinv (", ", (char **) hl_section_get_servers (section));
    state = hl_section_get_state (section);
    if (state == HL_SECTION_STATE_PAUSED && hl_section_get_paused_until (section) != HL_TIME_NONE &&
        hl_section_get_paused_until (section) <= look->now)
      state = HL_SECTION_STATE_OPEN;
    hl_row_set_string (row, HL_SECTION_ROW_NAME, hl_section_get_name (section));
    hl_row_set_string (row, HL_SECTION_ROW_AREA_ID, hl_section_get_area_id (section));
    hl_row_set_string (row, HL_SECTION_ROW_SERVER, servers);
  }
  hl_row_set_string (row, HL_SECTION_ROW_SECTION_ID, id);
  hl_row_set_int (row, HL_SECTION_ROW_STATE, (int) state);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_NOW, covers_now);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_TONIGHT, tonight);
  hl_row_set_int64 (row, HL_SECTION_ROW_LAST_SEATED, last);
  hl_row_set_bool (row, HL_SECTION_ROW_GAP_WARNING, last != HL_TIME_NONE && look->now - last < HL_DERIVE_GAP_MS);
  {
    g_autofree char *name = hl_derive_label_key (hl_row_get_string (row, HL_SECTION_ROW_NAME));
    set_key (row, g_strdup_printf ("%d %s %s", section == NULL, name, id));
  }
}

static int
compare_rotation (gconstpointer a, gconstpointer b)
{
  HlRow *one = *(gpointer *) a, *two = *(gpointer *) b;
  return hl_derive_compare_rotation (
      hl_row_get_int (one, HL_SECTION_ROW_COVERS_TONIGHT), hl_row_get_int64 (one, HL_SECTION_ROW_LAST_SEATED), hl_row_get_key (one),
      hl_row_get_int (two, HL_SECTION_ROW_COVERS_TONIGHT), hl_row_get_int64 (two, HL_SECTION_ROW_LAST_SEATED), hl_row_get_key (two));
}

static void
refresh_sections (Look *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) rotation = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_SECTION, &n);
  GHashTableIter iter;
  gpointer value;
  gboolean homeless = FALSE;

  for (guint i = 0; i < n; i++) {
    HlSection *section = HL_SECTION (items[i]);
    HlRow *row = ensure_row (look->desk->section_rows, hl_section_get_section_id (section), (gpointer (*) (void)) hl_section_row_new);
    show_section (look, row, section);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer) hl_section_get_section_id (section));
    if (hl_row_get_int (row, HL_SECTION_ROW_STATE) == HL_SECTION_STATE_OPEN)
      g_ptr_array_add (rotation, row);
  }
  g_hash_table_iter_init (&iter, look->desk->token_rows);
  while (!homeless && g_hash_table_iter_next (&iter, NULL, &value))
    homeless = !has (hl_row_get_string (HL_ROW (value), HL_TABLE_TOKEN_SECTION_ID));
  if (homeless) {
    HlRow *row = ensure_row (look->desk->section_rows, "", (gpointer (*) (void)) hl_section_row_new);
    show_section (look, row, NULL);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer) "");
  }
  g_ptr_array_sort (rows, compare_keys);
  g_ptr_array_sort (rotation, compare_rotation);
  for (guint i = 0; i < rows->len; i++) {
    guint at;
    gboolean found = g_ptr_array_find (rotation, g_ptr_array_index (rows, i), &at);
    hl_row_set_int (g_ptr_array_index (rows, i), HL_SECTION_ROW_RANK, found ? (int) at + 1 : 0);
  }
  hl_ordered_list_assign (look->desk->sections, rows);
  hl_ordered_list_assign (look->desk->rotation, rotation);
  keep_rows (look->desk->section_rows, kept);
}

/* ---- calls ---- */

static void
show_slots (HlRow *card, HlCall *call)
{
  GPtrArray *slots = hl_call_get_slots (call);
  GListModel *model = hl_row_get_object (card, HL_CALL_CARD_SLOTS);
  g_autoptr (GPtrArray) chips = g_ptr_array_new_with_free_func (g_object_unref);

  if (model == NULL) {
    g_autoptr (HlOrderedList) list = hl_ordered_list_new (HL_TYPE_SLOT_CHIP);
    hl_row_set_object (card, HL_CALL_CARD_SLOTS, list);
    model = G_LIST_MODEL (list);
  }
  for (guint i = 0; i < slots->len; i++) {
    HlSlot *slot = g_ptr_array_index (slots, i);
    HlRow *chip = NULL;
    for (guint k = 0; chip == NULL && k < g_list_model_get_n_items (model); k++) {
      g_autoptr (HlRow) old = g_list_model_get_item (model, k);
      if (hl_row_get_int (old, HL_SLOT_CHIP_KIND) == (int) hl_slot_get_kind (slot))
        chip = g_steal_pointer (&old);
    }
    if (chip == NULL)
      chip = HL_ROW (hl_slot_chip_new ());
    hl_row_set_int (chip, HL_SLOT_CHIP_KIND, (int) hl_slot_get_kind (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_VALUE, has (hl_slot_get_value (slot)) ? hl_slot_get_value (slot) : hl_slot_get_raw (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_RAW, hl_slot_get_raw (slot));
    hl_row_set_int (chip, HL_SLOT_CHIP_STATE, (int) hl_slot_get_state (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_REASON, hl_slot_get_reason (slot));
    hl_row_set_int (chip, HL_SLOT_CHIP_TURN, hl_slot_get_turn (slot));
    g_ptr_array_add (chips, chip);
  }
  hl_ordered_list_assign (HL_ORDERED_LIST (model), chips);
}

static void
show_last_line (Look *look, HlRow *card, const char *call_id)
{
  HlEntityList *segments = hl_state_peek_transcript (look->state, call_id);
  g_autoptr (GPtrArray) unfinished = hl_overlay_get_lines (look->desk->overlay, call_id);
  guint n = 0;
  HlEntity **items = segments != NULL ? hl_entity_list_peek (segments, &n) : NULL;
  HlSegment *last = n > 0 ? HL_SEGMENT (items[n - 1]) : NULL;
  HlOverlayLine *over = unfinished != NULL && unfinished->len > 0 ? g_ptr_array_index (unfinished, unfinished->len - 1) : NULL;

  hl_row_set_int (card, HL_CALL_CARD_TURNS, (int) n);
  if (over != NULL && (last == NULL || over->turn > hl_segment_get_turn (last) ||
                       (over->turn == hl_segment_get_turn (last) && hl_segment_get_state (last) == HL_SEGMENT_STATE_PARTIAL))) {
    hl_row_set_string (card, HL_CALL_CARD_LAST_TEXT, over->text);
    hl_row_set_int (card, HL_CALL_CARD_LAST_SPEAKER, (int) over->speaker);
    hl_row_set_bool (card, HL_CALL_CARD_LAST_FINAL, FALSE);
  } else {
    hl_row_set_string (card, HL_CALL_CARD_LAST_TEXT, last != NULL ? hl_segment_get_text (last) : "");
    hl_row_set_int (card, HL_CALL_CARD_LAST_SPEAKER, last != NULL ? (int) hl_segment_get_speaker (last) : 0);
    hl_row_set_bool (card, HL_CALL_CARD_LAST_FINAL, last != NULL && hl_segment_get_state (last) != HL_SEGMENT_STATE_PARTIAL);
  }
}

static int
count_seconds (HlCall *call, gint64 now)
{
  gint64 from = first_time (hl_call_get_started_at (call), hl_call_get_answered_at (call));
  gint64 to = now;

  if (hl_call_get_state (call) == HL_CALL_STATE_ENDED) {
    if (hl_call_get_duration_ms (call) >= 0)
      return hl_call_get_duration_ms (call) / 1000;
    to = first_time (hl_call_get_ended_at (call), from);
  }
  return from == HL_TIME_NONE || to < from ? 0 : (int) MIN ((to - from) / 1000, G_MAXINT);
}

static void
show_call (Look *look, HlRow *card, HlCall *call)
{
  const char *id = hl_call_get_call_id (call);
  HlCallState state = hl_call_get_state (call);
  gboolean outbound = hl_call_get_direction (call) == HL_CALL_DIRECTION_OUTBOUND;
  GPtrArray *reservations = hl_state_get_call_reservations (look->state, id);
  gint64 since = hl_call_get_attention_since (call);
  gboolean needs = hl_derive_needs_you (call);

  hl_row_set_string (card, HL_CALL_CARD_CALL_ID, id);
  hl_row_set_string (card, HL_CALL_CARD_NAME, hl_call_get_caller_name (call));
  hl_row_set_string (card, HL_CALL_CARD_NUMBER, outbound ? hl_call_get_to (call) : hl_call_get_from (call));
  hl_row_set_string (card, HL_CALL_CARD_LANGUAGE, hl_call_get_language (call));
  hl_row_set_int (card, HL_CALL_CARD_INTENT, (int) hl_call_get_intent (call));
  hl_row_set_int (card, HL_CALL_CARD_STATE, (int) state);
  hl_row_set_int (card, HL_CALL_CARD_OUTCOME, (int) hl_call_get_outcome (call));
  hl_row_set_int (card, HL_CALL_CARD_FOLLOW_UP, (int) hl_call_get_follow_up (call));
  hl_row_set_int (card, HL_CALL_CARD_ATTENTION_REASON, (int) hl_call_get_attention_reason (call));
  hl_row_set_int (card, HL_CALL_CARD_DIRECTION, (int) hl_call_get_direction (call));
  hl_row_set_int (card, HL_CALL_CARD_STAGE, (int) hl_derive_call_stage (call));
  hl_row_set_int64 (card, HL_CALL_CARD_STARTED_AT, hl_call_get_started_at (call));
  hl_row_set_int (card, HL_CALL_CARD_SECONDS, count_seconds (call, look->now));
  hl_row_set_int (card, HL_CALL_CARD_PRIORITY, hl_call_get_attention_priority (call));
  hl_row_set_int64 (card, HL_CALL_CARD_ATTENTION_SINCE, since);
  hl_row_set_string (card, HL_CALL_CARD_ACKNOWLEDGED_BY, hl_call_get_attention_acknowledged_by (call));
  hl_row_set_int (card, HL_CALL_CARD_NEEDS_SECONDS, needs && since != HL_TIME_NONE && look->now > since ? (int) MIN ((look->now - since) / 1000, G_MAXINT) : 0);
  hl_row_set_string (card, HL_CALL_CARD_HANDLED_BY, hl_call_get_handled_by (call));
  hl_row_set_string (card, HL_CALL_CARD_FOLLOW_UP_BY, hl_call_get_follow_up_by (call));
  hl_row_set_string (card, HL_CALL_CARD_SUMMARY, hl_call_get_summary (call));
  hl_row_set_string (card, HL_CALL_CARD_RECORDING_URL, hl_call_get_recording_url (call));
  hl_row_set_string (card, HL_CALL_CARD_END_REASON, hl_call_get_end_reason (call));
  hl_row_set_bool (card, HL_CALL_CARD_LOST, state != HL_CALL_STATE_ENDED && hl_call_get_contact (call) == HL_CALL_CONTACT_LOST);
  hl_row_set_string (card, HL_CALL_CARD_RESERVATION_ID,
                     reservations->len > 0 ? hl_reservation_get_reservation_id (g_ptr_array_index (reservations, 0)) : "");
  hl_row_set_bool (card, HL_CALL_CARD_UNSENT, is_unsent (look->desk, id));
  show_last_line (look, card, id);
  show_slots (card, call);
  if (needs)
    /* Priority 1 first; none (a follow-up without one) last. */
    set_key (card, make_key (hl_call_get_attention_priority (call) > 0 ? hl_call_get_attention_priority (call) : 9,
                             first_time (since, hl_call_get_started_at (call)), "", id));
  else if (state == HL_CALL_STATE_ENDED)
    set_key (card, make_key (0, -first_time (hl_call_get_ended_at (call), first_time (hl_call_get_started_at (call), 0)), "", id));
  else
    set_key (card, make_key (0, hl_call_get_started_at (call), "", id));
}

static gboolean
is_current (HlDesk *self)
{
  HlLinkState state = hl_desk_get_link_state (self);
  return state == HL_LINK_STATE_LIVE || state == HL_LINK_STATE_LATE;
}

static void
refresh_calls (Look *look)
{
  HlDesk *self = look->desk;
  g_autoptr (GPtrArray) needing = g_ptr_array_new ();
  g_autoptr (GPtrArray) live = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  g_autoptr (GPtrArray) alarms = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_CALL, &n);
  int n_live = 0;

  for (guint i = 0; i < n; i++) {
    HlCall *call = HL_CALL (items[i]);
    const char *id = hl_call_get_call_id (call);
    gboolean is_new = !g_hash_table_contains (self->card_rows, id);
    HlRow *card = ensure_row (self->card_rows, id, (gpointer (*) (void)) hl_call_card_new);
    gboolean needs = hl_derive_needs_you (call);
    gboolean was_live = !is_new && hl_row_get_int (card, HL_CALL_CARD_STATE) != HL_CALL_STATE_ENDED;
    int old_priority = is_new ? 0 : hl_row_get_int (card, HL_CALL_CARD_PRIORITY);
    gboolean is_live = hl_call_get_state (call) != HL_CALL_STATE_ENDED;
    gint64 since = first_time (hl_call_get_attention_since (call), hl_call_get_last_event_at (call));
    show_call (look, card, call);
    /* No sound for anything older than the connection, nor while catching up. */
    if (needs && is_current (self) && since != HL_TIME_NONE && since >= self->welcomed_at &&
        (!hl_row_get_bool (card, HL_CALL_CARD_NEEDS_YOU) || (old_priority > hl_call_get_attention_priority (call) && hl_call_get_attention_priority (call) > 0)))
      g_ptr_array_add (alarms, g_object_ref (card));
    if (was_live && !is_live)
      g_ptr_array_add (ended, g_object_ref (card));
    hl_row_set_bool (card, HL_CALL_CARD_NEEDS_YOU, needs);
    g_hash_table_add (kept, (gpointer) id);
    if (is_live)
      n_live++;
    g_ptr_array_add (needs ? needing : is_live ? live : recent, card);
  }
  g_ptr_array_sort (needing, compare_keys);
  g_ptr_array_sort (live, compare_keys);
  g_ptr_array_sort (recent, compare_keys);
  if (recent->len > RECENT_MAX)
    g_ptr_array_set_size (recent, RECENT_MAX);
  hl_ordered_list_assign (self->needing, needing);
  hl_ordered_list_assign (self->live, live);
  hl_ordered_list_assign (self->recent, recent);
  keep_rows (self->card_rows, kept);
  hl_desk_put_int (self, HL_DESK_PROP_CALLS_LIVE, &self->calls_live, n_live);
  hl_desk_put_int (self, HL_DESK_PROP_CALLS_NEEDING, &self->calls_needing, (int) needing->len);
  for (guint i = 0; i < alarms->len; i++)
    hl_desk_emit_attention (self, g_ptr_array_index (alarms, i), hl_call_card_get_priority (g_ptr_array_index (alarms, i)));
  for (guint i = 0; i < ended->len; i++)
    hl_desk_emit_call_ended (self, g_ptr_array_index (ended, i));
}

static void
refresh_transcripts (Look *look)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, look->desk->transcripts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    hl_transcript_refresh (value, look->state, look->desk->overlay);
}

/* ---- kitchen ---- */

static int
compare_notices (gconstpointer a, gconstpointer b)
{
  HlNotice *one = *(gpointer *) a, *two = *(gpointer *) b;
  gboolean read_one = has (hl_notice_get_acknowledged_by (one)), read_two = has (hl_notice_get_acknowledged_by (two));
  gint64 at_one = hl_notice_get_raised_at (one), at_two = hl_notice_get_raised_at (two);

  if (read_one != read_two)
    return read_one - read_two;
  if (hl_notice_get_severity (one) != hl_notice_get_severity (two))
    return (int) hl_notice_get_severity (two) - (int) hl_notice_get_severity (one);
  if (at_one != at_two)
    return at_one > at_two ? -1 : 1;
  return strcmp (hl_notice_get_notice_id (one), hl_notice_get_notice_id (two));
}

static void
refresh_kitchen (Look *look)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new ();
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_NOTICE, &n);

  for (guint i = 0; i < n; i++)
    if (hl_notice_get_cleared_at (HL_NOTICE (items[i])) == HL_TIME_NONE)
      g_ptr_array_add (notices, items[i]);
  g_ptr_array_sort (notices, compare_notices);
  hl_ordered_list_assign (look->desk->notices, notices);
  items = peek (look->state, HL_TYPE_ORDER, &n);
  for (guint i = 0; i < n; i++) {
    HlOrderStatus status = hl_order_get_status (HL_ORDER (items[i]));
    if (status != HL_ORDER_STATUS_SERVED && status != HL_ORDER_STATUS_CANCELLED)
      g_ptr_array_add (orders, items[i]);
  }
  hl_ordered_list_assign (look->desk->orders, orders);
}

/* ---- the rail and the header ---- */

static void
refresh_covers (Look *look)
{
  gint64 first = look->now - ((look->now % HL_DERIVE_QUARTER_MS) + HL_DERIVE_QUARTER_MS) % HL_DERIVE_QUARTER_MS;
  int covers[QUARTERS] = { 0 };
  int pace = hl_location_get_pace (look->location);
  guint n;
  HlEntity **items = peek (look->state, HL_TYPE_RESERVATION, &n);

  for (guint i = 0; i < n; i++) {
    HlReservation *reservation = HL_RESERVATION (items[i]);
    gint64 at = hl_reservation_get_starts_at (reservation);
    if (at == HL_TIME_NONE || at < first || at >= first + QUARTERS * HL_DERIVE_QUARTER_MS)
      continue;
    if (is_expected (reservation) || hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_REQUESTED)
      covers[(at - first) / HL_DERIVE_QUARTER_MS] += MAX (0, hl_reservation_get_party_size (reservation));
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
refresh_quotes (Look *look)
{
  static const int sizes[] = { 2, 4, 6 };
  guint n, n_parties;
  HlEntity **tables = peek (look->state, HL_TYPE_TABLE, &n);
  HlEntity **parties = peek (look->state, HL_TYPE_PARTY, &n_parties);
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
      minutes = hl_derive_free_in (table, seated->len > 0 ? g_ptr_array_index (seated, 0) : NULL,
                                   hl_derive_turn_minutes (look->location, seated->len > 0 ? hl_party_get_size (g_ptr_array_index (seated, 0)) : sizes[k]),
                                   HL_TIME_NONE, look->now);
      if (minutes >= 0 && next != NULL && hl_reservation_get_starts_at (next) < look->now + (gint64) (minutes + turn) * 60000)
        minutes = -1;
      if (minutes < 0)
        continue;
      free_in[fit++] = minutes;
      largest = MAX (largest, hl_table_get_seats_max (table));
    }
    for (guint i = 0; i < n_parties; i++) {
      HlPartyStatus status = hl_party_get_status (HL_PARTY (parties[i]));
      int size = hl_party_get_size (HL_PARTY (parties[i]));
      if ((status == HL_PARTY_STATUS_WAITING || status == HL_PARTY_STATUS_NOTIFIED) && size <= largest && size >= sizes[k] - 1)
        ahead++;
    }
    hl_desk_put_int (look->desk, (HlDeskProp) (HL_DESK_PROP_QUOTE_2 + k), &look->desk->quotes[k], hl_derive_quote (free_in, fit, ahead));
  }
}

static void
refresh_header (Look *look)
{
  HlDesk *self = look->desk;
  GPtrArray *shifts = hl_location_get_shifts (look->location);
  int shift = hl_derive_shift (look->location, self->zone, look->now), minutes = 240;
  g_autofree char *date = NULL;
  int to_check = (int) g_list_model_get_n_items (G_LIST_MODEL (self->disputes));

  (void) hl_time_parse_clock (hl_location_get_day_starts (look->location), &minutes);
  date = hl_time_business_date (look->now, self->zone, minutes);
  hl_desk_put_string (self, HL_DESK_PROP_BUSINESS_DATE, &self->business_date, date);
  hl_desk_put_string (self, HL_DESK_PROP_SHIFT, &self->shift, shift >= 0 ? hl_shift_get_name (g_ptr_array_index (shifts, shift)) : "");
  for (guint i = 0; i < self->items->len; i++)
    to_check += hl_outbox_item_needs_person (g_ptr_array_index (self->items, i));
  hl_desk_put_int (self, HL_DESK_PROP_TO_CHECK, &self->to_check, to_check);
}

void
hl_desk_refresh_lists (HlDesk *self)
{
  Look look = { .desk = self, .state = self->screen, .location = hl_state_get_location (self->screen) };

  hl_desk_put_int64 (self, HL_DESK_PROP_NOW, &self->now, hl_desk_wall (self));
  if (self->position == NULL && self->items->len == 0 && g_list_model_get_n_items (G_LIST_MODEL (self->tables)) == 0)
    return;
  look.now = self->now;
  look.next = g_hash_table_new (g_str_hash, g_str_equal);
  look.assigned = g_hash_table_new (g_str_hash, g_str_equal);
  look.disputed = g_hash_table_new (g_str_hash, g_str_equal);
  hl_derive_day (look.now, self->zone, hl_location_get_day_starts (look.location), &look.from, &look.until);
  look_at_book (&look);
  look_at_parties (&look);
  look_at_disputes (&look);
  refresh_arrivals (&look);
  refresh_parties (&look);
  refresh_tables (&look);
  refresh_sections (&look);
  refresh_calls (&look);
  refresh_transcripts (&look);
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
