/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariant 12: no sound for anything older than the connection, whatever came in between and whatever time it claims;
 * and one for everything newer that needs somebody. */
#include "desk/hl-sound.h"

#include "domain/hl-evolve.h"
#include "domain/hl-state.h"

#define N_CALLS 4

static void
tell (HlState *state, guint64 seq, const char *text, gboolean staff)
{
  g_autoptr (HlActor) actor
      = hl_actor_new (staff ? HL_ROLE_STAFF : HL_ROLE_PUBLISHER, staff ? "Ana" : "voice", staff ? "A" : NULL, seq);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autofree char *id = g_strdup_printf ("e%" G_GUINT64_FORMAT, seq);
  /* what a provider says about when is of no account: here it is always long ago, or tomorrow */
  gint64 at = G_GINT64_CONSTANT (1795806000000) + (gint64)seq * 1000 + (seq % 2 == 0 ? 86400000 : 0);
  g_autoptr (HlEvent) event
      = hl_event_new (seq, id, HL_EVENT_CALL_UPDATED, at, at, actor, staff ? "act" : NULL, TRUE,
                      json_node_get_object (node));

  hl_evolve (state, event);
}

/* As a screen does that is connected anew: by a snapshot. */
static void
load_again (HlState **state)
{
  g_autoptr (JsonNode) saved = hl_state_save (*state);
  g_autoptr (HlState) loaded = hl_state_new ();
  g_autoptr (GError) error = NULL;

  hl_state_load (loaded, json_node_get_object (saved), &error);
  g_assert_no_error (error);
  g_set_object (state, loaded);
}

static void
test_random (void)
{
  static const char *const reasons[] = { "allergy", "person", "late", "waitlist", "vip", "none" };
  guint sounds = 0, silences = 0;

  for (guint round = 0; round < 400; round++) {
    g_autoptr (HlState) state = hl_state_new ();
    HlSoundSpell spell = { .caught_up = TRUE };
    guint64 raised[N_CALLS] = { 0 };
    gboolean wanted[N_CALLS] = { FALSE };
    guint64 seq = 0;

    for (guint i = 0; i < 60; i++) {
      guint call = (guint)g_test_rand_int_range (0, N_CALLS);
      g_autofree char *text = NULL;

      switch (g_test_rand_int_range (0, 5)) {
      case 0: /* connected anew */
        spell.connected_seq = seq;
        if (g_test_rand_bit ())
          load_again (&state);
        break;
      case 1: /* acknowledged, by any device */
        text = g_strdup_printf ("{\"call_id\":\"c%u\",\"attention_acknowledged_by\":\"Ana\","
                                "\"attention_acknowledged_at\":\"2030-01-01T00:00:00.000Z\"}",
                                call);
        tell (state, ++seq, text, TRUE);
        wanted[call] = FALSE;
        break;
      case 2: /* something else about the call */
        text = g_strdup_printf ("{\"call_id\":\"c%u\",\"summary\":\"s%u\"}", call, i);
        tell (state, ++seq, text, FALSE);
        break;
      default: {
        const char *reason = reasons[g_test_rand_int_range (0, G_N_ELEMENTS (reasons))];
        HlCall *before = NULL;
        g_autofree char *id = g_strdup_printf ("c%u", call);

        text = g_strdup_printf ("{\"call_id\":\"c%u\",\"attention_reason\":\"%s\"}", call, reason);
        tell (state, ++seq, text, FALSE);
        before = hl_state_lookup_call (state, id);
        /* a register: an older word than the one that stands changes nothing */
        if (hl_entity_get_revision (HL_ENTITY (before), HL_CALL_FIELD_ATTENTION_REASON)->seq == seq)
          raised[call] = seq;
        break;
      }
      }
      for (guint c = 0; c < N_CALLS; c++) {
        g_autofree char *id = g_strdup_printf ("c%u", c);
        HlCall *entity = hl_state_lookup_call (state, id);
        HlSound sound;

        if (entity == NULL)
          continue;
        wanted[c] = hl_call_get_attention_acknowledged_by (entity)[0] == '\0'
                    && hl_call_get_attention_priority (entity) >= 1 && hl_call_get_attention_priority (entity) <= 2;
        sound = hl_sound_for_call (entity, &spell, 1);
        if (raised[c] <= spell.connected_seq)
          g_assert_cmpint (sound, ==, HL_SOUND_NONE);
        else
          g_assert_cmpint (sound != HL_SOUND_NONE, ==, wanted[c]);
        if (sound != HL_SOUND_NONE)
          sounds++;
        else
          silences++;
        /* not while catching up, not without a connection, not when muted */
        g_assert_cmpint (hl_sound_for_call (entity, NULL, 1), ==, HL_SOUND_NONE);
        g_assert_cmpint (
            hl_sound_for_call (entity, &(HlSoundSpell){ spell.connected_seq, FALSE, 0 }, 1), ==, HL_SOUND_NONE);
        g_assert_cmpint (
            hl_sound_for_call (entity, &(HlSoundSpell){ spell.connected_seq, TRUE, 2 }, 1), ==, HL_SOUND_NONE);
      }
    }
  }
  g_test_message ("%u sounds, %u silences", sounds, silences);
  g_assert_cmpuint (sounds, >, 1000);
  g_assert_cmpuint (silences, >, 1000);
}

static void
test_again (void)
{
  g_assert_true (hl_sound_is_due (HL_SOUND_RING, 0, 100));
  g_assert_false (hl_sound_is_due (HL_SOUND_RING, 100, 100 + HL_SOUND_RING_MS - 1));
  g_assert_true (hl_sound_is_due (HL_SOUND_RING, 100, 100 + HL_SOUND_RING_MS));
  g_assert_true (hl_sound_is_due (HL_SOUND_CHIME, 0, 100));
  g_assert_false (hl_sound_is_due (HL_SOUND_CHIME, 100, 100000));
  g_assert_false (hl_sound_is_due (HL_SOUND_NONE, 0, 100));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/inv12/no-sound-for-what-is-older-than-the-connection", test_random);
  g_test_add_func ("/desk/inv12/again", test_again);
  return g_test_run ();
}
