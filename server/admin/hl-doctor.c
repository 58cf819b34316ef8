/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl doctor: what can be seen from outside the store. */
#include "admin/hl-doctor.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>

#include "net/hl-tls-check.h"
#include "util/hl-clock.h"

#define CERTIFICATE_DAYS 21
#define CONNECT_SECONDS 3
/* Nothing that this program knows was built before: a clock that shows less has lost its battery. */
#define BUILT_MS (G_GINT64_CONSTANT (1764547200) * 1000) /* 2025-12-01 */

void
hl_doctor_add (JsonArray *checks, HlDoctorState state, const char *what, const char *todo, const char *format, ...)
{
  static const char *const states[] = { "ok", "warn", "fail" };
  JsonObject *check = json_object_new ();
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  json_object_set_string_member (check, "state", states[state]);
  json_object_set_string_member (check, "what", what);
  json_object_set_string_member (check, "text", text);
  if (todo != NULL)
    json_object_set_string_member (check, "todo", todo);
  else
    json_object_set_null_member (check, "todo");
  json_array_add_object_element (checks, check);
}

/* ---- the folder ---- */

static gboolean
is_on_network (const char *directory)
{
  static const gint64 types[] = { 0x6969, 0xff534d42, 0xfe534d42, 0x517b, 0x01021997 }; /* NFS, CIFS, SMB 2, SMB, 9p */
  struct statfs info;

  if (statfs (directory, &info) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if ((guint32) info.f_type == (guint32) types[i])
      return TRUE;
  }
  return FALSE;
}

static void
look_at_files (JsonArray *checks, const char *directory, const struct stat *folder)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autofree char *open = NULL;
  g_autofree char *foreign = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    struct stat info;

    if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
      continue;
    if ((info.st_mode & 077) != 0 && open == NULL)
      open = g_strdup (name);
    if (info.st_uid != folder->st_uid && foreign == NULL)
      foreign = g_strdup (name);
  }
  if (foreign != NULL) {
    g_autofree char *todo = g_strdup_printf ("chown -R %u:%u %s", folder->st_uid, folder->st_gid, directory);

    hl_doctor_add (checks, HL_DOCTOR_FAIL, "owner", todo, "%s belongs to another user than its folder", foreign);
  } else {
    hl_doctor_add (checks, HL_DOCTOR_OK, "owner", NULL, "all files belong to user %u", folder->st_uid);
  }
  if (open != NULL && (folder->st_mode & 077) != 0)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "files", "chmod 600 on it", "%s can be read by other users", open);
}

void
hl_doctor_look_at_folder (JsonArray *checks, const char *directory)
{
  struct stat info;

  if (stat (directory, &info) != 0 || !S_ISDIR (info.st_mode)) {
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "folder", "name the right one with --data-dir, or begin with “location add”",
                   "%s: %s", directory, errno == ENOENT ? "there is no such folder" : "it is not a folder");
    return;
  }
  if ((info.st_mode & 077) != 0) {
    g_autofree char *todo = g_strdup_printf ("chmod 700 %s", directory);

    hl_doctor_add (checks, HL_DOCTOR_FAIL, "folder", todo, "other users of this computer may look into %s", directory);
  } else {
    hl_doctor_add (checks, HL_DOCTOR_OK, "folder", NULL, "%s is the server's alone", directory);
  }
  if (is_on_network (directory))
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "disk", "move the folder to a disk of this computer",
                   "%s lies on a network file system, where locks and flushes do not hold", directory);
  look_at_files (checks, directory, &info);
}

void
hl_doctor_look_at_disk (JsonArray *checks, const char *directory, HlConfig *config)
{
  struct statvfs info;
  guint64 free_mib, limit;

  if (statvfs (directory, &info) != 0)
    return;
  free_mib = (guint64) info.f_bavail * info.f_frsize >> 20;
  limit = MIN (config != NULL ? hl_config_get_limits (config)->min_free_mib : 64,
               ((guint64) info.f_blocks * info.f_frsize >> 20) / 20);
  if (free_mib < limit)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "space", "make room: publishes are refused",
                   "%" G_GUINT64_FORMAT " MiB are free, under the limit of %" G_GUINT64_FORMAT, free_mib, limit);
  else if (free_mib < limit * 4)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "space", "make room before it is used up",
                   "only %" G_GUINT64_FORMAT " MiB are free; under %" G_GUINT64_FORMAT " publishes are refused", free_mib,
                   limit);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "space", NULL, "%" G_GUINT64_FORMAT " MiB are free", free_mib);
}

void
hl_doctor_look_at_clock (JsonArray *checks)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (hl_clock_wall_ms () / 1000);
  g_autofree char *shown = g_date_time_format (now, "%Y-%m-%d %H:%M UTC");
  struct timex state = { 0 };
  int result = adjtimex (&state);

  if (hl_clock_wall_ms () < BUILT_MS)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "clock", "set the clock, and let NTP keep it", "it is not %s", shown);
  else if (result < 0 || result == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "clock", "let NTP keep it: timedatectl set-ntp true",
                   "%s; nothing keeps this clock right", shown);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "clock", NULL, "%s, kept by NTP", shown);
}

/* ---- the certificate ---- */

static void
look_at_dates (JsonArray *checks, GTlsCertificate *certificate)
{
  g_autoptr (GDateTime) from = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) to = g_tls_certificate_get_not_valid_after (certificate);
  gint64 now = hl_clock_wall_ms () / 1000;
  gint64 days = to != NULL ? (g_date_time_to_unix (to) - now) / 86400 : 0;

  if (to == NULL)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "certificate", NULL, "it does not say until when it is valid");
  else if (g_date_time_to_unix (to) < now)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "certificate", "renew it, keep its key, then “hostlinectl reload”",
                   "it has expired %" G_GINT64_FORMAT " days ago", -days);
  else if (from != NULL && g_date_time_to_unix (from) > now)
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "certificate", "look at this computer's clock", "it is not valid yet");
  else if (days < CERTIFICATE_DAYS)
    hl_doctor_add (checks, HL_DOCTOR_WARN, "certificate", "renew it, keep its key, then “hostlinectl reload”",
                   "it expires in %" G_GINT64_FORMAT " days", days);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "certificate", NULL, "it is valid for %" G_GINT64_FORMAT " days", days);
}

/* Dashboards know the key; only who expects a public certificate asks for the name. */
static void
look_at_names (JsonArray *checks, GTlsCertificate *certificate, const char *const *urls)
{
  for (guint i = 0; urls[i] != NULL; i++) {
    g_autoptr (GUri) uri = g_uri_parse (urls[i], G_URI_FLAGS_NONE, NULL);
    g_autoptr (GSocketConnectable) identity = NULL;
    GTlsCertificateFlags flags;

    if (uri == NULL || !g_str_has_suffix (urls[i], "#pki"))
      continue;
    identity = g_network_address_new (g_uri_get_host (uri), 443);
    flags = g_tls_certificate_verify (certificate, identity, NULL);
    if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "certificate", "get one for this name, or take #pki off the URL",
                     "it is not for %s", g_uri_get_host (uri));
    else
      hl_doctor_add (checks, HL_DOCTOR_OK, "certificate", NULL, "it is for %s", g_uri_get_host (uri));
  }
}

void
hl_doctor_look_at_certificate (JsonArray *checks, HlConfig *config)
{
  const char *file = hl_config_get_tls_certificate (config);
  const char *key = hl_config_get_tls_key (config);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;

  if (file == NULL || key == NULL) {
    if (hl_config_get_insecure_lan (config))
      hl_doctor_add (checks, HL_DOCTOR_WARN, "certificate", "give [tls] a certificate and its key",
                     "none: names and phone numbers cross the network in the clear");
    else
      hl_doctor_add (checks, HL_DOCTOR_OK, "certificate", NULL, "none is configured, so only this computer is served");
    return;
  }
  certificate = g_tls_certificate_new_from_files (file, key, &error);
  if (certificate == NULL || !hl_tls_check (certificate, &error)) {
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "certificate", "name files that belong together in [tls]", "%s", error->message);
    return;
  }
  look_at_dates (checks, certificate);
  look_at_names (checks, certificate, hl_config_get_public_urls (config));
}

/* ---- ports ---- */

static gboolean
may_be_taken (const char *host, guint16 port, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (GSocketAddress) where = NULL;
  g_autoptr (GSocket) socket = NULL;

  /* a name may be several addresses; the server says itself what is wrong with it */
  if (address == NULL)
    return TRUE;
  where = g_inet_socket_address_new (address, port);
  socket = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  return socket != NULL && g_socket_bind (socket, where, TRUE, error) && g_socket_listen (socket, error);
}

static void
look_whether_free (JsonArray *checks, HlConfig *config)
{
  const char *const *listen = hl_config_get_listen (config);

  for (guint i = 0; listen[i] != NULL; i++) {
    g_autofree char *host = NULL;
    g_autoptr (GError) error = NULL;
    guint16 port = 0;

    if (!hl_config_check_listen (listen[i], &host, &port, NULL))
      continue;
    if (may_be_taken (host, port, &error))
      hl_doctor_add (checks, HL_DOCTOR_OK, "port", NULL, "%s is free; no server runs", listen[i]);
    else
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "port", "end the program that has it, or change listen in [server]",
                     "%s cannot be listened at: %s", listen[i], error->message);
  }
}

/* What a server at this computer shows of its certificate is looked at afterwards; only where a public one is expected is it
 * judged here. */
static gboolean
on_certificate (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer user_data)
{
  return !GPOINTER_TO_INT (user_data);
}

static GIOStream *
shake_hands (GSocketConnection *connection, const char *uri, gboolean is_public, GTlsCertificate **shown, GError **error)
{
  g_autoptr (GSocketConnectable) identity = g_network_address_parse_uri (uri, 443, error);
  g_autoptr (GIOStream) tls = NULL;

  if (identity != NULL)
    tls = g_tls_client_connection_new (G_IO_STREAM (connection), identity, error);
  if (tls == NULL)
    return NULL;
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_certificate), GINT_TO_POINTER (is_public));
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, error))
    return NULL;
  g_set_object (shown, g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)));
  return g_steal_pointer (&tls);
}

/* @shown: (out) (nullable): the certificate, of https. */
static gboolean
answers (const char *uri, gboolean is_public, GTlsCertificate **shown, GError **error)
{
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: hostline\r\nConnection: close\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;
  char answer[13] = { 0 };
  gsize n = 0;

  /* the house's own computer is not behind the internet's proxy */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  connection = g_socket_client_connect_to_uri (client, uri, 443, NULL, error);
  if (connection == NULL)
    return FALSE;
  stream = g_str_has_prefix (uri, "https:") ? shake_hands (connection, uri, is_public, shown, error)
                                            : G_IO_STREAM (g_object_ref (connection));
  return stream != NULL
         && g_output_stream_write_all (g_io_stream_get_output_stream (stream), request, strlen (request), NULL, NULL, error)
         && g_input_stream_read_all (g_io_stream_get_input_stream (stream), answer, sizeof answer - 1, &n, NULL, error)
         && g_str_equal (answer, "HTTP/1.1 200");
}

static void
look_whether_served (JsonArray *checks, const char *uri, GTlsCertificate *configured, HlDoctorState otherwise, const char *todo)
{
  g_autofree char *plain = g_strndup (uri, strcspn (uri, "#"));
  g_autoptr (GTlsCertificate) shown = NULL;
  g_autoptr (GError) error = NULL;

  if (!answers (plain, g_str_has_suffix (uri, "#pki"), &shown, &error))
    hl_doctor_add (checks, otherwise, "port", todo, "%s does not answer from here%s%s", plain, error != NULL ? ": " : "",
                   error != NULL ? error->message : "");
  else if (shown != NULL && configured != NULL && !g_tls_certificate_is_same (shown, configured))
    hl_doctor_add (checks, HL_DOCTOR_WARN, "port", "hostlinectl reload",
                   "%s shows another certificate than the one that is configured", plain);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "port", NULL, "%s is served%s", plain, shown != NULL ? ", with TLS" : "");
}

/* Returns: (transfer full) (nullable): what is wrong with it was said before */
static GTlsCertificate *
load_configured (HlConfig *config)
{
  const char *file = config != NULL ? hl_config_get_tls_certificate (config) : NULL;

  return file != NULL ? g_tls_certificate_new_from_file (file, NULL) : NULL;
}
void
hl_doctor_look_at_ports (JsonArray *checks, HlConfig *config, const char *const *uris)
{
  const char *const *urls = config != NULL ? hl_config_get_public_urls (config) : NULL;

  g_autoptr (GTlsCertificate) configured = NULL;

  if (uris == NULL) {
    if (config != NULL)
      look_whether_free (checks, config);
    return;
  }
  configured = load_configured (config);
  for (guint i = 0; uris[i] != NULL; i++)
    look_whether_served (checks, uris[i], configured, HL_DOCTOR_FAIL,
                         "look into the server's log; is it overloaded, or a firewall in the way?");
  /* a proxy in front has a certificate of its own */
  for (guint i = 0; urls != NULL && urls[i] != NULL; i++)
    look_whether_served (checks, urls[i], NULL, HL_DOCTOR_WARN,
                         "dashboards are sent there: is public-urls in [server] right?");
}
