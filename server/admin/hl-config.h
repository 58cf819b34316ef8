/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's configuration: /etc/hostline/hostlined.conf. (<hl-config.h> is the build's own header.)
 *
 * Immutable once loaded; SIGHUP loads another. Main thread only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HL_CONFIG_FILE "/etc/hostline/hostlined.conf"
#define HL_CONFIG_DEFAULT_LISTEN "127.0.0.1:8480"
#define HL_CONFIG_DEFAULT_DATA_DIR "/var/lib/hostline"

#define HL_CONFIG_ERROR (hl_config_error_quark ())

typedef enum {
  HL_CONFIG_ERROR_READ,    /* the file cannot be read, or is no key file */
  HL_CONFIG_ERROR_UNKNOWN, /* an unknown group or key; the message is "FILE:LINE: ..." */
  HL_CONFIG_ERROR_VALUE,   /* a value that is not allowed; the message is "FILE:LINE: ..." */
} HlConfigError;

GQuark hl_config_error_quark (void);

/* Every key of a group is the member's name with hyphens: connections-per-ip. */
typedef struct {
  guint connections;        /* 16000 */
  guint connections_per_ip; /* 256; loopback is exempt */
  guint connections_per_token;    /* 0: off; WebSockets of a token that is no paired device's */
  guint connections_per_location; /* 0: off; WebSockets */
  guint publish_per_second;       /* events of one token; 0: off */
  guint publish_per_second_per_location; /* likewise of one location */
  guint failed_auth_per_minute; /* 10, per IP */
  guint body_bytes;         /* 1 MiB */
  guint json_depth;         /* 16 */
  guint min_free_mib;       /* 64: free disk space under which publishes are refused */
  guint wal_alarm_mib;      /* 64: size of the write-ahead log from which on it is a fault */
} HlConfigLimits;

typedef struct {
  guint heartbeat_ms;     /* 5000 */
  guint spread_ms;        /* 3000 */
  guint digest_s;         /* 60: between two digests, which show a follower whether its state is right */
  guint checkpoint_s;     /* 3600: between two times that the write-ahead log is moved into the file */
  guint retention_s;      /* 86400: between two looks for what is too old */
  guint max_session_s;    /* 43200: a session that is older is asked to connect again; 0: never */
} HlConfigTimers;

/* Days; 0: for ever. */
typedef struct {
  guint recordings_days;  /* 30 */
  guint transcripts_days; /* 90 */
  guint people_days;      /* 730 */
} HlConfigRetention;

#define HL_TYPE_CONFIG (hl_config_get_type ())
G_DECLARE_FINAL_TYPE (HlConfig, hl_config, HL, CONFIG, GObject)

/** Returns: (transfer full): what holds without a file */
HlConfig *hl_config_new (void);

/** hl_config_load: every key is checked; the first mistake is the error, with file and line.
 * Returns: (transfer full) (nullable) */
HlConfig *hl_config_load (const char *file, GError **error);

/** hl_config_check_use: what only shows when it is used: a listener that needs TLS and has none, files that cannot be
 * read, a store that this build does not know. */
gboolean hl_config_check_use (HlConfig *self, GError **error);

/** hl_config_load_default: HL_CONFIG_FILE if it exists, else hl_config_new ().
 * Returns: (transfer full) (nullable) */
HlConfig *hl_config_load_default (GError **error);

const char *const *hl_config_get_listen (HlConfig *self); /* "HOST:PORT"..., never empty */
/** Returns: (nullable): the key as it stands in the file; see hl_config_resolve_data_dir () */
const char *hl_config_get_data_dir (HlConfig *self);
const char *hl_config_get_store (HlConfig *self);         /* "sqlite" or redis://... */
const char *const *hl_config_get_public_urls (HlConfig *self); /* at most 4, may be empty; "#pki" kept */
const char *const *hl_config_get_allowed_origins (HlConfig *self);  /* may be empty */
const char *const *hl_config_get_trusted_proxies (HlConfig *self);  /* addresses or CIDR; may be empty */
gboolean hl_config_get_allow_http (HlConfig *self); /* of subscribers: http to this computer and the local network */
gboolean hl_config_get_insecure_lan (HlConfig *self);
/* TRUE: a store that is damaged is repaired at the start; FALSE: hostlined ends, and says so */
gboolean hl_config_get_auto_repair (HlConfig *self);
const char *hl_config_get_tls_certificate (HlConfig *self); /* (nullable); both or none */
const char *hl_config_get_tls_key (HlConfig *self);         /* (nullable) */
const HlConfigLimits *hl_config_get_limits (HlConfig *self);
const HlConfigTimers *hl_config_get_timers (HlConfig *self);
const HlConfigRetention *hl_config_get_retention (HlConfig *self);
const char *hl_config_get_log_level (HlConfig *self); /* error, warning, info, debug */

/** hl_config_resolve_data_dir: @option, then HOSTLINE_DATA_DIR, then the file's key, then the first of
 * $STATE_DIRECTORY, then /var/lib/hostline. @option: (nullable). @self: (nullable).
 * Returns: (transfer full): an absolute path */
char *hl_config_resolve_data_dir (HlConfig *self, const char *option);

/** hl_config_is_loopback: does @host (as hl_config_check_listen () gives it) only reach this machine? */
gboolean hl_config_is_loopback (const char *host);

/** hl_config_check_listen: "HOST:PORT", host a name, an IPv4 or a bracketed IPv6 address; port 0..65535.
 * @host and @port: (out) (optional); the host without its brackets */
gboolean hl_config_check_listen (const char *text, char **host, guint16 *port, GError **error);

/** hl_config_check_public_url: an address of this server as dashboards reach it; "#pki" may stand behind it. */
gboolean hl_config_check_public_url (const char *text, GError **error);

G_END_DECLS
