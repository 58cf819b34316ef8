/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing: POST /v1/pair with a link, or with an address and a typed code; the app makes the
 * secret. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char *token; /* hl1_<id>_<secret>, made here: the server knows only its hash */
  char *device, *role, *location, *location_name;
  GStrv endpoints;
  GStrv pins;
} HlPairingResult;
void hl_pairing_result_free (HlPairingResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPairingResult, hl_pairing_result_free)

#define HL_PAIRING_ERROR (hl_pairing_error_quark ())
GQuark hl_pairing_error_quark (void);
typedef enum {
  HL_PAIRING_ERROR_MALFORMED,         /* link, address or code cannot be read; 422 */
  HL_PAIRING_ERROR_CODE_UNKNOWN,      /* 404 */
  HL_PAIRING_ERROR_CODE_USED,         /* 410 code_used */
  HL_PAIRING_ERROR_CODE_EXPIRED,      /* 410 code_expired */
  HL_PAIRING_ERROR_TOO_MANY_ATTEMPTS, /* 429; the message says how long to wait */
  HL_PAIRING_ERROR_CONFIRM_PIN, /* typed code over TLS: the person has to compare hl_pairing_get_pin
                                   () first */
  HL_PAIRING_ERROR_CONNECTION,  /* no address answered: the message is the last error's */
  HL_PAIRING_ERROR_ANSWER,      /* the answer cannot be used */
} HlPairingError;

/* One try at pairing: keeps its secret, so that a lost reply does not burn the code (the same code
 * and secret get the same answer for 10 minutes). */
#define HL_TYPE_PAIRING (hl_pairing_get_type ())
G_DECLARE_FINAL_TYPE (HlPairing, hl_pairing, HL, PAIRING, GObject)

/* link, or address and code. Nothing is read or sent yet: errors are MALFORMED. */
HlPairing *hl_pairing_new (const char *link, const char *address, const char *code,
                           const char *device_name, const char *install_id, GError **error);
/* The server's pin that was seen, "9f2c 41d0", as hostlinectl pair shows it; NULL before. */
const char *hl_pairing_get_pin (HlPairing *self);
/* The person said that both show the same 8 characters. */
void hl_pairing_confirm_pin (HlPairing *self);
/* Tries the addresses in order; again after a failure is fine. */
void hl_pairing_run_async (HlPairing *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
HlPairingResult *hl_pairing_run_finish (HlPairing *self, GAsyncResult *result, GError **error);

G_END_DECLS
