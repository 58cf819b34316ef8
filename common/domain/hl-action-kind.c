/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of action kinds: members, what is required, what sets them apart. */
#include "domain/hl-action-kind.h"

#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-member.h"
#include "domain/hl-state.h"

#define MAX_MEMBERS 12

#define STAFF HL_ACTION_FLAG_STAFF
#define AGENT HL_ACTION_FLAG_AGENT
#define SEES HL_ACTION_FLAG_OBSERVATION
#define LINK HL_ACTION_FLAG_NEEDS_LINK
#define MAKES HL_ACTION_FLAG_CREATES

/* @members: taken from the entity's fields by name, or from the extras below; "!" behind a name
 * means required, "*" alone all fields of the entity. */
typedef struct {
  HlActionKind kind;
  HlActionFlags flags;
  GType (*get_type) (void);
  const char *id_member;
  const char *members[MAX_MEMBERS + 1];
} Row;

static const Row rows[] = {
  { HL_ACTION_CREATE_RESERVATION,
    STAFF | AGENT | MAKES,
    hl_reservation_get_type,
    "reservation_id",
    { "name", "phone", "party_size!", "starts_at!", "table_ids", "notes_add", "tags_add",
      "allergies", "duration_min", "language", "call_id" } },
  { HL_ACTION_UPDATE_RESERVATION,
    STAFF | AGENT,
    hl_reservation_get_type,
    "reservation_id",
    { "*", "notes_add", "tags_add", "tags_remove" } },
  { HL_ACTION_CANCEL_RESERVATION,
    STAFF | AGENT,
    hl_reservation_get_type,
    "reservation_id",
    { "cancel_reason" } },
  { HL_ACTION_ARRIVE,
    STAFF | SEES,
    hl_reservation_get_type,
    "reservation_id",
    { "party_id!", "arrived" } },
  { HL_ACTION_ADD_PARTY,
    STAFF | AGENT | SEES | MAKES,
    hl_party_get_type,
    "party_id",
    { "size!", "name", "phone", "status", "quote_min", "quote_max", "tags_add", "notes_add",
      "allergies", "language", "call_id" } },
  { HL_ACTION_UPDATE_PARTY,
    STAFF,
    hl_party_get_type,
    "party_id",
    { "*", "notes_add", "tags_add", "tags_remove" } },
  { HL_ACTION_REMOVE_PARTY,
    STAFF | SEES,
    hl_party_get_type,
    "party_id",
    { "status!", "removed_reason" } },
  { HL_ACTION_SEAT,
    STAFF | SEES,
    hl_party_get_type,
    "party_id",
    { "table_ids!", "server", "arrived", "size", "name" } },
  { HL_ACTION_MOVE, STAFF | SEES, hl_party_get_type, "party_id", { "table_ids!", "server" } },
  { HL_ACTION_UNSEAT, STAFF | SEES, hl_party_get_type, "party_id", { NULL } },
  { HL_ACTION_FINISH_PARTY, STAFF | SEES, hl_party_get_type, "party_id", { NULL } },
  { HL_ACTION_SET_STAGE, STAFF | SEES, hl_party_get_type, "party_id", { "stage!", "correct" } },
  { HL_ACTION_SET_TABLE,
    STAFF | SEES,
    hl_table_get_type,
    "table_id",
    { "physical", "blocked", "blocked_reason", "blocked_until" } },
  { HL_ACTION_ACKNOWLEDGE_CALL, STAFF, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_ACKNOWLEDGE_NOTICE, STAFF, hl_notice_get_type, "notice_id", { NULL } },
  { HL_ACTION_UNDO, STAFF, NULL, NULL, { "action_id!" } },
  { HL_ACTION_RECALL_PARTY, STAFF, hl_party_get_type, "party_id", { NULL } },
  { HL_ACTION_MARK_NO_SHOW, STAFF, hl_reservation_get_type, "reservation_id", { NULL } },
  { HL_ACTION_CORRECT, STAFF, NULL, NULL, { "type!", "id!", "correct_to", "table_ids", "reason" } },
  { HL_ACTION_ACCEPT_RESERVATION, STAFF, hl_reservation_get_type, "reservation_id", { NULL } },
  { HL_ACTION_DECLINE_RESERVATION,
    STAFF,
    hl_reservation_get_type,
    "reservation_id",
    { "cancel_reason" } },
  { HL_ACTION_NOTIFY_PARTY, STAFF, hl_party_get_type, "party_id", { "notify_round" } },
  { HL_ACTION_CONTACT_ATTEMPT, STAFF, hl_reservation_get_type, "reservation_id", { "result!" } },
  { HL_ACTION_SET_SECTION,
    STAFF,
    hl_section_get_type,
    "section_id",
    { "state", "paused_until", "servers" } },
  { HL_ACTION_SETTLE_DISPUTE, STAFF, hl_dispute_get_type, "dispute_id", { "choice!" } },
  { HL_ACTION_ADD_NOTE, STAFF | AGENT, NULL, NULL, { "type!", "id!", "note!" } },
  { HL_ACTION_TAKE_CALL, STAFF | LINK, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_ACCEPT_CALL, STAFF | LINK, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_DECLINE_CALL, STAFF | LINK, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_HAND_BACK_CALL, STAFF | LINK, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_END_CALL, STAFF | LINK, hl_call_get_type, "call_id", { "outcome" } },
  { HL_ACTION_OPEN_FOLLOW_UP, STAFF | AGENT, hl_call_get_type, "call_id", { "reason" } },
  { HL_ACTION_CLAIM_FOLLOW_UP, STAFF, hl_call_get_type, "call_id", { NULL } },
  { HL_ACTION_SNOOZE_FOLLOW_UP, STAFF, hl_call_get_type, "call_id", { "follow_up_until!" } },
  { HL_ACTION_CLOSE_FOLLOW_UP, STAFF, hl_call_get_type, "call_id", { "outcome!" } },
  { HL_ACTION_CORRECT_SLOT, STAFF, hl_call_get_type, "call_id", { "slot_kind!", "value!" } },
  { HL_ACTION_HOLD_RESERVATION,
    STAFF | AGENT | MAKES,
    hl_reservation_get_type,
    "reservation_id",
    { "name", "phone", "party_size!", "starts_at!", "notes_add", "tags_add", "allergies",
      "duration_min", "language", "call_id" } },
  { HL_ACTION_ASK_FOR_PERSON,
    AGENT,
    hl_call_get_type,
    "call_id",
    { "attention_reason", "attention_priority", "reason" } },
};

/* Members of actions that are no entity's. */
static GParamSpec *
make_extra (const char *name)
{
  if (strcmp (name, "notes_add") == 0)
    return hl_field_strings ("notes-add", HL_FORMAT_TEXT, 1000, 50, 0);
  if (strcmp (name, "tags_add") == 0)
    return hl_field_strings ("tags-add", HL_FORMAT_TEXT, 32, 16, 0);
  if (strcmp (name, "tags_remove") == 0)
    return hl_field_strings ("tags-remove", HL_FORMAT_TEXT, 32, 16, 0);
  if (strcmp (name, "party_id") == 0)
    return hl_field_id ("party-id", 0);
  if (strcmp (name, "arrived") == 0)
    return hl_field_int ("arrived", 0, 99, 0, 0);
  if (strcmp (name, "correct") == 0)
    return hl_field_bool ("correct", FALSE, 0);
  if (strcmp (name, "action_id") == 0)
    return hl_field_id ("action-id", 0);
  if (strcmp (name, "id") == 0)
    return hl_field_id ("id", 0);
  if (strcmp (name, "type") == 0)
    return hl_field_enum ("type", HL_TYPE_SUBJECT_TYPE, 0, 0);
  if (strcmp (name, "note") == 0)
    return hl_field_string ("note", 1000, 0);
  if (strcmp (name, "reason") == 0)
    return hl_field_string ("reason", 200, 0);
  if (strcmp (name, "correct_to") == 0)
    return hl_field_string ("correct-to", 32, 0);
  if (strcmp (name, "table_ids") == 0)
    return hl_field_ids ("table-ids", 8, 0);
  if (strcmp (name, "result") == 0)
    return hl_field_enum ("result", HL_TYPE_CONTACT_RESULT, 0, 0);
  if (strcmp (name, "slot_kind") == 0)
    return hl_field_enum ("slot-kind", HL_TYPE_SLOT_KIND, 0, 0);
  if (strcmp (name, "value") == 0)
    return hl_field_string ("value", 200, 0);
  g_assert_not_reached (); /* a name in the table above that nobody makes */
}

static gboolean
fail (GError **error, HlCodecError code, const char *base, const char *member, const char *text)
{
  hl_codec_error_set (error, code, base, member, "%s", text);
  return FALSE;
}

static gboolean
check_tables (JsonObject *data, const char *base, GError **error)
{
  JsonArray *tables = hl_member_get_array (data, "table_ids");

  if (tables != NULL && json_array_get_length (tables) == 0)
    return fail (error, HL_CODEC_ERROR_LENGTH, base, "table_ids", "at least one table is needed");
  return TRUE;
}

static gboolean
check_remove (JsonObject *data, const char *base, GError **error)
{
  const char *status = hl_member_get_string (data, "status", "");

  if (strcmp (status, "left") != 0 && strcmp (status, "removed") != 0)
    return fail (error, HL_CODEC_ERROR_ENUM, base, "status", "left or removed is expected");
  return TRUE;
}

static gboolean
check_add_party (JsonObject *data, const char *base, GError **error)
{
  const char *status = hl_member_get_string (data, "status", "waiting");

  if (strcmp (status, "waiting") != 0 && strcmp (status, "arrived") != 0)
    return fail (error, HL_CODEC_ERROR_ENUM, base, "status", "waiting or arrived is expected");
  return TRUE;
}

/* Blocking is its own field: one action says one thing about the table. */
static gboolean
check_set_table (JsonObject *data, const char *base, GError **error)
{
  gboolean physical = hl_member_is_given (data, "physical");
  gboolean blocked = hl_member_is_given (data, "blocked");

  if (physical && blocked)
    return fail (error, HL_CODEC_ERROR_CONFLICT, base, "blocked",
                 "only one of physical and blocked may be given");
  if (!physical && !blocked)
    return fail (error, HL_CODEC_ERROR_MISSING, base, "physical",
                 "one of physical and blocked is required");
  return TRUE;
}

static void
add_member (HlShape *shape, const HlShape *entity, const char *text)
{
  gboolean required = g_str_has_suffix (text, "!");
  g_autofree char *name = g_strndup (text, strlen (text) - (required ? 1 : 0));
  const HlField *field = entity != NULL ? hl_shape_lookup (entity, name) : NULL;

  if (strcmp (name, "*") == 0) {
    hl_shape_add_shape (shape, entity);
    hl_shape_require_only (shape, (const char *const[]) { NULL });
    return;
  }
  hl_shape_add (shape, field != NULL ? field->pspec : make_extra (name), 0);
  hl_shape_set_required (shape, name, required);
}

static HlShape *
build_shape (const Row *row)
{
  g_autofree char *name =
    g_strconcat ("action:", hl_enum_nick (HL_TYPE_ACTION_KIND, row->kind), NULL);
  HlShape *shape = hl_shape_new (name);
  const HlShape *entity =
    row->get_type != NULL ? hl_record_type_get_shape (row->get_type ()) : NULL;

  if (row->id_member != NULL)
    hl_shape_add (shape, hl_shape_lookup (entity, row->id_member)->pspec, 0);
  for (guint i = 0; row->members[i] != NULL; i++)
    add_member (shape, entity, row->members[i]);
  if (row->id_member != NULL)
    hl_shape_set_required (shape, row->id_member, TRUE);

  if (row->kind == HL_ACTION_SEAT || row->kind == HL_ACTION_MOVE)
    hl_shape_set_check (shape, check_tables);
  else if (row->kind == HL_ACTION_REMOVE_PARTY)
    hl_shape_set_check (shape, check_remove);
  else if (row->kind == HL_ACTION_ADD_PARTY)
    hl_shape_set_check (shape, check_add_party);
  else if (row->kind == HL_ACTION_SET_TABLE)
    hl_shape_set_check (shape, check_set_table);
  return shape;
}

static const Row *
find_row (HlActionKind kind)
{
  /* the rows stand in the order of the enum, which begins with unknown */
  if (kind <= HL_ACTION_UNKNOWN || (gsize) kind > G_N_ELEMENTS (rows))
    return NULL;
  g_assert (rows[kind - 1].kind == kind);
  return &rows[kind - 1];
}

const HlShape *
hl_action_kind_get_shape (HlActionKind kind)
{
  static HlShape *shapes[G_N_ELEMENTS (rows)];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      shapes[i] = build_shape (&rows[i]);
    g_once_init_leave (&once, 1);
  }
  return find_row (kind) != NULL ? shapes[kind - 1] : NULL;
}

HlActionFlags
hl_action_kind_get_flags (HlActionKind kind)
{
  const Row *row = find_row (kind);
  return row != NULL ? row->flags : 0;
}

const char *
hl_action_kind_get_id_member (HlActionKind kind)
{
  const Row *row = find_row (kind);
  return row != NULL ? row->id_member : NULL;
}

GType
hl_action_kind_get_type_of_entity (HlActionKind kind)
{
  const Row *row = find_row (kind);
  return row != NULL && row->get_type != NULL ? row->get_type () : G_TYPE_INVALID;
}

gboolean
hl_action_kind_may_perform (HlActionKind kind, HlRole role)
{
  HlActionFlags flags = hl_action_kind_get_flags (kind);

  switch (role) {
  case HL_ROLE_STAFF:
  case HL_ROLE_MANAGER:
    return (flags & STAFF) != 0;
  case HL_ROLE_AGENT:
    return (flags & AGENT) != 0;
  case HL_ROLE_SYSTEM:
    return kind != HL_ACTION_UNKNOWN;
  case HL_ROLE_GUEST:
  case HL_ROLE_PUBLISHER:
  case HL_ROLE_POS:
  case HL_ROLE_MONITOR:
    break;
  }
  return FALSE;
}

gboolean
hl_action_kind_check (HlActionKind kind, JsonObject *data, const char *base, GPtrArray *ignored,
                      GError **error)
{
  const HlShape *shape = hl_action_kind_get_shape (kind);

  g_return_val_if_fail (shape != NULL, FALSE);
  return hl_codec_check (shape, data, base, ignored, error);
}
