/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscribers: URLs that a location's events are pushed to, their secrets, and how far each has got. */
#include "store/hl-registry-private.h"

#include <string.h>

#include "store/hl-sqlite-proof.h"
#include "util/hl-id.h"

#define SECRET_BYTES 32
#define MAX_URL 2048

/* ---- adding, rotating, removing ---- */

typedef struct {
  const char *id;
  const char *location;
  const char *url;
  const char *secret;
  gint64 after; /* -1: what stands in the log now is not for it */
  gint64 now;
  gint64 grace_end;
} Subscriber;

static char *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  char *base64, *secret;

  hl_id_random_bytes (bytes, sizeof bytes);
  base64 = g_base64_encode (bytes, sizeof bytes);
  secret = g_strconcat ("whsec_", base64, NULL);
  hl_registry_free_secret (base64);
  explicit_bzero (bytes, sizeof bytes);
  return secret;
}

static gboolean
add_secret (HlDatabase *db, const Subscriber *subscriber, GError **error)
{
  const char *texts[] = { subscriber->id, subscriber->secret, NULL };

  return hl_registry_run (
    db, "INSERT INTO subscriber_secret (subscriber, secret, created) VALUES (?, ?, ?)", texts,
    &subscriber->now, 1, error);
}

static gboolean
on_add (HlDatabase *db, gpointer data, GError **error)
{
  const Subscriber *subscriber = data;
  const char *texts[] = { subscriber->id, subscriber->location, subscriber->url, NULL };
  const gint64 numbers[] = { subscriber->now, subscriber->after };

  return hl_registry_need_location (db, subscriber->location, error) &&
         hl_registry_run (
           db,
           "INSERT INTO subscriber (id, location, url, created, epoch, seq) SELECT ?1, id, ?3, ?4, epoch, "
           "CASE WHEN ?5 < 0 THEN seq ELSE min (max (?5, floor - 1), seq) END FROM location WHERE id = ?2",
           texts, numbers, G_N_ELEMENTS (numbers), error) &&
         add_secret (db, subscriber, error);
}

static gboolean
check_url (const char *url, GError **error)
{
  if (strlen (url) <= MAX_URL && g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL) &&
      (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://")))
    return TRUE;
  g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                       "A subscriber's URL begins with https:// or http:// and has at most 2048 bytes.");
  return FALSE;
}

char *
hl_registry_add_subscriber (HlRegistry *self, const char *location, const char *url, gint64 after,
                            gint64 now, char **secret, GError **error)
{
  g_autofree char *random = hl_id_random_base32 (8);
  g_autofree char *id = g_strconcat ("sub-", random, NULL);
  Subscriber subscriber
      = { .id = id, .location = location, .url = url, .after = after, .now = now };
  char *made;

  if (!check_url (url, error))
    return NULL;
  made = make_secret ();
  subscriber.secret = made;
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_add, &subscriber, error)) {
    hl_registry_free_secret (made);
    return NULL;
  }
  *secret = made;
  return g_steal_pointer (&id);
}

/* Runs @sql with the id alone; unknown if it changed nothing. */
typedef struct {
  const char *id;
  const char *sql;
} Change;

static gboolean
on_change (HlDatabase *db, gpointer data, GError **error)
{
  const Change *change = data;
  const char *texts[] = { change->id, NULL };

  if (!hl_registry_run (db, change->sql, texts, NULL, 0, error))
    return FALSE;
  return hl_database_get_changes (db) > 0 || hl_registry_unknown ("subscriber", change->id, error);
}

gboolean
hl_registry_remove_subscriber (HlRegistry *self, const char *subscriber, GError **error)
{
  Change change = { subscriber, "DELETE FROM subscriber WHERE id = ?" };

  return hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_change, &change, error);
}

gboolean
hl_registry_enable_subscriber (HlRegistry *self, const char *subscriber, GError **error)
{
  Change change = { subscriber,
                    "UPDATE subscriber SET disabled = 0, disabled_reason = NULL, failing_since = 0, "
                    "attempts = 0, next_at = 0 WHERE id = ?" };

  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_change, &change, error);
}

static gboolean
on_rotate (HlDatabase *db, gpointer data, GError **error)
{
  const Subscriber *subscriber = data;
  const char *texts[] = { subscriber->id, NULL };
  gboolean found;

  if (!hl_registry_find (db, "SELECT 1 FROM subscriber WHERE id = ?", texts, &found, error))
    return FALSE;
  if (!found)
    return hl_registry_unknown ("subscriber", subscriber->id, error);
  return hl_registry_run (
           db, "UPDATE subscriber_secret SET expires = ?2 WHERE subscriber = ?1 AND expires = 0",
           texts, &subscriber->grace_end, 1, error) &&
         add_secret (db, subscriber, error) &&
         hl_registry_run (
           db, "DELETE FROM subscriber_secret WHERE subscriber = ?1 AND expires <> 0 AND expires <= ?2",
           texts, &subscriber->now, 1, error);
}

gboolean
hl_registry_rotate_subscriber (HlRegistry *self, const char *subscriber_id, gint64 now,
                               char **secret, GError **error)
{
  char *made = make_secret ();
  Subscriber subscriber = { .id = subscriber_id,
                            .secret = made,
                            .now = now,
                            .grace_end = now + HL_REGISTRY_ROTATE_MS };

  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_rotate, &subscriber, error)) {
    hl_registry_free_secret (made);
    return FALSE;
  }
  *secret = made;
  return TRUE;
}

/* ---- listing ---- */

static gpointer
make_info (HlDatabase *db, HlStatement *row, gpointer data, GError **error)
{
  const gint64 *now = data;
  g_autoptr (HlSubscriberInfo) info = g_new0 (HlSubscriberInfo, 1);
  const char *texts[] = { hl_statement_get_text (row, 0), NULL };

  info->id = hl_statement_dup_text (row, 0);
  info->location = hl_statement_dup_text (row, 1);
  info->url = hl_statement_dup_text (row, 2);
  info->epoch = hl_statement_dup_text (row, 3);
  info->seq = (guint64) hl_statement_get_int (row, 4);
  info->created = hl_statement_get_int (row, 5);
  info->planned = (guint64) hl_statement_get_int (row, 6);
  info->attempts = (guint) hl_statement_get_int (row, 7);
  info->delivered = (guint64) hl_statement_get_int (row, 8);
  info->last_at = hl_statement_get_int (row, 9);
  info->last_status = (guint) hl_statement_get_int (row, 10);
  info->last_error = hl_statement_dup_text (row, 11);
  info->failing_since = hl_statement_get_int (row, 12);
  info->next_at = hl_statement_get_int (row, 13);
  info->disabled = hl_statement_get_int (row, 14);
  info->disabled_reason = hl_statement_dup_text (row, 15);
  info->head = (guint64) hl_statement_get_int (row, 16);
  if (!hl_registry_read_valid (db,
                               "SELECT expires || ' ' || secret FROM subscriber_secret WHERE subscriber = ?1 AND "
                               "(expires = 0 OR expires > ?2) AND " HL_PROVED (SUBSCRIBER_SECRET, "") " ORDER BY row DESC",
                               texts, *now, &info->secrets, &info->secret_ends, error))
    return NULL;
  return g_steal_pointer (&info);
}

GPtrArray *
hl_registry_list_subscribers (HlRegistry *self, const char *location, gint64 now, GError **error)
{
  return hl_registry_query (
    self,
    "SELECT s.id, s.location, s.url, s.epoch, s.seq, s.created, s.planned, s.attempts, s.delivered, s.last_at, "
    "s.last_status, s.last_error, s.failing_since, s.next_at, s.disabled, s.disabled_reason, l.seq "
    "FROM subscriber s JOIN location l ON l.id = s.location "
    "WHERE (?1 IS NULL OR s.location = ?1) AND " HL_PROVED (SUBSCRIBER, "s.") " ORDER BY s.created, s.id",
    location, NULL, make_info, &now, (GDestroyNotify) hl_subscriber_info_free, error);
}

/* ---- how far it has got ---- */

static gboolean
on_note (HlDatabase *db, gpointer data, GError **error)
{
  const HlSubscriberInfo *info = data;
  g_autoptr (HlStatement) statement = hl_database_prepare (
    db,
    "UPDATE subscriber SET epoch = ?2, seq = ?3, planned = ?4, attempts = ?5, delivered = ?6, last_at = ?7, "
    "last_status = ?8, last_error = ?9, failing_since = ?10, next_at = ?11, disabled = ?12, disabled_reason = ?13 "
    "WHERE id = ?1",
    error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, info->id);
  hl_statement_bind_text (statement, 2, info->epoch);
  hl_statement_bind_int (statement, 3, (gint64) info->seq);
  hl_statement_bind_int (statement, 4, (gint64) info->planned);
  hl_statement_bind_int (statement, 5, info->attempts);
  hl_statement_bind_int (statement, 6, (gint64) info->delivered);
  hl_statement_bind_int (statement, 7, info->last_at);
  hl_statement_bind_int (statement, 8, info->last_status);
  hl_statement_bind_text (statement, 9, info->last_error);
  hl_statement_bind_int (statement, 10, info->failing_since);
  hl_statement_bind_int (statement, 11, info->next_at);
  hl_statement_bind_int (statement, 12, info->disabled);
  hl_statement_bind_text (statement, 13, info->disabled_reason);
  return hl_statement_run (statement, error);
}

gboolean
hl_registry_note_subscriber (HlRegistry *self, const HlSubscriberInfo *info, GError **error)
{
  return hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_note, (gpointer) info, error);
}
