/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pairing code that a person reads out or types: 8 characters of Crockford's base32. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_PAIR_CODE_LENGTH 8
#define HL_PAIR_CODE_NAME_LENGTH                                                                   \
  3 /* the first three name the pairing, so that wrong tries void that one only */
#define HL_PAIR_CODE_ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/* Makes a code from the system's random numbers. Returns: (transfer full) */
char *hl_pair_code_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Case, dashes and spaces are ignored; I and L read as 1, O as 0 (Crockford). Returns: (transfer
 * full): the 8 canonical characters, or NULL if @typed is no code. */
char *hl_pair_code_normalize (const char *typed) G_GNUC_WARN_UNUSED_RESULT;

/* "K7QF-2M9D", for reading. @code must be canonical. Returns: (transfer full) */
char *hl_pair_code_format (const char *code) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
