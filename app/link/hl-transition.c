/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of the state machine, see hl-transition.h. */
#include "link/hl-transition.h"

struct _HlTransition {
  GObject parent_instance;
  gint64 at;
  HlLinkState from, to;
  HlLinkCause cause;
  char *endpoint;
  char *detail;
  guint code;
  gint64 lasted;
  guint times;
  gint64 until;
};

enum {
  PROP_AT = 1,
  PROP_FROM,
  PROP_TO,
  PROP_CAUSE,
  PROP_ENDPOINT,
  PROP_DETAIL,
  PROP_CODE,
  PROP_LASTED,
  PROP_TIMES,
  PROP_UNTIL,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (HlTransition, hl_transition, G_TYPE_OBJECT)

static void
hl_transition_finalize (GObject *object)
{
  HlTransition *self = HL_TRANSITION (object);
  g_free (self->endpoint);
  g_free (self->detail);
  G_OBJECT_CLASS (hl_transition_parent_class)->finalize (object);
}

static void
hl_transition_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HlTransition *self = HL_TRANSITION (object);
  switch (prop_id) {
  case PROP_AT:
    g_value_set_int64 (value, self->at);
    break;
  case PROP_FROM:
    g_value_set_enum (value, self->from);
    break;
  case PROP_TO:
    g_value_set_enum (value, self->to);
    break;
  case PROP_CAUSE:
    g_value_set_enum (value, self->cause);
    break;
  case PROP_ENDPOINT:
    g_value_set_string (value, self->endpoint);
    break;
  case PROP_DETAIL:
    g_value_set_string (value, self->detail);
    break;
  case PROP_CODE:
    g_value_set_uint (value, self->code);
    break;
  case PROP_LASTED:
    g_value_set_int64 (value, self->lasted);
    break;
  case PROP_TIMES:
    g_value_set_uint (value, self->times);
    break;
  case PROP_UNTIL:
    g_value_set_int64 (value, self->until);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hl_transition_class_init (HlTransitionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hl_transition_finalize;
  object_class->get_property = hl_transition_get_property;
  props[PROP_AT] = g_param_spec_int64 ("at", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_FROM]
      = g_param_spec_enum ("from", NULL, NULL, HL_TYPE_LINK_STATE, HL_LINK_STATE_IDLE, flags);
  props[PROP_TO]
      = g_param_spec_enum ("to", NULL, NULL, HL_TYPE_LINK_STATE, HL_LINK_STATE_IDLE, flags);
  props[PROP_CAUSE]
      = g_param_spec_enum ("cause", NULL, NULL, HL_TYPE_LINK_CAUSE, HL_LINK_CAUSE_NONE, flags);
  props[PROP_ENDPOINT] = g_param_spec_string ("endpoint", NULL, NULL, "", flags);
  props[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, "", flags);
  props[PROP_CODE] = g_param_spec_uint ("code", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_LASTED] = g_param_spec_int64 ("lasted", NULL, NULL, -1, G_MAXINT64, -1, flags);
  props[PROP_TIMES] = g_param_spec_uint ("times", NULL, NULL, 1, G_MAXUINT, 1, flags);
  props[PROP_UNTIL] = g_param_spec_int64 ("until", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hl_transition_init (HlTransition *self)
{
}

HlTransition *
hl_transition_new (gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause,
                   const char *endpoint, const char *detail, guint code, gint64 lasted)
{
  HlTransition *self = g_object_new (HL_TYPE_TRANSITION, NULL);
  self->at = at;
  self->from = from;
  self->to = to;
  self->cause = cause;
  self->endpoint = g_strdup (endpoint != NULL ? endpoint : "");
  self->detail = g_strdup (detail != NULL ? detail : "");
  self->code = code;
  self->lasted = MAX (-1, lasted);
  self->times = 1;
  self->until = at;
  return self;
}

HlTransition *
hl_transition_new_repeated (gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause,
                            const char *endpoint, const char *detail, guint code, gint64 lasted,
                            guint times, gint64 until)
{
  HlTransition *self = hl_transition_new (at, from, to, cause, endpoint, detail, code, lasted);

  self->times = MAX (times, 1);
  self->until = MAX (at, until);
  return self;
}

gint64
hl_transition_get_at (HlTransition *self)
{
  return self->at;
}

HlLinkState
hl_transition_get_from (HlTransition *self)
{
  return self->from;
}

HlLinkState
hl_transition_get_to (HlTransition *self)
{
  return self->to;
}

HlLinkCause
hl_transition_get_cause (HlTransition *self)
{
  return self->cause;
}

const char *
hl_transition_get_endpoint (HlTransition *self)
{
  return self->endpoint;
}

const char *
hl_transition_get_detail (HlTransition *self)
{
  return self->detail;
}

guint
hl_transition_get_code (HlTransition *self)
{
  return self->code;
}

gint64
hl_transition_get_lasted (HlTransition *self)
{
  return self->lasted;
}

guint
hl_transition_get_times (HlTransition *self)
{
  return self->times;
}

gint64
hl_transition_get_until (HlTransition *self)
{
  return self->until;
}
