/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostlinectl doctor: what an installer gets wrong, each with what to do about it.
 *
 * What can be seen from outside (configuration, folder, disk, clock, certificate, ports) is looked at here, whether a
 * server runs or not; what stands in the store by the command `doctor`, in the server that runs or in hostlinectl.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "admin/hl-config.h"

G_BEGIN_DECLS

typedef enum {
  HL_DOCTOR_OK,
  HL_DOCTOR_WARN, /* it works, and will not for ever */
  HL_DOCTOR_FAIL, /* it does not work, or somebody else may read it */
} HlDoctorState;

/* Adds {"state", "what", "text", "todo"} to @checks. @what: one word. @todo: (nullable): a sentence */
void hl_doctor_add (JsonArray *checks, HlDoctorState state, const char *what, const char *todo,
                    const char *format, ...) G_GNUC_PRINTF (5, 6);

/* @config: of a server that is to use @directory; (nullable): it could not be read, which is told already */
void hl_doctor_look_at_folder (JsonArray *checks, const char *directory);
void hl_doctor_look_at_disk (JsonArray *checks, const char *directory, HlConfig *config);
void hl_doctor_look_at_clock (JsonArray *checks);
void hl_doctor_look_at_certificate (JsonArray *checks, HlConfig *config);

/* @uris: (nullable): where the server that runs listens; NULL: none runs, and the configured ports have to be free.
 * Blocks for some seconds at most. */
void hl_doctor_look_at_ports (JsonArray *checks, HlConfig *config, const char *const *uris);

G_END_DECLS
