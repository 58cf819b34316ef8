/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does with the list of what was done here. */
#include "rig.h"

#define OLD_MS (5 * G_GINT64_CONSTANT (3600000))

static HlOutboxItem *
newest (Rig *rig)
{
  g_autoptr (HlOutboxItem) item = g_list_model_get_item (hl_desk_get_outbox (rig->desk), 0);
  g_assert_nonnull (item);
  return item; /* the desk keeps it */
}

/* Makes everything that waits five hours old: a night without a link. */
static void
make_old (Rig *rig)
{
  for (guint i = 0; i < rig->desk->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig->desk->items, i);
    g_autoptr (HlOutboxRow) row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
    row->composed_boot -= OLD_MS;
    row->composed_at -= OLD_MS;
    hl_outbox_item_update (item, row);
  }
}

static char *
redo (Rig *rig, HlOutboxItem *item, int *code)
{
  RigAnswer answer = { 0 };

  hl_desk_redo_review_async (rig->desk, item, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  if (answer.error != NULL) {
    g_assert_nonnull (code);
    *code = answer.error->code;
    g_clear_error (&answer.error);
  }
  return answer.id;
}

/* Only the newest item, and only while nothing of it was sent. */
static void
test_withdraw (void)
{
  Rig rig = { 0 };
  HlOutboxItem *first, *second;
  RigAnswer answer = { .undo = TRUE };
  HlDeskTotals totals;

  rig_init (&rig, FALSE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  first = newest (&rig);
  g_assert_true (hl_desk_can_withdraw (rig.desk, first));
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  second = newest (&rig);
  g_assert_false (hl_desk_can_withdraw (rig.desk, first));
  g_assert_true (hl_desk_can_withdraw (rig.desk, second));

  hl_desk_withdraw_async (rig.desk, first, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_error (answer.error, HL_DESK_ERROR, HL_DESK_ERROR_NOTHING_TO_UNDO);
  g_clear_error (&answer.error);
  g_assert_cmpint (hl_outbox_item_get_state (first), ==, HL_ITEM_QUEUED);

  answer = (RigAnswer){ .undo = TRUE };
  hl_desk_withdraw_async (rig.desk, second, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.id, ==, hl_outbox_item_get_id (second));
  g_free (answer.id);
  g_assert_cmpint (hl_outbox_item_get_state (second), ==, HL_ITEM_WITHDRAWN);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 1);

  rig_go_online (&rig);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, hl_outbox_item_get_id (second)), ==, 0);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, hl_outbox_item_get_id (first)), ==, 1);
  /* what was sent is not withdrawn, and no second action is made of it behind the person's back */
  g_assert_false (hl_desk_can_withdraw (rig.desk, first));
  answer = (RigAnswer){ .undo = TRUE };
  hl_desk_withdraw_async (rig.desk, first, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_error (answer.error, HL_DESK_ERROR, HL_DESK_ERROR_NOTHING_TO_UNDO);
  g_clear_error (&answer.error);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 2);
  g_assert_cmpuint (totals.withdrawn, ==, 1);
  rig_check_equal (&rig);
  rig_clear (&rig);
}

/* K17: what waited for over four hours is asked about. Doing it again is a new action, of now. */
static void
test_review_again (void)
{
  Rig rig = { 0 };
  HlOutboxItem *old, *again;
  g_autofree char *id = NULL;
  g_autofree char *old_id = NULL;
  gint64 composed;
  guint64 n;

  rig_init (&rig, TRUE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  make_old (&rig);
  old = newest (&rig);
  old_id = g_strdup (hl_outbox_item_get_id (old));
  composed = hl_outbox_item_get_composed_at (old);
  n = hl_outbox_item_get_n (old);
  rig_go_online (&rig);
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  g_assert_cmpint (hl_outbox_item_get_state (old), ==, HL_ITEM_REVIEW);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, "");

  id = redo (&rig, old, NULL);
  again = newest (&rig);
  g_assert_cmpstr (hl_outbox_item_get_id (again), ==, id);
  g_assert_cmpstr (id, !=, old_id);
  g_assert_cmpuint (hl_outbox_item_get_n (again), >, n);
  g_assert_cmpint (hl_outbox_item_get_composed_at (again), >, composed);
  g_assert_cmpuint (hl_outbox_item_get_base (again)->seq, ==, rig.desk->position->seq);
  g_assert_true (hl_outbox_item_get_read (old));
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, id);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  g_assert_cmpint (hl_outbox_item_get_outcome (again), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, old_id), ==, 0);
  rig_check_equal (&rig);

  /* it was let go, and is not done twice */
  g_free (g_steal_pointer (&id));
  {
    int code = -1;
    g_assert_null (redo (&rig, old, &code));
    g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  }
  /* the list says so after a restart too */
  rig_close (&rig);
  rig_attach (&rig);
  for (guint i = 0; i < rig.desk->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig.desk->items, i);
    if (g_str_equal (hl_outbox_item_get_id (item), old_id)) {
      g_assert_cmpstr (hl_outbox_item_get_sent_as (item), !=, "");
      g_assert_true (hl_outbox_item_get_read (item));
    }
  }
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* A stand that is given to another house: what it kept of the first one is neither sent there nor shown, and cannot be done
 * again; once it is back, it can. */
static void
test_other_location (void)
{
  Rig rig = { 0 };
  HlCredentials *credentials = hl_credentials_new ();
  HlOutboxItem *item;
  g_autofree char *id = NULL;
  g_autofree char *label = NULL;
  guint64 head;
  int code = -1;

  rig_init (&rig, TRUE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  id = rig_perform (&rig, HL_ACTION_ADD_PARTY,
                    "{\"party_id\":\"w-9\",\"size\":2,\"name\":\"Ng\",\"phone\":\"+12025550142\",\"status\":\"waiting\"}", NULL);
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (RIG_EVENING);
  hl_demo_link_set_instant (rig.link, TRUE);
  head = hl_demo_link_get_head (rig.link);
  credentials->token = g_strdup ("t2");
  credentials->device = g_strdup (hl_demo_link_get_device (rig.link)); /* the other server may give the same name */
  credentials->device_name = g_strdup ("Stand 1");
  credentials->role = g_strdup ("manager");
  credentials->location = g_strdup ("pier");
  rig.desk = hl_desk_new (rig.dir);
  rig.desk->own_link = TRUE;
  hl_desk_set_link (rig.desk, HL_LINK (rig.link));
  hl_desk_adopt_credentials (rig.desk, credentials);
  hl_desk_start (rig.desk);
  rig_until (rig_is_started, rig.desk);
  rig_until (rig_is_live, rig.desk);
  rig_settle (&rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_true (hl_outbox_item_get_foreign (item));
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 0);
  g_object_get (item, "label", &label, NULL);
  g_assert_cmpstr (label, ==, "");
  g_assert_null (hl_outbox_item_get_action (item));
  {
    g_autofree char *report = hl_desk_make_report (rig.desk);
    g_assert_null (strstr (report, "Ng"));
  }
  g_assert_null (redo (&rig, item, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  rig_settle (&rig);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1); /* it still asks: it can be discarded, or wait for its house */
  rig_check_totals (&rig);
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (RIG_EVENING);
  hl_demo_link_set_instant (rig.link, TRUE);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_false (hl_outbox_item_get_foreign (item));
  g_assert_cmpstr (hl_outbox_item_get_label (item), ==, "Ng");
  g_free (redo (&rig, item, &code));
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  g_assert_nonnull (hl_state_lookup_party (rig.desk->base, "w-9"));
  hl_desk_mark_read (rig.desk, item);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

static HlCredentials *
make_pairing (const char *endpoint, const char *pin)
{
  const char *endpoints[] = { endpoint, NULL }, *pins[] = { pin, NULL };
  HlCredentials *credentials = hl_credentials_new ();

  g_free (credentials->location);
  g_strfreev (credentials->endpoints);
  g_strfreev (credentials->pins);
  credentials->token = g_strdup ("t");
  credentials->device = g_strdup ("stand-1"); /* every server may give the same name */
  credentials->device_name = g_strdup ("Stand 1");
  credentials->role = g_strdup ("manager");
  credentials->location = g_strdup ("ocean-ave");
  credentials->endpoints = g_strdupv ((char **)endpoints);
  credentials->pins = g_strdupv ((char **)pins);
  return credentials;
}

/* As hl_desk_pair_async () does with what a server has answered; NULL: as hl_desk_unpair (). */
static void
pair_with (Rig *rig, const HlCredentials *is)
{
  hl_desk_review_all (rig->desk, HL_REASON_NOT_ALLOWED);
  hl_desk_move_house (rig->desk, rig->desk->credentials, is);
  hl_desk_adopt_credentials (rig->desk, is != NULL ? hl_credentials_copy (is) : NULL);
}

/* Another server that uses the same id for its location: what was done at the first one is neither shown nor sent there, also
 * after a restart and where the stand was unpaired in between. It is not lost: back at its own, it can be done again. */
static void
test_same_location_other_server (void)
{
  g_autoptr (HlCredentials) first = make_pairing ("wss://10.0.0.2:8443", "sha256:aa");
  g_autoptr (HlCredentials) other = make_pairing ("wss://10.1.0.2:8443", "sha256:cc");
  g_autoptr (HlCredentials) renewed = make_pairing ("wss://10.0.0.2:8443", "sha256:bb");
  g_autofree char *id = NULL;
  Rig rig = { 0 };

  for (guint by_way_of_none = 0; by_way_of_none < 2; by_way_of_none++) {
    HlOutboxItem *item;
    int code = -1;

    rig_init (&rig, TRUE);
    hl_desk_adopt_credentials (rig.desk, hl_credentials_copy (first));
    hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
    id = rig_perform (&rig, HL_ACTION_ADD_PARTY, "{\"party_id\":\"w-9\",\"size\":2,\"name\":\"Ng\"}", NULL);
    if (by_way_of_none == 1)
      pair_with (&rig, NULL);
    pair_with (&rig, other);
    item = hl_desk_find_item (rig.desk, id);
    g_assert_true (hl_outbox_item_get_foreign (item));
    g_assert_cmpstr (hl_outbox_item_get_label (item), ==, "");
    g_assert_null (redo (&rig, item, &code));
    g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
    g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
    rig_close (&rig);

    rig_attach (&rig); /* as stand-1 of an ocean-ave */
    item = hl_desk_find_item (rig.desk, id);
    g_assert_true (hl_outbox_item_get_foreign (item));
    pair_with (&rig, renewed); /* its own server, with another key by now */
    g_assert_false (hl_outbox_item_get_foreign (item));
    g_assert_cmpstr (hl_outbox_item_get_label (item), ==, "Ng");
    rig_go_online (&rig);
    g_free (redo (&rig, item, &code));
    rig_until (rig_is_sent, rig.desk);
    rig_until (rig_has_caught_up, &rig);
    g_assert_nonnull (hl_state_lookup_party (rig.desk->base, "w-9"));
    rig_check_totals (&rig);
    rig_clear (&rig);
    g_clear_pointer (&id, g_free);
  }
}

/* Doing it again can be impossible by now: then the old item still asks. */
static void
test_review_again_refused (void)
{
  Rig rig = { 0 };
  HlOutboxItem *old;
  int code = -1;

  rig_init (&rig, FALSE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"entree\"}");
  make_old (&rig);
  old = newest (&rig);
  g_assert_cmpstr (hl_demo_link_act (rig.link, "stand-2", "finish_party", "{\"party_id\":\"w-1\"}"),
                   ==, "applied");
  rig_go_online (&rig);
  rig_settle (&rig);
  g_assert_cmpint (hl_outbox_item_get_state (old), ==, HL_ITEM_REVIEW);
  g_assert_null (redo (&rig, old, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  g_assert_false (hl_outbox_item_get_read (old));
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* letting it go is the other answer */
  hl_desk_mark_read (rig.desk, old);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, "");
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* What the server refuses stays in sight until somebody has read it, and holds up nothing behind
 * it. */
static void
test_refused (void)
{
  Rig rig = { 0 };
  HlOutboxItem *undo, *next;
  g_autofree char *id = NULL;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  id = rig_undo (&rig, NULL);
  g_assert_nonnull (id);
  undo = newest (&rig);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  next = newest (&rig);
  /* K18: somebody has built upon it */
  g_assert_cmpstr (hl_demo_link_act (rig.link, "stand-2", "move",
                                     "{\"party_id\":\"w-1\",\"table_ids\":[\"12\"]}"),
                   ==, "applied");
  rig_go_online (&rig);
  g_assert_cmpint (hl_outbox_item_get_outcome (undo), ==, HL_OUTCOME_REFUSED);
  g_assert_cmpint (hl_outbox_item_get_reason (undo), ==, HL_REASON_BUILT_UPON);
  g_assert_cmpint (hl_outbox_item_get_outcome (next), ==, HL_OUTCOME_APPLIED);
  g_assert_true (hl_outbox_item_needs_person (undo));
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* over a restart, too */
  rig_close (&rig);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  undo = hl_desk_find_item (rig.desk, id);
  hl_desk_mark_read (rig.desk, undo);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_false (hl_outbox_item_needs_person (undo));
  rig_check_equal (&rig);
  rig_clear (&rig);
}

/* What no frame can carry is refused before it is saved: it would come back for ever. */
static void
test_too_large (void)
{
  Rig rig = { 0 };
  GString *note = g_string_new (NULL); /* few characters, many bytes */
  GString *data = g_string_new ("{\"reservation_id\":\"r-ng\",\"notes_add\":[");
  int code = -1;

  for (int i = 0; i < 480; i++)
    g_string_append (note, "\xf0\x9f\x8d\x9d");
  for (int i = 0; i < 40; i++)
    g_string_append_printf (data, "%s\"%s\"", i > 0 ? "," : "", note->str);
  g_string_append (data, "]}");
  rig_init (&rig, FALSE);
  g_assert_null (rig_perform (&rig, HL_ACTION_UPDATE_RESERVATION, data->str, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_TOO_LARGE);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_check_equal (&rig);
  rig_clear (&rig);
  g_string_free (data, TRUE);
  g_string_free (note, TRUE);
}

static void
copy_file (Rig *rig, const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (rig->dir, from, NULL);
  g_autofree char *target = g_build_filename (rig->dir, to, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (source, &bytes, &len, &error));
  g_assert_true (g_file_set_contents (target, bytes, (gssize)len, &error));
}

static gboolean
is_stopped (gpointer data)
{
  return hl_desk_get_link_state (data) == HL_LINK_STATE_STOPPED;
}

/* K23: a folder that was put back from a backup. The server knows later actions of this device: it
 * must be paired again, and what waits goes to review; nothing of it is sent under a used number.
 */
static void
test_restored_folder (void)
{
  Rig rig = { 0 };
  HlOutboxItem *item;
  guint64 head;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  copy_file (&rig, "outbox.db", "backup");
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"ordered\"}");
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"entree\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);

  copy_file (&rig, "backup", "outbox.db");
  head = hl_demo_link_get_head (rig.link);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&rig);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  item = newest (&rig);
  g_assert_cmpuint (hl_outbox_item_get_n (item), ==, 2); /* a number that is used already */
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (is_stopped, rig.desk);
  rig_settle (&rig);
  g_assert_cmpint (hl_desk_get_cause (rig.desk), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  g_assert_cmpstr (hl_desk_describe_cause (HL_LINK_CAUSE_PAIR_AGAIN), !=, "");
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 0);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* what is done from now on is kept too, and asking again ends the same way */
  for (int i = 0; i < 3; i++) /* past the server's number */
    rig_do (&rig, HL_ACTION_SET_TABLE,
            i % 2 == 0 ? "{\"table_id\":\"3\",\"physical\":\"dirty\"}"
                       : "{\"table_id\":\"3\",\"physical\":\"clean\"}");
  hl_desk_reconnect_now (rig.desk);
  rig_settle (&rig);
  rig_until (is_stopped, rig.desk);
  g_assert_cmpint (hl_outbox_item_get_state (newest (&rig)), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* Paired again, and the server put back from a backup: what was done under the old name is in no log, and asks for a look. */
static void
test_restored_server (void)
{
  Rig rig = { 0 };
  HlOutboxItem *item;
  g_autofree char *id = NULL;
  g_auto (GStrv) around = g_strsplit (RIG_EVENING, "stand-1", -1);
  g_autofree char *evening = g_strjoinv ("stand-2", around);

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  id = g_strdup (hl_outbox_item_get_id (newest (&rig)));
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (evening);
  hl_demo_link_set_instant (rig.link, TRUE);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_settle (&rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpint (hl_outbox_item_get_row (item)->reason, ==, HL_REASON_UNKNOWN_ID);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

static gboolean
has_storage_error (gpointer data)
{
  HlDesk *desk = data;
  return desk->storage_error != NULL && *desk->storage_error != '\0';
}

/* One process owns the outbox: a second one says so, touches nothing, and takes over when the first
 * has ended. */
static void
test_second_process (void)
{
  Rig rig = { 0 };
  HlDesk *second;

  rig_init (&rig, TRUE);
  second = hl_desk_new (rig.dir);
  second->retry_ms = 20;
  hl_desk_start (second);
  rig_until (has_storage_error, second);
  g_assert_nonnull (strstr (second->storage_error, "another Hostline"));
  g_assert_false (second->started);
  g_assert_null (second->link);
  /* the first one goes on */
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  rig_until (rig_is_started, second);
  g_assert_false (has_storage_error (second));
  g_assert_cmpuint (second->items->len, ==, 1);
  rig.desk = second;
  rig_clear (&rig);
}

/* What was finished a week ago goes, from the list as from the file, and the totals still add up;
 * what nobody has read stays. */
static void
test_purge (void)
{
  Rig rig = { 0 };
  HlDeskTotals totals;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  for (guint i = 0; i < 2; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig.desk->items, i);
    g_autoptr (GPtrArray) rows = g_ptr_array_new ();
    g_autoptr (HlOutboxRow) row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
    row->composed_at -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    row->composed_boot -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    row->decided_at -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    if (i == 1) { /* refused, and nobody has looked */
      row->outcome = HL_OUTCOME_REFUSED;
      row->reason = HL_REASON_WRONG_STATE;
    }
    g_ptr_array_add (rows, row);
    hl_desk_store_and_show (rig.desk, rows, FALSE);
  }
  rig.desk->purged_at = 0;
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 1);
  g_assert_cmpint (hl_outbox_item_get_outcome (newest (&rig)), ==, HL_OUTCOME_REFUSED);
  rig_check_totals (&rig);
  hl_desk_purge_old (rig.desk); /* not again today */
  /* once it was read, it goes with the next day's */
  hl_desk_mark_read (rig.desk, newest (&rig));
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 1);
  rig_close (&rig);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 2);
  g_assert_cmpuint (totals.applied, ==, 1);
  g_assert_cmpuint (totals.refused, ==, 1);
  rig_check_totals (&rig);
  rig_close (&rig);
  rig_attach (&rig);
  rig_check_totals (&rig);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  rig_clear (&rig);
}

/* A tool in a new folder goes on with the numbers of its token's device. */
static void
test_tool_in_a_new_folder (void)
{
  Rig rig = { 0 };

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  {
    g_autofree char *outbox = g_build_filename (rig.dir, "outbox.db", NULL);
    g_assert_cmpint (g_unlink (outbox), ==, 0);
  }
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&rig);
  rig.desk->given_access = TRUE;
  rig_go_online (&rig);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  g_assert_cmpuint (hl_outbox_item_get_n (newest (&rig)), ==, 2);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpint (hl_outbox_item_get_outcome (newest (&rig)), ==, HL_OUTCOME_APPLIED);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-outbox/withdraw", test_withdraw);
  g_test_add_func ("/desk-outbox/review-again", test_review_again);
  g_test_add_func ("/desk-outbox/review-again-refused", test_review_again_refused);
  g_test_add_func ("/desk-outbox/other-location", test_other_location);
  g_test_add_func ("/desk-outbox/same-location-other-server", test_same_location_other_server);
  g_test_add_func ("/desk-outbox/refused", test_refused);
  g_test_add_func ("/desk-outbox/too-large", test_too_large);
  g_test_add_func ("/desk-outbox/restored-folder", test_restored_folder);
  g_test_add_func ("/desk-outbox/restored-server", test_restored_server);
  g_test_add_func ("/desk-outbox/second-process", test_second_process);
  g_test_add_func ("/desk-outbox/purge", test_purge);
  g_test_add_func ("/desk-outbox/tool-in-a-new-folder", test_tool_in_a_new_folder);
  return g_test_run ();
}
