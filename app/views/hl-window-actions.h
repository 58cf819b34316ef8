/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions "win.*" and its keys, each in one table. */
#pragma once

#include "views/hl-window.h"

G_BEGIN_DECLS

void hl_window_actions_install (HlWindow *window);

/* Names of all actions of the table without "win.", ending with NULL (transfer full). */
char **hl_window_actions_list (void);

/* A key that the window or the program knows. */
typedef struct {
  const char *accelerator; /* as gtk_accelerator_parse () reads it */
  const char *action;      /* detailed name: "win.walk-in", "win.show-list::arrivals" */
  gboolean single;         /* a bare key: only while no entry has the focus, and can be switched off */
} HlWindowKey;

/* The table, ending with a NULL accelerator. */
const HlWindowKey *hl_window_actions_get_keys (void);

G_END_DECLS
