/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A section, see hl-section-row.h. */
#include "desk/hl-section-row.h"

#include "domain/hl-time.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlSectionRow {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSectionRow, hl_section_row, HL_TYPE_ROW)

static void
hl_section_row_class_init (HlSectionRowClass *klass)
{
  static GParamSpec *pspecs[HL_SECTION_ROW_N];

  pspecs[HL_SECTION_ROW_SECTION_ID] = g_param_spec_string ("section-id", NULL, NULL, "", FLAGS);
  pspecs[HL_SECTION_ROW_NAME] = g_param_spec_string ("name", NULL, NULL, "", FLAGS);
  pspecs[HL_SECTION_ROW_AREA_ID] = g_param_spec_string ("area-id", NULL, NULL, "", FLAGS);
  pspecs[HL_SECTION_ROW_SERVER] = g_param_spec_string ("server", NULL, NULL, "", FLAGS);
  pspecs[HL_SECTION_ROW_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_SECTION_STATE, 0, FLAGS);
  pspecs[HL_SECTION_ROW_COVERS_NOW]
      = g_param_spec_int ("covers-now", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_SECTION_ROW_COVERS_TONIGHT]
      = g_param_spec_int ("covers-tonight", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_SECTION_ROW_LAST_SEATED]
      = g_param_spec_int64 ("last-seated", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_SECTION_ROW_RANK] = g_param_spec_int ("rank", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_SECTION_ROW_GAP_WARNING]
      = g_param_spec_boolean ("gap-warning", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_SECTION_ROW_TOKENS]
      = g_param_spec_object ("tokens", NULL, NULL, G_TYPE_LIST_MODEL, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_SECTION_ROW_N);
}

static void
hl_section_row_init (HlSectionRow *self)
{
}

HlSectionRow *
hl_section_row_new (void)
{
  return g_object_new (HL_TYPE_SECTION_ROW, NULL);
}
