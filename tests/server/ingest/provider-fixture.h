/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of providers share: samples, deliveries, and a small log. */
#pragma once

#include "domain/hl-state.h"
#include "ingest/hl-provider.h"

G_BEGIN_DECLS

#define FIXTURE_RECEIVED G_GINT64_CONSTANT (1796166200000) /* just after the samples' evening call */

/* A file under tests/data/payloads. */
char     *fixture_read      (const char *path, gsize *len);
JsonNode *fixture_read_json (const char *path);

/* --- deliveries --- */

typedef struct {
  const char *url;     /* (nullable): scheme, authority and target as the provider was told */
  const char *path;    /* (nullable): the target as received; NULL: that of @url, or "/v1/hooks/x/y/z" */
  GHashTable *headers; /* lower-case name -> value */
  const char *twice;   /* (nullable): a name that came twice, lower case */
  char       *body;
  gsize       len;
  gint64      now;
  JsonObject *settings; /* (nullable) */
} Delivery;

Delivery *fixture_delivery_new        (const char *body, gsize len, gint64 now);
Delivery *fixture_delivery_copy       (const Delivery *self);
void      fixture_delivery_free       (Delivery *self);
void      fixture_delivery_set_header (Delivery *self, const char *name, const char *value);
void      fixture_delivery_set        (Delivery *self, const char *name, const char *value); /* a setting */
/* Initial values for the settings that are not given, as the server has them. */
void      fixture_delivery_complete   (Delivery *self, const HlProvider *provider);
/* Fills what a provider gets; valid as long as @self and @storage are. */
typedef struct {
  HlDelivery  delivery;
  const char *urls[2];
  char       *base;
  char       *target;
} Seen;
void      fixture_delivery_see        (Delivery *self, Seen *storage);
void      fixture_seen_clear          (Seen *storage);
/* With a key of another tenant active beside @secret. */
HlVerify  fixture_verify              (const HlProvider *provider, Delivery *delivery, const char *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, fixture_delivery_free)

/* --- translation --- */

/* What the server does with a body: parsed as the provider's kind, then translated. @state may be NULL only in error cases. */
HlHookBody *fixture_parse          (const HlProvider *provider, const char *text, GError **error);
GPtrArray  *fixture_translate_text (const HlProvider *provider, const char *text, HlState *state, GError **error);
void        fixture_check_facts    (GPtrArray *facts);
/* "provider/file". Asserts that it can be read, and that every fact is what the schema allows. */
GPtrArray  *fixture_translate      (const char *file, HlState *state);

/* --- a small log: what the server does with facts, without a server --- */

typedef struct {
  HlState    *state;
  GHashTable *keys; /* of facts, known ones are skipped */
  guint64     seq;
} Log;

Log  *fixture_log_new      (void);
void  fixture_log_free     (Log *self);
char *fixture_log_make_key (const HlFact *fact);
void  fixture_log_add      (Log *self, const char *provider, GPtrArray *facts);
void  fixture_log_post     (Log *self, const char *file);
void  fixture_log_post_text (Log *self, const char *provider_name, const char *text);
/* The state without revisions and without what only says when the log heard of it. Transfer full. */
char *fixture_log_describe (Log *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Log, fixture_log_free)

G_END_DECLS
