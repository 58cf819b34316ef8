/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of Twilio's adapter. */
#pragma once

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

HlVerify hl_twilio_verify (const HlDelivery *delivery, const char *const *secrets);
gboolean hl_twilio_sign   (const HlDelivery *delivery, const char *secret, const char *id, GHashTable *headers);

G_END_DECLS
