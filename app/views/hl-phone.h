/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A phone number as a person types it, made E.164. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * hl_phone_normalize:
 * @text: what was typed: digits with spaces, dashes, dots, brackets
 * @own: (nullable): the restaurant's own number in E.164, whose country a bare number is taken for
 *
 * Returns: (transfer full): "+12025550142", "" for nothing typed, or %NULL when it cannot be told
 */
char *hl_phone_normalize (const char *text, const char *own);

G_END_DECLS
