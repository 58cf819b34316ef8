/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an event adds to the history: a function of the event and of the state before it. */
#include "desk/hl-history-private.h"

#include <string.h>

#include "domain/hl-member.h"
#include "domain/hl-time.h"

typedef struct {
  HlHistory *history;
  HlState *before;
  const HlEvent *event;
  JsonObject *data;
} Reading;

static HlHistoryLine *
make_line (Reading *r, HlHistoryWhat what, int value)
{
  HlHistoryLine *line = hl_history_line_new ();
  const char *dot = strrchr (r->event->id, '.');

  line->seq = r->event->seq;
  line->at = r->event->at;
  line->offline = hl_event_was_offline (r->event);
  line->role = r->event->by->role;
  line->by = g_strdup (r->event->by->name);
  line->unit = dot != NULL ? g_strndup (r->event->id, dot - r->event->id)
                           : g_strdup (r->event->id);
  line->what = what;
  line->value = value;
  return line;
}

static void
put (Reading *r, HlHistoryLine *line, const char *entity)
{
  const char *const entities[] = { entity, NULL };

  hl_history_put (r->history, line, entities);
}

static char *
make_entity (const char *type, const char *id)
{
  return g_strconcat (type, ":", id, NULL);
}

/* ---- what is common to a party and a booking ---- */

static void
read_notes (Reading *r, const char *entity)
{
  g_autofree const char **notes = hl_member_get_strings (r->data, "notes_add");

  for (guint i = 0; notes != NULL && notes[i] != NULL; i++) {
    HlHistoryLine *line = make_line (r, HL_HISTORY_NOTE, 0);
    line->text = g_strdup (notes[i]);
    put (r, line, entity);
  }
}

static void
read_fields (Reading *r, const char *entity, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++) {
    HlHistoryLine *line;
    if (!json_object_has_member (r->data, fields[i]))
      continue;
    line = make_line (r, HL_HISTORY_CHANGED, 0);
    line->field = g_strdup (fields[i]);
    line->json = json_node_copy (json_object_get_member (r->data, fields[i]));
    put (r, line, entity);
  }
}

/* ---- parties ---- */

static void
name_party (HlHistoryLine *line, Reading *r, HlParty *party, const char *party_id)
{
  const char *name = hl_member_get_string (r->data, "name", NULL);

  line->party_id = g_strdup (party_id);
  line->name = g_strdup (name != NULL      ? name
                         : party != NULL ? hl_party_get_name (party)
                                         : "");
  line->size
      = (int)hl_member_get_int (r->data, "size", party != NULL ? hl_party_get_size (party) : 0);
}

static void
set_tables (HlHistoryLine *line, const char *const *tables)
{
  g_strfreev (line->tables);
  line->tables = g_strdupv ((GStrv)tables);
}

/* The tables that it left. */
static void
read_left_tables (Reading *r, HlParty *party, const char *party_id, int status,
                  const char *const *tables)
{
  const char *const *old = hl_party_get_table_ids (party);

  for (guint i = 0; old[i] != NULL; i++) {
    g_autofree char *entity = make_entity ("table", old[i]);
    HlHistoryLine *line;
    if (g_strv_contains (tables, old[i]))
      continue;
    line = make_line (r, HL_HISTORY_OFF_TABLE, status);
    name_party (line, r, party, party_id);
    set_tables (line, tables);
    put (r, line, entity);
  }
}

/* The party's own line, which also stands at the tables that are new to it. */
static void
read_place (Reading *r, HlParty *party, const char *party_id, const char *entity, int status,
            const char *const *tables, gboolean new_status)
{
  static const char *const nowhere[] = { NULL };
  const char *const *old = party != NULL ? hl_party_get_table_ids (party) : nowhere;
  g_autoptr (GPtrArray) entities = g_ptr_array_new_with_free_func (g_free);
  HlHistoryLine *line
      = make_line (r, new_status ? HL_HISTORY_PARTY : HL_HISTORY_MOVED, status);

  name_party (line, r, party, party_id);
  set_tables (line, tables);
  g_ptr_array_add (entities, g_strdup (entity));
  for (guint i = 0; tables[i] != NULL; i++)
    if (!g_strv_contains (old, tables[i]))
      g_ptr_array_add (entities, make_entity ("table", tables[i]));
  g_ptr_array_add (entities, NULL);
  hl_history_put (r->history, line, (const char *const *)entities->pdata);
}

static gboolean
is_same_set (const char *const *one, const char *const *two)
{
  if (g_strv_length ((GStrv)one) != g_strv_length ((GStrv)two))
    return FALSE;
  for (guint i = 0; one[i] != NULL; i++)
    if (!g_strv_contains (two, one[i]))
      return FALSE;
  return TRUE;
}

static void
read_party (Reading *r)
{
  static const char *const fields[] = { "size", "name", "allergies", "server", "quote_min", NULL };
  static const char *const nowhere[] = { NULL };
  const char *id = hl_member_get_string (r->data, "party_id", NULL);
  HlParty *party = hl_state_lookup_party (r->before, id);
  g_autofree char *entity = NULL;
  g_autofree const char **given = hl_member_get_strings (r->data, "table_ids");
  const char *const *old = party != NULL ? hl_party_get_table_ids (party) : nowhere;
  const char *const *tables = given != NULL ? given : old;
  int old_status = party != NULL ? (int)hl_party_get_status (party) : -1;
  int status = old_status >= 0 ? old_status : HL_PARTY_STATUS_WAITING;
  int stage = HL_PARTY_STAGE_NONE;

  if (id == NULL)
    return;
  entity = make_entity ("party", id);
  hl_enum_parse (HL_TYPE_PARTY_STATUS, hl_member_get_string (r->data, "status", NULL), &status);
  if (status != old_status || !is_same_set (old, tables))
    read_place (r, party, id, entity, status, tables, status != old_status);
  if (party != NULL)
    read_left_tables (r, party, id, status, tables);
  if (hl_enum_parse (HL_TYPE_PARTY_STAGE, hl_member_get_string (r->data, "stage", NULL), &stage)
      && stage != HL_PARTY_STAGE_NONE)
    put (r, make_line (r, HL_HISTORY_STAGE, stage), entity);
  if (party != NULL)
    read_fields (r, entity, fields);
  read_notes (r, entity);
}

/* ---- bookings ---- */

static void
read_contact (Reading *r, HlReservation *reservation, const char *entity)
{
  JsonArray *attempts = hl_member_get_array (r->data, "contact_attempts");
  guint n = attempts != NULL ? json_array_get_length (attempts) : 0;
  int result = HL_CONTACT_RESULT_REACHED;
  JsonNode *last;

  if (n == 0 || (reservation != NULL && n < hl_reservation_get_contact_attempts (reservation)->len))
    return;
  last = json_array_get_element (attempts, n - 1);
  if (JSON_NODE_HOLDS_OBJECT (last)
      && hl_enum_parse (HL_TYPE_CONTACT_RESULT,
                        hl_member_get_string (json_node_get_object (last), "result", NULL), &result))
    put (r, make_line (r, HL_HISTORY_CONTACT, result), entity);
}

static void
read_reservation (Reading *r)
{
  static const char *const fields[] = { "party_size", "starts_at", "name", "allergies", "late_eta",
                                        "table_ids", NULL };
  const char *id = hl_member_get_string (r->data, "reservation_id", NULL);
  HlReservation *reservation = hl_state_lookup_reservation (r->before, id);
  g_autofree char *entity = NULL;
  int old = reservation != NULL ? (int)hl_reservation_get_status (reservation) : -1;
  int status = old;

  if (id == NULL)
    return;
  entity = make_entity ("reservation", id);
  if (r->event->kind == HL_EVENT_RESERVATION_CANCELLED)
    status = HL_RESERVATION_STATUS_CANCELLED;
  else
    hl_enum_parse (HL_TYPE_RESERVATION_STATUS, hl_member_get_string (r->data, "status", NULL),
                   &status);
  if (reservation == NULL) {
    HlHistoryLine *line = make_line (r, HL_HISTORY_BOOKED, MAX (status, 0));
    put (r, line, entity);
  } else {
    if (status != old)
      put (r, make_line (r, HL_HISTORY_BOOKING, status), entity);
    read_fields (r, entity, fields);
  }
  read_contact (r, reservation, entity);
  read_notes (r, entity);
}

/* ---- calls ---- */

/* What the event says, else @old. */
static int
read_enum (Reading *r, const char *member, GType type, int old)
{
  int value = old;

  hl_enum_parse (type, hl_member_get_string (r->data, member, NULL), &value);
  return value;
}

static void
read_call (Reading *r)
{
  const char *id = hl_member_get_string (r->data, "call_id", NULL);
  HlCall *call = hl_state_lookup_call (r->before, id);
  const char *seen_by = hl_member_get_string (r->data, "attention_acknowledged_by", "");
  int state = call != NULL ? (int)hl_call_get_state (call) : -1;
  int follow_up = call != NULL ? (int)hl_call_get_follow_up (call) : HL_FOLLOW_UP_NONE;
  int outcome = call != NULL ? (int)hl_call_get_outcome (call) : HL_CALL_OUTCOME_NONE;
  int reason = call != NULL ? (int)hl_call_get_attention_reason (call) : HL_ATTENTION_REASON_NONE;
  int now;
  g_autofree char *entity = NULL;

  if (id == NULL)
    return;
  entity = make_entity ("call", call != NULL ? hl_call_get_call_id (call) : id);
  now = r->event->kind == HL_EVENT_CALL_COMPLETED
            ? HL_CALL_STATE_ENDED
            : read_enum (r, "state", HL_TYPE_CALL_STATE, state < 0 ? HL_CALL_STATE_RINGING : state);
  /* who is over stays over, whatever a late fact says */
  if (now != state && state != HL_CALL_STATE_ENDED)
    put (r, make_line (r, HL_HISTORY_CALL, now), entity);
  now = read_enum (r, "attention_reason", HL_TYPE_ATTENTION_REASON, reason);
  if (now != reason && now != HL_ATTENTION_REASON_NONE)
    put (r, make_line (r, HL_HISTORY_ALARM, now), entity);
  if (*seen_by != '\0' && state != -1 && *hl_call_get_attention_acknowledged_by (call) == '\0')
    put (r, make_line (r, HL_HISTORY_SEEN, 0), entity);
  now = read_enum (r, "outcome", HL_TYPE_CALL_OUTCOME, outcome);
  if (now != outcome && now != HL_CALL_OUTCOME_NONE)
    put (r, make_line (r, HL_HISTORY_OUTCOME, now), entity);
  now = read_enum (r, "follow_up", HL_TYPE_FOLLOW_UP, follow_up);
  if (now != follow_up && now != HL_FOLLOW_UP_NONE)
    put (r, make_line (r, HL_HISTORY_FOLLOW_UP, now), entity);
}

/* ---- tables and disputes ---- */

static void
read_table (Reading *r)
{
  const char *id = hl_member_get_string (r->data, "table_id", NULL);
  const char *physical = hl_member_get_string (r->data, "physical", NULL);
  HlTable *table = hl_state_lookup_table (r->before, id);
  gboolean was_blocked = table != NULL && hl_table_get_blocked (table);
  gboolean was_dirty = table != NULL && hl_table_get_physical (table) == HL_PHYSICAL_DIRTY;
  gboolean blocked = hl_member_get_bool (r->data, "blocked", was_blocked);
  gboolean dirty = physical != NULL ? g_str_equal (physical, "dirty") : was_dirty;
  g_autofree char *entity = NULL;

  if (id == NULL)
    return;
  entity = make_entity ("table", id);
  if (dirty != was_dirty) {
    HlHistoryLine *line = make_line (r, dirty ? HL_HISTORY_TABLE_DIRTY : HL_HISTORY_TABLE_CLEAN, 0);
    GPtrArray *lines = hl_history_peek (r->history, entity);
    HlHistoryLine *last
        = lines != NULL && lines->len > 0 ? g_ptr_array_index (lines, lines->len - 1) : NULL;
    /* that a party left says it already */
    if (dirty && last != NULL && last->what == HL_HISTORY_OFF_TABLE
        && g_strcmp0 (last->unit, line->unit) == 0)
      hl_history_line_unref (line);
    else
      put (r, line, entity);
  }
  if (blocked != was_blocked) {
    HlHistoryLine *line
        = make_line (r, blocked ? HL_HISTORY_TABLE_CLOSED : HL_HISTORY_TABLE_OPENED, 0);
    line->text = blocked ? g_strdup (hl_member_get_string (r->data, "blocked_reason", "")) : NULL;
    put (r, line, entity);
  }
}

static void
read_dispute (Reading *r)
{
  const char *id = hl_member_get_string (r->data, "dispute_id", NULL);
  HlDispute *dispute = hl_state_lookup_dispute (r->before, id);
  JsonObject *given = hl_member_get_object (r->data, "subject");
  gboolean settled = r->event->kind == HL_EVENT_DISPUTE_SETTLED;
  HlSubject *subject = dispute != NULL ? hl_dispute_get_subject (dispute) : NULL;
  int kind = dispute != NULL ? (int)hl_dispute_get_kind (dispute) : HL_DISPUTE_KIND_FIELD;
  const char *type, *subject_id;
  g_autofree char *entity = NULL;
  HlHistoryLine *line;

  if (settled) {
    if (subject == NULL || hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_SETTLED)
      return;
    type = hl_enum_nick (HL_TYPE_SUBJECT_TYPE, hl_subject_get_subject_type (subject));
    subject_id = hl_subject_get_id (subject);
  } else {
    type = given != NULL ? hl_member_get_string (given, "type", NULL) : NULL;
    subject_id = given != NULL ? hl_member_get_string (given, "id", NULL) : NULL;
    hl_enum_parse (HL_TYPE_DISPUTE_KIND, hl_member_get_string (r->data, "kind", NULL), &kind);
  }
  if (type == NULL || subject_id == NULL)
    return;
  entity = make_entity (type, subject_id);
  line = make_line (r, settled ? HL_HISTORY_SETTLED : HL_HISTORY_DISPUTED, kind);
  if (settled) {
    const char *by = hl_member_get_string (r->data, "settled_by", "");
    /* it ended by itself: nobody chose */
    if (g_str_equal (by, "system")) {
      line->role = HL_ROLE_SYSTEM;
      g_free (line->by);
      line->by = g_strdup ("");
    }
  }
  put (r, line, entity);
}

/* ---- what leaves ---- */

static void
forget_all (HlHistory *history, JsonObject *data, const char *member, const char *type)
{
  g_autofree const char **ids = hl_member_get_strings (data, member);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    g_autofree char *entity = make_entity (type, ids[i]);
    hl_history_forget_entity (history, entity);
  }
}

void
hl_history_add (HlHistory *self, HlState *before, const HlEvent *event)
{
  Reading r = { self, before, event, event->data };

  switch (event->kind) {
  case HL_EVENT_PARTY_UPDATED:
    read_party (&r);
    break;
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    read_reservation (&r);
    break;
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    read_call (&r);
    break;
  case HL_EVENT_TABLE_UPDATED:
    read_table (&r);
    break;
  case HL_EVENT_DISPUTE_OPENED:
  case HL_EVENT_DISPUTE_SETTLED:
    read_dispute (&r);
    break;
  case HL_EVENT_DAY_CLOSED: {
    gint64 at = hl_member_get_time (event->data, "before");
    if (at != HL_TIME_NONE)
      hl_history_forget_before (self, at);
    break;
  }
  case HL_EVENT_PERSON_ERASED:
    forget_all (self, event->data, "party_ids", "party");
    forget_all (self, event->data, "reservation_ids", "reservation");
    forget_all (self, event->data, "call_ids", "call");
    forget_all (self, event->data, "table_ids", "table");
    break;
  default:
    break;
  }
}
