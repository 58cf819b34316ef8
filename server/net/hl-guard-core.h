/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three streams of a guard share: the connection, the checked request, the deadlines. */
#pragma once

#include "net/hl-guard.h"
#include "net/hl-request-gate.h"

G_BEGIN_DECLS

/* libsoup holds the guard and both its ends, in any order and for any time; so the substance is
 * here, counted. */
typedef struct {
  HlReactor *reactor;
  GIOStream *base; /* NULL once stepped out or closed */
  HlAdmissionSlot *slot;
  HlGuardGroup *group;
  GList link; /* in the group */
  HlRequestGate gate;
  GByteArray *head; /* checked, not yet read by libsoup */
  guint head_read;
  GByteArray *ahead; /* read from the connection, not yet looked at */
  HlTimer timer;
  gboolean given;  /* libsoup has read something of the current request */
  gboolean served; /* a request was answered on this connection */
  gboolean draining;
  gboolean ended; /* libsoup reads the end from now on */
} HlGuardCore;

/* Takes `base` and `slot`. */
HlGuardCore *hl_guard_core_new (HlReactor *reactor, GIOStream *base, HlAdmissionSlot *slot,
                                HlGuardGroup *group);
HlGuardCore *hl_guard_core_ref (HlGuardCore *self);
void hl_guard_core_unref (HlGuardCore *self);

/* Only while there is a base. */
GPollableInputStream *hl_guard_core_get_input (HlGuardCore *self);
GPollableOutputStream *hl_guard_core_get_output (HlGuardCore *self);

/* libsoup reads, or waits to read, only when the answer before is out: it is ready for the next
 * request. */
void hl_guard_core_expect (HlGuardCore *self);

/* Non-blocking: bytes of checked requests, never beyond the end of one. */
gssize hl_guard_core_read (HlGuardCore *self, void *buffer, gsize len, GError **error);

/* TRUE if a read would not have to ask the connection. */
gboolean hl_guard_core_has_input (HlGuardCore *self);

HlStream *hl_guard_core_step_out (HlGuardCore *self, GError **error);
void hl_guard_core_close (HlGuardCore *self);
void hl_guard_core_drain (HlGuardCore *self);

G_END_DECLS
