/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames' tables, making and freeing them. */
#include "wire/hl-frame.h"

#include "wire/hl-frame-private.h"
#include "wire/hl-json.h"

#define N53 HL_JSON_MAX_INTEGER
#define OPTIONAL HL_FRAME_FIELD_OPTIONAL
#define NULLABLE HL_FRAME_FIELD_NULLABLE
#define OMIT HL_FRAME_FIELD_OMIT

#define AT(member) offsetof (HlFrame, member)
#define STRING(json, member, flags, min, max) \
  { json, HL_FRAME_FIELD_STRING, flags, min, max, AT (member), NULL, NULL }
#define WORD(json, member, words) { json, HL_FRAME_FIELD_WORD, 0, 0, 0, AT (member), words, NULL }
#define NUMBER(json, type, member, flags, min, max) \
  { json, HL_FRAME_FIELD_##type, flags, min, max, AT (member), NULL, NULL }
#define THING(json, type, member, flags) \
  { json, HL_FRAME_FIELD_##type, flags, 0, 0, AT (member), NULL, NULL }
#define GROUP(json, sub) { json, HL_FRAME_FIELD_GROUP, 0, 0, 0, 0, NULL, sub }
#define END { NULL, HL_FRAME_FIELD_END, 0, 0, 0, 0, NULL, NULL }

static const char *const mode_words[] = { "resume", "snapshot", NULL };
static const char *const why_words[] = {
  "first", "in_window", "below_floor", "epoch_changed", "hash_mismatch",
  "ahead", "too_far",   "after_slow",  NULL,
};

static const HlFrameField hello_fields[] = {
  STRING ("device", hello.device, 0, 1, 64),
  STRING ("app", hello.app, 0, 1, 64),
  STRING ("language", hello.language, OPTIONAL | NULLABLE, 0, 35),
  THING ("pos", POSITION, hello.pos, NULLABLE),
  NUMBER ("unsent", UINT64, hello.unsent, OPTIONAL, 0, N53),
  THING ("metered", BOOLEAN, hello.metered, OPTIONAL | OMIT),
  END,
};

static const HlFrameField ack_fields[] = {
  NUMBER ("seq", UINT64, ack.seq, 0, 0, N53),
  NUMBER ("part", UINT, ack.part, OPTIONAL | OMIT, 1, 65535),
  END,
};

static const HlFrameField act_fields[] = {
  STRING ("id", act.id, 0, 1, 64),
  NUMBER ("n", UINT64, act.n, 0, 1, N53),
  STRING ("kind", act.kind, 0, 1, 64),
  THING ("base", POSITION, act.base, NULLABLE),
  STRING ("predicted", act.predicted, OPTIONAL | NULLABLE | OMIT, 1, 32),
  STRING ("who", act.who, OPTIONAL | NULLABLE | OMIT, 0, 64),
  STRING ("composed_at", act.composed_at, 0, 1, 64),
  NUMBER ("age_ms", INT64, act.age_ms, OPTIONAL | OMIT, 0, N53),
  STRING ("session", act.session, OPTIONAL | NULLABLE | OMIT, 0, 64),
  THING ("data", OBJECT, act.data, 0),
  END,
};

static const HlFrameField ping_fields[] = {
  NUMBER ("n", UINT64, ping.n, 0, 0, N53),
  NUMBER ("seq", UINT64, ping.seq, 0, 0, N53),
  NUMBER ("unsent", UINT64, ping.unsent, OPTIONAL, 0, N53),
  NUMBER ("rtt", INT64, ping.rtt, OPTIONAL | NULLABLE, 0, N53),
  NUMBER ("mismatches", UINT64, ping.mismatches, OPTIONAL | OMIT, 0, N53),
  THING ("metered", BOOLEAN, ping.metered, OPTIONAL | OMIT),
  END,
};

static const HlFrameField window_fields[] = {
  NUMBER ("events", UINT, welcome.window_events, 0, 1, G_MAXINT),
  NUMBER ("bytes", UINT64, welcome.window_bytes, 0, 1, N53),
  END,
};

static const HlFrameField limit_fields[] = {
  NUMBER ("frame_bytes", UINT64, welcome.limit_frame_bytes, 0, 1024, N53),
  END,
};

static const HlFrameField welcome_fields[] = {
  STRING ("session", welcome.session, 0, 1, 64),
  STRING ("device", welcome.device, 0, 1, 64),
  THING ("pos", POSITION, welcome.pos, 0),
  NUMBER ("floor", UINT64, welcome.floor, 0, 0, N53),
  WORD ("mode", welcome.mode, mode_words),
  WORD ("why", welcome.why, why_words),
  NUMBER ("decided", UINT64, welcome.decided, 0, 0, N53),
  NUMBER ("schema", UINT, welcome.schema, 0, 1, G_MAXINT),
  NUMBER ("heartbeat_ms", UINT, welcome.heartbeat_ms, 0, 100, 600000),
  GROUP ("window", window_fields),
  NUMBER ("spread_ms", UINT, welcome.spread_ms, 0, 0, 600000),
  GROUP ("limits", limit_fields),
  THING ("pins", STRINGS, welcome.pins, 0),
  STRING ("server_time", welcome.server_time, 0, 1, 64),
  THING ("location", OBJECT, welcome.location, 0),
  END,
};

static const HlFrameField snapshot_fields[] = {
  THING ("pos", POSITION, snapshot.pos, 0),
  NUMBER ("part", UINT, snapshot.part, 0, 1, 65535),
  NUMBER ("parts", UINT, snapshot.parts, 0, 1, 65535),
  THING ("entities", OBJECT, snapshot.entities, 0),
  END,
};

static const HlFrameField events_fields[] = {
  THING ("events", EVENTS, events.events, 0),
  THING ("pos", POSITION, events.pos, 0),
  END,
};

static const HlFrameField partial_fields[] = {
  STRING ("call", partial.call, 0, 1, 64),
  NUMBER ("turn", UINT, partial.turn, 0, 0, 9999),
  NUMBER ("rev", UINT, partial.rev, 0, 0, 1000000),
  STRING ("speaker", partial.speaker, 0, 1, 32),
  STRING ("text", partial.text, 0, 0, 4000),
  END,
};

static const HlFrameField done_fields[] = {
  STRING ("id", done.id, 0, 1, 64),
  STRING ("outcome", done.outcome, 0, 1, 32),
  NUMBER ("seq", UINT64, done.seq, OPTIONAL | NULLABLE | OMIT, 0, N53),
  STRING ("reason", done.reason, OPTIONAL | NULLABLE | OMIT, 1, 64),
  THING ("detail", OBJECT, done.detail, OPTIONAL | NULLABLE | OMIT),
  END,
};

static const HlFrameField pong_fields[] = {
  NUMBER ("n", UINT64, pong.n, 0, 0, N53),
  NUMBER ("head", UINT64, pong.head, 0, 0, N53),
  STRING ("server_time", pong.server_time, 0, 1, 64),
  END,
};

static const HlFrameField digest_fields[] = {
  NUMBER ("seq", UINT64, digest.seq, 0, 0, N53),
  NUMBER ("schema", UINT, digest.schema, 0, 1, G_MAXINT),
  THING ("hash", HASH, digest.hash, 0),
  END,
};

static const HlFrameField bye_fields[] = {
  NUMBER ("code", UINT, bye.code, 0, 1000, 4999),
  STRING ("action", bye.action, 0, 1, 32),
  NUMBER ("retry_ms", INT64, bye.retry_ms, OPTIONAL | NULLABLE | OMIT, 0, N53),
  END,
};

const HlFrameShape hl_frame_shapes[HL_FRAME_N_TYPES] = {
  [HL_FRAME_HELLO] = { "hello", HL_FRAME_SIDE_CLIENT, hello_fields },
  [HL_FRAME_ACK] = { "ack", HL_FRAME_SIDE_CLIENT, ack_fields },
  [HL_FRAME_ACT] = { "act", HL_FRAME_SIDE_CLIENT, act_fields },
  [HL_FRAME_PING] = { "ping", HL_FRAME_SIDE_CLIENT, ping_fields },
  [HL_FRAME_WELCOME] = { "welcome", HL_FRAME_SIDE_SERVER, welcome_fields },
  [HL_FRAME_SNAPSHOT] = { "snapshot", HL_FRAME_SIDE_SERVER, snapshot_fields },
  [HL_FRAME_EVENTS] = { "events", HL_FRAME_SIDE_SERVER, events_fields },
  [HL_FRAME_PARTIAL] = { "partial", HL_FRAME_SIDE_SERVER, partial_fields },
  [HL_FRAME_DONE] = { "done", HL_FRAME_SIDE_SERVER, done_fields },
  [HL_FRAME_PONG] = { "pong", HL_FRAME_SIDE_SERVER, pong_fields },
  [HL_FRAME_DIGEST] = { "digest", HL_FRAME_SIDE_SERVER, digest_fields },
  [HL_FRAME_BYE] = { "bye", HL_FRAME_SIDE_SERVER, bye_fields },
};

const char *
hl_frame_type_get_nick (HlFrameType type)
{
  g_return_val_if_fail ((guint) type < HL_FRAME_N_TYPES, NULL);
  return hl_frame_shapes[type].nick;
}

const char *
hl_frame_why_get_nick (HlFrameWhy why)
{
  g_return_val_if_fail ((guint) why < HL_FRAME_N_WHYS, NULL);
  return why_words[why];
}

HlFrame *
hl_frame_new (HlFrameType type)
{
  g_return_val_if_fail ((guint) type < HL_FRAME_N_TYPES, NULL);

  HlFrame *frame = g_new0 (HlFrame, 1);
  frame->type = type;
  if (type == HL_FRAME_ACT) {
    frame->act.age_ms = -1;
  } else if (type == HL_FRAME_PING) {
    frame->ping.rtt = -1;
  } else if (type == HL_FRAME_BYE) {
    frame->bye.retry_ms = -1;
  }
  return frame;
}

void
hl_frame_free (HlFrame *frame)
{
  if (frame == NULL) {
    return;
  }
  const HlFrameField *fields = hl_frame_shapes[frame->type].fields;
  for (const HlFrameField *field = fields; field->name != NULL; field++) {
    switch (field->type) {
    case HL_FRAME_FIELD_STRING:
      g_free (HL_FRAME_MEMBER (frame, field, char *));
      break;
    case HL_FRAME_FIELD_POSITION:
      hl_position_free (HL_FRAME_MEMBER (frame, field, HlPosition *));
      break;
    case HL_FRAME_FIELD_OBJECT:
      g_clear_pointer (&HL_FRAME_MEMBER (frame, field, JsonObject *), json_object_unref);
      break;
    case HL_FRAME_FIELD_EVENTS:
      g_clear_pointer (&HL_FRAME_MEMBER (frame, field, JsonArray *), json_array_unref);
      break;
    case HL_FRAME_FIELD_STRINGS:
      g_strfreev (HL_FRAME_MEMBER (frame, field, GStrv));
      break;
    default:
      break; /* numbers own nothing */
    }
  }
  g_clear_pointer (&frame->object, json_object_unref);
  g_free (frame);
}
