/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn of a transcript: who spoke, what was said, what was captured from it. */
#include "views/hl-turn-row.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "views/hl-row-watch.h"
#include "views/hl-words.h"
#include "widgets/hl-chip.h"

struct _HlTurnRow {
  GtkWidget parent_instance;
  HlChip *gap;
  GtkLabel *speaker;
  GtkLabel *text;
  HlRowWatch *watch;
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlTurnRow, hl_turn_row, GTK_TYPE_WIDGET)

/* Spans count code points of the text; attributes count bytes. */
static PangoAttrList *
make_attributes (const char *text, const char *const *spans)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  glong length = g_utf8_strlen (text, -1);

  for (gsize i = 0; spans != NULL && spans[i] != NULL; i++) {
    PangoAttribute *attribute;
    guint from = 0, to = 0;

    if (sscanf (spans[i], "%u:%u:", &from, &to) != 2 || from >= to || (glong) to > length)
      continue;
    attribute = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);
    attribute->start_index = g_utf8_offset_to_pointer (text, from) - text;
    attribute->end_index = g_utf8_offset_to_pointer (text, to) - text;
    pango_attr_list_insert (attributes, attribute);
    attribute = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
    attribute->start_index = g_utf8_offset_to_pointer (text, from) - text;
    attribute->end_index = g_utf8_offset_to_pointer (text, to) - text;
    pango_attr_list_insert (attributes, attribute);
  }
  return attributes;
}

static void
update (GtkWidget *widget)
{
  HlTurnRow *self = HL_TURN_ROW (widget);
  HlRow *row = hl_row_watch_get_item (self->watch);
  HlSpeaker speaker = hl_row_get_int (row, HL_TRANSCRIPT_LINE_SPEAKER);
  HlSegmentState state = hl_row_get_int (row, HL_TRANSCRIPT_LINE_STATE);
  const char *text = hl_row_get_string (row, HL_TRANSCRIPT_LINE_TEXT);
  int gap = hl_row_get_int (row, HL_TRANSCRIPT_LINE_GAP);
  int start_ms = hl_row_get_int (row, HL_TRANSCRIPT_LINE_START_MS);
  g_autofree char *at = start_ms >= 0 ? hl_words_elapsed (start_ms / 1000) : NULL;
  g_autoptr (GString) who = g_string_new (hl_words_speaker (speaker));

  if (at != NULL)
    g_string_append_printf (who, " · %s", at);
  if (state == HL_SEGMENT_STATE_CORRECTED)
    g_string_append_printf (who, " · %s", C_ ("turn", "corrected"));
  if (state == HL_SEGMENT_STATE_REDACTED)
    g_string_append_printf (who, " · %s", C_ ("turn", "taken out"));
  gtk_label_set_label (self->speaker, who->str);

  if (state == HL_SEGMENT_STATE_PARTIAL) {
    g_autofree char *open = g_strconcat (text, "…", NULL);

    gtk_label_set_attributes (self->text, NULL);
    gtk_label_set_label (self->text, open);
    gtk_widget_add_css_class (GTK_WIDGET (self->text), "unfinished");
  } else {
    g_autoptr (PangoAttrList) attributes =
        make_attributes (text, hl_row_get_strv (row, HL_TRANSCRIPT_LINE_SPANS));

    gtk_label_set_label (self->text, text);
    gtk_label_set_attributes (self->text, attributes);
    gtk_widget_remove_css_class (GTK_WIDGET (self->text), "unfinished");
  }
  if (speaker == HL_SPEAKER_CALLER)
    gtk_widget_add_css_class (widget, "caller");
  else
    gtk_widget_remove_css_class (widget, "caller");
  gtk_widget_set_visible (GTK_WIDGET (self->gap), gap > 0);
  if (gap > 0) {
    g_autofree char *words = g_strdup_printf (
        g_dngettext (NULL, "%d line is missing here", "%d lines are missing here", gap), gap);

    hl_chip_set (self->gap, "hl-gap-symbolic", words, "warning", NULL);
  }
}

static void
hl_turn_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, hl_row_watch_get_item (HL_TURN_ROW (object)->watch));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_turn_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    hl_turn_row_set_item (HL_TURN_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_turn_row_dispose (GObject *object)
{
  HlTurnRow *self = HL_TURN_ROW (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hl_turn_row_parent_class)->dispose (object);
}

static void
hl_turn_row_class_init (HlTurnRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_turn_row_dispose;
  object_class->get_property = hl_turn_row_get_property;
  object_class->set_property = hl_turn_row_set_property;
  properties[PROP_ITEM] =
      g_param_spec_object ("item", NULL, NULL, HL_TYPE_TRANSCRIPT_LINE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_type_ensure (HL_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-turn-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HlTurnRow, gap);
  gtk_widget_class_bind_template_child (widget_class, HlTurnRow, speaker);
  gtk_widget_class_bind_template_child (widget_class, HlTurnRow, text);
}

static void
hl_turn_row_init (HlTurnRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_turn_row_new (void)
{
  return g_object_new (HL_TYPE_TURN_ROW, NULL);
}

void
hl_turn_row_set_item (HlTurnRow *self, HlTranscriptLine *item)
{
  g_return_if_fail (HL_IS_TURN_ROW (self));
  if (hl_row_watch_set_item (self->watch, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
