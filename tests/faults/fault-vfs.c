/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The failing, forgetting VFS: a shim over the system's. */
#include "fault-vfs.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

typedef struct {
  gboolean truncate;
  gsize offset; /* or the new size */
  GBytes *data;
} Operation;

/* What is known of a file by its name, from the first opening on. */
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
static GHashTable *disks; /* name -> Disk */
static GPtrArray *gone;   /* Disk: deleted, but perhaps still open */
static FaultKind kind;
static guint nth;
static gboolean fired;
static gboolean powersafe;
static guint writes, truncations, syncs, opens, reads;
static sqlite3_vfs shim;
static sqlite3_vfs *system_vfs;

/* ---- what a disk holds ---- */

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
set_size (GByteArray *content, gsize size)
{
  gsize old = content->len;

  g_byte_array_set_size (content, (guint) size);
  if (size > old)
    memset (content->data + old, 0, size - old);
}

/* Of @operation the bytes from @from to before @to; a truncation has none and is applied whole. */
static void
apply (GByteArray *content, const Operation *operation, gsize from, gsize to)
{
  if (operation->truncate) {
    set_size (content, operation->offset);
    return;
  }
  if (operation->offset + to > content->len)
    set_size (content, operation->offset + to);
  memcpy (content->data + operation->offset + from,
          (const guint8 *) g_bytes_get_data (operation->data, NULL) + from, to - from);
}

static gsize
length_of (const Operation *operation)
{
  return operation->data != NULL ? g_bytes_get_size (operation->data) : 0;
}

static void
apply_torn (GByteArray *content, const Operation *operation, GRand *rand)
{
  gsize length = length_of (operation);

  for (gsize from = 0; from < length;) {
    gsize to = MIN (((operation->offset + from) / SECTOR + 1) * SECTOR - operation->offset, length);

    if (g_rand_boolean (rand))
      apply (content, operation, from, to);
    from = to;
  }
}

static void
remember (FaultFile *file, gboolean truncate, gsize offset, gconstpointer data, gsize length)
{
  Operation *operation;

  if (file->disk == NULL)
    return;
  operation = g_new0 (Operation, 1);
  operation->truncate = truncate;
  operation->offset = offset;
  operation->data = data != NULL ? g_bytes_new (data, length) : NULL;
  g_mutex_lock (&lock);
  g_ptr_array_add (file->disk->pending, operation);
  g_mutex_unlock (&lock);
}

static void
make_durable (Disk *disk)
{
  g_mutex_lock (&lock);
  for (guint i = 0; disk != NULL && i < disk->pending->len; i++) {
    Operation *operation = g_ptr_array_index (disk->pending, i);

    apply (disk->durable, operation, 0, length_of (operation));
  }
  if (disk != NULL)
    g_ptr_array_set_size (disk->pending, 0);
  g_mutex_unlock (&lock);
}

/* ---- faults ---- */

/* One operation of the kind that @counter counts. @once, @code: the fault that strikes this one alone.
 * Returns: what it must fail with */
static int
count (guint *counter, FaultKind once, int code)
{
  int result = SQLITE_OK;
  guint all;

  g_mutex_lock (&lock);
  (*counter)++;
  all = writes + truncations + syncs;
  if (kind == FAULT_KILL && all == nth && counter != &opens && counter != &reads)
    kill (getpid (), SIGKILL);
  if (kind == once && kind != FAULT_NONE && *counter == nth)
    result = code;
  else if (kind == FAULT_FULL && counter == &writes && writes >= nth)
    result = SQLITE_FULL;
  else if ((kind == FAULT_POWER || kind == FAULT_STOPPED) && all >= nth &&
           (counter == &writes || counter == &truncations || counter == &syncs))
    result = SQLITE_IOERR;
  if (result != SQLITE_OK)
    fired = TRUE;
  g_mutex_unlock (&lock);
  return result;
}

#define REAL(file) (((FaultFile *) (file))->real)

static int
file_close (sqlite3_file *file)
{
  return REAL (file)->pMethods->xClose (REAL (file));
}

static int
file_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  int code = count (&reads, FAULT_READ, SQLITE_IOERR_READ);

  return code != SQLITE_OK ? code
                           : REAL (file)->pMethods->xRead (REAL (file), data, length, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  int code = count (&writes, FAULT_WRITE, SQLITE_IOERR_WRITE);

  if (code == SQLITE_OK)
    code = REAL (file)->pMethods->xWrite (REAL (file), data, length, offset);
  if (code == SQLITE_OK)
    remember ((FaultFile *) file, FALSE, (gsize) offset, data, (gsize) length);
  return code;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int code = count (&truncations, FAULT_TRUNCATE, SQLITE_IOERR_TRUNCATE);

  if (code == SQLITE_OK)
    code = REAL (file)->pMethods->xTruncate (REAL (file), size);
  if (code == SQLITE_OK)
    remember ((FaultFile *) file, TRUE, (gsize) size, NULL, 0);
  return code;
}

static int
file_sync (sqlite3_file *file, int flags)
{
  int code = count (&syncs, FAULT_SYNC, SQLITE_IOERR_FSYNC);

  /* The real one would only cost time. */
  if (code == SQLITE_OK)
    make_durable (((FaultFile *) file)->disk);
  return code;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
file_check_lock (sqlite3_file *file, int *held)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), held);
}

static int
file_control (sqlite3_file *file, int operation, void *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), operation, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return SECTOR;
}

static int
file_characteristics (sqlite3_file *file)
{
  return powersafe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0; /* nothing is atomic, nothing is in order */
}

static int
file_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), region, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
file_shm_unmap (sqlite3_file *file, int remove)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), remove);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2, /* no memory mapping: every write must pass here */
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

/* ---- the VFS ---- */

static Disk *
find_disk (const char *name)
{
  Disk *disk = g_hash_table_lookup (disks, name);
  g_autofree char *content = NULL;
  gsize length = 0;

  if (disk != NULL)
    return disk;
  disk = g_new0 (Disk, 1);
  disk->durable = g_byte_array_new ();
  disk->pending = g_ptr_array_new_with_free_func (free_operation);
  /* What lay there before is on the disk. */
  if (g_file_get_contents (name, &content, &length, NULL))
    g_byte_array_append (disk->durable, (const guint8 *) content, (guint) length);
  g_hash_table_insert (disks, g_strdup (name), disk);
  return disk;
}

static int
vfs_open (sqlite3_vfs *self, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
  FaultFile *file = (FaultFile *) base;
  int code = count (&opens, FAULT_OPEN, SQLITE_CANTOPEN);

  base->pMethods = NULL;
  if (code != SQLITE_OK)
    return code;
  file->real = (sqlite3_file *) (file + 1);
  file->disk = NULL;
  code = system_vfs->xOpen (system_vfs, name, file->real, flags, out_flags);
  if (file->real->pMethods == NULL)
    return code;
  base->pMethods = &methods;
  if (code == SQLITE_OK && name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    g_mutex_lock (&lock);
    file->disk = find_disk (name);
    g_mutex_unlock (&lock);
  }
  return code;
}

static int
vfs_delete (sqlite3_vfs *self, const char *name, int sync_directory)
{
  gpointer key, disk;

  g_mutex_lock (&lock);
  if ((kind != FAULT_POWER || !fired) && g_hash_table_steal_extended (disks, name, &key, &disk)) {
    g_ptr_array_add (gone, disk);
    g_free (key);
  }
  g_mutex_unlock (&lock);
  return system_vfs->xDelete (system_vfs, name, sync_directory);
}

void
fault_vfs_reset (void)
{
  if (system_vfs == NULL) {
    system_vfs = sqlite3_vfs_find (NULL);
    shim = *system_vfs;
    shim.pNext = NULL;
    shim.zName = FAULT_VFS;
    shim.szOsFile = (int) sizeof (FaultFile) + system_vfs->szOsFile;
    shim.xOpen = vfs_open;
    shim.xDelete = vfs_delete;
    g_assert_cmpint (sqlite3_vfs_register (&shim, 0), ==, SQLITE_OK);
  }
  g_clear_pointer (&disks, g_hash_table_unref);
  g_clear_pointer (&gone, g_ptr_array_unref);
  disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_disk);
  gone = g_ptr_array_new_with_free_func (free_disk);
  powersafe = FALSE;
  fault_vfs_arm (FAULT_NONE, 0);
}

void
fault_vfs_set_powersafe (gboolean value)
{
  powersafe = value;
}

void
fault_vfs_arm (FaultKind which, guint after)
{
  g_mutex_lock (&lock);
  kind = which;
  nth = after;
  writes = truncations = syncs = opens = reads = 0;
  fired = FALSE;
  g_mutex_unlock (&lock);
}

void
fault_vfs_disarm (void)
{
  g_mutex_lock (&lock);
  kind = FAULT_NONE;
  g_mutex_unlock (&lock);
}

gboolean
fault_vfs_has_fired (void)
{
  return fired;
}

guint
fault_vfs_get_count (void)
{
  return writes + truncations + syncs;
}

guint
fault_vfs_get_writes (void)
{
  return writes;
}

guint
fault_vfs_get_syncs (void)
{
  return syncs;
}

/* ---- the cut ---- */

static void
shuffle (GPtrArray *operations, GRand *rand)
{
  for (guint i = operations->len; i > 1; i--) {
    guint k = (guint) g_rand_int_range (rand, 0, (gint32) i);
    gpointer kept = operations->pdata[i - 1];

    operations->pdata[i - 1] = operations->pdata[k];
    operations->pdata[k] = kept;
  }
}

/* Returns: FALSE if the disk knows no such file */
static gboolean
cut_content (const char *path, GByteArray *content, GRand *rand)
{
  g_autoptr (GPtrArray) operations = g_ptr_array_new ();
  Disk *disk = g_hash_table_lookup (disks, path);

  if (disk == NULL)
    return FALSE;
  g_byte_array_append (content, disk->durable->data, disk->durable->len);
  for (guint i = 0; i < disk->pending->len; i++) {
    if (g_rand_boolean (rand))
      g_ptr_array_add (operations, g_ptr_array_index (disk->pending, i));
  }
  if (g_rand_boolean (rand))
    shuffle (operations, rand);
  for (guint i = 0; i < operations->len; i++) {
    const Operation *operation = g_ptr_array_index (operations, i);

    if (!operation->truncate && g_rand_int_range (rand, 0, 4) == 0)
      apply_torn (content, operation, rand);
    else
      apply (content, operation, 0, length_of (operation));
  }
  return TRUE;
}

static void
cut_file (const char *path, const char *to, GRand *rand)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gboolean known;

  g_mutex_lock (&lock);
  known = cut_content (path, content, rand);
  g_mutex_unlock (&lock);
  if (!known) {
    g_unlink (to);
    return;
  }
  g_unlink (to); /* without flags GLib 2.74 leaves what stands behind the new end */
  g_assert_true (g_file_set_contents_full (to, (const char *) content->data, content->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void
fault_vfs_cut (const char *path, const char *to, GRand *rand)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *to_wal = g_strconcat (to, "-wal", NULL);
  g_autofree char *to_shm = g_strconcat (to, "-shm", NULL);

  cut_file (path, to, rand);
  cut_file (wal, to_wal, rand);
  g_unlink (to_shm);
}
