/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The disk fails at every write and every sync of everything that the registry stores: what it said was done is there
 * after the file was opened anew, what failed can be done again, and the file is whole. */
#include "fault-vfs.h"
#include "store-fixture.h"

#include "store/hl-registry-connections.h"
#include "store/hl-registry.h"
#include "util/hl-id.h"

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlRegistry *registry;
  char *hook, *subscriber, *token;
  char *code;   /* of a pairing that waits */
  char *secret; /* that the next device comes with */
  guint round;
} Fixture;

static void
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->sqlite);
  fixture->sqlite = hl_sqlite_store_open (fixture->directory, FAULT_VFS, &error);
  g_assert_no_error (error);
  hl_sqlite_store_set_space_guard (fixture->sqlite, 0, NULL, NULL);
  fixture->registry = hl_registry_new (fixture->sqlite);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *locations[] = { "one", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *secret = NULL;
  char *token;

  fault_vfs_reset ();
  fixture->directory = fixture_make_directory ();
  open_store (fixture);
  g_assert_true (hl_store_add_location (HL_STORE (fixture->sqlite), "one", "One", "UTC", NOW, NULL));
  fixture->hook = hl_registry_add_hook (fixture->registry, "one", "retell", "secret", NULL, NOW, &path, &error);
  g_assert_no_error (error);
  fixture->subscriber =
    hl_registry_add_subscriber (fixture->registry, "one", "https://example.com/in", 0, NOW, &secret, &error);
  g_assert_no_error (error);
  token = hl_registry_add_token (fixture->registry, locations, HL_ROLE_STAFF, "Stand", 0, NOW, &fixture->token, &error);
  g_assert_no_error (error);
  hl_registry_free_secret (token);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  fault_vfs_disarm ();
  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->sqlite);
  g_clear_pointer (&fixture->hook, g_free);
  g_clear_pointer (&fixture->subscriber, g_free);
  g_clear_pointer (&fixture->token, g_free);
  g_clear_pointer (&fixture->code, g_free);
  g_clear_pointer (&fixture->secret, g_free);
  fixture_remove_directory (fixture->directory);
}

/* ---- what is written; each is asked to do something new in every round, or makes it so first ---- */

static gboolean
pair (Fixture *fixture, GError **error)
{
  g_autofree char *install_id = g_strdup_printf ("install-%u", fixture->round);
  g_autofree char *hash = hl_id_sha256_hex (fixture->secret, strlen (fixture->secret));
  HlPairRequest request = { .code = fixture->code, .secret_hash = hash, .device_name = "Stand", .install_id = install_id };
  g_autoptr (HlPairAnswer) answer = NULL;
  HlPairResult result;

  return hl_registry_pair (fixture->registry, &request, NOW, &result, &answer, error) && result == HL_PAIR_OK;
}

static void
before_pair (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_free (fixture->code);
  g_free (fixture->secret);
  fixture->code = hl_registry_add_pairing (fixture->registry, "one", HL_ROLE_STAFF, NULL, 0, NOW, NULL, &error);
  g_assert_no_error (error);
  fixture->secret = g_strdup_printf ("hl1_%032u", fixture->round);
}

static gboolean
is_paired (Fixture *fixture)
{
  g_autoptr (GPtrArray) devices = hl_registry_list_devices (fixture->registry, "one", NULL);
  g_autofree char *install_id = g_strdup_printf ("install-%u", fixture->round);

  for (guint i = 0; i < devices->len; i++) {
    HlDeviceInfo *device = g_ptr_array_index (devices, i);

    if (g_strcmp0 (device->install_id, install_id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
offer (Fixture *fixture, GError **error)
{
  g_autofree char *code = hl_registry_add_pairing (fixture->registry, "one", HL_ROLE_STAFF, NULL, 0, NOW, NULL, error);

  if (code != NULL) {
    g_free (fixture->code);
    g_free (fixture->secret);
    fixture->code = g_steal_pointer (&code);
    fixture->secret = g_strdup_printf ("hl1_%032u", fixture->round);
    return TRUE;
  }
  return FALSE;
}

static gboolean
is_offered (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  return pair (fixture, &error);
}

static gboolean
rotate_hook (Fixture *fixture, GError **error)
{
  g_autofree char *secret = g_strdup_printf ("secret-%u", fixture->round);

  return hl_registry_rotate_hook (fixture->registry, fixture->hook, secret, -1, NOW, NULL, error);
}

static HlHookInfo *
find_hook (GPtrArray *hooks)
{
  g_assert_cmpuint (hooks->len, ==, 1);
  return g_ptr_array_index (hooks, 0);
}

static gboolean
is_rotated (Fixture *fixture)
{
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (fixture->registry, "one", NOW, NULL);
  g_autofree char *secret = g_strdup_printf ("secret-%u", fixture->round);

  return g_strv_contains ((const char *const *)find_hook (hooks)->secrets, secret);
}

static gboolean
set_hook (Fixture *fixture, GError **error)
{
  g_autofree char *settings = g_strdup_printf ("{\"header\":\"X-%u\"}", fixture->round);

  return hl_registry_set_hook (fixture->registry, fixture->hook, settings, error);
}

static gboolean
is_set (Fixture *fixture)
{
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (fixture->registry, "one", NOW, NULL);
  g_autofree char *settings = g_strdup_printf ("{\"header\":\"X-%u\"}", fixture->round);

  return g_strcmp0 (find_hook (hooks)->settings, settings) == 0;
}

static gboolean
note_hook (Fixture *fixture, GError **error)
{
  HlHookNote note = { .last_event = NOW + fixture->round, .last_refusal = HL_REGISTRY_NEVER };

  return hl_registry_note_hook (fixture->registry, fixture->hook, &note, error);
}

static gboolean
is_noted (Fixture *fixture)
{
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (fixture->registry, "one", NOW, NULL);

  return find_hook (hooks)->last_event == NOW + fixture->round;
}

static HlSubscriberInfo *
find_subscriber (Fixture *fixture)
{
  g_autoptr (GPtrArray) all = hl_registry_list_subscribers (fixture->registry, "one", NOW, NULL);

  g_assert_cmpuint (all->len, ==, 1);
  return hl_subscriber_info_copy (g_ptr_array_index (all, 0));
}

static gboolean
note_subscriber (Fixture *fixture, GError **error)
{
  g_autoptr (HlSubscriberInfo) info = find_subscriber (fixture);

  info->seq = fixture->round;
  info->delivered = fixture->round;
  return hl_registry_note_subscriber (fixture->registry, info, error);
}

static gboolean
is_delivered (Fixture *fixture)
{
  g_autoptr (HlSubscriberInfo) info = find_subscriber (fixture);

  return info->seq == fixture->round && info->delivered == fixture->round;
}

static gboolean
rotate_subscriber (Fixture *fixture, GError **error)
{
  g_clear_pointer (&fixture->secret, g_free);
  return hl_registry_rotate_subscriber (fixture->registry, fixture->subscriber, NOW, &fixture->secret, error);
}

static gboolean
signs_with_it (Fixture *fixture)
{
  g_autoptr (HlSubscriberInfo) info = find_subscriber (fixture);

  return g_strcmp0 (info->secrets[0], fixture->secret) == 0;
}

static gboolean
log_connection (Fixture *fixture, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_connection_row_free);
  g_autofree char *session = g_strdup_printf ("s%u", fixture->round);

  g_ptr_array_add (rows, hl_connection_row_new (NOW, "one", "open", session, "d1"));
  g_ptr_array_add (rows, hl_connection_row_new (NOW, "one", "welcome", session, "d1"));
  return hl_registry_add_connections (fixture->registry, rows, error);
}

static gboolean
is_logged (Fixture *fixture)
{
  HlConnectionQuery query = { .location = "one", .limit = 100000 };
  g_autoptr (GPtrArray) rows = hl_registry_list_connections (fixture->registry, &query, NULL);
  g_autofree char *session = g_strdup_printf ("s%u", fixture->round);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n += g_strcmp0 (((HlConnectionRow *)g_ptr_array_index (rows, i))->session, session) == 0;
  return n == 2;
}

static gboolean
begin_log (Fixture *fixture, GError **error)
{
  return hl_registry_begin_connections (fixture->registry, NOW + fixture->round, error);
}

static gboolean
has_begun (Fixture *fixture)
{
  HlConnectionQuery query = { .location = "one", .limit = 100000 };
  g_autoptr (GPtrArray) rows = hl_registry_list_connections (fixture->registry, &query, NULL);

  for (guint i = 0; i < rows->len; i++) {
    HlConnectionRow *row = g_ptr_array_index (rows, i);

    if (g_str_equal (row->what, "server") && row->at == NOW + fixture->round)
      return TRUE;
  }
  return FALSE;
}

static gboolean
touch_token (Fixture *fixture, GError **error)
{
  return hl_registry_touch_token (fixture->registry, fixture->token, NOW + fixture->round * 1000, error);
}

static gboolean
is_touched (Fixture *fixture)
{
  g_autoptr (GPtrArray) tokens = hl_registry_list_tokens (fixture->registry, "one", NULL);

  for (guint i = 0; i < tokens->len; i++) {
    HlTokenInfo *token = g_ptr_array_index (tokens, i);

    if (g_str_equal (token->id, fixture->token))
      return token->last_used == NOW + fixture->round * 1000;
  }
  return FALSE;
}

typedef struct {
  const char *name;
  void (*before) (Fixture *fixture);
  gboolean (*write) (Fixture *fixture, GError **error);
  gboolean (*is_there) (Fixture *fixture);
} Operation;

static const Operation operations[] = {
  { "pairing", NULL, offer, is_offered },
  { "pair", before_pair, pair, is_paired },
  { "rotate-hook", NULL, rotate_hook, is_rotated },
  { "set-hook", NULL, set_hook, is_set },
  { "note-hook", NULL, note_hook, is_noted },
  { "note-subscriber", NULL, note_subscriber, is_delivered },
  { "rotate-subscriber", NULL, rotate_subscriber, signs_with_it },
  { "connections", NULL, log_connection, is_logged },
  { "begin-connections", NULL, begin_log, has_begun },
  { "touch-token", NULL, touch_token, is_touched },
};

/* ---- faults ---- */

/* FALSE once nth is beyond all there are. */
static gboolean
run (Fixture *fixture, const Operation *operation, FaultKind kind, guint nth)
{
  g_autoptr (GError) error = NULL;
  gboolean done, fired;

  fixture->round++;
  if (operation->before != NULL)
    operation->before (fixture);
  fault_vfs_arm (kind, nth);
  done = operation->write (fixture, &error);
  fired = fault_vfs_has_fired ();
  fault_vfs_disarm ();
  g_assert_true (done == (error == NULL));
  if (!done) {
    g_assert_true (error->domain == HL_STORE_ERROR);
    g_assert_true (error->code == HL_STORE_ERROR_FULL || error->code == HL_STORE_ERROR_FAILED);
    g_clear_error (&error);
    if (hl_store_is_broken (HL_STORE (fixture->sqlite))) {
      g_assert_true (hl_store_reopen (HL_STORE (fixture->sqlite), &error));
      g_assert_no_error (error);
    }
    /* once more, and it is done */
    done = operation->write (fixture, &error);
    g_assert_no_error (error);
    g_assert_true (done);
  }
  open_store (fixture);
  g_assert_true (operation->is_there (fixture));
  return fired;
}

static void
test_operation (Fixture *fixture, gconstpointer data)
{
  static const FaultKind kinds[] = { FAULT_FULL, FAULT_WRITE, FAULT_SYNC, FAULT_STOPPED };
  const Operation *operation = data;
  g_autoptr (GError) error = NULL;
  guint places = 0, findings = 99;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    for (guint nth = 1; run (fixture, operation, kinds[i], nth); nth++)
      places++;
  }
  g_test_message ("%u places", places);
  g_assert_cmpuint (places, >=, 4);
  g_assert_true (hl_store_check (HL_STORE (fixture->sqlite), TRUE, NULL, NULL, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++) {
    g_autofree char *path = g_strdup_printf ("/registry/faults/%s", operations[i].name);

    g_test_add (path, Fixture, &operations[i], set_up, test_operation, tear_down);
  }
  return g_test_run ();
}
