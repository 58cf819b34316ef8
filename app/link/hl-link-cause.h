/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why there is no link: the machine-readable cause. The sentence for it is hl_desk_describe_cause
 * (). */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  HL_LINK_CAUSE_NONE,
  HL_LINK_CAUSE_STARTING,       /* no attempt has ended yet */
  HL_LINK_CAUSE_NO_NETWORK,     /* this computer has no network (no route, no interface) */
  HL_LINK_CAUSE_NAME_NOT_FOUND, /* DNS */
  HL_LINK_CAUSE_REFUSED,        /* nothing listens there */
  HL_LINK_CAUSE_NO_ANSWER,  /* the attempt took longer than 10 s, or the network said unreachable */
  HL_LINK_CAUSE_RESET,      /* the connection broke */
  HL_LINK_CAUSE_HEARTBEAT,  /* heartbeats were not answered */
  HL_LINK_CAUSE_LOGIN_PAGE, /* something else answered: a captive portal, a proxy */
  HL_LINK_CAUSE_SERVER_DOWN,    /* going down, restarting (4001, 1001) */
  HL_LINK_CAUSE_SERVER_ERROR,   /* 5xx, store not available (4013) */
  HL_LINK_CAUSE_TOO_MANY,       /* 429, 503, 4029 */
  HL_LINK_CAUSE_SLOW,           /* this device could not keep up (4008, 4102) */
  HL_LINK_CAUSE_BEHIND,         /* a hole, or nothing came although the server has more */
  HL_LINK_CAUSE_BAD_FRAME,      /* something unreadable came, or was sent (4400) */
  HL_LINK_CAUSE_DEVICE_REMOVED, /* 401, 4401: pair it again */
  HL_LINK_CAUSE_NOT_ALLOWED,    /* 403, 4403: not this location */
  HL_LINK_CAUSE_NO_LOCATION,    /* 404, 4404 */
  HL_LINK_CAUSE_TOO_OLD,        /* 426, 4406: update Hostline */
  HL_LINK_CAUSE_REPLACED,       /* 4409: the same device is connected elsewhere */
  HL_LINK_CAUSE_PAIR_AGAIN,     /* 4410: this device was copied or restored */
  HL_LINK_CAUSE_CERTIFICATE,    /* the certificate is not the pinned one, or not trusted */
  HL_LINK_CAUSE_CLOCK,   /* the certificate is not valid at what this computer takes for now */
  HL_LINK_CAUSE_STOPPED, /* another code of the 44xx range */
  HL_LINK_CAUSE_RESUMED, /* this computer slept */
  HL_LINK_CAUSE_NETWORK_CHANGED,
  HL_LINK_CAUSE_ASKED, /* a person asked for it ("Reconnect now") */
  HL_LINK_CAUSE_LOCAL, /* the program closes, or the local store failed */
  HL_LINK_CAUSE_EXPIRED, /* the certificate's dates do not fit, and the clock seems right */
} HlLinkCause;

#define HL_TYPE_LINK_CAUSE (hl_link_cause_get_type ())
GType hl_link_cause_get_type (void);

/* The stable name: "no-network", "device-removed" ... for logs. */
const char *hl_link_cause_get_name (HlLinkCause cause);

typedef enum {
  HL_LINK_STATE_IDLE,        /* not wanted */
  HL_LINK_STATE_WAITING,     /* until the next attempt */
  HL_LINK_STATE_CONNECTING,  /* name, TCP, TLS, upgrade */
  HL_LINK_STATE_OPENING,     /* hello sent, welcome awaited */
  HL_LINK_STATE_CATCHING_UP, /* welcome came, the position is behind its head */
  HL_LINK_STATE_LIVE,
  HL_LINK_STATE_LATE,    /* a heartbeat is due: checking */
  HL_LINK_STATE_STOPPED, /* until a person or the configuration changes; probes every 5 minutes */
} HlLinkState;

#define HL_TYPE_LINK_STATE (hl_link_state_get_type ())
GType hl_link_state_get_type (void);
const char *hl_link_state_get_name (HlLinkState state);

/* Whether frames may be sent: welcome has come on this connection. */
gboolean hl_link_state_is_open (HlLinkState state);

G_END_DECLS
