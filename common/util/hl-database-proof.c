/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checksum of one row, as functions of SQL: what a schema keeps it with, and what a reader asks before it believes one. */
#include "util/hl-database-private.h"

#include "util/hl-crc.h"

/* Type and length go in with every value: a value that changed its type is another one, and none slides into the next. */
static guint32
add_value (guint32 crc, sqlite3_value *value)
{
  switch (sqlite3_value_type (value)) {
  case SQLITE_INTEGER:
    return hl_crc_add_int (hl_crc_add (crc, "i", 1), sqlite3_value_int64 (value));
  case SQLITE_TEXT: {
    const void *text = sqlite3_value_text (value);
    int length = sqlite3_value_bytes (value);

    return hl_crc_add (hl_crc_add_int (hl_crc_add (crc, "t", 1), length), text, (gsize) length);
  }
  case SQLITE_BLOB: {
    const void *bytes = sqlite3_value_blob (value);
    int length = sqlite3_value_bytes (value);

    return hl_crc_add (hl_crc_add_int (hl_crc_add (crc, "b", 1), length), bytes, (gsize) length);
  }
  case SQLITE_NULL:
    return hl_crc_add (crc, "n", 1);
  default: /* no table of ours has one */
    return hl_crc_add (crc, "f", 1);
  }
}

static gint64
sum_up (int n, sqlite3_value **values)
{
  guint32 crc = hl_crc_start ();

  for (int i = 0; i < n; i++) {
    crc = add_value (crc, values[i]);
  }
  return hl_crc_end (crc);
}

static void
on_crc (sqlite3_context *context, int n, sqlite3_value **values)
{
  sqlite3_result_int64 (context, sum_up (n, values));
}

static void
on_proved (sqlite3_context *context, int n, sqlite3_value **values)
{
  g_autofree char *message = NULL;

  if (n >= 3 && sqlite3_value_type (values[0]) == SQLITE_INTEGER &&
      sqlite3_value_int64 (values[0]) == sum_up (n - 1, values + 1)) {
    sqlite3_result_int (context, 1);
    return;
  }
  message = g_strdup_printf ("a row of “%s” is damaged (its checksum differs)",
                             n > 1 ? (const char *) sqlite3_value_text (values[1]) : "?");
  sqlite3_result_error (context, message, -1);
  sqlite3_result_error_code (context, SQLITE_CORRUPT);
}

gboolean
hl_database_add_proof (HlDatabase *db, GError **error)
{
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  int code = sqlite3_create_function_v2 (db->handle, "hl_crc", -1, flags, NULL, on_crc, NULL, NULL, NULL);

  if (code == SQLITE_OK) {
    code = sqlite3_create_function_v2 (db->handle, "hl_proved", -1, flags, NULL, on_proved, NULL, NULL, NULL);
  }
  if (code != SQLITE_OK) {
    hl_database_set_error (db, code, "adding functions", error);
  }
  return code == SQLITE_OK;
}
