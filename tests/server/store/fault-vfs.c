/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The VFS that fails on demand. */
#include "fault-vfs.h"

#include <sqlite3.h>
#include <string.h>

typedef struct {
  sqlite3_file base;
  sqlite3_file *real; /* behind this structure, in the same allocation */
} File;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs vfs;
static sqlite3_io_methods methods;

static FaultKind kind;
static guint nth, writes, syncs;
static gboolean fired;

void
fault_vfs_arm (FaultKind which, guint after)
{
  kind = which;
  nth = after;
  writes = syncs = 0;
  fired = FALSE;
}

void
fault_vfs_disarm (void)
{
  kind = FAULT_NONE;
}

gboolean
fault_vfs_has_fired (void)
{
  return fired;
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

static int
count_write (void)
{
  writes++;
  if (kind == FAULT_FULL && writes >= nth) {
    fired = TRUE;
    return SQLITE_FULL;
  }
  if (kind == FAULT_WRITE && writes == nth) {
    fired = TRUE;
    return SQLITE_IOERR_WRITE;
  }
  return SQLITE_OK;
}

#define REAL(file) (((File *) (file))->real)

static int
file_close (sqlite3_file *file)
{
  return REAL (file)->pMethods != NULL ? REAL (file)->pMethods->xClose (REAL (file)) : SQLITE_OK;
}

static int
file_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  return REAL (file)->pMethods->xRead (REAL (file), data, length, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  int result = count_write ();

  return result != SQLITE_OK ? result
                             : REAL (file)->pMethods->xWrite (REAL (file), data, length, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  syncs++;
  if (kind == FAULT_SYNC && syncs == nth) {
    fired = TRUE;
    return SQLITE_IOERR_FSYNC;
  }
  return REAL (file)->pMethods->xSync (REAL (file), flags);
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
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
file_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, memory);
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

static int
vfs_open (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  File *own = (File *) file;
  int result;

  own->real = (sqlite3_file *) (own + 1);
  result = real_vfs->xOpen (real_vfs, name, own->real, flags, out_flags);
  file->pMethods = own->real->pMethods != NULL ? &methods : NULL;
  return result;
}

void
fault_vfs_register (void)
{
  if (real_vfs != NULL)
    return;
  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = FAULT_VFS;
  vfs.szOsFile = (int) sizeof (File) + real_vfs->szOsFile;
  vfs.xOpen = vfs_open;
  methods = (sqlite3_io_methods){ .iVersion = 2,
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
                                  .xShmUnmap = file_shm_unmap };
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 0), ==, SQLITE_OK);
}
