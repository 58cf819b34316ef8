/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing what a voice agent asks for in a webhook while its caller waits. */
#pragma once

#include "http/hl-request.h"
#include "ingest/hl-tool-call.h"

G_BEGIN_DECLS

/* Every one of the tools has its result. */
typedef void (*HlHookToolsFunc) (gpointer user_data);

/* Sets `result` of each of @tools (of HlToolCall) and then calls @done once, now or later, on the main thread. The answer
 * to the provider waits for it: it must come within 300 ms. The same delivery may come again, also at the same moment, or much
 * later: the first answer is remembered by @provider, `call_id` and the tool call's `id`, and stands. @delivery: (nullable):
 * what is the same for the same delivery alone, for tool calls without an `id`; NULL: such a one is another each time.
 * @tools stays the caller's and lives until @done. */
void hl_hook_tools_run (HlRequest       *request,
                        const char      *provider,
                        const char      *location,
                        const char      *delivery,
                        GPtrArray       *tools,
                        HlHookToolsFunc  done,
                        gpointer         user_data);

G_END_DECLS
