/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReader: a thread with its own read-only connection, for catching up and for queries. */
#include "live/hl-reader.h"

#include "util/hl-log.h"

typedef struct {
  HlReaderCall   call; /* NULL: stop */
  gpointer       data;
  GDestroyNotify data_free;
  HlReaderDone   done;
  gpointer       user_data;
} Item;

struct _HlReader {
  HlStore     *store;
  GThread     *thread;
  GAsyncQueue *queue;
  GAsyncQueue *answers;
  GSource     *source;
};

static void
item_free (Item *item)
{
  if (item->data_free != NULL) {
    item->data_free (item->data);
  }
  g_free (item);
}

static gpointer
run (gpointer user_data)
{
  HlReader *self = user_data;

  for (;;) {
    Item *item = g_async_queue_pop (self->queue);

    if (item->call == NULL) {
      item_free (item);
      return NULL;
    }
    if (hl_store_is_broken (self->store)) {
      hl_store_reopen (self->store, NULL);
    }
    item->call (self->store, item->data);
    g_async_queue_push (self->answers, item);
    g_source_set_ready_time (self->source, 0);
  }
}

static gboolean
on_source_ready (gpointer user_data)
{
  HlReader *self = user_data;
  Item *item;

  g_source_set_ready_time (self->source, -1);
  while ((item = g_async_queue_try_pop (self->answers)) != NULL) {
    item->done (item->data, item->user_data);
    item_free (item);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_source (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch_source, NULL };

HlReader *
hl_reader_new (HlStore *store, const char *name)
{
  HlReader *self = g_new0 (HlReader, 1);

  self->store = store;
  self->queue = g_async_queue_new_full ((GDestroyNotify) item_free);
  self->answers = g_async_queue_new_full ((GDestroyNotify) item_free);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (self->source, on_source_ready, self, NULL);
  g_source_set_static_name (self->source, "hl-reader");
  g_source_attach (self->source, g_main_context_get_thread_default ());
  self->thread = g_thread_new (name, run, self);
  return self;
}

void
hl_reader_free (HlReader *self)
{
  if (self == NULL) {
    return;
  }
  g_async_queue_push (self->queue, g_new0 (Item, 1));
  g_thread_join (self->thread);
  on_source_ready (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_async_queue_unref (self->queue);
  g_async_queue_unref (self->answers);
  g_object_unref (self->store);
  g_free (self);
}

void
hl_reader_call (HlReader *self, HlReaderCall call, gpointer data, GDestroyNotify data_free, HlReaderDone done,
                gpointer user_data)
{
  Item *item = g_new0 (Item, 1);

  item->call = call;
  item->data = data;
  item->data_free = data_free;
  item->done = done;
  item->user_data = user_data;
  g_async_queue_push (self->queue, item);
}

static void
open_again (HlStore *store, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!hl_store_reopen (store, &error)) {
    hl_log (HL_LOG_ERROR, "live", "the store cannot be opened for reading", "error", error->message, NULL);
  }
}

static void
on_open_again (gpointer data, gpointer user_data)
{
}

void
hl_reader_reopen (HlReader *self)
{
  hl_reader_call (self, open_again, NULL, NULL, on_open_again, NULL);
}

/* ---- pages ---- */

typedef struct {
  char      *location;
  char      *epoch;
  guint64    after;
  guint      max_events;
  gsize      max_bytes;
  GPtrArray *units;
  HlPageFunc done;
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  g_free (page->location);
  g_free (page->epoch);
  g_clear_pointer (&page->units, g_ptr_array_unref);
  g_free (page);
}

static void
read_page (HlStore *store, gpointer data)
{
  Page *page = data;
  g_autoptr (GError) error = NULL;

  page->units = hl_page_read (store, page->location, page->epoch, page->after, page->max_events, page->max_bytes,
                              &error);
  if (page->units == NULL) {
    hl_log (HL_LOG_WARNING, "live", "a page cannot be read", "location", page->location, "after",
            HL_LOG_UINT (page->after), "error", error->message, NULL);
  }
}

static void
on_page_read (gpointer data, gpointer user_data)
{
  Page *page = data;

  page->done (page->units, user_data);
}

void
hl_reader_page (HlReader *self, const char *location, const char *epoch, guint64 after, guint max_events,
                gsize max_bytes, HlPageFunc done, gpointer user_data)
{
  Page *page = g_new0 (Page, 1);

  page->location = g_strdup (location);
  page->epoch = g_strdup (epoch);
  page->after = after;
  page->max_events = max_events;
  page->max_bytes = max_bytes;
  page->done = done;
  hl_reader_call (self, read_page, page, page_free, on_page_read, user_data);
}

/* ---- resume ---- */

typedef struct {
  char        *location;
  char        *device;
  HlPosition  *pos;
  gboolean     any_length;
  HlResume     resume;
  HlResumeFunc done;
} Resume;

static void
resume_free (gpointer data)
{
  Resume *resume = data;

  g_free (resume->location);
  g_free (resume->device);
  hl_position_free (resume->pos);
  g_free (resume);
}

static gboolean
is_too_far (HlStore *store, const char *location, const HlPosition *pos, const HlPosition *head)
{
  g_autoptr (GPtrArray) rows = NULL;
  HlStoreRow *last;

  if (head->seq - pos->seq > HL_WIRE_REPLAY_EVENTS) {
    return TRUE;
  }
  if (head->seq == pos->seq) {
    return FALSE;
  }
  rows = hl_store_read_units (store, location, pos->seq, HL_WIRE_REPLAY_EVENTS, HL_WIRE_REPLAY_BYTES, NULL);
  if (rows == NULL || rows->len == 0) {
    return TRUE;
  }
  last = g_ptr_array_index (rows, rows->len - 1);
  return last->seq < head->seq;
}

void
hl_resume_find (HlStore *store, const char *location, const char *device, const HlPosition *pos,
                gboolean any_length, HlResume *resume)
{
  g_autoptr (HlPosition) head = hl_store_get_head (store, location, NULL);
  g_autoptr (HlPosition) there = NULL;
  guint64 floor;

  resume->mode = HL_FRAME_MODE_SNAPSHOT;
  resume->ok = head != NULL && hl_store_get_mark (store, location, device, &resume->decided, NULL);
  if (!resume->ok) {
    return;
  }
  if (pos == NULL) {
    resume->why = HL_FRAME_WHY_FIRST;
    return;
  }
  /* the epoch is a label, h the proof; but a log with another name is another log */
  if (g_strcmp0 (pos->epoch, head->epoch) != 0) {
    resume->why = HL_FRAME_WHY_EPOCH_CHANGED;
    return;
  }
  if (pos->seq > head->seq) {
    resume->why = HL_FRAME_WHY_AHEAD;
    return;
  }
  floor = hl_store_get_floor (store, location, NULL);
  if (pos->seq + 1 < floor) {
    resume->why = HL_FRAME_WHY_BELOW_FLOOR;
    return;
  }
  there = hl_store_position_at (store, location, pos->seq, NULL);
  if (there == NULL || !hl_position_equal (there, pos)) {
    resume->why = HL_FRAME_WHY_HASH_MISMATCH;
    return;
  }
  if (!any_length && is_too_far (store, location, pos, head)) {
    resume->why = HL_FRAME_WHY_TOO_FAR;
    return;
  }
  resume->mode = HL_FRAME_MODE_RESUME;
  resume->why = HL_FRAME_WHY_IN_WINDOW;
}

static void
find_resume (HlStore *store, gpointer data)
{
  Resume *resume = data;

  hl_resume_find (store, resume->location, resume->device, resume->pos, resume->any_length, &resume->resume);
}

static void
on_resume_found (gpointer data, gpointer user_data)
{
  Resume *resume = data;

  resume->done (&resume->resume, user_data);
}

void
hl_reader_resume (HlReader *self, const char *location, const char *device, const HlPosition *pos,
                  gboolean any_length, HlResumeFunc done, gpointer user_data)
{
  Resume *resume = g_new0 (Resume, 1);

  resume->location = g_strdup (location);
  resume->device = g_strdup (device);
  resume->pos = hl_position_copy (pos);
  resume->any_length = any_length;
  resume->done = done;
  hl_reader_call (self, find_resume, resume, resume_free, on_resume_found, user_data);
}
