/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fields of the schema are called, and how their values are said. */
#include "views/hl-words-field.h"

#include <glib/gi18n.h>

#include "domain/hl-time.h"
#include "views/hl-words.h"

typedef enum {
  AS_TEXT,
  AS_PHONE,
  AS_PEOPLE,
  AS_MINUTES,
  AS_TIME,
  AS_TABLES,
  AS_LANGUAGE,
  AS_YES_NO,
  AS_STATUS,
  AS_STAGE,
  AS_PHYSICAL,
  AS_OUTCOME,
} Manner;

/* Everything that two people can say differently (K0, K7). */
static const struct {
  const char *field;
  const char *name;
  Manner manner;
} fields[] = {
  { "name", NC_ ("field", "name"), AS_TEXT },
  { "phone", NC_ ("field", "phone number"), AS_PHONE },
  { "party_size", NC_ ("field", "number of people"), AS_PEOPLE },
  { "size", NC_ ("field", "number of people"), AS_PEOPLE },
  { "arrived", NC_ ("field", "how many are here"), AS_PEOPLE },
  { "starts_at", NC_ ("field", "time"), AS_TIME },
  { "duration_min", NC_ ("field", "how long they stay"), AS_MINUTES },
  { "table_ids", NC_ ("field", "table"), AS_TABLES },
  { "pinned", NC_ ("field", "table promised"), AS_YES_NO },
  { "allergies", NC_ ("field", "allergies"), AS_TEXT },
  { "language", NC_ ("field", "language"), AS_LANGUAGE },
  { "late_eta", NC_ ("field", "when they will be here"), AS_TIME },
  { "server", NC_ ("field", "server"), AS_TEXT },
  { "status", NC_ ("field", "what became of them"), AS_STATUS },
  { "stage", NC_ ("field", "how far they are"), AS_STAGE },
  { "physical", NC_ ("field", "clean or dirty"), AS_PHYSICAL },
  { "blocked", NC_ ("field", "closed"), AS_YES_NO },
  { "quote_min", NC_ ("field", "quoted wait"), AS_MINUTES },
  { "quote_max", NC_ ("field", "quoted wait"), AS_MINUTES },
  { "caller_name", NC_ ("field", "name"), AS_TEXT },
  { "outcome", NC_ ("field", "what became of the call"), AS_OUTCOME },
  { "cancel_reason", NC_ ("field", "why it was cancelled"), AS_TEXT },
};

char *
hl_words_field_name (const char *field)
{
  for (gsize i = 0; field != NULL && i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].field, field))
      return g_strdup (g_dpgettext2 (NULL, "field", fields[i].name));
  return g_strdelimit (g_strdup (field != NULL ? field : ""), "_", ' ');
}

char *
hl_words_party (const char *name, int size)
{
  g_autofree char *text = NULL;

  if (size <= 0)
    return hl_words_isolate (hl_words_name (name));
  text = g_strdup_printf ("%s %d", hl_words_name (name), size);
  return hl_words_isolate (text);
}

char *
hl_words_tables (HlDesk *desk, const char *const *table_ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; table_ids != NULL && table_ids[i] != NULL; i++) {
    HlTableToken *token = hl_desk_find_table (desk, table_ids[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? " + " : "",
                            token != NULL ? hl_table_token_get_label (token) : table_ids[i]);
  }
  return text->len > 0 ? hl_words_isolate (text->str) : g_strdup ("");
}

char *
hl_words_when (HlDesk *desk, gint64 at)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  HlLocation *location = hl_state_get_location (hl_desk_get_screen (desk));
  int starts = 240;
  g_autofree char *time = hl_words_time (at, zone);
  g_autofree char *today = NULL;
  g_autofree char *day = NULL;
  g_autofree char *date = NULL;

  (void) hl_time_parse_clock (hl_location_get_day_starts (location), &starts);
  today = hl_time_business_date (hl_desk_get_now (desk), zone, starts);
  day = hl_time_business_date (at, zone, starts);
  if (g_str_equal (today, day))
    return g_steal_pointer (&time);
  date = hl_words_date (at, zone);
  /* Translators: date, time: "Fri 11 Dec, 20:15" */
  return g_strdup_printf (C_ ("date", "%1$s, %2$s"), date, time);
}

static char *
say_status (const char *nick)
{
  int value = 0;

  if (hl_enum_parse (HL_TYPE_PARTY_STATUS, nick, &value))
    return g_strdup (hl_words_party_status (value));
  if (hl_enum_parse (HL_TYPE_RESERVATION_STATUS, nick, &value))
    return g_strdup (hl_words_reservation_status (value));
  return g_strdup (nick);
}

static char *
say_text (HlDesk *desk, Manner manner, const char *text)
{
  gint64 at = 0;
  int value = 0;
  g_autofree char *masked = NULL;

  switch (manner) {
  case AS_PHONE:
    masked = hl_words_phone (text, TRUE);
    return hl_words_isolate (masked);
  case AS_TIME:
    return hl_time_parse (text, &at) ? hl_words_when (desk, at) : hl_words_isolate (text);
  case AS_LANGUAGE:
    return hl_words_language (text);
  case AS_STATUS:
    return say_status (text);
  case AS_STAGE:
    if (hl_enum_parse (HL_TYPE_PARTY_STAGE, text, &value))
      return g_strdup (hl_words_party_stage (value));
    break;
  case AS_PHYSICAL:
    if (hl_enum_parse (HL_TYPE_PHYSICAL, text, &value))
      return g_strdup (value == HL_PHYSICAL_DIRTY ? C_ ("field", "dirty") : C_ ("field", "clean"));
    break;
  case AS_OUTCOME:
    if (hl_enum_parse (HL_TYPE_CALL_OUTCOME, text, &value))
      return g_strdup (hl_words_call_outcome (value));
    break;
  case AS_TEXT:
  case AS_PEOPLE:
  case AS_MINUTES:
  case AS_TABLES:
  case AS_YES_NO:
  default:
    break;
  }
  return hl_words_isolate (text);
}

static char *
say_list (HlDesk *desk, Manner manner, JsonArray *array)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
      g_ptr_array_add (texts, (char *) json_node_get_string (element));
  }
  g_ptr_array_add (texts, NULL);
  if (manner == AS_TABLES)
    return hl_words_tables (desk, (const char *const *) texts->pdata);
  return g_strjoinv (", ", (char **) texts->pdata);
}

static char *
say (HlDesk *desk, Manner manner, JsonNode *value)
{
  if (value == NULL || JSON_NODE_HOLDS_NULL (value) || JSON_NODE_HOLDS_OBJECT (value))
    return g_strdup ("");
  if (JSON_NODE_HOLDS_ARRAY (value))
    return say_list (desk, manner, json_node_get_array (value));
  if (json_node_get_value_type (value) == G_TYPE_STRING)
    return json_node_get_string (value)[0] != '\0'
               ? say_text (desk, manner, json_node_get_string (value))
               : g_strdup ("");
  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (value) ? C_ ("field", "yes") : C_ ("field", "no"));
  if (manner == AS_PEOPLE)
    return hl_words_people ((int) json_node_get_int (value));
  if (manner == AS_MINUTES)
    return hl_words_minutes ((int) json_node_get_int (value));
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (value));
}

char *
hl_words_field_value (HlDesk *desk, const char *field, JsonNode *value)
{
  Manner manner = AS_TEXT;
  char *text;

  for (gsize i = 0; field != NULL && i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].field, field))
      manner = fields[i].manner;
  text = say (desk, manner, value);
  if (text[0] != '\0')
    return text;
  g_free (text);
  return g_strdup (C_ ("field", "nothing"));
}
