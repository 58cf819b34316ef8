/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set of entities that a run of events concerns, so that a screen copies back only those. */
#include "domain/hl-touched.h"

#include "domain/hl-call.h"
#include "domain/hl-member.h"
#include "domain/hl-dispute.h"
#include "domain/hl-location.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-reservation.h"
#include "domain/hl-section.h"
#include "domain/hl-segment.h"
#include "domain/hl-table.h"

typedef struct {
  GType type;
  char *id;
} Pair;

struct _HlTouched {
  GHashTable *pairs;
  gboolean all;
};

static guint
hash_pair (gconstpointer data)
{
  const Pair *pair = data;

  return g_str_hash (pair->id) ^ (guint) pair->type;
}

static gboolean
equal_pair (gconstpointer one, gconstpointer two)
{
  const Pair *a = one, *b = two;

  return a->type == b->type && g_str_equal (a->id, b->id);
}

static void
free_pair (gpointer data)
{
  Pair *pair = data;

  g_free (pair->id);
  g_free (pair);
}

HlTouched *
hl_touched_new (void)
{
  HlTouched *self = g_new0 (HlTouched, 1);

  self->pairs = g_hash_table_new_full (hash_pair, equal_pair, free_pair, NULL);
  return self;
}

void
hl_touched_free (HlTouched *self)
{
  g_hash_table_unref (self->pairs);
  g_free (self);
}

void
hl_touched_add (HlTouched *self, GType entity_type, const char *id)
{
  Pair *pair;

  if (id == NULL || hl_touched_contains (self, entity_type, id))
    return;
  pair = g_new0 (Pair, 1);
  pair->type = entity_type;
  pair->id = g_strdup (id);
  g_hash_table_add (self->pairs, pair);
}

static void
add_member (HlTouched *self, GType entity_type, JsonObject *data, const char *name)
{
  hl_touched_add (self, entity_type, hl_member_get_string (data, name, NULL));
}

static void
add_party (HlTouched *self, JsonObject *data)
{
  g_autofree const char **tables = hl_member_get_strings (data, "table_ids");

  add_member (self, HL_TYPE_PARTY, data, "party_id");
  /* unknown tables get a placeholder (K21) */
  for (guint i = 0; tables != NULL && tables[i] != NULL; i++)
    hl_touched_add (self, HL_TYPE_TABLE, tables[i]);
}

/* The call itself, the one that it is an alias of, and those that went into it. */
static void
add_call (HlTouched *self, JsonObject *data, HlState *state)
{
  const char *call_id = hl_member_get_string (data, "call_id", NULL);
  g_autofree const char **aliases = hl_member_get_strings (data, "aliases");
  HlCall *call = state != NULL && call_id != NULL ? hl_state_lookup_call (state, call_id) : NULL;

  hl_touched_add (self, HL_TYPE_CALL, call_id);
  if (call != NULL)
    hl_touched_add (self, HL_TYPE_CALL, hl_call_get_call_id (call));
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    hl_touched_add (self, HL_TYPE_CALL, aliases[i]);
}

static void
add_segment (HlTouched *self, JsonObject *data, HlState *state)
{
  const char *call_id = hl_member_get_string (data, "call_id", NULL);
  g_autofree char *id = NULL;

  if (call_id == NULL)
    return;
  id = g_strdup_printf ("%s/%d", call_id, (int) hl_member_get_int (data, "turn", 0));
  add_call (self, data, state);
  hl_touched_add (self, HL_TYPE_SEGMENT, id);
}

void
hl_touched_add_event (HlTouched *self, const HlEvent *event, HlState *state)
{
  JsonObject *data = event->data;

  switch (event->kind) {
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    add_call (self, data, state);
    break;
  case HL_EVENT_TRANSCRIPT_SEGMENT:
    add_segment (self, data, state);
    break;
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    add_member (self, HL_TYPE_RESERVATION, data, "reservation_id");
    break;
  case HL_EVENT_PARTY_UPDATED:
    add_party (self, data);
    break;
  case HL_EVENT_TABLE_UPDATED:
    add_member (self, HL_TYPE_TABLE, data, "table_id");
    break;
  case HL_EVENT_SECTION_UPDATED:
    add_member (self, HL_TYPE_SECTION, data, "section_id");
    break;
  case HL_EVENT_ORDER_CREATED:
  case HL_EVENT_ORDER_UPDATED:
    add_member (self, HL_TYPE_ORDER, data, "order_id");
    break;
  case HL_EVENT_KITCHEN_NOTICE:
  case HL_EVENT_NOTICE_ACKNOWLEDGED:
    add_member (self, HL_TYPE_NOTICE, data, "notice_id");
    break;
  case HL_EVENT_DISPUTE_OPENED:
  case HL_EVENT_DISPUTE_SETTLED:
    add_member (self, HL_TYPE_DISPUTE, data, "dispute_id");
    break;
  case HL_EVENT_FLOOR_REPLACED:
  case HL_EVENT_LOCATION_UPDATED:
  case HL_EVENT_DAY_CLOSED:
  case HL_EVENT_PERSON_ERASED:
    hl_touched_add_all (self);
    break;
  case HL_EVENT_UNKNOWN:
  default:
    break;
  }
}

void
hl_touched_add_all (HlTouched *self)
{
  self->all = TRUE;
}

gboolean
hl_touched_is_all (const HlTouched *self)
{
  return self->all;
}

gboolean
hl_touched_is_empty (const HlTouched *self)
{
  return !self->all && g_hash_table_size (self->pairs) == 0;
}

gboolean
hl_touched_contains (const HlTouched *self, GType entity_type, const char *id)
{
  const Pair pair = { entity_type, (char *) id };

  return g_hash_table_contains (self->pairs, &pair);
}

guint
hl_touched_get_size (const HlTouched *self)
{
  return g_hash_table_size (self->pairs);
}

void
hl_touched_clear (HlTouched *self)
{
  g_hash_table_remove_all (self->pairs);
  self->all = FALSE;
}

void
hl_touched_foreach (const HlTouched *self, HlTouchedFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const Pair *pair = key;

    func (pair->type, pair->id, user_data);
  }
}
