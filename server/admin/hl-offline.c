/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command host of hostlinectl when no server runs. */
#include "admin/hl-offline.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/hl-commands-erase.h"
#include "domain/hl-actor.h"
#include "domain/hl-decision.h"
#include "live/hl-journal.h"
#include "net/hl-spki.h"
#include "store/hl-erasures.h"
#include "store/hl-sqlite-swap.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"

struct _HlOffline {
  GObject parent_instance;

  HlLock *lock;
  HlConfig *config;
  HlSqliteStore *store;
  HlRegistry *registry;
  gpointer plan;
  HlJournal *journal; /* (nullable): of the location that was asked for last */
};

static void host_init (HlCommandHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlOffline, hl_offline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HL_TYPE_COMMAND_HOST, host_init))

static void
finalize (GObject *object)
{
  HlOffline *self = HL_OFFLINE (object);

  g_clear_pointer (&self->journal, hl_journal_free);
  g_clear_object (&self->registry);
  g_clear_object (&self->store);
  g_clear_object (&self->config);
  /* Last: whoever waits for the lock must find the files closed. */
  g_clear_pointer (&self->lock, hl_lock_free);
  G_OBJECT_CLASS (hl_offline_parent_class)->finalize (object);
}

static void
hl_offline_class_init (HlOfflineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
hl_offline_init (HlOffline *self)
{
}

gboolean
hl_offline_drop_privileges (const char *directory, GError **error)
{
  struct stat info;

  if (geteuid () != 0 || stat (directory, &info) != 0 || info.st_uid == 0)
    return TRUE;
  if (setgroups (0, NULL) == 0 && setegid (info.st_gid) == 0 && seteuid (info.st_uid) == 0)
    return TRUE;
  g_set_error (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE,
               "Cannot act as the owner of %s: %s", directory, g_strerror (errno));
  return FALSE;
}

static HlSqliteStore *
open_store (const char *directory, const HlCommand *command, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (GError) cause = NULL;
  HlSqliteStore *store;

  if (!hl_sqlite_swap_finish (directory, &cause)) {
    g_set_error_literal (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE, cause->message);
    return NULL;
  }
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !(command->flags & HL_COMMAND_CREATES)) {
    g_set_error (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE,
                 "There is no Hostline data in %s; “location add” makes it.", directory);
    return NULL;
  }
  /* What only reads also looks at a file that is too damaged to be written to. */
  store = command->flags & HL_COMMAND_WRITES
            ? hl_sqlite_store_open (directory, NULL, &cause)
            : hl_sqlite_store_open_read_only (directory, NULL, &cause);
  if (store == NULL)
    g_set_error_literal (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE, cause->message);
  return store;
}

HlOffline *
hl_offline_new (const char *directory, HlLock *lock, HlConfig *config, const HlCommand *command,
                GError **error)
{
  g_autoptr (HlOffline) self = g_object_new (HL_TYPE_OFFLINE, NULL);

  self->lock = lock;
  self->config = g_object_ref (config);
  self->store = open_store (directory, command, error);
  if (self->store == NULL)
    return NULL;
  hl_sqlite_store_set_space_guard (
    self->store, (guint64) hl_config_get_limits (config)->min_free_mib << 20, NULL, NULL);
  self->registry = hl_registry_new (self->store);
  return g_steal_pointer (&self);
}

/* ---- the host ---- */

static HlSqliteStore *
get_store (HlCommandHost *host)
{
  return HL_OFFLINE (host)->store;
}

static HlRegistry *
get_registry (HlCommandHost *host)
{
  return HL_OFFLINE (host)->registry;
}

static gint64
now (HlCommandHost *host)
{
  return hl_clock_wall_ms ();
}

/* The writer's own journal: what is appended here is decided, encoded and folded as in the server. */
static gboolean
append_to (HlStore *store, const char *location, HlEventKind kind, JsonObject *data, guint64 *last,
           GError **error)
{
  g_autoptr (HlJournal) journal = hl_journal_open (store, location, error);
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (HlActor) actor = NULL;
  gint64 at = hl_clock_wall_ms ();
  g_autofree char *id = hl_id_uuid7 (at);

  if (journal == NULL)
    return FALSE;
  decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE);
  decision->fact = TRUE;
  hl_decision_add (decision, kind, json_object_ref (data));
  actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlinectl", NULL, 0);
  if (!hl_journal_append (journal, store, decision, id, actor, at, at, error))
    return FALSE;
  *last = journal->head->seq;
  return TRUE;
}

static gboolean
append (HlCommandHost *host, const char *location, HlEventKind kind, JsonObject *data,
        guint64 *last, GError **error)
{
  HlStore *store = HL_STORE (HL_OFFLINE (host)->store);

  g_clear_pointer (&HL_OFFLINE (host)->journal, hl_journal_free);
  if (!hl_store_begin_request (store, error))
    return FALSE;
  if (!append_to (store, location, kind, data, last, error)) {
    hl_store_rollback_request (store, NULL);
    return FALSE;
  }
  return hl_store_end_request (store, error);
}

static gpointer
get_plan (HlCommandHost *host)
{
  return HL_OFFLINE (host)->plan;
}

void
hl_offline_set_plan (HlOffline *self, gpointer plan)
{
  self->plan = plan;
}

/* Returns: (transfer none) (nullable) */
static HlJournal *
get_journal (HlOffline *self, const char *location, GError **error)
{
  if (self->journal == NULL || !g_str_equal (self->journal->location, location)) {
    g_clear_pointer (&self->journal, hl_journal_free);
    self->journal = hl_journal_open (HL_STORE (self->store), location, error);
  }
  return self->journal;
}

static HlState *
get_state (HlCommandHost *host, const char *location, GError **error)
{
  HlJournal *journal = get_journal (HL_OFFLINE (host), location, error);

  return journal != NULL ? journal->state : NULL;
}

static HlCommandRetention
get_retention (HlCommandHost *host)
{
  const HlConfigRetention *days = hl_config_get_retention (HL_OFFLINE (host)->config);

  return (HlCommandRetention){ days->recordings_days, days->transcripts_days, days->people_days };
}

static gboolean
erased (HlCommandHost *host, const char *location, GError **error)
{
  HlOffline *self = HL_OFFLINE (host);
  HlJournal *journal = get_journal (self, location, error);

  return journal != NULL && hl_journal_store_now (journal, HL_STORE (self->store), hl_clock_wall_ms (), error);
}

static GStrv
dup_urls (HlCommandHost *host)
{
  HlConfig *config = HL_OFFLINE (host)->config;
  const char *const *urls = hl_config_get_public_urls (config);
  const char *const *listen = hl_config_get_listen (config);
  const char *scheme = hl_config_get_tls_certificate (config) != NULL ? "https" : "http";
  g_autoptr (GStrvBuilder) made = g_strv_builder_new ();

  if (urls[0] != NULL)
    return g_strdupv ((char **) urls);
  for (guint i = 0; listen[i] != NULL; i++) {
    g_autofree char *name = NULL;
    g_autofree char *url = NULL;
    guint16 port = 0;

    /* "Every address of this machine" is no address: its name may be one. */
    if (hl_config_check_listen (listen[i], &name, &port, NULL) &&
        (g_str_equal (name, "0.0.0.0") || g_str_equal (name, "::")))
      url = g_strdup_printf ("%s://%s:%u", scheme, g_get_host_name (), port);
    else
      url = g_strdup_printf ("%s://%s", scheme, listen[i]);
    g_strv_builder_add (made, url);
  }
  return g_strv_builder_end (made);
}

static GStrv
dup_public_urls (HlCommandHost *host)
{
  return g_strdupv ((char **) hl_config_get_public_urls (HL_OFFLINE (host)->config));
}

static char *
dup_pin (HlCommandHost *host)
{
  const char *file = hl_config_get_tls_certificate (HL_OFFLINE (host)->config);
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (file == NULL)
    return NULL;
  certificate = g_tls_certificate_new_from_file (file, NULL);
  return certificate != NULL ? hl_spki_pin (certificate, NULL) : NULL;
}

static gboolean
allows_http (HlCommandHost *host)
{
  return hl_config_get_allow_http (HL_OFFLINE (host)->config);
}

static void
host_init (HlCommandHostInterface *iface)
{
  iface->get_store = get_store;
  iface->get_registry = get_registry;
  iface->now = now;
  iface->append = append;
  iface->get_plan = get_plan;
  iface->erased = erased;
  iface->get_state = get_state;
  iface->get_retention = get_retention;
  iface->dup_urls = dup_urls;
  iface->dup_public_urls = dup_public_urls;
  iface->dup_pin = dup_pin;
  iface->allows_http = allows_http;
}

gboolean
hl_offline_finish_erasures (const char *directory, HlConfig *config, GError **error)
{
  static const HlCommand writing = { "erase", HL_COMMAND_WRITES, NULL, "" };
  g_autoptr (HlErasures) erasures = NULL;
  g_autoptr (HlOffline) offline = NULL;
  HlLock *lock;
  guint n_locations;

  if (!hl_erasures_is_unfinished (directory))
    return TRUE;
  lock = hl_lock_take (directory, error);
  if (lock == NULL)
    return FALSE;
  offline = hl_offline_new (directory, lock, config, &writing, error);
  erasures = offline != NULL ? hl_erasures_load (directory, error) : NULL;
  return erasures != NULL && hl_command_erase_again (HL_COMMAND_HOST (offline), erasures, &n_locations, error) &&
         hl_erasures_end (directory, error);
}
