/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the window: what states, stages, reasons, times and durations are called. */
#pragma once

#include <glib.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* Functions that return a const char * give translated, static text ("" where there is no word);
 * those that return a char * are (transfer full). Times are ms since the epoch, shown in @zone. */

/* Isolates a name or a number from the direction of the text around it (U+2068 ... U+2069). */
char *hl_words_isolate (const char *text);

char *hl_words_time     (gint64 at, GTimeZone *zone); /* 19:04 */
char *hl_words_date     (gint64 at, GTimeZone *zone); /* Fri 4 Dec: never a date without its weekday */
char *hl_words_minutes  (int minutes);                /* 6 min, 2 h 5 min */
char *hl_words_elapsed  (int seconds);                /* 0:48, 1:02:05 */
char *hl_words_people   (int n);                      /* 4 people */
/* A quote: "about 35 min", "35 to 45 min"; "" when there is none. */
char *hl_words_quote    (int from, int to);
/* The name, or the word for somebody whose name is not known. */
const char *hl_words_name (const char *name);
/* @masked: only the last four digits. "" stays "". */
char *hl_words_phone    (const char *number, gboolean masked);
/* "Spanish" for "es"; the code itself where the language has no word here. */
char *hl_words_language (const char *code);

const char *hl_words_party_stage  (HlPartyStage stage);
const char *hl_words_party_status (HlPartyStatus status);
const char *hl_words_reservation_status (HlReservationStatus status);
const char *hl_words_call_stage   (HlCallStage stage);
const char *hl_words_intent       (HlCallIntent intent);
const char *hl_words_call_outcome (HlCallOutcome outcome);
const char *hl_words_attention    (HlAttentionReason reason);
const char *hl_words_slot_kind    (HlSlotKind kind);
const char *hl_words_slot_state   (HlSlotState state);
const char *hl_words_speaker      (HlSpeaker speaker);
const char *hl_words_link_state   (HlLinkState state);
const char *hl_words_reason       (HlReason reason);
const char *hl_words_outcome      (HlOutcome outcome);

/* What an action is called in a sentence: "seat Ng", "clean 12"; @name may be "". */
char *hl_words_action (HlActionKind kind, const char *name);
/* The label of the undo button, naming what it undoes. */
char *hl_words_undo   (HlActionKind kind, const char *name);

/* The icon of a table's state, and of a party's stage. */
const char *hl_words_table_icon (HlTableShown shown, HlPartyStage stage);
/* The word of a table's state, without its timer. */
char       *hl_words_table_state (HlTableToken *token, HlDesk *desk);
/* The timer beside it: "48/90", "+12", "6 min" or "". */
char       *hl_words_table_timer (HlTableToken *token);
/* All of it in one sentence, for who cannot see the floor. */
char       *hl_words_table_spoken (HlTableToken *token, HlDesk *desk);
const char *hl_words_slot_icon  (HlSlotState state);

G_END_DECLS
