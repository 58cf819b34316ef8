/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostline-follower: the dashboard without a window, for tests that kill, cut and restart. */
#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "desk/hl-desk-private.h"
#include "domain/hl-evolve.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

/* Standard output: one JSON object a line, flushed at once.
 *   {"t":"ready","pos":...}             a state is there (from the copy or the server)
 *   {"t":"unit","seq":N,"ids":[...]}    events applied, in order (ids only with --events); "pos" is
 * the position after
 *   {"t":"snapshot","pos":...}          the state was replaced
 *   {"t":"link","state":S,"cause":C,"detail":D}
 *   {"t":"item","n":N,"id":I,"kind":K,"state":S,"outcome":O?,"reason":R?,"seq":Q?}   whenever it
 * changed
 *   {"t":"performed","tag":T,"id":I,"predicted":P}  or  {"t":"failed","tag":T,"error":E}: the
 * answer to a command; performed comes after the commit: what it says is on disk
 *   {"t":"totals",...}, {"t":"digest","seq":N,"hash":H}, {"t":"entities",...},
 * {"t":"caught_up","changes":N}
 *   {"t":"paired","device":D}, {"t":"closed"}, {"t":"error","message":M}
 * Standard input: one JSON object a line.
 *   {"do":"perform","kind":K,"data":{...},"tag":T?}   {"do":"undo","tag":T?}   {"do":"reconnect"}
 * {"do":"totals"}
 *   {"do":"digest"}   {"do":"state"} (whole screen)   {"do":"who","name":N}   {"do":"report"}
 * {"do":"mark_read","id":I}
 *   {"do":"corrupt","event":{...}}: evolves the state with what is in nobody's log
 *   {"do":"redo","id":I}   {"do":"quit"}; the end of input quits, too, unless --stay. */

static char *opt_dir, *opt_url, *opt_location, *opt_token, *opt_device, *opt_role, *opt_link,
    *opt_pin, *opt_code, *opt_name;
static gboolean opt_events, opt_stay, opt_demo, opt_confirm;

static const GOptionEntry entries[] = {
  { "data-dir", 'd', 0, G_OPTION_ARG_FILENAME, &opt_dir, "Folder of this device", "DIR" },
  { "url", 'u', 0, G_OPTION_ARG_STRING, &opt_url, "Addresses of the server, separated by commas",
    "URL" },
  { "location", 'l', 0, G_OPTION_ARG_STRING, &opt_location, "Location id", "ID" },
  { "token", 't', 0, G_OPTION_ARG_STRING, &opt_token, "Token (or HOSTLINE_TOKEN)", "TOKEN" },
  { "device", 0, 0, G_OPTION_ARG_STRING, &opt_device, "What the server calls this token's device",
    "ID" },
  { "role", 0, 0, G_OPTION_ARG_STRING, &opt_role, "The token's role, staff if not given", "ROLE" },
  { "pin", 0, 0, G_OPTION_ARG_STRING, &opt_pin, "sha256:... of the server's key", "PIN" },
  { "pair", 0, 0, G_OPTION_ARG_STRING, &opt_link,
    "Pair by this link first, unless the folder is paired", "LINK" },
  { "code", 0, 0, G_OPTION_ARG_STRING, &opt_code, "Pair by this code at the first --url", "CODE" },
  { "confirm-pin", 0, 0, G_OPTION_ARG_NONE, &opt_confirm,
    "With --code: take the server's key as it is", NULL },
  { "name", 0, 0, G_OPTION_ARG_STRING, &opt_name, "Name of this device for pairing", "NAME" },
  { "events", 0, 0, G_OPTION_ARG_NONE, &opt_events, "Print the ids of applied events", NULL },
  { "stay", 0, 0, G_OPTION_ARG_NONE, &opt_stay, "Go on after the end of input", NULL },
  { "demo", 0, 0, G_OPTION_ARG_NONE, &opt_demo, "Follow the built-in evening", NULL },
  { NULL },
};

typedef struct {
  HlDesk *desk;
  GMainLoop *loop;
  GDataInputStream *input;
  HlPosition *told;
  GHashTable *items; /* id -> last printed line */
  HlLink *link;
  gboolean closing, quit_when_idle;
  guint pending; /* commands without an answer */
  gboolean paired_asked;
  int status;
} App;

static void
print_object (JsonObject *object)
{
  g_autofree char *text = hl_json_print_object (object);
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

static JsonObject *
object_new (const char *type)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "t", type);
  return object;
}

static void
print_error (const char *message)
{
  g_autoptr (JsonObject) object = object_new ("error");
  json_object_set_string_member (object, "message", message);
  print_object (object);
}

/* ---- what is told ---- */

static void
tell_item (App *app, HlOutboxItem *item)
{
  const HlOutboxRow *row = hl_outbox_item_get_row (item);
  g_autoptr (JsonObject) object = object_new ("item");
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "n", (gint64)row->n);
  json_object_set_string_member (object, "id", row->id);
  json_object_set_string_member (
      object, "kind", hl_enum_nick (HL_TYPE_ACTION_KIND, (int)hl_outbox_item_get_kind (item)));
  json_object_set_string_member (object, "state", hl_item_state_get_name (row->state));
  if (row->state == HL_ITEM_DECIDED)
    json_object_set_string_member (object, "outcome", hl_enum_nick (HL_TYPE_OUTCOME, row->outcome));
  if (row->reason != HL_REASON_NONE)
    json_object_set_string_member (object, "reason", hl_enum_nick (HL_TYPE_REASON, row->reason));
  if (row->seq > 0)
    json_object_set_int_member (object, "seq", (gint64)row->seq);
  if (row->damaged)
    json_object_set_boolean_member (object, "damaged", TRUE);
  if (hl_outbox_item_get_foreign (item))
    json_object_set_boolean_member (object, "foreign", TRUE);
  text = hl_json_print_object (object);
  if (g_strcmp0 (g_hash_table_lookup (app->items, row->id), text) == 0)
    return;
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
  g_hash_table_insert (app->items, g_strdup (row->id), g_steal_pointer (&text));
}

static void
on_item_changed (HlOutboxItem *item, GParamSpec *pspec, gpointer data)
{
  tell_item (data, item);
}

static void
on_outbox_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (HlOutboxItem) item = g_list_model_get_item (model, i);
    if (g_object_get_data (G_OBJECT (item), "told") == NULL) {
      g_object_set_data (G_OBJECT (item), "told", GINT_TO_POINTER (1));
      g_signal_connect (item, "notify", G_CALLBACK (on_item_changed), data);
    }
    tell_item (data, item);
  }
}

static void
set_position (JsonObject *object, const HlPosition *position)
{
  json_object_set_member (object, "pos", hl_position_to_json (position));
}

/* After the desk has taken a frame: what moved the position? */
static void
on_frame_after (HlLink *link, gpointer pointer, gpointer data)
{
  App *app = data;
  HlFrame *frame = pointer;
  const HlPosition *position = app->desk->position;

  if (position == NULL || hl_position_equal (position, app->told))
    return;
  if (frame->type == HL_FRAME_SNAPSHOT) {
    g_autoptr (JsonObject) object = object_new ("snapshot");
    set_position (object, position);
    print_object (object);
  } else if (frame->type == HL_FRAME_EVENTS) {
    g_autoptr (JsonObject) object = object_new ("unit");
    guint64 from = app->told != NULL ? app->told->seq : 0;
    json_object_set_int_member (object, "first", (gint64)from + 1);
    json_object_set_int_member (object, "seq", (gint64)position->seq);
    set_position (object, position);
    if (opt_events) {
      JsonArray *ids = json_array_new ();
      for (guint i = 0; i < json_array_get_length (frame->events.events); i++) {
        JsonObject *event = json_array_get_object_element (frame->events.events, i);
        if ((guint64)json_object_get_int_member (event, "seq") > from)
          json_array_add_string_element (ids, json_object_get_string_member (event, "id"));
      }
      json_object_set_array_member (object, "ids", ids);
    }
    print_object (object);
  }
  hl_position_free (app->told);
  app->told = hl_position_copy (position);
}

static void
on_link_state (HlDesk *desk, GParamSpec *pspec, gpointer data)
{
  g_autoptr (JsonObject) object = object_new ("link");
  HlLink *link = desk->link;

  json_object_set_string_member (object, "state",
                                 hl_link_state_get_name (hl_desk_get_link_state (desk)));
  json_object_set_string_member (
      object, "cause", link != NULL ? hl_link_cause_get_name (hl_link_get_cause (link)) : "none");
  json_object_set_string_member (object, "detail", link != NULL ? hl_link_get_detail (link) : "");
  print_object (object);
}

static void
on_caught_up (HlDesk *desk, guint changes, gpointer data)
{
  g_autoptr (JsonObject) object = object_new ("caught_up");
  json_object_set_int_member (object, "changes", changes);
  print_object (object);
}

static void
watch_link (App *app)
{
  if (app->desk->link == NULL || app->link == app->desk->link)
    return;
  if (app->link != NULL) {
    g_signal_handlers_disconnect_by_data (app->link, app);
    g_object_unref (app->link);
  }
  app->link = g_object_ref (app->desk->link);
  /* connected after the desk: runs after it */
  g_signal_connect (app->link, "frame", G_CALLBACK (on_frame_after), app);
}

static void
on_ready (HlDesk *desk, GParamSpec *pspec, gpointer data)
{
  App *app = data;
  g_autoptr (JsonObject) object = NULL;

  if (!hl_desk_get_ready (desk) || desk->position == NULL)
    return;
  object = object_new ("ready");
  set_position (object, desk->position);
  print_object (object);
  if (app->told == NULL)
    app->told = hl_position_copy (desk->position);
}

static void
on_storage_error (HlDesk *desk, GParamSpec *pspec, gpointer data)
{
  App *app = data;
  if (desk->storage_error == NULL || *desk->storage_error == '\0')
    return;
  print_error (desk->storage_error);
  if (desk->counters == NULL) { /* the folder could not be opened at all */
    app->status = 75;
    g_main_loop_quit (app->loop);
  }
}

static void
tell_totals (App *app)
{
  g_autoptr (JsonObject) object = object_new ("totals");
  HlDeskTotals totals;

  hl_desk_get_totals (app->desk, &totals);
  json_object_set_int_member (object, "composed", totals.composed);
  json_object_set_int_member (object, "applied", totals.applied);
  json_object_set_int_member (object, "no_op", totals.no_op);
  json_object_set_int_member (object, "disputed", totals.disputed);
  json_object_set_int_member (object, "refused", totals.refused);
  json_object_set_int_member (object, "withdrawn", totals.withdrawn);
  json_object_set_int_member (object, "review", totals.review);
  json_object_set_int_member (object, "waiting", totals.waiting);
  json_object_set_int_member (object, "stored", (gint64)app->desk->stored_seq);
  print_object (object);
}

static void
tell_digest (App *app)
{
  g_autoptr (JsonObject) object = object_new ("digest");
  g_autofree char *base = hl_position_format_hash (hl_state_get_digest (app->desk->base));
  g_autofree char *screen = NULL;

  hl_desk_refresh_now (app->desk);
  screen = hl_position_format_hash (hl_state_get_digest (app->desk->screen));
  json_object_set_int_member (object, "seq",
                              app->desk->position != NULL ? (gint64)app->desk->position->seq : 0);
  json_object_set_string_member (object, "hash", base);
  json_object_set_string_member (object, "screen", screen);
  print_object (object);
}

static void
tell_state (App *app)
{
  g_autoptr (JsonObject) object = object_new ("entities");

  hl_desk_refresh_now (app->desk);
  if (app->desk->position != NULL)
    set_position (object, app->desk->position);
  json_object_set_member (object, "base", hl_state_save (app->desk->base));
  json_object_set_member (object, "screen", hl_state_save (app->desk->screen));
  print_object (object);
}

/* ---- commands ---- */

static void
on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (JsonObject) object = object_new ("closed");
  g_autoptr (GError) error = NULL;

  if (!hl_desk_close_finish (app->desk, result, &error))
    print_error (error->message);
  print_object (object);
  g_main_loop_quit (app->loop);
}

static void
quit (App *app)
{
  if (app->closing)
    return;
  if (app->pending > 0) {
    app->quit_when_idle = TRUE;
    return;
  }
  app->closing = TRUE;
  hl_desk_close_async (app->desk, on_closed, app);
}

typedef struct {
  App *app;
  JsonNode *tag;
  gboolean undo;
} Command;

static void
on_performed (GObject *source, GAsyncResult *result, gpointer data)
{
  Command *command = data;
  App *app = command->app;
  g_autoptr (GError) error = NULL;
  HlOutcome predicted = HL_OUTCOME_APPLIED;
  g_autofree char *id = command->undo
                            ? hl_desk_undo_finish (app->desk, result, &error)
                            : hl_desk_perform_finish (app->desk, result, &predicted, &error);
  g_autoptr (JsonObject) object = object_new (id != NULL ? "performed" : "failed");

  if (command->tag != NULL)
    json_object_set_member (object, "tag", command->tag);
  if (id != NULL) {
    json_object_set_string_member (object, "id", id);
    json_object_set_string_member (object, "predicted",
                                   hl_enum_nick (HL_TYPE_OUTCOME, (int)predicted));
  } else {
    json_object_set_string_member (object, "error", error->message);
  }
  print_object (object);
  g_free (command);
  app->pending--;
  if (app->quit_when_idle)
    quit (app);
}

static Command *
command_new (App *app, JsonObject *object, gboolean undo)
{
  Command *command = g_new0 (Command, 1);
  command->app = app;
  command->undo = undo;
  if (json_object_has_member (object, "tag"))
    command->tag = json_node_copy (json_object_get_member (object, "tag"));
  app->pending++;
  return command;
}

static HlOutboxItem *
find_item (App *app, const char *id)
{
  for (guint i = 0; i < app->desk->items->len; i++)
    if (g_strcmp0 (hl_outbox_item_get_id (g_ptr_array_index (app->desk->items, i)), id) == 0)
      return g_ptr_array_index (app->desk->items, i);
  return NULL;
}

static void
run_command (App *app, JsonObject *object)
{
  const char *what = json_object_get_string_member_with_default (object, "do", "");
  const char *id = json_object_get_string_member_with_default (object, "id", "");

  if (g_str_equal (what, "perform")) {
    int kind = HL_ACTION_UNKNOWN;
    if (!hl_enum_parse (HL_TYPE_ACTION_KIND,
                        json_object_get_string_member_with_default (object, "kind", ""), &kind)
        || !json_object_has_member (object, "data")
        || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "data"))) {
      print_error ("perform needs kind and data");
      return;
    }
    hl_desk_perform_async (app->desk, (HlActionKind)kind,
                           json_object_ref (json_object_get_object_member (object, "data")),
                           on_performed, command_new (app, object, FALSE));
  } else if (g_str_equal (what, "undo")) {
    hl_desk_undo_async (app->desk, on_performed, command_new (app, object, TRUE));
  } else if (g_str_equal (what, "reconnect")) {
    hl_desk_reconnect_now (app->desk);
  } else if (g_str_equal (what, "totals")) {
    tell_totals (app);
  } else if (g_str_equal (what, "digest")) {
    tell_digest (app);
  } else if (g_str_equal (what, "state")) {
    tell_state (app);
  } else if (g_str_equal (what, "who")) {
    g_object_set (app->desk, "who", json_object_get_string_member_with_default (object, "name", ""),
                  NULL);
  } else if (g_str_equal (what, "report")) {
    g_autoptr (JsonObject) answer = object_new ("report");
    g_autofree char *text = hl_desk_make_report (app->desk);
    json_object_set_string_member (answer, "text", text);
    print_object (answer);
  } else if (g_str_equal (what, "corrupt")) {
    g_autoptr (HlEvent) event
        = hl_event_new_from_json (json_object_get_object_member (object, "event"), NULL);
    if (event == NULL)
      print_error ("corrupt needs an event");
    else
      hl_evolve (app->desk->base, event);
  } else if (g_str_equal (what, "mark_read") || g_str_equal (what, "redo")) {
    HlOutboxItem *item = find_item (app, id);
    if (item == NULL)
      print_error ("no such item");
    else if (g_str_equal (what, "redo"))
      hl_desk_redo_review (app->desk, item);
    else
      hl_desk_mark_read (app->desk, item);
  } else if (g_str_equal (what, "quit")) {
    quit (app);
  } else {
    print_error ("unknown command");
  }
}

static void read_line (App *app);

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;
  gsize len = 0;
  g_autofree char *line = g_data_input_stream_read_line_finish (app->input, result, &len, &error);
  g_autoptr (JsonObject) object = NULL;

  if (line == NULL) {
    if (!opt_stay)
      quit (app);
    return;
  }
  if (len > 0) {
    object = hl_json_parse_object (line, len, NULL, &error);
    if (object == NULL)
      print_error (error->message);
    else
      run_command (app, object);
  }
  if (!app->closing)
    read_line (app);
}

static void
read_line (App *app)
{
  g_data_input_stream_read_line_async (app->input, G_PRIORITY_DEFAULT, NULL, on_line, app);
}

/* ---- pairing ---- */

static void
on_paired (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;

  if (hl_desk_pair_finish (app->desk, result, &error)) {
    g_autoptr (JsonObject) object = object_new ("paired");
    json_object_set_string_member (object, "device", hl_desk_get_device (app->desk));
    json_object_set_string_member (object, "location", app->desk->credentials->location);
    print_object (object);
    watch_link (app);
    return;
  }
  if (opt_confirm && g_error_matches (error, HL_DESK_ERROR, HL_DESK_ERROR_CONFIRM_PIN)) {
    g_autoptr (JsonObject) object = object_new ("pin");
    json_object_set_string_member (object, "pin", hl_desk_get_pairing_pin (app->desk));
    print_object (object);
    hl_desk_pair_async (app->desk, opt_link, opt_url, opt_code, opt_name, TRUE, NULL, on_paired,
                        app);
    return;
  }
  print_error (error->message);
  app->status = 1;
  g_main_loop_quit (app->loop);
}

/* The folder is open once the desk has read it. */
static gboolean
on_look (gpointer data)
{
  App *app = data;

  if (!app->desk->started)
    return G_SOURCE_CONTINUE;
  watch_link (app);
  if (!hl_desk_get_paired (app->desk) && (opt_link != NULL || opt_code != NULL)) {
    hl_desk_pair_async (app->desk, opt_link, opt_url, opt_code, opt_name, FALSE, NULL, on_paired,
                        app);
  } else if (!hl_desk_get_paired (app->desk)) {
    print_error ("not paired: --pair, --code or --token is needed");
    app->status = 2;
    g_main_loop_quit (app->loop);
  }
  read_line (app);
  return G_SOURCE_REMOVE;
}

static void
on_desk_paired (HlDesk *desk, GParamSpec *pspec, gpointer data)
{
  watch_link (data);
}

static gboolean
on_signal (gpointer data)
{
  quit (data);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context
      = g_option_context_new ("- follow a location and act, without a window");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  App app = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("hostline-follower: %s\n", error->message);
    return 2;
  }
  hl_log_install ();
  if (opt_dir == NULL && !opt_demo) {
    g_printerr ("hostline-follower: --data-dir is needed\n");
    return 2;
  }
  app.loop = g_main_loop_new (NULL, FALSE);
  app.items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  app.input = g_data_input_stream_new (stream);
  app.desk = opt_demo ? hl_desk_new_demo () : hl_desk_new (opt_dir);
  if (opt_token == NULL)
    opt_token = g_strdup (g_getenv ("HOSTLINE_TOKEN"));
  if (!opt_demo && opt_token != NULL && opt_url != NULL && opt_location != NULL) {
    g_auto (GStrv) urls = g_strsplit (opt_url, ",", -1);
    const char *pins[] = { opt_pin, NULL };
    hl_desk_set_access (app.desk, (const char *const *)urls, opt_pin != NULL ? pins : NULL,
                        opt_location, opt_token, opt_device != NULL ? opt_device : "follower",
                        opt_role != NULL ? opt_role : "staff");
  }
  g_signal_connect (app.desk, "notify::link-state", G_CALLBACK (on_link_state), &app);
  g_signal_connect (app.desk, "notify::ready", G_CALLBACK (on_ready), &app);
  g_signal_connect (app.desk, "notify::storage-error", G_CALLBACK (on_storage_error), &app);
  g_signal_connect (app.desk, "notify::paired", G_CALLBACK (on_desk_paired), &app);
  g_signal_connect (app.desk, "caught-up", G_CALLBACK (on_caught_up), &app);
  g_signal_connect (hl_desk_get_outbox (app.desk), "items-changed", G_CALLBACK (on_outbox_changed),
                    &app);
  hl_desk_start (app.desk);
  watch_link (&app);
  g_timeout_add (2, on_look, &app);
  g_unix_signal_add (SIGTERM, on_signal, &app);
  g_unix_signal_add (SIGINT, on_signal, &app);
  g_main_loop_run (app.loop);
  if (app.link != NULL) {
    g_signal_handlers_disconnect_by_data (app.link, &app);
    g_object_unref (app.link);
  }
  g_signal_handlers_disconnect_by_data (hl_desk_get_outbox (app.desk), &app);
  for (guint i = 0; i < app.desk->items->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (app.desk->items, i), &app);
  g_signal_handlers_disconnect_by_data (app.desk, &app);
  g_object_unref (app.desk);
  g_hash_table_unref (app.items);
  hl_position_free (app.told);
  g_object_unref (app.input);
  g_main_loop_unref (app.loop);
  return app.status;
}
