/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transitions of a session, as rows of the connection log and lines of the server's own log. */
#include "live/hl-session-private.h"

#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"
#include "wire/hl-json.h"

static void
set_detail (HlConnectionRow *row, JsonObject *detail)
{
  g_free (row->detail);
  row->detail = hl_json_print_object (detail);
  json_object_unref (detail);
}

static HlConnectionRow *
make_row (HlSession *self, const char *what, guint code, const char *cause)
{
  HlConnectionRow *row = hl_connection_row_new (hl_clock_wall_ms (), hl_room_get_location (self->room), what, self->id,
                                                self->device);

  row->code = code;
  g_free (row->cause);
  row->cause = g_strdup (cause);
  return row;
}

static void
add (HlSession *self, HlConnectionRow *row)
{
  hl_hub_log (hl_room_get_hub (self->room), row);
}

void
hl_session_log_arrival (HlConnectionRow *row, const HlTokenInfo *token, const HlHubArrival *arrival)
{
  JsonObject *detail = json_object_new ();

  json_object_set_string_member (detail, "address", arrival->address);
  if (arrival->endpoint != NULL) {
    json_object_set_string_member (detail, "endpoint", arrival->endpoint);
  }
  if (token != NULL) {
    json_object_set_string_member (detail, "role", hl_enum_nick (HL_TYPE_ROLE, token->role));
    json_object_set_string_member (detail, "token", token->id);
  }
  set_detail (row, detail);
}

void
hl_session_log_open (HlSession *self, const HlTokenInfo *token, const HlHubArrival *arrival)
{
  self->opened = make_row (self, "open", 0, "");
  hl_session_log_arrival (self->opened, token, arrival);
}

void
hl_session_log_hello (HlSession *self)
{
  HlConnectionRow *row = g_steal_pointer (&self->opened);
  JsonObject *detail = hl_json_parse_object (row->detail, strlen (row->detail), NULL, NULL);

  g_free (row->device);
  row->device = g_strdup (self->device);
  json_object_set_string_member (detail, "label", self->label);
  json_object_set_string_member (detail, "app", self->app);
  set_detail (row, detail);
  add (self, row);
}

void
hl_session_log_welcome (HlSession *self, const char *mode, const char *why)
{
  const HlPosition *head = hl_room_get_head (self->room);
  HlConnectionRow *row = make_row (self, "welcome", 0, why);
  JsonObject *detail = json_object_new ();

  json_object_set_string_member (detail, "mode", mode);
  json_object_set_int_member (detail, "head", head->seq);
  if (self->hello_pos != NULL) {
    json_object_set_int_member (detail, "seq", self->hello_pos->seq);
  }
  json_object_set_int_member (detail, "unsent", self->unsent);
  set_detail (row, detail);
  add (self, row);
  hl_log (HL_LOG_INFO, "live", "session is welcome", "location", hl_room_get_location (self->room), "session",
          self->id, "device", self->device, "mode", mode, "why", why, NULL);
}

void
hl_session_log_mismatch (HlSession *self, const char *cause)
{
  add (self, make_row (self, "digest", 0, cause));
  hl_log (HL_LOG_WARNING, "live", "a follower's state differs", "location", hl_room_get_location (self->room), "session",
          self->id, "device", self->device, "cause", cause, NULL);
}

void
hl_session_log_bye (HlSession *self, guint code, gint64 retry_ms, const char *cause)
{
  HlConnectionRow *row = make_row (self, "bye", code, cause);
  JsonObject *detail = json_object_new ();

  json_object_set_string_member (detail, "action", hl_close_get_action (code));
  if (retry_ms >= 0) {
    json_object_set_int_member (detail, "retry_ms", retry_ms);
  }
  set_detail (row, detail);
  if (self->opened != NULL) {
    add (self, g_steal_pointer (&self->opened));
  }
  add (self, row);
  hl_log (HL_LOG_INFO, "live", "session is closed", "location", hl_room_get_location (self->room), "session", self->id,
          "device", self->device, "code", HL_LOG_UINT (code), "reason", hl_close_get_name (code), "cause", cause, NULL);
}

void
hl_session_log_close (HlSession *self, guint code, gboolean clean, gboolean stuck)
{
  gboolean ours = self->stage == HL_SESSION_CLOSING;
  HlConnectionRow *row = make_row (self, "close", code, ours    ? "the server has closed it"
                                                       : clean ? "the client has closed it"
                                                       : stuck ? "the client did not read"
                                                               : "the connection broke");
  JsonObject *detail = json_object_new ();

  json_object_set_int_member (detail, "duration_ms", (hl_session_now (self) - self->began) / 1000);
  json_object_set_boolean_member (detail, "clean", clean);
  json_object_set_int_member (detail, "frames_in", self->frames_in);
  json_object_set_int_member (detail, "frames_out", self->frames_out);
  json_object_set_int_member (detail, "actions", self->acts);
  json_object_set_int_member (detail, "acked", self->acked);
  json_object_set_int_member (detail, "unsent", self->unsent);
  if (self->rtt >= 0) {
    json_object_set_int_member (detail, "rtt_ms", self->rtt);
  }
  set_detail (row, detail);
  if (self->opened != NULL) {
    add (self, g_steal_pointer (&self->opened));
  }
  add (self, row);
  if (!ours) {
    hl_log (HL_LOG_INFO, "live", "session has gone", "location", hl_room_get_location (self->room), "session", self->id,
            "device", self->device, "code", HL_LOG_UINT (code), NULL);
  }
}
