/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec: golden files, messages, unknown members, times, and reading back what was written. */
#include "domain-fixture.h"

#include "domain/hl-event-kind.h"
#include "domain/hl-field.h"
#include "domain/hl-floor-file.h"
#include "domain/hl-time.h"

static void
test_golden (gconstpointer data)
{
  gboolean valid = GPOINTER_TO_INT (data);
  g_autofree char *folder =
    g_test_build_filename (G_TEST_DIST, "common", "golden", valid ? "valid" : "invalid", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GError) wrong = NULL;
    json_parser_load_from_file (parser, path, &error);
    g_assert_no_error (error);
    JsonObject *golden = json_node_get_object (json_parser_get_root (parser));
    const HlShape *shape = hl_shape_find (json_object_get_string_member (golden, "shape"));
    g_assert_nonnull (shape);
    gboolean ok = hl_codec_check (shape, json_object_get_object_member (golden, "data"), "/data",
                                  NULL, &wrong);
    if (valid) {
      g_assert_no_error (wrong);
      g_assert_true (ok);
    } else {
      g_assert_false (ok);
      g_assert_cmpstr (hl_codec_error_get_pointer (wrong), ==,
                       json_object_get_string_member (golden, "pointer"));
      /* the message says where */
      g_assert_true (g_str_has_prefix (wrong->message, hl_codec_error_get_pointer (wrong)));
    }
    /* the same without anybody who wants to know why */
    g_assert_cmpint (hl_codec_check (shape, json_object_get_object_member (golden, "data"), "/data",
                                     NULL, NULL),
                     ==, valid);
    n++;
  }
  g_assert_cmpuint (n, >=, valid ? 40 : 80);
}

static void
test_ignored (void)
{
  g_autoptr (JsonObject) data =
    json_object ("{'call_id':'c1','partysize':4,'slots':[{'kind':'note','state':'heard','a/b':1}],"
                 "'m~n':null}");
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/data", ignored, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ignored->len, ==, 3);
  g_assert_cmpstr (ignored->pdata[0], ==, "/data/partysize");
  g_assert_cmpstr (ignored->pdata[1], ==, "/data/slots/0/a~1b");
  g_assert_cmpstr (ignored->pdata[2], ==, "/data/m~0n");
}

static void
test_messages (void)
{
  static const struct {
    HlEventKind kind;
    const char *text, *message;
    HlCodecError code;
  } cases[] = {
    { HL_EVENT_PARTY_UPDATED, "{'party_id':'p','size':120}",
      "/data/size: 120 is not within 1 to 99", HL_CODEC_ERROR_RANGE },
    { HL_EVENT_PARTY_UPDATED, "{'party_id':'p','size':'4'}",
      "/data/size: a string is given, an integer is expected", HL_CODEC_ERROR_TYPE },
    { HL_EVENT_TABLE_UPDATED, "{'table_id':'1','physical':'wet'}",
      "/data/physical: \"wet\" is none of clean, dirty", HL_CODEC_ERROR_ENUM },
    { HL_EVENT_TABLE_UPDATED, "{'table_id':'1','label':'1234567890abc'}",
      "/data/label: the string has 13 characters, at most 12 are allowed", HL_CODEC_ERROR_LENGTH },
    { HL_EVENT_CALL_UPDATED, "{}", "/data/call_id: is required", HL_CODEC_ERROR_MISSING },
    { HL_EVENT_CALL_UPDATED, "{'call_id':'c','summary':null}",
      "/data/summary: null is not allowed here", HL_CODEC_ERROR_NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonObject) data = json_object (cases[i].text);
    g_autoptr (GError) error = NULL;
    g_assert_false (hl_event_kind_check (cases[i].kind, data, "/data", NULL, &error));
    g_assert_error (error, HL_CODEC_ERROR, (int) cases[i].code);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }

  /* what a guest said or how to reach them never stands in a message */
  g_autoptr (JsonObject) data = json_object ("{'call_id':'c','from':'2025550142'}");
  g_autoptr (GError) error = NULL;
  g_assert_false (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/data", NULL, &error));
  g_assert_null (strstr (error->message, "2025550142"));
  g_autoptr (GError) copy = g_error_copy (error);
  g_assert_cmpstr (hl_codec_error_get_pointer (copy), ==, "/data/from");
  g_autoptr (GError) other = g_error_new (G_FILE_ERROR, 1, "x");
  g_assert_null (hl_codec_error_get_pointer (other));
}

static void
test_bad_text (void)
{
  g_autoptr (JsonObject) data = json_object ("{'call_id':'c'}");
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (data, "caller_name", "caf\xe9");
  g_assert_false (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/data", NULL, &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_ENCODING);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_clear_error (&error);

  /* a name that is no text either must not make a message that is none */
  json_object_remove_member (data, "caller_name");
  json_object_set_string_member (data, "call_id", "caf\xe9");
  g_assert_false (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/da\xe9ta", NULL, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_clear_error (&error);

  json_object_set_string_member (data, "call_id", "c");
  json_object_set_double_member (data, "language_confidence", 0.0 / 0.0);
  g_assert_false (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/data", NULL, &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_RANGE);
  g_clear_error (&error);
  json_object_remove_member (data, "language_confidence");
  json_object_set_double_member (data, "duration_ms", 1.0 / 0.0);
  g_assert_false (hl_event_kind_check (HL_EVENT_CALL_UPDATED, data, "/data", NULL, &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_TYPE);
}

static void
test_load (void)
{
  g_autoptr (HlReservation) reservation = hl_reservation_new ();
  HlRecord *record = HL_RECORD (reservation);
  g_autoptr (GString) notified = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) good =
    json_object ("{'reservation_id':'r1','party_size':4.0,'starts_at':'2026-11-27T11:02:11-08:00',"
                 "'phone':'+12025550142','status':'held','tags':['VIP','b'],'notes':[{'id':'n',"
                 "'text':'x','by':'Ana','at':'2026-11-27T19:00:00Z'}],'version':9007199254740992,"
                 "'pinned':true,'superseded':{'status':'cancelled','at':'2026-11-27T19:00:00Z',"
                 "'by':'web'},'unknown':1}");

  g_signal_connect (reservation, "notify", G_CALLBACK (on_notify), notified);
  g_assert_true (hl_codec_load (record, good, "", &error));
  g_assert_no_error (error);
  assert_notified (notified, "notes;party-size;phone;pinned;reservation-id;starts-at;status;"
                             "superseded;tags;version;");
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 4);
  g_assert_cmpint (hl_reservation_get_starts_at (reservation), ==,
                   G_GINT64_CONSTANT (1795806131000));
  g_assert_cmpint (hl_reservation_get_status (reservation), ==, HL_RESERVATION_STATUS_HELD);
  g_assert_cmpint (hl_reservation_get_version (reservation), ==,
                   G_GINT64_CONSTANT (9007199254740992));
  g_assert_cmpstr (hl_reservation_get_tags (reservation)[1], ==, "b");
  HlNote *note = hl_reservation_get_notes (reservation)->pdata[0];
  g_assert_cmpstr (hl_note_get_by (note), ==, "Ana");
  HlSupersededReservation *superseded = hl_reservation_get_superseded (reservation);
  g_assert_cmpint (hl_superseded_reservation_get_status (superseded), ==,
                   HL_RESERVATION_STATUS_CANCELLED);
  g_assert_null (hl_reservation_get_language (reservation));
  g_assert_cmpstr (hl_reservation_get_name (reservation), ==, "");

  /* all or nothing */
  g_autoptr (JsonObject) bad = json_object ("{'name':'Ng','party_size':0}");
  g_assert_false (hl_codec_load (record, bad, "/x", &error));
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/x/party_size");
  g_clear_error (&error);
  assert_notified (notified, "");
  g_assert_cmpstr (hl_reservation_get_name (reservation), ==, "");

  /* null clears, absent leaves alone */
  g_autoptr (JsonObject) clear =
    json_object ("{'phone':null,'party_size':null,'starts_at':null,'superseded':null}");
  g_assert_true (hl_codec_load (record, clear, "", &error));
  g_assert_null (hl_reservation_get_phone (reservation));
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, HL_INT_NONE);
  g_assert_cmpint (hl_reservation_get_starts_at (reservation), ==, HL_TIME_NONE);
  g_assert_null (hl_reservation_get_superseded (reservation));
  g_assert_cmpstr (hl_reservation_get_tags (reservation)[0], ==, "VIP");

  g_autoptr (JsonNode) number = json_node_init_int (json_node_alloc (), 7);
  g_assert_true (hl_codec_set (record, "party_size", number, &error));
  g_assert_false (hl_codec_set (record, "colour", number, &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_UNKNOWN);
  g_autoptr (JsonNode) got = hl_codec_get (record, "party_size");
  g_assert_cmpint (json_node_get_int (got), ==, 7);
  g_assert_null (hl_codec_get (record, "colour"));
  g_autoptr (JsonNode) none = hl_codec_get (record, "phone");
  g_assert_true (JSON_NODE_HOLDS_NULL (none));
}

/* Every record class: what it saves, it loads, with defaults and with every golden value. */
static void
test_round_trip (void)
{
  static const char *const shapes[] = { "call",    "segment", "reservation", "party",  "table",
                                        "section", "order",   "notice",      "dispute" };
  static const char *const extras[] = {
    "{'call_id':'c1','from':'+12','slots':[{'kind':'date','state':'heard','turn':3}],"
    "'language_confidence':0.25,'duration_ms':0,'aliases':['x'],'started_at':"
    "'2026-11-27T19:02:11.345Z'}",
    "{'call_id':'c1','turn':7,'speaker':'staff','text':'\\u00e9\\n','spans':[{'from':0,'to':1,"
    "'kind':'phone'}],'confidence':1,'start_ms':0,'end_ms':5}",
    "{'reservation_id':'r','party_size':99,'contact_attempts':[{'at':'2026-11-27T19:02:11.345Z',"
    "'by':'A','result':'reached'}]}",
    "{'party_id':'p','size':2,'status':'left','quote_min':0,'superseded':{'status':'left',"
    "'at':'2026-11-27T19:02:11.345Z','by':'A'}}",
    "{'table_id':'t','label':'1','area_id':'a','seats_max':50,'shape':'booth','rotation':359}",
    "{'section_id':'s','name':'S','servers':['A','B'],'state':'closing'}",
    "{'order_id':'o','items':[{'line_id':'l','name':'n','quantity':2,'modifiers':['m'],"
    "'status':'served'}],'changed':['l']}",
    "{'notice_id':'n','kind':'back','text':'t','minutes':600,'severity':'info'}",
    "{'dispute_id':'d','kind':'field','rule':'K7','subject':{'type':'call','id':'c'},'claims':"
    "[{'event_id':'e','by':'A','at':'2026-11-27T19:02:11.345Z','value':{'a':[1,2.5,null]}}],"
    "'choice':0}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (HlRecord) record = g_object_new (hl_entity_kind_type (shapes[i]), NULL);
    g_autoptr (HlRecord) other = g_object_new (hl_entity_kind_type (shapes[i]), NULL);
    g_autoptr (JsonObject) data = json_object (extras[i]);
    g_autoptr (GError) error = NULL;
    static const HlCodecFlags all[] = { HL_CODEC_FLAG_NONE, HL_CODEC_FLAG_COMPACT,
                                        HL_CODEC_FLAG_NULLS };

    g_assert_true (hl_codec_load (record, data, "", &error));
    g_assert_no_error (error);
    for (guint j = 0; j < G_N_ELEMENTS (all); j++) {
      g_autoptr (HlRecord) loaded = g_object_new (hl_entity_kind_type (shapes[i]), NULL);
      g_autoptr (JsonNode) node = hl_codec_save (record, all[j]);
      g_autofree char *text = to_text (node);
      g_autoptr (JsonNode) again = json_from_string (text, NULL);
      gboolean ok = hl_codec_load (loaded, json_node_get_object (again), "", &error);
      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_true (hl_record_equal (record, loaded));
      g_assert_false (hl_record_equal (record, other));
      g_assert_true (
        hl_codec_check (hl_record_get_shape (record), json_node_get_object (again), "", NULL, NULL)
        || strcmp (shapes[i], "party") == 0 || strcmp (shapes[i], "notice") == 0);
    }
    g_autoptr (HlRecord) copy = hl_record_copy (record);
    g_assert_true (hl_record_equal (record, copy));
  }

  g_autoptr (HlLocation) location = hl_location_new ();
  g_autoptr (JsonNode) node = hl_codec_save (HL_RECORD (location), HL_CODEC_FLAG_NONE);
  JsonObject *turns = json_object_get_object_member (json_node_get_object (node), "turn_minutes");
  g_assert_cmpint (json_object_get_int_member (turns, "99"), ==, 150);
  g_assert_false (json_object_has_member (json_node_get_object (node), "id"));
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "day_starts"), ==,
                   "04:00");
}

static void
test_time (void)
{
  static const struct {
    const char *text, *printed;
  } good[] = {
    { "2026-11-27T19:02:11.345Z", "2026-11-27T19:02:11.345Z" },
    { "2026-11-27t19:02:11z", "2026-11-27T19:02:11.000Z" },
    { "2026-11-27T19:02:11.3456789Z", "2026-11-27T19:02:11.345Z" },
    { "2026-11-27T19:02:11.5+05:30", "2026-11-27T13:32:11.500Z" },
    { "2026-11-27T19:02:11-08:00", "2026-11-28T03:02:11.000Z" },
    { "2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000Z" },
    { "1999-12-31T23:30:00-00:30", "2000-01-01T00:00:00.000Z" },
    { "2100-12-31T23:59:59.999Z", "2100-12-31T23:59:59.999Z" },
    { "2101-01-01T00:29:59+00:30", "2100-12-31T23:59:59.000Z" },
    { "2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z" },
    { "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z" },
  };
  static const char *const bad[] = {
    "",
    "2026-11-27",
    "2026-11-27T19:02Z",
    "2026-11-27T19:02:11",
    "2026-11-27 19:02:11Z",
    "2026-11-27T19:02:11,5Z",
    "2026-11-27T19:02:11.Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-11-31T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-11-27T24:00:00Z",
    "2026-11-27T19:60:00Z",
    "2026-11-27T19:02:61Z",
    "2026-11-27T19:02:11+24:00",
    "2026-11-27T19:02:11+0530",
    "2026-11-27T19:02:11ZZ",
    "+026-11-27T19:02:11Z",
    "1999-12-31T23:59:59Z",
    "2101-01-01T00:00:00Z",
    "2026-11-27T19:02:11.00000000000000000000000000000000000000Z",
  };
  gint64 time;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_assert_true (hl_time_parse (good[i].text, &time));
    g_autofree char *printed = hl_time_print (time);
    g_assert_cmpstr (printed, ==, good[i].printed);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hl_time_parse (bad[i], &time));
  g_assert_false (hl_time_parse (NULL, &time));
  g_autofree char *none = hl_time_print (HL_TIME_NONE);
  g_assert_cmpstr (none, ==, "");

  /* against GLib, over the whole range */
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  for (guint i = 0; i < 2000; i++) {
    gint64 ms = HL_TIME_MIN
                + (gint64) (g_rand_double (rand) * (double) (HL_TIME_MAX - HL_TIME_MIN));
    g_autofree char *printed = hl_time_print (ms);
    g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (printed, NULL);
    g_assert_cmpint (g_date_time_to_unix (date) * 1000 + g_date_time_get_microsecond (date) / 1000,
                     ==, ms);
    gint64 back;
    g_assert_true (hl_time_parse (printed, &back));
    g_assert_cmpint (back, ==, ms);
  }
}

static void
test_business_date (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Los_Angeles");
  static const struct {
    const char *utc, *date;
  } cases[] = {
    { "2026-11-28T03:00:00Z", "2026-11-27" }, /* 19:00 */
    { "2026-11-28T11:59:59Z", "2026-11-27" }, /* 03:59 */
    { "2026-11-28T12:00:00Z", "2026-11-28" }, /* 04:00 */
    { "2027-01-01T08:30:00Z", "2026-12-31" }, /* half past midnight of the new year */
    /* the night of 25 hours: 01:30 twice, then 03:59 and 04:00 */
    { "2026-11-01T08:30:00Z", "2026-10-31" },
    { "2026-11-01T09:30:00Z", "2026-10-31" },
    { "2026-11-01T11:59:00Z", "2026-10-31" },
    { "2026-11-01T12:00:00Z", "2026-11-01" },
    /* the night of 23 hours */
    { "2026-03-08T10:59:00Z", "2026-03-07" },
    { "2026-03-08T11:00:00Z", "2026-03-08" },
  };

  g_assert_nonnull (zone);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 time;
    g_assert_true (hl_time_parse (cases[i].utc, &time));
    g_autofree char *date = hl_time_business_date (time, zone, 240);
    g_assert_cmpstr (date, ==, cases[i].date);
  }
}

static void
test_floor (void)
{
  g_autoptr (JsonObject) file =
    json_object ("{'areas':[{'area_id':'a','name':'A','width':10,'height':10}],'tables':"
                 "[{'table_id':'1','label':'1','area_id':'a','seats_max':2}]}");
  g_autoptr (GError) error = NULL;

  g_assert_false (hl_floor_file_check (file, NULL, &error));
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/hostline_floor");
  g_clear_error (&error);
  json_object_set_int_member (file, "hostline_floor", 1);
  g_assert_true (hl_floor_file_check (file, NULL, &error));

  /* 500 tables, and one more */
  for (guint n = 500; n <= 501; n++) {
    JsonArray *tables = json_array_new ();
    for (guint i = 0; i < n; i++) {
      g_autofree char *text =
        g_strdup_printf ("{'table_id':'t%u','label':'1','area_id':'a','seats_max':2}", i);
      json_array_add_object_element (tables, json_object (text));
    }
    json_object_set_array_member (file, "tables", tables);
    g_assert_cmpint (hl_floor_file_check (file, NULL, NULL), ==, n == 500);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/codec/golden/valid", GINT_TO_POINTER (TRUE), test_golden);
  g_test_add_data_func ("/codec/golden/invalid", GINT_TO_POINTER (FALSE), test_golden);
  g_test_add_func ("/codec/ignored", test_ignored);
  g_test_add_func ("/codec/messages", test_messages);
  g_test_add_func ("/codec/bad-text", test_bad_text);
  g_test_add_func ("/codec/load", test_load);
  g_test_add_func ("/codec/round-trip", test_round_trip);
  g_test_add_func ("/codec/time", test_time);
  g_test_add_func ("/codec/business-date", test_business_date);
  g_test_add_func ("/codec/floor", test_floor);
  return g_test_run ();
}
