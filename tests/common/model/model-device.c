/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's devices: a copy of the state, an outbox, a screen made of both. */
#include "model.h"

#include <string.h>

#include "domain/hl-action-kind.h"

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
  g_free (item->device);
  g_ptr_array_unref (item->seen);
  g_object_unref (item->displayed);
  g_free (item);
}

static GPtrArray *
copy_history (GPtrArray *history, guint length)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);

  for (guint i = 0; i < length; i++)
    g_ptr_array_add (copy, hl_event_ref (g_ptr_array_index (history, i)));
  return copy;
}

ModelDevice *
model_device_new (const char *person, const char *name, HlRole role, gint64 skew)
{
  ModelDevice *device = g_new0 (ModelDevice, 1);

  device->person = person;
  g_strlcpy (device->name, name, sizeof device->name);
  device->actor = hl_actor_new (role, person, name, 0);
  device->state = hl_state_new ();
  device->history = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_event_unref);
  device->outbox = g_ptr_array_new_with_free_func (free_item);
  device->skew = skew;
  device->offset = MODEL_UNKNOWN;
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
model_device_free (Model *model, ModelDevice *device)
{
  model_device_drop (device);
  if (model->options->outbox->free != NULL)
    model->options->outbox->free (device);
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
is_own (ModelDevice *device, ModelItem *item)
{
  return g_str_equal (item->device, device->name);
}

static gboolean
is_pending (Model *model, ModelDevice *device, ModelItem *item)
{
  if (!is_own (device, item)
      || (item->state != ITEM_QUEUED && item->state != ITEM_SENDING && item->state != ITEM_DECIDED))
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
  gint64 at = item->composed_wall + (item->offset != MODEL_UNKNOWN ? item->offset : 0);
  guint64 seen = item->base.epoch == device->pos.epoch ? MIN (item->base.seq, device->pos.seq) : 0;
  g_autoptr (HlActor) actor = hl_actor_copy (device->actor);
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (GPtrArray) events = NULL;

  actor->n = item->action->n;
  decision = hl_decide (screen, item->action, actor, seen, at);
  events = hl_decision_make_events (decision, item->action->id, actor, *seq + 1, at, at);
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

static gint64
get_boot_time (Model *model, ModelDevice *device)
{
  return model_now (model) - device->booted_at;
}

/* As the dashboards count it: by the clock of this boot, across boots by the offsets, if both are known. */
static gint64
get_age (Model *model, ModelDevice *device, ModelItem *item)
{
  if (item->boot == device->boot)
    return get_boot_time (model, device) - item->composed_boot;
  if (item->offset == MODEL_UNKNOWN || device->offset == MODEL_UNKNOWN)
    return HL_ACTION_AGE_UNKNOWN;
  return MAX (0, model_wall (model, device) + device->offset - item->composed_wall - item->offset);
}

static void
send_item (Model *model, ModelDevice *device, ModelItem *item)
{
  ModelMessage *message = model_message_new (MESSAGE_ACT);

  /* K17; who only asks for a lost answer may ask for ever */
  if (model_now (model) - item->composed_at > MODEL_MAX_AGE_MS
      && !(item->state == ITEM_SENDING && item->action->n <= device->link->decided))
    model_fail (model, "OLD ACTION SENT: %s n=%" G_GUINT64_FORMAT, device->name, item->action->n);
  if (item->state == ITEM_QUEUED)
    model->options->outbox->sending (model, device, item);
  item->sent = TRUE;
  message->action = hl_action_with_age (item->action, get_age (model, device, item));
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

    if (!is_own (device, item))
      continue;
    if (item->state == ITEM_QUEUED
        || (item->state == ITEM_SENDING
            && !g_hash_table_contains (device->link->sent, item->action->id)))
      send_item (model, device, item);
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
  g_snprintf (device->link->session, sizeof device->link->session, "s%u", ++model->n_sessions);
  device->link->sent = g_hash_table_new (g_str_hash, g_str_equal);
  hello->pos = device->pos;
  hello->want_snapshot = model_chance (model, 0.3);
  g_queue_push_tail (&device->link->c2s, hello);
  model_tell (model, "%s's screen connects", device->person);
  push_outbox (model, device);
}

/* What was on the screen is kept as it was: a state that moves on is copied. */
static HlState *
keep_display (ModelDevice *device, HlState *screen)
{
  return screen == device->state ? hl_state_copy (screen) : g_object_ref (screen);
}

void
model_device_compose (Model *model, ModelDevice *device, HlActionKind kind, JsonObject *data)
{
  HlState *screen = model_device_screen (model, device);
  gboolean needs_link = (hl_action_kind_get_flags (kind) & HL_ACTION_FLAG_NEEDS_LINK) != 0;
  const char *session = needs_link && device->link != NULL ? device->link->session : NULL;
  g_autofree char *id = g_strdup_printf ("%s%u", device->name, model->n_ids++);
  gint64 wall = model_wall (model, device);
  g_autoptr (HlAction) thought
    = hl_action_new (id, device->n + 1, kind, HL_PREDICTED_NONE, NULL, wall, session, data);
  g_autoptr (HlDecision) shown = NULL;
  ModelItem *item;

  if (!device->pos.is_set || (needs_link && (device->link == NULL || !device->link->welcomed)))
    return;
  shown = hl_decide (screen, thought, device->actor, HL_SEEN_EVERYTHING,
                     wall + (device->offset != MODEL_UNKNOWN ? device->offset : 0));
  if (shown->outcome == HL_OUTCOME_REFUSED) {
    if (shown->reason == HL_REASON_MALFORMED)
      model_fail (model, "MALFORMED: %s", thought->kind_name);
    return;
  }
  item = g_new0 (ModelItem, 1);
  item->action = hl_action_new (id, ++device->n, kind,
                                model->broken == MODEL_BREAK_PREDICTED ? HL_PREDICTED_NONE
                                                                       : (int) shown->outcome,
                                NULL, wall, session, data);
  item->device = g_strdup (device->name);
  item->base = device->pos;
  item->seen = copy_history (device->history, device->history->len);
  item->displayed = keep_display (device, screen);
  item->answer.outcome = shown->outcome;
  item->composed_wall = wall;
  item->composed_at = model_now (model);
  item->composed_boot = get_boot_time (model, device);
  item->boot = device->boot;
  item->offset = device->offset;
  g_ptr_array_add (device->outbox, item);
  device->composed++;
  model->options->outbox->added (model, device, item);
  if (model->story != NULL) {
    g_autofree char *text = model_describe (kind, data);

    model_tell (model, "%s%s %s (shown as %s)", device->person,
                device->link != NULL ? "" : ", without a link,", text,
                hl_enum_nick (HL_TYPE_OUTCOME, shown->outcome));
  }
  forget_screen (device);
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
take_welcome (Model *model, ModelDevice *device, ModelMessage *message)
{
  device->link->welcomed = TRUE;
  device->link->decided = message->decided;
  device->offset = message->server_time - model_wall (model, device);
  if (model->broken != MODEL_BREAK_RESEND)
    model->options->outbox->welcomed (model, device, message->decided);
  push_outbox (model, device);
}

static void
load_snapshot (Model *model, ModelDevice *device, ModelMessage *message)
{
  g_set_object (&device->state, message->snapshot);
  model->result->n_snapshots++;
  device->pos = message->pos;
  g_ptr_array_unref (device->history);
  device->history = g_steal_pointer (&message->events);
  model_tell (model, "%s's screen shows a snapshot", device->person);
  if (model->broken == MODEL_BREAK_REBASE) {
    for (guint i = 0; i < device->outbox->len; i++) {
      ModelItem *item = g_ptr_array_index (device->outbox, i);

      if (item->state == ITEM_QUEUED || item->state == ITEM_SENDING)
        item->base = device->pos;
    }
  }
  model->options->outbox->loaded (model, device);
  settle (device);
}

static void
apply_events (Model *model, ModelDevice *device, ModelMessage *message)
{
  guint before = device->history->len;

  for (guint i = 0; i < message->events->len; i++) {
    HlEvent *event = g_ptr_array_index (message->events, i);

    if (device->pos.is_set && event->seq <= device->pos.seq
        && model->broken != MODEL_BREAK_OVERLAP)
      continue;
    if (!device->pos.is_set || event->seq > device->pos.seq + 1) {
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
  if (device->history->len > before)
    model_tell (model, "%s's screen shows %u more changes", device->person,
                device->history->len - before);
  settle (device);
}

static void
take_answer (Model *model, ModelDevice *device, ModelMessage *message)
{
  for (guint i = 0; i < device->outbox->len; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (g_str_equal (item->action->id, message->action->id)
        && (item->state == ITEM_QUEUED || item->state == ITEM_SENDING))
      model->options->outbox->answered (model, device, item, &message->answer);
  }
  settle (device);
}

/* 4410: what waits goes to review, and nothing more is sent (K23). */
static void
take_refusal (Model *model, ModelDevice *device, ModelMessage *message)
{
  if (!device->copied)
    model_fail (model, "HONEST DEVICE REFUSED: %s n=%" G_GUINT64_FORMAT, device->name,
                message->answer.n);
  device->dead = TRUE;
  model->result->n_copies++;
  model->options->outbox->refused (model, device);
  model_tell (model, "%s's screen is a copy, and has to be paired again", device->person);
  model_device_drop (device);
}

void
model_device_receive (Model *model, ModelDevice *device, ModelMessage *message)
{
  forget_screen (device);
  switch (message->type) {
  case MESSAGE_WELCOME:
    take_welcome (model, device, message);
    break;
  case MESSAGE_SNAPSHOT:
    load_snapshot (model, device, message);
    break;
  case MESSAGE_EVENTS:
    apply_events (model, device, message);
    break;
  case MESSAGE_DONE:
    take_answer (model, device, message);
    break;
  case MESSAGE_BYE:
    take_refusal (model, device, message);
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
  g_autofree char *key = NULL;

  if (device->link == NULL || !device->link->is_open || device->outbox->len == 0)
    return;
  item = g_ptr_array_index (device->outbox, model_range (model, 0, (gint32) device->outbox->len));
  key = g_strdup_printf ("%s/%s", device->actor->device, item->action->id);
  if (!g_hash_table_contains (device->link->sent, item->action->id)
      || !g_hash_table_contains (model->server.answers, key))
    return;
  message = model_message_new (MESSAGE_ACT);
  message->action = hl_action_with_age (item->action, get_age (model, device, item));
  message->pos = item->base;
  g_queue_push_tail (&device->link->c2s, message);
}

void
model_device_withdraw (Model *model, ModelDevice *device)
{
  ModelItem *item = model->options->outbox->find_withdrawable (model, device);

  /* the broken way: what may have left is taken back */
  if (item == NULL && model->broken == MODEL_BREAK_SENDING && device->outbox->len > 0) {
    item = g_ptr_array_index (device->outbox, device->outbox->len - 1);
    if (item->state != ITEM_SENDING)
      item = NULL;
  }
  if (item == NULL)
    return;
  model->options->outbox->withdrawn (model, device, item);
  model_tell (model, "%s takes back what was not sent", device->person);
  forget_screen (device);
}

/* Another boot: its clock of this boot begins anew, and how wrong the other one is nobody knows until the next
 * welcome. */
void
model_device_reboot (Model *model, ModelDevice *device)
{
  model_device_drop (device);
  device->boot++;
  device->booted_at = model_now (model);
  device->offset = MODEL_UNKNOWN;
  model_tell (model, "%s's computer starts anew", device->person);
}

/* Its folder is put back from an older copy: the counter goes back with it. */
void
model_device_copy (Model *model, ModelDevice *device)
{
  guint keep;

  if (device->dead || device->outbox->len == 0 || !device->pos.is_set)
    return;
  model_device_drop (device);
  forget_screen (device);
  keep = (guint) model_range (model, 0, (gint32) device->outbox->len);
  g_ptr_array_set_size (device->outbox, keep);
  device->n = 0;
  for (guint i = 0; i < keep; i++) {
    ModelItem *item = g_ptr_array_index (device->outbox, i);

    if (is_own (device, item))
      device->n = MAX (device->n, item->action->n);
    /* at that time it had not been answered */
    if (item->state == ITEM_DECIDED || item->state == ITEM_SETTLED) {
      item->state = ITEM_SENDING;
      item->has_answer = FALSE;
    }
  }
  device->composed = keep;
  device->copied = TRUE;
  model->options->outbox->copied (model, device);
  model_tell (model, "%s's folder is put back from an older copy, with %u actions", device->person,
              keep);
}

void
model_device_pair_again (Model *model, ModelDevice *device)
{
  if (!device->dead)
    return;
  device->dead = FALSE;
  device->copied = FALSE;
  device->pairings++;
  g_snprintf (device->name, sizeof device->name, "%c%u", device->person[0], device->pairings);
  {
    HlActor *actor = hl_actor_new (device->actor->role, device->person, device->name, 0);

    hl_actor_free (device->actor);
    device->actor = actor;
  }
  device->n = 0;
  forget_screen (device);
  model_tell (model, "%s's screen is paired again as %s", device->person, device->name);
}
