/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the left pane: time, name, size, table, up to two flags, status in icon and word. */
#include "views/hl-person-row.h"

#include <glib/gi18n.h>

#include "views/hl-row-watch.h"
#include "views/hl-words.h"
#include "widgets/hl-chip.h"

struct _HlPersonRow {
  GtkWidget parent_instance;
  GtkLabel *heading;
  GtkWidget *line;
  GtkLabel *time;
  GtkLabel *minutes;
  GtkLabel *name;
  GtkWidget *unsent;
  GtkLabel *size;
  GtkLabel *tables;
  HlChip *flag_one;
  HlChip *flag_two;
  GtkImage *status_icon;
  GtkLabel *status;

  HlDesk *desk;
  HlRowWatch *watch;
  char *spoken;
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlPersonRow, hl_person_row, GTK_TYPE_WIDGET)

static const char *
get_group_word (HlGuestGroup group)
{
  switch (group) {
  case HL_GUEST_GROUP_LATE:
    return C_ ("group", "Late");
  case HL_GUEST_GROUP_DUE:
    return C_ ("group", "Due");
  case HL_GUEST_GROUP_LATER:
    return C_ ("group", "Later");
  case HL_GUEST_GROUP_WAITING:
    return C_ ("group", "Waiting");
  case HL_GUEST_GROUP_DOOR:
    return C_ ("group", "At the door");
  case HL_GUEST_GROUP_SEATED:
    return C_ ("group", "Seated");
  default:
    return "";
  }
}

typedef struct {
  const char *icon;
  char *text;
  const char *style;
} Flag;

/* The two that matter most, most urgent first. */
static int
find_flags (HlRow *row, Flag flags[2], GTimeZone *zone)
{
  gint64 eta = hl_row_get_int64 (row, HL_GUEST_ROW_ETA);
  const char *allergies = hl_row_get_string (row, HL_GUEST_ROW_ALLERGIES);
  const char *const *tags = hl_row_get_strv (row, HL_GUEST_ROW_TAGS);
  HlGuestGroup group = hl_row_get_int (row, HL_GUEST_ROW_GROUP);
  int n = 0;

#define ADD(...)                            \
  if (n < 2)                                \
  flags[n++] = (Flag){ __VA_ARGS__ }
  if (hl_row_get_bool (row, HL_GUEST_ROW_DISPUTED)) {
    ADD ("hl-dispute-symbolic", g_strdup (C_ ("flag", "Check")), "error");
  }
  if (allergies != NULL && allergies[0] != '\0') {
    ADD ("hl-allergy-symbolic", g_strdup (C_ ("flag", "Allergy")), "error");
  }
  if (hl_row_get_bool (row, HL_GUEST_ROW_OVERBOOKED)) {
    ADD ("hl-warning-symbolic", g_strdup (C_ ("flag", "Overbooked")), "error");
  }
  if (eta > 0 && (group == HL_GUEST_GROUP_LATE || group == HL_GUEST_GROUP_DUE)) {
    g_autofree char *at = hl_words_time (eta, zone);

    /* Translators: they said that they will be here at this time */
    ADD ("hl-soon-symbolic", g_strdup_printf (C_ ("flag", "here %s"), at), "warning");
  }
  if (hl_row_get_bool (row, HL_GUEST_ROW_VIP)) {
    ADD ("hl-vip-symbolic", g_strdup (C_ ("flag", "VIP")), "accent");
  }
  for (gsize i = 0; tags != NULL && tags[i] != NULL && n < 2; i++)
    if (g_ascii_strcasecmp (tags[i], "vip") != 0) {
      ADD ("hl-tag-symbolic", g_strdup (tags[i]), NULL);
    }
  if (hl_row_get_int (row, HL_GUEST_ROW_NOTES) > 0) {
    ADD ("hl-note-symbolic", g_strdup (C_ ("flag", "Note")), NULL);
  }
#undef ADD
  return n;
}

static void
show_flag (HlChip *chip, Flag *flag)
{
  gtk_widget_set_visible (GTK_WIDGET (chip), flag != NULL);
  if (flag != NULL) {
    hl_chip_set (chip, flag->icon, flag->text, flag->style, NULL);
    g_free (flag->text);
  }
}

static char *
make_status (HlGuestRow *row, const char **icon)
{
  HlGuestGroup group = hl_guest_row_get_group (row);
  HlPartyStatus party = hl_guest_row_get_party_status (row);
  HlPartyStage stage = hl_guest_row_get_stage (row);

  switch (group) {
  case HL_GUEST_GROUP_SEATED:
    if (party == HL_PARTY_STATUS_PARTIALLY_SEATED) {
      *icon = "hl-half-symbolic";
      return g_strdup_printf (C_ ("table", "%d of %d in"), hl_guest_row_get_arrived (row),
                              hl_guest_row_get_size (row));
    }
    *icon = hl_words_table_icon (stage >= HL_PARTY_STAGE_CHECK_DROPPED ? HL_TABLE_SHOWN_CHECK
                                 : stage >= HL_PARTY_STAGE_APPETIZER   ? HL_TABLE_SHOWN_COURSE
                                                                       : HL_TABLE_SHOWN_SEATED,
                                 stage);
    return g_strdup (hl_words_party_stage (stage));
  case HL_GUEST_GROUP_DOOR:
    *icon = "hl-arrived-symbolic";
    return g_strdup (hl_words_party_status (party));
  case HL_GUEST_GROUP_WAITING:
    *icon = party == HL_PARTY_STATUS_NOTIFIED ? "hl-called-symbolic" : "hl-waiting-symbolic";
    if (party == HL_PARTY_STATUS_WAITING && hl_row_get_int (HL_ROW (row), HL_GUEST_ROW_QUOTE_MIN) >= 0) {
      int from = hl_row_get_int (HL_ROW (row), HL_GUEST_ROW_QUOTE_MIN);
      int to = hl_row_get_int (HL_ROW (row), HL_GUEST_ROW_QUOTE_MAX);

      /* Translators: how long they were told that it would take, in minutes */
      return to > from ? g_strdup_printf (C_ ("quote", "told %d–%d min"), from, to)
                       : g_strdup_printf (C_ ("quote", "told %d min"), from);
    }
    return g_strdup (hl_words_party_status (party));
  case HL_GUEST_GROUP_LATE:
    *icon = "hl-late-symbolic";
    return g_strdup (hl_words_reservation_status (hl_guest_row_get_reservation_status (row)));
  default:
    *icon = hl_guest_row_get_reservation_status (row) == HL_RESERVATION_STATUS_CONFIRMED
                ? "hl-tick-symbolic"
                : "hl-soon-symbolic";
    return g_strdup (hl_words_reservation_status (hl_guest_row_get_reservation_status (row)));
  }
}

/* Under the time: "+19" late, "in 12 min", "48/90", "25 min". */
static char *
make_minutes (HlGuestRow *row)
{
  int minutes = hl_guest_row_get_minutes (row);
  int turn = hl_row_get_int (HL_ROW (row), HL_GUEST_ROW_TURN_MINUTES);

  switch (hl_guest_row_get_group (row)) {
  case HL_GUEST_GROUP_LATE:
    /* Translators: minutes late, or over the turn. Where one reads from right to left, put U+200E before it. */
    return g_strdup_printf (C_ ("minutes too long", "+%d"), MAX (minutes, 1));
  case HL_GUEST_GROUP_DUE:
    if (minutes > 0)
      return g_strdup_printf (C_ ("minutes too long", "+%d"), minutes);
    return g_strdup_printf (C_ ("due", "in %d"), -minutes);
  case HL_GUEST_GROUP_LATER:
    return g_strdup ("");
  case HL_GUEST_GROUP_SEATED:
    if (hl_row_get_int (HL_ROW (row), HL_GUEST_ROW_TURN) == HL_TURN_OVER)
      return g_strdup_printf (C_ ("minutes too long", "+%d"), MAX (minutes - turn, 1));
    return turn > 0 ? g_strdup_printf ("%d/%d", minutes, turn) : g_strdup_printf ("%d", minutes);
  default:
    return hl_words_minutes (minutes);
  }
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update (GtkWidget *widget)
{
  HlPersonRow *self = HL_PERSON_ROW (widget);
  HlGuestRow *guest = hl_row_watch_get_item (self->watch);
  HlRow *row = HL_ROW (guest);
  GTimeZone *zone = hl_desk_get_timezone (self->desk);
  HlGuestGroup group = hl_guest_row_get_group (guest);
  HlTurn turn = hl_row_get_int (row, HL_GUEST_ROW_TURN);
  const char *icon = NULL;
  const char *tables = hl_guest_row_get_tables (guest);
  Flag flags[2];
  int n = find_flags (row, flags, zone);
  gboolean late = group == HL_GUEST_GROUP_LATE ||
                  (group == HL_GUEST_GROUP_SEATED && turn == HL_TURN_OVER);
  g_autofree char *time = hl_words_time (hl_guest_row_get_time (guest), zone);
  g_autofree char *minutes = make_minutes (guest);
  g_autofree char *status = make_status (guest, &icon);
  g_autofree char *size = g_strdup_printf ("%d", hl_guest_row_get_size (guest));
  g_autofree char *people = hl_words_people (hl_guest_row_get_size (guest));
  g_autofree char *name = hl_words_isolate (hl_words_name (hl_guest_row_get_name (guest)));
  /* Translators: table, as short as can be: "T12". A label with letters of its own needs none. */
  g_autofree char *table = tables != NULL && g_ascii_isdigit (tables[0])
                               ? g_strdup_printf (C_ ("short table", "T%s"), tables)
                               : g_strdup (tables);
  g_autoptr (GString) spoken = g_string_new (NULL);

  gtk_label_set_label (self->heading, get_group_word (group));
  gtk_label_set_label (self->time, time);
  gtk_label_set_label (self->minutes, minutes);
  gtk_widget_set_visible (GTK_WIDGET (self->minutes), minutes[0] != '\0');
  gtk_label_set_label (self->name, hl_words_name (hl_guest_row_get_name (guest)));
  gtk_label_set_label (self->size, size);
  gtk_label_set_label (self->tables, table);
  gtk_widget_set_visible (GTK_WIDGET (self->tables), tables != NULL && tables[0] != '\0');
  gtk_widget_set_visible (self->unsent, hl_row_get_bool (row, HL_GUEST_ROW_UNSENT));
  gtk_image_set_from_icon_name (self->status_icon, icon);
  gtk_label_set_label (self->status, status);

  g_string_append_printf (spoken, "%s, %s, %s, %s", time, name, people, status);
  if (tables != NULL && tables[0] != '\0') {
    g_string_append (spoken, ", ");
    g_string_append_printf (spoken, C_ ("row", "table %s"), tables);
  }
  for (int i = 0; i < n; i++)
    g_string_append_printf (spoken, ", %s", flags[i].text);
  if (late)
    g_string_append_printf (spoken, ", %s %s", C_ ("group", "Late"), minutes);
  if (hl_row_get_bool (row, HL_GUEST_ROW_UNSENT))
    g_string_append_printf (spoken, ", %s", C_ ("table", "not sent yet"));
  g_free (self->spoken);
  self->spoken = g_string_free (g_steal_pointer (&spoken), FALSE);

  show_flag (self->flag_one, n > 0 ? &flags[0] : NULL);
  show_flag (self->flag_two, n > 1 ? &flags[1] : NULL);
  set_class (self->line, "late", late);
  set_class (self->line, "soon", group == HL_GUEST_GROUP_SEATED && turn == HL_TURN_SOON);
  set_class (GTK_WIDGET (self->heading), "late", group == HL_GUEST_GROUP_LATE);
  if (gtk_widget_get_parent (widget) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (widget)),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, self->spoken, -1);
}

static void
hl_person_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, hl_person_row_get_item (HL_PERSON_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_person_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    hl_person_row_set_item (HL_PERSON_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_person_row_dispose (GObject *object)
{
  HlPersonRow *self = HL_PERSON_ROW (object);
  GtkWidget *child;

  g_clear_pointer (&self->watch, hl_row_watch_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_person_row_parent_class)->dispose (object);
}

static void
hl_person_row_finalize (GObject *object)
{
  g_free (HL_PERSON_ROW (object)->spoken);
  G_OBJECT_CLASS (hl_person_row_parent_class)->finalize (object);
}

static void
hl_person_row_class_init (HlPersonRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_person_row_dispose;
  object_class->finalize = hl_person_row_finalize;
  object_class->get_property = hl_person_row_get_property;
  object_class->set_property = hl_person_row_set_property;
  properties[PROP_ITEM] =
      g_param_spec_object ("item", NULL, NULL, HL_TYPE_GUEST_ROW,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HL_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-person-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, heading);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, line);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, time);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, minutes);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, name);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, unsent);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, size);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, tables);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, flag_one);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, flag_two);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, status_icon);
  gtk_widget_class_bind_template_child (widget_class, HlPersonRow, status);
}

static void
hl_person_row_init (HlPersonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->watch = hl_row_watch_new (GTK_WIDGET (self), update);
}

GtkWidget *
hl_person_row_new (HlDesk *desk)
{
  HlPersonRow *self = g_object_new (HL_TYPE_PERSON_ROW, NULL);

  self->desk = g_object_ref (desk);
  return GTK_WIDGET (self);
}

void
hl_person_row_set_item (HlPersonRow *self, HlGuestRow *item)
{
  g_return_if_fail (HL_IS_PERSON_ROW (self));
  if (hl_row_watch_set_item (self->watch, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}

HlGuestRow *
hl_person_row_get_item (HlPersonRow *self)
{
  g_return_val_if_fail (HL_IS_PERSON_ROW (self), NULL);
  return hl_row_watch_get_item (self->watch);
}

void
hl_person_row_set_heading (HlPersonRow *self, gboolean shown)
{
  gtk_widget_set_visible (GTK_WIDGET (self->heading), shown);
}

const char *
hl_person_row_get_spoken (HlPersonRow *self)
{
  return self->spoken;
}
