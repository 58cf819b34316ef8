/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dispute's card needs to know beyond hl-dispute-choice.h. */
#include "desk/hl-desk-dispute.h"

#include "domain/hl-capacity.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

#define STEP_MS (15 * G_GINT64_CONSTANT (60000))
#define MAX_STEPS 12
#define MAX_A_SIDE (HL_DESK_MAX_OTHER_TIMES / 2)

static gboolean
names_table (HlDispute *dispute, const char *table_id)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);

  for (guint i = 0; i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));
    g_autofree const char **ids = NULL;

    if (value == NULL || !JSON_NODE_HOLDS_OBJECT (value))
      continue;
    ids = hl_member_get_strings (json_node_get_object (value), "table_ids");
    if (ids != NULL && g_strv_contains (ids, table_id))
      return TRUE;
  }
  return FALSE;
}

static gboolean
sits_at (HlDesk *self, const char *party_id, const char *table_id)
{
  HlParty *party = hl_state_lookup_party (hl_desk_get_screen (self), party_id);

  return party != NULL && g_strv_contains (hl_party_get_table_ids (party), table_id);
}

HlDispute *
hl_desk_find_dispute (HlDesk *self, const char *table_id)
{
  GListModel *disputes = hl_desk_get_disputes (self);
  guint n = g_list_model_get_n_items (disputes);

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlDispute) dispute = g_list_model_get_item (disputes, i);
    HlSubject *subject = hl_dispute_get_subject (dispute);
    gboolean about;

    if (subject == NULL)
      continue;
    if (hl_subject_get_subject_type (subject) == HL_SUBJECT_TYPE_TABLE)
      about = g_strcmp0 (hl_subject_get_id (subject), table_id) == 0;
    else if (hl_dispute_get_kind (dispute) == HL_DISPUTE_KIND_PARTY_TABLE)
      about = sits_at (self, hl_subject_get_id (subject), table_id)
              || names_table (dispute, table_id);
    else
      about = FALSE;
    if (about)
      return dispute; /* the list holds it */
  }
  return NULL;
}

guint
hl_desk_find_other_times (HlState *state, HlReservation *reservation, gint64 now,
                          gint64 times[HL_DESK_MAX_OTHER_TIMES])
{
  HlCapacityRequest request = {
    .reservation_id = hl_reservation_get_reservation_id (reservation),
    .size = hl_capacity_get_size (state, reservation),
    .duration_min = hl_reservation_get_duration_min (reservation),
    .table_ids
    = hl_reservation_get_pinned (reservation) ? hl_reservation_get_table_ids (reservation) : NULL,
  };
  gint64 start = hl_reservation_get_starts_at (reservation);
  gint64 earlier[MAX_A_SIDE], later[MAX_A_SIDE];
  guint n_earlier = 0, n_later = 0, n = 0;

  if (start == HL_TIME_NONE)
    return 0;
  for (int i = 1; i <= MAX_STEPS; i++) {
    request.starts_at = start - i * STEP_MS;
    if (n_earlier < MAX_A_SIDE && request.starts_at >= now && hl_capacity_fits (state, &request))
      earlier[n_earlier++] = request.starts_at;
    request.starts_at = start + i * STEP_MS;
    if (n_later < MAX_A_SIDE && request.starts_at >= now && hl_capacity_fits (state, &request))
      later[n_later++] = request.starts_at;
  }
  while (n_earlier > 0)
    times[n++] = earlier[--n_earlier];
  for (guint i = 0; i < n_later; i++)
    times[n++] = later[i];
  return n;
}
