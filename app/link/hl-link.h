/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlLink: a connection to the location's log, as the desk sees it; a socket or the demonstration
 * behind it. */
#pragma once

#include <gio/gio.h>

#include "link/hl-endpoint.h"
#include "link/hl-link-cause.h"
#include "link/hl-transition.h"
#include "wire/hl-frame.h"

G_BEGIN_DECLS

#define HL_TYPE_LINK (hl_link_get_type ())
G_DECLARE_DERIVABLE_TYPE (HlLink, hl_link, HL, LINK, GObject)

/* Fills position and unsent of the hello: transfer full, NULL = nothing is held. */
typedef HlPosition *(*HlLinkHelloFunc) (HlLink *link, guint64 *unsent, gpointer user_data);

/* What a subclass does; the base class keeps what is known and tells it. */
struct _HlLinkClass {
  GObjectClass parent_class;
  void (*set_wanted) (HlLink *self, gboolean wanted);
  gboolean (*send) (HlLink *self, const HlFrame *frame);
  void (*reconnect_now) (HlLink *self);
  void (*caught_up) (HlLink *self);
  void (*broken) (HlLink *self, HlLinkCause cause);
  void (*resync) (HlLink *self);
  void (*halt) (HlLink *self, HlLinkCause cause);
  void (*waiting) (HlLink *self, gboolean waiting); /* (nullable): unsent became 0, or more */
};

/* Properties (notify): state (HlLinkState), cause (HlLinkCause), detail (string), retry-at (int64
 * wall ms, 0), rtt (int ms, -1), metered (bool: the network is paid by volume). Signals: "frame"
 * (HlFrame *, borrowed): one whole frame of the server on the current connection, never from an
 * older one; "transition" (HlTransition *); "rtt-measured" (int ms). */

void hl_link_set_hello (HlLink *self, HlLinkHelloFunc func, gpointer user_data);
/* What hello and ping say: applied and stored up to seq; actions waiting. */
void hl_link_set_progress (HlLink *self, guint64 seq, guint64 unsent);
guint64 hl_link_get_seq (HlLink *self);
guint64 hl_link_get_unsent (HlLink *self);
/* Digests of this session that differed and took no snapshot: the next ping tells the server. */
void hl_link_set_mismatches (HlLink *self, guint64 mismatches);
guint64 hl_link_get_mismatches (HlLink *self);

void hl_link_set_wanted (HlLink *self, gboolean wanted);
/* FALSE when the link is not open: nothing was sent, nothing is kept. TRUE is no promise of
 * delivery. */
gboolean hl_link_send (HlLink *self, const HlFrame *frame);
void hl_link_reconnect_now (HlLink *self);
void hl_link_caught_up (HlLink *self);                 /* the position has reached the head: live */
void hl_link_broken (HlLink *self, HlLinkCause cause); /* a hole, or nonsense: connect anew */
void hl_link_resync (HlLink *self);                    /* connect anew and take a snapshot */
void hl_link_halt (HlLink *self, HlLinkCause cause);   /* stop until a person has done something */

HlLinkState hl_link_get_state (HlLink *self);
HlLinkCause hl_link_get_cause (HlLink *self);
const char *hl_link_get_detail (HlLink *self);
gint64 hl_link_get_retry_at (HlLink *self);
int hl_link_get_rtt (HlLink *self);
gboolean hl_link_get_metered (HlLink *self);
gboolean hl_link_is_open (HlLink *self);
/* Rises with each connection: what was asked on one may not be finished on another. */
guint hl_link_get_generation (HlLink *self);
GListModel *hl_link_get_endpoints (HlLink *self); /* HlEndpoint; transfer none */
/* Wall ms that the desk's clock is ahead of this computer's: the demonstration plays on another
 * evening. */
gint64 hl_link_get_clock_offset (HlLink *self);

/* ---- for subclasses ---- */
void hl_link_tell_status (HlLink *self, HlLinkState state, HlLinkCause cause, const char *detail,
                          gint64 retry_at);
void hl_link_tell_generation (HlLink *self, guint generation);
/* Makes the transition and tells it, with how long `from` lasted; see HlTransition. */
void hl_link_tell_step (HlLink *self, gint64 at, HlLinkState from, HlLinkState to,
                        HlLinkCause cause, const char *endpoint, const char *detail, guint code);
void hl_link_tell_frame (HlLink *self, HlFrame *frame);
void hl_link_tell_rtt (HlLink *self, int rtt_ms);
void hl_link_tell_metered (HlLink *self, gboolean metered);
void hl_link_set_clock_offset (HlLink *self, gint64 offset);
HlPosition *hl_link_ask_hello (HlLink *self, guint64 *unsent);
GListStore *hl_link_get_endpoint_store (HlLink *self);

G_END_DECLS
