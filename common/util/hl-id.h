/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making ids, random bytes and digests, and comparing secrets. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_ID_MAX 64 /* characters of an id: [A-Za-z0-9._:-] */

/* Fills @buffer from the kernel's generator; aborts if the kernel has none (there is no safe way
 * on). */
void hl_id_random_bytes (gpointer buffer, gsize len);
/* A uniform number in 0..@bound - 1; @bound > 0 */
guint32 hl_id_random_below (guint32 bound);

/* Random UUID (version 4), 36 lower-case characters. Returns: (transfer full) */
char *hl_id_uuid4 (void) G_GNUC_WARN_UNUSED_RESULT;
/* RFC 9562 version 7 from @wall_ms and random bits: sorts by time. Returns: (transfer full) */
char *hl_id_uuid7 (gint64 wall_ms) G_GNUC_WARN_UNUSED_RESULT;
gboolean hl_id_is_uuid (const char *text); /* any version, lower-case */

/* @n characters of lower-case Crockford base32 (no i, l, o, u), 5 random bits each. Returns:
 * (transfer full) */
char *hl_id_random_base32 (guint n) G_GNUC_WARN_UNUSED_RESULT;
/* RFC 4648 base64url without padding. Returns: (transfer full) */
char *hl_id_base64url (gconstpointer data, gsize len) G_GNUC_WARN_UNUSED_RESULT;
/* Strict (no padding, no stray bits). Returns: (transfer full): NULL if @text is not base64url */
GBytes *hl_id_from_base64url (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Lower-case hex of the SHA-256, 64 characters. Returns: (transfer full) */
char *hl_id_sha256_hex (gconstpointer data, gsize len) G_GNUC_WARN_UNUSED_RESULT;
#define HL_ID_SHA256_BYTES 32
void hl_id_sha256 (gconstpointer data, gsize len, guint8 digest[HL_ID_SHA256_BYTES]);
char *hl_id_hex (gconstpointer data, gsize len) G_GNUC_WARN_UNUSED_RESULT; /* lower-case */
gboolean hl_id_is_hex (const char *text, gsize digits); /* exactly so many lower-case digits */

/* TRUE if equal. Time depends on the lengths only. NULL equals nothing, not even NULL. */
gboolean hl_id_equal_secret (const char *a, const char *b);
gboolean hl_id_equal_bytes (gconstpointer a, gconstpointer b, gsize len);

/* 1..64 characters of [A-Za-z0-9._:-] */
gboolean hl_id_is_valid (const char *text);
/* A location's id: [a-z0-9][a-z0-9-]{0,62} */
gboolean hl_id_is_location (const char *text);

G_END_DECLS
