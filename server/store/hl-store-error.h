/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong in a store, told apart by what the caller does about it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_STORE_ERROR (hl_store_error_quark ())

typedef enum {
  HL_STORE_ERROR_FAILED,           /* I/O or SQLite failed; if hl_store_is_broken (), only a reopen helps */
  HL_STORE_ERROR_FULL,             /* disk full, or nearly: nothing was written, reading goes on */
  HL_STORE_ERROR_CORRUPT,          /* a row's checksum is wrong; the message names location and seq */
  HL_STORE_ERROR_NEWER,            /* the file was written by a newer program; it was not touched */
  HL_STORE_ERROR_CONFLICT,         /* the expected position is not the head; nothing was written */
  HL_STORE_ERROR_UNKNOWN_LOCATION, /* no such location */
  HL_STORE_ERROR_EXISTS,           /* the key, id or location is there already */
  HL_STORE_ERROR_BELOW_FLOOR,      /* the log no longer reaches back that far */
  HL_STORE_ERROR_READ_ONLY,        /* a reader was asked to write */
  HL_STORE_ERROR_INVALID,          /* the caller broke a rule of the header (a bug, not a condition) */
} HlStoreError;

GQuark hl_store_error_quark (void);

G_END_DECLS
