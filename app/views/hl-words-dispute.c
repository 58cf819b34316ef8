/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute in words: what two people say, who said it when, the question, and the answers to it. */
#include "views/hl-words-dispute.h"

#include <glib/gi18n.h>

#include "domain/hl-member.h"
#include "domain/hl-time.h"
#include "views/hl-words-field.h"
#include "views/hl-words.h"

/* ---- whom it is about ---- */

static char *
name_party (HlDesk *desk, const char *party_id, gboolean with_size)
{
  HlParty *party = hl_state_lookup_party (hl_desk_get_screen (desk), party_id);

  return hl_words_party (party != NULL ? hl_party_get_name (party) : NULL,
                         party != NULL && with_size ? hl_party_get_size (party) : 0);
}

static HlReservation *
get_reservation (HlDesk *desk, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);

  return subject != NULL && hl_subject_get_subject_type (subject) == HL_SUBJECT_TYPE_RESERVATION
             ? hl_state_lookup_reservation (hl_desk_get_screen (desk), hl_subject_get_id (subject))
             : NULL;
}

static char *
name_subject (HlDesk *desk, HlDispute *dispute, gboolean with_size)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  const char *ids[] = { subject != NULL ? hl_subject_get_id (subject) : NULL, NULL };
  HlReservation *reservation = get_reservation (desk, dispute);
  HlCall *call;

  if (subject == NULL)
    return g_strdup ("");
  switch (hl_subject_get_subject_type (subject)) {
  case HL_SUBJECT_TYPE_TABLE:
    return hl_words_tables (desk, ids);
  case HL_SUBJECT_TYPE_PARTY:
    return name_party (desk, ids[0], with_size);
  case HL_SUBJECT_TYPE_CALL:
    call = hl_state_lookup_call (hl_desk_get_screen (desk), ids[0]);
    return hl_words_party (call != NULL ? hl_call_get_caller_name (call) : NULL, 0);
  case HL_SUBJECT_TYPE_RESERVATION:
  default:
    return hl_words_party (
        reservation != NULL ? hl_reservation_get_name (reservation) : NULL,
        reservation != NULL && with_size ? hl_reservation_get_party_size (reservation) : 0);
  }
}

static char *
get_start (HlDesk *desk, HlDispute *dispute)
{
  HlReservation *reservation = get_reservation (desk, dispute);
  gint64 at = reservation != NULL ? hl_reservation_get_starts_at (reservation) : HL_TIME_NONE;

  return at != HL_TIME_NONE ? hl_words_when (desk, at) : g_strdup ("");
}

/* ---- what one of them says ---- */

/* What somebody did, as it would be found in the room now. */
static char *
say_deed (HlDesk *desk, HlDisputeChoice *choice)
{
  JsonObject *data = choice->value != NULL && JSON_NODE_HOLDS_OBJECT (choice->value)
                         ? json_node_get_object (choice->value)
                         : NULL;
  g_autofree char *tables = hl_words_tables (desk, (const char *const *) choice->table_ids);
  const char *physical = data != NULL ? hl_member_get_string (data, "physical", NULL) : NULL;

  switch (choice->action) {
  case HL_ACTION_SEAT:
  case HL_ACTION_MOVE:
    /* Translators: a party sits at this table, these tables: "seated at 12" */
    return g_strdup_printf (C_ ("claim", "seated at %s"), tables);
  case HL_ACTION_UNSEAT:
    return g_strdup (C_ ("claim", "taken from the table"));
  case HL_ACTION_FINISH_PARTY:
    return g_strdup (C_ ("claim", "gone"));
  case HL_ACTION_REMOVE_PARTY:
    return g_strdup (
        data != NULL && g_strcmp0 (hl_member_get_string (data, "status", NULL), "left") == 0
            ? C_ ("claim", "left before they were seated")
            : C_ ("claim", "taken off the list"));
  case HL_ACTION_RECALL_PARTY:
    return g_strdup (C_ ("claim", "waiting again"));
  case HL_ACTION_ARRIVE:
    return g_strdup (C_ ("claim", "here"));
  case HL_ACTION_CANCEL_RESERVATION:
    return g_strdup (C_ ("claim", "cancelled"));
  case HL_ACTION_MARK_NO_SHOW:
    return g_strdup (C_ ("claim", "did not come"));
  case HL_ACTION_CORRECT:
    return g_strdup (C_ ("claim", "put right"));
  case HL_ACTION_SET_TABLE:
    if (physical != NULL)
      return hl_words_field_value (desk, "physical", json_object_get_member (data, "physical"));
    return g_strdup (data != NULL && hl_member_get_bool (data, "blocked", FALSE)
                         ? C_ ("claim", "closed")
                         : C_ ("claim", "open"));
  default:
    return g_strdup (C_ ("claim", "something else was done"));
  }
}

static char *
say_value (HlDesk *desk, HlDispute *dispute, HlDisputeChoice *choice)
{
  JsonObject *data = choice->value != NULL && JSON_NODE_HOLDS_OBJECT (choice->value)
                         ? json_node_get_object (choice->value)
                         : NULL;
  g_autofree char *tables = NULL;
  g_autofree char *start = NULL;
  const char *reason;

  switch (choice->meaning) {
  case HL_DISPUTE_MEANING_PARTY_STAYS:
  case HL_DISPUTE_MEANING_SAME_PARTY:
  case HL_DISPUTE_MEANING_OWN_PARTY:
    return name_party (desk, choice->party_id, TRUE);
  case HL_DISPUTE_MEANING_UNBLOCK:
    tables = name_party (desk, choice->party_id, TRUE);
    /* Translators: a party sits at the table: "Ng 4 sits there" */
    return g_strdup_printf (C_ ("claim", "%s sits there"), tables);
  case HL_DISPUTE_MEANING_BLOCK:
    reason = data != NULL ? hl_member_get_string (data, "reason", NULL) : NULL;
    if (reason == NULL && data != NULL)
      reason = hl_member_get_string (data, "blocked_reason", NULL);
    if (reason == NULL || reason[0] == '\0')
      return g_strdup (C_ ("claim", "closed"));
    tables = hl_words_isolate (reason);
    /* Translators: why a table is closed: "closed: leak" */
    return g_strdup_printf (C_ ("claim", "closed: %s"), tables);
  case HL_DISPUTE_MEANING_PARTY_AT:
    tables = hl_words_tables (desk, (const char *const *) choice->table_ids);
    return tables[0] != '\0' ? g_strdup_printf (C_ ("claim", "at %s"), tables)
                             : g_strdup (C_ ("claim", "at no table"));
  case HL_DISPUTE_MEANING_SAME_GUESTS:
    return g_strdup (C_ ("claim", "here"));
  case HL_DISPUTE_MEANING_OTHER_GUESTS:
    if (choice->value != NULL && JSON_NODE_HOLDS_VALUE (choice->value))
      return hl_words_field_value (desk, "status", choice->value);
    return g_strdup (C_ ("claim", "cancelled"));
  case HL_DISPUTE_MEANING_KEEP_OVERBOOKED:
    start = get_start (desk, dispute);
    /* Translators: a booking was promised for this time */
    return g_strdup_printf (C_ ("claim", "promised for %s"), start);
  case HL_DISPUTE_MEANING_DO:
    return say_deed (desk, choice);
  case HL_DISPUTE_MEANING_SET_VALUE:
  default:
    return hl_words_field_value (
        desk, hl_subject_get_field (hl_dispute_get_subject (dispute)), choice->value);
  }
}

char *
hl_words_dispute_source (HlDesk *desk, HlClaim *claim)
{
  const char *by = hl_claim_get_by (claim);
  const char *from = hl_claim_get_device_name (claim);
  g_autofree char *who = by == NULL || by[0] == '\0' ? g_strdup (C_ ("dispute", "somebody"))
                                                     : hl_words_isolate (by);
  g_autofree char *at = hl_words_when (desk, hl_claim_get_at (claim));

  /* nobody was chosen at it: then the device's name is who */
  if (from != NULL && from[0] != '\0' && g_strcmp0 (from, by) != 0) {
    g_autofree char *device = hl_words_isolate (from);

    return hl_claim_get_offline (claim)
               /* Translators: who, when, at which device: "Ben 19:04 at Stand 2, was offline" */
               ? g_strdup_printf (C_ ("dispute", "%1$s %2$s at %3$s, was offline"), who, at, device)
               : g_strdup_printf (C_ ("dispute", "%1$s %2$s at %3$s"), who, at, device);
  }
  return hl_claim_get_offline (claim)
             /* Translators: who, when */
             ? g_strdup_printf (C_ ("dispute", "%1$s %2$s, was offline"), who, at)
             : g_strdup_printf (C_ ("dispute", "%1$s %2$s"), who, at);
}

/* "Ng 4 (Ana 19:02) and Lopez 2 (Ben 19:04, was offline)" */
static char *
say_claims (HlDesk *desk, HlDispute *dispute)
{
  guint n = hl_dispute_get_claims (dispute)->len;
  g_autofree char *text = g_strdup ("");

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlDisputeChoice) claim =
        hl_dispute_choice_new (hl_desk_get_screen (desk), dispute, (int) i);
    g_autofree char *before = g_steal_pointer (&text);
    g_autofree char *value = claim != NULL ? say_value (desk, dispute, claim) : g_strdup ("");
    g_autofree char *source =
        hl_words_dispute_source (desk, g_ptr_array_index (hl_dispute_get_claims (dispute), i));
    g_autofree char *one = g_strdup_printf ("%s (%s)", value, source);

    if (i == 0)
      text = g_steal_pointer (&one);
    else if (i + 1 < n)
      text = g_strdup_printf (C_ ("list", "%1$s, %2$s"), before, one);
    else
      text = g_strdup_printf (C_ ("list", "%1$s and %2$s"), before, one);
  }
  return g_steal_pointer (&text);
}

/* ---- the card ---- */

char *
hl_words_dispute_facts (HlDesk *desk, HlDispute *dispute)
{
  g_autofree char *claims = say_claims (desk, dispute);
  g_autofree char *subject = name_subject (desk, dispute, TRUE);
  g_autofree char *field = NULL;
  g_autofree char *start = NULL;

  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_TABLE:
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return g_strdup_printf (C_ ("dispute", "Table %1$s: %2$s."), subject, claims);
  case HL_DISPUTE_KIND_SAME_PARTY:
    return g_strdup_printf (C_ ("dispute", "Entered twice: %s."), claims);
  case HL_DISPUTE_KIND_OVERBOOKED:
    return g_strdup_printf (C_ ("dispute", "No room for %1$s: %2$s."), subject, claims);
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    start = get_start (desk, dispute);
    /* Translators: whose booking, for when, what is said of it */
    return g_strdup_printf (C_ ("dispute", "Booking %1$s, %2$s: %3$s."), subject, start, claims);
  case HL_DISPUTE_KIND_FIELD:
    field = hl_words_field_name (hl_subject_get_field (hl_dispute_get_subject (dispute)));
    if (hl_subject_get_subject_type (hl_dispute_get_subject (dispute)) == HL_SUBJECT_TYPE_TABLE)
      /* Translators: table number, field ("clean or dirty"), what is said */
      return g_strdup_printf (C_ ("dispute", "Table %1$s, %2$s: %3$s."), subject, field, claims);
    /* Translators: whose, field ("number of people"), what is said */
    return g_strdup_printf (C_ ("dispute", "%1$s, %2$s: %3$s."), subject, field, claims);
  case HL_DISPUTE_KIND_PARTY_TABLE:
  default:
    return g_strdup_printf (C_ ("dispute", "%1$s: %2$s."), subject, claims);
  }
}

char *
hl_words_dispute_question (HlDesk *desk, HlDispute *dispute)
{
  g_autofree char *subject = name_subject (desk, dispute, FALSE);

  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_TABLE:
    /* Translators: a table's number */
    return g_strdup_printf (C_ ("dispute", "Who is at %s?"), subject);
  case HL_DISPUTE_KIND_PARTY_TABLE:
    /* Translators: a guest's name */
    return g_strdup_printf (C_ ("dispute", "Where is %s?"), subject);
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    return g_strdup (C_ ("dispute", "The same guests?"));
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return g_strdup (C_ ("dispute", "Does the table stay closed?"));
  case HL_DISPUTE_KIND_OVERBOOKED:
    return g_strdup (C_ ("dispute", "What can they be offered?"));
  case HL_DISPUTE_KIND_SAME_PARTY:
    return g_strdup (C_ ("dispute", "The same party?"));
  case HL_DISPUTE_KIND_FIELD:
  default:
    return g_strdup (C_ ("dispute", "Which is right?"));
  }
}

char *
hl_words_dispute (HlDesk *desk, HlDispute *dispute)
{
  g_autofree char *facts = hl_words_dispute_facts (desk, dispute);
  g_autofree char *question = hl_words_dispute_question (desk, dispute);

  return g_strdup_printf ("%s %s", facts, question);
}

char *
hl_words_dispute_choice (HlDesk *desk, HlDispute *dispute, HlDisputeChoice *choice)
{
  g_autofree char *name = NULL;
  g_autofree char *tables = hl_words_tables (desk, (const char *const *) choice->table_ids);
  g_autofree char *start = NULL;

  switch (choice->meaning) {
  case HL_DISPUTE_MEANING_PARTY_STAYS:
    name = name_party (desk, choice->party_id, TRUE);
    /* Translators: who sits at which table */
    return g_strdup_printf (C_ ("choice", "%1$s is at %2$s"), name, tables);
  case HL_DISPUTE_MEANING_PARTY_AT:
    return g_strdup_printf (C_ ("choice", "They are at %s"), tables);
  case HL_DISPUTE_MEANING_SAME_GUESTS:
    return g_strdup (C_ ("choice", "Yes, the same guests"));
  case HL_DISPUTE_MEANING_OTHER_GUESTS:
    return g_strdup (C_ ("choice", "No, other guests"));
  case HL_DISPUTE_MEANING_UNBLOCK:
    name = name_party (desk, choice->party_id, TRUE);
    /* Translators: a guest's name; the table can be used */
    return g_strdup_printf (C_ ("choice", "The table is fine: %s stays"), name);
  case HL_DISPUTE_MEANING_BLOCK:
    return g_strdup (C_ ("choice", "It stays closed: they have to move"));
  case HL_DISPUTE_MEANING_KEEP_OVERBOOKED:
    start = get_start (desk, dispute);
    return g_strdup_printf (C_ ("choice", "Keep %s: room will be made"), start);
  case HL_DISPUTE_MEANING_SAME_PARTY:
    return g_strdup (C_ ("choice", "The same party: keep one"));
  case HL_DISPUTE_MEANING_OWN_PARTY:
    return g_strdup (C_ ("choice", "Two parties: keep both"));
  case HL_DISPUTE_MEANING_DO:
  case HL_DISPUTE_MEANING_SET_VALUE:
  default: {
    g_autofree char *value = say_value (desk, dispute, choice);
    g_autofree char *first = g_utf8_substring (value, 0, 1);
    g_autofree char *upper = g_utf8_strup (first, -1);

    return g_strconcat (upper, g_utf8_next_char (value), NULL);
  }
  }
}

char *
hl_words_dispute_note (HlDesk *desk, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  const char *field = subject != NULL ? hl_subject_get_field (subject) : "";

  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_TABLE:
    return g_strdup (C_ ("dispute", "Whoever is not there goes back to the door, without a table."));
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    return g_strdup (C_ ("dispute", "With No the booking stays cancelled; who is here stays where "
                                    "they are."));
  case HL_DISPUTE_KIND_OVERBOOKED:
    return g_strdup (C_ ("dispute", "Ask the guest before you choose another time."));
  case HL_DISPUTE_KIND_FIELD:
    if (g_strcmp0 (field, "party_size") == 0)
      return g_strdup (C_ ("dispute", "Until then the larger number counts."));
    break;
  case HL_DISPUTE_KIND_PARTY_TABLE:
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
  case HL_DISPUTE_KIND_SAME_PARTY:
  default:
    break;
  }
  return g_strdup ("");
}

char *
hl_words_dispute_settled (HlDesk *desk, HlDispute *dispute)
{
  const char *by = hl_dispute_get_settled_by (dispute);
  int chosen = hl_dispute_get_choice (dispute);
  g_autoptr (HlDisputeChoice) choice =
      chosen >= 0 ? hl_dispute_choice_new (hl_desk_get_screen (desk), dispute, chosen) : NULL;
  g_autofree char *name = name_subject (desk, dispute, FALSE);
  g_autofree char *who = NULL;
  g_autofree char *what = NULL;

  /* its cause is gone: nobody chose anything */
  if (by == NULL || by[0] == '\0' || g_str_equal (by, "system") || choice == NULL)
    /* Translators: a guest's name or a table's number */
    return g_strdup_printf (C_ ("dispute", "%s: nothing to check any more"), name);
  who = hl_words_isolate (by);
  what = hl_words_dispute_choice (desk, dispute, choice);
  /* Translators: who settled it, what they chose: "Ana has settled it: Ng is at 12" */
  return g_strdup_printf (C_ ("dispute", "%1$s has settled it: %2$s"), who, what);
}
