/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids, revisions and stamps of entities. */
#include "domain/hl-entity.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-dispute.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-location.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-reservation.h"
#include "domain/hl-section.h"
#include "domain/hl-segment.h"
#include "domain/hl-table.h"
#include "domain/hl-time.h"

typedef struct {
  char      *tag;
  HlRevision revision;
} TagRevision;

typedef struct {
  char           *id;
  HlRevision     *revisions; /* by field id */
  HlStamp        *stamps;    /* by field id; NULL until the first */
  GArray         *tags;      /* TagRevision, in the order in which they came; NULL until the first */
  guint64         hash;
  gboolean        hashed;
  HlEntityChanged changed;
  gpointer        owner;
  guint           place;
} HlEntityPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HlEntity, hl_entity, HL_TYPE_RECORD)

#define PRIVATE(self) ((HlEntityPrivate *) hl_entity_get_instance_private (self))
#define CLASS(self) ((HlEntityClass *) ((GTypeInstance *) (self))->g_class)
#define N_VALUES(self) (((HlRecordClass *) ((GTypeInstance *) (self))->g_class)->n_values)

static void
hl_entity_init (HlEntity *self)
{
}

static void
hl_entity_constructed (GObject *object)
{
  HlEntity *self = HL_ENTITY (object);

  PRIVATE (self)->revisions = g_new0 (HlRevision, N_VALUES (self));
  G_OBJECT_CLASS (hl_entity_parent_class)->constructed (object);
}

static void
hl_entity_finalize (GObject *object)
{
  HlEntity *self = HL_ENTITY (object);
  HlEntityPrivate *priv = PRIVATE (self);

  if (priv->stamps != NULL) {
    for (guint i = 0; i < N_VALUES (self); i++)
      g_clear_pointer (&priv->stamps[i].event_id, g_ref_string_release);
    g_free (priv->stamps);
  }
  g_clear_pointer (&priv->tags, g_array_unref);
  g_free (priv->revisions);
  g_free (priv->id);
  G_OBJECT_CLASS (hl_entity_parent_class)->finalize (object);
}

/* What anybody has to hear of a change of anything that the hash covers. */
static void
mark_changed (HlEntity *self, guint field)
{
  HlEntityPrivate *priv = PRIVATE (self);

  if (priv->hashed) {
    if (priv->changed != NULL)
      priv->changed (self, 0, priv->owner);
    priv->hashed = FALSE;
  }
  if (field != 0 && priv->changed != NULL)
    priv->changed (self, field, priv->owner);
}

static void
hl_entity_changed (HlRecord *record, guint id)
{
  HlEntity *self = (HlEntity *) record;

  if (id == CLASS (self)->id_field || id == CLASS (self)->id_field_2)
    g_clear_pointer (&PRIVATE (self)->id, g_free);
  mark_changed (self, id);
}

static void
hl_entity_class_init (HlEntityClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = hl_entity_constructed;
  G_OBJECT_CLASS (klass)->finalize = hl_entity_finalize;
  HL_RECORD_CLASS (klass)->changed = hl_entity_changed;
}

const char *
hl_entity_get_id (HlEntity *self)
{
  HlEntityPrivate *priv = PRIVATE (self);
  HlRecord *record = (HlRecord *) self;

  if (priv->id == NULL) {
    const char *id = hl_record_get_string (record, CLASS (self)->id_field);
    if (CLASS (self)->id_field_2 != 0)
      priv->id =
        g_strdup_printf ("%s/%d", id, hl_record_get_int (record, CLASS (self)->id_field_2));
    else
      priv->id = g_strdup (id);
  }
  return priv->id;
}

gboolean
hl_entity_is_id_field (HlEntity *self, guint id)
{
  return id == CLASS (self)->id_field || id == CLASS (self)->id_field_2;
}

gboolean
hl_entity_take_id (HlEntity *self, const char *text)
{
  HlRecord *record = HL_RECORD (self);
  const HlField *field = HL_RECORD_GET_CLASS (self)->fields[CLASS (self)->id_field];
  g_autofree char *first = NULL;

  if (text == NULL)
    return FALSE;
  if (CLASS (self)->id_field_2 != 0) {
    const HlField *second = HL_RECORD_GET_CLASS (self)->fields[CLASS (self)->id_field_2];
    const char *slash = strchr (text, '/');
    guint64 number;
    if (slash == NULL || (slash[1] == '0' && slash[2] != '\0')
        || !g_ascii_string_to_unsigned (slash + 1, 10, (guint64) second->minimum,
                                        (guint64) second->maximum, &number, NULL))
      return FALSE;
    first = g_strndup (text, (gsize) (slash - text));
    text = first;
    if (!hl_format_matches (field->format, text))
      return FALSE;
    hl_record_set_int (record, CLASS (self)->id_field_2, (int) number);
  } else if (!hl_format_matches (field->format, text) || strlen (text) > field->max_length) {
    return FALSE;
  }
  hl_record_set_string (record, CLASS (self)->id_field, text);
  return TRUE;
}

/* (transfer none): static types' classes stay. Not peek: another thread may be in class_init. */
static HlEntityClass *
class_of (GType type)
{
  HlEntityClass *klass = g_type_class_ref (type);
  g_type_class_unref (klass);
  return klass;
}

static JsonNode *
id_member (HlEntityClass *klass, guint field, JsonObject *object, GType type)
{
  JsonNode *node = json_object_get_member (object, HL_RECORD_CLASS (klass)->fields[field]->name);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

char *
hl_entity_id_from_json (GType type, JsonObject *object)
{
  HlEntityClass *klass = class_of (type);
  JsonNode *first = id_member (klass, klass->id_field, object, G_TYPE_STRING);

  if (first == NULL)
    return NULL;
  if (klass->id_field_2 == 0)
    return g_strdup (json_node_get_string (first));
  JsonNode *second = id_member (klass, klass->id_field_2, object, G_TYPE_INT64);
  gint64 number;
  if (second != NULL) {
    number = json_node_get_int (second);
  } else {
    /* 4.0 is an integer too */
    second = id_member (klass, klass->id_field_2, object, G_TYPE_DOUBLE);
    if (second == NULL
        || !(json_node_get_double (second) >= 0 && json_node_get_double (second) < 1e9))
      return NULL;
    number = (gint64) json_node_get_double (second);
  }
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT, json_node_get_string (first), number);
}

const char *
hl_entity_get_kind (HlEntity *self)
{
  return CLASS (self)->kind;
}

const char *
hl_entity_type_kind (GType type)
{
  return class_of (type)->kind;
}

const char *
hl_entity_type_plural (GType type)
{
  return class_of (type)->plural;
}

GType
hl_entity_kind_type (const char *kind)
{
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  for (gsize i = 0; kind != NULL && i < n; i++) {
    if (strcmp (class_of (types[i])->kind, kind) == 0)
      return types[i];
  }
  return G_TYPE_INVALID;
}

const GType *
hl_entity_get_types (gsize *n_types)
{
  static GType types[10];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    gsize n = 0;
    types[n++] = HL_TYPE_LOCATION;
    types[n++] = HL_TYPE_CALL;
    types[n++] = HL_TYPE_SEGMENT;
    types[n++] = HL_TYPE_RESERVATION;
    types[n++] = HL_TYPE_PARTY;
    types[n++] = HL_TYPE_TABLE;
    types[n++] = HL_TYPE_SECTION;
    types[n++] = HL_TYPE_ORDER;
    types[n++] = HL_TYPE_NOTICE;
    types[n++] = HL_TYPE_DISPUTE;
    g_once_init_leave (&once, 1);
  }
  *n_types = G_N_ELEMENTS (types);
  return types;
}

const HlRevision *
hl_entity_get_revision (HlEntity *self, guint id)
{
  g_assert (id < N_VALUES (self));
  return &PRIVATE (self)->revisions[id];
}

void
hl_entity_set_revision (HlEntity *self, guint id, const HlRevision *revision)
{
  g_assert (id > 0 && id < N_VALUES (self));
  HlRevision *mine = &PRIVATE (self)->revisions[id];
  if (mine->seq == revision->seq && mine->device == revision->device
      && mine->foreign == revision->foreign)
    return;
  mark_changed (self, 0);
  *mine = *revision;
}

const HlRevision *
hl_entity_get_revision_of (HlEntity *self, const char *json_name)
{
  const HlField *field = hl_shape_lookup (hl_record_get_shape (HL_RECORD (self)), json_name);
  return &PRIVATE (self)->revisions[field != NULL ? field->id : 0];
}

guint64
hl_entity_get_seq (HlEntity *self)
{
  guint64 seq = 0;
  for (guint i = 1; i < N_VALUES (self); i++)
    seq = MAX (seq, PRIVATE (self)->revisions[i].seq);
  return seq;
}

/* ---- tags ---- */

static void
clear_tag (gpointer data)
{
  g_free (((TagRevision *) data)->tag);
}

const HlRevision *
hl_entity_find_tag_revision (HlEntity *self, const char *tag)
{
  GArray *tags = PRIVATE (self)->tags;

  for (guint i = 0; tags != NULL && i < tags->len; i++) {
    TagRevision *each = &g_array_index (tags, TagRevision, i);
    if (strcmp (each->tag, tag) == 0)
      return &each->revision;
  }
  return NULL;
}

const HlRevision *
hl_entity_get_tag_revision (HlEntity *self, const char *tag)
{
  const HlRevision *own = hl_entity_find_tag_revision (self, tag);
  return own != NULL ? own : hl_entity_get_revision (self, CLASS (self)->tags_field);
}

void
hl_entity_set_tag_revision (HlEntity *self, const char *tag, const HlRevision *revision)
{
  HlEntityPrivate *priv = PRIVATE (self);
  TagRevision fresh = { NULL, *revision };

  g_return_if_fail (hl_entity_find_tag_revision (self, tag) == NULL);
  mark_changed (self, 0);
  if (priv->tags == NULL) {
    priv->tags = g_array_new (FALSE, FALSE, sizeof (TagRevision));
    g_array_set_clear_func (priv->tags, clear_tag);
  }
  fresh.tag = g_strdup (tag);
  g_array_append_val (priv->tags, fresh);
}

void
hl_entity_clear_tag_revisions (HlEntity *self)
{
  if (PRIVATE (self)->tags == NULL)
    return;
  mark_changed (self, 0);
  g_clear_pointer (&PRIVATE (self)->tags, g_array_unref);
}

/* Each tag that has no revision of its own gets this one. */
static void
complete_tags (HlEntity *self, const HlRevision *revision)
{
  const char *const *now = hl_record_get_strings (HL_RECORD (self), CLASS (self)->tags_field);

  for (guint i = 0; now[i] != NULL; i++) {
    if (hl_entity_find_tag_revision (self, now[i]) == NULL)
      hl_entity_set_tag_revision (self, now[i], revision);
  }
}

void
hl_entity_keep_tags (HlEntity *self, guint field)
{
  if (field == CLASS (self)->tags_field && field != 0)
    complete_tags (self, hl_entity_get_revision (self, field));
}

void
hl_entity_follow_tags (HlEntity *self, guint field, guint64 seq, const char *device)
{
  const HlRevision revision = { seq, device, 0 };
  GArray *tags = PRIVATE (self)->tags;
  const char *const *now;

  if (field != CLASS (self)->tags_field || field == 0)
    return;
  now = hl_record_get_strings (HL_RECORD (self), field);
  for (guint i = tags != NULL ? tags->len : 0; i > 0; i--) {
    if (!g_strv_contains (now, g_array_index (tags, TagRevision, i - 1).tag)) {
      mark_changed (self, 0);
      g_array_remove_index (tags, i - 1);
    }
  }
  complete_tags (self, &revision);
}

static void
assign_tags (HlEntity *self, HlEntity *source)
{
  GArray *mine = PRIVATE (self)->tags, *theirs = PRIVATE (source)->tags;
  guint n = theirs != NULL ? theirs->len : 0;
  gboolean same = n == (mine != NULL ? mine->len : 0);

  for (guint i = 0; same && i < n; i++) {
    const TagRevision *one = &g_array_index (mine, TagRevision, i);
    const TagRevision *two = &g_array_index (theirs, TagRevision, i);
    same = strcmp (one->tag, two->tag) == 0 && one->revision.seq == two->revision.seq
           && one->revision.device == two->revision.device
           && one->revision.foreign == two->revision.foreign;
  }
  if (same)
    return;
  hl_entity_clear_tag_revisions (self);
  for (guint i = 0; i < n; i++) {
    const TagRevision *each = &g_array_index (theirs, TagRevision, i);
    hl_entity_set_tag_revision (self, each->tag, &each->revision);
  }
}

const HlStamp *
hl_entity_get_stamp (HlEntity *self, guint id)
{
  HlEntityPrivate *priv = PRIVATE (self);

  g_assert (id < N_VALUES (self));
  if (priv->stamps == NULL || priv->stamps[id].event_id == NULL)
    return NULL;
  return &priv->stamps[id];
}

void
hl_entity_set_stamp (HlEntity *self, guint id, gint64 at, const char *event_id)
{
  HlEntityPrivate *priv = PRIVATE (self);

  g_assert (id > 0 && id < N_VALUES (self));
  if (priv->stamps == NULL) {
    if (event_id == NULL)
      return;
    priv->stamps = g_new0 (HlStamp, N_VALUES (self));
  }
  HlStamp *stamp = &priv->stamps[id];
  if (g_strcmp0 (stamp->event_id, event_id) == 0 && (event_id == NULL || stamp->at == at))
    return;
  mark_changed (self, 0);
  g_clear_pointer (&stamp->event_id, g_ref_string_release);
  stamp->at = event_id != NULL ? at : 0;
  if (event_id != NULL)
    stamp->event_id = g_ref_string_new_intern (event_id); /* one event sets many fields */
}

gboolean
hl_entity_is_hashed (HlEntity *self)
{
  return PRIVATE (self)->hashed;
}

guint64
hl_entity_get_hash (HlEntity *self)
{
  HlEntityPrivate *priv = PRIVATE (self);

  if (!priv->hashed) {
    priv->hash = hl_entity_compute_hash (self);
    priv->hashed = TRUE;
  }
  return priv->hash;
}

void
hl_entity_set_owner (HlEntity *self, HlEntityChanged changed, gpointer owner)
{
  PRIVATE (self)->changed = changed;
  PRIVATE (self)->owner = owner;
}

gpointer
hl_entity_get_owner (HlEntity *self)
{
  return PRIVATE (self)->owner;
}

guint
hl_entity_get_place (HlEntity *self)
{
  return PRIVATE (self)->place;
}

void
hl_entity_set_place (HlEntity *self, guint place)
{
  PRIVATE (self)->place = place;
}

void
hl_entity_assign (HlEntity *self, HlEntity *source)
{
  HlRecord *record = HL_RECORD (self);

  g_assert (CLASS (self) == CLASS (source));
  if (self == source)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_VALUES (self); i++) {
    const HlStamp *stamp = hl_entity_get_stamp (source, i);
    hl_entity_set_revision (self, i, hl_entity_get_revision (source, i));
    hl_entity_set_stamp (self, i, stamp != NULL ? stamp->at : 0,
                         stamp != NULL ? stamp->event_id : NULL);
    hl_record_set_value (record, i, hl_record_get_value (HL_RECORD (source), i));
  }
  assign_tags (self, source);
  g_object_thaw_notify (G_OBJECT (self));
}
