/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person at a screen might do: something about what the screen shows. */
#include "model.h"

#include "domain/hl-action-kind.h"

static HlEntity *
pick (Model *model, HlState *screen, GType type)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (screen, type), &n);

  return n > 0 ? entities[g_rand_int_range (model->rand, 0, (gint32) n)] : NULL;
}

static void
put_tables (Model *model, JsonObject *data)
{
  static const char *const tables[] = { "t1", "t2", "t3" };
  JsonArray *array = json_array_new ();
  gint32 first = g_rand_int_range (model->rand, 0, 3);

  json_array_add_string_element (array, tables[first]);
  if (model_chance (model, 0.2))
    json_array_add_string_element (array, tables[(first + 1) % 3]);
  json_object_set_array_member (data, "table_ids", array);
}

static gboolean
put_id (JsonObject *data, const char *member, HlEntity *entity)
{
  if (entity == NULL)
    return FALSE;
  json_object_set_string_member (data, member, hl_entity_get_id (entity));
  return TRUE;
}

static void
put_new_party (ModelDevice *device, JsonObject *data)
{
  g_autofree char *id = g_strdup_printf ("p%s%" G_GUINT64_FORMAT, device->name, device->n + 1);

  json_object_set_string_member (data, "party_id", id);
}

static void
put_note (ModelDevice *device, JsonObject *data)
{
  g_autofree char *text = g_strdup_printf ("%s%" G_GUINT64_FORMAT, device->name, device->n);
  JsonArray *notes = json_array_new ();

  json_array_add_string_element (notes, text);
  json_object_set_array_member (data, "notes_add", notes);
}

static gboolean
think_of_reservation (Model *model, HlState *screen, JsonObject *data)
{
  if (!put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION)))
    return FALSE;
  if (model_chance (model, 0.5)) {
    json_object_set_int_member (data, "party_size", g_rand_int_range (model->rand, 1, 9));
  } else {
    g_autofree char *time
      = g_strdup_printf ("2026-11-28T%02d:00:00.000Z", g_rand_int_range (model->rand, 1, 8));

    json_object_set_string_member (data, "starts_at", time);
  }
  return TRUE;
}

static gboolean
think_of_dispute (Model *model, HlState *screen, JsonObject *data)
{
  HlEntity *dispute = pick (model, screen, HL_TYPE_DISPUTE);

  if (dispute == NULL || hl_dispute_get_state (HL_DISPUTE (dispute)) == HL_DISPUTE_STATE_SETTLED)
    return FALSE;
  json_object_set_string_member (data, "dispute_id", hl_entity_get_id (dispute));
  json_object_set_int_member (
    data, "choice",
    g_rand_int_range (model->rand, 0, (gint32) hl_dispute_get_claims (HL_DISPUTE (dispute))->len));
  return TRUE;
}

static gboolean
think_of_undo (Model *model, ModelDevice *device, JsonObject *data)
{
  ModelItem *item;
  guint from = device->outbox->len > 3 ? device->outbox->len - 3 : 0;

  if (device->outbox->len == 0)
    return FALSE;
  item = g_ptr_array_index (
    device->outbox, g_rand_int_range (model->rand, (gint32) from, (gint32) device->outbox->len));
  if (item->action->kind == HL_ACTION_UNDO)
    return FALSE;
  json_object_set_string_member (data, "action_id", item->action->id);
  return TRUE;
}

static gboolean
think_of_table (Model *model, HlState *screen, JsonObject *data)
{
  if (!put_id (data, "table_id", pick (model, screen, HL_TYPE_TABLE)))
    return FALSE;
  switch (g_rand_int_range (model->rand, 0, 6)) {
  case 0:
  case 1:
  case 2:
    json_object_set_string_member (data, "physical", "clean");
    break;
  case 3:
  case 4:
    json_object_set_string_member (data, "physical", "dirty");
    break;
  default:
    json_object_set_boolean_member (data, "blocked", model_chance (model, 0.5));
    break;
  }
  return TRUE;
}

static HlActionKind
think_of_kind (Model *model)
{
  static const struct {
    HlActionKind kind;
    guint weight;
  } kinds[] = {
    { HL_ACTION_ADD_PARTY, 3 },
    { HL_ACTION_SEAT, 8 },
    { HL_ACTION_MOVE, 3 },
    { HL_ACTION_UNSEAT, 2 },
    { HL_ACTION_FINISH_PARTY, 4 },
    { HL_ACTION_SET_STAGE, 2 },
    { HL_ACTION_REMOVE_PARTY, 2 },
    { HL_ACTION_SET_TABLE, 6 },
    { HL_ACTION_UPDATE_PARTY, 2 },
    { HL_ACTION_UPDATE_RESERVATION, 5 },
    { HL_ACTION_CANCEL_RESERVATION, 2 },
    { HL_ACTION_MARK_NO_SHOW, 1 },
    { HL_ACTION_ARRIVE, 4 },
    { HL_ACTION_SETTLE_DISPUTE, 3 },
    { HL_ACTION_UNDO, 3 },
    { HL_ACTION_RECALL_PARTY, 1 },
    { HL_ACTION_CREATE_RESERVATION, 1 },
    { HL_ACTION_CORRECT, 2 },
    { HL_ACTION_NOTIFY_PARTY, 1 },
    { HL_ACTION_CONTACT_ATTEMPT, 1 },
  };
  guint total = 0;
  guint at;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    total += kinds[i].weight;
  at = (guint) g_rand_int_range (model->rand, 0, (gint32) total);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (at < kinds[i].weight)
      return kinds[i].kind;
    at -= kinds[i].weight;
  }
  return HL_ACTION_ADD_PARTY;
}

static gboolean
fill_in (Model *model, ModelDevice *device, HlState *screen, HlActionKind kind, JsonObject *data)
{
  static const char *const stages[] = { "ordered", "appetizer", "entree", "dessert", "paid" };

  switch (kind) {
  case HL_ACTION_ADD_PARTY:
    put_new_party (device, data);
    json_object_set_int_member (data, "size", g_rand_int_range (model->rand, 1, 7));
    return TRUE;
  case HL_ACTION_SEAT:
    if (model_chance (model, 0.15)) {
      put_new_party (device, data);
      json_object_set_int_member (data, "size", g_rand_int_range (model->rand, 1, 7));
      put_tables (model, data);
      return TRUE;
    }
    G_GNUC_FALLTHROUGH;
  case HL_ACTION_MOVE:
    put_tables (model, data);
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_CORRECT:
    if (model_chance (model, 0.5)) {
      json_object_set_string_member (data, "type", "party");
      json_object_set_string_member (data, "correct_to", "seated");
      put_tables (model, data);
      return put_id (data, "id", pick (model, screen, HL_TYPE_PARTY));
    }
    json_object_set_string_member (data, "type", "reservation");
    json_object_set_string_member (data, "correct_to", "booked");
    return put_id (data, "id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_CONTACT_ATTEMPT:
    json_object_set_string_member (data, "result", "no_answer");
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_NOTIFY_PARTY:
  case HL_ACTION_UNSEAT:
  case HL_ACTION_FINISH_PARTY:
  case HL_ACTION_RECALL_PARTY:
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_REMOVE_PARTY:
    json_object_set_string_member (data, "status", model_chance (model, 0.7) ? "left" : "removed");
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_SET_STAGE:
    json_object_set_string_member (data, "stage", stages[g_rand_int_range (model->rand, 0, 5)]);
    if (model_chance (model, 0.2))
      json_object_set_boolean_member (data, "correct", TRUE);
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_UPDATE_PARTY:
    if (model_chance (model, 0.5))
      put_note (device, data);
    else
      json_object_set_int_member (data, "size", g_rand_int_range (model->rand, 1, 9));
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_SET_TABLE:
    return think_of_table (model, screen, data);
  case HL_ACTION_UPDATE_RESERVATION:
    if (model_chance (model, 0.2))
      put_note (device, data);
    return think_of_reservation (model, screen, data);
  case HL_ACTION_CANCEL_RESERVATION:
  case HL_ACTION_MARK_NO_SHOW:
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_ARRIVE:
    put_new_party (device, data);
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_CREATE_RESERVATION: {
    g_autofree char *id = g_strdup_printf ("r%s%" G_GUINT64_FORMAT, device->name, device->n + 1);

    json_object_set_string_member (data, "reservation_id", id);
    json_object_set_int_member (data, "party_size", g_rand_int_range (model->rand, 1, 7));
    json_object_set_string_member (data, "starts_at", "2026-11-28T03:00:00.000Z");
    return TRUE;
  }
  case HL_ACTION_SETTLE_DISPUTE:
    return think_of_dispute (model, screen, data);
  case HL_ACTION_UNDO:
    return think_of_undo (model, device, data);
  default:
    g_assert_not_reached ();
  }
}

gboolean
model_think (Model *model, ModelDevice *device, HlActionKind *kind, JsonObject **data)
{
  HlState *screen = model_device_screen (model, device);

  *kind = think_of_kind (model);
  *data = json_object_new ();
  if (fill_in (model, device, screen, *kind, *data)) {
    g_assert_true (hl_action_kind_check (*kind, *data, "", NULL, NULL));
    return TRUE;
  }
  g_clear_pointer (data, json_object_unref);
  return FALSE;
}
