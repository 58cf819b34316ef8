/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of causes and states, see hl-link-cause.h. */
#include "link/hl-link-cause.h"

static const GEnumValue cause_values[] = {
  { HL_LINK_CAUSE_NONE, "HL_LINK_CAUSE_NONE", "none" },
  { HL_LINK_CAUSE_STARTING, "HL_LINK_CAUSE_STARTING", "starting" },
  { HL_LINK_CAUSE_NO_NETWORK, "HL_LINK_CAUSE_NO_NETWORK", "no-network" },
  { HL_LINK_CAUSE_NAME_NOT_FOUND, "HL_LINK_CAUSE_NAME_NOT_FOUND", "name-not-found" },
  { HL_LINK_CAUSE_REFUSED, "HL_LINK_CAUSE_REFUSED", "refused" },
  { HL_LINK_CAUSE_NO_ANSWER, "HL_LINK_CAUSE_NO_ANSWER", "no-answer" },
  { HL_LINK_CAUSE_RESET, "HL_LINK_CAUSE_RESET", "reset" },
  { HL_LINK_CAUSE_HEARTBEAT, "HL_LINK_CAUSE_HEARTBEAT", "heartbeat" },
  { HL_LINK_CAUSE_LOGIN_PAGE, "HL_LINK_CAUSE_LOGIN_PAGE", "login-page" },
  { HL_LINK_CAUSE_SERVER_DOWN, "HL_LINK_CAUSE_SERVER_DOWN", "server-down" },
  { HL_LINK_CAUSE_SERVER_ERROR, "HL_LINK_CAUSE_SERVER_ERROR", "server-error" },
  { HL_LINK_CAUSE_TOO_MANY, "HL_LINK_CAUSE_TOO_MANY", "too-many" },
  { HL_LINK_CAUSE_SLOW, "HL_LINK_CAUSE_SLOW", "slow" },
  { HL_LINK_CAUSE_BEHIND, "HL_LINK_CAUSE_BEHIND", "behind" },
  { HL_LINK_CAUSE_BAD_FRAME, "HL_LINK_CAUSE_BAD_FRAME", "bad-frame" },
  { HL_LINK_CAUSE_DEVICE_REMOVED, "HL_LINK_CAUSE_DEVICE_REMOVED", "device-removed" },
  { HL_LINK_CAUSE_NOT_ALLOWED, "HL_LINK_CAUSE_NOT_ALLOWED", "not-allowed" },
  { HL_LINK_CAUSE_NO_LOCATION, "HL_LINK_CAUSE_NO_LOCATION", "no-location" },
  { HL_LINK_CAUSE_TOO_OLD, "HL_LINK_CAUSE_TOO_OLD", "too-old" },
  { HL_LINK_CAUSE_REPLACED, "HL_LINK_CAUSE_REPLACED", "replaced" },
  { HL_LINK_CAUSE_PAIR_AGAIN, "HL_LINK_CAUSE_PAIR_AGAIN", "pair-again" },
  { HL_LINK_CAUSE_CERTIFICATE, "HL_LINK_CAUSE_CERTIFICATE", "certificate" },
  { HL_LINK_CAUSE_CLOCK, "HL_LINK_CAUSE_CLOCK", "clock" },
  { HL_LINK_CAUSE_STOPPED, "HL_LINK_CAUSE_STOPPED", "stopped" },
  { HL_LINK_CAUSE_RESUMED, "HL_LINK_CAUSE_RESUMED", "resumed" },
  { HL_LINK_CAUSE_NETWORK_CHANGED, "HL_LINK_CAUSE_NETWORK_CHANGED", "network-changed" },
  { HL_LINK_CAUSE_ASKED, "HL_LINK_CAUSE_ASKED", "asked" },
  { HL_LINK_CAUSE_LOCAL, "HL_LINK_CAUSE_LOCAL", "local" },
  { HL_LINK_CAUSE_EXPIRED, "HL_LINK_CAUSE_EXPIRED", "expired" },
  { 0, NULL, NULL },
};

GType
hl_link_cause_get_type (void)
{
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HlLinkCause", cause_values));
  return type;
}

const char *
hl_link_cause_get_name (HlLinkCause cause)
{
  if ((guint)cause >= G_N_ELEMENTS (cause_values) - 1)
    return "unknown";
  return cause_values[cause].value_nick;
}

static const GEnumValue state_values[] = {
  { HL_LINK_STATE_IDLE, "HL_LINK_STATE_IDLE", "idle" },
  { HL_LINK_STATE_WAITING, "HL_LINK_STATE_WAITING", "waiting" },
  { HL_LINK_STATE_CONNECTING, "HL_LINK_STATE_CONNECTING", "connecting" },
  { HL_LINK_STATE_OPENING, "HL_LINK_STATE_OPENING", "opening" },
  { HL_LINK_STATE_CATCHING_UP, "HL_LINK_STATE_CATCHING_UP", "catching-up" },
  { HL_LINK_STATE_LIVE, "HL_LINK_STATE_LIVE", "live" },
  { HL_LINK_STATE_LATE, "HL_LINK_STATE_LATE", "late" },
  { HL_LINK_STATE_STOPPED, "HL_LINK_STATE_STOPPED", "stopped" },
  { 0, NULL, NULL },
};

GType
hl_link_state_get_type (void)
{
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HlLinkState", state_values));
  return type;
}

const char *
hl_link_state_get_name (HlLinkState state)
{
  if ((guint)state >= G_N_ELEMENTS (state_values) - 1)
    return "unknown";
  return state_values[state].value_nick;
}

gboolean
hl_link_state_is_open (HlLinkState state)
{
  return state == HL_LINK_STATE_CATCHING_UP || state == HL_LINK_STATE_LIVE
         || state == HL_LINK_STATE_LATE;
}
