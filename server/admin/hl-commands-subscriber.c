/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subscriber add, remove, rotate, enable, list. */
#include "admin/hl-commands-private.h"

#include "push/hl-webhook.h"

/* Takes @secret over. */
static void
set_secret (JsonObject *object, char *secret)
{
  json_object_set_string_member (object, "secret", secret);
  hl_registry_free_secret (secret);
}

JsonNode *
hl_command_subscriber_add (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *url = hl_command_get_string (params, "url");
  const char *after = hl_command_get_string (params, "after");
  guint64 seq = 0;
  g_autofree char *id = NULL;
  g_autoptr (GError) wrong = NULL;
  char *secret = NULL;
  JsonObject *result;

  if (!hl_webhook_check_url (url, hl_command_host_allows_http (host), &wrong))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "%s", wrong->message);
  if (after != NULL && !g_ascii_string_to_unsigned (after, 10, 0, G_MAXINT64, &seq, NULL))
    return hl_command_fail (error, HL_COMMAND_ERROR_INVALID, "“%s” is no seq.", after);
  id = hl_registry_add_subscriber (hl_command_host_get_registry (host), hl_command_get_string (params, "location"),
                                   url, after != NULL ? (gint64) seq : -1, hl_command_host_now (host), &secret, error);
  if (id == NULL)
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  set_secret (result, secret);
  return hl_command_result (result);
}

JsonNode *
hl_command_subscriber_remove (HlCommandHost *host, JsonObject *params, GError **error)
{
  if (!hl_registry_remove_subscriber (hl_command_host_get_registry (host), hl_command_get_string (params, "id"), error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

/* The former secret signs along for a day. */
JsonNode *
hl_command_subscriber_rotate (HlCommandHost *host, JsonObject *params, GError **error)
{
  const char *id = hl_command_get_string (params, "id");
  gint64 now = hl_command_host_now (host);
  char *secret = NULL;
  JsonObject *result;

  if (!hl_registry_rotate_subscriber (hl_command_host_get_registry (host), id, now, &secret, error))
    return NULL;
  hl_command_host_changed (host, NULL);
  result = json_object_new ();
  json_object_set_string_member (result, "id", id);
  set_secret (result, secret);
  hl_command_set_time (result, "old_expires", now + HL_REGISTRY_ROTATE_MS);
  return hl_command_result (result);
}

JsonNode *
hl_command_subscriber_enable (HlCommandHost *host, JsonObject *params, GError **error)
{
  if (!hl_registry_enable_subscriber (hl_command_host_get_registry (host), hl_command_get_string (params, "id"), error))
    return NULL;
  hl_command_host_changed (host, NULL);
  return hl_command_result (json_object_new ());
}

static const char *
get_state (const HlSubscriberInfo *info)
{
  if (info->disabled != HL_REGISTRY_NEVER)
    return "disabled";
  return info->failing_since != HL_REGISTRY_NEVER ? "failing" : "ok";
}

static JsonObject *
print_subscriber (const HlSubscriberInfo *info)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", info->id);
  json_object_set_string_member (object, "location", info->location);
  json_object_set_string_member (object, "url", info->url);
  json_object_set_string_member (object, "state", get_state (info));
  hl_command_set_time (object, "created", info->created);
  json_object_set_int_member (object, "seq", (gint64) info->seq);
  json_object_set_int_member (object, "lag", info->head > info->seq ? (gint64) (info->head - info->seq) : 0);
  json_object_set_int_member (object, "delivered", (gint64) info->delivered);
  hl_command_set_time (object, "last_at", info->last_at);
  json_object_set_int_member (object, "last_status", info->last_status);
  json_object_set_string_member (object, "last_error", info->last_error);
  json_object_set_int_member (object, "attempts", info->attempts);
  hl_command_set_time (object, "failing_since", info->failing_since);
  hl_command_set_time (object, "next_at", info->next_at);
  hl_command_set_time (object, "disabled", info->disabled);
  json_object_set_string_member (object, "disabled_reason", info->disabled_reason);
  json_object_set_int_member (object, "secrets", g_strv_length (info->secrets));
  return object;
}

JsonNode *
hl_command_subscriber_list (HlCommandHost *host, JsonObject *params, GError **error)
{
  g_autoptr (GPtrArray) infos
      = hl_registry_list_subscribers (hl_command_host_get_registry (host), hl_command_get_string (params, "location"),
                                      hl_command_host_now (host), error);
  JsonArray *array;

  if (infos == NULL)
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < infos->len; i++)
    json_array_add_object_element (array, print_subscriber (infos->pdata[i]));
  return hl_command_result_array ("subscribers", array);
}
