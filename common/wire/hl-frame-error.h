/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be wrong with a frame, a position or a link, with the JSON pointer of the place. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_FRAME_ERROR (hl_frame_error_quark ())
GQuark hl_frame_error_quark (void);

typedef enum {
  HL_FRAME_ERROR_JSON,         /* not acceptable JSON; the message is hl-json's */
  HL_FRAME_ERROR_TOO_LARGE,    /* over the sender's limit */
  HL_FRAME_ERROR_UNKNOWN_TYPE, /* "t" names no frame: a newer peer; a client may ignore such a frame
                                */
  HL_FRAME_ERROR_WRONG_SIDE,   /* a frame that this sender never sends */
  HL_FRAME_ERROR_MISSING,      /* a required member is not there */
  HL_FRAME_ERROR_WRONG_TYPE,   /* a member has another JSON type */
  HL_FRAME_ERROR_INVALID,      /* a value out of its range, too long, or not one of its words */
} HlFrameError;

/* Returns: (transfer none): RFC 6901 pointer of the offending member ("" is the frame itself),
 * never NULL. */
const char *hl_frame_error_get_pointer (const GError *error);

/* For the readers in common/wire. @pointer is copied. */
void hl_frame_error_set (GError **error, HlFrameError code, const char *pointer, const char *format,
                         ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
