/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing what a voice agent asks for in a webhook while its caller waits. */
#pragma once

#include "http/hl-request.h"
#include "ingest/hl-tool-call.h"

G_BEGIN_DECLS

/* Every one of the tools has its result. */
typedef void (*HlHookToolsFunc) (gpointer user_data);

/* Sets `result` of each of @tools (of HlToolCall) and then calls @done once, now or later, on the main thread. The answer
 * to the provider waits for it: it must come within 300 ms. The same delivery may come again, also at the same moment:
 * what is done must be keyed by @provider, `call_id` and the tool call's `id`. @tools stays the caller's and lives until
 * @done. */
void hl_hook_tools_run (HlRequest       *request,
                        const char      *provider,
                        const char      *location,
                        GPtrArray       *tools,
                        HlHookToolsFunc  done,
                        gpointer         user_data);

G_END_DECLS
