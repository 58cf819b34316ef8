/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRequest: one HTTP request on its way through a route. Private to http/. */
#pragma once

#include "http/hl-auth.h"
#include "http/hl-http.h"
#include "ingest/hl-problem.h"

G_BEGIN_DECLS

/* ":name"s in a pattern, at most. */
#define HL_ROUTE_MAX_ARGS 4

typedef struct _HlRequest HlRequest;
typedef void (*HlRouteFunc) (HlRequest *request);

typedef enum {
  HL_ROUTE_OPEN = 0,
  HL_ROUTE_TOKEN = 1 << 0,    /* needs a token */
  HL_ROUTE_LOCATION = 1 << 1, /* ... that is bound to the location in the path */
  HL_ROUTE_UPGRADE = 1 << 2,  /* becomes a WebSocket: run before any body */
} HlRouteFlags;

typedef struct {
  const char   *method;
  const char   *pattern;   /* segments; a ":name" takes any one segment */
  HlRouteFlags  flags;
  guint         roles;     /* 1 << HlRole that may use it */
  HlRouteFunc   run;
} HlRoute;

struct _HlRequest {
  grefcount          refs;
  HlHttp            *http;
  const HlHttpConfig *config;
  SoupServerMessage *message;
  const HlRoute     *route;
  char              *path;        /* decoded, without the query */
  char              *args[HL_ROUTE_MAX_ARGS]; /* what the pattern's ":name"s took */
  HlRegistryCache   *cache;       /* keeps @token */
  const HlTokenInfo *token;       /* NULL on open routes */
  char              *address;     /* of the client, as limits see it */
  gboolean           forwarded;   /* a trusted proxy told it */
  const char        *refused;     /* the problem's name; NULL: not refused */
  gboolean           paused;
  gboolean           gone;        /* the client has left: nothing can be answered */
};

extern const HlRoute hl_routes[];

HlRequest  *hl_request_ref      (HlRequest *self);
void        hl_request_unref    (HlRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlRequest, hl_request_unref)

const char *hl_request_get_location (HlRequest *self);
/* Borrows from the request. */
HlHubArrival hl_request_get_arrival (HlRequest *self);
/* NULL when absent or given more than once. */
const char *hl_request_get_header   (HlRequest  *self,
                                     const char *name);
/* Transfer none; lives as long as the request. */
GBytes     *hl_request_get_body     (HlRequest *self);
/* A number of the query; FALSE: it is there and no number of 0..@max. */
gboolean    hl_request_get_number   (HlRequest  *self,
                                     const char *name,
                                     guint64     fallback,
                                     guint64     max,
                                     guint64    *out);

/* The answer comes later: keep a reference until then, and answer exactly once. */
HlRequest  *hl_request_wait     (HlRequest *self);

/* @json: transfer full. */
void        hl_request_answer   (HlRequest *self,
                                 guint      status,
                                 char      *json);
/* @text: transfer full. */
void        hl_request_answer_text (HlRequest  *self,
                                    guint       status,
                                    const char *type,
                                    char       *text);
/* @problem: transfer full. */
void        hl_request_refuse   (HlRequest *self,
                                 HlProblem *problem);
/* 503 store_unavailable with Retry-After. */
void        hl_request_refuse_store (HlRequest *self);
/* Takes one event's worth of what the token and the location may publish, and asks whether the writer has room; FALSE: it
 * has been refused, with 429 or 503. For what is decided one at a time: an action, a tool, a look for free times. */
gboolean    hl_request_take_turn (HlRequest *self);
/* A failed authentication: counted; 429 instead of @problem when there were too many. Transfer full. */
void        hl_request_refuse_auth  (HlRequest *self,
                                     HlProblem *problem);

/* --- the routes --- */
void        hl_route_live        (HlRequest *request);
void        hl_route_publish     (HlRequest *request);
void        hl_route_events      (HlRequest *request);
void        hl_route_state       (HlRequest *request);
void        hl_route_call        (HlRequest *request);
void        hl_route_presence    (HlRequest *request);
void        hl_route_act         (HlRequest *request);
void        hl_route_hook        (HlRequest *request);
void        hl_route_availability (HlRequest *request);
void        hl_route_tool        (HlRequest *request);
void        hl_route_pair        (HlRequest *request);

G_END_DECLS
