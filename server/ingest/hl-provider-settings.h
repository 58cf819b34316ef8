/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a provider's hooks: checked when they are given, completed when they are used. */
#pragma once

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

/* HL_PROVIDER_ERROR_SETTING with a sentence when a member of @settings is no setting of @provider, or its value is not
 * allowed. */
gboolean    hl_provider_check_settings (const HlProvider *provider, JsonObject *settings, GError **error);

gboolean    hl_provider_has_setting    (const HlProvider *provider, const char *name);

/* @text: a hook's settings as the registry keeps them, a JSON object's text. What is not given has its initial value, where
 * there is one. Transfer full. */
JsonObject *hl_provider_make_settings  (const HlProvider *provider, const char *text);

G_END_DECLS
