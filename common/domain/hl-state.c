/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists, ids and indices of a state, kept right on every change of an entity. */
#include <string.h>

#include "domain/hl-entity-private.h"
#include "domain/hl-state-private.h"
#include "domain/hl-time.h"

G_DEFINE_FINAL_TYPE (HlState, hl_state, G_TYPE_OBJECT)

#define TOMBSTONE_KEY 160
#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define HOUR_KEY 24

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  return hl_segment_get_turn ((HlSegment *) a) - hl_segment_get_turn ((HlSegment *) b);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (hl_entity_get_id ((HlEntity *) a), hl_entity_get_id ((HlEntity *) b));
}

/* Who sat down first; the same on every follower, whatever order a snapshot came in. */
static int
compare_seated (gconstpointer a, gconstpointer b)
{
  gint64 one = hl_party_get_seated_at ((HlParty *) a);
  gint64 two = hl_party_get_seated_at ((HlParty *) b);
  if (one != two)
    return one < two ? -1 : 1;
  return compare_ids (a, b);
}

int
hl_state_type_index (GType type)
{
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  for (gsize i = 0; i < n; i++) {
    if (types[i] == type)
      return (int) i;
  }
  return -1;
}

static void index_entity (HlState *self, HlEntity *entity, guint field);

static void
on_entity_changed (HlEntity *entity, guint field, gpointer owner)
{
  HlState *self = owner;

  if (field == 0) {
    self->digest -= hl_entity_get_hash (entity);
    g_ptr_array_add (self->dirty, g_object_ref (entity));
    return;
  }
  index_entity (self, entity, field);
}

static void
index_party (HlState *self, HlParty *party, guint field)
{
  if (field == 0 || field == HL_PARTY_FIELD_STATUS || field == HL_PARTY_FIELD_TABLE_IDS
      || field == HL_PARTY_FIELD_SEATED_AT) {
    HlPartyStatus status = hl_party_get_status (party);
    gboolean sits =
      status == HL_PARTY_STATUS_SEATED || status == HL_PARTY_STATUS_PARTIALLY_SEATED;
    hl_index_set (self->table_parties, HL_ENTITY (party),
                  sits ? hl_party_get_table_ids (party) : NULL);
  }
  if (field == 0 || field == HL_PARTY_FIELD_RESERVATION_ID) {
    const char *keys[] = { hl_party_get_reservation_id (party), NULL };
    hl_index_set (self->reservation_parties, HL_ENTITY (party), keys);
  }
}

static char *
source_key (const char *source, const char *source_ref)
{
  return g_strconcat (source, "\n", source_ref, NULL);
}

static void
format_hour (char *key, gint64 time)
{
  g_snprintf (key, HOUR_KEY, "%" G_GINT64_FORMAT, time / HOUR_MS);
}

static void
index_reservation (HlState *self, HlReservation *reservation, guint field)
{
  if (field == 0 || field == HL_RESERVATION_FIELD_CALL_ID) {
    const char *keys[] = { hl_reservation_get_call_id (reservation), NULL };
    hl_index_set (self->call_reservations, HL_ENTITY (reservation), keys);
  }
  if (field == 0 || field == HL_RESERVATION_FIELD_STARTS_AT) {
    gint64 starts_at = hl_reservation_get_starts_at (reservation);
    char key[HOUR_KEY];
    const char *keys[] = { key, NULL };

    format_hour (key, starts_at);
    hl_index_set (self->starts, HL_ENTITY (reservation), starts_at != HL_TIME_NONE ? keys : NULL);
  }
  if (field == 0 || field == HL_RESERVATION_FIELD_SOURCE
      || field == HL_RESERVATION_FIELD_SOURCE_REF) {
    const char *ref = hl_reservation_get_source_ref (reservation);
    g_autofree char *key =
      *ref != '\0' ? source_key (hl_reservation_get_source (reservation), ref) : NULL;
    const char *keys[] = { key, NULL };
    hl_index_set (self->source_refs, HL_ENTITY (reservation), keys);
  }
}

/* @field: what changed, or 0: all of it */
static void
index_entity (HlState *self, HlEntity *entity, guint field)
{
  GType type = G_OBJECT_TYPE (entity);

  if (type == HL_TYPE_PARTY)
    index_party (self, (HlParty *) entity, field);
  else if (type == HL_TYPE_RESERVATION)
    index_reservation (self, (HlReservation *) entity, field);
  else if (type == HL_TYPE_CALL && (field == 0 || field == HL_CALL_FIELD_ALIASES))
    hl_index_set (self->call_aliases, entity, hl_call_get_aliases ((HlCall *) entity));
}

static void
unindex_entity (HlState *self, HlEntity *entity)
{
  GType type = G_OBJECT_TYPE (entity);

  if (type == HL_TYPE_PARTY) {
    hl_index_set (self->table_parties, entity, NULL);
    hl_index_set (self->reservation_parties, entity, NULL);
  } else if (type == HL_TYPE_RESERVATION) {
    hl_index_set (self->call_reservations, entity, NULL);
    hl_index_set (self->source_refs, entity, NULL);
    hl_index_set (self->starts, entity, NULL);
  } else if (type == HL_TYPE_CALL) {
    hl_index_set (self->call_aliases, entity, NULL);
  }
}

void
hl_state_touch_list (HlState *self, HlEntityList *list)
{
  if (self->batch == 0 || hl_entity_list_is_frozen (list))
    return;
  hl_entity_list_freeze (list);
  g_ptr_array_add (self->frozen, g_object_ref (list));
}

HlEntityList *
hl_state_ensure_transcript (HlState *self, const char *call_id)
{
  HlEntityList *list = g_hash_table_lookup (self->transcripts, call_id);

  if (list == NULL) {
    list = hl_entity_list_new (HL_TYPE_SEGMENT, compare_turns);
    g_hash_table_insert (self->transcripts, g_strdup (call_id), list);
  }
  return list;
}

void
hl_state_file (HlState *self, HlEntity *entity)
{
  int index = hl_state_type_index (G_OBJECT_TYPE (entity));

  g_assert (index >= 0);
  if (self->by_id[index] != NULL)
    g_hash_table_insert (self->by_id[index], (gpointer) hl_entity_get_id (entity), entity);
  if (hl_entity_is_hashed (entity))
    self->digest += hl_entity_get_hash (entity);
  else
    g_ptr_array_add (self->dirty, g_object_ref (entity));
  hl_entity_set_owner (entity, on_entity_changed, self);
  index_entity (self, entity, 0);
}

void
hl_state_unfile (HlState *self, HlEntity *entity)
{
  int index = hl_state_type_index (G_OBJECT_TYPE (entity));

  if (self->by_id[index] != NULL)
    g_hash_table_remove (self->by_id[index], hl_entity_get_id (entity));
  unindex_entity (self, entity);
  /* one that is not hashed is in dirty, where its having no owner tells that it left */
  if (hl_entity_is_hashed (entity))
    self->digest -= hl_entity_get_hash (entity);
  hl_entity_set_owner (entity, NULL, NULL);
}

void
hl_state_attach (HlState *self, HlEntity *entity)
{
  int index = hl_state_type_index (G_OBJECT_TYPE (entity));

  hl_state_file (self, entity);
  hl_state_touch_list (self, self->lists[index]);
  hl_entity_list_add (self->lists[index], entity);
  if (HL_IS_SEGMENT (entity)) {
    HlEntityList *transcript =
      hl_state_ensure_transcript (self, hl_segment_get_call_id (HL_SEGMENT (entity)));
    hl_state_touch_list (self, transcript);
    hl_entity_list_add (transcript, entity);
  }
}

void
hl_state_detach (HlState *self, HlEntity *entity)
{
  int index = hl_state_type_index (G_OBJECT_TYPE (entity));
  g_autoptr (HlEntity) kept = g_object_ref (entity);

  hl_state_unfile (self, kept);
  if (HL_IS_SEGMENT (kept)) {
    HlEntityList *transcript =
      hl_state_ensure_transcript (self, hl_segment_get_call_id (HL_SEGMENT (kept)));
    hl_state_touch_list (self, transcript);
    hl_entity_list_remove (transcript, kept);
  }
  hl_state_touch_list (self, self->lists[index]);
  hl_entity_list_remove (self->lists[index], kept);
}

static void
hl_state_init (HlState *self)
{
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  self->dirty = g_ptr_array_new_with_free_func (g_object_unref);
  self->frozen = g_ptr_array_new_with_free_func (g_object_unref);
  self->transcripts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->table_parties = hl_index_new (compare_seated);
  self->reservation_parties = hl_index_new (compare_ids);
  self->call_reservations = hl_index_new (compare_ids);
  self->source_refs = hl_index_new (compare_ids);
  self->starts = hl_index_new (compare_ids);
  self->call_aliases = hl_index_new (compare_ids);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->tombstones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->undo);

  self->location = hl_location_new ();
  hl_state_file (self, HL_ENTITY (self->location));
  for (gsize i = 1; i < n; i++) {
    self->lists[i] = hl_entity_list_new (types[i], NULL);
    self->by_id[i] = g_hash_table_new (g_str_hash, g_str_equal);
  }
}

static void
disown (HlState *self)
{
  hl_entity_set_owner (HL_ENTITY (self->location), NULL, NULL);
  for (int i = 1; i < HL_STATE_N_TYPES; i++) {
    guint n;
    HlEntity **entities = hl_entity_list_peek (self->lists[i], &n);
    for (guint j = 0; j < n; j++)
      hl_entity_set_owner (entities[j], NULL, NULL);
  }
}

static void
hl_state_finalize (GObject *object)
{
  HlState *self = HL_STATE (object);

  disown (self); /* a view may still hold a row */
  hl_state_undo_clear (self);
  g_hash_table_unref (self->transcripts);
  for (int i = 1; i < HL_STATE_N_TYPES; i++) {
    g_hash_table_unref (self->by_id[i]);
    g_object_unref (self->lists[i]);
  }
  g_object_unref (self->location);
  hl_index_free (self->table_parties);
  hl_index_free (self->reservation_parties);
  hl_index_free (self->call_reservations);
  hl_index_free (self->source_refs);
  hl_index_free (self->starts);
  hl_index_free (self->call_aliases);
  g_hash_table_unref (self->counters);
  g_hash_table_unref (self->tombstones);
  g_ptr_array_unref (self->frozen);
  g_ptr_array_unref (self->dirty);
  G_OBJECT_CLASS (hl_state_parent_class)->finalize (object);
}

static void
hl_state_class_init (HlStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_state_finalize;
}

HlState *
hl_state_new (void)
{
  return g_object_new (HL_TYPE_STATE, NULL);
}

HlEntityList *
hl_state_get_list (HlState *self, GType type)
{
  int index = hl_state_type_index (type);
  return index > 0 ? self->lists[index] : NULL;
}

#define LIST(name, TYPE)                                                                           \
  GListModel *hl_state_get_##name (HlState *self)                                                  \
  {                                                                                                \
    return G_LIST_MODEL (hl_state_get_list (self, HL_TYPE_##TYPE));                                \
  }

LIST (calls, CALL)
LIST (segments, SEGMENT)
LIST (reservations, RESERVATION)
LIST (parties, PARTY)
LIST (tables, TABLE)
LIST (sections, SECTION)
LIST (orders, ORDER)
LIST (notices, NOTICE)
LIST (disputes, DISPUTE)

HlLocation *
hl_state_get_location (HlState *self)
{
  return self->location;
}

HlEntity *
hl_state_lookup (HlState *self, GType type, const char *id)
{
  int index = hl_state_type_index (type);

  if (index < 0 || id == NULL)
    return NULL;
  if (index == 0)
    return HL_ENTITY (self->location);
  return g_hash_table_lookup (self->by_id[index], id);
}

#define LOOKUP(name, Name, TYPE)                                                                   \
  Hl##Name *hl_state_lookup_##name (HlState *self, const char *id)                                 \
  {                                                                                                \
    return (Hl##Name *) hl_state_lookup (self, HL_TYPE_##TYPE, id);                                \
  }

LOOKUP (reservation, Reservation, RESERVATION)
LOOKUP (party, Party, PARTY)
LOOKUP (table, Table, TABLE)
LOOKUP (section, Section, SECTION)
LOOKUP (order, Order, ORDER)
LOOKUP (notice, Notice, NOTICE)
LOOKUP (dispute, Dispute, DISPUTE)

HlCall *
hl_state_lookup_call (HlState *self, const char *id)
{
  HlEntity *call = hl_state_lookup (self, HL_TYPE_CALL, id);

  if (call == NULL) {
    GPtrArray *calls = hl_index_lookup (self->call_aliases, id);
    call = calls->len > 0 ? calls->pdata[0] : NULL;
  }
  return (HlCall *) call;
}

HlSegment *
hl_state_lookup_segment (HlState *self, const char *call_id, int turn)
{
  char id[96];

  if (call_id == NULL)
    return NULL;
  g_snprintf (id, sizeof id, "%.70s/%d", call_id, turn);
  return (HlSegment *) hl_state_lookup (self, HL_TYPE_SEGMENT, id);
}

GListModel *
hl_state_get_transcript (HlState *self, const char *call_id)
{
  return G_LIST_MODEL (hl_state_ensure_transcript (self, call_id));
}

HlEntityList *
hl_state_peek_transcript (HlState *self, const char *call_id)
{
  HlEntityList *list = call_id != NULL ? g_hash_table_lookup (self->transcripts, call_id) : NULL;
  return list != NULL && hl_entity_list_get_size (list) > 0 ? list : NULL;
}

const char *
hl_state_find_told (HlState *self, const char *call_id)
{
  HlCall *call = hl_state_lookup_call (self, call_id);
  const char *const *aliases = call != NULL ? hl_call_get_aliases (call) : NULL;
  const char *own = call != NULL ? hl_call_get_call_id (call) : call_id;

  if (hl_state_peek_transcript (self, own) != NULL)
    return own;
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++) {
    if (hl_state_peek_transcript (self, aliases[i]) != NULL)
      return aliases[i];
  }
  return own;
}

GPtrArray *
hl_state_get_table_parties (HlState *self, const char *table_id)
{
  return hl_index_lookup (self->table_parties, table_id);
}

GPtrArray *
hl_state_get_reservation_parties (HlState *self, const char *reservation_id)
{
  return hl_index_lookup (self->reservation_parties, reservation_id);
}

static int
compare_reservations (gconstpointer a, gconstpointer b)
{
  return compare_ids (*(HlEntity *const *) a, *(HlEntity *const *) b);
}

/* A reservation names one call, so that none comes twice as long as each name is looked up once. */
GPtrArray *
hl_state_get_call_reservations (HlState *self, const char *call_id)
{
  HlCall *call = hl_state_lookup_call (self, call_id);
  const char *own = call != NULL ? hl_call_get_call_id (call) : call_id;
  const char *const *aliases = call != NULL ? hl_call_get_aliases (call) : NULL;
  GPtrArray *all = g_ptr_array_new ();

  g_ptr_array_extend (all, hl_index_lookup (self->call_reservations, own), NULL, NULL);
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++) {
    if (!g_str_equal (aliases[i], own))
      g_ptr_array_extend (all, hl_index_lookup (self->call_reservations, aliases[i]), NULL, NULL);
  }
  g_ptr_array_sort (all, compare_reservations);
  return all;
}

GPtrArray *
hl_state_get_starting (HlState *self, gint64 from, gint64 to)
{
  GPtrArray *all = g_ptr_array_new ();

  for (gint64 hour = from; hour < to + HOUR_MS; hour += HOUR_MS) {
    char key[HOUR_KEY];
    GPtrArray *some;

    format_hour (key, hour);
    some = hl_index_lookup (self->starts, key);
    for (guint i = 0; i < some->len; i++) {
      gint64 starts_at = hl_reservation_get_starts_at (some->pdata[i]);

      if (starts_at >= from && starts_at < to)
        g_ptr_array_add (all, some->pdata[i]);
    }
  }
  return all;
}

HlReservation *
hl_state_lookup_source_ref (HlState *self, const char *source, const char *source_ref)
{
  if (source == NULL || source_ref == NULL || *source_ref == '\0')
    return NULL;
  g_autofree char *key = source_key (source, source_ref);
  GPtrArray *found = hl_index_lookup (self->source_refs, key);
  return found->len > 0 ? found->pdata[0] : NULL;
}

guint64
hl_state_get_counter (HlState *self, const char *device)
{
  guint64 *n = device != NULL ? g_hash_table_lookup (self->counters, device) : NULL;
  return n != NULL ? *n : 0;
}

void
hl_state_raise_counter (HlState *self, const char *device, guint64 n)
{
  if (device == NULL || n <= hl_state_get_counter (self, device))
    return;
  g_hash_table_insert (self->counters, g_strdup (device), g_memdup2 (&n, sizeof n));
}

guint64
hl_state_get_day_seq (HlState *self)
{
  return self->day_seq;
}

void
hl_state_set_day_seq (HlState *self, guint64 seq)
{
  self->day_seq = seq;
}

void
hl_state_own_tombstones (HlState *self)
{
  GHashTableIter iter;
  gpointer key, value;

  if (!self->tombstones_shared)
    return;
  GHashTable *own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, self->tombstones);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (own, g_strdup (key), g_memdup2 (value, sizeof (gint64)));
  g_hash_table_unref (self->tombstones);
  self->tombstones = own;
  self->tombstones_shared = FALSE;
}

void
hl_state_bury (HlState *self, GType type, const char *id, gint64 at)
{
  hl_state_own_tombstones (self);
  g_hash_table_insert (self->tombstones, g_strconcat (hl_entity_type_kind (type), "/", id, NULL),
                       g_memdup2 (&at, sizeof at));
}

gboolean
hl_state_is_buried (HlState *self, GType type, const char *id)
{
  char key[TOMBSTONE_KEY];

  if (g_hash_table_size (self->tombstones) == 0)
    return FALSE;
  g_snprintf (key, sizeof key, "%s/%s", hl_entity_type_kind (type), id);
  return g_hash_table_contains (self->tombstones, key);
}

static gboolean
is_older (gpointer key, gpointer value, gpointer before)
{
  return *(gint64 *) value < *(gint64 *) before;
}

void
hl_state_purge_tombstones (HlState *self, gint64 before)
{
  hl_state_own_tombstones (self);
  g_hash_table_foreach_remove (self->tombstones, is_older, &before);
}

void
hl_state_begin_batch (HlState *self)
{
  self->batch++;
}

void
hl_state_end_batch (HlState *self)
{
  g_return_if_fail (self->batch > 0);
  self->batch--;
  if (self->batch > 0)
    return;
  /* a handler may begin a batch of its own */
  g_autoptr (GPtrArray) lists = self->frozen;
  self->frozen = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < lists->len; i++)
    hl_entity_list_thaw (lists->pdata[i]);
}
