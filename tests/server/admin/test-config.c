/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: defaults, every key, every kind of mistake with its line, the data folder's order. */
#include "admin/hl-config.h"

#include <glib/gstdio.h>
#include <string.h>

static char *path;

static HlConfig *
load (const char *text, GError **error)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return hl_config_load (path, error);
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = load ("", &error);
  const HlConfigLimits *limits;

  g_assert_no_error (error);
  g_assert_cmpstr (hl_config_get_listen (config)[0], ==, "127.0.0.1:8480");
  g_assert_null (hl_config_get_listen (config)[1]);
  g_assert_null (hl_config_get_data_dir (config));
  g_assert_cmpstr (hl_config_get_store (config), ==, "sqlite");
  g_assert_null (hl_config_get_public_urls (config)[0]);
  g_assert_null (hl_config_get_allowed_origins (config)[0]);
  g_assert_null (hl_config_get_trusted_proxies (config)[0]);
  g_assert_false (hl_config_get_insecure_lan (config));
  g_assert_null (hl_config_get_tls_certificate (config));
  limits = hl_config_get_limits (config);
  g_assert_cmpuint (limits->connections, ==, 16000);
  g_assert_cmpuint (limits->connections_per_ip, ==, 256);
  g_assert_cmpuint (limits->publish_per_second, ==, 0);
  g_assert_cmpuint (limits->failed_auth_per_minute, ==, 10);
  g_assert_cmpuint (limits->body_bytes, ==, 1024 * 1024);
  g_assert_cmpuint (limits->json_depth, ==, 16);
  g_assert_cmpuint (hl_config_get_timers (config)->heartbeat_ms, ==, 5000);
  g_assert_cmpuint (hl_config_get_timers (config)->spread_ms, ==, 3000);
  g_assert_cmpstr (hl_config_get_log_level (config), ==, "info");
}

static void
test_every_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = load ("# a comment\n"
                                      "[server]\n"
                                      "listen = 0.0.0.0:8443 ; [::1]:8480\n"
                                      "data-dir=/srv/hostline\n"
                                      "store=redis://127.0.0.1:6379/0\n"
                                      "public-urls=https://192.168.1.10:8443;https://h.example#pki\n"
                                      "allowed-origins=https://desk.example.org\n"
                                      "trusted-proxies=127.0.0.1;10.0.0.0/8;fd00::/8\n"
                                      "insecure-lan=true\n"
                                      "\n"
                                      "[tls]\n"
                                      "certificate=/etc/hostline/c.pem\n"
                                      "key=/etc/hostline/k.pem\n"
                                      "[limits]\n"
                                      "connections=100\n"
                                      "connections-per-ip=10\n"
                                      "publish-per-second=50\n"
                                      "failed-auth-per-minute=3\n"
                                      "body-bytes=65536\n"
                                      "json-depth=8\n"
                                      "min-free-mib=5\n"
                                      "[timers]\n"
                                      "heartbeat-ms=1000\n"
                                      "spread-ms=0\n"
                                      "[log]\n"
                                      "level=debug\n",
                                      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hl_config_get_listen (config)[0], ==, "0.0.0.0:8443");
  g_assert_cmpstr (hl_config_get_listen (config)[1], ==, "[::1]:8480");
  g_assert_cmpstr (hl_config_get_data_dir (config), ==, "/srv/hostline");
  g_assert_cmpstr (hl_config_get_store (config), ==, "redis://127.0.0.1:6379/0");
  g_assert_cmpstr (hl_config_get_public_urls (config)[1], ==, "https://h.example#pki");
  g_assert_cmpstr (hl_config_get_trusted_proxies (config)[2], ==, "fd00::/8");
  g_assert_true (hl_config_get_insecure_lan (config));
  g_assert_cmpstr (hl_config_get_tls_key (config), ==, "/etc/hostline/k.pem");
  g_assert_cmpuint (hl_config_get_limits (config)->publish_per_second, ==, 50);
  g_assert_cmpuint (hl_config_get_limits (config)->min_free_mib, ==, 5);
  g_assert_cmpuint (hl_config_get_timers (config)->spread_ms, ==, 0);
  g_assert_cmpstr (hl_config_get_log_level (config), ==, "debug");
}

static void
test_mistakes (void)
{
  static const struct {
    const char *text;
    int code;
    guint line; /* 0: none */
    const char *word;
  } cases[] = {
    { "[server]\n\nlisten=127.0.0.1:1\nlissten=x\n", HL_CONFIG_ERROR_UNKNOWN, 4, "lissten" },
    { "[sever]\nlisten=127.0.0.1:1\n", HL_CONFIG_ERROR_UNKNOWN, 1, "sever" },
    { "[limits]\nlisten=127.0.0.1:1\n", HL_CONFIG_ERROR_UNKNOWN, 2, "listen" },
    { "[server]\nListen=127.0.0.1:1\n", HL_CONFIG_ERROR_UNKNOWN, 2, "Listen" },
    { "[server]\nstore=sqlite\nstore=sqlite\n", HL_CONFIG_ERROR_VALUE, 3, "twice" },
    { "[server]\nlisten=localhost\n", HL_CONFIG_ERROR_VALUE, 2, "HOST:PORT" },
    { "[server]\nlisten=::1:8480\n", HL_CONFIG_ERROR_VALUE, 2, "brackets" },
    { "[server]\nlisten=127.0.0.1:70000\n", HL_CONFIG_ERROR_VALUE, 2, "HOST:PORT" },
    { "[server]\nlisten=\n", HL_CONFIG_ERROR_VALUE, 2, "listen" },
    { "[server]\nlisten=127.0.0.1:-1\n", HL_CONFIG_ERROR_VALUE, 2, "HOST:PORT" },
    { "[server]\ndata-dir=var/lib\n", HL_CONFIG_ERROR_VALUE, 2, "absolute" },
    { "[server]\nstore=mysql\n", HL_CONFIG_ERROR_VALUE, 2, "mysql" },
    { "[server]\npublic-urls=ftp://x\n", HL_CONFIG_ERROR_VALUE, 2, "ftp" },
    { "[server]\npublic-urls=http://a;http://b;http://c;http://d;http://e\n", HL_CONFIG_ERROR_VALUE, 2, "4" },
    { "[server]\nallowed-origins=https://a/b\n", HL_CONFIG_ERROR_VALUE, 2, "origin" },
    { "[server]\ntrusted-proxies=proxy\n", HL_CONFIG_ERROR_VALUE, 2, "proxy" },
    { "[server]\ninsecure-lan=yes\n", HL_CONFIG_ERROR_VALUE, 2, "true or false" },
    { "[limits]\nconnections=0\n", HL_CONFIG_ERROR_VALUE, 2, "connections" },
    { "[limits]\nconnections=12 \n[timers]\nheartbeat-ms=fast\n", HL_CONFIG_ERROR_VALUE, 4, "fast" },
    { "[limits]\nbody-bytes=1e6\n", HL_CONFIG_ERROR_VALUE, 2, "1e6" },
    { "[log]\nlevel=loud\n", HL_CONFIG_ERROR_VALUE, 2, "loud" },
    { "[tls]\ncertificate=/a.pem\n", HL_CONFIG_ERROR_VALUE, 0, "both" },
    { "[server]\njust words\n", HL_CONFIG_ERROR_READ, 0, "just words" },
    { "listen=127.0.0.1:1\n", HL_CONFIG_ERROR_READ, 0, NULL },
    { "[server]\nstore=\xff\xfe\n", HL_CONFIG_ERROR_VALUE, 2, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HlConfig) config = load (cases[i].text, &error);
    g_autofree char *place = cases[i].line != 0
                               ? g_strdup_printf ("%s:%u: ", path, cases[i].line)
                               : g_strdup (path);

    g_test_message ("%s", error != NULL ? error->message : "no error");
    g_assert_null (config);
    g_assert_error (error, HL_CONFIG_ERROR, cases[i].code);
    g_assert_true (g_str_has_prefix (error->message, place));
    if (cases[i].word != NULL)
      g_assert_nonnull (strstr (error->message, cases[i].word));
  }
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hl_config_load ("/nowhere/at/all.conf", &error));
  g_assert_error (error, HL_CONFIG_ERROR, HL_CONFIG_ERROR_READ);
}

static void
test_example (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *example =
    g_build_filename (g_getenv ("HOSTLINE_SOURCE_DIR"), "data", "hostlined.conf.example", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GRegex) comment = g_regex_new ("^#([a-z][a-z-]*=)", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *active = NULL;
  g_autoptr (HlConfig) config = NULL, switched_on = NULL;

  config = hl_config_load (example, &error);
  g_assert_no_error (error);
  /* With every line switched on it is still right: no key in it is out of date. */
  g_assert_true (g_file_get_contents (example, &text, NULL, NULL));
  active = g_regex_replace (comment, text, -1, 0, "\\1", 0, NULL);
  g_assert_cmpstr (active, !=, text);
  switched_on = load (active, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hl_config_get_limits (switched_on)->connections, ==,
                    hl_config_get_limits (config)->connections);
  g_assert_cmpuint (hl_config_get_limits (switched_on)->min_free_mib, ==,
                    hl_config_get_limits (config)->min_free_mib);
}

static void
test_data_dir (void)
{
  g_autoptr (HlConfig) config = load ("[server]\ndata-dir=/from/file\n", NULL);
  g_autoptr (HlConfig) plain = hl_config_new ();
  char *found;

  g_unsetenv ("HOSTLINE_DATA_DIR");
  g_unsetenv ("STATE_DIRECTORY");
  found = hl_config_resolve_data_dir (plain, NULL);
  g_assert_cmpstr (found, ==, "/var/lib/hostline");
  g_free (found);
  g_setenv ("STATE_DIRECTORY", "/from/state:/second", TRUE);
  found = hl_config_resolve_data_dir (NULL, NULL);
  g_assert_cmpstr (found, ==, "/from/state");
  g_free (found);
  found = hl_config_resolve_data_dir (config, NULL);
  g_assert_cmpstr (found, ==, "/from/file");
  g_free (found);
  g_setenv ("HOSTLINE_DATA_DIR", "/from/env", TRUE);
  found = hl_config_resolve_data_dir (config, NULL);
  g_assert_cmpstr (found, ==, "/from/env");
  g_free (found);
  found = hl_config_resolve_data_dir (config, "/from/option/");
  g_assert_cmpstr (found, ==, "/from/option");
  g_free (found);
  found = hl_config_resolve_data_dir (config, "relative");
  g_assert_true (g_path_is_absolute (found));
  g_free (found);
  g_unsetenv ("HOSTLINE_DATA_DIR");
  g_unsetenv ("STATE_DIRECTORY");
}

static void
test_listen (void)
{
  char *host = NULL;
  guint16 port = 1;

  g_assert_true (hl_config_check_listen ("[::1]:0", &host, &port, NULL));
  g_assert_cmpstr (host, ==, "::1");
  g_assert_cmpuint (port, ==, 0);
  g_free (host);
  g_assert_true (hl_config_check_listen ("desk.local:65535", &host, &port, NULL));
  g_assert_cmpstr (host, ==, "desk.local");
  g_assert_cmpuint (port, ==, 65535);
  g_free (host);
  g_assert_false (hl_config_check_listen (":80", NULL, NULL, NULL));
  g_assert_false (hl_config_check_listen ("a:b:80", NULL, NULL, NULL));
  g_assert_false (hl_config_check_listen ("[127.0.0.1]:80", NULL, NULL, NULL));
  g_assert_false (hl_config_check_listen ("http://a:80", NULL, NULL, NULL));
  g_assert_true (hl_config_is_loopback ("127.0.0.1"));
  g_assert_true (hl_config_is_loopback ("127.8.8.8"));
  g_assert_true (hl_config_is_loopback ("::1"));
  g_assert_true (hl_config_is_loopback ("LOCALHOST"));
  g_assert_false (hl_config_is_loopback ("0.0.0.0"));
  g_assert_false (hl_config_is_loopback ("::"));
  g_assert_false (hl_config_is_loopback ("192.168.1.10"));
  g_assert_false (hl_config_is_loopback ("desk.local"));
}

int
main (int argc, char **argv)
{
  int fd, result;

  g_test_init (&argc, &argv, NULL);
  fd = g_file_open_tmp ("hl-config-XXXXXX.conf", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/every-key", test_every_key);
  g_test_add_func ("/config/mistakes", test_mistakes);
  g_test_add_func ("/config/no-file", test_no_file);
  g_test_add_func ("/config/example", test_example);
  g_test_add_func ("/config/data-dir", test_data_dir);
  g_test_add_func ("/config/listen", test_listen);
  result = g_test_run ();
  g_unlink (path);
  g_free (path);
  return result;
}
