/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Positions: equal only when all three parts are, strict to read, exact to print. */
#include "wire/hl-position.h"

#include <string.h>

#include "wire/hl-frame-error.h"
#include "wire/hl-json.h"

static HlPosition *
parse (const char *text, GError **error)
{
  g_autoptr (JsonObject) object = hl_json_parse_object (text, strlen (text), NULL, NULL);
  g_assert_nonnull (object);
  return hl_position_parse (object, "/pos", error);
}

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "{\"epoch\":\"k3x9\",\"seq\":1041,\"h\":\"9f2c41d07aa31b55\"}",
    "{\"epoch\":\"a.b:c-D_9\",\"seq\":0,\"h\":\"0000000000000000\"}",
    "{\"epoch\":\"x\",\"seq\":9007199254740992,\"h\":\"ffffffffffffffff\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HlPosition) position = parse (texts[i], &error);
    g_assert_no_error (error);
    g_autoptr (JsonNode) node = hl_position_to_json (position);
    g_autofree char *printed = hl_json_print (node);
    g_autoptr (GString) appended = g_string_new (NULL);
    hl_position_append (position, appended);
    g_assert_cmpstr (printed, ==, texts[i]);
    g_assert_cmpstr (appended->str, ==, texts[i]);
    g_autoptr (HlPosition) copy = hl_position_copy (position);
    g_assert_true (hl_position_equal (copy, position));
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    int code;
    const char *pointer;
  } cases[] = {
    { "{}", HL_FRAME_ERROR_MISSING, "/pos/epoch" },
    { "{\"seq\":1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_MISSING, "/pos/epoch" },
    { "{\"epoch\":\"e\",\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_MISSING, "/pos/seq" },
    { "{\"epoch\":\"e\",\"seq\":1}", HL_FRAME_ERROR_MISSING, "/pos/h" },
    { "{\"epoch\":null,\"seq\":1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_WRONG_TYPE, "/pos/epoch" },
    { "{\"epoch\":7,\"seq\":1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_WRONG_TYPE, "/pos/epoch" },
    { "{\"epoch\":\"\",\"seq\":1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_INVALID, "/pos/epoch" },
    { "{\"epoch\":\"a b\",\"seq\":1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_INVALID, "/pos/epoch" },
    { "{\"epoch\":\"e\",\"seq\":\"1\",\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_WRONG_TYPE, "/pos/seq" },
    { "{\"epoch\":\"e\",\"seq\":1.0,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_WRONG_TYPE, "/pos/seq" },
    { "{\"epoch\":\"e\",\"seq\":-1,\"h\":\"0000000000000000\"}", HL_FRAME_ERROR_INVALID, "/pos/seq" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":7}", HL_FRAME_ERROR_WRONG_TYPE, "/pos/h" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":\"\"}", HL_FRAME_ERROR_INVALID, "/pos/h" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":\"000000000000000\"}", HL_FRAME_ERROR_INVALID, "/pos/h" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":\"00000000000000000\"}", HL_FRAME_ERROR_INVALID, "/pos/h" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":\"000000000000000G\"}", HL_FRAME_ERROR_INVALID, "/pos/h" },
    { "{\"epoch\":\"e\",\"seq\":1,\"h\":\"ABCDEFABCDEFABCD\"}", HL_FRAME_ERROR_INVALID, "/pos/h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", cases[i].text);
    g_assert_null (parse (cases[i].text, &error));
    g_assert_error (error, HL_FRAME_ERROR, cases[i].code);
    g_assert_cmpstr (hl_frame_error_get_pointer (error), ==, cases[i].pointer);
  }
}

static void
test_equal (void)
{
  g_autoptr (HlPosition) a = hl_position_new ("e", 5, 7);
  g_autoptr (HlPosition) epoch = hl_position_new ("f", 5, 7);
  g_autoptr (HlPosition) seq = hl_position_new ("e", 6, 7);
  g_autoptr (HlPosition) h = hl_position_new ("e", 5, 8);

  g_assert_true (hl_position_equal (a, a));
  g_assert_false (hl_position_equal (a, epoch));
  g_assert_false (hl_position_equal (a, seq));
  g_assert_false (hl_position_equal (a, h));
  g_assert_false (hl_position_equal (a, NULL));
  g_assert_false (hl_position_equal (NULL, a));
  g_assert_true (hl_position_equal (NULL, NULL));
  g_assert_null (hl_position_copy (NULL));

  HlPosition *boxed = g_boxed_copy (HL_TYPE_POSITION, a);
  g_assert_true (hl_position_equal (boxed, a));
  g_boxed_free (HL_TYPE_POSITION, boxed);
}

static void
test_null (void)
{
  g_autoptr (JsonNode) node = hl_position_to_json (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (JSON_NODE_HOLDS_NULL (node));
  hl_position_append (NULL, text);
  g_assert_cmpstr (text->str, ==, "null");
}

static void
test_hash (void)
{
  for (guint i = 0; i < 1000; i++) {
    guint64 hash = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
    guint64 again = 0;
    g_autofree char *text = hl_position_format_hash (i == 0 ? 0 : hash);
    g_assert_cmpuint (strlen (text), ==, 16);
    g_assert_true (hl_position_parse_hash (text, &again));
    g_assert_cmpuint (again, ==, i == 0 ? 0 : hash);
  }
  g_assert_false (hl_position_parse_hash (NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/position/round-trip", test_round_trip);
  g_test_add_func ("/position/refused", test_refused);
  g_test_add_func ("/position/equal", test_equal);
  g_test_add_func ("/position/null", test_null);
  g_test_add_func ("/position/hash", test_hash);
  return g_test_run ();
}
