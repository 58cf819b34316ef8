/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificate parser: no bytes lead it outside of them, and what it finds is one whole element. */
#include "fuzz.h"
#include "net/hl-spki.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gsize len = 0;
  const guint8 *spki = hl_spki_find (data, size, &len);

  if (spki != NULL) {
    fuzz_check (spki >= data && len >= 2 && spki + len <= data + size);
    fuzz_check (spki[0] == 0x30);
  }
  return 0;
}
