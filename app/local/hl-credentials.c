/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The credentials' file, see hl-credentials.h. */
#include "local/hl-credentials.h"

#include <string.h>

#define GROUP "pairing"

HlCredentials *
hl_credentials_new (void)
{
  HlCredentials *self = g_new0 (HlCredentials, 1);
  self->endpoints = g_new0 (char *, 1);
  self->pins = g_new0 (char *, 1);
  return self;
}

HlCredentials *
hl_credentials_copy (const HlCredentials *self)
{
  HlCredentials *copy = g_new0 (HlCredentials, 1);
  copy->token = g_strdup (self->token);
  copy->device = g_strdup (self->device);
  copy->role = g_strdup (self->role);
  copy->location = g_strdup (self->location);
  copy->location_name = g_strdup (self->location_name);
  copy->device_name = g_strdup (self->device_name);
  copy->endpoints = g_strdupv (self->endpoints);
  copy->pins = g_strdupv (self->pins);
  copy->copied = self->copied;
  return copy;
}

void
hl_credentials_free (HlCredentials *self)
{
  if (self == NULL)
    return;
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self->device);
  g_free (self->role);
  g_free (self->location);
  g_free (self->location_name);
  g_free (self->device_name);
  g_strfreev (self->endpoints);
  g_strfreev (self->pins);
  g_free (self);
}

static char *
get (GKeyFile *file, const char *key)
{
  char *text = g_key_file_get_string (file, GROUP, key, NULL);
  return text != NULL ? text : g_strdup ("");
}

HlCredentials *
hl_credentials_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  HlCredentials *self;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error)) {
    if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  self = g_new0 (HlCredentials, 1);
  self->token = get (file, "token");
  self->device = get (file, "device");
  self->role = get (file, "role");
  self->location = get (file, "location");
  self->location_name = get (file, "location-name");
  self->device_name = get (file, "device-name");
  self->endpoints = g_key_file_get_string_list (file, GROUP, "endpoints", NULL, NULL);
  self->pins = g_key_file_get_string_list (file, GROUP, "pins", NULL, NULL);
  self->copied = g_key_file_get_boolean (file, GROUP, "copied", NULL);
  if (self->pins == NULL)
    self->pins = g_new0 (char *, 1);
  if (*self->token == '\0' || *self->device == '\0' || *self->location == '\0'
      || self->endpoints == NULL || self->endpoints[0] == NULL) {
    hl_credentials_free (self);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "“%s” is not complete: pair this device again", path);
    return NULL;
  }
  return self;
}

gboolean
hl_credentials_save (const HlCredentials *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize len;
  gboolean ok;

  g_key_file_set_string (file, GROUP, "token", self->token);
  g_key_file_set_string (file, GROUP, "device", self->device);
  g_key_file_set_string (file, GROUP, "role", self->role != NULL ? self->role : "");
  g_key_file_set_string (file, GROUP, "location", self->location);
  g_key_file_set_string (file, GROUP, "location-name",
                         self->location_name != NULL ? self->location_name : "");
  g_key_file_set_string (file, GROUP, "device-name",
                         self->device_name != NULL ? self->device_name : "");
  g_key_file_set_string_list (file, GROUP, "endpoints", (const char *const *)self->endpoints,
                              g_strv_length (self->endpoints));
  g_key_file_set_string_list (file, GROUP, "pins", (const char *const *)self->pins,
                              g_strv_length (self->pins));
  if (self->copied)
    g_key_file_set_boolean (file, GROUP, "copied", TRUE);
  text = g_key_file_to_data (file, &len, NULL);
  ok = g_file_set_contents_full (path, text, (gssize)len,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error);
  explicit_bzero (text, len);
  return ok;
}
