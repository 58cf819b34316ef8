/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute in words: what two people say, who said it when, and the question for whoever looks. */
#include "views/hl-words-dispute.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

static char *
name_subject (HlDesk *desk, HlSubject *subject)
{
  HlState *state = hl_desk_get_screen (desk);
  const char *id = hl_subject_get_id (subject);
  const char *name = NULL;

  switch (hl_subject_get_subject_type (subject)) {
  case HL_SUBJECT_TYPE_TABLE: {
    HlTableToken *token = hl_desk_find_table (desk, id);
    g_autofree char *label =
        hl_words_isolate (token != NULL ? hl_table_token_get_label (token) : id);

    return g_strdup_printf (C_ ("dispute", "Table %s"), label);
  }
  case HL_SUBJECT_TYPE_PARTY: {
    HlParty *party = hl_state_lookup_party (state, id);

    name = party != NULL ? hl_party_get_name (party) : NULL;
    break;
  }
  case HL_SUBJECT_TYPE_RESERVATION: {
    HlReservation *reservation = hl_state_lookup_reservation (state, id);

    name = reservation != NULL ? hl_reservation_get_name (reservation) : NULL;
    break;
  }
  case HL_SUBJECT_TYPE_CALL:
  default:
    break;
  }
  return hl_words_isolate (hl_words_name (name));
}

/* What a claim says: a party's name, tables' labels, or the plain value. */
static char *
name_value (HlDesk *desk, JsonNode *value)
{
  HlState *state = hl_desk_get_screen (desk);

  if (value == NULL || JSON_NODE_HOLDS_NULL (value))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (value)) {
    JsonObject *object = json_node_get_object (value);
    const char *party_id = json_object_get_string_member_with_default (object, "party_id", NULL);
    HlParty *party = party_id != NULL ? hl_state_lookup_party (state, party_id) : NULL;

    return party != NULL ? hl_words_isolate (hl_words_name (hl_party_get_name (party))) : NULL;
  }
  if (JSON_NODE_HOLDS_ARRAY (value)) {
    JsonArray *array = json_node_get_array (value);
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      JsonNode *element = json_array_get_element (array, i);
      const char *id = json_node_get_value_type (element) == G_TYPE_STRING
                           ? json_node_get_string (element)
                           : NULL;
      HlTableToken *token = id != NULL ? hl_desk_find_table (desk, id) : NULL;

      if (id != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " + " : "",
                                token != NULL ? hl_table_token_get_label (token) : id);
    }
    return text->len > 0 ? hl_words_isolate (text->str) : NULL;
  }
  if (json_node_get_value_type (value) == G_TYPE_STRING)
    return hl_words_isolate (json_node_get_string (value));
  if (json_node_get_value_type (value) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (value));
  return NULL;
}

static char *
describe_claim (HlDesk *desk, HlClaim *claim)
{
  GTimeZone *zone = hl_desk_get_timezone (desk);
  const char *by = hl_claim_get_by (claim);
  gboolean nobody = by == NULL || by[0] == '\0';
  g_autofree char *value = name_value (desk, hl_claim_get_value (claim));
  g_autofree char *who = nobody ? g_strdup (C_ ("dispute", "somebody")) : hl_words_isolate (by);
  g_autofree char *at = hl_words_time (hl_claim_get_at (claim), zone);
  g_autofree char *source =
      hl_claim_get_offline (claim)
          /* Translators: who, when */
          ? g_strdup_printf (C_ ("dispute", "%1$s %2$s, was offline"), who, at)
          : g_strdup_printf (C_ ("dispute", "%1$s %2$s"), who, at);

  if (value == NULL)
    return g_steal_pointer (&source);
  return g_strdup_printf ("%s (%s)", value, source);
}

static const char *
get_question (HlDisputeKind kind)
{
  switch (kind) {
  case HL_DISPUTE_KIND_TABLE:
    return C_ ("dispute", "Who sits there?");
  case HL_DISPUTE_KIND_PARTY_TABLE:
    return C_ ("dispute", "Where do they sit?");
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    return C_ ("dispute", "Cancelled, and seated: the same guests?");
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return C_ ("dispute", "The table is closed, and somebody sits there.");
  case HL_DISPUTE_KIND_OVERBOOKED:
    return C_ ("dispute", "More was promised than there is room for.");
  case HL_DISPUTE_KIND_SAME_PARTY:
    return C_ ("dispute", "The same party twice?");
  case HL_DISPUTE_KIND_FIELD:
  default:
    return C_ ("dispute", "Which is right?");
  }
}

char *
hl_words_dispute (HlDesk *desk, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  g_autoptr (GString) text = g_string_new (NULL);

  if (subject != NULL) {
    g_autofree char *name = name_subject (desk, subject);

    g_string_append_printf (text, "%s: ", name);
  }
  for (guint i = 0; claims != NULL && i < claims->len; i++) {
    g_autofree char *claim = describe_claim (desk, g_ptr_array_index (claims, i));

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", claim);
  }
  g_string_append_printf (text, ". %s", get_question (hl_dispute_get_kind (dispute)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
