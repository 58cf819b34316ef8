/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict reader: what it takes, what it refuses and where, and that printing and reading agree. */
#include "wire/hl-json.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#define ACCEPT -1
#define SYNTAX HL_JSON_ERROR_SYNTAX
#define DEEP HL_JSON_ERROR_TOO_DEEP
#define UTF8 HL_JSON_ERROR_UTF8
#define TWICE HL_JSON_ERROR_DUPLICATE
#define RANGE HL_JSON_ERROR_RANGE
#define NUL HL_JSON_ERROR_NUL
#define LARGE HL_JSON_ERROR_TOO_LARGE

/* Text, what becomes of it, and for a refusal the byte where it happens; for an accepted text what printing gives
 * (NULL: the text itself). */
typedef struct {
  const char *text;
  int result;
  gsize offset;
  const char *printed;
} Case;

#define OK(text) { text, ACCEPT, 0, NULL }
#define OKAY(text, printed) { text, ACCEPT, 0, printed }
#define NO(text, code, offset) { text, code, offset, NULL }

static const Case cases[] = {
  /* every kind of value as a document */
  OK ("{}"), OK ("[]"), OK ("null"), OK ("true"), OK ("false"), OK ("0"), OK ("-1"), OK ("\"\""), OK ("\"a\""),
  OK ("[null,true,false,0,\"x\",{},[]]"), OK ("{\"a\":{\"b\":[1,2,{\"c\":null}]}}"),
  /* white space: these four and no other */
  OKAY (" \t\r\n{ \"a\" : 1 , \"b\" : [ 1 , 2 ] } \n", "{\"a\":1,\"b\":[1,2]}"), OKAY ("[ ]", "[]"), OKAY ("{ }", "{}"),
  NO ("\f1", SYNTAX, 0), NO ("\v1", SYNTAX, 0), NO ("\xc2\xa0""1", SYNTAX, 0), NO ("1\xe2\x80\xa8", SYNTAX, 1),
  NO ("\xef\xbb\xbf{}", SYNTAX, 0), /* a byte order mark */
  /* nothing, or not one document */
  NO ("", SYNTAX, 0), NO ("   ", SYNTAX, 3), NO ("{}{}", SYNTAX, 2), NO ("{} {}", SYNTAX, 3), NO ("1 2", SYNTAX, 2),
  NO ("[1]]", SYNTAX, 3), NO ("{}}", SYNTAX, 2), NO ("{},", SYNTAX, 2), NO ("nullx", SYNTAX, 4), NO ("{}\\", SYNTAX, 2),
  NO ("{}#", SYNTAX, 2), NO ("{};", SYNTAX, 2),
  /* what json-glib 1.6 takes and RFC 8259 does not */
  NO ("{'a':1}", SYNTAX, 1), NO ("['a']", SYNTAX, 1), NO ("var x = {\"a\":1};", SYNTAX, 0), NO ("{\"a\":1}{\"b\":2}", SYNTAX, 7),
  NO ("/* comment */ {}", SYNTAX, 0), NO ("{} /* comment */", SYNTAX, 3), NO ("// comment\n{}", SYNTAX, 0),
  NO ("{\"a\":1 // c\n}", SYNTAX, 7), NO ("0x10", SYNTAX, 1), NO ("[0x10]", SYNTAX, 2), NO ("0X1F", SYNTAX, 1), NO ("010", SYNTAX, 0),
  NO ("[007]", SYNTAX, 1), NO ("1.", SYNTAX, 2), NO ("[1.]", SYNTAX, 3), NO (".5", SYNTAX, 0), NO ("[-.5]", SYNTAX, 2),
  NO ("1e400", RANGE, 0), NO ("-1e400", RANGE, 0), NO ("99999999999999999999", RANGE, 0), NO ("18446744073709551615", RANGE, 0),
  NO ("9223372036854775807", RANGE, 0), NO ("{\"a\":1,\"a\":2}", TWICE, 7), NO ("\"\\u0000\"", NUL, 1),
  NO ("[\"a\\u0000b\"]", NUL, 3), NO ("[1,]", SYNTAX, 3), NO ("{\"a\":1,}", SYNTAX, 7), NO ("[,1]", SYNTAX, 1), NO ("[1 2]", SYNTAX, 3),
  NO ("NaN", SYNTAX, 0), NO ("Infinity", SYNTAX, 0), NO ("-Infinity", SYNTAX, 1), NO ("nan", SYNTAX, 0), NO ("inf", SYNTAX, 0),
  NO ("True", SYNTAX, 0), NO ("TRUE", SYNTAX, 0), NO ("None", SYNTAX, 0), NO ("undefined", SYNTAX, 0), NO ("nul", SYNTAX, 0),
  NO ("tru", SYNTAX, 0), NO ("{a:1}", SYNTAX, 1), NO ("{1:1}", SYNTAX, 1), NO ("{null:1}", SYNTAX, 1), NO ("[\"a\":1]", SYNTAX, 4),
  NO ("{\"a\"}", SYNTAX, 4), NO ("{\"a\":}", SYNTAX, 5), NO ("{\"a\" 1}", SYNTAX, 5), NO ("{\"a\":1 \"b\":2}", SYNTAX, 7),
  NO ("{:1}", SYNTAX, 1), NO ("{,}", SYNTAX, 1), NO ("{\"a\":1;\"b\":2}", SYNTAX, 6), NO ("[1;2]", SYNTAX, 2), NO ("(1)", SYNTAX, 0),
  /* unfinished */
  NO ("{", SYNTAX, 1), NO ("[", SYNTAX, 1), NO ("[1", SYNTAX, 2), NO ("[1,", SYNTAX, 3), NO ("{\"a\"", SYNTAX, 4),
  NO ("{\"a\":", SYNTAX, 5), NO ("{\"a\":1", SYNTAX, 6), NO ("{\"a\":1,", SYNTAX, 7), NO ("\"", SYNTAX, 0), NO ("\"abc", SYNTAX, 0),
  NO ("\"abc\\", SYNTAX, 5), NO ("\"abc\\\"", SYNTAX, 0), NO ("[\"a", SYNTAX, 1), NO ("]", SYNTAX, 0), NO ("}", SYNTAX, 0),
  NO ("[1}", SYNTAX, 2), NO ("{\"a\":1]", SYNTAX, 6), NO ("-", SYNTAX, 1), NO ("[-]", SYNTAX, 2),
  /* numbers */
  OK ("9007199254740992"), OK ("-9007199254740992"), NO ("9007199254740993", RANGE, 0), NO ("-9007199254740993", RANGE, 0),
  NO ("[1,10000000000000000]", RANGE, 3), OKAY ("-0", "0"), NO ("-01", SYNTAX, 1), NO ("+1", SYNTAX, 0), NO ("- 1", SYNTAX, 1),
  NO ("--1", SYNTAX, 1), NO ("1e", SYNTAX, 2), NO ("1e+", SYNTAX, 3), NO ("1e1.5", SYNTAX, 3), NO ("1.5.5", SYNTAX, 3),
  NO ("1..5", SYNTAX, 2), NO ("1_000", SYNTAX, 1), NO ("1,000", SYNTAX, 1), NO ("1f", SYNTAX, 1), NO ("0e", SYNTAX, 2),
  NO ("00", SYNTAX, 0), NO ("-00", SYNTAX, 1), NO ("1e1000000000000", RANGE, 0), NO ("\xd9\xa1", SYNTAX, 0), /* an Arabic digit */
  OKAY ("1.0", "1.0"), OKAY ("1E2", "100.0"), OKAY ("1e+2", "100.0"), OKAY ("1e-2", "0.01"), OKAY ("-1.50", "-1.5"),
  OKAY ("0.1", "0.1"), OKAY ("0e5", "0.0"), OKAY ("0.000", "0.0"), OKAY ("-0.0", "-0.0"), OKAY ("1e22", "1e+22"),
  OKAY ("1.7976931348623157e308", "1.7976931348623157e+308"), NO ("1.7976931348623159e308", RANGE, 0), OKAY ("5e-324", "4.94065645841247e-324"),
  OKAY ("1e-400", "0.0"), /* too small is zero: nothing wraps */
  OKAY ("3.141592653589793", "3.141592653589793"), OKAY ("9007199254740993.0", "9007199254740992.0"),
  OKAY ("0.30000000000000004", "0.30000000000000004"), OKAY ("123456789012345678901234567890.0", "1.2345678901234568e+29"),
  /* strings */
  OKAY ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\""), OKAY ("\"\\u0041\"", "\"A\""),
  OKAY ("\"\\u00e9\"", "\"\xc3\xa9\""), OKAY ("\"\\u20AC\"", "\"\xe2\x82\xac\""), OKAY ("\"\\ud83c\\udf70\"", "\"\xf0\x9f\x8d\xb0\""),
  OKAY ("\"\\uD83C\\uDF70\"", "\"\xf0\x9f\x8d\xb0\""), OKAY ("\"\\u001f\"", "\"\\u001f\""), OKAY ("\"\\u007f\"", "\"\x7f\""),
  OK ("\"\xc3\xa9\""), OK ("\"\xf0\x9f\x8d\xb0\""), OK ("\"\x7f\""), OK ("\"\xe2\x80\xa8\""), OK ("\"\xf4\x8f\xbf\xbf\""),
  OKAY ("\"\\uFFFF\"", "\"\xef\xbf\xbf\""), OKAY ("\"\\udbff\\udfff\"", "\"\xf4\x8f\xbf\xbf\""),
  NO ("\"\\ud83c\"", UTF8, 1), NO ("\"\\udf70\"", UTF8, 1), NO ("\"\\ud83c\\u0041\"", UTF8, 1), NO ("\"\\ud83c\\ud83c\"", UTF8, 1),
  NO ("\"\\ud83cx\"", UTF8, 1), NO ("\"a\\ud83c", UTF8, 2), NO ("\"\\ud83c\\n\"", UTF8, 1), NO ("\"\\udf70\\ud83c\"", UTF8, 1),
  NO ("\"\\ud83c\\", UTF8, 1), NO ("\"\\ud83c\\u00\"", SYNTAX, 11),
  NO ("\"\\u004\"", SYNTAX, 6), NO ("\"\\u00g0\"", SYNTAX, 5), NO ("\"\\U0041\"", SYNTAX, 2), NO ("\"\\x41\"", SYNTAX, 2),
  NO ("\"\\a\"", SYNTAX, 2), NO ("\"\\'\"", SYNTAX, 2), NO ("\"\\0\"", SYNTAX, 2), NO ("\"\\v\"", SYNTAX, 2), NO ("\"\\ n\"", SYNTAX, 2),
  NO ("\"a\nb\"", SYNTAX, 2), NO ("\"a\tb\"", SYNTAX, 2), NO ("\"\x01\"", SYNTAX, 1), NO ("\"\x1f\"", SYNTAX, 1),
  NO ("{\"a\nb\":1}", SYNTAX, 3), NO ("\"\\u00", SYNTAX, 5),
  /* UTF-8 */
  NO ("\"\xff\"", UTF8, 1), NO ("\"\xc0\x80\"", UTF8, 1), NO ("\"\xc3\"", UTF8, 1), NO ("\"\xed\xa0\xbc\"", UTF8, 1), NO ("\xc3", UTF8, 0),
  NO ("\"\xf4\x90\x80\x80\"", UTF8, 1), NO ("\"\xe2\x82\"", UTF8, 1), NO ("\"\x80\"", UTF8, 1), NO ("[\"a\", \xfe]", UTF8, 6),
  NO ("\"\xc1\xbf\"", UTF8, 1), NO ("\"\xe0\x80\xaf\"", UTF8, 1), NO ("\"\xf8\x88\x80\x80\x80\"", UTF8, 1),
  /* names are compared after unescaping, within one object only */
  NO ("{\"a\":1,\"\\u0061\":2}", TWICE, 7), NO ("{\"\\u0061\":1,\"a\":2}", TWICE, 12), NO ("{\"\":1,\"\":2}", TWICE, 6),
  NO ("[{\"a\":1,\"b\":2,\"a\":3}]", TWICE, 14), NO ("{\"/\":1,\"\\/\":1}", TWICE, 7), NO ("{\"a\":{\"b\":1,\"b\":1}}", TWICE, 12),
  OK ("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}"), OK ("[{\"a\":1},{\"a\":2}]"), OK ("{\"a\":1,\"A\":2,\"\":3}"),
  OK ("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"), /* not normalised: other code points are another name */
  /* depth */
  OK ("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"), NO ("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", DEEP, 16),
  NO ("{\"a\":[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]}", DEEP, 20), OK ("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"),
};

static void
test_table (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (cases), >=, 120);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = hl_json_parse (c->text, strlen (c->text), NULL, &error);

    g_test_message ("%u: %s", i, c->text);
    if (c->result == ACCEPT) {
      g_assert_no_error (error);
      g_assert_nonnull (node);
      g_autofree char *printed = hl_json_print (node);
      g_assert_cmpstr (printed, ==, c->printed != NULL ? c->printed : c->text);
    } else {
      gsize offset = 0;
      g_assert_error (error, HL_JSON_ERROR, c->result);
      g_assert_null (node);
      hl_json_error_get_place (error, &offset, NULL, NULL);
      g_assert_cmpuint (offset, ==, c->offset);
    }
  }
}

/* A refusal must not depend on what stands behind the text in memory. */
static void
test_exact_length (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize len = strlen (cases[i].text);
    g_autofree char *exact = g_memdup2 (cases[i].text, len != 0 ? len : 1); /* no NUL behind: ASan sees a read too far */
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = hl_json_parse (exact, len, NULL, &error);
    g_assert_true ((node != NULL) == (cases[i].result == ACCEPT));

    /* every shorter text is read without looking further */
    for (gsize n = 0; n < len; n++) {
      g_autofree char *part = g_memdup2 (cases[i].text, n != 0 ? n : 1);
      g_autoptr (JsonNode) ignored = hl_json_parse (part, n, NULL, NULL);
    }
  }
}

static void
test_nul_byte (void)
{
  static const char *const texts[] = { "\0{}", "{\0}", "\"\0\"", "1\0", "{}\0" };
  static const gsize lens[] = { 3, 3, 3, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (hl_json_parse (texts[i], lens[i], NULL, &error));
    g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_NUL);
  }
}

static void
test_size (void)
{
  HlJsonLimits limits = { .max_bytes = 10 };
  g_autoptr (GError) error = NULL;

  g_autoptr (JsonNode) fits = hl_json_parse ("\"12345678\"", 10, &limits, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fits);
  g_assert_null (hl_json_parse ("\"123456789\"", 11, &limits, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);

  g_autoptr (GString) big = g_string_new (NULL);
  g_string_append_printf (big, "\"%0*d\"", HL_JSON_DEFAULT_BYTES - 1, 0);
  g_assert_null (hl_json_parse (big->str, big->len, NULL, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_LARGE);
}

/* 80 KB of opening brackets overflow the stack of the floor's json-glib. */
static void
test_depth (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autoptr (GError) error = NULL;
  HlJsonLimits limits = { .max_depth = 1000 };
  gsize offset = 0;

  g_assert_null (hl_json_parse (deep, 1000000, NULL, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_DEEP);
  hl_json_error_get_place (error, &offset, NULL, NULL);
  g_assert_cmpuint (offset, ==, 16);
  g_clear_error (&error);

  /* whatever the caller asks for */
  g_assert_null (hl_json_parse (deep, 1000000, &limits, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_DEEP);
  hl_json_error_get_place (error, &offset, NULL, NULL);
  g_assert_cmpuint (offset, ==, HL_JSON_MAX_DEPTH);
}

static void
test_members (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GError) error = NULL;
  HlJsonLimits more = { .max_members = 10000 };

  for (guint i = 0; i < 513; i++) {
    g_string_append_printf (text, "%s\"m%u\":%u", i > 0 ? "," : "", i, i);
  }
  g_string_append_c (text, '}');
  g_assert_null (hl_json_parse (text->str, text->len, NULL, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_DEEP);
  g_clear_error (&error);
  g_autoptr (JsonNode) node = hl_json_parse (text->str, text->len, &more, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (json_node_get_object (node)), ==, 513);
}

static void
test_place (void)
{
  const char *text = "{\n  \"n\xc3\xa4me\": \"x\",\n  \"\xc3\xa4\xc3\xa4\": 01\n}";
  g_autoptr (GError) error = NULL;
  gsize offset = 0;
  guint line = 0;
  guint column = 0;

  g_assert_null (hl_json_parse (text, strlen (text), NULL, &error));
  hl_json_error_get_place (error, &offset, &line, &column);
  g_assert_cmpuint (offset, ==, (gsize) (strstr (text, "01") - text));
  g_assert_cmpuint (line, ==, 3);
  g_assert_cmpuint (column, ==, 9);
  g_assert_cmpstr (error->message, ==, "JSON, line 3, column 9: a number with a leading zero");

  g_autoptr (GError) copy = g_error_copy (error);
  hl_json_error_get_place (copy, NULL, &line, NULL);
  g_assert_cmpuint (line, ==, 3);

  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, 0, "another");
  hl_json_error_get_place (other, &offset, &line, &column);
  g_assert_cmpuint (offset, ==, 0);
}

static void
test_object_root (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = hl_json_parse_object (" {\"a\":1}", 8, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (object, "a"), ==, 1);

  static const char *const wrong[] = { "[]", "null", "1", "\"{}\"", "true" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_null (hl_json_parse_object (wrong[i], strlen (wrong[i]), NULL, &error));
    g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_SYNTAX);
    g_clear_error (&error);
  }
  g_assert_null (hl_json_parse (NULL, 0, NULL, &error));
  g_assert_error (error, HL_JSON_ERROR, HL_JSON_ERROR_SYNTAX);
}

static void
test_types (void)
{
  g_autoptr (JsonNode) root = hl_json_parse ("[1,1.5,true,\"x\",null,1.0]", 25, NULL, NULL);
  JsonArray *array = json_node_get_array (root);
  static const GType types[] = { G_TYPE_INT64, G_TYPE_DOUBLE, G_TYPE_BOOLEAN, G_TYPE_STRING, G_TYPE_INVALID, G_TYPE_DOUBLE };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (types[i] == G_TYPE_INVALID) {
      g_assert_true (JSON_NODE_HOLDS_NULL (node));
    } else {
      g_assert_cmpuint (json_node_get_value_type (node), ==, types[i]);
    }
  }
}

/* A locale with a decimal comma, made here where the system has none. */
static gboolean
set_comma_locale (const char *folder)
{
  g_autofree char *where = g_build_filename (folder, "de_DE.UTF-8", NULL);
  const char *const argv[] = { "localedef", "-i", "de_DE", "-f", "UTF-8", where, NULL };

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") != NULL) {
    return TRUE;
  }
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, NULL, NULL);
  g_setenv ("LOCPATH", folder, TRUE);
  return setlocale (LC_NUMERIC, "de_DE.UTF-8") != NULL;
}

/* Numbers must not depend on the locale's decimal point. */
static void
test_locale (void)
{
  g_autofree char *saved = g_strdup (setlocale (LC_NUMERIC, NULL));
  g_autofree char *folder = g_dir_make_tmp ("hl-locale-XXXXXX", NULL);
  gboolean found = set_comma_locale (folder);
  g_autofree char *comma = g_strdup_printf ("%.1f", 1.5);
  g_autoptr (JsonNode) node = hl_json_parse ("[1.5,0.25]", 10, NULL, NULL);
  g_autofree char *text = hl_json_print (node);

  setlocale (LC_NUMERIC, saved);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  if (!found) {
    g_test_skip ("there is no locale with a decimal comma, and localedef cannot make one");
    return;
  }
  g_assert_cmpstr (comma, ==, "1,5"); /* or the test would show nothing */
  g_assert_cmpstr (text, ==, "[1.5,0.25]");
}

static void
test_print_doubles (void)
{
  for (guint i = 0; i < 20000; i++) {
    union {
      guint64 bits;
      double value;
    } number = { .bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int () };
    if (!isfinite (number.value)) {
      continue;
    }
    g_autoptr (JsonNode) node = json_node_init_double (json_node_alloc (), number.value);
    g_autofree char *text = hl_json_print (node);
    g_autoptr (JsonNode) again = hl_json_parse (text, strlen (text), NULL, NULL);
    g_assert_nonnull (again);
    g_assert_cmpuint (json_node_get_value_type (again), ==, G_TYPE_DOUBLE);
    g_assert_true (json_node_get_double (again) == number.value);
  }
  g_autoptr (JsonNode) nan = json_node_init_double (json_node_alloc (), NAN);
  g_autofree char *text = hl_json_print (nan);
  g_assert_cmpstr (text, ==, "null");
}

/* A random tree printed and read again prints the same. */
static JsonNode *
make_tree (guint depth)
{
  switch (g_test_rand_int_range (0, depth > 0 ? 8 : 6)) {
  case 0:
    return json_node_new (JSON_NODE_NULL);
  case 1:
    return json_node_init_boolean (json_node_alloc (), g_test_rand_bit ());
  case 2:
    return json_node_init_int (json_node_alloc (), g_test_rand_int ());
  case 3:
    return json_node_init_double (json_node_alloc (), g_test_rand_double_range (-1e9, 1e9));
  case 4:
  case 5: {
    g_autoptr (GString) text = g_string_new (NULL);
    for (gint32 n = g_test_rand_int_range (0, 12); n > 0; n--) {
      static const gunichar some[] = { 'a', '"', '\\', '\n', 0x1f, 0x7f, 0xe9, 0x2028, 0x1f370, 0x10ffff, '/', 1 };
      g_string_append_unichar (text, some[g_test_rand_int_range (0, G_N_ELEMENTS (some))]);
    }
    return json_node_init_string (json_node_alloc (), text->str);
  }
  case 6: {
    JsonNode *node = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (node, json_array_new ());
    for (gint32 n = g_test_rand_int_range (0, 5); n > 0; n--) {
      json_array_add_element (json_node_get_array (node), make_tree (depth - 1));
    }
    return node;
  }
  default: {
    JsonNode *node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, json_object_new ());
    for (gint32 n = g_test_rand_int_range (0, 5); n > 0; n--) {
      g_autofree char *name = g_strdup_printf ("m\"\\%d", n);
      json_object_set_member (json_node_get_object (node), name, make_tree (depth - 1));
    }
    return node;
  }
  }
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 3000; i++) {
    g_autoptr (JsonNode) tree = make_tree (8);
    g_autofree char *text = hl_json_print (tree);
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) again = hl_json_parse (text, strlen (text), NULL, &error);
    g_assert_no_error (error);
    g_autofree char *same = hl_json_print (again);
    g_assert_cmpstr (same, ==, text);
  }
}

static void
test_find (void)
{
  static const struct {
    const char *pointer;
    const char *value;
  } finds[] = {
    { "", "{ \"a\" : [1 , {\"b\":\"x]\\\"}\"}, [] ],\"\\u0063\":true, \"d/e\":-1.5e3 ,\"f~\":{}, \"g\":null }" },
    { "/a", "[1 , {\"b\":\"x]\\\"}\"}, [] ]" }, { "/a/0", "1" }, { "/a/1", "{\"b\":\"x]\\\"}\"}" }, { "/a/1/b", "\"x]\\\"}\"" },
    { "/a/2", "[]" }, { "/c", "true" }, { "/d~1e", "-1.5e3" }, { "/f~0", "{}" }, { "/g", "null" }, { "/a/3", NULL },
    { "/b", NULL }, { "/a/x", NULL }, { "/a/-1", NULL }, { "/c/0", NULL }, { "/a/1/b/c", NULL }, { "/f~0/x", NULL }, { "/a/", NULL },
    { "a", NULL },
  };
  g_autofree char *text = g_strdup_printf (" %s\n", finds[0].value);

  for (guint i = 0; i < G_N_ELEMENTS (finds); i++) {
    gsize start = 0;
    gsize size = 0;
    g_test_message ("%s", finds[i].pointer);
    g_assert_true (hl_json_find (text, strlen (text), finds[i].pointer, &start, &size) == (finds[i].value != NULL));
    if (finds[i].value != NULL) {
      g_autofree char *value = g_strndup (text + start, size);
      g_assert_cmpstr (value, ==, finds[i].value);
    }
  }
}

/* What a sender that cannot be corrected may have in its text; the rest of the rules stand. */
static void
test_forgive (void)
{
  static const HlJsonLimits limits = { .forgive = TRUE };
  static const struct {
    const char *text;
    const char *want; /* NULL: refused all the same */
  } cases_forgiven[] = {
    { "\"a\\ud83d\"", "\"a\xef\xbf\xbd\"" },
    { "\"\\ude00b\"", "\"\xef\xbf\xbd" "b\"" },
    { "\"\\ud83d\\u0041\"", "\"\xef\xbf\xbd" "A\"" },
    { "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"" },
    { "\"\\ud83d\\n\"", "\"\xef\xbf\xbd\\n\"" },
    { "\"a\\u0000b\"", "\"a\xef\xbf\xbd" "b\"" },
    { "{\"\\u0000\":1}", "{\"\xef\xbf\xbd\":1}" },
    { "[9007199254740993,-12345678901234567890]", "[9007199254740992.0,-12345678901234567000.0]" },
    { "[1e400,7]", "[null,7]" },
    { "\"\\ud83d\\u00\"", NULL }, { "\"\\ud83d", NULL },         { "\"a\\u000\"", NULL }, { "{\"a\":1,\"a\":2}", NULL },
    { "\"\xed\xa0\xbd\"", NULL },  { "\xef\xbb\xbf{}", NULL }, { "[NaN]", NULL },      { "01", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases_forgiven); i++) {
    const char *text = cases_forgiven[i].text;
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = hl_json_parse (text, strlen (text), &limits, &error);

    g_test_message ("%s", text);
    if (cases_forgiven[i].want == NULL) {
      g_assert_null (node);
      continue;
    }
    g_assert_no_error (error);
    g_autofree char *printed = hl_json_print (node);
    if (strchr (cases_forgiven[i].want, '.') == NULL) {
      g_assert_cmpstr (printed, ==, cases_forgiven[i].want);
    } else {
      g_assert_cmpint (json_node_get_value_type (json_array_get_element (json_node_get_array (node), 0)), ==, G_TYPE_DOUBLE);
    }
    g_autoptr (JsonNode) strict = hl_json_parse (text, strlen (text), NULL, NULL);
    g_assert_null (strict);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/table", test_table);
  g_test_add_func ("/json/exact-length", test_exact_length);
  g_test_add_func ("/json/nul-byte", test_nul_byte);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/forgive", test_forgive);
  g_test_add_func ("/json/place", test_place);
  g_test_add_func ("/json/object-root", test_object_root);
  g_test_add_func ("/json/types", test_types);
  g_test_add_func ("/json/locale", test_locale);
  g_test_add_func ("/json/print-doubles", test_print_doubles);
  g_test_add_func ("/json/round-trip", test_round_trip);
  g_test_add_func ("/json/find", test_find);
  return g_test_run ();
}
