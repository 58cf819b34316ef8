/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: one desk, its window, what people chose, and an orderly end. */
#pragma once

#include <adwaita.h>

#include "desk/hl-desk.h"
#include "views/hl-settings.h"
#include "views/hl-window.h"

G_BEGIN_DECLS

#define HL_TYPE_APPLICATION (hl_application_get_type ())
G_DECLARE_FINAL_TYPE (HlApplication, hl_application, HL, APPLICATION, AdwApplication)

/* @demo: the demonstration. @unique: hand over to a process that runs already. */
HlApplication *hl_application_new (gboolean demo, gboolean unique);

HlSettings *hl_application_get_settings (HlApplication *self);
HlDesk     *hl_application_get_desk     (HlApplication *self);
/* The window, %NULL before activation. */
HlWindow   *hl_application_get_window   (HlApplication *self);

/* Leaves the desk of this device and opens the demonstration in its place. */
void hl_application_start_demo (HlApplication *self);
/* Builds the window anew, after the language has changed. */
void hl_application_rebuild (HlApplication *self);
/* Closes the desk, then ends. */
void hl_application_close (HlApplication *self);
/* The same, but asks first while something has not been sent. */
void hl_application_ask_close (HlApplication *self);

G_END_DECLS
