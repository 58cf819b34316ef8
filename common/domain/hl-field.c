/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field constructors, their defaults, and the formats of strings. */
#include "domain/hl-field.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "domain/hl-time.h"
#include "domain/hl-turn-time.h"

#define ID_MAX 64
#define PHONE_MAX 16
#define LANGUAGE_MAX 35

/* What GParamSpec has no word for. */
typedef struct {
  HlFieldKind kind;
  HlFormat    format;
  guint       max_length;
  guint       min_items;
  guint       max_items;
  gint64      minimum; /* the real one: the GParamSpec's includes null's number */
  double      low;
  GType       value_type;
  const char *preset; /* of a size map */
} Extra;

static GQuark
extra_quark (void)
{
  return g_quark_from_static_string ("hl-field");
}

static GParamFlags
flags_of (HlFieldFlags flags)
{
  return (GParamFlags) (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY
                        | HL_FIELD_WIRE | flags);
}

static GParamSpec *
attach (GParamSpec *pspec, const Extra *extra)
{
  g_param_spec_set_qdata_full (pspec, extra_quark (), g_memdup2 (extra, sizeof *extra), g_free);
  return pspec;
}

GParamSpec *
hl_field_bool (const char *name, gboolean preset, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_BOOL };
  return attach (g_param_spec_boolean (name, NULL, NULL, preset, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_int (const char *name, int minimum, int maximum, int preset, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_INT, .minimum = minimum };
  if (flags & HL_FIELD_NULLABLE) {
    g_assert (minimum >= 0);
    minimum = preset = HL_INT_NONE;
  }
  return attach (g_param_spec_int (name, NULL, NULL, minimum, maximum, preset, flags_of (flags)),
                 &extra);
}

GParamSpec *
hl_field_int64 (const char *name, gint64 minimum, gint64 maximum, gint64 preset, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_INT64, .minimum = minimum };
  if (flags & HL_FIELD_NULLABLE) {
    g_assert (minimum >= 0);
    minimum = preset = HL_INT_NONE;
  }
  return attach (g_param_spec_int64 (name, NULL, NULL, minimum, maximum, preset, flags_of (flags)),
                 &extra);
}

GParamSpec *
hl_field_double (const char *name, double minimum, double maximum, double preset,
                 HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_DOUBLE, .low = minimum };
  if (flags & HL_FIELD_NULLABLE) {
    g_assert (minimum >= 0);
    minimum = preset = HL_DOUBLE_NONE;
  }
  return attach (g_param_spec_double (name, NULL, NULL, minimum, maximum, preset, flags_of (flags)),
                 &extra);
}

GParamSpec *
hl_field_enum (const char *name, GType type, int preset, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_ENUM, .value_type = type };
  g_assert ((flags & HL_FIELD_NULLABLE) == 0);
  return attach (g_param_spec_enum (name, NULL, NULL, type, preset, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_time (const char *name, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_TIME, .minimum = HL_TIME_MIN };
  return attach (g_param_spec_int64 (name, NULL, NULL, HL_TIME_NONE, HL_TIME_MAX, HL_TIME_NONE,
                                     flags_of (flags)),
                 &extra);
}

GParamSpec *
hl_field_formatted (const char *name, HlFormat format, guint max_length, const char *preset,
                    HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_STRING, .format = format, .max_length = max_length };
  if (flags & HL_FIELD_NULLABLE)
    preset = NULL;
  else if (preset == NULL)
    preset = "";
  return attach (g_param_spec_string (name, NULL, NULL, preset, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_string (const char *name, guint max_length, HlFieldFlags flags)
{
  return hl_field_formatted (name, HL_FORMAT_TEXT, max_length, NULL, flags);
}

GParamSpec *
hl_field_id (const char *name, HlFieldFlags flags)
{
  return hl_field_formatted (name, HL_FORMAT_ID, ID_MAX, NULL, flags);
}

GParamSpec *
hl_field_phone (const char *name, HlFieldFlags flags)
{
  return hl_field_formatted (name, HL_FORMAT_PHONE, PHONE_MAX, NULL, flags);
}

GParamSpec *
hl_field_language (const char *name, const char *preset, HlFieldFlags flags)
{
  return hl_field_formatted (name, HL_FORMAT_LANGUAGE, LANGUAGE_MAX, preset, flags);
}

GParamSpec *
hl_field_strings (const char *name, HlFormat format, guint max_length, guint max_items,
                  HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_STRINGS,
                  .format = format,
                  .max_length = max_length,
                  .max_items = max_items };
  return attach (g_param_spec_boxed (name, NULL, NULL, G_TYPE_STRV, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_ids (const char *name, guint max_items, HlFieldFlags flags)
{
  return hl_field_strings (name, HL_FORMAT_ID, ID_MAX, max_items, flags);
}

GParamSpec *
hl_field_record (const char *name, GType type, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_RECORD, .value_type = type };
  return attach (g_param_spec_object (name, NULL, NULL, type, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_records (const char *name, GType type, guint min_items, guint max_items,
                  HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_RECORDS,
                  .value_type = type,
                  .min_items = min_items,
                  .max_items = max_items };
  return attach (g_param_spec_boxed (name, NULL, NULL, G_TYPE_PTR_ARRAY, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_weekdays (const char *name, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_WEEKDAYS, .min_items = 1, .max_items = 7 };
  return attach (g_param_spec_int (name, NULL, NULL, 0, 127, 127, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_size_map (const char *name, const char *preset, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_SIZE_MAP,
                  .value_type = HL_TYPE_TURN_TIME,
                  .min_items = 1,
                  .max_items = 20,
                  .preset = preset };
  return attach (g_param_spec_boxed (name, NULL, NULL, G_TYPE_PTR_ARRAY, flags_of (flags)), &extra);
}

GParamSpec *
hl_field_any (const char *name, HlFieldFlags flags)
{
  Extra extra = { .kind = HL_FIELD_KIND_ANY };
  return attach (g_param_spec_boxed (name, NULL, NULL, JSON_TYPE_NODE, flags_of (flags)), &extra);
}

void
hl_field_read (HlField *field, GParamSpec *pspec, guint id)
{
  const Extra *extra = g_param_spec_get_qdata (pspec, extra_quark ());

  memset (field, 0, sizeof *field);
  field->name = hl_field_json_name (pspec->name);
  field->pspec = pspec;
  field->id = id;
  field->kind = HL_FIELD_KIND_DERIVED;
  if (extra == NULL || (pspec->flags & HL_FIELD_WIRE) == 0)
    return;
  field->kind = extra->kind;
  field->required = (pspec->flags & HL_FIELD_REQUIRED) != 0;
  field->nullable = (pspec->flags & HL_FIELD_NULLABLE) != 0;
  field->format = extra->format;
  field->max_length = extra->max_length;
  field->min_items = extra->min_items;
  field->max_items = extra->max_items != 0 ? extra->max_items : HL_FIELD_MAX_ITEMS;
  field->minimum = extra->minimum;
  field->low = extra->low;
  field->value_type = extra->value_type;
  if (G_IS_PARAM_SPEC_INT (pspec))
    field->maximum = G_PARAM_SPEC_INT (pspec)->maximum;
  else if (G_IS_PARAM_SPEC_INT64 (pspec))
    field->maximum = G_PARAM_SPEC_INT64 (pspec)->maximum;
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    field->high = G_PARAM_SPEC_DOUBLE (pspec)->maximum;
}

static GPtrArray *
parse_size_map (const char *preset)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) entries = g_strsplit (preset, " ", -1);

  for (guint i = 0; entries[i] != NULL; i++) {
    HlRecord *turn = HL_RECORD (hl_turn_time_new ());
    char *end;
    guint64 size = g_ascii_strtoull (entries[i], &end, 10);
    guint64 minutes = g_ascii_strtoull (end + 1, NULL, 10);
    hl_record_set_int (turn, HL_TURN_TIME_FIELD_SIZE, (int) size);
    hl_record_set_int (turn, HL_TURN_TIME_FIELD_MINUTES, (int) minutes);
    g_ptr_array_add (array, turn);
  }
  return array;
}

void
hl_field_init_default (GParamSpec *pspec, GValue *value)
{
  const Extra *extra = g_param_spec_get_qdata (pspec, extra_quark ());

  g_value_init (value, pspec->value_type);
  if (extra != NULL && extra->preset != NULL)
    g_value_take_boxed (value, parse_size_map (extra->preset));
  else
    g_param_value_set_default (pspec, value);
}

const char *
hl_field_json_name (const char *property_name)
{
  g_autofree char *name = g_strdelimit (g_strdup (property_name), "-", '_');
  return g_intern_string (name);
}

static gboolean
all_of (const char *text, gsize minimum, gsize maximum, const char *others)
{
  gsize length = 0;
  for (; text[length] != '\0'; length++) {
    if (length >= maximum)
      return FALSE;
    if (!g_ascii_isalnum (text[length]) && strchr (others, text[length]) == NULL)
      return FALSE;
  }
  return length >= minimum;
}

static gboolean
is_phone (const char *text)
{
  gsize digits = 0;
  if (text[0] != '+' || text[1] < '1' || text[1] > '9')
    return FALSE;
  for (digits = 1; g_ascii_isdigit (text[digits]); digits++) {
    if (digits > 15)
      return FALSE;
  }
  return text[digits] == '\0' && digits - 1 >= 2;
}

/* The shape of a tag (RFC 5646 section 2.1), not whether its subtags are registered. */
static gboolean
is_language (const char *text)
{
  gsize subtag = 0;
  gboolean first = TRUE;

  for (gsize i = 0;; i++) {
    char c = text[i];
    if (i > LANGUAGE_MAX)
      return FALSE;
    if (c == '-' || c == '\0') {
      if (subtag == 0 || subtag > 8)
        return FALSE;
      if (first && subtag == 1 && strchr ("xXiI", text[0]) == NULL)
        return FALSE;
      if (first && subtag == 1 && c == '\0')
        return FALSE;
      if (c == '\0')
        return TRUE;
      first = FALSE;
      subtag = 0;
    } else if (first ? g_ascii_isalpha (c) : g_ascii_isalnum (c)) {
      subtag++;
    } else {
      return FALSE;
    }
  }
}

static gboolean
is_url (const char *text)
{
  if (*text == '\0')
    return TRUE;
  if (!g_str_has_prefix (text, "https://"))
    return FALSE;
  text += strlen ("https://");
  if (!g_ascii_isalnum (*text) && *text != '[')
    return FALSE;
  for (; *text != '\0'; text++) {
    if (!g_ascii_isgraph (*text) || strchr ("\"<>\\^`{|}", *text) != NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_zone (const char *text)
{
  if (!g_ascii_isalpha (*text) || strstr (text, "//") != NULL)
    return FALSE;
  gsize length = strlen (text);
  return text[length - 1] != '/' && all_of (text, 1, 64, "/_+-");
}

static gboolean
is_rule (const char *text)
{
  if (text[0] != 'K' || !g_ascii_isdigit (text[1]))
    return FALSE;
  return text[2] == '\0' || (g_ascii_isdigit (text[2]) && text[3] == '\0');
}

static gboolean
is_location (const char *text)
{
  gsize length = 0;
  if (*text == '-')
    return FALSE;
  for (; text[length] != '\0'; length++) {
    char c = text[length];
    if (length >= 63 || !(g_ascii_islower (c) || g_ascii_isdigit (c) || c == '-'))
      return FALSE;
  }
  return length >= 1;
}

gboolean
hl_format_matches (HlFormat format, const char *text)
{
  if (text == NULL)
    return FALSE;
  switch (format) {
  case HL_FORMAT_TEXT:
    return TRUE;
  case HL_FORMAT_ID:
    return all_of (text, 1, ID_MAX, "._:-");
  case HL_FORMAT_LOCATION:
    return is_location (text);
  case HL_FORMAT_DATE:
    return hl_time_parse_date (text, NULL, NULL, NULL);
  case HL_FORMAT_CLOCK:
    return hl_time_parse_clock (text, NULL);
  case HL_FORMAT_PHONE:
    return is_phone (text);
  case HL_FORMAT_LANGUAGE:
    return is_language (text);
  case HL_FORMAT_URL:
    return is_url (text);
  case HL_FORMAT_ZONE:
    return is_zone (text);
  case HL_FORMAT_RULE:
    return is_rule (text);
  }
  return FALSE;
}

const char *
hl_format_describe (HlFormat format)
{
  switch (format) {
  case HL_FORMAT_TEXT:
    return "text";
  case HL_FORMAT_ID:
    return "1 to 64 of A-Z a-z 0-9 . _ : -";
  case HL_FORMAT_LOCATION:
    return "1 to 63 of a-z 0-9 -, not beginning with -";
  case HL_FORMAT_DATE:
    return "a date YYYY-MM-DD, 2000 to 2100";
  case HL_FORMAT_CLOCK:
    return "a time of day HH:MM";
  case HL_FORMAT_PHONE:
    return "an E.164 number: + and 2 to 15 digits";
  case HL_FORMAT_LANGUAGE:
    return "a BCP 47 language tag of at most 35 characters";
  case HL_FORMAT_URL:
    return "an https URL or an empty string";
  case HL_FORMAT_ZONE:
    return "the name of an IANA time zone";
  case HL_FORMAT_RULE:
    return "K and a number of one or two digits";
  }
  return "text";
}

const char *
hl_format_pattern (HlFormat format)
{
  switch (format) {
  case HL_FORMAT_TEXT:
    return NULL;
  case HL_FORMAT_ID:
    return "^[A-Za-z0-9._:-]{1,64}$";
  case HL_FORMAT_LOCATION:
    return "^[a-z0-9][a-z0-9-]{0,62}$";
  case HL_FORMAT_DATE:
    return "^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
  case HL_FORMAT_CLOCK:
    return "^([01][0-9]|2[0-3]):[0-5][0-9]$";
  case HL_FORMAT_PHONE:
    return "^\\+[1-9][0-9]{1,14}$";
  case HL_FORMAT_LANGUAGE:
    return "^([A-Za-z]{2,8}|[xXiI]-[A-Za-z0-9]{1,8})(-[A-Za-z0-9]{1,8})*$";
  case HL_FORMAT_URL:
    return "^(https://[A-Za-z0-9\\[][!#$%&'()*+,./0-9:;=?@A-Z\\[\\]_a-z~-]*)?$";
  case HL_FORMAT_ZONE:
    return "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$";
  case HL_FORMAT_RULE:
    return "^K[0-9]{1,2}$";
  }
  return NULL;
}
