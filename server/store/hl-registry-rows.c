/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Freeing what the registry gives out. */
#include "store/hl-registry-rows.h"

void
hl_token_info_free (HlTokenInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->hash);
  g_free (self->name);
  g_free (self->device);
  g_strfreev (self->locations);
  g_free (self);
}

void
hl_device_info_free (HlDeviceInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->location);
  g_free (self->name);
  g_free (self->install_id);
  g_free (self->app);
  g_free (self->platform);
  g_free (self->token_id);
  g_free (self);
}

void
hl_hook_info_free (HlHookInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->location);
  g_free (self->provider);
  g_strfreev (self->paths);
  g_free (self->path_ends);
  g_strfreev (self->secrets);
  g_free (self->secret_ends);
  g_free (self->settings);
  g_free (self->refusal_reason);
  g_free (self->refusal_url);
  g_free (self);
}

void
hl_subscriber_info_free (HlSubscriberInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->location);
  g_free (self->url);
  g_strfreev (self->secrets);
  g_free (self->secret_ends);
  g_free (self->epoch);
  g_free (self->last_error);
  g_free (self->disabled_reason);
  g_free (self);
}

const char **
hl_registry_choose_valid (char **secrets, const gint64 *ends, gint64 now)
{
  const guint n = secrets != NULL ? g_strv_length (secrets) : 0;
  const char **valid = g_new0 (const char *, n + 1);
  guint k = 0;

  for (guint i = 0; i < n; i++) {
    if (ends[i] == HL_REGISTRY_NEVER || ends[i] > now)
      valid[k++] = secrets[i];
  }
  return valid;
}

HlSubscriberInfo *
hl_subscriber_info_copy (const HlSubscriberInfo *self)
{
  HlSubscriberInfo *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->location = g_strdup (self->location);
  copy->url = g_strdup (self->url);
  copy->secrets = g_strdupv (self->secrets);
  copy->secret_ends = g_memdup2 (self->secret_ends, (g_strv_length (self->secrets) + 1) * sizeof (gint64));
  copy->epoch = g_strdup (self->epoch);
  copy->last_error = g_strdup (self->last_error);
  copy->disabled_reason = g_strdup (self->disabled_reason);
  return copy;
}

void
hl_pair_answer_free (HlPairAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->token_id);
  g_free (self->device);
  g_free (self->location);
  g_free (self);
}
