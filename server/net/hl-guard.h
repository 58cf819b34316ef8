/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GIOStream between a connection and libsoup: time limits, checked requests, upgrades. */
#pragma once

#include <gio/gio.h>

#include "net/hl-admission.h"
#include "net/hl-reactor.h"
#include "net/hl-stream.h"

G_BEGIN_DECLS

#define HL_TYPE_GUARD (hl_guard_get_type ())
G_DECLARE_FINAL_TYPE (HlGuard, hl_guard, HL, GUARD, GIOStream)

/* From the accept, and from a request's first byte, to the request's last byte. */
#define HL_GUARD_REQUEST_TIMEOUT_US (10 * G_USEC_PER_SEC)
/* Between requests on a connection that is kept open. */
#define HL_GUARD_IDLE_TIMEOUT_US (30 * G_USEC_PER_SEC)

/* What the guards of one front share. */
typedef struct {
  guint64 max_body; /* bytes */
  guint64 requests;
  guint64 refused;   /* answered here: bad head, too large, ... */
  guint64 timed_out; /* cut by a deadline */
  GQueue open;       /* of the guards' cores, not owned */
} HlGuardGroup;

HlGuardGroup *hl_guard_group_new (guint64 max_body);
HlGuardGroup *hl_guard_group_ref (HlGuardGroup *self);
void hl_guard_group_unref (HlGuardGroup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlGuardGroup, hl_guard_group_unref)

/* Takes `base` (a GSocketConnection or a GTlsConnection over one) and `slot` (nullable). */
HlGuard *hl_guard_new (HlReactor *reactor, GIOStream *base, HlAdmissionSlot *slot,
                       HlGuardGroup *group);

/* The upgrade: gives up the connection with its slot and what was read ahead; from here on the
 * guard is an empty shell whose closing touches nothing. NULL with an error if there is no socket
 * any more. Transfer full. */
HlStream *hl_guard_step_out (HlGuard *self, GError **error);

/* Going down: ends each connection now if no request is in progress on it, else after its answer.
 */
void hl_guard_group_drain (HlGuardGroup *self);

G_END_DECLS
