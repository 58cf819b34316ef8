/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the demonstration remembers of an action, see hl-demo-answer.h. */
#include "link/hl-demo-answer.h"

void
hl_demo_answer_free (HlDemoAnswer *answer)
{
  g_free (answer->device);
  g_free (answer->outcome);
  g_free (answer->reason);
  g_clear_pointer (&answer->detail, json_object_unref);
  g_free (answer);
}
