/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl: the table of its commands, their parameters, and what is done with a result. */
#include "admin/hl-ctl.h"

#include <hl-config.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "admin/hl-commands-erase.h"
#include "admin/hl-config.h"
#include "admin/hl-ctl-doctor.h"
#include "admin/hl-ctl-input.h"
#include "admin/hl-ctl-options.h"
#include "admin/hl-ctl-print.h"
#include "admin/hl-ctl-replay.h"
#include "admin/hl-ctl-runner.h"
#include "admin/hl-offline.h"
#include "admin/hl-revoked.h"
#include "domain/hl-schema.h"
#include "ingest/hl-provider.h"
#include "store/hl-repair.h"
#include "store/hl-sqlite-restore.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

#define MAX_FILE HL_CTL_INPUT_MAX

typedef struct _Entry Entry;

/* What is left to a function of its own. Returns: the exit code */
typedef int (*Handler) (const Entry *entry, HlCtlOptions *options);

struct _Entry {
  const char *words;     /* as typed: "location add" */
  const char *command;   /* in the table of hl-commands.h; NULL: never done by a server */
  const char *arguments; /* parameter names of the words after it, space-separated: "id"; "@floor" is a
                          * file (or "-") whose JSON object is the parameter, "=file" a path */
  const char *options;   /* its options, "!" after one that is required, "*" after one that may be repeated */
  const char *synopsis;  /* for --help: what follows the words */
  HlCtlPrint print;
  Handler handler; /* (nullable): instead of run_command () */
};

static int run_events (const Entry *entry, HlCtlOptions *options);
static int run_pages (const Entry *entry, HlCtlOptions *options);
static int run_schema (const Entry *entry, HlCtlOptions *options);
static int run_check_config (const Entry *entry, HlCtlOptions *options);
static int run_check (const Entry *entry, HlCtlOptions *options);
static int run_restore (const Entry *entry, HlCtlOptions *options);
static int run_providers (const Entry *entry, HlCtlOptions *options);
static int run_repair (const Entry *entry, HlCtlOptions *options);
static int run_replay (const Entry *entry, HlCtlOptions *options);
static int run_doctor (const Entry *entry, HlCtlOptions *options);
static int run_purge (const Entry *entry, HlCtlOptions *options);

static const Entry entries[] = {
  { "location add", "location/add", "id", "name! timezone!", "ID --name NAME --timezone ZONE",
    hl_ctl_print_nothing },
  { "location set", "location/set", "id @fields", "", "ID FILE", hl_ctl_print_nothing },
  { "location remove", "location/remove", "id", "", "ID", hl_ctl_print_nothing },
  { "location list", "location/list", "", "", "", hl_ctl_print_locations },
  { "floor import", "floor/import", "id @floor", "", "ID FILE", hl_ctl_print_nothing },
  { "token add", "token/add", "", "location!* role! name! expires",
    "--location ID --role ROLE --name NAME [--expires TIME]", hl_ctl_print_token },
  { "token list", "token/list", "", "location", "[--location ID]", hl_ctl_print_tokens },
  { "token revoke", "token/revoke", "id", "", "TOKEN-ID", hl_ctl_print_nothing },
  { "pair", "pair", "", "location! role name", "--location ID [--role staff] [--name NAME]",
    hl_ctl_print_pair },
  { "hook add", "hook/add", "", "location! provider! secret secret-file set*",
    "--location ID --provider NAME [--secret S | --secret-file FILE|-] [--set NAME=VALUE]...",
    hl_ctl_print_path },
  { "hook set", "hook/set", "id", "set* unset*", "HOOK-ID [--set NAME=VALUE]... [--unset NAME]...",
    hl_ctl_print_nothing },
  { "hook remove", "hook/remove", "id", "", "HOOK-ID", hl_ctl_print_nothing },
  { "hook rotate", "hook/rotate", "id", "secret secret-file",
    "HOOK-ID [--secret S | --secret-file FILE|-]", hl_ctl_print_path },
  { "hook list", "hook/list", "", "location", "[--location ID]", hl_ctl_print_hooks },
  { "hook unreadable", "hook/unreadable", "id", "", "HOOK-ID", hl_ctl_print_unreadable },
  { "hook providers", NULL, "", "provider", "[--provider NAME]", NULL, run_providers },
  { "device list", "device/list", "location", "", "ID", hl_ctl_print_devices },
  { "device remove", "device/remove", "id", "", "DEVICE-ID", hl_ctl_print_nothing },
  { "device status", "device/status", "location", "", "ID", hl_ctl_print_presence },
  { "subscriber add", "subscriber/add", "", "location! url! after", "--location ID --url URL [--after SEQ]",
    hl_ctl_print_subscriber },
  { "subscriber remove", "subscriber/remove", "id", "", "SUBSCRIBER-ID", hl_ctl_print_nothing },
  { "subscriber rotate", "subscriber/rotate", "id", "", "SUBSCRIBER-ID", hl_ctl_print_subscriber },
  { "subscriber enable", "subscriber/enable", "id", "", "SUBSCRIBER-ID", hl_ctl_print_nothing },
  { "subscriber list", "subscriber/list", "", "location", "[--location ID]", hl_ctl_print_subscribers },
  { "connections export", "connections", "location", "device since", "ID [--device DEVICE] [--since TIME|24h]",
    hl_ctl_print_connections_masked, run_pages },
  { "connections", "connections", "location", "device since", "ID [--device DEVICE] [--since TIME|24h]",
    hl_ctl_print_connections, run_pages },
  { "events", "events", "location", "after", "ID [--after SEQ]", NULL, run_events },
  { "state", "state", "location", "", "ID", hl_ctl_print_json },
  { "backup", "backup", "=file", "", "FILE", hl_ctl_print_nothing },
  { "restore", NULL, "=file", "", "FILE", NULL, run_restore },
  { "check", "check", "", "", "", hl_ctl_print_check, run_check },
  { "erase", "erase", "", "phone!", "--phone NUMBER", hl_ctl_print_erased },
  { "doctor", NULL, "", "", "", NULL, run_doctor },
  { "purge", "purge", "", "older-than", "[--older-than DAYS]", hl_ctl_print_purged, run_purge },
  { "repair", NULL, "", "", "", NULL, run_repair },
  { "reload", "reload", "", "", "", hl_ctl_print_nothing },
  { "replay", NULL, "", "url speed hook!* secret-file* set*",
    "FILE...|- --hook PATH... [--secret-file FILE]... [--url URL] [--speed X] [--set NAME=VALUE]...", NULL,
    run_replay },
  { "schema", NULL, "", "format", "[--format json-schema|asyncapi|openapi]", NULL, run_schema },
  { "check-config", NULL, "=file", "", "FILE", NULL, run_check_config },
};

/* ---- failing ---- */

static int
fail (int code, const char *message)
{
  g_printerr ("hostlinectl: %s\n", message);
  return code;
}

static int
fail_with (const GError *error)
{
  int code = HL_CTL_EXIT_FAILED;

  if (error->domain == HL_CTL_RUNNER_ERROR)
    code = HL_CTL_EXIT_NO_ANSWER;
  else if (g_error_matches (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE))
    code = HL_CTL_EXIT_STORE;
  else if (g_error_matches (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_USAGE))
    code = HL_CTL_EXIT_USAGE;
  return fail (code, error->message);
}

static int G_GNUC_PRINTF (1, 2)
fail_usage (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fail (HL_CTL_EXIT_USAGE, text);
  g_printerr ("Try 'hostlinectl --help' for more information.\n");
  return HL_CTL_EXIT_USAGE;
}

static int
print_help (void)
{
  g_print ("Usage: hostlinectl [--data-dir DIR] [--config FILE] [--json] COMMAND [ARGUMENT]...\n"
           "Operate a Hostline server: the one that runs on DIR, or its files when none runs.\n\n"
           "Commands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_print ("  %s%s%s\n", entries[i].words, *entries[i].synopsis != '\0' ? " " : "",
             entries[i].synopsis);
  g_print ("\nOptions:\n"
           "  --data-dir DIR  where the server keeps its data (else HOSTLINE_DATA_DIR, the\n"
           "                  configuration, STATE_DIRECTORY, " HL_CONFIG_DEFAULT_DATA_DIR ")\n"
           "  --config FILE   configuration to read instead of " HL_CONFIG_FILE "\n"
           "  --json          print results as JSON\n"
           "  --help          print this and exit\n"
           "  --version       print the version and exit\n\n"
           "Exit status: 0 done, 1 failed, 2 wrong usage, 69 the server does not answer,\n"
           "75 the store cannot be opened.\n");
  return 0;
}

/* ---- from the command line to parameters ---- */

static const Entry *
find_entry (GPtrArray *words, guint *used)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_auto (GStrv) parts = g_strsplit (entries[i].words, " ", -1);
    guint n = g_strv_length (parts);
    gboolean same = words->len >= n;

    for (guint k = 0; same && k < n; k++)
      same = strcmp (parts[k], words->pdata[k]) == 0;
    if (same) {
      *used = n;
      return &entries[i];
    }
  }
  return NULL;
}

/* Whether @option is in the list @allowed; @marks: (out): the characters after its name there */
static gboolean
is_allowed (const char *allowed, const char *option, char marks[3])
{
  g_auto (GStrv) names = g_strsplit (allowed, " ", -1);

  for (char **name = names; *name != NULL; name++) {
    gsize length = strlen (option);

    if (strncmp (*name, option, length) == 0 && strspn (*name + length, "!*") == strlen (*name + length)) {
      g_strlcpy (marks, *name + length, 3);
      return TRUE;
    }
  }
  marks[0] = '\0';
  return FALSE;
}

static int
check_options (const Entry *entry, const HlCtlOptions *options)
{
  for (int i = 0; i < HL_CTL_N_OPTIONS; i++) {
    const char *name = hl_ctl_option_names[i];
    char marks[3];
    gboolean allowed = is_allowed (entry->options, name, marks);

    if (!allowed && options->values[i]->len > 0)
      return fail_usage ("“%s” takes no option --%s", entry->words, name);
    if (strchr (marks, '!') != NULL && options->values[i]->len == 0)
      return fail_usage ("“%s” needs the option --%s", entry->words, name);
    if (options->values[i]->len > 1 && strchr (marks, '*') == NULL)
      return fail_usage ("the option --%s was given twice", name);
    for (guint k = 0; k < options->values[i]->len; k++) {
      if (!g_utf8_validate (options->values[i]->pdata[k], -1, NULL))
        return fail_usage ("the option --%s is not valid UTF-8", name);
    }
  }
  return 0;
}

static gboolean
add_file (JsonObject *params, const char *name, const char *path, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = MAX_FILE, .max_members = 2048 };
  gsize length = 0;
  g_autofree char *text = hl_ctl_input_read (path, &length, error);
  JsonObject *object;

  if (text == NULL)
    return FALSE;
  object = hl_json_parse_object (text, length, &limits, error);
  if (object == NULL) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  json_object_set_object_member (params, name, object);
  return TRUE;
}

static gboolean
add_argument (JsonObject *params, const char *spec, const char *word, GError **error)
{
  if (spec[0] == '@')
    return add_file (params, spec + 1, word, error);
  if (spec[0] == '=') {
    g_autofree char *path = g_canonicalize_filename (word, NULL);

    json_object_set_string_member (params, spec + 1, path);
  } else {
    json_object_set_string_member (params, spec, word);
  }
  return TRUE;
}

static gboolean
add_secret (JsonObject *params, const char *path, GError **error)
{
  g_autofree char *secret = hl_ctl_input_read_secret (path, error);

  if (secret == NULL)
    return FALSE;
  json_object_set_string_member (params, "secret", secret);
  return TRUE;
}

static gboolean
add_option (JsonObject *params, const Entry *entry, const HlCtlOptions *options,
            HlCtlOption option, GError **error)
{
  const char *value = hl_ctl_options_get (options, option);

  if (value == NULL)
    return TRUE;
  if (option == HL_CTL_SECRET_FILE)
    return add_secret (params, value, error);
  if (option == HL_CTL_SET)
    return hl_ctl_input_add_settings (params, options->values[option], error);
  if (option == HL_CTL_UNSET || (option == HL_CTL_LOCATION && strcmp (entry->words, "token add") == 0)) {
    JsonArray *array = json_array_new ();

    for (guint i = 0; i < options->values[option]->len; i++)
      json_array_add_string_element (array, options->values[option]->pdata[i]);
    json_object_set_array_member (params, option == HL_CTL_UNSET ? "unset" : "locations", array);
  } else {
    json_object_set_string_member (params, hl_ctl_option_names[option], value);
  }
  return TRUE;
}

/* Returns: 0, or an exit code after a message */
static int
make_params (const Entry *entry, HlCtlOptions *options, JsonObject **params)
{
  g_autoptr (JsonObject) made = json_object_new ();
  g_auto (GStrv) specs = g_strsplit (entry->arguments, " ", -1);
  g_autoptr (GError) error = NULL;
  guint n = *entry->arguments != '\0' ? g_strv_length (specs) : 0;

  if (options->words->len < n)
    return fail_usage ("“%s” needs more arguments: %s", entry->words, entry->synopsis);
  if (options->words->len > n)
    return fail_usage ("unexpected argument “%s”", (char *) options->words->pdata[n]);
  for (guint i = 0; i < n; i++) {
    if (!g_utf8_validate (options->words->pdata[i], -1, NULL))
      return fail_usage ("an argument is not valid UTF-8");
    if (!add_argument (made, specs[i], options->words->pdata[i], &error))
      return fail_with (error);
  }
  if (options->values[HL_CTL_SECRET]->len > 0 && options->values[HL_CTL_SECRET_FILE]->len > 0)
    return fail_usage ("--secret and --secret-file exclude each other");
  for (int i = 0; i < HL_CTL_N_OPTIONS; i++) {
    if (!add_option (made, entry, options, (HlCtlOption) i, &error))
      return fail_with (error);
  }
  *params = g_steal_pointer (&made);
  return 0;
}

/* ---- running ---- */

/* Returns: (transfer full) (nullable): NULL after a message: exit 1 */
static HlConfig *
load_config (const HlCtlOptions *options)
{
  g_autoptr (GError) error = NULL;
  HlConfig *config = options->config != NULL ? hl_config_load (options->config, &error)
                                             : hl_config_load_default (&error);

  if (config == NULL)
    fail (HL_CTL_EXIT_FAILED, error->message);
  return config;
}

/* Returns: (transfer full) (nullable): NULL with an exit code after a message */
static HlCtlRunner *
make_runner (const Entry *entry, HlCtlOptions *options, int *code)
{
  g_autoptr (HlConfig) config = load_config (options);
  g_autofree char *directory = NULL;

  if (config == NULL) {
    *code = HL_CTL_EXIT_FAILED;
    return NULL;
  }
  directory = hl_config_resolve_data_dir (config, options->data_dir);
  return hl_ctl_runner_new (directory, config, hl_commands_find (entry->command));
}

static int
run_command (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlCtlRunner) runner = NULL;
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (GError) error = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  runner = make_runner (entry, options, &code);
  if (runner == NULL)
    return code;
  result = hl_ctl_runner_run (runner, params, &error);
  if (result == NULL)
    return fail_with (error);
  if (options->json)
    hl_ctl_print_json (json_node_get_object (result));
  else
    entry->print (json_node_get_object (result));
  return 0;
}

static int
run_check (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlCtlRunner) runner = NULL;
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (GError) error = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  runner = make_runner (entry, options, &code);
  if (runner == NULL)
    return code;
  result = hl_ctl_runner_run (runner, params, &error);
  if (g_error_matches (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE) && hl_ctl_runner_has_store (runner))
    g_prefix_error (&error, "“hostlinectl repair” may help: ");
  if (result == NULL)
    return fail_with (error);
  (options->json ? hl_ctl_print_json : hl_ctl_print_check) (json_node_get_object (result));
  if (!json_object_get_boolean_member (json_node_get_object (result), "ok"))
    return fail (HL_CTL_EXIT_FAILED, "The store is damaged; what was found stands above.");
  return 0;
}

/* Page by page, so that a log of any length fits. */
static int
run_events (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlCtlRunner) runner = NULL;
  g_autoptr (JsonObject) params = NULL;
  const char *after = hl_ctl_options_get (options, HL_CTL_AFTER);
  guint64 seq = 0;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  if (after != NULL && !g_ascii_string_to_unsigned (after, 10, 0, HL_JSON_MAX_INTEGER, &seq, NULL))
    return fail_usage ("--after takes a seq, not “%s”", after);
  runner = make_runner (entry, options, &code);
  if (runner == NULL)
    return code;
  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) result = NULL;
    JsonArray *events;

    json_object_set_int_member (params, "after", (gint64) seq);
    result = hl_ctl_runner_run (runner, params, &error);
    if (result == NULL)
      return fail_with (error);
    events = json_object_get_array_member (json_node_get_object (result), "events");
    for (guint i = 0; i < json_array_get_length (events); i++) {
      JsonObject *event = json_array_get_object_element (events, i);

      hl_ctl_print_json (event);
      seq = (guint64) json_object_get_int_member (event, "seq");
    }
    if (json_array_get_length (events) == 0)
      return 0;
  }
}

/* The same for rows that have a number: each page is printed by itself, as JSON one object a line. */
static int
run_pages (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlCtlRunner) runner = NULL;
  g_autoptr (JsonObject) params = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  /* what is masked is text for people: a program has no use for it, and gets nothing unmasked by mistake */
  if (options->json && entry->print == hl_ctl_print_connections_masked)
    return fail_usage ("“%s” prints text, not JSON", entry->words);
  runner = make_runner (entry, options, &code);
  if (runner == NULL)
    return code;
  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) result = hl_ctl_runner_run (runner, params, &error);
    JsonArray *rows;
    guint n;

    if (result == NULL)
      return fail_with (error);
    rows = json_object_get_array_member (json_node_get_object (result), entry->command);
    n = json_array_get_length (rows);
    if (n == 0)
      return 0;
    for (guint i = 0; options->json && i < n; i++)
      hl_ctl_print_json (json_array_get_object_element (rows, i));
    if (!options->json)
      entry->print (json_node_get_object (result));
    json_object_set_int_member (params, "after",
                                json_object_get_int_member (json_array_get_object_element (rows, n - 1), "row"));
  }
}

/* A server does it in pieces, so that its requests wait for none of them long: asked until all is done. */
static int
run_purge (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlCtlRunner) runner = NULL;
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (JsonNode) total = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  runner = make_runner (entry, options, &code);
  if (runner == NULL)
    return code;
  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) result = hl_ctl_runner_run (runner, params, &error);

    if (result == NULL)
      return fail_with (error);
    hl_ctl_add_purged (&total, json_node_get_object (result));
    if (!json_object_get_boolean_member (json_node_get_object (result), "more"))
      break;
  }
  (options->json ? hl_ctl_print_json : entry->print) (json_node_get_object (total));
  return 0;
}

static int
run_doctor (const Entry *entry, HlCtlOptions *options)
{
  if (options->words->len > 0)
    return fail_usage ("unexpected argument “%s”", (char *) options->words->pdata[0]);
  return hl_ctl_doctor (options);
}

static int
run_schema (const Entry *entry, HlCtlOptions *options)
{
  const char *format = hl_ctl_options_get (options, HL_CTL_FORMAT);
  g_autoptr (JsonNode) schema = NULL;
  g_autofree char *text = NULL;

  if (options->words->len > 0)
    return fail_usage ("unexpected argument “%s”", (char *) options->words->pdata[0]);
  if (format == NULL || strcmp (format, "json-schema") == 0)
    schema = hl_schema_print_json_schema ();
  else if (strcmp (format, "asyncapi") == 0)
    schema = hl_schema_print_asyncapi (HL_VERSION);
  else if (strcmp (format, "openapi") == 0)
    schema = hl_schema_print_openapi (HL_VERSION);
  else
    return fail_usage ("--format is json-schema, asyncapi or openapi, not “%s”", format);
  text = hl_json_print (schema);
  g_print ("%s\n", text);
  return 0;
}

static int
run_providers (const Entry *entry, HlCtlOptions *options)
{
  const char *name = hl_ctl_options_get (options, HL_CTL_PROVIDER);

  if (options->words->len > 0)
    return fail_usage ("unexpected argument “%s”", (char *) options->words->pdata[0]);
  if (name != NULL && hl_provider_find (name) == NULL)
    return fail (HL_CTL_EXIT_FAILED, "There is no such provider: see “hostlinectl hook providers”.");
  hl_ctl_print_providers (name, options->json);
  return 0;
}

static int
run_replay (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (HlConfig) config = load_config (options);
  g_autoptr (GError) error = NULL;
  gboolean all = FALSE;

  if (config == NULL)
    return HL_CTL_EXIT_FAILED;
  if (!hl_ctl_replay (options, config, &all, &error))
    return fail_with (error);
  return all ? 0 : HL_CTL_EXIT_FAILED;
}

static int
run_check_config (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  config = hl_config_load (json_object_get_string_member (params, "file"), &error);
  if (config == NULL || !hl_config_check_use (config, &error))
    return fail (HL_CTL_EXIT_FAILED, error->message);
  if (options->json)
    g_print ("{\"ok\":true}\n");
  return 0;
}

/* For what works on files that no server has. Returns: (transfer full) (nullable): NULL with *@code after a
 * message; @refusal: what to say while a server runs */
static HlLock *
lock_folder (HlCtlOptions *options, const char *refusal, char **directory, int *code)
{
  g_autoptr (HlConfig) config = load_config (options);
  g_autoptr (GError) error = NULL;
  HlLock *lock;

  *code = HL_CTL_EXIT_FAILED;
  if (config == NULL)
    return NULL;
  *directory = hl_config_resolve_data_dir (config, options->data_dir);
  if (!hl_offline_drop_privileges (*directory, &error)) {
    *code = fail_with (error);
    return NULL;
  }
  lock = hl_lock_take (*directory, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    fail (HL_CTL_EXIT_FAILED, refusal);
  else if (lock == NULL)
    *code = fail (HL_CTL_EXIT_STORE, error->message);
  return lock;
}

typedef struct {
  HlConfig *config;
  const char *directory;
  HlErasures *erasures;
  guint n_locations;
  gboolean former_unreadable;
  guint n_revoked;
} Again;

/* Whoever was erased since the backup was made is erased from it too, before anybody can read it, and what was revoked is revoked. */
static gboolean
do_again (const char *folder, gpointer user_data, GError **error)
{
  static const HlCommand writing = { "restore", HL_COMMAND_WRITES, NULL, "" };
  Again *again = user_data;
  HlLock *lock = hl_lock_take (folder, error);
  g_autoptr (HlOffline) offline = NULL;
  g_autoptr (GPtrArray) revoked = NULL;

  if (lock == NULL)
    return FALSE;
  offline = hl_offline_new (folder, lock, again->config, &writing, error);
  if (offline == NULL ||
      !hl_command_erase_again (HL_COMMAND_HOST (offline), again->erasures, &again->n_locations, error))
    return FALSE;
  /* a backup is put back most of all where the former store is beyond reading */
  revoked = hl_revoked_list (again->directory, NULL);
  again->former_unreadable = revoked == NULL;
  return revoked == NULL || hl_revoked_apply (HL_COMMAND_HOST (offline), revoked, &again->n_revoked, error);
}

static void
print_again (const Again *again)
{
  if (again->n_locations > 0)
    g_printerr ("People who had been erased were erased again from %u of the backup's logs.\n",
                again->n_locations);
  if (again->n_revoked > 0)
    g_printerr ("Tokens and devices that had been revoked since were revoked again: %u.\n", again->n_revoked);
  if (again->former_unreadable)
    g_printerr ("The former store cannot be read: tokens and devices that were revoked since the backup work again.\n");
}

static int
run_restore (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (HlConfig) config = load_config (options);
  g_autoptr (HlErasures) erasures = NULL;
  Again again = { 0 };
  g_autoptr (HlLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *kept = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  if (config == NULL)
    return HL_CTL_EXIT_FAILED;
  lock = lock_folder (options, "Stop the server first: a backup is not restored under it.", &directory, &code);
  if (lock == NULL)
    return code;
  erasures = hl_erasures_load (directory, &error);
  if (erasures == NULL)
    return fail (HL_CTL_EXIT_FAILED, error->message);
  again.config = config;
  again.directory = directory;
  again.erasures = erasures;
  if (!hl_sqlite_restore (directory, json_object_get_string_member (params, "file"),
                          hl_clock_wall_ms (), do_again, &again, &kept, &error))
    return fail (HL_CTL_EXIT_FAILED, error->message);
  print_again (&again);
  if (options->json)
    g_print ("{\"ok\":true}\n");
  if (kept != NULL)
    g_printerr ("The former store lies in %s.\n", kept);
  g_printerr ("Hooks and subscribers are those of the backup: what was removed since works again.\n");
  return 0;
}

static int
run_repair (const Entry *entry, HlCtlOptions *options)
{
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (HlLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (HlRepairReport) report = NULL;
  g_autoptr (HlSqliteStore) store = NULL;
  int code = make_params (entry, options, &params);

  if (code != 0)
    return code;
  lock = lock_folder (options, "Stop the server first: a store is not repaired under it.", &directory, &code);
  if (lock == NULL)
    return code;
  path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (HL_CTL_EXIT_STORE, "There is no Hostline data in this folder.");
  store = hl_repair_open (directory, TRUE, hl_clock_wall_ms (), &report, &error);
  if (store == NULL)
    return fail (HL_CTL_EXIT_STORE, error->message);
  text = report != NULL ? hl_repair_report_print (report) : g_strdup ("Nothing is damaged.\n");
  if (options->json) {
    g_autoptr (JsonObject) result = json_object_new ();

    json_object_set_boolean_member (result, "repaired", report != NULL);
    json_object_set_string_member (result, "report", text);
    hl_ctl_print_json (result);
  } else {
    g_print ("%s", text);
  }
  return 0;
}

int
hl_ctl_main (int argc, char **argv)
{
  g_autoptr (HlCtlOptions) options = NULL;
  const Entry *entry;
  guint used = 0;
  int code;

  setlocale (LC_ALL, "");
  hl_log_install ();
  hl_log_set_level (HL_LOG_WARNING);
  options = hl_ctl_options_parse (argc, argv);
  if (options == NULL)
    return HL_CTL_EXIT_USAGE;
  if (options->help)
    return print_help ();
  if (options->version) {
    g_print ("hostlinectl (Hostline) " HL_VERSION "\n");
    return 0;
  }
  if (options->words->len == 0)
    return fail_usage ("a command is missing");
  entry = find_entry (options->words, &used);
  if (entry == NULL)
    return fail_usage ("there is no command “%s”", (char *) options->words->pdata[0]);
  g_ptr_array_remove_range (options->words, 0, used);
  code = check_options (entry, options);
  if (code != 0)
    return code;
  return entry->handler != NULL ? entry->handler (entry, options) : run_command (entry, options);
}
