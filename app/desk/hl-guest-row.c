/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of the left pane, see hl-guest-row.h. */
#include "desk/hl-guest-row.h"

#include "domain/hl-time.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlGuestRow {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlGuestRow, hl_guest_row, HL_TYPE_ROW)

static void
hl_guest_row_class_init (HlGuestRowClass *klass)
{
  static GParamSpec *pspecs[HL_GUEST_ROW_N];

  pspecs[HL_GUEST_ROW_ID] = g_param_spec_string ("id", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_RESERVATION_ID]
      = g_param_spec_string ("reservation-id", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_PARTY_ID] = g_param_spec_string ("party-id", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_GROUP]
      = g_param_spec_enum ("group", NULL, NULL, HL_TYPE_GUEST_GROUP, 0, FLAGS);
  pspecs[HL_GUEST_ROW_NAME] = g_param_spec_string ("name", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_SIZE] = g_param_spec_int ("size", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_ARRIVED]
      = g_param_spec_int ("arrived", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_TIME]
      = g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_GUEST_ROW_MINUTES]
      = g_param_spec_int ("minutes", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_ETA]
      = g_param_spec_int64 ("eta", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_GUEST_ROW_TABLES] = g_param_spec_string ("tables", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_TABLE_IDS] = g_param_spec_boxed ("table-ids", NULL, NULL, G_TYPE_STRV, FLAGS);
  pspecs[HL_GUEST_ROW_RESERVATION_STATUS]
      = g_param_spec_enum ("reservation-status", NULL, NULL, HL_TYPE_RESERVATION_STATUS, 0, FLAGS);
  pspecs[HL_GUEST_ROW_PARTY_STATUS]
      = g_param_spec_enum ("party-status", NULL, NULL, HL_TYPE_PARTY_STATUS, 0, FLAGS);
  pspecs[HL_GUEST_ROW_STAGE]
      = g_param_spec_enum ("stage", NULL, NULL, HL_TYPE_PARTY_STAGE, 0, FLAGS);
  pspecs[HL_GUEST_ROW_NOTIFY]
      = g_param_spec_enum ("notify", NULL, NULL, HL_TYPE_NOTIFY_STATE, 0, FLAGS);
  pspecs[HL_GUEST_ROW_QUOTE_MIN]
      = g_param_spec_int ("quote-min", NULL, NULL, G_MININT, G_MAXINT, -1, FLAGS);
  pspecs[HL_GUEST_ROW_QUOTE_MAX]
      = g_param_spec_int ("quote-max", NULL, NULL, G_MININT, G_MAXINT, -1, FLAGS);
  pspecs[HL_GUEST_ROW_TURN_MINUTES]
      = g_param_spec_int ("turn-minutes", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_TURN] = g_param_spec_enum ("turn", NULL, NULL, HL_TYPE_TURN, 0, FLAGS);
  pspecs[HL_GUEST_ROW_SERVER] = g_param_spec_string ("server", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_PHONE] = g_param_spec_string ("phone", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_ALLERGIES] = g_param_spec_string ("allergies", NULL, NULL, "", FLAGS);
  pspecs[HL_GUEST_ROW_TAGS] = g_param_spec_boxed ("tags", NULL, NULL, G_TYPE_STRV, FLAGS);
  pspecs[HL_GUEST_ROW_ATTEMPTS]
      = g_param_spec_int ("attempts", NULL, NULL, 0, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_NOTES] = g_param_spec_int ("notes", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_GUEST_ROW_VIP] = g_param_spec_boolean ("vip", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_GUEST_ROW_OVERBOOKED] = g_param_spec_boolean ("overbooked", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_GUEST_ROW_DISPUTED] = g_param_spec_boolean ("disputed", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_GUEST_ROW_UNSENT] = g_param_spec_boolean ("unsent", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_GUEST_ROW_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_GUEST_ROW_SOURCE] = g_param_spec_string ("source", NULL, NULL, "", FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_GUEST_ROW_N);
}

static void
hl_guest_row_init (HlGuestRow *self)
{
}

HlGuestRow *
hl_guest_row_new (void)
{
  return g_object_new (HL_TYPE_GUEST_ROW, NULL);
}
