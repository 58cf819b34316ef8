/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of providers share: samples, deliveries, and a small log. */
#include "provider-fixture.h"

#include <string.h>

#include "domain/hl-decide.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-evolve.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-settings.h"
#include "wire/hl-json.h"

char *
fixture_read (const char *path,
              gsize      *len)
{
  g_autofree char *file = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "data", "payloads", path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (file, &text, len, &error);
  g_assert_no_error (error);
  return text;
}

JsonNode *
fixture_read_json (const char *path)
{
  gsize len = 0;
  g_autofree char *text = fixture_read (path, &len);
  g_autoptr (GError) error = NULL;
  JsonNode *node = hl_json_parse (text, len, NULL, &error);

  g_assert_no_error (error);
  return node;
}

/* --- deliveries --- */

static const char *
get_header (gpointer    data,
            const char *name,
            gboolean   *twice)
{
  Delivery *self = data;
  g_autofree char *lower = g_ascii_strdown (name, -1);
  gboolean again = g_strcmp0 (self->twice, lower) == 0;

  if (twice != NULL) {
    *twice = again;
  }
  return again ? NULL : g_hash_table_lookup (self->headers, lower);
}

Delivery *
fixture_delivery_new (const char *body,
                      gsize       len,
                      gint64      now)
{
  Delivery *self = g_new0 (Delivery, 1);

  self->body = g_malloc (len + 1);
  memcpy (self->body, body, len);
  self->body[len] = '\0';
  self->len = len;
  self->now = now;
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

Delivery *
fixture_delivery_copy (const Delivery *self)
{
  Delivery *copy = fixture_delivery_new (self->body, self->len, self->now);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  copy->url = self->url;
  copy->path = self->path;
  copy->settings = self->settings != NULL ? json_object_ref (self->settings) : NULL;
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    g_hash_table_insert (copy->headers, g_strdup (name), g_strdup (value));
  }
  return copy;
}

void
fixture_delivery_free (Delivery *self)
{
  g_hash_table_unref (self->headers);
  g_clear_pointer (&self->settings, json_object_unref);
  g_free (self->body);
  g_free (self);
}

void
fixture_delivery_set_header (Delivery   *self,
                             const char *name,
                             const char *value)
{
  g_hash_table_insert (self->headers, g_ascii_strdown (name, -1), g_strdup (value));
}

void
fixture_delivery_set (Delivery   *self,
                      const char *name,
                      const char *value)
{
  if (self->settings == NULL) {
    self->settings = json_object_new ();
  }
  json_object_set_string_member (self->settings, name, value);
}

void
fixture_delivery_see (Delivery *self,
                      Seen     *storage)
{
  const char *slash = self->url != NULL ? strchr (strstr (self->url, "://") + 3, '/') : NULL;

  memset (storage, 0, sizeof *storage);
  storage->base = slash != NULL ? g_strndup (self->url, (gsize) (slash - self->url)) : NULL;
  storage->target = g_strdup (self->path != NULL ? self->path : slash != NULL ? slash : "/v1/hooks/x/y/z");
  storage->urls[0] = storage->base;
  const HlDelivery delivery = {
    .method = "POST",
    .path_query = storage->target,
    .public_urls = storage->urls,
    .get_header = get_header,
    .headers = self,
    .body = (const guint8 *) self->body,
    .body_len = self->len,
    .now_ms = self->now,
    .settings = self->settings,
  };
  storage->delivery = delivery;
}

void
fixture_seen_clear (Seen *storage)
{
  g_free (storage->base);
  g_free (storage->target);
}

void
fixture_delivery_complete (Delivery         *self,
                           const HlProvider *provider)
{
  g_autofree char *text = self->settings != NULL ? hl_json_print_object (self->settings) : NULL;
  JsonObject *whole = hl_provider_make_settings (provider, text);

  g_clear_pointer (&self->settings, json_object_unref);
  self->settings = whole;
}

HlVerify
fixture_verify (const HlProvider *provider,
                Delivery         *delivery,
                const char       *secret)
{
  const char *secrets[] = { "another tenant's key", secret, NULL };
  Seen seen;

  fixture_delivery_complete (delivery, provider);
  fixture_delivery_see (delivery, &seen);
  HlVerify verify = provider->verify (&seen.delivery, secrets);
  fixture_seen_clear (&seen);
  return verify;
}

/* --- translation --- */

HlHookBody *
fixture_parse (const HlProvider *provider,
               const char       *text,
               GError          **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  HlHookBody *body = hl_hook_body_new (bytes, provider->form, FIXTURE_RECEIVED, error);
  g_autoptr (JsonObject) settings = hl_provider_make_settings (provider, NULL);

  if (body != NULL) {
    hl_hook_body_set_settings (body, settings);
  }
  return body;
}

GPtrArray *
fixture_translate_text (const HlProvider *provider,
                        const char       *text,
                        HlState          *state,
                        GError          **error)
{
  g_autoptr (HlHookBody) body = fixture_parse (provider, text, error);

  return body != NULL ? provider->translate (body, state, error) : NULL;
}

void
fixture_check_facts (GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);
    g_autoptr (GError) error = NULL;

    hl_event_kind_check (fact->kind, fact->data, "", NULL, &error);
    g_assert_no_error (error);
    /* an event of Standard Webhooks has no key but that of its request */
    g_assert_true (fact->partial || fact->key != NULL || fact->key_kind == NULL);
  }
}

GPtrArray *
fixture_translate (const char *file,
                   HlState    *state)
{
  gsize len = 0;
  g_autofree char *text = fixture_read (file, &len);
  g_auto (GStrv) parts = g_strsplit (file, "/", 2);
  g_autoptr (GError) error = NULL;
  const HlProvider *provider = hl_provider_find (parts[0]);

  g_assert_nonnull (provider);
  GPtrArray *facts = fixture_translate_text (provider, text, state, &error);
  g_assert_no_error (error);
  fixture_check_facts (facts);
  return facts;
}

/* --- the log --- */

Log *
fixture_log_new (void)
{
  Log *self = g_new0 (Log, 1);

  self->state = hl_state_new ();
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
fixture_log_free (Log *self)
{
  g_object_unref (self->state);
  g_hash_table_unref (self->keys);
  g_free (self);
}

char *
fixture_log_make_key (const HlFact *fact)
{
  return g_strdup_printf ("%s/%s/%s", fact->key_kind, fact->key_source, fact->key);
}

void
fixture_log_add (Log        *self,
                 const char *provider,
                 GPtrArray  *facts)
{
  HlActor *actor = hl_actor_new (HL_ROLE_PUBLISHER, provider, NULL, 0);

  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);

    if (fact->partial) {
      continue;
    }
    g_autofree char *key = fixture_log_make_key (fact);
    if (!g_hash_table_add (self->keys, g_strdup (key))) {
      continue;
    }
    gint64 at = fact->at == HL_TIME_NONE ? FIXTURE_RECEIVED : fact->at;
    g_autofree char *id = g_compute_checksum_for_string (G_CHECKSUM_SHA1, key, -1);
    g_autoptr (HlDecision) decision = hl_decide_record (self->state, fact->kind, fact->data, actor, at);
    g_autoptr (GPtrArray) events
        = hl_decision_make_events (decision, id, actor, self->seq + 1, at, FIXTURE_RECEIVED);
    for (guint j = 0; j < events->len; j++) {
      hl_evolve (self->state, g_ptr_array_index (events, j));
      self->seq++;
    }
  }
  hl_actor_free (actor);
}

void
fixture_log_post (Log        *self,
                  const char *file)
{
  g_autoptr (GPtrArray) facts = fixture_translate (file, self->state);
  g_auto (GStrv) parts = g_strsplit (file, "/", 2);

  fixture_log_add (self, parts[0], facts);
}

void
fixture_log_post_text (Log        *self,
                       const char *provider_name,
                       const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts
      = fixture_translate_text (hl_provider_find (provider_name), text, self->state, &error);

  g_assert_no_error (error);
  fixture_check_facts (facts);
  fixture_log_add (self, provider_name, facts);
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

char *
fixture_log_describe (Log *self)
{
  g_autoptr (JsonNode) node = hl_state_save (self->state);
  JsonObject *entities = json_node_get_object (node);
  static const char *const lists[] = { "calls", "segments", "reservations" };
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    JsonArray *rows = json_object_get_array_member (entities, lists[i]);
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

    for (guint j = 0; rows != NULL && j < json_array_get_length (rows); j++) {
      JsonObject *row = json_array_get_object_element (rows, j);

      json_object_remove_member (row, "revisions");
      json_object_remove_member (row, "stamps");
      json_object_remove_member (row, "rev"); /* how often a turn was told before it was whole */
      json_object_remove_member (row, "start_ms"); /* a line that came live only knows it roughly, or not at all */
      json_object_remove_member (row, "end_ms");
      if (g_str_equal (lists[i], "segments") && g_strcmp0 (hl_payload_get_string (row, "state"), "corrected") == 0) {
        /* A final line that stood under another number, since the greeting had not been heard, may change by a marked
         * correction only; what it says must be the same. */
        json_object_set_string_member (row, "state", "final");
      }
      g_ptr_array_add (lines, hl_json_print_object (row));
    }
    g_ptr_array_sort (lines, compare_lines);
    for (guint j = 0; j < lines->len; j++) {
      g_string_append_printf (out, "%s\n", (char *) g_ptr_array_index (lines, j));
    }
  }
  return g_string_free (out, FALSE);
}
