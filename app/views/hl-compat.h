/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few things that the floor version has and later releases deprecate, in one place. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hl_compat_show_about (GtkWindow *parent);

G_END_DECLS
