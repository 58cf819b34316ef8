/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store's tests share: a folder of their own, and units that are quickly made. */
#pragma once

#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

#define NOW G_GINT64_CONSTANT (1795806131000)

/* A new empty folder under the temporary one. (transfer full) */
char *fixture_make_directory (void);
/* Removes it with all that is in it. */
void fixture_remove_directory (char *directory);

/* Opens the store in @directory; fails the test if it cannot. No space guard. */
HlSqliteStore *fixture_open (const char *directory);

/* Appends a unit of @n events whose bodies tell their seq; fails the test if that fails.
 * Returns: (transfer full): the position after it */
HlPosition *fixture_append (HlStore *store, const char *location, guint n);
/* The same but gives the error instead. */
HlPosition *fixture_try_append (HlStore *store, const char *location, guint n, GError **error);

/* A store with the locations one and two. */
typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlStore *store;
} StoreFixture;

void fixture_set_up (StoreFixture *fixture, gconstpointer data);
void fixture_tear_down (StoreFixture *fixture, gconstpointer data);

/* The whole log; fails the test if it cannot be read. (transfer full) */
GPtrArray *fixture_read_all (HlStore *store, const char *location);
void fixture_assert_head (HlStore *store, const char *location, guint64 seq);

/* Runs SQL on DIR/hostline.db behind the store's back: a row that it changes is damaged then, for its checksum stays. */
void fixture_exec (const char *directory, const char *sql);
/* The same, but what it changes is whole. */
void fixture_change (const char *directory, const char *sql);

G_END_DECLS
