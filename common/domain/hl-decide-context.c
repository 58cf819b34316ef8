/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the families of decisions share while one action is decided. */
#include "domain/hl-decide-context.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-evolve.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

const char *
hl_deciding_string (HlDeciding *d, const char *name)
{
  return hl_member_get_string (d->data, name, NULL);
}

gint64
hl_deciding_int (HlDeciding *d, const char *name, gint64 preset)
{
  return hl_member_get_int (d->data, name, preset);
}

gboolean
hl_deciding_bool (HlDeciding *d, const char *name, gboolean preset)
{
  return hl_member_get_bool (d->data, name, preset);
}

gboolean
hl_deciding_has (HlDeciding *d, const char *name)
{
  return json_object_has_member (d->data, name);
}

static int
compare_strings (gconstpointer one, gconstpointer two)
{
  return strcmp (*(const char *const *) one, *(const char *const *) two);
}

GStrv
hl_deciding_ids (HlDeciding *d, const char *name)
{
  g_autofree const char **ids = hl_member_get_strings (d->data, name);
  GPtrArray *sorted = g_ptr_array_new ();

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    if (!g_ptr_array_find_with_equal_func (sorted, ids[i], g_str_equal, NULL))
      g_ptr_array_add (sorted, g_strdup (ids[i]));
  }
  g_ptr_array_sort (sorted, compare_strings);
  g_ptr_array_add (sorted, NULL);
  return (GStrv) g_ptr_array_free (sorted, FALSE);
}

JsonObject *
hl_deciding_copy_without (HlDeciding *d, const char *const *names)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, d->data);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (!g_strv_contains (names, name))
      json_object_set_member (copy, name, json_node_copy (node));
  }
  return copy;
}

gboolean
hl_deciding_is_person (HlDeciding *d)
{
  return d->actor->role == HL_ROLE_STAFF || d->actor->role == HL_ROLE_MANAGER;
}

gboolean
hl_deciding_unseen (HlDeciding *d, HlReads read, gpointer entity, guint field)
{
  /* what is asked here and missing in the table would escape the test of concurrency */
  g_return_val_if_fail ((d->reads & read) == (guint) read, TRUE);

  if (entity == NULL
      || !hl_revision_is_unseen (hl_entity_get_revision (entity, field), d->seen, d->device))
    return FALSE;
  d->raced = TRUE;
  return TRUE;
}

/* Who set the field last and when, as far as the state knows. */
static JsonObject *
make_detail (HlDeciding *d, gpointer entity, guint field)
{
  JsonObject *detail = json_object_new ();

  if (entity == NULL)
    return detail;
  json_object_set_string_member (detail, "entity", hl_entity_get_kind (entity));
  json_object_set_string_member (detail, "id", hl_entity_get_id (entity));
  if (field != 0) {
    const HlRevision *revision = hl_entity_get_revision (entity, field);
    const HlShape *shape = hl_record_get_shape (entity);
    HlAuthor author;

    for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
      if (hl_shape_get_field (shape, i)->id == field)
        json_object_set_string_member (detail, "field", hl_shape_get_field (shape, i)->name);
    }
    if (hl_state_find_author (d->state, entity, field, &author)) {
      json_object_set_string_member (detail, "by", author.by);
      hl_deciding_put_time (detail, "at", author.at);
    } else if (revision->device != NULL) {
      json_object_set_string_member (
        detail, "by", revision->device[0] == '~' ? revision->device + 1 : revision->device);
    }
  }
  return detail;
}

static void
end_without_events (HlDeciding *d, HlOutcome outcome, HlReason reason, gpointer entity, guint field)
{
  g_ptr_array_set_size (d->decision->events, 0);
  g_clear_pointer (&d->decision->detail, json_object_unref);
  d->decision->outcome = outcome;
  d->decision->reason = reason;
  if (entity != NULL)
    d->decision->detail = make_detail (d, entity, field);
}

void
hl_deciding_refuse (HlDeciding *d, HlReason reason, gpointer entity, guint field)
{
  end_without_events (d, HL_OUTCOME_REFUSED, reason, entity, field);
}

void
hl_deciding_no_op (HlDeciding *d, gpointer entity, guint field)
{
  end_without_events (d, HL_OUTCOME_NO_OP, HL_REASON_NONE, entity, field);
}

void
hl_deciding_unknown (HlDeciding *d, GType type, const char *id)
{
  gboolean buried = id != NULL && hl_state_is_buried (d->state, type, id);

  hl_deciding_refuse (d, buried ? HL_REASON_TOO_OLD : HL_REASON_UNKNOWN_ID, NULL, 0);
  d->decision->detail = json_object_new ();
  json_object_set_string_member (d->decision->detail, "entity", hl_entity_type_kind (type));
  if (id != NULL)
    json_object_set_string_member (d->decision->detail, "id", id);
}

const char *
hl_deciding_get_id_member (HlEventKind kind)
{
  switch (kind) {
  case HL_EVENT_PARTY_UPDATED:
    return "party_id";
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    return "reservation_id";
  case HL_EVENT_TABLE_UPDATED:
    return "table_id";
  case HL_EVENT_SECTION_UPDATED:
    return "section_id";
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    return "call_id";
  case HL_EVENT_NOTICE_ACKNOWLEDGED:
    return "notice_id";
  case HL_EVENT_DISPUTE_OPENED:
  case HL_EVENT_DISPUTE_SETTLED:
    return "dispute_id";
  default:
    g_return_val_if_reached ("id");
  }
}

JsonObject *
hl_deciding_drafted (HlDeciding *d, HlEventKind kind, const char *id)
{
  const char *member = hl_deciding_get_id_member (kind);

  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);

    if (draft->kind == kind
        && g_strcmp0 (hl_member_get_string (draft->data, member, NULL), id) == 0)
      return draft->data;
  }
  return NULL;
}

JsonObject *
hl_deciding_draft (HlDeciding *d, HlEventKind kind, const char *id)
{
  JsonObject *data = hl_deciding_drafted (d, kind, id);

  if (data != NULL)
    return data;
  data = json_object_new ();
  json_object_set_string_member (data, hl_deciding_get_id_member (kind), id);
  hl_decision_add (d->decision, kind, data);
  return data;
}

void
hl_deciding_take_drafts (HlDeciding *d, HlDecision *inner)
{
  for (guint i = 0; i < inner->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (inner->events, i);
    JsonObject *outer = hl_deciding_drafted (
      d, draft->kind,
      hl_member_get_string (draft->data, hl_deciding_get_id_member (draft->kind), NULL));
    g_autoptr (GList) names = NULL;

    if (outer == NULL) {
      hl_decision_add (d->decision, draft->kind, json_object_ref (draft->data));
      continue;
    }
    /* the dispute that is being settled already: by this person, with this choice */
    if (draft->kind == HL_EVENT_DISPUTE_SETTLED)
      continue;
    names = json_object_get_members (draft->data);
    for (GList *l = names; l != NULL; l = l->next)
      json_object_set_member (outer, l->data,
                              json_node_copy (json_object_get_member (draft->data, l->data)));
  }
  if (inner->outcome == HL_OUTCOME_DISPUTED)
    d->decision->outcome = HL_OUTCOME_DISPUTED;
}

HlState *
hl_deciding_make_after (HlDeciding *d)
{
  HlState *after = hl_state_copy (d->state);
  g_autoptr (HlDecision) changes = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE);
  g_autoptr (GPtrArray) events = NULL;

  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);

    if (draft->kind != HL_EVENT_DISPUTE_OPENED)
      hl_decision_add (changes, draft->kind, json_object_ref (draft->data));
  }
  events = hl_decision_make_events (changes, "after", d->actor, G_MAXINT32, d->at, d->now);
  for (guint i = 0; i < events->len; i++)
    hl_evolve (after, g_ptr_array_index (events, i));
  return after;
}

gboolean
hl_deciding_is_seated_after (HlDeciding *d, HlParty *party)
{
  JsonObject *drafted
    = hl_deciding_drafted (d, HL_EVENT_PARTY_UPDATED, hl_entity_get_id (HL_ENTITY (party)));
  int status = hl_party_get_status (party);

  if (drafted != NULL)
    hl_enum_parse (HL_TYPE_PARTY_STATUS, hl_member_get_string (drafted, "status", NULL), &status);
  return hl_rules_is_seated (status);
}

gboolean
hl_deciding_is_at_after (HlDeciding *d, HlParty *party, const char *table_id)
{
  JsonObject *drafted
    = hl_deciding_drafted (d, HL_EVENT_PARTY_UPDATED, hl_entity_get_id (HL_ENTITY (party)));

  if (!hl_deciding_is_seated_after (d, party))
    return FALSE;
  if (drafted != NULL && json_object_has_member (drafted, "table_ids")) {
    g_autofree const char **ids = hl_member_get_strings (drafted, "table_ids");

    return ids != NULL && g_strv_contains (ids, table_id);
  }
  return g_strv_contains (hl_party_get_table_ids (party), table_id);
}

guint
hl_deciding_count_at_after (HlDeciding *d, const char *table_id)
{
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);
  guint count = 0;

  for (guint i = 0; i < parties->len; i++) {
    if (hl_deciding_is_at_after (d, g_ptr_array_index (parties, i), table_id))
      count++;
  }
  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);
    g_autofree const char **ids = NULL;
    HlParty *party;

    if (draft->kind != HL_EVENT_PARTY_UPDATED)
      continue;
    ids = hl_member_get_strings (draft->data, "table_ids");
    if (ids == NULL || !g_strv_contains (ids, table_id))
      continue;
    party = hl_state_lookup_party (d->state, hl_member_get_string (draft->data, "party_id", NULL));
    /* those that sit there already were counted above */
    if (party == NULL || !g_ptr_array_find (parties, party, NULL))
      count++;
  }
  return count;
}

HlReservationStatus
hl_deciding_status_after (HlDeciding *d, HlReservation *reservation)
{
  const char *id = hl_entity_get_id (HL_ENTITY (reservation));
  JsonObject *drafted = hl_deciding_drafted (d, HL_EVENT_RESERVATION_UPDATED, id);
  int status = hl_reservation_get_status (reservation);

  if (hl_deciding_drafted (d, HL_EVENT_RESERVATION_CANCELLED, id) != NULL)
    return HL_RESERVATION_STATUS_CANCELLED;
  if (drafted != NULL)
    hl_enum_parse (HL_TYPE_RESERVATION_STATUS, hl_member_get_string (drafted, "status", NULL),
                   &status);
  return status;
}

void
hl_deciding_put_time (JsonObject *object, const char *name, gint64 time)
{
  char text[HL_TIME_TEXT + 1];

  if (time == HL_TIME_NONE) {
    json_object_set_null_member (object, name);
    return;
  }
  hl_time_print_to (CLAMP (time, HL_TIME_MIN, HL_TIME_MAX), text);
  json_object_set_string_member (object, name, text);
}

void
hl_deciding_put_strings (JsonObject *object, const char *name, const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  json_object_set_array_member (object, name, array);
}

void
hl_deciding_put_enum (JsonObject *object, const char *name, GType type, int value)
{
  json_object_set_string_member (object, name, hl_enum_nick (type, value));
}

JsonNode *
hl_deciding_get_value (gpointer entity, guint field)
{
  const HlShape *shape = hl_record_get_shape (entity);

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *each = hl_shape_get_field (shape, i);

    if (each->id == field)
      return hl_codec_encode (each, hl_record_get_value (entity, field));
  }
  g_return_val_if_reached (json_node_new (JSON_NODE_NULL));
}
