/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what publishers post: one event or an array, in our own form or as CloudEvents 1.0. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"
#include "ingest/hl-problem.h"
#include "store/hl-fact.h"

G_BEGIN_DECLS

#define HL_CANONICAL_MAX_EVENTS 500

typedef enum {
  HL_CANONICAL_PLAIN,       /* application/json: an event or an array of events */
  HL_CANONICAL_CLOUD,       /* application/cloudevents+json */
  HL_CANONICAL_CLOUD_BATCH, /* application/cloudevents-batch+json */
} HlCanonicalForm;

/* A request body, wholly checked: every event is one that may be appended. */
typedef struct {
  GPtrArray *facts;     /* of HlFact, in order */
  GPtrArray *ignored;   /* of char *: JSON pointers of members that were not understood */
  guint      n_partial; /* how many of @facts are unfinished lines */
} HlCanonical;

/* From a Content-Type header; FALSE: none of the three. @type: (nullable) */
gboolean     hl_canonical_form (const char      *type,
                                HlCanonicalForm *form);

/* @role: of the token, for what it may post. @max_depth: of the JSON, 0 for the default. Pure.
 * Returns: (transfer full), or NULL with @problem. */
HlCanonical *hl_canonical_read (const char      *body,
                                gsize            len,
                                HlCanonicalForm  form,
                                HlRole           role,
                                guint            max_depth,
                                HlProblem      **problem);
/* The same of a body that is parsed already. @root: (transfer none); @len: bytes of the body */
HlCanonical *hl_canonical_read_node (JsonNode        *root,
                                     gsize            len,
                                     HlCanonicalForm  form,
                                     HlRole           role,
                                     HlProblem      **problem);
/* Takes the unfinished lines out of @facts. Returns: (transfer full) (element-type HlFact). */
GPtrArray   *hl_canonical_take_partials (HlCanonical *self);
void         hl_canonical_free (HlCanonical *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCanonical, hl_canonical_free)

/* The value of an Idempotency-Key header: an RFC 8941 string in quotes, or bare [A-Za-z0-9_.:-]+; 1..255 visible
 * characters. NULL: neither. Transfer full. */
char        *hl_canonical_parse_key (const char *header);

/* A kind from a `type` attribute: a reverse-DNS prefix is dropped, "." becomes "_". HL_EVENT_UNKNOWN: none. */
HlEventKind  hl_canonical_parse_type (const char *type);

G_END_DECLS
