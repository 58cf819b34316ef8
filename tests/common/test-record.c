/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records: properties, defaults, equality, one notify a change; the tables of enums and fields. */
#include "domain-fixture.h"

#include "domain/hl-action-kind.h"
#include "domain/hl-enums.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-time.h"

static void
test_properties (void)
{
  g_autoptr (HlParty) party = g_object_new (HL_TYPE_PARTY, "party-id", "p1", "size", 4, "status",
                                            HL_PARTY_STATUS_SEATED, "name", "Ng", NULL);
  g_autofree char *name = NULL;
  g_auto (GStrv) tables = NULL;
  const char *two[] = { "12", "14", NULL };
  gint64 since;
  int size;

  g_object_get (party, "size", &size, "name", &name, "since", &since, NULL);
  g_assert_cmpint (size, ==, 4);
  g_assert_cmpstr (name, ==, "Ng");
  g_assert_cmpint (since, ==, HL_TIME_NONE);
  g_assert_cmpint (hl_party_get_status (party), ==, HL_PARTY_STATUS_SEATED);
  g_object_set (party, "table-ids", two, NULL);
  g_object_get (party, "table-ids", &tables, NULL);
  g_assert_cmpstrv (tables, two);
  g_assert_cmpstrv (hl_party_get_table_ids (party), two);

  /* a string that is not nullable is never NULL; GObject itself keeps to minimum and maximum */
  g_object_set (party, "name", NULL, NULL);
  g_assert_cmpstr (hl_party_get_name (party), ==, "");
  g_object_set (party, "phone", NULL, NULL);
  g_assert_null (hl_party_get_phone (party));
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (party), "size");
  g_assert_cmpint (G_PARAM_SPEC_INT (pspec)->minimum, ==, 1);
  g_assert_cmpint (G_PARAM_SPEC_INT (pspec)->maximum, ==, 99);
  g_assert_true ((pspec->flags & HL_FIELD_REQUIRED) != 0);
}

static void
test_notify (void)
{
  g_autoptr (HlParty) party = hl_party_new ();
  HlRecord *record = HL_RECORD (party);
  g_autoptr (GString) notified = g_string_new (NULL);
  const char *none[] = { NULL };

  g_signal_connect (party, "notify", G_CALLBACK (on_notify), notified);
  g_assert_true (hl_record_set_int (record, HL_PARTY_FIELD_SIZE, 4));
  g_assert_false (hl_record_set_int (record, HL_PARTY_FIELD_SIZE, 4));
  assert_notified (notified, "size;");
  g_object_set (party, "size", 4, "name", "", NULL);
  assert_notified (notified, "");
  /* an empty array is the same as none */
  g_assert_false (hl_record_set_strings (record, HL_PARTY_FIELD_TABLE_IDS, none));
  g_autoptr (GPtrArray) empty = g_ptr_array_new ();
  g_assert_false (hl_record_set_records (record, HL_PARTY_FIELD_NOTES, empty));
  g_assert_cmpuint (hl_party_get_notes (party)->len, ==, 0);
  g_assert_true (hl_record_set_enum (record, HL_PARTY_FIELD_STAGE, HL_PARTY_STAGE_PAID));
  g_assert_cmpint (hl_party_get_stage (party), ==, HL_PARTY_STAGE_PAID);
  g_assert_true (hl_record_reset (record, HL_PARTY_FIELD_STAGE));
  g_assert_true (hl_record_is_default (record, HL_PARTY_FIELD_STAGE));
  assert_notified (notified, "stage;stage;");

  /* equal nested records are no change */
  for (int i = 0; i < 2; i++) {
    g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (notes, g_object_new (HL_TYPE_NOTE, "id", "n", "text", "t", NULL));
    g_assert_cmpint (hl_record_set_records (record, HL_PARTY_FIELD_NOTES, notes), ==, i == 0);
  }
  assert_notified (notified, "notes;");
  HlParty *gone = hl_party_new ();
  g_assert_finalize_object (gone);
}

/* Whatever C code sets, it can be saved and loaded. */
static void
test_limits (void)
{
  g_autoptr (HlParty) party = hl_party_new ();
  HlRecord *record = HL_RECORD (party);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_object_unref);
  const char *tags[21] = { NULL };
  g_autofree char *letters = g_strnfill (500, 'x');
  g_autoptr (GString) accents = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append (accents, "\u00e9");
  for (guint i = 0; i < 20; i++)
    tags[i] = "t";
  for (guint i = 0; i < 60; i++)
    g_ptr_array_add (notes, g_object_new (HL_TYPE_NOTE, "id", "n", "text", "t", "at",
                                          HL_TIME_MIN, "by", letters, NULL));
  hl_record_set_string (record, HL_PARTY_FIELD_PARTY_ID, "p1");
  hl_record_set_string (record, HL_PARTY_FIELD_NAME, accents->str);
  hl_record_set_string (record, HL_PARTY_FIELD_SERVER, letters);
  hl_record_set_int (record, HL_PARTY_FIELD_SIZE, 1000);
  hl_record_set_int (record, HL_PARTY_FIELD_ARRIVED, -5);
  hl_record_set_enum (record, HL_PARTY_FIELD_STAGE, 77);
  hl_record_set_time (record, HL_PARTY_FIELD_SINCE, 5);
  hl_record_set_strings (record, HL_PARTY_FIELD_TAGS, tags);
  hl_record_set_records (record, HL_PARTY_FIELD_NOTES, notes);

  g_assert_cmpint (g_utf8_strlen (hl_party_get_name (party), -1), ==, 120);
  g_assert_cmpuint (strlen (hl_party_get_server (party)), ==, 64);
  g_assert_cmpint (hl_party_get_size (party), ==, 99);
  g_assert_cmpint (hl_party_get_arrived (party), ==, 0);
  g_assert_cmpint (hl_party_get_since (party), ==, HL_TIME_MIN);
  g_assert_cmpint (hl_party_get_stage (party), ==, HL_PARTY_STAGE_NONE);
  g_assert_cmpuint (g_strv_length ((char **) hl_party_get_tags (party)), ==, 16);
  g_assert_cmpuint (hl_party_get_notes (party)->len, ==, 50);
  g_autoptr (JsonNode) node = hl_codec_save (record, HL_CODEC_FLAG_NONE);
  g_assert_true (hl_codec_check (hl_record_get_shape (record), json_node_get_object (node), "",
                                 NULL, &error));
  g_assert_no_error (error);
}

static void
test_entity (void)
{
  g_autoptr (HlSegment) segment =
    g_object_new (HL_TYPE_SEGMENT, "call-id", "retell:call_1", "turn", 7, NULL);
  HlEntity *entity = HL_ENTITY (segment);

  g_assert_cmpstr (hl_entity_get_id (entity), ==, "retell:call_1/7");
  g_assert_cmpstr (hl_entity_get_kind (entity), ==, "segment");
  g_assert_true (hl_entity_kind_type ("segment") == HL_TYPE_SEGMENT);
  g_assert_true (hl_entity_kind_type ("menu") == G_TYPE_INVALID);
  g_assert_cmpuint (hl_entity_get_seq (entity), ==, 0);
  guint64 hash = hl_entity_get_hash (entity);
  g_assert_cmphex (hl_entity_get_hash (entity), ==, hash);
  hl_record_set_string (HL_RECORD (entity), HL_SEGMENT_FIELD_TEXT, "x");
  g_assert_cmphex (hl_entity_get_hash (entity), !=, hash);
  g_autoptr (JsonObject) object = json_object ("{'call_id':'c','turn':4.0}");
  g_autofree char *id = hl_entity_id_from_json (HL_TYPE_SEGMENT, object);
  g_assert_cmpstr (id, ==, "c/4");
  g_assert_null (hl_entity_id_from_json (HL_TYPE_PARTY, object));

  /* two values that print alike must not hash alike */
  g_autoptr (HlParty) one = g_object_new (HL_TYPE_PARTY, "name", "ab", "server", "c", NULL);
  g_autoptr (HlParty) two = g_object_new (HL_TYPE_PARTY, "name", "a", "server", "bc", NULL);
  g_assert_cmphex (hl_entity_get_hash (HL_ENTITY (one)), !=, hl_entity_get_hash (HL_ENTITY (two)));
}

static void
test_enums (void)
{
  int value = -1;

  g_assert_cmpstr (hl_enum_nick (HL_TYPE_CALL_STATE, HL_CALL_STATE_HANDOFF_REQUESTED), ==,
                   "handoff_requested");
  g_assert_cmpstr (hl_enum_nick (HL_TYPE_CALL_STATE, 99), ==, "unknown");
  g_assert_true (hl_enum_parse (HL_TYPE_NOTICE_KIND, "eighty_six", &value));
  g_assert_cmpint (value, ==, HL_NOTICE_KIND_EIGHTY_SIX);
  g_assert_false (hl_enum_parse (HL_TYPE_NOTICE_KIND, "eighty-six", &value));
  g_assert_false (hl_enum_parse (HL_TYPE_NOTICE_KIND, NULL, &value));
  g_assert_cmpint (value, ==, HL_NOTICE_KIND_EIGHTY_SIX);
}

/* Names of fields: JSON has underscores, GObject has hyphens, and no field lacks either. */
static void
test_shapes (void)
{
  static const char *const names[] = {
    "call",  "segment", "reservation", "party",     "table",         "section", "order", "notice",
    "dispute", "location", "slot",     "span",      "note",          "claim",   "area",  "mark",
    "shift", "subject", "order_item",  "turn_time", "floor_section", "floor",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const HlShape *shape = hl_shape_find (names[i]);
    g_assert_nonnull (shape);
    g_assert_cmpstr (hl_shape_get_name (shape), ==, names[i]);
    g_assert_cmpuint (hl_shape_get_n_fields (shape), >, 0);
    for (guint j = 0; j < hl_shape_get_n_fields (shape); j++) {
      const HlField *field = hl_shape_get_field (shape, j);
      g_assert_null (strchr (field->name, '-'));
      g_assert_null (strchr (field->pspec->name, '_'));
      g_assert_true (hl_shape_lookup (shape, field->name) == field);
      if (j > 0)
        g_assert_cmpstr (hl_shape_get_sorted (shape, j - 1)->name, <,
                         hl_shape_get_sorted (shape, j)->name);
    }
  }
  for (int kind = 1; kind < HL_N_EVENT_KIND; kind++) {
    g_autofree char *name = g_strconcat ("event:", hl_enum_nick (HL_TYPE_EVENT_KIND, kind), NULL);
    g_assert_true (hl_shape_find (name) == hl_event_kind_get_shape (kind));
    g_assert_nonnull (hl_event_kind_get_shape (kind));
  }
  for (int kind = 1; kind < HL_N_ACTION_KIND; kind++) {
    g_autofree char *name = g_strconcat ("action:", hl_enum_nick (HL_TYPE_ACTION_KIND, kind), NULL);
    g_assert_true (hl_shape_find (name) == hl_action_kind_get_shape (kind));
    g_assert_nonnull (hl_action_kind_get_shape (kind));
  }
  g_assert_null (hl_shape_find ("menu"));
  g_assert_null (hl_shape_find ("event:menu"));
  g_assert_null (hl_event_kind_get_shape (HL_EVENT_UNKNOWN));
  g_assert_null (hl_action_kind_get_shape (HL_ACTION_UNKNOWN));
}

static void
test_formats (void)
{
  static const struct {
    HlFormat format;
    const char *text;
    gboolean matches;
  } cases[] = {
    { HL_FORMAT_ID, "retell:call_9.f-2", TRUE },
    { HL_FORMAT_ID, "", FALSE },
    { HL_FORMAT_ID, "a b", FALSE },
    { HL_FORMAT_PHONE, "+12", TRUE },
    { HL_FORMAT_PHONE, "+1", FALSE },
    { HL_FORMAT_PHONE, "+123456789012345", TRUE },
    { HL_FORMAT_PHONE, "+1234567890123456", FALSE },
    { HL_FORMAT_LANGUAGE, "es", TRUE },
    { HL_FORMAT_LANGUAGE, "zh-Hant-TW", TRUE },
    { HL_FORMAT_LANGUAGE, "x-house", TRUE },
    { HL_FORMAT_LANGUAGE, "i-klingon", TRUE },
    { HL_FORMAT_LANGUAGE, "e", FALSE },
    { HL_FORMAT_LANGUAGE, "x", FALSE },
    { HL_FORMAT_LANGUAGE, "es-", FALSE },
    { HL_FORMAT_LANGUAGE, "419", FALSE },
    { HL_FORMAT_ZONE, "America/Argentina/Buenos_Aires", TRUE },
    { HL_FORMAT_ZONE, "UTC", TRUE },
    { HL_FORMAT_ZONE, "Etc/GMT+8", TRUE },
    { HL_FORMAT_ZONE, "America/", FALSE },
    { HL_FORMAT_ZONE, "America//Lima", FALSE },
    { HL_FORMAT_ZONE, "", FALSE },
    { HL_FORMAT_URL, "https://[::1]/a", TRUE },
    { HL_FORMAT_URL, "HTTPS://x", FALSE },
    { HL_FORMAT_URL, "https://", FALSE },
    { HL_FORMAT_RULE, "K12", TRUE },
    { HL_FORMAT_RULE, "K", FALSE },
    { HL_FORMAT_RULE, "K123", FALSE },
    { HL_FORMAT_LOCATION, "ocean-ave", TRUE },
    { HL_FORMAT_LOCATION, "-ocean", FALSE },
    { HL_FORMAT_CLOCK, "23:59", TRUE },
    { HL_FORMAT_CLOCK, "23:60", FALSE },
    { HL_FORMAT_DATE, "2024-02-29", TRUE },
    { HL_FORMAT_DATE, "2023-02-29", FALSE },
    { HL_FORMAT_TEXT, "", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *pattern = hl_format_pattern (cases[i].format);
    g_assert_cmpint (hl_format_matches (cases[i].format, cases[i].text), ==, cases[i].matches);
    /* the pattern that others are told allows at least as much, and only dates are looser */
    gboolean wide = pattern == NULL || g_regex_match_simple (pattern, cases[i].text, 0, 0);
    if (cases[i].matches)
      g_assert_true (wide);
    else if (cases[i].format != HL_FORMAT_DATE)
      g_assert_false (wide);
  }
  g_assert_false (hl_format_matches (HL_FORMAT_TEXT, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/properties", test_properties);
  g_test_add_func ("/record/notify", test_notify);
  g_test_add_func ("/record/limits", test_limits);
  g_test_add_func ("/record/entity", test_entity);
  g_test_add_func ("/record/enums", test_enums);
  g_test_add_func ("/record/shapes", test_shapes);
  g_test_add_func ("/record/formats", test_formats);
  return g_test_run ();
}
