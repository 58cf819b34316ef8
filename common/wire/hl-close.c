/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of close codes. */
#include "wire/hl-close.h"

static const struct {
  guint code;
  const char *name;
} names[] = {
  { HL_CLOSE_NORMAL, "normal" },
  { HL_CLOSE_GOING_AWAY, "going_away" },
  { HL_CLOSE_PROTOCOL_ERROR, "protocol_error" },
  { HL_CLOSE_UNSUPPORTED, "unsupported" },
  { HL_CLOSE_NO_STATUS, "no_status" },
  { HL_CLOSE_ABNORMAL, "abnormal" },
  { HL_CLOSE_BAD_DATA, "bad_data" },
  { HL_CLOSE_POLICY, "policy" },
  { HL_CLOSE_TOO_LARGE, "too_large" },
  { HL_CLOSE_INTERNAL, "internal" },
  { HL_CLOSE_GOING_DOWN, "going_down" },
  { HL_CLOSE_RENEW, "renew" },
  { HL_CLOSE_SILENT, "silent" },
  { HL_CLOSE_STORE_DOWN, "store_down" },
  { HL_CLOSE_RATE_LIMITED, "rate_limited" },
  { HL_CLOSE_TAKE_SNAPSHOT, "take_snapshot" },
  { HL_CLOSE_MALFORMED, "malformed" },
  { HL_CLOSE_UNAUTHORIZED, "unauthorized" },
  { HL_CLOSE_NOT_THIS_LOCATION, "not_this_location" },
  { HL_CLOSE_NO_SUCH_LOCATION, "no_such_location" },
  { HL_CLOSE_VERSION, "version" },
  { HL_CLOSE_REPLACED, "replaced" },
  { HL_CLOSE_PAIR_AGAIN, "pair_again" },
};

HlCloseMeaning
hl_close_get_meaning (guint code)
{
  if (code >= 4100 && code <= 4199) {
    return HL_CLOSE_MEANING_RETRY_AFTER_ACTION;
  }
  if (code >= 4400 && code <= 4499) {
    return HL_CLOSE_MEANING_STOP;
  }
  return HL_CLOSE_MEANING_RETRY;
}

const char *
hl_close_get_action (guint code)
{
  switch (hl_close_get_meaning (code)) {
  case HL_CLOSE_MEANING_RETRY_AFTER_ACTION:
    return "snapshot";
  case HL_CLOSE_MEANING_STOP:
    return "stop";
  case HL_CLOSE_MEANING_RETRY:
  default:
    return "retry";
  }
}

const char *
hl_close_get_name (guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i].code == code) {
      return names[i].name;
    }
  }
  if (code < 4000 || code > 4999) {
    return "other";
  }
  switch (hl_close_get_meaning (code)) {
  case HL_CLOSE_MEANING_RETRY_AFTER_ACTION:
    return "after_action_other";
  case HL_CLOSE_MEANING_STOP:
    return "stop_other";
  case HL_CLOSE_MEANING_RETRY:
  default:
    return "retry_other";
  }
}

gboolean
hl_close_is_sendable (guint code)
{
  if (code >= 3000 && code <= 4999) {
    return TRUE;
  }
  /* the IANA registry: 1004 is reserved, 1005, 1006 and 1015 are for reporting only */
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}
