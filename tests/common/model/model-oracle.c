/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle of what people had really seen. It knows nothing of revisions and bases: beside every action it has what
 * its device displayed at that moment, value by value. Whatever somebody else set and that was not on the screen is
 * replaced only with a dispute, or by a rule that has a name. */
#include "model.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-member.h"
#include "domain/hl-rules.h"
#include "domain/hl-time.h"

typedef struct {
  Model *model;
  const HlActor *actor;
  HlActionKind kind;
  GPtrArray *events;
  HlEntity *entity; /* before */
  const HlField *field;
  JsonObject *data; /* of the event */
  const char *old_value, *new_value, *shown; /* JSON */
  gboolean keeps_old; /* what it takes the place of is kept beside it */
  gboolean unseated;  /* who set it took them from a table */
} Overwrite;

static GType
get_type (HlEventKind kind)
{
  switch (kind) {
  case HL_EVENT_PARTY_UPDATED:
    return HL_TYPE_PARTY;
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    return HL_TYPE_RESERVATION;
  case HL_EVENT_TABLE_UPDATED:
    return HL_TYPE_TABLE;
  case HL_EVENT_SECTION_UPDATED:
    return HL_TYPE_SECTION;
  case HL_EVENT_CALL_UPDATED:
    return HL_TYPE_CALL;
  default:
    return G_TYPE_INVALID;
  }
}

static gboolean
is_about (const HlEvent *event, const char *member, const char *id)
{
  const char *own = model_get_id_member (event->kind);

  return own != NULL && g_str_equal (own, member)
         && g_strcmp0 (hl_member_get_string (event->data, member, NULL), id) == 0;
}

/* The event that set the field last, as the log tells it; NULL when none did. */
static HlEvent *
find_setter (Model *model, HlEventKind like, const char *id, const char *field)
{
  const char *member = model_get_id_member (like);
  g_autofree char *joins = g_strconcat (field, "_add", NULL);
  g_autofree char *leaves = g_strconcat (field, "_remove", NULL);

  for (guint i = model->server.log->len; i > 0; i--) {
    HlEvent *event = g_ptr_array_index (model->server.log, i - 1);

    if (!is_about (event, member, id))
      continue;
    if (json_object_has_member (event->data, field) || json_object_has_member (event->data, joins)
        || json_object_has_member (event->data, leaves)
        || (event->kind == HL_EVENT_RESERVATION_CANCELLED && g_str_equal (field, "status"))
        || (event->kind == HL_EVENT_CALL_COMPLETED && g_str_equal (field, "state")))
      return event;
  }
  return NULL;
}

static gboolean
lists (JsonObject *data, const char *member, const char *text)
{
  g_autofree const char **strings = hl_member_get_strings (data, member);

  return strings != NULL && g_strv_contains (strings, text);
}

/* The event that put the tag where it was not: given again after it was taken away it is another one. */
static HlEvent *
find_bringer (Model *model, HlEventKind like, const char *id, const char *tag)
{
  const char *member = model_get_id_member (like);
  HlEvent *bringer = NULL;

  for (guint i = 0; i < model->server.log->len; i++) {
    HlEvent *event = g_ptr_array_index (model->server.log, i);
    gboolean there = bringer != NULL;

    if (!is_about (event, member, id))
      continue;
    if (json_object_has_member (event->data, "tags"))
      there = lists (event->data, "tags", tag);
    there = (there && !lists (event->data, "tags_remove", tag)) || lists (event->data, "tags_add", tag);
    if (!there)
      bringer = NULL;
    else if (bringer == NULL)
      bringer = event;
  }
  return bringer;
}

/* Fields that only say when, by whom or why about others: free as long as one of those is set with them, which is looked
 * at itself. */
static gboolean
is_beside (const Overwrite *o)
{
  static const struct {
    const char *field, *of;
  } beside[] = {
    { "seated_at", "/status/table_ids/" },
    { "gone_at", "/status/" },
    { "waiting_since", "/status/" },
    { "since", "/status/" },
    { "superseded", "/status/" },
    { "removed_reason", "/status/" },
    { "cancel_reason", "/status/" },
    { "held_until", "/status/" },
    { "quoted_at", "/quote_min/quote_max/" },
    { "quoted_by", "/quote_min/quote_max/" },
    { "notify", "/notify_round/" },
    { "notified_at", "/notify_round/" },
    { "physical_since", "/physical/" },
    { "blocked_reason", "/blocked/" },
    { "blocked_until", "/blocked/" },
    { "paused_until", "/state/" },
    { "handled_by", "/state/" },
    { "ended_at", "/state/" },
    { "follow_up_by", "/follow_up/" },
    { "follow_up_until", "/follow_up/" },
    { "attention_since", "/attention_reason/" },
    { "attention_priority", "/attention_reason/" },
    { "attention_acknowledged_by", "/attention_acknowledged_at/" },
    { "attention_acknowledged_at", "/attention_acknowledged_by/" },
    /* the server's own sum of what else the event says */
    { "overbooked", "/status/party_size/starts_at/duration_min/table_ids/overbooked/" },
    { "source", "/source/" },
    { "version", "/version/" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
    g_auto (GStrv) of = NULL;

    if (!g_str_equal (beside[i].field, o->field->name))
      continue;
    of = g_strsplit (beside[i].of, "/", -1);
    for (guint j = 0; of[j] != NULL; j++) {
      if (of[j][0] != '\0' && json_object_has_member (o->data, of[j]))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_one_of (const char *json, const char *const *nicks)
{
  for (guint i = 0; nicks[i] != NULL; i++) {
    if (strlen (json) == strlen (nicks[i]) + 2 && strncmp (json + 1, nicks[i], strlen (nicks[i])) == 0)
      return TRUE;
  }
  return FALSE;
}

#define IS(json, ...) is_one_of (json, (const char *const[]) { __VA_ARGS__, NULL })

static int
get_stage (const char *json)
{
  g_autofree char *nick = g_strndup (json + 1, strlen (json) - 2);
  int stage = -1;

  hl_enum_parse (HL_TYPE_PARTY_STAGE, nick, &stage);
  return stage;
}

/* They sat before the person's eyes, and somebody took them from that table: that they sit, here or elsewhere, says the
 * opposite. */
static gboolean
is_taken_from_table (const Overwrite *o)
{
  gboolean sat = g_str_equal (o->field->name, "table_ids") ? !g_str_equal (o->shown, "[]")
                                                           : IS (o->shown, "seated", "partially_seated");

  return o->unseated && sat && !g_str_equal (o->shown, "nothing");
}

/* The rule that allows it, by its name in the contract; NULL when there is none. */
static const char *
get_rule (const Overwrite *o)
{
  const char *field = o->field->name;

  if (HL_IS_PARTY (o->entity) && g_str_equal (field, "stage")
      && get_stage (o->new_value) > get_stage (o->old_value))
    return "K11: the highest stage wins";
  if (g_str_equal (field, "contact_attempts") && strlen (o->old_value) > 1
      && strncmp (o->new_value, o->old_value, strlen (o->old_value) - 1) == 0)
    return "K16: one more attempt";
  if (HL_IS_TABLE (o->entity) && g_str_equal (field, "physical") && IS (o->new_value, "dirty"))
    return "K9: dirty wins";
  if (HL_IS_PARTY (o->entity) && o->actor->role == HL_ROLE_PUBLISHER
      && g_strcmp0 (hl_member_get_string (o->data, "status", NULL), "gone") == 0
      && hl_rules_is_seated (hl_party_get_status (HL_PARTY (o->entity)))
      && (g_str_equal (field, "status") || g_str_equal (field, "table_ids")))
    return "rule 10: the till saw them go";
  if (HL_IS_PARTY (o->entity) && g_str_equal (field, "status") && !is_taken_from_table (o)) {
    /* who is called, or waits again, is still one who waits */
    if (IS (o->old_value, "waiting", "notified")
        && (IS (o->shown, "waiting", "notified", "arrived", "partially_arrived")
            || !IS (o->new_value, "left", "removed", "gone")))
      return "waiting is waiting";
    if (IS (o->old_value, "partially_arrived", "partially_seated")
        && IS (o->new_value, "arrived", "seated"))
      return "the rest of the party came";
    /* those who are here wait as well: a seat takes nothing from them; that all of them are here it may not take back */
    if (IS (o->old_value, "arrived") && IS (o->new_value, "seated"))
      return "waiting is waiting";
    if (IS (o->old_value, "partially_arrived") && IS (o->new_value, "partially_seated"))
      return "waiting is waiting";
  }
  /* who has no table loses none, unless it was taken away; whether those who left sit all the same is the status's question */
  if (HL_IS_PARTY (o->entity) && g_str_equal (field, "table_ids") && g_str_equal (o->old_value, "[]")
      && (o->keeps_old || !is_taken_from_table (o)))
    return "waiting is waiting";
  if (o->keeps_old && g_str_equal (field, "status"))
    return "K4, K5, K13: kept as superseded";
  if (HL_IS_RESERVATION (o->entity) && g_str_equal (field, "status")) {
    /* that it is on contradicts nothing, if it was on before their eyes, or is after it */
    if (IS (o->old_value, "requested", "held", "booked")
        && (IS (o->shown, "requested", "held", "booked", "confirmed") || g_str_equal (o->shown, "nothing")
            /* the guest calls off their own booking: the agent has no screen, and may act without a base; staff have one */
            || (o->actor->role == HL_ROLE_AGENT && o->kind == HL_ACTION_CANCEL_RESERVATION)
            || IS (o->new_value, "held", "booked", "confirmed", "arrived")))
      return "on is on";
    if (IS (o->old_value, "confirmed") && IS (o->new_value, "arrived"))
      return "they confirmed, and came";
    if (IS (o->old_value, "arrived") && IS (o->new_value, "completed"))
      return "the party went: its booking with it";
  }
  if (HL_IS_PARTY (o->entity) && g_str_equal (field, "notify_round"))
    return "K12: a round more";
  if (HL_IS_CALL (o->entity)) {
    if (g_str_equal (field, "follow_up"))
      return "K16: who called back has called back";
    if (g_str_equal (field, "state"))
      return "K15: the server's order";
    if (g_str_has_prefix (field, "attention_"))
      return "a new alarm is a new alarm";
    if (g_str_equal (field, "slots"))
      return "slots are registers by kind, checked below";
  }
  return NULL;
}

static gboolean
mentions (JsonNode *value, const char *id)
{
  JsonObject *object
    = value != NULL && JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;

  return object != NULL
         && (g_strcmp0 (hl_member_get_string (object, "party_id", NULL), id) == 0
             || g_strcmp0 (hl_member_get_string (object, "reservation_id", NULL), id) == 0);
}

/* Whether a drafted dispute speaks of the entity: of this field, where disputes are about fields. */
static gboolean
is_asked_now (const Overwrite *o)
{
  const char *id = hl_entity_get_id (o->entity);

  for (guint i = 0; i < o->events->len; i++) {
    const HlEvent *event = g_ptr_array_index (o->events, i);
    JsonObject *subject;
    JsonArray *claims;

    if (event->kind != HL_EVENT_DISPUTE_OPENED)
      continue;
    subject = hl_member_get_object (event->data, "subject");
    if (g_strcmp0 (hl_member_get_string (subject, "id", NULL), id) == 0) {
      const char *about = hl_member_get_string (subject, "field", "");

      if (about[0] == '\0' || g_str_equal (about, o->field->name) || g_str_equal (about, "status")
          || g_str_equal (about, "table_ids"))
        return TRUE;
    }
    claims = hl_member_get_array (event->data, "claims");
    for (guint j = 0; j < json_array_get_length (claims); j++) {
      if (mentions (json_object_get_member (json_array_get_object_element (claims, j), "value"), id))
        return TRUE;
    }
  }
  return FALSE;
}

/* A person settles: every claim was on their screen, or the server says no. */
static gboolean
is_settled_by_person (const Overwrite *o)
{
  if (o->kind != HL_ACTION_SETTLE_DISPUTE)
    return FALSE;
  for (guint i = 0; i < o->events->len; i++) {
    const HlEvent *event = g_ptr_array_index (o->events, i);
    HlDispute *dispute;
    GPtrArray *claims;

    if (event->kind != HL_EVENT_DISPUTE_SETTLED)
      continue;
    dispute = hl_state_lookup_dispute (o->model->server.state,
                                       hl_member_get_string (event->data, "dispute_id", NULL));
    if (dispute == NULL)
      continue;
    if (g_strcmp0 (hl_subject_get_id (hl_dispute_get_subject (dispute)),
                   hl_entity_get_id (o->entity))
        == 0)
      return TRUE;
    claims = hl_dispute_get_claims (dispute);
    for (guint j = 0; j < claims->len; j++) {
      if (mentions (hl_claim_get_value (g_ptr_array_index (claims, j)),
                    hl_entity_get_id (o->entity)))
        return TRUE;
    }
  }
  return FALSE;
}

static char *
print_value (HlEntity *entity, const HlField *field)
{
  g_autoptr (JsonNode) node = hl_codec_encode (field, hl_record_get_value (HL_RECORD (entity), field->id));

  return json_to_string (node, FALSE);
}

static char *
print_new (HlEntity *entity, const HlField *field, JsonNode *node)
{
  g_autoptr (HlRecord) wanted = hl_record_copy (HL_RECORD (entity));

  if (!hl_codec_set (wanted, field->name, node, NULL))
    return g_strdup ("?");
  return print_value ((HlEntity *) wanted, field);
}

static gboolean
is_foreign (const Overwrite *o, const HlActor *setter)
{
  /* what a publisher may not take away is what staff said */
  if (o->actor->role == HL_ROLE_PUBLISHER)
    return setter->role == HL_ROLE_STAFF || setter->role == HL_ROLE_MANAGER;
  if (setter->device != NULL || o->actor->device != NULL)
    return g_strcmp0 (setter->device, o->actor->device) != 0;
  return !g_str_equal (setter->name, o->actor->name);
}

static gboolean
was_seen (GPtrArray *seen, HlEvent *event)
{
  return g_ptr_array_find (seen, event, NULL);
}

/* (transfer full) */
static char *
print_shown (HlState *displayed, const Overwrite *o)
{
  HlEntity *shown
    = hl_state_lookup (displayed, G_OBJECT_TYPE (o->entity), hl_entity_get_id (o->entity));

  return shown != NULL ? print_value (shown, o->field) : g_strdup ("nothing");
}

/* Of a list each thing is one's own: none that was unseen is gone. */
static void
check_tags (Overwrite *o, const ModelEyes *eyes, HlEventKind kind, JsonNode *node)
{
  const char *const *old = hl_record_get_strings (HL_RECORD (o->entity), o->field->id);
  gboolean whole = g_str_equal (o->field->name, "tags") && node != NULL;

  for (guint i = 0; old[i] != NULL; i++) {
    HlEvent *bringer;

    if (whole ? lists (o->data, "tags", old[i]) : !lists (o->data, "tags_remove", old[i]))
      continue;
    bringer = find_bringer (o->model, kind, hl_entity_get_id (o->entity), old[i]);
    if (bringer != NULL && is_foreign (o, bringer->by) && !was_seen (eyes->seen, bringer))
      model_fail (o->model, "UNSEEN TAG REMOVED: %s %s: %s had \"%s\" by %s", o->actor->name,
                  hl_enum_nick (HL_TYPE_ACTION_KIND, o->kind), hl_entity_get_id (o->entity), old[i],
                  bringer->by->name);
  }
}

static void
check_field (Overwrite *o, const ModelEyes *eyes, HlEventKind kind, JsonNode *node)
{
  HlEvent *setter = find_setter (o->model, kind, hl_entity_get_id (o->entity), o->field->name);
  g_autofree char *old_value = NULL;
  g_autofree char *new_value = NULL;
  g_autofree char *shown_value = NULL;

  if (setter == NULL || !is_foreign (o, setter->by) || was_seen (eyes->seen, setter) || is_beside (o))
    return;
  old_value = print_value (o->entity, o->field);
  new_value = print_new (o->entity, o->field, node);
  if (g_str_equal (old_value, new_value))
    return;
  shown_value = print_shown (eyes->displayed, o);
  if (g_str_equal (old_value, shown_value))
    return;
  /* whatever else it says of them: without a table afterwards */
  o->unseated = HL_IS_PARTY (o->entity) && json_object_has_member (setter->data, "table_ids")
                && json_array_get_length (hl_member_get_array (setter->data, "table_ids")) == 0;
  o->old_value = old_value;
  o->new_value = new_value;
  o->shown = shown_value;
  if (get_rule (o) != NULL || is_asked_now (o) || is_settled_by_person (o))
    return;
  model_fail (o->model, "UNSEEN VALUE REPLACED: %s %s: %s.%s was %s, now %s, but %s had seen %s",
              o->actor->name, hl_enum_nick (HL_TYPE_ACTION_KIND, o->kind),
              hl_entity_get_id (o->entity), o->field->name, old_value, new_value, o->actor->name,
              shown_value);
}

void
model_check_overwrites (Model *model, const HlActor *actor, HlActionKind kind, const ModelEyes *eyes,
                        GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    const HlEvent *event = g_ptr_array_index (events, i);
    GType type = get_type (event->kind);
    Overwrite o = { .model = model, .actor = actor, .kind = kind, .events = events, .data = event->data };
    const HlShape *shape;
    g_autoptr (GList) names = NULL;

    if (type == G_TYPE_INVALID)
      continue;
    o.entity = hl_state_lookup (
      model->server.state, type,
      hl_member_get_string (event->data, model_get_id_member (event->kind), NULL));
    if (o.entity == NULL)
      continue;
    shape = hl_record_get_shape (HL_RECORD (o.entity));
    o.keeps_old = hl_member_get_object (event->data, "superseded") != NULL;
    if (event->kind == HL_EVENT_RESERVATION_CANCELLED) {
      g_autoptr (JsonNode) cancelled = json_node_new (JSON_NODE_VALUE);

      json_node_set_string (cancelled, "cancelled");
      o.field = hl_shape_lookup (shape, "status");
      check_field (&o, eyes, event->kind, cancelled);
    }
    if (json_object_has_member (event->data, "tags_remove")) {
      o.field = hl_shape_lookup (shape, "tags");
      check_tags (&o, eyes, event->kind, NULL);
    }
    names = json_object_get_members (event->data);
    for (GList *l = names; l != NULL; l = l->next) {
      JsonNode *node = json_object_get_member (event->data, l->data);

      o.field = hl_shape_lookup (shape, l->data);
      if (o.field == NULL || g_str_equal (l->data, model_get_id_member (event->kind)))
        continue;
      if (g_str_equal (l->data, "tags"))
        check_tags (&o, eyes, event->kind, node);
      else
        check_field (&o, eyes, event->kind, node);
    }
  }
}

/* ---- the voice agent (invariant 9) ---- */

typedef struct {
  gint64 from, to;
  int size;
} Stay;

/* Whether the stays can be put at three tables of ten, without knowing how the product does it. */
static gboolean
can_place (GArray *stays, guint at, int *tables)
{
  if (at == stays->len)
    return TRUE;
  for (int table = 0; table < 3; table++) {
    Stay *stay = &g_array_index (stays, Stay, at);
    gboolean is_free = stay->size <= 10;

    for (guint i = 0; i < at; i++) {
      Stay *other = &g_array_index (stays, Stay, i);

      if (tables[i] == table && other->from < stay->to && stay->from < other->to)
        is_free = FALSE;
    }
    tables[at] = table;
    if (is_free && can_place (stays, at + 1, tables))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_taking_room (HlReservation *reservation)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);

  return status == HL_RESERVATION_STATUS_HELD || status == HL_RESERVATION_STATUS_BOOKED
         || status == HL_RESERVATION_STATUS_CONFIRMED || status == HL_RESERVATION_STATUS_ARRIVED;
}

static void
check_room (Model *model, const char *id, gint64 starts_at, int size, int minutes)
{
  guint n = 0;
  HlEntity **all
    = hl_entity_list_peek (hl_state_get_list (model->server.state, HL_TYPE_RESERVATION), &n);
  g_autoptr (GArray) stays = g_array_new (FALSE, FALSE, sizeof (Stay));
  Stay own = { starts_at, starts_at + minutes * G_GINT64_CONSTANT (60000), size };
  int covers = size;
  int tables[64];

  g_array_append_val (stays, own);
  for (guint i = 0; i < n && stays->len < G_N_ELEMENTS (tables); i++) {
    HlReservation *other = HL_RESERVATION (all[i]);
    Stay stay = { hl_reservation_get_starts_at (other), 0,
                  MAX (1, hl_reservation_get_party_size (other)) };

    if (stay.from == HL_TIME_NONE || !is_taking_room (other)
        || g_str_equal (hl_entity_get_id (all[i]), id))
      continue;
    stay.to = stay.from + hl_reservation_get_duration_min (other) * G_GINT64_CONSTANT (60000);
    if (stay.from / 900000 == starts_at / 900000)
      covers += stay.size;
    if (stay.from < own.to && own.from < stay.to)
      g_array_append_val (stays, stay);
  }
  if (covers > hl_location_get_pace (hl_state_get_location (model->server.state)))
    model_fail (model, "INV9: the agent booked %d covers in a quarter hour", covers);
  else if (!can_place (stays, 0, tables))
    model_fail (model, "INV9: the agent booked more parties than there are tables");
}

void
model_check_agent (Model *model, const HlActor *actor, HlActionKind kind, JsonObject *data,
                   HlDecision *decision)
{
  const char *id = hl_member_get_string (data, "reservation_id", NULL);
  HlReservation *reservation = hl_state_lookup_reservation (model->server.state, id);
  gint64 starts_at = hl_member_get_time (data, "starts_at");
  gint64 size = hl_member_get_int (data, "party_size", 0);
  static const HlActionKind allowed[] = {
    HL_ACTION_CREATE_RESERVATION, HL_ACTION_HOLD_RESERVATION, HL_ACTION_UPDATE_RESERVATION,
    HL_ACTION_CANCEL_RESERVATION, HL_ACTION_ADD_PARTY,        HL_ACTION_ADD_NOTE,
    HL_ACTION_ASK_FOR_PERSON,     HL_ACTION_OPEN_FOLLOW_UP,
  };
  gboolean may = FALSE;

  if (g_strcmp0 (actor->device, "agent") != 0
      || (decision->outcome != HL_OUTCOME_APPLIED && decision->outcome != HL_OUTCOME_DISPUTED))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    may = may || allowed[i] == kind;
  if (!may)
    model_fail (model, "INV9: the agent did %s", hl_enum_nick (HL_TYPE_ACTION_KIND, kind));
  if (reservation != NULL && decision->outcome == HL_OUTCOME_APPLIED
      && (hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_ARRIVED
          || hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_COMPLETED))
    model_fail (model, "INV9: the agent changed the booking of guests who are here");
  if (decision->outcome != HL_OUTCOME_APPLIED
      || (kind != HL_ACTION_CREATE_RESERVATION && kind != HL_ACTION_HOLD_RESERVATION
          && kind != HL_ACTION_UPDATE_RESERVATION))
    return;
  if (reservation != NULL) {
    if (starts_at == HL_TIME_NONE)
      starts_at = hl_reservation_get_starts_at (reservation);
    if (size == 0)
      size = hl_reservation_get_party_size (reservation);
  }
  if (starts_at != HL_TIME_NONE && starts_at < model_now (model)
      && (json_object_has_member (data, "starts_at") || reservation == NULL))
    model_fail (model, "INV9: the agent booked in the past");
  /* what was held already, or only became smaller, keeps the room that it had */
  if (reservation != NULL
      && (hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_HELD
          || !is_taking_room (reservation))
      && size <= hl_reservation_get_party_size (reservation)
      && starts_at == hl_reservation_get_starts_at (reservation))
    return;
  if (reservation != NULL && !is_taking_room (reservation))
    return;
  if (size > hl_location_get_max_phone_party (hl_state_get_location (model->server.state)))
    model_fail (model, "INV9: the agent booked a party of %d", (int) size);
  if (starts_at != HL_TIME_NONE)
    check_room (model, id, starts_at, (int) size,
                reservation != NULL && kind == HL_ACTION_UPDATE_RESERVATION
                  ? hl_reservation_get_duration_min (reservation)
                  : 60);
}

/* ---- transcripts (invariant 7) ---- */

/* A finished line's text changes only by a marked correction or redaction. */
void
model_check_lines (Model *model)
{
  guint n = 0;
  HlEntity **lines
    = hl_entity_list_peek (hl_state_get_list (model->server.state, HL_TYPE_SEGMENT), &n);

  for (guint i = 0; i < n; i++) {
    HlSegment *line = HL_SEGMENT (lines[i]);
    const char *id = hl_entity_get_id (lines[i]);
    const char *known = g_hash_table_lookup (model->lines, id);

    if (hl_segment_get_state (line) == HL_SEGMENT_STATE_PARTIAL)
      continue;
    if (known == NULL || hl_segment_get_state (line) != HL_SEGMENT_STATE_FINAL) {
      g_hash_table_insert (model->lines, g_strdup (id), g_strdup (hl_segment_get_text (line)));
      continue;
    }
    if (!g_str_equal (known, hl_segment_get_text (line)))
      model_fail (model, "INV7: the finished line %s was \"%s\", is \"%s\"", id, known,
                  hl_segment_get_text (line));
  }
}
