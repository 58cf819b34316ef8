/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of hostline.db, as numbered steps. A step that was released is never changed. */
#include "store/hl-sqlite-proof.h"
#include "store/hl-sqlite-store-private.h"

/* h and crc are stored as SQLite's signed integers; times are ms since the epoch, 0 for never.
 *
 * event.digest is SHA-256 of the body as it was appended: it outlives a redaction of the body, so that
 * the chain of h stays provable. event.crc covers every other column. event.day is the UTC day of
 * `received`, for expiry. Rows of one location lie together, in order of seq. */
static const char version_1[] =
  "CREATE TABLE location ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  name TEXT NOT NULL,"
  "  timezone TEXT NOT NULL,"
  "  epoch TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  seq INTEGER NOT NULL DEFAULT 0,"
  "  h INTEGER NOT NULL DEFAULT 0,"
  "  floor INTEGER NOT NULL DEFAULT 1,"
  "  floor_h INTEGER NOT NULL DEFAULT 0"
  ") WITHOUT ROWID;"

  "CREATE TABLE event ("
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  seq INTEGER NOT NULL,"
  "  id TEXT NOT NULL,"
  "  kind TEXT NOT NULL,"
  "  at INTEGER NOT NULL,"
  "  received INTEGER NOT NULL,"
  "  act TEXT,"
  "  last INTEGER NOT NULL,"
  "  redacted INTEGER NOT NULL DEFAULT 0,"
  "  day INTEGER NOT NULL,"
  "  digest BLOB NOT NULL,"
  "  h INTEGER NOT NULL,"
  "  crc INTEGER NOT NULL,"
  "  body TEXT NOT NULL,"
  "  PRIMARY KEY (location, seq)"
  ");"

  "CREATE TABLE request ("
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  source TEXT NOT NULL,"
  "  key TEXT NOT NULL,"
  "  fingerprint BLOB NOT NULL,"
  "  status INTEGER NOT NULL,"
  "  answer TEXT NOT NULL,"
  "  at INTEGER NOT NULL,"
  "  PRIMARY KEY (location, source, key)"
  ") WITHOUT ROWID;"
  "CREATE INDEX request_at ON request (at);"

  "CREATE TABLE event_key ("
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  source_kind TEXT NOT NULL,"
  "  source TEXT NOT NULL,"
  "  key TEXT NOT NULL,"
  "  seq INTEGER NOT NULL,"
  "  PRIMARY KEY (location, source_kind, source, key)"
  ") WITHOUT ROWID;"

  "CREATE TABLE outcome ("
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  device TEXT NOT NULL,"
  "  act TEXT NOT NULL,"
  "  n INTEGER,"
  "  outcome TEXT NOT NULL,"
  "  at INTEGER NOT NULL,"
  "  PRIMARY KEY (location, device, act)"
  ") WITHOUT ROWID;"
  "CREATE UNIQUE INDEX outcome_n ON outcome (location, device, n) WHERE n IS NOT NULL;"
  "CREATE INDEX outcome_at ON outcome (at);"

  "CREATE TABLE mark ("
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  device TEXT NOT NULL,"
  "  n INTEGER NOT NULL,"
  "  PRIMARY KEY (location, device)"
  ") WITHOUT ROWID;"

  "CREATE TABLE snapshot ("
  "  location TEXT NOT NULL PRIMARY KEY REFERENCES location (id) ON DELETE CASCADE,"
  "  epoch TEXT NOT NULL,"
  "  seq INTEGER NOT NULL,"
  "  h INTEGER NOT NULL,"
  "  at INTEGER NOT NULL,"
  "  crc INTEGER NOT NULL,"
  "  blob BLOB NOT NULL"
  ");"

  "CREATE TABLE unreadable ("
  "  row INTEGER PRIMARY KEY,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  hook TEXT NOT NULL,"
  "  received INTEGER NOT NULL,"
  "  reason TEXT NOT NULL,"
  "  content_type TEXT,"
  "  body BLOB NOT NULL"
  ");"
  "CREATE INDEX unreadable_hook ON unreadable (location, hook, row);"

  "CREATE TABLE token ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  hash TEXT NOT NULL,"
  "  role TEXT NOT NULL,"
  "  name TEXT NOT NULL,"
  "  device TEXT,"
  "  created INTEGER NOT NULL,"
  "  expires INTEGER NOT NULL,"
  "  last_used INTEGER NOT NULL DEFAULT 0,"
  "  revoked INTEGER NOT NULL DEFAULT 0"
  ") WITHOUT ROWID;"
  "CREATE TABLE token_location ("
  "  token TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  PRIMARY KEY (token, location)"
  ") WITHOUT ROWID;"
  "CREATE INDEX token_location_location ON token_location (location);"

  "CREATE TABLE device ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  name TEXT NOT NULL,"
  "  install_id TEXT NOT NULL,"
  "  app TEXT,"
  "  platform TEXT,"
  "  token TEXT NOT NULL,"
  "  role TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  removed INTEGER NOT NULL DEFAULT 0"
  ") WITHOUT ROWID;"
  "CREATE INDEX device_location ON device (location);"

  "CREATE TABLE pairing ("
  "  name TEXT NOT NULL PRIMARY KEY,"
  "  hash TEXT NOT NULL,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  role TEXT NOT NULL,"
  "  label TEXT,"
  "  created INTEGER NOT NULL,"
  "  expires INTEGER NOT NULL,"
  "  tries INTEGER NOT NULL DEFAULT 0,"
  "  used INTEGER NOT NULL DEFAULT 0,"
  "  secret_hash TEXT,"
  "  token TEXT,"
  "  device TEXT"
  ") WITHOUT ROWID;"

  "CREATE TABLE hook ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  provider TEXT NOT NULL,"
  "  settings TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  last_event INTEGER NOT NULL DEFAULT 0,"
  "  last_refusal INTEGER NOT NULL DEFAULT 0,"
  "  refusal_reason TEXT,"
  "  unreadable INTEGER NOT NULL DEFAULT 0"
  ") WITHOUT ROWID;"
  "CREATE TABLE hook_path ("
  "  hook TEXT NOT NULL REFERENCES hook (id) ON DELETE CASCADE,"
  "  hash TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  expires INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY (hook, hash)"
  ") WITHOUT ROWID;"
  "CREATE TABLE hook_secret ("
  "  row INTEGER PRIMARY KEY,"
  "  hook TEXT NOT NULL REFERENCES hook (id) ON DELETE CASCADE,"
  "  secret TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  expires INTEGER NOT NULL DEFAULT 0"
  ");"
  "CREATE INDEX hook_secret_hook ON hook_secret (hook);"

  "CREATE TABLE subscriber ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  location TEXT NOT NULL REFERENCES location (id) ON DELETE CASCADE,"
  "  url TEXT NOT NULL,"
  "  epoch TEXT NOT NULL DEFAULT '',"
  "  seq INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL"
  ") WITHOUT ROWID;"
  "CREATE TABLE subscriber_secret ("
  "  row INTEGER PRIMARY KEY,"
  "  subscriber TEXT NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,"
  "  secret TEXT NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  expires INTEGER NOT NULL DEFAULT 0"
  ");"
  "CREATE INDEX subscriber_secret_subscriber ON subscriber_secret (subscriber);";

/* connection_log.location is NULL for what the server says of itself. A subscriber's state is what `subscriber
 * list` shows: failing_since 0 while deliveries go through. */
static const char version_2[] =
  "CREATE TABLE connection_log ("
  "  row INTEGER PRIMARY KEY,"
  "  location TEXT REFERENCES location (id) ON DELETE CASCADE,"
  "  at INTEGER NOT NULL,"
  "  what TEXT NOT NULL,"
  "  session TEXT,"
  "  device TEXT,"
  "  code INTEGER NOT NULL,"
  "  cause TEXT NOT NULL,"
  "  detail TEXT NOT NULL"
  ");"
  "CREATE INDEX connection_log_location ON connection_log (location, row);"
  "CREATE INDEX connection_log_at ON connection_log (at);"
  "CREATE INDEX connection_log_session ON connection_log (session) WHERE session IS NOT NULL;"
  "CREATE INDEX connection_log_server ON connection_log (row) WHERE what = 'server';"

  "ALTER TABLE subscriber ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN last_status INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN last_error TEXT;"
  "ALTER TABLE subscriber ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE subscriber ADD COLUMN disabled_reason TEXT;";

/* Hooks: how many deliveries were refused and how many meant nothing to us, and the URL (without its path secret) that the
 * last refused one should have signed. */
static const char version_3[] =
  "ALTER TABLE hook ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE hook ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE hook ADD COLUMN refusal_url TEXT;";

/* The last seq of a delivery that holds several units: written down before it is sent, so that it is the same one, with the
 * same name, when it has to be sent again. */
static const char version_4[] = "ALTER TABLE subscriber ADD COLUMN planned INTEGER NOT NULL DEFAULT 0;";

/* A checksum over each row of what is not an event; see hl-sqlite-proof.h. What a trigger writes itself is not one of the
 * columns that it looks at. */
#define PROVE(table, key) \
  "ALTER TABLE " HL_NAME_##table " ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;" \
  "UPDATE " HL_NAME_##table " SET crc = " HL_CRC (table, "") ";" \
  "CREATE TRIGGER " HL_NAME_##table "_made AFTER INSERT ON " HL_NAME_##table \
  " WHEN NEW.crc IS NOT " HL_CRC (table, "NEW.") \
  " BEGIN UPDATE " HL_NAME_##table " SET crc = " HL_CRC (table, "NEW.") " WHERE " key "; END;" \
  "CREATE TRIGGER " HL_NAME_##table "_changes BEFORE UPDATE OF " HL_ROW_##table ("") " ON " HL_NAME_##table \
  " WHEN NOT " HL_PROVED (table, "OLD.") " BEGIN SELECT 1; END;" \
  "CREATE TRIGGER " HL_NAME_##table "_changed AFTER UPDATE OF " HL_ROW_##table ("") " ON " HL_NAME_##table \
  " WHEN NEW.crc IS NOT " HL_CRC (table, "NEW.") \
  " BEGIN UPDATE " HL_NAME_##table " SET crc = " HL_CRC (table, "NEW.") " WHERE " key "; END;"

static const char version_5[] =
  PROVE (LOCATION, "id = NEW.id")
  PROVE (REQUEST, "location = NEW.location AND source = NEW.source AND key = NEW.key")
  PROVE (EVENT_KEY, "location = NEW.location AND source_kind = NEW.source_kind AND source = NEW.source AND key = NEW.key")
  PROVE (OUTCOME, "location = NEW.location AND device = NEW.device AND act = NEW.act")
  PROVE (MARK, "location = NEW.location AND device = NEW.device")
  PROVE (TOKEN, "id = NEW.id")
  PROVE (TOKEN_LOCATION, "token = NEW.token AND location = NEW.location")
  PROVE (DEVICE, "id = NEW.id")
  PROVE (PAIRING, "name = NEW.name")
  PROVE (HOOK, "id = NEW.id")
  PROVE (HOOK_PATH, "hook = NEW.hook AND hash = NEW.hash")
  PROVE (HOOK_SECRET, "row = NEW.row")
  PROVE (SUBSCRIBER, "id = NEW.id")
  PROVE (SUBSCRIBER_SECRET, "row = NEW.row");

const HlDatabaseStep hl_sqlite_schema_steps[] = {
  { .sql = version_1 },
  { .sql = version_2 },
  { .sql = version_3 },
  { .sql = version_4 },
  { .sql = version_5 },
};
const guint hl_sqlite_schema_n_steps = G_N_ELEMENTS (hl_sqlite_schema_steps);
