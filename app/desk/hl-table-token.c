/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of the floor, see hl-table-token.h. */
#include "desk/hl-table-token.h"

#include "domain/hl-time.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlTableToken {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlTableToken, hl_table_token, HL_TYPE_ROW)

static void
hl_table_token_class_init (HlTableTokenClass *klass)
{
  static GParamSpec *pspecs[HL_TABLE_TOKEN_N];

  pspecs[HL_TABLE_TOKEN_TABLE_ID] = g_param_spec_string ("table-id", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_LABEL] = g_param_spec_string ("label", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_AREA_ID] = g_param_spec_string ("area-id", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_SECTION_ID] = g_param_spec_string ("section-id", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_SECTION_NAME] = g_param_spec_string ("section-name", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_SERVER] = g_param_spec_string ("server", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_INITIALS] = g_param_spec_string ("initials", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_SHAPE]
      = g_param_spec_enum ("shape", NULL, NULL, HL_TYPE_TABLE_SHAPE, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_X] = g_param_spec_int ("x", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_Y] = g_param_spec_int ("y", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_WIDTH]
      = g_param_spec_int ("width", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_HEIGHT]
      = g_param_spec_int ("height", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_ROTATION]
      = g_param_spec_int ("rotation", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_SEATS_MIN]
      = g_param_spec_int ("seats-min", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_SEATS_MAX]
      = g_param_spec_int ("seats-max", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_SHOWN]
      = g_param_spec_enum ("shown", NULL, NULL, HL_TYPE_TABLE_SHOWN, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_PARTY_ID] = g_param_spec_string ("party-id", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_RESERVATION_ID]
      = g_param_spec_string ("reservation-id", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_NAME] = g_param_spec_string ("name", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_SIZE] = g_param_spec_int ("size", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_ARRIVED]
      = g_param_spec_int ("arrived", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_SINCE]
      = g_param_spec_int64 ("since", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_TABLE_TOKEN_MINUTES]
      = g_param_spec_int ("minutes", NULL, NULL, G_MININT, G_MAXINT, -1, FLAGS);
  pspecs[HL_TABLE_TOKEN_TURN_MINUTES]
      = g_param_spec_int ("turn-minutes", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_TURN] = g_param_spec_enum ("turn", NULL, NULL, HL_TYPE_TURN, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_STAGE]
      = g_param_spec_enum ("stage", NULL, NULL, HL_TYPE_PARTY_STAGE, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_NEXT_TIME]
      = g_param_spec_int64 ("next-time", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_TABLE_TOKEN_NEXT_NAME] = g_param_spec_string ("next-name", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_NEXT_SIZE]
      = g_param_spec_int ("next-size", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TABLE_TOKEN_ALLERGY] = g_param_spec_boolean ("allergy", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_DIRTY] = g_param_spec_boolean ("dirty", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_DISPUTED] = g_param_spec_boolean ("disputed", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_UNSENT] = g_param_spec_boolean ("unsent", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_OVER_CAPACITY]
      = g_param_spec_boolean ("over-capacity", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_TABLE_TOKEN_BLOCKED_REASON]
      = g_param_spec_string ("blocked-reason", NULL, NULL, "", FLAGS);
  pspecs[HL_TABLE_TOKEN_BLOCKED_UNTIL] = g_param_spec_int64 (
      "blocked-until", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_TABLE_TOKEN_OTHERS]
      = g_param_spec_int ("others", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_TABLE_TOKEN_N);
}

static void
hl_table_token_init (HlTableToken *self)
{
}

HlTableToken *
hl_table_token_new (void)
{
  return g_object_new (HL_TYPE_TABLE_TOKEN, NULL);
}
