/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payment card numbers in what callers say and type: found and taken out before anything is stored or broadcast. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What stands in place of a card number, and of a card's security code. */
#define HL_CARD_REMOVED "[card removed]"
#define HL_CARD_CODE_REMOVED "[code removed]"

/* What was talked about just before; a bit set. */
typedef enum {
  HL_CARD_TOPIC_NONE         = 0,
  HL_CARD_TOPIC_CARD         = 1 << 0,
  HL_CARD_TOPIC_CODE         = 1 << 1, /* the security code */
  HL_CARD_TOPIC_PHONE        = 1 << 2,
  HL_CARD_TOPIC_CONFIRMATION = 1 << 3, /* a confirmation, booking, order or tracking number */
} HlCardTopic;

/* A card number is 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1), written with spaces, dashes or dots between them,
 * or spoken in English, Spanish or French, also in pairs ("forty-one eleven", "cuarenta y uno once"). Phone numbers,
 * confirmation numbers and times are left alone: a number after "+", "00" or "011", one in a phone's groups, and one that was
 * just called a phone or a confirmation number is a card only if an issuer's prefix and length say so. Where a card was just
 * spoken of, a number with an issuer's prefix is taken out even if a digit was heard wrong.
 * This is best effort: it does not take anybody out of the scope of PCI DSS. Pure. */

/* Returns: (transfer full) (nullable): @text with card numbers and security codes replaced; NULL when there is nothing to take out.
 * @text: UTF-8. */
char     *hl_card_redact      (const char *text);

/* Across turns: @turns are what one speaker said, oldest first, the newest last; @asked: what the conversation was
 * about just before. After a card, an open run of 4 to 12 digits at the end of the newest is taken out too, since the rest may
 * follow; after its code, one of 3 or 4.
 * @out: (out caller-allocates): @n_turns texts, each NULL where nothing changed, else transfer full.
 * Returns FALSE when nothing changed. */
gboolean  hl_card_redact_turns (const char *const *turns, gsize n_turns, HlCardTopic asked, char **out);

/* Of what somebody says right after another's card number, or a part of one, was taken out: also the parts of a number that are
 * read back, in fours or in one piece, wherever in @text they stand. Prices, years, phone and confirmation numbers stay.
 * Returns: (transfer full) (nullable): as hl_card_redact (). */
char     *hl_card_redact_read_back (const char *text);

/* What @text speaks of last. */
HlCardTopic hl_card_get_topic (const char *text);

/* An unfinished line: a run of 6 digits or more at its end that may yet become a card number is cut off.
 * Returns: (transfer full) (nullable): NULL when there is nothing to cut. */
char     *hl_card_cut_open    (const char *text);

/* The strings of an event's or action's data that people wrote or said, in place; ids, times, phones and links are left alone.
 * Returns whether something changed. */
gboolean  hl_card_redact_data (JsonObject *data);

G_END_DECLS
