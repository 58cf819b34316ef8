/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may talk to the server: devices, tokens, pairing codes, hooks, subscribers. Rows beside the log.
 *
 * THREADS. As the store it is made on: the writer thread, or a reader thread with a reader store (then
 * only what reads works). The main thread asks HlRegistryCache instead. Each change is a transaction
 * of its own, or part of the group or request that is open on the store. After a change load a new
 * cache and hand it to the main thread.
 *
 * Secrets are never stored: tokens and path secrets as SHA-256 (256 and 160 random bits, so no slow
 * hash is needed), pairing codes as SHA-256 for their ten minutes. Signing secrets of hooks have to be
 * known to verify a signature: they stand in the file as they are.
 */
#pragma once

#include "store/hl-registry-cache.h"
#include "store/hl-registry-rows.h"
#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

#define HL_REGISTRY_ERROR (hl_registry_error_quark ())

typedef enum {
  HL_REGISTRY_ERROR_UNKNOWN, /* no such token, device, hook, location */
  HL_REGISTRY_ERROR_EXISTS,
  HL_REGISTRY_ERROR_INVALID, /* an argument is not what it has to be; the message says how */
} HlRegistryError; /* the store's own failures keep their HL_STORE_ERROR */

GQuark hl_registry_error_quark (void);

/* A pairing code lives this long by default, and answers the same secret again for as long after use. */
#define HL_REGISTRY_CODE_MS (10 * 60 * 1000)
#define HL_REGISTRY_AGAIN_MS (10 * 60 * 1000)
/* Wrong tries that void a pairing: 5 characters are 25 bits, so a guess has 1 in 6.7 million. */
#define HL_REGISTRY_CODE_TRIES 5
/* A rotated secret or path stays valid this long. */
#define HL_REGISTRY_ROTATE_MS (24 * 60 * 60 * 1000)

#define HL_TYPE_REGISTRY (hl_registry_get_type ())
G_DECLARE_FINAL_TYPE (HlRegistry, hl_registry, HL, REGISTRY, GObject)

/** Returns: (transfer full): keeps a reference on @store */
HlRegistry *hl_registry_new (HlSqliteStore *store);

/** Returns: (transfer full) (nullable): expired and revoked rows are left out; @now for that */
HlRegistryCache *hl_registry_load_cache (HlRegistry *self, gint64 now, GError **error);

/* ---- tokens ---- */

/**
 * hl_registry_add_token: make a token; the only time its text exists.
 * @locations: 1.. existing locations
 * @name: 1..64 characters, no control characters
 * @expires: ms since the epoch, or HL_REGISTRY_NEVER
 * @token_id: (out) (optional) (transfer full)
 *
 * Returns: (transfer full) (nullable): `hl1_...`, to be shown once and freed with hl_registry_free_secret ()
 */
char *hl_registry_add_token (HlRegistry *self, const char *const *locations, HlRole role,
                             const char *name, gint64 expires, gint64 now, char **token_id,
                             GError **error);

/** hl_registry_revoke_token: idempotent; a paired device's token takes the device with it. */
gboolean hl_registry_revoke_token (HlRegistry *self, const char *token_id, gint64 now,
                                   GError **error);

/** Returns: (transfer full) (element-type HlTokenInfo): also revoked and expired ones.
 * @location: (nullable): only those bound to it */
GPtrArray *hl_registry_list_tokens (HlRegistry *self, const char *location, GError **error);

/** hl_registry_touch_token: note that it was used; call it seldom (once a minute a token is plenty). */
gboolean hl_registry_touch_token (HlRegistry *self, const char *token_id, gint64 now,
                                  GError **error);

/** hl_registry_free_secret: overwrite, then free. */
void hl_registry_free_secret (char *secret);

/* ---- pairing ---- */

/**
 * hl_registry_add_pairing: make a pairing code.
 * @role: staff or manager
 * @name: (nullable): name for the device, instead of the one that the app tells
 * @lifetime_ms: 0 for HL_REGISTRY_CODE_MS
 * @expires: (out) (optional)
 *
 * Returns: (transfer full) (nullable): 8 characters, upper case, without a dash
 */
char *hl_registry_add_pairing (HlRegistry *self, const char *location, HlRole role,
                               const char *name, gint64 lifetime_ms, gint64 now, gint64 *expires,
                               GError **error);

/**
 * hl_registry_pair: use a code. Counts wrong tries against the pairing that the first three characters
 * name, and only that one. A device that pairs again gets a new id; its former token (same location
 * and install_id) is revoked.
 * @answer: (out) (transfer full) (nullable): set with HL_PAIR_OK
 *
 * Returns: FALSE only if the store failed, or HL_REGISTRY_ERROR_INVALID for a name out of bounds
 */
gboolean hl_registry_pair (HlRegistry *self, const HlPairRequest *request, gint64 now,
                           HlPairResult *result, HlPairAnswer **answer, GError **error);

/** Returns: (transfer full) (element-type HlDeviceInfo) */
GPtrArray *hl_registry_list_devices (HlRegistry *self, const char *location, GError **error);

/** hl_registry_remove_device: the device is gone and its token revoked. Idempotent. */
gboolean hl_registry_remove_device (HlRegistry *self, const char *device, gint64 now,
                                    GError **error);

/* ---- hooks ---- */

/**
 * hl_registry_add_hook: make a hook.
 * @provider: [a-z0-9-]{1,32}; whether such an adapter exists is not asked here
 * @secret: (nullable): what signatures are checked with
 * @settings: (nullable): JSON object text
 * @path_secret: (out) (transfer full): 32 base32 characters (160 bits), shown once
 *
 * Returns: (transfer full) (nullable): the hook's id
 */
char *hl_registry_add_hook (HlRegistry *self, const char *location, const char *provider,
                            const char *secret, const char *settings, gint64 now,
                            char **path_secret, GError **error);

/**
 * hl_registry_rotate_hook: a new path secret if @path_secret is asked for, a new signing secret if
 * @secret is given; the former ones stay valid for @grace_ms (0: HL_REGISTRY_ROTATE_MS, -1: not).
 */
gboolean hl_registry_rotate_hook (HlRegistry *self, const char *hook, const char *secret,
                                  gint64 grace_ms, gint64 now, char **path_secret, GError **error);

gboolean hl_registry_remove_hook (HlRegistry *self, const char *hook, GError **error);

/** @location: (nullable). Returns: (transfer full) (element-type HlHookInfo) */
GPtrArray *hl_registry_list_hooks (HlRegistry *self, const char *location, gint64 now,
                                   GError **error);

/** hl_registry_set_hook: other settings; @settings: JSON object text. */
gboolean hl_registry_set_hook (HlRegistry *self, const char *hook, const char *settings,
                               GError **error);

/** hl_registry_note_hook: what `hook list` shows. A hook that is gone meanwhile is no error. */
gboolean hl_registry_note_hook (HlRegistry *self, const char *hook, const HlHookNote *note,
                                GError **error);

/* ---- subscribers ---- */

/**
 * hl_registry_add_subscriber: where a location's events are pushed to.
 * @url: https, or http; whether that host may be spoken to in the clear is not asked here
 * @after: the first event that it gets is the one after this seq; -1: the first one that comes
 * @secret: (out) (transfer full): `whsec_...` (Standard Webhooks), shown once
 *
 * Returns: (transfer full) (nullable): the subscriber's id
 */
char *hl_registry_add_subscriber (HlRegistry *self, const char *location, const char *url,
                                  gint64 after, gint64 now, char **secret, GError **error);
gboolean hl_registry_remove_subscriber (HlRegistry *self, const char *subscriber, GError **error);
/** A new secret; the former one signs along for a day. */
gboolean hl_registry_rotate_subscriber (HlRegistry *self, const char *subscriber, gint64 now,
                                        char **secret, GError **error);
/** One that was disabled goes on where it stood. */
gboolean hl_registry_enable_subscriber (HlRegistry *self, const char *subscriber, GError **error);
/** @location: (nullable). Returns: (transfer full) (element-type HlSubscriberInfo) */
GPtrArray *hl_registry_list_subscribers (HlRegistry *self, const char *location, gint64 now,
                                         GError **error);
/** hl_registry_note_subscriber: what came of an attempt: everything of @info but id, location, url and
 * secrets. One that was removed meanwhile is nobody. */
gboolean hl_registry_note_subscriber (HlRegistry *self, const HlSubscriberInfo *info, GError **error);

G_END_DECLS
