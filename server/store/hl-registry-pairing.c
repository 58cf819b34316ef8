/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing codes, and the devices that came in with them. */
#include "store/hl-registry-private.h"

#include <string.h>

#include "store/hl-sqlite-proof.h"
#include "util/hl-id.h"
#include "wire/hl-pair-code.h"
#include "wire/hl-token.h"

#define KEEP_MS (24 * 60 * 60 * 1000) /* so that a late try still hears "used" or "expired" */
#define NAME_TRIES 64

/* ---- making a code ---- */

typedef struct {
  const char *location;
  const char *role;
  const char *label; /* (nullable) */
  gint64 now;
  gint64 expires;
  char *code; /* (out) */
} NewPairing;

/* The first three characters name the pairing: no two that somebody may still use share them. */
static char *
make_code (HlDatabase *db, gint64 now, GError **error)
{
  if (!hl_registry_run (db, "DELETE FROM pairing WHERE expires < ?1",
                        (const char *const[]){ NULL }, (gint64[]){ now - KEEP_MS }, 1, error))
    return NULL;
  for (guint i = 0; i < NAME_TRIES; i++) {
    g_autofree char *code = hl_pair_code_new ();
    g_autofree char *name = g_strndup (code, HL_PAIR_CODE_NAME_LENGTH);
    gboolean taken;

    if (!hl_registry_find (db, "SELECT 1 FROM pairing WHERE name = ?",
                           (const char *const[]){ name, NULL }, &taken, error))
      return NULL;
    if (!taken)
      return g_steal_pointer (&code);
  }
  g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_EXISTS,
                       "Too many pairing codes are open; wait until some have expired.");
  return NULL;
}

static gboolean
on_add_pairing (HlDatabase *db, gpointer data, GError **error)
{
  NewPairing *pairing = data;
  g_autofree char *code = NULL;
  g_autofree char *name = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (HlStatement) insert = NULL;

  if (!hl_registry_need_location (db, pairing->location, error))
    return FALSE;
  code = make_code (db, pairing->now, error);
  if (code == NULL)
    return FALSE;
  name = g_strndup (code, HL_PAIR_CODE_NAME_LENGTH);
  hash = hl_id_sha256_hex (code, strlen (code));
  insert = hl_database_prepare (db,
                                "INSERT INTO pairing (name, hash, location, role, label, created, "
                                "expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                error);
  if (insert == NULL)
    return FALSE;
  hl_statement_bind_text (insert, 1, name);
  hl_statement_bind_text (insert, 2, hash);
  hl_statement_bind_text (insert, 3, pairing->location);
  hl_statement_bind_text (insert, 4, pairing->role);
  hl_statement_bind_text (insert, 5, pairing->label);
  hl_statement_bind_int (insert, 6, pairing->now);
  hl_statement_bind_int (insert, 7, pairing->expires);
  if (!hl_statement_run (insert, error))
    return FALSE;
  pairing->code = g_steal_pointer (&code);
  return TRUE;
}

char *
hl_registry_add_pairing (HlRegistry *self, const char *location, HlRole role, const char *name,
                         gint64 lifetime_ms, gint64 now, gint64 *expires, GError **error)
{
  NewPairing pairing = { .location = location,
                         .role = hl_registry_role_nick (role),
                         .label = name,
                         .now = now,
                         .expires = now + (lifetime_ms > 0 ? lifetime_ms : HL_REGISTRY_CODE_MS) };

  if (role != HL_ROLE_STAFF && role != HL_ROLE_MANAGER) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A dashboard pairs as staff or manager.");
    return NULL;
  }
  if (name != NULL && !hl_registry_check_name (name, error))
    return NULL;
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_add_pairing, &pairing, error)) {
    hl_registry_free_secret (pairing.code);
    return NULL;
  }
  if (expires != NULL)
    *expires = pairing.expires;
  return pairing.code;
}

/* ---- using a code ---- */

typedef struct {
  char *hash;
  char *location;
  char *role;
  char *label;
  gint64 expires;
  gint64 tries;
  gint64 used;
  char *secret_hash;
  char *token;
  char *device;
} Pairing;

static void
pairing_free (Pairing *self)
{
  g_free (self->hash);
  g_free (self->location);
  g_free (self->role);
  g_free (self->label);
  g_free (self->secret_hash);
  g_free (self->token);
  g_free (self->device);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pairing, pairing_free)

typedef struct {
  const HlPairRequest *request;
  const char *code; /* canonical */
  char name[HL_PAIR_CODE_NAME_LENGTH + 1];
  gint64 now;
  HlPairResult result;  /* (out) */
  HlPairAnswer *answer; /* (out) */
} Attempt;

static gboolean
find_pairing (HlDatabase *db, const char *name, Pairing **pairing, GError **error)
{
  g_autoptr (HlStatement) query =
    hl_database_prepare (db,
                         "SELECT hash, location, role, label, expires, tries, used, secret_hash, "
                         "token, device FROM pairing WHERE name = ? AND " HL_PROVED (PAIRING, ""),
                         error);
  HlStatementResult result;

  *pairing = NULL;
  if (query == NULL)
    return FALSE;
  hl_statement_bind_text (query, 1, name);
  result = hl_statement_step (query, error);
  if (result == HL_STATEMENT_ROW) {
    *pairing = g_new0 (Pairing, 1);
    (*pairing)->hash = hl_statement_dup_text (query, 0);
    (*pairing)->location = hl_statement_dup_text (query, 1);
    (*pairing)->role = hl_statement_dup_text (query, 2);
    (*pairing)->label = hl_statement_dup_text (query, 3);
    (*pairing)->expires = hl_statement_get_int (query, 4);
    (*pairing)->tries = hl_statement_get_int (query, 5);
    (*pairing)->used = hl_statement_get_int (query, 6);
    (*pairing)->secret_hash = hl_statement_dup_text (query, 7);
    (*pairing)->token = hl_statement_dup_text (query, 8);
    (*pairing)->device = hl_statement_dup_text (query, 9);
  }
  return result != HL_STATEMENT_ERROR;
}

static HlPairAnswer *
make_answer (const Pairing *pairing, const char *token, const char *device, gboolean again)
{
  HlPairAnswer *answer = g_new0 (HlPairAnswer, 1);

  answer->token_id = g_strdup (token);
  answer->device = g_strdup (device);
  answer->location = g_strdup (pairing->location);
  answer->role = hl_registry_parse_role (pairing->role);
  answer->again = again;
  return answer;
}

/* "Host stand, left" becomes host-stand-left-7k2m. An id stands in the log, where no phone number may: "Tel. 202 555 0142"
 * becomes tel-202-5-7k2m. */
static char *
make_device_id (const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, "C");
  g_autofree char *random = hl_id_random_base32 (4);
  GString *id = g_string_new (NULL);
  guint digits = 0;

  for (const char *p = plain; *p != '\0' && id->len < 24; p++) {
    if (g_ascii_isdigit (*p) && ++digits > 4)
      continue;
    if (g_ascii_isalnum (*p))
      g_string_append_c (id, g_ascii_tolower (*p));
    else if (id->len > 0 && id->str[id->len - 1] != '-')
      g_string_append_c (id, '-');
  }
  while (id->len > 0 && id->str[id->len - 1] == '-')
    g_string_truncate (id, id->len - 1);
  g_string_append_printf (id, "%s%s", id->len > 0 ? "-" : "device-", random);
  return g_string_free (id, FALSE);
}

/* The same installation pairs again: what it was before is over. */
static gboolean
retire_former (HlDatabase *db, const char *location, const char *install_id, gint64 now,
               GError **error)
{
  const char *texts[] = { location, install_id, NULL };

  return hl_registry_run (db,
                          "UPDATE token SET revoked = ?3 WHERE revoked = 0 AND id IN (SELECT token "
                          "FROM device WHERE location = ?1 AND install_id = ?2 AND removed = 0)",
                          texts, &now, 1, error) &&
         hl_registry_run (db,
                          "UPDATE device SET removed = ?3 WHERE location = ?1 AND install_id = ?2 "
                          "AND removed = 0",
                          texts, &now, 1, error);
}

static gboolean
insert_device (HlDatabase *db, const Attempt *attempt, const Pairing *pairing, const char *id,
               const char *name, const char *token, GError **error)
{
  const HlPairRequest *request = attempt->request;
  g_autoptr (HlStatement) insert = hl_database_prepare (
    db,
    "INSERT INTO device (id, location, name, install_id, app, platform, token, role, created) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    error);

  if (insert == NULL)
    return FALSE;
  hl_statement_bind_text (insert, 1, id);
  hl_statement_bind_text (insert, 2, pairing->location);
  hl_statement_bind_text (insert, 3, name);
  hl_statement_bind_text (insert, 4, request->install_id);
  hl_statement_bind_text (insert, 5, request->app);
  hl_statement_bind_text (insert, 6, request->platform);
  hl_statement_bind_text (insert, 7, token);
  hl_statement_bind_text (insert, 8, pairing->role);
  hl_statement_bind_int (insert, 9, attempt->now);
  return hl_statement_run (insert, error);
}

static gboolean
use_code (HlDatabase *db, Attempt *attempt, const Pairing *pairing, GError **error)
{
  const HlPairRequest *request = attempt->request;
  const char *name = pairing->label != NULL ? pairing->label : request->device_name;
  const char *locations[] = { pairing->location, NULL };
  g_autofree char *token = hl_id_random_base32 (HL_TOKEN_ID_LENGTH);
  g_autofree char *device = make_device_id (name);
  HlRegistryNewToken row = { .id = token,
                             .hash = request->secret_hash,
                             .role = hl_registry_parse_role (pairing->role),
                             .name = name,
                             .device = device,
                             .locations = locations,
                             .created = attempt->now,
                             .expires = HL_REGISTRY_NEVER };
  const char *texts[] = { attempt->name, request->secret_hash, token, device, NULL };

  if (!retire_former (db, pairing->location, request->install_id, attempt->now, error) ||
      !hl_registry_insert_token (db, &row, error) ||
      !insert_device (db, attempt, pairing, device, name, token, error) ||
      !hl_registry_run (db,
                        "UPDATE pairing SET secret_hash = ?2, token = ?3, device = ?4, used = ?5 "
                        "WHERE name = ?1",
                        texts, &attempt->now, 1, error))
    return FALSE;
  attempt->result = HL_PAIR_OK;
  attempt->answer = make_answer (pairing, token, device, FALSE);
  return TRUE;
}

static gboolean
count_wrong_try (HlDatabase *db, Attempt *attempt, const Pairing *pairing, GError **error)
{
  const char *texts[] = { attempt->name, NULL };

  attempt->result = HL_PAIR_CODE_UNKNOWN;
  if (pairing->used != HL_REGISTRY_NEVER || pairing->tries >= HL_REGISTRY_CODE_TRIES)
    return TRUE;
  return hl_registry_run (db, "UPDATE pairing SET tries = tries + 1 WHERE name = ?", texts, NULL,
                          0, error);
}

static gboolean
answer_again (HlDatabase *db, Attempt *attempt, const Pairing *pairing, GError **error)
{
  gboolean same = hl_id_equal_secret (pairing->secret_hash, attempt->request->secret_hash);
  const char *texts[] = { pairing->token, NULL };
  gboolean lives = FALSE;

  attempt->result = HL_PAIR_CODE_USED;
  if (!same || attempt->now >= pairing->used + HL_REGISTRY_AGAIN_MS)
    return TRUE;
  if (!hl_registry_find (db, "SELECT 1 FROM token WHERE id = ? AND revoked = 0", texts, &lives,
                         error))
    return FALSE;
  if (lives) {
    attempt->result = HL_PAIR_OK;
    attempt->answer = make_answer (pairing, pairing->token, pairing->device, TRUE);
  }
  return TRUE;
}

static gboolean
on_pair (HlDatabase *db, gpointer data, GError **error)
{
  Attempt *attempt = data;
  g_autofree char *hash = hl_id_sha256_hex (attempt->code, strlen (attempt->code));
  g_autoptr (Pairing) pairing = NULL;

  if (!find_pairing (db, attempt->name, &pairing, error))
    return FALSE;
  if (pairing == NULL) {
    attempt->result = HL_PAIR_CODE_UNKNOWN;
    return TRUE;
  }
  if (!hl_id_equal_secret (hash, pairing->hash))
    return count_wrong_try (db, attempt, pairing, error);
  if (pairing->used != HL_REGISTRY_NEVER)
    return answer_again (db, attempt, pairing, error);
  if (pairing->tries >= HL_REGISTRY_CODE_TRIES || attempt->now >= pairing->expires) {
    attempt->result = HL_PAIR_CODE_EXPIRED;
    return TRUE;
  }
  return use_code (db, attempt, pairing, error);
}

gboolean
hl_registry_pair (HlRegistry *self, const HlPairRequest *request, gint64 now, HlPairResult *result,
                  HlPairAnswer **answer, GError **error)
{
  g_autofree char *code = hl_pair_code_normalize (request->code);
  Attempt attempt = { .request = request, .code = code, .now = now };

  *answer = NULL;
  *result = HL_PAIR_CODE_UNKNOWN;
  if (!hl_registry_check_name (request->device_name, error))
    return FALSE;
  if (!hl_id_is_valid (request->install_id) || !hl_id_is_hex (request->secret_hash, 64)) {
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "install_id is an id, and secret_sha256 64 lower-case hex digits.");
    return FALSE;
  }
  if (code == NULL)
    return TRUE;
  memcpy (attempt.name, code, HL_PAIR_CODE_NAME_LENGTH);
  if (!hl_registry_change (self, HL_STORE_NEED_WRITE, on_pair, &attempt, error)) {
    g_clear_pointer (&attempt.answer, hl_pair_answer_free);
    return FALSE;
  }
  *result = attempt.result;
  *answer = attempt.answer;
  return TRUE;
}

/* ---- devices ---- */

static gpointer
make_device (HlDatabase *db, HlStatement *row, gpointer data, GError **error)
{
  HlDeviceInfo *device = g_new0 (HlDeviceInfo, 1);

  device->id = hl_statement_dup_text (row, 0);
  device->location = hl_statement_dup_text (row, 1);
  device->name = hl_statement_dup_text (row, 2);
  device->install_id = hl_statement_dup_text (row, 3);
  device->app = hl_statement_dup_text (row, 4);
  device->platform = hl_statement_dup_text (row, 5);
  device->token_id = hl_statement_dup_text (row, 6);
  device->role = hl_registry_parse_role (hl_statement_get_text (row, 7));
  device->created = hl_statement_get_int (row, 8);
  device->removed = hl_statement_get_int (row, 9);
  device->last_seen = hl_statement_get_int (row, 10);
  return device;
}

GPtrArray *
hl_registry_list_devices (HlRegistry *self, const char *location, GError **error)
{
  return hl_registry_query (self,
                            "SELECT d.id, d.location, d.name, d.install_id, d.app, d.platform, "
                            "d.token, d.role, d.created, d.removed, ifnull (t.last_used, 0) "
                            "FROM device d LEFT JOIN token t ON t.id = d.token "
                            "WHERE (?1 IS NULL OR d.location = ?1) AND " HL_PROVED (DEVICE, "d.") " ORDER BY d.created, d.id",
                            location, NULL, make_device, NULL,
                            (GDestroyNotify) hl_device_info_free, error);
}

typedef struct {
  const char *device;
  gint64 now;
} Removal;

static gboolean
on_remove_device (HlDatabase *db, gpointer data, GError **error)
{
  const Removal *removal = data;
  const char *texts[] = { removal->device, NULL };
  g_auto (GStrv) tokens =
    hl_registry_strings (db, "SELECT token FROM device WHERE id = ? AND " HL_PROVED (DEVICE, ""), texts, 0, error);

  if (tokens == NULL)
    return FALSE;
  if (tokens[0] == NULL)
    return hl_registry_unknown ("device", removal->device, error);
  return hl_registry_revoke (db, tokens[0], removal->now, error);
}

gboolean
hl_registry_remove_device (HlRegistry *self, const char *device, gint64 now, GError **error)
{
  Removal removal = { device, now };

  return hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_remove_device, &removal, error);
}
