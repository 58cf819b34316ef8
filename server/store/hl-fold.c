/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding a location's log from the store. */
#include "store/hl-fold.h"

#include "domain/hl-event.h"
#include "domain/hl-evolve.h"
#include "wire/hl-json.h"

#define PAGE_EVENTS 512
#define PAGE_BYTES (1024 * 1024)
/* Our own texts: they passed the strict reader's narrower limits when they came in. */
#define SNAPSHOT_MAX_BYTES (256 * 1024 * 1024)
#define SNAPSHOT_MAX_MEMBERS 1000000

HlState *
hl_fold_seed (const char *id, const char *name, const char *timezone)
{
  HlState *state = hl_state_new ();
  HlEntity *location = HL_ENTITY (hl_state_get_location (state));
  g_autoptr (JsonObject) members = json_object_new ();
  HlChange change = { .seq = 0, .at = 0 };

  hl_record_set_string (HL_RECORD (location), HL_LOCATION_FIELD_ID, id);
  json_object_set_string_member (members, "name", name);
  json_object_set_string_member (members, "timezone", timezone);
  hl_state_apply (state, location, members, &change, HL_APPLY_SILENT);
  return state;
}

static gboolean
damaged (const char *location, guint64 seq, GError *cause, GError **error)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
               "Location “%s”, seq %" G_GUINT64_FORMAT ": not an event: %s", location, seq,
               cause->message);
  g_error_free (cause);
  return FALSE;
}

static gboolean
evolve_row (HlState *state, const char *location, const HlStoreRow *row, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = HL_STORE_MAX_BODY + 1024, .max_members = 2048 };
  GError *cause = NULL;
  g_autoptr (JsonObject) object = hl_json_parse_object (row->body, row->length, &limits, &cause);
  g_autoptr (HlEvent) event = NULL;

  if (object == NULL)
    return damaged (location, row->seq, cause, error);
  event = hl_event_new_from_json (object, &cause);
  if (event == NULL)
    return damaged (location, row->seq, cause, error);
  hl_evolve (state, event);
  return TRUE;
}

static gboolean
load_snapshot (HlState *state, GBytes *blob)
{
  static const HlJsonLimits limits = { .max_bytes = SNAPSHOT_MAX_BYTES,
                                       .max_members = SNAPSHOT_MAX_MEMBERS };
  gsize length;
  const char *text = g_bytes_get_data (blob, &length);
  g_autoptr (JsonObject) entities = hl_json_parse_object (text, length, &limits, NULL);

  return entities != NULL && hl_state_load (state, entities, NULL);
}

HlState *
hl_fold (HlStore *store, const char *location, HlPosition **position, GError **error)
{
  g_autoptr (HlStoreLocation) place = hl_store_get_location (store, location, error);
  g_autoptr (HlState) state = NULL;
  g_autoptr (HlPosition) stands = NULL;
  g_autoptr (GBytes) blob = NULL;
  guint64 seq, h;

  if (place == NULL || !hl_store_get_snapshot (store, location, &stands, &blob, error))
    return NULL;
  state = hl_fold_seed (location, place->name, place->timezone);
  if (blob != NULL && !load_snapshot (state, blob)) {
    /* A snapshot of another version: the log is the truth. */
    g_clear_object (&state);
    state = hl_fold_seed (location, place->name, place->timezone);
    g_clear_pointer (&stands, hl_position_free);
  }
  if (place->floor > 1 && (stands == NULL || stands->seq + 1 < place->floor)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
                 "Location “%s”: the log begins at seq %" G_GUINT64_FORMAT
                 ", and the snapshot that it builds upon is missing.",
                 location, place->floor);
    return NULL;
  }
  seq = stands != NULL ? stands->seq : 0;
  h = stands != NULL ? stands->h : 0;
  hl_state_begin_batch (state);
  for (;;) {
    g_autoptr (GPtrArray) rows =
      hl_store_read_units (store, location, seq, PAGE_EVENTS, PAGE_BYTES, error);

    if (rows == NULL)
      return NULL;
    if (rows->len == 0)
      break;
    for (guint i = 0; i < rows->len; i++) {
      const HlStoreRow *row = rows->pdata[i];

      if (!evolve_row (state, location, row, error))
        return NULL;
      seq = row->seq;
      h = row->h;
    }
  }
  hl_state_end_batch (state);
  if (position != NULL)
    *position = hl_position_new (place->head->epoch, seq, h);
  return g_steal_pointer (&state);
}
