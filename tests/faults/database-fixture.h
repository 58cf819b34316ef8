/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases as former versions left them (tests/data/databases/NAME.sql), and what they held. */
#pragma once

#include <glib.h>

/* Makes @path out of NAME.sql, as a file in WAL mode with nothing in its log; what lay there is gone. */
void database_fixture_make (const char *name, const char *path);

/* One query a table, over the columns that it has now, in an order that any copy of the rows repeats.
 * Returns: (transfer full) (element-type utf8) */
GPtrArray *database_fixture_list_queries (const char *path);

/* All that the queries find in @path, a row a line, each value as an SQL literal. Opens the file as any program would: its
 * log goes into it. (transfer full) */
char *database_fixture_print (const char *path, GPtrArray *queries);

/* user_version */
int database_fixture_get_version (const char *path);

void database_fixture_exec (const char *path, const char *sql);

/* The bytes of @path and of its log, for telling whether anything has touched them. (transfer full) */
GBytes *database_fixture_read (const char *path);

/* Fails the test unless there is a NAME-@version.sql: whoever adds a step of a schema keeps what the version before it
 * wrote. */
void database_fixture_assert_kept (const char *name, guint version);
