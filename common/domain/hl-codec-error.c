/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec's error: a code, a message, and the JSON pointer of the member it is about. */
#include <string.h>

#include "domain/hl-codec-private.h"

typedef struct {
  char *pointer;
} HlCodecErrorPrivate;

static void
hl_codec_error_private_init (HlCodecErrorPrivate *priv)
{
  priv->pointer = NULL;
}

static void
hl_codec_error_private_copy (const HlCodecErrorPrivate *source, HlCodecErrorPrivate *copy)
{
  copy->pointer = g_strdup (source->pointer);
}

static void
hl_codec_error_private_clear (HlCodecErrorPrivate *priv)
{
  g_free (priv->pointer);
}

GQuark hl_codec_error_quark (void);
G_DEFINE_EXTENDED_ERROR (HlCodecError, hl_codec_error)

const char *
hl_codec_error_get_pointer (const GError *error)
{
  if (error == NULL || error->domain != HL_CODEC_ERROR)
    return NULL;
  const HlCodecErrorPrivate *priv = hl_codec_error_get_private (error);
  return priv->pointer != NULL ? priv->pointer : "";
}

char *
hl_codec_pointer (const char *base, const char *token)
{
  GString *pointer = g_string_new (base);

  g_string_append_c (pointer, '/');
  for (const char *c = token; *c != '\0'; c++) {
    if (*c == '~')
      g_string_append (pointer, "~0");
    else if (*c == '/')
      g_string_append (pointer, "~1");
    else
      g_string_append_c (pointer, *c);
  }
  return g_string_free (pointer, FALSE);
}

void
hl_codec_error_set (GError **error, HlCodecError code, const char *base, const char *member,
                    const char *format, ...)
{
  if (error == NULL)
    return;

  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  char *pointer = member != NULL ? g_strconcat (base, "/", member, NULL) : g_strdup (base);
  g_autofree char *shown = g_utf8_make_valid (*pointer != '\0' ? pointer : "the document", -1);
  g_set_error (error, HL_CODEC_ERROR, code, "%s: %s", shown, text);
  HlCodecErrorPrivate *priv = hl_codec_error_get_private (*error);
  priv->pointer = pointer;
}
