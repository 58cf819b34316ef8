/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control socket DIR/control.sock: HTTP/1.1, POST /admin/v1/<command> with a JSON object.
 *
 * THREADS. Main thread. It runs no command itself: it gives each to the run function, which queues it
 * where it belongs (HL_COMMAND_WRITES: the writer thread; else the reader thread) and, there, calls
 * hl_command_run (). Only this server knows admin routes; only processes of the same user or root are
 * answered (SO_PEERCRED), whatever the socket's mode.
 *
 * 200 {...}; an error is {"error": {"code": "failed|unknown|invalid|usage|store", "message": "..."}}.
 */
#pragma once

#include <gio/gio.h>

#include "admin/hl-commands.h"

G_BEGIN_DECLS

#define HL_CONTROL_SOCKET "control.sock"
/* sizeof (sun_path) - 1: a longer path cannot be bound */
#define HL_CONTROL_MAX_PATH 107

#define HL_TYPE_CONTROL (hl_control_get_type ())
G_DECLARE_FINAL_TYPE (HlControl, hl_control, HL, CONTROL, GObject)

/**
 * HlControlRun: run @command somewhere and return into @task: g_task_return_pointer (task, JsonNode,
 * (GDestroyNotify) json_node_unref) or g_task_return_error () with an HL_COMMAND_ERROR. GTask brings
 * the result to the main context whichever thread returns it.
 * @params: (transfer none): checked (hl_command_check_params ()); hold a reference, do not change
 * @task: (transfer full)
 */
typedef void (*HlControlRun) (const HlCommand *command, JsonObject *params, GTask *task,
                              gpointer user_data);

/**
 * hl_control_new: listen on DIR/control.sock (0600); a socket file that is left over is replaced: the
 * caller holds the lock of the folder. G_IO_ERROR_FILENAME_TOO_LONG: the path is over 107 bytes, exit 78.
 */
HlControl *hl_control_new (const char *directory, HlControlRun run, gpointer user_data,
                           GError **error);

/** hl_control_close: stop listening, remove the socket file. Also done by the last unref. */
void hl_control_close (HlControl *self);

G_END_DECLS
