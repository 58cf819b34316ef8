/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cards and the connection page are made of: which dispute makes a table doubtful, which other times have room,
 * and the connection log told as spells. */
#include "rig.h"

#include "desk/hl-desk-dispute.h"
#include "desk/hl-link-spell.h"
#include "local/hl-copy.h"
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

/* ---- a month of a bad line ---- */

#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

typedef struct {
  HlCopy *copy;
  gint64 at;
  HlLinkState state;
  gint64 since;
  gint64 lasted[HL_SPELL_CLOSED + 1];
  guint attempts;
} Line;

static const HlSpellKind kinds[] = {
  [HL_LINK_STATE_WAITING] = HL_SPELL_OFFLINE,       [HL_LINK_STATE_CONNECTING] = HL_SPELL_OFFLINE,
  [HL_LINK_STATE_OPENING] = HL_SPELL_OFFLINE,       [HL_LINK_STATE_LIVE] = HL_SPELL_ONLINE,
  [HL_LINK_STATE_CATCHING_UP] = HL_SPELL_CATCHING_UP, [HL_LINK_STATE_LATE] = HL_SPELL_CHECKING,
};

static void
line_step (Line *self, HlLinkState to, gint64 after, HlLinkCause cause)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCopyLine) line = NULL;

  self->at += after;
  line = hl_copy_line_new (self->at, (int)self->state, (int)to, (int)cause, "https://box:8443", "", 0, self->at - self->since);
  self->lasted[kinds[self->state]] += self->at - self->since;
  self->attempts += to == HL_LINK_STATE_CONNECTING;
  self->state = to;
  self->since = self->at;
  g_assert_true (hl_copy_add_line (self->copy, line, &error));
  g_assert_no_error (error);
}

static void
line_break (Line *self, guint i)
{
  HlLinkCause cause = i % 5 == 0 ? HL_LINK_CAUSE_HEARTBEAT : HL_LINK_CAUSE_RESET;

  if (i % 5 == 0)
    line_step (self, HL_LINK_STATE_LATE, 100 * 1000, HL_LINK_CAUSE_HEARTBEAT);
  line_step (self, HL_LINK_STATE_WAITING, 3000, cause);
  line_step (self, HL_LINK_STATE_CONNECTING, 700, HL_LINK_CAUSE_NONE);
  for (guint k = 0; k < i % 4; k++) {
    line_step (self, HL_LINK_STATE_WAITING, 20, HL_LINK_CAUSE_REFUSED);
    line_step (self, HL_LINK_STATE_CONNECTING, 900, HL_LINK_CAUSE_NONE);
  }
  line_step (self, HL_LINK_STATE_OPENING, 30, HL_LINK_CAUSE_NONE);
  line_step (self, HL_LINK_STATE_CATCHING_UP, 40, HL_LINK_CAUSE_NONE);
  line_step (self, HL_LINK_STATE_LIVE, 50, HL_LINK_CAUSE_NONE);
}

static GListStore *
load_steps (HlCopy *copy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = hl_copy_load_lines (copy, 1000000, &error);
  GListStore *steps = g_list_store_new (HL_TYPE_TRANSITION);

  g_assert_no_error (error);
  for (guint i = 0; i < lines->len; i++) {
    const HlCopyLine *line = lines->pdata[i];
    g_autoptr (HlTransition) step = hl_transition_new_repeated (
        line->at, (HlLinkState)line->was, (HlLinkState)line->became, (HlLinkCause)line->cause, line->endpoint, line->detail,
        line->code, line->lasted, line->times, line->until);
    g_list_store_append (steps, step);
  }
  return steps;
}

/* A stand whose line breaks every four minutes: after 29 days all of it is told, in a fifth of the lines, and the sums are what
 * happened. */
static void
test_a_month_of_breaks (void)
{
  const gint64 start = 20000 * DAY, end = start + 29 * DAY;
  const guint breaks = 29 * 24 * 15;
  g_autoptr (GError) error = NULL;
  Line line = { .copy = hl_copy_open (":memory:", NULL, &error), .at = start, .state = HL_LINK_STATE_LIVE, .since = start };
  guint times[HL_SPELL_CLOSED + 1] = { 0 }, attempts = 0, folded = 0;
  gint64 lasted[HL_SPELL_CLOSED + 1] = { 0 };
  g_autoptr (GListStore) steps = NULL;
  g_autoptr (GPtrArray) spells = NULL;

  g_assert_true (hl_copy_begin (line.copy, &error));
  for (guint i = 0; i < breaks; i++) {
    line.at = start + (i + 1) * 4 * MINUTE - 2 * MINUTE;
    line_break (&line, i);
  }
  g_assert_true (hl_copy_commit (line.copy, &error));
  steps = load_steps (line.copy);
  g_test_message ("%u breaks in %u lines", breaks, g_list_model_get_n_items (G_LIST_MODEL (steps)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (steps)), <, HL_COPY_WHOLE_LINES + 1000 + 29 * 24 * 15);
  spells = hl_link_spells_make (G_LIST_MODEL (steps), line.at, G_MAXUINT);
  for (guint i = 0; i < spells->len; i++) {
    const HlLinkSpell *spell = g_ptr_array_index (spells, i);

    times[spell->kind] += spell->times;
    lasted[spell->kind] += spell->lasted;
    attempts += spell->attempts;
    if (spell->times > 1) {
      folded++;
      g_assert_cmpint (spell->until - spell->from, >, 0);
      g_assert_cmpint (spell->until - spell->from, <, HOUR);
    }
  }
  g_assert_cmpuint (folded, >, 20 * 24 * 3);
  g_assert_cmpuint (times[HL_SPELL_OFFLINE], ==, breaks);
  g_assert_cmpuint (times[HL_SPELL_ONLINE], ==, breaks);
  g_assert_cmpuint (times[HL_SPELL_CATCHING_UP], ==, breaks);
  g_assert_cmpuint (times[HL_SPELL_CHECKING], ==, breaks / 5);
  g_assert_cmpuint (attempts, ==, line.attempts);
  g_assert_cmpint (lasted[HL_SPELL_OFFLINE], ==, line.lasted[HL_SPELL_OFFLINE]);
  g_assert_cmpint (lasted[HL_SPELL_CATCHING_UP], ==, line.lasted[HL_SPELL_CATCHING_UP]);
  g_assert_cmpint (lasted[HL_SPELL_CHECKING], ==, line.lasted[HL_SPELL_CHECKING]);
  /* what was before the log's first line is not told, and the last one goes on */
  g_assert_cmpint (line.lasted[HL_SPELL_ONLINE] - lasted[HL_SPELL_ONLINE], <=, HOUR);
  g_assert_cmpint (line.lasted[HL_SPELL_ONLINE] - lasted[HL_SPELL_ONLINE], >=, 0);
  g_assert_cmpint (line.at, <=, end);
  hl_copy_close (line.copy);
}

static HlCredentials *
make_pairing (const char *location, const char *endpoint, const char *pin, const char *next_pin)
{
  const char *endpoints[] = { endpoint, NULL }, *pins[] = { pin, next_pin, NULL };
  HlCredentials *credentials = hl_credentials_new ();

  g_free (credentials->location);
  g_strfreev (credentials->endpoints);
  g_strfreev (credentials->pins);
  credentials->location = g_strdup (location);
  credentials->endpoints = g_strdupv ((char **)endpoints);
  credentials->pins = g_strdupv ((char **)pins);
  return credentials;
}

/* Two servers may both have a location of that id: the one's guests are not shown as the other's. */
static void
test_same_house (void)
{
  g_autoptr (HlCredentials) was = make_pairing ("ocean-ave", "wss://10.0.0.2:8443", "sha256:aa", "sha256:bb");
  g_autoptr (HlCredentials) renewed = make_pairing ("ocean-ave", "wss://10.0.0.9:8443", "sha256:bb", NULL);
  g_autoptr (HlCredentials) other = make_pairing ("ocean-ave", "wss://10.0.0.2:8443", "sha256:cc", NULL);
  g_autoptr (HlCredentials) house = make_pairing ("lake-st", "wss://10.0.0.2:8443", "sha256:aa", NULL);
  g_autoptr (HlCredentials) plain = make_pairing ("ocean-ave", "wss://10.0.0.2:8443", NULL, NULL);
  g_autoptr (HlCredentials) moved = make_pairing ("ocean-ave", "wss://example.org", NULL, NULL);

  g_assert_true (hl_desk_is_same_house (was, was));
  g_assert_true (hl_desk_is_same_house (was, renewed)); /* its key and its address have changed */
  g_assert_false (hl_desk_is_same_house (was, other));
  g_assert_false (hl_desk_is_same_house (was, house));
  g_assert_false (hl_desk_is_same_house (was, plain));
  g_assert_false (hl_desk_is_same_house (NULL, was));
  g_assert_true (hl_desk_is_same_house (plain, plain));
  g_assert_false (hl_desk_is_same_house (plain, moved));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trouble/find-dispute", test_find_dispute);
  g_test_add_func ("/trouble/other-times", test_other_times);
  g_test_add_func ("/trouble/spells", test_spells);
  g_test_add_func ("/trouble/same-house", test_same_house);
  g_test_add_func ("/trouble/a-month-of-breaks", test_a_month_of_breaks);
  return g_test_run ();
}
