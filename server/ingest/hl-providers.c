/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of providers, and what all of them share. */
#include "ingest/hl-providers.h"

static const HlProvider *const providers[] = {
  &hl_provider_bland,
  &hl_provider_cloudevents,
  &hl_provider_eatapp,
  &hl_provider_elevenlabs,
  &hl_provider_livekit,
  &hl_provider_odoo,
  &hl_provider_openai,
  &hl_provider_retell,
  &hl_provider_square,
  &hl_provider_standard_webhooks,
  &hl_provider_tastyigniter,
  &hl_provider_twilio,
  &hl_provider_vapi,
  NULL,
};

const HlProvider *
hl_provider_find (const char *name)
{
  for (gsize i = 0; providers[i] != NULL; i++) {
    if (g_strcmp0 (providers[i]->name, name) == 0) {
      return providers[i];
    }
  }
  return NULL;
}

const HlProvider *const *
hl_provider_list (void)
{
  return providers;
}

const char *
hl_verify_get_name (HlVerify verify)
{
  static const char *const names[] = {
    [HL_VERIFY_OK] = "ok",       [HL_VERIFY_NO_HEADER] = "no_header", [HL_VERIFY_BAD_FORMAT] = "bad_format",
    [HL_VERIFY_STALE] = "stale", [HL_VERIFY_MISMATCH] = "mismatch",
    [HL_VERIFY_WRONG_URL] = "wrong_url",
  };

  g_return_val_if_fail (verify < G_N_ELEMENTS (names), "unknown");
  return names[verify];
}
