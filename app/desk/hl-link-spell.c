/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection log as a person reads it, see hl-link-spell.h. */
#include "desk/hl-link-spell.h"

#include "link/hl-transition.h"

void
hl_link_spell_free (HlLinkSpell *self)
{
  g_free (self->endpoint);
  g_free (self);
}

static HlSpellKind
get_kind (HlLinkState state)
{
  switch (state) {
  case HL_LINK_STATE_LIVE:
    return HL_SPELL_ONLINE;
  case HL_LINK_STATE_LATE:
    return HL_SPELL_CHECKING;
  case HL_LINK_STATE_CATCHING_UP:
    return HL_SPELL_CATCHING_UP;
  case HL_LINK_STATE_STOPPED:
    return HL_SPELL_STOPPED;
  case HL_LINK_STATE_IDLE:
    return HL_SPELL_CLOSED;
  case HL_LINK_STATE_WAITING:
  case HL_LINK_STATE_CONNECTING:
  case HL_LINK_STATE_OPENING:
  default:
    return HL_SPELL_OFFLINE;
  }
}

/* Causes that say why something was tried, not why it failed. */
static gboolean
is_failure (HlLinkCause cause)
{
  return cause != HL_LINK_CAUSE_NONE && cause != HL_LINK_CAUSE_STARTING
         && cause != HL_LINK_CAUSE_ASKED && cause != HL_LINK_CAUSE_LOCAL;
}

static HlLinkSpell *
begin (GPtrArray *spells, HlTransition *step, HlSpellKind kind)
{
  HlLinkSpell *self = g_new0 (HlLinkSpell, 1);

  self->kind = kind;
  self->from = hl_transition_get_at (step);
  self->times = hl_transition_get_times (step);
  self->until = self->times > 1 ? hl_transition_get_until (step) : 0;
  self->cause = hl_transition_get_cause (step);
  self->code = hl_transition_get_code (step);
  self->endpoint = g_strdup (hl_transition_get_endpoint (step));
  if (kind == HL_SPELL_ONLINE || kind == HL_SPELL_CATCHING_UP)
    self->cause = HL_LINK_CAUSE_NONE;
  g_ptr_array_add (spells, self);
  return self;
}

static void
end (HlLinkSpell *self, HlTransition *step)
{
  if (self == NULL || self->until != 0)
    return;
  self->until = hl_transition_get_at (step);
  /* a start of the program: when the one before ended, nobody wrote down */
  if (hl_transition_get_from (step) == HL_LINK_STATE_IDLE
      && hl_transition_get_lasted (step) < 0 && self->kind != HL_SPELL_CLOSED)
    self->lasted = -1;
}

static HlLinkSpell *
find_last (GPtrArray *spells, HlSpellKind kind)
{
  for (guint i = spells->len; i > 0; i--) {
    HlLinkSpell *self = g_ptr_array_index (spells, i - 1);
    if (self->kind == kind)
      return self;
  }
  return NULL;
}

/* Another one of the same, told in the same row. */
static void
begin_again (HlLinkSpell *self, HlTransition *step)
{
  self->times += hl_transition_get_times (step);
  self->from = MIN (self->from, hl_transition_get_at (step));
  self->until = MAX (self->until, hl_transition_get_until (step));
}

/* A step of an hour in which some stand for many: what came before it in the log need not be what came before it, so that each
 * figure is added to the last row of the kind that it is about. */
static void
add_steps (GPtrArray *spells, HlTransition *step)
{
  HlSpellKind kind = get_kind (hl_transition_get_to (step)), was = get_kind (hl_transition_get_from (step));
  HlLinkSpell *before = find_last (spells, was), *self = find_last (spells, kind);
  HlLinkSpell *last = spells->len > 0 ? g_ptr_array_index (spells, spells->len - 1) : NULL;
  HlLinkCause cause = hl_transition_get_cause (step);

  if (before != NULL && before->lasted >= 0)
    before->lasted += MAX (hl_transition_get_lasted (step), 0);
  if (self == NULL || (kind != was && last != self)) {
    if (last != NULL && last->until == 0)
      last->until = MAX (hl_transition_get_until (step), last->from);
    self = begin (spells, step, kind);
    if (kind == was) { /* of one that began before all that is known */
      self->times = 1;
      self->until = hl_transition_get_until (step); /* whatever comes next */
    }
  } else {
    if (kind != was)
      begin_again (self, step);
    if (kind == HL_SPELL_OFFLINE && is_failure (cause))
      self->last_cause = cause != self->cause ? cause : HL_LINK_CAUSE_NONE;
  }
  if (kind == HL_SPELL_OFFLINE && hl_transition_get_endpoint (step)[0] != '\0') {
    g_free (self->endpoint);
    self->endpoint = g_strdup (hl_transition_get_endpoint (step));
  }
  if (hl_transition_get_to (step) == HL_LINK_STATE_CONNECTING)
    self->attempts += hl_transition_get_times (step);
}

/* Out of its place: see add_steps(). A start of the program always is. */
static gboolean
is_out_of_place (GPtrArray *spells, HlTransition *step)
{
  HlLinkSpell *last = spells->len > 0 ? g_ptr_array_index (spells, spells->len - 1) : NULL;

  return last != NULL && hl_transition_get_from (step) != HL_LINK_STATE_IDLE
         && last->kind != get_kind (hl_transition_get_from (step));
}

static void
add_step (GPtrArray *spells, HlTransition *step)
{
  HlLinkSpell *last = spells->len > 0 ? g_ptr_array_index (spells, spells->len - 1) : NULL;
  HlLinkState to = hl_transition_get_to (step);
  HlSpellKind kind = get_kind (to);
  HlLinkCause cause = hl_transition_get_cause (step);
  gboolean starts = hl_transition_get_from (step) == HL_LINK_STATE_IDLE;
  gint64 lasted = hl_transition_get_lasted (step);

  if (last != NULL && lasted > 0)
    last->lasted += lasted;
  if (last == NULL || kind != last->kind || (starts && last->kind != HL_SPELL_CLOSED)) {
    end (last, step);
    last = begin (spells, step, kind);
  } else if (kind == HL_SPELL_OFFLINE && is_failure (cause)) {
    last->last_cause = cause != last->cause ? cause : HL_LINK_CAUSE_NONE;
  }
  if (kind == HL_SPELL_OFFLINE && hl_transition_get_endpoint (step)[0] != '\0') {
    g_free (last->endpoint);
    last->endpoint = g_strdup (hl_transition_get_endpoint (step));
  }
  if (to == HL_LINK_STATE_CONNECTING)
    last->attempts++;
}

GPtrArray *
hl_link_spells_make (GListModel *transitions, gint64 now, guint max)
{
  GPtrArray *spells = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_link_spell_free);
  guint n = g_list_model_get_n_items (transitions);
  guint folded = n; /* the newest one that stands for many */
  GPtrArray *newest;

  for (guint i = 0; i < n && folded == n; i++) {
    g_autoptr (HlTransition) step = g_list_model_get_item (transitions, i);
    if (hl_transition_get_times (step) > 1)
      folded = i;
  }
  for (guint i = n; i > 0; i--) {
    g_autoptr (HlTransition) step = g_list_model_get_item (transitions, i - 1);

    if (hl_transition_get_times (step) > 1 || (i - 1 >= folded && is_out_of_place (spells, step)))
      add_steps (spells, step);
    else
      add_step (spells, step);
  }
  newest = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_link_spell_free);
  while (spells->len > 0) {
    HlLinkSpell *spell = g_ptr_array_steal_index (spells, spells->len - 1);
    if (newest->len == 0 && spell->times == 1)
      spell->lasted = MAX (now - spell->from, 0);
    if (newest->len < max)
      g_ptr_array_add (newest, spell);
    else
      hl_link_spell_free (spell);
  }
  g_ptr_array_unref (spells);
  return newest;
}
