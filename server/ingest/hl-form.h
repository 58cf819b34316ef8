/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlForm: the fields of an application/x-www-form-urlencoded body as bytes, all of them, for signatures. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  GByteArray *bytes;  /* all names and values, decoded */
  GArray     *fields; /* of HlFormField */
} HlForm;

/* Offsets into HlForm.bytes. */
typedef struct {
  gsize name;
  gsize name_len;
  gsize value;
  gsize value_len;
} HlFormField;

/* Blank values and repeated names are kept, "+" is a space, a broken escape stands for itself. */
HlForm *hl_form_new  (const guint8 *body,
                      gsize         len);
void    hl_form_free (HlForm *self);

/* By the bytes of name and value, each pair once. */
void    hl_form_sort (HlForm *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlForm, hl_form_free)

G_END_DECLS
