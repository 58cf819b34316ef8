/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chip, see hl-slot-chip.h. */
#include "desk/hl-slot-chip.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlSlotChip {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSlotChip, hl_slot_chip, HL_TYPE_ROW)

static void
hl_slot_chip_class_init (HlSlotChipClass *klass)
{
  static GParamSpec *pspecs[HL_SLOT_CHIP_N];

  pspecs[HL_SLOT_CHIP_KIND] = g_param_spec_enum ("kind", NULL, NULL, HL_TYPE_SLOT_KIND, 0, FLAGS);
  pspecs[HL_SLOT_CHIP_VALUE] = g_param_spec_string ("value", NULL, NULL, "", FLAGS);
  pspecs[HL_SLOT_CHIP_RAW] = g_param_spec_string ("raw", NULL, NULL, "", FLAGS);
  pspecs[HL_SLOT_CHIP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_SLOT_STATE, 0, FLAGS);
  pspecs[HL_SLOT_CHIP_REASON] = g_param_spec_string ("reason", NULL, NULL, "", FLAGS);
  pspecs[HL_SLOT_CHIP_TURN] = g_param_spec_int ("turn", NULL, NULL, G_MININT, G_MAXINT, -1, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_SLOT_CHIP_N);
}

static void
hl_slot_chip_init (HlSlotChip *self)
{
}

HlSlotChip *
hl_slot_chip_new (void)
{
  return g_object_new (HL_TYPE_SLOT_CHIP, NULL);
}
