/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making personal data and foreign text safe to show and to log. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "•••• 0142": the last four digits of a phone number. With fewer than eight digits nothing is
 * shown ("••••"); NULL and
 * "" give "". Returns: (transfer full) */
char *hl_mask_phone (const char *phone) G_GNUC_WARN_UNUSED_RESULT;

/* Replaces each run that looks like a phone number (8 digits or more, with the usual separators)
 * inside @text by its masked form. Returns: (transfer full) */
char *hl_mask_phones_in_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* One line, whatever came in: control characters, line separators, bidirectional overrides, DEL,
 * backslash and invalid UTF-8 become \n, \t, \xHH, \uHHHH; longer than @max_chars (0: 1000) is cut
 * with "…". NULL gives "(null)". Returns: (transfer full) */
char *hl_mask_escape (const char *text, gsize max_chars) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
