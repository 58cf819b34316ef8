/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copying and checksum of a row, see hl-outbox-row.h. */
#include "local/hl-outbox-row.h"

#include <string.h>

#include "util/hl-id.h"

HlOutboxRow *
hl_outbox_row_copy (const HlOutboxRow *row)
{
  HlOutboxRow *copy = g_new (HlOutboxRow, 1);
  *copy = *row;
  copy->device = g_strdup (row->device);
  copy->id = g_strdup (row->id);
  copy->action = g_strdup (row->action);
  copy->base = g_strdup (row->base);
  copy->label = g_strdup (row->label);
  copy->detail = g_strdup (row->detail);
  copy->boot_id = g_strdup (row->boot_id);
  copy->location = g_strdup (row->location);
  return copy;
}

void
hl_outbox_row_free (HlOutboxRow *row)
{
  if (row == NULL)
    return;
  g_free (row->device);
  g_free (row->id);
  g_free (row->action);
  g_free (row->base);
  g_free (row->label);
  g_free (row->detail);
  g_free (row->boot_id);
  g_free (row->location);
  g_free (row);
}

static void
add (GString *out, const char *text)
{
  if (text == NULL)
    g_string_append (out, "-;");
  else
    g_string_append_printf (out, "%" G_GSIZE_FORMAT ":%s;", strlen (text), text);
}

gboolean
hl_outbox_row_is_foreign (const HlOutboxRow *row, const char *device, const char *location)
{
  if (row->location != NULL)
    return g_strcmp0 (row->location, location) != 0;
  return g_strcmp0 (row->device, device) != 0;
}

gint64
hl_outbox_row_get_checksum (const HlOutboxRow *row)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 digest[HL_ID_SHA256_BYTES];
  gint64 sum;

  add (text, row->device);
  add (text, row->id);
  add (text, row->action);
  add (text, row->base);
  add (text, row->label);
  add (text, row->detail);
  add (text, row->boot_id);
  g_string_append_printf (text,
                          "%" G_GUINT64_FORMAT ";%d;%d;%d;%" G_GUINT64_FORMAT ";%" G_GINT64_FORMAT
                          ";%" G_GINT64_FORMAT ";%" G_GINT64_FORMAT ";%" G_GINT64_FORMAT ";%d",
                          row->n, (int)row->state, row->outcome, row->reason, row->seq,
                          row->composed_at, row->composed_boot, row->offset, row->decided_at,
                          row->read ? 1 : 0);
  /* last and only where there is one: rows of before it was stored keep their sum */
  if (row->location != NULL) {
    g_string_append_c (text, ';');
    add (text, row->location);
  }
  hl_id_sha256 (text->str, text->len, digest);
  memcpy (&sum, digest, sizeof sum);
  return GINT64_FROM_BE (sum);
}

void
hl_outbox_row_prove (HlOutboxRow *row, gint64 checksum)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (HL_TYPE_REASON);

  /* the sum is over what was written: nothing is put right before it is looked at */
  if (hl_outbox_row_get_checksum (row) != checksum) {
    row->damaged = TRUE;
    row->state = HL_ITEM_REVIEW;
    row->reason = HL_REASON_MALFORMED;
  }
  row->state = CLAMP (row->state, HL_ITEM_QUEUED, HL_ITEM_REVIEW);
  row->outcome = CLAMP (row->outcome, -1, HL_OUTCOME_REFUSED);
  row->reason = CLAMP (row->reason, reasons->minimum, reasons->maximum);
}

gint64
hl_outbox_get_age (const HlOutboxRow *row, const HlOutboxTime *now)
{
  if (row->boot_id != NULL && *row->boot_id != '\0' && g_strcmp0 (row->boot_id, now->boot_id) == 0)
    return MAX (0, now->boot - row->composed_boot);
  if (row->offset == HL_OFFSET_UNKNOWN || now->offset == HL_OFFSET_UNKNOWN)
    return -1;
  return MAX (0, (now->wall + now->offset) - (row->composed_at + row->offset));
}

gint64
hl_outbox_get_done_at (const HlOutboxRow *row, const HlOutboxTime *now)
{
  gint64 age = hl_outbox_get_age (row, now);

  return age < 0 || now->offset == HL_OFFSET_UNKNOWN ? row->composed_at : now->wall + now->offset - age;
}
