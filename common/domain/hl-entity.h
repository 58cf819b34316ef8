/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base class of what a state holds: a record with an id, a revision per field, and a hash. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-revision.h"

G_BEGIN_DECLS

#define HL_TYPE_ENTITY (hl_entity_get_type ())
G_DECLARE_DERIVABLE_TYPE (HlEntity, hl_entity, HL, ENTITY, HlRecord)

/**
 * HlEntityClass:
 * @kind: the JSON word: "call", "segment", "party"
 * @plural: its member in a snapshot: "calls", "parties"
 * @id_field: field id of the id
 * @id_field_2: field id of the id's second part (a segment's turn); 0: there is none
 * @tags_field: field id of its tags, each of which has a revision of its own (K8); 0: it has none
 */
struct _HlEntityClass {
  HlRecordClass parent_class;

  const char *kind;
  const char *plural;
  guint       id_field;
  guint       id_field_2;
  guint       tags_field;
};

/**
 * HlEntityChanged:
 * @field: the field that changed; 0: something did for the first time since the hash was last asked
 * for (hl_entity_get_hash () still gives the old one)
 */
typedef void (*HlEntityChanged) (HlEntity *self, guint field, gpointer owner);

/* The id; "call_id/turn" of a segment. (transfer none), constant. */
const char       *hl_entity_get_id       (HlEntity *self);
/* "party" */
const char       *hl_entity_get_kind     (HlEntity *self);
/* The kind of an entity class, and back; G_TYPE_INVALID for an unknown word. */
const char       *hl_entity_type_kind    (GType type);
GType             hl_entity_kind_type    (const char *kind);

/* @id: field id. (transfer none), never NULL: all zero while nobody set the field. */
const HlRevision *hl_entity_get_revision (HlEntity *self, guint id);
void              hl_entity_set_revision (HlEntity *self, guint id, const HlRevision *revision);
/* The same by JSON name; an unknown name has the revision of zeros. */
const HlRevision *hl_entity_get_revision_of (HlEntity *self, const char *json_name);
/* The highest seq over all fields: when the entity last changed. */
guint64           hl_entity_get_seq      (HlEntity *self);

/* Who brought @tag, one of the entity's tags: the last that added it while it was not there. (transfer none), never NULL:
 * of a tag from an older snapshot that of the whole field. */
const HlRevision *hl_entity_get_tag_revision (HlEntity *self, const char *tag);

/* (nullable): NULL when the field was never set as a register */
const HlStamp    *hl_entity_get_stamp    (HlEntity *self, guint id);
void hl_entity_set_stamp (HlEntity *self, guint id, gint64 at, const char *event_id);

/* First 8 bytes (big endian) of SHA-256 over kind, fields in name order with defaults, revisions
 * (of tags, too) and stamps; cached until something changes. */
guint64           hl_entity_get_hash     (HlEntity *self);

/* Whole entity as a snapshot has it: fields, "revisions" and, if any, "tag_revisions" and "stamps".
 * (transfer full) */
JsonNode         *hl_entity_save         (HlEntity *self) G_GNUC_WARN_UNUSED_RESULT;
/* Sets every field, revision and stamp to what @object says; what it does not name gets its
 * default. One notify a changed field. On an error nothing is changed. */
gboolean hl_entity_load (HlEntity *self, JsonObject *object, const char *base, GError **error);
/* Makes @self what @source (of the same class) is; one notify a changed field. */
void              hl_entity_assign       (HlEntity *self, HlEntity *source);

/* Whether field @id is (part of) the entity's id: it never changes. */
gboolean          hl_entity_is_id_field  (HlEntity *self, guint id);
/* Sets the id fields of a new entity; FALSE when @text is no id for its class. */
gboolean          hl_entity_take_id      (HlEntity *self, const char *text);
/* The id that @object (an event's data, a snapshot's member) names for an entity of @type, in the
 * form of hl_entity_get_id (). (transfer full) (nullable) */
char             *hl_entity_id_from_json (GType type, JsonObject *object) G_GNUC_WARN_UNUSED_RESULT;

/*< private to the state >*/
/* Whether the hash has been made since the last change. */
gboolean          hl_entity_is_hashed    (HlEntity *self);
/* @changed: (nullable): called on every change, before the notify. One owner at a time. */
void              hl_entity_set_owner    (HlEntity *self, HlEntityChanged changed, gpointer owner);
gpointer          hl_entity_get_owner    (HlEntity *self);
/* Where the entity stood in its list, a hint. */
guint             hl_entity_get_place    (HlEntity *self);
void              hl_entity_set_place    (HlEntity *self, guint place);

G_END_DECLS
