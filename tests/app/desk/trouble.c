/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cards and the connection page are made of: which dispute makes a table doubtful, which other times have room,
 * and the connection log told as spells. */
#include "rig.h"

#include "desk/hl-desk-dispute.h"
#include "desk/hl-link-spell.h"
#include "domain/hl-capacity.h"

#define QUARTER (15 * G_GINT64_CONSTANT (60000))

static void
test_find_dispute (void)
{
  Rig rig;

  rig_init (&rig, FALSE);
  g_assert_null (hl_desk_find_dispute (rig.desk, "2"));
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"2\"]}");
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  g_assert_cmpstr (hl_dispute_get_dispute_id (hl_desk_find_dispute (rig.desk, "2")), ==, "table:2");
  g_assert_null (hl_desk_find_dispute (rig.desk, "1"));
  /* settled, it is found no more, and the other party stands at the door */
  rig_do (&rig, HL_ACTION_SETTLE_DISPUTE, "{\"dispute_id\":\"table:2\",\"choice\":1}");
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  g_assert_null (hl_desk_find_dispute (rig.desk, "2"));
  g_assert_cmpint (hl_party_get_status (hl_state_lookup_party (rig.desk->screen, "w-1")), ==,
                   HL_PARTY_STATUS_ARRIVED);
  rig_check_equal (&rig);
  rig_clear (&rig);
}

static void
test_other_times (void)
{
  Rig rig;
  HlReservation *lopez;
  gint64 times[HL_DESK_MAX_OTHER_TIMES], start, now;
  guint n;

  rig_init (&rig, FALSE);
  lopez = hl_state_lookup_reservation (rig.desk->screen, "r-lopez");
  start = hl_reservation_get_starts_at (lopez);
  now = start - 10 * QUARTER;
  n = hl_desk_find_other_times (rig.desk->screen, lopez, now, times);
  g_assert_cmpuint (n, ==, 4);
  for (guint i = 0; i < n; i++) {
    HlCapacityRequest request = { "r-lopez", 2, times[i], hl_reservation_get_duration_min (lopez), NULL };
    g_assert_true (hl_capacity_fits (rig.desk->screen, &request));
    g_assert_cmpint (times[i] % QUARTER, ==, start % QUARTER);
    g_assert_cmpint (times[i], !=, start);
    if (i > 0)
      g_assert_cmpint (times[i], >, times[i - 1]);
  }
  g_assert_cmpint (times[1], <, start);
  g_assert_cmpint (times[2], >, start);
  /* nothing is offered that is past: earlier ones go */
  n = hl_desk_find_other_times (rig.desk->screen, lopez, start, times);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (times[0], >, start);
  rig_clear (&rig);
}

static void
step (GListStore *log, gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause, gint64 lasted)
{
  g_autoptr (HlTransition) transition
      = hl_transition_new (at, from, to, cause, "https://box:8443", "", 0, lasted);
  g_list_store_insert (log, 0, transition);
}

static void
check_spell (GPtrArray *spells, guint i, HlSpellKind kind, gint64 from, gint64 until, gint64 lasted,
             HlLinkCause cause, HlLinkCause last_cause, guint attempts)
{
  const HlLinkSpell *spell = g_ptr_array_index (spells, i);

  g_assert_cmpint (spell->kind, ==, kind);
  g_assert_cmpint (spell->from, ==, from);
  g_assert_cmpint (spell->until, ==, until);
  g_assert_cmpint (spell->lasted, ==, lasted);
  g_assert_cmpint (spell->cause, ==, cause);
  g_assert_cmpint (spell->last_cause, ==, last_cause);
  g_assert_cmpuint (spell->attempts, ==, attempts);
}

/* Online, the server goes, three attempts, online again: four spells, not eleven steps. */
static void
test_spells (void)
{
  g_autoptr (GListStore) log = g_list_store_new (HL_TYPE_TRANSITION);
  g_autoptr (GPtrArray) spells = NULL;
  g_autoptr (GPtrArray) none = hl_link_spells_make (G_LIST_MODEL (log), 0, 10);
  g_autoptr (GPtrArray) two = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  step (log, 1000, HL_LINK_STATE_IDLE, HL_LINK_STATE_CONNECTING, HL_LINK_CAUSE_STARTING, -1);
  step (log, 1100, HL_LINK_STATE_CONNECTING, HL_LINK_STATE_OPENING, HL_LINK_CAUSE_NONE, 100);
  step (log, 1200, HL_LINK_STATE_OPENING, HL_LINK_STATE_CATCHING_UP, HL_LINK_CAUSE_NONE, 100);
  step (log, 1300, HL_LINK_STATE_CATCHING_UP, HL_LINK_STATE_LIVE, HL_LINK_CAUSE_NONE, 100);
  step (log, 61300, HL_LINK_STATE_LIVE, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_RESET, 60000);
  step (log, 62000, HL_LINK_STATE_WAITING, HL_LINK_STATE_CONNECTING, HL_LINK_CAUSE_NONE, 700);
  step (log, 62100, HL_LINK_STATE_CONNECTING, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_REFUSED, 100);
  step (log, 64000, HL_LINK_STATE_WAITING, HL_LINK_STATE_CONNECTING, HL_LINK_CAUSE_NONE, 1900);
  step (log, 64100, HL_LINK_STATE_CONNECTING, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_REFUSED, 100);
  step (log, 65000, HL_LINK_STATE_WAITING, HL_LINK_STATE_CONNECTING, HL_LINK_CAUSE_ASKED, 900);
  step (log, 65100, HL_LINK_STATE_CONNECTING, HL_LINK_STATE_OPENING, HL_LINK_CAUSE_NONE, 100);
  step (log, 65200, HL_LINK_STATE_OPENING, HL_LINK_STATE_CATCHING_UP, HL_LINK_CAUSE_NONE, 100);
  step (log, 65300, HL_LINK_STATE_CATCHING_UP, HL_LINK_STATE_LIVE, HL_LINK_CAUSE_NONE, 100);
  spells = hl_link_spells_make (G_LIST_MODEL (log), 125300, 10);
  g_assert_cmpuint (spells->len, ==, 6);
  check_spell (spells, 0, HL_SPELL_ONLINE, 65300, 0, 60000, HL_LINK_CAUSE_NONE, HL_LINK_CAUSE_NONE, 0);
  check_spell (spells, 1, HL_SPELL_CATCHING_UP, 65200, 65300, 100, HL_LINK_CAUSE_NONE,
               HL_LINK_CAUSE_NONE, 0);
  check_spell (spells, 2, HL_SPELL_OFFLINE, 61300, 65200, 3900, HL_LINK_CAUSE_RESET,
               HL_LINK_CAUSE_REFUSED, 3);
  check_spell (spells, 3, HL_SPELL_ONLINE, 1300, 61300, 60000, HL_LINK_CAUSE_NONE,
               HL_LINK_CAUSE_NONE, 0);
  check_spell (spells, 5, HL_SPELL_OFFLINE, 1000, 1200, 200, HL_LINK_CAUSE_STARTING,
               HL_LINK_CAUSE_NONE, 1);
  two = hl_link_spells_make (G_LIST_MODEL (log), 125300, 2);
  g_assert_cmpuint (two->len, ==, 2);
  /* ended from outside and started again: how long it had been online, nobody knows */
  step (log, 900000, HL_LINK_STATE_IDLE, HL_LINK_STATE_CONNECTING, HL_LINK_CAUSE_STARTING, -1);
  g_ptr_array_unref (spells);
  spells = hl_link_spells_make (G_LIST_MODEL (log), 901000, 10);
  check_spell (spells, 0, HL_SPELL_OFFLINE, 900000, 0, 1000, HL_LINK_CAUSE_STARTING,
               HL_LINK_CAUSE_NONE, 1);
  check_spell (spells, 1, HL_SPELL_ONLINE, 65300, 900000, -1, HL_LINK_CAUSE_NONE,
               HL_LINK_CAUSE_NONE, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trouble/find-dispute", test_find_dispute);
  g_test_add_func ("/trouble/other-times", test_other_times);
  g_test_add_func ("/trouble/spells", test_spells);
  return g_test_run ();
}
