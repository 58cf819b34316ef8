/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interleavings of tests/common/test-model.c once more, with the dashboard's own outbox rules deciding what is sent,
 * sent again, withdrawn or up for review, and its own count of covers in the header.
 *
 * HL_INTERLEAVINGS how many (1,500), HL_TEST_SEED the first seed. */
#include <stdlib.h>

#include "common/model/model.h"

#include "desk/hl-derive.h"
#include "domain/hl-rules.h"
#include "local/hl-outbox-rules.h"

#define DEFAULT_RUNS 1500
#define STEPS 240

static GPtrArray *
get_rows (ModelDevice *device)
{
  if (device->rows == NULL)
    device->rows = g_ptr_array_new_with_free_func (g_object_unref);
  return device->rows;
}

static char *
name_boot (ModelDevice *device)
{
  return g_strdup_printf ("%s-boot-%u", device->person, device->boot);
}

static HlOutboxTime
get_time (Model *model, ModelDevice *device, const char *boot_id)
{
  return (HlOutboxTime){
    .wall = model_wall (model, device),
    .boot = model_now (model) - device->booted_at,
    .boot_id = boot_id,
    .offset = device->offset == MODEL_UNKNOWN ? HL_OFFSET_UNKNOWN : device->offset,
  };
}

static ModelItem *
find_item (ModelDevice *device, const char *id)
{
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (g_str_equal (item->action->id, id))
      return item;
  }
  return NULL;
}

static HlOutboxItem *
find_row (ModelDevice *device, const char *id)
{
  GPtrArray *rows = get_rows (device);

  for (guint i = 0; i < rows->len; i++) {
    if (g_str_equal (hl_outbox_item_get_id (g_ptr_array_index (rows, i)), id))
      return g_ptr_array_index (rows, i);
  }
  return NULL;
}

static void
take (Model *model, ModelDevice *device, const HlOutboxRow *row)
{
  ModelItem *item = find_item (device, row->id);

  hl_outbox_item_update (find_row (device, row->id), row);
  switch (row->state) {
  case HL_ITEM_QUEUED:
    item->state = ITEM_QUEUED;
    break;
  case HL_ITEM_SENDING:
    item->state = ITEM_SENDING;
    item->has_answer = FALSE;
    break;
  case HL_ITEM_DECIDED:
    item->state = ITEM_DECIDED;
    break;
  case HL_ITEM_WITHDRAWN:
    item->state = ITEM_WITHDRAWN;
    break;
  case HL_ITEM_REVIEW:
  default:
    item->state = ITEM_REVIEW;
    model->result->n_reviews++;
    break;
  }
}

static void
take_all (Model *model, ModelDevice *device, GPtrArray *changed)
{
  for (guint i = 0; i < changed->len; i++)
    take (model, device, g_ptr_array_index (changed, i));
}

static GPtrArray *
new_changes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
}

static HlOutboxItem *
make_row (ModelDevice *device, ModelItem *item, HlItemState state)
{
  g_autoptr (JsonObject) object = hl_action_to_json (item->action);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *action = NULL;
  g_autofree char *boot_id = g_strdup_printf ("%s-boot-%u", device->person, item->boot);
  const HlOutboxRow row = {
    .device = item->device,
    .n = item->action->n,
    .id = item->action->id,
    .state = state,
    .label = (char *)"",
    .outcome = -1,
    .composed_at = item->composed_wall,
    .composed_boot = item->composed_boot,
    .boot_id = boot_id,
    .offset = item->offset == MODEL_UNKNOWN ? HL_OFFSET_UNKNOWN : item->offset,
  };
  HlOutboxRow whole = row;
  HlOutboxItem *made;

  json_node_set_object (node, object);
  action = json_to_string (node, FALSE);
  whole.action = action;
  made = hl_outbox_item_new (&whole);
  g_assert_nonnull (hl_outbox_item_get_action (made));
  return made;
}

static void
added (Model *model, ModelDevice *device, ModelItem *item)
{
  g_ptr_array_add (get_rows (device), make_row (device, item, HL_ITEM_QUEUED));
  item->state = ITEM_QUEUED;
}

static void
change (Model *model, ModelDevice *device, ModelItem *item, HlItemState state)
{
  g_autoptr (HlOutboxRow) row
      = hl_outbox_row_copy (hl_outbox_item_get_row (find_row (device, item->action->id)));

  row->state = state;
  take (model, device, row);
}

static void
sending (Model *model, ModelDevice *device, ModelItem *item)
{
  HlOutboxItem *next = hl_outbox_find_next_queued (get_rows (device));

  /* strict FIFO: nothing overtakes */
  if (next != find_row (device, item->action->id))
    model_fail (model, "OVERTAKEN: %s n=%" G_GUINT64_FORMAT, device->name, item->action->n);
  change (model, device, item, HL_ITEM_SENDING);
}

static void
welcomed (Model *model, ModelDevice *device, guint64 decided)
{
  g_autoptr (GPtrArray) changed = new_changes ();
  g_autofree char *boot_id = name_boot (device);
  HlOutboxTime now = get_time (model, device, boot_id);

  hl_outbox_plan_welcome (get_rows (device), device->name, decided, &now, changed);
  take_all (model, device, changed);
}

static void
loaded (Model *model, ModelDevice *device)
{
  g_autoptr (GPtrArray) changed = new_changes ();
  g_autofree char *boot_id = name_boot (device);
  HlOutboxTime now = get_time (model, device, boot_id);

  hl_outbox_plan_caught_up (get_rows (device), device->name, device->state, &now, changed);
  take_all (model, device, changed);
}

static void
answered (Model *model, ModelDevice *device, ModelItem *item, const ModelAnswer *answer)
{
  g_autoptr (GPtrArray) changed = new_changes ();
  g_autofree char *boot_id = name_boot (device);
  HlOutboxTime now = get_time (model, device, boot_id);

  item->has_answer = TRUE;
  item->answer = *answer;
  hl_outbox_plan_answer (get_rows (device), item->action->id, (int)answer->outcome, answer->reason,
                         answer->seq, NULL, &now, changed);
  take_all (model, device, changed);
}

static void
refused (Model *model, ModelDevice *device)
{
  g_autoptr (GPtrArray) changed = new_changes ();
  g_autofree char *boot_id = name_boot (device);
  HlOutboxTime now = get_time (model, device, boot_id);

  hl_outbox_plan_review_all (get_rows (device), HL_REASON_NOT_ALLOWED, &now, changed);
  take_all (model, device, changed);
}

static ModelItem *
find_withdrawable (Model *model, ModelDevice *device)
{
  HlOutboxItem *row = hl_outbox_find_withdrawable (get_rows (device));

  return row != NULL ? find_item (device, hl_outbox_item_get_id (row)) : NULL;
}

static void
withdrawn (Model *model, ModelDevice *device, ModelItem *item)
{
  change (model, device, item, HL_ITEM_WITHDRAWN);
}

static void
copied (Model *model, ModelDevice *device)
{
  GPtrArray *rows = get_rows (device);

  g_ptr_array_set_size (rows, 0);
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    g_ptr_array_add (rows, make_row (device, item,
                                     item->state == ITEM_QUEUED      ? HL_ITEM_QUEUED
                                     : item->state == ITEM_WITHDRAWN ? HL_ITEM_WITHDRAWN
                                     : item->state == ITEM_REVIEW    ? HL_ITEM_REVIEW
                                                                     : HL_ITEM_SENDING));
  }
}

/* Invariant 4, as the tray counts it. */
static void
check (Model *model, ModelDevice *device)
{
  HlOutboxPurged purged = { .composed = device->composed };
  HlOutboxTotals t;

  hl_outbox_count (get_rows (device), &purged, &t);
  if (t.composed
      != t.applied + t.no_op + t.disputed + t.refused + t.withdrawn + t.review + t.waiting)
    model_fail (model, "INV4: %s composed %" G_GUINT64_FORMAT, device->name, t.composed);
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);
    const HlOutboxRow *row = hl_outbox_item_get_row (g_ptr_array_index (get_rows (device), i));

    if (row->state == HL_ITEM_DECIDED
        && (!item->has_answer || row->outcome != (int)item->answer.outcome))
      model_fail (model, "INV4: %s n=%" G_GUINT64_FORMAT " shows another answer", device->name,
                  row->n);
  }
}

static void
free_rows (ModelDevice *device)
{
  g_clear_pointer ((GPtrArray **)&device->rows, g_ptr_array_unref);
}

static const ModelOutbox dashboard = { added,   sending,           welcomed,  loaded, answered, refused,
                                       find_withdrawable, withdrawn, copied,   check,   free_rows };

/* Invariant 3: the header's covers are those of the parties that sit at tables. */
static void
check_covers (Model *model, HlState *screen, const char *where)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (screen, HL_TYPE_PARTY), &n);
  g_autoptr (GPtrArray) sitting = g_ptr_array_new ();
  int header = 0, covers = 0;

  for (guint i = 0; i < n; i++)
    header += hl_derive_covers (HL_PARTY (entities[i]));
  entities = hl_entity_list_peek (hl_state_get_list (screen, HL_TYPE_TABLE), &n);
  for (guint i = 0; i < n; i++) {
    GPtrArray *there = hl_state_get_table_parties (screen, hl_entity_get_id (entities[i]));

    for (guint j = 0; j < there->len; j++) {
      HlParty *party = g_ptr_array_index (there, j);
      gboolean partly = hl_party_get_status (party) == HL_PARTY_STATUS_PARTIALLY_SEATED
                        && hl_party_get_arrived (party) > 0;

      if (g_ptr_array_find (sitting, party, NULL))
        continue;
      g_ptr_array_add (sitting, party);
      covers += partly ? MIN (hl_party_get_arrived (party), hl_party_get_size (party))
                       : hl_party_get_size (party);
    }
  }
  if (header != covers)
    model_fail (model, "INV3: %s says %d covers, %d sit", where, header, covers);
}

static guint
get_number (const char *name, guint preset)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : preset;
}

static void
tell_short (const ModelScript *script, const ModelOptions *options, const char *violation)
{
  ModelScript *small = model_script_shrink (script, options, violation);
  ModelOptions telling = *options;
  ModelResult result;
  g_auto (GStrv) lines = NULL;

  telling.tell = TRUE;
  model_play (small, &telling, &result);
  lines = g_strsplit (result.story, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_test_message ("  %s", lines[i]);
  model_result_clear (&result);
  model_script_free (small);
}

static void
test_interleavings (void)
{
  guint runs = get_number ("HL_INTERLEAVINGS", DEFAULT_RUNS);
  guint32 first = get_number ("HL_TEST_SEED", 1);
  const ModelOptions options = { .outbox = &dashboard, .check_screen = check_covers };
  guint reviews = 0, copies = 0;

  g_test_message ("%u interleavings of %u steps from seed %u", runs, STEPS, first);
  for (guint i = 0; i < runs; i++) {
    ModelScript *script = model_script_new (first + i, STEPS);
    ModelResult result;

    model_play (script, &options, &result);
    reviews += result.n_reviews;
    copies += result.n_copies;
    if (result.violation != NULL) {
      g_test_message ("seed %u: %s", first + i, result.violation);
      tell_short (script, &options, result.violation);
      g_test_fail ();
      runs = i;
    }
    model_result_clear (&result);
    model_script_free (script);
  }
  g_test_message ("to review %u, copies refused %u", reviews, copies);
  if (runs >= 100)
    g_assert_cmpuint (reviews, >, runs / 10);
}

/* The two ways of reading the contract say the same of every action. */
static void
test_same_as_model (void)
{
  guint runs = get_number ("HL_INTERLEAVINGS", DEFAULT_RUNS) / 10;
  const ModelOptions mine = { .tell = TRUE };
  const ModelOptions theirs = { .outbox = &dashboard, .tell = TRUE };

  for (guint seed = 1; seed <= runs; seed++) {
    ModelScript *script = model_script_new (seed, STEPS);
    ModelResult one, two;

    model_play (script, &mine, &one);
    model_play (script, &theirs, &two);
    if (g_strcmp0 (one.decisions, two.decisions) != 0)
      g_test_message ("seed %u", seed);
    g_assert_cmpstr (one.decisions, ==, two.decisions);
    g_assert_cmpstr (one.content, ==, two.content);
    model_result_clear (&one);
    model_result_clear (&two);
    model_script_free (script);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/interleavings/invariants-3-and-4", test_interleavings);
  g_test_add_func ("/outbox/interleavings/as-the-contract-says", test_same_as_model);
  return g_test_run ();
}
