/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlToolCall: one thing that a voice agent asks to be done while its caller waits, and what became of it. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
  char       *id;        /* the provider's, unique within the call; goes back with the answer; NULL where it has none */
  char       *name;      /* "check_availability", "book_reservation" ... */
  char       *call_id;   /* ours, "vapi:..." ; NULL when the payload does not say */
  JsonObject *arguments; /* never NULL */
  JsonObject *result;    /* (nullable): set by whoever did it; has at least "ok" (bool) and "say" (a sentence) */
} HlToolCall;

/* @id, @call_id: (nullable), copied. @arguments: (nullable), transfer full; its texts are put on one line, without space around. */
HlToolCall *hl_tool_call_new  (const char *id, const char *name, const char *call_id, JsonObject *arguments);
void        hl_tool_call_free (HlToolCall *self);

/* Arguments as the platforms send them: an object, or the text of one. Never NULL: what is neither gives an empty object.
 * @node: (nullable). Transfer full. */
JsonObject *hl_tool_call_read_arguments (JsonNode *node);
/* The result as one line of JSON, for a model to read; a sentence of regret when nobody set one. Transfer full. */
char       *hl_tool_call_print_result   (const HlToolCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlToolCall, hl_tool_call_free)

G_END_DECLS
