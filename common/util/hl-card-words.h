/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words by which people say numbers, and the words around them, in English, Spanish and French. */
#pragma once

#include "util/hl-card.h"

G_BEGIN_DECLS

typedef enum {
  HL_CARD_WORD_OTHER,
  HL_CARD_WORD_UNIT,     /* 0..9 */
  HL_CARD_WORD_TEEN,     /* 10..19, and 21..29 where they are one word: stands alone */
  HL_CARD_WORD_TENS,     /* 20, 30 .. 90: a unit may follow */
  HL_CARD_WORD_HUNDRED,  /* "hundred", "cent": what stands before it times a hundred; of value 1: alone, too */
  HL_CARD_WORD_HUNDREDS, /* "quinientos": 100, 200 .. 900 in one word */
  HL_CARD_WORD_THOUSAND, /* "thousand", "mil", "mille": as HUNDRED */
  HL_CARD_WORD_TIMES,    /* "double", "triple": how often the next digit stands */
  HL_CARD_WORD_AND,      /* may join tens and a unit: y, et, and */
  HL_CARD_WORD_FILLER,   /* may stand between digits without ending the run */
} HlCardWord;

/* @word: as hl_card_word_fold() makes it. @value: (out): the number, or the factor. */
HlCardWord  hl_card_word_classify  (const char *word, int *value);
HlCardTopic hl_card_word_get_topic (const char *word);
/* Lower case, without accents. Transfer full. */
char       *hl_card_word_fold      (const char *text, gsize len);

G_END_DECLS
