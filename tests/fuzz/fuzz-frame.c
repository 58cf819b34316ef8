/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of both sides: an accepted one prints, and the print is the same frame. */
#include <string.h>

#include "fuzz.h"
#include "wire/hl-frame.h"
#include "wire/hl-snapshot.h"

static void
check_side (const char *text, gsize size, HlFrameSide side)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlFrame) frame = hl_frame_parse (text, size, side, &error);

  fuzz_check ((frame != NULL) == (error == NULL));
  if (frame == NULL) {
    const char *pointer = hl_frame_error_get_pointer (error);
    fuzz_check (*pointer == '\0' || *pointer == '/');
    return;
  }
  g_autofree char *once = hl_frame_print (frame);
  fuzz_check (once != NULL);
  g_autoptr (HlFrame) again = hl_frame_parse (once, strlen (once), side, NULL);
  fuzz_check (again != NULL && again->type == frame->type);
  g_autofree char *twice = hl_frame_print (again);
  fuzz_check (strcmp (once, twice) == 0);

  if (frame->type == HL_FRAME_SNAPSHOT) {
    g_autoptr (HlSnapshotJoin) join = hl_snapshot_join_new ();
    hl_snapshot_join_add (join, &frame->snapshot, NULL);
    g_autoptr (GPtrArray) parts = hl_snapshot_split (frame->snapshot.pos, frame->snapshot.entities, 600);
    fuzz_check (parts->len >= 1);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_side ((const char *) data, size, HL_FRAME_SIDE_CLIENT);
  check_side ((const char *) data, size, HL_FRAME_SIDE_SERVER);
  return 0;
}
