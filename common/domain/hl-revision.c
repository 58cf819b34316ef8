/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of stamps. */
#include "domain/hl-revision.h"

#include <string.h>

int
hl_stamp_compare (gint64 at, const char *event_id, const HlStamp *stamp)
{
  if (stamp == NULL)
    return 1;
  if (at != stamp->at)
    return at < stamp->at ? -1 : 1;
  return g_strcmp0 (event_id, stamp->event_id);
}
