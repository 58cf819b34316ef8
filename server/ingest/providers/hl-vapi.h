/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of Vapi's adapter. */
#pragma once

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

#define VAPI_NAME "vapi"

extern const HlProviderSetting hl_vapi_settings[];

HlVerify   hl_vapi_verify     (const HlDelivery *delivery, const char *const *secrets);
gboolean   hl_vapi_sign       (const HlDelivery *delivery, const char *secret, const char *id, GHashTable *headers);

char      *hl_vapi_make_key   (const HlHookBody *body);
GPtrArray *hl_vapi_list_tools (const HlHookBody *body);
char      *hl_vapi_answer     (const HlHookBody *body, GPtrArray *tools);

G_END_DECLS
