/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows beside the log that have a checksum in their last column, crc, and how a statement asks for it.
 *
 * Triggers keep it (version_5 of the schema): whoever changes a row, changes it; but a row that is changed has to be whole
 * before, or its damage would be written into a new checksum. A statement that is run often gives the checksum itself, with
 * hl_crc (HL_ROW_X), and spares the trigger its second write. A statement that reads says `AND HL_PROVED (X, "")`: a row that
 * is damaged makes it fail with HL_DATABASE_ERROR_CORRUPT.
 *
 * The lists are part of version_5, a step that is released: all columns, in the order in which they are stored (the key's first,
 * then those of each ALTER TABLE). A column that is added later is of a new step, which has lists and triggers of its own.
 */
#pragma once

#define HL_ROW_LOCATION(p) \
  p "id, " p "name, " p "timezone, " p "epoch, " p "created, " p "seq, " p "h, " p "floor, " p "floor_h"
#define HL_ROW_REQUEST(p) \
  p "location, " p "source, " p "key, " p "fingerprint, " p "status, " p "answer, " p "at"
#define HL_ROW_EVENT_KEY(p) p "location, " p "source_kind, " p "source, " p "key, " p "seq"
#define HL_ROW_OUTCOME(p) p "location, " p "device, " p "act, " p "n, " p "outcome, " p "at"
#define HL_ROW_MARK(p) p "location, " p "device, " p "n"
#define HL_ROW_TOKEN(p) \
  p "id, " p "hash, " p "role, " p "name, " p "device, " p "created, " p "expires, " p "last_used, " p "revoked"
#define HL_ROW_TOKEN_LOCATION(p) p "token, " p "location"
#define HL_ROW_DEVICE(p) \
  p "id, " p "location, " p "name, " p "install_id, " p "app, " p "platform, " p "token, " p "role, " p "created, " \
  p "removed"
#define HL_ROW_PAIRING(p) \
  p "name, " p "hash, " p "location, " p "role, " p "label, " p "created, " p "expires, " p "tries, " p "used, " \
  p "secret_hash, " p "token, " p "device"
#define HL_ROW_HOOK(p) \
  p "id, " p "location, " p "provider, " p "settings, " p "created, " p "last_event, " p "last_refusal, " \
  p "refusal_reason, " p "unreadable, " p "refused, " p "ignored, " p "refusal_url"
#define HL_ROW_HOOK_PATH(p) p "hook, " p "hash, " p "created, " p "expires"
#define HL_ROW_HOOK_SECRET(p) p "row, " p "hook, " p "secret, " p "created, " p "expires"
#define HL_ROW_SUBSCRIBER(p) \
  p "id, " p "location, " p "url, " p "epoch, " p "seq, " p "created, " p "attempts, " p "delivered, " p "last_at, " \
  p "last_status, " p "last_error, " p "failing_since, " p "next_at, " p "disabled, " p "disabled_reason, " p "planned"
#define HL_ROW_SUBSCRIBER_SECRET(p) p "row, " p "subscriber, " p "secret, " p "created, " p "expires"

/* The names under which the rows are summed up: whose a row is, is part of what is proved. */
#define HL_NAME_LOCATION "location"
#define HL_NAME_REQUEST "request"
#define HL_NAME_EVENT_KEY "event_key"
#define HL_NAME_OUTCOME "outcome"
#define HL_NAME_MARK "mark"
#define HL_NAME_TOKEN "token"
#define HL_NAME_TOKEN_LOCATION "token_location"
#define HL_NAME_DEVICE "device"
#define HL_NAME_PAIRING "pairing"
#define HL_NAME_HOOK "hook"
#define HL_NAME_HOOK_PATH "hook_path"
#define HL_NAME_HOOK_SECRET "hook_secret"
#define HL_NAME_SUBSCRIBER "subscriber"
#define HL_NAME_SUBSCRIBER_SECRET "subscriber_secret"

/* @p: what stands before the columns: "", "t.", "OLD." */
#define HL_CRC(table, p) "hl_crc ('" HL_NAME_##table "', " HL_ROW_##table (p) ")"
#define HL_PROVED(table, p) "hl_proved (" p "crc, '" HL_NAME_##table "', " HL_ROW_##table (p) ")"
