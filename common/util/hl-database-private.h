/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database and its statements share. */
#pragma once

#include "util/hl-database.h"

G_BEGIN_DECLS

struct _HlStatement {
  HlDatabase *db;
  sqlite3_stmt *stmt;
  char *sql;
  int bind_error; /* the first bind that failed since the last reset */
};

/* Sets @error from an SQLite result code, with SQLite's own message of the connection. */
void hl_database_set_error (HlDatabase *db, int code, const char *doing, GError **error);
void hl_database_give_back (HlDatabase *db, HlStatement *statement);

G_END_DECLS
