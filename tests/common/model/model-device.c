/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's devices: a copy of the state, an outbox, a screen made of both. */
#include "model.h"

#include <string.h>

ModelMessage *
model_message_new (ModelMessageType type)
{
  ModelMessage *message = g_new0 (ModelMessage, 1);

  message->type = type;
  return message;
}

void
model_message_free (ModelMessage *message)
{
  g_clear_pointer (&message->action, hl_action_unref);
  g_clear_object (&message->snapshot);
  g_clear_pointer (&message->events, g_ptr_array_unref);
  g_clear_pointer (&message->hashes, g_array_unref);
  g_free (message);
}

static void
free_item (gpointer data)
{
  ModelItem *item = data;

  hl_action_unref (item->action);
  g_ptr_array_unref (item->seen);
  g_free (item);
}

static GPtrArray *
new_history (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
}

ModelDevice *
model_device_new (const char *name)
{
  ModelDevice *device = g_new0 (ModelDevice, 1);

  g_strlcpy (device->name, name, sizeof device->name);
  device->actor = hl_actor_new (HL_ROLE_STAFF, name, name, 0);
  device->state = hl_state_new ();
  device->history = new_history ();
  device->outbox = g_ptr_array_new_with_free_func (free_item);
  return device;
}

void
model_device_drop (ModelDevice *device)
{
  ModelLink *link = device->link;

  if (link == NULL)
    return;
  g_queue_clear_full (&link->c2s, (GDestroyNotify) model_message_free);
  g_queue_clear_full (&link->s2c, (GDestroyNotify) model_message_free);
  g_hash_table_unref (link->sent);
  g_free (link);
  device->link = NULL;
}

void
model_device_free (ModelDevice *device)
{
  model_device_drop (device);
  hl_actor_free (device->actor);
  g_object_unref (device->state);
  g_clear_object (&device->screen);
  g_ptr_array_unref (device->history);
  g_ptr_array_unref (device->outbox);
  g_free (device);
}

static void
forget_screen (ModelDevice *device)
{
  g_clear_object (&device->screen);
}

static gboolean
is_pending (Model *model, ModelDevice *device, ModelItem *item)
{
  if (item->state != ITEM_QUEUED && item->state != ITEM_SENDING && item->state != ITEM_DECIDED)
    return FALSE;
  if (item->state == ITEM_DECIDED && item->answer.outcome != HL_OUTCOME_APPLIED
      && item->answer.outcome != HL_OUTCOME_DISPUTED)
    return FALSE;
  /* the broken way: shown until the answer came, whatever the log already brought */
  if (model->broken == MODEL_BREAK_COUNTER)
    return item->state != ITEM_DECIDED;
  return item->action->n > hl_state_get_counter (device->state, device->actor->device);
}

static void
predict (Model *model, ModelDevice *device, HlState *screen, ModelItem *item, guint64 *seq)
{
  guint64 seen = item->base.epoch == device->pos.epoch ? MIN (item->base.seq, device->pos.seq) : 0;
  g_autoptr (HlDecision) decision
    = hl_decide (screen, item->action, device->actor, seen, model_now (model));
  g_autoptr (GPtrArray) events = NULL;

  events = hl_decision_make_events (decision, item->action->id, device->actor, *seq + 1,
                                    model_now (model), model_now (model));
  for (guint i = 0; i < events->len; i++)
    hl_evolve (screen, g_ptr_array_index (events, i));
  *seq += events->len;
}

/* (transfer none): valid until anything happens to the device */
HlState *
model_device_screen (Model *model, ModelDevice *device)
{
  guint64 seq = device->pos.seq;

  if (device->screen != NULL)
    return device->screen;
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (!is_pending (model, device, item))
      continue;
    if (device->screen == NULL)
      device->screen = hl_state_copy (device->state);
    predict (model, device, device->screen, item, &seq);
  }
  if (device->screen == NULL)
    device->screen = g_object_ref (device->state);
  return device->screen;
}

static void
send_item (ModelDevice *device, ModelItem *item)
{
  ModelMessage *message = model_message_new (MESSAGE_ACT);

  item->state = ITEM_SENDING;
  message->action = hl_action_ref (item->action);
  message->pos = item->base;
  g_hash_table_add (device->link->sent, item->action->id);
  g_queue_push_tail (&device->link->c2s, message);
}

static void
push_outbox (Model *model, ModelDevice *device)
{
  if (device->link == NULL || (!device->link->welcomed && model->broken != MODEL_BREAK_WELCOME))
    return;
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (item->state == ITEM_QUEUED
        || (item->state == ITEM_SENDING
            && !g_hash_table_contains (device->link->sent, item->action->id)))
      send_item (device, item);
  }
}

void
model_device_connect (Model *model, ModelDevice *device)
{
  ModelMessage *hello = model_message_new (MESSAGE_HELLO);

  model_device_drop (device);
  device->link = g_new0 (ModelLink, 1);
  g_queue_init (&device->link->c2s);
  g_queue_init (&device->link->s2c);
  device->link->sent = g_hash_table_new (g_str_hash, g_str_equal);
  hello->pos = device->pos;
  hello->want_snapshot = model_chance (model, 0.3);
  g_queue_push_tail (&device->link->c2s, hello);
  push_outbox (model, device);
}

void
model_device_compose (Model *model, ModelDevice *device, HlActionKind kind, JsonObject *data)
{
  HlState *screen = model_device_screen (model, device);
  g_autofree char *id = g_strdup_printf ("%s-%" G_GUINT64_FORMAT, device->name, device->n + 1);
  g_autoptr (HlAction) thought = hl_action_new (id, device->n + 1, kind, HL_PREDICTED_NONE, NULL,
                                                model_now (model), NULL, data);
  g_autoptr (HlDecision) shown = NULL;
  ModelItem *item;

  if (!device->pos.is_set)
    return;
  shown = hl_decide (screen, thought, device->actor, HL_SEEN_EVERYTHING, model_now (model));
  if (shown->outcome == HL_OUTCOME_REFUSED) {
    g_assert_cmpint (shown->reason, !=, HL_REASON_MALFORMED);
    return;
  }
  item = g_new0 (ModelItem, 1);
  item->action = hl_action_new (id, ++device->n, kind,
                                model->broken == MODEL_BREAK_PREDICTED ? HL_PREDICTED_NONE
                                                                       : (int) shown->outcome,
                                NULL, model_now (model), NULL, data);
  item->base = device->pos;
  item->seen = new_history ();
  for (guint i = 0; i < device->history->len; i++)
    g_ptr_array_add (item->seen, hl_event_ref (g_ptr_array_index (device->history, i)));
  item->answer.outcome = shown->outcome;
  g_ptr_array_add (device->outbox, item);
  device->composed++;
  forget_screen (device);
  if (model->trace)
    g_print (
      "# %u %s composes n=%" G_GUINT64_FORMAT " %s base %" G_GUINT64_FORMAT " predicted %s%s\n",
      model->step, device->name, device->n, item->action->kind_name, item->base.seq,
      hl_enum_nick (HL_TYPE_OUTCOME, shown->outcome), device->link != NULL ? "" : " (offline)");
  push_outbox (model, device);
}

/* Decided items whose effect the state holds are done with. */
static void
settle (ModelDevice *device)
{
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (item->state == ITEM_DECIDED && device->pos.is_set && item->answer.seq <= device->pos.seq)
      item->state = ITEM_SETTLED;
  }
}

/* What the server does not know any more goes again, first, in order. */
static void
resend (Model *model, ModelDevice *device, ModelMessage *message)
{
  device->link->welcomed = TRUE;
  if (model->broken != MODEL_BREAK_RESEND) {
    for (guint i = 0; i < device->outbox->len; i++) {
      ModelItem *item = g_ptr_array_index (device->outbox, i);

      if ((item->state == ITEM_SETTLED || item->state == ITEM_DECIDED)
          && item->action->n > message->decided) {
        item->state = ITEM_SENDING;
        item->has_answer = FALSE;
        model->resent++;
      }
    }
  }
  push_outbox (model, device);
}

static void
load_snapshot (Model *model, ModelDevice *device, ModelMessage *message)
{
  g_set_object (&device->state, message->snapshot);
  device->pos = message->pos;
  g_ptr_array_unref (device->history);
  device->history = g_steal_pointer (&message->events);
  if (model->broken == MODEL_BREAK_REBASE) {
    for (guint i = 0; i < device->outbox->len; i++) {
      ModelItem *item = g_ptr_array_index (device->outbox, i);

      if (item->state == ITEM_QUEUED || item->state == ITEM_SENDING)
        item->base = device->pos;
    }
  }
  settle (device);
}

static void
apply_events (Model *model, ModelDevice *device, ModelMessage *message)
{
  for (guint i = 0; i < message->events->len; i++) {
    HlEvent *event = g_ptr_array_index (message->events, i);

    if (device->pos.is_set && event->seq <= device->pos.seq)
      continue;
    if (!device->pos.is_set || event->seq != device->pos.seq + 1) {
      model_fail (model, "HOLE: %s at %" G_GUINT64_FORMAT, device->name, event->seq);
      return;
    }
    hl_evolve (device->state, event);
    g_ptr_array_add (device->history, hl_event_ref (event));
    device->pos = message->pos;
    device->pos.seq = event->seq;
    device->pos.h = g_array_index (message->hashes, guint64, i);
  }
  /* What a person sees, acts on and stores as a position is whole decisions, never half of one. */
  if (device->history->len > 0
      && !((HlEvent *) g_ptr_array_index (device->history, device->history->len - 1))->end)
    model_fail (model, "INSIDE A UNIT: %s at %" G_GUINT64_FORMAT, device->name, device->pos.seq);
  settle (device);
}

static void
take_answer (ModelDevice *device, ModelMessage *message)
{
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (g_str_equal (item->action->id, message->action->id)
        && (item->state == ITEM_QUEUED || item->state == ITEM_SENDING)) {
      item->state = ITEM_DECIDED;
      item->has_answer = TRUE;
      item->answer = message->answer;
    }
  }
  settle (device);
}

void
model_device_receive (Model *model, ModelDevice *device, ModelMessage *message)
{
  forget_screen (device);
  switch (message->type) {
  case MESSAGE_WELCOME:
    resend (model, device, message);
    break;
  case MESSAGE_SNAPSHOT:
    load_snapshot (model, device, message);
    break;
  case MESSAGE_EVENTS:
    apply_events (model, device, message);
    break;
  case MESSAGE_DONE:
    take_answer (device, message);
    break;
  case MESSAGE_BYE:
    model_fail (model, "HONEST DEVICE REFUSED: %s n=%" G_GUINT64_FORMAT, device->name,
                message->answer.n);
    break;
  case MESSAGE_HELLO:
  case MESSAGE_ACT:
    g_assert_not_reached ();
  }
}

/* Something that was sent on this link arrives once more. */
void
model_device_repeat (Model *model, ModelDevice *device)
{
  ModelItem *item;
  ModelMessage *message;

  if (device->link == NULL || !device->link->is_open || device->outbox->len == 0)
    return;
  item = g_ptr_array_index (device->outbox,
                            g_rand_int_range (model->rand, 0, (gint32) device->outbox->len));
  {
    g_autofree char *key = g_strdup_printf ("%s/%s", device->actor->device, item->action->id);

    if (!g_hash_table_contains (device->link->sent, item->action->id)
        || !g_hash_table_contains (model->server.answers, key))
      return;
  }
  message = model_message_new (MESSAGE_ACT);
  message->action = hl_action_ref (item->action);
  message->pos = item->base;
  g_queue_push_tail (&device->link->c2s, message);
}

void
model_device_withdraw (Model *model, ModelDevice *device)
{
  ModelItem *item;

  if (device->outbox->len == 0)
    return;
  item = g_ptr_array_index (device->outbox, device->outbox->len - 1);
  if (item->state != ITEM_QUEUED
      && !(model->broken == MODEL_BREAK_SENDING && item->state == ITEM_SENDING))
    return;
  item->state = ITEM_WITHDRAWN;
  forget_screen (device);
}
