/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl doctor: every look in turn, and what is printed of it. */
#include "admin/hl-ctl-doctor.h"

#include "admin/hl-commands.h"
#include "admin/hl-ctl-print.h"
#include "admin/hl-ctl-runner.h"
#include "admin/hl-doctor.h"
#include "store/hl-lock.h"

static HlConfig *
look_at_config (JsonArray *checks, const HlCtlOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = options->config != NULL ? hl_config_load (options->config, &error)
                                                        : hl_config_load_default (&error);

  if (config == NULL || !hl_config_check_use (config, &error))
    hl_doctor_add (checks, HL_DOCTOR_FAIL, "config", "correct it; “hostlinectl check-config FILE” looks it over", "%s",
                   error->message);
  else
    hl_doctor_add (checks, HL_DOCTOR_OK, "config", NULL, "the configuration can be used");
  return g_steal_pointer (&config);
}

/* Returns: (transfer full) (nullable): where the server listens; NULL: none answers */
static GStrv
look_into_store (JsonArray *checks, const char *directory, HlConfig *config)
{
  g_autoptr (HlConfig) used = config != NULL ? g_object_ref (config) : hl_config_new ();
  g_autoptr (HlCtlRunner) runner = hl_ctl_runner_new (directory, used, hl_commands_find ("doctor"));
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = hl_ctl_runner_run (runner, params, &error);
  g_autoptr (GStrvBuilder) builder = NULL;
  JsonObject *object;
  JsonArray *found;

  if (result == NULL) {
    if (g_error_matches (error, HL_CTL_RUNNER_ERROR, HL_CTL_RUNNER_ERROR_NO_ANSWER))
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "server", "look into its log, and start it anew", "%s", error->message);
    else
      hl_doctor_add (checks, HL_DOCTOR_FAIL, "store", "look at the lines above; “hostlinectl repair” may help", "%s",
                     error->message);
    return NULL;
  }
  object = json_node_get_object (result);
  found = json_object_get_array_member (object, "checks");
  for (guint i = 0; i < json_array_get_length (found); i++)
    json_array_add_object_element (checks, json_object_ref (json_array_get_object_element (found, i)));
  if (!json_object_has_member (object, "listeners"))
    return NULL;
  builder = g_strv_builder_new ();
  found = json_object_get_array_member (object, "listeners");
  for (guint i = 0; i < json_array_get_length (found); i++)
    g_strv_builder_add (builder, json_array_get_string_element (found, i));
  return g_strv_builder_end (builder);
}

static const char *
get_text (JsonObject *check, const char *name)
{
  return json_object_get_string_member_with_default (check, name, "");
}

int
hl_ctl_doctor (const HlCtlOptions *options)
{
  JsonArray *checks = json_array_new ();
  g_autoptr (JsonObject) result = json_object_new ();
  g_autoptr (HlConfig) config = look_at_config (checks, options);
  g_autofree char *directory = hl_config_resolve_data_dir (config, options->data_dir);
  g_auto (GStrv) listeners = NULL;
  gboolean runs = hl_lock_is_held (directory);
  gboolean ok = TRUE;

  json_object_set_array_member (result, "checks", checks);
  hl_doctor_look_at_clock (checks);
  hl_doctor_look_at_folder (checks, directory);
  if (g_file_test (directory, G_FILE_TEST_IS_DIR)) {
    hl_doctor_look_at_disk (checks, directory, config);
    listeners = look_into_store (checks, directory, config);
  }
  if (config != NULL)
    hl_doctor_look_at_certificate (checks, config);
  if (!runs || listeners != NULL)
    hl_doctor_look_at_ports (checks, config, (const char *const *) listeners);
  for (guint i = 0; i < json_array_get_length (checks); i++) {
    JsonObject *check = json_array_get_object_element (checks, i);
    const char *todo = get_text (check, "todo");

    ok = ok && !g_str_equal (get_text (check, "state"), "fail");
    if (!options->json)
      g_print ("%-4s  %-11s  %s%s%s\n", get_text (check, "state"), get_text (check, "what"), get_text (check, "text"),
               *todo != '\0' ? "; " : "", todo);
  }
  json_object_set_boolean_member (result, "ok", ok);
  if (options->json)
    hl_ctl_print_json (result);
  return ok ? 0 : 1;
}
