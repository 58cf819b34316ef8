/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlForm: the fields of an application/x-www-form-urlencoded body as bytes, all of them, for signatures. */
#include "ingest/hl-form.h"

#include <string.h>

static void
decode (GByteArray   *out,
        const guint8 *from,
        const guint8 *end)
{
  while (from < end) {
    guint8 byte = *from;
    gsize used = 1;

    if (byte == '+') {
      byte = ' ';
    } else if (byte == '%' && end - from > 2 && g_ascii_isxdigit (from[1]) && g_ascii_isxdigit (from[2])) {
      byte = (guint8) (g_ascii_xdigit_value (from[1]) << 4 | g_ascii_xdigit_value (from[2]));
      used = 3;
    }
    g_byte_array_append (out, &byte, 1);
    from += used;
  }
}

HlForm *
hl_form_new (const guint8 *body,
             gsize         len)
{
  HlForm *self = g_new0 (HlForm, 1);
  const guint8 *end = len > 0 ? body + len : body;

  self->bytes = g_byte_array_sized_new ((guint) len);
  self->fields = g_array_new (FALSE, FALSE, sizeof (HlFormField));
  while (len > 0 && body < end) {
    const guint8 *amp = memchr (body, '&', (gsize) (end - body));
    const guint8 *stop = amp != NULL ? amp : end;
    const guint8 *equals = memchr (body, '=', (gsize) (stop - body));
    HlFormField field = { .name = self->bytes->len };

    decode (self->bytes, body, equals != NULL ? equals : stop);
    field.name_len = self->bytes->len - field.name;
    field.value = self->bytes->len;
    decode (self->bytes, equals != NULL ? equals + 1 : stop, stop);
    field.value_len = self->bytes->len - field.value;
    if (stop > body) {
      g_array_append_val (self->fields, field);
    }
    body = stop + 1;
  }
  return self;
}

void
hl_form_free (HlForm *self)
{
  g_byte_array_unref (self->bytes);
  g_array_unref (self->fields);
  g_free (self);
}

static int
compare_bytes (const guint8 *all,
               gsize         a,
               gsize         a_len,
               gsize         b,
               gsize         b_len)
{
  int order = memcmp (all + a, all + b, MIN (a_len, b_len));

  return order != 0 ? order : a_len < b_len ? -1 : a_len > b_len;
}

static int
compare_fields (gconstpointer one,
                gconstpointer two,
                gpointer      all)
{
  const HlFormField *a = one;
  const HlFormField *b = two;
  int order = compare_bytes (all, a->name, a->name_len, b->name, b->name_len);

  return order != 0 ? order : compare_bytes (all, a->value, a->value_len, b->value, b->value_len);
}

void
hl_form_sort (HlForm *self)
{
  g_array_sort_with_data (self->fields, compare_fields, self->bytes->data);
  for (guint i = self->fields->len; i > 1; i--) {
    if (compare_fields (&g_array_index (self->fields, HlFormField, i - 1),
                        &g_array_index (self->fields, HlFormField, i - 2), self->bytes->data)
        == 0) {
      g_array_remove_index (self->fields, i - 1);
    }
  }
}
