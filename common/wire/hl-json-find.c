/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the text of one value inside a text that the strict reader has accepted. */
#include "wire/hl-json.h"

#include <string.h>

/* The text is known to be good, so these only look for ends; the bound checks are for callers who
 * break that promise. */

static const char *
skip_space (const char *p, const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) {
    p++;
  }
  return p;
}

static const char *
skip_string (const char *p, const char *end)
{
  p++;
  while (p < end && *p != '"') {
    p += *p == '\\' && end - p > 1 ? 2 : 1;
  }
  return p < end ? p + 1 : end;
}

static const char *
skip_value (const char *p, const char *end)
{
  guint depth = 0;

  while (p < end) {
    if (*p == '"') {
      p = skip_string (p, end);
    } else if (*p == '{' || *p == '[') {
      depth++;
      p++;
      continue;
    } else if (*p == '}' || *p == ']') {
      if (depth == 0) {
        return p;
      }
      depth--;
      p++;
    } else if (depth > 0) {
      p++;
      continue;
    } else {
      while (p < end && strchr (",]} \t\n\r", *p) == NULL) {
        p++;
      }
    }
    if (depth == 0) {
      return p;
    }
  }
  return end;
}

static gboolean
name_equals (const char *start, const char *end, const char *name)
{
  if (memchr (start, '\\', (gsize) (end - start)) == NULL) {
    gsize len = (gsize) (end - start) - 2;
    return strlen (name) == len && memcmp (start + 1, name, len) == 0;
  }
  g_autoptr (JsonNode) node = hl_json_parse (start, (gsize) (end - start), NULL, NULL);
  return node != NULL && g_strcmp0 (json_node_get_string (node), name) == 0;
}

static const char *
find_member (const char *p, const char *end, const char *name)
{
  p = skip_space (p + 1, end);
  while (p < end && *p == '"') {
    const char *after = skip_string (p, end);
    gboolean found = name_equals (p, after, name);
    p = skip_space (after, end);
    if (p >= end || *p != ':') {
      return NULL;
    }
    p = skip_space (p + 1, end);
    if (found) {
      return p;
    }
    p = skip_space (skip_value (p, end), end);
    if (p < end && *p == ',') {
      p = skip_space (p + 1, end);
    }
  }
  return NULL;
}

static const char *
find_element (const char *p, const char *end, const char *token)
{
  guint64 index = 0;
  if (!g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT, &index, NULL)) {
    return NULL;
  }
  p = skip_space (p + 1, end);
  while (p < end && *p != ']') {
    if (index-- == 0) {
      return p;
    }
    p = skip_space (skip_value (p, end), end);
    if (p < end && *p == ',') {
      p = skip_space (p + 1, end);
    }
  }
  return NULL;
}

/* RFC 6901: ~1 is a slash, ~0 a tilde. */
static char *
unescape_token (const char *token, gsize len)
{
  GString *out = g_string_sized_new (len);
  for (gsize i = 0; i < len; i++) {
    if (token[i] == '~' && i + 1 < len && (token[i + 1] == '0' || token[i + 1] == '1')) {
      g_string_append_c (out, token[++i] == '1' ? '/' : '~');
    } else {
      g_string_append_c (out, token[i]);
    }
  }
  return g_string_free (out, FALSE);
}

gboolean
hl_json_find (const char *text, gsize len, const char *pointer, gsize *start, gsize *size)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);

  const char *end = text + len;
  const char *p = skip_space (text, end);

  while (p != NULL && p < end && *pointer == '/') {
    gsize n = strcspn (++pointer, "/");
    g_autofree char *token = unescape_token (pointer, n);
    pointer += n;
    if (*p == '{') {
      p = find_member (p, end, token);
    } else if (*p == '[') {
      p = find_element (p, end, token);
    } else {
      p = NULL;
    }
  }
  if (p == NULL || p >= end || *pointer != '\0') {
    return FALSE;
  }
  const char *after = skip_value (p, end);
  if (start != NULL) {
    *start = (gsize) (p - text);
  }
  if (size != NULL) {
    *size = (gsize) (after - p);
  }
  return TRUE;
}
