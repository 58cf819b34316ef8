/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens, pairing codes, devices, hooks, and the main thread's copy of them. */
#include "store-fixture.h"

#include <string.h>

#include "store/hl-registry.h"
#include "util/hl-id.h"

#define MINUTE (60 * 1000)

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlRegistry *registry;
} Fixture;

static const char *const one[] = { "one", NULL };
static const char *const both[] = { "one", "two", NULL };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->registry = hl_registry_new (fixture->sqlite);
  g_assert_true (
    hl_store_add_location (HL_STORE (fixture->sqlite), "one", "One", "UTC", NOW, NULL));
  g_assert_true (
    hl_store_add_location (HL_STORE (fixture->sqlite), "two", "Two", "UTC", NOW, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

static HlRegistryCache *
load (Fixture *fixture, gint64 now)
{
  g_autoptr (GError) error = NULL;
  HlRegistryCache *cache = hl_registry_load_cache (fixture->registry, now, &error);

  g_assert_no_error (error);
  return cache;
}

static char *
add_token (Fixture *fixture, const char *const *locations, HlRole role, gint64 expires, char **id)
{
  g_autoptr (GError) error = NULL;
  char *token =
    hl_registry_add_token (fixture->registry, locations, role, "A name", expires, NOW, id, &error);

  g_assert_no_error (error);
  return token;
}

/* Nothing that was given out may lie in the files. */
static void
assert_not_stored (Fixture *fixture, const char *secret)
{
  static const char *const names[] = { "hostline.db", "hostline.db-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (fixture->directory, names[i], NULL);
    g_autofree char *contents = NULL;
    gsize length = 0;

    if (g_file_get_contents (path, &contents, &length, NULL))
      g_assert_null (memmem (contents, length, secret, strlen (secret)));
  }
}

static void
test_token (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *token = add_token (fixture, both, HL_ROLE_PUBLISHER, HL_REGISTRY_NEVER, &id);
  g_autofree char *wrong = g_strdup (token);
  g_autoptr (HlRegistryCache) cache = load (fixture, NOW);
  g_auto (GStrv) parts = g_strsplit (token, "_", 3);
  const HlTokenInfo *info;

  g_assert_cmpstr (parts[0], ==, "hl1");
  g_assert_cmpstr (parts[1], ==, id);
  g_assert_cmpuint (strlen (parts[1]), ==, 10);
  g_assert_cmpuint (strlen (parts[2]), ==, 43);
  info = hl_registry_cache_find_token (cache, token, NOW);
  g_assert_nonnull (info);
  g_assert_cmpstr (info->id, ==, id);
  g_assert_cmpint (info->role, ==, HL_ROLE_PUBLISHER);
  g_assert_cmpstr (info->name, ==, "A name");
  g_assert_null (info->device);
  g_assert_true (hl_registry_cache_allows (info, "one"));
  g_assert_true (hl_registry_cache_allows (info, "two"));
  g_assert_false (hl_registry_cache_allows (info, "three"));

  wrong[strlen (wrong) - 5] = wrong[strlen (wrong) - 5] == 'A' ? 'B' : 'A';
  g_assert_null (hl_registry_cache_find_token (cache, wrong, NOW));
  g_assert_null (hl_registry_cache_find_token (cache, "", NOW));
  g_assert_null (hl_registry_cache_find_token (cache, NULL, NOW));
  g_assert_null (hl_registry_cache_find_token (cache, "hl1_aaaaaaaaaa_x", NOW));
  assert_not_stored (fixture, parts[2]);
}

static void
test_token_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const none[] = { NULL };
  static const char *const nowhere[] = { "one", "nowhere", NULL };
  g_autofree char *long_name = g_strnfill (65, 'n');
  g_autoptr (GPtrArray) list = NULL;
  struct {
    const char *const *locations;
    HlRole role;
    const char *name;
    gint64 expires;
    HlRegistryError code;
  } cases[] = {
    { none, HL_ROLE_STAFF, "x", 0, HL_REGISTRY_ERROR_INVALID },
    { nowhere, HL_ROLE_STAFF, "x", 0, HL_REGISTRY_ERROR_UNKNOWN },
    { one, HL_ROLE_SYSTEM, "x", 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_GUEST, "x", 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_STAFF, "", 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_STAFF, "a\nb", 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_STAFF, "\xff", 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_STAFF, long_name, 0, HL_REGISTRY_ERROR_INVALID },
    { one, HL_ROLE_STAFF, "x", NOW, HL_REGISTRY_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (hl_registry_add_token (fixture->registry, cases[i].locations, cases[i].role,
                                          cases[i].name, cases[i].expires, NOW, NULL, &error));
    g_assert_error (error, HL_REGISTRY_ERROR, (int) cases[i].code);
  }
  /* Nothing is left behind, not even half of it. */
  list = hl_registry_list_tokens (fixture->registry, NULL, NULL);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
test_expiry_and_revocation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *short_id = NULL;
  g_autofree char *id = NULL;
  g_autofree char *short_lived =
    add_token (fixture, one, HL_ROLE_STAFF, NOW + MINUTE, &short_id);
  g_autofree char *token = add_token (fixture, one, HL_ROLE_STAFF, HL_REGISTRY_NEVER, &id);
  g_autoptr (HlRegistryCache) before = load (fixture, NOW);
  g_autoptr (HlRegistryCache) after = NULL;
  g_autoptr (GPtrArray) list = NULL;

  g_assert_nonnull (hl_registry_cache_find_token (before, short_lived, NOW + MINUTE - 1));
  g_assert_null (hl_registry_cache_find_token (before, short_lived, NOW + MINUTE));
  g_assert_false (hl_registry_cache_is_valid (before, short_id, NOW + MINUTE));
  g_assert_true (hl_registry_cache_is_valid (before, id, NOW + MINUTE));

  g_assert_true (hl_registry_touch_token (fixture->registry, id, NOW + 5, &error));
  g_assert_true (hl_registry_revoke_token (fixture->registry, id, NOW + 10, &error));
  g_assert_true (hl_registry_revoke_token (fixture->registry, id, NOW + 20, &error));
  g_assert_false (hl_registry_revoke_token (fixture->registry, "0000000000", NOW, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
  after = load (fixture, NOW + 30);
  g_assert_null (hl_registry_cache_find_token (after, token, NOW + 30));
  g_assert_false (hl_registry_cache_is_valid (after, id, NOW + 30));
  g_assert_nonnull (hl_registry_cache_find_token (after, short_lived, NOW + 30));
  list = hl_registry_list_tokens (fixture->registry, "one", NULL);
  g_assert_cmpuint (list->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const HlTokenInfo *info = list->pdata[i];

    if (strcmp (info->id, id) != 0)
      continue;
    g_assert_cmpint (info->revoked, ==, NOW + 10);
    g_assert_cmpint (info->last_used, ==, NOW + 5);
  }
}

static void
test_tokens_follow_locations (Fixture *fixture, gconstpointer data)
{
  g_autofree char *only_one = add_token (fixture, one, HL_ROLE_STAFF, 0, NULL);
  g_autofree char *shared = add_token (fixture, both, HL_ROLE_STAFF, 0, NULL);
  g_autoptr (HlRegistryCache) cache = NULL;
  const HlTokenInfo *info;

  g_assert_true (hl_store_remove_location (HL_STORE (fixture->sqlite), "one", NULL));
  cache = load (fixture, NOW);
  g_assert_null (hl_registry_cache_find_token (cache, only_one, NOW));
  info = hl_registry_cache_find_token (cache, shared, NOW);
  g_assert_nonnull (info);
  g_assert_false (hl_registry_cache_allows (info, "one"));
  g_assert_true (hl_registry_cache_allows (info, "two"));
  g_assert_false (hl_registry_cache_has_location (cache, "one"));
  g_assert_true (hl_registry_cache_has_location (cache, "two"));
  g_assert_cmpstr (hl_registry_cache_get_locations (cache)[0], ==, "two");
  g_assert_null (hl_registry_cache_get_locations (cache)[1]);
}

/* ---- pairing ---- */

static char *
hash_of (const char *secret)
{
  return hl_id_sha256_hex (secret, strlen (secret));
}

static HlPairResult
pair (Fixture *fixture, const char *code, const char *secret, const char *install_id, gint64 now,
      HlPairAnswer **answer)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = hash_of (secret);
  HlPairRequest request = { .code = code,
                            .secret_hash = hash,
                            .device_name = "Host stand, links",
                            .install_id = install_id,
                            .app = "hostline/0.1",
                            .platform = "native" };
  g_autoptr (HlPairAnswer) given = NULL;
  HlPairResult result;

  g_assert_true (hl_registry_pair (fixture->registry, &request, now, &result, &given, &error));
  g_assert_no_error (error);
  g_assert_true ((result == HL_PAIR_OK) == (given != NULL));
  if (answer != NULL)
    *answer = g_steal_pointer (&given);
  return result;
}

static char *
add_pairing (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  gint64 expires = 0;
  char *code = hl_registry_add_pairing (fixture->registry, "one", HL_ROLE_STAFF, name, 0, NOW,
                                        &expires, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (code), ==, 8);
  g_assert_cmpint (expires, ==, NOW + 10 * MINUTE);
  return code;
}

#define SECRET_1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SECRET_2 "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"

/* An id stands in the log. */
static void
test_no_phone_in_an_id (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, "Tel. +1 202 555 0142");
  g_autoptr (HlPairAnswer) answer = NULL;

  g_assert_cmpint (pair (fixture, code, SECRET_1, "install-1", NOW + MINUTE, &answer), ==, HL_PAIR_OK);
  g_assert_true (g_str_has_prefix (answer->device, "tel-1-202-"));
  g_assert_cmpuint (strlen (answer->device), ==, strlen ("tel-1-202-") + 4);
}

static void
test_pair (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, NULL);
  g_autofree char *lower = g_ascii_strdown (code, -1);
  g_autofree char *typed = g_strdup_printf ("%.4s-%s", lower, lower + 4);
  g_autoptr (HlPairAnswer) answer = NULL, again = NULL;
  g_autoptr (HlRegistryCache) cache = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autofree char *token = NULL;
  const HlTokenInfo *info;
  const HlDeviceInfo *device;

  assert_not_stored (fixture, code);
  g_assert_cmpint (pair (fixture, typed, SECRET_1, "install-1", NOW + MINUTE, &answer), ==,
                   HL_PAIR_OK);
  g_assert_cmpstr (answer->location, ==, "one");
  g_assert_cmpint (answer->role, ==, HL_ROLE_STAFF);
  g_assert_false (answer->again);
  g_assert_true (g_str_has_prefix (answer->device, "host-stand-links-"));
  g_assert_cmpuint (strlen (answer->device), ==, strlen ("host-stand-links-") + 4);

  /* The app made the secret; with the id it is a token. */
  token = g_strdup_printf ("hl1_%s_%s", answer->token_id, SECRET_1);
  cache = load (fixture, NOW);
  info = hl_registry_cache_find_token (cache, token, NOW);
  g_assert_nonnull (info);
  g_assert_cmpstr (info->device, ==, answer->device);

  /* A lost reply is given again, the same; another secret gets nothing. */
  g_assert_cmpint (pair (fixture, code, SECRET_1, "install-1", NOW + 2 * MINUTE, &again), ==,
                   HL_PAIR_OK);
  g_assert_true (again->again);
  g_assert_cmpstr (again->device, ==, answer->device);
  g_assert_cmpstr (again->token_id, ==, answer->token_id);
  g_assert_cmpint (pair (fixture, code, SECRET_2, "install-1", NOW + 2 * MINUTE, NULL), ==,
                   HL_PAIR_CODE_USED);
  g_assert_cmpint (pair (fixture, code, SECRET_1, "install-1", NOW + 11 * MINUTE, NULL), ==,
                   HL_PAIR_CODE_USED);
  devices = hl_registry_list_devices (fixture->registry, "one", NULL);
  g_assert_cmpuint (devices->len, ==, 1);
  device = devices->pdata[0];
  g_assert_cmpstr (device->name, ==, "Host stand, links");
  g_assert_cmpstr (device->install_id, ==, "install-1");
  g_assert_cmpstr (device->platform, ==, "native");
}

static void
test_pair_late_or_unknown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, NULL);

  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW + 10 * MINUTE, NULL), ==,
                   HL_PAIR_CODE_EXPIRED);
  g_assert_cmpint (pair (fixture, "00000000", SECRET_1, "i", NOW, NULL), ==,
                   HL_PAIR_CODE_UNKNOWN);
  g_assert_cmpint (pair (fixture, "no code", SECRET_1, "i", NOW, NULL), ==, HL_PAIR_CODE_UNKNOWN);
  /* Still good in time. */
  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW + 10 * MINUTE - 1, NULL), ==,
                   HL_PAIR_OK);
}

static void
test_wrong_tries_void_only_that_pairing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, NULL);
  g_autofree char *other = add_pairing (fixture, NULL);
  g_autofree char *wrong = g_strdup (code);

  wrong[7] = wrong[7] == 'A' ? 'B' : 'A';
  for (guint i = 0; i < HL_REGISTRY_CODE_TRIES; i++)
    g_assert_cmpint (pair (fixture, wrong, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_CODE_UNKNOWN);
  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_CODE_EXPIRED);
  g_assert_cmpint (pair (fixture, wrong, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_CODE_UNKNOWN);
  g_assert_cmpint (pair (fixture, other, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_OK);
}

static void
test_fewer_wrong_tries (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, NULL);
  g_autofree char *wrong = g_strdup (code);

  wrong[7] = wrong[7] == 'A' ? 'B' : 'A';
  for (guint i = 0; i + 1 < HL_REGISTRY_CODE_TRIES; i++)
    g_assert_cmpint (pair (fixture, wrong, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_CODE_UNKNOWN);
  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_OK);
}

static void
test_pair_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first_code = add_pairing (fixture, "Front desk");
  g_autofree char *second_code = add_pairing (fixture, NULL);
  g_autoptr (HlPairAnswer) first = NULL, second = NULL, lost = NULL;
  g_autoptr (HlRegistryCache) cache = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  g_assert_cmpint (pair (fixture, first_code, SECRET_1, "same", NOW, &first), ==, HL_PAIR_OK);
  g_assert_true (g_str_has_prefix (first->device, "front-desk-"));
  g_assert_cmpint (pair (fixture, second_code, SECRET_2, "same", NOW + 1, &second), ==,
                   HL_PAIR_OK);
  g_assert_cmpstr (first->device, !=, second->device);
  cache = load (fixture, NOW + 2);
  g_assert_false (hl_registry_cache_is_valid (cache, first->token_id, NOW + 2));
  g_assert_true (hl_registry_cache_is_valid (cache, second->token_id, NOW + 2));
  devices = hl_registry_list_devices (fixture->registry, "one", NULL);
  g_assert_cmpuint (devices->len, ==, 2);
  g_assert_cmpint (((HlDeviceInfo *) devices->pdata[0])->removed, ==, NOW + 1);
  g_assert_cmpint (((HlDeviceInfo *) devices->pdata[1])->removed, ==, HL_REGISTRY_NEVER);
  /* The revoked one is not answered again. */
  g_assert_cmpint (pair (fixture, first_code, SECRET_1, "same", NOW + 2, &lost), ==,
                   HL_PAIR_CODE_USED);
}

static void
test_remove_device (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = add_pairing (fixture, NULL);
  g_autoptr (HlPairAnswer) answer = NULL;
  g_autoptr (HlRegistryCache) cache = NULL;

  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW, &answer), ==, HL_PAIR_OK);
  g_assert_true (hl_registry_remove_device (fixture->registry, answer->device, NOW, &error));
  cache = load (fixture, NOW);
  g_assert_false (hl_registry_cache_is_valid (cache, answer->token_id, NOW));
  g_assert_false (hl_registry_remove_device (fixture->registry, "ghost", NOW, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
}

static void
test_pair_invalid (Fixture *fixture, gconstpointer data)
{
  g_autofree char *code = add_pairing (fixture, NULL);
  g_autofree char *hash = hash_of (SECRET_1);
  const char *bad_names[] = { "", "tab\there", NULL };
  HlPairResult result;
  HlPairAnswer *answer;

  for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++) {
    g_autoptr (GError) error = NULL;
    HlPairRequest request = {
      .code = code, .secret_hash = hash, .device_name = bad_names[i], .install_id = "i"
    };

    g_assert_false (hl_registry_pair (fixture->registry, &request, NOW, &result, &answer, &error));
    g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID);
  }
  /* The code was not spent on them. */
  g_assert_cmpint (pair (fixture, code, SECRET_1, "i", NOW, NULL), ==, HL_PAIR_OK);
}

static void
test_many_pairings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 300; i++) {
    g_autofree char *code = add_pairing (fixture, NULL);

    g_assert_true (g_hash_table_add (names, g_strndup (code, 3)));
  }
}

/* ---- hooks ---- */

static void
test_hook (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = hl_registry_add_hook (fixture->registry, "one", "retell", "s3cret",
                                              "{\"language\":\"es\"}", NOW, &path, &error);
  g_autoptr (HlRegistryCache) cache = load (fixture, NOW);
  const HlHookInfo *hook;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (path), ==, 32);
  assert_not_stored (fixture, path);
  hook = hl_registry_cache_find_hook (cache, "retell", "one", path, NOW);
  g_assert_nonnull (hook);
  g_assert_cmpstr (hook->id, ==, id);
  g_assert_cmpstr (hook->secrets[0], ==, "s3cret");
  g_assert_cmpstr (hook->settings, ==, "{\"language\":\"es\"}");
  g_assert_null (hl_registry_cache_find_hook (cache, "vapi", "one", path, NOW));
  g_assert_null (hl_registry_cache_find_hook (cache, "retell", "two", path, NOW));
  g_assert_null (hl_registry_cache_find_hook (cache, "retell", "one", "wrong", NOW));
  g_assert_null (hl_registry_cache_find_hook (cache, "retell", "one", "", NOW));
}

static void
assert_valid (char **secrets, const gint64 *ends, gint64 now, const char *expected)
{
  g_autofree const char **valid = hl_registry_choose_valid (secrets, ends, now);
  g_autofree char *joined = g_strjoinv (" ", (char **) valid);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_hook_rotation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *old_path = NULL;
  g_autofree char *new_path = NULL;
  g_autofree char *third_path = NULL;
  g_autofree char *id = hl_registry_add_hook (fixture->registry, "one", "retell", "old", NULL, NOW,
                                              &old_path, &error);
  g_autoptr (HlRegistryCache) during = NULL, after = NULL, strict = NULL;
  const HlHookInfo *hook;

  g_assert_true (
    hl_registry_rotate_hook (fixture->registry, id, "new", MINUTE, NOW, &new_path, &error));
  during = load (fixture, NOW + MINUTE - 1);
  hook = hl_registry_cache_find_hook (during, "retell", "one", old_path, NOW + MINUTE - 1);
  g_assert_nonnull (hook);
  g_assert_true (hook == hl_registry_cache_find_hook (during, "retell", "one", new_path, NOW + MINUTE - 1));
  g_assert_cmpuint (g_strv_length (hook->secrets), ==, 2);
  g_assert_cmpstr (hook->secrets[0], ==, "new");
  /* A server that nobody asks for anything keeps what it has read: the time counts when it is used. */
  g_assert_null (hl_registry_cache_find_hook (during, "retell", "one", old_path, NOW + MINUTE));
  g_assert_true (hook == hl_registry_cache_find_hook (during, "retell", "one", new_path, NOW + MINUTE));
  assert_valid (hook->secrets, hook->secret_ends, NOW + MINUTE - 1, "new old");
  assert_valid (hook->secrets, hook->secret_ends, NOW + MINUTE, "new");
  after = load (fixture, NOW + MINUTE);
  g_assert_null (hl_registry_cache_find_hook (after, "retell", "one", old_path, NOW + MINUTE));
  hook = hl_registry_cache_find_hook (after, "retell", "one", new_path, NOW + MINUTE);
  g_assert_cmpuint (g_strv_length (hook->secrets), ==, 1);
  g_assert_cmpstr (hook->secrets[0], ==, "new");
  /* At once, and only the path. */
  g_assert_true (
    hl_registry_rotate_hook (fixture->registry, id, NULL, -1, NOW + 1, &third_path, &error));
  strict = load (fixture, NOW + 1);
  g_assert_null (hl_registry_cache_find_hook (strict, "retell", "one", new_path, NOW + 1));
  hook = hl_registry_cache_find_hook (strict, "retell", "one", third_path, NOW + 1);
  g_assert_cmpstr (hook->secrets[0], ==, "new");
  g_assert_false (
    hl_registry_rotate_hook (fixture->registry, "ghost", "x", 0, NOW, &third_path, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
}

static void
test_hook_notes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = hl_registry_add_hook (fixture->registry, "one", "retell", NULL, NULL, NOW,
                                              &path, &error);
  g_autoptr (GPtrArray) list = NULL, none = NULL;
  const HlHookNote notes[] = {
    { .last_event = NOW + 1 },
    { .last_refusal = NOW + 2, .refusal_reason = "wrong_url", .refusal_url = "https://h/", .refused = 2 },
    { .last_event = NOW + 3, .unreadable = 1, .ignored = 4 },
    { .last_refusal = NOW + 3, .refusal_reason = "mismatch", .refused = 1 },
    { .last_event = NOW + 4, .unreadable = 1 },
  };
  const HlHookInfo *hook;

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    g_assert_true (hl_registry_note_hook (fixture->registry, id, &notes[i], &error));
  g_assert_true (hl_registry_note_hook (fixture->registry, "ghost", &notes[0], &error));
  g_assert_true (hl_registry_set_hook (fixture->registry, id, "{\"header\":\"x\"}", &error));
  list = hl_registry_list_hooks (fixture->registry, "one", NOW, &error);
  g_assert_cmpuint (list->len, ==, 1);
  hook = list->pdata[0];
  g_assert_cmpint (hook->last_event, ==, NOW + 4);
  g_assert_cmpint (hook->last_refusal, ==, NOW + 3);
  g_assert_cmpstr (hook->refusal_reason, ==, "mismatch");
  g_assert_null (hook->refusal_url);
  g_assert_cmpuint (hook->refused, ==, 3);
  g_assert_cmpuint (hook->ignored, ==, 4);
  g_assert_cmpuint (hook->unreadable, ==, 2);
  g_assert_cmpstr (hook->settings, ==, "{\"header\":\"x\"}");
  g_assert_null (hook->secrets[0]);
  none = hl_registry_list_hooks (fixture->registry, "two", NOW, &error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_true (hl_registry_remove_hook (fixture->registry, id, &error));
  g_assert_false (hl_registry_remove_hook (fixture->registry, id, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_false (hl_registry_set_hook (fixture->registry, id, "{}", &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
}

static void
test_hook_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;

  g_assert_null (hl_registry_add_hook (fixture->registry, "one", "Bad Name", NULL, NULL, NOW,
                                       &path, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (
    hl_registry_add_hook (fixture->registry, "nowhere", "vapi", NULL, NULL, NOW, &path, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_null (
    hl_registry_add_hook (fixture->registry, "one", "vapi", "", NULL, NOW, &path, &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID);
}

/* ---- subscribers ---- */

static void
test_subscriber (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *next = NULL;
  g_autofree char *id = hl_registry_add_subscriber (
    fixture->registry, "one", "https://example.org/hook", -1, NOW, &secret, &error);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (HlSubscriberInfo) moved = NULL;
  const HlSubscriberInfo *subscriber;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (secret, "whsec_"));
  g_assert_true (hl_registry_rotate_subscriber (fixture->registry, id, NOW, &next, &error));
  list = hl_registry_list_subscribers (fixture->registry, NULL, NOW, &error);
  g_assert_cmpuint (list->len, ==, 1);
  moved = hl_subscriber_info_copy (list->pdata[0]);
  g_clear_pointer (&list, g_ptr_array_unref);
  g_assert_cmpuint (moved->seq, ==, 0);
  g_assert_cmpuint (moved->failing_since, ==, HL_REGISTRY_NEVER);
  g_free (moved->epoch);
  moved->epoch = g_strdup ("ep");
  moved->seq = 7;
  moved->planned = 9;
  moved->attempts = 3;
  moved->last_status = 500;
  moved->last_error = g_strdup ("HTTP 500");
  moved->failing_since = NOW;
  moved->disabled = NOW + 1;
  moved->disabled_reason = g_strdup ("It failed.");
  g_assert_true (hl_registry_note_subscriber (fixture->registry, moved, &error));
  list = hl_registry_list_subscribers (fixture->registry, "one", NOW, &error);
  g_assert_cmpuint (list->len, ==, 1);
  subscriber = list->pdata[0];
  g_assert_cmpstr (subscriber->secrets[0], ==, next);
  g_assert_cmpstr (subscriber->secrets[1], ==, secret);
  assert_valid (moved->secrets, moved->secret_ends, NOW + HL_REGISTRY_ROTATE_MS, next);
  g_assert_cmpstr (subscriber->epoch, ==, "ep");
  g_assert_cmpuint (subscriber->seq, ==, 7);
  g_assert_cmpuint (subscriber->planned, ==, 9);
  g_assert_cmpstr (subscriber->last_error, ==, "HTTP 500");
  g_assert_cmpstr (subscriber->disabled_reason, ==, "It failed.");
  g_assert_true (hl_registry_enable_subscriber (fixture->registry, id, &error));
  g_clear_pointer (&list, g_ptr_array_unref);
  list = hl_registry_list_subscribers (fixture->registry, "one", NOW + HL_REGISTRY_ROTATE_MS, &error);
  subscriber = list->pdata[0];
  g_assert_cmpuint (subscriber->disabled, ==, HL_REGISTRY_NEVER);
  g_assert_null (subscriber->disabled_reason);
  g_assert_cmpuint (subscriber->seq, ==, 7);
  g_assert_cmpuint (g_strv_length (subscriber->secrets), ==, 1);
  g_assert_false (hl_registry_enable_subscriber (fixture->registry, "sub-none", &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_null (hl_registry_add_subscriber (fixture->registry, "one", "ftp://x/", -1, NOW, &next,
                                             &error));
  g_assert_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (hl_registry_remove_subscriber (fixture->registry, id, &error));
}

static void
test_in_a_request (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *token = NULL;

  /* The registry takes part in the store's transaction. */
  g_assert_true (hl_store_begin_request (HL_STORE (fixture->sqlite), &error));
  token = add_token (fixture, one, HL_ROLE_STAFF, 0, NULL);
  g_assert_true (hl_store_rollback_request (HL_STORE (fixture->sqlite), &error));
  list = hl_registry_list_tokens (fixture->registry, NULL, &error);
  g_assert_cmpuint (list->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/registry/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("token/use", test_token);
  ADD ("token/refused", test_token_refused);
  ADD ("token/expiry-revocation", test_expiry_and_revocation);
  ADD ("token/location-removed", test_tokens_follow_locations);
  ADD ("token/in-a-request", test_in_a_request);
  ADD ("pair/use", test_pair);
  ADD ("pair/no-phone-in-an-id", test_no_phone_in_an_id);
  ADD ("pair/late-unknown", test_pair_late_or_unknown);
  ADD ("pair/wrong-tries", test_wrong_tries_void_only_that_pairing);
  ADD ("pair/fewer-wrong-tries", test_fewer_wrong_tries);
  ADD ("pair/again", test_pair_again);
  ADD ("pair/invalid", test_pair_invalid);
  ADD ("pair/many", test_many_pairings);
  ADD ("device/remove", test_remove_device);
  ADD ("hook/use", test_hook);
  ADD ("hook/rotation", test_hook_rotation);
  ADD ("hook/notes", test_hook_notes);
  ADD ("hook/refused", test_hook_refused);
  ADD ("subscriber", test_subscriber);
#undef ADD
  return g_test_run ();
}
