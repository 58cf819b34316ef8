/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict reader: RFC 8259 text straight into json-glib's tree, without json-glib's parser. */
#include "wire/hl-json.h"

#include <math.h>
#include <string.h>

typedef struct {
  gsize offset;
  guint line;
  guint column;
} HlJsonErrorPrivate;

static void
hl_json_error_private_init (HlJsonErrorPrivate *priv)
{
  priv->line = 1;
  priv->column = 1;
}

static void
hl_json_error_private_copy (const HlJsonErrorPrivate *src, HlJsonErrorPrivate *dest)
{
  *dest = *src;
}

static void
hl_json_error_private_clear (HlJsonErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (HlJsonError, hl_json_error)

typedef struct {
  const char *text;
  const char *p;
  const char *end;
  guint max_depth;
  guint max_members;
  guint depth;
  gboolean forgive;
  GString *scratch; /* the string or number that was read last, unescaped */
  GError **error;
} Reader;

static JsonNode *read_value (Reader *reader);

static void fail (Reader *reader, HlJsonError code, const char *at, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
fail (Reader *reader, HlJsonError code, const char *at, const char *format, ...)
{
  if (reader->error == NULL) {
    return;
  }

  guint line = 1;
  guint column = 1;
  for (const char *p = reader->text; p < at; p++) {
    if (*p == '\n') {
      line++;
      column = 1;
    } else if (((guchar) *p & 0xc0) != 0x80) {
      column++; /* characters, not bytes */
    }
  }

  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (reader->error, HL_JSON_ERROR, code, "JSON, line %u, column %u: %s", line, column,
               what);
  HlJsonErrorPrivate *priv = hl_json_error_get_private (*reader->error);
  priv->offset = (gsize) (at - reader->text);
  priv->line = line;
  priv->column = column;
}

static void
fail_unexpected (Reader *reader, const char *wanted)
{
  if (reader->p >= reader->end) {
    fail (reader, HL_JSON_ERROR_SYNTAX, reader->p, "the text ends where %s should stand", wanted);
  } else if (*reader->p == '\0') {
    fail (reader, HL_JSON_ERROR_NUL, reader->p, "a NUL byte");
  } else if (g_ascii_isprint (*reader->p)) {
    fail (reader, HL_JSON_ERROR_SYNTAX, reader->p, "“%c” where %s should stand", *reader->p,
          wanted);
  } else {
    fail (reader, HL_JSON_ERROR_SYNTAX, reader->p, "a character that may not stand here; %s should",
          wanted);
  }
}

static void
skip_space (Reader *reader)
{
  while (reader->p < reader->end &&
         (*reader->p == ' ' || *reader->p == '\t' || *reader->p == '\n' || *reader->p == '\r')) {
    reader->p++;
  }
}

static gboolean
read_hex4 (Reader *reader, guint *out)
{
  guint value = 0;
  for (guint i = 0; i < 4; i++) {
    if (reader->p >= reader->end || !g_ascii_isxdigit (*reader->p)) {
      fail_unexpected (reader, "a hexadecimal digit of \\u");
      return FALSE;
    }
    value = value << 4 | (guint) g_ascii_xdigit_value (*reader->p++);
  }
  *out = value;
  return TRUE;
}

/* What stands for a character that cannot be. FALSE: it may not be forgiven. */
static gboolean
replace_character (Reader *reader, HlJsonError code, const char *start, const char *what)
{
  if (!reader->forgive) {
    fail (reader, code, start, "%s", what);
    return FALSE;
  }
  g_string_append_unichar (reader->scratch, 0xfffd);
  return TRUE;
}

/* After "\u": one code point, made of two escapes where they are surrogates. */
static gboolean
read_unicode_escape (Reader *reader)
{
  static const char alone[] = "a high surrogate without its low surrogate";
  const char *start = reader->p - 2;
  guint unit = 0;
  if (!read_hex4 (reader, &unit)) {
    return FALSE;
  }
  if (unit == 0) {
    return replace_character (reader, HL_JSON_ERROR_NUL, start, "\\u0000 is not accepted");
  }
  gunichar character = unit;
  if (unit >= 0xdc00 && unit <= 0xdfff) {
    return replace_character (reader, HL_JSON_ERROR_UTF8, start, "a low surrogate without its high surrogate");
  }
  if (unit >= 0xd800 && unit <= 0xdbff) {
    const char *second = reader->p;
    guint low = 0;
    if (reader->end - reader->p < 2 || reader->p[0] != '\\' || reader->p[1] != 'u') {
      return replace_character (reader, HL_JSON_ERROR_UTF8, start, alone);
    }
    reader->p += 2;
    if (!read_hex4 (reader, &low)) {
      return FALSE;
    }
    if (low < 0xdc00 || low > 0xdfff) {
      reader->p = second; /* which is a character of its own */
      return replace_character (reader, HL_JSON_ERROR_UTF8, start, alone);
    }
    character = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  g_string_append_unichar (reader->scratch, character);
  return TRUE;
}

static gboolean
read_escape (Reader *reader)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";

  reader->p++; /* the backslash */
  if (reader->p >= reader->end) {
    fail_unexpected (reader, "an escape");
    return FALSE;
  }
  if (*reader->p == 'u') {
    reader->p++;
    return read_unicode_escape (reader);
  }
  const char *found = *reader->p != '\0' ? strchr (from, *reader->p) : NULL;
  if (found == NULL) {
    fail_unexpected (reader, "one of \"\\/bfnrtu after a backslash");
    return FALSE;
  }
  g_string_append_c (reader->scratch, to[found - from]);
  reader->p++;
  return TRUE;
}

/* At the opening quote; leaves the text in scratch. */
static gboolean
read_string (Reader *reader)
{
  const char *start = reader->p++;

  g_string_truncate (reader->scratch, 0);
  while (TRUE) {
    const char *run = reader->p;
    while (reader->p < reader->end && *reader->p != '"' && *reader->p != '\\' &&
           (guchar) *reader->p >= 0x20) {
      reader->p++;
    }
    g_string_append_len (reader->scratch, run, reader->p - run);
    if (reader->p >= reader->end) {
      fail (reader, HL_JSON_ERROR_SYNTAX, start, "a string that never ends");
      return FALSE;
    }
    if (*reader->p == '"') {
      reader->p++;
      return TRUE;
    }
    if (*reader->p != '\\') {
      fail (reader, *reader->p == '\0' ? HL_JSON_ERROR_NUL : HL_JSON_ERROR_SYNTAX, reader->p,
            "a control character in a string; it must be escaped");
      return FALSE;
    }
    if (!read_escape (reader)) {
      return FALSE;
    }
  }
}

static gboolean
skip_digits (Reader *reader)
{
  const char *start = reader->p;
  while (reader->p < reader->end && g_ascii_isdigit (*reader->p)) {
    reader->p++;
  }
  if (reader->p == start) {
    fail_unexpected (reader, "a digit");
    return FALSE;
  }
  return TRUE;
}

static JsonNode *
read_number (Reader *reader)
{
  const char *start = reader->p;
  gboolean is_integer = TRUE;

  if (*reader->p == '-') {
    reader->p++;
  }
  const char *digits = reader->p;
  if (reader->p < reader->end && *reader->p == '0') {
    reader->p++;
    if (reader->p < reader->end && g_ascii_isdigit (*reader->p)) {
      fail (reader, HL_JSON_ERROR_SYNTAX, digits, "a number with a leading zero");
      return NULL;
    }
  } else if (!skip_digits (reader)) {
    return NULL;
  }
  gsize n_digits = (gsize) (reader->p - digits);
  if (reader->p < reader->end && *reader->p == '.') {
    is_integer = FALSE;
    reader->p++;
    if (!skip_digits (reader)) {
      return NULL;
    }
  }
  if (reader->p < reader->end && (*reader->p == 'e' || *reader->p == 'E')) {
    is_integer = FALSE;
    reader->p++;
    if (reader->p < reader->end && (*reader->p == '+' || *reader->p == '-')) {
      reader->p++;
    }
    if (!skip_digits (reader)) {
      return NULL;
    }
  }

  g_autoptr (JsonNode) node = json_node_alloc ();
  if (is_integer) {
    gint64 value = 0;
    for (const char *p = digits; n_digits <= 16 && p < reader->p; p++) {
      value = value * 10 + (*p - '0');
    }
    if (reader->forgive && (n_digits > 16 || value > HL_JSON_MAX_INTEGER)) {
      is_integer = FALSE;
    } else if (n_digits > 16 || value > HL_JSON_MAX_INTEGER) {
      fail (reader, HL_JSON_ERROR_RANGE, start,
            "an integer beyond 2^53, which not every reader can hold");
      return NULL;
    }
    if (is_integer) {
      json_node_init_int (node, *start == '-' ? -value : value);
    }
  }
  if (!is_integer) {
    g_string_truncate (reader->scratch, 0);
    g_string_append_len (reader->scratch, start, reader->p - start);
    double value = g_ascii_strtod (reader->scratch->str, NULL);
    if (!isfinite (value) && reader->forgive) {
      return json_node_init_null (g_steal_pointer (&node));
    }
    if (!isfinite (value)) {
      fail (reader, HL_JSON_ERROR_RANGE, start, "a number too large for a double");
      return NULL;
    }
    json_node_init_double (node, value);
  }
  return g_steal_pointer (&node);
}

static JsonNode *
read_word (Reader *reader)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize len = strlen (words[i]);
    if ((gsize) (reader->end - reader->p) >= len && memcmp (reader->p, words[i], len) == 0) {
      reader->p += len;
      JsonNode *node = json_node_alloc ();
      return i == 2 ? json_node_init_null (node) : json_node_init_boolean (node, i == 0);
    }
  }
  fail_unexpected (reader, "a value");
  return NULL;
}

static gboolean
enter (Reader *reader)
{
  if (reader->depth >= reader->max_depth) {
    fail (reader, HL_JSON_ERROR_TOO_DEEP, reader->p, "nested deeper than %u", reader->max_depth);
    return FALSE;
  }
  reader->depth++;
  reader->p++;
  skip_space (reader);
  return TRUE;
}

/* Between two elements. Returns: TRUE if another one follows; *ok says whether the text was right.
 */
static gboolean
read_separator (Reader *reader, char close, gboolean *ok)
{
  skip_space (reader);
  if (reader->p < reader->end && *reader->p == close) {
    reader->p++;
    reader->depth--;
    *ok = TRUE;
    return FALSE;
  }
  if (reader->p >= reader->end || *reader->p != ',') {
    fail_unexpected (reader, close == '}' ? "a comma or “}”" : "a comma or “]”");
    *ok = FALSE;
    return FALSE;
  }
  reader->p++;
  skip_space (reader);
  return TRUE;
}

static JsonNode *
read_array (Reader *reader)
{
  if (!enter (reader)) {
    return NULL;
  }
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonArray *array = json_array_new ();
  json_node_init (node, JSON_NODE_ARRAY);
  json_node_take_array (node, array);

  if (reader->p < reader->end && *reader->p == ']') {
    reader->p++;
    reader->depth--;
    return g_steal_pointer (&node);
  }
  gboolean ok = FALSE;
  do {
    JsonNode *element = read_value (reader);
    if (element == NULL) {
      return NULL;
    }
    json_array_add_element (array, element);
  } while (read_separator (reader, ']', &ok));
  return ok ? g_steal_pointer (&node) : NULL;
}

static gboolean
read_member (Reader *reader, JsonObject *object)
{
  const char *start = reader->p;

  if (reader->p >= reader->end || *reader->p != '"') {
    fail_unexpected (reader, "a member's name in double quotes");
    return FALSE;
  }
  if (!read_string (reader)) {
    return FALSE;
  }
  if (json_object_has_member (object, reader->scratch->str)) {
    fail (reader, HL_JSON_ERROR_DUPLICATE, start, "a member that this object has already");
    return FALSE;
  }
  if (json_object_get_size (object) >= reader->max_members) {
    fail (reader, HL_JSON_ERROR_TOO_DEEP, start, "an object with more than %u members",
          reader->max_members);
    return FALSE;
  }
  g_autofree char *name = g_strndup (reader->scratch->str, reader->scratch->len);

  skip_space (reader);
  if (reader->p >= reader->end || *reader->p != ':') {
    fail_unexpected (reader, "a colon");
    return FALSE;
  }
  reader->p++;
  skip_space (reader);
  JsonNode *value = read_value (reader);
  if (value == NULL) {
    return FALSE;
  }
  json_object_set_member (object, name, value);
  return TRUE;
}

static JsonNode *
read_object (Reader *reader)
{
  if (!enter (reader)) {
    return NULL;
  }
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonObject *object = json_object_new ();
  json_node_init (node, JSON_NODE_OBJECT);
  json_node_take_object (node, object);

  if (reader->p < reader->end && *reader->p == '}') {
    reader->p++;
    reader->depth--;
    return g_steal_pointer (&node);
  }
  gboolean ok = FALSE;
  do {
    if (!read_member (reader, object)) {
      return NULL;
    }
  } while (read_separator (reader, '}', &ok));
  return ok ? g_steal_pointer (&node) : NULL;
}

static JsonNode *
read_value (Reader *reader)
{
  if (reader->p >= reader->end) {
    fail_unexpected (reader, "a value");
    return NULL;
  }
  switch (*reader->p) {
  case '{':
    return read_object (reader);
  case '[':
    return read_array (reader);
  case '"':
    if (!read_string (reader)) {
      return NULL;
    }
    return json_node_init_string (json_node_alloc (), reader->scratch->str);
  case '-':
  case '0' ... '9':
    return read_number (reader);
  default:
    return read_word (reader);
  }
}

static gboolean
check_text (Reader *reader, gsize max_bytes)
{
  gsize len = (gsize) (reader->end - reader->text);
  if (len > max_bytes) {
    fail (reader, HL_JSON_ERROR_TOO_LARGE, reader->text,
          "%" G_GSIZE_FORMAT " bytes where %" G_GSIZE_FORMAT " are allowed", len, max_bytes);
    return FALSE;
  }
  const char *bad = NULL;
  if (!g_utf8_validate_len (reader->text, len, &bad)) {
    if (*bad == '\0') {
      fail (reader, HL_JSON_ERROR_NUL, bad, "a NUL byte");
    } else {
      fail (reader, HL_JSON_ERROR_UTF8, bad, "a byte that is not UTF-8");
    }
    return FALSE;
  }
  return TRUE;
}

JsonNode *
hl_json_parse (const char *text, gsize len, const HlJsonLimits *limits, GError **error)
{
  static const HlJsonLimits defaults = { 0 };

  g_return_val_if_fail (text != NULL || len == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (text == NULL) {
    text = "";
  }
  if (limits == NULL) {
    limits = &defaults;
  }
  Reader reader = {
    .text = text,
    .p = text,
    .end = text + len,
    .max_depth =
        limits->max_depth != 0 ? MIN (limits->max_depth, HL_JSON_MAX_DEPTH) : HL_JSON_DEFAULT_DEPTH,
    .max_members = limits->max_members != 0 ? limits->max_members : HL_JSON_DEFAULT_MEMBERS,
    .forgive = limits->forgive,
    .error = error,
  };
  if (!check_text (&reader, limits->max_bytes != 0 ? limits->max_bytes : HL_JSON_DEFAULT_BYTES)) {
    return NULL;
  }

  g_autoptr (GString) scratch = g_string_sized_new (256);
  reader.scratch = scratch;
  skip_space (&reader);
  g_autoptr (JsonNode) root = read_value (&reader);
  if (root == NULL) {
    return NULL;
  }
  skip_space (&reader);
  if (reader.p < reader.end) {
    fail_unexpected (&reader, "the end of the text");
    return NULL;
  }
  return g_steal_pointer (&root);
}

JsonObject *
hl_json_parse_object (const char *text, gsize len, const HlJsonLimits *limits, GError **error)
{
  g_autoptr (JsonNode) root = hl_json_parse (text, len, limits, error);
  if (root == NULL) {
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    Reader reader = { .text = text, .p = text, .end = text + len, .error = error };
    skip_space (&reader);
    fail (&reader, HL_JSON_ERROR_SYNTAX, reader.p, "an object is wanted here");
    return NULL;
  }
  return json_node_dup_object (root);
}

void
hl_json_error_get_place (const GError *error, gsize *offset, guint *line, guint *column)
{
  HlJsonErrorPrivate none = { 0, 1, 1 };
  const HlJsonErrorPrivate *priv = &none;

  if (error != NULL && error->domain == HL_JSON_ERROR) {
    priv = hl_json_error_get_private (error);
  }
  if (offset != NULL) {
    *offset = priv->offset;
  }
  if (line != NULL) {
    *line = priv->line;
  }
  if (column != NULL) {
    *column = priv->column;
  }
}
