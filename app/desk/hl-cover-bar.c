/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bar, see hl-cover-bar.h. */
#include "desk/hl-cover-bar.h"

#include "domain/hl-time.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlCoverBar {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlCoverBar, hl_cover_bar, HL_TYPE_ROW)

static void
hl_cover_bar_class_init (HlCoverBarClass *klass)
{
  static GParamSpec *pspecs[HL_COVER_BAR_N];

  pspecs[HL_COVER_BAR_START]
      = g_param_spec_int64 ("start", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_COVER_BAR_COVERS]
      = g_param_spec_int ("covers", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_COVER_BAR_PACE] = g_param_spec_int ("pace", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_COVER_BAR_OVER] = g_param_spec_boolean ("over", NULL, NULL, FALSE, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_COVER_BAR_N);
}

static void
hl_cover_bar_init (HlCoverBar *self)
{
}

HlCoverBar *
hl_cover_bar_new (void)
{
  return g_object_new (HL_TYPE_COVER_BAR, NULL);
}
