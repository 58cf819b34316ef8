/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTally: how many there are of each name; a name that has none costs nothing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HlTally HlTally;

HlTally *hl_tally_new  (void);
void     hl_tally_free (HlTally *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlTally, hl_tally_free)

void     hl_tally_add  (HlTally    *self,
                        const char *name);
void     hl_tally_drop (HlTally    *self,
                        const char *name);
guint    hl_tally_get  (HlTally    *self,
                        const char *name);

G_END_DECLS
