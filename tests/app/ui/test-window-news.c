/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window tells by itself: toasts for what was refused or could not be done, what came back for what was done
 * here, the connection's log further back, and what is heard. Over a staged desk, on a display of its own. */
#include "hl-bench.h"

#include "util/hl-log.h"
#include "views/hl-acts.h"
#include "views/hl-tone.h"

/* ---- finding words ---- */

typedef struct {
  const char *text; /* a part of it */
  guint n;
  GtkWidget *found;
} ByText;

static gboolean
visit_text (GtkWidget *widget, gpointer data)
{
  ByText *by = data;

  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), by->text) != NULL) {
    by->found = widget;
    by->n++;
  }
  return FALSE;
}

static ByText
look (gpointer root, const char *text)
{
  ByText by = { text, 0, NULL };

  hl_bench_walk (GTK_WIDGET (root), visit_text, &by);
  return by;
}

#define PATIENCE_US (60 * G_USEC_PER_SEC) /* a display that has to share its processor is slow */

/* Toasts come up one after another, each in a frame of its own. */
static GtkWidget *
wait_for (gpointer root, const char *text)
{
  ByText by = look (root, text);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  while (by.found == NULL && g_get_monotonic_time () < deadline) {
    g_usleep (5000);
    hl_bench_turn ();
    by = look (root, text);
  }
  if (by.found == NULL)
    g_test_message ("nowhere: %s", text);
  g_assert_nonnull (by.found);
  return by.found;
}

static void
press (GtkWidget *label)
{
  GtkWidget *button = gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  hl_bench_turn ();
}

/* Nothing may be closed by hand in a test: what is there is thrown away with the window. */
typedef struct {
  HlDesk *desk;
  HlWindow *window;
  GtkWidget *toasts;
  HlSettings *settings; /* of the window */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = hl_bench_open (&fixture->desk);
  fixture->settings = hl_window_get_settings (fixture->window);
  fixture->toasts = hl_bench_find (fixture->window, ADW_TYPE_TOAST_OVERLAY);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hl_bench_close (fixture->window, fixture->desk);
}

/* ---- toasts ---- */

static void
test_refused_at_once (Fixture *fixture, gconstpointer data)
{
  static const struct {
    HlDeskError code;
    const char *message;
    const char *wanted;
  } cases[] = {
    { HL_DESK_ERROR_REFUSED, "table_blocked", "The table is closed" },
    { HL_DESK_ERROR_REFUSED, "needs_manager", "manager" },
    { HL_DESK_ERROR_NO_STATE, "", "Nothing is known of the room yet" },
    { HL_DESK_ERROR_STORAGE, "disk I/O error", "This computer cannot save it: it was not done" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture fresh;

    set_up (&fresh, NULL);
    hl_staged_desk_fail_next (fresh.desk, cases[i].code, cases[i].message);
    gtk_widget_activate_action (GTK_WIDGET (fresh.window), "desk.clean", "s", "15");
    wait_for (fresh.toasts, cases[i].wanted);
    /* a nick or the database's own words are nobody's sentence */
    if (cases[i].message[0] != '\0' && strstr (cases[i].wanted, cases[i].message) == NULL
        && strchr (cases[i].message, '_') != NULL)
      g_assert_cmpuint (look (fresh.window, cases[i].message).n, ==, 0);
    tear_down (&fresh, NULL);
  }
  /* and what succeeds says nothing */
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "desk.clean", "s", "15");
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->toasts, "cannot").n, ==, 0);
  g_assert_cmpuint (hl_staged_desk_get_performed (fixture->desk)->len, ==, 1);
}

static void
test_refused_later (Fixture *fixture, gconstpointer data)
{
  HlOutboxItem *refused = hl_staged_desk_add_item (
      fixture->desk, "a1",
      "{'id':'a1','n':1,'kind':'set_table','composed_at':'2026-12-05T03:01:00.000Z','data':{'table_id':'12','blocked':true}}",
      "12", HL_ITEM_DECIDED, HL_OUTCOME_REFUSED, HL_REASON_WRONG_STATE, NULL);
  HlOutboxItem *fine;

  g_signal_emit_by_name (fixture->desk, "decided", refused);
  wait_for (fixture->toasts, "Refused");
  /* what was applied is on the screen already: no toast for each */
  fine = hl_staged_desk_add_item (
      fixture->desk, "a2",
      "{'id':'a2','n':2,'kind':'finish_party','composed_at':'2026-12-05T03:01:00.000Z','data':{'party_id':'p1'}}",
      "Haddad", HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, -1, NULL);
  g_signal_emit_by_name (fixture->desk, "decided", fine);
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->toasts, "Haddad:").n, ==, 0);
}

static void
test_text_is_no_markup (Fixture *fixture, gconstpointer data)
{
  hl_window_tell (fixture->window, "Fish & <b>chips</b>: closed");
  wait_for (fixture->toasts, "Fish & <b>chips</b>: closed");
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  GPtrArray *performed = hl_staged_desk_get_performed (fixture->desk);

  press (wait_for (fixture->window, "Undo"));
  g_assert_cmpuint (performed->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (performed, 0), ==, "undo");
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->toasts, "nothing to undo").n, ==, 0);
  /* somebody was faster: said, not silent */
  hl_staged_desk_fail_next (fixture->desk, HL_DESK_ERROR_NOTHING_TO_UNDO, "");
  press (wait_for (fixture->window, "Undo"));
  wait_for (fixture->toasts, "There is nothing to undo");
}

static void
test_undo_built_upon (Fixture *fixture, gconstpointer data)
{
  hl_staged_desk_fail_next (fixture->desk, HL_DESK_ERROR_REFUSED, "built_upon");
  press (wait_for (fixture->window, "Undo"));
  wait_for (fixture->toasts, "since");
  g_assert_cmpuint (look (fixture->window, "built_upon").n, ==, 0);
}

static void
test_away (Fixture *fixture, gconstpointer data)
{
  g_signal_emit_by_name (fixture->desk, "caught-up", 0u);
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->toasts, "while you were away").n, ==, 0);
  g_signal_emit_by_name (fixture->desk, "caught-up", 6u);
  wait_for (fixture->toasts, "6 changes while you were away");
}

/* ---- further back ---- */

static guint
count_steps (HlWindow *window)
{
  return look (window, "Offline").n + look (window, "Online").n;
}

static void
test_show_earlier (Fixture *fixture, gconstpointer data)
{
  guint few, more, all;

  hl_staged_desk_add_step (fixture->desk, 20, HL_LINK_STATE_LIVE, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_NO_ANSWER);
  hl_staged_desk_add_step (fixture->desk, 10, HL_LINK_STATE_WAITING, HL_LINK_STATE_LIVE, HL_LINK_CAUSE_NONE);
  hl_staged_desk_keep_steps (fixture->desk, 100);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connection", NULL);
  wait_for (fixture->window, "What happened");
  few = count_steps (fixture->window);
  press (wait_for (fixture->window, "Show earlier"));
  more = count_steps (fixture->window);
  g_assert_cmpuint (more, >=, few + 70);
  /* the seconds of now do not take it away again from who reads it */
  g_object_notify (G_OBJECT (fixture->desk), "rtt");
  g_object_notify (G_OBJECT (fixture->desk), "pill");
  hl_bench_turn ();
  g_assert_cmpuint (count_steps (fixture->window), ==, more);
  press (wait_for (fixture->window, "Show earlier"));
  all = count_steps (fixture->window);
  g_assert_cmpuint (all, >=, more + 20);
  /* there is no more */
  g_assert_cmpuint (look (fixture->window, "Show earlier").n, ==, 0);
}

static void
test_nothing_earlier (Fixture *fixture, gconstpointer data)
{
  hl_staged_desk_add_step (fixture->desk, 10, HL_LINK_STATE_WAITING, HL_LINK_STATE_LIVE, HL_LINK_CAUSE_NONE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connection", NULL);
  wait_for (fixture->window, "What happened");
  g_assert_cmpuint (look (fixture->window, "Show earlier").n, ==, 0);
}

/* ---- who is here ---- */

static void
take_here (HlDesk *desk, const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  g_assert_true (hl_presence_take (hl_desk_get_presence (desk), json_node_get_object (node), "stand-1", "Ana",
                                   hl_desk_get_now (desk)));
  hl_bench_turn ();
}

static void
test_who_is_here (Fixture *fixture, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connection", NULL);
  wait_for (fixture->window, "Who is here");
  wait_for (fixture->window, "Asking the server");
  take_here (fixture->desk, "{'devices':["
                            "{'device':'patio-2','label':'Patio tablet','who':'Ben','idle_s':720},"
                            "{'device':'stand-1','label':'Stand 1','who':'Zoe','idle_s':3},"
                            "{'device':'kitchen-3','label':'Kitchen pass','idle_s':200}],'total':5}");
  wait_for (fixture->window, "(this one)");
  /* who is chosen at this very device is known better here */
  wait_for (fixture->window, "Ana");
  wait_for (fixture->window, "active now");
  wait_for (fixture->window, "Ben");
  wait_for (fixture->window, "quiet for 12 min");
  wait_for (fixture->window, "nobody named · active 3 min ago");
  wait_for (fixture->window, "And 2 more devices");
  g_assert_cmpuint (look (fixture->window, "Zoe").n, ==, 0);
  /* the cable is out: dated, and nobody is said to be active */
  hl_presence_set_current (hl_desk_get_presence (fixture->desk), FALSE);
  hl_bench_turn ();
  wait_for (fixture->window, "Who was here at 19:04");
  wait_for (fixture->window, "is not known without the connection");
  wait_for (fixture->window, "Ben");
  g_assert_cmpuint (look (fixture->window, "active").n, ==, 0);
  g_assert_cmpuint (look (fixture->window, "quiet").n, ==, 0);
  /* and it is not so again before the server says so */
  hl_presence_set_current (hl_desk_get_presence (fixture->desk), TRUE);
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->window, "Who was here at 19:04").n, ==, 1);
  take_here (fixture->desk, "{'devices':[{'device':'stand-1','label':'Stand 1','idle_s':3}],'total':1}");
  g_assert_cmpuint (look (fixture->window, "Who was here").n, ==, 0);
  g_assert_cmpuint (look (fixture->window, "Ben").n, ==, 0);
}

static void
test_who_is_here_offline (Fixture *fixture, gconstpointer data)
{
  hl_staged_desk_set_link (fixture->desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_NO_ANSWER, HL_LINK_STATE_WAITING,
                           hl_desk_get_now (fixture->desk) - 180000, 0, 0);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connection", NULL);
  wait_for (fixture->window, "Not known without the connection");
}

/* ---- the disk ---- */

static void
set_text (HlDesk *desk, const char *property, const char *text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  hl_staged_desk_set (desk, property, &value);
  g_value_unset (&value);
  hl_bench_turn ();
}

static void
test_little_room (Fixture *fixture, gconstpointer data)
{
  set_text (fixture->desk, "storage-note", "Less than 20 MB are free on this computer.");
  wait_for (fixture->window, "Less than 20 MB");
  /* also while there is no connection: then it matters most */
  hl_staged_desk_set_link (fixture->desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_NO_ANSWER, HL_LINK_STATE_WAITING,
                           hl_desk_get_now (fixture->desk) - 180000, 4, 0);
  wait_for (fixture->window, "not sent yet. Less than 20 MB");
  set_text (fixture->desk, "storage-note", "");
  hl_bench_turn ();
  g_assert_cmpuint (look (fixture->window, "20 MB").n, ==, 0);
}

/* Said until somebody has read it: by the banner's button, or later under what was done here. */
static void
test_may_have_lost (Fixture *fixture, gconstpointer data)
{
  GPtrArray *performed = hl_staged_desk_get_performed (fixture->desk);
  GValue yes = G_VALUE_INIT;
  GtkWidget *button;
  gint64 deadline;

  g_assert_cmpuint (look (fixture->window, "I have read it").n, ==, 0);
  g_value_init (&yes, G_TYPE_BOOLEAN);
  g_value_set_boolean (&yes, TRUE);
  hl_staged_desk_set (fixture->desk, "may-have-lost", &yes);
  set_text (fixture->desk, "storage-note", "Some of them may be lost.");
  wait_for (fixture->window, "Some of them may be lost.");
  press (wait_for (fixture->window, "See what was done"));
  button = gtk_widget_get_ancestor (wait_for (fixture->window, "I have read it"), GTK_TYPE_BUTTON);
  wait_for (fixture->window, "some of them may be lost. Check what was done last.");
  g_assert_true (gtk_widget_get_focusable (button));
  g_assert_true (gtk_widget_grab_focus (button));
  g_assert_true (gtk_widget_activate (button)); /* as Enter does */
  hl_bench_turn ();
  deadline = g_get_monotonic_time () + PATIENCE_US;
  while (look (fixture->window, "may be lost").n > 0 && g_get_monotonic_time () < deadline) {
    g_usleep (5000);
    hl_bench_turn ();
  }
  g_assert_cmpstr (g_ptr_array_index (performed, performed->len - 1), ==, "dismiss damage");
  g_assert_cmpuint (look (fixture->window, "may be lost").n, ==, 0);
  g_assert_cmpuint (look (fixture->window, "I have read it").n, ==, 0);
}

/* ---- a call to a guest ---- */

static gboolean
visit_split (GtkWidget *widget, gpointer data)
{
  if (ADW_IS_SPLIT_BUTTON (widget) && gtk_widget_get_mapped (widget))
    *(GtkWidget **)data = widget;
  return *(GtkWidget **)data != NULL;
}

static void
test_contact (Fixture *fixture, gconstpointer data)
{
  GPtrArray *performed = hl_staged_desk_get_performed (fixture->desk);
  g_autoptr (HlGuestRow) late = g_list_model_get_item (hl_desk_get_arrivals (fixture->desk), 0);
  GtkWidget *button = NULL;
  GMenuModel *menu;
  g_autoptr (GVariant) target = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *again = NULL;

  hl_bench_walk (GTK_WIDGET (fixture->window), visit_split, &button);
  g_assert_null (button);
  g_signal_emit_by_name (hl_bench_find (hl_bench_find (fixture->window, g_type_from_name ("HlPeoplePane")),
                                        g_type_from_name ("HlGuestList")),
                         "chosen", late);
  hl_bench_turn ();
  hl_bench_walk (GTK_WIDGET (fixture->window), visit_split, &button);
  g_assert_nonnull (button);
  g_assert_cmpstr (adw_split_button_get_label (ADW_SPLIT_BUTTON (button)), ==, "Called: no answer");
  menu = adw_split_button_get_menu_model (ADW_SPLIT_BUTTON (button));
  g_assert_cmpint (g_menu_model_get_n_items (menu), ==, 3);
  target = g_menu_model_get_item_attribute_value (menu, 1, G_MENU_ATTRIBUTE_TARGET, NULL);
  gtk_widget_activate_action_variant (GTK_WIDGET (fixture->window), "desk.contact-attempt", target);
  again = g_strdup_printf ("contact_attempt {\"reservation_id\":\"%s\",\"result\":\"reached\"}",
                           hl_guest_row_get_reservation_id (late));
  g_assert_cmpstr (g_ptr_array_index (performed, performed->len - 1), ==, again);
  gtk_widget_activate_action_variant (
      GTK_WIDGET (fixture->window), gtk_actionable_get_action_name (GTK_ACTIONABLE (button)),
      gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));
  wanted = g_strdup_printf ("contact_attempt {\"reservation_id\":\"%s\",\"result\":\"no_answer\"}",
                            hl_guest_row_get_reservation_id (late));
  g_assert_cmpstr (g_ptr_array_index (performed, performed->len - 1), ==, wanted);
}

/* ---- sounds ---- */

typedef struct {
  GMutex lock;
  guint played;
  gsize bytes;
  gboolean broken;
  guint said; /* lines in the log */
} Loudspeaker;

static Loudspeaker loudspeaker;

static gboolean
on_samples (GBytes *samples, gpointer data, GError **error)
{
  g_mutex_lock (&loudspeaker.lock);
  loudspeaker.played++;
  loudspeaker.bytes = g_bytes_get_size (samples);
  g_mutex_unlock (&loudspeaker.lock);
  if (loudspeaker.broken)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Connection refused");
  return !loudspeaker.broken;
}

static guint
count_played (void)
{
  guint n;

  g_mutex_lock (&loudspeaker.lock);
  n = loudspeaker.played;
  g_mutex_unlock (&loudspeaker.lock);
  return n;
}

static void
wait_played (guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  while (count_played () < wanted && g_get_monotonic_time () < deadline) {
    g_usleep (5000);
    hl_bench_turn ();
  }
  g_assert_cmpuint (count_played (), ==, wanted);
}

/* The player takes the next one when it is done with the last, which comes over the main loop. */
static void
ring (Fixture *fixture, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  while (count_played () < wanted && g_get_monotonic_time () < deadline) {
    g_signal_emit_by_name (hl_desk_get_alarm (fixture->desk), "sound", (guint)HL_SOUND_RING);
    g_usleep (2000);
    hl_bench_turn ();
  }
  wait_played (wanted);
}

static void
listen (Fixture *fixture, gboolean broken)
{
  loudspeaker.played = 0;
  loudspeaker.broken = broken;
  loudspeaker.said = 0;
  hl_player_set_sink (hl_window_get_player (fixture->window), on_samples, NULL);
}

static void
count_lines (HlLogLevel level, const char *line, gpointer data)
{
  if (strstr (line, "no sounds on this computer") != NULL)
    loudspeaker.said++;
}

static void
test_sound_is_heard (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) chime = hl_tone_make (HL_SOUND_CHIME, 1);
  gint64 deadline;

  listen (fixture, FALSE);
  g_signal_emit_by_name (hl_desk_get_alarm (fixture->desk), "sound", (guint)HL_SOUND_CHIME);
  wait_played (1);
  g_assert_cmpuint (loudspeaker.bytes, ==, g_bytes_get_size (chime));
  /* left out while the chime is not over: its end comes over the main loop, too */
  deadline = g_get_monotonic_time () + PATIENCE_US;
  while (count_played () < 2 && g_get_monotonic_time () < deadline) {
    gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.test-sound", NULL);
    g_usleep (2000);
    hl_bench_turn ();
  }
  wait_for (fixture->toasts, "So it rings");
  wait_played (2);
}

static void
test_sound_off (Fixture *fixture, gconstpointer data)
{
  GtkWidget *mute = hl_bench_find (fixture->window, g_type_from_name ("HlMuteButton"));

  listen (fixture, FALSE);
  g_assert_false (gtk_widget_get_visible (mute));
  g_action_group_change_action_state (G_ACTION_GROUP (hl_bench_get_application ()), "sound",
                                      g_variant_new_string ("off"));
  /* the settings of the bench's window are its own; in the program there is one object */
  hl_settings_set_sound_volume (fixture->settings, 0);
  hl_bench_turn ();
  g_assert_true (gtk_widget_get_visible (mute));
  g_signal_emit_by_name (hl_desk_get_alarm (fixture->desk), "sound", (guint)HL_SOUND_RING);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.test-sound", NULL);
  wait_for (fixture->toasts, "Sounds are off");
  g_assert_cmpuint (count_played (), ==, 0);
  g_action_group_change_action_state (G_ACTION_GROUP (hl_bench_get_application ()), "sound",
                                      g_variant_new_string ("loud"));
}

static void
test_mute (Fixture *fixture, gconstpointer data)
{
  GtkWidget *mute = hl_bench_find (fixture->window, g_type_from_name ("HlMuteButton"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.mute", "i", 15);
  wait_for (fixture->toasts, "No sounds until 19:19");
  g_assert_true (gtk_widget_get_visible (mute));
  press (wait_for (mute, "19:19"));
  g_assert_false (gtk_widget_get_visible (mute));
  g_assert_cmpint (hl_alarm_get_muted_until (hl_desk_get_alarm (fixture->desk)), ==, 0);
}

/* No sound card: said once, not every eight seconds, and nothing else is any different. */
static void
test_no_sound_card (Fixture *fixture, gconstpointer data)
{
  listen (fixture, TRUE);
  hl_log_set_sink (count_lines, NULL);
  ring (fixture, 5);
  for (int i = 0; i < 100; i++) {
    g_usleep (1000);
    hl_bench_turn ();
  }
  hl_log_set_sink (NULL, NULL);
  g_assert_cmpuint (loudspeaker.said, ==, 1);
}

static void
test_tones (void)
{
  static const HlSound all[] = { HL_SOUND_CHIME, HL_SOUND_RING };

  g_assert_null (hl_tone_make (HL_SOUND_NONE, 1));
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autoptr (GBytes) loud = hl_tone_make (all[i], 1);
    g_autoptr (GBytes) quiet = hl_tone_make (all[i], 0.25);
    gsize size = 0;
    const gint16 *l = g_bytes_get_data (loud, &size);
    const gint16 *q = g_bytes_get_data (quiet, NULL);
    gsize n = size / sizeof (gint16);
    int top = 0, top_quiet = 0;

    g_assert_cmpuint (g_bytes_get_size (quiet), ==, size);
    g_assert_cmpuint (n, >, HL_TONE_RATE / 2);
    g_assert_cmpuint (n, <, HL_TONE_RATE * HL_SOUND_RING_MS / 1000 / 2);
    for (gsize k = 0; k < n; k++) {
      top = MAX (top, ABS (l[k]));
      top_quiet = MAX (top_quiet, ABS (q[k]));
    }
    g_assert_cmpint (top, >, G_MAXINT16 / 4);
    g_assert_cmpint (top, <, G_MAXINT16 * 9 / 10);
    g_assert_cmpint (top_quiet, <, top / 3);
    /* no click at either end */
    g_assert_cmpint (ABS (l[0]), <, 200);
    g_assert_cmpint (ABS (l[n - 1]), <, 200);
  }
}

int
main (int argc, char **argv)
{
  hl_bench_begin (&argc, &argv);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/ui/toasts/refused-at-once", test_refused_at_once);
  ADD ("/ui/toasts/refused-later", test_refused_later);
  ADD ("/ui/toasts/text-is-no-markup", test_text_is_no_markup);
  ADD ("/ui/toasts/undo", test_undo);
  ADD ("/ui/toasts/undo-built-upon", test_undo_built_upon);
  ADD ("/ui/toasts/away", test_away);
  ADD ("/ui/log/show-earlier", test_show_earlier);
  ADD ("/ui/log/nothing-earlier", test_nothing_earlier);
  ADD ("/ui/here/list", test_who_is_here);
  ADD ("/ui/here/offline", test_who_is_here_offline);
  ADD ("/ui/disk/little-room", test_little_room);
  ADD ("/ui/disk/may-have-lost", test_may_have_lost);
  ADD ("/ui/contact", test_contact);
  ADD ("/ui/sound/heard", test_sound_is_heard);
  ADD ("/ui/sound/off", test_sound_off);
  ADD ("/ui/sound/mute", test_mute);
  ADD ("/ui/sound/no-sound-card", test_no_sound_card);
  g_test_add_func ("/ui/sound/tones", test_tones);
  return hl_bench_run ();
}
