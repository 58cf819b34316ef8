/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's actions "app.*", in one table. */
#pragma once

#include "views/hl-application.h"

G_BEGIN_DECLS

void hl_application_actions_install (HlApplication *application);
/* Names of all actions of the table without "app.", ending with NULL (transfer full). */
char **hl_application_actions_list (void);

G_END_DECLS
