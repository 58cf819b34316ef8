/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain structures of the registry: tokens, devices, hooks, subscribers, pairings. */
#pragma once

#include <glib-object.h>

#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_REGISTRY_NEVER 0 /* a time that did not happen, or an expiry that never comes */

/** HlTokenInfo: a token without its secret. Times are ms since the epoch, HL_REGISTRY_NEVER if none. */
typedef struct {
  char *id;         /* the 10 base32 characters of the token */
  char *hash;       /* hl_token_hash (): SHA-256 of the secret's 43 characters, 64 hex digits */
  HlRole role;
  char *name;
  char *device;     /* (nullable): the device it belongs to; NULL: made by `token add`, its own device */
  GStrv locations;  /* at least one */
  gint64 created;
  gint64 expires;
  gint64 last_used;
  gint64 revoked;
} HlTokenInfo;

void hl_token_info_free (HlTokenInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlTokenInfo, hl_token_info_free)

/** HlDeviceInfo: a paired dashboard. */
typedef struct {
  char *id;         /* like stand-1-7k2m */
  char *location;
  char *name;
  char *install_id;
  char *app;        /* (nullable) */
  char *platform;   /* (nullable) */
  char *token_id;
  HlRole role;
  gint64 created;
  gint64 last_seen;
  gint64 removed;
} HlDeviceInfo;

void hl_device_info_free (HlDeviceInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlDeviceInfo, hl_device_info_free)

/** HlHookInfo: where a provider's webhooks for one location arrive. */
typedef struct {
  char *id;
  char *location;
  char *provider;
  GStrv paths;            /* SHA-256 in hex of each path secret that was valid when this was read */
  gint64 *path_ends;      /* as many: until when; HL_REGISTRY_NEVER: it was not rotated */
  GStrv secrets;          /* signing secrets likewise, newest first; may be empty */
  gint64 *secret_ends;
  char *settings;         /* JSON object text, "{}" if none */
  gint64 created;
  gint64 last_event;
  gint64 last_refusal;
  char *refusal_reason;   /* (nullable) */
  char *refusal_url;      /* (nullable): the URL that was taken for the signed one, "..." for its path secret */
  guint64 refused;        /* how many deliveries were refused, ever */
  guint64 ignored;        /* how many were authentic and meant nothing to us */
  guint64 unreadable;     /* how many bodies could not be read, ever */
} HlHookInfo;

void hl_hook_info_free (HlHookInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHookInfo, hl_hook_info_free)

/** HlHookNote: what happened at a hook since the last note; borrowed. Never anything from a body. */
typedef struct {
  gint64 last_event;   /* HL_REGISTRY_NEVER: none since */
  gint64 last_refusal; /* HL_REGISTRY_NEVER: none since, and the next two do not matter */
  const char *refusal_reason; /* one word: of hl_verify_get_name (), or "content_type" */
  const char *refusal_url;    /* (nullable) */
  guint refused;
  guint ignored;
  guint unreadable;
} HlHookNote;

/** HlSubscriberInfo: a URL that events are pushed to. */
typedef struct {
  char *id;
  char *location;
  char *url;
  GStrv secrets; /* newest first */
  gint64 *secret_ends; /* as many: until when; HL_REGISTRY_NEVER: it was not rotated */
  char *epoch;   /* of the cursor */
  guint64 seq;   /* delivered up to here */
  gint64 created;
  guint64 planned;       /* last seq of the delivery that is under way; 0: the one unit after @seq */
  guint attempts;        /* of that delivery that failed */
  guint64 delivered;     /* deliveries that went through, ever */
  gint64 last_at;        /* of the last attempt */
  guint last_status;     /* HTTP status; 0: there was no answer */
  char *last_error;      /* (nullable): a short phrase */
  gint64 failing_since;  /* HL_REGISTRY_NEVER while deliveries go through */
  gint64 next_at;        /* HL_REGISTRY_NEVER: nothing waits */
  gint64 disabled;       /* since when; HL_REGISTRY_NEVER: it is not */
  char *disabled_reason; /* (nullable): one sentence */
  guint64 head;          /* of the location's log, when this was read */
} HlSubscriberInfo;

/** hl_registry_choose_valid: those of @secrets that are still valid at @now, in their order.
 * Returns: (transfer container): NULL-terminated; what it points to is @secrets' */
const char **hl_registry_choose_valid (char **secrets, const gint64 *ends, gint64 now);

HlSubscriberInfo *hl_subscriber_info_copy (const HlSubscriberInfo *self);
void hl_subscriber_info_free (HlSubscriberInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlSubscriberInfo, hl_subscriber_info_free)

/** HlPairResult: what became of a pairing attempt; the names of the HTTP problems. */
typedef enum {
  HL_PAIR_OK,           /* 201; also when the same code and secret come again within 10 minutes */
  HL_PAIR_CODE_UNKNOWN, /* 404 */
  HL_PAIR_CODE_USED,    /* 410: used with another secret */
  HL_PAIR_CODE_EXPIRED, /* 410: too old, or voided by wrong tries */
} HlPairResult;

/** HlPairRequest: the checked body of POST /v1/pair; borrowed. */
typedef struct {
  const char *code; /* as typed: case and dashes do not matter */
  const char *secret_hash; /* 64 lower-case hex digits: SHA-256 of the secret's 43 characters */
  const char *device_name; /* 1..64 characters */
  const char *install_id;
  const char *app;      /* (nullable) */
  const char *platform; /* (nullable) */
} HlPairRequest;

/** HlPairAnswer: of a HL_PAIR_OK. The caller adds endpoints, pins and the location. */
typedef struct {
  char *token_id;
  char *device;
  char *location;
  HlRole role;
  gboolean again; /* a lost reply was asked for once more; nothing changed */
} HlPairAnswer;

void hl_pair_answer_free (HlPairAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPairAnswer, hl_pair_answer_free)

G_END_DECLS
