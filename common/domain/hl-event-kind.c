/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of event kinds: whose fields, what is required, what comes beside, who may post. */
#include "domain/hl-event-kind.h"

#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-floor-file.h"
#include "domain/hl-member.h"
#include "domain/hl-state.h"

#define MAX_REQUIRED 4
#define PUBLISHER (1 << HL_ROLE_PUBLISHER | 1 << HL_ROLE_POS)
#define AGENT (1 << HL_ROLE_AGENT)
#define NOBODY 0

typedef void (*AddExtra) (HlShape *shape);

static void add_notes_and_tags (HlShape *shape);
static void add_segment (HlShape *shape);
static void add_cancel (HlShape *shape);
static void add_floor (HlShape *shape);
static void add_order (HlShape *shape);
static void add_notice (HlShape *shape);
static void add_acknowledged (HlShape *shape);
static void add_settled (HlShape *shape);
static void add_day (HlShape *shape);
static void add_erased (HlShape *shape);

typedef struct {
  HlEventKind kind;
  GType (*get_type) (void); /* "X fields"; NULL: the extras are all there is */
  const char *required[MAX_REQUIRED + 1];
  AddExtra    add_extra;
  guint       may_post; /* roles; the server itself logs any */
} Row;

static const Row rows[] = {
  { HL_EVENT_CALL_STARTED, hl_call_get_type, { "call_id" }, NULL, PUBLISHER | AGENT },
  { HL_EVENT_CALL_UPDATED, hl_call_get_type, { "call_id" }, NULL, PUBLISHER | AGENT },
  { HL_EVENT_CALL_COMPLETED, hl_call_get_type, { "call_id" }, NULL, PUBLISHER | AGENT },
  { HL_EVENT_TRANSCRIPT_SEGMENT,
    hl_segment_get_type,
    { "call_id", "turn", "speaker", "text" },
    add_segment,
    PUBLISHER | AGENT },
  { HL_EVENT_RESERVATION_CREATED,
    hl_reservation_get_type,
    { "reservation_id", "starts_at" },
    add_notes_and_tags,
    PUBLISHER },
  { HL_EVENT_RESERVATION_UPDATED,
    hl_reservation_get_type,
    { "reservation_id" },
    add_notes_and_tags,
    PUBLISHER },
  { HL_EVENT_RESERVATION_CANCELLED, NULL, { "reservation_id" }, add_cancel, PUBLISHER },
  { HL_EVENT_PARTY_UPDATED, hl_party_get_type, { "party_id" }, add_notes_and_tags, PUBLISHER },
  { HL_EVENT_TABLE_UPDATED, hl_table_get_type, { "table_id" }, NULL, NOBODY },
  { HL_EVENT_SECTION_UPDATED, hl_section_get_type, { "section_id" }, NULL, NOBODY },
  { HL_EVENT_FLOOR_REPLACED, NULL, { "areas", "tables" }, add_floor, NOBODY },
  { HL_EVENT_LOCATION_UPDATED, hl_location_get_type, { "id" }, NULL, NOBODY },
  { HL_EVENT_ORDER_CREATED, hl_order_get_type, { "order_id", "items" }, add_order, PUBLISHER },
  { HL_EVENT_ORDER_UPDATED, hl_order_get_type, { "order_id" }, NULL, PUBLISHER },
  { HL_EVENT_KITCHEN_NOTICE,
    hl_notice_get_type,
    { "notice_id" },
    add_notice,
    PUBLISHER },
  { HL_EVENT_NOTICE_ACKNOWLEDGED,
    NULL,
    { "notice_id", "acknowledged_by", "acknowledged_at" },
    add_acknowledged,
    NOBODY },
  { HL_EVENT_DISPUTE_OPENED, hl_dispute_get_type, { "dispute_id" }, NULL, NOBODY },
  { HL_EVENT_DISPUTE_SETTLED,
    NULL,
    { "dispute_id", "choice", "settled_by", "settled_at" },
    add_settled,
    NOBODY },
  { HL_EVENT_DAY_CLOSED, NULL, { "business_date", "before" }, add_day, NOBODY },
  { HL_EVENT_PERSON_ERASED, NULL, { NULL }, add_erased, NOBODY },
};

static void
add_notes_and_tags (HlShape *shape)
{
  hl_shape_add (shape, hl_field_strings ("notes-add", HL_FORMAT_TEXT, 1000, 50, 0), 0);
  hl_shape_add (shape, hl_field_strings ("tags-add", HL_FORMAT_TEXT, 32, 16, 0), 0);
  hl_shape_add (shape, hl_field_strings ("tags-remove", HL_FORMAT_TEXT, 32, 16, 0), 0);
}

static HlSegmentState
state_of (JsonObject *data)
{
  int state = HL_SEGMENT_STATE_FINAL;
  hl_enum_parse (HL_TYPE_SEGMENT_STATE, hl_member_get_string (data, "state", NULL), &state);
  return state;
}

/* `final` and `state` say the same thing in two words; a correction names what it corrects. */
static gboolean
check_segment (JsonObject *data, const char *base, GError **error)
{
  HlSegmentState state = state_of (data);
  gboolean has_state = hl_member_is_given (data, "state");

  if (has_state && hl_member_is_given (data, "final")
      && hl_member_get_bool (data, "final", TRUE) != (state != HL_SEGMENT_STATE_PARTIAL)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_CONFLICT, base, "final", "contradicts state");
    return FALSE;
  }
  if ((state == HL_SEGMENT_STATE_CORRECTED || state == HL_SEGMENT_STATE_REDACTED)
      && !hl_member_is_given (data, "rev")) {
    hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, base, "rev",
                        "is required for a correction or redaction");
    return FALSE;
  }
  gint64 start = hl_member_get_int (data, "start_ms", -1);
  gint64 end = hl_member_get_int (data, "end_ms", -1);
  if (start >= 0 && end >= 0 && end < start) {
    hl_codec_error_set (error, HL_CODEC_ERROR_CONFLICT, base, "end_ms", "is before start_ms");
    return FALSE;
  }
  return TRUE;
}

static void
add_segment (HlShape *shape)
{
  hl_shape_add (shape, hl_field_bool ("final", TRUE, 0), 0);
  hl_shape_set_check (shape, check_segment);
}

static void
add_cancel (HlShape *shape)
{
  hl_shape_add (shape, hl_field_id ("reservation-id", 0), 0);
  hl_shape_add (shape, hl_field_string ("cancel-reason", 200, 0), 0);
  hl_shape_add (shape,
                hl_field_int64 ("version", 0, G_GINT64_CONSTANT (9007199254740992), 0,
                                HL_FIELD_NULLABLE),
                0);
}

static void
add_floor (HlShape *shape)
{
  hl_shape_add_shape (shape, hl_floor_file_get_shape ());
  hl_shape_set_check (shape, hl_shape_get_check (hl_floor_file_get_shape ()));
}

/* An order has at least one line. */
static void
add_order (HlShape *shape)
{
  hl_shape_add (shape, hl_field_records ("items", HL_TYPE_ORDER_ITEM, 1, 100, 0), 0);
}

/* A notice says what it is, unless it only ends an earlier one. */
static gboolean
check_notice (JsonObject *data, const char *base, GError **error)
{
  static const char *const needed[] = { "kind", "text" };

  if (hl_member_get_string (data, "cleared_at", NULL) != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    if (!hl_member_is_given (data, needed[i])) {
      hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, base, needed[i],
                          "is required unless cleared_at is given");
      return FALSE;
    }
  }
  return TRUE;
}

static void
add_notice (HlShape *shape)
{
  hl_shape_set_check (shape, check_notice);
}

static void
add_acknowledged (HlShape *shape)
{
  hl_shape_add (shape, hl_field_id ("notice-id", 0), 0);
  hl_shape_add (shape, hl_field_string ("acknowledged-by", 64, 0), 0);
  hl_shape_add (shape, hl_field_time ("acknowledged-at", 0), 0);
}

static void
add_settled (HlShape *shape)
{
  hl_shape_add (shape, hl_field_id ("dispute-id", 0), 0);
  hl_shape_add (shape, hl_field_int ("choice", 0, HL_DISPUTE_MAX_CLAIMS - 1, 0, 0), 0);
  hl_shape_add (shape, hl_field_string ("settled-by", 64, 0), 0);
  hl_shape_add (shape, hl_field_time ("settled-at", 0), 0);
}

static void
add_day (HlShape *shape)
{
  hl_shape_add (shape, hl_field_formatted ("business-date", HL_FORMAT_DATE, 10, NULL, 0), 0);
  hl_shape_add (shape, hl_field_time ("before", 0), 0);
}

static void
add_erased (HlShape *shape)
{
  hl_shape_add (shape, hl_field_ids ("reservation-ids", HL_FIELD_MAX_ITEMS, 0), 0);
  hl_shape_add (shape, hl_field_ids ("party-ids", HL_FIELD_MAX_ITEMS, 0), 0);
  hl_shape_add (shape, hl_field_ids ("call-ids", HL_FIELD_MAX_ITEMS, 0), 0);
  hl_shape_add (shape, hl_field_ids ("order-ids", HL_FIELD_MAX_ITEMS, 0), 0);
  hl_shape_add (shape, hl_field_ids ("notice-ids", HL_FIELD_MAX_ITEMS, 0), 0);
  hl_shape_add (shape, hl_field_ids ("table-ids", HL_FIELD_MAX_ITEMS, 0), 0);
}

static const Row *
find_row (HlEventKind kind)
{
  /* the rows stand in the order of the enum, which begins with unknown */
  if (kind <= HL_EVENT_UNKNOWN || (gsize) kind > G_N_ELEMENTS (rows))
    return NULL;
  g_assert (rows[kind - 1].kind == kind);
  return &rows[kind - 1];
}

static HlShape *
build_shape (const Row *row)
{
  g_autofree char *name
      = g_strconcat ("event:", hl_enum_nick (HL_TYPE_EVENT_KIND, row->kind), NULL);
  HlShape *shape = hl_shape_new (name);

  if (row->get_type != NULL)
    hl_shape_add_shape (shape, hl_record_type_get_shape (row->get_type ()));
  if (row->add_extra != NULL)
    row->add_extra (shape);
  hl_shape_require_only (shape, row->required);
  return shape;
}

const HlShape *
hl_event_kind_get_shape (HlEventKind kind)
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

GType
hl_event_kind_get_type_of_entity (HlEventKind kind)
{
  const Row *row = find_row (kind);
  return row != NULL && row->get_type != NULL ? row->get_type () : G_TYPE_INVALID;
}

gboolean
hl_event_kind_check (HlEventKind kind, JsonObject *data, const char *base, GPtrArray *ignored,
                     GError **error)
{
  const HlShape *shape = hl_event_kind_get_shape (kind);

  g_return_val_if_fail (shape != NULL, FALSE);
  return hl_codec_check (shape, data, base, ignored, error);
}

gboolean
hl_event_kind_may_post (HlEventKind kind, HlRole role)
{
  const Row *row = find_row (kind);
  return row != NULL && (row->may_post & (1u << role)) != 0;
}

gboolean
hl_event_kind_may_post_data (HlEventKind kind, HlRole role, JsonObject *data, const char *base,
                             GError **error)
{
  if (!hl_event_kind_may_post (kind, role)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_NOT_ALLOWED, base, NULL,
                        "a token of role %s may not post %s", hl_enum_nick (HL_TYPE_ROLE, role),
                        hl_enum_nick (HL_TYPE_EVENT_KIND, kind));
    return FALSE;
  }
  if (kind != HL_EVENT_PARTY_UPDATED)
    return TRUE;

  /* a till knows how far the table is and when it left, not who sits where */
  const HlShape *shape = hl_event_kind_get_shape (kind);
  JsonObjectIter iter;
  const char *name;
  json_object_iter_init_ordered (&iter, data);
  while (json_object_iter_next_ordered (&iter, &name, NULL)) {
    gboolean allowed =
      strcmp (name, "party_id") == 0 || strcmp (name, "stage") == 0
      || strcmp (name, "gone_at") == 0
      || (strcmp (name, "status") == 0
          && g_strcmp0 (hl_member_get_string (data, "status", NULL), "gone") == 0);
    if (!allowed && hl_shape_lookup (shape, name) != NULL) {
      hl_codec_error_set (error, HL_CODEC_ERROR_NOT_ALLOWED, base, name,
                          "a publisher may only set stage, and status gone");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
hl_event_kind_is_partial (HlEventKind kind, JsonObject *data)
{
  if (kind != HL_EVENT_TRANSCRIPT_SEGMENT)
    return FALSE;
  return !hl_member_get_bool (data, "final", TRUE)
         || state_of (data) == HL_SEGMENT_STATE_PARTIAL;
}

JsonObject *
hl_event_kind_normalise (HlEventKind kind, JsonObject *data)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (kind != HL_EVENT_TRANSCRIPT_SEGMENT || !json_object_has_member (data, "final"))
    return json_object_ref (data);
  JsonObject *normal = json_object_new ();
  json_object_iter_init_ordered (&iter, data);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (strcmp (name, "final") != 0)
      json_object_set_member (normal, name, json_node_copy (node));
    else if (!json_object_has_member (data, "state"))
      json_object_set_string_member (normal, "state",
                                     hl_member_get_bool (data, "final", TRUE) ? "final"
                                                                              : "partial");
  }
  return normal;
}
