/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store behind every row, see hl-row.h. */
#include "desk/hl-row.h"

typedef struct {
  GValue *values; /* by property id */
  char *key;
} HlRowPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HlRow, hl_row, G_TYPE_OBJECT)

static GValue *
value_of (HlRow *self, guint prop_id)
{
  HlRowPrivate *priv = hl_row_get_instance_private (self);
  g_assert (prop_id > 0 && prop_id < HL_ROW_GET_CLASS (self)->n_pspecs);
  return &priv->values[prop_id];
}

static void
hl_row_constructed (GObject *object)
{
  HlRow *self = HL_ROW (object);
  HlRowPrivate *priv = hl_row_get_instance_private (self);
  HlRowClass *klass = HL_ROW_GET_CLASS (self);

  G_OBJECT_CLASS (hl_row_parent_class)->constructed (object);
  priv->values = g_new0 (GValue, klass->n_pspecs);
  for (guint i = 1; i < klass->n_pspecs; i++) {
    g_value_init (&priv->values[i], klass->pspecs[i]->value_type);
    g_param_value_set_default (klass->pspecs[i], &priv->values[i]);
  }
}

static void
hl_row_finalize (GObject *object)
{
  HlRow *self = HL_ROW (object);
  HlRowPrivate *priv = hl_row_get_instance_private (self);
  HlRowClass *klass = HL_ROW_GET_CLASS (self);

  for (guint i = 1; i < klass->n_pspecs; i++)
    g_value_unset (&priv->values[i]);
  g_free (priv->values);
  g_free (priv->key);
  G_OBJECT_CLASS (hl_row_parent_class)->finalize (object);
}

static void
hl_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (value_of (HL_ROW (object), prop_id), value);
}

static void
hl_row_class_init (HlRowClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = hl_row_constructed;
  G_OBJECT_CLASS (klass)->finalize = hl_row_finalize;
}

static void
hl_row_init (HlRow *self)
{
}

void
hl_row_class_install (HlRowClass *klass, GParamSpec **pspecs, guint n_pspecs)
{
  G_OBJECT_CLASS (klass)->get_property = hl_row_get_property;
  klass->pspecs = pspecs;
  klass->n_pspecs = n_pspecs;
  g_object_class_install_properties (G_OBJECT_CLASS (klass), n_pspecs, pspecs);
}

static void
changed (HlRow *self, guint prop_id)
{
  g_object_notify_by_pspec (G_OBJECT (self), HL_ROW_GET_CLASS (self)->pspecs[prop_id]);
}

gboolean
hl_row_get_bool (HlRow *self, guint prop_id)
{
  return g_value_get_boolean (value_of (self, prop_id));
}

int
hl_row_get_int (HlRow *self, guint prop_id)
{
  GValue *value = value_of (self, prop_id);
  return G_VALUE_HOLDS_ENUM (value) ? g_value_get_enum (value) : g_value_get_int (value);
}

gint64
hl_row_get_int64 (HlRow *self, guint prop_id)
{
  return g_value_get_int64 (value_of (self, prop_id));
}

double
hl_row_get_double (HlRow *self, guint prop_id)
{
  return g_value_get_double (value_of (self, prop_id));
}

const char *
hl_row_get_string (HlRow *self, guint prop_id)
{
  return g_value_get_string (value_of (self, prop_id));
}

const char *const *
hl_row_get_strv (HlRow *self, guint prop_id)
{
  return g_value_get_boxed (value_of (self, prop_id));
}

gpointer
hl_row_get_object (HlRow *self, guint prop_id)
{
  return g_value_get_object (value_of (self, prop_id));
}

gboolean
hl_row_set_bool (HlRow *self, guint prop_id, gboolean value)
{
  if (hl_row_get_bool (self, prop_id) == !!value)
    return FALSE;
  g_value_set_boolean (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_int (HlRow *self, guint prop_id, int value)
{
  GValue *own = value_of (self, prop_id);

  if (hl_row_get_int (self, prop_id) == value)
    return FALSE;
  if (G_VALUE_HOLDS_ENUM (own))
    g_value_set_enum (own, value);
  else
    g_value_set_int (own, value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_int64 (HlRow *self, guint prop_id, gint64 value)
{
  if (hl_row_get_int64 (self, prop_id) == value)
    return FALSE;
  g_value_set_int64 (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_double (HlRow *self, guint prop_id, double value)
{
  double old = hl_row_get_double (self, prop_id);
  if (!(old < value) && !(old > value))
    return FALSE;
  g_value_set_double (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_string (HlRow *self, guint prop_id, const char *value)
{
  if (value == NULL)
    value = "";
  if (g_strcmp0 (hl_row_get_string (self, prop_id), value) == 0)
    return FALSE;
  g_value_set_string (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_strv (HlRow *self, guint prop_id, const char *const *value)
{
  static const char *const empty[] = { NULL };
  const char *const *old = hl_row_get_strv (self, prop_id);

  if (value == NULL)
    value = empty;
  if (g_strv_equal (old != NULL ? old : empty, value))
    return FALSE;
  g_value_set_boxed (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

gboolean
hl_row_set_object (HlRow *self, guint prop_id, gpointer value)
{
  if (hl_row_get_object (self, prop_id) == value)
    return FALSE;
  g_value_set_object (value_of (self, prop_id), value);
  changed (self, prop_id);
  return TRUE;
}

const char *
hl_row_get_key (HlRow *self)
{
  HlRowPrivate *priv = hl_row_get_instance_private (self);
  return priv->key != NULL ? priv->key : "";
}

void
hl_row_set_key (HlRow *self, const char *key)
{
  HlRowPrivate *priv = hl_row_get_instance_private (self);
  if (g_strcmp0 (priv->key, key) == 0)
    return;
  g_free (priv->key);
  priv->key = g_strdup (key);
}
