/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hostlinectl prints for people: single values alone on their lines, lists as aligned columns. */
#include "admin/hl-ctl-print.h"

#include <string.h>

#include "ingest/hl-provider.h"
#include "util/hl-mask.h"
#include "wire/hl-json.h"

#define PIN_CHARACTERS 8 /* what the window shows of the pin, to be compared by a person */

static const char *
get (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

void
hl_ctl_print_nothing (JsonObject *result)
{
}

void
hl_ctl_print_json (JsonObject *result)
{
  g_autofree char *text = hl_json_print_object (result);

  g_print ("%s\n", text);
}

void
hl_ctl_print_token (JsonObject *result)
{
  g_print ("%s\n", get (result, "token"));
}

void
hl_ctl_print_pair (JsonObject *result)
{
  const char *pin = get (result, "pin");

  g_print ("%s\n%s\n", get (result, "link"), get (result, "code"));
  if (g_str_has_prefix (pin, "sha256:"))
    g_printerr ("The window shows the key %.*s when the code is typed.\n", PIN_CHARACTERS,
                pin + strlen ("sha256:"));
}

void
hl_ctl_print_path (JsonObject *result)
{
  if (json_object_has_member (result, "path"))
    g_print ("%s\n", get (result, "path"));
  if (json_object_has_member (result, "url"))
    g_printerr ("Enter this URL there: %s\n", get (result, "url"));
  if (json_object_has_member (result, "setup"))
    g_printerr ("%s\n", get (result, "setup"));
}

/* ---- lists ---- */

typedef struct {
  const char *title;
  const char *member; /* "pos/seq" reaches into an object */
} Column;

/* Returns: (transfer full): a cell's text; "-" for what is null, empty or not there */
static char *
format (JsonObject *row, const char *member)
{
  const char *slash = strchr (member, '/');
  JsonNode *node;

  if (slash != NULL) {
    g_autofree char *outer = g_strndup (member, (gsize) (slash - member));

    node = json_object_get_member (row, outer);
    return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? format (json_node_get_object (node), slash + 1)
             : g_strdup ("-");
  }
  node = json_object_get_member (row, member);
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("-");
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
    g_auto (GStrv) strings = NULL;

    for (guint i = 0; i < json_array_get_length (array); i++)
      g_strv_builder_add (parts, json_array_get_string_element (array, i));
    strings = g_strv_builder_end (parts);
    return strings[0] != NULL ? g_strjoinv (",", strings) : g_strdup ("-");
  }
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    const char *text = json_node_get_string (node);

    return g_strdup (*text != '\0' ? text : "-");
  }
  return hl_json_print (node);
}

static void
print_row (GPtrArray *cells, const gsize *widths)
{
  for (guint i = 0; i < cells->len; i++) {
    const char *text = cells->pdata[i];
    gsize width = (gsize) g_utf8_strlen (text, -1);

    g_print ("%s", text);
    if (i + 1 < cells->len)
      g_print ("%*s", (int) (widths[i] - width + 2), "");
  }
  g_print ("\n");
}

static void
print_table (JsonObject *result, const char *member, const Column *columns, guint n)
{
  JsonArray *array = json_object_get_array_member (result, member);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autofree gsize *widths = g_new0 (gsize, n);

  for (guint i = 0; i <= json_array_get_length (array); i++) {
    GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

    for (guint c = 0; c < n; c++) {
      char *text = i == 0 ? g_strdup (columns[c].title)
                          : format (json_array_get_object_element (array, i - 1),
                                    columns[c].member);

      widths[c] = MAX (widths[c], (gsize) g_utf8_strlen (text, -1));
      g_ptr_array_add (cells, text);
    }
    g_ptr_array_add (rows, cells);
  }
  for (guint i = 0; i < rows->len; i++)
    print_row (rows->pdata[i], widths);
}

void
hl_ctl_print_locations (JsonObject *result)
{
  static const Column columns[] = { { "ID", "id" },
                                    { "NAME", "name" },
                                    { "TIMEZONE", "timezone" },
                                    { "SEQ", "pos/seq" },
                                    { "EPOCH", "pos/epoch" } };

  print_table (result, "locations", columns, G_N_ELEMENTS (columns));
}

void
hl_ctl_print_tokens (JsonObject *result)
{
  static const Column columns[] = {
    { "ID", "id" },           { "ROLE", "role" },           { "NAME", "name" },
    { "DEVICE", "device" },   { "LOCATIONS", "locations" }, { "CREATED", "created" },
    { "EXPIRES", "expires" }, { "LAST USED", "last_used" }, { "REVOKED", "revoked" }
  };

  print_table (result, "tokens", columns, G_N_ELEMENTS (columns));
}

void
hl_ctl_print_hooks (JsonObject *result)
{
  static const Column columns[] = {
    { "ID", "id" },
    { "LOCATION", "location" },
    { "PROVIDER", "provider" },
    { "LAST EVENT", "last_event" },
    { "IGNORED", "ignored" },
    { "UNREADABLE", "unreadable" },
    { "REFUSED", "refused" },
    { "LAST REFUSAL", "last_refusal" },
    { "WHY", "refusal_reason" },
  };
  JsonArray *hooks = json_object_get_array_member (result, "hooks");

  print_table (result, "hooks", columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < json_array_get_length (hooks); i++) {
    JsonObject *hook = json_array_get_object_element (hooks, i);
    const char *url = get (hook, "refusal_url");

    if (*get (hook, "refusal_cause") == '\0')
      continue;
    g_print ("\n%s, last refusal: %s\n", get (hook, "id"), get (hook, "refusal_cause"));
    if (*url != '\0')
      g_print ("The URL that was taken for the signed one: %s\n", url);
  }
}

void
hl_ctl_print_unreadable (JsonObject *result)
{
  JsonArray *items = json_object_get_array_member (result, "unreadable");

  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    g_autofree char *body = hl_mask_escape (get (item, "body"), G_MAXINT);

    g_print ("%s %s: %s\n%s\n%s", get (item, "received"), get (item, "content_type"), get (item, "reason"),
             body, i + 1 < json_array_get_length (items) ? "\n" : "");
  }
}

static JsonObject *
describe_provider (const HlProvider *provider)
{
  JsonObject *object = json_object_new ();
  JsonArray *settings = json_array_new ();

  json_object_set_string_member (object, "name", provider->name);
  json_object_set_string_member (object, "title", provider->title);
  json_object_set_string_member (object, "signs", provider->verify == NULL ? "nothing"
                                                  : provider->signs_url     ? "url and body"
                                                                            : "body");
  for (const HlProviderSetting *each = provider->settings; each != NULL && each->name != NULL; each++) {
    JsonObject *setting = json_object_new ();

    json_object_set_string_member (setting, "name", each->name);
    json_object_set_string_member (setting, "initial", each->initial != NULL ? each->initial : "");
    json_object_set_string_member (setting, "help", each->help != NULL ? each->help : "");
    if (each->values != NULL) {
      JsonArray *values = json_array_new ();

      for (const char *const *value = each->values; *value != NULL; value++)
        json_array_add_string_element (values, *value);
      json_object_set_array_member (setting, "values", values);
    }
    json_array_add_object_element (settings, setting);
  }
  json_object_set_array_member (object, "settings", settings);
  json_object_set_string_member (object, "setup", provider->setup != NULL ? provider->setup : "");
  return object;
}

void
hl_ctl_print_providers (const char *name, gboolean json)
{
  static const Column columns[] = { { "NAME", "name" }, { "TITLE", "title" }, { "SIGNS", "signs" } };
  static const Column settings[] = {
    { "SETTING", "name" }, { "INITIAL", "initial" }, { "VALUES", "values" }, { "WHAT", "help" }
  };
  g_autoptr (JsonObject) result = json_object_new ();
  JsonArray *array = json_array_new ();

  for (const HlProvider *const *known = hl_provider_list (); *known != NULL; known++) {
    if (name == NULL || strcmp (name, (*known)->name) == 0)
      json_array_add_object_element (array, describe_provider (*known));
  }
  json_object_set_array_member (result, "providers", array);
  if (json) {
    hl_ctl_print_json (result);
    return;
  }
  print_table (result, "providers", columns, G_N_ELEMENTS (columns));
  if (name != NULL) {
    JsonObject *one = json_array_get_object_element (array, 0);

    if (json_array_get_length (json_object_get_array_member (one, "settings")) > 0) {
      g_print ("\n");
      print_table (one, "settings", settings, G_N_ELEMENTS (settings));
    }
    if (*get (one, "setup") != '\0')
      g_print ("\n%s\n", get (one, "setup"));
  }
}

void
hl_ctl_print_subscriber (JsonObject *result)
{
  g_print ("%s\n%s\n", get (result, "id"), get (result, "secret"));
}

void
hl_ctl_print_subscribers (JsonObject *result)
{
  static const Column columns[] = {
    { "ID", "id" },
    { "LOCATION", "location" },
    { "STATE", "state" },
    { "LAG", "lag" },
    { "LAST", "last_at" },
    { "STATUS", "last_status" },
    { "ERROR", "last_error" },
    { "NEXT", "next_at" },
    { "WHY", "disabled_reason" },
    { "URL", "url" },
  };

  print_table (result, "subscribers", columns, G_N_ELEMENTS (columns));
}

void
hl_ctl_print_devices (JsonObject *result)
{
  static const Column columns[] = {
    { "ID", "id" },       { "NAME", "name" },       { "ROLE", "role" },
    { "TOKEN", "token" }, { "CREATED", "created" }, { "LAST SEEN", "last_seen" },
    { "REMOVED", "removed" }
  };

  print_table (result, "devices", columns, G_N_ELEMENTS (columns));
}

void
hl_ctl_print_presence (JsonObject *result)
{
  static const Column columns[] = {
    { "DEVICE", "device" }, { "LABEL", "label" },   { "SESSION", "session" },
    { "ROLE", "role" },     { "APP", "app" },       { "ADDRESS", "address" },
    { "BEHIND", "behind" }, { "UNSENT", "unsent" }, { "RTT MS", "rtt_ms" },
  };

  if (json_object_has_member (result, "devices"))
    print_table (result, "devices", columns, G_N_ELEMENTS (columns));
}

/* "label=Stand 1 duration_ms=81234": what a row knows besides */
static char *
format_detail (JsonObject *detail, gboolean masked)
{
  g_autoptr (GList) names = json_object_get_members (detail);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *name = names; name != NULL; name = name->next) {
    g_autofree char *value = format (detail, name->data);
    g_autofree char *safe = masked ? hl_mask_phones_in_text (value) : g_strdup (value);

    g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", (char *) name->data,
                            JSON_NODE_HOLDS_VALUE (json_object_get_member (detail, name->data))
                                    && json_node_get_value_type (json_object_get_member (detail, name->data))
                                         == G_TYPE_STRING
                              ? safe
                              : value);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "12 times until 2026-11-27T19:40:00Z", of rows that are told as one */
static char *
format_times (JsonObject *row)
{
  gint64 times = json_object_get_int_member_with_default (row, "times", 1);
  const char *until = get (row, "until");

  if (until == NULL || *until == '\0' || times <= 1) /* by the hour, and once in it */
    return g_strdup ("");
  return g_strdup_printf ("%" G_GINT64_FORMAT " times until %s", times, until);
}

static void
print_connections (JsonObject *result, gboolean masked)
{
  JsonArray *array = json_object_get_array_member (result, "connections");

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *row = json_array_get_object_element (array, i);
    g_autofree char *code = format (row, "code");
    g_autofree char *device = format (row, "device");
    g_autofree char *session = format (row, "session");
    g_autofree char *detail = format_detail (json_object_get_object_member (row, "detail"), masked);
    g_autofree char *safe = masked ? hl_mask_phones_in_text (device) : g_strdup (device);
    g_autofree char *times = format_times (row);
    const char *parts[] = { get (row, "cause"), times, detail };
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
      g_string_append_printf (text, "%s%s", text->len > 0 && *parts[k] != '\0' ? "; " : "", parts[k]);
    g_print ("%s  %-8s %-5s %-12s %-24s %s\n", get (row, "at"), get (row, "what"), code, session, safe, text->str);
  }
}

void
hl_ctl_print_connections (JsonObject *result)
{
  print_connections (result, FALSE);
}

void
hl_ctl_print_connections_masked (JsonObject *result)
{
  print_connections (result, TRUE);
}

static void
print_count (JsonObject *one, const char *member, const char *word)
{
  gint64 n = json_object_get_int_member_with_default (one, member, 0);

  if (n > 0)
    g_print (" %" G_GINT64_FORMAT " %s,", n, word);
}

void
hl_ctl_print_erased (JsonObject *result)
{
  JsonArray *locations = json_object_get_array_member (result, "locations");
  JsonArray *copies = json_object_get_array_member (result, "copies");

  for (guint i = 0; i < json_array_get_length (locations); i++) {
    JsonObject *one = json_array_get_object_element (locations, i);
    JsonArray *left = json_object_get_array_member (one, "left");

    g_print ("%s:", json_object_get_string_member (one, "location"));
    print_count (one, "call_ids", "calls");
    print_count (one, "reservation_ids", "reservations");
    print_count (one, "party_ids", "parties");
    print_count (one, "order_ids", "orders");
    print_count (one, "notice_ids", "notices");
    print_count (one, "table_ids", "tables");
    g_print (" %" G_GINT64_FORMAT " events\n", json_object_get_int_member (one, "events"));
    for (guint k = 0; k < json_array_get_length (left); k++)
      g_print ("%s, seq %" G_GINT64_FORMAT
               ": mentions the number, but is about no person; it stays.\n",
               json_object_get_string_member (one, "location"), json_array_get_int_element (left, k));
  }
  if (json_array_get_length (locations) == 0)
    g_print ("This number is in no log.\n");
  if (!json_object_get_boolean_member (result, "clean"))
    g_print ("There was no room to write the database anew: traces may be left in it. Make room and "
             "erase once more.\n");
  for (guint i = 0; i < json_array_get_length (copies); i++)
    g_print ("%s is an older copy and still holds what it held; delete it when you can.\n",
             json_array_get_string_element (copies, i));
  g_print ("Backups that were made before hold the person still. “restore” erases again.\n");
}

/* Adds what one run did. A location's `held` is what the last run found. */
void
hl_ctl_add_purged (JsonNode **total, JsonObject *result)
{
  JsonArray *added = json_object_get_array_member (result, "locations");
  JsonObject *sum;
  JsonArray *locations;

  if (*total == NULL) {
    *total = json_node_init_object (json_node_alloc (), result);
    return;
  }
  sum = json_node_get_object (*total);
  locations = json_object_get_array_member (sum, "locations");
  for (guint i = 0; i < json_array_get_length (added); i++) {
    JsonObject *one = json_array_get_object_element (added, i);
    JsonObject *known = NULL;

    for (guint k = 0; known == NULL && k < json_array_get_length (locations); k++) {
      JsonObject *other = json_array_get_object_element (locations, k);

      if (g_str_equal (get (other, "location"), get (one, "location")))
        known = other;
    }
    if (known == NULL) {
      json_array_add_object_element (locations, json_object_ref (one));
      continue;
    }
    json_object_set_int_member (
      known, "events", json_object_get_int_member (known, "events") + json_object_get_int_member (one, "events"));
    json_object_set_int_member (known, "held", json_object_get_int_member (one, "held"));
  }
  json_object_set_int_member (sum, "keys",
                              json_object_get_int_member (sum, "keys") + json_object_get_int_member (result, "keys"));
  json_object_set_boolean_member (sum, "clean",
                                  json_object_get_boolean_member (sum, "clean")
                                    && json_object_get_boolean_member (result, "clean"));
  json_object_set_boolean_member (sum, "more", json_object_get_boolean_member (result, "more"));
}

void
hl_ctl_print_purged (JsonObject *result)
{
  JsonArray *locations = json_object_get_array_member (result, "locations");
  JsonArray *copies = json_object_get_array_member (result, "copies");

  for (guint i = 0; i < json_array_get_length (locations); i++) {
    JsonObject *one = json_array_get_object_element (locations, i);
    gint64 held = json_object_get_int_member (one, "held");

    g_print ("%s: taken out of %" G_GINT64_FORMAT " events\n", get (one, "location"),
             json_object_get_int_member (one, "events"));
    if (held > 0)
      g_print ("%s: %" G_GINT64_FORMAT " old events are about what is still on the screens; they stay until it leaves.\n",
               get (one, "location"), held);
  }
  if (json_array_get_length (locations) == 0)
    g_print ("Nothing is too old.\n");
  if (!json_object_get_boolean_member (result, "clean"))
    g_print ("There was no room to write the database anew: traces may be left in it. Make room and "
             "purge once more.\n");
  for (guint i = 0; i < json_array_get_length (copies); i++)
    g_print ("%s is an older copy and still holds what it held; delete it when you can.\n",
             json_array_get_string_element (copies, i));
}

void
hl_ctl_print_check (JsonObject *result)
{
  JsonArray *findings = json_object_get_array_member (result, "findings");
  JsonArray *reports = json_object_get_array_member (result, "reports");

  for (guint i = 0; i < json_array_get_length (reports); i++)
    g_print ("Earlier damage is reported in %s; move the file away when you have dealt with it.\n",
             json_array_get_string_element (reports, i));
  for (guint i = 0; i < json_array_get_length (findings); i++)
    g_print ("%s\n", json_array_get_string_element (findings, i));
  g_print ("%" G_GINT64_FORMAT " events of %" G_GINT64_FORMAT " locations: %s\n",
           json_object_get_int_member (result, "events"),
           json_object_get_int_member (result, "locations"),
           json_object_get_boolean_member (result, "ok") ? "all in order" : "damaged");
}
