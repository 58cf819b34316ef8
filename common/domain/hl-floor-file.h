/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor file: what floor_replaced carries. */
#pragma once

#include "domain/hl-shape.h"

G_BEGIN_DECLS

#define HL_FLOOR_MAX_AREAS 12
#define HL_FLOOR_MAX_SECTIONS 40
#define HL_FLOOR_MAX_TABLES 500

/* "floor": hostline_floor, areas, sections, tables, combinations, marks; checks that ids are unique
 * and references exist. */
const HlShape *hl_floor_file_get_shape (void);
/* A whole file; `hostline_floor` must be 1. Pointers are within the file ("/tables/3/area_id"). */
gboolean       hl_floor_file_check     (JsonObject *file,
                                        GPtrArray  *ignored,
                                        GError    **error);

G_END_DECLS
