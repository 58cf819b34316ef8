/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erase: a person goes out of every log, by phone number; and once more after a backup was restored. */
#include "admin/hl-commands-erase.h"

#include <string.h>

#include "admin/hl-commands-private.h"
#include "store/hl-erase.h"
#include "store/hl-redaction.h"
#include "util/hl-phone.h"

typedef struct {
  char *digits;
  GStrv variants;
  GPtrArray *erases; /* of HlErase: one a location */
} Plan;

static gboolean
is_number (const char *digits, gpointer user_data)
{
  return g_strv_contains ((const char *const *) user_data, digits);
}

static gboolean
was_erased (const char *digits, gpointer user_data)
{
  return hl_erasures_contain (user_data, digits);
}

/* Returns: (transfer full) (nullable) (element-type HlErase) */
static GPtrArray *
scan_all (HlStore *store, HlEraseMatch match, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) erases = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_erase_free);
  g_autoptr (GPtrArray) locations = hl_store_list_locations (store, error);

  if (locations == NULL)
    return NULL;
  for (guint i = 0; i < locations->len; i++) {
    HlErase *erase = hl_erase_new (((HlStoreLocation *) locations->pdata[i])->id, match, user_data);

    g_ptr_array_add (erases, erase);
    if (!hl_erase_scan (erase, store, error))
      return NULL;
  }
  return g_steal_pointer (&erases);
}

void
hl_command_erase_free (gpointer data)
{
  Plan *plan = data;

  g_free (plan->digits);
  g_strfreev (plan->variants);
  g_clear_pointer (&plan->erases, g_ptr_array_unref);
  g_free (plan);
}

gpointer
hl_command_erase_prepare (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *phone = hl_command_get_string (params, "phone");
  Plan *plan = g_new0 (Plan, 1);

  plan->digits = hl_phone_parse (phone);
  if (plan->digits == NULL) {
    hl_command_fail (error, HL_COMMAND_ERROR_INVALID,
                     "That is no phone number with its country code, such as +12025550142.");
    hl_command_erase_free (plan);
    return NULL;
  }
  plan->variants = hl_phone_variants (plan->digits);
  plan->erases = scan_all (HL_STORE (hl_command_host_get_store (host)), is_number, plan->variants, error);
  if (plan->erases == NULL) {
    hl_command_erase_free (plan);
    return NULL;
  }
  return plan;
}

/* ---- doing it ---- */

static gboolean
append_all (HlCommandHost *host, HlErase *erase, JsonObject *told, guint64 *last, GError **error)
{
  g_autoptr (GPtrArray) all = hl_erase_make_data (erase);

  for (guint i = 0; i < all->len; i++) {
    JsonObject *data = all->pdata[i];
    g_autoptr (GList) names = json_object_get_members (data);

    for (GList *name = names; name != NULL; name = name->next) {
      gint64 n = json_array_get_length (json_object_get_array_member (data, name->data));

      n += json_object_get_int_member_with_default (told, name->data, 0);
      json_object_set_int_member (told, name->data, n);
    }
    if (!hl_command_host_append (host, hl_erase_get_location (erase), HL_EVENT_PERSON_ERASED, data, last,
                                 error))
      return FALSE;
  }
  return TRUE;
}

/* First the log says so, then the bodies change: what stops between the two is done again at the next start. */
static gboolean
erase_from (HlCommandHost *host, HlErase *erase, GPtrArray *traces, JsonArray *told, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  const char *location = hl_erase_get_location (erase);
  g_autoptr (JsonObject) one = json_object_new ();
  JsonArray *left = json_array_new ();
  guint64 last = 0;
  guint n_events = 0;

  json_object_set_string_member (one, "location", location);
  if (!append_all (host, erase, one, &last, error) || !hl_command_host_erased (host, location, error) ||
      !hl_erase_apply (erase, store, last, traces, &n_events, error)) {
    json_array_unref (left);
    return FALSE;
  }
  for (guint i = 0; i < hl_erase_get_left (erase)->len; i++)
    json_array_add_int_element (left, (gint64) g_array_index (hl_erase_get_left (erase), guint64, i));
  json_object_set_int_member (one, "events", n_events);
  json_object_set_array_member (one, "left", left);
  json_array_add_object_element (told, g_steal_pointer (&one));
  return TRUE;
}

static gboolean
is_worth_telling (HlErase *erase)
{
  return !hl_erase_is_empty (erase) || hl_erase_get_left (erase)->len > 0;
}

/* Pages may hold copies of rows that moved. */
gboolean
hl_command_sweep (HlSqliteStore *store, GPtrArray *traces, gboolean *clean, GError **error)
{
  g_autoptr (GError) cause = NULL;
  guint64 left = 0;

  *clean = TRUE;
  if (!hl_sqlite_store_checkpoint (store, &left, error))
    return FALSE;
  if (left == 0 && hl_redaction_find_traces (store, traces) == 0)
    return TRUE;
  if (hl_sqlite_store_compact (store, &cause))
    return TRUE;
  if (!g_error_matches (cause, HL_STORE_ERROR, HL_STORE_ERROR_FULL)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  *clean = FALSE;
  return TRUE;
}

JsonArray *
hl_command_list_copies (const char *directory)
{
  JsonArray *copies = json_array_new ();
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);

    if (g_str_has_prefix (name, HL_SQLITE_STORE_FILE ".") && !g_str_has_suffix (name, ".txt"))
      json_array_add_string_element (copies, path);
  }
  return copies;
}

static JsonNode *
erase_all (HlCommandHost *host, GPtrArray *erases, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  g_autoptr (GPtrArray) traces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (JsonArray) told = json_array_new ();
  JsonObject *result;
  gboolean clean;

  /* What came since, before anything is changed: a number that must not be erased is refused whole. */
  for (guint i = 0; i < erases->len; i++) {
    if (!hl_erase_scan (erases->pdata[i], HL_STORE (store), error))
      return NULL;
  }
  for (guint i = 0; i < erases->len; i++) {
    if (is_worth_telling (erases->pdata[i]) &&
        !erase_from (host, erases->pdata[i], traces, told, error))
      return NULL;
  }
  if (!hl_command_sweep (store, traces, &clean, error))
    return NULL;
  result = json_object_new ();
  json_object_set_array_member (result, "locations", g_steal_pointer (&told));
  json_object_set_boolean_member (result, "clean", clean);
  json_object_set_array_member (result, "copies", hl_command_list_copies (hl_sqlite_store_get_directory (store)));
  return hl_command_result (result);
}

JsonNode *
hl_command_erase (HlCommandHost *host, JsonObject *params, GError **error)
{
  Plan *plan = hl_command_host_get_plan (host);
  const char *directory = hl_sqlite_store_get_directory (hl_command_host_get_store (host));
  g_autoptr (HlErasures) erasures = NULL;
  g_autoptr (JsonNode) result = NULL;

  g_return_val_if_fail (plan != NULL, NULL);

  erasures = hl_erasures_load (directory, error);
  if (erasures == NULL || !hl_erasures_begin (directory, error) ||
      !hl_erasures_add (erasures, plan->digits, hl_command_host_now (host), error))
    return NULL;
  result = erase_all (host, plan->erases, error);
  return result != NULL && hl_erasures_end (directory, error) ? g_steal_pointer (&result) : NULL;
}

gboolean
hl_command_erase_again (HlCommandHost *host, HlErasures *erasures, guint *n_locations, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  g_autoptr (GPtrArray) erases = NULL;
  g_autoptr (JsonNode) result = NULL;

  *n_locations = 0;
  if (hl_erasures_get_count (erasures) == 0)
    return TRUE;
  erases = scan_all (HL_STORE (store), was_erased, erasures, error);
  if (erases == NULL)
    return FALSE;
  result = erase_all (host, erases, error);
  if (result == NULL)
    return FALSE;
  *n_locations =
    json_array_get_length (json_object_get_array_member (json_node_get_object (result), "locations"));
  return TRUE;
}
