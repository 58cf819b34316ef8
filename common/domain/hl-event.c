/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events and their envelope. */
#include "domain/hl-event.h"

#include "domain/hl-codec-private.h"
#include "domain/hl-time.h"

#define MAX_ID 255
#define MAX_KIND 64

static void
free_boxed (HlEvent *self)
{
  hl_event_unref (self);
}

G_DEFINE_BOXED_TYPE (HlEvent, hl_event, hl_event_ref, free_boxed)

static HlEvent *
new_event (guint64 seq, const char *id, HlEventKind kind, const char *kind_name, gint64 at,
           gint64 received, HlActor *by, const char *act, gboolean end, JsonObject *data)
{
  HlEvent *self = g_new0 (HlEvent, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->seq = seq;
  self->id = g_strdup (id);
  self->kind = kind;
  self->kind_name = g_strdup (kind_name);
  self->at = at;
  self->received = received;
  self->by = by;
  self->act = g_strdup (act);
  self->end = end;
  self->data = hl_event_kind_normalise (kind, data);
  return self;
}

HlEvent *
hl_event_new (guint64 seq, const char *id, HlEventKind kind, gint64 at, gint64 received,
              const HlActor *by, const char *act, gboolean end, JsonObject *data)
{
  return new_event (seq, id, kind, hl_enum_nick (HL_TYPE_EVENT_KIND, kind), at, received,
                    hl_actor_copy (by), act, end, data);
}

HlEvent *
hl_event_ref (const HlEvent *self)
{
  HlEvent *event = (HlEvent *) self;
  g_atomic_ref_count_inc (&event->ref_count);
  return event;
}

void
hl_event_unref (const HlEvent *self)
{
  HlEvent *event = (HlEvent *) self;

  if (!g_atomic_ref_count_dec (&event->ref_count))
    return;
  g_free (event->id);
  g_free (event->kind_name);
  hl_actor_free (event->by);
  g_free (event->act);
  json_object_unref (event->data);
  g_free (event);
}

HlEvent *
hl_event_new_from_json (JsonObject *object, GError **error)
{
  const char *id, *kind_name, *act;
  JsonObject *by, *data;
  guint64 seq;
  gint64 at, received;
  gboolean end;
  int kind;

  if (!hl_codec_get_count (object, "", "seq", TRUE, 0, &seq, error)
      || !hl_codec_get_required_string (object, "", "id", HL_FORMAT_TEXT, MAX_ID, &id, error)
      || !hl_codec_get_required_string (object, "", "kind", HL_FORMAT_TEXT, MAX_KIND, &kind_name,
                                        error)
      || !hl_codec_get_required_time (object, "", "at", &at, error)
      || !hl_codec_get_required_time (object, "", "received", &received, error)
      || !hl_codec_get_required_object (object, "", "by", &by, error)
      || !hl_codec_get_optional_string (object, "", "act", HL_FORMAT_TEXT, MAX_ID, &act, error)
      || !hl_codec_get_flag (object, "", "end", FALSE, &end, error)
      || !hl_codec_get_required_object (object, "", "data", &data, error))
    return NULL;
  if (seq == 0 || *id == '\0') {
    hl_codec_error_set (error, seq == 0 ? HL_CODEC_ERROR_RANGE : HL_CODEC_ERROR_LENGTH, "",
                        seq == 0 ? "seq" : "id", "is empty");
    return NULL;
  }
  g_autoptr (HlActor) actor = hl_actor_new_from_json (by, "/by", error);
  if (actor == NULL)
    return NULL;
  if (!hl_enum_parse (HL_TYPE_EVENT_KIND, kind_name, &kind))
    kind = HL_EVENT_UNKNOWN;
  return new_event (seq, id, kind, kind_name, at, received, g_steal_pointer (&actor), act, end,
                    data);
}

static void
set_time (JsonObject *object, const char *name, gint64 time)
{
  char text[HL_TIME_TEXT + 1];
  hl_time_print_to (time, text);
  json_object_set_string_member (object, name, text);
}

JsonNode *
hl_event_to_json (const HlEvent *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "seq", (gint64) self->seq);
  json_object_set_string_member (object, "id", self->id);
  json_object_set_string_member (object, "kind", self->kind_name);
  set_time (object, "at", self->at);
  set_time (object, "received", self->received);
  json_object_set_member (object, "by", hl_actor_to_json (self->by));
  if (self->act != NULL)
    json_object_set_string_member (object, "act", self->act);
  else
    json_object_set_null_member (object, "act");
  json_object_set_boolean_member (object, "end", self->end);
  json_object_set_object_member (object, "data", json_object_ref (self->data));
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

gboolean
hl_event_was_offline (const HlEvent *self)
{
  return self->act != NULL && self->by->device != NULL && self->at + HL_EVENT_OFFLINE_MS <= self->received;
}
