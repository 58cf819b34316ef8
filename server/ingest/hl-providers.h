/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The providers that are built in, one file each under providers/; hl-providers.c has the table. */
#pragma once

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

extern const HlProvider hl_provider_bland;
extern const HlProvider hl_provider_cloudevents;
extern const HlProvider hl_provider_eatapp;
extern const HlProvider hl_provider_elevenlabs;
extern const HlProvider hl_provider_livekit;
extern const HlProvider hl_provider_odoo;
extern const HlProvider hl_provider_openai;
extern const HlProvider hl_provider_retell;
extern const HlProvider hl_provider_square;
extern const HlProvider hl_provider_standard_webhooks;
extern const HlProvider hl_provider_tastyigniter;
extern const HlProvider hl_provider_twilio;
extern const HlProvider hl_provider_vapi;

G_END_DECLS
