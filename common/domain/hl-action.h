/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person, the voice agent or a timer did, before the server has decided what it means. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* What the device showed; HL_PREDICTED_NONE when it showed nothing (a publisher, the agent). */
#define HL_PREDICTED_NONE (-1)

#define HL_ACTION_AGE_UNKNOWN (-1)

/**
 * HlAction:
 *
 * Immutable and counted; read the members, never write them. `base` travels beside it.
 *
 * @id: (owned): a UUID or any id
 * @n: the device's counter, from 1; 0 for one that has none (the agent over HTTP, a timer)
 * @kind: %HL_ACTION_UNKNOWN for a kind of a newer version: refused as malformed
 * @kind_name: (owned): the kind as text
 * @predicted: an #HlOutcome or %HL_PREDICTED_NONE
 * @who: (owned) (nullable): one of the location's staff
 * @composed_at: ms since the epoch by the device's clock, for information; HL_TIME_NONE unknown. Nothing
 *   is decided by it: order is by base and arrival
 * @age_ms: how long before it was sent it was composed, counted by a clock that nobody can set;
 *   HL_ACTION_AGE_UNKNOWN: as if it had been composed this moment
 * @session: (owned) (nullable): of the kinds that need the link
 * @data: (owned): immutable
 */
typedef struct {
  char        *id;
  guint64      n;
  HlActionKind kind;
  char        *kind_name;
  int          predicted;
  char        *who;
  gint64       composed_at;
  gint64       age_ms;
  char        *session;
  JsonObject  *data;
  /*< private >*/
  gatomicrefcount ref_count;
} HlAction;

#define HL_TYPE_ACTION (hl_action_get_type ())
GType     hl_action_get_type      (void) G_GNUC_CONST;

/* @who, @session: (nullable); @data: (transfer none): a reference is taken; it must not change any
 * more */
HlAction *hl_action_new           (const char  *id,
                                   guint64      n,
                                   HlActionKind kind,
                                   int          predicted,
                                   const char  *who,
                                   gint64       composed_at,
                                   const char  *session,
                                   JsonObject  *data) G_GNUC_WARN_UNUSED_RESULT;
/* The same with another age. (transfer full) */
HlAction *hl_action_with_age      (const HlAction *self,
                                   gint64          age_ms) G_GNUC_WARN_UNUSED_RESULT;
HlAction *hl_action_ref           (const HlAction *self);
void      hl_action_unref         (const HlAction *self);

/**
 * hl_action_new_from_json:
 * @object: the members of an `act` frame or of a POST to /actions; `t` and `base` are not looked at
 *
 * Checks the envelope; the data is checked by hl_action_check ().
 *
 * Returns: (transfer full): or NULL with a %HL_CODEC_ERROR
 */
HlAction *hl_action_new_from_json (JsonObject *object,
                                   GError    **error) G_GNUC_WARN_UNUSED_RESULT;
/* The members without `t` and `base`: an object that the caller may add to. */
JsonObject *hl_action_to_json     (const HlAction *self) G_GNUC_WARN_UNUSED_RESULT;

/* Whether kind and data are understood; pointers begin with "/data". @ignored: (nullable)
 * (element-type utf8) */
gboolean  hl_action_check         (const HlAction *self,
                                   GPtrArray      *ignored,
                                   GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlAction, hl_action_unref)

G_END_DECLS
