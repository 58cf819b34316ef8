/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the fold share. Private to hl-evolve*.c. */
#pragma once

#include "domain/hl-evolve.h"

G_BEGIN_DECLS

/* Each applies the kinds of its family; @change says who, when and under which action. */
void hl_evolve_call          (HlState *state, const HlEvent *event, const HlChange *change);
void hl_evolve_segment       (HlState *state, const HlEvent *event, const HlChange *change);
void hl_evolve_floor         (HlState *state, const HlEvent *event, const HlChange *change);
void hl_evolve_table         (HlState *state, const HlEvent *event, const HlChange *change);
void hl_evolve_day_closed    (HlState *state, const HlEvent *event, const HlChange *change);
void hl_evolve_person_erased (HlState *state, const HlEvent *event, const HlChange *change);

/* Makes sure that every table that @data's table_ids names exists (K21). */
void hl_evolve_ensure_tables (HlState *state, JsonObject *data, const HlChange *change);

G_END_DECLS
