/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is spoken: words under another name of their call, and words that are taken back. */
#include "rig.h"

#include "util/hl-database.h"

typedef struct {
  HlDatabase *db;
  const char *sql;
} Asked;

static gboolean
is_one (gpointer data)
{
  Asked *asked = data;

  return hl_database_get_int (asked->db, asked->sql, 0, NULL) == 1;
}

/* Also not as bytes of what the file was before, nor of its log. */
static gboolean
is_out_of_all_files (gpointer data)
{
  Rig *rig = data;
  g_autoptr (GDir) dir = g_dir_open (rig->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (rig->dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length;

    if (g_file_get_contents (file, &bytes, &length, NULL) && memmem (bytes, length, "4111 1111", 9) != NULL)
      return FALSE;
  }
  return rig->desk->erasing == NULL;
}

/* Half of a card number, told to be one by the turn after: it goes out of the copy on the disk, too. */
static void
test_redacted_copy (void)
{
  Rig rig = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (HlDatabase) db = NULL;
  Asked asked = { 0 };

  rig_init (&rig, TRUE);
  path = g_build_filename (rig.dir, "copy.db", NULL);
  hl_demo_link_post (rig.link, "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"c9\"}}");
  hl_demo_link_post (rig.link, "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c9\",\"turn\":0,"
                               "\"speaker\":\"caller\",\"text\":\"So then 4111 1111\"}}");
  db = hl_database_open (path, &(HlDatabaseOptions){ .read_only = TRUE }, NULL);
  g_assert_nonnull (db);
  asked.db = db;
  asked.sql = "SELECT count(*) > 0 FROM page WHERE instr (events, CAST ('4111 1111' AS BLOB)) > 0";
  rig_until (is_one, &asked);
  hl_demo_link_post (rig.link, "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c9\",\"turn\":0,\"rev\":1,"
                               "\"speaker\":\"caller\",\"text\":\"So then [card removed]\",\"state\":\"redacted\"}}");
  asked.sql = "SELECT (SELECT count(*) FROM page WHERE instr (events, CAST ('4111 1111' AS BLOB)) > 0) = 0"
              " AND (SELECT instr (entities, CAST ('[card removed]' AS BLOB)) > 0 AND instr (entities, CAST ('4111 1111' AS BLOB)) = 0"
              " FROM snapshot)";
  rig_until (is_one, &asked);
  g_clear_pointer (&db, hl_database_close);
  rig_until (is_out_of_all_files, &rig);
  rig_close (&rig);
  rig_attach (&rig);
  g_assert_null (rig.desk->erasing);
  rig_clear (&rig);
}

/* One call that two tell of, one with words while they are spoken: they stand on its one card from the first word on, not from the
 * first finished line on, and what was booked under the other name is there too. */
static void
test_call_seen_twice (void)
{
  Rig rig = { 0 };
  HlCallCard *card;
  g_autoptr (GListModel) transcript = NULL;

  rig_init (&rig, FALSE);
  hl_demo_link_post (rig.link, "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"vapi:v\",\"aliases\":"
                               "[\"twilio:CA1\"],\"state\":\"agent_active\"}}");
  hl_desk_refresh_now (rig.desk);
  card = hl_desk_find_call (rig.desk, "vapi:v");
  transcript = hl_desk_get_transcript (rig.desk, "vapi:v");
  hl_demo_link_partial (rig.link, "{\"call\":\"twilio:CA1\",\"turn\":0,\"rev\":1,\"speaker\":\"caller\","
                                  "\"text\":\"A table\"}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpstr (hl_row_get_string (HL_ROW (card), HL_CALL_CARD_LAST_TEXT), ==, "A table");
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 1);
  rig_check_equal (&rig);

  hl_demo_link_post (rig.link, "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"twilio:CA1\",\"turn\":0,"
                               "\"speaker\":\"caller\",\"text\":\"A table for two\"}}");
  hl_demo_link_post (rig.link, "{\"kind\":\"reservation_created\",\"data\":{\"reservation_id\":\"r-alias\","
                               "\"call_id\":\"twilio:CA1\",\"party_size\":2,\"starts_at\":\"@\"}}");
  hl_demo_link_partial (rig.link, "{\"call\":\"twilio:CA1\",\"turn\":1,\"rev\":1,\"speaker\":\"agent\","
                                  "\"text\":\"When\"}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 2);
  g_assert_cmpstr (hl_row_get_string (HL_ROW (card), HL_CALL_CARD_LAST_TEXT), ==, "When");
  g_assert_cmpstr (hl_row_get_string (HL_ROW (card), HL_CALL_CARD_RESERVATION_ID), ==, "r-alias");

  /* it ends under its own name: nothing is being said any more */
  hl_demo_link_post (rig.link, "{\"kind\":\"call_completed\",\"data\":{\"call_id\":\"vapi:v\"}}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 1);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/spoken/redacted-copy", test_redacted_copy);
  g_test_add_func ("/desk/spoken/call-seen-twice", test_call_seen_twice);
  return g_test_run ();
}
