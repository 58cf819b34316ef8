/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A named list of fields: one for each record class, each event kind's data and each action kind's
 * data. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-field.h"

G_BEGIN_DECLS

typedef struct _HlShape HlShape;

/**
 * HlShapeCheck:
 * @object: an object whose members are each well formed
 * @base: JSON pointer of @object
 *
 * A rule over several members ("references must exist"). Sets a %HL_CODEC_ERROR.
 */
typedef gboolean (*HlShapeCheck) (JsonObject  *object,
                                  const char  *base,
                                  GError     **error);

/* Shapes of records and kinds live as long as the program; all are immutable once handed out. */
HlShape       *hl_shape_new          (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void           hl_shape_free         (HlShape *self);
/* Takes @pspec (sinks it) as a field of its own, or another shape's field as it is. A field of the
 * same name is replaced. */
void           hl_shape_add          (HlShape *self, GParamSpec *pspec, guint id);
void           hl_shape_add_shape    (HlShape *self, const HlShape *other);
void           hl_shape_remove       (HlShape *self, const char *name);
void           hl_shape_set_required (HlShape *self, const char *name, gboolean required);
/* No field but those named in @required is required. @required: NULL-terminated */
void           hl_shape_require_only (HlShape *self, const char *const *required);
void           hl_shape_set_check    (HlShape *self, HlShapeCheck check);

/* "party", "event:party_updated", "action:seat" */
const char    *hl_shape_get_name     (const HlShape *self);
guint          hl_shape_get_n_fields (const HlShape *self);
/* In the order in which they were declared. */
const HlField *hl_shape_get_field    (const HlShape *self, guint index);
/* By name: the order of the digest. */
const HlField *hl_shape_get_sorted   (const HlShape *self, guint index);
/* (nullable) */
const HlField *hl_shape_lookup       (const HlShape *self, const char *name);
HlShapeCheck   hl_shape_get_check    (const HlShape *self);

/* The shape of @name ("party", "segment", "slot", "event:seat", "action:seat"); NULL when there is
 * none. For tools and tests. */
const HlShape *hl_shape_find         (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlShape, hl_shape_free)

G_END_DECLS
