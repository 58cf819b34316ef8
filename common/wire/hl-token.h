/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a token, hl1_<id>_<secret>: made, split and hashed here, stored elsewhere. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_TOKEN_PREFIX "hl1"
#define HL_TOKEN_ID_LENGTH 10     /* lower-case base32 (hl_id_random_base32()) */
#define HL_TOKEN_SECRET_LENGTH 43 /* base64url of 32 random bytes, without padding */
#define HL_TOKEN_LENGTH (3 + 1 + HL_TOKEN_ID_LENGTH + 1 + HL_TOKEN_SECRET_LENGTH)

typedef struct {
  char id[HL_TOKEN_ID_LENGTH + 1];         /* public: names the row, may be logged */
  char secret[HL_TOKEN_SECRET_LENGTH + 1]; /* never stored, never logged */
} HlToken;

/* Fills @token with random values. */
void hl_token_init (HlToken *token);
/* Splits at the first two underscores; strict in every part. Returns: FALSE and an empty @token if
 * @text is no token. */
gboolean hl_token_parse (const char *text, HlToken *token);
/* Returns: (transfer full) */
char *hl_token_format (const HlToken *token) G_GNUC_WARN_UNUSED_RESULT;
/* What is stored, and what the app sends as secret_sha256 when it pairs: SHA-256 of the secret's 43
 * characters as 64 lower-case hex digits. Returns: (transfer full) */
char *hl_token_hash (const HlToken *token) G_GNUC_WARN_UNUSED_RESULT;
/* Compares the token's hash with a stored one in constant time. */
gboolean hl_token_matches (const HlToken *token, const char *stored_hash);
/* Overwrites the secret. */
void hl_token_clear (HlToken *token);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HlToken, hl_token_clear)

G_END_DECLS
