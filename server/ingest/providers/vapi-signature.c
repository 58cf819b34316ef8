/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vapi's credentials: a shared secret, Svix's form, or an HMAC whose every part is a setting. */
#include "ingest/providers/hl-vapi.h"

#include <string.h>

#include "ingest/hl-payload.h"
#include "ingest/hl-signature.h"
#include "ingest/hl-standard-webhooks.h"
#include "util/hl-id.h"

#define MAX_PARTS 16

static const char *const algorithms[] = { "sha256", "sha512", "sha1", NULL };
static const char *const encodings[] = { "hex", "base64", NULL };
static const char *const secret_forms[] = { "text", "base64", NULL };

/* None has an initial value: what the hook does not say is told by what came. */
const HlProviderSetting hl_vapi_settings[] = {
  { "header", NULL, NULL, "HMAC credential: the header that carries the signature (x-signature)." },
  { "timestamp-header", NULL, NULL, "HMAC credential: the header that carries the time (x-timestamp)." },
  { "prefix", NULL, NULL, "HMAC credential: what stands before the signature, such as sha256=." },
  { "template", NULL, NULL,
    "HMAC credential: what is signed ({timestamp}.{body}); {method}, {url} and {svix-id} are filled in too." },
  { "encoding", encodings, NULL, "HMAC credential: how the signature is written (either, told apart by length)." },
  { "algorithm", algorithms, NULL, "HMAC credential: the hash function (any of these, told apart by length)." },
  { "secret-encoding", secret_forms, NULL, "HMAC credential: whether the secret is text, or bytes in base64." },
  { "assistant-id", NULL, NULL,
    "The assistant that takes a call when Vapi asks this URL for one (assistant-request); without it the caller is asked to call again." },
  { NULL },
};

/* --- settings --- */

static const char *
get_setting (const HlDelivery *delivery,
             const char       *name)
{
  return delivery->settings != NULL ? hl_payload_get_string (delivery->settings, name) : NULL;
}

/* Whether the hook says how its HMAC is made; if not, what came tells. */
static gboolean
has_form (const HlDelivery *delivery)
{
  static const char *const names[] = { "header", "timestamp-header", "prefix", "template" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (get_setting (delivery, names[i]) != NULL) {
      return TRUE;
    }
  }
  return FALSE;
}

static GChecksumType
get_algorithm (const char *name)
{
  return g_strcmp0 (name, "sha512") == 0 ? G_CHECKSUM_SHA512
         : g_strcmp0 (name, "sha1") == 0 ? G_CHECKSUM_SHA1
                                         : G_CHECKSUM_SHA256;
}

/* Transfer full; NULL: not base64 though it has to be. */
static GBytes *
read_key (const HlDelivery *delivery,
          const char       *secret)
{
  guint8 bytes[512];
  gsize len = 0;

  if (g_strcmp0 (get_setting (delivery, "secret-encoding"), "base64") != 0) {
    return g_bytes_new (secret, strlen (secret));
  }
  return hl_signature_decode_base64 (secret, bytes, sizeof bytes, &len) ? g_bytes_new (bytes, len) : NULL;
}

/* --- what is signed --- */

/* @out: borrows from all arguments. Returns how many parts; 0: the template asks for something that is not there. */
static gsize
fill_template (const char       *template,
               const HlDelivery *delivery,
               const char       *stamp,
               const char       *svix_id,
               const char       *url,
               HlSignaturePart   out[MAX_PARTS])
{
  const struct {
    const char *name;
    const char *text;
  } fields[] = {
    { "{timestamp}", stamp }, { "{method}", delivery->method }, { "{url}", url }, { "{svix-id}", svix_id },
  };
  gsize n = 0;

  while (*template != '\0') {
    const char *brace = template[0] == '{' ? strchr (template + 1, '{') : strchr (template, '{');
    gsize len = brace != NULL ? (gsize) (brace - template) : strlen (template);
    HlSignaturePart part = { template, len };

    if (g_str_has_prefix (template, "{body}")) {
      part.data = delivery->body;
      part.len = delivery->body_len;
      len = strlen ("{body}");
    }
    for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
      if (g_str_has_prefix (template, fields[i].name)) {
        if (fields[i].text == NULL) {
          return 0;
        }
        part.data = fields[i].text;
        part.len = strlen (fields[i].text);
        len = strlen (fields[i].name);
      }
    }
    if (n == MAX_PARTS) {
      return 0;
    }
    out[n++] = part;
    template += len;
  }
  return n;
}

/* --- verify --- */

static const char *
get_header (const HlDelivery *delivery,
            const char       *name,
            gboolean         *broken)
{
  gboolean twice = FALSE;
  const char *value = delivery->get_header (delivery->headers, name, &twice);

  *broken |= twice;
  return twice ? NULL : value;
}

/* Algorithm and encoding as the hook says, or any: their lengths tell them apart. */
static gboolean
check_parts (const HlDelivery      *delivery,
             const char            *secret,
             const HlSignaturePart *parts,
             gsize                  n_parts,
             const char            *want)
{
  const char *algorithm = get_setting (delivery, "algorithm");
  const char *encoding = get_setting (delivery, "encoding");
  g_autoptr (GBytes) key = read_key (delivery, secret);
  gsize key_len = 0;
  gconstpointer bytes = key != NULL ? g_bytes_get_data (key, &key_len) : NULL;
  gboolean match = FALSE;

  if (key_len == 0 || n_parts == 0) {
    return FALSE;
  }
  for (gsize i = 0; algorithms[i] != NULL; i++) {
    GChecksumType type = get_algorithm (algorithms[i]);

    if (algorithm != NULL && !g_str_equal (algorithm, algorithms[i])) {
      continue;
    }
    if (g_strcmp0 (encoding, "base64") != 0) {
      match |= hl_signature_check_hex (type, bytes, key_len, parts, n_parts, want);
    }
    if (g_strcmp0 (encoding, "hex") != 0) {
      match |= hl_signature_check_base64 (type, bytes, key_len, parts, n_parts, want);
    }
  }
  return match;
}

/* As the hook's settings say, and in no other way. */
static HlVerify
verify_form (const HlDelivery  *delivery,
             const char *const *secrets)
{
  const char *template = get_setting (delivery, "template");
  const char *header = get_setting (delivery, "header");
  const char *stamp_header = get_setting (delivery, "timestamp-header");
  const char *prefix = get_setting (delivery, "prefix");
  gboolean broken = FALSE;
  const char *want = get_header (delivery, header != NULL ? header : "x-signature", &broken);
  const char *stamp = get_header (delivery, stamp_header != NULL ? stamp_header : "x-timestamp", &broken);
  const char *svix_id = get_header (delivery, "svix-id", &broken);
  gboolean match = FALSE;

  if (broken) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (want == NULL) {
    return HL_VERIFY_NO_HEADER;
  }
  if (prefix != NULL && !g_str_has_prefix (want, prefix)) {
    return HL_VERIFY_BAD_FORMAT;
  }
  want += prefix != NULL ? strlen (prefix) : 0;
  template = template != NULL ? template : "{timestamp}.{body}";
  gboolean with_url = strstr (template, "{url}") != NULL;
  for (gsize u = 0; u == 0 || (with_url && delivery->public_urls[u] != NULL); u++) {
    g_autofree char *url = with_url && delivery->public_urls[u] != NULL
                               ? g_strconcat (delivery->public_urls[u], delivery->path_query, NULL)
                               : NULL;
    HlSignaturePart parts[MAX_PARTS];
    gsize n_parts = fill_template (template, delivery, stamp, svix_id, url, parts);

    if (u == 0 && url != NULL && delivery->signed_url != NULL) {
      g_string_assign (delivery->signed_url, url);
    }
    if (n_parts == 0) {
      return HL_VERIFY_NO_HEADER;
    }
    for (gsize i = 0; secrets[i] != NULL; i++) {
      match |= check_parts (delivery, secrets[i], parts, n_parts, want);
    }
  }
  return match ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
}

HlVerify
hl_vapi_verify (const HlDelivery  *delivery,
                const char *const *secrets)
{
  gboolean broken = FALSE;

  if (has_form (delivery)) {
    return verify_form (delivery, secrets);
  }
  const char *shared = get_header (delivery, "X-Vapi-Secret", &broken);
  const char *bearer = get_header (delivery, "Authorization", &broken);
  const char *signature = get_header (delivery, "X-Signature", &broken);
  const char *body_signature = get_header (delivery, "X-Vapi-Signature", &broken);
  const char *stamp = get_header (delivery, "X-Timestamp", &broken);
  const char *svix = get_header (delivery, "Svix-Signature", &broken);
  gboolean match = FALSE;
  gboolean any = FALSE;

  if (broken) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (svix != NULL) {
    return hl_standard_webhooks_verify (delivery, "svix", secrets);
  }
  if (bearer != NULL && g_ascii_strncasecmp (bearer, "Bearer ", 7) != 0) {
    bearer = NULL;
  }
  if (body_signature != NULL && g_str_has_prefix (body_signature, "sha256=")) {
    body_signature += strlen ("sha256=");
  }
  for (gsize i = 0; secrets[i] != NULL; i++) {
    /* The strongest proof that came decides alone: a forged signature is not mended by a leaked secret beside it. */
    if (signature != NULL && stamp != NULL) {
      /* The unit of the timestamp is not documented, so it is signed as the text that came. */
      const HlSignaturePart parts[]
          = { HL_SIGNATURE_TEXT (stamp), { ".", 1 }, { delivery->body, delivery->body_len } };
      any = TRUE;
      match |= check_parts (delivery, secrets[i], parts, G_N_ELEMENTS (parts), signature);
    } else if (body_signature != NULL || signature != NULL) {
      const HlSignaturePart parts[] = { { delivery->body, delivery->body_len } };
      any = TRUE;
      match |= check_parts (delivery, secrets[i], parts, 1, body_signature != NULL ? body_signature : signature);
    } else if (shared != NULL || bearer != NULL) {
      any = TRUE;
      match |= secrets[i][0] != '\0' && hl_id_equal_secret (shared != NULL ? shared : bearer + 7, secrets[i]);
    }
  }
  any |= signature != NULL || body_signature != NULL || shared != NULL || bearer != NULL;
  return match ? HL_VERIFY_OK : any ? HL_VERIFY_MISMATCH : HL_VERIFY_NO_HEADER;
}

/* --- sign --- */

gboolean
hl_vapi_sign (const HlDelivery *delivery,
              const char       *secret,
              const char       *id,
              GHashTable       *headers)
{
  const char *template = get_setting (delivery, "template");
  const char *header = get_setting (delivery, "header");
  const char *stamp_header = get_setting (delivery, "timestamp-header");
  const char *prefix = get_setting (delivery, "prefix");
  g_autofree char *stamp = g_strdup_printf ("%" G_GINT64_FORMAT, delivery->now_ms / 1000);
  g_autofree char *url = delivery->public_urls[0] != NULL
                             ? g_strconcat (delivery->public_urls[0], delivery->path_query, NULL)
                             : NULL;
  g_autoptr (GBytes) key = read_key (delivery, secret);
  HlSignaturePart parts[MAX_PARTS];
  guint8 digest[HL_SIGNATURE_MAX];
  gsize key_len = 0;
  gconstpointer bytes = key != NULL ? g_bytes_get_data (key, &key_len) : NULL;

  template = template != NULL ? template : "{timestamp}.{body}";
  gsize n_parts = fill_template (template, delivery, stamp, id, url, parts);
  if (key_len == 0 || n_parts == 0) {
    return FALSE;
  }
  gsize len = hl_signature_make (get_algorithm (get_setting (delivery, "algorithm")), bytes, key_len, parts, n_parts, digest);
  g_autofree char *text = g_strcmp0 (get_setting (delivery, "encoding"), "base64") == 0 ? g_base64_encode (digest, len)
                                                                                        : hl_id_hex (digest, len);
  g_hash_table_replace (headers, g_strdup (header != NULL ? header : "x-signature"),
                        g_strconcat (prefix != NULL ? prefix : "", text, NULL));
  if (strstr (template, "{timestamp}") != NULL) {
    g_hash_table_replace (headers, g_strdup (stamp_header != NULL ? stamp_header : "x-timestamp"), g_steal_pointer (&stamp));
  }
  if (strstr (template, "{svix-id}") != NULL) {
    g_hash_table_replace (headers, g_strdup ("svix-id"), g_strdup (id));
  }
  return TRUE;
}
