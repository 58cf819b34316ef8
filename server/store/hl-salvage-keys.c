/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and outcomes beside a log that has holes: what answered for an event that is gone must forget it,
 * or whoever sends it again would be told that it is there. */
#include "store/hl-salvage-private.h"

/* First answers of the HTTP routes name the events that they were for; outcomes name the last one. */
#define JSON(column, member) \
  "CASE WHEN json_valid (" column ") THEN json_extract (" column ", '$." member "') END"

static gboolean
run (HlDatabase *db, const char *sql, const char *location, guint64 a, guint64 b, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_static (statement, 1, location);
  hl_statement_bind_int (statement, 2, (gint64) a);
  hl_statement_bind_int (statement, 3, (gint64) b);
  return hl_statement_run (statement, error);
}

static gboolean
forget_range (HlDatabase *db, HlRepairLocation *report, guint64 first, guint64 last, GError **error)
{
  if (!run (db,
            "DELETE FROM request WHERE location = ?1 AND " JSON ("answer", "last") " >= ?2 AND " JSON (
              "answer", "first") " <= ?3",
            report->id, first, last, error))
    return FALSE;
  report->requests += (guint) hl_database_get_changes (db);
  return run (db, "DELETE FROM event_key WHERE location = ?1 AND seq BETWEEN ?2 AND ?3",
              report->id, first, last, error) &&
         run (db,
              "DELETE FROM outcome WHERE location = ?1 AND " JSON (
                "outcome", "seq") " BETWEEN ?2 AND ?3",
              report->id, first, last, error);
}

/* The events say themselves whose actions they were. */
static gboolean
remake_outcomes (HlDatabase *db, const char *location, GError **error)
{
  return run (
    db,
    "INSERT OR IGNORE INTO outcome (location, device, act, n, outcome, at) "
    "SELECT location, device, act, n, printf ('{\"outcome\":\"%s\",\"seq\":%d}', "
    "CASE WHEN max (kind = 'dispute_opened') THEN 'disputed' ELSE 'applied' END, max (seq)), "
    "max (received) FROM (SELECT location, act, kind, seq, received, " JSON (
      "body", "by.device") " AS device, " JSON ("body", "by.n") " AS n FROM event "
    "WHERE location = ?1 AND act IS NOT NULL AND ?2 = ?3) "
    "WHERE typeof (device) = 'text' AND typeof (n) = 'integer' AND n > 0 GROUP BY device, act",
    location, 0, 0, error);
}

/* Every n up to the mark counts as decided, so the mark goes down to just before the first action that may
 * be lost: one that nothing is known of, and that was not decided before the first hole. What the device
 * then sends again in vain is answered as before. */
static gboolean
lower_marks (HlDatabase *db, HlRepairLocation *report, guint64 hole, GError **error)
{
  static const char sql[] =
    "WITH known AS (SELECT device, n FROM outcome WHERE location = ?1 AND n IS NOT NULL),"
    "highest AS (SELECT device, max (n) AS n FROM (SELECT device, n FROM mark WHERE location = ?1 "
    "UNION ALL SELECT device, n FROM known) GROUP BY device),"
    "safe AS (SELECT h.device AS device, h.n AS top, ifnull ((SELECT max (o.n) FROM outcome o "
    "WHERE o.location = ?1 AND o.device = h.device AND "
    "(CASE WHEN json_valid (o.outcome) THEN json_extract (o.outcome, '$.seq') END) < ?2), 0) AS n "
    "FROM highest h),"
    "missing AS (SELECT s.device AS device, s.top AS top, min (k.n) AS n FROM safe s JOIN "
    "(SELECT device, n FROM safe UNION SELECT device, n FROM known) k ON k.device = s.device AND "
    "k.n >= s.n AND k.n < s.top AND NOT EXISTS (SELECT 1 FROM known q WHERE q.device = s.device "
    "AND q.n = k.n + 1) GROUP BY s.device)"
    "INSERT OR REPLACE INTO mark (location, device, n) SELECT ?1, device, n FROM missing "
    "UNION ALL SELECT ?1, device, top FROM safe WHERE device NOT IN (SELECT device FROM missing) "
    "AND ?3 = ?3";

  if (!run (db, sql, report->id, hole, 0, error))
    return FALSE;
  {
    g_autoptr (HlStatement) count = hl_database_prepare (
      db,
      "SELECT count (*) FROM mark m WHERE location = ?1 AND (EXISTS (SELECT 1 FROM outcome o WHERE "
      "o.location = m.location AND o.device = m.device AND o.n > m.n))",
      error);

    if (count == NULL)
      return FALSE;
    hl_statement_bind_static (count, 1, report->id);
    if (hl_statement_step (count, error) != HL_STATEMENT_ROW)
      return FALSE;
    report->devices = (guint) hl_statement_get_int (count, 0);
  }
  return TRUE;
}

gboolean
hl_salvage_mend_keys (HlDatabase *db, HlRepairLocation *report, gint64 now, GError **error)
{
  guint64 hole = report->head + 1;

  /* outcomes and marks may have been lost beside a log that is whole */
  if (report->is_whole)
    return remake_outcomes (db, report->id, error)
           && run (db,
                   "INSERT OR IGNORE INTO mark (location, device, n) SELECT location, device, max (n) FROM outcome "
                   "WHERE location = ?1 AND n IS NOT NULL AND ?2 = ?3 GROUP BY device",
                   report->id, 0, 0, error);
  for (guint i = 0; i < report->gaps->len; i++) {
    const HlRepairGap *gap = &g_array_index (report->gaps, HlRepairGap, i);
    guint64 first = MAX (gap->first, report->snapshot + 1);

    if (first > gap->last)
      continue;
    hole = MIN (hole, first);
    if (!forget_range (db, report, first, gap->last, error))
      return FALSE;
  }
  return forget_range (db, report, report->head + 1, G_MAXINT64, error) &&
         remake_outcomes (db, report->id, error) && lower_marks (db, report, hole, error);
}
