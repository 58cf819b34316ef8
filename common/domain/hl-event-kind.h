/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each event kind's data looks like, and who may post which kind. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"
#include "domain/hl-shape.h"

G_BEGIN_DECLS

/* The shape of @kind's data as it is posted; NULL for unknown. */
const HlShape *hl_event_kind_get_shape (HlEventKind kind);
/* The record class whose fields the data has ("X fields"); G_TYPE_INVALID where there is none. */
GType          hl_event_kind_get_type_of_entity (HlEventKind kind);

/**
 * hl_event_kind_check:
 * @kind: not unknown
 * @data: as posted or as logged
 * @base: JSON pointer of @data, for messages ("/data")
 * @ignored: (nullable) (element-type utf8): takes pointers of members that were not understood
 *
 * Returns: whether @data may be logged; else a %HL_CODEC_ERROR
 */
gboolean       hl_event_kind_check     (HlEventKind  kind,
                                        JsonObject  *data,
                                        const char  *base,
                                        GPtrArray   *ignored,
                                        GError     **error);

/* Whether a token of @role may post @kind (403 kind_not_allowed). The server itself may log any. */
gboolean       hl_event_kind_may_post  (HlEventKind kind,
                                        HlRole      role);
/* The same with a look at the data: a publisher's party_updated may carry stage and status gone
 * only. Sets a %HL_CODEC_ERROR_NOT_ALLOWED whose pointer names the member. */
gboolean       hl_event_kind_may_post_data (HlEventKind  kind,
                                            HlRole       role,
                                            JsonObject  *data,
                                            const char  *base,
                                            GError     **error);

/* Whether a checked transcript_segment is an unfinished line: a partial, never logged. */
gboolean       hl_event_kind_is_partial (HlEventKind kind,
                                         JsonObject *data);
/* @data with `final` turned into `state`, or @data itself when there is nothing to do. (transfer
 * full) */
JsonObject    *hl_event_kind_normalise  (HlEventKind kind,
                                         JsonObject *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
