/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WebSocket close codes of the protocol: by range, so that an unknown one still has a meaning. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  /* RFC 6455 section 7.4.1 */
  HL_CLOSE_NORMAL = 1000,
  HL_CLOSE_GOING_AWAY = 1001,
  HL_CLOSE_PROTOCOL_ERROR = 1002,
  HL_CLOSE_UNSUPPORTED = 1003,
  HL_CLOSE_NO_STATUS = 1005, /* never sent */
  HL_CLOSE_ABNORMAL = 1006,  /* never sent: the connection broke */
  HL_CLOSE_BAD_DATA = 1007,
  HL_CLOSE_POLICY = 1008,
  HL_CLOSE_TOO_LARGE = 1009,
  HL_CLOSE_INTERNAL = 1011,
  /* 4000-4099: try again */
  HL_CLOSE_GOING_DOWN = 4001,   /* the server stops or restarts */
  HL_CLOSE_RENEW = 4002,        /* the session is old: a new one, so that its token is looked at again */
  HL_CLOSE_SILENT = 4008,       /* heartbeats or acks stopped */
  HL_CLOSE_STORE_DOWN = 4013,   /* the store is not available */
  HL_CLOSE_RATE_LIMITED = 4029, /* too many attempts */
  /* 4100-4199: try again after doing something */
  HL_CLOSE_TAKE_SNAPSHOT = 4102, /* too far behind: come back for a snapshot */
  /* 4400-4499: stop until a person or the configuration changes */
  HL_CLOSE_MALFORMED = 4400,    /* malformed frame */
  HL_CLOSE_UNAUTHORIZED = 4401, /* token unknown or revoked */
  HL_CLOSE_NOT_THIS_LOCATION = 4403,
  HL_CLOSE_NO_SUCH_LOCATION = 4404,
  HL_CLOSE_VERSION = 4406,    /* protocol version not spoken */
  HL_CLOSE_REPLACED = 4409,   /* the same device connected elsewhere; the newest wins */
  HL_CLOSE_PAIR_AGAIN = 4410, /* a copied device, or a device that must pair again */
} HlCloseCode;

typedef enum {
  HL_CLOSE_MEANING_RETRY,              /* connect again, with backoff */
  HL_CLOSE_MEANING_RETRY_AFTER_ACTION, /* do what hl_close_get_action() says, then connect again */
  HL_CLOSE_MEANING_STOP,               /* only a person or a changed configuration helps */
} HlCloseMeaning;

/* What a client does on @code; everything outside 4100-4199 and 4400-4499, RFC codes and 0
 * included, is RETRY: whatever broke, a host stand must come back. (Whether the client *wanted* the
 * close is a variable of the client and never inferred from a code.) */
HlCloseMeaning hl_close_get_meaning (guint code);

/* The word in `bye.action`: "retry", "snapshot" (4102; any other 4100-4199 too) or "stop".
 * (transfer none) */
const char *hl_close_get_action (guint code);

/* A short name for logs and metric labels ("going_down"); by range for an unknown code
 * ("retry_other", "after_action_other", "stop_other", "other"). (transfer none) */
const char *hl_close_get_name (guint code);

/* TRUE for codes that an endpoint may put into a close frame (RFC 6455 7.4: not 1004, 1005, 1006,
 * 1015, nothing under 1000 or over 4999, and of 1000-2999 only those that are registered). */
gboolean hl_close_is_sendable (guint code);

G_END_DECLS
