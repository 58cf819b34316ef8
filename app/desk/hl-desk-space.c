/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the disk of this computer has room left: said before nothing can be saved any more. */
#include "desk/hl-desk-private.h"

#include <glib/gi18n.h>

#include "util/hl-clock.h"
#include "util/hl-log.h"

#define LOW_BYTES (20 * G_GINT64_CONSTANT (1000000))
#define ENOUGH_BYTES (25 * G_GINT64_CONSTANT (1000000)) /* does not come and go with each file */
#define EVERY_US (30 * G_USEC_PER_SEC)

/* What is told beside errors: damage that was, room that runs out. */
void
hl_desk_show_notes (HlDesk *self)
{
  const char *damage = _ ("The file of unsent changes on this computer was damaged: some of them may be lost. Check what "
                          "was done last.");
  const char *space = _ ("Less than 20 MB are free on this computer. When nothing is left, nothing more can be saved "
                         "here: make room.");
  g_autofree char *text = g_strdup_printf ("%s%s%s", self->damaged ? damage : "", self->damaged && self->low_space ? " " : "",
                                           self->low_space ? space : "");

  hl_desk_put_string (self, HL_DESK_PROP_STORAGE_NOTE, &self->storage_note, text);
}

static void
take_free (HlDesk *self, guint64 free_bytes)
{
  gboolean low = free_bytes < (self->low_space ? ENOUGH_BYTES : LOW_BYTES);

  self->free_bytes = free_bytes;
  if (low == self->low_space)
    return;
  self->low_space = low;
  if (low)
    hl_log (HL_LOG_WARNING, "desk", "little room is left on the disk", "free", HL_LOG_UINT (free_bytes), NULL);
  hl_desk_show_notes (self);
}

static void
on_space (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info_finish (G_FILE (source), result, NULL);

  self->asking_space = FALSE;
  /* a file system that does not say how much is free has not said that it is little */
  if (info != NULL && !self->closing && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    take_free (self, g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE));
}

void
hl_desk_check_space (HlDesk *self)
{
  gint64 now = hl_clock_boot_us ();
  g_autoptr (GFile) folder = NULL;

  if (self->data_dir == NULL || self->closing || self->asking_space
      || (self->space_at != 0 && now - self->space_at < EVERY_US))
    return;
  self->space_at = now;
  if (self->space_func != NULL) {
    take_free (self, self->space_func (self->space_data));
    return;
  }
  self->asking_space = TRUE;
  folder = g_file_new_for_path (self->data_dir);
  g_file_query_filesystem_info_async (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, G_PRIORITY_LOW, NULL, on_space,
                                      g_object_ref (self));
}
