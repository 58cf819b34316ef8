/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDelivery: one subscriber, to whom a location's events are pushed in order, one request at a time. */
#include "push/hl-delivery.h"

#include <hl-config.h>

#include "push/hl-webhook.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS (10 * 60 * 1000)
/* A wall clock that jumps is no reason to give up. */
#define GIVE_UP_ATTEMPTS 10
/* After the store did not take the cursor, or could not be read. */
#define STORE_RETRY_US (5 * G_USEC_PER_SEC)
/* Of an answer nothing is used; so much is read, that the connection can be used again. What is longer is cut. */
#define ANSWER_BYTES 4096
#define ANSWER_READS 4
#define STATUS_GONE 410

struct _HlDelivery {
  grefcount          refs;
  HlDeliveryContext *context;
  HlSubscriberInfo  *info;     /* as it will be written down */
  guint64            head;
  guint64            last;     /* of the delivery that was begun; 0: none yet */
  gboolean           single;   /* after a start: what was sent before it, if anything, was one unit */
  gboolean           dirty;    /* info is not written down */
  gboolean           busy;
  gboolean           stopped;
  gboolean           disabling; /* the row does not say so yet */
  gint64             wait_until;  /* boot time; nothing is sent before */
  gint64             write_after; /* likewise; nothing is written down before */
  HlTimer            wait;
  HlTimer            timeout;
  GCancellable      *cancellable; /* of the request */
  SoupMessage       *message;
  GBytes            *body;
  guint              answer_reads;
  guint8             answer[ANSWER_BYTES];
};

static void pump (HlDelivery *self);
static void on_wait_over (HlTimer *timer, gpointer data);
static void on_timeout (HlTimer *timer, gpointer data);

static HlDelivery *
hold (HlDelivery *self)
{
  self->busy = TRUE;
  self->context->busy++;
  g_ref_count_inc (&self->refs);
  return self;
}

static void
unref (HlDelivery *self)
{
  if (!g_ref_count_dec (&self->refs)) {
    return;
  }
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->body, g_bytes_unref);
  hl_subscriber_info_free (self->info);
  g_free (self);
}

/* The end of what hold() began; @self may be gone afterwards. */
static void
let_go (HlDelivery *self)
{
  self->busy = FALSE;
  self->context->busy--;
  if (!self->stopped) {
    pump (self);
  }
  unref (self);
}

static void
wait_for (HlDelivery *self, gint64 us)
{
  self->wait_until = hl_clock_boot_us () + us;
}

/* ---- writing down ---- */

typedef struct {
  HlRegistry       *registry;
  HlSubscriberInfo *info;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  hl_subscriber_info_free (note->info);
  g_free (note);
}

static gboolean
write_note (HlWriter *writer, HlStore *store, gpointer data)
{
  Note *note = data;
  g_autoptr (GError) error = NULL;

  if (!hl_registry_note_subscriber (note->registry, note->info, &error)) {
    hl_log (HL_LOG_WARNING, "push", "a subscriber's cursor is not written now", "subscriber", note->info->id, "error",
            error->message, NULL);
    return FALSE;
  }
  return TRUE;
}

static void
on_noted (gboolean committed, gpointer data, gpointer user_data)
{
  HlDelivery *self = user_data;

  if (!committed) {
    self->dirty = TRUE;
    self->write_after = hl_clock_boot_us () + STORE_RETRY_US;
  } else if (((Note *) data)->info->disabled != HL_REGISTRY_NEVER) {
    self->disabling = FALSE;
  }
  let_go (self);
}

static void
write_down (HlDelivery *self)
{
  Note *note = g_new (Note, 1);

  note->registry = self->context->registry;
  note->info = hl_subscriber_info_copy (self->info);
  self->dirty = FALSE;
  hl_writer_call (self->context->writer, write_note, note, note_free, on_noted, hold (self));
}

/* ---- what came of a request ---- */

static void
count (HlDelivery *self, const char *result)
{
  hl_metrics_inc (hl_metrics_get (self->context->deliveries, result, NULL));
}

static void
note_attempt (HlDelivery *self, guint status, const char *problem)
{
  self->info->last_at = hl_clock_wall_ms ();
  self->info->last_status = status;
  g_free (self->info->last_error);
  self->info->last_error = g_strdup (problem);
  self->dirty = TRUE;
}

static void
disable (HlDelivery *self, char *reason)
{
  self->info->disabled = hl_clock_wall_ms ();
  g_free (self->info->disabled_reason);
  self->info->disabled_reason = reason;
  self->info->next_at = HL_REGISTRY_NEVER;
  self->disabling = TRUE;
  hl_log (HL_LOG_ERROR, "push", "a subscriber is disabled", "subscriber", self->info->id, "location", self->info->location,
          "reason", reason, NULL);
}

static gint64
choose_delay_ms (HlDelivery *self, guint retry_after)
{
  gint64 most = MIN ((gint64) FIRST_RETRY_MS << MIN (self->info->attempts - 1, 20), LAST_RETRY_MS);
  gint64 delay = most / 2 + hl_id_random_below (most / 2 + 1);
  gint64 told = 0;

  /* everybody was told the same number: not all at once */
  if (retry_after > 0)
    told = (gint64) retry_after * 1000 + hl_id_random_below (retry_after * 200 + 1);
  return MAX (delay, told);
}

static void
fail (HlDelivery *self, guint status, const char *problem, guint retry_after)
{
  gint64 now = hl_clock_wall_ms ();

  note_attempt (self, status, problem);
  self->info->attempts++;
  count (self, "failed");
  if (self->info->failing_since == HL_REGISTRY_NEVER) {
    self->info->failing_since = now;
  }
  if (status == STATUS_GONE) {
    disable (self, g_strdup ("The receiver answered 410: it does not want events any more."));
  } else if (now - self->info->failing_since >= HL_DELIVERY_GIVE_UP_MS && self->info->attempts >= GIVE_UP_ATTEMPTS) {
    disable (self, g_strdup_printf ("Nothing could be delivered for three days; the last time: %s.", problem));
  } else {
    gint64 delay = choose_delay_ms (self, retry_after);

    self->info->next_at = now + delay;
    wait_for (self, delay * 1000);
  }
  hl_log (HL_LOG_WARNING, "push", "a delivery failed", "subscriber", self->info->id, "location", self->info->location, "problem",
          problem, "attempts", HL_LOG_UINT (self->info->attempts), NULL);
}

static void
succeed (HlDelivery *self, guint status)
{
  note_attempt (self, status, NULL);
  count (self, "ok");
  self->info->seq = self->last;
  self->info->planned = 0;
  self->info->attempts = 0;
  self->info->delivered++;
  self->info->failing_since = HL_REGISTRY_NEVER;
  self->info->next_at = HL_REGISTRY_NEVER;
  self->last = 0;
  self->single = FALSE;
}

/* ---- the request ---- */

static void
on_answer_closed (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  HlDelivery *self = user_data;

  g_input_stream_close_finish (G_INPUT_STREAM (stream), result, NULL);
  hl_reactor_disarm (self->context->reactor, &self->timeout);
  g_clear_object (&self->cancellable);
  let_go (self);
}

static void
on_answer_read (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  HlDelivery *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);

  if (n > 0 && ++self->answer_reads < ANSWER_READS) {
    g_input_stream_read_async (G_INPUT_STREAM (stream), self->answer, sizeof self->answer, G_PRIORITY_DEFAULT,
                               self->cancellable, on_answer_read, self);
    return;
  }
  if (n > 0) {
    g_cancellable_cancel (self->cancellable); /* closing would read on to the end */
  }
  /* never left to the last unref, which would close, and so read on, without returning meanwhile */
  g_input_stream_close_async (G_INPUT_STREAM (stream), G_PRIORITY_DEFAULT, self->cancellable, on_answer_closed, self);
}

static void
judge (HlDelivery *self, guint status)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  g_autofree char *problem = g_strdup_printf ("HTTP %u%s", status, SOUP_STATUS_IS_REDIRECTION (status) ? ", a redirect" : "");

  if (SOUP_STATUS_IS_SUCCESSFUL (status)) {
    succeed (self, status);
  } else {
    fail (self, status, problem,
          hl_webhook_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"), hl_clock_wall_ms () / 1000));
  }
}

static void
on_answered (GObject *session, GAsyncResult *result, gpointer user_data)
{
  HlDelivery *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (session), result, &error);

  if (stream != NULL && !self->stopped) {
    judge (self, soup_message_get_status (self->message));
  } else if (!self->stopped) {
    fail (self, 0, g_cancellable_is_cancelled (self->cancellable) ? "no answer within 10 seconds" : error->message, 0);
  }
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_bytes_unref);
  if (stream != NULL) {
    self->answer_reads = 0;
    g_input_stream_read_async (stream, self->answer, sizeof self->answer, G_PRIORITY_DEFAULT, self->cancellable, on_answer_read,
                               self);
    return;
  }
  hl_reactor_disarm (self->context->reactor, &self->timeout);
  g_clear_object (&self->cancellable);
  let_go (self);
}

static void
on_timeout (HlTimer *timer, gpointer data)
{
  HlDelivery *self = data;

  if (self->cancellable != NULL) {
    g_cancellable_cancel (self->cancellable);
  }
}

static void
set_headers (HlDelivery *self)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (self->message);
  gint64 now = hl_clock_wall_ms () / 1000;
  g_autofree char *id = g_strdup_printf ("%s.%" G_GUINT64_FORMAT, self->info->epoch, self->last);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, now);
  g_autofree const char **secrets =
    hl_registry_choose_valid (self->info->secrets, self->info->secret_ends, hl_clock_wall_ms ());
  g_autofree char *signature = hl_webhook_sign (secrets, id, now, self->body);

  soup_message_headers_replace (headers, "User-Agent", "Hostline/" HL_VERSION);
  soup_message_headers_replace (headers, "webhook-id", id);
  soup_message_headers_replace (headers, "webhook-timestamp", time);
  soup_message_headers_replace (headers, "webhook-signature", signature);
  soup_message_set_request_body_from_bytes (self->message, "application/json", self->body);
}

static void
send_body (HlDelivery *self)
{
  g_autoptr (GError) error = NULL;

  if (!hl_webhook_check_url (self->info->url, self->context->allow_http, &error)) {
    fail (self, 0, "the URL is not allowed (any more)", 0);
    g_clear_pointer (&self->body, g_bytes_unref);
    pump (self);
    return;
  }
  self->message = soup_message_new (SOUP_METHOD_POST, self->info->url);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  set_headers (self);
  self->cancellable = g_cancellable_new ();
  hl_reactor_arm (self->context->reactor, &self->timeout, hl_clock_boot_us () + HL_DELIVERY_TIMEOUT_US);
  soup_session_send_async (self->context->session, self->message, G_PRIORITY_DEFAULT, self->cancellable, on_answered,
                           hold (self));
}

/* ---- what to send ---- */

typedef struct {
  char      *location;
  guint64    after;
  guint64    until;   /* last of a delivery that was begun; 0: choose */
  gboolean   single;
  /* found */
  char      *epoch;
  GPtrArray *rows;    /* of HlStoreRow; NULL: cannot be read */
  guint64    floor;   /* not 0: what was to be sent is gone */
  gboolean   several; /* units */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->location);
  g_free (reading->epoch);
  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  g_free (reading);
}

static void
cut (Reading *reading)
{
  guint n = reading->rows->len;
  guint ends = 0;

  for (guint i = 0; i < reading->rows->len; i++) {
    const HlStoreRow *row = g_ptr_array_index (reading->rows, i);

    if (reading->until > 0 && row->seq > reading->until) {
      n = i;
      break;
    }
    ends += row->end;
    if (row->end && reading->until == 0 && reading->single) {
      n = i + 1;
      break;
    }
  }
  g_ptr_array_set_size (reading->rows, n);
  reading->several = ends > 1;
}

static void
read_rows (HlStore *store, gpointer data)
{
  Reading *reading = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = hl_store_get_head (store, reading->location, &error);

  if (head == NULL) {
    return;
  }
  reading->epoch = g_strdup (head->epoch);
  /* a delivery that was begun is read to its end, however much it was */
  reading->rows = hl_store_read_units (store, reading->location, reading->after,
                                       reading->until > 0 ? (guint) MIN (reading->until - reading->after, 1000)
                                                          : HL_DELIVERY_EVENTS,
                                       reading->until > 0 ? 4 * HL_DELIVERY_BYTES : HL_DELIVERY_BYTES, &error);
  if (reading->rows == NULL && g_error_matches (error, HL_STORE_ERROR, HL_STORE_ERROR_BELOW_FLOOR)) {
    reading->floor = hl_store_get_floor (store, reading->location, NULL);
  }
  if (reading->rows != NULL) {
    cut (reading);
  }
}

static void
skip_to_floor (HlDelivery *self, guint64 floor)
{
  g_autofree char *text = g_strdup_printf ("events up to %" G_GUINT64_FORMAT " were purged before they could be delivered",
                                           floor - 1);

  hl_log (HL_LOG_WARNING, "push", text, "subscriber", self->info->id, "location", self->info->location, NULL);
  self->info->seq = floor - 1;
  self->info->planned = 0;
  self->last = 0;
  note_attempt (self, self->info->last_status, text);
}

static void
take_rows (HlDelivery *self, Reading *reading)
{
  const HlStoreRow *last = g_ptr_array_index (reading->rows, reading->rows->len - 1);

  if (g_strcmp0 (self->info->epoch, reading->epoch) != 0) {
    /* restored from a backup, and this cursor with it: the same log goes on under another name */
    g_free (self->info->epoch);
    self->info->epoch = g_strdup (reading->epoch);
    self->dirty = TRUE;
  }
  if (self->last == 0) {
    self->last = last->seq;
    self->dirty = self->dirty || reading->several;
    self->info->planned = reading->several ? last->seq : 0;
  }
  self->body = hl_webhook_make_body (self->info->location, self->info->epoch, reading->rows);
}

static void
on_rows_read (gpointer data, gpointer user_data)
{
  HlDelivery *self = user_data;
  Reading *reading = data;

  if (reading->floor > self->info->seq + 1) {
    skip_to_floor (self, reading->floor);
  } else if (reading->rows == NULL) {
    wait_for (self, STORE_RETRY_US);
  } else if (reading->rows->len == 0) {
    self->head = self->info->seq; /* a log that was restored to before the cursor; the next append tells more */
    self->last = 0;
  } else {
    take_rows (self, reading);
  }
  let_go (self);
}

static void
read_next (HlDelivery *self)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->location = g_strdup (self->info->location);
  reading->after = self->info->seq;
  reading->until = self->last;
  reading->single = self->single;
  hl_reader_call (self->context->reader, read_rows, reading, reading_free, on_rows_read, hold (self));
}

/* ---- one thing after the other ---- */

/* What was read, written down and sent are steps of one delivery; each step ends here. */
static void
pump (HlDelivery *self)
{
  gint64 now = hl_clock_boot_us ();

  if (self->busy || self->stopped) {
    return;
  }
  if (self->dirty && now < self->write_after) {
    hl_reactor_arm (self->context->reactor, &self->wait, self->write_after);
  } else if (self->dirty && (self->body != NULL || self->head <= self->info->seq || self->wait_until > now ||
                      self->info->disabled != HL_REGISTRY_NEVER)) {
    write_down (self);
  } else if (self->info->disabled != HL_REGISTRY_NEVER) {
    return;
  } else if (self->wait_until > now) {
    hl_reactor_arm (self->context->reactor, &self->wait, self->wait_until);
  } else if (self->body != NULL) {
    send_body (self);
  } else if (self->head > self->info->seq) {
    read_next (self);
  }
}

static void
on_wait_over (HlTimer *timer, gpointer data)
{
  pump (data);
}

/* ---- life ---- */

HlDelivery *
hl_delivery_new (HlDeliveryContext *context, const HlSubscriberInfo *info)
{
  HlDelivery *self = g_new0 (HlDelivery, 1);
  gint64 wait = info->next_at - hl_clock_wall_ms ();

  g_ref_count_init (&self->refs);
  self->context = context;
  self->info = hl_subscriber_info_copy (info);
  self->head = info->head;
  self->last = info->planned > info->seq ? info->planned : 0;
  self->single = TRUE;
  hl_timer_init (&self->wait, on_wait_over, self);
  hl_timer_init (&self->timeout, on_timeout, self);
  if (info->next_at != HL_REGISTRY_NEVER && wait > 0) {
    /* never longer than was chosen then: the clock may have been set back since */
    gint64 chosen = MAX (info->next_at - info->last_at, 0);

    wait_for (self, MIN (MIN (wait, chosen), LAST_RETRY_MS) * 1000);
  }
  pump (self);
  return self;
}

void
hl_delivery_stop (HlDelivery *self)
{
  self->stopped = TRUE;
  hl_reactor_disarm (self->context->reactor, &self->wait);
  hl_reactor_disarm (self->context->reactor, &self->timeout);
  if (self->cancellable != NULL) {
    g_cancellable_cancel (self->cancellable);
  }
  unref (self);
}

const char *
hl_delivery_get_location (HlDelivery *self)
{
  return self->info->location;
}

guint64
hl_delivery_get_lag (HlDelivery *self)
{
  return self->head > self->info->seq ? self->head - self->info->seq : 0;
}

void
hl_delivery_update (HlDelivery *self, const HlSubscriberInfo *info)
{
  g_strfreev (self->info->secrets);
  self->info->secrets = g_strdupv (info->secrets);
  g_free (self->info->secret_ends);
  self->info->secret_ends = g_memdup2 (info->secret_ends, (g_strv_length (info->secrets) + 1) * sizeof (gint64));
  if (self->info->disabled != HL_REGISTRY_NEVER && info->disabled == HL_REGISTRY_NEVER && !self->disabling) {
    self->info->disabled = HL_REGISTRY_NEVER;
    g_clear_pointer (&self->info->disabled_reason, g_free);
    self->info->failing_since = HL_REGISTRY_NEVER;
    self->info->attempts = 0;
    self->wait_until = 0;
  }
  hl_delivery_wake (self, info->head);
}

void
hl_delivery_wake (HlDelivery *self, guint64 head)
{
  self->head = MAX (self->head, head);
  pump (self);
}
