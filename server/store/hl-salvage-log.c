/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One location's log out of the events that were found: without holes, provable, whole in its units. */
#include "store/hl-salvage-private.h"

#include "domain/hl-time.h"
#include "store/hl-chain.h"
#include "util/hl-id.h"

#define PAGE_ROWS 500
#define EPOCH_CHARACTERS 8
/* A unit that lost more than this in the middle is not recognised as one any more. */
#define MAX_HOLE_IN_UNIT 32

typedef struct {
  HlDatabase *db;
  HlRepairLocation *report;
  const char *id;
  gint64 now;

  guint64 next;      /* the seq that comes */
  guint64 h;         /* of the one before */
  gboolean rechain;  /* from here on h differs from what it was */
  gboolean in_unit;  /* the last event was not the end of its unit */
  char *act;         /* of that unit */
  gint64 received;   /* of the last event that was there */

  guint64 snapshot;  /* its seq; 0: there is none that can be used */
  guint64 snapshot_h;
  gboolean has_snapshot_h;
} Mend;

/* ---- writing ---- */

/* Stands for an event that is gone: a kind that nobody knows moves the position and changes nothing. */
static gboolean
insert_stand_in (Mend *mend, gboolean end, GError **error)
{
  g_autofree char *random = hl_id_random_base32 (8);
  g_autofree char *id = g_strdup_printf ("lost-%" G_GUINT64_FORMAT "-%s", mend->next, random);
  g_autofree char *time = hl_time_print (mend->received != 0 ? mend->received : mend->now);
  g_autofree char *act = mend->in_unit && mend->act != NULL
                           ? g_strdup_printf ("\"%s\"", mend->act)
                           : g_strdup ("null");
  g_autofree char *body = g_strdup_printf (
    "{\"seq\":%" G_GUINT64_FORMAT ",\"id\":\"%s\",\"kind\":\"event_lost\",\"at\":\"%s\","
    "\"received\":\"%s\",\"by\":{\"role\":\"system\",\"name\":\"hostlined\",\"device\":null,"
    "\"n\":null},\"act\":%s,\"end\":%s,\"data\":{}}",
    mend->next, id, time, time, act, end ? "true" : "false");
  guint8 digest[HL_ID_SHA256_BYTES];
  HlStoreRow row = { .seq = mend->next,
                     .id = id,
                     .kind = (char *) "event_lost",
                     .act = mend->in_unit ? mend->act : NULL,
                     .at = mend->received != 0 ? mend->received : mend->now,
                     .end = end,
                     .body = body,
                     .length = strlen (body) };

  row.received = row.at;
  hl_id_sha256 (body, row.length, digest);
  row.h = mend->h = hl_chain_next (mend->h, id, digest);
  if (!hl_sqlite_event_insert (mend->db, mend->id, &row, digest, error))
    return FALSE;
  mend->in_unit = !end;
  mend->next++;
  return TRUE;
}

static gboolean
update_chain (Mend *mend, const HlStoreRow *row, const guint8 *digest, GError **error)
{
  g_autoptr (HlStatement) update = hl_database_prepare (
    mend->db, "UPDATE event SET h = ?3, crc = ?4 WHERE location = ?1 AND seq = ?2", error);

  if (update == NULL)
    return FALSE;
  hl_statement_bind_static (update, 1, mend->id);
  hl_statement_bind_int (update, 2, (gint64) row->seq);
  hl_statement_bind_int (update, 3, (gint64) row->h);
  hl_statement_bind_int (update, 4, hl_sqlite_event_crc (mend->id, row, digest));
  return hl_statement_run (update, error);
}

static void
note_snapshot (Mend *mend)
{
  if (mend->snapshot != 0 && mend->next == mend->snapshot + 1) {
    mend->snapshot_h = mend->h;
    mend->has_snapshot_h = TRUE;
  }
}

/* @row: (nullable): the event behind the hole */
static gboolean
fill_hole (Mend *mend, guint64 until, const HlStoreRow *row, GError **error)
{
  HlRepairGap gap = { .first = mend->next,
                      .last = until,
                      .after = mend->received,
                      .before = row != NULL ? row->received : 0 };
  gboolean same_unit = mend->in_unit && row != NULL && mend->act != NULL &&
                       g_strcmp0 (mend->act, row->act) == 0 &&
                       until - mend->next < MAX_HOLE_IN_UNIT;

  g_array_append_val (mend->report->gaps, gap);
  mend->rechain = TRUE;
  while (mend->next <= until) {
    if (!insert_stand_in (mend, !same_unit, error))
      return FALSE;
    note_snapshot (mend);
  }
  return TRUE;
}

static gboolean
take_row (Mend *mend, HlStoreRow *row, const guint8 *digest, GError **error)
{
  guint64 h;

  if (row->seq > mend->next && !fill_hole (mend, row->seq - 1, row, error))
    return FALSE;
  h = hl_chain_next (mend->h, row->id, digest);
  if (h != row->h) {
    mend->rechain = TRUE;
    row->h = h;
    if (!update_chain (mend, row, digest, error))
      return FALSE;
  }
  mend->h = h;
  mend->next = row->seq + 1;
  mend->in_unit = !row->end;
  g_free (mend->act);
  mend->act = g_strdup (row->act);
  mend->received = row->received;
  mend->report->kept++;
  note_snapshot (mend);
  return TRUE;
}

/* ---- walking ---- */

/* Returns: rows seen, -1 with @error */
static int
walk_page (Mend *mend, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_store_row_free);
  g_autoptr (GByteArray) digests = g_byte_array_new ();
  g_autoptr (HlStatement) query =
    hl_database_prepare (mend->db,
                         "SELECT " HL_SQLITE_EVENT_COLUMNS
                         " FROM event WHERE location = ? AND seq >= ? ORDER BY seq LIMIT ?",
                         error);
  HlStatementResult result;

  if (query == NULL)
    return -1;
  hl_statement_bind_static (query, 1, mend->id);
  hl_statement_bind_int (query, 2, (gint64) mend->next);
  hl_statement_bind_int (query, 3, PAGE_ROWS);
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    guint8 digest[HL_ID_SHA256_BYTES];
    HlStoreRow *row = hl_sqlite_event_from_row (query, mend->id, digest, error);

    if (row == NULL)
      return -1;
    g_ptr_array_add (rows, row);
    g_byte_array_append (digests, digest, sizeof digest);
  }
  hl_statement_reset (query);
  if (result == HL_STATEMENT_ERROR)
    return -1;
  for (guint i = 0; i < rows->len; i++) {
    if (!take_row (mend, rows->pdata[i], digests->data + i * HL_ID_SHA256_BYTES, error))
      return -1;
  }
  return (int) rows->len;
}

static gboolean
load_snapshot (Mend *mend, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (
    mend->db, "SELECT epoch, seq, h, crc, blob FROM snapshot WHERE location = ?", error);
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (GBytes) blob = NULL;
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, mend->id);
  result = hl_statement_step (query, error);
  if (result != HL_STATEMENT_ROW)
    return result == HL_STATEMENT_DONE;
  position = hl_sqlite_snapshot_from_row (query, mend->id, &blob);
  if (position != NULL)
    mend->snapshot = position->seq;
  return TRUE;
}

static gboolean
store_snapshot (Mend *mend, const char *epoch, GError **error)
{
  g_autoptr (HlStatement) query = NULL;
  g_autoptr (HlStatement) update = NULL;
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (GBytes) blob = NULL;

  if (mend->snapshot == 0 || !mend->has_snapshot_h) {
    update = hl_database_prepare (mend->db, "DELETE FROM snapshot WHERE location = ?", error);
    if (update == NULL)
      return FALSE;
    hl_statement_bind_static (update, 1, mend->id);
    return hl_statement_run (update, error);
  }
  query =
    hl_database_prepare (mend->db, "SELECT blob FROM snapshot WHERE location = ?", error);
  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, mend->id);
  if (hl_statement_step (query, error) != HL_STATEMENT_ROW)
    return FALSE;
  blob = hl_statement_get_bytes (query, 0);
  hl_statement_reset (query);
  position = hl_position_new (epoch, mend->snapshot, mend->snapshot_h);
  update = hl_database_prepare (
    mend->db, "UPDATE snapshot SET epoch = ?2, h = ?3, crc = ?4 WHERE location = ?1", error);
  if (update == NULL)
    return FALSE;
  hl_statement_bind_static (update, 1, mend->id);
  hl_statement_bind_static (update, 2, epoch);
  hl_statement_bind_int (update, 3, (gint64) position->h);
  hl_statement_bind_int (update, 4, hl_sqlite_snapshot_crc (mend->id, position, blob));
  return hl_statement_run (update, error);
}

static gboolean
store_head (Mend *mend, GError **error)
{
  g_autofree char *epoch = hl_id_random_base32 (EPOCH_CHARACTERS);
  g_autoptr (HlStatement) update = hl_database_prepare (
    mend->db, "UPDATE location SET epoch = ?2, seq = ?3, h = ?4 WHERE id = ?1", error);

  if (update == NULL)
    return FALSE;
  hl_statement_bind_static (update, 1, mend->id);
  hl_statement_bind_static (update, 2, epoch);
  hl_statement_bind_int (update, 3, (gint64) mend->next - 1);
  hl_statement_bind_int (update, 4, (gint64) mend->h);
  return hl_statement_run (update, error) && store_snapshot (mend, epoch, error);
}

/* What the location's row says was there, but is not. */
static gboolean
mend_end (Mend *mend, guint64 head, GError **error)
{
  /* A snapshot that is further than the events that were found holds what they did. */
  if (mend->snapshot >= mend->next && !fill_hole (mend, mend->snapshot, NULL, error))
    return FALSE;
  if (head >= mend->next) {
    HlRepairGap gap = { .first = mend->next, .last = head, .after = mend->received };

    g_array_append_val (mend->report->gaps, gap);
  }
  if (mend->in_unit)
    return insert_stand_in (mend, TRUE, error);
  return TRUE;
}

gboolean
hl_salvage_mend_log (HlDatabase *db, HlRepairLocation *report, gint64 now, GError **error)
{
  Mend mend = { .db = db, .report = report, .id = report->id, .now = now, .next = 1 };
  g_autoptr (HlStatement) query = hl_database_prepare (
    db, "SELECT seq, h, floor, floor_h FROM location WHERE id = ?", error);
  guint64 head = 0, head_h = 0;
  int rows;
  gboolean done;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, report->id);
  if (hl_statement_step (query, error) != HL_STATEMENT_ROW)
    return FALSE;
  if (!report->row_lost) {
    head = (guint64) hl_statement_get_int (query, 0);
    head_h = (guint64) hl_statement_get_int (query, 1);
    mend.next = MAX ((guint64) hl_statement_get_int (query, 2), 1);
    mend.h = mend.next > 1 ? (guint64) hl_statement_get_int (query, 3) : 0;
  }
  hl_statement_reset (query);
  if (!load_snapshot (&mend, error))
    return FALSE;
  note_snapshot (&mend);
  while ((rows = walk_page (&mend, error)) > 0)
    ;
  report->is_whole = rows == 0 && !report->row_lost && !mend.rechain && !mend.in_unit &&
                     head + 1 == mend.next && head_h == mend.h;
  report->end_unknown = report->row_lost;
  done = rows == 0 && (report->is_whole || (mend_end (&mend, head, error) && store_head (&mend, error)));
  report->head = mend.next - 1;
  report->snapshot = mend.has_snapshot_h ? mend.snapshot : 0;
  g_free (mend.act);
  return done;
}
