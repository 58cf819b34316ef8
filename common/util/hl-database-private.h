/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database and its statements share. */
#pragma once

#include "util/hl-database.h"

G_BEGIN_DECLS

struct _HlDatabase {
  sqlite3 *handle;
  char *path;
  GHashTable *idle; /* sql -> HlStatement that nobody has */
  guint borrowed;
  gboolean keeps_pages; /* see hl_database_keep_pages () */
};

struct _HlStatement {
  HlDatabase *db;
  sqlite3_stmt *stmt;
  char *sql;
  int bind_error; /* the first bind that failed since the last reset */
};

/* Sets @error from an SQLite result code, with SQLite's own message of the connection. */
void hl_database_set_error (HlDatabase *db, int code, const char *doing, GError **error);
/* hl_crc () and hl_proved (), see hl-database.h */
gboolean hl_database_add_proof (HlDatabase *db, GError **error);
void hl_database_give_back (HlDatabase *db, HlStatement *statement);

G_END_DECLS
