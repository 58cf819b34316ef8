/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold of what leaves the state: a business day closes, or a person is erased. */
#include "domain/hl-evolve-private.h"

#include "domain/hl-entity-private.h"
#include "domain/hl-member.h"
#include "domain/hl-rules.h"
#include "domain/hl-time.h"

typedef gboolean (*LeavesFunc) (HlState *state, HlEntity *entity, gint64 before);

static gboolean
is_before (gint64 time, gint64 before)
{
  return time == HL_TIME_NONE || before == HL_TIME_NONE || time < before;
}

static gboolean
call_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  HlCall *call = HL_CALL (entity);
  HlFollowUp follow_up = hl_call_get_follow_up (call);
  gint64 last = hl_call_get_ended_at (call);

  if (hl_call_get_state (call) != HL_CALL_STATE_ENDED)
    return FALSE;
  if (follow_up != HL_FOLLOW_UP_NONE && follow_up != HL_FOLLOW_UP_DONE)
    return FALSE;
  return is_before (last, before);
}

static gboolean
party_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  HlParty *party = HL_PARTY (entity);

  return hl_rules_is_over (hl_party_get_status (party))
         && is_before (hl_party_get_gone_at (party), before);
}

static gboolean
has_party_here (HlState *state, const char *reservation_id)
{
  GPtrArray *parties = hl_state_get_reservation_parties (state, reservation_id);

  for (guint i = 0; i < parties->len; i++) {
    if (!hl_rules_is_over (hl_party_get_status (g_ptr_array_index (parties, i))))
      return TRUE;
  }
  return FALSE;
}

/* Past is also what nobody ever marked: the day is over. */
static gboolean
reservation_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  HlReservation *reservation = HL_RESERVATION (entity);
  gint64 starts_at = hl_reservation_get_starts_at (reservation);

  if (starts_at == HL_TIME_NONE ? !hl_rules_is_past (hl_reservation_get_status (reservation))
                                : !is_before (starts_at, before))
    return FALSE;
  return !has_party_here (state, hl_entity_get_id (entity));
}

static gboolean
order_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  HlOrder *order = HL_ORDER (entity);
  HlOrderStatus status = hl_order_get_status (order);
  gint64 due_at = hl_order_get_due_at (order);
  const char *party_id = hl_order_get_party_id (order);

  if (status == HL_ORDER_STATUS_SERVED || status == HL_ORDER_STATUS_CANCELLED)
    return TRUE;
  if (due_at != HL_TIME_NONE)
    return is_before (due_at, before);
  return party_id != NULL && hl_state_lookup_party (state, party_id) == NULL;
}

static gboolean
notice_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  return is_before (hl_notice_get_raised_at (HL_NOTICE (entity)), before);
}

static gboolean
has_subject (HlState *state, HlDispute *dispute)
{
  static const struct {
    HlSubjectType type;
    GType (*get_type) (void);
  } classes[] = {
    { HL_SUBJECT_TYPE_RESERVATION, hl_reservation_get_type },
    { HL_SUBJECT_TYPE_PARTY, hl_party_get_type },
    { HL_SUBJECT_TYPE_TABLE, hl_table_get_type },
    { HL_SUBJECT_TYPE_CALL, hl_call_get_type },
    { HL_SUBJECT_TYPE_SECTION, hl_section_get_type },
  };
  HlSubject *subject = hl_dispute_get_subject (dispute);

  for (guint i = 0; subject != NULL && i < G_N_ELEMENTS (classes); i++) {
    if (classes[i].type == hl_subject_get_subject_type (subject))
      return hl_state_lookup (state, classes[i].get_type (), hl_subject_get_id (subject)) != NULL;
  }
  return FALSE;
}

static gboolean
dispute_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  HlDispute *dispute = HL_DISPUTE (entity);

  return hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_SETTLED
         || !has_subject (state, dispute);
}

/* An unplaced table that nobody sits at is in nobody's way any more. */
static gboolean
table_leaves (HlState *state, HlEntity *entity, gint64 before)
{
  return g_str_equal (hl_table_get_area_id (HL_TABLE (entity)), HL_AREA_UNPLACED)
         && hl_state_get_table_parties (state, hl_entity_get_id (entity))->len == 0;
}

static void
bury_transcript (HlState *state, const char *call_id)
{
  HlEntityList *lines = hl_state_peek_transcript (state, call_id);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  HlEntity **segments;
  guint n = 0;

  if (lines == NULL)
    return;
  segments = hl_entity_list_peek (lines, &n);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (ids, g_strdup (hl_entity_get_id (segments[i])));
  for (guint i = 0; i < ids->len; i++)
    hl_state_remove_entity (state, HL_TYPE_SEGMENT, g_ptr_array_index (ids, i));
}

/* What comes late under an alias is no new call either. */
static void
bury_aliases (HlState *state, const char *call_id, gint64 at)
{
  HlCall *call = hl_state_lookup_call (state, call_id);
  g_auto (GStrv) aliases = call != NULL ? g_strdupv ((char **) hl_call_get_aliases (call)) : NULL;

  bury_transcript (state, call_id);
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++) {
    bury_transcript (state, aliases[i]);
    hl_state_bury (state, HL_TYPE_CALL, aliases[i], at);
  }
}

/* @bury_at: HL_TIME_NONE for ids that come back (disputes have derived ones, tables the plan's) */
static void
drop (HlState *state, GType type, LeavesFunc leaves, gint64 before, gint64 bury_at)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (state, type), &n);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    if (leaves (state, entities[i], before))
      g_ptr_array_add (gone, g_strdup (hl_entity_get_id (entities[i])));
  }
  for (guint i = 0; i < gone->len; i++) {
    const char *id = g_ptr_array_index (gone, i);

    if (type == HL_TYPE_CALL)
      bury_aliases (state, id, bury_at);
    hl_state_remove_entity (state, type, id);
    if (bury_at != HL_TIME_NONE)
      hl_state_bury (state, type, id, bury_at);
  }
}

void
hl_evolve_day_closed (HlState *state, const HlEvent *event, const HlChange *change)
{
  gint64 before = hl_member_get_time (event->data, "before");

  hl_state_set_day_seq (state, event->seq);
  hl_state_purge_tombstones (state, event->at - HL_EVOLVE_TOMBSTONE_MS);
  drop (state, HL_TYPE_CALL, call_leaves, before, event->at);
  drop (state, HL_TYPE_PARTY, party_leaves, before, event->at);
  drop (state, HL_TYPE_RESERVATION, reservation_leaves, before, event->at);
  drop (state, HL_TYPE_ORDER, order_leaves, before, event->at);
  drop (state, HL_TYPE_NOTICE, notice_leaves, before, event->at);
  drop (state, HL_TYPE_TABLE, table_leaves, before, HL_TIME_NONE);
  drop (state, HL_TYPE_DISPUTE, dispute_leaves, before, HL_TIME_NONE);
}

/* Sets the named fields to their defaults. The redacted log holds nothing for them, so nothing but
 * the values may change: folding it must end in the same state. */
static void
clear_fields (HlState *state, HlEntity *entity, const guint *fields, guint n_fields,
              const HlChange *change)
{
  for (guint i = 0; i < n_fields; i++) {
    hl_record_reset (HL_RECORD (entity), fields[i]);
    hl_entity_follow_tags (entity, fields[i], change->seq, NULL);
  }
  hl_state_forget_before (state, G_OBJECT_TYPE (entity), hl_entity_get_id (entity));
}

static void
erase_lines (HlState *state, const char *call_id, const HlChange *change)
{
  static const guint fields[] = { HL_SEGMENT_FIELD_TEXT, HL_SEGMENT_FIELD_SPANS };
  HlEntityList *lines = hl_state_peek_transcript (state, call_id);
  guint n = 0;
  HlEntity **segments = lines != NULL ? hl_entity_list_peek (lines, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    clear_fields (state, segments[i], fields, G_N_ELEMENTS (fields), change);
    hl_record_set_enum (HL_RECORD (segments[i]), HL_SEGMENT_FIELD_STATE, HL_SEGMENT_STATE_REDACTED);
  }
}

static void
erase_call (HlState *state, HlEntity *call, const HlChange *change)
{
  static const guint fields[] = {
    HL_CALL_FIELD_FROM,  HL_CALL_FIELD_TO,      HL_CALL_FIELD_CALLER_NAME,
    HL_CALL_FIELD_SLOTS, HL_CALL_FIELD_SUMMARY, HL_CALL_FIELD_RECORDING_URL,
    HL_CALL_FIELD_ATTENTION_NOTE,
  };
  const char *const *aliases = hl_call_get_aliases (HL_CALL (call));

  clear_fields (state, call, fields, G_N_ELEMENTS (fields), change);
  erase_lines (state, hl_entity_get_id (call), change);
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    erase_lines (state, aliases[i], change);
}

/* What was ordered stays; what was noted beside it may say for whom. */
static void
erase_order (HlState *state, HlEntity *order, const HlChange *change)
{
  static const guint fields[] = { HL_ORDER_FIELD_NAME };
  GPtrArray *old = hl_record_get_records (HL_RECORD (order), HL_ORDER_FIELD_ITEMS);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  clear_fields (state, order, fields, G_N_ELEMENTS (fields), change);
  for (guint i = 0; i < old->len; i++) {
    HlRecord *item = hl_record_copy (g_ptr_array_index (old, i));

    hl_record_reset (item, HL_ORDER_ITEM_FIELD_NOTE);
    g_ptr_array_add (items, item);
  }
  hl_record_set_records (HL_RECORD (order), HL_ORDER_FIELD_ITEMS, items);
}

static void
erase_listed (HlState *state, GType type, JsonObject *data, const char *member, const guint *fields,
              guint n_fields, const HlChange *change)
{
  g_autofree const char **ids = hl_member_get_strings (data, member);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    HlEntity *entity = hl_state_lookup (state, type, ids[i]);

    /* what left with its day is remembered for undo all the same */
    hl_state_forget_before (state, type, ids[i]);
    if (entity == NULL)
      continue;
    if (type == HL_TYPE_CALL)
      erase_call (state, entity, change);
    else if (type == HL_TYPE_ORDER)
      erase_order (state, entity, change);
    else
      clear_fields (state, entity, fields, n_fields, change);
  }
}

/* A disputed name or number would tell who it was. */
static gboolean
is_about_erased (HlDispute *dispute, JsonObject *data)
{
  static const char *const members[]
      = { "reservation_ids", "party_ids", "call_ids", "order_ids", "notice_ids" };
  HlSubject *subject = hl_dispute_get_subject (dispute);

  for (guint i = 0; subject != NULL && i < G_N_ELEMENTS (members); i++) {
    g_autofree const char **ids = hl_member_get_strings (data, members[i]);

    if (ids != NULL && g_strv_contains (ids, hl_subject_get_id (subject)))
      return TRUE;
  }
  return FALSE;
}

void
hl_evolve_person_erased (HlState *state, const HlEvent *event, const HlChange *change)
{
  static const guint reservation_fields[] = {
    HL_RESERVATION_FIELD_NAME,          HL_RESERVATION_FIELD_PHONE, HL_RESERVATION_FIELD_NOTES,
    HL_RESERVATION_FIELD_ALLERGIES,     HL_RESERVATION_FIELD_TAGS,  HL_RESERVATION_FIELD_SOURCE_REF,
    HL_RESERVATION_FIELD_CANCEL_REASON,
  };
  static const guint party_fields[] = {
    HL_PARTY_FIELD_NAME,      HL_PARTY_FIELD_PHONE, HL_PARTY_FIELD_NOTES,
    HL_PARTY_FIELD_ALLERGIES, HL_PARTY_FIELD_TAGS,  HL_PARTY_FIELD_REMOVED_REASON,
  };
  static const guint notice_fields[] = { HL_NOTICE_FIELD_TEXT };
  static const guint table_fields[] = { HL_TABLE_FIELD_BLOCKED_REASON };
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_DISPUTE), &n);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);

  erase_listed (state, HL_TYPE_RESERVATION, event->data, "reservation_ids", reservation_fields,
                G_N_ELEMENTS (reservation_fields), change);
  erase_listed (state, HL_TYPE_PARTY, event->data, "party_ids", party_fields,
                G_N_ELEMENTS (party_fields), change);
  erase_listed (state, HL_TYPE_CALL, event->data, "call_ids", NULL, 0, change);
  erase_listed (state, HL_TYPE_ORDER, event->data, "order_ids", NULL, 0, change);
  erase_listed (state, HL_TYPE_NOTICE, event->data, "notice_ids", notice_fields,
                G_N_ELEMENTS (notice_fields), change);
  erase_listed (state, HL_TYPE_TABLE, event->data, "table_ids", table_fields, G_N_ELEMENTS (table_fields), change);

  for (guint i = 0; i < n; i++) {
    if (is_about_erased (HL_DISPUTE (disputes[i]), event->data))
      g_ptr_array_add (gone, g_strdup (hl_entity_get_id (disputes[i])));
  }
  for (guint i = 0; i < gone->len; i++)
    hl_state_remove_entity (state, HL_TYPE_DISPUTE, g_ptr_array_index (gone, i));
}
