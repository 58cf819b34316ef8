/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCredentials: what pairing gave this device: token, names, addresses, pins; a 0600 file in the
 * data folder. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Not in the keyring: no unlock prompt at 7 pm. Strings owned, never NULL unless said. */
typedef struct {
  char *token;    /* hl1_..._...; never logged, never shown */
  char *device;   /* the server's name for this device: identity of the outbox */
  char *role;     /* staff, manager */
  char *location; /* id */
  char *location_name;
  char *device_name; /* the label that a person gave: "Stand 1" */
  GStrv endpoints;   /* urls in order, maybe with #pki */
  GStrv pins;        /* "sha256:<64 hex>", may be empty */
  gboolean copied;   /* this folder was found to be a copy, or an old one: it must be paired anew */
} HlCredentials;

HlCredentials *hl_credentials_new (void);
HlCredentials *hl_credentials_copy (const HlCredentials *self);
void hl_credentials_free (HlCredentials *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlCredentials, hl_credentials_free)

/* NULL without an error when there is no file. Blocking: the file is small and local, but call it
 * from a thread. */
HlCredentials *hl_credentials_load (const char *path, GError **error);
/* Whole or not at all: temporary neighbour, fsync, rename, mode 0600. */
gboolean hl_credentials_save (const HlCredentials *self, const char *path, GError **error);

G_END_DECLS
