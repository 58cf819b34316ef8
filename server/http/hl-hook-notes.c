/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHookNotes: what happened at each hook, gathered for the registry, where `hostlinectl hook list` finds it. */
#include "http/hl-hook-notes.h"

#include "util/hl-clock.h"

#define GAP_US G_USEC_PER_SEC

/* One hook's: what is not in the registry yet, and when the registry was last told. */
typedef struct {
  HlHookNotes *notes;
  char        *hook;
  HlHookNote   note;
  char        *url;
  gint64       told_us;
  guint        source;  /* 0: nothing waits */
} Pending;

struct _HlHookNotes {
  HlWriter   *writer;
  HlRegistry *registry;
  GHashTable *hooks;   /* id -> Pending; hooks are few, and only existing ones come here */
};

/* On its way to the writer's thread. */
typedef struct {
  HlRegistry *registry;
  char       *hook;
  HlHookNote  note;
  char       *url;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  g_free (telling->hook);
  g_free (telling->url);
  g_free (telling);
}

static gboolean
write_note (HlWriter *writer, HlStore *store, gpointer data)
{
  Telling *telling = data;

  return hl_registry_note_hook (telling->registry, telling->hook, &telling->note, NULL);
}

static void
tell (Pending *pending)
{
  HlHookNotes *self = pending->notes;
  Telling *telling = g_new0 (Telling, 1);

  telling->registry = self->registry;
  telling->hook = g_strdup (pending->hook);
  telling->note = pending->note;
  telling->url = g_steal_pointer (&pending->url);
  telling->note.refusal_url = telling->url;
  pending->note = (HlHookNote) { 0 };
  pending->told_us = hl_clock_boot_us ();
  g_clear_handle_id (&pending->source, g_source_remove);
  hl_writer_call (self->writer, write_note, telling, telling_free, NULL, NULL);
}

static gboolean
on_due (gpointer data)
{
  Pending *pending = data;

  pending->source = 0;
  tell (pending);
  return G_SOURCE_REMOVE;
}

static Pending *
get_pending (HlHookNotes *self, const char *hook)
{
  Pending *pending = g_hash_table_lookup (self->hooks, hook);

  if (pending == NULL) {
    pending = g_new0 (Pending, 1);
    pending->notes = self;
    pending->hook = g_strdup (hook);
    pending->told_us = hl_clock_boot_us () - GAP_US;
    g_hash_table_insert (self->hooks, pending->hook, pending);
  }
  return pending;
}

static void
schedule (Pending *pending)
{
  if (pending->source != 0) {
    return;
  }
  if (hl_clock_boot_us () >= pending->told_us + GAP_US) {
    tell (pending);
  } else {
    pending->source = hl_clock_add (pending->told_us + GAP_US, on_due, pending);
  }
}

void
hl_hook_notes_add (HlHookNotes *self, const char *hook, HlHookNoteKind kind)
{
  Pending *pending = get_pending (self, hook);

  pending->note.last_event = hl_clock_wall_ms ();
  pending->note.ignored += kind == HL_HOOK_NOTE_IGNORED;
  pending->note.unreadable += kind == HL_HOOK_NOTE_UNREADABLE;
  schedule (pending);
}

void
hl_hook_notes_refuse (HlHookNotes *self, const char *hook, const char *reason, const char *url)
{
  Pending *pending = get_pending (self, hook);

  pending->note.last_refusal = hl_clock_wall_ms ();
  pending->note.refusal_reason = reason;
  pending->note.refused++;
  g_free (pending->url);
  pending->url = g_strdup (url);
  schedule (pending);
}

void
hl_hook_notes_flush (HlHookNotes *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->hooks);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (((Pending *) value)->source != 0) {
      tell (value);
    }
  }
}

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_clear_handle_id (&pending->source, g_source_remove);
  g_free (pending->hook);
  g_free (pending->url);
  g_free (pending);
}

HlHookNotes *
hl_hook_notes_new (HlWriter *writer, HlRegistry *registry)
{
  HlHookNotes *self = g_new0 (HlHookNotes, 1);

  self->writer = writer;
  self->registry = registry;
  self->hooks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, pending_free);
  return self;
}

void
hl_hook_notes_free (HlHookNotes *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->hooks);
  g_free (self);
}
