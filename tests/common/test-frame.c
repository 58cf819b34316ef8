/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: the golden texts of the protocol, what is refused and where, and that every frame survives a round trip. */
#include "wire/hl-frame.h"

#include <string.h>

#include "wire/hl-json.h"

#define CLIENT HL_FRAME_SIDE_CLIENT
#define SERVER HL_FRAME_SIDE_SERVER

#define POS "{\"epoch\":\"k3x9\",\"seq\":1042,\"h\":\"9f2c41d07aa31b55\"}"
#define BY "{\"role\":\"publisher\",\"name\":\"Lume voice\",\"device\":null,\"n\":null}"
#define EVENT(seq, end)                                                                                                  \
  "{\"seq\":" seq ",\"id\":\"e" seq "\",\"kind\":\"call_started\",\"at\":\"2026-11-27T19:02:11.345Z\","                  \
  "\"received\":\"2026-11-27T19:02:11.350Z\",\"by\":" BY ",\"act\":null,\"end\":" end ",\"data\":{\"call_id\":\"c1\"}}"
#define WELCOME_1                                                                                                        \
  "{\"t\":\"welcome\",\"session\":\"s81\",\"device\":\"stand-1-7k2m\",\"pos\":" POS ",\"floor\":1,\"mode\":\"resume\","  \
  "\"why\":\"in_window\",\"decided\":11,\"schema\":1,\"heartbeat_ms\":5000,\"window\":{\"events\":1024,\"bytes\":1048576}," \
  "\"spread_ms\":3000,\"limits\":{\"frame_bytes\":65536},\"pins\":[\"sha256:00\"],\"server_time\":\"2026-11-27T19:02:11.345Z\","
#define WELCOME WELCOME_1 "\"location\":{\"id\":\"ocean-ave\",\"name\":\"Ocean Ave\",\"timezone\":\"America/Los_Angeles\"}}"

/* As the design writes them, with the dots filled in; printing gives the same bytes back. */
static const struct {
  HlFrameSide side;
  HlFrameType type;
  const char *text;
} golden[] = {
  { CLIENT, HL_FRAME_HELLO,
    "{\"t\":\"hello\",\"device\":\"stand-1\",\"app\":\"hostline/0.1\",\"language\":\"es\","
    "\"pos\":{\"epoch\":\"k3x9\",\"seq\":1041,\"h\":\"9f2c41d07aa31b55\"},\"unsent\":0}" },
  { CLIENT, HL_FRAME_HELLO,
    "{\"t\":\"hello\",\"device\":\"stand-1\",\"app\":\"hostline/0.1\",\"language\":null,\"pos\":null,\"unsent\":3}" },
  { SERVER, HL_FRAME_WELCOME, WELCOME },
  { SERVER, HL_FRAME_SNAPSHOT,
    "{\"t\":\"snapshot\",\"pos\":" POS ",\"part\":1,\"parts\":1,\"entities\":{\"location\":{},\"calls\":[],\"segments\":[],"
    "\"reservations\":[],\"parties\":[],\"tables\":[],\"sections\":[],\"orders\":[],\"notices\":[],\"disputes\":[]}}" },
  { SERVER, HL_FRAME_EVENTS, "{\"t\":\"events\",\"events\":[" EVENT ("1042", "true") "],\"pos\":" POS "}" },
  { SERVER, HL_FRAME_EVENTS,
    "{\"t\":\"events\",\"events\":[" EVENT ("1040", "true") "," EVENT ("1041", "false") "," EVENT ("1042", "true") "],\"pos\":" POS "}" },
  { CLIENT, HL_FRAME_ACK, "{\"t\":\"ack\",\"seq\":1042}" },
  { CLIENT, HL_FRAME_ACK, "{\"t\":\"ack\",\"seq\":1042,\"part\":2}" },
  { CLIENT, HL_FRAME_PING, "{\"t\":\"ping\",\"n\":7,\"seq\":1042,\"unsent\":0,\"rtt\":4}" },
  { CLIENT, HL_FRAME_PING, "{\"t\":\"ping\",\"n\":1,\"seq\":0,\"unsent\":0,\"rtt\":null}" },
  { CLIENT, HL_FRAME_PING, "{\"t\":\"ping\",\"n\":8,\"seq\":1042,\"unsent\":2,\"rtt\":0}" },
  { CLIENT, HL_FRAME_PING, "{\"t\":\"ping\",\"n\":9,\"seq\":1042,\"unsent\":0,\"rtt\":90,\"metered\":true}" },
  { CLIENT, HL_FRAME_HELLO,
    "{\"t\":\"hello\",\"device\":\"stand-1\",\"app\":\"hostline/0.1\",\"language\":null,\"pos\":null,\"unsent\":0,\"metered\":true}" },
  { SERVER, HL_FRAME_PONG, "{\"t\":\"pong\",\"n\":7,\"head\":1042,\"server_time\":\"2026-11-27T19:02:11.345Z\"}" },
  { CLIENT, HL_FRAME_ACT,
    "{\"t\":\"act\",\"id\":\"0193a1b2-0000-7000-8000-000000000001\",\"n\":12,\"kind\":\"seat\",\"base\":" POS
    ",\"predicted\":\"applied\",\"who\":\"Ana\",\"composed_at\":\"2026-11-27T19:02:11.345Z\","
    "\"data\":{\"party_id\":\"p7\",\"table_ids\":[\"12\"]}}" },
  { CLIENT, HL_FRAME_ACT,
    "{\"t\":\"act\",\"id\":\"a1\",\"n\":1,\"kind\":\"take_call\",\"base\":null,\"composed_at\":\"2026-11-27T19:02:11.345Z\","
    "\"session\":\"s81\",\"data\":{}}" },
  { CLIENT, HL_FRAME_ACT,
    "{\"t\":\"act\",\"id\":\"a1\",\"n\":1,\"kind\":\"seat\",\"base\":null,\"composed_at\":\"2026-11-27T19:02:11.345Z\","
    "\"age_ms\":0,\"data\":{}}" },
  { SERVER, HL_FRAME_DONE, "{\"t\":\"done\",\"id\":\"0193\",\"outcome\":\"applied\",\"seq\":1043}" },
  { SERVER, HL_FRAME_DONE,
    "{\"t\":\"done\",\"id\":\"0193\",\"outcome\":\"refused\",\"reason\":\"needs_manager\",\"detail\":{\"entity\":\"party\"}}" },
  { SERVER, HL_FRAME_PARTIAL,
    "{\"t\":\"partial\",\"call\":\"c1\",\"turn\":3,\"rev\":2,\"speaker\":\"caller\",\"text\":\"A table for \xc2\xab" "four\xc2\xbb\"}" },
  { SERVER, HL_FRAME_DIGEST, "{\"t\":\"digest\",\"seq\":1042,\"schema\":1,\"hash\":\"00000000000000ff\"}" },
  { SERVER, HL_FRAME_BYE, "{\"t\":\"bye\",\"code\":4001,\"action\":\"retry\",\"retry_ms\":1840}" },
  { SERVER, HL_FRAME_BYE, "{\"t\":\"bye\",\"code\":4410,\"action\":\"stop\"}" },
};

static void
test_golden (void)
{
  gboolean seen[HL_FRAME_N_TYPES] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (golden); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", golden[i].text);
    g_autoptr (HlFrame) frame = hl_frame_parse (golden[i].text, strlen (golden[i].text), golden[i].side, &error);
    g_assert_no_error (error);
    g_assert_cmpint (frame->type, ==, golden[i].type);
    g_assert_nonnull (frame->object);
    g_autofree char *printed = hl_frame_print (frame);
    g_assert_cmpstr (printed, ==, golden[i].text);
    seen[frame->type] = TRUE;

    /* the other side never sends it */
    HlFrameSide other = golden[i].side == CLIENT ? SERVER : CLIENT;
    g_assert_null (hl_frame_parse (golden[i].text, strlen (golden[i].text), other, &error));
    g_assert_error (error, HL_FRAME_ERROR, HL_FRAME_ERROR_WRONG_SIDE);
    g_assert_cmpstr (hl_frame_error_get_pointer (error), ==, "/t");
  }
  for (guint i = 0; i < HL_FRAME_N_TYPES; i++) {
    g_assert_true (seen[i]); /* no frame without its golden text */
    g_assert_nonnull (hl_frame_type_get_nick ((HlFrameType) i));
  }
}

/* Taking away any one required member, or giving it another type, is an error at that member. */
static void
break_member (const char *text, HlFrameSide side, const char *name, gboolean remove, const char *replacement)
{
  g_autoptr (JsonObject) object = hl_json_parse_object (text, strlen (text), NULL, NULL);
  g_autofree char *pointer = g_strdup_printf ("/%s", name);
  g_autoptr (GError) error = NULL;

  if (remove) {
    json_object_remove_member (object, name);
  } else {
    g_autoptr (JsonNode) node = hl_json_parse (replacement, strlen (replacement), NULL, NULL);
    json_object_set_member (object, name, g_steal_pointer (&node));
  }
  g_autofree char *broken = hl_json_print_object (object);
  g_test_message ("%s", broken);
  g_assert_null (hl_frame_parse (broken, strlen (broken), side, &error));
  g_assert_true (error->domain == HL_FRAME_ERROR);
  if (remove) {
    g_assert_cmpint (error->code, ==, HL_FRAME_ERROR_MISSING);
  }
  g_assert_true (g_str_has_prefix (hl_frame_error_get_pointer (error), pointer));
}

static gboolean
is_optional (HlFrameType type, const char *name)
{
  static const struct {
    HlFrameType type;
    const char *name;
  } optional[] = {
    { HL_FRAME_HELLO, "language" }, { HL_FRAME_HELLO, "unsent" }, { HL_FRAME_ACK, "part" }, { HL_FRAME_PING, "unsent" },
    { HL_FRAME_PING, "rtt" }, { HL_FRAME_HELLO, "metered" }, { HL_FRAME_PING, "metered" }, { HL_FRAME_ACT, "predicted" }, { HL_FRAME_ACT, "who" }, { HL_FRAME_ACT, "session" },
    { HL_FRAME_ACT, "age_ms" },
    { HL_FRAME_DONE, "seq" }, { HL_FRAME_DONE, "reason" }, { HL_FRAME_DONE, "detail" }, { HL_FRAME_BYE, "retry_ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (optional); i++) {
    if (optional[i].type == type && strcmp (optional[i].name, name) == 0) {
      return TRUE;
    }
  }
  return FALSE;
}

static void
test_members (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++) {
    g_autoptr (JsonObject) object = hl_json_parse_object (golden[i].text, strlen (golden[i].text), NULL, NULL);
    g_autoptr (GList) names = json_object_get_members (object);
    for (GList *l = names; l != NULL; l = l->next) {
      JsonNode *node = json_object_get_member (object, l->data);
      gboolean is_number = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64;
      if (!is_optional (golden[i].type, l->data)) {
        break_member (golden[i].text, golden[i].side, l->data, TRUE, NULL);
      }
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
        break_member (golden[i].text, golden[i].side, l->data, FALSE, "true");
      }
      break_member (golden[i].text, golden[i].side, l->data, FALSE, is_number ? "\"5\"" : "1.5");
      break_member (golden[i].text, golden[i].side, l->data, FALSE, is_number ? "1.5" : "[[]]");
      if (is_number) {
        break_member (golden[i].text, golden[i].side, l->data, FALSE, "-1");
      }
    }
  }
}

static void
test_unknown_members (void)
{
  static const char text[] = "{\"t\":\"ack\",\"seq\":3,\"later\":{\"a\":[1]},\"Seq\":9}";
  g_autoptr (GError) error = NULL;
  g_autoptr (HlFrame) frame = hl_frame_parse (text, strlen (text), CLIENT, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (frame->ack.seq, ==, 3);
  g_assert_cmpuint (frame->ack.part, ==, 0);
  g_assert_true (json_object_has_member (frame->object, "later"));
}

static void
test_refused (void)
{
  g_autofree char *long_device = g_strnfill (65, 'x');
  g_autofree char *hello = g_strdup_printf ("{\"t\":\"hello\",\"device\":\"%s\",\"app\":\"a\",\"pos\":null}", long_device);
  const struct {
    HlFrameSide side;
    const char *text;
    int code;
    const char *pointer;
  } cases[] = {
    { CLIENT, "", HL_FRAME_ERROR_JSON, "" },
    { CLIENT, "[]", HL_FRAME_ERROR_JSON, "" },
    { CLIENT, "{}{}", HL_FRAME_ERROR_JSON, "" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":1,\"seq\":2}", HL_FRAME_ERROR_JSON, "" },
    { CLIENT, "{}", HL_FRAME_ERROR_MISSING, "/t" },
    { CLIENT, "{\"t\":7}", HL_FRAME_ERROR_WRONG_TYPE, "/t" },
    { CLIENT, "{\"t\":null}", HL_FRAME_ERROR_WRONG_TYPE, "/t" },
    { CLIENT, "{\"t\":\"\"}", HL_FRAME_ERROR_UNKNOWN_TYPE, "/t" },
    { CLIENT, "{\"t\":\"Hello\"}", HL_FRAME_ERROR_UNKNOWN_TYPE, "/t" },
    { SERVER, "{\"t\":\"later\"}", HL_FRAME_ERROR_UNKNOWN_TYPE, "/t" },
    { CLIENT, hello, HL_FRAME_ERROR_INVALID, "/device" },
    { CLIENT, "{\"t\":\"hello\",\"device\":\"\",\"app\":\"a\",\"pos\":null}", HL_FRAME_ERROR_INVALID, "/device" },
    { CLIENT, "{\"t\":\"hello\",\"device\":\"d\",\"app\":\"a\"}", HL_FRAME_ERROR_MISSING, "/pos" },
    { CLIENT, "{\"t\":\"hello\",\"device\":\"d\",\"app\":\"a\",\"pos\":{\"seq\":1,\"h\":\"0000000000000000\"}}",
      HL_FRAME_ERROR_MISSING, "/pos/epoch" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":-1}", HL_FRAME_ERROR_INVALID, "/seq" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":1.0}", HL_FRAME_ERROR_WRONG_TYPE, "/seq" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":1,\"part\":0}", HL_FRAME_ERROR_INVALID, "/part" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":1,\"part\":null}", HL_FRAME_ERROR_WRONG_TYPE, "/part" },
    { CLIENT, "{\"t\":\"ack\",\"seq\":9007199254740993}", HL_FRAME_ERROR_JSON, "" },
    { CLIENT, "{\"t\":\"act\",\"id\":\"a\",\"n\":0,\"kind\":\"seat\",\"base\":null,\"composed_at\":\"x\",\"data\":{}}",
      HL_FRAME_ERROR_INVALID, "/n" },
    { CLIENT, "{\"t\":\"act\",\"id\":\"a\",\"n\":1,\"kind\":\"seat\",\"base\":null,\"composed_at\":\"x\",\"data\":[]}",
      HL_FRAME_ERROR_WRONG_TYPE, "/data" },
    { SERVER, "{\"t\":\"snapshot\",\"pos\":" POS ",\"part\":2,\"parts\":1,\"entities\":{}}", HL_FRAME_ERROR_INVALID, "/part" },
    { SERVER, "{\"t\":\"snapshot\",\"pos\":" POS ",\"part\":0,\"parts\":1,\"entities\":{}}", HL_FRAME_ERROR_INVALID, "/part" },
    { SERVER, "{\"t\":\"snapshot\",\"pos\":null,\"part\":1,\"parts\":1,\"entities\":{}}", HL_FRAME_ERROR_WRONG_TYPE, "/pos" },
    { SERVER, "{\"t\":\"digest\",\"seq\":1,\"schema\":1,\"hash\":\"FF000000000000FF\"}", HL_FRAME_ERROR_INVALID, "/hash" },
    { SERVER, "{\"t\":\"digest\",\"seq\":1,\"schema\":1,\"hash\":255}", HL_FRAME_ERROR_WRONG_TYPE, "/hash" },
    { SERVER, "{\"t\":\"bye\",\"code\":999,\"action\":\"retry\"}", HL_FRAME_ERROR_INVALID, "/code" },
    { SERVER, "{\"t\":\"bye\",\"code\":5000,\"action\":\"retry\"}", HL_FRAME_ERROR_INVALID, "/code" },
    { SERVER, "{\"t\":\"partial\",\"call\":\"c\",\"turn\":10000,\"rev\":0,\"speaker\":\"caller\",\"text\":\"\"}",
      HL_FRAME_ERROR_INVALID, "/turn" },
    { SERVER, WELCOME_1 "\"location\":{\"id\":\"ocean-ave\",\"name\":\"Ocean Ave\"}}", HL_FRAME_ERROR_MISSING, "/location/timezone" },
    { SERVER, WELCOME_1 "\"location\":{\"id\":1,\"name\":\"\",\"timezone\":\"\"}}", HL_FRAME_ERROR_WRONG_TYPE, "/location/id" },
    { SERVER, "{\"t\":\"events\",\"events\":[],\"pos\":" POS "}", HL_FRAME_ERROR_INVALID, "/events" },
    { SERVER, "{\"t\":\"events\",\"events\":[7],\"pos\":" POS "}", HL_FRAME_ERROR_WRONG_TYPE, "/events/0" },
    { SERVER, "{\"t\":\"events\",\"events\":[" EVENT ("1042", "false") "],\"pos\":" POS "}", HL_FRAME_ERROR_INVALID, "/events/0/end" },
    { SERVER, "{\"t\":\"events\",\"events\":[" EVENT ("1041", "true") "],\"pos\":" POS "}", HL_FRAME_ERROR_INVALID, "/pos/seq" },
    { SERVER, "{\"t\":\"events\",\"events\":[" EVENT ("1040", "true") "," EVENT ("1042", "true") "],\"pos\":" POS "}",
      HL_FRAME_ERROR_INVALID, "/events/1/seq" },
    { SERVER, "{\"t\":\"events\",\"events\":[" EVENT ("1042", "1") "],\"pos\":" POS "}", HL_FRAME_ERROR_WRONG_TYPE, "/events/0/end" },
    { SERVER, "{\"t\":\"events\",\"events\":[{\"seq\":1}],\"pos\":" POS "}", HL_FRAME_ERROR_MISSING, "/events/0/id" },
    { SERVER, "{\"t\":\"events\",\"events\":[" EVENT ("0", "true") "],\"pos\":" POS "}", HL_FRAME_ERROR_INVALID, "/events/0/seq" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", cases[i].text);
    g_assert_null (hl_frame_parse (cases[i].text, strlen (cases[i].text), cases[i].side, &error));
    g_assert_error (error, HL_FRAME_ERROR, cases[i].code);
    g_assert_cmpstr (hl_frame_error_get_pointer (error), ==, cases[i].pointer);
    g_assert_cmpstr (error->message, !=, "");
  }
}

static void
test_nested_groups (void)
{
  static const char *const words[] = { "first", "in_window", "below_floor", "epoch_changed", "hash_mismatch", "ahead", "too_far",
                                       "after_slow" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autoptr (GString) text = g_string_new (WELCOME);
    g_string_replace (text, "in_window", words[i], 1);
    g_autoptr (HlFrame) frame = hl_frame_parse (text->str, text->len, SERVER, &error);
    g_assert_no_error (error);
    g_assert_cmpint (frame->welcome.why, ==, (HlFrameWhy) i);
    g_assert_cmpstr (hl_frame_why_get_nick (frame->welcome.why), ==, words[i]);
  }
  g_autoptr (HlFrame) frame = hl_frame_parse (WELCOME, strlen (WELCOME), SERVER, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->welcome.window_events, ==, 1024);
  g_assert_cmpuint (frame->welcome.window_bytes, ==, 1048576);
  g_assert_cmpuint (frame->welcome.limit_frame_bytes, ==, 65536);
  g_assert_cmpstr (frame->welcome.pins[0], ==, "sha256:00");
  g_assert_cmpint (frame->welcome.mode, ==, HL_FRAME_MODE_RESUME);

  static const struct {
    const char *from;
    const char *to;
    const char *pointer;
  } wrong[] = {
    { "{\"events\":1024,\"bytes\":1048576}", "{\"events\":0,\"bytes\":1048576}", "/window/events" },
    { "{\"events\":1024,\"bytes\":1048576}", "{\"events\":1024}", "/window/bytes" },
    { "{\"events\":1024,\"bytes\":1048576}", "[]", "/window" },
    { "\"resume\"", "\"Resume\"", "/mode" },
    { "\"in_window\"", "\"because\"", "/why" },
    { "[\"sha256:00\"]", "[\"sha256:00\",1]", "/pins/1" },
    { "[\"sha256:00\"]", "{}", "/pins" },
    { "\"heartbeat_ms\":5000", "\"heartbeat_ms\":5", "/heartbeat_ms" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GString) text = g_string_new (WELCOME);
    g_autoptr (GError) refusal = NULL;
    g_string_replace (text, wrong[i].from, wrong[i].to, 1);
    g_assert_null (hl_frame_parse (text->str, text->len, SERVER, &refusal));
    g_assert_cmpstr (hl_frame_error_get_pointer (refusal), ==, wrong[i].pointer);
  }
}

static void
test_limits (void)
{
  g_autoptr (GString) act = g_string_new (
      "{\"t\":\"act\",\"id\":\"a\",\"n\":1,\"kind\":\"add_note\",\"base\":null,\"composed_at\":\"x\",\"data\":{\"text\":\"");
  g_autoptr (GError) error = NULL;

  while (act->len < HL_WIRE_MAX_CLIENT_FRAME - 3) {
    g_string_append_c (act, 'x');
  }
  g_string_append (act, "\"}}");
  g_assert_cmpuint (act->len, ==, HL_WIRE_MAX_CLIENT_FRAME);
  g_autoptr (HlFrame) fits = hl_frame_parse (act->str, act->len, CLIENT, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fits);
  g_string_append_c (act, ' ');
  g_assert_null (hl_frame_parse (act->str, act->len, CLIENT, &error));
  g_assert_error (error, HL_FRAME_ERROR, HL_FRAME_ERROR_TOO_LARGE);
}

/* An event that nests as deep as a publisher may is still readable in a frame. */
static void
test_depth_of_events (void)
{
  g_autofree char *open = g_strnfill (14, '[');
  g_autofree char *close = g_strnfill (14, ']');
  g_autofree char *data = g_strdup_printf ("{\"unknown\":%s%s}", open, close);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"k\",\"data\":%s}", data);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) published = hl_json_parse (body, strlen (body), NULL, &error);
  g_assert_no_error (error);

  g_autoptr (GBytes) event = hl_frame_print_event_spliced (1042, "e", "k", "t", "t", BY, NULL, TRUE, data, strlen (data));
  g_autoptr (HlPosition) pos = hl_position_new ("k3x9", 1042, 7);
  g_autoptr (GBytes) text = hl_frame_print_events_spliced (&event, 1, pos);
  g_autoptr (HlFrame) frame = hl_frame_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), SERVER, &error);
  g_assert_no_error (error);
  g_assert_nonnull (frame);
}

static void
test_splicing (void)
{
  static const char data[] = "{ \"call_id\" : \"c1\" }"; /* the publisher's own spelling is kept */
  g_autoptr (GBytes) first =
      hl_frame_print_event_spliced (1041, "a.0", "party_updated", "2026-11-27T19:02:11.345Z", "2026-11-27T19:02:11.345Z",
                                    "{\"role\":\"staff\",\"name\":\"Ana\",\"device\":\"d1\",\"n\":12}", "a", FALSE, data, strlen (data));
  g_autoptr (GBytes) second =
      hl_frame_print_event_spliced (1042, "a.1", "reservation_updated", "2026-11-27T19:02:11.345Z", "2026-11-27T19:02:11.345Z",
                                    "{\"role\":\"staff\",\"name\":\"Ana\",\"device\":\"d1\",\"n\":12}", "a", TRUE, data, strlen (data));
  GBytes *events[] = { first, second };
  g_autoptr (HlPosition) pos = hl_position_new ("k3x9", 1042, 0xff);
  g_autoptr (GBytes) text = hl_frame_print_events_spliced (events, 2, pos);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlFrame) frame = hl_frame_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), SERVER, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (frame->events.events), ==, 2);
  g_assert_true (hl_position_equal (frame->events.pos, pos));
  JsonObject *event = json_array_get_object_element (frame->events.events, 1);
  g_assert_cmpstr (json_object_get_string_member (event, "act"), ==, "a");
  g_assert_true (json_object_get_boolean_member (event, "end"));
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), data));

  /* the same as printing the tree */
  g_autofree char *printed = hl_frame_print (frame);
  g_autoptr (HlFrame) again = hl_frame_parse (printed, strlen (printed), SERVER, &error);
  g_assert_no_error (error);
  g_autofree char *twice = hl_frame_print (again);
  g_assert_cmpstr (printed, ==, twice);
}

static void
test_made_here (void)
{
  g_autoptr (HlFrame) bye = hl_frame_new (HL_FRAME_BYE);
  bye->bye.code = 4013;
  bye->bye.action = g_strdup ("retry");
  g_autofree char *text = hl_frame_print (bye);
  g_assert_cmpstr (text, ==, "{\"t\":\"bye\",\"code\":4013,\"action\":\"retry\"}");
  bye->bye.retry_ms = 0; /* "at once" is not "not said" */
  g_autofree char *at_once = hl_frame_print (bye);
  g_assert_cmpstr (at_once, ==, "{\"t\":\"bye\",\"code\":4013,\"action\":\"retry\",\"retry_ms\":0}");

  g_autoptr (HlFrame) partial = hl_frame_new (HL_FRAME_PARTIAL);
  partial->partial.call = g_strdup ("c");
  partial->partial.speaker = g_strdup ("caller");
  partial->partial.text = g_strdup ("\"\n\x01");
  g_autofree char *escaped = hl_frame_print (partial);
  g_assert_cmpstr (escaped, ==,
                   "{\"t\":\"partial\",\"call\":\"c\",\"turn\":0,\"rev\":0,\"speaker\":\"caller\",\"text\":\"\\\"\\n\\u0001\"}");

  for (guint i = 0; i < HL_FRAME_N_TYPES; i++) {
    g_autoptr (HlFrame) empty = hl_frame_new ((HlFrameType) i);
    g_assert_null (empty->object);
  }
  hl_frame_free (NULL);
}

static void
test_incomplete_print (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_HELLO);
    g_autofree char *text = hl_frame_print (frame);
    g_assert_null (text);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed (); /* a critical, which tests make fatal */
  g_test_trap_assert_stderr ("*a hello frame without its device*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/golden", test_golden);
  g_test_add_func ("/frame/members", test_members);
  g_test_add_func ("/frame/unknown-members", test_unknown_members);
  g_test_add_func ("/frame/refused", test_refused);
  g_test_add_func ("/frame/nested-groups", test_nested_groups);
  g_test_add_func ("/frame/limits", test_limits);
  g_test_add_func ("/frame/depth-of-events", test_depth_of_events);
  g_test_add_func ("/frame/splicing", test_splicing);
  g_test_add_func ("/frame/made-here", test_made_here);
  g_test_add_func ("/frame/incomplete-print", test_incomplete_print);
  return g_test_run ();
}
