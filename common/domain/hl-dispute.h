/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A collision that needs a person. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-claim.h"
#include "domain/hl-subject.h"

G_BEGIN_DECLS

#define HL_TYPE_DISPUTE (hl_dispute_get_type ())
G_DECLARE_FINAL_TYPE (HlDispute, hl_dispute, HL, DISPUTE, HlEntity)

/* What people and the agent claim: a ninth action waits for the card to be settled (HL_REASON_TOO_MANY_CLAIMS). Publishers
 * cannot wait: their facts join beyond that, one claim for each source. */
#define HL_DISPUTE_MAX_CLAIMS_BY_ACTION 8
#define HL_DISPUTE_MAX_CLAIMS 32

/* Field ids: the property ids of the class. */
enum {
  HL_DISPUTE_FIELD_DISPUTE_ID = 1,
  HL_DISPUTE_FIELD_KIND,
  HL_DISPUTE_FIELD_RULE,
  HL_DISPUTE_FIELD_SUBJECT,
  HL_DISPUTE_FIELD_CLAIMS,
  HL_DISPUTE_FIELD_STATE,
  HL_DISPUTE_FIELD_CHOICE,
  HL_DISPUTE_FIELD_SETTLED_BY,
  HL_DISPUTE_FIELD_SETTLED_AT,
};

HlDispute *hl_dispute_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_DISPUTE_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlDispute, hl_dispute, field, HL_DISPUTE_FIELD_##FIELD)
HL_DISPUTE_GETTER (const char *, string, dispute_id, DISPUTE_ID)
HL_DISPUTE_GETTER (HlDisputeKind, int, kind, KIND)
HL_DISPUTE_GETTER (const char *, string, rule, RULE)
HL_DISPUTE_GETTER (HlSubject *, record, subject, SUBJECT)
HL_DISPUTE_GETTER (GPtrArray *, records, claims, CLAIMS)
HL_DISPUTE_GETTER (HlDisputeState, int, state, STATE)
HL_DISPUTE_GETTER (int, int, choice, CHOICE)
HL_DISPUTE_GETTER (const char *, string, settled_by, SETTLED_BY)
HL_DISPUTE_GETTER (gint64, int64, settled_at, SETTLED_AT)
#undef HL_DISPUTE_GETTER

G_END_DECLS
