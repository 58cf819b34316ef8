/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Webhooks of every provider: the verifier, and what an authentic body may hold. The first line is the provider's name, then
 * "Header: value" lines, an empty line, and the body. */
#include <string.h>

#include "domain/hl-event-kind.h"
#include "domain/hl-state.h"
#include "fuzz.h"
#include "ingest/hl-card-facts.h"
#include "ingest/hl-provider.h"
#include "ingest/hl-tool-plan.h"

#define NOW G_GINT64_CONSTANT (1796166131000)

static const char *
get_header (gpointer headers, const char *name, gboolean *twice)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (twice != NULL) {
    *twice = FALSE;
  }
  return g_hash_table_lookup (headers, lower);
}

static void
check_verifier (const HlProvider *provider, GHashTable *headers, const char *body, gsize len)
{
  const char *const urls[] = { "https://hostline.example.com", NULL };
  /* of no secret in the corpus: what is accepted was forged */
  const char *const secrets[] = { "whsec_bm90LWluLXRoZS1jb3JwdXMtYXQtYWxsLTAwMDE=", "{\"key\":\"APInone\",\"secret\":\"none\"}", NULL };
  g_autoptr (JsonObject) settings = json_object_new ();
  g_autoptr (GString) url = g_string_new (NULL);
  const HlDelivery delivery = {
    .method = "POST", .path_query = "/v1/hooks/x/y/z?a=b", .public_urls = urls, .get_header = get_header, .headers = headers,
    .body = (const guint8 *) body, .body_len = len, .now_ms = NOW, .settings = settings, .signed_url = url,
  };
  HlVerify verified;

  if (provider->verify == NULL) {
    return;
  }
  verified = provider->verify (&delivery, secrets);
  fuzz_check (verified != HL_VERIFY_OK);
  fuzz_check (hl_verify_get_name (verified) != NULL);
}

static const char *
get_doubled (gpointer headers, const char *name, gboolean *twice)
{
  if (twice != NULL) {
    *twice = get_header (headers, name, NULL) != NULL;
  }
  return NULL;
}

/* Whatever the body is: its own signature passes beside another secret, and nothing less than all of it does. */
static void
check_signed (const HlProvider *provider, const char *body, gsize len)
{
  static const char *const forms[] = { "whsec_bm90LWluLXRoZS1jb3JwdXMtYXQtYWxsLTAwMDI=", "{\"key\":\"APIright\",\"secret\":\"right\"}",
                                       "APIright:right", "right" };
  const char *const urls[] = { "https://hostline.example.com", NULL };
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) lower = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonObject) settings = json_object_new ();
  HlDelivery delivery = {
    .method = "POST", .path_query = "/v1/hooks/x/y/z?a=b", .public_urls = urls, .get_header = get_header, .headers = lower,
    .body = (const guint8 *) body, .body_len = len, .now_ms = NOW, .settings = settings,
  };
  const char *secret = NULL;
  GHashTableIter iter;
  gpointer name, value;

  for (gsize i = 0; provider->sign != NULL && secret == NULL && i < G_N_ELEMENTS (forms); i++) {
    g_hash_table_remove_all (headers);
    if (provider->sign (&delivery, forms[i], "msg_1", headers)) {
      secret = forms[i];
    }
  }
  if (secret == NULL) {
    return;
  }
  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    g_hash_table_replace (lower, g_ascii_strdown (name, -1), g_strdup (value));
  }
  const char *const rotated[] = { forms[0] == secret ? "whsec_bm90LWluLXRoZS1jb3JwdXMtYXQtYWxsLTAwMDM=" : "another", secret, NULL };
  const char *const wrong[] = { rotated[0], NULL };
  const char *const no_secret[] = { NULL };

  fuzz_check (provider->verify (&delivery, rotated) == HL_VERIFY_OK);
  fuzz_check (provider->verify (&delivery, wrong) != HL_VERIFY_OK);
  if (!provider->secret_optional) {
    fuzz_check (provider->verify (&delivery, no_secret) != HL_VERIFY_OK);
  }
  delivery.get_header = get_doubled;
  fuzz_check (provider->verify (&delivery, rotated) != HL_VERIFY_OK);
  delivery.get_header = get_header;
  delivery.headers = none;
  fuzz_check (provider->verify (&delivery, rotated) != HL_VERIFY_OK);
}

static void
check_body (const HlProvider *provider, GHashTable *headers, const char *text, gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlHookBody) body = hl_hook_body_new (bytes, provider->form, NOW, NULL);
  g_autoptr (HlState) state = hl_state_new ();
  g_autoptr (GPtrArray) facts = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autofree char *key = NULL;
  g_autofree char *answer = NULL;

  if (body == NULL) {
    return;
  }
  for (gsize i = 0; provider->headers != NULL && provider->headers[i] != NULL; i++) {
    const char *value = g_hash_table_lookup (headers, provider->headers[i]);

    if (value != NULL) {
      hl_hook_body_set_header (body, provider->headers[i], value);
    }
  }
  facts = provider->translate (body, state, &error);
  fuzz_check ((facts != NULL) == (error == NULL));
  if (facts != NULL) {
    hl_card_redact_facts (facts, state);
    for (guint i = 0; i < facts->len; i++) {
      HlFact *fact = g_ptr_array_index (facts, i);

      fuzz_check (hl_event_kind_check (fact->kind, fact->data, "", NULL, NULL));
      /* without one of its own the request has it */
      fuzz_check (fact->partial || fact->key != NULL || provider->key != NULL);
    }
  }
  key = provider->key != NULL ? provider->key (body) : NULL;
  tools = provider->list_tools != NULL ? provider->list_tools (body) : NULL;
  for (guint i = 0; tools != NULL && i < tools->len; i++) {
    HlToolCall *tool = g_ptr_array_index (tools, i);
    g_autoptr (HlToolPlan) plan = hl_tool_plan_new (tool, state, NOW);

    if (plan->result == NULL) {
      hl_tool_plan_finish (plan, tool, HL_OUTCOME_REFUSED, HL_REASON_OVER_CAPACITY);
    } else {
      tool->result = json_object_ref (plan->result);
    }
    fuzz_check (json_object_has_member (tool->result, "ok") && json_object_has_member (tool->result, "say"));
  }
  answer = provider->answer != NULL ? provider->answer (body, tools) : NULL;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  char *end = strstr (text, "\n\n");
  const HlProvider *provider;

  if (end == NULL) {
    return 0;
  }
  *end = '\0';
  g_auto (GStrv) lines = g_strsplit (text, "\n", 32);
  provider = hl_provider_find (lines[0]);
  if (provider == NULL) {
    return 0;
  }
  for (guint i = 1; lines[i] != NULL; i++) {
    char *colon = strstr (lines[i], ": ");

    if (colon != NULL) {
      g_hash_table_replace (headers, g_ascii_strdown (lines[i], colon - lines[i]), g_strdup (colon + 2));
    }
  }
  const gsize at = (gsize) (end - text) + 2;
  g_autofree char *body = g_malloc (MAX (size - at, 1));
  memcpy (body, data + at, size - at);
  check_verifier (provider, headers, body, size - at);
  check_signed (provider, body, size - at);
  check_body (provider, headers, body, size - at);
  return 0;
}
