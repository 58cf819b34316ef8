/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict decoding and checking, in one walk: with somewhere to put values it decodes, without it
 * checks. */
#include <math.h>
#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-enums.h"
#include "domain/hl-time.h"
#include "domain/hl-turn-time.h"

#define MAX_EXACT G_GINT64_CONSTANT (9007199254740992) /* 2^53 */

/* Where we are, as a chain on the stack: a pointer is only written out when something is wrong. */
typedef struct _Path Path;
struct _Path {
  const Path *up;
  const char *token; /* of the root: the base, as it is */
  guint       index; /* used where token is NULL */
};

typedef struct {
  GPtrArray *ignored;
  GError   **error;
} Walk;

static gboolean read_object (const HlShape *shape, JsonObject *object, const Path *path,
                             HlCodecReadFlags flags, Walk *walk, GArray *values);
static gboolean decode (const HlField *field, JsonNode *node, const Path *path, Walk *walk,
                        GValue *value);

static char *
path_to_pointer (const Path *path)
{
  if (path->up == NULL)
    return g_strdup (path->token);
  g_autofree char *base = path_to_pointer (path->up);
  if (path->token != NULL)
    return hl_codec_pointer (base, path->token);
  return g_strdup_printf ("%s/%u", base, path->index);
}

static gboolean fail (Walk *walk, const Path *path, HlCodecError code, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

static gboolean
fail (Walk *walk, const Path *path, HlCodecError code, const char *format, ...)
{
  if (walk->error == NULL)
    return FALSE;

  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_autofree char *pointer = path_to_pointer (path);
  hl_codec_error_set (walk->error, code, pointer, NULL, "%s", text);
  return FALSE;
}

static const char *
node_kind (JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    return "an object";
  case JSON_NODE_ARRAY:
    return "an array";
  case JSON_NODE_NULL:
    return "null";
  case JSON_NODE_VALUE:
    break;
  }
  switch (json_node_get_value_type (node)) {
  case G_TYPE_BOOLEAN:
    return "a boolean";
  case G_TYPE_STRING:
    return "a string";
  default:
    return "a number";
  }
}

static gboolean
wrong_type (Walk *walk, const Path *path, JsonNode *node, const char *wanted)
{
  return fail (walk, path, HL_CODEC_ERROR_TYPE, "%s is given, %s is expected", node_kind (node),
               wanted);
}

/* An integer, also when written as 4.0: JSON knows one kind of number. */
static gboolean
read_integer (JsonNode *node, const Path *path, Walk *walk, gint64 minimum, gint64 maximum,
              gint64 *out)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  gint64 number;

  if (type == G_TYPE_INT64) {
    number = json_node_get_int (node);
  } else if (type == G_TYPE_DOUBLE) {
    double real = json_node_get_double (node);
    if (!isfinite (real) || floor (real) != real)
      return fail (walk, path, HL_CODEC_ERROR_TYPE, "%g is given, an integer is expected", real);
    if (fabs (real) > (double) MAX_EXACT)
      return fail (walk, path, HL_CODEC_ERROR_RANGE,
                   "%g is not within %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, real, minimum,
                   maximum);
    number = (gint64) real;
  } else {
    return wrong_type (walk, path, node, "an integer");
  }
  if (number < minimum || number > maximum)
    return fail (walk, path, HL_CODEC_ERROR_RANGE,
                 "%" G_GINT64_FORMAT " is not within %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                 number, minimum, maximum);
  *out = number;
  return TRUE;
}

static gboolean
read_double (const HlField *field, JsonNode *node, const Path *path, Walk *walk, double *out)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64)
    *out = (double) json_node_get_int (node);
  else if (type == G_TYPE_DOUBLE)
    *out = json_node_get_double (node);
  else
    return wrong_type (walk, path, node, "a number");
  if (!(*out >= field->low && *out <= field->high))
    return fail (walk, path, HL_CODEC_ERROR_RANGE, "%g is not within %g to %g", *out, field->low,
                 field->high);
  return TRUE;
}

/* The text itself never stands in a message: it may be a phone number or what a guest said. */
static gboolean
read_string (HlFormat format, guint max_length, JsonNode *node, const Path *path, Walk *walk,
             const char **out)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return wrong_type (walk, path, node, "a string");
  const char *text = json_node_get_string (node);
  if (text == NULL)
    text = "";
  if (!g_utf8_validate (text, -1, NULL))
    return fail (walk, path, HL_CODEC_ERROR_ENCODING, "the string is not valid UTF-8");
  if (max_length > 0) {
    glong length = g_utf8_strlen (text, -1);
    if (length > (glong) max_length)
      return fail (walk, path, HL_CODEC_ERROR_LENGTH,
                   "the string has %ld characters, at most %u are allowed", length, max_length);
  }
  if (format != HL_FORMAT_TEXT && !hl_format_matches (format, text))
    return fail (walk, path, HL_CODEC_ERROR_FORMAT, "%s is expected", hl_format_describe (format));
  *out = text;
  return TRUE;
}

static char *
list_nicks (GType type)
{
  GEnumClass *klass = g_type_class_ref (type);
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", klass->values[i].value_nick);
  g_type_class_unref (klass);
  return g_string_free (list, FALSE);
}

static gboolean
read_enum (const HlField *field, JsonNode *node, const Path *path, Walk *walk, int *out)
{
  const char *nick;

  if (!read_string (HL_FORMAT_TEXT, 0, node, path, walk, &nick))
    return FALSE;
  if (!hl_enum_parse (field->value_type, nick, out)) {
    g_autofree char *nicks = list_nicks (field->value_type);
    g_autofree char *head = g_utf8_substring (nick, 0, MIN (g_utf8_strlen (nick, -1), 32));
    g_autofree char *shown = g_strescape (head, NULL);
    return fail (walk, path, HL_CODEC_ERROR_ENUM, "\"%s\" is none of %s", shown, nicks);
  }
  return TRUE;
}

static gboolean
read_time (JsonNode *node, const Path *path, Walk *walk, gint64 *out)
{
  const char *text;

  if (!read_string (HL_FORMAT_TEXT, 0, node, path, walk, &text))
    return FALSE;
  if (!hl_time_parse (text, out))
    return fail (walk, path, HL_CODEC_ERROR_FORMAT,
                 "an RFC 3339 time is expected, years 2000 to 2100 (2026-11-27T19:02:11.345Z)");
  return TRUE;
}

static gboolean
read_array (const HlField *field, JsonNode *node, const Path *path, Walk *walk, JsonArray **out)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_type (walk, path, node, "an array");
  *out = json_node_get_array (node);
  guint length = json_array_get_length (*out);
  if (length > field->max_items)
    return fail (walk, path, HL_CODEC_ERROR_LENGTH,
                 "the array has %u items, at most %u are allowed", length, field->max_items);
  if (length < field->min_items)
    return fail (walk, path, HL_CODEC_ERROR_LENGTH,
                 "the array has %u items, at least %u are needed", length, field->min_items);
  return TRUE;
}

static gboolean
read_strings (const HlField *field, JsonNode *node, const Path *path, Walk *walk, GValue *value)
{
  JsonArray *array;

  if (!read_array (field, node, path, walk, &array))
    return FALSE;
  guint length = json_array_get_length (array);
  g_auto (GStrv) strings = value != NULL && length > 0 ? g_new0 (char *, length + 1) : NULL;
  for (guint i = 0; i < length; i++) {
    Path item = { .up = path, .index = i };
    const char *text;
    if (!read_string (field->format, field->max_length, json_array_get_element (array, i), &item,
                      walk, &text))
      return FALSE;
    if (strings != NULL)
      strings[i] = g_strdup (text);
  }
  if (value != NULL)
    g_value_take_boxed (value, g_steal_pointer (&strings));
  return TRUE;
}

static void
take_values (HlRecord *record, GArray *values)
{
  for (guint i = 0; i < values->len; i++) {
    HlCodecValue *entry = &g_array_index (values, HlCodecValue, i);
    hl_record_take_value (record, entry->field->id, &entry->value);
  }
}

/* A nested record is written whole: what it requires must be there. */
static gboolean
read_record (const HlField *field, JsonNode *node, const Path *path, Walk *walk, HlRecord **out)
{
  const HlShape *shape = hl_record_type_get_shape (field->value_type);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return wrong_type (walk, path, node, "an object");
  g_autoptr (GArray) values = out != NULL ? hl_codec_values_new () : NULL;
  if (!read_object (shape, json_node_get_object (node), path, HL_CODEC_READ_REQUIRED, walk, values))
    return FALSE;
  if (out != NULL) {
    *out = g_object_new (field->value_type, NULL);
    take_values (*out, values);
  }
  return TRUE;
}

static gboolean
read_records (const HlField *field, JsonNode *node, const Path *path, Walk *walk, GValue *value)
{
  JsonArray *array;

  if (!read_array (field, node, path, walk, &array))
    return FALSE;
  guint length = json_array_get_length (array);
  g_autoptr (GPtrArray) records =
    value != NULL ? g_ptr_array_new_full (length, g_object_unref) : NULL;
  for (guint i = 0; i < length; i++) {
    Path item = { .up = path, .index = i };
    HlRecord *record = NULL;
    if (!read_record (field, json_array_get_element (array, i), &item, walk,
                      records != NULL ? &record : NULL))
      return FALSE;
    if (records != NULL)
      g_ptr_array_add (records, record);
  }
  if (value != NULL)
    g_value_take_boxed (value, g_steal_pointer (&records));
  return TRUE;
}

static gboolean
read_weekdays (const HlField *field, JsonNode *node, const Path *path, Walk *walk, GValue *value)
{
  JsonArray *array;
  int days = 0;

  if (!read_array (field, node, path, walk, &array))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    Path item = { .up = path, .index = i };
    gint64 day;
    if (!read_integer (json_array_get_element (array, i), &item, walk, 1, 7, &day))
      return FALSE;
    if (days & (1 << (day - 1)))
      return fail (walk, &item, HL_CODEC_ERROR_DUPLICATE, "day %d is given twice", (int) day);
    days |= 1 << (day - 1);
  }
  if (value != NULL)
    g_value_set_int (value, days);
  return TRUE;
}

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  return hl_turn_time_get_size (*(HlTurnTime *const *) a)
         - hl_turn_time_get_size (*(HlTurnTime *const *) b);
}

static gboolean
read_size_map (const HlField *field, JsonNode *node, const Path *path, Walk *walk, GValue *value)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return wrong_type (walk, path, node, "an object");
  JsonObject *object = json_node_get_object (node);
  guint length = json_object_get_size (object);
  if (length < field->min_items || length > field->max_items)
    return fail (walk, path, HL_CODEC_ERROR_LENGTH, "%u sizes are given, %u to %u are allowed",
                 length, field->min_items, field->max_items);

  g_autoptr (GPtrArray) records = g_ptr_array_new_full (length, g_object_unref);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    Path item = { .up = path, .token = name };
    gint64 minutes;
    guint64 size;
    if (*name == '0' || *name == '+' || strlen (name) > 2
        || !g_ascii_string_to_unsigned (name, 10, 1, 99, &size, NULL))
      return fail (walk, &item, HL_CODEC_ERROR_FORMAT, "a party size from 1 to 99 is expected");
    if (!read_integer (member, &item, walk, 1, 600, &minutes))
      return FALSE;
    HlRecord *turn = HL_RECORD (hl_turn_time_new ());
    hl_record_set_int (turn, HL_TURN_TIME_FIELD_SIZE, (int) size);
    hl_record_set_int (turn, HL_TURN_TIME_FIELD_MINUTES, (int) minutes);
    g_ptr_array_add (records, turn);
  }
  g_ptr_array_sort (records, compare_sizes);
  if (value != NULL)
    g_value_take_boxed (value, g_steal_pointer (&records));
  return TRUE;
}

static gboolean
decode_null (const HlField *field, const Path *path, Walk *walk, GValue *value)
{
  if (!field->nullable)
    return fail (walk, path, HL_CODEC_ERROR_NULL, "null is not allowed here");
  if (value == NULL)
    return TRUE;
  /* a nullable field's default is null; one without a record (an event's own member) is not decoded
   */
  g_param_value_set_default (field->pspec, value);
  return TRUE;
}

static gboolean
decode (const HlField *field, JsonNode *node, const Path *path, Walk *walk, GValue *value)
{
  gint64 integer = 0;
  double real = 0;
  const char *text = NULL;
  int number = 0;
  HlRecord *record = NULL;

  if (JSON_NODE_HOLDS_NULL (node) && field->kind != HL_FIELD_KIND_ANY)
    return decode_null (field, path, walk, value);

  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
      return wrong_type (walk, path, node, "true or false");
    if (value != NULL)
      g_value_set_boolean (value, json_node_get_boolean (node));
    return TRUE;
  case HL_FIELD_KIND_INT:
    if (!read_integer (node, path, walk, field->minimum, field->maximum, &integer))
      return FALSE;
    if (value != NULL)
      g_value_set_int (value, (int) integer);
    return TRUE;
  case HL_FIELD_KIND_INT64:
    if (!read_integer (node, path, walk, field->minimum, field->maximum, &integer))
      return FALSE;
    if (value != NULL)
      g_value_set_int64 (value, integer);
    return TRUE;
  case HL_FIELD_KIND_DOUBLE:
    if (!read_double (field, node, path, walk, &real))
      return FALSE;
    if (value != NULL)
      g_value_set_double (value, real);
    return TRUE;
  case HL_FIELD_KIND_ENUM:
    if (!read_enum (field, node, path, walk, &number))
      return FALSE;
    if (value != NULL)
      g_value_set_enum (value, number);
    return TRUE;
  case HL_FIELD_KIND_STRING:
    if (!read_string (field->format, field->max_length, node, path, walk, &text))
      return FALSE;
    if (value != NULL)
      g_value_set_string (value, text);
    return TRUE;
  case HL_FIELD_KIND_TIME:
    if (!read_time (node, path, walk, &integer))
      return FALSE;
    if (value != NULL)
      g_value_set_int64 (value, integer);
    return TRUE;
  case HL_FIELD_KIND_STRINGS:
    return read_strings (field, node, path, walk, value);
  case HL_FIELD_KIND_RECORD:
    if (!read_record (field, node, path, walk, value != NULL ? &record : NULL))
      return FALSE;
    if (value != NULL)
      g_value_take_object (value, record);
    return TRUE;
  case HL_FIELD_KIND_RECORDS:
    return read_records (field, node, path, walk, value);
  case HL_FIELD_KIND_WEEKDAYS:
    return read_weekdays (field, node, path, walk, value);
  case HL_FIELD_KIND_SIZE_MAP:
    return read_size_map (field, node, path, walk, value);
  case HL_FIELD_KIND_ANY:
    if (value != NULL)
      g_value_take_boxed (value, JSON_NODE_HOLDS_NULL (node) ? NULL : json_node_copy (node));
    return TRUE;
  case HL_FIELD_KIND_DERIVED:
    break;
  }
  return fail (walk, path, HL_CODEC_ERROR_UNKNOWN, "there is no such member");
}

static gboolean
read_object (const HlShape *shape, JsonObject *object, const Path *path, HlCodecReadFlags flags,
             Walk *walk, GArray *values)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    Path here = { .up = path, .token = name };
    const HlField *field = hl_shape_lookup (shape, name);
    if (field == NULL || field->kind == HL_FIELD_KIND_DERIVED) {
      if (walk->ignored != NULL)
        g_ptr_array_add (walk->ignored, path_to_pointer (&here));
      continue;
    }
    if (values != NULL && field->id != 0) {
      HlCodecValue entry = { .field = field, .value = G_VALUE_INIT };
      g_value_init (&entry.value, field->pspec->value_type);
      if (!decode (field, member, &here, walk, &entry.value)) {
        g_value_unset (&entry.value);
        return FALSE;
      }
      g_array_append_val (values, entry);
    } else if (!decode (field, member, &here, walk, NULL)) {
      return FALSE;
    }
    if (JSON_NODE_HOLDS_NULL (member) && field->required && (flags & HL_CODEC_READ_REQUIRED))
      return fail (walk, &here, HL_CODEC_ERROR_NULL, "null is not allowed here");
  }

  if (flags & HL_CODEC_READ_REQUIRED) {
    for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
      const HlField *field = hl_shape_get_field (shape, i);
      if (field->required && !json_object_has_member (object, field->name)) {
        Path here = { .up = path, .token = field->name };
        return fail (walk, &here, HL_CODEC_ERROR_MISSING, "is required");
      }
    }
  }
  HlShapeCheck check = hl_shape_get_check (shape);
  if (check != NULL) {
    g_autofree char *base = path_to_pointer (path);
    return check (object, base, walk->error);
  }
  return TRUE;
}

static void
clear_value (gpointer data)
{
  HlCodecValue *entry = data;
  if (G_IS_VALUE (&entry->value))
    g_value_unset (&entry->value);
}

GArray *
hl_codec_values_new (void)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (HlCodecValue));
  g_array_set_clear_func (values, clear_value);
  return values;
}

gboolean
hl_codec_read (const HlShape *shape, JsonObject *object, const char *base, HlCodecReadFlags flags,
               GPtrArray *ignored, GArray *values, GError **error)
{
  Path path = { .token = base };
  Walk walk = { .ignored = ignored, .error = error };

  return read_object (shape, object, &path, flags, &walk, values);
}

gboolean
hl_codec_check (const HlShape *shape, JsonObject *object, const char *base, GPtrArray *ignored,
                GError **error)
{
  return hl_codec_read (shape, object, base, HL_CODEC_READ_REQUIRED, ignored, NULL, error);
}

gboolean
hl_codec_load (HlRecord *record, JsonObject *object, const char *base, GError **error)
{
  g_autoptr (GArray) values = hl_codec_values_new ();

  if (!hl_codec_read (hl_record_get_shape (record), object, base, 0, NULL, values, error))
    return FALSE;
  g_object_freeze_notify (G_OBJECT (record));
  take_values (record, values);
  g_object_thaw_notify (G_OBJECT (record));
  return TRUE;
}

gboolean
hl_codec_decode (const HlField *field, JsonNode *node, const char *base, GValue *value,
                 GError **error)
{
  Path path = { .token = base };
  Walk walk = { .error = error };
  GValue decoded = G_VALUE_INIT;

  g_value_init (&decoded, field->pspec->value_type);
  if (!decode (field, node, &path, &walk, &decoded)) {
    g_value_unset (&decoded);
    return FALSE;
  }
  *value = decoded;
  return TRUE;
}

gboolean
hl_codec_set (HlRecord *record, const char *json_name, JsonNode *node, GError **error)
{
  const HlField *field = hl_shape_lookup (hl_record_get_shape (record), json_name);
  g_autofree char *pointer = hl_codec_pointer ("", json_name);
  GValue value = G_VALUE_INIT;

  if (field == NULL) {
    hl_codec_error_set (error, HL_CODEC_ERROR_UNKNOWN, pointer, NULL, "there is no such member");
    return FALSE;
  }
  if (!hl_codec_decode (field, node, pointer, &value, error))
    return FALSE;
  hl_record_take_value (record, field->id, &value);
  return TRUE;
}
