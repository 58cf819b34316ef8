/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `by` of an event. */
#include "domain/hl-actor.h"

#include "domain/hl-codec-private.h"

G_DEFINE_BOXED_TYPE (HlActor, hl_actor, hl_actor_copy, hl_actor_free)

HlActor *
hl_actor_new (HlRole role, const char *name, const char *device, guint64 n)
{
  HlActor *self = g_new0 (HlActor, 1);
  self->role = role;
  if (name == NULL)
    name = "";
  self->name = g_utf8_strlen (name, -1) > HL_ACTOR_MAX_NAME
                 ? g_utf8_substring (name, 0, HL_ACTOR_MAX_NAME)
                 : g_strdup (name);
  self->device = g_strdup (device);
  self->n = n;
  return self;
}

HlActor *
hl_actor_copy (const HlActor *self)
{
  return hl_actor_new (self->role, self->name, self->device, self->n);
}

void
hl_actor_free (HlActor *self)
{
  g_free (self->name);
  g_free (self->device);
  g_free (self);
}

gboolean
hl_actor_equal (const HlActor *one, const HlActor *two)
{
  return one->role == two->role && one->n == two->n && g_strcmp0 (one->name, two->name) == 0
         && g_strcmp0 (one->device, two->device) == 0;
}

HlActor *
hl_actor_new_from_json (JsonObject *object, const char *base, GError **error)
{
  const char *role_nick, *name, *device;
  int role;
  guint64 n;

  if (!hl_codec_get_required_string (object, base, "role", HL_FORMAT_TEXT, 32, &role_nick, error)
      || !hl_codec_get_optional_string (object, base, "name", HL_FORMAT_TEXT, HL_ACTOR_MAX_NAME, &name,
                                        error)
      || !hl_codec_get_optional_string (object, base, "device", HL_FORMAT_ID, 64, &device, error)
      || !hl_codec_get_count (object, base, "n", FALSE, 0, &n, error))
    return NULL;
  if (!hl_enum_parse (HL_TYPE_ROLE, role_nick, &role) || role == HL_ROLE_MONITOR) {
    hl_codec_error_set (error, HL_CODEC_ERROR_ENUM, base, "role",
                        "guest, agent, staff, manager, publisher, pos or system is expected");
    return NULL;
  }
  return hl_actor_new (role, name, device, n);
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
  if (self->n != 0)
    json_object_set_int_member (object, "n", (gint64) self->n);
  else
    json_object_set_null_member (object, "n");
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}
