/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements: binding, stepping, reading columns. */
#include "util/hl-statement.h"

#include <string.h>

#include "util/hl-database-private.h"

static void
note (HlStatement *statement, int code)
{
  if (code != SQLITE_OK && statement->bind_error == SQLITE_OK) {
    statement->bind_error = code;
  }
}

void
hl_statement_bind_int (HlStatement *statement, int index, gint64 value)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_int64 (statement->stmt, index, value));
}

void
hl_statement_bind_double (HlStatement *statement, int index, double value)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_double (statement->stmt, index, value));
}

void
hl_statement_bind_text (HlStatement *statement, int index, const char *text)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_text (statement->stmt, index, text, -1, SQLITE_TRANSIENT));
}

void
hl_statement_bind_text_len (HlStatement *statement, int index, const char *text, gsize len)
{
  g_return_if_fail (statement != NULL);
  note (statement,
        sqlite3_bind_text64 (statement->stmt, index, text, len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void
hl_statement_bind_static (HlStatement *statement, int index, const char *text)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_text (statement->stmt, index, text, -1, SQLITE_STATIC));
}

void
hl_statement_bind_blob (HlStatement *statement, int index, gconstpointer data, gsize len)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_blob64 (statement->stmt, index, data, len, SQLITE_TRANSIENT));
}

void
hl_statement_bind_bytes (HlStatement *statement, int index, GBytes *bytes)
{
  gsize len = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  if (bytes != NULL && len == 0) {
    data = ""; /* an empty blob is not NULL */
  }
  hl_statement_bind_blob (statement, index, data, len);
}

void
hl_statement_bind_null (HlStatement *statement, int index)
{
  g_return_if_fail (statement != NULL);
  note (statement, sqlite3_bind_null (statement->stmt, index));
}

HlStatementResult
hl_statement_step (HlStatement *statement, GError **error)
{
  g_return_val_if_fail (statement != NULL, HL_STATEMENT_ERROR);

  if (statement->bind_error != SQLITE_OK) {
    hl_database_set_error (statement->db, statement->bind_error, "binding a parameter", error);
    return HL_STATEMENT_ERROR;
  }
  int code = sqlite3_step (statement->stmt);
  if (code == SQLITE_ROW) {
    return HL_STATEMENT_ROW;
  }
  if (code == SQLITE_DONE) {
    return HL_STATEMENT_DONE;
  }
  hl_database_set_error (statement->db, code, "running a statement", error);
  sqlite3_reset (statement->stmt);
  return HL_STATEMENT_ERROR;
}

gboolean
hl_statement_run (HlStatement *statement, GError **error)
{
  HlStatementResult result = HL_STATEMENT_ROW;

  while (result == HL_STATEMENT_ROW) {
    result = hl_statement_step (statement, error);
  }
  sqlite3_reset (statement->stmt);
  return result == HL_STATEMENT_DONE;
}

void
hl_statement_reset (HlStatement *statement)
{
  g_return_if_fail (statement != NULL);
  sqlite3_reset (statement->stmt);
  statement->bind_error = SQLITE_OK;
}

void
hl_statement_release (HlStatement *statement)
{
  if (statement != NULL) {
    hl_statement_reset (statement);
    sqlite3_clear_bindings (statement->stmt);
    hl_database_give_back (statement->db, statement);
  }
}

gboolean
hl_statement_is_null (HlStatement *statement, int column)
{
  return sqlite3_column_type (statement->stmt, column) == SQLITE_NULL;
}

char
hl_statement_get_type (HlStatement *statement, int column)
{
  g_return_val_if_fail (statement != NULL, '0');
  switch (sqlite3_column_type (statement->stmt, column)) {
  case SQLITE_INTEGER:
    return 'i';
  case SQLITE_FLOAT:
    return 'r';
  case SQLITE_TEXT:
    return 't';
  case SQLITE_BLOB:
    return 'b';
  default:
    return '0';
  }
}

gint64
hl_statement_get_int (HlStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->stmt, column);
}

double
hl_statement_get_double (HlStatement *statement, int column)
{
  return sqlite3_column_double (statement->stmt, column);
}

const char *
hl_statement_get_text (HlStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->stmt, column);
}

gconstpointer
hl_statement_get_blob (HlStatement *statement, int column, gsize *len)
{
  gconstpointer data = sqlite3_column_blob (statement->stmt, column);
  if (len != NULL) {
    *len = (gsize) sqlite3_column_bytes (statement->stmt, column);
  }
  return data;
}

GBytes *
hl_statement_get_bytes (HlStatement *statement, int column)
{
  if (hl_statement_is_null (statement, column)) {
    return NULL;
  }
  gsize len = 0;
  gconstpointer data = hl_statement_get_blob (statement, column, &len);
  return g_bytes_new (data, len);
}

char *
hl_statement_dup_text (HlStatement *statement, int column)
{
  return g_strdup (hl_statement_get_text (statement, column));
}
