/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every fuzz target includes: the entry point, and a check that also stops a release build. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define fuzz_check(condition)                                                               \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      fprintf (stderr, "%s:%d: fuzz_check (%s) failed\n", __FILE__, __LINE__, #condition); \
      abort ();                                                                             \
    }                                                                                       \
  } while (0)
