/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRow: base of the objects that lists and cards bind to; a plain store of typed properties that
 * notifies only when a value really changed. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A subclass names its properties once, as GParamSpecs (hl_row_class_install ()). Views read them
 * with g_object_get (), property bindings and expressions, or the typed getters of the subclass;
 * only desk writes them. Every property is read-only from outside and emits notify when, and only
 * when, it changed. Strings of a row are never NULL unless the subclass says so. */
#define HL_TYPE_ROW (hl_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (HlRow, hl_row, HL, ROW, GObject)

struct _HlRowClass {
  GObjectClass parent_class;
  GParamSpec **pspecs; /* owned by the class; index 0 is unused */
  guint n_pspecs;
};

/* To be called from class_init. pspecs[0] is NULL; takes over the floating references. */
void hl_row_class_install (HlRowClass *klass, GParamSpec **pspecs, guint n_pspecs);

gboolean hl_row_get_bool (HlRow *self, guint prop_id);
int hl_row_get_int (HlRow *self, guint prop_id); /* also enums */
gint64 hl_row_get_int64 (HlRow *self, guint prop_id);
double hl_row_get_double (HlRow *self, guint prop_id);
const char *hl_row_get_string (HlRow *self, guint prop_id);
const char *const *hl_row_get_strv (HlRow *self, guint prop_id); /* transfer none, may be NULL */
gpointer hl_row_get_object (HlRow *self, guint prop_id);         /* transfer none */

/* For desk only. Each answers TRUE when the value was another one before. */
gboolean hl_row_set_bool (HlRow *self, guint prop_id, gboolean value);
gboolean hl_row_set_int (HlRow *self, guint prop_id, int value);
gboolean hl_row_set_int64 (HlRow *self, guint prop_id, gint64 value);
gboolean hl_row_set_double (HlRow *self, guint prop_id, double value);
gboolean hl_row_set_string (HlRow *self, guint prop_id, const char *value);
gboolean hl_row_set_strv (HlRow *self, guint prop_id, const char *const *value);
gboolean hl_row_set_object (HlRow *self, guint prop_id, gpointer value);

/* Orders rows within their list; desk keeps it, views need not look at it. */
const char *hl_row_get_key (HlRow *self);
void hl_row_set_key (HlRow *self, const char *key);

G_END_DECLS
