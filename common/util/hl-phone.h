/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a phone number in text, however it was written down. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_PHONE_MIN_DIGITS 7
#define HL_PHONE_MAX_DIGITS 15 /* E.164 */

/* The digits of a number as somebody types it: with "+" or 00 and its country code, separators allowed.
 * Returns: (transfer full) (nullable): NULL if it is no such number */
char *hl_phone_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a number as it is dialled where @own is from: @own (nullable) is a number in E.164, such as the house's. Only where
 * the numbering plan leaves no doubt: ten digits in +1, all digits in countries without a trunk prefix, and a leading 0
 * where that is the trunk prefix. A wrong guess would call a stranger. Returns: (transfer full) (nullable) */
char *hl_phone_parse_near (const char *text, const char *own) G_GNUC_WARN_UNUSED_RESULT;

/* How the number of @digits (with country code) may appear: whole, and without the one to three digits of its
 * country code, as far as 8 digits are left. Returns: (transfer full) */
GStrv hl_phone_variants (const char *digits);

/* @digits: what stands there, without separators and without a leading 00, 011 or 0. TRUE ends the search. */
typedef gboolean (*HlPhoneFunc) (const char *digits, gpointer user_data);

/**
 * hl_phone_find: everything in @text that may be a phone number: each row of 7 to 17 digits in groups with at
 * most two separators between (space, no-break space, hyphens, dot, slash, brackets), and each row that begins
 * or ends at one of its groups: "table 4 202 555 0142" also gives 2025550142.
 *
 * Returns: TRUE if @func ended it
 */
gboolean hl_phone_find (const char *text, gsize length, HlPhoneFunc func, gpointer user_data);

G_END_DECLS
