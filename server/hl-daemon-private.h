/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of HlDaemon share. */
#pragma once

#include "admin/hl-control.h"
#include "hl-daemon.h"
#include "hl-retention.h"
#include "http/hl-http.h"
#include "live/hl-hub.h"
#include "live/hl-reader.h"
#include "live/hl-writer.h"
#include "net/hl-front.h"
#include "push/hl-push.h"
#include "store/hl-lock.h"

G_BEGIN_DECLS

struct _HlDaemon {
  HlDaemonOptions options;
  HlConfig       *config;
  char           *data_dir;
  GMainLoop      *loop;
  HlLock         *lock;
  gint            damaged;        /* atomic: the store is */
  GSource        *damage_source;  /* any thread makes it ready */
  HlSqliteStore  *store;          /* the writer's thread's, once that runs */
  HlRegistry     *registry;       /* likewise */
  HlSqliteStore  *query_store;    /* the query thread's */
  HlRegistry     *query_registry;
  HlMetrics      *metrics;        /* borrowed: the program's */
  HlReactor      *reactor;
  HlWriter       *writer;
  HlReader       *reader;
  HlReader       *queries;
  HlConnectionLog *connection_log;
  HlHub          *hub;
  HlPush         *push;
  HlFront        *front;
  guint64         refused_total, refused_address; /* of the front's, what the metrics have */
  HlTls          *tls;
  HlHttp         *http;
  HlControl      *control;
  HlRetention    *retention;
  guint           watchdog;
  guint           stop_poll;
  gint64          stop_deadline;
  gboolean        stopping;
  gboolean        answered;       /* everything that was asked before the stop has its answer */
};

/* A changed registry reaches everybody who asks it on the main thread. */
void               hl_daemon_take_registry   (HlDaemon        *self,
                                              HlRegistryCache *cache);
/* Reads the registry again, behind what the writer has to do. Where the store cannot be read the former one stays. */
void               hl_daemon_reload_registry (HlDaemon        *self);
/* Reads the configuration again. FALSE: it has a mistake, and the former one stays. */
gboolean           hl_daemon_reload          (HlDaemon *self);

/* hl-daemon-commands.c */
const char *const *hl_daemon_get_public_urls (HlDaemon *self);   /* may be empty or NULL */
/* An HlControlRun; @user_data is the daemon. */
void               hl_daemon_run_command     (const HlCommand *command,
                                              JsonObject      *params,
                                              GTask           *task,
                                              gpointer         user_data);

G_END_DECLS
