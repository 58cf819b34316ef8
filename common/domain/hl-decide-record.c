/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishers' facts: recorded as they are; what they contradict is shown, not refused. */
#include "domain/hl-decide.h"

#include "domain/hl-capacity.h"
#include "domain/hl-codec.h"
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-decide-fields.h"
#include "domain/hl-evolve.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* A fact reads everything: nobody acted on what they had seen. */
#define ALL_READS ((HlReads) G_MAXINT32)
#define MAX_SOURCE 32

static void
record_as_is (HlDeciding *d, HlEventKind kind)
{
  hl_decision_add (d->decision, kind, json_object_ref (d->data));
}

/* From the till: the stage rises, and the party goes. */
static void
record_party (HlDeciding *d)
{
  HlParty *party = hl_state_lookup_party (d->state, hl_deciding_string (d, "party_id"));
  int stage = HL_PARTY_STAGE_NONE;

  if (party == NULL || !hl_rules_is_seated (hl_party_get_status (party)))
    return;
  hl_enum_parse (HL_TYPE_PARTY_STAGE, hl_deciding_string (d, "stage"), &stage);
  if (g_strcmp0 (hl_deciding_string (d, "status"), "gone") == 0)
    hl_decide_leave_tables (d, party);
  if ((HlPartyStage) stage > hl_party_get_stage (party))
    json_object_set_string_member (
      hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party)), "stage",
      hl_enum_nick (HL_TYPE_PARTY_STAGE, stage));
}

static gboolean
is_staff (const HlRevision *revision)
{
  return revision->device != NULL && revision->device[0] != '~';
}

/* Whether staff set @field last. Systems repeat the whole reservation with each change, so that a value which differs need
 * not be newer than staff's: it stands until a person says otherwise. */
static gboolean
staff_stands (HlEntity *entity, guint field)
{
  return is_staff (hl_entity_get_revision (entity, field));
}

/* Whether a person was asked about this very value of this publisher's, and chose another: it is only repeated. */
static gboolean
is_repeated (HlDeciding *d, const char *id, const char *field, JsonNode *value)
{
  g_autofree char *dispute_id = hl_collision_make_id (HL_DISPUTE_KIND_FIELD, id, field);
  HlDispute *dispute = hl_state_lookup_dispute (d->state, dispute_id);
  GPtrArray *claims;

  if (dispute == NULL || hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_SETTLED)
    return FALSE;
  claims = hl_dispute_get_claims (dispute);
  for (guint i = 0; i < claims->len; i++) {
    HlClaim *claim = g_ptr_array_index (claims, i);
    JsonNode *claimed = hl_claim_get_value (claim);

    if ((int) i != hl_dispute_get_choice (dispute) && claimed != NULL && json_node_equal (claimed, value)
        && g_strcmp0 (hl_claim_get_device (claim), d->device) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_disputed (HlDeciding *d, const char *id, const char *field)
{
  return hl_collision_find_open (d->state, HL_DISPUTE_KIND_FIELD, id, field) != NULL;
}

/* The guests are here: the plan's word about it joins a dispute, or says nothing. */
static void
meet_arrival (HlDeciding *d, HlReservation *reservation, int status)
{
  GPtrArray *standing;
  JsonNode *value;

  if (status != HL_RESERVATION_STATUS_CANCELLED && status != HL_RESERVATION_STATUS_NO_SHOW)
    return;
  standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_ptr_array_add (standing, hl_collision_make_standing (
                               d, reservation, HL_RESERVATION_FIELD_STATUS,
                               hl_deciding_get_value (reservation, HL_RESERVATION_FIELD_STATUS)));
  value = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (value, hl_enum_nick (HL_TYPE_RESERVATION_STATUS, status));
  hl_collision_join (d, HL_DISPUTE_KIND_CANCELLED_SEATED, "K4", HL_SUBJECT_TYPE_RESERVATION,
                     hl_reservation_get_reservation_id (reservation), "", standing, value);
}

static gboolean
is_here (HlReservation *reservation)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);

  return status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED;
}

/* One field of the fact against what stands. */
static void
record_field (HlDeciding *d, HlEventKind kind, HlReservation *reservation, const HlField *field,
              JsonNode *value)
{
  const char *id = hl_reservation_get_reservation_id (reservation);

  if (field->id == HL_RESERVATION_FIELD_STATUS && is_here (reservation)) {
    int status = HL_RESERVATION_STATUS_BOOKED;

    hl_enum_parse (HL_TYPE_RESERVATION_STATUS, json_node_get_string (value), &status);
    if (status != HL_RESERVATION_STATUS_COMPLETED) {
      meet_arrival (d, reservation, status);
      return;
    }
  }
  if (staff_stands (HL_ENTITY (reservation), field->id) && is_repeated (d, id, field->name, value))
    return;
  if (staff_stands (HL_ENTITY (reservation), field->id) || is_disputed (d, id, field->name)) {
    hl_collision_contest (d, "K7", reservation, field->id, json_node_copy (value));
    return;
  }
  json_object_set_member (hl_deciding_draft (d, kind, id), field->name, json_node_copy (value));
}

/* Whether nobody but this publisher ever set the field. */
static gboolean
is_own_field (HlDeciding *d, HlReservation *reservation, guint field)
{
  const HlRevision *revision = hl_entity_get_revision (HL_ENTITY (reservation), field);

  return revision->seq == 0 || (revision->device == d->device && revision->foreign == 0);
}

static gboolean
has_note (HlReservation *reservation, const char *text)
{
  GPtrArray *notes = hl_reservation_get_notes (reservation);

  for (guint i = 0; i < notes->len; i++) {
    if (g_str_equal (hl_note_get_text (g_ptr_array_index (notes, i)), text))
      return TRUE;
  }
  return FALSE;
}

/* K8: what somebody else noted or tagged stays; of a whole list that comes in, the rest joins.
 * @wanted: with the list set */
static void
record_list (HlDeciding *d, HlEventKind kind, HlReservation *reservation, HlReservation *wanted,
             const HlField *field)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  gboolean notes = field->id == HL_RESERVATION_FIELD_NOTES;
  const char *const *tags = hl_reservation_get_tags (wanted);
  GPtrArray *records = hl_reservation_get_notes (wanted);

  for (guint i = 0; notes && i < records->len; i++) {
    const char *text = hl_note_get_text (g_ptr_array_index (records, i));

    if (!has_note (reservation, text))
      g_ptr_array_add (missing, (char *) text);
  }
  for (guint i = 0; !notes && tags[i] != NULL; i++) {
    if (!g_strv_contains (hl_reservation_get_tags (reservation), tags[i]))
      g_ptr_array_add (missing, (char *) tags[i]);
  }
  if (missing->len == 0)
    return;
  g_ptr_array_add (missing, NULL);
  hl_deciding_put_strings (hl_deciding_draft (d, kind, id), notes ? "notes_add" : "tags_add",
                           (const char *const *) missing->pdata);
}

static void
record_fields (HlDeciding *d, HlEventKind kind, HlReservation *reservation)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (reservation));
  g_autoptr (HlRecord) wanted = hl_record_copy (HL_RECORD (reservation));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, d->data);
  while (json_object_iter_next (&iter, &name, &node)) {
    const HlField *field = hl_shape_lookup (shape, name);

    if (field == NULL || field->id == HL_RESERVATION_FIELD_RESERVATION_ID
        || field->id == HL_RESERVATION_FIELD_SOURCE || !hl_codec_set (wanted, name, node, NULL))
      continue;
    if (hl_record_value_equal (field, hl_record_get_value (wanted, field->id),
                               hl_record_get_value (HL_RECORD (reservation), field->id)))
      continue;
    if ((field->id == HL_RESERVATION_FIELD_NOTES || field->id == HL_RESERVATION_FIELD_TAGS)
        && !is_own_field (d, reservation, field->id))
      record_list (d, kind, reservation, HL_RESERVATION (wanted), field);
    else
      record_field (d, kind, reservation, field, node);
  }
}

/* A cancellation says so by its kind. */
static void
record_cancellation (HlDeciding *d, HlReservation *reservation)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (reservation));
  const HlField *field = hl_shape_lookup (shape, "status");
  g_autoptr (JsonNode) value = json_node_new (JSON_NODE_VALUE);

  if (hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_CANCELLED)
    return;
  json_node_set_string (value, "cancelled");
  record_field (d, HL_EVENT_RESERVATION_UPDATED, reservation, field, value);
}

static void
check_capacity (HlDeciding *d, HlReservation *reservation, const char *id, JsonObject *draft)
{
  HlCapacityRequest request = { id };
  int status = reservation != NULL ? (int) hl_reservation_get_status (reservation)
                                   : HL_RESERVATION_STATUS_BOOKED;
  gboolean was_overbooked = reservation != NULL && hl_reservation_get_overbooked (reservation);
  JsonNode *value;

  if (json_object_has_member (draft, "overbooked"))
    return;
  /* A late guest or a note takes no other room than before: what was promised is not asked again.
   */
  if (reservation != NULL && !json_object_has_member (draft, "party_size")
      && !json_object_has_member (draft, "starts_at")
      && !json_object_has_member (draft, "duration_min")
      && !json_object_has_member (draft, "table_ids") && !json_object_has_member (draft, "status"))
    return;
  hl_enum_parse (HL_TYPE_RESERVATION_STATUS, hl_member_get_string (draft, "status", NULL), &status);
  request.starts_at = json_object_has_member (draft, "starts_at")
                        ? hl_member_get_time (draft, "starts_at")
                      : reservation != NULL ? hl_reservation_get_starts_at (reservation)
                                            : HL_TIME_NONE;
  if (!hl_rules_takes_room (status) || status == HL_RESERVATION_STATUS_ARRIVED
      || request.starts_at == HL_TIME_NONE)
    return;
  request.size = (int) hl_member_get_int (
    draft, "party_size", reservation != NULL ? hl_capacity_get_size (d->state, reservation) : 1);
  request.duration_min = (int) hl_member_get_int (
    draft, "duration_min",
    reservation != NULL ? hl_reservation_get_duration_min (reservation) : 90);
  if (hl_capacity_fits (d->state, &request) == !was_overbooked)
    return;
  json_object_set_boolean_member (draft, "overbooked", !was_overbooked);
  if (was_overbooked)
    return;
  value = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (value, json_object_new ());
  json_object_set_string_member (json_node_get_object (value), "reservation_id", id);
  hl_collision_join (d, HL_DISPUTE_KIND_OVERBOOKED, "K14", HL_SUBJECT_TYPE_RESERVATION, id, "",
                     NULL, value);
}

static JsonObject *
copy_data (JsonObject *data)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, data);
  while (json_object_iter_next (&iter, &name, &node))
    json_object_set_member (copy, name, json_node_copy (node));
  return copy;
}

static void
put_source (HlDeciding *d, JsonObject *draft, HlReservation *reservation)
{
  g_autofree char *source = NULL;

  if (reservation != NULL)
    source = g_strdup (hl_reservation_get_source (reservation));
  else if (hl_deciding_string (d, "source") != NULL)
    source = g_strdup (hl_deciding_string (d, "source"));
  else
    source
      = g_utf8_substring (d->actor->name, 0, MIN (MAX_SOURCE, g_utf8_strlen (d->actor->name, -1)));
  json_object_set_string_member (draft, "source", source);
}

static void
record_reservation (HlDeciding *d, HlEventKind kind)
{
  const char *id = hl_deciding_string (d, "reservation_id");
  HlReservation *reservation = hl_state_lookup_reservation (d->state, id);
  gint64 version = hl_deciding_int (d, "version", HL_INT_NONE);
  /* said again of one that is there, only what is new goes into the log */
  const HlEventKind update_kind = HL_EVENT_RESERVATION_UPDATED;
  JsonObject *draft;

  if (reservation == NULL) {
    draft = copy_data (d->data);
    put_source (d, draft, NULL);
    hl_decision_add (d->decision, kind, draft);
    if (kind != HL_EVENT_RESERVATION_CANCELLED
        && !hl_state_is_buried (d->state, HL_TYPE_RESERVATION, id))
      check_capacity (d, NULL, id, draft);
    return;
  }
  if (version != HL_INT_NONE && version < hl_reservation_get_version (reservation))
    return;

  record_fields (d, update_kind, reservation);
  if (kind == HL_EVENT_RESERVATION_CANCELLED)
    record_cancellation (d, reservation);
  hl_decide_fields_join_lists (d, HL_ENTITY (reservation), update_kind, id,
                               HL_RESERVATION_FIELD_TAGS);
  draft = hl_deciding_drafted (d, update_kind, id);
  if (draft != NULL)
    check_capacity (d, reservation, id, draft);
  /* when this publisher last spoke about it has to stand in the state, also if nothing else came of
   * it */
  if (d->decision->events->len > 0)
    put_source (d, hl_deciding_draft (d, update_kind, id), reservation);
}

/* A fact about a call: what staff set stands there for good, and is asked about if the publisher
 * disagrees. */
static void
record_call (HlDeciding *d, HlEventKind kind)
{
  static const guint fields[] = {
    HL_CALL_FIELD_OUTCOME,
    HL_CALL_FIELD_LANGUAGE,
    HL_CALL_FIELD_CALLER_NAME,
    HL_CALL_FIELD_INTENT,
  };
  HlEntity *call = (HlEntity *) hl_state_lookup_call (d->state, hl_deciding_string (d, "call_id"));
  const HlShape *shape;

  record_as_is (d, kind);
  if (call == NULL)
    return;
  shape = hl_record_get_shape (HL_RECORD (call));
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    g_autoptr (HlRecord) wanted = NULL;
    gboolean watched = FALSE;

    for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
      watched = watched || fields[j] == field->id;
    if (!watched || !json_object_has_member (d->data, field->name)
        || !is_staff (hl_entity_get_revision (call, field->id)))
      continue;
    wanted = hl_record_copy (HL_RECORD (call));
    if (!hl_codec_set (wanted, field->name, json_object_get_member (d->data, field->name), NULL)
        || hl_record_value_equal (field, hl_record_get_value (wanted, field->id),
                                  hl_record_get_value (HL_RECORD (call), field->id)))
      continue;
    hl_collision_contest (d, "K7", call, field->id, hl_deciding_get_value (wanted, field->id));
  }
}

HlDecision *
hl_decide_record (HlState *state, HlEventKind kind, JsonObject *data, const HlActor *actor,
                  gint64 at)
{
  HlDeciding d = {
    .state = state,
    .kind = HL_ACTION_UNKNOWN,
    .act_id = NULL,
    .data = data,
    .actor = actor,
    .device = hl_evolve_get_source (actor),
    .seen = 0,
    .now = at,
    .at = at,
    .reads = ALL_READS,
    .decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE),
  };

  g_return_val_if_fail (HL_IS_STATE (state), d.decision);

  d.decision->fact = TRUE;
  switch (kind) {
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    record_reservation (&d, kind);
    break;
  case HL_EVENT_PARTY_UPDATED:
    record_party (&d);
    break;
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    record_call (&d, kind);
    break;
  default:
    record_as_is (&d, kind);
    break;
  }
  hl_collision_settle_moot (&d);
  if (d.decision->events->len == 0)
    d.decision->outcome = HL_OUTCOME_NO_OP;
  return d.decision;
}
