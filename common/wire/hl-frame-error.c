/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HL_FRAME_ERROR: a GError that also carries a JSON pointer. */
#include "wire/hl-frame-error.h"

typedef struct {
  char *pointer;
} HlFrameErrorPrivate;

static void
hl_frame_error_private_init (HlFrameErrorPrivate *priv)
{
}

static void
hl_frame_error_private_copy (const HlFrameErrorPrivate *src, HlFrameErrorPrivate *dest)
{
  dest->pointer = g_strdup (src->pointer);
}

static void
hl_frame_error_private_clear (HlFrameErrorPrivate *priv)
{
  g_clear_pointer (&priv->pointer, g_free);
}

G_DEFINE_EXTENDED_ERROR (HlFrameError, hl_frame_error)

const char *
hl_frame_error_get_pointer (const GError *error)
{
  if (error == NULL || error->domain != HL_FRAME_ERROR) {
    return "";
  }
  const HlFrameErrorPrivate *priv = hl_frame_error_get_private (error);
  return priv->pointer != NULL ? priv->pointer : "";
}

void
hl_frame_error_set (GError **error, HlFrameError code, const char *pointer, const char *format, ...)
{
  if (error == NULL) {
    return;
  }
  g_return_if_fail (*error == NULL);

  va_list args;
  va_start (args, format);
  *error = g_error_new_valist (HL_FRAME_ERROR, code, format, args);
  va_end (args);
  HlFrameErrorPrivate *priv = hl_frame_error_get_private (*error);
  priv->pointer = g_strdup (pointer);
}
