/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desk against a server that does as it is told: refused tokens, a copied folder, an action
 * that the server cannot read. */
#include "../link/socket-rig.h"

#include <glib/gstdio.h>

#include "desk/hl-desk-private.h"

static void
save (const char *dir, Rig *rig, const char *token, const char *device)
{
  g_autofree char *path = g_build_filename (dir, "credentials", NULL);
  g_autoptr (HlCredentials) credentials = hl_credentials_new ();
  g_autoptr (GError) error = NULL;

  credentials->token = g_strdup (token);
  credentials->device = g_strdup (device);
  credentials->role = g_strdup ("staff");
  credentials->location = g_strdup ("l");
  credentials->location_name = g_strdup ("L");
  credentials->device_name = g_strdup ("Stand 1");
  g_strfreev (credentials->endpoints);
  credentials->endpoints = g_new0 (char *, 2);
  credentials->endpoints[0] = g_strdup (rig->url);
  g_assert_true (hl_credentials_save (credentials, path, &error));
}

static void
on_closed_desk (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (hl_desk_close_finish (HL_DESK (source), result, NULL));
  *(gboolean *)data = TRUE;
}

static void
close_desk (HlDesk *desk)
{
  gboolean closed = FALSE;

  hl_desk_close_async (desk, on_closed_desk, &closed);
  UNTIL (closed);
  g_object_unref (desk);
}

static void
remove_all (char *dir)
{
  g_autoptr (GDir) all = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (all)) != NULL) {
    g_autofree char *file = g_build_filename (dir, name, NULL);
    g_unlink (file);
  }
  g_rmdir (dir);
  g_free (dir);
}

static void
test_renewed (void)
{
  Rig rig;
  char *dir = g_dir_make_tmp ("hostline-scripted-XXXXXX", NULL);
  HlDesk *desk;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig.strict = TRUE;
  save (dir, &rig, "hl1_old", "stand-1");
  desk = hl_desk_new (dir);
  hl_desk_start (desk);
  /* the file has nothing new: the link stops, and says what to do */
  UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_STOPPED);
  g_assert_cmpint (hl_desk_get_cause (desk), ==, HL_LINK_CAUSE_DEVICE_REMOVED);
  g_assert_cmpuint (rig.requests, ==, 1);
  g_assert_true (hl_desk_get_paired (desk)); /* nothing was forgotten */
  /* another device's token is not this one's, renewed */
  save (dir, &rig, "hl1_secret", "stand-9");
  hl_desk_reconnect_now (desk);
  UNTIL (rig.requests == 2 && hl_desk_get_link_state (desk) == HL_LINK_STATE_STOPPED);
  /* somebody has put the new one there */
  save (dir, &rig, "hl1_secret", "stand-1");
  hl_desk_reconnect_now (desk);
  UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_LIVE);
  g_assert_cmpuint (rig.requests, ==, 4);
  close_desk (desk);
  rig_clear (&rig);
  remove_all (dir);
}

/* The desk may go away while its file is read. */
static void
test_gone_meanwhile (void)
{
  for (int i = 0; i < 20; i++) {
    Rig rig;
    char *dir = g_dir_make_tmp ("hostline-scripted-XXXXXX", NULL);
    HlDesk *desk;

    rig_serve (&rig, FALSE, TRUE);
    rig.strict = TRUE;
    save (dir, &rig, "hl1_old", "stand-1");
    desk = hl_desk_new (dir);
    hl_desk_start (desk);
    UNTIL (rig.requests == 1);
    for (int k = 0; k < i; k++)
      g_main_context_iteration (NULL, FALSE);
    close_desk (desk);
    rig_clear (&rig);
    remove_all (dir);
  }
}

static void
on_performed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hl_desk_perform_finish (HL_DESK (source), result, NULL, &error);
  g_assert_no_error (error);
  *(gboolean *)data = TRUE;
}

static JsonObject *
make_party (const char *id)
{
  JsonObject *data = json_object_new ();
  json_object_set_string_member (data, "party_id", id);
  json_object_set_int_member (data, "size", 2);
  json_object_set_string_member (data, "name", "Ng");
  return data;
}

static void
add_party (HlDesk *desk, const char *id)
{
  gboolean done = FALSE;

  hl_desk_perform_async (desk, HL_ACTION_ADD_PARTY, make_party (id), on_performed, &done);
  UNTIL (done);
}

/* K23 by the close code alone, its bye lost: what was under way goes to review, and the folder
 * stays a copy until it is paired anew, also after a restart, and though the server would let it
 * in. */
static void
test_copied (void)
{
  Rig rig;
  char *dir = g_dir_make_tmp ("hostline-scripted-XXXXXX", NULL);
  HlDesk *desk;
  HlOutboxItem *item;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  save (dir, &rig, "hl1_secret", "stand-1");
  desk = hl_desk_new (dir);
  hl_desk_start (desk);
  UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_LIVE);
  add_party (desk, "p-1");
  item = g_ptr_array_index (desk->items, 0);
  UNTIL (g_hash_table_size (desk->sent) == 1); /* this server never answers */
  soup_websocket_connection_close (g_ptr_array_index (rig.sockets, 0), 4410, NULL);
  UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_STOPPED);
  g_assert_cmpint (hl_desk_get_cause (desk), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  UNTIL (hl_outbox_item_get_state (item) == HL_ITEM_REVIEW);
  hl_desk_reconnect_now (desk);
  UNTIL (rig.opened == 2 && hl_desk_get_link_state (desk) == HL_LINK_STATE_STOPPED);
  close_desk (desk);

  desk = hl_desk_new (dir);
  hl_desk_start (desk);
  UNTIL (rig.opened == 3 && hl_desk_get_link_state (desk) == HL_LINK_STATE_STOPPED);
  g_assert_cmpint (hl_desk_get_cause (desk), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  g_assert_cmpint (hl_desk_get_unsent (desk), ==, 0);
  g_assert_cmpint (hl_desk_get_to_check (desk), ==, 1);
  close_desk (desk);
  rig_clear (&rig);
  remove_all (dir);
}

/* An action that the server cannot read closes the connection (4400). It must not do so for ever,
 * nor hold up the others: sent alone the next time, it is known, and a person has to look. */
static void
test_poison (void)
{
  Rig rig;
  char *dir = g_dir_make_tmp ("hostline-scripted-XXXXXX", NULL);
  HlDesk *desk;
  HlDeskTotals totals;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig.answers = TRUE;
  rig.poison = "p-3";
  save (dir, &rig, "hl1_secret", "stand-1");
  desk = hl_desk_new (dir);
  hl_desk_start (desk);
  UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_LIVE);
  rig.mode = MODE_STATUS;
  rig.status = 503;
  soup_websocket_connection_close (g_ptr_array_index (rig.sockets, 0), 1001, NULL);
  UNTIL (!hl_link_is_open (desk->link));
  add_party (desk, "p-1");
  add_party (desk, "p-2");
  add_party (desk, "p-3");
  add_party (desk, "p-4");
  rig.mode = MODE_WELCOME;
  hl_desk_reconnect_now (desk);
  /* nobody knows at first which of them it was, and nobody has to press anything */
  UNTIL (hl_desk_get_unsent (desk) == 0 && hl_desk_get_link_state (desk) == HL_LINK_STATE_LIVE);
  hl_desk_get_totals (desk, &totals);
  g_assert_cmpuint (totals.review, ==, 1);
  g_assert_cmpuint (totals.no_op, ==, 3);
  g_assert_cmpint (hl_outbox_item_get_state (g_ptr_array_index (desk->items, 2)), ==,
                   HL_ITEM_REVIEW);
  g_assert_cmpint (hl_outbox_item_get_reason (g_ptr_array_index (desk->items, 2)), ==,
                   HL_REASON_MALFORMED);
  close_desk (desk);
  rig_clear (&rig);
  remove_all (dir);
}

static void
save_pin (const char *dir, Rig *rig, const char *pin, const char *suffix)
{
  g_autofree char *path = g_build_filename (dir, "credentials", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCredentials) credentials = NULL;

  save (dir, rig, "hl1_secret", "stand-1");
  credentials = hl_credentials_load (path, &error);
  g_assert_no_error (error);
  g_strfreev (credentials->pins);
  credentials->pins = g_new0 (char *, 2);
  credentials->pins[0] = g_strdup (pin);
  g_free (credentials->endpoints[0]);
  credentials->endpoints[0] = g_strconcat (rig->url, suffix, NULL);
  g_assert_true (hl_credentials_save (credentials, path, &error));
}

/* The next key is believed only when the present one's owner says it. */
static void
test_announced_pins (void)
{
  const char next[] = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

  for (int tls = 0; tls < 2; tls++) {
    Rig rig;
    char *dir = g_dir_make_tmp ("hostline-scripted-XXXXXX", NULL);
    const char *pin = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    HlDesk *desk;

    rig_serve (&rig, tls, TRUE);
    rig.mode = MODE_WELCOME;
    rig.announced = next;
    save_pin (dir, &rig, tls ? rig.pin : pin, "");
    desk = hl_desk_new (dir);
    hl_desk_start (desk);
    UNTIL (hl_desk_get_link_state (desk) == HL_LINK_STATE_LIVE);
    g_assert_cmpstr (desk->credentials->pins[0], ==, tls ? next : pin);
    close_desk (desk);
    rig_clear (&rig);
    remove_all (dir);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hl_log_set_level (HL_LOG_WARNING);
  g_test_add_func ("/desk-scripted/renewed", test_renewed);
  g_test_add_func ("/desk-scripted/gone-meanwhile", test_gone_meanwhile);
  g_test_add_func ("/desk-scripted/copied", test_copied);
  g_test_add_func ("/desk-scripted/poison", test_poison);
  g_test_add_func ("/desk-scripted/announced-pins", test_announced_pins);
  return g_test_run ();
}
