/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox's rules without any file, see hl-outbox-rules.h. */
#include "local/hl-outbox-rules.h"

#include <string.h>

#include "domain/hl-decision.h"

gboolean
hl_outbox_is_too_old (const HlOutboxRow *row, const HlOutboxTime *now)
{
  gint64 age = hl_outbox_get_age (row, now);
  return age < 0 || age > HL_OUTBOX_MAX_AGE_MS;
}

static gboolean
is_waiting (const HlOutboxRow *row)
{
  return row->state == HL_ITEM_QUEUED || row->state == HL_ITEM_SENDING;
}

static gboolean
shares_entity (HlOutboxItem *item, GHashTable *ids)
{
  for (const char *const *id = hl_outbox_item_get_entities (item); *id != NULL; id++)
    if (g_hash_table_contains (ids, *id))
      return TRUE;
  return FALSE;
}

static void
add_entities (HlOutboxItem *item, GHashTable *ids)
{
  for (const char *const *id = hl_outbox_item_get_entities (item); *id != NULL; id++)
    g_hash_table_add (ids, (gpointer)*id);
  /* an undo names the action */
  g_hash_table_add (ids, (gpointer)hl_outbox_item_get_id (item));
}

/* The offset that was known when the row was composed may be of another evening: this computer's
 * clock can have been set since, and only a connection tells. Within one boot it can be told
 * afterwards. */
static void
learn_offset (HlOutboxRow *row, const HlOutboxTime *now)
{
  if (now->offset != HL_OFFSET_UNKNOWN && row->boot_id != NULL && *row->boot_id != '\0'
      && g_strcmp0 (row->boot_id, now->boot_id) == 0)
    row->offset = now->wall + now->offset - (now->boot - row->composed_boot) - row->composed_at;
}

static void
put_in_review (HlOutboxRow *row, HlReason reason, gint64 wall)
{
  row->state = HL_ITEM_REVIEW;
  row->outcome = -1;
  row->reason = reason;
  row->decided_at = wall;
  row->read = FALSE;
}

static HlOutboxRow *
review (HlOutboxItem *item, HlReason reason, const HlOutboxTime *now)
{
  HlOutboxRow *row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
  put_in_review (row, reason, now->wall);
  return row;
}

void
hl_outbox_review_rows (GPtrArray *rows, GHashTable *ids, HlReason reason, gint64 wall)
{
  g_autoptr (GHashTable) reviewed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);
    HlOutboxItem *item;

    if (row->damaged || !is_waiting (row))
      continue;
    item = hl_outbox_item_new (row);
    g_ptr_array_add (items, item);
    if (!g_hash_table_contains (ids, row->id) && !shares_entity (item, reviewed))
      continue;
    put_in_review (row, reason, wall);
    add_entities (item, reviewed);
  }
}

void
hl_outbox_plan_welcome (GPtrArray *items, const char *device, guint64 decided,
                        const HlOutboxTime *now, GPtrArray *changed)
{
  g_autoptr (GHashTable) reviewed = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (items, i);
    const HlOutboxRow *row = hl_outbox_item_get_row (item);
    HlOutboxRow *again;
    gboolean own = g_strcmp0 (row->device, device) == 0 && !hl_outbox_item_get_foreign (item);

    if (row->damaged)
      continue;
    switch (row->state) {
    case HL_ITEM_DECIDED:
      if (!own || row->n <= decided)
        break;
      if (hl_outbox_is_too_old (row, now) || shares_entity (item, reviewed)) {
        g_ptr_array_add (changed, review (item, HL_REASON_TOO_OLD, now));
        add_entities (item, reviewed);
        break;
      }
      again = hl_outbox_row_copy (row);
      again->state = HL_ITEM_SENDING;
      again->outcome = -1;
      again->reason = HL_REASON_NONE;
      again->seq = 0;
      again->decided_at = 0;
      again->read = FALSE;
      g_clear_pointer (&again->detail, g_free);
      g_ptr_array_add (changed, again);
      break;
    case HL_ITEM_QUEUED:
    case HL_ITEM_SENDING:
      if (!own) {
        g_ptr_array_add (changed, review (item, HL_REASON_NOT_ALLOWED, now));
        add_entities (item, reviewed);
      } else if (row->state == HL_ITEM_SENDING && row->n <= decided) {
        /* only its answer was lost: asking again cannot have an effect */
      } else if (hl_outbox_is_too_old (row, now)) {
        g_ptr_array_add (changed, review (item, HL_REASON_TOO_OLD, now));
        add_entities (item, reviewed);
      } else if (shares_entity (item, reviewed)) {
        g_ptr_array_add (changed, review (item, HL_REASON_TOO_OLD, now));
        add_entities (item, reviewed);
      }
      break;
    case HL_ITEM_WITHDRAWN:
    case HL_ITEM_REVIEW:
    default:
      break;
    }
  }
}

void
hl_outbox_plan_caught_up (GPtrArray *items, const char *device, HlState *state, const HlOutboxTime *now,
                         GPtrArray *changed)
{
  for (guint i = 0; i < items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (items, i);
    const HlOutboxRow *row = hl_outbox_item_get_row (item);

    if (row->damaged || row->state != HL_ITEM_DECIDED || hl_outbox_item_get_foreign (item)
        || g_strcmp0 (row->device, device) == 0)
      continue;
    /* only what was applied or is disputed has events, and each event counts its device's number up */
    if ((row->outcome == HL_OUTCOME_APPLIED || row->outcome == HL_OUTCOME_DISPUTED)
        && row->n > hl_state_get_counter (state, row->device))
      g_ptr_array_add (changed, review (item, HL_REASON_UNKNOWN_ID, now));
  }
}

static guint
find (GPtrArray *items, const char *id)
{
  for (guint i = items->len; i > 0; i--)
    if (g_str_equal (hl_outbox_item_get_id (g_ptr_array_index (items, i - 1)), id))
      return i - 1;
  return items->len;
}

void
hl_outbox_plan_answer (GPtrArray *items, const char *id, int outcome, HlReason reason, guint64 seq,
                       const char *detail, const HlOutboxTime *now, GPtrArray *changed)
{
  guint index = find (items, id);
  HlOutboxItem *item;
  HlOutboxRow *row;
  gboolean to_review;

  if (index == items->len)
    return;
  item = g_ptr_array_index (items, index);
  if (!is_waiting (hl_outbox_item_get_row (item)))
    return;
  /* some reasons mean that a person has to look, not that nothing is to be done */
  to_review = outcome < 0
              || (outcome == HL_OUTCOME_REFUSED && hl_decision_reason_is_review (reason));
  row = to_review ? review (item, reason, now) : hl_outbox_row_copy (hl_outbox_item_get_row (item));
  learn_offset (row, now);
  g_free (row->detail);
  row->detail = g_strdup (detail);
  row->decided_at = now->wall;
  row->reason = reason;
  if (!to_review) {
    row->state = HL_ITEM_DECIDED;
    row->outcome = outcome;
    row->seq = seq;
  }
  g_ptr_array_add (changed, row);
  if (to_review) {
    g_autoptr (GHashTable) reviewed = g_hash_table_new (g_str_hash, g_str_equal);
    add_entities (item, reviewed);
    for (guint i = index + 1; i < items->len; i++) {
      HlOutboxItem *later = g_ptr_array_index (items, i);
      /* what is on its way cannot be called back: it has its own answer */
      if (hl_outbox_item_get_state (later) == HL_ITEM_QUEUED && shares_entity (later, reviewed)) {
        g_ptr_array_add (changed, review (later, reason, now));
        add_entities (later, reviewed);
      }
    }
  }
}

void
hl_outbox_plan_review_all (GPtrArray *items, HlReason reason, const HlOutboxTime *now,
                           GPtrArray *changed)
{
  for (guint i = 0; i < items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (items, i);
    if (is_waiting (hl_outbox_item_get_row (item)))
      g_ptr_array_add (changed, review (item, reason, now));
  }
}

HlOutboxItem *
hl_outbox_find_withdrawable (GPtrArray *items)
{
  for (guint i = items->len; i > 0; i--) {
    HlOutboxItem *item = g_ptr_array_index (items, i - 1);
    if (hl_outbox_item_get_state (item) == HL_ITEM_WITHDRAWN)
      continue;
    return hl_outbox_item_get_state (item) == HL_ITEM_QUEUED && !hl_outbox_item_get_foreign (item) ? item : NULL;
  }
  return NULL;
}

HlOutboxItem *
hl_outbox_find_next_queued (GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (items, i);
    if (hl_outbox_item_get_state (item) == HL_ITEM_QUEUED)
      return item;
  }
  return NULL;
}

void
hl_outbox_count (GPtrArray *items, const HlOutboxPurged *purged, HlOutboxTotals *totals)
{
  memset (totals, 0, sizeof *totals);
  totals->composed = purged->composed;
  totals->applied = purged->applied;
  totals->no_op = purged->no_op;
  totals->disputed = purged->disputed;
  totals->refused = purged->refused;
  totals->withdrawn = purged->withdrawn;
  totals->review = purged->review;
  for (guint i = 0; i < items->len; i++) {
    const HlOutboxRow *row = hl_outbox_item_get_row (g_ptr_array_index (items, i));
    switch (row->state) {
    case HL_ITEM_QUEUED:
    case HL_ITEM_SENDING:
      totals->waiting++;
      break;
    case HL_ITEM_WITHDRAWN:
      totals->withdrawn++;
      break;
    case HL_ITEM_REVIEW:
      totals->review++;
      break;
    case HL_ITEM_DECIDED:
    default:
      switch (row->outcome) {
      case HL_OUTCOME_NO_OP:
        totals->no_op++;
        break;
      case HL_OUTCOME_DISPUTED:
        totals->disputed++;
        break;
      case HL_OUTCOME_REFUSED:
        totals->refused++;
        break;
      case HL_OUTCOME_APPLIED:
      default:
        totals->applied++;
        break;
      }
      break;
    }
  }
}

const char *
hl_outbox_get_class (const HlOutboxRow *row)
{
  if (row->state == HL_ITEM_WITHDRAWN)
    return "withdrawn";
  if (row->state == HL_ITEM_REVIEW)
    return "review";
  switch (row->outcome) {
  case HL_OUTCOME_NO_OP:
    return "no_op";
  case HL_OUTCOME_DISPUTED:
    return "disputed";
  case HL_OUTCOME_REFUSED:
    return "refused";
  case HL_OUTCOME_APPLIED:
  default:
    return "applied";
  }
}

gboolean
hl_outbox_is_finished (const HlOutboxRow *row, const HlOutboxTime *now)
{
  /* This computer's clock may have been set since: it must be old by that one and in truth. Nothing
   * is sent later than 4 h after it was composed. */
  if (row->decided_at == 0 || row->decided_at >= now->wall - HL_OUTBOX_KEEP_MS || row->damaged
      || hl_outbox_get_age (row, now) <= HL_OUTBOX_KEEP_MS + HL_OUTBOX_MAX_AGE_MS)
    return FALSE;
  if (row->state == HL_ITEM_WITHDRAWN)
    return TRUE;
  if (row->state == HL_ITEM_REVIEW)
    return row->read;
  return row->state == HL_ITEM_DECIDED && (row->outcome != HL_OUTCOME_REFUSED || row->read);
}

void
hl_outbox_add_purged (HlOutboxPurged *purged, const HlOutboxRow *row)
{
  if (row->state == HL_ITEM_WITHDRAWN) {
    purged->withdrawn++;
    return;
  }
  if (row->state == HL_ITEM_REVIEW) {
    purged->review++;
    return;
  }
  switch (row->outcome) {
  case HL_OUTCOME_NO_OP:
    purged->no_op++;
    break;
  case HL_OUTCOME_DISPUTED:
    purged->disputed++;
    break;
  case HL_OUTCOME_REFUSED:
    purged->refused++;
    break;
  case HL_OUTCOME_APPLIED:
  default:
    purged->applied++;
    break;
  }
}
