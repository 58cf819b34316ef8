/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call that is seen by two: the telephone company and the voice platform, or a room and its caller. */
#include "domain/hl-evolve-alias.h"

#include <string.h>

#include "domain/hl-member.h"
#include "domain/hl-time.h"

#define MAX_ALIASES 8

/* Below every time that an event can have, and in the same order. */
gint64
hl_evolve_demote (gint64 at)
{
  return at >= HL_TIME_MIN && at < HL_TIME_MAX ? at - (HL_TIME_MAX - HL_TIME_MIN) - 1 : at;
}

gboolean
hl_evolve_is_own (const HlField *field)
{
  return field->id == HL_CALL_FIELD_CALL_ID || field->id == HL_CALL_FIELD_PROVIDER || field->id == HL_CALL_FIELD_ALIASES
         || field->id == HL_CALL_FIELD_PARENT_CALL_ID;
}

gboolean
hl_evolve_is_alarm (const HlField *field)
{
  return g_str_has_prefix (field->name, "attention_") || field->id == HL_CALL_FIELD_CONTACT;
}

HlEntity *
hl_evolve_find_call (HlState *state, const char *id, const HlChange *change)
{
  HlCall *known = hl_state_lookup_call (state, id);

  return known != NULL ? HL_ENTITY (known) : hl_state_ensure_entity (state, HL_TYPE_CALL, id, change, NULL);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A set that only grows: who once was seen as the same stays so. */
static void
join (HlState *state, HlEntity *call, const char *const *more, const HlChange *change)
{
  const char *const *old = hl_call_get_aliases (HL_CALL (call));
  const char *own = hl_entity_get_id (call);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  guint n_old = old != NULL ? g_strv_length ((char **) old) : 0;

  for (guint i = 0; i < n_old; i++)
    g_ptr_array_add (all, (char *) old[i]);
  for (guint i = 0; more != NULL && more[i] != NULL; i++) {
    if (!g_str_equal (more[i], own) && !g_ptr_array_find_with_equal_func (all, more[i], g_str_equal, NULL))
      g_ptr_array_add (all, (char *) more[i]);
  }
  if (all->len == n_old)
    return;
  g_ptr_array_sort (all, compare_ids);
  if (all->len > MAX_ALIASES)
    g_ptr_array_set_size (all, MAX_ALIASES);
  g_ptr_array_add (all, NULL);
  hl_state_set_strings (state, call, HL_CALL_FIELD_ALIASES, (const char *const *) all->pdata, change);
}

static int
compare_slots (gconstpointer one, gconstpointer two)
{
  return (int) hl_slot_get_kind (*(HlSlot **) one) - (int) hl_slot_get_kind (*(HlSlot **) two);
}

/* Slots are registers by kind. */
static void
fold_slots (HlState *state, HlEntity *from, HlEntity *into, const HlChange *change)
{
  GPtrArray *more = hl_call_get_slots (HL_CALL (from));
  GPtrArray *old = hl_call_get_slots (HL_CALL (into));
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);

  if (more->len == 0)
    return;
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (slots, g_object_ref (g_ptr_array_index (old, i)));
  for (guint i = 0; i < more->len; i++) {
    HlSlot *slot = g_ptr_array_index (more, i);
    guint at = 0;

    while (at < slots->len && hl_slot_get_kind (g_ptr_array_index (slots, at)) != hl_slot_get_kind (slot))
      at++;
    if (at == slots->len) {
      g_ptr_array_add (slots, g_object_ref (slot));
    } else {
      HlSlot *standing = g_ptr_array_index (slots, at);
      const HlStamp stamp = { hl_slot_get_at (standing), (char *) hl_slot_get_event_id (standing) };

      if (hl_stamp_compare (hl_slot_get_at (slot), hl_slot_get_event_id (slot), &stamp) > 0)
        g_set_object ((HlSlot **) &g_ptr_array_index (slots, at), slot);
    }
  }
  g_ptr_array_sort (slots, compare_slots);
  hl_state_set_records (state, into, HL_CALL_FIELD_SLOTS, slots, change);
}

static void
fold_fields (HlState *state, HlEntity *from, HlEntity *into, const HlChange *change)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (from));

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    const HlStamp *stamp = hl_entity_get_stamp (from, field->id);
    gint64 at;

    if (stamp == NULL || stamp->event_id == NULL || hl_evolve_is_own (field) || field->id == HL_CALL_FIELD_STATE)
      continue;
    at = hl_evolve_is_alarm (field) ? stamp->at : hl_evolve_demote (stamp->at);
    if (hl_stamp_compare (at, stamp->event_id, hl_entity_get_stamp (into, field->id)) <= 0)
      continue;
    hl_state_set_value (state, into, field->id, hl_record_get_value (HL_RECORD (from), field->id), change);
    hl_entity_set_revision (into, field->id, hl_entity_get_revision (from, field->id));
    hl_entity_set_stamp (into, field->id, at, stamp->event_id);
  }
}

/* The call that was shown under an alias goes into the one that bears the name. */
static void
fold (HlState *state, HlEntity *from, HlEntity *into, const HlChange *change)
{
  g_autofree char *id = g_strdup (hl_entity_get_id (from));
  const HlStamp *stamp = hl_entity_get_stamp (from, HL_CALL_FIELD_STATE);
  gint64 last = hl_call_get_last_event_at (HL_CALL (from));

  fold_fields (state, from, into, change);
  fold_slots (state, from, into, change);
  if (stamp != NULL && stamp->event_id != NULL) {
    const HlChange then = { change->seq, change->device, change->act, stamp->at, stamp->event_id, change->by,
                            change->received };

    hl_evolve_merge_state (state, into, hl_call_get_state (HL_CALL (from)), &then);
  }
  if (last > hl_call_get_last_event_at (HL_CALL (into)))
    hl_state_set_int64 (state, into, HL_CALL_FIELD_LAST_EVENT_AT, last, change);
  join (state, into, hl_call_get_aliases (HL_CALL (from)), change);
  hl_state_remove_entity (state, HL_TYPE_CALL, id);
  hl_state_forget_before (state, HL_TYPE_CALL, id);
}

void
hl_evolve_join_aliases (HlState *state, HlEntity *call, JsonObject *data, const HlChange *change)
{
  g_autofree const char **aliases = hl_member_get_strings (data, "aliases");

  if (aliases == NULL || aliases[0] == NULL)
    return;
  join (state, call, aliases, change);
  for (guint i = 0; aliases[i] != NULL; i++) {
    HlEntity *other = hl_state_lookup (state, HL_TYPE_CALL, aliases[i]);

    if (other != NULL && other != call)
      fold (state, other, call, change);
  }
}
