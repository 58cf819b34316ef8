/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of the window share: an application, a window over a staged desk, and ways to find what is in it. */
#pragma once

#include <adwaita.h>

#include "hl-staged-desk.h"
#include "views/hl-window.h"

G_BEGIN_DECLS

typedef gboolean (*HlBenchVisit) (GtkWidget *widget, gpointer data);

/* At the start of main () and at its end; in between g_test_add_func (). English, animations as the settings have them. */
void hl_bench_begin (int *argc, char ***argv);
int hl_bench_run (void);
GtkApplication *hl_bench_get_application (void);

/* What the main loop has to do now. */
void hl_bench_turn (void);
/* A window over a new staged desk, drawn once; both are let go by hl_bench_close (). */
HlWindow *hl_bench_open (HlDesk **desk);
void hl_bench_close (HlWindow *window, HlDesk *desk);
/* Every widget below, until @visit gives TRUE. */
gboolean hl_bench_walk (GtkWidget *widget, HlBenchVisit visit, gpointer data);
/* The first of a type (transfer none); it must be there. */
GtkWidget *hl_bench_find (gpointer root, GType type);

G_END_DECLS
