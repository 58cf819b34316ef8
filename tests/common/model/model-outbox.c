/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's own rules of an outbox, written from the contract; the dashboard's are run in its stead elsewhere. */
#include "model.h"

#include "domain/hl-member.h"

static void
add_if (GPtrArray *ids, const char *id)
{
  if (id != NULL)
    g_ptr_array_add (ids, g_strdup (id));
}

GPtrArray *
model_item_get_entities (ModelItem *item)
{
  static const char *const members[]
    = { "party_id",  "reservation_id", "call_id",    "table_id",  "notice_id",
        "section_id", "dispute_id",     "action_id", "id",        "order_id" };
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree const char **tables = hl_member_get_strings (item->action->data, "table_ids");

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    add_if (ids, hl_member_get_string (item->action->data, members[i], NULL));
  for (guint i = 0; tables != NULL && tables[i] != NULL; i++)
    add_if (ids, tables[i]);
  return ids;
}

static gboolean
shares (ModelItem *item, GHashTable *reviewed)
{
  g_autoptr (GPtrArray) ids = model_item_get_entities (item);

  for (guint i = 0; i < ids->len; i++) {
    if (g_hash_table_contains (reviewed, g_ptr_array_index (ids, i)))
      return TRUE;
  }
  return FALSE;
}

static void
review (Model *model, ModelItem *item, GHashTable *reviewed)
{
  g_autoptr (GPtrArray) ids = model_item_get_entities (item);

  item->state = ITEM_REVIEW;
  model->result->n_reviews++;
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (reviewed, g_strdup (g_ptr_array_index (ids, i)));
  g_hash_table_add (reviewed, g_strdup (item->action->id));
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* By the clock of the boot; across boots by the other one, if it is known how wrong that was and is. */
static gboolean
is_too_old (Model *model, ModelDevice *device, ModelItem *item)
{
  if (item->boot == device->boot)
    return model_now (model) - device->booted_at - item->composed_boot > MODEL_MAX_AGE_MS;
  if (item->offset == MODEL_UNKNOWN || device->offset == MODEL_UNKNOWN)
    return TRUE;
  return model_wall (model, device) + device->offset - (item->composed_wall + item->offset)
         > MODEL_MAX_AGE_MS;
}

static void
added (Model *model, ModelDevice *device, ModelItem *item)
{
  item->state = ITEM_QUEUED;
}

static void
sending (Model *model, ModelDevice *device, ModelItem *item)
{
  item->state = ITEM_SENDING;
}

static void
welcomed (Model *model, ModelDevice *device, guint64 decided)
{
  g_autoptr (GHashTable) reviewed = new_set ();

  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);
    gboolean own = g_str_equal (item->device, device->name);
    gboolean lost = item->action->n > decided;

    if (item->state == ITEM_WITHDRAWN || item->state == ITEM_REVIEW)
      continue;
    if (item->state == ITEM_DECIDED || item->state == ITEM_SETTLED) {
      if (!own || !lost)
        continue;
    } else if (item->state == ITEM_SENDING && own && !lost) {
      continue; /* only its answer was lost */
    }
    if (!own
        || (model->broken != MODEL_BREAK_REVIEW
            && (is_too_old (model, device, item) || shares (item, reviewed)))) {
      review (model, item, reviewed);
    } else if (item->state != ITEM_QUEUED) {
      item->state = ITEM_SENDING;
      item->has_answer = FALSE;
    }
  }
}

/* Of another pairing no welcome tells what was lost. */
static void
loaded (Model *model, ModelDevice *device)
{
  g_autoptr (GHashTable) reviewed = new_set ();

  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if ((item->state == ITEM_DECIDED || item->state == ITEM_SETTLED) && !g_str_equal (item->device, device->name)
        && (item->answer.outcome == HL_OUTCOME_APPLIED || item->answer.outcome == HL_OUTCOME_DISPUTED)
        && item->action->n > hl_state_get_counter (device->state, item->device))
      review (model, item, reviewed);
  }
}

static void
answered (Model *model, ModelDevice *device, ModelItem *item, const ModelAnswer *answer)
{
  gboolean found = FALSE;

  item->has_answer = TRUE;
  item->answer = *answer;
  if (answer->outcome != HL_OUTCOME_REFUSED
      || !hl_decision_reason_is_review (answer->reason)) {
    item->state = ITEM_DECIDED;
    return;
  }
  {
    g_autoptr (GHashTable) reviewed = new_set ();

    review (model, item, reviewed);
    for (guint i = 0; i < device->outbox->len; i++) {
      ModelItem *later = g_ptr_array_index (device->outbox, i);

      /* what is on its way cannot be called back */
      if (found && later->state == ITEM_QUEUED && shares (later, reviewed))
        review (model, later, reviewed);
      found = found || later == item;
    }
  }
}

static void
refused (Model *model, ModelDevice *device)
{
  g_autoptr (GHashTable) reviewed = new_set ();

  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (item->state == ITEM_QUEUED || item->state == ITEM_SENDING)
      review (model, item, reviewed);
  }
}

static ModelItem *
find_withdrawable (Model *model, ModelDevice *device)
{
  for (guint i = device->outbox->len; i > 0; i--) {
    ModelItem *item = g_ptr_array_index (device->outbox, i - 1);

    if (item->state != ITEM_WITHDRAWN)
      return item->state == ITEM_QUEUED ? item : NULL;
  }
  return NULL;
}

static void
withdrawn (Model *model, ModelDevice *device, ModelItem *item)
{
  item->state = ITEM_WITHDRAWN;
}

static void
copied (Model *model, ModelDevice *device)
{
}

/* composed = applied + no-op + disputed + refused + withdrawn + review + waiting */
static void
check (Model *model, ModelDevice *device)
{
  guint counted = 0;

  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    counted++;
    if ((item->state == ITEM_DECIDED || item->state == ITEM_SETTLED) && !item->has_answer)
      model_fail (model, "INV4: %s n=%" G_GUINT64_FORMAT " was decided without an answer",
                  device->name, item->action->n);
  }
  if (counted != device->composed)
    model_fail (model, "INV4: %s composed %u, has %u", device->name, device->composed, counted);
}

const ModelOutbox model_outbox = { added,   sending,           welcomed,  loaded, answered, refused,
                                   find_withdrawable, withdrawn, copied,   check,   NULL };
