/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the counting of connections by address. */
#include <gio/gio.h>

#include "net/hl-admission.h"

static HlAdmissionAnswer
enter (HlAdmission *admission, const char *text, HlAdmissionSlot **slot)
{
  g_autoptr (GInetAddress) address = text != NULL ? g_inet_address_new_from_string (text) : NULL;

  return hl_admission_enter (admission, address, slot);
}

static void
test_per_address (void)
{
  g_autoptr (HlAdmission) admission = hl_admission_new (100, 2);
  HlAdmissionSlot *a, *b, *c, *d;

  g_assert_cmpint (enter (admission, "192.0.2.1", &a), ==, HL_ADMISSION_OK);
  g_assert_cmpint (enter (admission, "192.0.2.1", &b), ==, HL_ADMISSION_OK);
  g_assert_true (a == b);
  g_assert_cmpint (enter (admission, "192.0.2.1", &c), ==, HL_ADMISSION_ADDRESS_FULL);
  g_assert_null (c);
  g_assert_cmpint (enter (admission, "192.0.2.2", &d), ==, HL_ADMISSION_OK);
  g_assert_cmpstr (hl_admission_slot_get_address (a), ==, "192.0.2.1");
  g_assert_cmpuint (hl_admission_get_count (admission), ==, 3);
  hl_admission_slot_release (a);
  g_assert_cmpint (enter (admission, "192.0.2.1", &c), ==, HL_ADMISSION_OK);
  hl_admission_slot_release (b);
  hl_admission_slot_release (c);
  hl_admission_slot_release (d);
  g_assert_cmpuint (hl_admission_get_count (admission), ==, 0);
}

static void
test_ipv6_by_prefix (void)
{
  g_autoptr (HlAdmission) admission = hl_admission_new (100, 1);
  HlAdmissionSlot *a, *b, *c, *d, *e;

  g_assert_cmpint (enter (admission, "2001:db8:1:2::1", &a), ==, HL_ADMISSION_OK);
  g_assert_cmpint (enter (admission, "2001:db8:1:2:ffff::9", &b), ==, HL_ADMISSION_ADDRESS_FULL);
  g_assert_cmpint (enter (admission, "2001:db8:1:3::1", &c), ==, HL_ADMISSION_OK);
  g_assert_cmpstr (hl_admission_slot_get_address (a), ==, "2001:db8:1:2::/64");
  /* Everybody on one cable shares the prefix of the link. */
  g_assert_cmpint (enter (admission, "fe80::1", &d), ==, HL_ADMISSION_OK);
  g_assert_cmpint (enter (admission, "fe80::2", &e), ==, HL_ADMISSION_OK);
  hl_admission_slot_release (a);
  hl_admission_slot_release (c);
  hl_admission_slot_release (d);
  hl_admission_slot_release (e);
}

static void
test_exempt (void)
{
  g_autoptr (HlAdmission) admission = hl_admission_new (6, 1);
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string ("10.1.0.0/16", NULL);
  const char *addresses[] = { "127.0.0.1", "127.0.0.1", "::1", "::1", "10.1.2.3", "10.1.2.3" };
  HlAdmissionSlot *slots[6], *more;

  hl_admission_add_exempt (admission, mask);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (enter (admission, addresses[i], &slots[i]), ==, HL_ADMISSION_OK);
  /* Exempt from the limit by address, not from the total. */
  g_assert_cmpint (enter (admission, "127.0.0.1", &more), ==, HL_ADMISSION_TOTAL_FULL);
  hl_admission_set_limits (admission, 7, 1);
  g_assert_cmpint (enter (admission, NULL, &more), ==, HL_ADMISSION_OK);
  g_assert_cmpstr (hl_admission_slot_get_address (more), ==, "");
  hl_admission_slot_release (more);
  for (guint i = 0; i < 6; i++)
    hl_admission_slot_release (slots[i]);
}

/* A slot may outlive the admission's owner. */
static void
test_lifetime (void)
{
  HlAdmission *admission = hl_admission_new (6, 1);
  HlAdmissionSlot *slot;

  g_assert_cmpint (enter (admission, "192.0.2.1", &slot), ==, HL_ADMISSION_OK);
  hl_admission_unref (admission);
  g_assert_cmpstr (hl_admission_slot_get_address (slot), ==, "192.0.2.1");
  hl_admission_slot_release (slot);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/admission/per-address", test_per_address);
  g_test_add_func ("/admission/ipv6-by-prefix", test_ipv6_by_prefix);
  g_test_add_func ("/admission/exempt", test_exempt);
  g_test_add_func ("/admission/lifetime", test_lifetime);
  return g_test_run ();
}
