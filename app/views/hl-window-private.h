/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of HlWindow, shared by the files that implement it; nobody else includes this. */
#pragma once

#include "views/hl-window.h"

#include "views/hl-action-bar.h"
#include "views/hl-acts.h"
#include "views/hl-mute-button.h"
#include "views/hl-people-pane.h"
#include "views/hl-phone-pane.h"
#include "views/hl-pill-button.h"
#include "views/hl-player.h"
#include "views/hl-quit-sheet.h"
#include "views/hl-room-view.h"
#include "views/hl-start-page.h"
#include "views/hl-transcript-view.h"
#include "views/hl-tray.h"
#include "widgets/hl-banner.h"
#include "widgets/hl-chip.h"
#include "widgets/hl-compact.h"
#include "widgets/hl-count.h"
#include "widgets/hl-drawer.h"

G_BEGIN_DECLS

struct _HlWindow {
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  HlCompact *compact;
  GtkWidget *day_box;
  GtkLabel *location;
  GtkLabel *day;
  GtkLabel *shift;
  GtkWidget *counts;
  GtkLabel *clock;
  HlCount *seated;
  HlCount *due;
  HlCount *waiting;
  GtkMenuButton *menu_button;
  HlPillButton *pill;
  HlMuteButton *mute;
  GtkWidget *calls;
  GtkLabel *calls_label;
  HlChip *demo;
  HlBanner *banner;
  HlBanner *check_banner;
  GtkProgressBar *catching_up;
  GtkStack *stack;
  HlStartPage *start;
  HlPeoplePane *people;
  GtkWidget *people_separator;
  HlRoomView *room;
  GtkWidget *phone_separator;
  GtkWidget *phone_slot;
  HlPhonePane *phone;
  HlDrawer *phone_drawer;
  HlDrawer *transcript_drawer;
  HlTranscriptView *transcript;
  HlDrawer *tray_drawer;
  HlTray *tray;
  HlQuitSheet *quit;
  GtkWidget *pane_tabs;
  GtkToggleButton *phone_tab;
  HlActionBar *action_bar;

  HlDesk *desk;
  HlSettings *settings;
  HlActs *acts;
  HlSeating *seating;
  HlPlayer *player;
  HlCompactMode mode;
  const char *pane; /* the one shown when narrow */
  double scale;     /* the text size: panes grow with their words */
  gboolean pairing; /* the start page was asked for */
};

/* hl-window.c: start page or work */
void hl_window_show_stack (HlWindow *self);

/* hl-window-sound.c */
void hl_window_set_up_sound (HlWindow *self);

/* hl-window-layout.c */
/* Which panes there are for the width and the text size, and how wide. */
void hl_window_lay_out (HlWindow *self);

G_END_DECLS
