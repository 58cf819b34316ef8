/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays sounds, on a thread of its own. */
#include "views/hl-player.h"

#include "hl-config.h"
#include "util/hl-log.h"
#include "views/hl-tone.h"

#if HL_HAVE_PULSE
#include <pulse/error.h>
#include <pulse/simple.h>
#endif

struct _HlPlayer {
  GObject parent_instance;
  HlPlayerSink sink;
  gpointer sink_data;
  gboolean busy;  /* the main loop's: from play to the end */
  gboolean told;  /* that there is no sound */
};

typedef struct {
  HlPlayerSink sink;
  gpointer data;
  GBytes *samples;
} Job;

G_DEFINE_FINAL_TYPE (HlPlayer, hl_player, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_bytes_unref (job->samples);
  g_free (job);
}

static gboolean
play_aloud (GBytes *samples, gpointer data, GError **error)
{
#if HL_HAVE_PULSE
  const pa_sample_spec spec = { .format = PA_SAMPLE_S16NE, .rate = HL_TONE_RATE, .channels = 1 };
  int code = 0;
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data (samples, &size);
  pa_simple *stream
      = pa_simple_new (NULL, "Hostline", PA_STREAM_PLAYBACK, NULL, "Calls", &spec, NULL, NULL, &code);
  gboolean played;

  if (stream == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, pa_strerror (code));
    return FALSE;
  }
  played = pa_simple_write (stream, bytes, size, &code) == 0 && pa_simple_drain (stream, &code) == 0;
  if (!played)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, pa_strerror (code));
  pa_simple_free (stream);
  return played;
#else
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "built without sound");
  return FALSE;
#endif
}

static void
play_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (job->sink (job->samples, job->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_played (GObject *source, GAsyncResult *result, gpointer data)
{
  HlPlayer *self = HL_PLAYER (source);
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    self->told = FALSE;
  } else if (!self->told) {
    self->told = TRUE;
    hl_log (HL_LOG_NOTICE, "sound", "no sounds on this computer", "why", error->message, NULL);
  }
}

gboolean
hl_player_play (HlPlayer *self, HlSound sound, double volume)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_val_if_fail (HL_IS_PLAYER (self), FALSE);
  if (self->busy || sound == HL_SOUND_NONE || volume <= 0)
    return FALSE;
  self->busy = TRUE;
  job = g_new0 (Job, 1);
  job->sink = self->sink;
  job->data = self->sink_data;
  job->samples = hl_tone_make (sound, volume);
  task = g_task_new (self, NULL, on_played, NULL);
  g_task_set_task_data (task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread (task, play_in_thread);
  return TRUE;
}

void
hl_player_set_sink (HlPlayer *self, HlPlayerSink sink, gpointer data)
{
  g_return_if_fail (HL_IS_PLAYER (self));
  self->sink = sink != NULL ? sink : play_aloud;
  self->sink_data = data;
}

static void
hl_player_class_init (HlPlayerClass *klass)
{
}

static void
hl_player_init (HlPlayer *self)
{
  self->sink = play_aloud;
}

HlPlayer *
hl_player_new (void)
{
  return g_object_new (HL_TYPE_PLAYER, NULL);
}
