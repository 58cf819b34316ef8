/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of a provider's translation: the sender is who it says, but its body makes no sense to us. */
#include "ingest/hl-provider-error.h"

G_DEFINE_QUARK (hl-provider-error-quark, hl_provider_error)
