/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GIOStream between a connection and libsoup: time limits, checked requests, upgrades. */
#include "net/hl-guard.h"

#include "net/hl-guard-core.h"

struct _HlGuard {
  GIOStream parent_instance;
  HlGuardCore *core;
  GInputStream *input;
  GOutputStream *output;
};

typedef struct {
  GInputStream parent_instance;
  HlGuardCore *core;
} HlGuardInput;
typedef GInputStreamClass HlGuardInputClass;

typedef struct {
  GOutputStream parent_instance;
  HlGuardCore *core;
} HlGuardOutput;
typedef GOutputStreamClass HlGuardOutputClass;

static void input_pollable_init (GPollableInputStreamInterface *iface);
static void output_pollable_init (GPollableOutputStreamInterface *iface);
static GType hl_guard_input_get_type (void);
static GType hl_guard_output_get_type (void);

G_DEFINE_TYPE (HlGuard, hl_guard, G_TYPE_IO_STREAM)
G_DEFINE_TYPE_WITH_CODE (HlGuardInput, hl_guard_input, G_TYPE_INPUT_STREAM,
                         G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, input_pollable_init))
G_DEFINE_TYPE_WITH_CODE (HlGuardOutput, hl_guard_output, G_TYPE_OUTPUT_STREAM,
                         G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                output_pollable_init))

HlGuardGroup *
hl_guard_group_new (guint64 max_body)
{
  HlGuardGroup *self = g_rc_box_new0 (HlGuardGroup);

  self->max_body = max_body;
  g_queue_init (&self->open);
  return self;
}

HlGuardGroup *
hl_guard_group_ref (HlGuardGroup *self)
{
  return g_rc_box_acquire (self);
}

void
hl_guard_group_unref (HlGuardGroup *self)
{
  g_rc_box_release (self);
}

void
hl_guard_group_drain (HlGuardGroup *self)
{
  for (GList *item = self->open.head; item != NULL; item = item->next)
    hl_guard_core_drain (item->data);
}

static gssize
input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize len, GError **error)
{
  return hl_guard_core_read (((HlGuardInput *) stream)->core, buffer, len, error);
}

static gssize
input_read (GInputStream *stream, void *buffer, gsize len, GCancellable *cancellable,
            GError **error)
{
  /* libsoup's server never blocks, and nothing else holds this end. */
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Only non-blocking reads");
  return -1;
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  HlGuardCore *core = ((HlGuardInput *) stream)->core;

  return hl_guard_core_has_input (core)
         || g_pollable_input_stream_is_readable (hl_guard_core_get_input (core));
}

static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  HlGuardCore *core = ((HlGuardInput *) stream)->core;
  g_autoptr (GSource) base = NULL;

  hl_guard_core_expect (core);
  base = hl_guard_core_has_input (core)
             ? g_timeout_source_new (0)
             : g_pollable_input_stream_create_source (hl_guard_core_get_input (core), NULL);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
close_async (GObject *stream, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (stream, NULL, callback, data);

  g_task_return_boolean (task, TRUE);
}

/* The defaults of GIO make a thread for it. */
static void
input_close_async (GInputStream *stream, int priority, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  close_async (G_OBJECT (stream), callback, data);
}

static gboolean
input_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
input_finalize (GObject *object)
{
  hl_guard_core_unref (((HlGuardInput *) object)->core);
  G_OBJECT_CLASS (hl_guard_input_parent_class)->finalize (object);
}

static void
hl_guard_input_class_init (HlGuardInputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = input_finalize;
  class->read_fn = input_read;
  class->close_async = input_close_async;
  class->close_finish = input_close_finish;
}

static void
hl_guard_input_init (HlGuardInput *self)
{
}

static void
input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->read_nonblocking = input_read_nonblocking;
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
}

static gssize
output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize len,
                          GError **error)
{
  HlGuardCore *core = ((HlGuardOutput *) stream)->core;

  if (core->base == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
    return -1;
  }
  return g_pollable_output_stream_write_nonblocking (hl_guard_core_get_output (core), buffer, len,
                                                     NULL, error);
}

static gssize
output_write (GOutputStream *stream, const void *buffer, gsize len, GCancellable *cancellable,
              GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Only non-blocking writes");
  return -1;
}

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  HlGuardCore *core = ((HlGuardOutput *) stream)->core;

  return core->base == NULL
         || g_pollable_output_stream_is_writable (hl_guard_core_get_output (core));
}

static GSource *
output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  HlGuardCore *core = ((HlGuardOutput *) stream)->core;
  g_autoptr (GSource) base
      = core->base == NULL
            ? g_timeout_source_new (0)
            : g_pollable_output_stream_create_source (hl_guard_core_get_output (core), NULL);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
output_close_async (GOutputStream *stream, int priority, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer data)
{
  close_async (G_OBJECT (stream), callback, data);
}

static gboolean
output_close_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
output_finalize (GObject *object)
{
  hl_guard_core_unref (((HlGuardOutput *) object)->core);
  G_OBJECT_CLASS (hl_guard_output_parent_class)->finalize (object);
}

static void
hl_guard_output_class_init (HlGuardOutputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = output_finalize;
  class->write_fn = output_write;
  class->close_async = output_close_async;
  class->close_finish = output_close_finish;
}

static void
hl_guard_output_init (HlGuardOutput *self)
{
}

static void
output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->write_nonblocking = output_write_nonblocking;
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
}

static GInputStream *
guard_get_input_stream (GIOStream *stream)
{
  return HL_GUARD (stream)->input;
}

static GOutputStream *
guard_get_output_stream (GIOStream *stream)
{
  return HL_GUARD (stream)->output;
}

static gboolean
guard_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  hl_guard_core_close (HL_GUARD (stream)->core);
  return TRUE;
}

static void
guard_close_async (GIOStream *stream, int priority, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  hl_guard_core_close (HL_GUARD (stream)->core);
  close_async (G_OBJECT (stream), callback, data);
}

static gboolean
guard_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
guard_finalize (GObject *object)
{
  HlGuard *self = HL_GUARD (object);

  g_object_unref (self->input);
  g_object_unref (self->output);
  hl_guard_core_unref (self->core);
  G_OBJECT_CLASS (hl_guard_parent_class)->finalize (object);
}

static void
hl_guard_class_init (HlGuardClass *class)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = guard_finalize;
  stream_class->get_input_stream = guard_get_input_stream;
  stream_class->get_output_stream = guard_get_output_stream;
  stream_class->close_fn = guard_close;
  stream_class->close_async = guard_close_async;
  stream_class->close_finish = guard_close_finish;
}

static void
hl_guard_init (HlGuard *self)
{
}

HlGuard *
hl_guard_new (HlReactor *reactor, GIOStream *base, HlAdmissionSlot *slot, HlGuardGroup *group)
{
  HlGuard *self = g_object_new (HL_TYPE_GUARD, NULL);
  HlGuardInput *input = g_object_new (hl_guard_input_get_type (), NULL);
  HlGuardOutput *output = g_object_new (hl_guard_output_get_type (), NULL);

  self->core = hl_guard_core_new (reactor, base, slot, group);
  input->core = hl_guard_core_ref (self->core);
  output->core = hl_guard_core_ref (self->core);
  self->input = G_INPUT_STREAM (input);
  self->output = G_OUTPUT_STREAM (output);
  return self;
}

HlStream *
hl_guard_step_out (HlGuard *self, GError **error)
{
  return hl_guard_core_step_out (self->core, error);
}
