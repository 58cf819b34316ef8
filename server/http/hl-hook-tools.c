/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing what a voice agent asks for in a webhook while its caller waits. */
#include "http/hl-hook-tools.h"

/* The agent says this to the caller, so it is a sentence. */
#define NOT_HERE "This can't be done here yet."

void
hl_hook_tools_run (HlRequest *request, const char *provider, const char *location, GPtrArray *tools,
                   HlHookToolsFunc done, gpointer user_data)
{
  for (guint i = 0; i < tools->len; i++) {
    HlToolCall *tool = g_ptr_array_index (tools, i);

    tool->result = json_object_new ();
    json_object_set_boolean_member (tool->result, "ok", FALSE);
    json_object_set_string_member (tool->result, "say", NOT_HERE);
  }
  done (user_data);
}
