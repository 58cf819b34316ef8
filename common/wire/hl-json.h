/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one strict reader and printer of JSON text; every byte that comes from outside passes it. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* RFC 8259, read without json-glib's parser: on the floor version that parser has no depth limit
 * (80,000 opening brackets overflow the stack), wraps numbers silently and accepts comments, single
 * quotes, several documents and nothing at all. We fill json-glib's tree ourselves.
 *
 * Refused: anything but one document; a byte order mark; invalid UTF-8; nesting or size over the
 * limits; a member named twice (names are compared after unescaping); integers outside -2^53..2^53;
 * numbers that no double can hold (1e400); U+0000 in any form; lone surrogates; everything else
 * that RFC 8259 does not allow. */

/* What a reader accepts; a member that is 0 means "the default". Plain values, copied by nobody. */
typedef struct {
  gsize max_bytes;   /* of the whole text; default 1 MiB */
  guint max_depth;   /* nested arrays and objects; default 16, never over 64 */
  guint max_members; /* of one object; default 512: bounds what colliding names can cost */
  /* For senders that nobody here can correct, and whose text must not be lost for a letter: U+0000 and half of a surrogate pair (an
   * emoji that was cut) are read as U+FFFD, integers beyond 2^53 as the nearest double, numbers beyond doubles as null. */
  gboolean forgive;
} HlJsonLimits;

#define HL_JSON_DEFAULT_BYTES (1024 * 1024)
#define HL_JSON_DEFAULT_DEPTH 16
#define HL_JSON_DEFAULT_MEMBERS 512
#define HL_JSON_MAX_DEPTH 64
#define HL_JSON_MAX_INTEGER G_GINT64_CONSTANT (9007199254740992) /* 2^53 */

#define HL_JSON_ERROR (hl_json_error_quark ())
GQuark hl_json_error_quark (void);

typedef enum {
  HL_JSON_ERROR_SYNTAX,    /* not RFC 8259 */
  HL_JSON_ERROR_TOO_LARGE, /* longer than max_bytes */
  HL_JSON_ERROR_TOO_DEEP,  /* nested deeper than max_depth, or more members than max_members */
  HL_JSON_ERROR_UTF8,      /* not UTF-8, or a lone surrogate */
  HL_JSON_ERROR_DUPLICATE, /* a member name twice in one object */
  HL_JSON_ERROR_RANGE,     /* a number that would not survive */
  HL_JSON_ERROR_NUL,       /* U+0000 */
} HlJsonError;

/* Reads one document. @text need not end with NUL. @limits NULL: the defaults.
 * Returns: (transfer full): the root (any type), sealed by nobody; NULL with HL_JSON_ERROR. The
 * message is one sentence with line and column, and never repeats more than a character of the
 * text. */
JsonNode *hl_json_parse (const char *text, gsize len, const HlJsonLimits *limits,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, but the root must be an object. Returns: (transfer full) */
JsonObject *hl_json_parse_object (const char *text, gsize len, const HlJsonLimits *limits,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where an HL_JSON_ERROR happened: bytes from the start (0-based), line and column (1-based; the
 * column counts characters). Out arguments may be NULL. */
void hl_json_error_get_place (const GError *error, gsize *offset, guint *line, guint *column);

/* Finds the text of one value in a text that hl_json_parse() accepted, for splicing without
 * printing again.
 * @pointer: RFC 6901 ("/data", "/3/data", "" for the whole). Gives the value's bytes without the
 * space around. Returns: FALSE if there is no such value. */
gboolean hl_json_find (const char *text, gsize len, const char *pointer, gsize *start, gsize *size);

/* Prints without white space; doubles in the fewest digits that read back equal; members in their
 * order; not a number and infinities (which JSON does not have) as null. Only what must be escaped
 * is escaped. Returns: (transfer full) */
char *hl_json_print (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
char *hl_json_print_object (JsonObject *object) G_GNUC_WARN_UNUSED_RESULT;
void hl_json_append (GString *out, JsonNode *node);
void hl_json_append_object (GString *out, JsonObject *object);
/* Appends a JSON string with its quotes; NULL is null. @text must be UTF-8. */
void hl_json_append_string (GString *out, const char *text);

G_END_DECLS
