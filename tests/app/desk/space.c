/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of this computer's disk: that little room is left, in time; and of faults sentences, never the database's
 * own words. And what is heard at a desk that has followed all along. */
#include "rig.h"

static gboolean
has_asked (gpointer data)
{
  return ((Rig *)data)->desk->free_bytes != 0;
}

/* The real question, to the real file system, does come back. */
static void
test_asks (void)
{
  Rig rig = { 0 };

  rig_init (&rig, TRUE);
  rig_until (has_asked, &rig);
  g_assert_false (rig.desk->asking_space);
  rig_clear (&rig);
}

static guint64
get_free (gpointer data)
{
  return *(guint64 *)data;
}

static void
look (Rig *rig, guint64 *free_bytes, guint64 now_free)
{
  *free_bytes = now_free;
  rig->desk->space_at = 0; /* half a minute later */
  hl_desk_check_space (rig->desk);
}

static const char *
note (Rig *rig)
{
  return rig->desk->storage_note != NULL ? rig->desk->storage_note : "";
}

static void
test_low (void)
{
  Rig rig = { 0 };
  guint64 free_bytes = 0;

  rig_init (&rig, TRUE);
  rig_until (has_asked, &rig);
  rig.desk->space_func = get_free;
  rig.desk->space_data = &free_bytes;
  look (&rig, &free_bytes, 20000000);
  g_assert_cmpstr (note (&rig), ==, "");
  look (&rig, &free_bytes, 19999999);
  g_assert_nonnull (strstr (note (&rig), "Less than 20 MB"));
  /* does not come and go with every file */
  look (&rig, &free_bytes, 21000000);
  g_assert_nonnull (strstr (note (&rig), "Less than 20 MB"));
  look (&rig, &free_bytes, 25000000);
  g_assert_cmpstr (note (&rig), ==, "");
  /* beside what stays */
  hl_desk_note_damage (rig.desk);
  look (&rig, &free_bytes, 0);
  g_assert_nonnull (strstr (note (&rig), "some of them may be lost"));
  g_assert_nonnull (strstr (note (&rig), "Less than 20 MB"));
  look (&rig, &free_bytes, 1000000000);
  g_assert_nonnull (strstr (note (&rig), "some of them may be lost"));
  g_assert_null (strstr (note (&rig), "20 MB"));
  /* not each second */
  free_bytes = 1;
  hl_desk_check_space (rig.desk);
  g_assert_null (strstr (note (&rig), "20 MB"));
  rig_clear (&rig);
}

static void
test_sentences (void)
{
  static const char raw[] = "SQLITE_IOERR_SHORT_READ in /home/ana/outbox.db";
  Rig rig = { 0 };
  guint n = 0;

  rig_init (&rig, FALSE);
  for (int code = HL_DATABASE_ERROR_FAILED; code <= HL_DATABASE_ERROR_NEWER; code++) {
    g_autoptr (GError) error = g_error_new_literal (HL_DATABASE_ERROR, code, raw);
    g_autofree char *report = NULL;

    hl_desk_set_storage_error (rig.desk, error);
    g_assert_cmpstr (rig.desk->storage_error, !=, "");
    g_assert_null (strstr (rig.desk->storage_error, "SQLITE"));
    g_assert_null (strstr (rig.desk->storage_error, "/home"));
    /* support gets to know all of it */
    report = hl_desk_make_report (rig.desk);
    g_assert_nonnull (strstr (report, "SQLITE_IOERR_SHORT_READ"));
    n++;
  }
  g_assert_cmpuint (n, ==, 9);
  hl_desk_set_storage_error (rig.desk, NULL);
  g_assert_cmpstr (rig.desk->storage_error, ==, "");
  rig_clear (&rig);
}

/* ---- heard ---- */

static void
on_sound (HlAlarm *alarm, guint sound, gpointer data)
{
  g_string_append_c (data, sound == HL_SOUND_RING ? 'R' : 'C');
}

static void
post_call (Rig *rig, const char *id, const char *reason)
{
  g_autofree char *text = g_strdup_printf (
      "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"%s\",\"state\":\"agent_active\",\"attention_reason\":\"%s\"}}",
      id, reason);

  hl_demo_link_post (rig->link, text);
}

static gboolean
is_heard (gpointer data)
{
  return ((GString *)data)->len > 0;
}

static gboolean
is_shown (gpointer data)
{
  return hl_desk_find_call (((Rig *)data)->desk, "away") != NULL;
}

static void
test_heard (void)
{
  Rig rig = { 0 };
  g_autoptr (GString) heard = g_string_new (NULL);

  rig_init (&rig, FALSE);
  g_signal_connect (hl_desk_get_alarm (rig.desk), "sound", G_CALLBACK (on_sound), heard);
  post_call (&rig, "c1", "waitlist");
  rig_until (is_heard, heard);
  g_assert_cmpstr (heard->str, ==, "C");
  /* a burst while the cable is out: it comes with the catching up, and is seen, not heard */
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_HEARTBEAT);
  post_call (&rig, "c2", "person");
  post_call (&rig, "c3", "complaint");
  post_call (&rig, "away", "allergy");
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (is_shown, &rig);
  hl_desk_refresh_now (rig.desk);
  hl_desk_check_sounds (rig.desk);
  g_assert_cmpstr (heard->str, ==, "C");
  /* and what comes after is */
  g_string_truncate (heard, 0);
  post_call (&rig, "c4", "person");
  rig_until (is_heard, heard);
  g_assert_cmpstr (heard->str, ==, "R");
  rig_clear (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/space/asks", test_asks);
  g_test_add_func ("/desk/space/low", test_low);
  g_test_add_func ("/desk/space/sentences", test_sentences);
  g_test_add_func ("/desk/heard", test_heard);
  return g_test_run ();
}
