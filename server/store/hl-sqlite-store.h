/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store in one SQLite file, DIR/hostline.db: WAL, synchronous=FULL, mode 0600. */
#pragma once

#include "store/hl-store.h"
#include "util/hl-database.h"

G_BEGIN_DECLS

#define HL_SQLITE_STORE_FILE "hostline.db"

#define HL_TYPE_SQLITE_STORE (hl_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (HlSqliteStore, hl_sqlite_store, HL, SQLITE_STORE, GObject)

/** HlStoreCommitFunc: called on the store's thread after each commit with what it took, in µs. */
typedef void (*HlStoreCommitFunc) (gint64 usec, gboolean success, gpointer user_data);

/** HlStoreDamageFunc: called once, on the thread that met the damage. */
typedef void (*HlStoreDamageFunc) (const char *message, gpointer user_data);

/** HlStoreSpaceFunc: how much room is there? FALSE: not known (then nothing is refused). */
typedef gboolean (*HlStoreSpaceFunc) (const char *directory, guint64 *free_bytes,
                                      guint64 *total_bytes, gpointer user_data);

/**
 * hl_sqlite_store_open: open or create DIR/hostline.db and bring its schema up to date (each step in
 * one transaction; before the first step on an existing file a copy hostline.db.before-N is made).
 * The caller holds the lock of the data folder (hl-lock.h): one writing store a folder.
 * @vfs: (nullable): name of a registered SQLite VFS, for fault tests
 *
 * Errors: HL_STORE_ERROR_NEWER, _FULL, _FAILED.
 * Returns: (transfer full) (nullable)
 */
HlSqliteStore *hl_sqlite_store_open (const char *directory, const char *vfs, GError **error);

/**
 * hl_sqlite_store_open_read_only: as above for a folder that another process may be writing; creates
 * and migrates nothing. It is a reader: what writes fails with HL_STORE_ERROR_READ_ONLY.
 */
HlSqliteStore *hl_sqlite_store_open_read_only (const char *directory, const char *vfs,
                                               GError **error);

/** Returns: (transfer none) (nullable): the connection; NULL while broken. For HlRegistry, which keeps
 * its rows in the same file. Do not keep it over a call of hl_store_reopen (). */
HlDatabase *hl_sqlite_store_get_database (HlSqliteStore *self);

/** hl_sqlite_store_keep_log: the store was found damaged: leave the file and its write-ahead log as they are
 * when it is closed. */
void hl_sqlite_store_keep_log (HlSqliteStore *self);

/** hl_sqlite_store_set_damage_func: what to call when a read or a write of this store, or of a reader opened from it
 * afterwards, meets damage (a page or a row whose checksum does not hold). From then on none of them reads or writes any
 * more (HL_STORE_ERROR_CORRUPT), and closing leaves file and log as they are: what is wrong is for hl_repair_open ().
 * Before any other thread has a reader. */
void hl_sqlite_store_set_damage_func (HlSqliteStore *self, HlStoreDamageFunc func, gpointer user_data);

/** hl_sqlite_store_verify: what may be asked at each start: every row's checksum and the chain of h, but not
 * the file's structure (opening did that) and not the digests of the bodies (their checksum held).
 * As hl_store_check (). */
gboolean hl_sqlite_store_verify (HlSqliteStore *self, HlStoreCheckFunc func, gpointer user_data,
                                 guint *findings, GError **error);

/** Returns: (transfer none) */
const char *hl_sqlite_store_get_directory (HlSqliteStore *self);

void hl_sqlite_store_set_commit_func (HlSqliteStore *self, HlStoreCommitFunc func,
                                      gpointer user_data);

/**
 * hl_sqlite_store_set_space_guard: refuse to write when less than @min_bytes, or less than a twentieth
 * of the file system if that is smaller, is free: a full disk leaves SQLite unable even to delete.
 * Asked once a group. Default: 64 MiB and statvfs (). @func NULL: statvfs ().
 */
void hl_sqlite_store_set_space_guard (HlSqliteStore *self, guint64 min_bytes, HlStoreSpaceFunc func,
                                      gpointer user_data);

/** hl_sqlite_store_has_space: FALSE when the guard would refuse now (for /readyz and the metric). */
gboolean hl_sqlite_store_has_space (HlSqliteStore *self);

/** hl_sqlite_store_try: in a group: writes a page as it stands, so that the COMMIT has something to bring to the disk. An empty
 * one succeeds on a disk that takes nothing. */
gboolean hl_sqlite_store_try (HlSqliteStore *self, GError **error);

/** hl_sqlite_store_keep_reserve: make the reserve (hl-reserve.h) again where there is room beside what the guard asks for.
 * Writes that take something away give it up by themselves when there is less room than it has, checkpoints when they
 * meet the end of the disk.
 * Returns: FALSE: it is not there now */
gboolean hl_sqlite_store_keep_reserve (HlSqliteStore *self);

/** hl_sqlite_store_checkpoint: move the write-ahead log into the file and cut it to nothing. Between
 * groups, hourly. TRUE also if a reader stood in the way; @wal_bytes: (out) (optional): what is left. */
gboolean hl_sqlite_store_checkpoint (HlSqliteStore *self, guint64 *wal_bytes, GError **error);

/** hl_sqlite_store_get_wal_bytes: how large the write-ahead log is now; 0 also while broken. */
guint64 hl_sqlite_store_get_wal_bytes (HlSqliteStore *self);

/** hl_sqlite_store_compact: write the whole file anew (VACUUM), so that no page holds anything of former
 * times, then hl_sqlite_store_checkpoint (). Takes about 10 s a GiB, and as much room again as the file has:
 * HL_STORE_ERROR_FULL without it. Not inside a group. */
gboolean hl_sqlite_store_compact (HlSqliteStore *self, GError **error);

/** hl_sqlite_store_backup: a verified copy as one file (VACUUM INTO, integrity check, fsync, rename).
 * Not inside a group. Refuses to overwrite. */
gboolean hl_sqlite_store_backup (HlSqliteStore *self, const char *file, GError **error);

G_END_DECLS
