/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One try at pairing, see hl-pairing.h. */
#include "link/hl-pairing.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "hl-config.h"
#include "link/hl-endpoint.h"
#include "link/hl-http.h"
#include "link/hl-link-verdict.h"
#include "link/hl-spki.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"
#include "wire/hl-pair-code.h"
#include "wire/hl-pair-link.h"
#include "wire/hl-token.h"

#define MAX_ANSWER (256 * 1024)

struct _HlPairing {
  GObject parent_instance;
  SoupSession *session;
  GPtrArray *endpoints; /* HlEndpoint */
  char *code;
  char *device_name;
  char *install_id;
  GStrv pins; /* from the link, or confirmed by a person */
  gboolean typed;
  char *seen_pin;
  char *short_pin;
  HlToken token; /* its id is the server's to give */
  /* the run */
  GTask *task;
  guint index;
  SoupMessage *message;
  GCancellable *attempt; /* of one message: a refused pin cancels it */
  gulong cancel_handler;
};

G_DEFINE_FINAL_TYPE (HlPairing, hl_pairing, G_TYPE_OBJECT)
G_DEFINE_QUARK (hl - pairing - error - quark, hl_pairing_error)

static void try_next (HlPairing *self);

void
hl_pairing_result_free (HlPairingResult *result)
{
  if (result == NULL)
    return;
  if (result->token != NULL)
    explicit_bzero (result->token, strlen (result->token));
  g_free (result->token);
  g_free (result->device);
  g_free (result->role);
  g_free (result->location);
  g_free (result->location_name);
  g_strfreev (result->endpoints);
  g_strfreev (result->pins);
  g_free (result);
}

static void
hl_pairing_finalize (GObject *object)
{
  HlPairing *self = HL_PAIRING (object);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->endpoints, g_ptr_array_unref);
  g_clear_object (&self->message);
  g_clear_object (&self->attempt);
  g_free (self->code);
  g_free (self->device_name);
  g_free (self->install_id);
  g_free (self->seen_pin);
  g_free (self->short_pin);
  g_strfreev (self->pins);
  hl_token_clear (&self->token);
  G_OBJECT_CLASS (hl_pairing_parent_class)->finalize (object);
}

static void
hl_pairing_class_init (HlPairingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_pairing_finalize;
}

static void
hl_pairing_init (HlPairing *self)
{
  self->session = hl_http_session_new ();
  self->endpoints = g_ptr_array_new_with_free_func (g_object_unref);
  hl_token_init (&self->token);
}

static gboolean
add_endpoint (HlPairing *self, const char *url, GError **error)
{
  HlEndpoint *endpoint = hl_endpoint_new (url, error);
  if (endpoint == NULL)
    return FALSE;
  g_ptr_array_add (self->endpoints, endpoint);
  return TRUE;
}

/* "192.168.1.10:8443", "hostline.example", "https://..." as people type it. */
static char *
complete_address (const char *address)
{
  g_autofree char *plain = g_strstrip (g_strdup (address));
  const char *host;

  if (strstr (plain, "://") != NULL)
    return g_steal_pointer (&plain);
  host = plain;
  if (g_str_has_prefix (host, "127.") || g_str_has_prefix (host, "localhost")
      || g_str_has_prefix (host, "[::1]"))
    return g_strconcat ("http://", host, NULL);
  return g_strconcat ("https://", host, NULL);
}

HlPairing *
hl_pairing_new (const char *link, const char *address, const char *code, const char *device_name,
                const char *install_id, GError **error)
{
  g_autoptr (HlPairing) self = g_object_new (HL_TYPE_PAIRING, NULL);
  g_autoptr (GError) local_error = NULL;

  if (link != NULL) {
    g_autoptr (HlPairLink) parsed = hl_pair_link_parse (link, &local_error);
    for (guint i = 0; parsed != NULL && parsed->urls[i] != NULL && local_error == NULL; i++) {
      g_autofree char *url = g_strconcat (parsed->urls[i], parsed->pki[i] ? "#pki" : "", NULL);
      add_endpoint (self, url, &local_error);
    }
    if (parsed != NULL) {
      self->code = g_strdup (parsed->code);
      if (parsed->pin != NULL) {
        self->pins = g_new0 (char *, 2);
        self->pins[0] = g_strconcat ("sha256:", parsed->pin, NULL);
      }
    }
  } else {
    g_autofree char *url = complete_address (address != NULL ? address : "");
    self->typed = TRUE;
    self->code = hl_pair_code_normalize (code != NULL ? code : "");
    if (self->code == NULL)
      local_error = g_error_new_literal (HL_PAIRING_ERROR, HL_PAIRING_ERROR_MALFORMED,
                                         "A code has eight letters and digits");
    else
      add_endpoint (self, url, &local_error);
  }
  if (local_error != NULL) {
    g_set_error_literal (error, HL_PAIRING_ERROR, HL_PAIRING_ERROR_MALFORMED, local_error->message);
    return NULL;
  }
  self->device_name
      = g_strdup (device_name != NULL && *device_name != '\0' ? device_name : "Stand");
  self->install_id = g_strdup (install_id);
  return g_steal_pointer (&self);
}

const char *
hl_pairing_get_pin (HlPairing *self)
{
  return self->short_pin;
}

void
hl_pairing_confirm_pin (HlPairing *self)
{
  if (self->seen_pin == NULL)
    return;
  g_strfreev (self->pins);
  self->pins = g_new0 (char *, 2);
  self->pins[0] = g_strdup (self->seen_pin);
}

/* ---- the answer ---- */

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static GStrv
get_strings (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  GStrvBuilder *builder = g_strv_builder_new ();
  GStrv strings;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    for (guint i = 0; i < json_array_get_length (array) && i < 16; i++) {
      JsonNode *item = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_VALUE (item) && json_node_get_value_type (item) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (item));
    }
  }
  strings = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return strings;
}

static HlPairingResult *
read_answer (HlPairing *self, JsonObject *object)
{
  g_autoptr (HlPairingResult) result = g_new0 (HlPairingResult, 1);
  const char *id = get_string (object, "token_id");
  JsonNode *location = json_object_get_member (object, "location");
  HlToken token = self->token;

  if (id == NULL || strlen (id) != HL_TOKEN_ID_LENGTH || get_string (object, "device") == NULL
      || location == NULL || !JSON_NODE_HOLDS_OBJECT (location))
    return NULL;
  memcpy (token.id, id, HL_TOKEN_ID_LENGTH + 1);
  result->token = hl_token_format (&token);
  hl_token_clear (&token);
  result->device = g_strdup (get_string (object, "device"));
  result->role
      = g_strdup (get_string (object, "role") != NULL ? get_string (object, "role") : "staff");
  result->location = g_strdup (get_string (json_node_get_object (location), "id"));
  result->location_name = g_strdup (get_string (json_node_get_object (location), "name"));
  result->endpoints = get_strings (object, "endpoints");
  result->pins = get_strings (object, "pins");
  if (result->location == NULL || !hl_id_is_location (result->location))
    return NULL;
  /* The address that worked is always kept, first if the server does not name it. */
  {
    HlEndpoint *used = g_ptr_array_index (self->endpoints, self->index);
    g_autofree char *url = g_strconcat (hl_endpoint_get_url (used),
                                        hl_endpoint_is_public (used) ? "#pki" : "", NULL);
    if (!g_strv_contains ((const char *const *)result->endpoints, url)) {
      GStrvBuilder *builder = g_strv_builder_new ();
      g_strv_builder_add (builder, url);
      g_strv_builder_addv (builder, (const char **)result->endpoints);
      g_strfreev (result->endpoints);
      result->endpoints = g_strv_builder_end (builder);
      g_strv_builder_unref (builder);
    }
  }
  if (result->pins[0] == NULL && self->pins != NULL) {
    g_strfreev (result->pins);
    result->pins = g_strdupv (self->pins);
  }
  return g_steal_pointer (&result);
}

static void
end_run (HlPairing *self)
{
  GCancellable *cancellable = g_task_get_cancellable (self->task);
  if (cancellable != NULL && self->cancel_handler != 0)
    g_cancellable_disconnect (cancellable, self->cancel_handler);
  self->cancel_handler = 0;
  g_clear_object (&self->message);
  g_clear_object (&self->attempt);
  g_clear_object (&self->task);
}

static void
fail (HlPairing *self, HlPairingError code, const char *message)
{
  g_task_return_new_error (self->task, HL_PAIRING_ERROR, (int)code, "%s", message);
  end_run (self);
}

static void
on_answer_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlPairing) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body
      = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  HlHttpTrust *trust = hl_http_get_trust (self->message);
  guint status = soup_message_get_status (self->message);
  g_autoptr (JsonObject) object = NULL;
  const char *type;
  gsize len = 0;
  const char *text;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->task))) {
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
    end_run (self);
    return;
  }
  if (trust->seen_pin != NULL && self->typed && self->pins == NULL
      && !hl_endpoint_is_public (g_ptr_array_index (self->endpoints, self->index))) {
    /* Only /healthz was asked, the code is still here. */
    g_free (self->seen_pin);
    self->seen_pin = g_strdup (trust->seen_pin);
    g_free (self->short_pin);
    self->short_pin = hl_spki_make_short (self->seen_pin);
    fail (self, HL_PAIRING_ERROR_CONFIRM_PIN, self->short_pin);
    return;
  }
  if (trust->refused) {
    fail (self, HL_PAIRING_ERROR_CONNECTION, "The server's key is not the one in the link");
    return;
  }
  if (body == NULL) {
    if (self->index + 1 < self->endpoints->len) {
      self->index++;
      try_next (self);
      return;
    }
    fail (self, HL_PAIRING_ERROR_CONNECTION, error->message);
    return;
  }
  text = g_bytes_get_data (body, &len);
  if (len > 0 && len <= MAX_ANSWER)
    object = hl_json_parse_object (text, len, NULL, NULL);
  type = object != NULL ? get_string (object, "type") : NULL;
  switch (status) {
  case 200:
  case 201: {
    HlPairingResult *pairing = object != NULL ? read_answer (self, object) : NULL;
    if (pairing == NULL) {
      fail (self, HL_PAIRING_ERROR_ANSWER, "The server's answer cannot be read");
      return;
    }
    g_task_return_pointer (self->task, pairing, (GDestroyNotify)hl_pairing_result_free);
    end_run (self);
    return;
  }
  case 404:
    fail (self, type != NULL ? HL_PAIRING_ERROR_CODE_UNKNOWN : HL_PAIRING_ERROR_ANSWER,
          type != NULL ? "The server does not know this code"
                       : "There is no Hostline server at this address");
    return;
  case 410:
    if (type != NULL && strstr (type, "expired") != NULL)
      fail (self, HL_PAIRING_ERROR_CODE_EXPIRED, "This code has expired");
    else
      fail (self, HL_PAIRING_ERROR_CODE_USED, "This code was used already");
    return;
  case 429: {
    gint64 wait = hl_link_parse_retry_after (
        soup_message_headers_get_one (soup_message_get_response_headers (self->message),
                                      "Retry-After"),
        hl_clock_wall_ms ());
    g_autofree char *message = g_strdup_printf ("Too many attempts: wait %d seconds",
                                                (int)(wait > 0 ? (wait + 999) / 1000 : 60));
    fail (self, HL_PAIRING_ERROR_TOO_MANY_ATTEMPTS, message);
    return;
  }
  case 400:
  case 422:
    fail (self, HL_PAIRING_ERROR_MALFORMED, "The server cannot read this request");
    return;
  default: {
    g_autofree char *message = g_strdup_printf ("The server answered %u", status);
    fail (self, HL_PAIRING_ERROR_ANSWER, message);
    return;
  }
  }
}

static char *
print_request (HlPairing *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *device = json_object_new ();
  g_autofree char *hash = hl_token_hash (&self->token);

  json_object_set_string_member (object, "code", self->code);
  json_object_set_string_member (object, "secret_sha256", hash);
  json_object_set_string_member (device, "name", self->device_name);
  json_object_set_string_member (device, "install_id", self->install_id);
  json_object_set_string_member (device, "app", "hostline/" HL_VERSION);
  json_object_set_string_member (device, "platform",
                                 g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "flatpak"
                                                                                    : "native");
  json_object_set_object_member (object, "device", device);
  return hl_json_print_object (object);
}

static void
try_next (HlPairing *self)
{
  HlEndpoint *endpoint = g_ptr_array_index (self->endpoints, self->index);
  /* A typed code says nothing about the server: first its key is looked at and compared by a
   * person. */
  gboolean look = self->typed && self->pins == NULL && hl_endpoint_is_tls (endpoint)
                  && !hl_endpoint_is_public (endpoint);
  g_autofree char *url = hl_endpoint_make_url (endpoint, look ? "/healthz" : "/v1/pair");

  g_clear_object (&self->message);
  g_clear_object (&self->attempt);
  self->attempt = g_cancellable_new ();
  self->message = soup_message_new (look ? SOUP_METHOD_GET : SOUP_METHOD_POST, url);
  hl_http_prepare (self->message, endpoint, (const char *const *)self->pins, look, self->attempt);
  if (!look) {
    char *text = print_request (self);
    g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
    soup_message_set_request_body_from_bytes (self->message, "application/json", body);
  }
  soup_session_send_and_read_async (self->session, self->message, G_PRIORITY_DEFAULT, self->attempt,
                                    on_answer_ready, g_object_ref (self));
}

static void
on_run_cancelled (GCancellable *cancellable, gpointer data)
{
  HlPairing *self = data;
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
}

void
hl_pairing_run_async (HlPairing *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (self->task == NULL);
  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_return_on_cancel (self->task, FALSE);
  self->index = 0;
  try_next (self);
  if (cancellable != NULL)
    self->cancel_handler
        = g_cancellable_connect (cancellable, G_CALLBACK (on_run_cancelled), self, NULL);
}

HlPairingResult *
hl_pairing_run_finish (HlPairing *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
