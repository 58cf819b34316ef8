/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostline://pair?v=1&url=...&location=...&code=...[&pin=sha256:...] */
#include "wire/hl-pair-link.h"

#include <string.h>

#include "util/hl-id.h"
#include "wire/hl-pair-code.h"

#define PREFIX "hostline://pair?"
#define PIN_PREFIX "sha256:"
#define PKI_SUFFIX "#pki"

typedef struct {
  HlPairLink *link;
  GStrvBuilder *urls;
  guint n_urls;
  gboolean has_version;
} Builder;

void
hl_pair_link_free (HlPairLink *link)
{
  if (link != NULL) {
    g_strfreev (link->urls);
    g_free (link->location);
    g_free (link->code);
    g_free (link->pin);
    g_free (link);
  }
}

gboolean
hl_pair_link_is_url (const char *url)
{
  if (url == NULL || strlen (url) > HL_PAIR_LINK_MAX_URL) {
    return FALSE;
  }
  for (const char *p = url; *p != '\0'; p++) {
    if (!g_ascii_isgraph (*p)) {
      return FALSE;
    }
  }
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL) {
    return FALSE;
  }
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);
  return (strcmp (scheme, "https") == 0 || strcmp (scheme, "http") == 0) && host != NULL &&
         *host != '\0' && g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
         g_uri_get_fragment (uri) == NULL && g_uri_get_port (uri) != 0;
}

static gboolean
fail (GError **error, HlFrameError code, const char *name, const char *sentence)
{
  g_autofree char *pointer = g_strconcat (*name != '\0' ? "/" : "", name, NULL);
  hl_frame_error_set (error, code, pointer, "%s", sentence);
  return FALSE;
}

static gboolean
add_url (Builder *builder, const char *value, GError **error)
{
  if (builder->n_urls == HL_PAIR_LINK_MAX_URLS) {
    return fail (error, HL_FRAME_ERROR_INVALID, "url",
                 "This pairing link names more than four addresses.");
  }
  g_autofree char *url = g_strdup (value);
  if (g_str_has_suffix (url, PKI_SUFFIX)) {
    url[strlen (url) - strlen (PKI_SUFFIX)] = '\0';
    builder->link->pki[builder->n_urls] = TRUE;
  }
  if (!hl_pair_link_is_url (url)) {
    return fail (error, HL_FRAME_ERROR_INVALID, "url",
                 "An address in this pairing link is not an http or https address.");
  }
  g_strv_builder_add (builder->urls, url);
  builder->n_urls++;
  return TRUE;
}

static gboolean
set_once (char **where, char *value, const char *name, const char *sentence, GError **error)
{
  g_autofree char *owned = value;

  if (owned == NULL) {
    return fail (error, HL_FRAME_ERROR_INVALID, name, sentence);
  }
  if (*where != NULL) {
    return fail (error, HL_FRAME_ERROR_INVALID, name,
                 "This pairing link says the same thing twice.");
  }
  *where = g_steal_pointer (&owned);
  return TRUE;
}

static char *
read_pin (const char *value)
{
  if (!g_str_has_prefix (value, PIN_PREFIX) || !hl_id_is_hex (value + strlen (PIN_PREFIX), 64)) {
    return NULL;
  }
  return g_strdup (value + strlen (PIN_PREFIX));
}

static gboolean
set_parameter (Builder *builder, const char *name, const char *value, GError **error)
{
  HlPairLink *link = builder->link;

  if (strcmp (name, "v") == 0) {
    if (builder->has_version) {
      return fail (error, HL_FRAME_ERROR_INVALID, "v",
                   "This pairing link says the same thing twice.");
    }
    builder->has_version = TRUE;
    return strcmp (value, "1") == 0 ||
           fail (error, HL_FRAME_ERROR_INVALID, "v",
                 "This pairing link was made by a newer version of Hostline.");
  }
  if (strcmp (name, "url") == 0) {
    return add_url (builder, value, error);
  }
  if (strcmp (name, "location") == 0) {
    return set_once (&link->location, hl_id_is_location (value) ? g_strdup (value) : NULL, name,
                     "The location in this pairing link is not valid.", error);
  }
  if (strcmp (name, "code") == 0) {
    return set_once (&link->code, hl_pair_code_normalize (value), name,
                     "The code in this pairing link is not valid.", error);
  }
  if (strcmp (name, "pin") == 0) {
    return set_once (&link->pin, read_pin (value), name,
                     "The fingerprint in this pairing link is not valid.", error);
  }
  return fail (error, HL_FRAME_ERROR_INVALID, name,
               "This pairing link has a part that is not understood.");
}

/* %XX only: a plus is a plus. Returns: (transfer full): NULL if the escaping is wrong or hides a
 * NUL or bad UTF-8 */
static char *
unescape (const char *text)
{
  g_autofree char *plain = g_uri_unescape_string (text, NULL);
  return plain != NULL && g_utf8_validate (plain, -1, NULL) ? g_steal_pointer (&plain) : NULL;
}

static gboolean
read_parameters (Builder *builder, const char *query, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (query, "&", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    char *equals = strchr (parts[i], '=');
    if (equals == NULL) {
      return fail (error, HL_FRAME_ERROR_INVALID, "", "This pairing link is not complete.");
    }
    *equals = '\0';
    g_autofree char *value = unescape (equals + 1);
    if (value == NULL) {
      return fail (error, HL_FRAME_ERROR_INVALID, "", "This pairing link is damaged.");
    }
    if (!set_parameter (builder, parts[i], value, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_complete (const Builder *builder, GError **error)
{
  const char *missing = !builder->has_version             ? "v"
                        : builder->n_urls == 0            ? "url"
                        : builder->link->location == NULL ? "location"
                        : builder->link->code == NULL     ? "code"
                                                          : NULL;
  return missing == NULL ||
         fail (error, HL_FRAME_ERROR_MISSING, missing, "This pairing link is not complete.");
}

HlPairLink *
hl_pair_link_parse (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > HL_PAIR_LINK_MAX_BYTES) {
    fail (error, HL_FRAME_ERROR_TOO_LARGE, "", "This pairing link is too long.");
    return NULL;
  }
  if (!g_str_has_prefix (text, PREFIX) || strchr (text, '#') != NULL) {
    fail (error, HL_FRAME_ERROR_INVALID, "", "This is not a pairing link.");
    return NULL;
  }
  g_autoptr (HlPairLink) link = g_new0 (HlPairLink, 1);
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();
  Builder builder = { .link = link, .urls = urls };
  gboolean ok =
      read_parameters (&builder, text + strlen (PREFIX), error) && check_complete (&builder, error);
  link->urls = g_strv_builder_end (urls);
  return ok ? g_steal_pointer (&link) : NULL;
}

char *
hl_pair_link_print (const HlPairLink *link)
{
  g_return_val_if_fail (link != NULL && link->urls != NULL, NULL);
  g_return_val_if_fail (link->location != NULL && link->code != NULL, NULL);

  g_autoptr (GString) out = g_string_new (PREFIX "v=1");
  for (guint i = 0; link->urls[i] != NULL && i < HL_PAIR_LINK_MAX_URLS; i++) {
    g_autofree char *url = g_strconcat (link->urls[i], link->pki[i] ? PKI_SUFFIX : "", NULL);
    g_string_append (out, "&url=");
    g_string_append_uri_escaped (out, url, NULL, FALSE);
  }
  g_string_append_printf (out, "&location=%s&code=%s", link->location, link->code);
  if (link->pin != NULL) {
    g_string_append_printf (out, "&pin=" PIN_PREFIX "%s", link->pin);
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPairLink) again = hl_pair_link_parse (out->str, &error);
  if (again == NULL) {
    g_critical ("a pairing link that would not be understood: %s", error->message);
    return NULL;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
