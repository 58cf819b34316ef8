/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks HTTP/1.1 requests byte by byte before libsoup sees them: pure, incremental. */
#include "net/hl-request-gate.h"

#include <string.h>

#define TARGET_MAX 8192
#define METHOD_MAX 32
#define HOST_MAX 255
/* Longest Content-Length that is read as a number; a longer one is too large for sure. */
#define LENGTH_DIGITS_MAX 18

void
hl_request_gate_init (HlRequestGate *self, guint64 max_body)
{
  memset (self, 0, sizeof *self);
  self->max_body = max_body;
}

void
hl_request_gate_clear (HlRequestGate *self)
{
  g_clear_pointer (&self->head, g_byte_array_unref);
}

void
hl_request_gate_next (HlRequestGate *self)
{
  guint64 max_body = self->max_body;

  hl_request_gate_clear (self);
  hl_request_gate_init (self, max_body);
}

static gboolean
refuse (HlRequestGate *self, guint status, const char *detail)
{
  self->state = HL_REQUEST_REFUSED;
  self->status = status;
  self->detail = detail;
  return FALSE;
}

/* RFC 9110 section 5.6.2. */
static gboolean
is_token_char (guint8 c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static gboolean
is_token (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!is_token_char (text[i]))
      return FALSE;
  return len > 0;
}

static gboolean
check_version (HlRequestGate *self, const char *text, gsize len)
{
  if (len != 8 || memcmp (text, "HTTP/", 5) != 0 || !g_ascii_isdigit (text[5]) || text[6] != '.'
      || !g_ascii_isdigit (text[7]))
    return refuse (self, 400, "The request line is malformed.");
  if (text[5] != '1')
    return refuse (self, 505, "Only HTTP/1.1 is spoken here.");
  self->is_1_1 = text[7] != '0';
  return TRUE;
}

static gboolean
check_request_line (HlRequestGate *self, const char *line, gsize len)
{
  const char *end = line + len;
  const char *target = memchr (line, ' ', len);
  const char *version;

  if (target == NULL || !is_token (line, target - line) || target - line > METHOD_MAX)
    return refuse (self, 400, "The request line is malformed.");
  target++;
  version = memchr (target, ' ', end - target);
  if (version == NULL)
    return refuse (self, 400, "The request line is malformed.");
  for (const char *c = target; c < version; c++)
    if (*c <= 0x20 || *c == 0x7f)
      return refuse (self, 400, "The request target has a character that may not stand there.");
  /* libsoup decodes the path before anybody sees it: an encoded slash would become a separator. */
  for (const char *c = target; c + 2 < version && *c != '?'; c++)
    if (c[0] == '%' && ((c[1] == '2' && (c[2] | 0x20) == 'f') || (c[1] == '5' && (c[2] | 0x20) == 'c')))
      return refuse (self, 400, "A slash in a path may not be encoded.");
  if (version - target > TARGET_MAX)
    return refuse (self, 414, "The request target is longer than 8 KiB.");
  if (*target != '/' && !(*target == '*' && version - target == 1))
    return refuse (self, 400, "The request target must be a path.");
  return check_version (self, version + 1, end - version - 1);
}

/* Names, addresses and ports only; what else stands in a Host is an attack on whoever builds a URL
 * from it. */
static gboolean
check_host (HlRequestGate *self, const char *value, gsize len)
{
  if (self->has_host)
    return refuse (self, 400, "The Host field stands twice.");
  self->has_host = TRUE;
  if (len == 0 || len > HOST_MAX)
    return refuse (self, 400, "The Host field is not a host.");
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (value[i]) && (value[i] == '\0' || strchr (".-_:[]", value[i]) == NULL))
      return refuse (self, 400, "The Host field is not a host.");
  return TRUE;
}

static gboolean
check_length (HlRequestGate *self, const char *value, gsize len)
{
  if (self->has_length)
    return refuse (self, 400, "The Content-Length field stands twice.");
  self->has_length = TRUE;
  if (len == 0)
    return refuse (self, 400, "Content-Length is not a number.");
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (value[i]))
      return refuse (self, 400, "Content-Length is not a number.");
  if (len > LENGTH_DIGITS_MAX) {
    self->body_left = G_MAXUINT64;
    return TRUE;
  }
  self->body_left = 0;
  for (gsize i = 0; i < len; i++)
    self->body_left = self->body_left * 10 + (value[i] - '0');
  return TRUE;
}

static gboolean
name_is (const char *name, gsize len, const char *wanted)
{
  return len == strlen (wanted) && g_ascii_strncasecmp (name, wanted, len) == 0;
}

static gboolean
check_field (HlRequestGate *self, const char *line, gsize len)
{
  const char *colon = memchr (line, ':', len);
  const char *value;
  gsize name_len, value_len;

  if (++self->n_fields > HL_REQUEST_MAX_FIELDS)
    return refuse (self, 431, "The request has more than 100 header fields.");
  if (colon == NULL || !is_token (line, colon - line))
    return refuse (self, 400, "A header field is malformed.");
  name_len = colon - line;
  value = colon + 1;
  value_len = line + len - value;
  for (gsize i = 0; i < value_len; i++)
    if (((guint8) value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
      return refuse (self, 400, "A header field has a control character.");
  while (value_len > 0 && (value[0] == ' ' || value[0] == '\t'))
    value++, value_len--;
  while (value_len > 0 && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
    value_len--;

  if (name_is (line, name_len, "Host"))
    return check_host (self, value, value_len);
  if (name_is (line, name_len, "Content-Length"))
    return check_length (self, value, value_len);
  if (name_is (line, name_len, "Transfer-Encoding"))
    self->has_encoding = TRUE;
  /* libsoup answers ranges by itself, and not safely (CVE-2025-32907, CVE-2026-2443). */
  if (name_is (line, name_len, "Range") || name_is (line, name_len, "If-Range")
      || name_is (line, name_len, HL_REQUEST_TARGET_FIELD))
    self->drop_line = TRUE;
  return TRUE;
}

static void
finish_head (HlRequestGate *self)
{
  if (self->is_1_1 && !self->has_host)
    refuse (self, 400, "The Host field is missing.");
  else if (self->has_encoding && self->has_length)
    refuse (self, 400, "Transfer-Encoding and Content-Length exclude each other.");
  else if (self->has_encoding)
    refuse (self, 411, "Send the body with a Content-Length; Transfer-Encoding is not accepted.");
  else if (self->body_left > self->max_body)
    refuse (self, 413, "The body is larger than this server accepts.");
  else
    self->state = self->body_left > 0 ? HL_REQUEST_BODY : HL_REQUEST_DONE;
}

/* The target of the request line, which is all that `head` has so far, as a field of its own if parsing would change it. */
static void
add_target (HlRequestGate *self)
{
  const char *line = (const char *) self->head->data + self->line;
  const char *end = (const char *) self->head->data + self->head->len; /* no NUL there */
  const char *target = memchr (line, ' ', (gsize) (end - line));
  const char *after = target != NULL ? memchr (target + 1, ' ', (gsize) (end - target - 1)) : NULL;
  gboolean changes = FALSE;
  g_autofree char *field = NULL;
  gsize len;

  if (after == NULL)
    return;
  target++;
  len = (gsize) (after - target);

  for (gsize i = 0; i < len && !changes; i++)
    changes = target[i] == '%' || target[i] == '#' || (guint8) target[i] >= 0x7f;
  if (!changes)
    return;
  field = g_strdup_printf (HL_REQUEST_TARGET_FIELD ": %.*s\r\n", (int) len, target);
  self->added = strlen (field);
  g_byte_array_append (self->head, (const guint8 *) field, self->added);
}

/* A line is complete in `head`, its LF last. */
static void
take_line (HlRequestGate *self)
{
  const char *line = (const char *) self->head->data + self->line;
  gsize len = self->head->len - self->line - 1;

  if (len == 0 || line[len - 1] != '\r') {
    refuse (self, 400, "A line does not end with CR LF.");
    return;
  }
  len--;
  if (memchr (line, '\r', len) != NULL || memchr (line, '\0', len) != NULL) {
    refuse (self, 400, "A line has a CR or NUL inside.");
    return;
  }
  if (!self->has_line) {
    /* An empty line before the request is forgiven (RFC 9112 section 2.2); the limit of the head
     * counts it. */
    if (len == 0)
      self->drop_line = TRUE;
    else
      self->has_line = check_request_line (self, line, len);
    if (self->has_line)
      add_target (self);
  } else if (len == 0) {
    finish_head (self);
  } else if (line[0] == ' ' || line[0] == '\t') {
    refuse (self, 400, "A header field is folded.");
  } else {
    check_field (self, line, len);
  }
  if (self->drop_line) {
    g_byte_array_set_size (self->head, self->line);
    self->dropped += len + 2;
    self->drop_line = FALSE;
  }
  self->line = self->head->len;
}

gsize
hl_request_gate_feed (HlRequestGate *self, const guint8 *bytes, gsize len)
{
  gsize used = 0;

  if (self->head == NULL)
    self->head = g_byte_array_new ();
  while (used < len && self->state == HL_REQUEST_HEAD) {
    const guint8 *newline = memchr (bytes + used, '\n', len - used);
    gsize n = newline != NULL ? (gsize) (newline - bytes) + 1 - used : len - used;

    self->begun = TRUE;
    if (self->head->len + self->dropped - self->added + n > HL_REQUEST_MAX_HEAD) {
      refuse (self, self->has_line ? 431 : 414,
              self->has_line ? "The header is larger than 16 KiB."
                             : "The request target is longer than 8 KiB.");
      break;
    }
    g_byte_array_append (self->head, bytes + used, n);
    used += n;
    if (newline != NULL)
      take_line (self);
  }
  return used;
}

GByteArray *
hl_request_gate_take_head (HlRequestGate *self)
{
  return g_steal_pointer (&self->head);
}

void
hl_request_gate_count_body (HlRequestGate *self, gsize len)
{
  g_return_if_fail (self->state == HL_REQUEST_BODY && len <= self->body_left);

  self->body_left -= len;
  if (self->body_left == 0)
    self->state = HL_REQUEST_DONE;
}

static const char *
title_of (guint status)
{
  switch (status) {
  case 400:
    return "Bad Request";
  case 408:
    return "Request Timeout";
  case 411:
    return "Length Required";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 431:
    return "Request Header Fields Too Large";
  case 505:
    return "HTTP Version Not Supported";
  default:
    return "Error";
  }
}

/* The product's names of these problems; what is a fault of HTTP itself has no other name than its status (RFC 9457). */
static const char *
type_of (guint status)
{
  switch (status) {
  case 411:
    return "urn:hostline:problem:length_required";
  case 413:
    return "urn:hostline:problem:too_large";
  default:
    return "about:blank";
  }
}

char *
hl_request_gate_make_answer (guint status, const char *detail)
{
  /* RFC 9457. The details are our own sentences: nothing in them needs escaping. */
  g_autofree char *body = g_strdup_printf (
      "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%u,\"detail\":\"%s\"}\n",
      type_of (status), title_of (status), status, detail);

  return g_strdup_printf (
      "HTTP/1.1 %u %s\r\nContent-Type: application/problem+json\r\nContent-Length: %zu\r\n"
      "Connection: close\r\n\r\n%s",
      status, title_of (status), strlen (body), body);
}
