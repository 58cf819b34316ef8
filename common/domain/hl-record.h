/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base class of everything that has fields: entities, and the things inside them (a slot, a note).
 */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-shape.h"

G_BEGIN_DECLS

#define HL_TYPE_RECORD (hl_record_get_type ())
G_DECLARE_DERIVABLE_TYPE (HlRecord, hl_record, HL, RECORD, GObject)

/**
 * HlRecordClass:
 * @changed: a field got another value; runs before its notify
 *
 * A subclass installs its fields with hl_record_class_install () in class_init and that is all:
 * values are stored here, get_property and set_property are written once, here.
 */
struct _HlRecordClass {
  GObjectClass parent_class;

  void (*changed) (HlRecord *self, guint id);

  /*< private >*/
  HlShape        *shape;
  GValue         *defaults; /* by id */
  const HlField **fields;   /* by id */
  guint           n_values;
};

/* Names the class's shape. To be called first in class_init. */
void           hl_record_class_name      (HlRecordClass *klass,
                                          const char    *name);
/* Installs the property and makes it a field. @id counts from 1. @pspec: (transfer floating) */
void           hl_record_class_install   (HlRecordClass *klass,
                                          guint          id,
                                          GParamSpec    *pspec);
const HlShape *hl_record_class_get_shape (HlRecordClass *klass);
/* The shape of the record class @type. */
const HlShape *hl_record_type_get_shape  (GType type);
const HlShape *hl_record_get_shape       (HlRecord *self);

/* Typed reads by field id, without a copy: (transfer none), valid until the field changes. The
 * arrays are never NULL; an array of records is immutable. */
gboolean          hl_record_get_bool    (HlRecord *self, guint id);
int               hl_record_get_int     (HlRecord *self, guint id); /* also enums, weekdays */
gint64            hl_record_get_int64   (HlRecord *self, guint id); /* also times */
double            hl_record_get_double  (HlRecord *self, guint id);
const char       *hl_record_get_string  (HlRecord *self, guint id);
const char *const *hl_record_get_strings (HlRecord *self, guint id);
GPtrArray        *hl_record_get_records (HlRecord *self, guint id); /* also the size map */
gpointer          hl_record_get_record  (HlRecord *self, guint id); /* (nullable) */
JsonNode         *hl_record_get_any     (HlRecord *self, guint id); /* (nullable) */
const GValue     *hl_record_get_value   (HlRecord *self, guint id);
#define hl_record_get_enum hl_record_get_int
#define hl_record_get_time hl_record_get_int64

/**
 * hl_record_set_value:
 * @id: a field of @self
 * @value: a value of the field's type; a text or an array over its limit is cut, a number is
 *   clamped, so that whatever is in a record can be saved and loaded again
 *
 * Returns: whether the value changed; only then there is one notify (delayed while frozen)
 */
gboolean hl_record_set_value   (HlRecord *self, guint id, const GValue *value);
gboolean hl_record_set_bool    (HlRecord *self, guint id, gboolean value);
gboolean hl_record_set_int     (HlRecord *self, guint id, int value);
gboolean hl_record_set_int64   (HlRecord *self, guint id, gint64 value);
gboolean hl_record_set_double  (HlRecord *self, guint id, double value);
gboolean hl_record_set_string  (HlRecord *self, guint id, const char *value);
gboolean hl_record_set_strings (HlRecord *self, guint id, const char *const *value);
gboolean hl_record_set_records (HlRecord *self, guint id, GPtrArray *value);
/* Takes the content of @value, which is then unset. */
gboolean hl_record_take_value  (HlRecord *self, guint id, GValue *value);
gboolean hl_record_reset       (HlRecord *self, guint id); /* to its default */
#define hl_record_set_enum hl_record_set_int
#define hl_record_set_time hl_record_set_int64

gboolean hl_record_is_default  (HlRecord *self, guint id);
/* All fields equal, recursively. */
gboolean hl_record_equal       (HlRecord *one, HlRecord *two);
/* Two values of one field. */
gboolean hl_record_value_equal (const HlField *field, const GValue *one, const GValue *two);
/* A new record of the same class with the same values. (transfer full) */
gpointer hl_record_copy        (HlRecord *self) G_GNUC_WARN_UNUSED_RESULT;

/* Where <stdbool.h> came first (the toolkit includes it), the kind "bool" arrives as "_Bool". */
#define hl_record_get__Bool hl_record_get_bool
/* hl_<name>_get_<field> () as an inline function over the generic store. */
#define HL_RECORD_GETTER(CType, kind, Type, prefix, field, FIELD)                \
  G_GNUC_UNUSED static inline CType prefix##_get_##field (Type *self)            \
  {                                                                              \
    return (CType) hl_record_get_##kind ((HlRecord *) self, FIELD);              \
  }

G_END_DECLS
