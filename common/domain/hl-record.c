/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one store of values behind every entity and nested record. */
#include "domain/hl-record.h"

#include <string.h>

#include "domain/hl-time.h"

typedef struct {
  GValue *values; /* by field id; 0 is not used */
} HlRecordPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HlRecord, hl_record, G_TYPE_OBJECT)

#define PRIVATE(self) ((HlRecordPrivate *) hl_record_get_instance_private (self))
#define CLASS(self) ((HlRecordClass *) ((GTypeInstance *) (self))->g_class)

/* Field by id, and the value of it. */
static inline const HlField *
field_of (HlRecord *self, guint id)
{
  g_assert (id > 0 && id < CLASS (self)->n_values);
  return CLASS (self)->fields[id];
}

static inline GValue *
value_of (HlRecord *self, guint id)
{
  g_assert (id > 0 && id < CLASS (self)->n_values);
  return &PRIVATE (self)->values[id];
}

static void
hl_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (value_of (HL_RECORD (object), id), value);
}

static void
hl_record_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  hl_record_set_value (HL_RECORD (object), id, value);
}

void
hl_record_class_name (HlRecordClass *klass, const char *name)
{
  g_assert (klass->shape == NULL);
  klass->shape = hl_shape_new (name);
  /* GObject does not inherit these two */
  G_OBJECT_CLASS (klass)->get_property = hl_record_get_property;
  G_OBJECT_CLASS (klass)->set_property = hl_record_set_property;
}

void
hl_record_class_install (HlRecordClass *klass, guint id, GParamSpec *pspec)
{
  g_assert (klass->shape != NULL && id > 0);

  if (id >= klass->n_values) {
    klass->defaults = g_renew (GValue, klass->defaults, id + 1);
    klass->fields = g_renew (const HlField *, klass->fields, id + 1);
    for (guint i = klass->n_values; i <= id; i++) {
      klass->defaults[i] = (GValue) G_VALUE_INIT;
      klass->fields[i] = NULL;
    }
    klass->n_values = id + 1;
  }
  g_object_class_install_property (G_OBJECT_CLASS (klass), id, pspec);
  hl_shape_add (klass->shape, pspec, id);
  klass->fields[id] = hl_shape_lookup (klass->shape, hl_field_json_name (pspec->name));
  hl_field_init_default (pspec, &klass->defaults[id]);
}

const HlShape *
hl_record_class_get_shape (HlRecordClass *klass)
{
  return klass->shape;
}

const HlShape *
hl_record_type_get_shape (GType type)
{
  /* not peek: another thread may be in the middle of class_init. Static types' classes stay */
  HlRecordClass *klass = g_type_class_ref (type);
  const HlShape *shape = klass->shape;
  g_type_class_unref (klass);
  return shape;
}

const HlShape *
hl_record_get_shape (HlRecord *self)
{
  return CLASS (self)->shape;
}

static void
hl_record_init (HlRecord *self)
{
}

static void
hl_record_constructed (GObject *object)
{
  HlRecord *self = HL_RECORD (object);
  HlRecordClass *klass = CLASS (self);
  HlRecordPrivate *priv = PRIVATE (self);

  /* not in init: there the instance still has its parent's class */
  priv->values = g_new0 (GValue, MAX (klass->n_values, 1));
  for (guint i = 1; i < klass->n_values; i++) {
    g_value_init (&priv->values[i], G_VALUE_TYPE (&klass->defaults[i]));
    g_value_copy (&klass->defaults[i], &priv->values[i]);
  }
  G_OBJECT_CLASS (hl_record_parent_class)->constructed (object);
}

static void
hl_record_finalize (GObject *object)
{
  HlRecord *self = HL_RECORD (object);
  HlRecordPrivate *priv = PRIVATE (self);

  for (guint i = 1; i < CLASS (self)->n_values; i++)
    g_value_unset (&priv->values[i]);
  g_free (priv->values);
  G_OBJECT_CLASS (hl_record_parent_class)->finalize (object);
}

static void
hl_record_class_init (HlRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hl_record_constructed;
  object_class->finalize = hl_record_finalize;
}

gboolean
hl_record_get_bool (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_int != 0;
}

int
hl_record_get_int (HlRecord *self, guint id)
{
  /* GValue keeps an enum as a long */
  if (field_of (self, id)->kind == HL_FIELD_KIND_ENUM)
    return (int) value_of (self, id)->data[0].v_long;
  return value_of (self, id)->data[0].v_int;
}

gint64
hl_record_get_int64 (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_int64;
}

double
hl_record_get_double (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_double;
}

const char *
hl_record_get_string (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_pointer;
}

const char *const *
hl_record_get_strings (HlRecord *self, guint id)
{
  static const char *const none[] = { NULL };
  const char *const *strings = value_of (self, id)->data[0].v_pointer;
  return strings != NULL ? strings : none;
}

GPtrArray *
hl_record_get_records (HlRecord *self, guint id)
{
  static GPtrArray *none = NULL;
  GPtrArray *records = value_of (self, id)->data[0].v_pointer;

  if (records != NULL)
    return records;
  if (g_once_init_enter (&none))
    g_once_init_leave (&none, g_ptr_array_new ());
  return none;
}

gpointer
hl_record_get_record (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_pointer;
}

JsonNode *
hl_record_get_any (HlRecord *self, guint id)
{
  return value_of (self, id)->data[0].v_pointer;
}

const GValue *
hl_record_get_value (HlRecord *self, guint id)
{
  return value_of (self, id);
}

static gboolean
strings_equal (const char *const *one, const char *const *two)
{
  static const char *const none[] = { NULL };
  if (one == NULL)
    one = none;
  if (two == NULL)
    two = none;
  return g_strv_equal (one, two);
}

static gboolean
records_equal (GPtrArray *one, GPtrArray *two)
{
  guint n_one = one != NULL ? one->len : 0;
  guint n_two = two != NULL ? two->len : 0;

  if (one == two)
    return TRUE;
  if (n_one != n_two)
    return FALSE;
  for (guint i = 0; i < n_one; i++) {
    if (!hl_record_equal (one->pdata[i], two->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
nodes_equal (JsonNode *one, JsonNode *two)
{
  if (one == NULL || two == NULL)
    return one == two;
  return json_node_equal (one, two);
}

gboolean
hl_record_value_equal (const HlField *field, const GValue *one, const GValue *two)
{
  gconstpointer a = one->data[0].v_pointer;
  gconstpointer b = two->data[0].v_pointer;

  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    return (one->data[0].v_int != 0) == (two->data[0].v_int != 0);
  case HL_FIELD_KIND_INT:
  case HL_FIELD_KIND_WEEKDAYS:
    return one->data[0].v_int == two->data[0].v_int;
  case HL_FIELD_KIND_ENUM:
    return one->data[0].v_long == two->data[0].v_long;
  case HL_FIELD_KIND_INT64:
  case HL_FIELD_KIND_TIME:
    return one->data[0].v_int64 == two->data[0].v_int64;
  case HL_FIELD_KIND_DOUBLE:
    return one->data[0].v_double == two->data[0].v_double;
  case HL_FIELD_KIND_STRING:
    return g_strcmp0 (a, b) == 0;
  case HL_FIELD_KIND_STRINGS:
    return strings_equal (a, b);
  case HL_FIELD_KIND_RECORD:
    return a == b || (a != NULL && b != NULL && hl_record_equal ((HlRecord *) a, (HlRecord *) b));
  case HL_FIELD_KIND_RECORDS:
  case HL_FIELD_KIND_SIZE_MAP:
    return records_equal ((GPtrArray *) a, (GPtrArray *) b);
  case HL_FIELD_KIND_ANY:
    return nodes_equal ((JsonNode *) a, (JsonNode *) b);
  case HL_FIELD_KIND_DERIVED:
    break;
  }
  return FALSE;
}

/* What is not nullable is never NULL, and no text is over its limit. */
static void
normalise_string (const HlField *field, GValue *value)
{
  const char *text = value->data[0].v_pointer;

  if (text == NULL) {
    if (!field->nullable)
      g_value_set_static_string (value, "");
    return;
  }
  /* code points are never more than bytes: mostly there is nothing to count */
  if (field->max_length == 0 || strlen (text) <= field->max_length
      || g_utf8_strlen (text, -1) <= (glong) field->max_length)
    return;
  g_value_take_string (value, g_utf8_substring (text, 0, field->max_length));
}

/* An empty array is NULL, so that there is one form for one value; none is over its limit. */
static void
normalise_strings (const HlField *field, GValue *value)
{
  char **strings = value->data[0].v_pointer;

  if (strings == NULL)
    return;
  if (strings[0] == NULL) {
    g_value_set_boxed (value, NULL);
    return;
  }
  for (guint i = 0; i <= field->max_items && strings[i] != NULL; i++) {
    if (i == field->max_items) {
      char **head = g_new0 (char *, field->max_items + 1);
      for (guint j = 0; j < field->max_items; j++)
        head[j] = g_strdup (strings[j]);
      g_value_take_boxed (value, head);
      return;
    }
  }
}

static void
normalise_records (const HlField *field, GValue *value)
{
  GPtrArray *records = value->data[0].v_pointer;

  if (records == NULL)
    return;
  if (records->len == 0) {
    g_value_set_boxed (value, NULL);
  } else if (records->len > field->max_items) {
    GPtrArray *head = g_ptr_array_new_full (field->max_items, g_object_unref);
    for (guint i = 0; i < field->max_items; i++)
      g_ptr_array_add (head, g_object_ref (records->pdata[i]));
    g_value_take_boxed (value, head);
  }
}

/* Whatever is set from C, a snapshot of it can be loaded: values are brought within their limits. */
static void
normalise (const HlField *field, GValue *value)
{
  switch (field->kind) {
  case HL_FIELD_KIND_STRING:
    normalise_string (field, value);
    break;
  case HL_FIELD_KIND_STRINGS:
    normalise_strings (field, value);
    break;
  case HL_FIELD_KIND_RECORDS:
  case HL_FIELD_KIND_SIZE_MAP:
    normalise_records (field, value);
    break;
  case HL_FIELD_KIND_BOOL:
  case HL_FIELD_KIND_INT:
  case HL_FIELD_KIND_INT64:
  case HL_FIELD_KIND_DOUBLE:
  case HL_FIELD_KIND_ENUM:
  case HL_FIELD_KIND_WEEKDAYS:
    g_param_value_validate (field->pspec, value);
    break;
  case HL_FIELD_KIND_TIME:
    if (value->data[0].v_int64 != HL_TIME_NONE)
      value->data[0].v_int64 = CLAMP (value->data[0].v_int64, HL_TIME_MIN, HL_TIME_MAX);
    break;
  case HL_FIELD_KIND_RECORD:
  case HL_FIELD_KIND_ANY:
  case HL_FIELD_KIND_DERIVED:
    break;
  }
}

gboolean
hl_record_take_value (HlRecord *self, guint id, GValue *value)
{
  const HlField *field = field_of (self, id);
  GValue *mine = value_of (self, id);

  g_assert (G_VALUE_TYPE (value) == G_VALUE_TYPE (mine));
  normalise (field, value);
  if (hl_record_value_equal (field, mine, value)) {
    g_value_unset (value);
    return FALSE;
  }
  GValue old = *mine;
  *mine = *value;
  *value = old;
  g_value_unset (value);
  if (CLASS (self)->changed != NULL)
    CLASS (self)->changed (self, id);
  g_object_notify_by_pspec (G_OBJECT (self), field->pspec);
  return TRUE;
}

gboolean
hl_record_set_value (HlRecord *self, guint id, const GValue *value)
{
  GValue copy = G_VALUE_INIT;
  GValue *mine = value_of (self, id);

  /* mostly nothing changes: do not copy what would be thrown away */
  if (G_VALUE_TYPE (value) == G_VALUE_TYPE (mine)
      && hl_record_value_equal (field_of (self, id), mine, value))
    return FALSE;
  g_value_init (&copy, G_VALUE_TYPE (mine));
  g_value_copy (value, &copy);
  return hl_record_take_value (self, id, &copy);
}

/* A value of the field's own type, to be filled. */
#define SETTER(name, CType, set)                                                                   \
  gboolean hl_record_set_##name (HlRecord *self, guint id, CType value)                            \
  {                                                                                                \
    GValue own = G_VALUE_INIT;                                                                     \
    g_value_init (&own, G_VALUE_TYPE (value_of (self, id)));                                       \
    set (&own, value);                                                                             \
    return hl_record_take_value (self, id, &own);                                                  \
  }

static void
set_int_or_enum (GValue *own, int value)
{
  if (G_VALUE_HOLDS_ENUM (own))
    g_value_set_enum (own, value);
  else
    g_value_set_int (own, value);
}

SETTER (bool, gboolean, g_value_set_boolean)
SETTER (int, int, set_int_or_enum)
SETTER (int64, gint64, g_value_set_int64)
SETTER (double, double, g_value_set_double)
SETTER (string, const char *, g_value_set_string)
SETTER (strings, const char *const *, g_value_set_boxed)
SETTER (records, GPtrArray *, g_value_set_boxed)

gboolean
hl_record_reset (HlRecord *self, guint id)
{
  return hl_record_set_value (self, id, &CLASS (self)->defaults[id]);
}

gboolean
hl_record_is_default (HlRecord *self, guint id)
{
  return hl_record_value_equal (field_of (self, id), value_of (self, id),
                                &CLASS (self)->defaults[id]);
}

gboolean
hl_record_equal (HlRecord *one, HlRecord *two)
{
  if (one == two)
    return TRUE;
  if (CLASS (one) != CLASS (two))
    return FALSE;
  for (guint i = 1; i < CLASS (one)->n_values; i++) {
    if (!hl_record_value_equal (field_of (one, i), value_of (one, i), value_of (two, i)))
      return FALSE;
  }
  return TRUE;
}

gpointer
hl_record_copy (HlRecord *self)
{
  HlRecord *copy = g_object_new (G_OBJECT_TYPE (self), NULL);

  for (guint i = 1; i < CLASS (self)->n_values; i++)
    g_value_copy (value_of (self, i), value_of (copy, i));
  return copy;
}
