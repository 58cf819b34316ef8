/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The failing, forgetting VFS: a shim over the system's. */
#include "fault-vfs.h"

#include <string.h>

typedef struct {
  gboolean truncate;
  gsize offset; /* or the new size */
  GBytes *data;
} Operation;

/* What we know of a file by its name, from the first open on. */
typedef struct {
  GByteArray *durable;
  GPtrArray *pending; /* Operation: since the last sync */
} Disk;

typedef struct {
  sqlite3_file base;
  Disk *disk; /* NULL: not a file that outlives a crash */
  sqlite3_file *real;
} FaultFile;

static GMutex lock;
static GHashTable *disks;
static guint count;
static guint fail_at;
static int fail_code;
static sqlite3_vfs shim;
static sqlite3_io_methods methods;
static sqlite3_vfs *system_vfs;

static void
free_operation (gpointer data)
{
  Operation *operation = data;
  g_clear_pointer (&operation->data, g_bytes_unref);
  g_free (operation);
}

static void
free_disk (gpointer data)
{
  Disk *disk = data;
  g_byte_array_unref (disk->durable);
  g_ptr_array_unref (disk->pending);
  g_free (disk);
}

static void
apply (GByteArray *content, const Operation *operation, gsize len)
{
  gsize end = operation->truncate ? operation->offset : operation->offset + len;
  gsize old = content->len;

  if (operation->truncate || end > old) {
    g_byte_array_set_size (content, (guint) end);
    if (end > old) {
      memset (content->data + old, 0, end - old);
    }
  }
  if (!operation->truncate) {
    memcpy (content->data + operation->offset, g_bytes_get_data (operation->data, NULL), len);
  }
}

static gsize
length_of (const Operation *operation)
{
  return operation->data != NULL ? g_bytes_get_size (operation->data) : 0;
}

static void
remember (FaultFile *file, gboolean truncate, gsize offset, gconstpointer data, gsize len)
{
  if (file->disk == NULL) {
    return;
  }
  Operation *operation = g_new0 (Operation, 1);
  operation->truncate = truncate;
  operation->offset = offset;
  operation->data = data != NULL ? g_bytes_new (data, len) : NULL;
  g_mutex_lock (&lock);
  g_ptr_array_add (file->disk->pending, operation);
  g_mutex_unlock (&lock);
}

/* Returns: what this operation must fail with, or SQLITE_OK. */
static int
count_operation (void)
{
  g_mutex_lock (&lock);
  count++;
  int code = fail_at != 0 && count >= fail_at ? fail_code : SQLITE_OK;
  g_mutex_unlock (&lock);
  return code;
}

static sqlite3_file *
real (sqlite3_file *file)
{
  return ((FaultFile *) file)->real;
}

static int
fault_close (sqlite3_file *file)
{
  return real (file)->pMethods->xClose (real (file));
}

static int
fault_read (sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
  return real (file)->pMethods->xRead (real (file), data, len, offset);
}

static int
fault_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  int code = count_operation ();
  if (code == SQLITE_OK) {
    code = real (file)->pMethods->xWrite (real (file), data, len, offset);
  }
  if (code == SQLITE_OK) {
    remember ((FaultFile *) file, FALSE, (gsize) offset, data, (gsize) len);
  }
  return code;
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int code = count_operation ();
  if (code == SQLITE_OK) {
    code = real (file)->pMethods->xTruncate (real (file), size);
  }
  if (code == SQLITE_OK) {
    remember ((FaultFile *) file, TRUE, (gsize) size, NULL, 0);
  }
  return code;
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  FaultFile *self = (FaultFile *) file;
  int code = count_operation ();
  if (code != SQLITE_OK) {
    return code == SQLITE_FULL ? SQLITE_OK : code; /* a full disk can still be flushed */
  }
  g_mutex_lock (&lock);
  for (guint i = 0; self->disk != NULL && i < self->disk->pending->len; i++) {
    Operation *operation = g_ptr_array_index (self->disk->pending, i);
    apply (self->disk->durable, operation, length_of (operation));
  }
  if (self->disk != NULL) {
    g_ptr_array_set_size (self->disk->pending, 0);
  }
  g_mutex_unlock (&lock);
  return SQLITE_OK; /* the real one would only cost time */
}

static int
fault_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real (file)->pMethods->xFileSize (real (file), size);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  return real (file)->pMethods->xLock (real (file), level);
}

static int
fault_unlock (sqlite3_file *file, int level)
{
  return real (file)->pMethods->xUnlock (real (file), level);
}

static int
fault_check_lock (sqlite3_file *file, int *out)
{
  return real (file)->pMethods->xCheckReservedLock (real (file), out);
}

static int
fault_control (sqlite3_file *file, int op, void *arg)
{
  return real (file)->pMethods->xFileControl (real (file), op, arg);
}

static int
fault_sector (sqlite3_file *file)
{
  return real (file)->pMethods->xSectorSize (real (file));
}

static int
fault_traits (sqlite3_file *file)
{
  return 0; /* nothing is atomic, nothing is in order */
}

static int
fault_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
  return real (file)->pMethods->xShmMap (real (file), region, size, extend, out);
}

static int
fault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return real (file)->pMethods->xShmLock (real (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  real (file)->pMethods->xShmBarrier (real (file));
}

static int
fault_shm_unmap (sqlite3_file *file, int delete_it)
{
  return real (file)->pMethods->xShmUnmap (real (file), delete_it);
}

static sqlite3_io_methods methods = {
  .iVersion = 2, /* no memory mapping: every write must pass here */
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector,
  .xDeviceCharacteristics = fault_traits,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
};

static int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
  FaultFile *file = (FaultFile *) base;
  file->real = (sqlite3_file *) (file + 1);
  int code = system_vfs->xOpen (system_vfs, name, file->real, flags, out_flags);
  file->base.pMethods = file->real->pMethods != NULL ? &methods : NULL;
  file->disk = NULL;
  if (code == SQLITE_OK && name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    g_mutex_lock (&lock);
    file->disk = g_hash_table_lookup (disks, name);
    if (file->disk == NULL) {
      file->disk = g_new0 (Disk, 1);
      file->disk->durable = g_byte_array_new ();
      file->disk->pending = g_ptr_array_new_with_free_func (free_operation);
      g_hash_table_insert (disks, g_strdup (name), file->disk);
    }
    g_mutex_unlock (&lock);
  }
  return code;
}

void
fault_vfs_reset (void)
{
  if (system_vfs == NULL) {
    system_vfs = sqlite3_vfs_find (NULL);
    shim = *system_vfs;
    shim.pNext = NULL;
    shim.zName = FAULT_VFS_NAME;
    shim.szOsFile = (int) sizeof (FaultFile) + system_vfs->szOsFile;
    shim.xOpen = fault_open;
    g_assert_cmpint (sqlite3_vfs_register (&shim, 0), ==, SQLITE_OK);
  }
  g_clear_pointer (&disks, g_hash_table_unref);
  disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_disk);
  fault_vfs_fail_at (0, SQLITE_OK);
}

void
fault_vfs_fail_at (guint n, int code)
{
  g_mutex_lock (&lock);
  count = 0;
  fail_at = n;
  fail_code = code;
  g_mutex_unlock (&lock);
}

void
fault_vfs_heal (void)
{
  fault_vfs_fail_at (0, SQLITE_OK);
}

guint
fault_vfs_get_count (void)
{
  return count;
}

static void
cut_file (const char *path, const char *to, GRand *rand)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();

  g_mutex_lock (&lock);
  Disk *disk = g_hash_table_lookup (disks, path);
  if (disk != NULL) {
    g_byte_array_append (content, disk->durable->data, disk->durable->len);
    for (guint i = 0; i < disk->pending->len; i++) {
      Operation *operation = g_ptr_array_index (disk->pending, i);
      gsize len = length_of (operation);
      if (g_rand_int_range (rand, 0, 10) == 0) {
        len = len > 512 ? len / 2 / 512 * 512 : len; /* torn at a sector */
      }
      if (g_rand_boolean (rand)) {
        apply (content, operation, len);
      }
    }
  }
  g_mutex_unlock (&lock);
  g_assert_true (g_file_set_contents_full (to, (const char *) content->data, content->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void
fault_vfs_cut (const char *path, const char *to, GRand *rand)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *to_wal = g_strconcat (to, "-wal", NULL);

  cut_file (path, to, rand);
  cut_file (wal, to_wal, rand);
}
