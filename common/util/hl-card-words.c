/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number words of three languages, and what else callers say around a card number. */
#include "util/hl-card-words.h"

#include <string.h>

typedef struct {
  const char *word;
  HlCardWord  kind;
  int         value;
} Word;

/* Sorted by strcmp: found by bisection (a test holds the order). */
static const Word words[] = {
  { "alors", HL_CARD_WORD_FILLER, 0 },          { "and", HL_CARD_WORD_AND, 0 },
  { "ben", HL_CARD_WORD_FILLER, 0 },            { "bueno", HL_CARD_WORD_FILLER, 0 },
  { "catorce", HL_CARD_WORD_TEEN, 14 },         { "cent", HL_CARD_WORD_HUNDRED, 1 },
  { "cents", HL_CARD_WORD_HUNDRED, 1 },         { "cero", HL_CARD_WORD_UNIT, 0 },
  { "cien", HL_CARD_WORD_HUNDREDS, 100 },       { "ciento", HL_CARD_WORD_HUNDREDS, 100 },
  { "cinco", HL_CARD_WORD_UNIT, 5 },            { "cincuenta", HL_CARD_WORD_TENS, 50 },
  { "cinq", HL_CARD_WORD_UNIT, 5 },             { "cinquante", HL_CARD_WORD_TENS, 50 },
  { "cuarenta", HL_CARD_WORD_TENS, 40 },        { "cuatro", HL_CARD_WORD_UNIT, 4 },
  { "cuatrocientas", HL_CARD_WORD_HUNDREDS, 400 },{ "cuatrocientos", HL_CARD_WORD_HUNDREDS, 400 },
  { "dash", HL_CARD_WORD_FILLER, 0 },           { "deux", HL_CARD_WORD_UNIT, 2 },
  { "diecinueve", HL_CARD_WORD_TEEN, 19 },      { "dieciocho", HL_CARD_WORD_TEEN, 18 },
  { "dieciseis", HL_CARD_WORD_TEEN, 16 },       { "diecisiete", HL_CARD_WORD_TEEN, 17 },
  { "diez", HL_CARD_WORD_TEEN, 10 },            { "dix", HL_CARD_WORD_TEEN, 10 },
  { "doble", HL_CARD_WORD_TIMES, 2 },           { "doce", HL_CARD_WORD_TEEN, 12 },
  { "dos", HL_CARD_WORD_UNIT, 2 },              { "doscientas", HL_CARD_WORD_HUNDREDS, 200 },
  { "doscientos", HL_CARD_WORD_HUNDREDS, 200 }, { "double", HL_CARD_WORD_TIMES, 2 },
  { "douze", HL_CARD_WORD_TEEN, 12 },           { "eh", HL_CARD_WORD_FILLER, 0 },
  { "eight", HL_CARD_WORD_UNIT, 8 },            { "eighteen", HL_CARD_WORD_TEEN, 18 },
  { "eighty", HL_CARD_WORD_TENS, 80 },          { "eleven", HL_CARD_WORD_TEEN, 11 },
  { "er", HL_CARD_WORD_FILLER, 0 },             { "erm", HL_CARD_WORD_FILLER, 0 },
  { "este", HL_CARD_WORD_FILLER, 0 },           { "et", HL_CARD_WORD_AND, 0 },
  { "euh", HL_CARD_WORD_FILLER, 0 },            { "fifteen", HL_CARD_WORD_TEEN, 15 },
  { "fifty", HL_CARD_WORD_TENS, 50 },           { "five", HL_CARD_WORD_UNIT, 5 },
  { "forty", HL_CARD_WORD_TENS, 40 },           { "four", HL_CARD_WORD_UNIT, 4 },
  { "fourteen", HL_CARD_WORD_TEEN, 14 },        { "guion", HL_CARD_WORD_FILLER, 0 },
  { "hm", HL_CARD_WORD_FILLER, 0 },             { "huit", HL_CARD_WORD_UNIT, 8 },
  { "huitante", HL_CARD_WORD_TENS, 80 },        { "hundred", HL_CARD_WORD_HUNDRED, 0 },
  { "luego", HL_CARD_WORD_FILLER, 0 },          { "mil", HL_CARD_WORD_THOUSAND, 1 },
  { "mille", HL_CARD_WORD_THOUSAND, 1 },        { "mm", HL_CARD_WORD_FILLER, 0 },
  { "neuf", HL_CARD_WORD_UNIT, 9 },             { "nine", HL_CARD_WORD_UNIT, 9 },
  { "nineteen", HL_CARD_WORD_TEEN, 19 },        { "ninety", HL_CARD_WORD_TENS, 90 },
  { "nonante", HL_CARD_WORD_TENS, 90 },         { "nought", HL_CARD_WORD_UNIT, 0 },
  { "novecientas", HL_CARD_WORD_HUNDREDS, 900 },{ "novecientos", HL_CARD_WORD_HUNDREDS, 900 },
  { "noventa", HL_CARD_WORD_TENS, 90 },         { "nueve", HL_CARD_WORD_UNIT, 9 },
  { "o", HL_CARD_WORD_UNIT, 0 },                { "ochenta", HL_CARD_WORD_TENS, 80 },
  { "ocho", HL_CARD_WORD_UNIT, 8 },             { "ochocientas", HL_CARD_WORD_HUNDREDS, 800 },
  { "ochocientos", HL_CARD_WORD_HUNDREDS, 800 },{ "octante", HL_CARD_WORD_TENS, 80 },
  { "oh", HL_CARD_WORD_UNIT, 0 },               { "ok", HL_CARD_WORD_FILLER, 0 },
  { "okay", HL_CARD_WORD_FILLER, 0 },           { "once", HL_CARD_WORD_TEEN, 11 },
  { "one", HL_CARD_WORD_UNIT, 1 },              { "onze", HL_CARD_WORD_TEEN, 11 },
  { "pues", HL_CARD_WORD_FILLER, 0 },           { "puis", HL_CARD_WORD_FILLER, 0 },
  { "quarante", HL_CARD_WORD_TENS, 40 },        { "quatorze", HL_CARD_WORD_TEEN, 14 },
  { "quatre", HL_CARD_WORD_UNIT, 4 },           { "quince", HL_CARD_WORD_TEEN, 15 },
  { "quinientas", HL_CARD_WORD_HUNDREDS, 500 }, { "quinientos", HL_CARD_WORD_HUNDREDS, 500 },
  { "quinze", HL_CARD_WORD_TEEN, 15 },          { "seis", HL_CARD_WORD_UNIT, 6 },
  { "seiscientas", HL_CARD_WORD_HUNDREDS, 600 },{ "seiscientos", HL_CARD_WORD_HUNDREDS, 600 },
  { "seize", HL_CARD_WORD_TEEN, 16 },           { "sept", HL_CARD_WORD_UNIT, 7 },
  { "septante", HL_CARD_WORD_TENS, 70 },        { "sesenta", HL_CARD_WORD_TENS, 60 },
  { "setecientas", HL_CARD_WORD_HUNDREDS, 700 },{ "setecientos", HL_CARD_WORD_HUNDREDS, 700 },
  { "setenta", HL_CARD_WORD_TENS, 70 },         { "seven", HL_CARD_WORD_UNIT, 7 },
  { "seventeen", HL_CARD_WORD_TEEN, 17 },       { "seventy", HL_CARD_WORD_TENS, 70 },
  { "siete", HL_CARD_WORD_UNIT, 7 },            { "six", HL_CARD_WORD_UNIT, 6 },
  { "sixteen", HL_CARD_WORD_TEEN, 16 },         { "sixty", HL_CARD_WORD_TENS, 60 },
  { "so", HL_CARD_WORD_FILLER, 0 },             { "soixante", HL_CARD_WORD_TENS, 60 },
  { "space", HL_CARD_WORD_FILLER, 0 },          { "ten", HL_CARD_WORD_TEEN, 10 },
  { "then", HL_CARD_WORD_FILLER, 0 },           { "thirteen", HL_CARD_WORD_TEEN, 13 },
  { "thirty", HL_CARD_WORD_TENS, 30 },          { "thousand", HL_CARD_WORD_THOUSAND, 0 },
  { "three", HL_CARD_WORD_UNIT, 3 },            { "tiret", HL_CARD_WORD_FILLER, 0 },
  { "trece", HL_CARD_WORD_TEEN, 13 },           { "treinta", HL_CARD_WORD_TENS, 30 },
  { "treize", HL_CARD_WORD_TEEN, 13 },          { "trente", HL_CARD_WORD_TENS, 30 },
  { "tres", HL_CARD_WORD_UNIT, 3 },             { "trescientas", HL_CARD_WORD_HUNDREDS, 300 },
  { "trescientos", HL_CARD_WORD_HUNDREDS, 300 },{ "triple", HL_CARD_WORD_TIMES, 3 },
  { "trois", HL_CARD_WORD_UNIT, 3 },            { "twelve", HL_CARD_WORD_TEEN, 12 },
  { "twenty", HL_CARD_WORD_TENS, 20 },          { "two", HL_CARD_WORD_UNIT, 2 },
  { "uh", HL_CARD_WORD_FILLER, 0 },             { "um", HL_CARD_WORD_FILLER, 0 },
  { "un", HL_CARD_WORD_UNIT, 1 },               { "una", HL_CARD_WORD_UNIT, 1 },
  { "une", HL_CARD_WORD_UNIT, 1 },              { "uno", HL_CARD_WORD_UNIT, 1 },
  { "veinte", HL_CARD_WORD_TENS, 20 },          { "veinticinco", HL_CARD_WORD_TEEN, 25 },
  { "veinticuatro", HL_CARD_WORD_TEEN, 24 },    { "veintidos", HL_CARD_WORD_TEEN, 22 },
  { "veintinueve", HL_CARD_WORD_TEEN, 29 },     { "veintiocho", HL_CARD_WORD_TEEN, 28 },
  { "veintiseis", HL_CARD_WORD_TEEN, 26 },      { "veintisiete", HL_CARD_WORD_TEEN, 27 },
  { "veintitres", HL_CARD_WORD_TEEN, 23 },      { "veintiuno", HL_CARD_WORD_TEEN, 21 },
  { "vingt", HL_CARD_WORD_TENS, 20 },           { "vingts", HL_CARD_WORD_TENS, 20 },
  { "y", HL_CARD_WORD_AND, 0 },                 { "zero", HL_CARD_WORD_UNIT, 0 },
};

static const struct {
  const char *word;
  HlCardTopic topic;
} topics[] = {
  { "card", HL_CARD_TOPIC_CARD },         { "visa", HL_CARD_TOPIC_CARD },
  { "mastercard", HL_CARD_TOPIC_CARD },   { "amex", HL_CARD_TOPIC_CARD },
  { "discover", HL_CARD_TOPIC_CARD },     { "credit", HL_CARD_TOPIC_CARD },
  { "debit", HL_CARD_TOPIC_CARD },        { "tarjeta", HL_CARD_TOPIC_CARD },
  { "credito", HL_CARD_TOPIC_CARD },      { "debito", HL_CARD_TOPIC_CARD },
  { "carte", HL_CARD_TOPIC_CARD },        { "bancaire", HL_CARD_TOPIC_CARD },
  { "cvv", HL_CARD_TOPIC_CODE },          { "cvc", HL_CARD_TOPIC_CODE },
  { "security", HL_CARD_TOPIC_CODE },     { "seguridad", HL_CARD_TOPIC_CODE },
  { "securite", HL_CARD_TOPIC_CODE },     { "cryptogramme", HL_CARD_TOPIC_CODE },
  { "phone", HL_CARD_TOPIC_PHONE },       { "telephone", HL_CARD_TOPIC_PHONE },
  { "mobile", HL_CARD_TOPIC_PHONE },      { "cell", HL_CARD_TOPIC_PHONE },
  { "cellphone", HL_CARD_TOPIC_PHONE },   { "call", HL_CARD_TOPIC_PHONE },
  { "reach", HL_CARD_TOPIC_PHONE },       { "text", HL_CARD_TOPIC_PHONE },
  { "telefono", HL_CARD_TOPIC_PHONE },    { "movil", HL_CARD_TOPIC_PHONE },
  { "celular", HL_CARD_TOPIC_PHONE },     { "llamame", HL_CARD_TOPIC_PHONE },
  { "llameme", HL_CARD_TOPIC_PHONE },     { "portable", HL_CARD_TOPIC_PHONE },
  { "appelez", HL_CARD_TOPIC_PHONE },     { "rappelez", HL_CARD_TOPIC_PHONE },
  { "joindre", HL_CARD_TOPIC_PHONE },     { "confirmation", HL_CARD_TOPIC_CONFIRMATION },
  { "confirmacion", HL_CARD_TOPIC_CONFIRMATION }, { "reservation", HL_CARD_TOPIC_CONFIRMATION },
  { "reserva", HL_CARD_TOPIC_CONFIRMATION }, { "booking", HL_CARD_TOPIC_CONFIRMATION },
  { "reference", HL_CARD_TOPIC_CONFIRMATION }, { "referencia", HL_CARD_TOPIC_CONFIRMATION },
  { "order", HL_CARD_TOPIC_CONFIRMATION }, { "pedido", HL_CARD_TOPIC_CONFIRMATION },
  { "commande", HL_CARD_TOPIC_CONFIRMATION }, { "tracking", HL_CARD_TOPIC_CONFIRMATION },
  { "dossier", HL_CARD_TOPIC_CONFIRMATION },
};

HlCardWord
hl_card_word_classify (const char *word, int *value)
{
  gsize low = 0, high = G_N_ELEMENTS (words);

  *value = 0;
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    int order = strcmp (word, words[middle].word);

    if (order == 0) {
      *value = words[middle].value;
      return words[middle].kind;
    }
    if (order > 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return HL_CARD_WORD_OTHER;
}

HlCardTopic
hl_card_word_get_topic (const char *word)
{
  gsize len = strlen (word);

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++) {
    if (g_str_has_prefix (word, topics[i].word) &&
        (len == strlen (topics[i].word) || g_str_equal (word + strlen (topics[i].word), "s"))) {
      return topics[i].topic;
    }
  }
  return HL_CARD_TOPIC_NONE;
}

char *
hl_card_word_fold (const char *text, gsize len)
{
  g_autofree char *apart = g_utf8_normalize (text, (gssize) len, G_NORMALIZE_ALL);
  GString *out = g_string_new (NULL);

  for (const char *p = apart; p != NULL && *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_ismark (c)) {
      g_string_append_unichar (out, g_unichar_tolower (c));
    }
  }
  return g_string_free (out, FALSE);
}
