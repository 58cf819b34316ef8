/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor: a token for each table, a row for each section, whose turn it is. */
#include "desk/hl-desk-look.h"

#include "domain/hl-rules.h"

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
show_people (HlDeskLook *look, HlRow *row, HlTable *table, HlParty *party, HlReservation *next,
             HlTableShown shown)
{
  HlReservation *own
      = party != NULL
            ? hl_state_lookup_reservation (look->state, hl_party_get_reservation_id (party))
            : NULL;
  const char *name = "", *server = "";
  gint64 since = HL_TIME_NONE;
  int size = 0, minutes;
  gboolean allergy = FALSE;

  if (party != NULL) {
    name = hl_desk_has (hl_party_get_name (party)) || own == NULL ? hl_party_get_name (party)
                                                                  : hl_reservation_get_name (own);
    size = hl_party_get_size (party);
    server = hl_party_get_server (party);
    allergy = hl_desk_has (hl_party_get_allergies (party))
              || (own != NULL && hl_desk_has (hl_reservation_get_allergies (own)));
    since = hl_rules_is_seated (hl_party_get_status (party))
                ? hl_desk_first_time (hl_party_get_seated_at (party), hl_party_get_since (party))
                : hl_desk_first_time (hl_party_get_notified_at (party), hl_party_get_since (party));
  } else if (shown == HL_TABLE_SHOWN_RESERVED_SOON && next != NULL) {
    name = hl_reservation_get_name (next);
    size = hl_reservation_get_party_size (next);
    allergy = hl_desk_has (hl_reservation_get_allergies (next));
  }
  if (shown == HL_TABLE_SHOWN_DIRTY)
    since = hl_table_get_physical_since (table);
  minutes = hl_derive_minutes (since, look->now);
  hl_row_set_string (row, HL_TABLE_TOKEN_PARTY_ID,
                     party != NULL ? hl_party_get_party_id (party) : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_RESERVATION_ID,
                     party != NULL ? hl_party_get_reservation_id (party)
                     : shown == HL_TABLE_SHOWN_RESERVED_SOON && next != NULL
                         ? hl_reservation_get_reservation_id (next)
                         : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_NAME, name);
  hl_row_set_int (row, HL_TABLE_TOKEN_SIZE, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_ARRIVED, party != NULL ? hl_party_get_arrived (party) : 0);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, since);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, minutes);
  hl_row_set_int (row, HL_TABLE_TOKEN_STAGE,
                  party != NULL ? (int)hl_party_get_stage (party) : HL_PARTY_STAGE_NONE);
  hl_row_set_bool (row, HL_TABLE_TOKEN_ALLERGY, allergy);
  hl_row_set_bool (row, HL_TABLE_TOKEN_OVER_CAPACITY,
                   party != NULL && hl_rules_is_seated (hl_party_get_status (party))
                       && size > sum_seats (look->state, hl_party_get_table_ids (party)));
  hl_desk_show_turn (row, HL_TABLE_TOKEN_TURN, HL_TABLE_TOKEN_TURN_MINUTES, look->location, size,
                     party != NULL && hl_rules_is_seated (hl_party_get_status (party)) ? minutes
                                                                                       : -1);
  if (hl_desk_has (server))
    hl_row_set_string (row, HL_TABLE_TOKEN_SERVER, server);
}

static void
show_table (HlDeskLook *look, HlRow *row, HlTable *table)
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
  hl_row_set_string (row, HL_TABLE_TOKEN_LABEL,
                     hl_desk_has (hl_table_get_label (table)) ? hl_table_get_label (table) : id);
  hl_row_set_string (row, HL_TABLE_TOKEN_AREA_ID, hl_table_get_area_id (table));
  hl_row_set_string (row, HL_TABLE_TOKEN_SECTION_ID,
                     section != NULL ? hl_section_get_section_id (section) : "");
  hl_row_set_string (row, HL_TABLE_TOKEN_SECTION_NAME,
                     section != NULL ? hl_section_get_name (section) : "");
  hl_row_set_int (row, HL_TABLE_TOKEN_SHAPE, (int)hl_table_get_shape (table));
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
  hl_row_set_int (row, HL_TABLE_TOKEN_OTHERS, parties->len > 1 ? (int)parties->len - 1 : 0);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_NEXT_TIME, next != NULL ? next_at : HL_TIME_NONE);
  hl_row_set_string (row, HL_TABLE_TOKEN_NEXT_NAME,
                     next != NULL ? hl_reservation_get_name (next) : "");
  hl_row_set_int (row, HL_TABLE_TOKEN_NEXT_SIZE,
                  next != NULL ? hl_reservation_get_party_size (next) : 0);
  hl_row_set_bool (
      row, HL_TABLE_TOKEN_UNSENT,
      hl_desk_is_unsent (look->desk, id)
          || (seated != NULL && hl_desk_is_unsent (look->desk, hl_party_get_party_id (seated))));
  if (seated == NULL || !hl_desk_has (hl_party_get_server (seated)))
    hl_row_set_string (row, HL_TABLE_TOKEN_SERVER,
                       servers != NULL && servers[0] != NULL ? servers[0] : "");
  show_people (look, row, table, seated != NULL ? seated : assigned, next, shown);
  initials = hl_derive_initials (hl_row_get_string (row, HL_TABLE_TOKEN_SERVER));
  hl_row_set_string (row, HL_TABLE_TOKEN_INITIALS, initials);
  hl_row_set_int (row, HL_TABLE_TOKEN_SHOWN, (int)shown);
  {
    g_autofree char *label = hl_derive_label_key (hl_row_get_string (row, HL_TABLE_TOKEN_LABEL));
    hl_desk_set_key (row, g_strdup_printf ("%s %s", label, id));
  }
}

void
hl_desk_refresh_tables (HlDeskLook *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_TABLE, &n);

  for (guint i = 0; i < n; i++) {
    HlTable *table = HL_TABLE (items[i]);
    HlRow *row = hl_desk_ensure_row (look->desk->token_rows, hl_table_get_table_id (table),
                                     (gpointer (*) (void))hl_table_token_new);
    show_table (look, row, table);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer)hl_table_get_table_id (table));
  }
  g_ptr_array_sort (rows, hl_desk_compare_keys);
  hl_ordered_list_assign (look->desk->tables, rows);
  hl_desk_keep_rows (look->desk->token_rows, kept);
}

/* ---- sections, rotation ---- */

static gboolean
works_in (HlSection *section, HlParty *party, HlState *state)
{
  const char *server = hl_party_get_server (party);

  if (hl_desk_has (server))
    return g_strv_contains (hl_section_get_servers (section), server);
  /* Who is gone has no table any more; then only a name tells. */
  for (const char *const *id = hl_party_get_table_ids (party); *id != NULL; id++) {
    HlTable *table = hl_state_lookup_table (state, *id);
    if (table != NULL
        && g_strcmp0 (hl_table_get_section_id (table), hl_section_get_section_id (section)) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
show_section (HlDeskLook *look, HlRow *row, HlSection *section)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  const char *id = section != NULL ? hl_section_get_section_id (section) : "";
  GListModel *all = G_LIST_MODEL (look->desk->tables);
  gint64 last = HL_TIME_NONE;
  int covers_now = 0, tonight = 0;
  guint n;
  HlEntity **parties = hl_desk_peek (look->state, HL_TYPE_PARTY, &n);
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
    if (at == HL_TIME_NONE || at < look->from || at >= look->until
        || !works_in (section, party, look->state))
      continue;
    covers_now += hl_derive_covers (party);
    tonight += hl_party_get_size (party);
    last = last == HL_TIME_NONE ? at : MAX (last, at);
  }
  if (section != NULL) {
    g_autofree char *servers = g_strjoinv (", ", (char **)hl_section_get_servers (section));
    state = hl_section_get_state (section);
    if (state == HL_SECTION_STATE_PAUSED && hl_section_get_paused_until (section) != HL_TIME_NONE
        && hl_section_get_paused_until (section) <= look->now)
      state = HL_SECTION_STATE_OPEN;
    hl_row_set_string (row, HL_SECTION_ROW_NAME, hl_section_get_name (section));
    hl_row_set_string (row, HL_SECTION_ROW_AREA_ID, hl_section_get_area_id (section));
    hl_row_set_string (row, HL_SECTION_ROW_SERVER, servers);
  }
  hl_row_set_string (row, HL_SECTION_ROW_SECTION_ID, id);
  hl_row_set_int (row, HL_SECTION_ROW_STATE, (int)state);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_NOW, covers_now);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_TONIGHT, tonight);
  hl_row_set_int64 (row, HL_SECTION_ROW_LAST_SEATED, last);
  hl_row_set_bool (row, HL_SECTION_ROW_GAP_WARNING,
                   last != HL_TIME_NONE && look->now - last < HL_DERIVE_GAP_MS);
  {
    g_autofree char *name = hl_derive_label_key (hl_row_get_string (row, HL_SECTION_ROW_NAME));
    hl_desk_set_key (row, g_strdup_printf ("%d %s %s", section == NULL, name, id));
  }
}

static int
compare_rotation (gconstpointer a, gconstpointer b)
{
  HlRow *one = *(gpointer *)a, *two = *(gpointer *)b;
  return hl_derive_compare_rotation (
      hl_row_get_int (one, HL_SECTION_ROW_COVERS_TONIGHT),
      hl_row_get_int64 (one, HL_SECTION_ROW_LAST_SEATED), hl_row_get_key (one),
      hl_row_get_int (two, HL_SECTION_ROW_COVERS_TONIGHT),
      hl_row_get_int64 (two, HL_SECTION_ROW_LAST_SEATED), hl_row_get_key (two));
}

void
hl_desk_refresh_sections (HlDeskLook *look)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) rotation = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_SECTION, &n);
  GHashTableIter iter;
  gpointer value;
  gboolean homeless = FALSE;

  for (guint i = 0; i < n; i++) {
    HlSection *section = HL_SECTION (items[i]);
    HlRow *row = hl_desk_ensure_row (look->desk->section_rows, hl_section_get_section_id (section),
                                     (gpointer (*) (void))hl_section_row_new);
    show_section (look, row, section);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer)hl_section_get_section_id (section));
    if (hl_row_get_int (row, HL_SECTION_ROW_STATE) == HL_SECTION_STATE_OPEN)
      g_ptr_array_add (rotation, row);
  }
  g_hash_table_iter_init (&iter, look->desk->token_rows);
  while (!homeless && g_hash_table_iter_next (&iter, NULL, &value))
    homeless = !hl_desk_has (hl_row_get_string (HL_ROW (value), HL_TABLE_TOKEN_SECTION_ID));
  if (homeless) {
    HlRow *row = hl_desk_ensure_row (look->desk->section_rows, "",
                                     (gpointer (*) (void))hl_section_row_new);
    show_section (look, row, NULL);
    g_ptr_array_add (rows, row);
    g_hash_table_add (kept, (gpointer) "");
  }
  g_ptr_array_sort (rows, hl_desk_compare_keys);
  g_ptr_array_sort (rotation, compare_rotation);
  for (guint i = 0; i < rows->len; i++) {
    guint at;
    gboolean found = g_ptr_array_find (rotation, g_ptr_array_index (rows, i), &at);
    hl_row_set_int (g_ptr_array_index (rows, i), HL_SECTION_ROW_RANK, found ? (int)at + 1 : 0);
  }
  hl_ordered_list_assign (look->desk->sections, rows);
  hl_ordered_list_assign (look->desk->rotation, rotation);
  hl_desk_keep_rows (look->desk->section_rows, kept);
}
