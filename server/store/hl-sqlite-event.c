/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of the log: written with a checksum over all of it, and never believed without. */
#include "store/hl-sqlite-store-private.h"

#include <string.h>

#include "util/hl-crc.h"
#include "util/hl-id.h"

#define DAY_MS (24 * 60 * 60 * 1000)

guint32
hl_sqlite_event_crc (const char *location, const HlStoreRow *row, const guint8 *digest)
{
  guint32 crc = hl_crc_start ();

  crc = hl_crc_add_text (crc, location);
  crc = hl_crc_add_int (crc, (gint64) row->seq);
  crc = hl_crc_add_text (crc, row->id);
  crc = hl_crc_add_text (crc, row->kind);
  crc = hl_crc_add_int (crc, row->at);
  crc = hl_crc_add_int (crc, row->received);
  crc = hl_crc_add_text (crc, row->act);
  crc = hl_crc_add_int (crc, row->end ? 1 : 0);
  crc = hl_crc_add_int (crc, row->redacted ? 1 : 0);
  crc = hl_crc_add (crc, digest, HL_ID_SHA256_BYTES);
  crc = hl_crc_add_int (crc, (gint64) row->h);
  crc = hl_crc_add (crc, row->body, row->length);
  return hl_crc_end (crc);
}

/* A damaged type may leave a value as it reads: the columns are of the types that they were written with. */
static gboolean
has_types (HlStatement *statement)
{
  static const char types[] = "ittiiTiibiiti"; /* of HL_SQLITE_EVENT_COLUMNS; T: text or null */

  for (int i = 0; types[i] != '\0'; i++) {
    char type = hl_statement_get_type (statement, i);

    if (type != g_ascii_tolower (types[i]) && (types[i] != 'T' || type != '0'))
      return FALSE;
  }
  return TRUE;
}

HlStoreRow *
hl_sqlite_event_from_row (HlStatement *statement, const char *location, guint8 *digest,
                          GError **error)
{
  g_autoptr (HlStoreRow) row = g_new0 (HlStoreRow, 1);
  gsize digest_length = 0, length = 0;
  /* asked before the values are: reading one as text makes it text */
  gboolean are_types = has_types (statement);
  const guint8 *stored;
  const char *body;

  row->seq = (guint64) hl_statement_get_int (statement, 0);
  row->id = hl_statement_dup_text (statement, 1);
  row->kind = hl_statement_dup_text (statement, 2);
  row->at = hl_statement_get_int (statement, 3);
  row->received = hl_statement_get_int (statement, 4);
  row->act = hl_statement_dup_text (statement, 5);
  row->end = hl_statement_get_int (statement, 6) != 0;
  row->redacted = hl_statement_get_int (statement, 7) != 0;
  stored = hl_statement_get_blob (statement, 8, &digest_length);
  row->h = (guint64) hl_statement_get_int (statement, 9);
  body = hl_statement_get_blob (statement, 11, &length);
  row->body = g_malloc (length + 1);
  if (length > 0)
    memcpy (row->body, body, length);
  row->body[length] = '\0';
  row->length = length;
  if (row->id == NULL || row->kind == NULL || digest_length != HL_ID_SHA256_BYTES ||
      !are_types || hl_statement_get_int (statement, 12) != row->received / DAY_MS ||
      hl_sqlite_event_crc (location, row, stored) !=
        hl_statement_get_int (statement, 10)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
                 "Location “%s”, seq %" G_GUINT64_FORMAT
                 ": the stored event is damaged (its checksum differs).",
                 location, row->seq);
    return NULL;
  }
  if (digest != NULL)
    memcpy (digest, stored, HL_ID_SHA256_BYTES);
  return g_steal_pointer (&row);
}

gboolean
hl_sqlite_event_insert (HlDatabase *db, const char *location, const HlStoreRow *row,
                        const guint8 *digest, GError **error)
{
  g_autoptr (HlStatement) insert = hl_database_prepare (
    db,
    "INSERT INTO event (location, seq, id, kind, at, received, act, last, redacted, day, digest, "
    "h, crc, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    error);

  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_int (insert, 2, (gint64) row->seq);
  hl_statement_bind_static (insert, 3, row->id);
  hl_statement_bind_static (insert, 4, row->kind);
  hl_statement_bind_int (insert, 5, row->at);
  hl_statement_bind_int (insert, 6, row->received);
  hl_statement_bind_static (insert, 7, row->act);
  hl_statement_bind_int (insert, 8, row->end ? 1 : 0);
  hl_statement_bind_int (insert, 9, row->redacted ? 1 : 0);
  hl_statement_bind_int (insert, 10, row->received / DAY_MS);
  hl_statement_bind_blob (insert, 11, digest, HL_ID_SHA256_BYTES);
  hl_statement_bind_int (insert, 12, (gint64) row->h);
  hl_statement_bind_int (insert, 13, hl_sqlite_event_crc (location, row, digest));
  hl_statement_bind_text_len (insert, 14, row->body, row->length);
  return hl_statement_run (insert, error);
}
