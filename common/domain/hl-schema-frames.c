/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames of the live channel and the small documents of the HTTP routes as JSON Schema. */
#include "domain/hl-enums.h"
#include "domain/hl-location.h"
#include "domain/hl-schema-private.h"

#define MAX_EXACT G_GINT64_CONSTANT (9007199254740992)

const char *const hl_schema_client_frames[] = { "frame.hello", "frame.ack", "frame.act",
                                                "frame.ping", NULL };
const char *const hl_schema_server_frames[] = { "frame.welcome", "frame.snapshot", "frame.events",
                                                "frame.partial", "frame.done", "frame.pong",
                                                "frame.digest", "frame.bye", NULL };

static JsonObject *
text (guint max_length)
{
  JsonObject *schema = hl_schema_type ("string");
  json_object_set_int_member (schema, "maxLength", max_length);
  return schema;
}

static JsonObject *
pattern (const char *expression)
{
  JsonObject *schema = hl_schema_type ("string");
  json_object_set_string_member (schema, "pattern", expression);
  return schema;
}

static JsonObject *
count (gint64 minimum, gint64 maximum)
{
  JsonObject *schema = hl_schema_type ("integer");
  json_object_set_int_member (schema, "minimum", minimum);
  json_object_set_int_member (schema, "maximum", maximum);
  return schema;
}

static JsonObject *
choice (const char *const *values)
{
  JsonObject *schema = json_object_new ();
  JsonArray *array = json_array_new ();
  for (guint i = 0; values[i] != NULL; i++)
    json_array_add_string_element (array, values[i]);
  json_object_set_array_member (schema, "enum", array);
  return schema;
}

static JsonObject *
nicks (GType type)
{
  JsonObject *schema = json_object_new ();
  JsonArray *array = json_array_new ();
  GEnumClass *klass = g_type_class_ref (type);
  for (guint i = 0; i < klass->n_values; i++)
    json_array_add_string_element (array, klass->values[i].value_nick);
  g_type_class_unref (klass);
  json_object_set_array_member (schema, "enum", array);
  return schema;
}

/* An object that is being described. */
typedef struct {
  JsonObject *schema;
} Object;

static Object
object (void)
{
  return (Object){ hl_schema_type ("object") };
}

static void
must (Object self, const char *name, JsonObject *schema)
{
  hl_schema_set_property (self.schema, name, schema, TRUE);
}

static void
may (Object self, const char *name, JsonObject *schema)
{
  hl_schema_set_property (self.schema, name, schema, FALSE);
}

static Object
frame (const char *type)
{
  Object self = object ();
  must (self, "t", hl_schema_const (type));
  return self;
}

static JsonObject *
position (void)
{
  Object self = object ();
  must (self, "epoch", text (64));
  must (self, "seq", count (0, MAX_EXACT));
  must (self, "h", pattern ("^[0-9a-f]{16}$"));
  return self.schema;
}

static JsonObject *
hello (const char *d)
{
  Object self = frame ("hello");
  must (self, "device", text (120));
  may (self, "app", text (120));
  may (self, "language", text (35));
  may (self, "pos", hl_schema_nullable (hl_schema_ref (d, "position")));
  may (self, "unsent", count (0, MAX_EXACT));
  may (self, "metered", hl_schema_type ("boolean"));
  return self.schema;
}

static JsonObject *
ack (void)
{
  Object self = frame ("ack");
  must (self, "seq", count (0, MAX_EXACT));
  may (self, "part", count (1, MAX_EXACT));
  return self.schema;
}

static JsonObject *
act (const char *d)
{
  JsonObject *schema = json_object_new ();
  JsonArray *all = json_array_new ();
  json_array_add_object_element (all, frame ("act").schema);
  json_array_add_object_element (all, hl_schema_ref (d, "action"));
  json_object_set_array_member (schema, "allOf", all);
  return schema;
}

static JsonObject *
ping (void)
{
  Object self = frame ("ping");
  must (self, "n", count (0, MAX_EXACT));
  may (self, "seq", count (0, MAX_EXACT));
  may (self, "unsent", count (0, MAX_EXACT));
  may (self, "rtt", count (0, MAX_EXACT));
  may (self, "mismatches", count (0, MAX_EXACT));
  may (self, "metered", hl_schema_type ("boolean"));
  return self.schema;
}

static JsonObject *
welcome (const char *d)
{
  static const char *const modes[] = { "resume", "snapshot", NULL };
  static const char *const whys[] = { "first",         "in_window", "below_floor", "epoch_changed",
                                      "hash_mismatch", "ahead",     "too_far",     "after_slow",
                                      NULL };
  Object self = frame ("welcome");
  Object window = object ();
  Object limits = object ();

  must (window, "events", count (1, MAX_EXACT));
  must (window, "bytes", count (1, MAX_EXACT));
  must (limits, "frame_bytes", count (1, MAX_EXACT));
  must (self, "session", text (64));
  must (self, "device", text (64));
  must (self, "pos", hl_schema_ref (d, "position"));
  must (self, "floor", count (0, MAX_EXACT));
  must (self, "mode", choice (modes));
  must (self, "why", choice (whys));
  must (self, "decided", count (0, MAX_EXACT));
  must (self, "schema", count (1, MAX_EXACT));
  must (self, "heartbeat_ms", count (1, MAX_EXACT));
  must (self, "window", window.schema);
  must (self, "spread_ms", count (0, MAX_EXACT));
  must (self, "limits", limits.schema);
  must (self, "pins", hl_schema_array_of (pattern ("^sha256:[0-9a-f]{64}$"), 0));
  must (self, "server_time", hl_schema_type ("string"));
  must (self, "location", hl_schema_type ("object"));
  return self.schema;
}

static JsonObject *
snapshot (const char *d)
{
  Object self = frame ("snapshot");
  must (self, "pos", hl_schema_ref (d, "position"));
  must (self, "part", count (1, MAX_EXACT));
  must (self, "parts", count (1, MAX_EXACT));
  must (self, "entities", hl_schema_ref (d, "entities"));
  return self.schema;
}

static JsonObject *
events (const char *d)
{
  Object self = frame ("events");
  must (self, "events", hl_schema_array_of (hl_schema_ref (d, "event"), 0));
  must (self, "pos", hl_schema_ref (d, "position"));
  return self.schema;
}

static JsonObject *
partial (void)
{
  Object self = frame ("partial");
  must (self, "call", text (64));
  must (self, "turn", count (0, 9999));
  may (self, "rev", count (0, 1000000));
  must (self, "speaker", nicks (HL_TYPE_SPEAKER));
  must (self, "text", text (4000));
  return self.schema;
}

static JsonObject *
done (Object self)
{
  must (self, "id", text (64));
  must (self, "outcome", nicks (HL_TYPE_OUTCOME));
  may (self, "seq", hl_schema_nullable (count (0, MAX_EXACT)));
  may (self, "reason", nicks (HL_TYPE_REASON));
  may (self, "detail", hl_schema_type ("object"));
  return self.schema;
}

static JsonObject *
pong (void)
{
  Object self = frame ("pong");
  must (self, "n", count (0, MAX_EXACT));
  must (self, "head", count (0, MAX_EXACT));
  must (self, "server_time", hl_schema_type ("string"));
  return self.schema;
}

static JsonObject *
digest (void)
{
  Object self = frame ("digest");
  must (self, "seq", count (0, MAX_EXACT));
  must (self, "schema", count (1, MAX_EXACT));
  must (self, "hash", pattern ("^[0-9a-f]{16}$"));
  return self.schema;
}

static JsonObject *
bye (void)
{
  Object self = frame ("bye");
  must (self, "code", count (1000, 4999));
  must (self, "action", hl_schema_type ("string"));
  may (self, "retry_ms", count (0, MAX_EXACT));
  return self.schema;
}

static JsonObject *
receipt (void)
{
  Object self = object ();
  must (self, "location", text (63));
  must (self, "epoch", hl_schema_nullable (text (64)));
  must (self, "first", hl_schema_nullable (count (1, MAX_EXACT)));
  must (self, "last", hl_schema_nullable (count (1, MAX_EXACT)));
  must (self, "duplicate", hl_schema_type ("boolean"));
  may (self, "ignored", hl_schema_array_of (hl_schema_type ("string"), 0));
  return self.schema;
}

static JsonObject *
problem (void)
{
  Object self = object ();
  must (self, "type", pattern ("^urn:hostline:problem:[a-z_]+$"));
  must (self, "title", hl_schema_type ("string"));
  must (self, "status", count (400, 599));
  may (self, "detail", hl_schema_type ("string"));
  may (self, "pointer", hl_schema_type ("string"));
  may (self, "index", count (0, 499));
  return self.schema;
}

static JsonObject *
pair_request (void)
{
  static const char *const platforms[] = { "flatpak", "native", NULL };
  Object self = object ();
  Object device = object ();

  must (device, "name", text (120));
  must (device, "install_id", text (64));
  may (device, "app", text (120));
  may (device, "platform", choice (platforms));
  must (self, "code", text (16));
  must (self, "secret_sha256", pattern ("^[0-9a-f]{64}$"));
  must (self, "device", device.schema);
  return self.schema;
}

static JsonObject *
pair_answer (const char *d)
{
  Object self = object ();
  Object server = object ();

  must (server, "version", hl_schema_type ("string"));
  must (self, "token_id", text (64));
  must (self, "device", text (64));
  must (self, "role", nicks (HL_TYPE_ROLE));
  must (self, "location", hl_schema_ref (d, "location"));
  must (self, "endpoints", hl_schema_array_of (hl_schema_type ("string"), 4));
  must (self, "pins", hl_schema_array_of (pattern ("^sha256:[0-9a-f]{64}$"), 0));
  must (self, "server", server.schema);
  return self.schema;
}

static JsonObject *
page (const char *d)
{
  Object self = object ();
  must (self, "events", hl_schema_array_of (hl_schema_ref (d, "event"), 0));
  must (self, "pos", hl_schema_ref (d, "position"));
  return self.schema;
}

static JsonObject *
state (const char *d)
{
  Object self = object ();
  must (self, "pos", hl_schema_ref (d, "position"));
  must (self, "entities", hl_schema_ref (d, "entities"));
  return self.schema;
}

void
hl_schema_add_frames (JsonObject *defs, const char *d)
{
  json_object_set_object_member (defs, "position", position ());
  json_object_set_object_member (defs, "frame.hello", hello (d));
  json_object_set_object_member (defs, "frame.ack", ack ());
  json_object_set_object_member (defs, "frame.act", act (d));
  json_object_set_object_member (defs, "frame.ping", ping ());
  json_object_set_object_member (defs, "frame.welcome", welcome (d));
  json_object_set_object_member (defs, "frame.snapshot", snapshot (d));
  json_object_set_object_member (defs, "frame.events", events (d));
  json_object_set_object_member (defs, "frame.partial", partial ());
  json_object_set_object_member (defs, "frame.done", done (frame ("done")));
  json_object_set_object_member (defs, "frame.pong", pong ());
  json_object_set_object_member (defs, "frame.digest", digest ());
  json_object_set_object_member (defs, "frame.bye", bye ());
  json_object_set_object_member (defs, "receipt", receipt ());
  json_object_set_object_member (defs, "answer", done (object ()));
  json_object_set_object_member (defs, "problem", problem ());
  json_object_set_object_member (defs, "pair_request", pair_request ());
  json_object_set_object_member (defs, "pair_answer", pair_answer (d));
  json_object_set_object_member (defs, "page", page (d));
  json_object_set_object_member (defs, "state", state (d));
}
