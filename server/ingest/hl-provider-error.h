/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The errors of a provider: a body that makes no sense to us though its sender is who it says, a setting that is none. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_PROVIDER_ERROR (hl_provider_error_quark ())
GQuark hl_provider_error_quark (void);

typedef enum {
  HL_PROVIDER_ERROR_UNREADABLE, /* kept, counted, answered 200 and shown by `hostlinectl hook list` */
  HL_PROVIDER_ERROR_SETTING,    /* a hook's setting; the message is for the operator */
} HlProviderError;

G_END_DECLS
