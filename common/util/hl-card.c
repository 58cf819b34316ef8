/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds card numbers in text: groups of digits, the runs that they make, and what a run is. */
#include "util/hl-card.h"

#include <string.h>

#include "util/hl-card-words.h"

#define CARD_MIN 13
#define CARD_MAX 19
#define TURN_MARK '\x1e'      /* between the turns of a joined text */
#define FILLERS_MAX 2         /* "uh, and" */
#define WORDS_AFTER_TURN 4    /* "the rest of it is" */
#define TOPIC_REACH 14        /* words for which a topic holds */
#define OPEN_MIN 4
#define CUT_MIN 6
#define CUT_ANY 8

/* One group of digits as it was written or spoken. */
typedef struct {
  gsize      start, end;      /* bytes of the text */
  GString   *digits;
  HlCardWord kind;            /* of its last word; HL_CARD_WORD_OTHER: written in digits */
  int        base;            /* of words: the thousands and hundreds of it */
  int        value;           /* of words: what was said below a hundred */
  gsize      value_start;     /* where that begins, */
  gsize      word_start;      /* and the last word of it, */
  gsize      word_before;     /* after this byte, */
  int        word_value;      /* whose value this is */
  gboolean   dix;             /* French "dix", "soixante-dix", "quatre-vingt-dix": 7 to 9 may follow */
} Group;

typedef struct {
  gsize       start, end;
  const char *instead;
} Cut;

/* How words for hundreds and thousands go together with the words around them: "cuatro mil quinientos treinta y dos" is 4532.
 * Speech has no commas: after 4530, "dos mil" may be 2000, or the end of 4532 and then 1000; "forty five" may be 45, or 40
 * and 5. Each bit of a reading stands for one such place, and both ways are tried. */
#define MAX_DOUBTS 3

typedef struct {
  const char *text;
  guint       reading;
  gboolean    scaled;         /* (out): there were such words, */
  guint       doubts;         /* (out): and so many places where they can be read in two ways */
  gboolean    parted;         /* a comma or a full stop stands before the word */
  GArray     *cuts;           /* of Cut, in order */
  GPtrArray  *run;            /* of Group */
  gboolean    plus;           /* a plus sign stands right before the run */
  guint       fillers;
  guint       words_left;     /* words that may still stand before the run goes on, after a turn's end */
  gboolean    joined;         /* the last word was "y", "et", "and" */
  int         times;          /* "double", "triple" are waiting for their digit */
  gsize       times_start;
  gboolean    tail;           /* the pass only wants the open run at the end */
  gboolean    echo;           /* what somebody else said just now is read back */
  HlCardTopic topic;
  guint       topic_age;
} Scan;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_string_free (group->digits, TRUE);
  g_free (group);
}

/* ---- what a card number looks like ---- */

static gboolean
passes_luhn (const char *digits, gsize n)
{
  guint sum = 0;

  for (gsize i = 0; i < n; i++) {
    guint digit = (guint) (digits[n - 1 - i] - '0');

    if (i % 2 == 1) {
      digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    }
    sum += digit;
  }
  return sum % 10 == 0;
}

/* Issuers' ranges with their lengths, ISO/IEC 7812 and the networks' own tables. */
static gboolean
has_issuer (const char *digits, gsize n)
{
  static const struct {
    int   from, to; /* of the first four digits */
    gsize least, most;
  } ranges[] = {
    { 4000, 4999, 16, 16 }, { 4000, 4999, 13, 13 }, { 4000, 4999, 19, 19 }, { 5100, 5599, 16, 16 }, { 2221, 2720, 16, 16 },
    { 3400, 3499, 15, 15 }, { 3700, 3799, 15, 15 }, { 6011, 6011, 16, 19 }, { 6440, 6599, 16, 19 }, { 3000, 3059, 14, 14 },
    { 3095, 3095, 14, 14 }, { 3600, 3699, 14, 16 }, { 3800, 3999, 14, 16 }, { 3528, 3589, 16, 19 }, { 6200, 6299, 16, 19 },
    { 5000, 5099, 13, 19 }, { 5600, 5899, 13, 19 }, { 6300, 6399, 16, 19 }, { 6700, 6799, 16, 19 }, { 2200, 2204, 16, 19 },
    { 9792, 9792, 16, 16 }, { 8100, 8299, 16, 16 },
  };
  int head = 0;

  for (gsize i = 0; i < 4; i++) {
    head = head * 10 + (digits[i] - '0');
  }
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++) {
    if (head >= ranges[i].from && head <= ranges[i].to && n >= ranges[i].least && n <= ranges[i].most) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
may_begin_card (const char *digits)
{
  return strchr ("3456", digits[0]) != NULL || (digits[0] == '2' && strchr ("234567", digits[1]) != NULL);
}

/* ---- runs ---- */

static const Group *
get_group (const Scan *scan, guint i)
{
  return g_ptr_array_index (scan->run, i);
}

/* The open run at the end of what was scanned: how many digits. */
static gsize
count_open (const Scan *scan)
{
  gsize n = 0;

  for (guint i = 0; i < scan->run->len; i++) {
    n += get_group (scan, i)->digits->len;
  }
  return n;
}

/* 202 555 0142 */
static gboolean
begins_with_phone (const Scan *scan, guint first)
{
  return scan->run->len >= first + 3 && get_group (scan, first)->digits->len == 3 &&
         get_group (scan, first + 1)->digits->len == 3 && get_group (scan, first + 2)->digits->len == 4;
}

/* With or without the 1 before it, and whatever follows; 00 and 011 go abroad. */
static gboolean
looks_like_phone (const Scan *scan, const char *digits)
{
  return scan->plus || g_str_has_prefix (digits, "00") || g_str_has_prefix (digits, "011") || begins_with_phone (scan, 0) ||
         (g_str_equal (get_group (scan, 0)->digits->str, "1") && begins_with_phone (scan, 1));
}

/* Groups as cards have them: in one piece, in fours (the last may be shorter), 4-6-5, 4-6-4, or digit by digit and in pairs;
 * where thousands were spoken, fours of which some came in parts. */
static gboolean
has_card_groups (const Scan *scan)
{
  gboolean fours = TRUE, small = TRUE, parts = scan->scaled;
  gsize at = 0;
  const guint n = scan->run->len;

  for (guint i = 0; i < n; i++) {
    const gsize len = get_group (scan, i)->digits->len;

    fours = fours && (len == 4 || (i == n - 1 && len < 4));
    small = small && len <= 2;
    parts = parts && at % 4 + len <= 4;
    at += len;
  }
  return n == 1 || fours || small || parts ||
         (n == 3 && get_group (scan, 0)->digits->len == 4 && get_group (scan, 1)->digits->len == 6);
}

static void
cut (Scan *scan, guint first, guint last, const char *instead)
{
  const Cut one = { get_group (scan, first)->start, get_group (scan, last)->end, instead };

  g_array_append_val (scan->cuts, one);
}

/* Somewhere in a longer run: an issuer's prefix, its length, the check digit, and whole groups. */
static void
find_inside (Scan *scan, const char *digits)
{
  g_autofree gsize *at = g_new (gsize, scan->run->len + 1);

  at[0] = 0;
  for (guint i = 0; i < scan->run->len; i++) {
    at[i + 1] = at[i] + get_group (scan, i)->digits->len;
  }
  for (guint first = scan->plus ? 1 : 0; first < scan->run->len; first++) {
    if (begins_with_phone (scan, first)) {
      continue;
    }
    for (guint last = scan->run->len; last-- > first;) {
      const gsize n = at[last + 1] - at[first];

      /* 13 digits in the middle of others are too often no card */
      if (n > CARD_MIN && n <= CARD_MAX && has_issuer (digits + at[first], n) &&
          passes_luhn (digits + at[first], n) &&
          (n >= 15 || (scan->topic & (HL_CARD_TOPIC_PHONE | HL_CARD_TOPIC_CONFIRMATION)) == 0)) {
        cut (scan, first, last, HL_CARD_REMOVED);
        first = last;
        break;
      }
    }
  }
}

static gboolean
is_price (const Scan *scan, const Group *first)
{
  const char *before = first->start > 0 ? g_utf8_prev_char (scan->text + first->start) : NULL;

  return before != NULL && g_unichar_type (g_utf8_get_char (before)) == G_UNICODE_CURRENCY_SYMBOL;
}

/* Some of the fours of a number, or the first two groups of one in 4-6-5. A single four may be a year or a price. */
static gboolean
is_read_back (const Scan *scan, const char *digits, gsize n)
{
  const Group *first = get_group (scan, 0);
  const gsize end = get_group (scan, scan->run->len - 1)->end;

  if (looks_like_phone (scan, digits) || (scan->topic & (HL_CARD_TOPIC_PHONE | HL_CARD_TOPIC_CONFIRMATION)) != 0) {
    return FALSE;
  }
  if (n == 4) {
    return !g_str_has_prefix (digits, "19") && !g_str_has_prefix (digits, "20") &&
           (first->start == 0 || strchr (" (\x1e", scan->text[first->start - 1]) != NULL) &&
           (scan->text[end] == '\0' || strchr (",.?!;)", scan->text[end]) != NULL);
  }
  return ((n == 8 || n == 12) && has_card_groups (scan)) ||
         (n == 10 && scan->run->len == 2 && first->digits->len == 4);
}

static void
judge_run (Scan *scan)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  const gboolean aside = (scan->topic & (HL_CARD_TOPIC_PHONE | HL_CARD_TOPIC_CONFIRMATION)) != 0;
  const guint n_cuts = scan->cuts->len;
  const guint last = scan->run->len - 1;

  for (guint i = 0; i < scan->run->len; i++) {
    g_string_append_len (digits, get_group (scan, i)->digits->str, (gssize) get_group (scan, i)->digits->len);
  }
  if ((scan->topic & HL_CARD_TOPIC_CODE) && digits->len >= 3 && digits->len <= 4) {
    cut (scan, 0, last, HL_CARD_CODE_REMOVED);
    return;
  }
  if (scan->echo && is_read_back (scan, digits->str, digits->len)) {
    cut (scan, 0, last, HL_CARD_REMOVED);
    return;
  }
  if (digits->len < CARD_MIN) {
    return;
  }
  if (digits->len <= CARD_MAX) {
    const gboolean issuer = has_issuer (digits->str, digits->len);
    const gboolean right = passes_luhn (digits->str, digits->len);
    const gboolean phone = looks_like_phone (scan, digits->str);

    if ((right && !phone && has_card_groups (scan) && (!aside || (issuer && digits->len >= 15))) ||
        (right && issuer && !scan->plus && digits->len >= 15 && !(scan->topic & HL_CARD_TOPIC_PHONE)) ||
        ((scan->topic & HL_CARD_TOPIC_CARD) && !phone && issuer)) {
      cut (scan, 0, last, HL_CARD_REMOVED);
      return;
    }
  }
  find_inside (scan, digits->str);
  if (scan->cuts->len == n_cuts && scan->run->len == 1 && digits->len > CARD_MAX) {
    /* number, expiry and code in one piece */
    for (gsize n = 15; n <= 16; n++) {
      if (has_issuer (digits->str, n) && passes_luhn (digits->str, n)) {
        cut (scan, 0, 0, HL_CARD_REMOVED);
        return;
      }
    }
  }
}

static void
end_run (Scan *scan)
{
  if (scan->run->len > 0 && !scan->tail) {
    judge_run (scan);
  }
  g_ptr_array_set_size (scan->run, 0);
  scan->plus = FALSE;
  scan->fillers = 0;
  scan->words_left = 0;
  scan->joined = FALSE;
  scan->times = 0;
}

static void
add_group (Scan *scan, gsize start, gsize end, const char *digits, HlCardWord kind, int value, gboolean dix)
{
  Group *group = g_new0 (Group, 1);

  group->start = scan->times > 0 ? scan->times_start : start;
  group->end = end;
  group->digits = g_string_new (digits);
  for (int i = 1; i < scan->times; i++) {
    g_string_append (group->digits, digits);
  }
  group->kind = kind;
  group->value = value;
  group->value_start = group->word_start = start;
  group->word_before = start;
  group->word_value = value;
  group->dix = dix;
  scan->fillers = 0;
  scan->words_left = 0;
  scan->joined = FALSE;
  scan->times = 0;
  g_ptr_array_add (scan->run, group);
}

static void
set_value (Group *group, int value, gsize end)
{
  group->value = value;
  group->end = end;
  g_string_printf (group->digits, "%d", group->base + value);
}

static void
set_word (Group *group, int value, gsize start)
{
  group->word_before = group->end;
  group->word_start = start;
  group->word_value = value;
}

/* Which way this reading goes at a place that may be read in two. */
static gboolean
take_doubt (Scan *scan)
{
  return scan->doubts < MAX_DOUBTS && (scan->reading >> scan->doubts++ & 1) != 0;
}

/* "forty" "five", "cuarenta" "y" "cinco", "soixante" "dix" "sept", "quatre" "vingt" "douze". TRUE: @last took the word in. */
static gboolean
take_in (Scan *scan, HlCardWord kind, int value, gboolean dix, gsize start, gsize end)
{
  Group *last = scan->run->len > 0 ? g_ptr_array_index (scan->run, scan->run->len - 1) : NULL;
  gboolean taken = FALSE;

  if (last == NULL || last->kind == HL_CARD_WORD_OTHER || (last->base == 0 && last->digits->len > 2) || scan->times > 0) {
    return FALSE;
  }
  if (scan->parted && last->base > 0) {
    return FALSE;
  }
  if (last->kind == HL_CARD_WORD_HUNDRED || last->kind == HL_CARD_WORD_THOUSAND) {
    if (value > 0 && last->base > 0) {
      set_word (last, value, start);
      last->value_start = start;
      set_value (last, value, end);
      last->kind = kind;
      last->dix = dix && value == 10;
      taken = TRUE;
    }
  } else if (kind == HL_CARD_WORD_UNIT && value > 0 && last->kind == HL_CARD_WORD_TENS && last->value % 10 == 0) {
    /* neither "forty-five" nor "cuarenta y cinco": may be 40, 5 */
    if (last->base > 0 && !scan->joined && scan->text[start - 1] != '-' && take_doubt (scan)) {
      return FALSE;
    }
    set_word (last, value, start);
    set_value (last, last->value + value, end);
    last->kind = HL_CARD_WORD_TEEN;
    taken = TRUE;
  } else if (kind == HL_CARD_WORD_TEEN && value >= 10 && value < 20 && last->kind == HL_CARD_WORD_TENS &&
             (last->value == 60 || (last->value == 80 && last->dix))) {
    set_value (last, last->value + value, end);
    last->kind = HL_CARD_WORD_TEEN;
    last->dix = dix;
    taken = TRUE;
  } else if (kind == HL_CARD_WORD_UNIT && value >= 7 && last->dix && last->kind == HL_CARD_WORD_TEEN && last->value % 10 == 0) {
    set_value (last, last->value + value, end);
    last->dix = FALSE;
    taken = TRUE;
  } else if (kind == HL_CARD_WORD_TENS && value == 20 && last->kind == HL_CARD_WORD_UNIT && last->value == 4 && dix) {
    set_value (last, 80, end);
    last->kind = HL_CARD_WORD_TENS;
    last->dix = TRUE;
    taken = TRUE;
  }
  if (taken) {
    scan->fillers = 0;
    scan->joined = FALSE;
  }
  return taken;
}

/* What was taken into the last group below a hundred is the beginning of another one: 4500, and 16 hundred. */
static void
split (Scan *scan, gboolean whole)
{
  Group *last = g_ptr_array_index (scan->run, scan->run->len - 1);
  const int value = whole ? last->value : last->word_value;
  const gsize start = whole ? last->value_start : last->word_start;
  const gsize end = last->end;
  g_autofree char *digits = g_strdup_printf ("%d", value);

  set_value (last, last->value - value, start);
  last->kind = HL_CARD_WORD_TEEN;
  add_group (scan, start, end, digits, HL_CARD_WORD_UNIT, value, FALSE);
}

/* "hundred", "cent", "quinientos", "thousand", "mil": @factor times what stands before them, or alone. */
static void
add_scale (Scan *scan, HlCardWord kind, int value, gsize start, gsize end)
{
  Group *last = scan->run->len > 0 ? g_ptr_array_index (scan->run, scan->run->len - 1) : NULL;
  const int factor = kind == HL_CARD_WORD_THOUSAND ? 1000 : 100;
  gboolean alone = value == 1 && scan->parted;
  char digits[16];

  scan->scaled = TRUE;
  if (last != NULL && last->kind == HL_CARD_WORD_OTHER && last->digits->len <= 2 && last->digits->str[0] != '0' && !scan->parted) {
    last->value = (int) g_ascii_strtoll (last->digits->str, NULL, 10);
  }
  if (kind == HL_CARD_WORD_THOUSAND && value == 1 && !alone && last != NULL && last->value > 0) {
    /* "cero dos cinco tres" is whole */
    alone = last->base > 0 ? take_doubt (scan) : (count_open (scan) - last->digits->len) % 4 == 3;
  }
  if (kind == HL_CARD_WORD_HUNDREDS) {
    if (last != NULL && last->kind == HL_CARD_WORD_THOUSAND && last->base > 0 && !scan->parted) {
      last->base += value;
      set_value (last, 0, end);
      last->kind = HL_CARD_WORD_HUNDRED;
      return;
    }
  } else if (last != NULL && last->value > 0 && !alone) {
    if (last->base > 0 && (kind == HL_CARD_WORD_THOUSAND || last->base % 1000 != 0 || last->value >= 10)) {
      split (scan, kind == HL_CARD_WORD_HUNDRED);
      last = g_ptr_array_index (scan->run, scan->run->len - 1);
    }
    last->base += last->value * factor;
    set_value (last, 0, end);
    last->kind = kind;
    return;
  } else if (last != NULL && value == 1 && last->kind == HL_CARD_WORD_THOUSAND && kind == HL_CARD_WORD_HUNDRED && !scan->parted) {
    last->base += factor;
    set_value (last, 0, end);
    last->kind = kind;
    return;
  } else if (value == 0) {
    return; /* "hundreds of people" */
  }
  g_snprintf (digits, sizeof digits, "%d", kind == HL_CARD_WORD_HUNDREDS ? value : factor);
  add_group (scan, start, end, digits, kind == HL_CARD_WORD_THOUSAND ? kind : HL_CARD_WORD_HUNDRED, 0, FALSE);
  last = g_ptr_array_index (scan->run, scan->run->len - 1);
  last->base = (int) g_ascii_strtoll (digits, NULL, 10);
}

static void
add_word (Scan *scan, gsize start, gsize end)
{
  g_autofree char *word = hl_card_word_fold (scan->text + start, end - start);
  int value = 0;
  const HlCardWord kind = hl_card_word_classify (word, &value);
  const HlCardTopic topic = hl_card_word_get_topic (word);
  const gboolean dix = g_str_equal (word, "dix") || g_str_has_prefix (word, "vingt");
  char digits[16];

  switch (kind) {
  case HL_CARD_WORD_UNIT:
  case HL_CARD_WORD_TEEN:
  case HL_CARD_WORD_TENS:
    if (!take_in (scan, kind, value, dix, start, end)) {
      g_snprintf (digits, sizeof digits, "%d", value);
      add_group (scan, start, end, digits, kind, value, dix && value == 10);
    }
    return;
  case HL_CARD_WORD_HUNDRED:
  case HL_CARD_WORD_HUNDREDS:
  case HL_CARD_WORD_THOUSAND:
    add_scale (scan, kind, value, start, end);
    return;
  case HL_CARD_WORD_TIMES:
    scan->times = value;
    scan->times_start = start;
    return;
  case HL_CARD_WORD_AND:
  case HL_CARD_WORD_FILLER:
    scan->joined = kind == HL_CARD_WORD_AND;
    if (scan->run->len > 0 && ++scan->fillers > FILLERS_MAX) {
      end_run (scan);
    }
    return;
  case HL_CARD_WORD_OTHER:
    break;
  }
  if (scan->run->len > 0 && scan->words_left > 0) {
    scan->words_left--;
  } else {
    end_run (scan);
  }
  if (topic != HL_CARD_TOPIC_NONE) {
    scan->topic = topic;
    scan->topic_age = 0;
  } else if (++scan->topic_age > TOPIC_REACH) {
    scan->topic = HL_CARD_TOPIC_NONE;
  }
}

static gboolean
may_separate (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION || g_unichar_type (c) == G_UNICODE_FORMAT ||
         (c < 128 && strchr (".,_/'\"()[]", (int) c) != NULL) || c == 0x2026 /* … */ || c == 0xb7 /* middle dot */ || c == '-' ||
         c == 0x2212 /* minus */;
}

static void
scan_text (Scan *scan, const char *text)
{
  const char *p = text;
  gunichar before = 0;

  scan->text = text;
  while (*p != '\0') {
    const char *start = p;
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isdigit (c)) {
      g_autoptr (GString) digits = g_string_new (NULL);

      for (; g_unichar_isdigit (c); p = g_utf8_next_char (p), c = g_utf8_get_char (p)) {
        g_string_append_c (digits, (char) ('0' + g_unichar_digit_value (c)));
      }
      if (g_unichar_isalpha (before) || g_unichar_isalpha (c)) {
        end_run (scan); /* "A4111", "4x": a code, not a number */
      } else {
        if (scan->run->len == 0) {
          scan->plus = before == '+';
        }
        add_group (scan, (gsize) (start - text), (gsize) (p - text), digits->str, HL_CARD_WORD_OTHER, 0, FALSE);
      }
      before = '0';
      scan->parted = FALSE;
      continue;
    }
    if (g_unichar_isalpha (c) || g_unichar_ismark (c)) {
      for (; g_unichar_isalnum (c) || g_unichar_ismark (c); p = g_utf8_next_char (p), c = g_utf8_get_char (p)) {
        before = c;
      }
      add_word (scan, (gsize) (start - text), (gsize) (p - text));
      scan->parted = FALSE;
      continue;
    }
    scan->parted = scan->parted || c == TURN_MARK || c == '\n' || c == ',' || c == '.' || c == 0x2026;
    if (c == TURN_MARK) {
      scan->words_left = scan->run->len > 0 ? WORDS_AFTER_TURN : 0;
    } else if (!may_separate (c)) {
      end_run (scan);
    }
    before = c;
    p = g_utf8_next_char (p);
  }
}

static void
scan_init (Scan *scan, gboolean tail)
{
  memset (scan, 0, sizeof *scan);
  scan->cuts = g_array_new (FALSE, FALSE, sizeof (Cut));
  scan->run = g_ptr_array_new_with_free_func (group_free);
  scan->tail = tail;
}

static void
scan_clear (Scan *scan)
{
  g_array_unref (scan->cuts);
  g_ptr_array_unref (scan->run);
}

static char *
apply (const char *text, gsize from, gsize to, const GArray *cuts)
{
  GString *out = g_string_new (NULL);
  gsize at = from;
  gboolean changed = FALSE;

  for (guint i = 0; i < cuts->len; i++) {
    const Cut *one = &g_array_index (cuts, Cut, i);

    if (one->end <= from || one->start >= to) {
      continue;
    }
    changed = TRUE;
    if (one->start > at) {
      g_string_append_len (out, text + at, (gssize) (one->start - at));
    }
    g_string_append (out, one->instead);
    at = MIN (one->end, to);
  }
  g_string_append_len (out, text + at, (gssize) (to - at));
  if (!changed) {
    g_string_free (out, TRUE);
    return NULL;
  }
  return g_string_free (out, FALSE);
}

/* The digits that the newest turn, from byte @newest of the joined text, leaves open at its end. */
static void
cut_open (Scan *scan, HlCardTopic asked, const char *turn, gsize newest)
{
  const HlCardTopic aside = HL_CARD_TOPIC_PHONE | HL_CARD_TOPIC_CONFIRMATION;
  guint first = scan->run->len;
  gsize n = 0;

  while (first > 0 && get_group (scan, first - 1)->start >= newest) {
    n += get_group (scan, --first)->digits->len;
  }
  if (n == 0 || (first == 0 && scan->plus) || is_price (scan, get_group (scan, first)) ||
      (n == 10 && begins_with_phone (scan, first)) || (hl_card_get_topic (turn) & aside) != 0 ||
      /* the rest of a phone number */
      (first > 0 && (scan->topic & aside) != 0 && count_open (scan) < CARD_MIN)) {
    return;
  }
  if (asked == HL_CARD_TOPIC_CARD && n >= OPEN_MIN && n < CARD_MIN) {
    cut (scan, first, scan->run->len - 1, HL_CARD_REMOVED);
  } else if (asked == HL_CARD_TOPIC_CODE && n >= 3 && n <= 4) {
    cut (scan, first, scan->run->len - 1, HL_CARD_CODE_REMOVED);
  }
}

char *
hl_card_redact (const char *text)
{
  char *out = NULL;
  const char *turns[] = { text };

  hl_card_redact_turns (turns, 1, HL_CARD_TOPIC_NONE, &out);
  return out;
}

/* @n_readings: (out): in how many ways its hundreds and thousands may be read */
static gboolean
redact_turns (const char *const *turns, gsize n_turns, HlCardTopic asked, guint reading, char **out, guint *n_readings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gsize *starts = g_new0 (gsize, n_turns + 1);
  gboolean changed = FALSE;
  Scan scan;

  for (gsize i = 0; i < n_turns; i++) {
    if (i > 0) {
      g_string_append_c (text, TURN_MARK);
    }
    starts[i] = text->len;
    g_string_append (text, turns[i]);
    out[i] = NULL;
  }
  starts[n_turns] = text->len + 1;
  scan_init (&scan, FALSE);
  scan.reading = reading;
  scan_text (&scan, text->str);
  *n_readings = 1u << scan.doubts;
  if (scan.run->len > 0) {
    judge_run (&scan);
  }
  if (scan.cuts->len == 0 || g_array_index (scan.cuts, Cut, scan.cuts->len - 1).end <= starts[n_turns - 1]) {
    cut_open (&scan, asked, turns[n_turns - 1], starts[n_turns - 1]);
  }
  for (gsize i = 0; i < n_turns && scan.cuts->len > 0; i++) {
    out[i] = apply (text->str, starts[i], starts[i + 1] - 1, scan.cuts);
    changed |= out[i] != NULL;
  }
  scan_clear (&scan);
  return changed;
}

gboolean
hl_card_redact_turns (const char *const *turns, gsize n_turns, HlCardTopic asked, char **out)
{
  g_autofree const char **now = g_new (const char *, n_turns + 1);
  gboolean changed = FALSE;
  guint n_readings = n_turns > 0 ? 1 : 0;

  for (gsize i = 0; i < n_turns; i++) {
    now[i] = turns[i];
    out[i] = NULL;
  }
  for (guint reading = 0; reading < n_readings; reading++) {
    g_autofree char **found = g_new0 (char *, n_turns);

    changed |= redact_turns (now, n_turns, asked, reading, found, &n_readings);
    for (gsize i = 0; i < n_turns; i++) {
      if (found[i] != NULL) {
        g_free (out[i]);
        now[i] = out[i] = found[i];
      }
    }
  }
  return changed;
}

char *
hl_card_redact_read_back (const char *text)
{
  char *out;
  Scan scan;

  scan_init (&scan, FALSE);
  scan.echo = TRUE;
  scan_text (&scan, text);
  end_run (&scan);
  out = apply (text, 0, strlen (text), scan.cuts);
  scan_clear (&scan);
  return out;
}

HlCardTopic
hl_card_get_topic (const char *text)
{
  HlCardTopic topic;
  Scan scan;

  scan_init (&scan, TRUE);
  scan_text (&scan, text);
  topic = scan.topic;
  scan_clear (&scan);
  return topic;
}

char *
hl_card_cut_open (const char *text)
{
  char *out = NULL;
  Scan scan;

  scan_init (&scan, TRUE);
  scan_text (&scan, text);
  if (count_open (&scan) >= CUT_MIN && !scan.plus && !(scan.topic & HL_CARD_TOPIC_PHONE)) {
    g_autoptr (GString) digits = g_string_new (NULL);

    for (guint i = 0; i < scan.run->len; i++) {
      g_string_append (digits, get_group (&scan, i)->digits->str);
    }
    /* the second half of a number may begin with anything */
    if (digits->len >= CUT_ANY || may_begin_card (digits->str)) {
      out = g_strdup_printf ("%.*s…", (int) get_group (&scan, 0)->start, text);
    }
  }
  scan_clear (&scan);
  return out;
}
