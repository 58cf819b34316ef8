/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event of a location's log. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-actor.h"
#include "domain/hl-enums.h"
#include "domain/hl-event-kind.h"

G_BEGIN_DECLS

/**
 * HlEvent:
 *
 * Immutable and counted; read the members, never write them.
 *
 * @seq: place in the log, from 1
 * @id: (owned): unique within the log
 * @kind: %HL_EVENT_UNKNOWN for a kind of a newer version
 * @kind_name: (owned): the kind as text
 * @at: when it happened, ms since the epoch. Of a person's action: when they did it, by the server's clock as far as
 *   their device knew it; for information, never for the order
 * @received: when the server took it, ms since the epoch
 * @by: (owned): who
 * @act: (owned) (nullable): the action's id
 * @end: the last event of its unit
 * @data: (owned): immutable. A transcript_segment's `final` has become `state`
 */
typedef struct {
  guint64     seq;
  char       *id;
  HlEventKind kind;
  char       *kind_name;
  gint64      at;
  gint64      received;
  HlActor    *by;
  char       *act;
  gboolean    end;
  JsonObject *data;
  /*< private >*/
  gatomicrefcount ref_count;
} HlEvent;

#define HL_TYPE_EVENT (hl_event_get_type ())
GType    hl_event_get_type      (void) G_GNUC_CONST;

/**
 * hl_event_new:
 * @kind: not unknown
 * @by: (transfer none): copied
 * @act: (nullable)
 * @data: (transfer none): a reference is taken; it must not change any more
 */
HlEvent *hl_event_new           (guint64        seq,
                                 const char    *id,
                                 HlEventKind    kind,
                                 gint64         at,
                                 gint64         received,
                                 const HlActor *by,
                                 const char    *act,
                                 gboolean       end,
                                 JsonObject    *data) G_GNUC_WARN_UNUSED_RESULT;
HlEvent *hl_event_ref           (const HlEvent *self);
void     hl_event_unref         (const HlEvent *self);

/**
 * hl_event_new_from_json:
 * @object: an event as the log and the wire have it; a reference to its `data` is kept
 *
 * Checks the envelope strictly. `data` need only be an object: a newer server may know more than
 * we, and hl_evolve () leaves out what it cannot use.
 *
 * Returns: (transfer full): or NULL with a %HL_CODEC_ERROR
 */
HlEvent *hl_event_new_from_json (JsonObject *object,
                                 GError    **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *hl_event_to_json      (const HlEvent *self) G_GNUC_WARN_UNUSED_RESULT;

/* What a person did this long before the server took it waited on a device without a link, ms. */
#define HL_EVENT_OFFLINE_MS 5000

/* Whether the device of whoever did it was without a link then. */
gboolean  hl_event_was_offline   (const HlEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlEvent, hl_event_unref)

G_END_DECLS
