/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doctor: what the store says of how the house is set up. */
#include "admin/hl-commands-private.h"

#include "admin/hl-doctor.h"
#include "domain/hl-time.h"
#include "store/hl-repair.h"

#define DAY_MS (G_GINT64_CONSTANT (86400000))
#define BACKUP_DAYS 7
#define EXPIRY_DAYS 14
#define WAL_LIMIT (64 * 1024 * 1024)

static void
look_at_files (JsonArray *checks, HlSqliteStore *store, gint64 now)
{
  const char *directory = hl_sqlite_store_get_directory (store);
  gint64 backup = hl_command_read_stamp (directory, HL_COMMAND_STAMP_BACKUP);
  guint64 wal = hl_sqlite_store_get_wal_bytes (store);
  g_auto (GStrv) reports = hl_repair_list_reports (directory);
  int version = hl_database_get_version (hl_sqlite_store_get_database (store), NULL);

  hl_doctor_add (checks, HL_DOCTOR_OK, "schema", NULL, "the database has schema %d, as this program", version);
  if (wal > WAL_LIMIT)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "wal", "end the program that keeps the database open",
                   "the write-ahead log has %" G_GUINT64_FORMAT " MiB", wal >> 20);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "wal", NULL, "the write-ahead log has %" G_GUINT64_FORMAT " KiB", wal >> 10);
  if (backup == HL_TIME_NONE)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "backup", "run “hostlinectl backup FILE” every night, and take FILE elsewhere",
                   "none was ever made");
  else if (now - backup > BACKUP_DAYS * DAY_MS)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "backup", "run “hostlinectl backup FILE” every night, and take FILE elsewhere",
                   "the last one is %" G_GINT64_FORMAT " days old", (now - backup) / DAY_MS);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "backup", NULL, "the last one is %" G_GINT64_FORMAT " hours old",
                   (now - backup) / (DAY_MS / 24));
  for (guint i = 0; reports[i] != NULL; i++)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "damage", "enter what it says is missing, then move it away",
                   "%s reports an earlier damage", reports[i]);
}

static gboolean
look_at_location (JsonArray *checks, HlRegistry *registry, const HlStoreLocation *location, gint64 now, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (location->timezone);
  g_autoptr (GPtrArray) tokens = hl_registry_list_tokens (registry, location->id, error);
  guint n_boards = 0;
  guint n_others = 0;

  if (tokens == NULL)
    return FALSE;
  if (zone == NULL)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "timezone", "apt install tzdata, or “hostlinectl location set” with another",
                   "%s: this computer does not know “%s”", location->id, location->timezone);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "timezone", NULL, "%s: %s", location->id, location->timezone);
  for (guint i = 0; i < tokens->len; i++) {
    const HlTokenInfo *token = tokens->pdata[i];

    if (token->revoked != HL_REGISTRY_NEVER || (token->expires != HL_REGISTRY_NEVER && token->expires <= now))
      continue;
    if (token->role == HL_ROLE_STAFF || token->role == HL_ROLE_MANAGER)
      n_boards++;
    else
      n_others++;
    if (token->expires != HL_REGISTRY_NEVER && token->expires - now < EXPIRY_DAYS * DAY_MS)
      hl_doctor_add (checks, HL_DOCTOR_WARN, "token", "make another with “token add”", "%s: “%s” (%s) expires in %"
                     G_GINT64_FORMAT " days", location->id, token->name, token->id, (token->expires - now) / DAY_MS);
  }
  if (n_boards == 0)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "devices", "make a code with “hostlinectl pair”",
                   "%s: no dashboard can connect", location->id);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "devices", NULL, "%s: %u tokens for dashboards, %u others", location->id, n_boards,
                   n_others);
  return TRUE;
}

static gboolean
look_at_hooks (JsonArray *checks, HlRegistry *registry, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) hooks = hl_registry_list_hooks (registry, NULL, now, error);

  for (guint i = 0; hooks != NULL && i < hooks->len; i++) {
    const HlHookInfo *hook = hooks->pdata[i];

    if (hook->last_refusal > hook->last_event)
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "hook", "“hostlinectl hook list” says more",
                     "%s: %s (%s): the last delivery was refused: %s", hook->location, hook->provider,
                     hook->id, hook->refusal_reason != NULL ? hook->refusal_reason : "?");
    else if (hook->last_event == HL_REGISTRY_NEVER)
      hl_doctor_add (checks, HL_DOCTOR_WARN, "hook", "enter its path at the provider: “hostlinectl hook providers” says where",
                     "%s: %s (%s): nothing has come yet", hook->location, hook->provider, hook->id);
    else
      hl_doctor_add (checks, HL_DOCTOR_OK, "hook", NULL, "%s: %s (%s): deliveries come", hook->location, hook->provider, hook->id);
  }
  return hooks != NULL;
}

static gboolean
look_at_subscribers (JsonArray *checks, HlRegistry *registry, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) subscribers = hl_registry_list_subscribers (registry, NULL, now, error);

  for (guint i = 0; subscribers != NULL && i < subscribers->len; i++) {
    const HlSubscriberInfo *one = subscribers->pdata[i];

    if (one->disabled != HL_REGISTRY_NEVER)
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "subscriber", "mend its receiver, then “hostlinectl subscriber enable”",
                     "%s: %s was given up", one->location, one->id);
    else if (one->failing_since != HL_REGISTRY_NEVER)
      hl_doctor_add (checks, HL_DOCTOR_WARN, "subscriber", "“hostlinectl subscriber list” says more",
                     "%s: deliveries to %s fail", one->location, one->id);
  }
  return subscribers != NULL;
}

JsonNode *
hl_command_doctor (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  HlRegistry *registry = hl_command_host_get_registry (host);
  gint64 now = hl_command_host_now (host);
  g_autoptr (GPtrArray) locations = hl_store_list_locations (HL_STORE (store), error);
  g_autoptr (JsonArray) checks = json_array_new ();
  g_auto (GStrv) listeners = hl_command_host_dup_listeners (host);
  JsonObject *result;

  if (locations == NULL)
    return NULL;
  look_at_files (checks, store, now);
  if (locations->len == 0)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "location", "make one with “hostlinectl location add”", "there is none");
  for (guint i = 0; i < locations->len; i++) {
    if (!look_at_location (checks, registry, locations->pdata[i], now, error))
      return NULL;
  }
  if (!look_at_hooks (checks, registry, now, error) || !look_at_subscribers (checks, registry, now, error))
    return NULL;
  result = json_object_new ();
  json_object_set_array_member (result, "checks", g_steal_pointer (&checks));
  if (listeners != NULL) {
    JsonArray *array = json_array_new ();

    for (guint i = 0; listeners[i] != NULL; i++)
      json_array_add_string_element (array, listeners[i]);
    json_object_set_array_member (result, "listeners", array);
  }
  return hl_command_result (result);
}
