/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An action of this device in words: what it was, and what became of it. */
#include "views/hl-words-outbox.h"

#include <glib/gi18n.h>

#include "domain/hl-member.h"
#include "domain/hl-time.h"
#include "views/hl-words-field.h"
#include "views/hl-words.h"

char *
hl_words_item_title (HlOutboxItem *item)
{
  g_autofree char *action = NULL;
  g_autofree char *first = NULL;
  g_autofree char *upper = NULL;

  if (hl_outbox_item_get_foreign (item))
    return g_strdup (C_ ("outbox", "A change at another location"));
  action = hl_words_action (hl_outbox_item_get_kind (item), hl_outbox_item_get_label (item));
  first = g_utf8_substring (action, 0, 1);
  upper = g_utf8_strup (first, -1);
  return g_strconcat (upper, g_utf8_next_char (action), NULL);
}

/* Who stands in the way, or was first: "Ana 19:04"; NULL where the answer does not say. */
static char *
get_author (HlDesk *desk, JsonObject *detail)
{
  const char *by = detail != NULL ? hl_member_get_string (detail, "by", NULL) : NULL;
  gint64 at = detail != NULL ? hl_member_get_time (detail, "at") : HL_TIME_NONE;
  g_autofree char *who = NULL;
  g_autofree char *when = NULL;

  if (by == NULL || by[0] == '\0')
    return NULL;
  who = hl_words_isolate (by);
  if (at == HL_TIME_NONE)
    return g_steal_pointer (&who);
  when = hl_words_when (desk, at);
  /* Translators: who, when */
  return g_strdup_printf (C_ ("outbox", "%1$s %2$s"), who, when);
}

/* The first of two: K3, K12, K15 and settled cards. */
static char *
say_no_op (HlDesk *desk, HlOutboxItem *item)
{
  g_autofree char *author = get_author (desk, hl_outbox_item_get_detail (item));

  if (author == NULL)
    return g_strdup (hl_words_outcome (HL_OUTCOME_NO_OP));
  switch (hl_outbox_item_get_kind (item)) {
  case HL_ACTION_SEAT:
    /* Translators: %s is who and when: "Ana 19:04" */
    return g_strdup_printf (C_ ("outbox", "Already seated by %s"), author);
  case HL_ACTION_ARRIVE:
    return g_strdup_printf (C_ ("outbox", "Already marked as here by %s"), author);
  case HL_ACTION_NOTIFY_PARTY:
    return g_strdup_printf (C_ ("outbox", "Already called by %s"), author);
  case HL_ACTION_TAKE_CALL:
  case HL_ACTION_ACCEPT_CALL:
  case HL_ACTION_CLAIM_FOLLOW_UP:
    return g_strdup_printf (C_ ("outbox", "%s has it"), author);
  case HL_ACTION_SETTLE_DISPUTE:
    return g_strdup_printf (C_ ("outbox", "Already settled by %s"), author);
  default:
    return g_strdup_printf (C_ ("outbox", "Was already so, by %s"), author);
  }
}

/* K18: who sits at the table that an undo would need. */
static char *
say_built_upon (HlDesk *desk, JsonObject *detail)
{
  HlParty *party = NULL;
  g_autofree char *name = NULL;

  if (detail != NULL && g_strcmp0 (hl_member_get_string (detail, "entity", NULL), "party") == 0
      && g_strcmp0 (hl_member_get_string (detail, "field", NULL), "table_ids") == 0)
    party = hl_state_lookup_party (hl_desk_get_screen (desk),
                                   hl_member_get_string (detail, "id", NULL));
  if (party == NULL)
    return g_strdup (hl_words_reason (HL_REASON_BUILT_UPON));
  name = hl_words_party (hl_party_get_name (party), 0);
  /* Translators: a guest's name */
  return g_strdup_printf (C_ ("reason", "%s was seated there since"), name);
}

static char *
say_reason (HlDesk *desk, HlOutboxItem *item)
{
  HlReason reason = hl_outbox_item_get_reason (item);
  JsonObject *detail = hl_outbox_item_get_detail (item);
  g_autofree char *text = reason == HL_REASON_BUILT_UPON ? say_built_upon (desk, detail)
                                                         : g_strdup (hl_words_reason (reason));
  g_autofree char *author = get_author (desk, detail);

  if (text[0] == '\0' || author == NULL)
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s (%s)", text, author);
}

/* When the answer came, if that was later than the action itself. */
static char *
add_time (HlDesk *desk, HlOutboxItem *item, char *text)
{
  g_autofree char *owned = text;
  g_autofree char *when = NULL;
  gint64 decided = 0;

  g_object_get (item, "decided-at", &decided, NULL);
  if (decided - hl_outbox_item_get_composed_at (item) < 60000)
    return g_steal_pointer (&owned);
  when = hl_words_when (desk, decided);
  /* Translators: what became of an action, when: "Done, 19:31" */
  return g_strdup_printf (C_ ("outbox", "%1$s, %2$s"), owned, when);
}

static char *
say_review (HlDesk *desk, HlOutboxItem *item)
{
  g_autofree char *reason = say_reason (desk, item);

  if (hl_outbox_item_get_sent_as (item)[0] != '\0')
    return g_strdup (C_ ("outbox", "Sent again as a new change"));
  if (hl_outbox_item_get_read (item))
    return g_strdup (C_ ("outbox", "Discarded, not sent"));
  if (hl_outbox_item_get_foreign (item))
    return g_strdup (C_ ("outbox", "Not sent. From here it cannot be sent any more"));
  if (reason[0] != '\0')
    /* Translators: %s is a sentence that says why */
    return g_strdup_printf (C_ ("outbox", "Not sent. %s. Is it still so?"), reason);
  return g_strdup (C_ ("outbox", "Not sent. Is it still so?"));
}

static char *
say_decided (HlDesk *desk, HlOutboxItem *item)
{
  g_autofree char *reason = NULL;

  switch (hl_outbox_item_get_outcome (item)) {
  case HL_OUTCOME_REFUSED:
    reason = say_reason (desk, item);
    return reason[0] != '\0' ? g_strdup_printf (C_ ("outbox", "Refused: %s"), reason)
                             : g_strdup (hl_words_outcome (HL_OUTCOME_REFUSED));
  case HL_OUTCOME_NO_OP:
    return say_no_op (desk, item);
  case HL_OUTCOME_DISPUTED:
    return g_strdup (C_ ("outbox", "Another report does not agree: to check"));
  case HL_OUTCOME_APPLIED:
  default:
    return g_strdup (hl_words_outcome (hl_outbox_item_get_outcome (item)));
  }
}

char *
hl_words_item_fate (HlDesk *desk, HlOutboxItem *item)
{
  switch (hl_outbox_item_get_state (item)) {
  case HL_ITEM_QUEUED:
    return g_strdup (C_ ("outbox", "Saved on this computer, not sent yet"));
  case HL_ITEM_SENDING:
    return g_strdup (C_ ("outbox", "Sent, no answer yet"));
  case HL_ITEM_WITHDRAWN:
    return g_strdup (C_ ("outbox", "Taken back before it was sent"));
  case HL_ITEM_REVIEW:
    return say_review (desk, item);
  case HL_ITEM_DECIDED:
    return add_time (desk, item, say_decided (desk, item));
  default:
    return g_strdup ("");
  }
}

static gboolean
is_news (HlOutboxItem *item)
{
  HlActionKind kind = hl_outbox_item_get_kind (item);
  JsonObject *detail = hl_outbox_item_get_detail (item);

  if (hl_outbox_item_get_state (item) == HL_ITEM_REVIEW)
    return !hl_outbox_item_get_read (item);
  if (hl_outbox_item_get_state (item) != HL_ITEM_DECIDED)
    return FALSE;
  switch (hl_outbox_item_get_outcome (item)) {
  case HL_OUTCOME_REFUSED:
    return !hl_outbox_item_get_read (item);
  case HL_OUTCOME_DISPUTED:
    return TRUE;
  case HL_OUTCOME_NO_OP:
    /* a race that was lost: who was first is told */
    return detail != NULL && hl_member_get_string (detail, "by", NULL) != NULL
           && (kind == HL_ACTION_SETTLE_DISPUTE || kind == HL_ACTION_ACCEPT_CALL
               || kind == HL_ACTION_TAKE_CALL || kind == HL_ACTION_CLAIM_FOLLOW_UP
               || kind == HL_ACTION_NOTIFY_PARTY || kind == HL_ACTION_SEAT
               || kind == HL_ACTION_ARRIVE);
  case HL_OUTCOME_APPLIED:
  default:
    return FALSE;
  }
}

char *
hl_words_item_news (HlDesk *desk, HlOutboxItem *item)
{
  g_autofree char *title = NULL;
  g_autofree char *fate = NULL;

  if (!is_news (item))
    return NULL;
  title = hl_words_item_title (item);
  fate = hl_words_item_fate (desk, item);
  return g_strdup_printf ("%s: %s", title, fate);
}
