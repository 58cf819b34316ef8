/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Card numbers are found as people write and say them; phone and confirmation numbers are left alone. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "util/hl-card-words.h"
#include "util/hl-card.h"

#define CORPUS 10000

/* ---- single cases ---- */

static const struct {
  const char *text;
  const char *want; /* NULL: unchanged */
} cases[] = {
  { "My card is 4111 1111 1111 1111, thanks", "My card is " HL_CARD_REMOVED ", thanks" },
  { "4111-1111-1111-1111", HL_CARD_REMOVED },
  { "4111111111111111", HL_CARD_REMOVED },
  { "3782 822463 10005 is my Amex", HL_CARD_REMOVED " is my Amex" },
  { "4111 1111 1111 1111 12 27 123", HL_CARD_REMOVED " 12 27 123" },
  { "4222222222222", HL_CARD_REMOVED },                               /* 13 digits */
  { "6304 0000 0000 0000 018", HL_CARD_REMOVED },                     /* 19 digits */
  { "4111 1111 1111 1112", NULL },                                    /* not a card: the check digit is wrong */
  { "Visa 4111 1111 1111 1112", "Visa " HL_CARD_REMOVED },            /* a digit was heard wrong */
  { "four one one one, one one one one, one one one one, uh, one one one one", HL_CARD_REMOVED },
  { "forty-one eleven eleven eleven eleven eleven eleven eleven", HL_CARD_REMOVED },
  { "four triple one double one double one double one double one double one triple one", NULL }, /* 17, fails the check */
  { "cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno", HL_CARD_REMOVED },
  { "cuarenta y uno once once once once once once once", HL_CARD_REMOVED },
  { "quatre un un un un un un un un un un un un un un un", HL_CARD_REMOVED },
  { "quarante et un onze onze onze onze onze onze onze", HL_CARD_REMOVED },
  /* 4970 1000 0000 0055, then one zero too many */
  { "quarante-neuf soixante-dix dix zéro zéro zéro zéro zéro zéro zéro zéro cinquante-cinq", HL_CARD_REMOVED },
  { "quarante-neuf soixante-dix dix zéro zéro zéro zéro zéro zéro zéro zéro zéro cinquante-cinq", NULL },
  { "cuatro mil quinientos treinta y dos mil doscientos treinta y cuatro siete mil dos ochocientos", NULL }, /* 4532 1234 7002 800 */
  { "four thousand one hundred eleven, eleven hundred eleven, one thousand one hundred and eleven, one one one one", HL_CARD_REMOVED },
  { "forty-one hundred eleven eleven hundred eleven eleven hundred eleven eleven hundred eleven", HL_CARD_REMOVED },
  { "cuatro mil ciento once mil ciento once mil ciento once mil ciento once, gracias", HL_CARD_REMOVED ", gracias" },
  { "quatre mille cent onze mille cent onze mille cent onze mille cent onze", HL_CARD_REMOVED },
  { "quatre mille neuf cent soixante-dix, mille, zéro zéro zéro zéro, zéro zéro cinquante-cinq", HL_CARD_REMOVED },
  { "we spent four thousand five hundred thirty-two dollars and 50 cents", NULL },
  { "one eight hundred five five five oh one four two", NULL },
  { "the security code is 123", "the security code is " HL_CARD_CODE_REMOVED },
  { "el código de seguridad es 4321", "el código de seguridad es " HL_CARD_CODE_REMOVED },
  { "Call me at +1 202 555 0142", NULL },
  { "Call me at 1 202 555 0142, zip 60614", NULL },
  { "202 555 0142 60614", NULL },
  { "011 44 20 7946 0958", NULL },
  { "my phone is four nine one five one one two three four five six seven eight", NULL },
  { "confirmation number 1234567890123", NULL },
  { "four people on 2026-12-05 at 19:30", NULL },
  { "AB4111111111111111", NULL },
  { "٤١١١ ١١١١ ١١١١ ١١١١", HL_CARD_REMOVED },
  { "", NULL },
  { "a table for two", NULL },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = hl_card_redact (cases[i].text);

    if (g_strcmp0 (text, cases[i].want) != 0) {
      g_test_message ("“%s”", cases[i].text);
    }
    g_assert_cmpstr (text, ==, cases[i].want);
  }
}

static void
test_words_are_sorted (void)
{
  static const char *const some[] = { "alors", "zero", "y", "six", "cinq", "veintinueve", "dieciseis" };
  int value;

  for (gsize i = 0; i < G_N_ELEMENTS (some); i++) {
    g_assert_cmpint (hl_card_word_classify (some[i], &value), !=, HL_CARD_WORD_OTHER);
  }
  g_assert_cmpint (hl_card_word_classify ("table", &value), ==, HL_CARD_WORD_OTHER);
}

/* ---- a generated evening of callers ---- */

typedef struct {
  const char *digit[10];
  const char *before_card[4];
  const char *before_phone[4];
  const char *before_code[4];
  const char *after[4];
  const char *filler[3];
} Language;

static const Language languages[] = {
  { { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" },
    { "", "my card number is ", "put it on ", "sure, it's " },
    { "my number is ", "you can reach me at ", "my phone is ", "" },
    { "my confirmation number is ", "the reservation number is ", "order number ", "confirmation code " },
    { "", ", thank you", " and that's all", ". For four people" },
    { " uh ", " and ", " um, " } },
  { { "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve" },
    { "", "mi tarjeta es ", "apúntelo: ", "es la " },
    { "mi teléfono es ", "me puede llamar al ", "mi móvil es ", "" },
    { "mi número de confirmación es ", "el número de reserva es ", "pedido número ", "confirmación " },
    { "", ", gracias", " y eso es todo", ". Somos cuatro" },
    { " eh ", " y ", " este " } },
  { { "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf" },
    { "", "ma carte est le ", "notez ", "c'est le " },
    { "mon téléphone est le ", "vous pouvez me joindre au ", "mon portable, ", "" },
    { "mon numéro de confirmation est ", "la réservation numéro ", "commande numéro ", "confirmation " },
    { "", ", merci", " et c'est tout", ". Nous sommes quatre" },
    { " euh ", " et ", " puis " } },
};

static const char *
pick (GRand *rand, const char *const *of, int n)
{
  return of[g_rand_int_range (rand, 0, n)];
}

/* A number of @n digits that begins with @prefix and passes the check. */
static char *
make_card (GRand *rand, const char *prefix, int n)
{
  char *digits = g_new0 (char, (gsize) n + 1);
  int sum = 0;

  for (int i = 0; i < n - 1; i++) {
    digits[i] = (gsize) i < strlen (prefix) ? prefix[i] : (char) ('0' + g_rand_int_range (rand, 0, 10));
  }
  for (int i = 0; i < n - 1; i++) {
    int digit = digits[n - 2 - i] - '0';

    sum += i % 2 == 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit;
  }
  digits[n - 1] = (char) ('0' + (10 - sum % 10) % 10);
  return digits;
}

static char *
make_digits (GRand *rand, int n)
{
  char *digits = g_new0 (char, (gsize) n + 1);

  for (int i = 0; i < n; i++) {
    digits[i] = (char) ('0' + g_rand_int_range (rand, i == 0 ? 2 : 0, 10));
  }
  return digits;
}

static const char *const small_words[][20] = {
  { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen" },
  { "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce",
    "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve" },
  { "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
    "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf" },
};
static const char *const tens_words[][10] = {
  { "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety" },
  { "", "", "veinti", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa" },
  { "", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt" },
};
static const char *const hundreds[] = { "", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
                                        "setecientos", "ochocientos", "novecientos" };

static void
say_below_hundred (GString *out, int language, int n)
{
  const char *tens = tens_words[language][n / 10];
  static const char *const twenties[] = { "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco",
                                          "veintiséis", "veintisiete", "veintiocho", "veintinueve" };

  if (n < 20) {
    g_string_append (out, small_words[language][n]);
  } else if (language == 1 && n < 30) {
    g_string_append (out, twenties[n - 20]);
  } else if (language == 2 && (n / 10 == 7 || n / 10 == 9)) {
    g_string_append_printf (out, "%s%s%s", tens, n == 71 ? " et " : "-", small_words[2][n % 10 + 10]);
  } else if (n % 10 == 0) {
    g_string_append_printf (out, "%s%s", tens, language == 2 && n == 80 ? "s" : "");
  } else {
    g_string_append_printf (out, "%s%s%s", tens,
                            language == 0 ? "-" : language == 1 ? " y " : n % 10 == 1 && n < 80 ? " et " : "-",
                            small_words[language][n % 10]);
  }
}

static void
say_below_thousand (GString *out, int language, int n)
{
  if (n >= 100) {
    if (language == 1) {
      g_string_append (out, n == 100 ? "cien" : hundreds[n / 100]);
    } else if (language == 0) {
      g_string_append_printf (out, "%s hundred", small_words[0][n / 100]);
    } else {
      g_string_append_printf (out, "%s%scent%s", n < 200 ? "" : small_words[2][n / 100], n < 200 ? "" : " ",
                              n >= 200 && n % 100 == 0 ? "s" : "");
    }
    if (n % 100 > 0) {
      g_string_append_c (out, ' ');
    }
  }
  if (n % 100 > 0 || n == 0) {
    say_below_hundred (out, language, n % 100);
  }
}

/* 4532: "four thousand five hundred thirty-two", or "forty-five hundred thirty-two". */
static void
say_number (GString *out, GRand *rand, int language, int n)
{
  static const char *const thousand[] = { "thousand", "mil", "mille" };

  if (language == 0 && n >= 1100 && n / 100 % 10 != 0 && g_rand_boolean (rand)) {
    say_below_hundred (out, 0, n / 100);
    g_string_append (out, " hundred");
    if (n % 100 > 0) {
      g_string_append (out, g_rand_boolean (rand) ? " and " : " ");
      say_below_hundred (out, 0, n % 100);
    }
    return;
  }
  if (n >= 1000) {
    if (language == 0 || n >= 2000) {
      g_string_append_printf (out, "%s ", small_words[language][n / 1000]);
    }
    g_string_append (out, thousand[language]);
    if (n % 1000 > 0) {
      g_string_append_c (out, ' ');
    }
  }
  if (n % 1000 > 0) {
    say_below_thousand (out, language, n % 1000);
  }
}

/* In fours, each as one number; what begins with a zero, and what is left, digit by digit. */
static void
say_in_thousands (GString *out, GRand *rand, const Language *language, const char *digits)
{
  const gboolean commas = g_rand_boolean (rand);

  for (gsize i = 0; i < strlen (digits); i += 4) {
    g_autofree char *four = g_strndup (digits + i, 4);

    if (i > 0) {
      g_string_append (out, commas ? ", " : " ");
    }
    if (four[0] != '0' && strlen (four) == 4) {
      say_number (out, rand, (int) (language - languages), atoi (four));
      continue;
    }
    for (gsize k = 0; four[k] != '\0'; k++) {
      g_string_append_printf (out, "%s%s", k > 0 ? " " : "", language->digit[four[k] - '0']);
    }
  }
}

/* @style 0: in one piece; 1: fours with spaces; 2: fours with dashes; 3: spoken; 4: spoken with a filler after each four;
 * 5: digit by digit; 6: spoken in thousands */
static void
write_number (GString *out, GRand *rand, const Language *language, const char *digits, int style)
{
  if (style == 6) {
    say_in_thousands (out, rand, language, digits);
    return;
  }
  for (gsize i = 0; digits[i] != '\0'; i++) {
    if (i > 0) {
      const gboolean gap = i % 4 == 0;

      g_string_append (out, style == 1 ? (gap ? " " : "")
                            : style == 2 ? (gap ? "-" : "")
                            : style == 3 || style == 5 ? " "
                            : style == 4 ? (gap ? pick (rand, language->filler, 3) : " ")
                                         : "");
    }
    if (style == 3 || style == 4) {
      g_string_append (out, language->digit[digits[i] - '0']);
    } else {
      g_string_append_c (out, digits[i]);
    }
  }
}

static void
write_phone (GString *out, GRand *rand, const Language *language)
{
  g_autofree char *national = make_digits (rand, 10);

  switch (g_rand_int_range (rand, 0, 6)) {
  case 0:
    g_string_append_printf (out, "+1%s", national);
    break;
  case 1:
    g_string_append_printf (out, "%.3s %.3s %s", national, national + 3, national + 6);
    break;
  case 2:
    g_string_append_printf (out, "(%.3s) %.3s-%s", national, national + 3, national + 6);
    break;
  case 3:
    write_number (out, rand, language, national, 3);
    break;
  case 4:
    g_string_append_printf (out, "+%d%s%s", g_rand_int_range (rand, 30, 60), national, g_rand_boolean (rand) ? "7" : "");
    break;
  default:
    g_string_append_printf (out, "1-%.3s-%.3s-%s, 606%02d", national, national + 3, national + 6, g_rand_int_range (rand, 0, 99));
    break;
  }
}

static void
test_corpus (void)
{
  static const struct {
    const char *prefix;
    int         n;
  } brands[] = { { "4", 16 }, { "4", 16 }, { "51", 16 }, { "55", 16 }, { "2221", 16 }, { "34", 15 }, { "37", 15 }, { "6011", 16 },
                 { "65", 16 }, { "36", 14 }, { "3530", 16 }, { "62", 16 }, { "62", 19 }, { "6304", 19 }, { "4", 13 },
                 { "", 13 }, { "", 14 }, { "", 15 }, { "", 16 }, { "", 17 }, { "", 18 }, { "", 19 } };
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  guint cards = 0, caught = 0, others = 0, hit = 0;

  for (guint i = 0; i < CORPUS; i++) {
    const Language *language = &languages[g_rand_int_range (rand, 0, G_N_ELEMENTS (languages))];
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *out = NULL;

    if (i % 2 == 0) {
      const guint brand = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (brands));
      g_autofree char *digits = make_card (rand, brands[brand].prefix, brands[brand].n);

      if (g_str_has_prefix (digits, "00") || g_str_has_prefix (digits, "011")) {
        continue; /* no issuer has it; it reads as a call abroad */
      }
      g_string_append (text, pick (rand, language->before_card, 4));
      write_number (text, rand, language, digits, g_rand_int_range (rand, 0, 7));
      g_string_append (text, pick (rand, language->after, 4));
      out = hl_card_redact (text->str);
      cards++;
      if (out != NULL) {
        caught++;
      } else {
        g_test_message ("missed: %s", text->str);
      }
      continue;
    }
    if (g_rand_boolean (rand)) {
      g_string_append (text, pick (rand, language->before_phone, 4));
      write_phone (text, rand, language);
    } else {
      g_autofree char *digits = make_digits (rand, g_rand_int_range (rand, 5, 15));

      g_string_append (text, pick (rand, language->before_code, 4));
      write_number (text, rand, language, digits, g_rand_int_range (rand, 0, 7));
    }
    g_string_append (text, pick (rand, language->after, 4));
    out = hl_card_redact (text->str);
    others++;
    if (out != NULL) {
      hit++;
      g_test_message ("hit: %s", text->str);
    }
  }
  g_test_message ("%u of %u card numbers caught (%.2f %%), %u of %u others hit (%.2f %%)", caught, cards, 100.0 * caught / cards,
                  hit, others, 100.0 * hit / others);
  g_assert_cmpuint (caught * 1000, >=, cards * 995);
  g_assert_cmpuint (hit * 1000, <=, others);
}

/* ---- turns ---- */

static void
test_turns (void)
{
  static const struct {
    const char *turns[3];
    HlCardTopic asked;
    const char *want[3];
  } stories[] = {
    { { "4111 1111", "1111 1111", NULL }, HL_CARD_TOPIC_NONE, { HL_CARD_REMOVED, HL_CARD_REMOVED, NULL } },
    { { "It's 4111 1111", "and the rest is 1111 1111", NULL }, HL_CARD_TOPIC_NONE, { "It's " HL_CARD_REMOVED, HL_CARD_REMOVED, NULL } },
    { { "four one one one", "one one one one", "one one one one one one one one" }, HL_CARD_TOPIC_NONE,
      { HL_CARD_REMOVED, HL_CARD_REMOVED, HL_CARD_REMOVED } },
    { { "Ready? 4111 1111", NULL, NULL }, HL_CARD_TOPIC_CARD, { "Ready? " HL_CARD_REMOVED, NULL, NULL } },
    { { "My phone is 202 555", "0142", NULL }, HL_CARD_TOPIC_CARD, { NULL, NULL, NULL } },
    { { "For 4", "at 7", NULL }, HL_CARD_TOPIC_CARD, { NULL, NULL, NULL } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    char *out[3] = { NULL };
    gsize n = 0;

    for (; n < 3 && stories[i].turns[n] != NULL; n++)
      ;
    hl_card_redact_turns (stories[i].turns, n, stories[i].asked, out);
    for (gsize k = 0; k < n; k++) {
      g_test_message ("%s -> %s", stories[i].turns[k], out[k] != NULL ? out[k] : "=");
      /* words that led over to the second half may go with it */
      if (stories[i].want[k] != NULL && k == 1) {
        g_assert_nonnull (out[k]);
        g_assert_nonnull (strstr (out[k], HL_CARD_REMOVED));
        g_assert_null (strpbrk (out[k], "0123456789"));
      } else {
        g_assert_cmpstr (out[k], ==, stories[i].want[k]);
      }
      g_free (out[k]);
    }
  }
}

static void
test_open_line (void)
{
  g_autofree char *open = hl_card_cut_open ("My card is 4111 1111 11");
  g_autofree char *phone = hl_card_cut_open ("my phone is 415 555 0142");
  g_autofree char *few = hl_card_cut_open ("we are 4");

  g_assert_cmpstr (open, ==, "My card is …");
  g_assert_null (phone);
  g_assert_null (few);
}

static void
test_data (void)
{
  g_autoptr (JsonNode) node = json_from_string (
      "{\"reservation_id\":\"4111111111111111\",\"name\":\"Dana\",\"notes_add\":[\"pays with 4111 1111 1111 1111\"],"
      "\"slots\":[{\"kind\":\"note\",\"raw\":\"4111111111111111\",\"value\":\"x\"}],\"starts_at\":\"2026-12-05T19:30:00Z\"}", NULL);
  JsonObject *data = json_node_get_object (node);
  g_autofree char *text = NULL;

  g_assert_true (hl_card_redact_data (data));
  g_assert_cmpstr (json_object_get_string_member (data, "reservation_id"), ==, "4111111111111111");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (data, "notes_add"), 0), ==,
                   "pays with " HL_CARD_REMOVED);
  text = json_to_string (json_array_get_element (json_object_get_array_member (data, "slots"), 0), FALSE);
  g_assert_nonnull (strstr (text, HL_CARD_REMOVED));
  g_assert_false (hl_card_redact_data (data));
}

/* Nothing that anybody may say makes it read or write beyond the text. */
static void
test_noise (void)
{
  static const char *const words[] = { "one", "quatre", "vingt", "dix", "-", " ", "4111", "\x1e", "double", "+", "y", "hundred", "…", "mil", "thousand", "quinientos", "cent", ",",
                                       "é", "٤", "o", "carte", "cvv", "12", "\n", "soixante", "phone" };

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *out = NULL, *open = NULL, *again = NULL;

    for (int n = g_test_rand_int_range (0, 40); n > 0; n--) {
      g_string_append (text, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
      g_string_append (text, g_test_rand_bit () ? " " : "");
    }
    out = hl_card_redact (text->str);
    open = hl_card_cut_open (text->str);
    g_assert_true (out == NULL || g_utf8_validate (out, -1, NULL));
    g_assert_true (open == NULL || g_utf8_validate (open, -1, NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/cases", test_cases);
  g_test_add_func ("/card/words-are-sorted", test_words_are_sorted);
  g_test_add_func ("/card/corpus-of-10000", test_corpus);
  g_test_add_func ("/card/across-turns", test_turns);
  g_test_add_func ("/card/unfinished-line", test_open_line);
  g_test_add_func ("/card/data", test_data);
  g_test_add_func ("/card/noise", test_noise);
  return g_test_run ();
}
