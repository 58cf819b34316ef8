/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can still be read of a damaged outbox file, see hl-outbox-rescue.h. */
#include "local/hl-outbox-rescue.h"

#include <string.h>

#include "local/hl-outbox-rules.h"
#include "util/hl-carve.h"
#include "util/hl-clock.h"

#define FIRST_VALUES 18 /* of a row before the location was stored */
#define VALUES 19
#define MOST G_GINT64_CONSTANT (1000000000) /* no number of ours is that high: it is what is damaged */
#define MARGIN 1000

typedef struct {
  GHashTable *good;    /* id -> HlOutboxRow */
  GPtrArray *bad;      /* of HlOutboxRow */
  GHashTable *current; /* ids of good ones, as they stand in the last version of a page */
  GHashTable *doubted; /* ids of bad ones that do, with their numbers: id -> HlOutboxRow of bad */
  HlOutboxPurged *purged;
  GHashTable *counters;
} Reading;

static char *
dup_text (const HlCarveValue *value)
{
  return value->type == HL_CARVE_TEXT ? g_utf8_make_valid (value->data, (gssize) value->length) : NULL;
}

static gint64
get_int (const HlCarveValue *value)
{
  return value->type == HL_CARVE_INTEGER ? value->integer : 0;
}

static gboolean
is_number (const HlCarveValue *value)
{
  return value->type == HL_CARVE_INTEGER && value->integer >= 0 && value->integer < MOST;
}

static HlOutboxRow *
make_row (const HlCarveRecord *record)
{
  const HlCarveValue *values = record->values;
  HlOutboxRow *row = g_new0 (HlOutboxRow, 1);

  row->device = dup_text (&values[0]);
  row->n = (guint64) get_int (&values[1]);
  row->id = dup_text (&values[2]);
  row->state = (HlItemState) get_int (&values[3]);
  row->action = dup_text (&values[4]);
  row->base = dup_text (&values[5]);
  row->label = dup_text (&values[6]);
  row->outcome = (int) get_int (&values[7]);
  row->reason = (int) get_int (&values[8]);
  row->detail = dup_text (&values[9]);
  row->seq = (guint64) get_int (&values[10]);
  row->composed_at = get_int (&values[11]);
  row->composed_boot = get_int (&values[12]);
  row->boot_id = dup_text (&values[13]);
  row->offset = get_int (&values[14]);
  row->decided_at = get_int (&values[15]);
  row->read = get_int (&values[16]) != 0;
  row->location = record->n_values == VALUES ? dup_text (&values[18]) : NULL;
  return row;
}

/* How far it has got: what is decided is never undecided again but by being sent once more, which does no harm. */
static int
get_progress (const HlOutboxRow *row)
{
  static const int progress[]
      = { [HL_ITEM_QUEUED] = 0, [HL_ITEM_SENDING] = 1, [HL_ITEM_DECIDED] = 2, [HL_ITEM_REVIEW] = 3, [HL_ITEM_WITHDRAWN] = 3 };

  return 2 * progress[row->state] + (row->read ? 1 : 0);
}

static void
take_row (Reading *reading, const HlCarveRecord *record)
{
  g_autoptr (HlOutboxRow) row = make_row (record);
  HlOutboxRow *other;

  if (row->device == NULL || row->id == NULL || !is_number (&record->values[1]) || row->n == 0)
    return;
  hl_outbox_row_prove (row, get_int (&record->values[17]));
  if (row->damaged) {
    if (!record->is_outdated)
      g_hash_table_replace (reading->doubted, row->id, row);
    g_ptr_array_add (reading->bad, g_steal_pointer (&row));
    return;
  }
  if (!record->is_outdated)
    g_hash_table_add (reading->current, g_strdup (row->id));
  other = g_hash_table_lookup (reading->good, row->id);
  if (other == NULL || get_progress (row) > get_progress (other)) {
    char *id = row->id;

    g_hash_table_replace (reading->good, id, g_steal_pointer (&row));
  }
}

static void
raise_counter (GHashTable *counters, const char *device, gint64 n)
{
  gint64 *known = g_hash_table_lookup (counters, device);

  if (known == NULL)
    g_hash_table_insert (counters, g_strdup (device), g_memdup2 (&n, sizeof n));
  else
    *known = MAX (*known, n);
}

static void
take_number (Reading *reading, const char *name, gint64 n)
{
  const struct {
    const char *class;
    guint64 *n;
  } classes[] = {
    { "applied", &reading->purged->applied },   { "no_op", &reading->purged->no_op },
    { "disputed", &reading->purged->disputed }, { "refused", &reading->purged->refused },
    { "review", &reading->purged->review },     { "withdrawn", &reading->purged->withdrawn },
  };

  if (g_str_equal (name, "composed") || g_str_equal (name, "recount"))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    if (!g_str_equal (name, classes[i].class))
      continue;
    *classes[i].n = MAX (*classes[i].n, (guint64) n);
    return;
  }
  raise_counter (reading->counters, name, n);
}

static gboolean
on_record (const HlCarveRecord *record, gpointer data)
{
  Reading *reading = data;

  if (record->is_table)
    return TRUE;
  if (record->n_values == FIRST_VALUES || record->n_values == VALUES) {
    take_row (reading, record);
  } else if (record->n_values == 2 && !record->is_doubtful && is_number (&record->values[1])) {
    g_autofree char *name = dup_text (&record->values[0]);

    if (name != NULL)
      take_number (reading, name, record->values[1].integer);
  }
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const HlOutboxRow *one = *(HlOutboxRow *const *) a, *two = *(HlOutboxRow *const *) b;
  int by_device = g_strcmp0 (one->device, two->device);

  return one->n != two->n ? (one->n > two->n ? 1 : -1) : by_device;
}

static gboolean
has_place (GPtrArray *rows, const HlOutboxRow *wanted)
{
  for (guint i = 0; i < rows->len; i++) {
    const HlOutboxRow *row = g_ptr_array_index (rows, i);

    if (g_str_equal (row->id, wanted->id) || (row->n == wanted->n && g_str_equal (row->device, wanted->device)))
      return FALSE;
  }
  return TRUE;
}

/* Whether a later version of it may say something else, and cannot be read: it may have been withdrawn, or decided and done again. */
static gboolean
is_overtaken (Reading *reading, const HlOutboxRow *row)
{
  const HlOutboxRow *bad = g_hash_table_lookup (reading->doubted, row->id);

  return !g_hash_table_contains (reading->current, row->id)
         || (bad != NULL && bad->n == row->n && g_str_equal (bad->device, row->device));
}

/* What may have been withdrawn is not sent unless a person says so. */
static void
review_overtaken (Reading *reading, GPtrArray *rows)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);

    if (is_overtaken (reading, row))
      g_hash_table_add (ids, row->id);
  }
  hl_outbox_review_rows (rows, ids, HL_REASON_MALFORMED, hl_clock_wall_ms ());
}

static void
collect (Reading *reading, HlOutboxRescue *rescue)
{
  HlOutboxPurged *purged = &rescue->purged;
  GHashTableIter iter;
  gpointer value, device;

  g_hash_table_iter_init (&iter, reading->good);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlOutboxRow *row = value;

    if (has_place (rescue->rows, row))
      g_ptr_array_add (rescue->rows, hl_outbox_row_copy (row));
    raise_counter (rescue->counters, row->device, (gint64) row->n);
  }
  g_hash_table_iter_init (&iter, rescue->counters);
  while (g_hash_table_iter_next (&iter, &device, &value))
    *(gint64 *) value += MARGIN;
  for (guint i = 0; i < reading->bad->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (reading->bad, i);
    gint64 *counter = g_hash_table_lookup (rescue->counters, row->device);

    /* a number that is damaged itself must not come in the way of those to come */
    if (has_place (rescue->rows, row) && (counter == NULL || row->n <= (guint64) *counter))
      g_ptr_array_add (rescue->rows, hl_outbox_row_copy (row));
  }
  g_ptr_array_sort (rescue->rows, compare);
  review_overtaken (reading, rescue->rows);
  purged->composed = purged->applied + purged->no_op + purged->disputed + purged->refused + purged->review + purged->withdrawn
                     + rescue->rows->len;
  purged->recount = 1;
}

HlOutboxRescue *
hl_outbox_rescue_read (const char *path, GError **error)
{
  g_autoptr (HlOutboxRescue) rescue = g_new0 (HlOutboxRescue, 1);
  g_autoptr (GHashTable) good = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) hl_outbox_row_free);
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_outbox_row_free);
  g_autoptr (GHashTable) current = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) doubted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) local_error = NULL;
  Reading reading = { .good = good, .bad = bad, .current = current, .doubted = doubted, .purged = &rescue->purged };

  rescue->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_outbox_row_free);
  rescue->counters = reading.counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!hl_carve (path, on_record, &reading, &local_error)) {
    g_set_error_literal (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_IO, local_error->message);
    return NULL;
  }
  collect (&reading, rescue);
  return g_steal_pointer (&rescue);
}

void
hl_outbox_rescue_free (HlOutboxRescue *rescue)
{
  if (rescue == NULL)
    return;
  g_clear_pointer (&rescue->rows, g_ptr_array_unref);
  g_clear_pointer (&rescue->counters, g_hash_table_unref);
  g_free (rescue);
}
