/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec and what follows it: events that it accepts are decided as facts and folded, actions are decided, and the state that
 * comes of it is saved, loaded, and the same. One JSON document a line. */
#include <string.h>

#include "domain/hl-action.h"
#include "domain/hl-codec.h"
#include "domain/hl-decide.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-event.h"
#include "domain/hl-evolve.h"
#include "domain/hl-state.h"
#include "fuzz.h"
#include "wire/hl-json.h"

#define NOW G_GINT64_CONSTANT (1796166131000)
#define LINES_MAX 32

typedef struct {
  HlState *state;
  guint64  seq;
} World;

static void
fold (World *world, HlDecision *decision, const char *id, const HlActor *actor)
{
  g_autoptr (GPtrArray) events = hl_decision_make_events (decision, id, actor, world->seq + 1, NOW, NOW);

  for (guint i = 0; i < events->len; i++) {
    hl_evolve (world->state, g_ptr_array_index (events, i));
    world->seq++;
  }
}

static void
take_event (World *world, JsonObject *object)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlEvent) event = hl_event_new_from_json (object, &error);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, "fuzz", NULL, 0);

  fuzz_check ((event != NULL) == (error == NULL));
  if (event == NULL) {
    const char *pointer = hl_codec_error_get_pointer (error);

    fuzz_check (*pointer == '\0' || *pointer == '/');
    return;
  }
  if (event->kind != HL_EVENT_UNKNOWN && hl_event_kind_check (event->kind, event->data, "/data", NULL, NULL) &&
      hl_event_kind_may_post_data (event->kind, HL_ROLE_PUBLISHER, event->data, "/data", NULL) &&
      !hl_event_kind_is_partial (event->kind, event->data)) {
    g_autoptr (JsonObject) data = hl_event_kind_normalise (event->kind, event->data);
    g_autoptr (HlDecision) decision = hl_decide_record (world->state, event->kind, data, actor, NOW);

    fuzz_check (decision->outcome != HL_OUTCOME_REFUSED);
    fold (world, decision, event->id, actor);
  }
  /* total: a server newer than us may send what we would not have accepted */
  hl_evolve (world->state, event);
}

static void
take_action (World *world, JsonObject *object)
{
  g_autoptr (HlAction) action = hl_action_new_from_json (object, NULL);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_STAFF, "Ana", "stand-1", action != NULL ? action->n : 1);

  if (action != NULL) {
    g_autoptr (HlDecision) decision = hl_decide (world->state, action, actor, world->seq, NOW);

    fold (world, decision, action->id, actor);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX);
  World world = { hl_state_new (), 0 };
  g_autoptr (HlState) again = hl_state_new ();
  g_autoptr (JsonNode) saved = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonObject) object = hl_json_parse_object (lines[i], strlen (lines[i]), NULL, NULL);

    if (object == NULL) {
      continue;
    }
    if (json_object_has_member (object, "n")) {
      take_action (&world, object);
    } else {
      take_event (&world, object);
    }
  }
  saved = hl_state_save (world.state);
  if (!hl_state_load (again, json_node_get_object (saved), &error)) {
    fprintf (stderr, "%s: %s\n", hl_codec_error_get_pointer (error), error->message);
    fuzz_check (FALSE);
  }
  fuzz_check (hl_state_get_digest (again) == hl_state_get_digest (world.state));
  g_object_unref (world.state);
  return 0;
}
