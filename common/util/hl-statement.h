/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A prepared statement borrowed from a database's cache: bind, step, read columns. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HlStatement HlStatement;

typedef enum {
  HL_STATEMENT_ERROR = -1,
  HL_STATEMENT_DONE = 0,
  HL_STATEMENT_ROW = 1,
} HlStatementResult;

/* Parameters count from 1, columns from 0, as in SQLite. Bound text and blobs are copied, unless
 * the name says static: then they must live until the statement is reset. */
void hl_statement_bind_int (HlStatement *statement, int index, gint64 value);
void hl_statement_bind_double (HlStatement *statement, int index, double value);
void hl_statement_bind_text (HlStatement *statement, int index,
                             const char *text); /* NULL binds NULL */
void hl_statement_bind_text_len (HlStatement *statement, int index, const char *text, gsize len);
void hl_statement_bind_static (HlStatement *statement, int index, const char *text);
void hl_statement_bind_blob (HlStatement *statement, int index, gconstpointer data,
                             gsize len); /* NULL data binds NULL */
void hl_statement_bind_bytes (HlStatement *statement, int index,
                              GBytes *bytes); /* NULL binds NULL */
void hl_statement_bind_null (HlStatement *statement, int index);

/* One step. A bind that failed (index out of range, too big) shows here.
 * Returns: ROW, DONE, or ERROR with HL_DATABASE_ERROR. */
HlStatementResult hl_statement_step (HlStatement *statement,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Steps to the end and resets; rows are passed over. */
gboolean hl_statement_run (HlStatement *statement, GError **error);
/* Ready for new bindings and steps. Do this as soon as the last row was read: an open read keeps
 * the WAL from shrinking. */
void hl_statement_reset (HlStatement *statement);
/* Resets, clears the bindings and gives it back to the cache. */
void hl_statement_release (HlStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStatement, hl_statement_release)

gboolean hl_statement_is_null (HlStatement *statement, int column);
/* How the value is stored: 'i' integer, 'r' real, 't' text, 'b' blob, '0' null. Ask before reading it: reading
 * may convert it. */
char hl_statement_get_type (HlStatement *statement, int column);
gint64 hl_statement_get_int (HlStatement *statement, int column);
double hl_statement_get_double (HlStatement *statement, int column);
/* (transfer none), until the next step or reset; NULL for NULL */
const char *hl_statement_get_text (HlStatement *statement, int column);
gconstpointer hl_statement_get_blob (HlStatement *statement, int column, gsize *len);
/* (transfer full): a copy; NULL for NULL */
GBytes *hl_statement_get_bytes (HlStatement *statement, int column);
char *hl_statement_dup_text (HlStatement *statement, int column);

G_END_DECLS
