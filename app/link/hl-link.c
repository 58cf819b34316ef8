/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every link keeps and tells, see hl-link.h. */
#include "link/hl-link.h"

#include "util/hl-clock.h"

typedef struct {
  HlLinkHelloFunc hello;
  gpointer hello_data;
  guint64 seq, unsent, mismatches;
  HlLinkState state;
  HlLinkCause cause;
  char *detail;
  gint64 retry_at;
  int rtt;
  gboolean metered;
  guint generation;
  GListStore *endpoints;
  gint64 clock_offset;
  gint64 entered_at; /* boot us of the last transition, 0 = none yet */
} HlLinkPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HlLink, hl_link, G_TYPE_OBJECT)

enum { PROP_STATE = 1, PROP_CAUSE, PROP_DETAIL, PROP_RETRY_AT, PROP_RTT, PROP_METERED, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SIGNAL_FRAME, SIGNAL_TRANSITION, SIGNAL_RTT_MEASURED, N_SIGNALS };
static guint signals[N_SIGNALS];

static HlLinkPrivate *
priv_of (HlLink *self)
{
  return hl_link_get_instance_private (self);
}

static void
hl_link_finalize (GObject *object)
{
  HlLinkPrivate *priv = priv_of (HL_LINK (object));
  g_free (priv->detail);
  g_clear_object (&priv->endpoints);
  G_OBJECT_CLASS (hl_link_parent_class)->finalize (object);
}

static void
hl_link_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HlLinkPrivate *priv = priv_of (HL_LINK (object));
  switch (prop_id) {
  case PROP_STATE:
    g_value_set_enum (value, priv->state);
    break;
  case PROP_CAUSE:
    g_value_set_enum (value, priv->cause);
    break;
  case PROP_DETAIL:
    g_value_set_string (value, priv->detail);
    break;
  case PROP_RETRY_AT:
    g_value_set_int64 (value, priv->retry_at);
    break;
  case PROP_RTT:
    g_value_set_int (value, priv->rtt);
    break;
  case PROP_METERED:
    g_value_set_boolean (value, priv->metered);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hl_link_class_init (HlLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hl_link_finalize;
  object_class->get_property = hl_link_get_property;
  props[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_LINK_STATE, HL_LINK_STATE_IDLE, flags);
  props[PROP_CAUSE]
      = g_param_spec_enum ("cause", NULL, NULL, HL_TYPE_LINK_CAUSE, HL_LINK_CAUSE_STARTING, flags);
  props[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, "", flags);
  props[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_RTT] = g_param_spec_int ("rtt", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_METERED] = g_param_spec_boolean ("metered", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_TRANSITION]
      = g_signal_new ("transition", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, HL_TYPE_TRANSITION);
  signals[SIGNAL_RTT_MEASURED]
      = g_signal_new ("rtt-measured", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
hl_link_init (HlLink *self)
{
  HlLinkPrivate *priv = priv_of (self);
  priv->cause = HL_LINK_CAUSE_STARTING;
  priv->detail = g_strdup ("");
  priv->rtt = -1;
  priv->endpoints = g_list_store_new (HL_TYPE_ENDPOINT);
}

void
hl_link_set_hello (HlLink *self, HlLinkHelloFunc func, gpointer user_data)
{
  HlLinkPrivate *priv = priv_of (self);
  priv->hello = func;
  priv->hello_data = user_data;
}

HlPosition *
hl_link_ask_hello (HlLink *self, guint64 *unsent)
{
  HlLinkPrivate *priv = priv_of (self);
  *unsent = priv->unsent;
  return priv->hello != NULL ? priv->hello (self, unsent, priv->hello_data) : NULL;
}

void
hl_link_set_progress (HlLink *self, guint64 seq, guint64 unsent)
{
  HlLinkPrivate *priv = priv_of (self);
  gboolean told = (priv->unsent > 0) != (unsent > 0);
  priv->seq = seq;
  priv->unsent = unsent;
  if (told && HL_LINK_GET_CLASS (self)->waiting != NULL)
    HL_LINK_GET_CLASS (self)->waiting (self, unsent > 0);
}

guint64
hl_link_get_seq (HlLink *self)
{
  return priv_of (self)->seq;
}

void
hl_link_set_mismatches (HlLink *self, guint64 mismatches)
{
  priv_of (self)->mismatches = mismatches;
}

guint64
hl_link_get_mismatches (HlLink *self)
{
  return priv_of (self)->mismatches;
}

guint64
hl_link_get_unsent (HlLink *self)
{
  return priv_of (self)->unsent;
}

void
hl_link_set_wanted (HlLink *self, gboolean wanted)
{
  HL_LINK_GET_CLASS (self)->set_wanted (self, wanted);
}

gboolean
hl_link_send (HlLink *self, const HlFrame *frame)
{
  return HL_LINK_GET_CLASS (self)->send (self, frame);
}

void
hl_link_reconnect_now (HlLink *self)
{
  HL_LINK_GET_CLASS (self)->reconnect_now (self);
}

void
hl_link_caught_up (HlLink *self)
{
  HL_LINK_GET_CLASS (self)->caught_up (self);
}

void
hl_link_broken (HlLink *self, HlLinkCause cause)
{
  HL_LINK_GET_CLASS (self)->broken (self, cause);
}

void
hl_link_resync (HlLink *self)
{
  HL_LINK_GET_CLASS (self)->resync (self);
}

void
hl_link_halt (HlLink *self, HlLinkCause cause)
{
  HL_LINK_GET_CLASS (self)->halt (self, cause);
}

HlLinkState
hl_link_get_state (HlLink *self)
{
  return priv_of (self)->state;
}

HlLinkCause
hl_link_get_cause (HlLink *self)
{
  return priv_of (self)->cause;
}

const char *
hl_link_get_detail (HlLink *self)
{
  return priv_of (self)->detail;
}

gint64
hl_link_get_retry_at (HlLink *self)
{
  return priv_of (self)->retry_at;
}

int
hl_link_get_rtt (HlLink *self)
{
  return priv_of (self)->rtt;
}

gboolean
hl_link_get_metered (HlLink *self)
{
  return priv_of (self)->metered;
}

gboolean
hl_link_is_open (HlLink *self)
{
  return hl_link_state_is_open (priv_of (self)->state);
}

guint
hl_link_get_generation (HlLink *self)
{
  return priv_of (self)->generation;
}

GListModel *
hl_link_get_endpoints (HlLink *self)
{
  return G_LIST_MODEL (priv_of (self)->endpoints);
}

GListStore *
hl_link_get_endpoint_store (HlLink *self)
{
  return priv_of (self)->endpoints;
}

gint64
hl_link_get_clock_offset (HlLink *self)
{
  return priv_of (self)->clock_offset;
}

void
hl_link_set_clock_offset (HlLink *self, gint64 offset)
{
  priv_of (self)->clock_offset = offset;
}

void
hl_link_tell_status (HlLink *self, HlLinkState state, HlLinkCause cause, const char *detail,
                     gint64 retry_at)
{
  HlLinkPrivate *priv = priv_of (self);
  gboolean state_changed = priv->state != state;
  gboolean cause_changed = priv->cause != cause;
  gboolean detail_changed = g_strcmp0 (priv->detail, detail != NULL ? detail : "") != 0;
  gboolean retry_changed = priv->retry_at != retry_at;

  priv->state = state;
  priv->cause = cause;
  if (detail_changed) {
    g_free (priv->detail);
    priv->detail = g_strdup (detail != NULL ? detail : "");
  }
  priv->retry_at = retry_at;
  g_object_freeze_notify (G_OBJECT (self));
  if (cause_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAUSE]);
  if (detail_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAIL]);
  if (retry_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RETRY_AT]);
  if (state_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
hl_link_tell_generation (HlLink *self, guint generation)
{
  priv_of (self)->generation = generation;
}

void
hl_link_tell_step (HlLink *self, gint64 at, HlLinkState from, HlLinkState to, HlLinkCause cause,
                   const char *endpoint, const char *detail, guint code)
{
  HlLinkPrivate *priv = priv_of (self);
  gint64 now = hl_clock_boot_us ();
  g_autoptr (HlTransition) transition
      = hl_transition_new (at, from, to, cause, endpoint, detail, code,
                           priv->entered_at != 0 ? (now - priv->entered_at) / 1000 : -1);

  priv->entered_at = now;
  g_signal_emit (self, signals[SIGNAL_TRANSITION], 0, transition);
}

void
hl_link_tell_frame (HlLink *self, HlFrame *frame)
{
  g_signal_emit (self, signals[SIGNAL_FRAME], 0, frame);
}

void
hl_link_tell_rtt (HlLink *self, int rtt_ms)
{
  HlLinkPrivate *priv = priv_of (self);
  if (priv->rtt != rtt_ms) {
    priv->rtt = rtt_ms;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RTT]);
  }
  if (rtt_ms >= 0)
    g_signal_emit (self, signals[SIGNAL_RTT_MEASURED], 0, rtt_ms);
}

void
hl_link_tell_metered (HlLink *self, gboolean metered)
{
  HlLinkPrivate *priv = priv_of (self);
  if (priv->metered == metered)
    return;
  priv->metered = metered;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_METERED]);
}
