/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which people were erased, as keyed hashes. */
#include "store/hl-erasures.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "domain/hl-time.h"
#include "store/hl-store-error.h"
#include "util/hl-id.h"
#include "util/hl-phone.h"

#define KEY_BYTES 32
#define MAX_REMEMBERED 65536 /* digits that are known not to be on the list: dates come again and again */

struct _HlErasures {
  char *directory;
  GBytes *key;         /* NULL: none was made yet */
  GHashTable *hashes;  /* hex */
  GString *text;       /* the file */
  guint count;
  GHashTable *others;
};

static char *
make_path (HlErasures *self, const char *name)
{
  return g_build_filename (self->directory, name, NULL);
}

static char *
hash (HlErasures *self, const char *digits)
{
  gsize length;
  const guint8 *key = g_bytes_get_data (self->key, &length);

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, length, digits, -1);
}

static gboolean
fail (GError **error, GError *cause)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "%s", cause->message);
  g_error_free (cause);
  return FALSE;
}

/* A file that is not there is no error: @text stays NULL. */
static gboolean
read_file (HlErasures *self, const char *name, char **text, GError **error)
{
  g_autofree char *path = make_path (self, name);
  GError *cause = NULL;

  if (g_file_get_contents (path, text, NULL, &cause))
    return TRUE;
  if (!g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return fail (error, cause);
  g_error_free (cause);
  return TRUE;
}

static gboolean
write_file (HlErasures *self, const char *name, const char *text, GError **error)
{
  g_autofree char *path = make_path (self, name);
  GError *cause = NULL;

  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                   &cause) ||
         fail (error, cause);
}

static gboolean
load_key (HlErasures *self, GError **error)
{
  g_autofree char *text = NULL;

  if (!read_file (self, HL_ERASURES_KEY_FILE, &text, error))
    return FALSE;
  if (text != NULL)
    self->key = hl_id_from_base64url (g_strstrip (text));
  if (text != NULL && (self->key == NULL || g_bytes_get_size (self->key) != KEY_BYTES)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "%s/%s is damaged", self->directory,
                 HL_ERASURES_KEY_FILE);
    return FALSE;
  }
  return TRUE;
}

static gboolean
make_key (HlErasures *self, GError **error)
{
  guint8 bytes[KEY_BYTES];
  g_autofree char *text = NULL;

  if (self->key != NULL)
    return TRUE;
  hl_id_random_bytes (bytes, sizeof bytes);
  text = hl_id_base64url (bytes, sizeof bytes);
  if (!write_file (self, HL_ERASURES_KEY_FILE, text, error))
    return FALSE;
  self->key = g_bytes_new (bytes, sizeof bytes);
  return TRUE;
}

/* A line an erasure: its time, then the hashes. */
static void
take_line (HlErasures *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (words[0] == NULL || words[1] == NULL)
    return;
  for (guint i = 1; words[i] != NULL; i++)
    g_hash_table_add (self->hashes, g_strdup (words[i]));
  self->count++;
}

HlErasures *
hl_erasures_load (const char *directory, GError **error)
{
  g_autoptr (HlErasures) self = g_new0 (HlErasures, 1);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  self->directory = g_strdup (directory);
  self->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!load_key (self, error) || !read_file (self, HL_ERASURES_FILE, &text, error))
    return NULL;
  self->text = g_string_new (text);
  lines = g_strsplit (self->text->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    take_line (self, lines[i]);
  if (self->count > 0 && self->key == NULL) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED,
                 "%s/%s is missing, without which %s says nothing", directory, HL_ERASURES_KEY_FILE,
                 HL_ERASURES_FILE);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
hl_erasures_free (HlErasures *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->key, g_bytes_unref);
  g_hash_table_unref (self->hashes);
  g_hash_table_unref (self->others);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self->directory);
  g_free (self);
}

guint
hl_erasures_get_count (HlErasures *self)
{
  return self->count;
}

gboolean
hl_erasures_add (HlErasures *self, const char *digits, gint64 now, GError **error)
{
  g_auto (GStrv) variants = hl_phone_variants (digits);
  g_autofree char *time = hl_time_print (now);
  g_autoptr (GString) line = g_string_new (time);

  if (!make_key (self, error))
    return FALSE;
  {
    g_autofree char *whole = hash (self, digits);

    if (g_hash_table_contains (self->hashes, whole))
      return TRUE;
  }
  for (guint i = 0; variants[i] != NULL; i++) {
    g_autofree char *hex = hash (self, variants[i]);

    g_string_append_printf (line, " %s", hex);
  }
  g_string_append_printf (self->text, "%s\n", line->str);
  if (!write_file (self, HL_ERASURES_FILE, self->text->str, error)) {
    g_string_truncate (self->text, self->text->len - line->len - 1);
    return FALSE;
  }
  take_line (self, line->str);
  g_hash_table_remove_all (self->others);
  return TRUE;
}

gboolean
hl_erasures_contain (HlErasures *self, const char *digits)
{
  g_autofree char *hex = NULL;

  if (self->count == 0 || g_hash_table_contains (self->others, digits))
    return FALSE;
  hex = hash (self, digits);
  if (g_hash_table_contains (self->hashes, hex))
    return TRUE;
  if (g_hash_table_size (self->others) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->others);
  g_hash_table_add (self->others, g_strdup (digits));
  return FALSE;
}

gboolean
hl_erasures_begin (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_ERASURES_UNFINISHED_FILE, NULL);
  GError *cause = NULL;

  return g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &cause) ||
         fail (error, cause);
}

gboolean
hl_erasures_is_unfinished (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, HL_ERASURES_UNFINISHED_FILE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
hl_erasures_end (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_ERASURES_UNFINISHED_FILE, NULL);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "Cannot remove %s: %s", path, g_strerror (errno));
  return FALSE;
}
