/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold: what each kind of event does to a state, apart from calls, the floor and the closing of
 * a day. */
#include "domain/hl-evolve.h"

#include <string.h>

#include "domain/hl-evolve-private.h"
#include "domain/hl-member.h"
#include "domain/hl-note.h"
#include "domain/hl-time.h"

#define MAX_NOTES 50
#define MAX_TAGS 16
#define MAX_TAG_CHARS 32 /* a newer server may send more than a snapshot of ours can hold */

const char *
hl_evolve_get_source (const HlActor *by)
{
  g_autofree char *name = NULL;

  if (by->device != NULL)
    return g_intern_string (by->device);
  if (by->role == HL_ROLE_SYSTEM || by->name[0] == '\0')
    return NULL;
  name = g_strconcat ("~", by->name, NULL);
  return g_intern_string (name);
}

/* Appended notes name the event that brought them, so the same event never adds one twice. */
static void
append_notes (HlState *state, HlEntity *entity, guint field, const HlEvent *event,
              const HlChange *change)
{
  g_autofree const char **texts = hl_member_get_strings (event->data, "notes_add");
  GPtrArray *old;
  g_autoptr (GPtrArray) notes = NULL;

  if (texts == NULL || texts[0] == NULL)
    return;

  old = hl_record_get_records (HL_RECORD (entity), field);
  notes = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (notes, g_object_ref (g_ptr_array_index (old, i)));

  for (guint i = 0; texts[i] != NULL; i++) {
    g_autofree char *id = g_strdup_printf ("%.58s-%u", event->id, i);
    HlNote *note = hl_note_new ();

    /* an event's id is any text, a note's is an id: a snapshot with another one could not be read */
    g_strcanon (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-", '_');
    hl_record_set_string (HL_RECORD (note), HL_NOTE_FIELD_ID, id);
    hl_record_set_string (HL_RECORD (note), HL_NOTE_FIELD_TEXT, texts[i]);
    hl_record_set_string (HL_RECORD (note), HL_NOTE_FIELD_BY, event->by->name);
    hl_record_set_time (HL_RECORD (note), HL_NOTE_FIELD_AT, event->at);
    g_ptr_array_add (notes, note);
  }
  if (notes->len > MAX_NOTES)
    g_ptr_array_remove_range (notes, 0, notes->len - MAX_NOTES);
  hl_state_set_records (state, entity, field, notes, change);
}

/* Tags join; a removal takes out what it names: who decided looked at what had been seen (K8). */
static void
join_tags (HlState *state, HlEntity *entity, guint field, const HlEvent *event,
           const HlChange *change)
{
  g_autofree const char **add = hl_member_get_strings (event->data, "tags_add");
  g_autofree const char **removed = hl_member_get_strings (event->data, "tags_remove");
  const char *const *old;
  g_autoptr (GPtrArray) tags = NULL;

  if ((add == NULL || add[0] == NULL) && (removed == NULL || removed[0] == NULL))
    return;

  old = hl_record_get_strings (HL_RECORD (entity), field);
  tags = g_ptr_array_new ();
  for (guint i = 0; old[i] != NULL; i++) {
    if (removed == NULL || !g_strv_contains (removed, old[i]))
      g_ptr_array_add (tags, (char *) old[i]);
  }
  for (guint i = 0; add != NULL && add[i] != NULL && tags->len < MAX_TAGS; i++) {
    if (g_utf8_strlen (add[i], -1) <= MAX_TAG_CHARS
        && !g_ptr_array_find_with_equal_func (tags, add[i], g_str_equal, NULL))
      g_ptr_array_add (tags, (char *) add[i]);
  }
  g_ptr_array_add (tags, NULL);
  hl_state_set_strings (state, entity, field, (const char *const *) tags->pdata, change);
}

static void
evolve_reservation (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "reservation_id", NULL);
  gboolean created = FALSE;
  HlEntity *entity = hl_state_ensure_entity (state, HL_TYPE_RESERVATION, id, change, &created);

  if (entity == NULL)
    return;
  hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
  append_notes (state, entity, HL_RESERVATION_FIELD_NOTES, event, change);
  join_tags (state, entity, HL_RESERVATION_FIELD_TAGS, event, change);
  if (event->kind == HL_EVENT_RESERVATION_CANCELLED)
    hl_state_set_int (state, entity, HL_RESERVATION_FIELD_STATUS, HL_RESERVATION_STATUS_CANCELLED,
                      change);
  if (created && hl_reservation_get_created_at (HL_RESERVATION (entity)) == HL_TIME_NONE)
    hl_state_set_int64 (state, entity, HL_RESERVATION_FIELD_CREATED_AT, event->at, change);
}

static void
evolve_party (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "party_id", NULL);
  gboolean created = FALSE;
  HlEntity *entity = hl_state_ensure_entity (state, HL_TYPE_PARTY, id, change, &created);

  if (entity == NULL)
    return;
  hl_evolve_ensure_tables (state, event->data, change);
  hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
  append_notes (state, entity, HL_PARTY_FIELD_NOTES, event, change);
  join_tags (state, entity, HL_PARTY_FIELD_TAGS, event, change);
  if (created && hl_party_get_since (HL_PARTY (entity)) == HL_TIME_NONE)
    hl_state_set_int64 (state, entity, HL_PARTY_FIELD_SINCE, event->at, change);
}

static void
evolve_section (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "section_id", NULL);
  HlEntity *entity = hl_state_ensure_entity (state, HL_TYPE_SECTION, id, change, NULL);

  if (entity != NULL)
    hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
}

static void
evolve_location (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "id", NULL);
  HlEntity *location = HL_ENTITY (hl_state_get_location (state));

  if (id != NULL && hl_entity_get_id (location)[0] == '\0')
    hl_state_ensure_entity (state, HL_TYPE_LOCATION, id, change, NULL);
  hl_state_apply (state, location, event->data, change, HL_APPLY_NONE);
}

static void
evolve_order (HlState *state, const HlEvent *event, const HlChange *change)
{
  static const char *const nothing[] = { NULL };
  const char *id = hl_member_get_string (event->data, "order_id", NULL);
  HlEntity *entity = hl_state_ensure_entity (state, HL_TYPE_ORDER, id, change, NULL);

  if (entity == NULL)
    return;
  hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
  /* `changed` is about this event alone */
  if (!hl_member_is_given (event->data, "changed"))
    hl_state_set_strings (state, entity, HL_ORDER_FIELD_CHANGED, nothing, change);
}

/* "We have it again" takes the 86 of that dish off the board. */
static void
clear_eighty_six (HlState *state, const char *item, const HlEvent *event, const HlChange *change)
{
  guint n = 0;
  HlEntity **notices = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_NOTICE), &n);

  for (guint i = 0; i < n; i++) {
    HlNotice *notice = HL_NOTICE (notices[i]);

    if (hl_notice_get_kind (notice) == HL_NOTICE_KIND_EIGHTY_SIX
        && hl_notice_get_cleared_at (notice) == HL_TIME_NONE
        && g_str_equal (hl_notice_get_item (notice), item))
      hl_state_set_int64 (state, notices[i], HL_NOTICE_FIELD_CLEARED_AT, event->at, change);
  }
}

static void
evolve_notice (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "notice_id", NULL);
  HlEntity *entity;

  if (event->kind == HL_EVENT_NOTICE_ACKNOWLEDGED) {
    entity = hl_state_lookup (state, HL_TYPE_NOTICE, id);
    if (entity != NULL)
      hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
    return;
  }

  entity = hl_state_ensure_entity (state, HL_TYPE_NOTICE, id, change, NULL);
  if (entity == NULL)
    return;
  hl_state_apply (state, entity, event->data, change, HL_APPLY_NONE);
  if (hl_notice_get_kind (HL_NOTICE (entity)) == HL_NOTICE_KIND_BACK
      && hl_notice_get_item (HL_NOTICE (entity))[0] != '\0') {
    g_autofree char *item = g_strdup (hl_notice_get_item (HL_NOTICE (entity)));

    clear_eighty_six (state, item, event, change);
  }
}

/* The claims come whole: who decided had them all before their eyes. */
static void
evolve_dispute (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "dispute_id", NULL);
  /* that it was opened is undone by undoing what it is about; that it was settled, by asking again */
  HlChange plain = *change;
  HlEntity *entity;

  plain.act = NULL;
  if (event->kind == HL_EVENT_DISPUTE_SETTLED) {
    entity = hl_state_lookup (state, HL_TYPE_DISPUTE, id);
    if (entity == NULL || hl_dispute_get_state (HL_DISPUTE (entity)) == HL_DISPUTE_STATE_SETTLED)
      return;
    hl_state_apply (state, entity, event->data, &plain, HL_APPLY_NONE);
    hl_state_set_int (state, entity, HL_DISPUTE_FIELD_STATE, HL_DISPUTE_STATE_SETTLED, change);
    return;
  }

  /* nothing can be chosen in a dispute about nothing */
  if (hl_state_lookup (state, HL_TYPE_DISPUTE, id) == NULL
      && (hl_member_get_array (event->data, "claims") == NULL
          || hl_member_get_object (event->data, "subject") == NULL))
    return;
  entity = hl_state_ensure_entity (state, HL_TYPE_DISPUTE, id, &plain, NULL);
  if (entity == NULL)
    return;
  hl_state_apply (state, entity, event->data, &plain, HL_APPLY_NONE);
  hl_state_set_int (state, entity, HL_DISPUTE_FIELD_STATE, HL_DISPUTE_STATE_OPEN, &plain);
  hl_state_set_int (state, entity, HL_DISPUTE_FIELD_CHOICE, HL_INT_NONE, &plain);
  hl_state_set_string (state, entity, HL_DISPUTE_FIELD_SETTLED_BY, "", &plain);
  hl_state_set_int64 (state, entity, HL_DISPUTE_FIELD_SETTLED_AT, HL_TIME_NONE, &plain);
}

static void
evolve_kind (HlState *state, const HlEvent *event, const HlChange *change)
{
  switch (event->kind) {
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    hl_evolve_call (state, event, change);
    break;
  case HL_EVENT_TRANSCRIPT_SEGMENT:
    hl_evolve_segment (state, event, change);
    break;
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    evolve_reservation (state, event, change);
    break;
  case HL_EVENT_PARTY_UPDATED:
    evolve_party (state, event, change);
    break;
  case HL_EVENT_TABLE_UPDATED:
    hl_evolve_table (state, event, change);
    break;
  case HL_EVENT_SECTION_UPDATED:
    evolve_section (state, event, change);
    break;
  case HL_EVENT_FLOOR_REPLACED:
    hl_evolve_floor (state, event, change);
    break;
  case HL_EVENT_LOCATION_UPDATED:
    evolve_location (state, event, change);
    break;
  case HL_EVENT_ORDER_CREATED:
  case HL_EVENT_ORDER_UPDATED:
    evolve_order (state, event, change);
    break;
  case HL_EVENT_KITCHEN_NOTICE:
  case HL_EVENT_NOTICE_ACKNOWLEDGED:
    evolve_notice (state, event, change);
    break;
  case HL_EVENT_DISPUTE_OPENED:
  case HL_EVENT_DISPUTE_SETTLED:
    evolve_dispute (state, event, change);
    break;
  case HL_EVENT_DAY_CLOSED:
    hl_evolve_day_closed (state, event, change);
    break;
  case HL_EVENT_PERSON_ERASED:
    hl_evolve_person_erased (state, event, change);
    break;
  case HL_EVENT_UNKNOWN:
  default:
    break;
  }
}

void
hl_evolve (HlState *state, const HlEvent *event)
{
  const HlChange change = {
    .seq = event->seq,
    .device = hl_evolve_get_source (event->by),
    .act = event->act,
    .at = event->at,
    .event_id = event->id,
    .by = event->by->name,
    .received = event->received,
    .device_name = event->by->device_name,
  };

  g_return_if_fail (HL_IS_STATE (state));

  if (event->by->device != NULL && event->by->n > 0)
    hl_state_raise_counter (state, event->by->device, event->by->n);
  hl_state_begin_batch (state);
  evolve_kind (state, event, &change);
  hl_state_end_batch (state);
}
