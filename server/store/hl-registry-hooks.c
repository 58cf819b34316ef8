/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hooks of providers: their path and signing secrets are rotated with an overlap. */
#include "store/hl-registry-private.h"

#include <string.h>

#include "store/hl-sqlite-proof.h"
#include "util/hl-id.h"

#define PATH_CHARACTERS 32   /* 160 random bits */

static gboolean
is_provider (const char *text)
{
  gsize length = strlen (text);

  return length >= 1 && length <= 32 &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static gint64
end_of_grace (gint64 grace_ms, gint64 now)
{
  if (grace_ms < 0)
    return now;
  return now + (grace_ms > 0 ? grace_ms : HL_REGISTRY_ROTATE_MS);
}

/* ---- adding and rotating ---- */

typedef struct {
  const char *id;
  const char *location;
  const char *provider;
  const char *secret;    /* (nullable) */
  const char *settings;
  const char *path_hash; /* (nullable) */
  gint64 now;
  gint64 grace_end;
} Hook;

static gboolean
add_path (HlDatabase *db, const Hook *hook, GError **error)
{
  const char *texts[] = { hook->id, hook->path_hash, NULL };

  return hl_registry_run (db, "INSERT INTO hook_path (hook, hash, created) VALUES (?, ?, ?)",
                          texts, &hook->now, 1, error);
}

static gboolean
add_secret (HlDatabase *db, const Hook *hook, GError **error)
{
  const char *texts[] = { hook->id, hook->secret, NULL };

  return hl_registry_run (db, "INSERT INTO hook_secret (hook, secret, created) VALUES (?, ?, ?)",
                          texts, &hook->now, 1, error);
}

static gboolean
on_add_hook (HlDatabase *db, gpointer data, GError **error)
{
  const Hook *hook = data;
  const char *texts[] = { hook->id, hook->location, hook->provider, hook->settings, NULL };

  return hl_registry_need_location (db, hook->location, error) &&
         hl_registry_run (db,
                          "INSERT INTO hook (id, location, provider, settings, created) "
                          "VALUES (?, ?, ?, ?, ?)",
                          texts, &hook->now, 1, error) &&
         add_path (db, hook, error) && (hook->secret == NULL || add_secret (db, hook, error));
}

static gboolean
check_secret (const char *secret, GError **error)
{
  if (secret == NULL || (secret[0] != '\0' && strlen (secret) <= 4096 &&
                         g_utf8_validate (secret, -1, NULL)))
    return TRUE;
  g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                       "A signing secret is text of 1 to 4096 bytes.");
  return FALSE;
}

char *
hl_registry_add_hook (HlRegistry *self, const char *location, const char *provider,
                      const char *secret, const char *settings, gint64 now, char **path_secret,
                      GError **error)
{
  g_autofree char *random = hl_id_random_base32 (8);
  g_autofree char *id = g_strconcat ("hook-", random, NULL);
  char *path = NULL;
  g_autofree char *hash = NULL;
  Hook hook = { .id = id,
                .location = location,
                .provider = provider,
                .secret = secret,
                .settings = settings != NULL ? settings : "{}",
                .now = now };

  if (!is_provider (provider)) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A provider's name has 1 to 32 lower-case letters, digits and hyphens.");
    return NULL;
  }
  if (!check_secret (secret, error))
    return NULL;
  path = hl_id_random_base32 (PATH_CHARACTERS);
  hash = hl_id_sha256_hex (path, strlen (path));
  hook.path_hash = hash;
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_add_hook, &hook, error)) {
    hl_registry_free_secret (path);
    return NULL;
  }
  *path_secret = path;
  return g_steal_pointer (&id);
}

static gboolean
on_rotate_hook (HlDatabase *db, gpointer data, GError **error)
{
  const Hook *hook = data;
  const char *texts[] = { hook->id, NULL };
  gboolean found;

  if (!hl_registry_find (db, "SELECT 1 FROM hook WHERE id = ?", texts, &found, error))
    return FALSE;
  if (!found)
    return hl_registry_unknown ("hook", hook->id, error);
  if (hook->path_hash != NULL &&
      (!hl_registry_run (db, "UPDATE hook_path SET expires = ?2 WHERE hook = ?1 AND expires = 0",
                         texts, &hook->grace_end, 1, error) ||
       !add_path (db, hook, error)))
    return FALSE;
  if (hook->secret != NULL &&
      (!hl_registry_run (db, "UPDATE hook_secret SET expires = ?2 WHERE hook = ?1 AND expires = 0",
                         texts, &hook->grace_end, 1, error) ||
       !add_secret (db, hook, error)))
    return FALSE;
  return hl_registry_run (
           db, "DELETE FROM hook_path WHERE hook = ?1 AND expires <> 0 AND expires <= ?2", texts,
           &hook->now, 1, error) &&
         hl_registry_run (
           db, "DELETE FROM hook_secret WHERE hook = ?1 AND expires <> 0 AND expires <= ?2",
           texts, &hook->now, 1, error);
}

gboolean
hl_registry_rotate_hook (HlRegistry *self, const char *hook_id, const char *secret,
                         gint64 grace_ms, gint64 now, char **path_secret, GError **error)
{
  char *path = NULL;
  g_autofree char *hash = NULL;
  Hook hook = { .id = hook_id,
                .secret = secret,
                .now = now,
                .grace_end = end_of_grace (grace_ms, now) };

  if (!check_secret (secret, error))
    return FALSE;
  if (path_secret != NULL) {
    path = hl_id_random_base32 (PATH_CHARACTERS);
    hash = hl_id_sha256_hex (path, strlen (path));
    hook.path_hash = hash;
  }
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_rotate_hook, &hook, error)) {
    hl_registry_free_secret (path);
    return FALSE;
  }
  if (path_secret != NULL)
    *path_secret = path;
  return TRUE;
}

static gboolean
on_set_hook (HlDatabase *db, gpointer data, GError **error)
{
  const Hook *hook = data;
  const char *texts[] = { hook->id, hook->settings, NULL };

  if (!hl_registry_run (db, "UPDATE hook SET settings = ?2 WHERE id = ?1", texts, NULL, 0, error))
    return FALSE;
  return hl_database_get_changes (db) > 0 || hl_registry_unknown ("hook", hook->id, error);
}

gboolean
hl_registry_set_hook (HlRegistry *self, const char *hook_id, const char *settings, GError **error)
{
  Hook hook = { .id = hook_id, .settings = settings };

  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_set_hook, &hook, error);
}

typedef struct {
  const char *what;
  const char *id;
  const char *sql;
} Deletion;

static gboolean
on_delete (HlDatabase *db, gpointer data, GError **error)
{
  const Deletion *deletion = data;
  const char *texts[] = { deletion->id, NULL };

  if (!hl_registry_run (db, deletion->sql, texts, NULL, 0, error))
    return FALSE;
  return hl_database_get_changes (db) > 0 ||
         hl_registry_unknown (deletion->what, deletion->id, error);
}

gboolean
hl_registry_remove_hook (HlRegistry *self, const char *hook, GError **error)
{
  Deletion deletion = { "hook", hook, "DELETE FROM hook WHERE id = ?" };

  return hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_delete, &deletion, error);
}

/* ---- listing ---- */

static gpointer
make_hook (HlDatabase *db, HlStatement *row, gpointer data, GError **error)
{
  const gint64 *now = data;
  g_autoptr (HlHookInfo) hook = g_new0 (HlHookInfo, 1);
  const char *texts[] = { hl_statement_get_text (row, 0), NULL };

  hook->id = hl_statement_dup_text (row, 0);
  hook->location = hl_statement_dup_text (row, 1);
  hook->provider = hl_statement_dup_text (row, 2);
  hook->settings = hl_statement_dup_text (row, 3);
  hook->created = hl_statement_get_int (row, 4);
  hook->last_event = hl_statement_get_int (row, 5);
  hook->last_refusal = hl_statement_get_int (row, 6);
  hook->refusal_reason = hl_statement_dup_text (row, 7);
  hook->unreadable = (guint64) hl_statement_get_int (row, 8);
  hook->refusal_url = hl_statement_dup_text (row, 9);
  hook->refused = (guint64) hl_statement_get_int (row, 10);
  hook->ignored = (guint64) hl_statement_get_int (row, 11);
  if (!hl_registry_read_valid (db,
                               "SELECT expires || ' ' || hash FROM hook_path WHERE hook = ?1 AND (expires = 0 OR "
                               "expires > ?2) AND " HL_PROVED (HOOK_PATH, "") " ORDER BY created DESC",
                               texts, *now, &hook->paths, &hook->path_ends, error) ||
      !hl_registry_read_valid (db,
                               "SELECT expires || ' ' || secret FROM hook_secret WHERE hook = ?1 AND (expires = 0 OR "
                               "expires > ?2) AND " HL_PROVED (HOOK_SECRET, "") " ORDER BY row DESC",
                               texts, *now, &hook->secrets, &hook->secret_ends, error))
    return NULL;
  return g_steal_pointer (&hook);
}

GPtrArray *
hl_registry_list_hooks (HlRegistry *self, const char *location, gint64 now, GError **error)
{
  return hl_registry_query (self,
                            "SELECT id, location, provider, settings, created, last_event, "
                            "last_refusal, refusal_reason, unreadable, refusal_url, refused, "
                            "ignored FROM hook "
                            "WHERE (?1 IS NULL OR location = ?1) AND " HL_PROVED (HOOK, "") " ORDER BY created, id",
                            location, NULL, make_hook, &now, (GDestroyNotify) hl_hook_info_free,
                            error);
}

/* ---- what happened at a hook ---- */

typedef struct {
  const char *hook;
  const HlHookNote *note;
} Noting;

static gboolean
on_note (HlDatabase *db, gpointer data, GError **error)
{
  const Noting *noting = data;
  const HlHookNote *note = noting->note;
  const char *texts[] = { noting->hook, note->refusal_reason,
                          note->refusal_url != NULL ? note->refusal_url : "", NULL };
  const gint64 numbers[] = { note->last_event, note->refused, note->ignored, note->unreadable };

  if (note->last_refusal != HL_REGISTRY_NEVER &&
      !hl_registry_run (db,
                        "UPDATE hook SET refusal_reason = ?2, refusal_url = nullif (?3, ''), "
                        "last_refusal = ?4 WHERE id = ?1",
                        texts, &note->last_refusal, 1, error))
    return FALSE;
  texts[1] = NULL;
  return hl_registry_run (db,
                          "UPDATE hook SET last_event = max (last_event, ?2), "
                          "refused = refused + ?3, ignored = ignored + ?4, "
                          "unreadable = unreadable + ?5 WHERE id = ?1",
                          texts, numbers, G_N_ELEMENTS (numbers), error);
}

gboolean
hl_registry_note_hook (HlRegistry *self, const char *hook, const HlHookNote *note, GError **error)
{
  Noting noting = { hook, note };

  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_note, &noting, error);
}
