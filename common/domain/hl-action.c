/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions and their envelope. */
#include "domain/hl-action.h"

#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-time.h"

#define MAX_KIND 64
#define MAX_WHO 64
#define MAX_SESSION 64

static void
free_boxed (HlAction *self)
{
  hl_action_unref (self);
}

G_DEFINE_BOXED_TYPE (HlAction, hl_action, hl_action_ref, free_boxed)

static HlAction *
new_action (const char *id, guint64 n, HlActionKind kind, const char *kind_name, int predicted,
            const char *who, gint64 composed_at, const char *session, JsonObject *data)
{
  HlAction *self = g_new0 (HlAction, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->id = g_strdup (id);
  self->n = n;
  self->kind = kind;
  self->kind_name = g_strdup (kind_name);
  self->predicted = predicted;
  self->who = g_strdup (who);
  self->composed_at = composed_at;
  self->age_ms = HL_ACTION_AGE_UNKNOWN;
  self->session = g_strdup (session);
  self->data = json_object_ref (data);
  return self;
}

HlAction *
hl_action_new (const char *id, guint64 n, HlActionKind kind, int predicted, const char *who,
               gint64 composed_at, const char *session, JsonObject *data)
{
  return new_action (id, n, kind, hl_enum_nick (HL_TYPE_ACTION_KIND, kind), predicted, who,
                     composed_at, session, data);
}

HlAction *
hl_action_with_age (const HlAction *self, gint64 age_ms)
{
  HlAction *copy = new_action (self->id, self->n, self->kind, self->kind_name, self->predicted,
                               self->who, self->composed_at, self->session, self->data);

  copy->age_ms = MAX (age_ms, HL_ACTION_AGE_UNKNOWN);
  return copy;
}

HlAction *
hl_action_ref (const HlAction *self)
{
  HlAction *action = (HlAction *) self;
  g_atomic_ref_count_inc (&action->ref_count);
  return action;
}

void
hl_action_unref (const HlAction *self)
{
  HlAction *action = (HlAction *) self;

  if (!g_atomic_ref_count_dec (&action->ref_count))
    return;
  g_free (action->id);
  g_free (action->kind_name);
  g_free (action->who);
  g_free (action->session);
  json_object_unref (action->data);
  g_free (action);
}

static gboolean
parse_predicted (const char *nick, int *out, GError **error)
{
  *out = HL_PREDICTED_NONE;
  if (nick == NULL)
    return TRUE;
  if (!hl_enum_parse (HL_TYPE_OUTCOME, nick, out) || *out == HL_OUTCOME_REFUSED) {
    hl_codec_error_set (error, HL_CODEC_ERROR_ENUM, "", "predicted",
                        "applied, no_op or disputed is expected");
    return FALSE;
  }
  return TRUE;
}

HlAction *
hl_action_new_from_json (JsonObject *object, GError **error)
{
  const char *id, *kind_name, *predicted_nick, *who, *session, *composed;
  JsonObject *data;
  guint64 n, age_ms;
  gint64 composed_at = HL_TIME_NONE;
  int kind, predicted;
  HlAction *self;

  if (!hl_codec_get_required_string (object, "", "id", HL_FORMAT_ID, 64, &id, error)
      || !hl_codec_get_count (object, "", "n", FALSE, 0, &n, error)
      || !hl_codec_get_required_string (object, "", "kind", HL_FORMAT_TEXT, MAX_KIND, &kind_name,
                                        error)
      || !hl_codec_get_optional_string (object, "", "predicted", HL_FORMAT_TEXT, 32,
                                        &predicted_nick, error)
      || !hl_codec_get_optional_string (object, "", "who", HL_FORMAT_TEXT, MAX_WHO, &who, error)
      || !hl_codec_get_optional_string (object, "", "composed_at", HL_FORMAT_TEXT,
                                        HL_TIME_MAX_TEXT, &composed, error)
      || !hl_codec_get_count (object, "", "age_ms", FALSE, G_MAXUINT64, &age_ms, error)
      || !hl_codec_get_optional_string (object, "", "session", HL_FORMAT_TEXT, MAX_SESSION,
                                        &session, error)
      || !hl_codec_get_required_object (object, "", "data", &data, error)
      || !parse_predicted (predicted_nick, &predicted, error))
    return NULL;
  if (composed != NULL
      && !hl_codec_get_required_time (object, "", "composed_at", &composed_at, error))
    return NULL;
  if (!hl_enum_parse (HL_TYPE_ACTION_KIND, kind_name, &kind))
    kind = HL_ACTION_UNKNOWN;
  self = new_action (id, n, kind, kind_name, predicted, who, composed_at, session, data);
  if (age_ms != G_MAXUINT64)
    self->age_ms = (gint64) age_ms;
  return self;
}

JsonObject *
hl_action_to_json (const HlAction *self)
{
  JsonObject *object = json_object_new ();
  char text[HL_TIME_TEXT + 1];

  json_object_set_string_member (object, "id", self->id);
  if (self->n != 0)
    json_object_set_int_member (object, "n", (gint64) self->n);
  json_object_set_string_member (object, "kind", self->kind_name);
  if (self->predicted != HL_PREDICTED_NONE)
    json_object_set_string_member (object, "predicted",
                                   hl_enum_nick (HL_TYPE_OUTCOME, self->predicted));
  if (self->composed_at != HL_TIME_NONE) {
    hl_time_print_to (self->composed_at, text);
    json_object_set_string_member (object, "composed_at", text);
  }
  if (self->who != NULL)
    json_object_set_string_member (object, "who", self->who);
  if (self->session != NULL)
    json_object_set_string_member (object, "session", self->session);
  json_object_set_object_member (object, "data", json_object_ref (self->data));
  return object;
}

gboolean
hl_action_check (const HlAction *self, GPtrArray *ignored, GError **error)
{
  if (self->kind == HL_ACTION_UNKNOWN) {
    hl_codec_error_set (error, HL_CODEC_ERROR_UNKNOWN, "", "kind", "no such kind of action");
    return FALSE;
  }
  return hl_action_kind_check (self->kind, self->data, "/data", ignored, error);
}
