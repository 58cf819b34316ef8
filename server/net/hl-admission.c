/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts open connections in all and by address, and says whether one more may come. */
#include "net/hl-admission.h"

#include <string.h>

struct _HlAdmission {
  guint total;
  guint per_address;
  guint count;
  GHashTable
      *slots; /* set of HlAdmissionSlot, not owned: each lives as long as it counts something */
  GPtrArray *exempt;
};

struct _HlAdmissionSlot {
  guint8 key[16];
  guint8 key_len;
  gboolean exempt;
  guint count;
  guint handshakes;
  HlAdmission *admission;
  char *address;
};

static guint
slot_hash (gconstpointer key)
{
  const HlAdmissionSlot *slot = key;
  guint hash = slot->key_len;

  for (guint i = 0; i < slot->key_len; i++)
    hash = hash * 31 + slot->key[i];
  return hash;
}

static gboolean
slot_equal (gconstpointer a, gconstpointer b)
{
  const HlAdmissionSlot *x = a, *y = b;

  return x->key_len == y->key_len && memcmp (x->key, y->key, x->key_len) == 0;
}

static void
admission_clear (gpointer data)
{
  HlAdmission *self = data;

  g_hash_table_unref (self->slots);
  g_ptr_array_unref (self->exempt);
}

HlAdmission *
hl_admission_new (guint total, guint per_address)
{
  HlAdmission *self = g_rc_box_new0 (HlAdmission);

  self->total = total;
  self->per_address = per_address;
  self->slots = g_hash_table_new (slot_hash, slot_equal);
  self->exempt = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

HlAdmission *
hl_admission_ref (HlAdmission *self)
{
  return g_rc_box_acquire (self);
}

void
hl_admission_unref (HlAdmission *self)
{
  g_rc_box_release_full (self, admission_clear);
}

void
hl_admission_set_limits (HlAdmission *self, guint total, guint per_address)
{
  self->total = total;
  self->per_address = per_address;
}

void
hl_admission_add_exempt (HlAdmission *self, GInetAddressMask *mask)
{
  g_ptr_array_add (self->exempt, g_object_ref (mask));
}

void
hl_admission_clear_exempt (HlAdmission *self)
{
  g_ptr_array_set_size (self->exempt, 0);
}

static gboolean
is_exempt (HlAdmission *self, GInetAddress *address)
{
  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  for (guint i = 0; i < self->exempt->len; i++)
    if (g_inet_address_mask_matches (self->exempt->pdata[i], address))
      return TRUE;
  return FALSE;
}

/* A household or a phone owns an IPv6 /64 and can pick any address in it. Link-local addresses all
 * share one prefix, so there the whole address counts. */
static void
fill_key (HlAdmissionSlot *slot, GInetAddress *address)
{
  gsize size = g_inet_address_get_native_size (address);

  if (size == 16 && !g_inet_address_get_is_link_local (address)
      && !g_inet_address_get_is_loopback (address))
    size = 8;
  slot->key_len = size;
  memcpy (slot->key, g_inet_address_to_bytes (address), size);
}

static char *
make_text (HlAdmissionSlot *slot, GInetAddress *address)
{
  guint8 bytes[16] = { 0 };
  g_autoptr (GInetAddress) prefix = NULL;
  g_autofree char *text = NULL;

  if (slot->key_len != 8)
    return g_inet_address_to_string (address);
  memcpy (bytes, slot->key, 8);
  prefix = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  text = g_inet_address_to_string (prefix);
  return g_strconcat (text, "/64", NULL);
}

HlAdmissionAnswer
hl_admission_enter (HlAdmission *self, GInetAddress *address, HlAdmissionSlot **slot)
{
  HlAdmissionSlot probe = { 0 };
  HlAdmissionSlot *found;

  *slot = NULL;
  if (self->count >= self->total)
    return HL_ADMISSION_TOTAL_FULL;
  if (address != NULL)
    fill_key (&probe, address);
  found = g_hash_table_lookup (self->slots, &probe);
  if (found == NULL) {
    if (address != NULL && self->per_address == 0 && !is_exempt (self, address))
      return HL_ADMISSION_ADDRESS_FULL;
    found = g_memdup2 (&probe, sizeof probe);
    found->admission = hl_admission_ref (self);
    found->exempt = address == NULL || is_exempt (self, address);
    found->address = address != NULL ? make_text (found, address) : g_strdup ("");
    g_hash_table_add (self->slots, found);
  } else if (!found->exempt && found->count >= self->per_address) {
    return HL_ADMISSION_ADDRESS_FULL;
  }
  found->count++;
  self->count++;
  *slot = found;
  return HL_ADMISSION_OK;
}

void
hl_admission_slot_release (HlAdmissionSlot *slot)
{
  HlAdmission *admission = slot->admission;

  admission->count--;
  if (--slot->count > 0)
    return;
  g_hash_table_remove (admission->slots, slot);
  g_free (slot->address);
  g_free (slot);
  hl_admission_unref (admission);
}

const char *
hl_admission_slot_get_address (HlAdmissionSlot *slot)
{
  return slot->address;
}

guint *
hl_admission_slot_get_handshakes (HlAdmissionSlot *slot)
{
  return &slot->handshakes;
}

guint
hl_admission_get_count (HlAdmission *self)
{
  return self->count;
}
