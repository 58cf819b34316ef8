/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who acts: the `by` of an event. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* Code points of a name; a longer one is cut. */
#define HL_ACTOR_MAX_NAME 120
#define HL_ACTOR_MAX_DEVICE_NAME 64

/**
 * HlActor:
 * @role: what they may do
 * @name: (owned): the person, or the device's or the publisher's name; never NULL
 * @device: (owned) (nullable): the token's device
 * @device_name: (owned) (nullable): what people call @device ("Host stand"), at most HL_ACTOR_MAX_DEVICE_NAME
 * @n: the action's number on @device; 0 is null
 */
typedef struct {
  HlRole  role;
  char   *name;
  char   *device;
  char   *device_name;
  guint64 n;
} HlActor;

#define HL_TYPE_ACTOR (hl_actor_get_type ())
GType    hl_actor_get_type      (void) G_GNUC_CONST;

HlActor *hl_actor_new           (HlRole      role,
                                 const char *name,
                                 const char *device,
                                 guint64     n) G_GNUC_WARN_UNUSED_RESULT;
/* Says what people call the device; a longer name is cut. @device_name: (nullable) */
void     hl_actor_name_device   (HlActor    *self,
                                 const char *device_name);
HlActor *hl_actor_copy          (const HlActor *self) G_GNUC_WARN_UNUSED_RESULT;
void     hl_actor_free          (HlActor *self);
gboolean hl_actor_equal         (const HlActor *one,
                                 const HlActor *two);

/* {"role","name","device","device_name"?,"n"}; device and n may be null or absent. @base: JSON pointer of @object
 */
HlActor *hl_actor_new_from_json (JsonObject  *object,
                                 const char  *base,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *hl_actor_to_json      (const HlActor *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlActor, hl_actor_free)

G_END_DECLS
