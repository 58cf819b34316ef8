/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is about to get a table: set by a tap on a party, ended by a tap on a table. */
#include "views/hl-seating.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

struct _HlSeating {
  GObject parent_instance;
  HlSeatingKind kind;
  char *id;
  char *name;
  int size;
  gboolean several;
  GPtrArray *tables; /* char *, NULL at the end */
  char *doubtful;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlSeating, hl_seating, G_TYPE_OBJECT)

static void
clear_tables (HlSeating *self)
{
  g_ptr_array_set_size (self->tables, 0);
  g_ptr_array_add (self->tables, NULL);
}

static void
hl_seating_finalize (GObject *object)
{
  HlSeating *self = HL_SEATING (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->doubtful);
  g_ptr_array_unref (self->tables);
  G_OBJECT_CLASS (hl_seating_parent_class)->finalize (object);
}

static void
hl_seating_class_init (HlSeatingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_seating_finalize;
  signals[CHANGED] = g_signal_new ("changed", HL_TYPE_SEATING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hl_seating_init (HlSeating *self)
{
  self->tables = g_ptr_array_new_with_free_func (g_free);
  clear_tables (self);
  self->id = g_strdup ("");
  self->name = g_strdup ("");
  self->doubtful = g_strdup ("");
}

HlSeating *
hl_seating_new (void)
{
  return g_object_new (HL_TYPE_SEATING, NULL);
}

void
hl_seating_start (HlSeating *self, HlSeatingKind kind, const char *id, const char *name, int size)
{
  g_return_if_fail (HL_IS_SEATING (self));

  if (self->kind != kind || g_strcmp0 (self->id, id) != 0) {
    self->several = FALSE;
    clear_tables (self);
  }
  self->kind = kind;
  g_free (self->id);
  self->id = g_strdup (id != NULL ? id : "");
  g_free (self->name);
  self->name = g_strdup (name != NULL ? name : "");
  self->size = size;
  g_free (self->doubtful);
  self->doubtful = g_strdup ("");
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hl_seating_stop (HlSeating *self)
{
  if (self->kind != HL_SEATING_NONE)
    hl_seating_start (self, HL_SEATING_NONE, NULL, NULL, 0);
}

HlSeatingKind
hl_seating_get_kind (HlSeating *self)
{
  g_return_val_if_fail (HL_IS_SEATING (self), HL_SEATING_NONE);
  return self->kind;
}

const char *
hl_seating_get_id (HlSeating *self)
{
  return self->id;
}

const char *
hl_seating_get_name (HlSeating *self)
{
  return self->name;
}

int
hl_seating_get_size (HlSeating *self)
{
  return self->size;
}

gboolean
hl_seating_get_several (HlSeating *self)
{
  return self->several;
}

void
hl_seating_set_several (HlSeating *self, gboolean several)
{
  g_return_if_fail (HL_IS_SEATING (self));

  if (self->several != several) {
    self->several = several;
    clear_tables (self);
    g_signal_emit (self, signals[CHANGED], 0);
  }
}

static int
find_table (HlSeating *self, const char *table_id)
{
  for (guint i = 0; i + 1 < self->tables->len; i++)
    if (g_strcmp0 (g_ptr_array_index (self->tables, i), table_id) == 0)
      return i;
  return -1;
}

void
hl_seating_toggle_table (HlSeating *self, const char *table_id)
{
  int at = find_table (self, table_id);

  if (at >= 0)
    g_ptr_array_remove_index (self->tables, at);
  else if (self->tables->len <= 8) /* as many as an action may name */
    g_ptr_array_insert (self->tables, self->tables->len - 1, g_strdup (table_id));
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
hl_seating_has_table (HlSeating *self, const char *table_id)
{
  return find_table (self, table_id) >= 0;
}

const char *const *
hl_seating_get_tables (HlSeating *self)
{
  return (const char *const *) self->tables->pdata;
}

const char *
hl_seating_get_doubtful (HlSeating *self)
{
  return self->doubtful;
}

void
hl_seating_set_doubtful (HlSeating *self, const char *table_id)
{
  if (g_strcmp0 (self->doubtful, table_id) != 0) {
    g_free (self->doubtful);
    self->doubtful = g_strdup (table_id);
    g_signal_emit (self, signals[CHANGED], 0);
  }
}

HlFit
hl_fit_judge (HlTableToken *token, int size)
{
  if (hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED))
    return HL_FIT_BLOCKED;
  switch (hl_table_token_get_shown (token)) {
  case HL_TABLE_SHOWN_SEATED:
  case HL_TABLE_SHOWN_PARTIALLY_SEATED:
  case HL_TABLE_SHOWN_COURSE:
  case HL_TABLE_SHOWN_CHECK:
  case HL_TABLE_SHOWN_DISPUTED:
    return HL_FIT_OCCUPIED;
  default:
    break;
  }
  if (hl_row_get_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY))
    return HL_FIT_DIRTY;
  if (size > hl_table_token_get_seats_max (token))
    return HL_FIT_SMALL;
  if (hl_table_token_get_shown (token) != HL_TABLE_SHOWN_OPEN)
    return HL_FIT_PROMISED;
  return size > 0 && size < hl_table_token_get_seats_min (token) ? HL_FIT_LARGE : HL_FIT_GOOD;
}

HlFit
hl_seating_judge (HlSeating *self, HlTableToken *token)
{
  HlFit fit;

  if (self->kind == HL_SEATING_NONE)
    return HL_FIT_NONE;
  fit = hl_fit_judge (token, self->several ? 0 : self->size);
  /* a table that was kept for this very party is no promise to others */
  if (fit == HL_FIT_PROMISED && self->id[0] != '\0' &&
      (g_strcmp0 (self->id, hl_table_token_get_party_id (token)) == 0 ||
       g_strcmp0 (self->id, hl_row_get_string (HL_ROW (token), HL_TABLE_TOKEN_RESERVATION_ID)) == 0))
    return HL_FIT_GOOD;
  return fit;
}

char *
hl_seating_warn (HlSeating *self, HlTableToken *token)
{
  g_autofree char *label = hl_words_isolate (hl_table_token_get_label (token));
  g_autofree char *name = NULL;

  switch (hl_seating_judge (self, token)) {
  case HL_FIT_DIRTY:
    return g_strdup_printf (C_ ("seating", "Table %s is dirty."), label);
  case HL_FIT_SMALL:
    return g_strdup_printf (g_dngettext (NULL, "Table %2$s has %1$d seat.",
                                         "Table %2$s has %1$d seats.",
                                         hl_table_token_get_seats_max (token)),
                            hl_table_token_get_seats_max (token), label);
  case HL_FIT_OCCUPIED:
    name = hl_words_isolate (hl_words_name (hl_table_token_get_name (token)));
    /* Translators: somebody sits there; both stay, and the table is marked to be checked */
    return g_strdup_printf (C_ ("seating", "%1$s sits at table %2$s: both would stay, to check."),
                            name, label);
  case HL_FIT_BLOCKED:
    return g_strdup_printf (C_ ("seating", "Table %s is closed: a manager may open it."), label);
  default:
    return NULL;
  }
}
