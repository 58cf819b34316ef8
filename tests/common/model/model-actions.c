/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person at a screen might do: something about what the screen shows. */
#include "model.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-dispute-choice.h"
#include "domain/hl-member.h"

static const char *const names[] = { "Ng", "Ruiz", "Lopez" };
static const char *const servers[] = { "Maya", "Luis" };
static const char *const outcomes[] = { "booked", "answered", "no_action" };

static HlEntity *
pick (Model *model, HlState *screen, GType type)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (screen, type), &n);

  return n > 0 ? entities[model_range (model, 0, (gint32) n)] : NULL;
}

static void
put_tables (Model *model, JsonObject *data)
{
  static const char *const tables[] = { "t1", "t2", "t3" };
  JsonArray *array = json_array_new ();
  gint32 first = model_range (model, 0, 3);

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
put_new_party (Model *model, ModelDevice *device, JsonObject *data)
{
  g_autofree char *id = g_strdup_printf ("p%s%u", device->name, model->n_ids++);

  json_object_set_string_member (data, "party_id", id);
}

static void
put_name (Model *model, JsonObject *data)
{
  json_object_set_string_member (data, "name", names[model_range (model, 0, 3)]);
}

/* A note of its own, and a tag that others use, too. */
static void
put_lists (Model *model, JsonObject *data)
{
  g_autofree char *text = g_strdup_printf ("note%u", model->n_ids++);
  JsonArray *notes = json_array_new ();
  JsonArray *tags = json_array_new ();

  json_array_add_string_element (notes, text);
  json_object_set_array_member (data, "notes_add", notes);
  json_array_add_string_element (tags, model_chance (model, 0.5) ? "vip" : "cake");
  json_object_set_array_member (data, model_chance (model, 0.7) ? "tags_add" : "tags_remove", tags);
}

static gboolean
think_of_reservation (Model *model, HlState *screen, JsonObject *data)
{
  if (!put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION)))
    return FALSE;
  switch (model_range (model, 0, 7)) {
  case 0:
  case 1:
    json_object_set_int_member (data, "party_size", model_range (model, 1, 9));
    break;
  case 2:
    put_name (model, data);
    break;
  case 3:
    json_object_set_string_member (data, "status", model_chance (model, 0.7) ? "confirmed" : "booked");
    put_name (model, data);
    break;
  case 4:
    put_lists (model, data);
    break;
  case 5:
    put_tables (model, data);
    json_object_set_boolean_member (data, "pinned", model_chance (model, 0.5));
    break;
  default: {
    g_autofree char *time
      = g_strdup_printf ("2026-11-28T%02d:00:00.000Z", model_range (model, 1, 8));

    json_object_set_string_member (data, "starts_at", time);
    break;
  }
  }
  return TRUE;
}

/* A card offers what it offers; and now and then a choice that is none any more. */
static gboolean
think_of_dispute (Model *model, HlState *screen, JsonObject *data)
{
  HlEntity *entity = pick (model, screen, HL_TYPE_DISPUTE);
  HlDispute *dispute = entity != NULL ? HL_DISPUTE (entity) : NULL;
  g_autoptr (GPtrArray) choices = NULL;
  int choice;

  if (dispute == NULL || hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_SETTLED)
    return FALSE;
  choices = hl_dispute_list_choices (screen, dispute, HL_ROLE_STAFF, model_now (model));
  if (choices->len > 0 && model_chance (model, 0.9))
    choice = ((HlDisputeChoice *) g_ptr_array_index (
                choices, model_range (model, 0, (gint32) choices->len)))
               ->choice;
  else
    choice = model_range (model, 0, (gint32) hl_dispute_get_claims (dispute)->len);
  json_object_set_string_member (data, "dispute_id", hl_entity_get_id (entity));
  json_object_set_int_member (data, "choice", choice);
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
    device->outbox, model_range (model, (gint32) from, (gint32) device->outbox->len));
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
  switch (model_range (model, 0, 6)) {
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

static gboolean
think_of_party (Model *model, HlState *screen, JsonObject *data)
{
  switch (model_range (model, 0, 6)) {
  case 0:
  case 1:
    json_object_set_int_member (data, "size", model_range (model, 1, 9));
    break;
  case 2:
    put_lists (model, data);
    break;
  case 3:
    json_object_set_int_member (data, "arrived", model_range (model, 1, 6));
    break;
  case 4:
    json_object_set_string_member (data, "server", servers[model_range (model, 0, 2)]);
    break;
  default:
    put_name (model, data);
    break;
  }
  return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
}

static gboolean
think_of_section (Model *model, HlState *screen, JsonObject *data)
{
  static const char *const states[] = { "open", "paused", "closing", "closed" };
  JsonArray *array;

  if (model_chance (model, 0.7)) {
    json_object_set_string_member (data, "state", states[model_range (model, 0, 4)]);
  } else {
    array = json_array_new ();
    json_array_add_string_element (array, servers[model_range (model, 0, 2)]);
    json_object_set_array_member (data, "servers", array);
  }
  return put_id (data, "section_id", pick (model, screen, HL_TYPE_SECTION));
}

static gboolean
think_of_call (Model *model, HlState *screen, HlActionKind kind, JsonObject *data)
{
  switch (kind) {
  case HL_ACTION_END_CALL:
    if (model_chance (model, 0.5))
      json_object_set_string_member (data, "outcome", outcomes[model_range (model, 0, 3)]);
    break;
  case HL_ACTION_SNOOZE_FOLLOW_UP:
    json_object_set_string_member (data, "follow_up_until", "2026-11-27T23:00:00.000Z");
    break;
  case HL_ACTION_CLOSE_FOLLOW_UP:
    json_object_set_string_member (data, "outcome", outcomes[model_range (model, 0, 3)]);
    break;
  case HL_ACTION_CORRECT_SLOT:
    json_object_set_string_member (data, "slot_kind", model_chance (model, 0.7) ? "name" : "time");
    json_object_set_string_member (data, "value", names[model_range (model, 0, 3)]);
    break;
  default:
    break;
  }
  return put_id (data, "call_id", pick (model, screen, HL_TYPE_CALL));
}

static gboolean
think_of_seat (Model *model, ModelDevice *device, HlState *screen, HlActionKind kind,
               JsonObject *data)
{
  put_tables (model, data);
  if (model_chance (model, 0.2))
    json_object_set_string_member (data, "server", servers[model_range (model, 0, 2)]);
  if (kind == HL_ACTION_SEAT && model_chance (model, 0.2))
    json_object_set_int_member (data, "arrived", model_range (model, 1, 5));
  if (kind == HL_ACTION_SEAT && model_chance (model, 0.15)) {
    put_new_party (model, device, data);
    put_name (model, data);
    json_object_set_int_member (data, "size", model_range (model, 1, 4));
    return TRUE;
  }
  return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
}

static gboolean
think_of_correction (Model *model, HlState *screen, JsonObject *data)
{
  if (model_chance (model, 0.5)) {
    json_object_set_string_member (data, "type", "party");
    json_object_set_string_member (data, "correct_to", "seated");
    put_tables (model, data);
    return put_id (data, "id", pick (model, screen, HL_TYPE_PARTY));
  }
  json_object_set_string_member (data, "type", "reservation");
  json_object_set_string_member (data, "correct_to", "booked");
  return put_id (data, "id", pick (model, screen, HL_TYPE_RESERVATION));
}

static gboolean
think_of_booking (Model *model, JsonObject *data)
{
  g_autofree char *id = g_strdup_printf ("rb%u", model->n_ids++);

  json_object_set_string_member (data, "reservation_id", id);
  put_name (model, data);
  json_object_set_int_member (data, "party_size", model_range (model, 1, 7));
  json_object_set_string_member (data, "starts_at", "2026-11-28T03:00:00.000Z");
  return TRUE;
}

static gboolean
think_of_note (Model *model, HlState *screen, JsonObject *data)
{
  gboolean party = model_chance (model, 0.5);
  g_autofree char *text = g_strdup_printf ("note%u", model->n_ids++);

  json_object_set_string_member (data, "type", party ? "party" : "reservation");
  json_object_set_string_member (data, "note", text);
  return put_id (data, "id", pick (model, screen, party ? HL_TYPE_PARTY : HL_TYPE_RESERVATION));
}

static HlActionKind
think_of_kind (Model *model)
{
  static const struct {
    HlActionKind kind;
    guint weight;
  } kinds[] = {
    { HL_ACTION_ADD_PARTY, 4 },          { HL_ACTION_SEAT, 9 },
    { HL_ACTION_MOVE, 3 },               { HL_ACTION_UNSEAT, 2 },
    { HL_ACTION_FINISH_PARTY, 4 },       { HL_ACTION_SET_STAGE, 2 },
    { HL_ACTION_REMOVE_PARTY, 2 },       { HL_ACTION_SET_TABLE, 6 },
    { HL_ACTION_UPDATE_PARTY, 4 },       { HL_ACTION_UPDATE_RESERVATION, 6 },
    { HL_ACTION_CANCEL_RESERVATION, 2 }, { HL_ACTION_MARK_NO_SHOW, 1 },
    { HL_ACTION_ARRIVE, 4 },             { HL_ACTION_SETTLE_DISPUTE, 4 },
    { HL_ACTION_UNDO, 3 },               { HL_ACTION_RECALL_PARTY, 1 },
    { HL_ACTION_CREATE_RESERVATION, 1 }, { HL_ACTION_CORRECT, 2 },
    { HL_ACTION_NOTIFY_PARTY, 1 },       { HL_ACTION_CONTACT_ATTEMPT, 1 },
    { HL_ACTION_ACCEPT_RESERVATION, 1 }, { HL_ACTION_DECLINE_RESERVATION, 1 },
    { HL_ACTION_SET_SECTION, 1 },        { HL_ACTION_ADD_NOTE, 1 },
    { HL_ACTION_ACKNOWLEDGE_CALL, 1 },   { HL_ACTION_ACKNOWLEDGE_NOTICE, 1 },
    { HL_ACTION_TAKE_CALL, 1 },          { HL_ACTION_ACCEPT_CALL, 1 },
    { HL_ACTION_DECLINE_CALL, 1 },       { HL_ACTION_HAND_BACK_CALL, 1 },
    { HL_ACTION_END_CALL, 1 },           { HL_ACTION_OPEN_FOLLOW_UP, 1 },
    { HL_ACTION_CLAIM_FOLLOW_UP, 1 },    { HL_ACTION_SNOOZE_FOLLOW_UP, 1 },
    { HL_ACTION_CLOSE_FOLLOW_UP, 1 },    { HL_ACTION_CORRECT_SLOT, 2 },
    { HL_ACTION_HOLD_RESERVATION, 1 },
  };
  guint total = 0;
  guint at;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    total += kinds[i].weight;
  at = (guint) model_range (model, 0, (gint32) total);
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
    put_new_party (model, device, data);
    put_name (model, data);
    json_object_set_int_member (data, "size", model_range (model, 1, 4));
    if (model_chance (model, 0.3))
      json_object_set_string_member (data, "status", "arrived");
    return TRUE;
  case HL_ACTION_SEAT:
  case HL_ACTION_MOVE:
    return think_of_seat (model, device, screen, kind, data);
  case HL_ACTION_CORRECT:
    return think_of_correction (model, screen, data);
  case HL_ACTION_NOTIFY_PARTY:
  case HL_ACTION_UNSEAT:
  case HL_ACTION_FINISH_PARTY:
  case HL_ACTION_RECALL_PARTY:
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_REMOVE_PARTY:
    json_object_set_string_member (data, "status", model_chance (model, 0.7) ? "left" : "removed");
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_SET_STAGE:
    json_object_set_string_member (data, "stage", stages[model_range (model, 0, 5)]);
    if (model_chance (model, 0.2))
      json_object_set_boolean_member (data, "correct", TRUE);
    return put_id (data, "party_id", pick (model, screen, HL_TYPE_PARTY));
  case HL_ACTION_UPDATE_PARTY:
    return think_of_party (model, screen, data);
  case HL_ACTION_SET_TABLE:
    return think_of_table (model, screen, data);
  case HL_ACTION_SET_SECTION:
    return think_of_section (model, screen, data);
  case HL_ACTION_UPDATE_RESERVATION:
    return think_of_reservation (model, screen, data);
  case HL_ACTION_CONTACT_ATTEMPT:
    json_object_set_string_member (data, "result", "no_answer");
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_CANCEL_RESERVATION:
  case HL_ACTION_MARK_NO_SHOW:
  case HL_ACTION_ACCEPT_RESERVATION:
  case HL_ACTION_DECLINE_RESERVATION:
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_ARRIVE:
    put_new_party (model, device, data);
    if (model_chance (model, 0.3))
      json_object_set_int_member (data, "arrived", model_range (model, 1, 4));
    return put_id (data, "reservation_id", pick (model, screen, HL_TYPE_RESERVATION));
  case HL_ACTION_CREATE_RESERVATION:
  case HL_ACTION_HOLD_RESERVATION:
    return think_of_booking (model, data);
  case HL_ACTION_ADD_NOTE:
    return think_of_note (model, screen, data);
  case HL_ACTION_ACKNOWLEDGE_NOTICE:
    return put_id (data, "notice_id", pick (model, screen, HL_TYPE_NOTICE));
  case HL_ACTION_SETTLE_DISPUTE:
    return think_of_dispute (model, screen, data);
  case HL_ACTION_UNDO:
    return think_of_undo (model, device, data);
  default:
    return think_of_call (model, screen, kind, data);
  }
}

gboolean
model_think (Model *model, ModelDevice *device, HlActionKind *kind, JsonObject **data)
{
  HlState *screen = model_device_screen (model, device);

  *kind = think_of_kind (model);
  *data = json_object_new ();
  if (fill_in (model, device, screen, *kind, *data)) {
    g_autoptr (GError) error = NULL;

    hl_action_kind_check (*kind, *data, "", NULL, &error);
    g_assert_no_error (error);
    return TRUE;
  }
  g_clear_pointer (data, json_object_unref);
  return FALSE;
}

/* "seats @party_id at @table_ids": the members that a sentence names. */
static const struct {
  HlActionKind kind;
  const char *words;
} sentences[] = {
  { HL_ACTION_ADD_PARTY, "adds @party_id, @name, @size" },
  { HL_ACTION_SEAT, "seats @party_id at @table_ids" },
  { HL_ACTION_MOVE, "moves @party_id to @table_ids" },
  { HL_ACTION_UNSEAT, "takes @party_id from its table" },
  { HL_ACTION_FINISH_PARTY, "says that @party_id is gone" },
  { HL_ACTION_REMOVE_PARTY, "says that @party_id @status" },
  { HL_ACTION_RECALL_PARTY, "lets @party_id wait again" },
  { HL_ACTION_NOTIFY_PARTY, "calls @party_id" },
  { HL_ACTION_SET_STAGE, "sets @party_id to @stage" },
  { HL_ACTION_ARRIVE, "says that @reservation_id is here as @party_id" },
  { HL_ACTION_CREATE_RESERVATION, "books @reservation_id for @party_size at @starts_at" },
  { HL_ACTION_HOLD_RESERVATION, "holds @reservation_id for @party_size at @starts_at" },
  { HL_ACTION_CANCEL_RESERVATION, "cancels @reservation_id" },
  { HL_ACTION_MARK_NO_SHOW, "says that @reservation_id did not come" },
  { HL_ACTION_ACCEPT_RESERVATION, "accepts @reservation_id" },
  { HL_ACTION_DECLINE_RESERVATION, "declines @reservation_id" },
  { HL_ACTION_SETTLE_DISPUTE, "chooses @choice in @dispute_id" },
  { HL_ACTION_UNDO, "undoes @action_id" },
};

static char *
print_member (JsonObject *data, const char *name)
{
  JsonNode *node = json_object_get_member (data, name);
  g_autofree const char **strings = NULL;
  g_autofree char *text = NULL;

  if (node == NULL)
    return g_strdup ("-");
  strings = JSON_NODE_HOLDS_ARRAY (node) ? hl_member_get_strings (data, name) : NULL;
  if (strings != NULL)
    return g_strjoinv ("+", (char **) strings);
  text = json_to_string (node, FALSE);
  g_strdelimit (text, "\"", ' ');
  return g_strdup (g_strstrip (text));
}

static char *
fill_sentence (const char *words, JsonObject *data)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++) {
    gboolean comma = g_str_has_suffix (parts[i], ",");

    if (i > 0)
      g_string_append_c (text, ' ');
    if (parts[i][0] == '@') {
      g_autofree char *name = g_strndup (parts[i] + 1, strlen (parts[i]) - 1 - comma);
      g_autofree char *value = print_member (data, name);

      g_string_append_printf (text, "%s%s", value, comma ? "," : "");
    } else {
      g_string_append (text, parts[i]);
    }
  }
  return g_strdup (text->str);
}

static char *
print_all (const char *kind, JsonObject *data)
{
  g_autoptr (GString) text = g_string_new (kind);
  g_autoptr (GList) members = json_object_get_members (data);

  g_strdelimit (text->str, "_", ' ');
  for (GList *l = members; l != NULL; l = l->next) {
    g_autofree char *value = print_member (data, l->data);

    g_string_append_printf (text, " %s=%s", (const char *) l->data, value);
  }
  return g_strdup (text->str);
}

char *
model_describe (HlActionKind kind, JsonObject *data)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    if (sentences[i].kind == kind)
      return fill_sentence (sentences[i].words, data);
  }
  return print_all (hl_enum_nick (HL_TYPE_ACTION_KIND, kind), data);
}

char *
model_describe_fact (HlEventKind kind, JsonObject *data)
{
  return print_all (hl_enum_nick (HL_TYPE_EVENT_KIND, kind), data);
}
