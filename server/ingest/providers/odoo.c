/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Odoo: the chosen fields of a record, unsigned; which model and fields they are is each restaurant's choice. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-booking-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "wire/hl-json.h"

#define NAME "odoo"
#define MAX_NAME 120

/* The member that a setting names, as a string; many2one fields come as [id, "text"]. NULL: not there. */
static const char *
get_field (const HlHookBody *body,
           JsonObject       *root,
           const char       *setting)
{
  const char *name = hl_hook_body_get_setting (body, setting);
  JsonNode *node = name != NULL ? json_object_get_member (root, name) : NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) == 2) {
    node = json_array_get_element (json_node_get_array (node), 1);
  }
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* Where no field has the number of guests it stands behind the name: "Dana Whitfield, 4". */
static void
put_name_and_size (JsonObject       *data,
                   const HlHookBody *body,
                   JsonObject       *root)
{
  const char *name = get_field (body, root, "name-field");
  const char *size_field = hl_hook_body_get_setting (body, "size-field");
  const char *comma = name != NULL ? strrchr (name, ',') : NULL;
  guint64 size = 0;

  if (size_field != NULL) {
    hl_booking_fact_put_size (data, root, size_field);
  } else if (comma != NULL && g_ascii_string_to_unsigned (comma + 1 + strspn (comma + 1, " "), 10, 1, 99, &size, NULL)) {
    g_autofree char *alone = g_strndup (name, (gsize) (comma - name));

    json_object_set_int_member (data, "party_size", (gint64) size);
    hl_payload_put_text (data, "name", g_strstrip (alone), MAX_NAME);
    return;
  }
  hl_payload_put_text (data, "name", name, MAX_NAME);
}

/* Odoo keeps notes as HTML: the tags go, the few characters that HTML writes in words come back. */
static char *
make_plain (const char *html)
{
  static const struct {
    const char *word;
    char        c;
  } words[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' }, { "&nbsp;", ' ' } };
  GString *out = g_string_new (NULL);

  for (const char *c = html; *c != '\0'; c++) {
    gsize skip = 0;

    if (*c == '<' && strchr (c, '>') != NULL) {
      c = strchr (c, '>');
      if (out->len > 0 && out->str[out->len - 1] != ' ') {
        g_string_append_c (out, ' ');
      }
      continue;
    }
    for (gsize i = 0; *c == '&' && i < G_N_ELEMENTS (words); i++) {
      if (g_str_has_prefix (c, words[i].word)) {
        g_string_append_c (out, words[i].c);
        skip = strlen (words[i].word);
      }
    }
    if (skip > 0) {
      c += skip - 1;
    } else {
      g_string_append_c (out, *c);
    }
  }
  return g_string_free (out, FALSE);
}

/* Odoo 17's appointment_status, and what people name a field of their own. */
static const char *
get_status (const char *status)
{
  static const struct {
    const char *odoo;
    const char *ours;
  } words[] = {
    { "request", "requested" },   { "requested", "requested" }, { "booked", "booked" },       { "confirmed", "confirmed" },
    { "no_show", "no_show" },     { "cancelled", "cancelled" }, { "canceled", "cancelled" },  { "cancel", "cancelled" },
  };

  for (gsize i = 0; status != NULL && i < G_N_ELEMENTS (words); i++) {
    if (g_ascii_strcasecmp (words[i].odoo, status) == 0) {
      return words[i].ours;
    }
  }
  return NULL;
}

static gboolean
is_archived (JsonObject *root)
{
  JsonNode *node = json_object_get_member (root, "active");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         !json_node_get_boolean (node);
}

static JsonObject *
make_reservation (const HlHookBody *body,
                  JsonObject       *root,
                  const char       *id,
                  HlState          *state)
{
  JsonObject *data = hl_booking_fact_new (NAME, id, id + strlen (NAME ":"));
  const char *note = get_field (body, root, "note-field");
  g_autofree char *plain = note != NULL ? make_plain (note) : NULL;
  gint64 start = 0;
  gint64 stop = 0;

  put_name_and_size (data, body, root);
  hl_booking_fact_put_phone (data, state, get_field (body, root, "phone-field"));
  hl_booking_fact_put_note (data, state, plain);
  if (hl_booking_fact_parse_utc (get_field (body, root, "start-field"), &start)) {
    hl_payload_put_time (data, "starts_at", start);
    if (hl_booking_fact_parse_utc (get_field (body, root, "stop-field"), &stop) && stop > start) {
      hl_booking_fact_put_duration (data, (stop - start) / 60000);
    }
  }
  return data;
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *model = root != NULL ? hl_payload_get_string (root, "_model") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 written = HL_TIME_NONE;

  if (model == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member '_model'.");
    return NULL;
  }
  if (g_strcmp0 (model, hl_hook_body_get_setting (body, "model")) != 0) {
    return g_steal_pointer (&facts);
  }
  g_autofree char *number = hl_booking_fact_get_word (root, "_id");
  g_autofree char *ref = number != NULL ? g_strdup_printf ("%s:%s", model, number) : NULL;
  g_autofree char *id = hl_payload_make_id (NAME, ref);
  if (id == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no usable '_id'.");
    return NULL;
  }
  JsonObject *data = make_reservation (body, root, id, state);
  const char *status = is_archived (root) ? "cancelled" : get_status (get_field (body, root, "status-field"));
  g_autofree char *digest = hl_json_print (body->json);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, digest, -1);
  /* When it was written is all that can order two of them, where that field was chosen. */
  if (hl_booking_fact_parse_utc (get_field (body, root, "version-field"), &written)) {
    hl_booking_fact_put_version (data, written / 1000);
  }
  if (!json_object_has_member (data, "starts_at") && hl_booking_fact_find (state, data) == NULL) {
    json_object_unref (data);
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE,
                 "A new reservation has no usable '%s': choose that field in the webhook, or set start-field.",
                 hl_hook_body_get_setting (body, "start-field"));
    return NULL;
  }
  if (g_strcmp0 (status, "cancelled") == 0) {
    hl_booking_fact_cancel (facts, state, written, data, NULL, NAME, key);
    return g_steal_pointer (&facts);
  }
  if (status != NULL) {
    json_object_set_string_member (data, "status", status);
  }
  /* It names no action of its own: the first that is heard of a record makes it. */
  hl_booking_fact_add (facts, hl_booking_fact_find (state, data) == NULL ? HL_EVENT_RESERVATION_CREATED
                                                                         : HL_EVENT_RESERVATION_UPDATED,
                       written, data, NAME, key);
  return g_steal_pointer (&facts);
}

static const HlProviderSetting settings[] = {
  { "model", NULL, "calendar.event", "The model whose records are reservations; others are ignored." },
  { "start-field", NULL, "start", "When it begins." },
  { "stop-field", NULL, "stop", "When it ends." },
  { "name-field", NULL, "name", "The guest's name; \"NAME, NUMBER\" without a size-field." },
  { "size-field", NULL, NULL, "How many guests." },
  { "phone-field", NULL, NULL, "The guest's number; best with + and the country's code." },
  { "note-field", NULL, NULL, "A note of the guest." },
  { "status-field", NULL, NULL, "request, booked, confirmed, no_show or cancelled, as appointment_status has them." },
  { "version-field", NULL, "write_date", "When the record was last written: an older message then changes nothing." },
  { NULL, NULL, NULL, NULL },
};

const HlProvider hl_provider_odoo = {
  .name = NAME,
  .title = "Odoo",
  .secret_optional = TRUE,
  .settings = settings,
  .setup = "Make an automation rule on the model of your reservations (Calendar Event, or your own), on creation and update and on\n"
           "archiving, with the action \"Send Webhook Notification\", this URL, and the fields of this hook's settings; choose\n"
           "Active and Last Updated on (write_date) too. Odoo does not sign: whoever knows the URL can send, so keep it.\n"
           "It waits one second and never sends again: what is missed is missed, and has to be entered at the stand.",
  .translate = translate,
};
