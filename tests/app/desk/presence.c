/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here: what is made of the server's answer, and when it may not be believed any more. */
#include "rig.h"

static void
on_changed (HlPresence *presence, gpointer data)
{
  (*(guint *)data)++;
}

static gboolean
take (HlPresence *presence, const char *text, gint64 now)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return hl_presence_take (presence, json_node_get_object (node), "b", "", now);
}

static void
test_answer (void)
{
  g_autoptr (HlPresence) presence = hl_presence_new ();
  const GPtrArray *here;
  const HlHere *one;
  guint changes = 0;

  g_signal_connect (presence, "changed", G_CALLBACK (on_changed), &changes);
  g_assert_false (hl_presence_get_current (presence));
  g_assert_cmpint (hl_presence_get_as_of (presence), ==, 0);
  g_assert_true (take (presence,
                       "{'devices':[{'device':'c','label':'Patio','who':'Ben','idle_s':7},{'device':'a','label':'Bar'},"
                       "{'device':'b','label':'','who':'Ana','idle_s':-3},{'label':'no device'},17,null,"
                       "{'device':'Z9','label':5,'who':[],'idle_s':'x'}],'total':9}",
                       1000));
  here = hl_presence_get_here (presence);
  g_assert_cmpuint (here->len, ==, 4);
  one = here->pdata[0]; /* this device first */
  g_assert_true (one->own);
  g_assert_cmpstr (one->name, ==, "b");
  g_assert_cmpstr (one->who, ==, "Ana");
  g_assert_cmpint (one->idle_s, ==, 0);
  one = here->pdata[1];
  g_assert_cmpstr (one->name, ==, "Bar");
  g_assert_cmpstr (one->who, ==, "");
  one = here->pdata[2];
  g_assert_cmpstr (one->who, ==, "Ben");
  g_assert_cmpint (one->idle_s, ==, 7);
  g_assert_cmpint (hl_presence_get_more (presence), ==, 5);
  g_assert_cmpint (hl_presence_get_as_of (presence), ==, 1000);
  g_assert_cmpuint (changes, ==, 1);
  /* nonsense changes nothing */
  g_assert_false (take (presence, "{'devices':{}}", 2000));
  g_assert_false (take (presence, "{}", 2000));
  g_assert_cmpint (hl_presence_get_as_of (presence), ==, 1000);
  hl_presence_set_current (presence, TRUE);
  g_assert_cmpuint (changes, ==, 1);
  hl_presence_set_current (presence, FALSE);
  hl_presence_set_current (presence, FALSE);
  g_assert_cmpuint (changes, ==, 2);
  hl_presence_set_current (presence, TRUE);
  g_assert_false (hl_presence_get_current (presence));
}

/* The desk asks when somebody looks, and takes what it knows back when the connection goes. */
static void
test_desk (void)
{
  Rig rig = { 0 };
  HlPresence *presence;

  rig_init (&rig, FALSE);
  presence = hl_desk_get_presence (rig.desk);
  g_assert_cmpint (hl_presence_get_as_of (presence), ==, 0); /* nobody has looked */
  hl_desk_ask_presence (rig.desk);
  g_assert_true (hl_presence_get_current (presence));
  g_assert_cmpuint (hl_presence_get_here (presence)->len, ==, 1);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_HEARTBEAT);
  rig_settle (&rig);
  g_assert_false (hl_presence_get_current (presence));
  hl_desk_ask_presence (rig.desk);
  g_assert_false (hl_presence_get_current (presence));
  g_assert_cmpuint (hl_presence_get_here (presence)->len, ==, 1);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_live, rig.desk);
  g_assert_false (hl_presence_get_current (presence));
  hl_desk_ask_presence (rig.desk);
  g_assert_true (hl_presence_get_current (presence));
  rig_clear (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/presence/answer", test_answer);
  g_test_add_func ("/desk/presence/desk", test_desk);
  return g_test_run ();
}
