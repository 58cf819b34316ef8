/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One interleaving: the steps of a script, then quiet, then the checks. */
#include "model.h"

#include "model-steps.h"

#define START_MS G_GINT64_CONSTANT (1795806000000) /* 2026-11-27T19:00:00Z */

gint64
model_now (Model *model)
{
  return START_MS + (gint64) model->step * 1000 + model->leap;
}

gint64
model_wall (Model *model, ModelDevice *device)
{
  return model_now (model) + device->skew;
}

/* splitmix64: a step's dice are cheap to set, and the same on every machine. */
static guint32
random_bits (Model *model)
{
  guint64 z = (model->rng += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint32) ((z ^ (z >> 31)) >> 32);
}

gint32
model_range (Model *model, gint32 from, gint32 to)
{
  return from + (gint32) (random_bits (model) % (guint32) (to - from));
}

gboolean
model_chance (Model *model, double probability)
{
  return random_bits (model) < probability * G_MAXUINT32;
}

void
model_fail (Model *model, const char *format, ...)
{
  va_list args;

  if (model->violation != NULL)
    return;
  va_start (args, format);
  model->violation = g_strdup_vprintf (format, args);
  va_end (args);
  if (model->story != NULL)
    g_string_append_printf (model->story, "VIOLATION: %s\n", model->violation);
}

void
model_tell (Model *model, const char *format, ...)
{
  va_list args;

  if (model->story == NULL || model->violation != NULL)
    return;
  va_start (args, format);
  g_string_append_vprintf (model->story, format, args);
  va_end (args);
  g_string_append_c (model->story, '\n');
}

static void
drop_all (Model *model)
{
  for (guint i = 0; i < model->n_devices; i++)
    model_device_drop (model->devices[i]);
}

static void
compose (Model *model, ModelDevice *device)
{
  HlActionKind kind;
  JsonObject *data;

  if (!device->pos.is_set || device->dead || !model_think (model, device, &kind, &data))
    return;
  model_device_compose (model, device, kind, data);
  json_object_unref (data);
}

static void
deliver_up (Model *model, ModelDevice *device)
{
  ModelMessage *message = g_queue_pop_head (&device->link->c2s);

  if (message == NULL)
    return;
  model_server_receive (model, device, message);
  model_message_free (message);
}

static void
deliver_down (Model *model, ModelDevice *device)
{
  ModelMessage *message = g_queue_pop_head (&device->link->s2c);

  if (message == NULL)
    return;
  model_device_receive (model, device, message);
  model_message_free (message);
}

/* Some of what was on its way arrives, no answer comes back. */
static void
lose_link (Model *model, ModelDevice *device)
{
  guint arrive
    = (guint) model_range (model, 0, (gint32) g_queue_get_length (&device->link->c2s) + 1);

  for (guint i = 0; i < arrive; i++)
    deliver_up (model, device);
  model_tell (model, "%s loses the link", device->person);
  model_device_drop (device);
}

static void
restore (Model *model)
{
  if (!model->server.has_backup)
    return;
  drop_all (model);
  model_tell (model, "The server's backup is restored");
  model_server_restore (&model->server);
  g_hash_table_remove_all (model->lines);
}

static void
fail_over (Model *model)
{
  if (model_server_head (&model->server) <= 8)
    return;
  drop_all (model);
  model_tell (model, "A failover loses the end of the log");
  model_server_fail_over (&model->server,
                          model_server_head (&model->server) - (guint64) model_range (model, 1, 6));
  g_hash_table_remove_all (model->lines);
}

static void
let_time_pass (Model *model)
{
  gboolean long_time = model_chance (model, 0.15);

  /* nothing is on its way for so long */
  drop_all (model);
  model->leap += long_time ? 5 * G_GINT64_CONSTANT (3600000) : 20 * 60000;
  model_tell (model, "%s go by", long_time ? "Five hours" : "Twenty minutes");
}

static void
tell_something (Model *model)
{
  if (model_chance (model, 0.5))
    model_tell_fact (model);
  else if (model_chance (model, 0.4))
    model_add_booking (model);
  else
    model_change_booking (model);
}

static void
link_step (Model *model, ModelDevice *device, guint op)
{
  switch (op) {
  case STEP_CONNECT:
    if (device->link == NULL && !device->dead)
      model_device_connect (model, device);
    break;
  case STEP_LOSE:
    if (device->link != NULL)
      lose_link (model, device);
    break;
  case STEP_UP:
    if (device->link != NULL)
      deliver_up (model, device);
    break;
  case STEP_DOWN:
    if (device->link != NULL)
      deliver_down (model, device);
    break;
  case STEP_SEND:
    if (device->link != NULL)
      model_server_send (model, device->link);
    break;
  case STEP_CRASH:
    model_tell (model, "%s's program is killed", device->person);
    model_device_drop (device);
    break;
  case STEP_REBOOT:
    model_device_reboot (model, device);
    break;
  case STEP_COPY:
    model_device_copy (model, device);
    break;
  case STEP_PAIR:
    model_device_pair_again (model, device);
    break;
  case STEP_WITHDRAW:
    model_device_withdraw (model, device);
    break;
  case STEP_REPEAT:
    model_device_repeat (model, device);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
world_step (Model *model, guint op)
{
  switch (op) {
  case STEP_SERVER_CRASH:
    drop_all (model);
    model_tell (model, "The server is killed and comes back");
    model_server_rebuild (&model->server);
    break;
  case STEP_FACT:
    tell_something (model);
    break;
  case STEP_REPEAT_FACT:
    model_repeat_fact (model);
    break;
  case STEP_DAY:
    model_close_day (model);
    break;
  case STEP_BACKUP:
    model_server_backup (&model->server);
    break;
  case STEP_RESTORE:
    restore (model);
    break;
  case STEP_FAIL_OVER:
    fail_over (model);
    break;
  case STEP_AGENT:
    model_agent_acts (model);
    break;
  case STEP_TIMER:
    model_timer_acts (model);
    break;
  case STEP_TIME:
    let_time_pass (model);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
take_step (Model *model, const ModelStep *step)
{
  ModelDevice *device = model->devices[step->device % model->n_devices];

  model->rng = step->dice;
  if (step->op == STEP_COMPOSE)
    compose (model, device);
  else if (step->op < STEP_N_OF_DEVICES)
    link_step (model, device, step->op);
  else
    world_step (model, step->op);

  model_check_state (model, model->server.state, "server");
  model_check_lines (model);
  if (device->pos.is_set) {
    HlState *screen = model_device_screen (model, device);

    model_check_state (model, screen, device->name);
    if (model->options->check_screen != NULL)
      model->options->check_screen (model, screen, device->name);
  }
  model->options->outbox->check (model, device);
}

static gboolean
is_busy (Model *model, ModelDevice *device)
{
  ModelLink *link = device->link;

  return link != NULL
         && (link->c2s.length > 0 || link->s2c.length > 0
             || (link->is_open && link->cursor < model_server_head (&model->server)));
}

static void
come_to_rest (Model *model)
{
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < model->n_devices; i++) {
      ModelDevice *device = model->devices[i];

      model_device_pair_again (model, device);
      model_device_connect (model, device);
      while (model->violation == NULL && is_busy (model, device)) {
        deliver_up (model, device);
        if (device->link != NULL)
          model_server_send (model, device->link);
        if (device->link != NULL)
          deliver_down (model, device);
      }
    }
  }
}

static Model *
start (const ModelScript *script, const ModelOptions *options, ModelResult *result)
{
  static const char *const people[] = { "Ana", "Ben", "Cem" };
  static const char *const names[] = { "A", "B", "C" };
  Model *model = g_new0 (Model, 1);

  *result = (ModelResult) { 0 };
  model->script = script;
  model->options = options;
  model->result = result;
  model->broken = options->broken;
  model->rng = script->seed;
  model->decisions = g_string_new (NULL);
  model->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  model_server_init (&model->server);
  model->n_devices = script->n_devices;
  for (guint i = 0; i < model->n_devices; i++)
    model->devices[i]
      = model_device_new (people[i], names[i], i == 2 ? HL_ROLE_MANAGER : HL_ROLE_STAFF,
                          options->no_skew ? 0 : script->skew[i]);
  model_lay_floor (model);
  for (guint i = 0; i < 3; i++)
    model_add_booking (model);
  if (options->tell)
    model->story = g_string_new (NULL);
  for (guint i = 0; i < model->n_devices; i++)
    model_device_connect (model, model->devices[i]);
  return model;
}

static void
go_on (Model *model, guint step)
{
  if (model->violation != NULL || step >= model->script->steps->len)
    return;
  model->step = step;
  take_step (model, &g_array_index (model->script->steps, ModelStep, step));
}

static char *
print_content (HlState *state)
{
  g_autoptr (JsonNode) node = hl_state_save (state);

  return json_to_string (node, FALSE);
}

static void
finish (Model *model)
{
  ModelResult *result = model->result;

  if (model->violation == NULL) {
    model->rng = model->script->seed + 1;
    come_to_rest (model);
  }
  if (model->violation == NULL)
    model_check_rest (model);

  result->violation = model->violation;
  result->story = model->story != NULL ? g_string_free (model->story, FALSE) : NULL;
  result->decisions = g_string_free (model->decisions, FALSE);
  result->digest = hl_state_get_digest (model->server.state);
  if (model->options->tell)
    result->content = print_content (model->server.state);
  for (guint i = 0; i < model->n_devices; i++)
    model_device_free (model, model->devices[i]);
  model_server_clear (&model->server);
  g_hash_table_unref (model->lines);
  g_free (model);
}

static const ModelOptions *
complete (const ModelOptions *options, ModelOptions *whole)
{
  *whole = *options;
  if (whole->outbox == NULL)
    whole->outbox = &model_outbox;
  return whole;
}

void
model_play (const ModelScript *script, const ModelOptions *options, ModelResult *result)
{
  ModelOptions whole;
  Model *model = start (script, complete (options, &whole), result);

  for (guint i = 0; i < script->steps->len; i++)
    go_on (model, i);
  finish (model);
}

void
model_play_two (const ModelScript *one, const ModelScript *two, const ModelOptions *options,
                ModelResult *first, ModelResult *second)
{
  ModelOptions whole;
  Model *a = start (one, complete (options, &whole), first);
  Model *b = start (two, &whole, second);

  for (guint i = 0; i < MAX (one->steps->len, two->steps->len); i++) {
    go_on (a, i);
    go_on (b, i);
  }
  finish (a);
  finish (b);
}

void
model_result_clear (ModelResult *result)
{
  g_clear_pointer (&result->violation, g_free);
  g_clear_pointer (&result->story, g_free);
  g_clear_pointer (&result->decisions, g_free);
  g_clear_pointer (&result->content, g_free);
}
