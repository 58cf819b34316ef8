/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A follower's place in a location's log: one value that is replaced whole (epoch, seq, h). */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define HL_POSITION_EPOCH_MAX 64 /* characters, of [A-Za-z0-9._:-] */

/* @epoch names the log's life and is a label for people; @seq counts events from 1 without holes, 0
 * is the empty log; @h proves the content up to @seq (0 for the empty log). Two places are the same
 * only if all three are. */
typedef struct {
  char *epoch; /* (owned), never NULL or empty */
  guint64 seq; /* 0..2^53 */
  guint64 h;
} HlPosition;

#define HL_TYPE_POSITION (hl_position_get_type ())
GType hl_position_get_type (void);

HlPosition *hl_position_new (const char *epoch, guint64 seq, guint64 h);
HlPosition *hl_position_copy (const HlPosition *position); /* NULL gives NULL */
void hl_position_free (HlPosition *position);              /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPosition, hl_position_free)

/* NULL equals only NULL: a missing position is never a wildcard. */
gboolean hl_position_equal (const HlPosition *a, const HlPosition *b);

/* Reads {"epoch","seq","h"}; @pointer is the JSON pointer of @object, for the message ("" for a
 * root). Returns: (transfer full), or NULL with HL_FRAME_ERROR. */
HlPosition *hl_position_parse (JsonObject *object, const char *pointer, GError **error);

/* Returns: (transfer full): an object node; a null node for NULL. */
JsonNode *hl_position_to_json (const HlPosition *position);
/* Appends the same as text. */
void hl_position_append (const HlPosition *position, GString *out);

/* 64-bit hashes travel as exactly 16 lower-case hex digits. */
gboolean hl_position_parse_hash (const char *text, guint64 *out);
char *hl_position_format_hash (guint64 hash) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
