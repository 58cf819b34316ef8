/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invariants after random actions. HL_TEST_SEED repeats a run. */
#include "model/decide.h"
#include "model/seed.h"

static const char *
pick (const char *const *from, guint n)
{
  return from[g_test_rand_int_range (0, (gint32) n)];
}

/* Invariants 1, 2 and 3 after every action of random people with random knowledge; desk_try () checks them. */
static void
test_invariants (void)
{
  static const char *const ids[] = { "p1", "p2", "p3", "p4", "p5" };
  static const char *const books[] = { "r1", "r2", "r3" };
  static const char *const tables[] = { "['12']", "['14']", "['15']", "['12','14']", "['77']" };
  static const char *const devices[] = { "A", "B", "C" };
  guint outcomes[4] = { 0 };

  for (guint round = 0; round < 150; round++) {
    g_autoptr (Desk) desk = desk_new ();

    for (guint i = 0; i < 60; i++) {
      const char *party = pick (ids, 5);
      const char *book = pick (books, 3);
      g_autofree char *data = NULL;
      HlActionKind kind = HL_ACTION_SEAT;
      guint64 seen = desk_head (desk) - (guint64) g_test_rand_int_range (0, (gint32) MIN (8, desk_head (desk)));
      int predicted = g_test_rand_int_range (0, 2) ? (int) APPLIED : HL_PREDICTED_NONE;
      g_autoptr (HlDecision) decision = NULL;

      switch (g_test_rand_int_range (0, 14)) {
      case 0:
        kind = HL_ACTION_ADD_PARTY;
        data = g_strdup_printf ("{'party_id':'%s','size':%d,'name':'N'}", party, g_test_rand_int_range (1, 9));
        break;
      case 1:
      case 2:
      case 3:
        data = g_strdup_printf ("{'party_id':'%s','size':%d,'table_ids':%s}", party, g_test_rand_int_range (1, 9), pick (tables, 5));
        break;
      case 4:
        kind = HL_ACTION_MOVE;
        data = g_strdup_printf ("{'party_id':'%s','table_ids':%s}", party, pick (tables, 5));
        break;
      case 5:
        kind = g_test_rand_int_range (0, 2) ? HL_ACTION_UNSEAT : HL_ACTION_FINISH_PARTY;
        data = g_strdup_printf ("{'party_id':'%s'}", party);
        break;
      case 6:
        kind = HL_ACTION_REMOVE_PARTY;
        data = g_strdup_printf ("{'party_id':'%s','status':'left'}", party);
        break;
      case 7:
        kind = HL_ACTION_CREATE_RESERVATION;
        data = g_strdup_printf ("{'reservation_id':'%s','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", book);
        break;
      case 8:
        kind = HL_ACTION_ARRIVE;
        data = g_strdup_printf ("{'reservation_id':'%s','party_id':'%s'}", book, party);
        break;
      case 9:
        kind = g_test_rand_int_range (0, 2) ? HL_ACTION_CANCEL_RESERVATION : HL_ACTION_MARK_NO_SHOW;
        data = g_strdup_printf ("{'reservation_id':'%s'}", book);
        break;
      case 10:
        kind = HL_ACTION_UNDO;
        data = g_strdup_printf ("{'action_id':'a%u'}", desk->acts > 0 ? (guint) g_test_rand_int_range (1, (gint32) desk->acts + 1) : 1);
        break;
      case 11: {
        GListModel *disputes = hl_state_get_disputes (desk->state);
        guint n = g_list_model_get_n_items (disputes);
        g_autoptr (HlDispute) dispute = n > 0 ? g_list_model_get_item (disputes, (guint) g_test_rand_int_range (0, (gint32) n)) : NULL;

        if (dispute == NULL)
          continue;
        kind = HL_ACTION_SETTLE_DISPUTE;
        data = g_strdup_printf ("{'dispute_id':'%s','choice':%d}", hl_dispute_get_dispute_id (dispute),
                                g_test_rand_int_range (0, (gint32) hl_dispute_get_claims (dispute)->len));
        break;
      }
      case 12:
        kind = g_test_rand_int_range (0, 2) ? HL_ACTION_RECALL_PARTY : HL_ACTION_NOTIFY_PARTY;
        data = g_strdup_printf ("{'party_id':'%s'}", party);
        break;
      default:
        kind = HL_ACTION_CORRECT;
        data = g_strdup_printf ("{'type':'party','id':'%s','correct_to':'seated','table_ids':%s}", party, pick (tables, 5));
        break;
      }
      decision = desk_try (desk, pick (devices, 3), kind, data, seen, predicted);
      outcomes[decision->outcome]++;
    }
  }
  g_test_message ("applied %u, no_op %u, disputed %u, refused %u", outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
  g_assert_cmpuint (outcomes[APPLIED], >, 500);
  g_assert_cmpuint (outcomes[DISPUTED], >, 300);
}

int
main (int   argc,
      char *argv[])
{
  seed_init (argc, argv);
  g_test_add_func ("/decide/invariants", test_invariants);
  return g_test_run ();
}
