/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An action of this device as an object that lists can show, see hl-outbox-item.h. */
#include "local/hl-outbox-item.h"

#include "local/hl-outbox-row.h"
#include "wire/hl-json.h"

struct _HlOutboxItem {
  GObject parent_instance;
  HlOutboxRow *row;
  HlAction *action; /* NULL when damaged */
  HlPosition *base;
  JsonObject *detail;
  GStrv entities;
  gboolean foreign;
};

enum {
  PROP_N = 1,
  PROP_ID,
  PROP_KIND,
  PROP_STATE,
  PROP_OUTCOME,
  PROP_REASON,
  PROP_PREDICTED,
  PROP_COMPOSED_AT,
  PROP_DECIDED_AT,
  PROP_SEQ,
  PROP_READ,
  PROP_LABEL,
  PROP_ENTITY,
  PROP_DAMAGED,
  PROP_SENT_AS,
  PROP_FOREIGN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (HlOutboxItem, hl_outbox_item, G_TYPE_OBJECT)

static const GEnumValue state_values[] = {
  { HL_ITEM_QUEUED, "HL_ITEM_QUEUED", "queued" },
  { HL_ITEM_SENDING, "HL_ITEM_SENDING", "sending" },
  { HL_ITEM_DECIDED, "HL_ITEM_DECIDED", "decided" },
  { HL_ITEM_WITHDRAWN, "HL_ITEM_WITHDRAWN", "withdrawn" },
  { HL_ITEM_REVIEW, "HL_ITEM_REVIEW", "review" },
  { 0, NULL, NULL },
};

GType
hl_item_state_get_type (void)
{
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HlItemState", state_values));
  return type;
}

const char *
hl_item_state_get_name (HlItemState state)
{
  return (guint)state < G_N_ELEMENTS (state_values) - 1 ? state_values[state].value_nick
                                                        : "unknown";
}

static void
hl_outbox_item_finalize (GObject *object)
{
  HlOutboxItem *self = HL_OUTBOX_ITEM (object);
  hl_outbox_row_free (self->row);
  g_clear_pointer (&self->action, hl_action_unref);
  hl_position_free (self->base);
  g_clear_pointer (&self->detail, json_object_unref);
  g_strfreev (self->entities);
  G_OBJECT_CLASS (hl_outbox_item_parent_class)->finalize (object);
}

static void
hl_outbox_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HlOutboxItem *self = HL_OUTBOX_ITEM (object);
  switch (prop_id) {
  case PROP_N:
    g_value_set_int64 (value, (gint64)self->row->n);
    break;
  case PROP_ID:
    g_value_set_string (value, self->row->id);
    break;
  case PROP_KIND:
    g_value_set_enum (value, hl_outbox_item_get_kind (self));
    break;
  case PROP_STATE:
    g_value_set_enum (value, self->row->state);
    break;
  case PROP_OUTCOME:
    g_value_set_enum (value, hl_outbox_item_get_outcome (self));
    break;
  case PROP_REASON:
    g_value_set_enum (value, self->row->reason);
    break;
  case PROP_PREDICTED:
    g_value_set_enum (
        value, self->action != NULL && self->action->predicted >= 0 ? self->action->predicted : 0);
    break;
  case PROP_COMPOSED_AT:
    g_value_set_int64 (value, self->row->composed_at);
    break;
  case PROP_DECIDED_AT:
    g_value_set_int64 (value, self->row->decided_at);
    break;
  case PROP_SEQ:
    g_value_set_int64 (value, (gint64)self->row->seq);
    break;
  case PROP_READ:
    g_value_set_boolean (value, self->row->read);
    break;
  case PROP_LABEL:
    g_value_set_string (value, hl_outbox_item_get_label (self));
    break;
  case PROP_ENTITY:
    g_value_set_string (value, *hl_outbox_item_get_entities (self) != NULL ? *hl_outbox_item_get_entities (self) : "");
    break;
  case PROP_DAMAGED:
    g_value_set_boolean (value, self->row->damaged);
    break;
  case PROP_SENT_AS:
    g_value_set_string (value, hl_outbox_item_get_sent_as (self));
    break;
  case PROP_FOREIGN:
    g_value_set_boolean (value, self->foreign);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hl_outbox_item_class_init (HlOutboxItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hl_outbox_item_finalize;
  object_class->get_property = hl_outbox_item_get_property;
  props[PROP_N] = g_param_spec_int64 ("n", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, "", flags);
  props[PROP_KIND]
      = g_param_spec_enum ("kind", NULL, NULL, HL_TYPE_ACTION_KIND, HL_ACTION_UNKNOWN, flags);
  props[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_ITEM_STATE, HL_ITEM_QUEUED, flags);
  props[PROP_OUTCOME]
      = g_param_spec_enum ("outcome", NULL, NULL, HL_TYPE_OUTCOME, HL_OUTCOME_APPLIED, flags);
  props[PROP_REASON]
      = g_param_spec_enum ("reason", NULL, NULL, HL_TYPE_REASON, HL_REASON_NONE, flags);
  props[PROP_PREDICTED]
      = g_param_spec_enum ("predicted", NULL, NULL, HL_TYPE_OUTCOME, HL_OUTCOME_APPLIED, flags);
  props[PROP_COMPOSED_AT]
      = g_param_spec_int64 ("composed-at", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_DECIDED_AT]
      = g_param_spec_int64 ("decided-at", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_SEQ] = g_param_spec_int64 ("seq", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_READ] = g_param_spec_boolean ("read", NULL, NULL, FALSE, flags);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", flags);
  props[PROP_ENTITY] = g_param_spec_string ("entity", NULL, NULL, "", flags);
  props[PROP_DAMAGED] = g_param_spec_boolean ("damaged", NULL, NULL, FALSE, flags);
  props[PROP_SENT_AS] = g_param_spec_string ("sent-as", NULL, NULL, "", flags);
  props[PROP_FOREIGN] = g_param_spec_boolean ("foreign", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hl_outbox_item_init (HlOutboxItem *self)
{
}

/* The ids that a later item would share with this one: everything that its data names. */
static GStrv
find_entities (JsonObject *data)
{
  static const char *const members[]
      = { "party_id",   "reservation_id", "call_id",   "table_id", "notice_id",
          "section_id", "dispute_id",     "action_id", "id",       "order_id" };
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    JsonNode *node = json_object_get_member (data, members[i]);
    if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
        && json_node_get_value_type (node) == G_TYPE_STRING)
      g_ptr_array_add (ids, g_strdup (json_node_get_string (node)));
  }
  if (json_object_has_member (data, "table_ids")
      && JSON_NODE_HOLDS_ARRAY (json_object_get_member (data, "table_ids"))) {
    JsonArray *array = json_object_get_array_member (data, "table_ids");
    for (guint i = 0; i < json_array_get_length (array); i++) {
      JsonNode *node = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_ptr_array_add (ids, g_strdup (json_node_get_string (node)));
    }
  }
  g_ptr_array_add (ids, NULL);
  return (GStrv)g_ptr_array_free (ids, FALSE);
}

static void
read_detail (HlOutboxItem *self)
{
  g_clear_pointer (&self->detail, json_object_unref);
  if (self->row->detail != NULL)
    self->detail = hl_json_parse_object (self->row->detail, strlen (self->row->detail), NULL, NULL);
}

HlOutboxItem *
hl_outbox_item_new (const HlOutboxRow *row)
{
  HlOutboxItem *self = g_object_new (HL_TYPE_OUTBOX_ITEM, NULL);
  HlJsonLimits limits = { .max_depth = 24 };
  g_autoptr (JsonObject) object = NULL;

  self->row = hl_outbox_row_copy (row);
  if (!row->damaged && row->action != NULL)
    object = hl_json_parse_object (row->action, strlen (row->action), &limits, NULL);
  if (object != NULL)
    self->action = hl_action_new_from_json (object, NULL);
  if (self->action == NULL)
    self->row->damaged = TRUE;
  else
    self->entities = find_entities (self->action->data);
  if (row->base != NULL) {
    g_autoptr (JsonObject) base = hl_json_parse_object (row->base, strlen (row->base), NULL, NULL);
    if (base != NULL)
      self->base = hl_position_parse (base, "", NULL);
  }
  if (self->entities == NULL)
    self->entities = g_new0 (char *, 1);
  read_detail (self);
  return self;
}

const HlOutboxRow *
hl_outbox_item_get_row (HlOutboxItem *self)
{
  return self->row;
}

void
hl_outbox_item_update (HlOutboxItem *self, const HlOutboxRow *row)
{
  g_autoptr (HlOutboxRow) old = g_steal_pointer (&self->row);
  GObject *object = G_OBJECT (self);

  g_return_if_fail (g_strcmp0 (old->id, row->id) == 0);
  self->row = hl_outbox_row_copy (row);
  read_detail (self);
  g_object_freeze_notify (object);
  if (old->outcome != row->outcome)
    g_object_notify_by_pspec (object, props[PROP_OUTCOME]);
  if (old->reason != row->reason)
    g_object_notify_by_pspec (object, props[PROP_REASON]);
  if (old->decided_at != row->decided_at)
    g_object_notify_by_pspec (object, props[PROP_DECIDED_AT]);
  if (old->seq != row->seq)
    g_object_notify_by_pspec (object, props[PROP_SEQ]);
  if (g_strcmp0 (old->detail, row->detail) != 0)
    g_object_notify_by_pspec (object, props[PROP_SENT_AS]);
  if (old->read != row->read)
    g_object_notify_by_pspec (object, props[PROP_READ]);
  if (old->state != row->state)
    g_object_notify_by_pspec (object, props[PROP_STATE]);
  g_object_thaw_notify (object);
}

guint64
hl_outbox_item_get_n (HlOutboxItem *self)
{
  return self->row->n;
}

const char *
hl_outbox_item_get_id (HlOutboxItem *self)
{
  return self->row->id;
}

HlActionKind
hl_outbox_item_get_kind (HlOutboxItem *self)
{
  return self->action != NULL && !self->foreign ? self->action->kind : HL_ACTION_UNKNOWN;
}

HlItemState
hl_outbox_item_get_state (HlOutboxItem *self)
{
  return self->row->state;
}

HlOutcome
hl_outbox_item_get_outcome (HlOutboxItem *self)
{
  return self->row->outcome >= 0 ? (HlOutcome)self->row->outcome : HL_OUTCOME_APPLIED;
}

HlReason
hl_outbox_item_get_reason (HlOutboxItem *self)
{
  return (HlReason)self->row->reason;
}

JsonObject *
hl_outbox_item_get_detail (HlOutboxItem *self)
{
  return self->foreign ? NULL : self->detail;
}

gint64
hl_outbox_item_get_composed_at (HlOutboxItem *self)
{
  return self->row->composed_at;
}

const char *
hl_outbox_item_get_label (HlOutboxItem *self)
{
  return self->row->label != NULL && !self->foreign ? self->row->label : "";
}

gboolean
hl_outbox_item_get_read (HlOutboxItem *self)
{
  return self->row->read;
}

const char *
hl_outbox_item_get_sent_as (HlOutboxItem *self)
{
  JsonNode *node = self->row->state == HL_ITEM_REVIEW && self->detail != NULL
                       ? json_object_get_member (self->detail, HL_OUTBOX_SENT_AS)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

const HlPosition *
hl_outbox_item_get_base (HlOutboxItem *self)
{
  return self->base;
}

HlAction *
hl_outbox_item_get_action (HlOutboxItem *self)
{
  return self->foreign ? NULL : self->action;
}

const char *const *
hl_outbox_item_get_entities (HlOutboxItem *self)
{
  static const char *const none[] = { NULL };

  return self->foreign ? none : (const char *const *)self->entities;
}

gboolean
hl_outbox_item_get_foreign (HlOutboxItem *self)
{
  return self->foreign;
}

void
hl_outbox_item_set_foreign (HlOutboxItem *self, gboolean foreign)
{
  GObject *object = G_OBJECT (self);

  if (self->foreign == foreign)
    return;
  self->foreign = foreign;
  g_object_freeze_notify (object);
  g_object_notify_by_pspec (object, props[PROP_FOREIGN]);
  g_object_notify_by_pspec (object, props[PROP_KIND]);
  g_object_notify_by_pspec (object, props[PROP_LABEL]);
  g_object_notify_by_pspec (object, props[PROP_ENTITY]);
  g_object_thaw_notify (object);
}

gboolean
hl_outbox_item_is_waiting (HlOutboxItem *self)
{
  return self->row->state == HL_ITEM_QUEUED || self->row->state == HL_ITEM_SENDING;
}

gboolean
hl_outbox_item_needs_person (HlOutboxItem *self)
{
  if (self->row->read)
    return FALSE;
  return self->row->state == HL_ITEM_REVIEW
         || (self->row->state == HL_ITEM_DECIDED && self->row->outcome == HL_OUTCOME_REFUSED);
}
