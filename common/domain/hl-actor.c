/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `by` of an event. */
#include "domain/hl-actor.h"

#include "domain/hl-codec-private.h"

G_DEFINE_BOXED_TYPE (HlActor, hl_actor, hl_actor_copy, hl_actor_free)

/* (transfer full) */
static char *
cut (const char *text, glong max)
{
  return g_utf8_strlen (text, -1) > max ? g_utf8_substring (text, 0, max) : g_strdup (text);
}

HlActor *
hl_actor_new (HlRole role, const char *name, const char *device, guint64 n)
{
  HlActor *self = g_new0 (HlActor, 1);
  self->role = role;
  self->name = cut (name != NULL ? name : "", HL_ACTOR_MAX_NAME);
  self->device = g_strdup (device);
  self->n = n;
  return self;
}

void
hl_actor_name_device (HlActor *self, const char *device_name)
{
  char *name = device_name != NULL && device_name[0] != '\0' ? cut (device_name, HL_ACTOR_MAX_DEVICE_NAME) : NULL;

  g_free (self->device_name);
  self->device_name = name;
}

HlActor *
hl_actor_copy (const HlActor *self)
{
  HlActor *copy = hl_actor_new (self->role, self->name, self->device, self->n);

  copy->device_name = g_strdup (self->device_name);
  return copy;
}

void
hl_actor_free (HlActor *self)
{
  g_free (self->name);
  g_free (self->device);
  g_free (self->device_name);
  g_free (self);
}

gboolean
hl_actor_equal (const HlActor *one, const HlActor *two)
{
  return one->role == two->role && one->n == two->n && g_strcmp0 (one->name, two->name) == 0
         && g_strcmp0 (one->device, two->device) == 0 && g_strcmp0 (one->device_name, two->device_name) == 0;
}

HlActor *
hl_actor_new_from_json (JsonObject *object, const char *base, GError **error)
{
  const char *role_nick, *name, *device, *device_name;
  HlActor *self;
  int role;
  guint64 n;

  if (!hl_codec_get_required_string (object, base, "role", HL_FORMAT_TEXT, 32, &role_nick, error)
      || !hl_codec_get_optional_string (object, base, "name", HL_FORMAT_TEXT, HL_ACTOR_MAX_NAME, &name,
                                        error)
      || !hl_codec_get_optional_string (object, base, "device", HL_FORMAT_ID, 64, &device, error)
      || !hl_codec_get_optional_string (object, base, "device_name", HL_FORMAT_TEXT, HL_ACTOR_MAX_DEVICE_NAME,
                                        &device_name, error)
      || !hl_codec_get_count (object, base, "n", FALSE, 0, &n, error))
    return NULL;
  if (!hl_enum_parse (HL_TYPE_ROLE, role_nick, &role) || role == HL_ROLE_MONITOR) {
    hl_codec_error_set (error, HL_CODEC_ERROR_ENUM, base, "role",
                        "guest, agent, staff, manager, publisher, pos or system is expected");
    return NULL;
  }
  self = hl_actor_new (role, name, device, n);
  hl_actor_name_device (self, device_name);
  return self;
}

JsonNode *
hl_actor_to_json (const HlActor *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "role", hl_enum_nick (HL_TYPE_ROLE, self->role));
  json_object_set_string_member (object, "name", self->name);
  if (self->device != NULL)
    json_object_set_string_member (object, "device", self->device);
  else
    json_object_set_null_member (object, "device");
  if (self->device_name != NULL)
    json_object_set_string_member (object, "device_name", self->device_name);
  if (self->n != 0)
    json_object_set_int_member (object, "n", (gint64) self->n);
  else
    json_object_set_null_member (object, "n");
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}
