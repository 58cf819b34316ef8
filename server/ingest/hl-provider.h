/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlProvider: what one voice or booking provider's webhooks need: verify, translate, answer. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "domain/hl-state.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

/* One delivery as it came. All members are borrowed for the call; names of headers are case-insensitive. */
typedef struct {
  const char        *method;      /* "POST" */
  const char        *path_query;  /* request target as it stood on the request line */
  const char *const *public_urls; /* NULL-terminated; scheme and authority that the provider was told (may be empty) */
  /* NULL when absent; when a header came twice @get_header returns NULL and *twice (may be NULL) is TRUE. */
  const char      *(*get_header) (gpointer headers, const char *name, gboolean *twice);
  gpointer           headers;
  const guint8      *body;        /* raw bytes, exactly as received */
  gsize              body_len;
  gint64             now_ms;      /* wall clock; injectable for replay tests */
} HlDelivery;

/* Why a delivery was refused; goes to the log and to `hostlinectl hook list`, never to the sender. */
typedef enum {
  HL_VERIFY_OK,
  HL_VERIFY_NO_HEADER,
  HL_VERIFY_BAD_FORMAT,
  HL_VERIFY_STALE,
  HL_VERIFY_MISMATCH,
} HlVerify;

const char *hl_verify_get_name (HlVerify verify);   /* "ok", "no_header", ... */

typedef struct {
  const char *name;            /* "retell": stands in the path; also the prefix of call ids */
  gboolean    form;            /* body is application/x-www-form-urlencoded, not JSON */
  gboolean    secret_optional; /* the secret path segment alone authenticates (Odoo) */

  /* Signature over the raw bytes with any of @secrets (several during a rotation). Constant time. Pure. */
  HlVerify   (*verify)    (const HlDelivery *delivery, const char *const *secrets);

  /* Translates to canonical facts (HlFact, each with its event key). Pure over (payload, state): the call's
   * segments in @state keep the numbering of turns across restarts. Runs on the writer's thread.
   * @form is NULL for JSON. An event that means nothing to us: an empty array, not an error.
   * Returns transfer full (element type HlFact), or NULL with an error that says what could not be read. */
  GPtrArray *(*translate) (JsonNode *json, GHashTable *form, HlState *state, gint64 received_ms, GError **error);

  /* The request key: what makes two deliveries the same one. NULL: SHA-256 of the body. Transfer full. */
  char      *(*key)       (const HlDelivery *delivery, JsonNode *json, GHashTable *form);
} HlProvider;

/* The one table, hl-providers.c. NULL: unknown. */
const HlProvider        *hl_provider_find (const char *name);
const HlProvider *const *hl_provider_list (void);   /* NULL-terminated */

G_END_DECLS
