/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One interleaving: random steps of a random world, then quiet, then the checks. */
#include "model.h"

#define START_MS G_GINT64_CONSTANT (1795806000000) /* 2026-11-27T19:00:00Z */

gint64
model_now (Model *model)
{
  return START_MS + (gint64) model->step * 1000;
}

gboolean
model_chance (Model *model, double probability)
{
  return g_rand_double (model->rand) < probability;
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
}

static void
drop_all (Model *model)
{
  for (guint i = 0; i < model->n_devices; i++)
    model_device_drop (model->devices[i]);
}

static void
add_reservation (Model *model)
{
  JsonObject *data = json_object_new ();
  g_autofree char *id = g_strdup_printf ("r%u", model->n_reservations);
  g_autofree char *key = g_strdup_printf ("res%u", model->n_reservations++);
  /* some are over when the day closes, some are for the day after */
  g_autofree char *time
    = g_strdup_printf ("2026-11-28T%02d:00:00.000Z", g_rand_int_range (model->rand, 1, 12));

  json_object_set_string_member (data, "reservation_id", id);
  json_object_set_string_member (data, "name", "Ng");
  json_object_set_int_member (data, "party_size", g_rand_int_range (model->rand, 1, 7));
  json_object_set_string_member (data, "starts_at", time);
  model_server_fact (model, key, HL_EVENT_RESERVATION_CREATED, data);
}

static void
change_reservation (Model *model)
{
  guint n = 0;
  HlEntity **all
    = hl_entity_list_peek (hl_state_get_list (model->server.state, HL_TYPE_RESERVATION), &n);
  g_autofree char *key = g_strdup_printf ("fact%u", model->step);
  HlEventKind kind = HL_EVENT_RESERVATION_UPDATED;
  JsonObject *data;

  if (n == 0)
    return;
  data = json_object_new ();
  json_object_set_string_member (
    data, "reservation_id", hl_entity_get_id (all[g_rand_int_range (model->rand, 0, (gint32) n)]));
  switch (g_rand_int_range (model->rand, 0, 3)) {
  case 0:
    kind = HL_EVENT_RESERVATION_CANCELLED;
    break;
  case 1:
    json_object_set_int_member (data, "party_size", g_rand_int_range (model->rand, 1, 10));
    break;
  default: {
    g_autofree char *time
      = g_strdup_printf ("2026-11-28T%02d:30:00.000Z", g_rand_int_range (model->rand, 1, 6));

    json_object_set_string_member (data, "starts_at", time);
    break;
  }
  }
  model_server_fact (model, key, kind, data);
}

/* The till says that somebody paid or left, a call goes on. */
static void
tell_fact (Model *model)
{
  guint n = 0;
  HlEntity **parties
    = hl_entity_list_peek (hl_state_get_list (model->server.state, HL_TYPE_PARTY), &n);
  g_autofree char *key = g_strdup_printf ("tell%u", model->step);
  JsonObject *data = json_object_new ();

  if (n == 0 || model_chance (model, 0.4)) {
    json_object_set_string_member (data, "call_id", model_chance (model, 0.5) ? "c1" : "c2");
    json_object_set_string_member (data, "summary", key);
    model_server_fact (model, key,
                       model_chance (model, 0.2) ? HL_EVENT_CALL_COMPLETED : HL_EVENT_CALL_UPDATED,
                       data);
    return;
  }
  json_object_set_string_member (
    data, "party_id", hl_entity_get_id (parties[g_rand_int_range (model->rand, 0, (gint32) n)]));
  if (model_chance (model, 0.5))
    json_object_set_string_member (data, "stage", "paid");
  else
    json_object_set_string_member (data, "status", "gone");
  model_server_fact (model, key, HL_EVENT_PARTY_UPDATED, data);
}

/* A publisher sends again what the server has already. */
static void
repeat_fact (Model *model)
{
  guint64 head = model_server_head (&model->server);
  JsonObject *data;

  if (!g_hash_table_contains (model->server.keys, "res0"))
    return;
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", "r0");
  json_object_set_int_member (data, "party_size", 99);
  model_server_fact (model, "res0", HL_EVENT_RESERVATION_UPDATED, data);
  if (model_server_head (&model->server) != head)
    model_fail (model, "FACT APPLIED TWICE");
}

static void
lay_floor (Model *model)
{
  for (guint i = 1; i <= 3; i++) {
    g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "", NULL, 0);
    g_autofree char *key = g_strdup_printf ("floor%u", i);
    g_autofree char *id = g_strdup_printf ("t%u", i);
    JsonObject *data = json_object_new ();

    json_object_set_string_member (data, "table_id", id);
    json_object_set_string_member (data, "label", id);
    json_object_set_string_member (data, "area_id", "main");
    json_object_set_int_member (data, "seats_max", 10);
    model_server_fact (model, key, HL_EVENT_TABLE_UPDATED, data);
  }
}

static void
compose (Model *model, ModelDevice *device)
{
  HlActionKind kind;
  JsonObject *data;

  if (!device->pos.is_set || !model_think (model, device, &kind, &data))
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
  guint arrive = (guint) g_rand_int_range (model->rand, 0,
                                           (gint32) g_queue_get_length (&device->link->c2s) + 1);

  for (guint i = 0; i < arrive; i++)
    deliver_up (model, device);
  model_device_drop (device);
}

typedef enum {
  STEP_COMPOSE,
  STEP_CONNECT,
  STEP_LOSE,
  STEP_UP,
  STEP_DOWN,
  STEP_SEND,
  STEP_CRASH,
  STEP_SERVER_CRASH,
  STEP_FACT,
  STEP_REPEAT_FACT,
  STEP_DAY,
  STEP_BACKUP,
  STEP_RESTORE,
  STEP_FAIL_OVER,
  STEP_WITHDRAW,
  STEP_REPEAT,
  N_STEPS,
} Step;

static Step
choose_step (Model *model)
{
  static const guint weights[N_STEPS]
    = { 220, 80, 40, 140, 160, 140, 20, 10, 40, 10, 10, 10, 7, 7, 10, 30 };
  guint total = 0;
  guint at;

  for (guint i = 0; i < N_STEPS; i++)
    total += weights[i];
  at = (guint) g_rand_int_range (model->rand, 0, (gint32) total);
  for (guint i = 0; i < N_STEPS; i++) {
    if (at < weights[i])
      return i;
    at -= weights[i];
  }
  return STEP_COMPOSE;
}

static void
close_day (Model *model)
{
  g_autofree char *key = NULL;

  if (model->step <= 30 || !model_chance (model, 0.3))
    return;
  key = g_strdup_printf ("day%u", model->step);
  /* the next morning, or so late that even the bookings for later are past */
  model_server_close_day (model, key,
                          model_now (model) + (model_chance (model, 0.5) ? 3600000 : 11 * 3600000));
}

static void
take_step (Model *model)
{
  ModelDevice *device
    = model->devices[g_rand_int_range (model->rand, 0, (gint32) model->n_devices)];
  ModelServer *server = &model->server;
  Step step = choose_step (model);

  if (model->trace
      && (step == STEP_RESTORE || step == STEP_FAIL_OVER || step == STEP_BACKUP
          || step == STEP_LOSE))
    g_print ("# %u %s, head %" G_GUINT64_FORMAT "\n", model->step,
             step == STEP_RESTORE     ? "backup restored"
             : step == STEP_FAIL_OVER ? "failover"
             : step == STEP_BACKUP    ? "backup"
                                      : "link lost",
             model_server_head (server));
  switch (step) {
  case STEP_COMPOSE:
    compose (model, device);
    break;
  case STEP_CONNECT:
    if (device->link == NULL)
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
    model_device_drop (device);
    break;
  case STEP_SERVER_CRASH:
    drop_all (model);
    model_server_rebuild (server);
    break;
  case STEP_FACT:
    if (model_chance (model, 0.3))
      tell_fact (model);
    else if (model_chance (model, 0.4))
      add_reservation (model);
    else
      change_reservation (model);
    break;
  case STEP_REPEAT_FACT:
    repeat_fact (model);
    break;
  case STEP_DAY:
    close_day (model);
    break;
  case STEP_BACKUP:
    model_server_backup (server);
    break;
  case STEP_RESTORE:
    if (server->has_backup) {
      drop_all (model);
      model_server_restore (server);
    }
    break;
  case STEP_FAIL_OVER:
    if (model_server_head (server) > 8) {
      drop_all (model);
      model_server_fail_over (server, model_server_head (server)
                                        - (guint64) g_rand_int_range (model->rand, 1, 6));
    }
    break;
  case STEP_WITHDRAW:
    model_device_withdraw (model, device);
    break;
  case STEP_REPEAT:
    model_device_repeat (model, device);
    break;
  case N_STEPS:
  default:
    g_assert_not_reached ();
  }

  model_check_state (model, server->state, "server");
  if (device->pos.is_set)
    model_check_state (model, model_device_screen (model, device), device->name);
  model_check_outbox (model, device);
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

      model_device_connect (model, device);
      while (model->violation == NULL && is_busy (model, device)) {
        deliver_up (model, device);
        model_server_send (model, device->link);
        deliver_down (model, device);
      }
    }
  }
}

char *
model_run (guint32 seed, guint steps, ModelBreak broken, gboolean trace, guint *outcomes)
{
  static const char *const names[] = { "A", "B", "C" };
  Model model = { .rand = g_rand_new_with_seed (seed), .broken = broken, .trace = trace };

  model_server_init (&model.server);
  model.n_devices = model_chance (&model, 0.5) ? 2 : 3;
  for (guint i = 0; i < model.n_devices; i++)
    model.devices[i] = model_device_new (names[i]);
  lay_floor (&model);
  for (guint i = 0; i < 3; i++)
    add_reservation (&model);
  for (guint i = 0; i < model.n_devices; i++)
    model_device_connect (&model, model.devices[i]);

  for (model.step = 0; model.step < steps && model.violation == NULL; model.step++)
    take_step (&model);
  if (model.violation == NULL)
    come_to_rest (&model);
  if (model.violation == NULL)
    model_check_rest (&model);

  for (guint i = 0; outcomes != NULL && i < 4; i++)
    outcomes[i] += model.outcomes[i];
  for (guint i = 0; i < model.n_devices; i++)
    model_device_free (model.devices[i]);
  model_server_clear (&model.server);
  g_rand_free (model.rand);
  return model.violation;
}
