/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The staged room: a table in every state. */
#include "hl-staged-desk-private.h"

static HlTableToken *
add_table (HlDesk *self, HlSectionRow *section, const char *label, int least, int most,
           HlTableShown shown)
{
  HlTableToken *token = hl_table_token_new ();
  HlRow *row = HL_ROW (token);

  hl_row_set_string (row, HL_TABLE_TOKEN_TABLE_ID, label);
  hl_row_set_string (row, HL_TABLE_TOKEN_LABEL, label);
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MIN, least);
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MAX, most);
  hl_row_set_int (row, HL_TABLE_TOKEN_SHOWN, shown);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, -1);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_NEXT_TIME, G_MININT64);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, G_MININT64);
  g_list_store_append (self->tables, token);
  g_list_store_append (G_LIST_STORE (hl_section_row_get_tokens (section)), token);
  g_object_unref (token);
  return token;
}

static HlTableToken *
add_party (HlDesk *self, HlSectionRow *section, const char *label, int most, HlTableShown shown,
           const char *name, int size, int minutes, HlPartyStage stage)
{
  HlTableToken *token = add_table (self, section, label, 2, most, shown);
  HlRow *row = HL_ROW (token);
  int turn = size <= 2 ? 90 : size <= 4 ? 105 : 120;

  hl_row_set_string (row, HL_TABLE_TOKEN_PARTY_ID, name);
  hl_row_set_string (row, HL_TABLE_TOKEN_NAME, name);
  hl_row_set_string (row, HL_TABLE_TOKEN_SERVER, hl_row_get_string (HL_ROW (section), HL_SECTION_ROW_SERVER));
  hl_row_set_string (row, HL_TABLE_TOKEN_INITIALS, "MK");
  hl_row_set_int (row, HL_TABLE_TOKEN_SIZE, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_ARRIVED, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, minutes);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, HL_STAGED_NOW - minutes * HL_STAGED_MINUTE);
  hl_row_set_int (row, HL_TABLE_TOKEN_TURN_MINUTES, turn);
  hl_row_set_int (row, HL_TABLE_TOKEN_TURN,
                  minutes > turn        ? HL_TURN_OVER
                  : minutes > turn - 10 ? HL_TURN_SOON
                                        : HL_TURN_FINE);
  hl_row_set_int (row, HL_TABLE_TOKEN_STAGE, stage);
  return token;
}

static HlSectionRow *
add_section (HlDesk *self, const char *name, const char *server, int now, int tonight)
{
  HlSectionRow *section = hl_section_row_new ();
  HlRow *row = HL_ROW (section);
  g_autoptr (GListStore) tokens = g_list_store_new (HL_TYPE_TABLE_TOKEN);

  hl_row_set_string (row, HL_SECTION_ROW_SECTION_ID, name);
  hl_row_set_string (row, HL_SECTION_ROW_NAME, name);
  hl_row_set_string (row, HL_SECTION_ROW_SERVER, server);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_NOW, now);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_TONIGHT, tonight);
  hl_row_set_object (row, HL_SECTION_ROW_TOKENS, tokens);
  g_list_store_append (self->sections, section);
  g_object_unref (section);
  return section;
}

static void
set_next (HlTableToken *token, int in, const char *name, int size)
{
  hl_row_set_int64 (HL_ROW (token), HL_TABLE_TOKEN_NEXT_TIME, HL_STAGED_NOW + in * HL_STAGED_MINUTE);
  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_NEXT_NAME, name);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_NEXT_SIZE, size);
}

void
hl_staged_room (HlDesk *self)
{
  HlSectionRow *main_one = add_section (self, "Main 1", "Maya", 18, 34);
  HlSectionRow *main_two = add_section (self, "Main 2", "Jo", 22, 30);
  HlSectionRow *patio = add_section (self, "Patio", "Luis", 9, 21);
  HlTableToken *token;

  add_table (self, main_one, "11", 2, 4, HL_TABLE_SHOWN_OPEN);
  add_party (self, main_one, "12", 4, HL_TABLE_SHOWN_COURSE, "Ng", 4, 48, HL_PARTY_STAGE_ENTREE);
  token = add_table (self, main_one, "13", 2, 2, HL_TABLE_SHOWN_RESERVED_SOON);
  set_next (token, 26, "Okafor", 2);
  token = add_party (self, main_one, "14", 6, HL_TABLE_SHOWN_ASSIGNED, "Vandenberghe", 5, 3, 0);
  token = add_table (self, main_one, "15", 2, 4, HL_TABLE_SHOWN_DIRTY);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY, TRUE);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_MINUTES, 6);
  token = add_party (self, main_one, "16", 6, HL_TABLE_SHOWN_PARTIALLY_SEATED, "Haddad", 5, 4, 0);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_ARRIVED, 3);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_ALLERGY, TRUE);
  token = add_party (self, main_one, "17", 2, HL_TABLE_SHOWN_SEATED, "Ruiz", 2, 12, 0);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_UNSENT, TRUE);

  add_party (self, main_two, "21", 4, HL_TABLE_SHOWN_COURSE, "Lopez", 3, 31, HL_PARTY_STAGE_APPETIZER);
  token = add_party (self, main_two, "22", 4, HL_TABLE_SHOWN_COURSE, "Fernández", 4, 97,
                     HL_PARTY_STAGE_DESSERT);
  set_next (token, 56, "Kim", 4);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_ALLERGY, TRUE);
  add_party (self, main_two, "23", 2, HL_TABLE_SHOWN_CHECK, "Diaz", 2, 102, HL_PARTY_STAGE_CHECK_DROPPED);
  add_party (self, main_two, "24", 6, HL_TABLE_SHOWN_CHECK, "Öztürk", 6, 80, HL_PARTY_STAGE_PAID);
  token = add_table (self, main_two, "25", 2, 4, HL_TABLE_SHOWN_BLOCKED);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED, TRUE);
  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED_REASON, "leak");
  token = add_party (self, main_two, "26", 4, HL_TABLE_SHOWN_DISPUTED, "Ng", 4, 5, 0);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_DISPUTED, TRUE);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_OTHERS, 1);
  add_party (self, main_two, "27", 8, HL_TABLE_SHOWN_SEATED, "Abernathy", 8, 8, HL_PARTY_STAGE_ORDERED);

  for (int i = 1; i <= 8; i++) {
    g_autofree char *label = g_strdup_printf ("P%d", i);

    if (i % 3 == 0)
      add_party (self, patio, label, 4, HL_TABLE_SHOWN_SEATED, "Walk-in", 3, 20 + i, 0);
    else
      add_table (self, patio, label, 1, i == 8 ? 10 : 4, HL_TABLE_SHOWN_OPEN);
  }
}
