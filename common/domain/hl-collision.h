/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disputes: how they are named, joined and settled while an action is decided. Private to hl-decide*.c. */
#pragma once

#include "domain/hl-decide-context.h"

G_BEGIN_DECLS

/* The id of the dispute of @kind about @id and @field (may be empty): the same collision always has
 * the same id, on every device. (transfer full) */
char      *hl_collision_make_id     (HlDisputeKind kind, const char *id, const char *field);

/* (nullable) (transfer none): the dispute, if it is open */
HlDispute *hl_collision_find_open   (HlState *state, HlDisputeKind kind, const char *id, const char *field);

/* A claim for what stands: @field of @entity as it is, set by whoever set it. @value: (transfer full) */
JsonObject *hl_collision_make_standing (HlDeciding *d, gpointer entity, guint field, JsonNode *value);

/**
 * hl_collision_join:
 * @rule: "K1"
 * @standing: (nullable) (transfer full) (element-type JsonObject): claims of those who were first;
 *   left out where the dispute already has them
 * @value: (transfer full): what this actor claims
 *
 * Opens the dispute, or joins it, and makes the outcome disputed. A device's later claim replaces
 * its earlier one (per party, where several parties claim one table). Where there is no room for it, nothing of the action
 * is done (HlDecision.crowded).
 */
void       hl_collision_join        (HlDeciding *d, HlDisputeKind kind, const char *rule,
                                     HlSubjectType type, const char *id, const char *field,
                                     GPtrArray *standing, JsonNode *value);

/* The claims of @dispute as JSON. (transfer full) (element-type JsonObject) */
GPtrArray *hl_collision_copy_claims (HlDispute *dispute);
/* Drafts the dispute with exactly these claims; the outcome stays. @claims: (transfer none) */
void       hl_collision_draft_claims (HlDeciding *d, HlDisputeKind kind, const char *rule, HlSubjectType type,
                                      const char *id, const char *field, GPtrArray *claims);

/* Joins a dispute about one field of @entity (K0, K7, K13): what stands against @value (transfer full). */
void       hl_collision_contest     (HlDeciding *d, const char *rule, gpointer entity, guint field,
                                     JsonNode *value);

/* The action as a claim's value: {"action": kind, members of its data}. (transfer full) */
JsonNode  *hl_collision_action_value (HlDeciding *d);

/* After an edit of what an open dispute is about: one that had seen the claims settles it, one that had not
 * joins it with @value (transfer full). */
void       hl_collision_note_edit   (HlDeciding *d, HlDisputeKind kind, const char *id, const char *field,
                                     JsonNode *value);

/* @choice: index of the claim that holds */
void       hl_collision_settle      (HlDeciding *d, HlDispute *dispute, int choice, const char *by);

/* Whether the drafts so far leave nothing to ask: one party at the table, the booking gives its room back. */
gboolean   hl_collision_is_moot     (HlDeciding *d, HlDispute *dispute);
/* Settles every open dispute whose cause the drafts take away. To be called last. */
void       hl_collision_settle_moot (HlDeciding *d);

/* "party", HL_TYPE_PARTY ... of a subject */
HlSubjectType hl_collision_subject_type (gpointer entity);
GType         hl_collision_entity_type  (HlSubjectType type);

G_END_DECLS
