/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of a provider's translation: the sender is who it says, but its body makes no sense to us. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_PROVIDER_ERROR (hl_provider_error_quark ())
GQuark hl_provider_error_quark (void);

typedef enum {
  HL_PROVIDER_ERROR_UNREADABLE, /* kept, counted, answered 200 and shown by `hostlinectl hook list` */
} HlProviderError;

G_END_DECLS
