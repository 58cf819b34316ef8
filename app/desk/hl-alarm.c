/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a sound is to be played. */
#include "desk/hl-alarm.h"

#include "domain/hl-entity.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)

/* What was heard of one call's need of somebody; a new need is another one. */
typedef struct {
  guint64 raised;
  gint64 heard; /* boot ms, 0 = never */
  gboolean seen;
} Heard;

struct _HlAlarm {
  GObject parent_instance;
  GHashTable *calls; /* call id -> Heard */
  gint64 last;       /* boot ms of the last sound, 0 = none */
  HlSound last_sound;
  gint64 muted_boot; /* boot ms, 0 = not muted */
  gint64 muted_wall;
};

enum {
  PROP_0,
  PROP_MUTED_UNTIL,
  N_PROPS,
};

enum {
  SOUND,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlAlarm, hl_alarm, G_TYPE_OBJECT)

static void
set_muted (HlAlarm *self, gint64 boot_ms, gint64 wall_ms)
{
  self->muted_boot = boot_ms;
  if (self->muted_wall == wall_ms)
    return;
  self->muted_wall = wall_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED_UNTIL]);
}

void
hl_alarm_mute (HlAlarm *self, int minutes, gint64 boot_ms, gint64 wall_ms)
{
  g_return_if_fail (HL_IS_ALARM (self));
  if (minutes > 0)
    set_muted (self, boot_ms + minutes * MINUTE_MS, wall_ms + minutes * MINUTE_MS);
  else
    set_muted (self, 0, 0);
}

gint64
hl_alarm_get_muted_until (HlAlarm *self)
{
  g_return_val_if_fail (HL_IS_ALARM (self), 0);
  return self->muted_wall;
}

static Heard *
ensure (HlAlarm *self, HlCall *call)
{
  const char *id = hl_call_get_call_id (call);
  guint64 raised = hl_entity_get_revision (HL_ENTITY (call), HL_CALL_FIELD_ATTENTION_REASON)->seq;
  Heard *heard = g_hash_table_lookup (self->calls, id);

  if (heard == NULL) {
    heard = g_new0 (Heard, 1);
    g_hash_table_insert (self->calls, g_strdup (id), heard);
  }
  if (heard->raised != raised) {
    heard->raised = raised;
    heard->heard = 0;
  }
  heard->seen = TRUE;
  return heard;
}

static gboolean
forget_unseen (gpointer key, gpointer value, gpointer data)
{
  Heard *heard = value;
  gboolean unseen = !heard->seen;

  heard->seen = FALSE;
  return unseen;
}

void
hl_alarm_look (HlAlarm *self, HlState *state, const HlSoundSpell *spell, gint64 boot_ms)
{
  HlSoundSpell open = { 0 };
  guint n = 0;
  HlEntity **calls;
  HlSound play = HL_SOUND_NONE;
  gboolean muted, wait;

  g_return_if_fail (HL_IS_ALARM (self));
  if (self->muted_boot != 0 && boot_ms >= self->muted_boot)
    set_muted (self, 0, 0);
  muted = self->muted_boot != 0;
  if (spell != NULL) {
    open = *spell;
    open.muted_until = 0;
  }
  calls = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_CALL), &n);
  for (guint i = 0; i < n; i++) {
    HlSound sound = hl_sound_for_call (HL_CALL (calls[i]), spell != NULL ? &open : NULL, boot_ms);

    if (sound != HL_SOUND_NONE && hl_sound_is_due (sound, ensure (self, HL_CALL (calls[i]))->heard, boot_ms))
      play = MAX (play, sound);
  }
  /* right after a sound nothing but a more urgent one is heard */
  wait = self->last != 0 && boot_ms - self->last < HL_ALARM_GAP_MS && play <= self->last_sound;
  for (guint i = 0; i < n && play != HL_SOUND_NONE; i++) {
    HlSound sound = hl_sound_for_call (HL_CALL (calls[i]), &open, boot_ms);
    Heard *heard = sound != HL_SOUND_NONE ? g_hash_table_lookup (self->calls, hl_call_get_call_id (HL_CALL (calls[i])))
                                          : NULL;

    /* all that ring, ring together: two calls are no reason to ring twice as often */
    if (heard != NULL && sound <= play && (sound == HL_SOUND_RING || heard->heard == 0))
      heard->heard = wait ? self->last : boot_ms;
  }
  g_hash_table_foreach_remove (self->calls, forget_unseen, NULL);
  if (play == HL_SOUND_NONE || wait || muted)
    return;
  self->last = boot_ms;
  self->last_sound = play;
  g_signal_emit (self, signals[SOUND], 0, (guint)play);
}

static void
hl_alarm_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_int64 (value, HL_ALARM (object)->muted_wall);
}

static void
hl_alarm_finalize (GObject *object)
{
  g_hash_table_unref (HL_ALARM (object)->calls);
  G_OBJECT_CLASS (hl_alarm_parent_class)->finalize (object);
}

static void
hl_alarm_class_init (HlAlarmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hl_alarm_get_property;
  object_class->finalize = hl_alarm_finalize;
  properties[PROP_MUTED_UNTIL] = g_param_spec_int64 ("muted-until", NULL, NULL, 0, G_MAXINT64, 0,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SOUND] = g_signal_new ("sound", HL_TYPE_ALARM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_UINT);
}

static void
hl_alarm_init (HlAlarm *self)
{
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

HlAlarm *
hl_alarm_new (void)
{
  return g_object_new (HL_TYPE_ALARM, NULL);
}
