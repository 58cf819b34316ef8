/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disputes: how they are named, joined and settled while an action is decided. */
#include "domain/hl-collision.h"

#include <string.h>

#include "domain/hl-capacity.h"
#include "domain/hl-codec.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

#define MAX_ID 64

static const struct {
  HlSubjectType type;
  GType (*get_type) (void);
} subjects[] = {
  { HL_SUBJECT_TYPE_RESERVATION, hl_reservation_get_type },
  { HL_SUBJECT_TYPE_PARTY, hl_party_get_type },
  { HL_SUBJECT_TYPE_TABLE, hl_table_get_type },
  { HL_SUBJECT_TYPE_CALL, hl_call_get_type },
  { HL_SUBJECT_TYPE_SECTION, hl_section_get_type },
};

HlSubjectType
hl_collision_subject_type (gpointer entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++) {
    if (subjects[i].get_type () == G_OBJECT_TYPE (entity))
      return subjects[i].type;
  }
  g_return_val_if_reached (HL_SUBJECT_TYPE_PARTY);
}

GType
hl_collision_entity_type (HlSubjectType type)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++) {
    if (subjects[i].type == type)
      return subjects[i].get_type ();
  }
  return G_TYPE_INVALID;
}

char *
hl_collision_make_id (HlDisputeKind kind, const char *id, const char *field)
{
  const char *nick = hl_enum_nick (HL_TYPE_DISPUTE_KIND, kind);
  g_autofree char *name = NULL;
  g_autofree char *digest = NULL;

  name = field[0] != '\0' ? g_strdup_printf ("%s:%s:%s", nick, id, field)
                          : g_strdup_printf ("%s:%s", nick, id);
  if (strlen (name) <= MAX_ID)
    return g_steal_pointer (&name);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  digest[32] = '\0';
  return g_strdup_printf ("%s:%s", nick, digest);
}

HlDispute *
hl_collision_find_open (HlState *state, HlDisputeKind kind, const char *id, const char *field)
{
  g_autofree char *dispute_id = hl_collision_make_id (kind, id, field);
  HlDispute *dispute = hl_state_lookup_dispute (state, dispute_id);

  if (dispute == NULL || hl_dispute_get_state (dispute) != HL_DISPUTE_STATE_OPEN)
    return NULL;
  return dispute;
}

/* When that was, as far as the entity itself tells. */
static gint64
guess_time (HlDeciding *d, gpointer entity, guint field)
{
  gint64 at = HL_TIME_NONE;

  if (HL_IS_PARTY (entity)) {
    HlParty *party = entity;

    if (hl_rules_is_seated (hl_party_get_status (party)))
      at = hl_party_get_seated_at (party);
    else if (hl_rules_is_over (hl_party_get_status (party)))
      at = hl_party_get_gone_at (party);
    if (at == HL_TIME_NONE)
      at = hl_party_get_since (party);
  } else if (HL_IS_RESERVATION (entity)) {
    at = hl_reservation_get_created_at (entity);
  } else if (HL_IS_TABLE (entity)) {
    at = hl_table_get_physical_since (entity);
  } else if (HL_IS_CALL (entity)) {
    at = hl_call_get_last_event_at (entity);
  }
  return at != HL_TIME_NONE ? at : d->now;
}

/* Whether what was done at @at lay on a device without a link until the server took it. */
static gboolean
waited (gint64 at, gint64 received)
{
  return at != HL_TIME_NONE && at + HL_EVENT_OFFLINE_MS <= received;
}

/* Since when everybody with a link could see what stands. */
static gint64
get_visible_since (HlDeciding *d, JsonObject *standing)
{
  gint64 received = hl_state_get_received (d->state, hl_member_get_string (standing, "action_id", NULL));

  return received != HL_TIME_NONE ? received : hl_member_get_time (standing, "at");
}

/* From where: people know their devices by name. */
static void
put_device_name (JsonObject *claim, const char *name)
{
  if (name != NULL && name[0] != '\0')
    json_object_set_string_member (claim, "device_name", name);
}

JsonObject *
hl_collision_make_standing (HlDeciding *d, gpointer entity, guint field, JsonNode *value)
{
  const HlRevision *revision = hl_entity_get_revision (entity, field);
  JsonObject *claim = json_object_new ();
  g_autofree char *event_id = g_strdup_printf ("seq.%" G_GUINT64_FORMAT, revision->seq);
  HlAuthor author = { .by = "", .at = HL_TIME_NONE };

  if (!hl_state_find_author (d->state, entity, field, &author) && revision->device != NULL)
    author.by = revision->device[0] == '~' ? revision->device + 1 : revision->device;
  if (author.act != NULL)
    json_object_set_string_member (claim, "action_id", author.act);
  else
    json_object_set_null_member (claim, "action_id");
  json_object_set_string_member (claim, "event_id", event_id);
  json_object_set_string_member (claim, "by", author.by);
  hl_deciding_put_time (claim, "at", author.at != HL_TIME_NONE ? author.at : guess_time (d, entity, field));
  json_object_set_boolean_member (claim, "offline", waited (author.at, author.received));
  json_object_set_member (claim, "value", value);
  if (revision->device != NULL)
    json_object_set_string_member (claim, "device", revision->device);
  else
    json_object_set_null_member (claim, "device");
  put_device_name (claim, author.device_name);
  return claim;
}

static JsonObject *
make_claim (HlDeciding *d, gint64 visible_since, JsonNode *value)
{
  JsonObject *claim = json_object_new ();
  /* something that was there to see this long and was not seen says it too */
  gboolean blind = d->raced && waited (visible_since, d->now);

  if (d->act_id != NULL)
    json_object_set_string_member (claim, "action_id", d->act_id);
  else
    json_object_set_null_member (claim, "action_id");
  json_object_set_string_member (claim, "event_id", ".0");
  json_object_set_string_member (claim, "by", d->actor->name);
  hl_deciding_put_time (claim, "at", d->at);
  json_object_set_boolean_member (claim, "offline", blind || (hl_deciding_is_person (d) && waited (d->at, d->now)));
  json_object_set_member (claim, "value", value);
  if (d->device != NULL)
    json_object_set_string_member (claim, "device", d->device);
  else
    json_object_set_null_member (claim, "device");
  put_device_name (claim, d->actor->device_name);
  return claim;
}

static const char *
get_claimed_party (JsonObject *claim)
{
  JsonObject *value = hl_member_get_object (claim, "value");

  return value != NULL ? hl_member_get_string (value, "party_id", NULL) : NULL;
}

/* Whether the new claim takes the place of @old. At a table each party is a claim of its own. */
static gboolean
replaces (HlDisputeKind kind, JsonObject *old, JsonObject *claim)
{
  const char *device = hl_member_get_string (claim, "device", NULL);

  if (kind == HL_DISPUTE_KIND_TABLE || kind == HL_DISPUTE_KIND_SAME_PARTY
      || kind == HL_DISPUTE_KIND_BLOCKED_TABLE) {
    if (g_strcmp0 (get_claimed_party (old), get_claimed_party (claim)) != 0)
      return FALSE;
    return get_claimed_party (claim) != NULL
           || g_strcmp0 (device, hl_member_get_string (old, "device", NULL)) == 0;
  }
  return device != NULL && g_strcmp0 (device, hl_member_get_string (old, "device", NULL)) == 0;
}

/* Of a party that has left the table: nothing is lost with it. */
static gboolean
is_over (HlDeciding *d, HlDisputeKind kind, const char *table_id, JsonObject *claim)
{
  HlParty *party = hl_state_lookup_party (d->state, get_claimed_party (claim));

  return kind == HL_DISPUTE_KIND_TABLE
         && (party == NULL || !g_strv_contains (hl_party_get_table_ids (party), table_id));
}

/* @claim: (transfer full). FALSE when there is no room: somebody has to settle what there is first, and none of it goes. */
static gboolean
add_claim (HlDeciding *d, GPtrArray *claims, HlDisputeKind kind, const char *id, JsonObject *claim)
{
  guint max = d->decision->fact ? HL_DISPUTE_MAX_CLAIMS : HL_DISPUTE_MAX_CLAIMS_BY_ACTION;

  for (guint i = 0; i < claims->len; i++) {
    if (replaces (kind, g_ptr_array_index (claims, i), claim)) {
      g_ptr_array_remove_index (claims, i);
      i--;
    }
  }
  for (guint i = claims->len; claims->len >= max && i > 0; i--) {
    if (is_over (d, kind, id, g_ptr_array_index (claims, i - 1)))
      g_ptr_array_remove_index (claims, i - 1);
  }
  /* no house has that many publishers; a fact is recorded whatever there is */
  if (d->decision->fact && claims->len >= max)
    g_ptr_array_set_size (claims, max - 1);
  if (claims->len >= max) {
    json_object_unref (claim);
    return FALSE;
  }
  g_ptr_array_add (claims, claim);
  return TRUE;
}

GPtrArray *
hl_collision_copy_claims (HlDispute *dispute)
{
  GPtrArray *claims = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  GPtrArray *old = hl_dispute_get_claims (dispute);

  for (guint i = 0; i < old->len; i++) {
    g_autoptr (JsonNode) node = hl_codec_save (g_ptr_array_index (old, i), HL_CODEC_FLAG_NULLS);

    g_ptr_array_add (claims, json_object_ref (json_node_get_object (node)));
  }
  return claims;
}

void
hl_collision_draft_claims (HlDeciding *d, HlDisputeKind kind, const char *rule, HlSubjectType type,
                           const char *id, const char *field, GPtrArray *claims)
{
  g_autofree char *dispute_id = hl_collision_make_id (kind, id, field);
  JsonObject *data = hl_deciding_draft (d, HL_EVENT_DISPUTE_OPENED, dispute_id);
  JsonObject *subject = json_object_new ();
  JsonArray *array = json_array_new ();

  json_object_set_string_member (data, "kind", hl_enum_nick (HL_TYPE_DISPUTE_KIND, kind));
  json_object_set_string_member (data, "rule", rule);
  json_object_set_string_member (subject, "type", hl_enum_nick (HL_TYPE_SUBJECT_TYPE, type));
  json_object_set_string_member (subject, "id", id);
  json_object_set_string_member (subject, "field", field);
  json_object_set_object_member (data, "subject", subject);
  for (guint i = 0; i < claims->len; i++)
    json_array_add_object_element (array, json_object_ref (g_ptr_array_index (claims, i)));
  json_object_set_array_member (data, "claims", array);
  json_object_set_string_member (data, "state", "open");
}

void
hl_collision_join (HlDeciding *d, HlDisputeKind kind, const char *rule, HlSubjectType type,
                   const char *id, const char *field, GPtrArray *standing, JsonNode *value)
{
  HlDispute *open = hl_collision_find_open (d->state, kind, id, field);
  g_autoptr (GPtrArray) claims = NULL;
  gint64 visible_since = HL_TIME_NONE;

  if (open != NULL)
    claims = hl_collision_copy_claims (open);
  else if (standing != NULL)
    claims = g_ptr_array_ref (standing);
  else
    claims = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  if (standing != NULL) {
    if (standing->len > 0)
      visible_since = get_visible_since (d, g_ptr_array_index (standing, 0));
    g_ptr_array_unref (standing);
  }
  if (!add_claim (d, claims, kind, id, make_claim (d, visible_since, value))) {
    g_free (d->decision->crowded);
    d->decision->crowded = hl_collision_make_id (kind, id, field);
    return;
  }
  hl_collision_draft_claims (d, kind, rule, type, id, field, claims);
  d->decision->outcome = HL_OUTCOME_DISPUTED;
}

static const char *
get_field_name (gpointer entity, guint field)
{
  const HlShape *shape = hl_record_get_shape (entity);

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    if (hl_shape_get_field (shape, i)->id == field)
      return hl_shape_get_field (shape, i)->name;
  }
  g_return_val_if_reached ("");
}

/* "Seated" says nothing without the tables: a claim about it is the seating. */
static JsonNode *
make_value (gpointer entity, guint field)
{
  JsonNode *node;
  JsonObject *value;

  if (!HL_IS_PARTY (entity) || field != HL_PARTY_FIELD_STATUS
      || !hl_rules_is_seated (hl_party_get_status (entity)))
    return hl_deciding_get_value (entity, field);
  node = json_node_new (JSON_NODE_OBJECT);
  value = json_object_new ();
  json_object_set_string_member (value, "action", "seat");
  json_object_set_string_member (value, "party_id", hl_entity_get_id (entity));
  hl_deciding_put_strings (value, "table_ids", hl_party_get_table_ids (entity));
  json_node_take_object (node, value);
  return node;
}

void
hl_collision_contest (HlDeciding *d, const char *rule, gpointer entity, guint field,
                      JsonNode *value)
{
  GPtrArray *standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  g_ptr_array_add (standing,
                   hl_collision_make_standing (d, entity, field, make_value (entity, field)));
  hl_collision_join (d, HL_DISPUTE_KIND_FIELD, rule, hl_collision_subject_type (entity),
                     hl_entity_get_id (entity), get_field_name (entity, field), standing, value);
}

JsonNode *
hl_collision_action_value (HlDeciding *d)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *value = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_set_string_member (value, "action", hl_enum_nick (HL_TYPE_ACTION_KIND, d->kind));
  json_object_iter_init (&iter, d->data);
  while (json_object_iter_next (&iter, &name, &member))
    json_object_set_member (value, name, json_node_copy (member));
  json_node_take_object (node, value);
  return node;
}

void
hl_collision_settle (HlDeciding *d, HlDispute *dispute, int choice, const char *by)
{
  JsonObject *data
    = hl_deciding_draft (d, HL_EVENT_DISPUTE_SETTLED, hl_dispute_get_dispute_id (dispute));

  json_object_set_int_member (data, "choice", choice);
  json_object_set_string_member (data, "settled_by", by);
  hl_deciding_put_time (data, "settled_at", d->now);
}

static int
find_choice (HlDispute *dispute, JsonNode *value)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);

  for (guint i = 0; i < claims->len; i++) {
    JsonNode *claimed = hl_claim_get_value (g_ptr_array_index (claims, i));

    if (claimed != NULL && value != NULL && json_node_equal (claimed, value))
      return (int) i;
  }
  return 0;
}

void
hl_collision_note_edit (HlDeciding *d, HlDisputeKind kind, const char *id, const char *field,
                        JsonNode *value)
{
  g_autoptr (JsonNode) owned = value;
  HlDispute *dispute = hl_collision_find_open (d->state, kind, id, field);
  HlSubject *subject;

  if (dispute == NULL)
    return;
  subject = hl_dispute_get_subject (dispute);
  if (hl_deciding_unseen (d, HL_READ_CLAIMS, dispute, HL_DISPUTE_FIELD_CLAIMS))
    hl_collision_join (d, kind, hl_dispute_get_rule (dispute),
                       hl_subject_get_subject_type (subject), id, field, NULL,
                       g_steal_pointer (&owned));
  else
    hl_collision_settle (d, dispute, find_choice (dispute, value), d->actor->name);
}

/* Fewer than two of the parties that look alike are still here. */
static gboolean
are_not_two (HlDeciding *d, HlDispute *dispute)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  guint here = 0;

  for (guint i = 0; i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));
    const char *id = value != NULL && JSON_NODE_HOLDS_OBJECT (value)
                       ? hl_member_get_string (json_node_get_object (value), "party_id", NULL)
                       : NULL;
    HlParty *party = hl_state_lookup_party (d->state, id);
    JsonObject *drafted = id != NULL ? hl_deciding_drafted (d, HL_EVENT_PARTY_UPDATED, id) : NULL;
    int status;

    if (party == NULL)
      continue;
    status = hl_party_get_status (party);
    if (drafted != NULL)
      hl_enum_parse (HL_TYPE_PARTY_STATUS, hl_member_get_string (drafted, "status", NULL), &status);
    if (!hl_rules_is_over (status))
      here++;
  }
  return here < 2;
}

static gboolean
fits_by_draft (HlDeciding *d, const char *id)
{
  JsonObject *draft = hl_deciding_drafted (d, HL_EVENT_RESERVATION_UPDATED, id);

  return draft != NULL && json_object_has_member (draft, "overbooked")
         && !hl_member_get_bool (draft, "overbooked", TRUE);
}

/* Whether the draft says something about where, when or whether a reservation takes room. */
static gboolean
is_about_room (const HlDraft *draft)
{
  static const char *const members[]
    = { "status", "party_size", "starts_at", "duration_min", "table_ids", "pinned", NULL };

  if (draft->kind == HL_EVENT_RESERVATION_CANCELLED)
    return TRUE;
  if (draft->kind != HL_EVENT_RESERVATION_UPDATED)
    return FALSE;
  for (gsize i = 0; members[i] != NULL; i++) {
    if (json_object_has_member (draft->data, members[i]))
      return TRUE;
  }
  return FALSE;
}

/* Whether what is decided could give room to @reservation: a table that is blocked no longer, its own change, or one of
 * a reservation that stood in its way. The book is long, and this is asked of every dispute at every decision. */
static gboolean
frees_room (HlDeciding *d, HlReservation *reservation)
{
  HlCapacityRequest request = hl_capacity_get_request (d->state, reservation);

  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);
    HlReservation *other;

    if (draft->kind == HL_EVENT_TABLE_UPDATED && json_object_has_member (draft->data, "blocked"))
      return TRUE;
    if (!is_about_room (draft))
      continue;
    other = hl_state_lookup_reservation (d->state,
                                         hl_member_get_string (draft->data, "reservation_id", NULL));
    if (other != NULL && (other == reservation || hl_capacity_is_near (other, &request)))
      return TRUE;
  }
  return FALSE;
}

/* Somebody else's room was given up: what was promised too much fits now (K14). */
static gboolean
fits_after (HlDeciding *d, HlDispute *dispute, HlState **after)
{
  const char *id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  HlReservation *reservation;
  HlCapacityRequest request;

  if (hl_dispute_get_kind (dispute) != HL_DISPUTE_KIND_OVERBOOKED)
    return FALSE;
  reservation = hl_state_lookup_reservation (d->state, id);
  if (reservation == NULL || !frees_room (d, reservation))
    return FALSE;
  if (*after == NULL)
    *after = hl_deciding_make_after (d);
  reservation = hl_state_lookup_reservation (*after, id);
  if (reservation == NULL || hl_reservation_get_starts_at (reservation) == HL_TIME_NONE)
    return FALSE;
  request = hl_capacity_get_request (*after, reservation);
  if (!hl_capacity_fits (*after, &request))
    return FALSE;
  json_object_set_boolean_member (hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id),
                                  "overbooked", FALSE);
  return TRUE;
}

gboolean
hl_collision_is_moot (HlDeciding *d, HlDispute *dispute)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  const char *id = subject != NULL ? hl_subject_get_id (subject) : NULL;
  GType type = subject != NULL ? hl_collision_entity_type (hl_subject_get_subject_type (subject))
                               : G_TYPE_INVALID;
  HlEntity *entity = hl_state_lookup (d->state, type, id);
  HlReservationStatus status;

  if (entity == NULL)
    return TRUE;
  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_TABLE:
    return hl_deciding_count_at_after (d, id) < 2;
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    return hl_deciding_count_at_after (d, id) == 0;
  case HL_DISPUTE_KIND_PARTY_TABLE:
    return !HL_IS_PARTY (entity) || !hl_deciding_is_seated_after (d, HL_PARTY (entity));
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    if (!HL_IS_RESERVATION (entity))
      return TRUE;
    status = hl_deciding_status_after (d, HL_RESERVATION (entity));
    return status != HL_RESERVATION_STATUS_ARRIVED && status != HL_RESERVATION_STATUS_COMPLETED;
  case HL_DISPUTE_KIND_OVERBOOKED:
    if (!HL_IS_RESERVATION (entity))
      return TRUE;
    status = hl_deciding_status_after (d, HL_RESERVATION (entity));
    return !hl_rules_takes_room (status) || status == HL_RESERVATION_STATUS_ARRIVED
           || fits_by_draft (d, id);
  case HL_DISPUTE_KIND_SAME_PARTY:
    return are_not_two (d, dispute);
  case HL_DISPUTE_KIND_FIELD:
  default:
    return FALSE;
  }
}

/* Two seatings of one unit that took each other back: the table that both were at is shared by
 * nobody. */
static void
drop_moot_drafts (HlDeciding *d)
{
  for (guint i = 0; i < d->decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (d->decision->events, i);
    JsonObject *subject = draft->kind == HL_EVENT_DISPUTE_OPENED
                            ? hl_member_get_object (draft->data, "subject")
                            : NULL;

    if (subject != NULL
        && g_strcmp0 (hl_member_get_string (draft->data, "kind", NULL), "table") == 0
        && hl_deciding_count_at_after (d, hl_member_get_string (subject, "id", "")) < 2)
      g_ptr_array_remove_index (d->decision->events, i--);
  }
}

void
hl_collision_settle_moot (HlDeciding *d)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (d->state, HL_TYPE_DISPUTE), &n);
  g_autoptr (HlState) after = NULL;

  drop_moot_drafts (d);
  for (guint i = 0; i < n; i++) {
    HlDispute *dispute = HL_DISPUTE (disputes[i]);
    const char *id = hl_entity_get_id (disputes[i]);

    if (hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_OPEN
        && hl_deciding_drafted (d, HL_EVENT_DISPUTE_OPENED, id) == NULL
        && hl_deciding_drafted (d, HL_EVENT_DISPUTE_SETTLED, id) == NULL
        && (hl_collision_is_moot (d, dispute) || fits_after (d, dispute, &after)))
      hl_collision_settle (d, dispute, 0, "system");
  }
}
