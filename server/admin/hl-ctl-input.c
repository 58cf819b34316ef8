/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hostlinectl's commands are given in files, on standard input and as NAME=VALUE. */
#include "admin/hl-ctl-input.h"

#include <stdio.h>
#include <string.h>

#include "admin/hl-commands.h"

char *
hl_ctl_input_read (const char *path, gsize *length, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GString) text = NULL;
  char buffer[4096];
  gsize n;

  if (strcmp (path, "-") != 0) {
    char *contents = NULL;

    if (!g_file_load_contents (file, NULL, &contents, length, NULL, error)) {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
    return contents;
  }
  text = g_string_new (NULL);
  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0 && text->len <= HL_CTL_INPUT_MAX)
    g_string_append_len (text, buffer, (gssize) n);
  *length = text->len;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hl_ctl_input_read_secret (const char *path, GError **error)
{
  gsize length = 0;
  g_autofree char *text = hl_ctl_input_read (path, &length, error);

  if (text == NULL)
    return NULL;
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    text[--length] = '\0';
  if (length == 0 || strlen (text) != length || !g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_INVALID, "%s holds no secret.", path);
    return NULL;
  }
  return g_steal_pointer (&text);
}

gboolean
hl_ctl_input_add_settings (JsonObject *params, const GPtrArray *values, GError **error)
{
  g_autoptr (JsonObject) settings = json_object_new ();

  for (guint i = 0; i < values->len; i++) {
    const char *text = values->pdata[i];
    const char *equals = strchr (text, '=');
    g_autofree char *name = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : NULL;

    if (name == NULL || *name == '\0') {
      g_set_error (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_USAGE, "--set takes NAME=VALUE, not “%s”", text);
      return FALSE;
    }
    if (json_object_has_member (settings, name)) {
      g_set_error (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_USAGE, "“%s” is set twice", name);
      return FALSE;
    }
    json_object_set_string_member (settings, name, equals + 1);
  }
  json_object_set_object_member (params, "settings", g_steal_pointer (&settings));
  return TRUE;
}
