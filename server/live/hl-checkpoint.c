/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCheckpoint: a location's whole state at one position, framed in parts and shared by all who need it. */
#include "live/hl-checkpoint.h"

#include "net/hl-ws-frame.h"
#include "wire/hl-frame.h"
#include "wire/hl-json.h"
#include "wire/hl-snapshot.h"

HlCheckpoint *
hl_checkpoint_new (JsonNode *entities, const HlPosition *pos, gboolean text)
{
  HlCheckpoint *self = g_new0 (HlCheckpoint, 1);
  JsonObject *object = json_node_get_object (entities);
  g_autoptr (GPtrArray) parts = hl_snapshot_split (pos, object, HL_WIRE_MAX_SERVER_FRAME);

  g_atomic_ref_count_init (&self->ref_count);
  self->pos = hl_position_copy (pos);
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < parts->len; i++) {
    gsize len;
    const char *part = g_bytes_get_data (g_ptr_array_index (parts, i), &len);
    GBytes *frame = hl_ws_frame_text (part, len);

    self->bytes += g_bytes_get_size (frame);
    g_ptr_array_add (self->frames, frame);
  }
  if (text) {
    GString *out = g_string_new ("{\"pos\":");

    hl_position_append (pos, out);
    g_string_append (out, ",\"entities\":");
    hl_json_append_object (out, object);
    g_string_append_c (out, '}');
    self->text = g_string_free (out, FALSE);
  }
  return self;
}

HlCheckpoint *
hl_checkpoint_ref (HlCheckpoint *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hl_checkpoint_unref (HlCheckpoint *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count)) {
    return;
  }
  hl_position_free (self->pos);
  g_ptr_array_unref (self->frames);
  g_free (self->text);
  g_free (self);
}
