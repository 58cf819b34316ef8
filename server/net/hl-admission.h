/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts open connections in all and by address, and says whether one more may come. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HlAdmission HlAdmission;

/* One admitted connection. Slots of one address are one shared object, so a slot costs no memory.
 */
typedef struct _HlAdmissionSlot HlAdmissionSlot;

typedef enum {
  HL_ADMISSION_OK,
  HL_ADMISSION_TOTAL_FULL,
  HL_ADMISSION_ADDRESS_FULL,
} HlAdmissionAnswer;

/* `per_address` counts an IPv4 address or an IPv6 /64; loopback is exempt from it, not from
 * `total`. */
HlAdmission *hl_admission_new (guint total, guint per_address);
HlAdmission *hl_admission_ref (HlAdmission *self);
void hl_admission_unref (HlAdmission *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlAdmission, hl_admission_unref)

/* Changes the limits (a reload); nobody who is in is thrown out. */
void hl_admission_set_limits (HlAdmission *self, guint total, guint per_address);

/* A trusted proxy stands for many clients: exempt from the limit by address. Transfer none. */
void hl_admission_add_exempt (HlAdmission *self, GInetAddressMask *mask);

void hl_admission_clear_exempt (HlAdmission *self);

/* On HL_ADMISSION_OK `*slot` holds a place until hl_admission_slot_release(). `address` may be NULL
 * (a socket without one): counted in the total alone. */
HlAdmissionAnswer hl_admission_enter (HlAdmission *self, GInetAddress *address,
                                      HlAdmissionSlot **slot);
void hl_admission_slot_release (HlAdmissionSlot *slot);

const char *hl_admission_slot_get_address (HlAdmissionSlot *slot);

/* Slots of the same address, for limits of one's own (handshakes under way). */
guint *hl_admission_slot_get_handshakes (HlAdmissionSlot *slot);

guint hl_admission_get_count (HlAdmission *self);

G_END_DECLS
