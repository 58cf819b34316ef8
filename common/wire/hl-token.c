/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens: hl1_<id>_<secret>. */
#include "wire/hl-token.h"

#include <string.h>

#include "util/hl-id.h"

#define SECRET_BYTES 32
#define BASE32 "0123456789abcdefghjkmnpqrstvwxyz"

void
hl_token_init (HlToken *token)
{
  guint8 bytes[SECRET_BYTES];

  g_return_if_fail (token != NULL);

  hl_id_random_bytes (bytes, sizeof bytes);
  g_autofree char *id = hl_id_random_base32 (HL_TOKEN_ID_LENGTH);
  g_autofree char *secret = hl_id_base64url (bytes, sizeof bytes);
  g_strlcpy (token->id, id, sizeof token->id);
  g_strlcpy (token->secret, secret, sizeof token->secret);
  explicit_bzero (secret, strlen (secret));
  explicit_bzero (bytes, sizeof bytes);
}

gboolean
hl_token_parse (const char *text, HlToken *token)
{
  static const char prefix[] = HL_TOKEN_PREFIX "_";

  g_return_val_if_fail (token != NULL, FALSE);

  memset (token, 0, sizeof *token);
  if (text == NULL || strlen (text) != HL_TOKEN_LENGTH || !g_str_has_prefix (text, prefix)) {
    return FALSE;
  }
  const char *id = text + strlen (prefix);
  const char *secret = id + HL_TOKEN_ID_LENGTH + 1;
  if (strspn (id, BASE32) != HL_TOKEN_ID_LENGTH || id[HL_TOKEN_ID_LENGTH] != '_') {
    return FALSE;
  }
  g_autoptr (GBytes) bytes = hl_id_from_base64url (secret);
  if (bytes == NULL || g_bytes_get_size (bytes) != SECRET_BYTES) {
    return FALSE;
  }
  memcpy (token->id, id, HL_TOKEN_ID_LENGTH);
  memcpy (token->secret, secret, HL_TOKEN_SECRET_LENGTH);
  return TRUE;
}

char *
hl_token_format (const HlToken *token)
{
  g_return_val_if_fail (token != NULL, NULL);
  return g_strconcat (HL_TOKEN_PREFIX, "_", token->id, "_", token->secret, NULL);
}

char *
hl_token_hash (const HlToken *token)
{
  g_return_val_if_fail (token != NULL, NULL);
  return hl_id_sha256_hex (token->secret, strlen (token->secret));
}

gboolean
hl_token_matches (const HlToken *token, const char *stored_hash)
{
  g_return_val_if_fail (token != NULL, FALSE);

  if (token->secret[0] == '\0') {
    return FALSE;
  }
  g_autofree char *hash = hl_token_hash (token);
  return hl_id_equal_secret (hash, stored_hash);
}

void
hl_token_clear (HlToken *token)
{
  if (token != NULL) {
    explicit_bzero (token, sizeof *token);
  }
}
