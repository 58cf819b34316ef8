/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlOutboxItem: one action of this device, from the moment it was saved to what became of it. */
#pragma once

#include <glib-object.h>

#include "domain/hl-action.h"
#include "domain/hl-enums.h"
#include "wire/hl-position.h"

G_BEGIN_DECLS

typedef enum {
  HL_ITEM_QUEUED,    /* saved on this computer, not sent */
  HL_ITEM_SENDING,   /* may have reached the server; no answer yet */
  HL_ITEM_DECIDED,   /* answered: see the outcome */
  HL_ITEM_WITHDRAWN, /* taken back before it was sent */
  HL_ITEM_REVIEW,    /* a person has to look: see the reason */
} HlItemState;
#define HL_TYPE_ITEM_STATE (hl_item_state_get_type ())
GType hl_item_state_get_type (void);
const char *hl_item_state_get_name (HlItemState state);

/* Properties (notify on change): n (int64), id (string), kind (HlActionKind), state (HlItemState),
 * outcome (HlOutcome; meaningful when decided), reason (HlReason), predicted (HlOutcome),
 * composed-at (int64 wall ms), decided-at (int64, 0 = not), seq (int64, last event, 0 none), read
 * (bool: a person has seen its refusal), label (string: whom or what it is about, "Ng", "12"; never
 * translated), entity (string: first entity id), damaged (bool: its row failed the checksum),
 * sent-as (string: id of the action that took its place when it was done again from review, ""), foreign (bool). */
#define HL_TYPE_OUTBOX_ITEM (hl_outbox_item_get_type ())
G_DECLARE_FINAL_TYPE (HlOutboxItem, hl_outbox_item, HL, OUTBOX_ITEM, GObject)

guint64 hl_outbox_item_get_n (HlOutboxItem *self);
const char *hl_outbox_item_get_id (HlOutboxItem *self);
HlActionKind hl_outbox_item_get_kind (HlOutboxItem *self);
HlItemState hl_outbox_item_get_state (HlOutboxItem *self);
HlOutcome hl_outbox_item_get_outcome (HlOutboxItem *self);
HlReason hl_outbox_item_get_reason (HlOutboxItem *self);
JsonObject *hl_outbox_item_get_detail (HlOutboxItem *self); /* transfer none, may be NULL */
gint64 hl_outbox_item_get_composed_at (HlOutboxItem *self);
const char *hl_outbox_item_get_label (HlOutboxItem *self);
gboolean hl_outbox_item_get_read (HlOutboxItem *self);
const char *hl_outbox_item_get_sent_as (HlOutboxItem *self); /* "" */
const HlPosition *hl_outbox_item_get_base (HlOutboxItem *self);
HlAction *hl_outbox_item_get_action (HlOutboxItem *self); /* transfer none; NULL when damaged */
const char *const *hl_outbox_item_get_entities (HlOutboxItem *self); /* ids that its data names */

/* Of another location than this device is paired with: it says of itself only when it was made and that nothing more can be
 * done with it; no kind, no label, no action, no entities, no detail. */
gboolean hl_outbox_item_get_foreign (HlOutboxItem *self);

/* Whether it waits for the server: queued or sending. */
gboolean hl_outbox_item_is_waiting (HlOutboxItem *self);
/* Whether a person should look at it: review, or refused and not read. */
gboolean hl_outbox_item_needs_person (HlOutboxItem *self);

G_END_DECLS
