/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a page of whole units from a store, framed for sessions. */
#include "live/hl-page.h"

#include "net/hl-ws-frame.h"
#include "wire/hl-frame.h"

/* Room for the envelope and the position. */
#define FRAME_BYTES (HL_WIRE_MAX_SERVER_FRAME - 512)

static void
add_frame (GPtrArray *units, GPtrArray *rows, guint from, guint to, const char *epoch)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  HlStoreRow *first = g_ptr_array_index (rows, from);
  HlStoreRow *last = g_ptr_array_index (rows, to - 1);
  g_autoptr (HlPosition) pos = hl_position_new (epoch, last->seq, last->h);
  g_autoptr (GBytes) text = NULL;
  const char *data;
  gsize len;

  for (guint i = from; i < to; i++) {
    HlStoreRow *row = g_ptr_array_index (rows, i);

    g_ptr_array_add (bodies, g_bytes_new_static (row->body, row->length));
  }
  text = hl_frame_print_events_spliced ((GBytes *const *) bodies->pdata, bodies->len, pos);
  data = g_bytes_get_data (text, &len);
  g_ptr_array_add (units, hl_unit_new (first->seq, g_steal_pointer (&pos), hl_ws_frame_text (data, len), 0));
}

GPtrArray *
hl_page_read (HlStore *store, const char *location, const char *epoch, guint64 after, guint max_events,
              gsize max_bytes, GError **error)
{
  g_autoptr (GPtrArray) rows =
      hl_store_read_units (store, location, after, max_events, MIN (max_bytes, FRAME_BYTES), error);
  GPtrArray *units;
  guint from = 0;
  guint end = 0; /* index after the last whole unit that fits */
  gsize bytes = 0;

  if (rows == NULL) {
    return NULL;
  }
  units = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_unit_unref);
  for (guint i = 0; i < rows->len; i++) {
    HlStoreRow *row = g_ptr_array_index (rows, i);

    bytes += row->length + 1;
    if (bytes > FRAME_BYTES && end > from) {
      add_frame (units, rows, from, end, epoch);
      from = end;
      bytes = 0;
      for (guint j = from; j <= i; j++) {
        bytes += ((HlStoreRow *) g_ptr_array_index (rows, j))->length + 1;
      }
    }
    if (row->end) {
      end = i + 1;
    }
  }
  if (end > from) {
    add_frame (units, rows, from, end, epoch);
  }
  return units;
}
