/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlProvider: what one voice or booking provider's webhooks need: verify, translate, answer. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "domain/hl-state.h"
#include "ingest/hl-hook-body.h"
#include "ingest/hl-tool-call.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

/* One delivery as it came. All members are borrowed for the call; names of headers are case-insensitive. */
typedef struct {
  const char        *method;      /* "POST" */
  const char        *path_query;  /* request target byte for byte as it stood on the request line */
  const char *const *public_urls; /* NULL-terminated; scheme and authority that the provider was told (may be empty) */
  /* NULL when absent; when a header came twice @get_header returns NULL and *twice (may be NULL) is TRUE. */
  const char      *(*get_header) (gpointer headers, const char *name, gboolean *twice);
  gpointer           headers;
  const guint8      *body;        /* raw bytes, exactly as received */
  gsize              body_len;
  gint64             now_ms;      /* wall clock; injectable for replay tests */
  JsonObject        *settings;    /* (nullable): the hook's own settings, see HlProvider.settings */
  GString           *signed_url;  /* (nullable): a provider that signs the URL leaves here the one it tried first */
} HlDelivery;

/* Why a delivery was refused; goes to the log and to `hostlinectl hook list`, never to the sender. */
typedef enum {
  HL_VERIFY_OK,
  HL_VERIFY_NO_HEADER,
  HL_VERIFY_BAD_FORMAT,
  HL_VERIFY_STALE,     /* the signature is right, the time is not: too old, or too far ahead */
  HL_VERIFY_MISMATCH,  /* most likely another key */
  HL_VERIFY_WRONG_URL, /* right for another scheme, host or port: a proxy changed it, or public-urls is not what was told */
} HlVerify;

const char *hl_verify_get_name (HlVerify verify);   /* "ok", "no_header", ... */

/* One setting of a provider's hooks, given with `hook add --set name=value`. */
typedef struct {
  const char        *name;    /* "header", "encoding" ... */
  const char *const *values;  /* NULL-terminated list of what is allowed; NULL: any text up to 256 characters */
  const char        *initial; /* (nullable): what holds when it is not given */
  const char        *help;    /* one sentence */
} HlProviderSetting;

typedef struct {
  const char *name;            /* "retell": stands in the path; also the prefix of call ids */
  const char *title;           /* "Retell AI" */
  gboolean    form;            /* body is application/x-www-form-urlencoded, not JSON */
  gboolean    secret_optional; /* the secret path segment alone authenticates (Odoo), or may (CloudEvents) */
  gboolean    signs_url;       /* the URL is part of what is signed: needs public-urls to be right (Twilio, Square) */
  const char *const *content_types;         /* NULL-terminated; NULL: application/json, or a form's type */
  const char *const *headers;               /* (nullable), NULL-terminated, lower case: those that @translate and @key read */
  const HlProviderSetting *settings;        /* (nullable), ends with a name of NULL */
  const char *setup;           /* English text of a few lines for who enters the URL at the provider: what to tick, what not */

  /* Signature over the raw bytes with any of @secrets (several during a rotation). Constant time. Pure. NULL: it never signs,
   * and is @secret_optional. */
  HlVerify   (*verify)    (const HlDelivery *delivery, const char *const *secrets);

  /* Translates to canonical facts (HlFact, each with its event key). Pure over (body, state): the call's
   * segments in @state keep the numbering of turns across restarts. Runs on the writer's thread.
   * An event that means nothing to us: an empty array, not an error.
   * Returns transfer full (element type HlFact), or NULL with an error that says what could not be read. */
  GPtrArray *(*translate) (const HlHookBody *body, HlState *state, GError **error);

  /* (nullable) The request key: what makes two deliveries the same one. NULL: SHA-256 of the body. Transfer full. */
  char      *(*key)       (const HlHookBody *body);

  /* (nullable) Webhooks whose sender waits for the answer's content. @list_tools: what the voice agent asks to be done
   * (element type HlToolCall), transfer full; NULL when it asks for nothing. @answer: the JSON text that the sender expects,
   * once each tool call has its result (@tools may be NULL); transfer full; NULL means "{}". Both pure. */
  GPtrArray *(*list_tools) (const HlHookBody *body);
  char      *(*answer)     (const HlHookBody *body, GPtrArray *tools);
  const char  *answer_type;    /* (nullable) of what @answer returns, when not JSON; "{}" is JSON in any case */

  /* (nullable) The headers that a genuine delivery of this body would carry (name -> value, added to @headers, both
   * allocated), for `hostlinectl replay` and tests. @delivery: what would be sent; its public_urls[0] and path_query make
   * the URL; @id: the delivery's id where the provider has one. FALSE: it cannot be signed with @secret. */
  gboolean   (*sign)       (const HlDelivery *delivery, const char *secret, const char *id, GHashTable *headers);
} HlProvider;

/* The one table, hl-providers.c. NULL: unknown. */
const HlProvider        *hl_provider_find (const char *name);
const HlProvider *const *hl_provider_list (void);   /* NULL-terminated */

G_END_DECLS
