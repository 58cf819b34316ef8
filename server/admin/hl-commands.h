/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The administration commands: one function each, the same inside hostlined and offline.
 *
 * A command is synchronous. What it needs from its surroundings it asks an HlCommandHost: inside
 * hostlined that is the writer thread (commands that change something, between two groups) or the
 * reader thread (those that only read, with a reader store); offline it is hostlinectl itself under
 * the lock DIR/lock. A command makes one change, which is a transaction of its own: no group and no
 * request is open on the store when it runs, and one that fails has changed nothing.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"
#include "domain/hl-state.h"
#include "store/hl-registry.h"
#include "store/hl-store.h"

G_BEGIN_DECLS

#define HL_TYPE_COMMAND_HOST (hl_command_host_get_type ())
G_DECLARE_INTERFACE (HlCommandHost, hl_command_host, HL, COMMAND_HOST, GObject)

/* How long something is kept, in days; 0: for ever. */
typedef struct {
  guint recordings_days;
  guint transcripts_days;
  guint people_days;
} HlCommandRetention;

/* All called on the thread that runs the command. */
struct _HlCommandHostInterface {
  GTypeInterface parent;

  /* Returns: (transfer none) */
  HlSqliteStore *(*get_store) (HlCommandHost *self);
  /* Returns: (transfer none) */
  HlRegistry *(*get_registry) (HlCommandHost *self);
  gint64 (*now) (HlCommandHost *self); /* ms since the epoch */

  /* Append one fact of the server itself (floor_replaced, location_updated): decide, append, evolve
   * through the same path as any event, never SQL beside the store. @data: (transfer none): checked by
   * the codec already. @last: (out): seq of its last event; 0 if it said nothing new. */
  gboolean (*append) (HlCommandHost *self, const char *location, HlEventKind kind, JsonObject *data,
                      guint64 *last, GError **error);

  /* Returns: (transfer full) (element-type utf8): where dashboards reach the server, in order: the
   * configured public-urls, else its listeners; "#pki" appended where no pin is needed. Never empty. */
  GStrv (*dup_urls) (HlCommandHost *self);
  /* Returns: (transfer full) (element-type utf8): the configured public-urls alone; may be empty */
  GStrv (*dup_public_urls) (HlCommandHost *self);
  /* May events be pushed over http, to this computer and the local network? */
  gboolean (*allows_http) (HlCommandHost *self);
  /* Returns: (transfer full) (nullable): "sha256:<64 hex>", the server's public key; NULL without TLS */
  char *(*dup_pin) (HlCommandHost *self);

  /* Tokens, hooks, devices or locations were changed and committed: hand out a new HlRegistryCache,
   * close sessions whose token or location is gone. @location: (nullable): this one was removed: forget
   * what is held of it. May be NULL. */
  void (*changed) (HlCommandHost *self, const char *removed_location);

  /* (nullable): what @prepare of the command made. (transfer none) */
  gpointer (*get_plan) (HlCommandHost *self);

  /* Returns: (transfer full) (nullable): where the server listens; NULL offline. May be NULL */
  GStrv (*dup_listeners) (HlCommandHost *self);

  HlCommandRetention (*get_retention) (HlCommandHost *self); /* as configured */

  /* The location's state as it stands. Nothing of it may be changed but what undo remembers.
   * Returns: (transfer none) (nullable): until the next append () or the end of the command */
  HlState *(*get_state) (HlCommandHost *self, const char *location, GError **error);

  /* Bodies in the location's log were replaced: store a snapshot of now, also if one of this position is stored,
   * and forget what memory holds of former events. */
  gboolean (*erased) (HlCommandHost *self, const char *location, GError **error);

  /* (nullable): {"devices": [...]} of who is connected, merged into `device status`; NULL offline */
  JsonObject *(*get_presence) (HlCommandHost *self, const char *location);
};

typedef enum {
  HL_COMMAND_READS = 0,        /* may run on the reader thread */
  HL_COMMAND_WRITES = 1 << 0,  /* writer thread, between groups */
  HL_COMMAND_CREATES = 1 << 1, /* offline it may make a new data folder */
} HlCommandFlags;

typedef struct _HlCommand HlCommand;

/* @params: checked against the command's list of parameters. Returns: (transfer full) (nullable): an
 * object node; NULL with @error (HL_COMMAND_ERROR, or a store's or registry's error). */
typedef JsonNode *(*HlCommandFunc) (HlCommandHost *host, JsonObject *params, GError **error);

/* What takes long and only reads, done before the command itself: inside hostlined on the reader thread, with a
 * reader store, while the writer goes on. Returns: (transfer full) (nullable): the plan; NULL with @error */
typedef gpointer (*HlCommandPrepare) (HlCommandHost *host, JsonObject *params, GError **error);

struct _HlCommand {
  const char *name; /* "token/add": the path under /admin/v1/ and, with a space, the command line */
  HlCommandFlags flags;
  HlCommandFunc run;
  const char *params; /* space-separated NAME or NAME:TYPE, "!" at the end: required. Types: s string
                       * (the default), i integer, a array of strings, o object */
  HlCommandPrepare prepare; /* (nullable) */
  GDestroyNotify free_plan;
};

#define HL_COMMAND_ERROR (hl_command_error_quark ())

typedef enum {
  HL_COMMAND_ERROR_FAILED,  /* exit 1, HTTP 409 */
  HL_COMMAND_ERROR_UNKNOWN, /* no such location, token...: exit 1, HTTP 404 */
  HL_COMMAND_ERROR_INVALID, /* a value is not allowed: exit 1, HTTP 422 */
  HL_COMMAND_ERROR_USAGE,   /* no such command, a parameter missing or unknown: exit 2, HTTP 400 */
  HL_COMMAND_ERROR_STORE,   /* the store failed: exit 75, HTTP 503 */
} HlCommandError;

GQuark hl_command_error_quark (void);

/** Returns: (transfer none): the table, ended by a NULL name */
const HlCommand *hl_commands_get (void);

/** @name: "token/add". Returns: (transfer none) (nullable) */
const HlCommand *hl_commands_find (const char *name);

/** hl_command_check_params: has @params what the command needs, of the right types, and nothing else?
 * HL_COMMAND_ERROR_USAGE. Any thread. */
gboolean hl_command_check_params (const HlCommand *command, JsonObject *params, GError **error);

/** hl_command_prepare: check @params and make the plan. As hl_command_run (); NULL without @error if the command
 * needs none. */
gpointer hl_command_prepare (const HlCommand *command, HlCommandHost *host, JsonObject *params,
                             GError **error);

/**
 * hl_command_run: check @params and run. Every error that comes out is an HL_COMMAND_ERROR with one
 * sentence for people. Any thread that owns the host's store.
 *
 * Returns: (transfer full) (nullable)
 */
JsonNode *hl_command_run (const HlCommand *command, HlCommandHost *host, JsonObject *params,
                          GError **error);

G_END_DECLS
