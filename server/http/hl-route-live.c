/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /v1/locations/{location}/live: from HTTP to a session. */
#include "http/hl-request.h"
#include "wire/hl-frame.h"

/* A place becomes free when somebody leaves, or is found to be gone: 30 s at the latest. */
#define RETRY_FULL_S 10

static void
on_upgraded (HlStream *stream, gpointer user_data)
{
  HlRequest *request = user_data;

  const HlHubArrival arrival = hl_request_get_arrival (request);

  hl_hub_adopt (request->config->hub, hl_request_get_location (request), request->token, &arrival, stream);
}

static HlProblem *
make_problem (guint status, const char *detail)
{
  switch (status) {
  case 403:
    return hl_problem_new (403, "origin_refused", "%s", detail);
  case 426:
    return hl_problem_new (426, "upgrade_required", "%s", detail);
  case 503: {
    HlProblem *problem = hl_problem_new (503, "going_down", "%s", detail);

    problem->retry_after = 2;
    return problem;
  }
  default:
    return hl_problem_new (status, "bad_request", "%s", detail);
  }
}

void
hl_route_live (HlRequest *request)
{
  HlFront *front = request->config->front;
  const HlHubArrival arrival = hl_request_get_arrival (request);
  const char *detail = NULL;
  const char *full;
  guint status = hl_front_check_upgrade (front, request->message, HL_WIRE_PROTOCOL, &detail);

  if (status != 0) {
    if (status == 426) {
      soup_message_headers_replace (soup_server_message_get_response_headers (request->message),
                                    "Sec-WebSocket-Version", "13");
    }
    hl_request_refuse (request, make_problem (status, detail != NULL ? detail : "the handshake is not acceptable"));
    return;
  }
  full = hl_hub_find_limit (request->config->hub, hl_request_get_location (request), request->token, &arrival);
  if (full != NULL) {
    HlProblem *problem = hl_problem_new (429, "too_many_connections", "this %s has as many connections as it may have",
                                         full);

    problem->retry_after = RETRY_FULL_S;
    hl_request_refuse (request, problem);
    return;
  }
  hl_front_upgrade (front, request->message, HL_WIRE_PROTOCOL, on_upgraded, hl_request_ref (request),
                    (GDestroyNotify) hl_request_unref);
}
