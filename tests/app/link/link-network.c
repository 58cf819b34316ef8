/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this computer's network monitor says is a hint: it names things and hurries them, and never
 * keeps the link from trying. */
#include "socket-rig.h"

#include "link/hl-proxy.h"

/* ---- a monitor that says what it is told to ---- */

typedef struct {
  GObject parent_instance;
  gboolean available, metered;
  GNetworkConnectivity connectivity;
} FakeMonitor;

typedef struct {
  GObjectClass parent_class;
} FakeMonitorClass;

enum { PROP_AVAILABLE = 1, PROP_METERED, PROP_CONNECTIVITY };

GType fake_monitor_get_type (void);
static void fake_monitor_init_interface (GNetworkMonitorInterface *iface);
static void fake_monitor_init_initable (GInitableIface *iface);

G_DEFINE_TYPE_WITH_CODE (FakeMonitor, fake_monitor, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, fake_monitor_init_initable)
                             G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                    fake_monitor_init_interface))

static void
fake_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FakeMonitor *self = (FakeMonitor *)object;

  if (id == PROP_AVAILABLE)
    g_value_set_boolean (value, self->available);
  else if (id == PROP_METERED)
    g_value_set_boolean (value, self->metered);
  else
    g_value_set_enum (value, self->connectivity);
}

static gboolean
fake_monitor_init_now (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
fake_monitor_init_initable (GInitableIface *iface)
{
  iface->init = fake_monitor_init_now;
}

static void
fake_monitor_init_interface (GNetworkMonitorInterface *iface)
{
}

static void
fake_monitor_class_init (FakeMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_monitor_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
fake_monitor_init (FakeMonitor *self)
{
  self->available = TRUE;
  self->connectivity = G_NETWORK_CONNECTIVITY_FULL;
}

static FakeMonitor *
get_monitor (void)
{
  FakeMonitor *monitor = (FakeMonitor *)g_network_monitor_get_default ();
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (monitor), ==, "FakeMonitor");
  return monitor;
}

static void
reset_monitor (void)
{
  FakeMonitor *monitor = get_monitor ();
  monitor->available = TRUE;
  monitor->metered = FALSE;
  monitor->connectivity = G_NETWORK_CONNECTIVITY_FULL;
}

static void
set_metered (gboolean metered)
{
  get_monitor ()->metered = metered;
  g_object_notify (G_OBJECT (get_monitor ()), "network-metered");
}

static void
tell_changed (gboolean available)
{
  get_monitor ()->available = available;
  g_signal_emit_by_name (get_monitor (), "network-changed", available);
}

/* ---- a system whose proxy answers nobody ---- */

typedef struct {
  GSimpleProxyResolver parent_instance;
} FakeProxy;

typedef struct {
  GSimpleProxyResolverClass parent_class;
} FakeProxyClass;

GType fake_proxy_get_type (void);
static void fake_proxy_init_interface (GProxyResolverInterface *iface);
G_DEFINE_TYPE_WITH_CODE (FakeProxy, fake_proxy, G_TYPE_SIMPLE_PROXY_RESOLVER,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, fake_proxy_init_interface))

static gboolean
fake_proxy_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
fake_proxy_init_interface (GProxyResolverInterface *iface)
{
  iface->is_supported = fake_proxy_is_supported; /* the rest is the simple resolver's */
}

static void
fake_proxy_class_init (FakeProxyClass *klass)
{
}

static void
fake_proxy_init (FakeProxy *self)
{
  g_simple_proxy_resolver_set_default_proxy (G_SIMPLE_PROXY_RESOLVER (self), "http://127.0.0.1:1");
}

/* ---- tests ---- */

/* The next ping says it, but for a heartbeat that was on its way already; one more may have come right behind it. */
static void
await_metered (Rig *rig, guint pings, gboolean metered)
{
  UNTIL (rig->pings > pings && (strstr (rig->ping, "\"metered\":true") != NULL) == metered);
  g_assert_cmpuint (rig->pings, <=, pings + 3);
  g_assert_cmpint (strstr (rig->ping, "metered") != NULL, ==, metered);
}

/* The server is told in hello and, when it changes, at once in a ping. */
static void
test_metered (void)
{
  Rig rig;
  guint pings;

  reset_monitor ();
  set_metered (TRUE);
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  g_assert_nonnull (strstr (rig.hello, "\"metered\":true"));
  g_assert_true (hl_link_get_metered (HL_LINK (rig.link)));
  pings = rig.pings;
  set_metered (FALSE);
  g_assert_false (hl_link_get_metered (HL_LINK (rig.link)));
  await_metered (&rig, pings, FALSE);
  pings = rig.pings;
  set_metered (TRUE);
  await_metered (&rig, pings, TRUE);
  rig_clear (&rig);
}

/* A monitor that says "no network" may be wrong: the link tries, and lives. */
static void
test_never_a_gate (void)
{
  Rig rig;

  reset_monitor ();
  get_monitor ()->available = FALSE;
  get_monitor ()->connectivity = G_NETWORK_CONNECTIVITY_LOCAL;
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  rig_clear (&rig);
}

/* A live link that answers is asked, and stays. */
static void
test_change_while_live (void)
{
  Rig rig;
  guint pings;

  reset_monitor ();
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  pings = rig.pings;
  for (int i = 0; i < 6; i++) /* as a roaming Wi-Fi does */
    tell_changed (i % 2 == 1);
  UNTIL (rig.pings > pings);
  UNTIL (rig.pings > pings + 2);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  g_assert_cmpuint (rig.opened, ==, 1);
  rig_clear (&rig);
}

/* Back in a network: the next attempt does not wait for its turn, but for what the server asked. */
static void
test_change_while_waiting (void)
{
  Rig rig;

  reset_monitor ();
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_STATUS;
  rig.status = 503;
  rig.retry_after = "200";
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  tell_changed (TRUE);
  for (gint64 end = g_get_monotonic_time () + 3 * G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpuint (rig.requests, ==, 1);
  rig_clear (&rig);
}

/* Where the network wants a login, a refusal over plain HTTP is the login page's; elsewhere it is
 * our server's. */
static void
test_portal (void)
{
  for (int portal = 0; portal < 2; portal++) {
    Rig rig;

    reset_monitor ();
    if (portal)
      get_monitor ()->connectivity = G_NETWORK_CONNECTIVITY_PORTAL;
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = MODE_STATUS;
    rig.status = 403;
    rig_connect (&rig, NULL, "");
    UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING || STATE (&rig) == HL_LINK_STATE_STOPPED);
    g_assert_cmpint (STATE (&rig), ==, portal ? HL_LINK_STATE_WAITING : HL_LINK_STATE_STOPPED);
    g_assert_cmpint (CAUSE (&rig), ==,
                     portal ? HL_LINK_CAUSE_LOGIN_PAGE : HL_LINK_CAUSE_NOT_ALLOWED);
    rig_clear (&rig);
  }
}

/* A login page that pretends to be our server has not its key. With the pin, our server's own word
 * counts even there. */
static void
test_portal_and_pin (void)
{
  const char wrong[] = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
  Rig rig;

  reset_monitor ();
  get_monitor ()->connectivity = G_NETWORK_CONNECTIVITY_PORTAL;
  rig_serve (&rig, TRUE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, wrong, "");
  /* the first TLS of a process may take its 10 s where many things run */
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING && CAUSE (&rig) != HL_LINK_CAUSE_NO_ANSWER);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_LOGIN_PAGE);
  g_assert_cmpuint (rig.requests, ==, 0); /* it never saw the token */
  rig_clear (&rig);

  rig_serve (&rig, TRUE, TRUE);
  rig.mode = MODE_STATUS;
  rig.status = 403;
  rig_connect (&rig, rig.pin, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_STOPPED);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_NOT_ALLOWED);
  rig_clear (&rig);
}

/* The house's own computer is not asked for through a proxy; everything else is as the system says.
 */
static void
test_proxy (void)
{
  static const char *const house[]
      = { "localhost", "back-office", "Back-Office.LOCAL", "box.lan.",   "box.home.arpa",
          "127.0.0.1", "10.1.2.3",    "192.168.178.20",    "172.16.5.4", "169.254.1.1",
          "::1",       "fe80::1",     "fd12:3456::1" };
  static const char *const outside[] = { "hostline.example.com", "8.8.8.8",       "172.32.0.1",
                                         "2606:4700::1111",      "local.example", "lan.example" };
  g_autoptr (GProxyResolver) system
      = g_simple_proxy_resolver_new ("http://proxy.example:3128", NULL);
  g_autoptr (GProxyResolver) proxy = hl_proxy_new (system);

  for (guint i = 0; i < G_N_ELEMENTS (house); i++)
    if (!hl_proxy_is_in_house (house[i]))
      g_error ("%s", house[i]);
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    if (hl_proxy_is_in_house (outside[i]))
      g_error ("%s", outside[i]);
  {
    g_auto (GStrv) straight
        = g_proxy_resolver_lookup (proxy, "https://192.168.1.9:8480", NULL, NULL);
    g_auto (GStrv) six = g_proxy_resolver_lookup (proxy, "https://[fd12::9]:8480", NULL, NULL);
    g_auto (GStrv) through
        = g_proxy_resolver_lookup (proxy, "https://hostline.example.com", NULL, NULL);
    g_assert_cmpstr (straight[0], ==, "direct://");
    g_assert_cmpstr (six[0], ==, "direct://");
    g_assert_cmpstr (through[0], ==, "http://proxy.example:3128");
  }
}

/* The computer's proxy cannot reach the house: the link does not go there. */
static void
test_proxy_is_not_used_in_the_house (void)
{
  Rig rig;

  g_assert_cmpstr (G_OBJECT_TYPE_NAME (g_proxy_resolver_get_default ()), ==, "FakeProxy");
  reset_monitor ();
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_setenv ("GIO_USE_NETWORK_MONITOR", "fake", TRUE);
  g_test_init (&argc, &argv, NULL);
  hl_log_set_level (HL_LOG_WARNING);
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, fake_monitor_get_type (),
                                  "fake", 1000);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "fake", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, fake_proxy_get_type (),
                                  "fake", 1000);
  g_test_add_func ("/link-network/metered", test_metered);
  g_test_add_func ("/link-network/never-a-gate", test_never_a_gate);
  g_test_add_func ("/link-network/change-while-live", test_change_while_live);
  g_test_add_func ("/link-network/change-while-waiting", test_change_while_waiting);
  g_test_add_func ("/link-network/portal", test_portal);
  g_test_add_func ("/link-network/portal-and-pin", test_portal_and_pin);
  g_test_add_func ("/link-network/proxy", test_proxy);
  g_test_add_func ("/link-network/proxy-is-not-used-in-the-house",
                   test_proxy_is_not_used_in_the_house);
  return g_test_run ();
}
