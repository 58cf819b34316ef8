/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sounds themselves. */
#include "views/hl-tone.h"

#include <math.h>

#define ATTACK_MS 8.0
#define PEAK 0.6 /* of full scale: two partials together stay below 1 */

typedef struct {
  double hz; /* 0: a pause */
  int ms;
  double fade_ms; /* how fast it dies away */
} Note;

/* Rising, twice, short: heard through a full room. Falling, soft: two chimes. */
static const Note ring[] = {
  { 880.0, 140, 400 },  { 1108.7, 140, 400 }, { 1318.5, 220, 400 }, { 0, 120, 0 },
  { 880.0, 140, 400 },  { 1108.7, 140, 400 }, { 1318.5, 340, 200 },
};
static const Note chime[] = { { 784.0, 260, 130 }, { 0, 60, 0 }, { 587.3, 460, 160 } };

static void
add_note (GArray *samples, const Note *note, double volume)
{
  int n = HL_TONE_RATE * note->ms / 1000;

  for (int i = 0; i < n; i++) {
    double t = (double)i / HL_TONE_RATE;
    double rise = MIN (1.0, t * 1000 / ATTACK_MS);
    double fall = MIN (1.0, (n - 1 - i) * 1000.0 / HL_TONE_RATE / ATTACK_MS);
    double value = 0;
    gint16 sample;

    if (note->hz > 0)
      value = (0.75 * sin (2 * G_PI * note->hz * t) + 0.25 * sin (4 * G_PI * note->hz * t)) * rise * fall
              * exp (-t * 1000 / note->fade_ms);
    sample = (gint16)lrint (value * PEAK * volume * G_MAXINT16);
    g_array_append_val (samples, sample);
  }
}

GBytes *
hl_tone_make (HlSound sound, double volume)
{
  const Note *notes = sound == HL_SOUND_RING ? ring : chime;
  gsize n = sound == HL_SOUND_RING ? G_N_ELEMENTS (ring) : G_N_ELEMENTS (chime);
  GArray *samples;
  gsize size;

  if (sound == HL_SOUND_NONE)
    return NULL;
  samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  for (gsize i = 0; i < n; i++)
    add_note (samples, &notes[i], CLAMP (volume, 0.0, 1.0));
  size = samples->len * sizeof (gint16);
  return g_bytes_new_take (g_array_free (samples, FALSE), size);
}
