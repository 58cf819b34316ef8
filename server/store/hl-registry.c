/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry: what its parts share, and the copy for the main thread. */
#include "store/hl-registry-private.h"

#include <string.h>

#include "util/hl-id.h"

G_DEFINE_FINAL_TYPE (HlRegistry, hl_registry, G_TYPE_OBJECT)

G_DEFINE_QUARK (hl-registry-error, hl_registry_error)

static void
finalize (GObject *object)
{
  HlRegistry *self = HL_REGISTRY (object);

  g_clear_object (&self->store);
  G_OBJECT_CLASS (hl_registry_parent_class)->finalize (object);
}

static void
hl_registry_class_init (HlRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
hl_registry_init (HlRegistry *self)
{
}

HlRegistry *
hl_registry_new (HlSqliteStore *store)
{
  HlRegistry *self = g_object_new (HL_TYPE_REGISTRY, NULL);

  self->store = g_object_ref (store);
  return self;
}

void
hl_registry_free_secret (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* ---- running statements ---- */

gboolean
hl_registry_change (HlRegistry *self, HlStoreNeed need, HlRegistryChange func, gpointer data,
                    GError **error)
{
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self->store, need, &own, error))
    return FALSE;
  func (hl_sqlite_store_get_database (self->store), data, &failure);
  return hl_sqlite_store_leave (self->store, own, failure, error);
}

static void
bind (HlStatement *statement, const char *const *texts, const gint64 *numbers, guint n_numbers)
{
  int index = 1;

  for (; *texts != NULL; texts++)
    hl_statement_bind_text (statement, index++, *texts);
  for (guint i = 0; i < n_numbers; i++)
    hl_statement_bind_int (statement, index++, numbers[i]);
}

gboolean
hl_registry_run (HlDatabase *db, const char *sql, const char *const *texts, const gint64 *numbers,
                 guint n_numbers, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  bind (statement, texts, numbers, n_numbers);
  return hl_statement_run (statement, error);
}

gboolean
hl_registry_find (HlDatabase *db, const char *sql, const char *const *texts, gboolean *found,
                  GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  HlStatementResult result;

  if (statement == NULL)
    return FALSE;
  bind (statement, texts, NULL, 0);
  result = hl_statement_step (statement, error);
  *found = result == HL_STATEMENT_ROW;
  return result != HL_STATEMENT_ERROR;
}

GStrv
hl_registry_strings (HlDatabase *db, const char *sql, const char *const *texts, gint64 number,
                     GError **error)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  HlStatementResult result;

  if (statement == NULL)
    return NULL;
  bind (statement, texts, &number, number != 0 ? 1 : 0);
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW)
    g_strv_builder_add (strings, hl_statement_get_text (statement, 0));
  return result == HL_STATEMENT_DONE ? g_strv_builder_end (strings) : NULL;
}

gboolean
hl_registry_read_valid (HlDatabase *db, const char *sql, const char *const *texts, gint64 now,
                        GStrv *what, gint64 **ends, GError **error)
{
  g_auto (GStrv) rows = hl_registry_strings (db, sql, texts, now, error);
  guint n;

  if (rows == NULL)
    return FALSE;
  n = g_strv_length (rows);
  *what = g_new0 (char *, n + 1);
  *ends = g_new0 (gint64, n + 1);
  for (guint i = 0; i < n; i++) {
    char *rest = NULL;

    (*ends)[i] = g_ascii_strtoll (rows[i], &rest, 10);
    (*what)[i] = g_strdup (rest + 1);
  }
  return TRUE;
}

static gboolean
query_rows (HlDatabase *db, const char *sql, const char *a, const char *b, HlRegistryMake make,
            gpointer data, GPtrArray *list, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  HlStatementResult result;

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, a);
  if (b != NULL)
    hl_statement_bind_text (statement, 2, b);
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    gpointer item = make (db, statement, data, error);

    if (item == NULL)
      return FALSE;
    g_ptr_array_add (list, item);
  }
  return result == HL_STATEMENT_DONE;
}

GPtrArray *
hl_registry_query (HlRegistry *self, const char *sql, const char *a, const char *b,
                   HlRegistryMake make, gpointer data, GDestroyNotify free_func, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_func);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self->store, HL_STORE_NEED_READ, &own, error))
    return NULL;
  if (query_rows (hl_sqlite_store_get_database (self->store), sql, a, b, make, data, list,
                  &failure))
    return g_steal_pointer (&list);
  hl_sqlite_store_fail (self->store, failure, error);
  return NULL;
}

/* ---- checks ---- */

gboolean
hl_registry_unknown (const char *what, const char *id, GError **error)
{
  g_set_error (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_UNKNOWN, "There is no %s “%s”.", what,
               id);
  return FALSE;
}

gboolean
hl_registry_check_name (const char *name, GError **error)
{
  gboolean good = name != NULL && name[0] != '\0' && strlen (name) <= 64 * 4 &&
                  g_utf8_validate (name, -1, NULL) && g_utf8_strlen (name, -1) <= 64;

  for (const char *p = name; good && *p != '\0'; p = g_utf8_next_char (p))
    good = g_unichar_isprint (g_utf8_get_char (p));
  if (!good)
    g_set_error_literal (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID,
                         "A name has 1 to 64 printable characters.");
  return good;
}

gboolean
hl_registry_need_location (HlDatabase *db, const char *location, GError **error)
{
  const char *texts[] = { location, NULL };
  gboolean found;

  if (!hl_registry_find (db, "SELECT 1 FROM location WHERE id = ?", texts, &found, error))
    return FALSE;
  return found || hl_registry_unknown ("location", location, error);
}

/* ---- the copy for the main thread ---- */

static void
keep_living (GPtrArray *tokens, gint64 now)
{
  for (guint i = tokens->len; i > 0; i--) {
    const HlTokenInfo *token = tokens->pdata[i - 1];

    if (token->revoked != HL_REGISTRY_NEVER ||
        (token->expires != HL_REGISTRY_NEVER && token->expires <= now))
      g_ptr_array_remove_index_fast (tokens, i - 1);
  }
}

HlRegistryCache *
hl_registry_load_cache (HlRegistry *self, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) tokens = hl_registry_list_tokens (self, NULL, error);
  g_autoptr (GPtrArray) hooks = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GStrvBuilder) locations = g_strv_builder_new ();

  if (tokens == NULL)
    return NULL;
  keep_living (tokens, now);
  hooks = hl_registry_list_hooks (self, NULL, now, error);
  if (hooks == NULL)
    return NULL;
  rows = hl_store_list_locations (HL_STORE (self->store), error);
  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    g_strv_builder_add (locations, ((HlStoreLocation *) rows->pdata[i])->id);
  return hl_registry_cache_new (g_steal_pointer (&tokens), g_steal_pointer (&hooks),
                                g_strv_builder_end (locations));
}
