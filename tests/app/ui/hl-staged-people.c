/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The staged lists of guests. */
#include "hl-staged-desk-private.h"

static HlGuestRow *
add_guest (GListStore *list, HlGuestGroup group, const char *name, int size, int at, int minutes)
{
  HlGuestRow *guest = hl_guest_row_new ();
  HlRow *row = HL_ROW (guest);
  g_autofree char *id = g_strdup_printf ("%s-%d", name, g_list_model_get_n_items (G_LIST_MODEL (list)));

  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  if (group <= HL_GUEST_GROUP_LATER)
    hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, id);
  else
    hl_row_set_string (row, HL_GUEST_ROW_PARTY_ID, id);
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, name);
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, size);
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, HL_STAGED_NOW + at * HL_STAGED_MINUTE);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, minutes);
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, G_MININT64);
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, HL_RESERVATION_STATUS_BOOKED);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, -1);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, -1);
  hl_row_set_string (row, HL_GUEST_ROW_PHONE, "+12025550142");
  g_list_store_append (list, guest);
  g_object_unref (guest);
  return guest;
}

void
hl_staged_people (HlDesk *self)
{
  static const char *const tags[] = { "birthday", NULL };
  HlRow *row;

  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_LATE, "Nakamura", 4, -19, 19));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "12");
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_LATE, "O’Sullivan-Brandenburg", 2, -34, 34));
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, HL_STAGED_NOW + 6 * HL_STAGED_MINUTE);
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, TRUE);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "Lopez", 2, -4, 4));
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, TRUE);
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, tags);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "Haddad", 6, 11, -11));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, "peanuts, shellfish");
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "14, 16");
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, HL_RESERVATION_STATUS_CONFIRMED);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "", 3, 26, -26));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED, TRUE);
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, TRUE);
  for (int i = 0; i < 24; i++)
    add_guest (self->arrivals, HL_GUEST_GROUP_LATER, i % 2 ? "Kowalski" : "Ibrahim", 2 + i % 5,
               41 + 15 * (i / 3), -41);
  row = HL_ROW (add_guest (self->waitlist, HL_GUEST_GROUP_WAITING, "Santos", 2, -25, 25));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, 20);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, 30);
  row = HL_ROW (add_guest (self->waitlist, HL_GUEST_GROUP_WAITING, "Petrov", 4, -8, 8));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_NOTIFIED);
  row = HL_ROW (add_guest (self->in_house, HL_GUEST_GROUP_DOOR, "Whitfield", 3, -2, 2));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_ARRIVED);
  row = HL_ROW (add_guest (self->in_house, HL_GUEST_GROUP_SEATED, "Ng", 4, -48, 48));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_SEATED);
  hl_row_set_int (row, HL_GUEST_ROW_STAGE, HL_PARTY_STAGE_ENTREE);
  hl_row_set_int (row, HL_GUEST_ROW_TURN_MINUTES, 90);
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "12");
}
