/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sounds are played, and when: one for a burst, none for what is old or one's own, none while muted. No display, no
 * sound card, no clock: the time is told. */
#include "desk/hl-alarm.h"

#include "domain/hl-evolve.h"

#define BOOT G_GINT64_CONSTANT (5000000)

typedef struct {
  HlState *state;
  HlAlarm *alarm;
  HlSoundSpell spell;
  guint64 seq;
  gint64 now;
  GString *heard; /* 'R' and 'C' */
} Fixture;

static void
on_sound (HlAlarm *alarm, guint sound, Fixture *f)
{
  g_string_append_c (f->heard, sound == HL_SOUND_RING ? 'R' : sound == HL_SOUND_CHIME ? 'C' : '?');
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->state = hl_state_new ();
  f->alarm = hl_alarm_new ();
  f->spell = (HlSoundSpell){ .caught_up = TRUE, .device = "stand-1" };
  f->seq = 0;
  f->now = BOOT;
  f->heard = g_string_new (NULL);
  g_signal_connect (f->alarm, "sound", G_CALLBACK (on_sound), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->alarm);
  g_clear_object (&f->state);
  g_string_free (f->heard, TRUE);
}

static void
tell (Fixture *f, const char *device, const char *format, ...)
{
  g_autoptr (HlActor) actor = hl_actor_new (device != NULL ? HL_ROLE_STAFF : HL_ROLE_PUBLISHER,
                                            device != NULL ? "Ana" : "voice", device, ++f->seq);
  g_autofree char *text = NULL;
  g_autofree char *id = g_strdup_printf ("e%" G_GUINT64_FORMAT, f->seq);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (HlEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  gint64 at = G_GINT64_CONSTANT (1795806000000) + (gint64)f->seq * 1000;
  va_list args;

  va_start (args, format);
  text = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  event = hl_event_new (f->seq, id, HL_EVENT_CALL_UPDATED, at, at, actor, device != NULL ? "act" : NULL, TRUE,
                        json_node_get_object (node));
  hl_evolve (f->state, event);
}

static void
need (Fixture *f, const char *call, const char *reason)
{
  tell (f, NULL, "{'call_id':'%s','state':'agent_active','attention_reason':'%s'}", call, reason);
}

static void
acknowledge (Fixture *f, const char *call, const char *device)
{
  tell (f, device, "{'call_id':'%s','attention_acknowledged_by':'Ana','attention_acknowledged_at':'2030-01-01T00:00:00.000Z'}",
        call);
}

/* The clock moves on, and the alarm looks as the desk does: ten times a second here. */
static void
pass (Fixture *f, gint64 ms)
{
  for (gint64 until = f->now + ms; f->now < until; f->now += 100)
    hl_alarm_look (f->alarm, f->state, &f->spell, f->now);
}

static void
assert_heard (Fixture *f, const char *wanted)
{
  g_assert_cmpstr (f->heard->str, ==, wanted);
  g_string_truncate (f->heard, 0);
}

static void
test_rings_until_acknowledged (Fixture *f, gconstpointer data)
{
  need (f, "c1", "person");
  pass (f, 3 * HL_SOUND_RING_MS);
  assert_heard (f, "RRR");
  acknowledge (f, "c1", "stand-2"); /* by any device */
  pass (f, 10 * HL_SOUND_RING_MS);
  assert_heard (f, "");
  /* needed anew, rings anew */
  tell (f, "stand-2", "{'call_id':'c1','attention_reason':'none'}");
  pass (f, 1000);
  need (f, "c1", "complaint");
  tell (f, NULL, "{'call_id':'c1','attention_acknowledged_by':''}");
  pass (f, 1000);
  assert_heard (f, "R");
}

static void
test_chimes_once (Fixture *f, gconstpointer data)
{
  need (f, "c1", "waitlist");
  pass (f, 60000);
  assert_heard (f, "C");
  tell (f, NULL, "{'call_id':'c1','summary':'more is known'}");
  pass (f, 60000);
  assert_heard (f, "");
}

static void
test_badge_is_silent (Fixture *f, gconstpointer data)
{
  need (f, "c1", "vip");
  pass (f, 60000);
  assert_heard (f, "");
}

static void
test_burst (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 6; i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i);

    need (f, id, i % 2 ? "person" : "waitlist");
    pass (f, 200);
  }
  pass (f, HL_SOUND_RING_MS - 2000);
  assert_heard (f, "CR"); /* the first chimed, the second was more urgent, the rest are the same burst */
  /* and those that ring do it together */
  pass (f, 2 * HL_SOUND_RING_MS);
  assert_heard (f, "RR");
}

static void
test_at_once (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 12; i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i);

    need (f, id, i == 7 ? "allergy" : "late");
  }
  pass (f, HL_SOUND_RING_MS - 100);
  assert_heard (f, "R");
}

static void
test_two_rings_are_no_faster (Fixture *f, gconstpointer data)
{
  need (f, "c1", "person");
  pass (f, 4000);
  need (f, "c2", "complaint");
  pass (f, 4 * HL_SOUND_RING_MS);
  /* the new one is heard at once, then both each 8 s */
  assert_heard (f, "RRRRR");
}

static void
test_history_is_silent (Fixture *f, gconstpointer data)
{
  need (f, "c1", "person");
  need (f, "c2", "waitlist");
  f->spell.connected_seq = f->seq;
  pass (f, 60000);
  assert_heard (f, "");
  /* catching up: nothing, and afterwards only what is newer than the connection */
  f->spell.caught_up = FALSE;
  need (f, "c3", "person");
  pass (f, 60000);
  assert_heard (f, "");
  f->spell.caught_up = TRUE;
  pass (f, 1000);
  assert_heard (f, "R");
}

static void
test_offline_is_silent (Fixture *f, gconstpointer data)
{
  need (f, "c1", "person");
  for (int i = 0; i < 300; i++)
    hl_alarm_look (f->alarm, f->state, NULL, f->now += 100);
  assert_heard (f, "");
}

static void
test_own_doing_is_silent (Fixture *f, gconstpointer data)
{
  tell (f, "stand-1", "{'call_id':'c1','state':'agent_active','attention_reason':'person'}");
  pass (f, 60000);
  assert_heard (f, "");
  tell (f, "stand-2", "{'call_id':'c2','state':'agent_active','attention_reason':'person'}");
  pass (f, 1000);
  assert_heard (f, "R");
}

static void
test_hung_up_chimes (Fixture *f, gconstpointer data)
{
  tell (f, NULL, "{'call_id':'c1','state':'ended','attention_reason':'hung_up','follow_up':'open'}");
  pass (f, 60000);
  assert_heard (f, "C");
  /* over, and nobody has to call back */
  tell (f, NULL, "{'call_id':'c2','state':'ended','attention_reason':'hung_up','follow_up':'none'}");
  pass (f, 60000);
  assert_heard (f, "");
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  gint64 wall = G_GINT64_CONSTANT (1796439840000);

  hl_alarm_mute (f->alarm, 5, f->now, wall);
  g_assert_cmpint (hl_alarm_get_muted_until (f->alarm), ==, wall + 5 * 60000);
  need (f, "c1", "waitlist");
  need (f, "c2", "person");
  pass (f, 5 * 60000);
  assert_heard (f, "");
  g_assert_cmpint (hl_alarm_get_muted_until (f->alarm), !=, 0);
  /* the time is over: what still rings is heard, the chime of minutes ago is not */
  pass (f, HL_SOUND_RING_MS);
  assert_heard (f, "R");
  g_assert_cmpint (hl_alarm_get_muted_until (f->alarm), ==, 0);
  hl_alarm_mute (f->alarm, 60, f->now, wall);
  hl_alarm_mute (f->alarm, 0, f->now, wall);
  g_assert_cmpint (hl_alarm_get_muted_until (f->alarm), ==, 0);
  pass (f, HL_SOUND_RING_MS);
  assert_heard (f, "R");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/desk/alarm/rings-until-acknowledged", test_rings_until_acknowledged);
  ADD ("/desk/alarm/chimes-once", test_chimes_once);
  ADD ("/desk/alarm/badge-is-silent", test_badge_is_silent);
  ADD ("/desk/alarm/burst", test_burst);
  ADD ("/desk/alarm/at-once", test_at_once);
  ADD ("/desk/alarm/two-rings-are-no-faster", test_two_rings_are_no_faster);
  ADD ("/desk/alarm/history-is-silent", test_history_is_silent);
  ADD ("/desk/alarm/offline-is-silent", test_offline_is_silent);
  ADD ("/desk/alarm/own-doing-is-silent", test_own_doing_is_silent);
  ADD ("/desk/alarm/hung-up-chimes", test_hung_up_chimes);
  ADD ("/desk/alarm/mute", test_mute);
  return g_test_run ();
}
