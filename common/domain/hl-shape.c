/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields by name and in order. */
#include "domain/hl-shape.h"

#include <string.h>

struct _HlShape {
  char        *name;
  GPtrArray   *fields; /* HlField, as declared */
  GPtrArray   *sorted; /* the same by name */
  GHashTable  *by_name;
  HlShapeCheck check;
};

HlShape *
hl_shape_new (const char *name)
{
  HlShape *self = g_new0 (HlShape, 1);
  self->name = g_strdup (name);
  self->fields = g_ptr_array_new ();
  self->sorted = g_ptr_array_new ();
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

static void
free_field (HlField *field)
{
  g_param_spec_unref (field->pspec);
  g_free (field);
}

void
hl_shape_free (HlShape *self)
{
  g_ptr_array_foreach (self->fields, (GFunc) free_field, NULL);
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->sorted);
  g_hash_table_unref (self->by_name);
  g_free (self->name);
  g_free (self);
}

static int
compare_fields (gconstpointer a, gconstpointer b)
{
  const HlField *const *one = a;
  const HlField *const *two = b;
  return strcmp ((*one)->name, (*two)->name);
}

static void
add_field (HlShape *self, HlField *field)
{
  hl_shape_remove (self, field->name);
  g_ptr_array_add (self->fields, field);
  g_ptr_array_add (self->sorted, field);
  g_ptr_array_sort (self->sorted, compare_fields);
  g_hash_table_insert (self->by_name, (gpointer) field->name, field);
}

void
hl_shape_add (HlShape *self, GParamSpec *pspec, guint id)
{
  HlField *field = g_new (HlField, 1);
  hl_field_read (field, g_param_spec_ref_sink (pspec), id);
  add_field (self, field);
}

void
hl_shape_add_shape (HlShape *self, const HlShape *other)
{
  for (guint i = 0; i < other->fields->len; i++) {
    HlField *field = g_memdup2 (other->fields->pdata[i], sizeof (HlField));
    g_param_spec_ref (field->pspec);
    add_field (self, field);
  }
}

static HlField *
find (const HlShape *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

void
hl_shape_remove (HlShape *self, const char *name)
{
  HlField *field = find (self, name);
  if (field == NULL)
    return;
  g_hash_table_remove (self->by_name, name);
  g_ptr_array_remove (self->fields, field);
  g_ptr_array_remove (self->sorted, field);
  free_field (field);
}

void
hl_shape_set_required (HlShape *self, const char *name, gboolean required)
{
  HlField *field = find (self, name);
  g_assert (field != NULL);
  field->required = required;
}

void
hl_shape_require_only (HlShape *self, const char *const *required)
{
  for (guint i = 0; i < self->fields->len; i++)
    ((HlField *) self->fields->pdata[i])->required = FALSE;
  for (guint i = 0; required[i] != NULL; i++)
    hl_shape_set_required (self, required[i], TRUE);
}

void
hl_shape_set_check (HlShape *self, HlShapeCheck check)
{
  self->check = check;
}

const char *
hl_shape_get_name (const HlShape *self)
{
  return self->name;
}

guint
hl_shape_get_n_fields (const HlShape *self)
{
  return self->fields->len;
}

const HlField *
hl_shape_get_field (const HlShape *self, guint index)
{
  g_return_val_if_fail (index < self->fields->len, NULL);
  return self->fields->pdata[index];
}

const HlField *
hl_shape_get_sorted (const HlShape *self, guint index)
{
  g_return_val_if_fail (index < self->sorted->len, NULL);
  return self->sorted->pdata[index];
}

const HlField *
hl_shape_lookup (const HlShape *self, const char *name)
{
  return find (self, name);
}

HlShapeCheck
hl_shape_get_check (const HlShape *self)
{
  return self->check;
}
