/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlProblem: what is wrong with a request, as RFC 9457 problem+json says it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name: the last part of urn:hostline:problem:NAME static. */
typedef struct {
  guint       status;
  const char *name;
  char       *detail;      /* one sentence, never anything secret or personal */
  char       *pointer;     /* (nullable): JSON pointer from the root of the body */
  int         index;       /* of the event in an array; -1: none */
  guint       retry_after; /* seconds; 0: no such header */
} HlProblem;

/* @detail: printf format. Transfer full. */
HlProblem *hl_problem_new   (guint       status,
                             const char *name,
                             const char *detail,
                             ...) G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;
void       hl_problem_free  (HlProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlProblem, hl_problem_free)

/* {"type","title","status","detail","pointer"?,"index"?}. Transfer full. */
char      *hl_problem_print (const HlProblem *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
