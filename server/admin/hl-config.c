/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the server's configuration; every mistake is told with its file and line. */
#include "admin/hl-config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "util/hl-log.h"
#include "wire/hl-pair-link.h"

struct _HlConfig {
  GObject parent_instance;

  GStrv listen;
  char *data_dir;
  char *store;
  GStrv public_urls;
  GStrv allowed_origins;
  GStrv trusted_proxies;
  gboolean insecure_lan;
  gboolean allow_http;
  gboolean auto_repair;
  char *tls_certificate;
  char *tls_key;
  HlConfigLimits limits;
  HlConfigTimers timers;
  HlConfigRetention retention;
  char *log_level;
};

G_DEFINE_FINAL_TYPE (HlConfig, hl_config, G_TYPE_OBJECT)

G_DEFINE_QUARK (hl-config-error, hl_config_error)

static void
finalize (GObject *object)
{
  HlConfig *self = HL_CONFIG (object);

  g_strfreev (self->listen);
  g_free (self->data_dir);
  g_free (self->store);
  g_strfreev (self->public_urls);
  g_strfreev (self->allowed_origins);
  g_strfreev (self->trusted_proxies);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_free (self->log_level);
  G_OBJECT_CLASS (hl_config_parent_class)->finalize (object);
}

static void
hl_config_class_init (HlConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
hl_config_init (HlConfig *self)
{
  self->listen = g_strsplit (HL_CONFIG_DEFAULT_LISTEN, ";", -1);
  self->store = g_strdup ("sqlite");
  self->public_urls = g_new0 (char *, 1);
  self->allowed_origins = g_new0 (char *, 1);
  self->trusted_proxies = g_new0 (char *, 1);
  self->auto_repair = TRUE;
  self->limits = (HlConfigLimits){ .connections = 16000,
                                   .connections_per_ip = 256,
                                   .failed_auth_per_minute = 10,
                                   .body_bytes = 1024 * 1024,
                                   .json_depth = 16,
                                   .min_free_mib = 64,
                                   .wal_alarm_mib = 64 };
  self->timers = (HlConfigTimers){ .heartbeat_ms = 5000,
                                   .spread_ms = 3000,
                                   .digest_s = 60,
                                   .checkpoint_s = 3600,
                                   .retention_s = 24 * 3600,
                                   .max_session_s = 12 * 3600 };
  self->retention = (HlConfigRetention){ .recordings_days = 30, .transcripts_days = 90, .people_days = 730 };
  self->log_level = g_strdup ("info");
}

HlConfig *
hl_config_new (void)
{
  return g_object_new (HL_TYPE_CONFIG, NULL);
}

/* ---- values: each says what is wrong in a sentence without the place ---- */

typedef gboolean (*Check) (const char *text, GError **error);

static gboolean G_GNUC_PRINTF (2, 3)
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HL_CONFIG_ERROR, HL_CONFIG_ERROR_VALUE, format, args);
  va_end (args);
  return FALSE;
}

gboolean
hl_config_check_listen (const char *text, char **host, guint16 *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *name = NULL;
  guint64 number = 0;
  gsize length;

  if (colon == NULL || colon == text || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &number, NULL))
    return refuse (error, "“%s” is not HOST:PORT", text);
  length = (gsize) (colon - text);
  if (text[0] == '[' && colon[-1] == ']')
    name = g_strndup (text + 1, length - 2);
  else
    name = g_strndup (text, length);
  if (text[0] == '[' ? !g_hostname_is_ip_address (name) || strchr (name, ':') == NULL
                     : strchr (name, ':') != NULL || strpbrk (name, "/ []@?#") != NULL)
    return refuse (error, "“%s” is not HOST:PORT (an IPv6 address stands in brackets)", text);
  if (host != NULL)
    *host = g_steal_pointer (&name);
  if (port != NULL)
    *port = (guint16) number;
  return TRUE;
}

gboolean
hl_config_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
check_listen (const char *text, GError **error)
{
  return hl_config_check_listen (text, NULL, NULL, error);
}

gboolean
hl_config_check_public_url (const char *text, GError **error)
{
  g_autofree char *plain = g_strdup (text);

  if (g_str_has_suffix (plain, "#pki"))
    plain[strlen (plain) - strlen ("#pki")] = '\0';
  return hl_pair_link_is_url (plain) ||
         refuse (error, "“%s” is not an http or https URL of a server", text);
}

static gboolean
check_origin (const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
          *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL &&
          g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL) ||
         refuse (error, "“%s” is not an origin such as https://desk.example.org", text);
}

static gboolean
check_proxy (const char *text, GError **error)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (text, NULL);

  return mask != NULL || refuse (error, "“%s” is not an address or a network such as 10.0.0.0/8", text);
}

static gboolean
check_path (const char *text, GError **error)
{
  return g_path_is_absolute (text) || refuse (error, "“%s” is not an absolute path", text);
}

static gboolean
check_store (const char *text, GError **error)
{
  return strcmp (text, "sqlite") == 0 || g_str_has_prefix (text, "redis://") ||
         refuse (error, "“%s” is neither sqlite nor redis://HOST:PORT/DB", text);
}

static gboolean
check_level (const char *text, GError **error)
{
  HlLogLevel level;

  return hl_log_parse_level (text, &level) ||
         refuse (error, "“%s” is none of error, warning, notice, info, debug", text);
}

/* ---- the table of keys ---- */

typedef enum { LIST, STRING, BOOLEAN, NUMBER } Type;

typedef struct {
  const char *group;
  const char *key;
  Type type;
  gsize offset; /* of the member in HlConfig */
  Check check;  /* of each text */
  guint min, max; /* of a number; a list has min to max members */
} Key;

#define MEMBER(name) G_STRUCT_OFFSET (HlConfig, name)

static const Key keys[] = {
  { "server", "listen", LIST, MEMBER (listen), check_listen, 1, 16 },
  { "server", "data-dir", STRING, MEMBER (data_dir), check_path },
  { "server", "store", STRING, MEMBER (store), check_store },
  { "server", "public-urls", LIST, MEMBER (public_urls), hl_config_check_public_url, 0, HL_PAIR_LINK_MAX_URLS },
  { "server", "allowed-origins", LIST, MEMBER (allowed_origins), check_origin, 0, 64 },
  { "server", "trusted-proxies", LIST, MEMBER (trusted_proxies), check_proxy, 0, 64 },
  { "server", "insecure-lan", BOOLEAN, MEMBER (insecure_lan) },
  { "server", "auto-repair", BOOLEAN, MEMBER (auto_repair) },
  { "tls", "certificate", STRING, MEMBER (tls_certificate), check_path },
  { "tls", "key", STRING, MEMBER (tls_key), check_path },
  { "limits", "connections", NUMBER, MEMBER (limits.connections), NULL, 1, 1000000 },
  { "limits", "connections-per-ip", NUMBER, MEMBER (limits.connections_per_ip), NULL, 1, 1000000 },
  { "limits", "connections-per-token", NUMBER, MEMBER (limits.connections_per_token), NULL, 0, 1000000 },
  { "limits", "connections-per-location", NUMBER, MEMBER (limits.connections_per_location), NULL, 0, 1000000 },
  { "limits", "publish-per-second-per-location", NUMBER, MEMBER (limits.publish_per_second_per_location), NULL, 0,
    1000000 },
  { "limits", "publish-per-second", NUMBER, MEMBER (limits.publish_per_second), NULL, 0, 1000000 },
  { "limits", "failed-auth-per-minute", NUMBER, MEMBER (limits.failed_auth_per_minute), NULL, 1, 1000000 },
  { "limits", "body-bytes", NUMBER, MEMBER (limits.body_bytes), NULL, 65536, 64 * 1024 * 1024 },
  { "limits", "json-depth", NUMBER, MEMBER (limits.json_depth), NULL, 4, 64 },
  { "limits", "min-free-mib", NUMBER, MEMBER (limits.min_free_mib), NULL, 0, 1000000 },
  { "limits", "wal-alarm-mib", NUMBER, MEMBER (limits.wal_alarm_mib), NULL, 1, 1000000 },
  { "timers", "heartbeat-ms", NUMBER, MEMBER (timers.heartbeat_ms), NULL, 500, 60000 },
  { "timers", "spread-ms", NUMBER, MEMBER (timers.spread_ms), NULL, 0, 60000 },
  { "timers", "digest-s", NUMBER, MEMBER (timers.digest_s), NULL, 1, 3600 },
  { "timers", "max-session-s", NUMBER, MEMBER (timers.max_session_s), NULL, 0, 30 * 24 * 3600 },
  { "timers", "checkpoint-s", NUMBER, MEMBER (timers.checkpoint_s), NULL, 1, 24 * 3600 },
  { "timers", "retention-s", NUMBER, MEMBER (timers.retention_s), NULL, 1, 7 * 24 * 3600 },
  { "retention", "recordings-days", NUMBER, MEMBER (retention.recordings_days), NULL, 0, 36500 },
  { "retention", "transcripts-days", NUMBER, MEMBER (retention.transcripts_days), NULL, 0, 36500 },
  { "retention", "people-days", NUMBER, MEMBER (retention.people_days), NULL, 0, 36500 },
  { "push", "allow-http", BOOLEAN, MEMBER (allow_http) },
  { "log", "level", STRING, MEMBER (log_level), check_level },
};

static const Key *
find_key (const char *group, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (strcmp (keys[i].group, group) == 0 && (key == NULL || strcmp (keys[i].key, key) == 0))
      return &keys[i];
  }
  return NULL;
}

static gboolean
set_list (HlConfig *self, const Key *key, GKeyFile *file, GError **error)
{
  GStrv *member = G_STRUCT_MEMBER_P (self, key->offset);
  g_auto (GStrv) list = g_key_file_get_string_list (file, key->group, key->key, NULL, error);
  guint n;

  if (list == NULL)
    return FALSE;
  n = g_strv_length (list);
  if (n < key->min || n > key->max)
    return refuse (error, "%s takes %u to %u values, separated by semicolons", key->key, key->min,
                   key->max);
  for (guint i = 0; i < n; i++) {
    g_strstrip (list[i]);
    if (!key->check (list[i], error))
      return FALSE;
  }
  g_strfreev (*member);
  *member = g_steal_pointer (&list);
  return TRUE;
}

static gboolean
set_string (HlConfig *self, const Key *key, GKeyFile *file, GError **error)
{
  char **member = G_STRUCT_MEMBER_P (self, key->offset);
  g_autofree char *text = g_key_file_get_string (file, key->group, key->key, error);

  if (text == NULL || !key->check (g_strstrip (text), error))
    return FALSE;
  g_free (*member);
  *member = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
set_number (HlConfig *self, const Key *key, GKeyFile *file, GError **error)
{
  guint *member = G_STRUCT_MEMBER_P (self, key->offset);
  g_autofree char *text = g_key_file_get_value (file, key->group, key->key, error);
  guint64 number;

  if (text == NULL)
    return FALSE;
  if (!g_ascii_string_to_unsigned (g_strstrip (text), 10, key->min, key->max, &number, NULL))
    return refuse (error, "%s is a whole number from %u to %u, not “%s”", key->key, key->min,
                   key->max, text);
  *member = (guint) number;
  return TRUE;
}

static gboolean
set_boolean (HlConfig *self, const Key *key, GKeyFile *file, GError **error)
{
  gboolean *member = G_STRUCT_MEMBER_P (self, key->offset);
  g_autofree char *text = g_key_file_get_value (file, key->group, key->key, error);

  if (text == NULL)
    return FALSE;
  g_strstrip (text);
  if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
    return refuse (error, "%s is true or false, not “%s”", key->key, text);
  *member = text[0] == 't';
  return TRUE;
}

static gboolean
set_key (HlConfig *self, const Key *key, GKeyFile *file, GError **error)
{
  switch (key->type) {
  case LIST:
    return set_list (self, key, file, error);
  case STRING:
    return set_string (self, key, file, error);
  case BOOLEAN:
    return set_boolean (self, key, file, error);
  case NUMBER:
    return set_number (self, key, file, error);
  default:
    g_return_val_if_reached (FALSE);
  }
}

/* ---- the file ---- */

/* Calls for each line that is a group or a key, which GKeyFile has already found to be well formed. It
 * does not tell lines, and lets a key that stands twice win silently. */
static gboolean
read_lines (HlConfig *self, const char *path, const char *text, GKeyFile *file, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *group = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    char *equals = strchr (line, '=');
    g_autoptr (GError) wrong = NULL;
    const Key *key;
    char *full;

    if (line[0] == '\0' || line[0] == '#')
      continue;
    if (line[0] == '[') {
      g_free (group);
      group = g_strndup (line + 1, strcspn (line + 1, "]"));
      if (find_key (group, NULL) == NULL) {
        g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_UNKNOWN, "%s:%u: unknown group [%s]",
                     path, i + 1, group);
        return FALSE;
      }
      continue;
    }
    if (group == NULL || equals == NULL)
      continue;
    *equals = '\0';
    g_strchomp (line);
    key = find_key (group, line);
    if (key == NULL) {
      g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_UNKNOWN,
                   "%s:%u: unknown key “%s” in [%s]", path, i + 1, line, group);
      return FALSE;
    }
    full = g_strconcat (group, "/", line, NULL);
    if (!g_hash_table_add (seen, full)) {
      g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_VALUE, "%s:%u: “%s” stands here twice",
                   path, i + 1, line);
      return FALSE;
    }
    if (!set_key (self, key, file, &wrong)) {
      g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_VALUE, "%s:%u: %s", path, i + 1,
                   wrong->message);
      return FALSE;
    }
  }
  return TRUE;
}

HlConfig *
hl_config_load (const char *path, GError **error)
{
  g_autoptr (HlConfig) self = hl_config_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) wrong = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &wrong)) {
    g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_READ, "%s", wrong->message);
    return NULL;
  }
  if (strlen (text) != length ||
      !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &wrong)) {
    g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_READ, "%s: %s", path,
                 wrong != NULL ? wrong->message : "not a text file");
    return NULL;
  }
  if (!read_lines (self, path, text, file, error))
    return NULL;
  if ((self->tls_certificate != NULL) != (self->tls_key != NULL)) {
    g_set_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_VALUE,
                 "%s: [tls] needs both certificate and key", path);
    return NULL;
  }
  return g_steal_pointer (&self);
}

HlConfig *
hl_config_load_default (GError **error)
{
  if (!g_file_test (HL_CONFIG_FILE, G_FILE_TEST_EXISTS))
    return hl_config_new ();
  return hl_config_load (HL_CONFIG_FILE, error);
}

/* ---- asking ---- */

const char *const *
hl_config_get_listen (HlConfig *self)
{
  return (const char *const *) self->listen;
}

const char *
hl_config_get_data_dir (HlConfig *self)
{
  return self->data_dir;
}

const char *
hl_config_get_store (HlConfig *self)
{
  return self->store;
}

const char *const *
hl_config_get_public_urls (HlConfig *self)
{
  return (const char *const *) self->public_urls;
}

const char *const *
hl_config_get_allowed_origins (HlConfig *self)
{
  return (const char *const *) self->allowed_origins;
}

const char *const *
hl_config_get_trusted_proxies (HlConfig *self)
{
  return (const char *const *) self->trusted_proxies;
}

gboolean
hl_config_get_allow_http (HlConfig *self)
{
  return self->allow_http;
}

gboolean
hl_config_get_insecure_lan (HlConfig *self)
{
  return self->insecure_lan;
}

gboolean
hl_config_get_auto_repair (HlConfig *self)
{
  return self->auto_repair;
}

const char *
hl_config_get_tls_certificate (HlConfig *self)
{
  return self->tls_certificate;
}

const char *
hl_config_get_tls_key (HlConfig *self)
{
  return self->tls_key;
}

const HlConfigLimits *
hl_config_get_limits (HlConfig *self)
{
  return &self->limits;
}

const HlConfigTimers *
hl_config_get_timers (HlConfig *self)
{
  return &self->timers;
}

const HlConfigRetention *
hl_config_get_retention (HlConfig *self)
{
  return &self->retention;
}

const char *
hl_config_get_log_level (HlConfig *self)
{
  return self->log_level;
}

char *
hl_config_resolve_data_dir (HlConfig *self, const char *option)
{
  const char *state = g_getenv ("STATE_DIRECTORY");
  const char *found = option;

  if (found == NULL || *found == '\0')
    found = g_getenv ("HOSTLINE_DATA_DIR");
  if ((found == NULL || *found == '\0') && self != NULL)
    found = self->data_dir;
  if (found != NULL && *found != '\0')
    return g_canonicalize_filename (found, NULL);
  /* systemd gives a colon-separated list when a unit asks for several. */
  if (state != NULL && *state != '\0') {
    g_autofree char *first = g_strndup (state, strcspn (state, ":"));

    return g_canonicalize_filename (first, NULL);
  }
  return g_strdup (HL_CONFIG_DEFAULT_DATA_DIR);
}

gboolean
hl_config_check_use (HlConfig *self, GError **error)
{
  const char *files[] = { self->tls_certificate, self->tls_key };

  if (strcmp (self->store, "sqlite") != 0)
    return refuse (error, "the store “%s” is not known to this build (sqlite is)", self->store);
  if ((self->tls_certificate == NULL) != (self->tls_key == NULL))
    return refuse (error, "a TLS certificate needs its key, and the key its certificate");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    if (files[i] != NULL && g_access (files[i], R_OK) != 0)
      return refuse (error, "“%s” cannot be read: %s", files[i], g_strerror (errno));
  }
  for (guint i = 0; self->tls_certificate == NULL && self->listen[i] != NULL; i++) {
    g_autofree char *host = NULL;

    if (!self->insecure_lan && hl_config_check_listen (self->listen[i], &host, NULL, NULL)
        && !hl_config_is_loopback (host))
      return refuse (error,
                     "%s is not a loopback address, so it needs a TLS certificate and key (or insecure-lan=true)",
                     self->listen[i]);
  }
  return TRUE;
}
