/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of HlHistory, shared by hl-history.c and hl-history-read.c. */
#pragma once

#include "desk/hl-history.h"

G_BEGIN_DECLS

HlHistoryLine *hl_history_line_new (void);
/* @line: taken over. @entities: "party:ID", ends with NULL. */
void hl_history_put (HlHistory *self, HlHistoryLine *line, const char *const *entities);
/* Lines of one entity, oldest first. (transfer none) (nullable) */
GPtrArray *hl_history_peek (HlHistory *self, const char *entity);
void hl_history_forget_before (HlHistory *self, gint64 at);
void hl_history_forget_entity (HlHistory *self, const char *entity);

G_END_DECLS
