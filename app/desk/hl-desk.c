/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desk itself: properties, start and end; the work is in
 * hl-desk-{follow,screen,lists,act,pair,damage}.c. */
#include "desk/hl-desk-private.h"

#include "domain/hl-evolve.h"
#include "link/hl-demo-link.h"
#include "link/hl-socket-link.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

G_DEFINE_FINAL_TYPE (HlDesk, hl_desk, G_TYPE_OBJECT)
G_DEFINE_QUARK (hl - desk - error - quark, hl_desk_error)

static GParamSpec *props[HL_DESK_N_PROPS];

enum {
  SIGNAL_DECIDED,
  SIGNAL_SHOWN,
  SIGNAL_CAUGHT_UP,
  SIGNAL_ATTENTION,
  SIGNAL_CALL_ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- properties ---- */

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
hl_desk_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HlDesk *self = HL_DESK (object);
  HlLocation *location = hl_state_get_location (self->screen);

  switch ((HlDeskProp)prop_id) {
  case HL_DESK_PROP_PAIRED:
    g_value_set_boolean (value, hl_desk_get_paired (self));
    break;
  case HL_DESK_PROP_DEMO:
    g_value_set_boolean (value, self->demo);
    break;
  case HL_DESK_PROP_READY:
    g_value_set_boolean (value, self->ready);
    break;
  case HL_DESK_PROP_LOCATION_ID:
    g_value_set_string (value, self->credentials != NULL
                                   ? self->credentials->location
                                   : or_empty (hl_location_get_id (location)));
    break;
  case HL_DESK_PROP_LOCATION_NAME: {
    const char *name = or_empty (hl_location_get_name (location));
    if (*name == '\0' && self->credentials != NULL)
      name = or_empty (self->credentials->location_name);
    g_value_set_string (value, name);
    break;
  }
  case HL_DESK_PROP_TIMEZONE:
    g_value_set_string (value, or_empty (hl_location_get_timezone (location)));
    break;
  case HL_DESK_PROP_LANGUAGE:
    g_value_set_string (value, or_empty (hl_location_get_language (location)));
    break;
  case HL_DESK_PROP_DEVICE_NAME:
    g_value_set_string (value,
                        self->credentials != NULL ? or_empty (self->credentials->device_name) : "");
    break;
  case HL_DESK_PROP_ROLE: {
    int role = HL_ROLE_STAFF;
    if (self->credentials != NULL)
      (void)hl_enum_parse (HL_TYPE_ROLE, self->credentials->role, &role);
    g_value_set_enum (value, role);
    break;
  }
  case HL_DESK_PROP_WHO:
    g_value_set_string (value, self->who);
    break;
  case HL_DESK_PROP_NOW:
    g_value_set_int64 (value, self->now);
    break;
  case HL_DESK_PROP_BUSINESS_DATE:
    g_value_set_string (value, or_empty (self->business_date));
    break;
  case HL_DESK_PROP_SHIFT:
    g_value_set_string (value, or_empty (self->shift));
    break;
  case HL_DESK_PROP_SEATED:
    g_value_set_int (value, self->seated);
    break;
  case HL_DESK_PROP_DUE:
    g_value_set_int (value, self->due);
    break;
  case HL_DESK_PROP_WAITING:
    g_value_set_int (value, self->waiting);
    break;
  case HL_DESK_PROP_CALLS_LIVE:
    g_value_set_int (value, self->calls_live);
    break;
  case HL_DESK_PROP_CALLS_NEEDING:
    g_value_set_int (value, self->calls_needing);
    break;
  case HL_DESK_PROP_PILL:
    g_value_set_enum (value, self->pill);
    break;
  case HL_DESK_PROP_UNSENT:
    g_value_set_int (value, self->unsent);
    break;
  case HL_DESK_PROP_TO_CHECK:
    g_value_set_int (value, self->to_check);
    break;
  case HL_DESK_PROP_CATCH_UP_DONE:
    g_value_set_int (value, self->catch_up_done);
    break;
  case HL_DESK_PROP_CATCH_UP_TOTAL:
    g_value_set_int (value, self->catch_up_total);
    break;
  case HL_DESK_PROP_CAUSE:
    g_value_set_enum (value, self->cause);
    break;
  case HL_DESK_PROP_OFFLINE_SINCE:
    g_value_set_int64 (value, self->offline_since);
    break;
  case HL_DESK_PROP_RETRY_AT:
    g_value_set_int64 (value, self->link != NULL ? hl_link_get_retry_at (self->link) : 0);
    break;
  case HL_DESK_PROP_CAUSE_DETAIL:
    g_value_set_string (value, self->link != NULL ? hl_link_get_detail (self->link) : "");
    break;
  case HL_DESK_PROP_AS_OF:
    g_value_set_int64 (value, self->as_of);
    break;
  case HL_DESK_PROP_AWAY_CHANGES:
    g_value_set_int (value, (int)self->away_changes);
    break;
  case HL_DESK_PROP_CAN_UNDO:
    g_value_set_boolean (value, self->can_undo);
    break;
  case HL_DESK_PROP_UNDO_KIND:
    g_value_set_enum (value, self->undo_kind);
    break;
  case HL_DESK_PROP_UNDO_NAME:
    g_value_set_string (value, or_empty (self->undo_name));
    break;
  case HL_DESK_PROP_UNDO_UNSENT:
    g_value_set_boolean (value, self->undo_unsent);
    break;
  case HL_DESK_PROP_QUOTE_2:
  case HL_DESK_PROP_QUOTE_4:
  case HL_DESK_PROP_QUOTE_6:
    g_value_set_int (value, self->quotes[prop_id - HL_DESK_PROP_QUOTE_2]);
    break;
  case HL_DESK_PROP_RTT:
    g_value_set_int (value, self->link != NULL ? hl_link_get_rtt (self->link) : -1);
    break;
  case HL_DESK_PROP_LINK_STATE:
    g_value_set_enum (value, hl_desk_get_link_state (self));
    break;
  case HL_DESK_PROP_ENDPOINT:
    g_value_set_string (value, or_empty (self->endpoint));
    break;
  case HL_DESK_PROP_STORAGE_NOTE:
    g_value_set_string (value, or_empty (self->storage_note));
    break;
  case HL_DESK_PROP_MAY_HAVE_LOST:
    g_value_set_boolean (value, self->damaged);
    break;
  case HL_DESK_PROP_STORAGE_ERROR:
    g_value_set_string (value, or_empty (self->storage_error));
    break;
  case HL_DESK_PROP_METERED:
    g_value_set_boolean (value, self->metered);
    break;
  case HL_DESK_PROP_CLOCK_OFF:
    g_value_set_int64 (value, self->clock_off);
    break;
  case HL_DESK_N_PROPS:
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hl_desk_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  HlDesk *self = HL_DESK (object);
  if (prop_id == HL_DESK_PROP_WHO)
    hl_desk_put_string (self, HL_DESK_PROP_WHO, &self->who, or_empty (g_value_get_string (value)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

void
hl_desk_notify_prop (HlDesk *self, HlDeskProp prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
hl_desk_put_int (HlDesk *self, HlDeskProp prop, int *field, int value)
{
  if (*field == value)
    return;
  *field = value;
  hl_desk_notify_prop (self, prop);
}

void
hl_desk_put_int64 (HlDesk *self, HlDeskProp prop, gint64 *field, gint64 value)
{
  if (*field == value)
    return;
  *field = value;
  hl_desk_notify_prop (self, prop);
}

void
hl_desk_put_string (HlDesk *self, HlDeskProp prop, char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  hl_desk_notify_prop (self, prop);
}

/* ---- small things ---- */

gint64
hl_desk_wall (HlDesk *self)
{
  return hl_clock_wall_ms () + (self->link != NULL ? hl_link_get_clock_offset (self->link) : 0);
}

static const char *
get_boot_id (void)
{
  static char *id = NULL;
  if (g_once_init_enter (&id)) {
    char *text = NULL;
    /* procfs never blocks */
    if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
      text = g_strdup ("");
    g_strstrip (text);
    g_once_init_leave (&id, text);
  }
  return id;
}

void
hl_desk_get_outbox_time (HlDesk *self, HlOutboxTime *time)
{
  time->wall = hl_desk_wall (self);
  time->boot = hl_clock_boot_us () / 1000;
  time->boot_id = get_boot_id ();
  time->offset = self->offset;
}

const char *
hl_desk_get_device (HlDesk *self)
{
  return self->credentials != NULL ? or_empty (self->credentials->device) : "";
}

const char *
hl_desk_get_location (HlDesk *self)
{
  const char *location = self->credentials != NULL ? self->credentials->location : NULL;

  return location != NULL && *location != '\0' ? location : NULL;
}

HlActor *
hl_desk_make_actor (HlDesk *self, const char *who, guint64 n)
{
  int role = HL_ROLE_STAFF;
  const char *name = who;
  HlActor *actor;

  if (self->credentials != NULL) {
    (void)hl_enum_parse (HL_TYPE_ROLE, self->credentials->role, &role);
    if (name == NULL || *name == '\0')
      name = self->credentials->device_name;
  }
  if (name == NULL || *name == '\0')
    name = hl_desk_get_device (self);
  actor = hl_actor_new ((HlRole)role, name, hl_desk_get_device (self), n);
  if (self->credentials != NULL)
    hl_actor_name_device (actor, self->credentials->device_name);
  return actor;
}

void
hl_desk_emit_decided (HlDesk *self, HlOutboxItem *item)
{
  g_signal_emit (self, signals[SIGNAL_DECIDED], 0, item);
}

void
hl_desk_emit_shown (HlDesk *self, HlActionKind kind, const char *id)
{
  g_signal_emit (self, signals[SIGNAL_SHOWN], 0, (int)kind, id);
}

void
hl_desk_emit_caught_up (HlDesk *self, guint changes)
{
  g_signal_emit (self, signals[SIGNAL_CAUGHT_UP], 0, changes);
}

void
hl_desk_emit_attention (HlDesk *self, HlCallCard *card, int priority)
{
  g_signal_emit (self, signals[SIGNAL_ATTENTION], 0, card, priority);
}

void
hl_desk_emit_call_ended (HlDesk *self, HlCallCard *card)
{
  g_signal_emit (self, signals[SIGNAL_CALL_ENDED], 0, card);
}

/* ---- life ---- */

static void
hl_desk_dispose (GObject *object)
{
  HlDesk *self = HL_DESK (object);

  self->closing = TRUE;
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->refresh_timer, g_source_remove);
  g_clear_handle_id (&self->ack_timer, g_source_remove);
  hl_desk_cancel_retries (self);
  if (self->link != NULL) {
    g_signal_handlers_disconnect_by_data (self->link, self);
    hl_link_set_hello (self->link, NULL, NULL);
    if (HL_IS_SOCKET_LINK (self->link))
      hl_socket_link_set_reload (HL_SOCKET_LINK (self->link), NULL, NULL);
    hl_link_set_wanted (self->link, FALSE);
    g_clear_object (&self->link);
  }
  hl_desk_fail_performs (self);
  g_clear_object (&self->pairing);
  g_clear_object (&self->local);
  G_OBJECT_CLASS (hl_desk_parent_class)->dispose (object);
}

static void
hl_desk_finalize (GObject *object)
{
  HlDesk *self = HL_DESK (object);

  hl_desk_drop_lists (self);
  g_clear_object (&self->alarm);
  g_clear_object (&self->presence);
  g_clear_object (&self->presence_session);
  g_clear_object (&self->base);
  g_clear_object (&self->screen);
  hl_position_free (self->position);
  hl_credentials_free (self->credentials);
  g_clear_pointer (&self->join, hl_snapshot_join_free);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->erased, g_ptr_array_unref);
  g_clear_pointer (&self->erasing, g_hash_table_unref);
  g_clear_pointer (&self->forgotten, g_ptr_array_unref);
  g_clear_pointer (&self->stripped, g_hash_table_unref);
  g_clear_pointer (&self->counters, g_hash_table_unref);
  g_clear_pointer (&self->sent, g_hash_table_unref);
  g_clear_pointer (&self->dirty, hl_touched_free);
  g_clear_pointer (&self->predicted, hl_touched_free);
  g_clear_pointer (&self->overlay, hl_overlay_free);
  g_clear_object (&self->history);
  g_clear_pointer (&self->unsent_ids, g_hash_table_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_array_unref (self->rtts);
  g_array_unref (self->latencies);
  g_free (self->data_dir);
  g_free (self->install_id);
  g_free (self->pairing_key);
  g_clear_pointer (&self->waiting_pairs, g_ptr_array_unref);
  g_free (self->who);
  g_free (self->session);
  g_free (self->zone_name);
  g_free (self->business_date);
  g_free (self->shift);
  g_free (self->undo_name);
  g_free (self->storage_error);
  g_free (self->storage_note);
  g_free (self->storage_raw);
  g_free (self->endpoint);
  G_OBJECT_CLASS (hl_desk_parent_class)->finalize (object);
}

static void
hl_desk_class_init (HlDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hl_desk_dispose;
  object_class->finalize = hl_desk_finalize;
  object_class->get_property = hl_desk_get_property;
  object_class->set_property = hl_desk_set_property;
#define BOOL(id, name) props[id] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags)
#define STRING(id, name) props[id] = g_param_spec_string (name, NULL, NULL, "", flags)
#define INT(id, name) props[id] = g_param_spec_int (name, NULL, NULL, G_MININT, G_MAXINT, 0, flags)
#define INT64(id, name)                                                                            \
  props[id] = g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags)
#define ENUM(id, name, type) props[id] = g_param_spec_enum (name, NULL, NULL, type, 0, flags)
  BOOL (HL_DESK_PROP_PAIRED, "paired");
  BOOL (HL_DESK_PROP_DEMO, "demo");
  BOOL (HL_DESK_PROP_READY, "ready");
  STRING (HL_DESK_PROP_LOCATION_ID, "location-id");
  STRING (HL_DESK_PROP_LOCATION_NAME, "location-name");
  STRING (HL_DESK_PROP_TIMEZONE, "timezone");
  STRING (HL_DESK_PROP_LANGUAGE, "language");
  STRING (HL_DESK_PROP_DEVICE_NAME, "device-name");
  ENUM (HL_DESK_PROP_ROLE, "role", HL_TYPE_ROLE);
  props[HL_DESK_PROP_WHO] = g_param_spec_string (
      "who", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  INT64 (HL_DESK_PROP_NOW, "now");
  STRING (HL_DESK_PROP_BUSINESS_DATE, "business-date");
  STRING (HL_DESK_PROP_SHIFT, "shift");
  INT (HL_DESK_PROP_SEATED, "seated");
  INT (HL_DESK_PROP_DUE, "due");
  INT (HL_DESK_PROP_WAITING, "waiting");
  INT (HL_DESK_PROP_CALLS_LIVE, "calls-live");
  INT (HL_DESK_PROP_CALLS_NEEDING, "calls-needing");
  ENUM (HL_DESK_PROP_PILL, "pill", HL_TYPE_PILL);
  INT (HL_DESK_PROP_UNSENT, "unsent");
  INT (HL_DESK_PROP_TO_CHECK, "to-check");
  INT (HL_DESK_PROP_CATCH_UP_DONE, "catch-up-done");
  INT (HL_DESK_PROP_CATCH_UP_TOTAL, "catch-up-total");
  ENUM (HL_DESK_PROP_CAUSE, "cause", HL_TYPE_LINK_CAUSE);
  INT64 (HL_DESK_PROP_OFFLINE_SINCE, "offline-since");
  INT64 (HL_DESK_PROP_RETRY_AT, "retry-at");
  STRING (HL_DESK_PROP_CAUSE_DETAIL, "cause-detail");
  INT64 (HL_DESK_PROP_AS_OF, "as-of");
  INT (HL_DESK_PROP_AWAY_CHANGES, "away-changes");
  BOOL (HL_DESK_PROP_CAN_UNDO, "can-undo");
  ENUM (HL_DESK_PROP_UNDO_KIND, "undo-kind", HL_TYPE_ACTION_KIND);
  STRING (HL_DESK_PROP_UNDO_NAME, "undo-name");
  BOOL (HL_DESK_PROP_UNDO_UNSENT, "undo-unsent");
  INT (HL_DESK_PROP_QUOTE_2, "quote-2");
  INT (HL_DESK_PROP_QUOTE_4, "quote-4");
  INT (HL_DESK_PROP_QUOTE_6, "quote-6");
  INT (HL_DESK_PROP_RTT, "rtt");
  ENUM (HL_DESK_PROP_LINK_STATE, "link-state", HL_TYPE_LINK_STATE);
  STRING (HL_DESK_PROP_ENDPOINT, "endpoint");
  STRING (HL_DESK_PROP_STORAGE_ERROR, "storage-error");
  STRING (HL_DESK_PROP_STORAGE_NOTE, "storage-note");
  BOOL (HL_DESK_PROP_MAY_HAVE_LOST, "may-have-lost");
  BOOL (HL_DESK_PROP_METERED, "metered");
  INT64 (HL_DESK_PROP_CLOCK_OFF, "clock-off");
  g_object_class_install_properties (object_class, HL_DESK_N_PROPS, props);
#define SIGNAL(id, name, n, ...)                                                                   \
  signals[id] = g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,   \
                              NULL, G_TYPE_NONE, n, __VA_ARGS__)
  SIGNAL (SIGNAL_DECIDED, "decided", 1, HL_TYPE_OUTBOX_ITEM);
  SIGNAL (SIGNAL_SHOWN, "shown", 2, HL_TYPE_ACTION_KIND, G_TYPE_STRING);
  SIGNAL (SIGNAL_CAUGHT_UP, "caught-up", 1, G_TYPE_UINT);
  SIGNAL (SIGNAL_ATTENTION, "attention", 2, HL_TYPE_CALL_CARD, G_TYPE_INT);
  SIGNAL (SIGNAL_CALL_ENDED, "call-ended", 1, HL_TYPE_CALL_CARD);
}

static void
hl_desk_init (HlDesk *self)
{
  self->base = hl_state_new ();
  self->screen = hl_state_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dirty = hl_touched_new ();
  self->predicted = hl_touched_new ();
  self->overlay = hl_overlay_new ();
  self->history = hl_history_new ();
  self->alarm = hl_alarm_new ();
  self->presence = hl_presence_new ();
  self->unsent_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->offset = HL_OFFSET_UNKNOWN;
  self->retry_ms = HL_DESK_RETRY_STORE_MS;
  self->rtts = g_array_new (FALSE, FALSE, sizeof (HlDeskSample));
  self->latencies = g_array_new (FALSE, FALSE, sizeof (HlDeskSample));
  self->zone = g_time_zone_new_utc ();
  self->zone_name = g_strdup ("");
  self->who = g_strdup ("");
  self->as_of = HL_TIME_NONE;
  self->cause = HL_LINK_CAUSE_STARTING;
  self->quotes[0] = self->quotes[1] = self->quotes[2] = -1;
  self->now = hl_clock_wall_ms ();
  g_queue_init (&self->performs);
  hl_desk_make_lists (self);
}

HlDesk *
hl_desk_new (const char *data_dir)
{
  HlDesk *self = g_object_new (HL_TYPE_DESK, NULL);
  self->data_dir = g_strdup (data_dir);
  return self;
}

HlDesk *
hl_desk_new_demo (void)
{
  HlDesk *self = g_object_new (HL_TYPE_DESK, NULL);
  g_autoptr (HlDemoLink) link = hl_demo_link_new (NULL);
  HlCredentials *credentials = hl_credentials_new ();

  self->demo = TRUE;
  credentials->device = g_strdup (hl_demo_link_get_device (link));
  credentials->device_name = g_strdup ("Stand 1");
  credentials->role = g_strdup ("manager");
  credentials->location = g_strdup (hl_demo_link_get_location (link));
  self->credentials = credentials;
  hl_desk_set_link (self, HL_LINK (link));
  self->now = hl_desk_wall (self);
  return self;
}

/* ---- start and end ---- */

static gboolean
on_tick (gpointer data)
{
  HlDesk *self = data;
  gint64 now = hl_desk_wall (self);

  hl_desk_put_int64 (self, HL_DESK_PROP_NOW, &self->now, now);
  (void)hl_overlay_expire (self->overlay, hl_clock_boot_us ());
  hl_desk_purge_old (self);
  hl_desk_erase (self);
  hl_desk_update_status (self);
  hl_desk_check_sounds (self);
  hl_desk_check_space (self);
  hl_desk_queue_refresh (self);
  /* On the second, so that all clocks of the window move together. */
  self->tick = g_timeout_add ((guint)(1000 - now % 1000), on_tick, self);
  return G_SOURCE_REMOVE;
}

static gboolean on_open_retry (gpointer data);

static void
on_local_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlLocalContents) contents = NULL;

  if (self->closing || self->local == NULL)
    return;
  contents = hl_local_open_finish (self->local, result, &error);
  self->opened = TRUE;
  if (contents == NULL) {
    hl_desk_set_storage_error (self, error);
    hl_desk_pair_opened (self);
    /* The disk may get room again, and the other program may end. */
    hl_retry_plan (&self->open_retry, self->retry_ms, on_open_retry, self);
    return;
  }
  hl_desk_set_storage_error (self, NULL);
  hl_desk_check_space (self);
  self->install_id = g_steal_pointer (&contents->install_id);
  self->counters = g_steal_pointer (&contents->counters);
  self->purged = contents->purged;
  if (contents->salvaged)
    hl_desk_note_damage (self);
  for (guint i = contents->lines->len; i > 0; i--) {
    HlCopyLine *line = g_ptr_array_index (contents->lines, i - 1);
    g_autoptr (HlTransition) transition = hl_desk_make_step (line);
    g_list_store_insert (self->transitions, 0, transition);
  }
  self->log_whole = contents->lines->len < HL_LOCAL_MAX_LINES;
  self->started = TRUE;
  hl_desk_load_items (self, contents->rows);
  hl_desk_load_copy (self, contents->copy);
  /* What was given from outside wins over what the folder holds. */
  if (self->credentials != NULL) {
    HlCredentials *given = g_steal_pointer (&self->credentials);
    /* The name that the server gave this token's device: the outbox belongs to it. */
    if (contents->credentials != NULL
        && g_strcmp0 (contents->credentials->token, given->token) == 0) {
      g_free (given->device);
      given->device = g_strdup (contents->credentials->device);
    }
    hl_desk_adopt_credentials (self, given);
  } else if (contents->credentials != NULL) {
    hl_desk_adopt_credentials (self, g_steal_pointer (&contents->credentials));
  }
  hl_desk_erase (self); /* what an earlier run was not done with */
  hl_desk_refresh_now (self);
  /* What can be undone is known only once there are a position and a screen. */
  hl_desk_update_outbox (self);
  self->tick = g_timeout_add ((guint)(1000 - hl_desk_wall (self) % 1000), on_tick, self);
  if (self->link != NULL)
    hl_link_set_wanted (self->link, TRUE);
  hl_desk_pair_opened (self);
}

static gboolean
on_open_retry (gpointer data)
{
  HlDesk *self = data;

  hl_local_open_async (self->local, on_local_opened, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
hl_desk_start (HlDesk *self)
{
  g_return_if_fail (self->local == NULL);
  self->local = hl_local_new (self->data_dir);
  hl_local_open_async (self->local, on_local_opened, g_object_ref (self));
}

static void
on_close_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HlDesk *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (hl_local_finish (self->local, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_close_link (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  HlDesk *self = g_task_get_source_object (task);

  if (self->local == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  if (self->events_since_snapshot > 0 && !self->copy_failed)
    hl_desk_store_snapshot (self);
  hl_local_close_async (self->local, on_close_stored, task);
}

void
hl_desk_close_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  self->closing = TRUE;
  g_cancellable_cancel (self->presence_ask);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->refresh_timer, g_source_remove);
  hl_desk_cancel_retries (self);
  if (HL_IS_SOCKET_LINK (self->link)) {
    hl_socket_link_close_async (HL_SOCKET_LINK (self->link), on_close_link, task);
    return;
  }
  if (self->link != NULL)
    hl_link_set_wanted (self->link, FALSE);
  on_close_link (NULL, NULL, task);
}

gboolean
hl_desk_close_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- getters ---- */

HlHistory *
hl_desk_get_history (HlDesk *self)
{
  return self->history;
}

HlState *
hl_desk_get_screen (HlDesk *self)
{
  return self->screen;
}

#define MODEL(name, field)                                                                         \
  GListModel *hl_desk_get_##name (HlDesk *self)                                                    \
  {                                                                                                \
    return G_LIST_MODEL (self->field);                                                             \
  }
MODEL (arrivals, arrivals)
MODEL (waitlist, waitlist)
MODEL (in_house, in_house)
MODEL (calls_needing, needing)
MODEL (calls_live, live)
MODEL (calls_recent, recent)
MODEL (tables, tables)
MODEL (sections, sections)
MODEL (rotation, rotation)
MODEL (covers, covers)
MODEL (notices, notices)
MODEL (orders, orders)
MODEL (disputes, disputes)
MODEL (outbox, outbox)
MODEL (transitions, transitions)
MODEL (endpoints, endpoints)

gboolean
hl_desk_get_paired (HlDesk *self)
{
  return self->demo || self->credentials != NULL;
}

gboolean
hl_desk_get_ready (HlDesk *self)
{
  return self->ready;
}

gint64
hl_desk_get_now (HlDesk *self)
{
  return self->now;
}

HlPill
hl_desk_get_pill (HlDesk *self)
{
  return self->pill;
}

HlLinkCause
hl_desk_get_cause (HlDesk *self)
{
  return self->cause;
}

HlLinkState
hl_desk_get_link_state (HlDesk *self)
{
  return self->link != NULL ? hl_link_get_state (self->link) : HL_LINK_STATE_IDLE;
}

int
hl_desk_get_unsent (HlDesk *self)
{
  return self->unsent;
}

int
hl_desk_get_to_check (HlDesk *self)
{
  return self->to_check;
}

GTimeZone *
hl_desk_get_timezone (HlDesk *self)
{
  return self->zone;
}

const char *const *
hl_desk_get_staff (HlDesk *self)
{
  return hl_location_get_staff (hl_state_get_location (self->screen));
}

void
hl_desk_clear_away (HlDesk *self)
{
  if (self->away_changes == 0)
    return;
  self->away_changes = 0;
  hl_desk_notify_prop (self, HL_DESK_PROP_AWAY_CHANGES);
}

void
hl_desk_reconnect_now (HlDesk *self)
{
  if (self->link != NULL && !self->closing)
    hl_link_reconnect_now (self->link);
}

char *
hl_desk_new_id (void)
{
  return hl_id_uuid4 ();
}
