/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk without link, store and rules: a room in which every state stands somewhere. */
#include "hl-staged-desk-private.h"

#include "domain/hl-evolve.h"
#include "local/hl-outbox-row.h"

static GParamSpec *properties[N_PROPS];

enum {
  DECIDED,
  SHOWN,
  CAUGHT_UP,
  ATTENTION,
  CALL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlDesk, hl_desk, G_TYPE_OBJECT)
G_DEFINE_QUARK (hl-desk-error-quark, hl_desk_error)

static void
hl_desk_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&HL_DESK (object)->values[id], value);
}

static void
hl_desk_finalize (GObject *object)
{
  HlDesk *self = HL_DESK (object);
  GListStore **lists[] = { &self->arrivals, &self->waitlist, &self->in_house, &self->needing,
                           &self->live,     &self->recent,   &self->tables,   &self->sections,
                           &self->disputes, &self->outbox,   &self->lines };

  for (guint id = 1; id < N_PROPS; id++)
    g_value_unset (&self->values[id]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_object (lists[i]);
  g_clear_object (&self->screen);
  g_clear_object (&self->history);
  g_clear_object (&self->alarm);
  g_clear_object (&self->presence);
  g_time_zone_unref (self->zone);
  g_clear_object (&self->transitions);
  g_clear_object (&self->endpoints);
  g_array_unref (self->samples);
  g_ptr_array_unref (self->performed);
  g_clear_error (&self->failure);
  G_OBJECT_CLASS (hl_desk_parent_class)->finalize (object);
}

#define STRING(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_string (name, NULL, NULL, value, flags)
#define INT(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_int (name, NULL, NULL, -1, G_MAXINT, value, flags)
#define TIME(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, value, flags)
#define BOOL(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_boolean (name, NULL, NULL, value, flags)
#define ENUM(NAME, name, type, value) \
  properties[PROP_##NAME] = g_param_spec_enum (name, NULL, NULL, type, value, flags)

static void
hl_desk_class_init (HlDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hl_desk_get_property;
  object_class->finalize = hl_desk_finalize;
  BOOL (PAIRED, "paired", TRUE);
  BOOL (DEMO, "demo", TRUE);
  BOOL (READY, "ready", TRUE);
  STRING (LOCATION_NAME, "location-name", "Ocean Ave");
  STRING (SHIFT, "shift", "Dinner");
  TIME (NOW, "now", HL_STAGED_NOW);
  INT (SEATED, "seated", 86);
  INT (DUE, "due", 41);
  INT (WAITING, "waiting", 5);
  INT (CALLS_LIVE, "calls-live", 3);
  INT (CALLS_NEEDING, "calls-needing", 1);
  ENUM (PILL, "pill", HL_TYPE_PILL, HL_PILL_LIVE);
  INT (UNSENT, "unsent", 0);
  INT (TO_CHECK, "to-check", 0);
  INT (CATCH_UP_DONE, "catch-up-done", 0);
  INT (CATCH_UP_TOTAL, "catch-up-total", 0);
  ENUM (CAUSE, "cause", HL_TYPE_LINK_CAUSE, HL_LINK_CAUSE_NONE);
  TIME (OFFLINE_SINCE, "offline-since", 0);
  TIME (RETRY_AT, "retry-at", 0);
  TIME (AS_OF, "as-of", G_MININT64);
  BOOL (CAN_UNDO, "can-undo", TRUE);
  ENUM (UNDO_KIND, "undo-kind", HL_TYPE_ACTION_KIND, HL_ACTION_SEAT);
  STRING (UNDO_NAME, "undo-name", "Ng");
  INT (QUOTE_2, "quote-2", 15);
  INT (QUOTE_4, "quote-4", 35);
  INT (QUOTE_6, "quote-6", 60);
  INT (RTT, "rtt", 4);
  ENUM (LINK_STATE, "link-state", HL_TYPE_LINK_STATE, HL_LINK_STATE_LIVE);
  STRING (ENDPOINT, "endpoint", "https://192.168.1.10:8443");
  STRING (STORAGE_ERROR, "storage-error", "");
  STRING (STORAGE_NOTE, "storage-note", "");
  BOOL (MAY_HAVE_LOST, "may-have-lost", FALSE);
  ENUM (ROLE, "role", HL_TYPE_ROLE, HL_ROLE_STAFF);
  STRING (WHO, "who", "Ana");
  STRING (DEVICE_NAME, "device-name", "Stand 1");
  BOOL (UNDO_UNSENT, "undo-unsent", FALSE);
  TIME (CLOCK_OFF, "clock-off", 0);
  BOOL (METERED, "metered", FALSE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DECIDED] = g_signal_new ("decided", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, HL_TYPE_OUTBOX_ITEM);
  signals[SHOWN] = g_signal_new ("shown", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, HL_TYPE_ACTION_KIND, G_TYPE_STRING);
  signals[CAUGHT_UP] = g_signal_new ("caught-up", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ATTENTION] = g_signal_new ("attention", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 2, HL_TYPE_CALL_CARD, G_TYPE_INT);
  signals[CALL_ENDED] = g_signal_new ("call-ended", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, HL_TYPE_CALL_CARD);
}

static void
hl_desk_init (HlDesk *self)
{
  for (guint id = 1; id < N_PROPS; id++) {
    g_value_init (&self->values[id], G_PARAM_SPEC_VALUE_TYPE (properties[id]));
    g_param_value_set_default (properties[id], &self->values[id]);
  }
  self->screen = hl_state_new ();
  self->history = hl_history_new ();
  self->alarm = hl_alarm_new ();
  self->presence = hl_presence_new ();
  hl_history_begin (self->history, HL_STAGED_NOW - 180 * HL_STAGED_MINUTE);
  self->zone = g_time_zone_new_identifier ("America/Los_Angeles");
  self->arrivals = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->waitlist = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->in_house = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->needing = g_list_store_new (HL_TYPE_CALL_CARD);
  self->live = g_list_store_new (HL_TYPE_CALL_CARD);
  self->recent = g_list_store_new (HL_TYPE_CALL_CARD);
  self->tables = g_list_store_new (HL_TYPE_TABLE_TOKEN);
  self->sections = g_list_store_new (HL_TYPE_SECTION_ROW);
  self->disputes = g_list_store_new (HL_TYPE_DISPUTE);
  self->outbox = g_list_store_new (HL_TYPE_OUTBOX_ITEM);
  self->lines = g_list_store_new (HL_TYPE_TRANSCRIPT_LINE);
  self->transitions = g_list_store_new (HL_TYPE_TRANSITION);
  self->endpoints = g_list_store_new (HL_TYPE_ENDPOINT);
  self->samples = g_array_new (FALSE, TRUE, sizeof (HlDeskSample));
  self->performed = g_ptr_array_new_with_free_func (g_free);
  hl_staged_room (self);
  hl_staged_people (self);
  hl_staged_phone (self);
}

HlDesk *
hl_desk_new (const char *data_dir)
{
  return g_object_new (HL_TYPE_DESK, NULL);
}

HlDesk *
hl_desk_new_demo (void)
{
  return hl_desk_new (NULL);
}

void
hl_staged_desk_set (HlDesk *self, const char *property, const GValue *value)
{
  for (guint id = 1; id < N_PROPS; id++)
    if (g_str_equal (properties[id]->name, property)) {
      g_value_copy (value, &self->values[id]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
      return;
    }
  g_assert_not_reached ();
}

void
hl_staged_desk_set_link (HlDesk *self, HlPill pill, HlLinkCause cause, HlLinkState state,
                         gint64 since, int unsent, int to_check)
{
  g_value_set_enum (&self->values[PROP_PILL], pill);
  g_value_set_enum (&self->values[PROP_CAUSE], cause);
  g_value_set_enum (&self->values[PROP_LINK_STATE], state);
  g_value_set_int64 (&self->values[PROP_OFFLINE_SINCE], since);
  g_value_set_int (&self->values[PROP_UNSENT], unsent);
  g_value_set_int (&self->values[PROP_TO_CHECK], to_check);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAUSE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PILL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}

static void
list_disputes (HlDesk *self)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (self->screen, HL_TYPE_DISPUTE), &n);
  GListModel *shown = G_LIST_MODEL (self->disputes);

  for (guint i = 0; i < n; i++) {
    gboolean open = hl_dispute_get_state (HL_DISPUTE (disputes[i])) == HL_DISPUTE_STATE_OPEN;
    guint at = 0;

    if (g_list_store_find (self->disputes, disputes[i], &at) == open)
      continue;
    if (open)
      g_list_store_append (self->disputes, disputes[i]);
    else
      g_list_store_remove (self->disputes, at);
  }
  g_value_set_int (&self->values[PROP_TO_CHECK], (int) g_list_model_get_n_items (shown));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TO_CHECK]);
}

void
hl_staged_desk_apply (HlDesk *self, HlEventKind kind, const char *data)
{
  hl_staged_desk_apply_as (self, "Ana", 0, kind, data);
}

void
hl_staged_desk_apply_as (HlDesk *self, const char *who, int waited_min, HlEventKind kind, const char *data)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_STAFF, who, "stand-1", self->seq + 1);
  g_autofree char *id = NULL;
  g_autofree char *text = g_strdelimit (g_strdup (data), "'", '"');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);
  g_autoptr (HlEvent) event = NULL;

  g_assert_no_error (error);
  self->seq++;
  id = g_strdup_printf ("e%" G_GUINT64_FORMAT, self->seq);
  event = hl_event_new (self->seq, id, kind, HL_STAGED_NOW - waited_min * HL_STAGED_MINUTE, HL_STAGED_NOW, actor, id, TRUE,
                        json_node_get_object (node));
  hl_history_add (self->history, self->screen, event);
  hl_history_tell (self->history);
  hl_evolve (self->screen, event);
  list_disputes (self);
}

HlOutboxItem *
hl_staged_desk_add_item (HlDesk *self, const char *id, const char *action, const char *label,
                         HlItemState state, int outcome, int reason, const char *detail)
{
  g_autofree char *text = g_strdelimit (g_strdup (action), "'", '"');
  g_autofree char *more = detail != NULL ? g_strdelimit (g_strdup (detail), "'", '"') : NULL;
  HlOutboxRow row = {
    .device = (char *) "stand-1", .n = ++self->seq, .id = (char *) id, .state = state,
    .action = text, .label = (char *) label, .outcome = outcome, .reason = reason, .detail = more,
    .composed_at = HL_STAGED_NOW - 3 * HL_STAGED_MINUTE, .decided_at = HL_STAGED_NOW - 3 * HL_STAGED_MINUTE, .boot_id = (char *) "b",
  };
  HlOutboxItem *item = hl_outbox_item_new (&row);

  g_list_store_insert (self->outbox, 0, item);
  g_object_unref (item);
  return item;
}

void
hl_staged_desk_add_step (HlDesk *self, int minutes_ago, HlLinkState from, HlLinkState to,
                         HlLinkCause cause)
{
  g_autoptr (HlTransition) step = hl_transition_new (HL_STAGED_NOW - minutes_ago * HL_STAGED_MINUTE, from, to, cause,
                                                     "https://192.168.1.10:8443", "", 0, 60000);
  HlDeskSample sample = { HL_STAGED_NOW - minutes_ago * HL_STAGED_MINUTE, 4 + minutes_ago };

  g_list_store_insert (self->transitions, 0, step);
  g_array_append_val (self->samples, sample);
}

void
hl_staged_desk_keep_steps (HlDesk *self, guint n)
{
  self->log_in_file = n;
}

GPtrArray *
hl_staged_desk_get_performed (HlDesk *self)
{
  return self->performed;
}

void
hl_desk_start (HlDesk *self)
{
}

#define LIST(name, member)                   \
  GListModel *hl_desk_get_##name (HlDesk *s) \
  {                                          \
    return G_LIST_MODEL (s->member);         \
  }
LIST (arrivals, arrivals)
LIST (waitlist, waitlist)
LIST (in_house, in_house)
LIST (calls_needing, needing)
LIST (calls_live, live)
LIST (calls_recent, recent)
LIST (tables, tables)
LIST (sections, sections)
LIST (disputes, disputes)
LIST (outbox, outbox)
LIST (transitions, transitions)
LIST (endpoints, endpoints)

GListModel *
hl_desk_get_transcript (HlDesk *self, const char *call_id)
{
  return G_LIST_MODEL (g_object_ref (self->lines));
}

HlHistory *
hl_desk_get_history (HlDesk *self)
{
  return self->history;
}

HlPresence *
hl_desk_get_presence (HlDesk *self)
{
  return self->presence;
}

void
hl_desk_ask_presence (HlDesk *self)
{
}

HlAlarm *
hl_desk_get_alarm (HlDesk *self)
{
  return self->alarm;
}

void
hl_desk_mute (HlDesk *self, int minutes)
{
  hl_alarm_mute (self->alarm, minutes, 1000, HL_STAGED_NOW);
}

HlState *
hl_desk_get_screen (HlDesk *self)
{
  return self->screen;
}

static gpointer
find (GListStore *list, guint prop_id, const char *value)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlRow) row = g_list_model_get_item (G_LIST_MODEL (list), i);

    if (g_strcmp0 (hl_row_get_string (row, prop_id), value) == 0)
      return row;
  }
  return NULL;
}

HlTableToken *
hl_desk_find_table (HlDesk *self, const char *table_id)
{
  return find (self->tables, HL_TABLE_TOKEN_TABLE_ID, table_id);
}

HlTableToken *
hl_desk_find_table_by_label (HlDesk *self, const char *label)
{
  return find (self->tables, HL_TABLE_TOKEN_LABEL, label);
}

HlGuestRow *
hl_desk_find_guest (HlDesk *self, const char *id)
{
  return find (self->in_house, HL_GUEST_ROW_ID, id);
}

HlCallCard *
hl_desk_find_call (HlDesk *self, const char *call_id)
{
  GListStore *lists[] = { self->needing, self->live, self->recent };
  HlCallCard *card = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lists) && card == NULL; i++)
    card = find (lists[i], HL_CALL_CARD_CALL_ID, call_id);
  return card;
}

const HlDeskSample *
hl_desk_get_rtts (HlDesk *self, gsize *n)
{
  *n = self->samples->len;
  return (const HlDeskSample *) self->samples->data;
}

const HlDeskSample *
hl_desk_get_latencies (HlDesk *self, gsize *n)
{
  return hl_desk_get_rtts (self, n);
}

guint
hl_desk_count_reconnects (HlDesk *self, gint64 since)
{
  return 3;
}

void
hl_desk_get_totals (HlDesk *self, HlDeskTotals *totals)
{
  *totals = (HlDeskTotals) { .composed = 45, .applied = 38, .refused = 2, .review = 1, .waiting = 4 };
}

void
hl_desk_load_log_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  for (guint i = 0; i < self->log_in_file; i++) {
    gint64 at = HL_STAGED_NOW - (60 + 10 * (gint64) i) * HL_STAGED_MINUTE;
    g_autoptr (HlTransition) step
        = hl_transition_new (at, i % 2 ? HL_LINK_STATE_LIVE : HL_LINK_STATE_WAITING,
                             i % 2 ? HL_LINK_STATE_WAITING : HL_LINK_STATE_LIVE,
                             i % 2 ? HL_LINK_CAUSE_NO_ANSWER : HL_LINK_CAUSE_NONE,
                             "https://192.168.1.10:8443", "", 0, 600000);

    g_list_store_append (self->transitions, step);
  }
  self->log_in_file = 0;
  g_task_return_boolean (task, TRUE);
}

gboolean
hl_desk_load_log_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
hl_desk_get_log_whole (HlDesk *self)
{
  return self->log_in_file == 0;
}

gboolean
hl_desk_get_paired (HlDesk *self)
{
  return g_value_get_boolean (&self->values[PROP_PAIRED]);
}

gint64
hl_desk_get_now (HlDesk *self)
{
  return g_value_get_int64 (&self->values[PROP_NOW]);
}

HlPill
hl_desk_get_pill (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_PILL]);
}

HlLinkCause
hl_desk_get_cause (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_CAUSE]);
}

HlLinkState
hl_desk_get_link_state (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_LINK_STATE]);
}

int
hl_desk_get_unsent (HlDesk *self)
{
  return g_value_get_int (&self->values[PROP_UNSENT]);
}

int
hl_desk_get_to_check (HlDesk *self)
{
  return g_value_get_int (&self->values[PROP_TO_CHECK]);
}

GTimeZone *
hl_desk_get_timezone (HlDesk *self)
{
  return self->zone;
}
