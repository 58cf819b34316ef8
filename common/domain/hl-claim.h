/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side of a dispute. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_CLAIM (hl_claim_get_type ())
G_DECLARE_FINAL_TYPE (HlClaim, hl_claim, HL, CLAIM, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_CLAIM_FIELD_ACTION_ID = 1,
  HL_CLAIM_FIELD_EVENT_ID,
  HL_CLAIM_FIELD_BY,
  HL_CLAIM_FIELD_AT,
  HL_CLAIM_FIELD_OFFLINE,
  HL_CLAIM_FIELD_VALUE,
  HL_CLAIM_FIELD_DEVICE, /* whose claim it is: a device's later claim replaces its earlier one; "~" and a name: of a
                            source that is none; null: the system's */
  HL_CLAIM_FIELD_DEVICE_NAME, /* what people call the device; empty where that is not known, or it was none */
};

HlClaim *hl_claim_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_CLAIM_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlClaim, hl_claim, field, HL_CLAIM_FIELD_##FIELD)
HL_CLAIM_GETTER (const char *, string, action_id, ACTION_ID)
HL_CLAIM_GETTER (const char *, string, event_id, EVENT_ID)
HL_CLAIM_GETTER (const char *, string, by, BY)
HL_CLAIM_GETTER (gint64, int64, at, AT)
HL_CLAIM_GETTER (gboolean, bool, offline, OFFLINE)
HL_CLAIM_GETTER (JsonNode *, any, value, VALUE)
HL_CLAIM_GETTER (const char *, string, device, DEVICE)
HL_CLAIM_GETTER (const char *, string, device_name, DEVICE_NAME)
#undef HL_CLAIM_GETTER

G_END_DECLS
