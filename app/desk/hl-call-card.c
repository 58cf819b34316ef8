/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call as a card shows it, see hl-call-card.h. */
#include "desk/hl-call-card.h"

#include "domain/hl-time.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlCallCard {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlCallCard, hl_call_card, HL_TYPE_ROW)

static void
hl_call_card_class_init (HlCallCardClass *klass)
{
  static GParamSpec *pspecs[HL_CALL_CARD_N];

  pspecs[HL_CALL_CARD_CALL_ID] = g_param_spec_string ("call-id", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_NAME] = g_param_spec_string ("name", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_NUMBER] = g_param_spec_string ("number", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_INTENT]
      = g_param_spec_enum ("intent", NULL, NULL, HL_TYPE_CALL_INTENT, 0, FLAGS);
  pspecs[HL_CALL_CARD_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_CALL_STATE, 0, FLAGS);
  pspecs[HL_CALL_CARD_OUTCOME]
      = g_param_spec_enum ("outcome", NULL, NULL, HL_TYPE_CALL_OUTCOME, 0, FLAGS);
  pspecs[HL_CALL_CARD_FOLLOW_UP]
      = g_param_spec_enum ("follow-up", NULL, NULL, HL_TYPE_FOLLOW_UP, 0, FLAGS);
  pspecs[HL_CALL_CARD_ATTENTION_REASON]
      = g_param_spec_enum ("attention-reason", NULL, NULL, HL_TYPE_ATTENTION_REASON, 0, FLAGS);
  pspecs[HL_CALL_CARD_DIRECTION]
      = g_param_spec_enum ("direction", NULL, NULL, HL_TYPE_CALL_DIRECTION, 0, FLAGS);
  pspecs[HL_CALL_CARD_STAGE]
      = g_param_spec_enum ("stage", NULL, NULL, HL_TYPE_CALL_STAGE, 0, FLAGS);
  pspecs[HL_CALL_CARD_STARTED_AT]
      = g_param_spec_int64 ("started-at", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_CALL_CARD_SECONDS]
      = g_param_spec_int ("seconds", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_CALL_CARD_PRIORITY]
      = g_param_spec_int ("priority", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_CALL_CARD_ATTENTION_SINCE] = g_param_spec_int64 (
      "attention-since", NULL, NULL, G_MININT64, G_MAXINT64, HL_TIME_NONE, FLAGS);
  pspecs[HL_CALL_CARD_ACKNOWLEDGED_BY]
      = g_param_spec_string ("acknowledged-by", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_NEEDS_YOU] = g_param_spec_boolean ("needs-you", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_CALL_CARD_NEEDS_SECONDS]
      = g_param_spec_int ("needs-seconds", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_CALL_CARD_ATTENTION_NOTE] = g_param_spec_string ("attention-note", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_ATTEMPTS]
      = g_param_spec_int ("attempts", NULL, NULL, 0, G_MAXINT, 0, FLAGS);
  pspecs[HL_CALL_CARD_HANDLED_BY] = g_param_spec_string ("handled-by", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_FOLLOW_UP_BY] = g_param_spec_string ("follow-up-by", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_RECORDING_URL] = g_param_spec_string ("recording-url", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_END_REASON] = g_param_spec_string ("end-reason", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_LOST] = g_param_spec_boolean ("lost", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_CALL_CARD_LAST_TEXT] = g_param_spec_string ("last-text", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_LAST_SPEAKER]
      = g_param_spec_enum ("last-speaker", NULL, NULL, HL_TYPE_SPEAKER, 0, FLAGS);
  pspecs[HL_CALL_CARD_LAST_FINAL] = g_param_spec_boolean ("last-final", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_CALL_CARD_RESERVATION_ID]
      = g_param_spec_string ("reservation-id", NULL, NULL, "", FLAGS);
  pspecs[HL_CALL_CARD_UNSENT] = g_param_spec_boolean ("unsent", NULL, NULL, FALSE, FLAGS);
  pspecs[HL_CALL_CARD_SLOTS] = g_param_spec_object ("slots", NULL, NULL, G_TYPE_LIST_MODEL, FLAGS);
  pspecs[HL_CALL_CARD_TURNS] = g_param_spec_int ("turns", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_CALL_CARD_N);
}

static void
hl_call_card_init (HlCallCard *self)
{
}

HlCallCard *
hl_call_card_new (void)
{
  return g_object_new (HL_TYPE_CALL_CARD, NULL);
}
