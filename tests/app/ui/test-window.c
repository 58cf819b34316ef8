/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window over a staged desk: templates, actions, names for who cannot see it, widths in each
 * language, seating in two taps, and that a change touches one row. Runs on a display of its own, see
 * with-x.sh; warnings are fatal. */
#include <adwaita.h>
#include <string.h>

#include "hl-config.h"
#include "hl-bench.h"
#include "views/hl-acts.h"
#include "views/hl-application-actions.h"
#include "views/hl-call-tile.h"
#include "views/hl-dispute-card.h"
#include "views/hl-item-row.h"
#include "views/hl-language.h"
#include "views/hl-person-row.h"
#include "views/hl-table-tile.h"
#include "views/hl-tray.h"
#include "views/hl-turn-row.h"
#include "views/hl-window-actions.h"
#include "views/hl-window-status.h"
#include "widgets/hl-compact.h"
#include "widgets/hl-size-pad.h"

typedef struct {
  const char *label;
  GtkWidget *found;
} ByTable;

static gboolean
visit_table (GtkWidget *widget, gpointer data)
{
  ByTable *by = data;

  if (HL_IS_TABLE_TILE (widget) &&
      g_str_equal (hl_table_token_get_label (hl_table_tile_get_item (HL_TABLE_TILE (widget))),
                   by->label))
    by->found = widget;
  return by->found != NULL;
}

static GtkWidget *
find_table (HlWindow *window, const char *label)
{
  ByTable by = { label, NULL };

  hl_bench_walk (GTK_WIDGET (window), visit_table, &by);
  g_assert_nonnull (by.found);
  return by.found;
}

/* ---- templates ---- */

static void
test_templates (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  GtkWidget *alone[] = {
    hl_person_row_new (desk),     hl_table_tile_new (desk, NULL), hl_call_tile_new (desk, FALSE),
    hl_call_tile_new (desk, TRUE), hl_turn_row_new (),            hl_item_row_new (desk),
    hl_tray_new (),               hl_size_pad_new (),             hl_dispute_card_new (desk),
  };
  g_autoptr (GtkBuilder) shortcuts =
      gtk_builder_new_from_resource ("/org/hostline/Hostline/ui/hl-shortcuts.ui");
  g_auto (GStrv) files =
      g_resources_enumerate_children ("/org/hostline/Hostline/ui", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  HlDesk *other;
  HlWindow *window = hl_bench_open (&other); /* holds all the rest */

  g_assert_nonnull (gtk_builder_get_object (shortcuts, "shortcuts"));
  gtk_window_destroy (GTK_WINDOW (gtk_builder_get_object (shortcuts, "shortcuts")));
  for (gsize i = 0; i < G_N_ELEMENTS (alone); i++) {
    GtkWidget *widget = g_object_ref_sink (alone[i]);

    g_assert_nonnull (gtk_widget_get_first_child (widget));
    g_assert_finalize_object (widget);
  }
  /* every class that has a template has been made by now */
  for (gsize i = 0; files[i] != NULL; i++) {
    g_autoptr (GString) name = g_string_new ("Hl");
    g_auto (GStrv) parts = NULL;
    g_autofree char *stem = g_strndup (files[i], strlen (files[i]) - strlen (".ui"));

    parts = g_strsplit (stem + strlen ("hl-"), "-", -1);
    for (gsize j = 0; parts[j] != NULL; j++)
      g_string_append_printf (name, "%c%s", g_ascii_toupper (parts[j][0]), parts[j] + 1);
    if (!g_str_equal (files[i], "hl-shortcuts.ui"))
      g_assert_cmpuint (g_type_from_name (name->str), !=, G_TYPE_INVALID);
  }
  hl_bench_close (window, other);
}

/* ---- actions ---- */

static void
check_action (HlWindow *window, HlActs *acts, const char *detailed, const char *where)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;
  const char *bare;
  gboolean exists;

  g_assert_true (g_action_parse_detailed_name (detailed, &name, &target, &error));
  bare = strchr (name, '.') + 1;
  if (g_str_has_prefix (name, "win."))
    exists = g_action_group_has_action (G_ACTION_GROUP (window), bare);
  else if (g_str_has_prefix (name, "app."))
    exists = g_action_group_has_action (G_ACTION_GROUP (hl_bench_get_application ()), bare);
  else if (g_str_has_prefix (name, "desk."))
    exists = g_action_group_has_action (hl_acts_get_group (acts), bare);
  else
    exists = g_str_equal (name, "window.close");
  if (!exists)
    g_test_message ("%s names %s, which does not exist", where, name);
  g_assert_true (exists);
}

static void
check_list (char **names, GActionGroup *group)
{
  for (gsize i = 0; names[i] != NULL; i++)
    g_assert_true (g_action_group_has_action (group, names[i]));
  g_strfreev (names);
}

static void
test_actions (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  g_autoptr (HlActs) acts = hl_acts_new (desk);
  g_autoptr (GRegex) regex = g_regex_new (
      "name=\"(?:action-name|action)\"[^>]*>((?:app|win|desk|window)\\.[^<]+)<", 0, 0, NULL);
  g_auto (GStrv) files =
      g_resources_enumerate_children ("/org/hostline/Hostline/ui", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GtkBuilder *builder =
      gtk_builder_new_from_resource ("/org/hostline/Hostline/ui/hl-shortcuts.ui");
  guint n = 0;

  gtk_application_window_set_help_overlay (
      GTK_APPLICATION_WINDOW (window),
      GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "shortcuts")));
  g_object_unref (builder);
  for (gsize i = 0; files[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("/org/hostline/Hostline/ui/", files[i], NULL);
    g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_autofree char *text =
        g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_autoptr (GMatchInfo) match = NULL;

    for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
         g_match_info_next (match, NULL)) {
      g_autofree char *action = g_match_info_fetch (match, 1);

      check_action (window, acts, action, files[i]);
      n++;
    }
  }
  g_assert_cmpuint (n, >, 25);
  for (const HlWindowKey *key = hl_window_actions_get_keys (); key->accelerator != NULL; key++) {
    guint keyval;
    GdkModifierType modifiers;

    g_assert_true (gtk_accelerator_parse (key->accelerator, &keyval, &modifiers));
    g_assert_cmpuint (keyval, !=, 0);
    check_action (window, acts, key->action, key->accelerator);
  }
  check_list (hl_window_actions_list (), G_ACTION_GROUP (window));
  check_list (hl_acts_list (), hl_acts_get_group (acts));
  check_list (hl_application_actions_list (), G_ACTION_GROUP (hl_bench_get_application ()));
  hl_bench_close (window, desk);
}

/* ---- names ---- */

static gboolean
visit_name (GtkWidget *widget, gpointer data)
{
  guint *n = data;
  gboolean named = TRUE;

  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_BUTTON (widget) && !GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget))) {
    const char *label = gtk_button_get_label (GTK_BUTTON (widget));

    named = (label != NULL && label[0] != '\0') ||
            gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
    /* the window's own buttons are named by the toolkit */
    if (!named && gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL)
      named = TRUE;
    if (!named && GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (widget))))
      named = TRUE;
    (*n)++;
  } else if (GTK_IS_MENU_BUTTON (widget) || GTK_IS_ENTRY (widget)) {
    named = gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
    (*n)++;
  }
  if (!named)
    g_test_message ("%s without a name in %s, %s", G_OBJECT_TYPE_NAME (widget),
                    G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)),
                    gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));
  g_assert_true (named);
  return FALSE;
}

static void
test_names (void)
{
  static const char *const pages[] = { "win.walk-in", "win.waitlist", "win.reservation",
                                       "win.table::11", "win.table::12", "win.table::25",
                                       "win.call::c1", "win.call::c2", "win.connection" };
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  guint n = 0;
  GtkWidget *tile = find_table (window, "12");

  hl_bench_walk (GTK_WIDGET (window), visit_name, &n);
  g_assert_cmpuint (n, >, 35);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    guint more = 0;
    g_autofree char *name = NULL;
    g_autoptr (GVariant) target = NULL;

    g_assert_true (g_action_parse_detailed_name (pages[i], &name, &target, NULL));
    gtk_widget_activate_action_variant (GTK_WIDGET (window), name, target);
    gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
    hl_bench_turn ();
    hl_bench_walk (GTK_WIDGET (window), visit_name, &more);
    g_assert_cmpuint (more, >, 35);
    hl_window_back (window);
  }
  gtk_test_accessible_assert_role (tile, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (
      tile, GTK_ACCESSIBLE_PROPERTY_LABEL,
      "Table \342\201\25012\342\201\251, Entree, \342\201\250Ng\342\201\251, 4 people, 48 min, "
      "2 to 4 seats, served by \342\201\250Maya\342\201\251");
  hl_bench_close (window, desk);
}

/* ---- widths ---- */

static int
measure (gpointer widget)
{
  int least = 0;

  gtk_widget_measure (GTK_WIDGET (widget), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static void
check_widths (const char *language)
{
  static const struct {
    int width;
    int most;
  } sizes[] = { { 1366, HL_COMPACT_WIDE_FROM }, { 1024, HL_COMPACT_MEDIUM_FROM }, { 600, HL_COMPACT_MIN_WIDTH } };
  HlDesk *desk;
  HlWindow *window;
  HlCompact *compact;

  hl_language_set (language);
  window = hl_bench_open (&desk);
  compact = HL_COMPACT (hl_bench_find (window, HL_TYPE_COMPACT));
  g_assert_cmpint (measure (window), <=, 1024);
  /* the longest that the pill and the chip may have to say */
  hl_staged_desk_set_link (desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_NO_ANSWER, HL_LINK_STATE_WAITING,
                           hl_desk_get_now (desk) - 180000, 114, 12);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    HlCompactMode wanted = hl_compact_mode_for_width (sizes[i].width, 1.0);
    gint64 deadline;

    gtk_window_set_default_size (GTK_WINDOW (window), sizes[i].width, 768);
    deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
    while (hl_compact_get_mode (compact) != wanted && g_get_monotonic_time () < deadline) {
      hl_bench_turn ();
      g_usleep (10000);
    }
    hl_bench_turn ();
    g_assert_cmpint (hl_compact_get_mode (compact), ==, wanted);
    g_test_message ("%s at %d: %d px at least", language, sizes[i].width,
                    measure (hl_compact_get_child (compact)));
    g_assert_cmpint (measure (hl_compact_get_child (compact)), <=, sizes[i].most);
  }
  hl_bench_close (window, desk);
  hl_language_set ("en");
}

static void
test_widths (void)
{
  check_widths ("en");
  if (g_file_test (HL_TEST_CATALOGUE, G_FILE_TEST_EXISTS))
    check_widths ("es");
  else
    g_test_skip ("the Spanish catalogue has not been built");
}

static void
test_spanish (void)
{
  HlDesk *desk;
  HlWindow *window;
  g_autofree char *text = NULL;

  if (!g_file_test (HL_TEST_CATALOGUE, G_FILE_TEST_EXISTS)) {
    g_test_skip ("the Spanish catalogue has not been built");
    return;
  }
  hl_language_set ("es");
  window = hl_bench_open (&desk);
  hl_staged_desk_set_link (desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_NO_ANSWER, HL_LINK_STATE_WAITING,
                           hl_desk_get_now (desk) - 180000, 4, 0);
  text = hl_window_status_make_banner (desk);
  g_assert_nonnull (strstr (text, "desde las 19:01"));
  g_assert_nonnull (strstr (text, "4 cambios"));
  hl_bench_close (window, desk);
  hl_language_set ("en");
  /* and back, in the same process */
  window = hl_bench_open (&desk);
  hl_bench_close (window, desk);
}

/* ---- what it says ---- */

static void
test_banner (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  g_autofree char *offline = NULL;

  g_assert_null (hl_window_status_make_banner (desk));
  hl_staged_desk_set_link (desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_STARTING, HL_LINK_STATE_CONNECTING, 0,
                           0, 0);
  g_assert_null (hl_window_status_make_banner (desk));
  hl_staged_desk_set_link (desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_NO_ANSWER, HL_LINK_STATE_WAITING,
                           hl_desk_get_now (desk) - 180000, 4, 0);
  offline = hl_window_status_make_banner (desk);
  g_assert_cmpstr (offline, ==,
                   "The back-office server does not answer, since 19:01. Seating, tables and lists go "
                   "on. 4 changes are saved on this computer, not sent yet.");
  g_assert_false (hl_window_status_wants_pairing (desk));
  hl_staged_desk_set_link (desk, HL_PILL_OFFLINE, HL_LINK_CAUSE_DEVICE_REMOVED, HL_LINK_STATE_STOPPED,
                           hl_desk_get_now (desk), 0, 0);
  g_assert_true (hl_window_status_wants_pairing (desk));
}

/* ---- seating ---- */

static const char *
get_last (HlDesk *desk)
{
  GPtrArray *performed = hl_staged_desk_get_performed (desk);

  return performed->len > 0 ? g_ptr_array_index (performed, performed->len - 1) : "";
}

static void
test_seat_in_two_taps (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  GtkWidget *list;

  /* the first who waits, then table 11 */
  g_action_group_change_action_state (G_ACTION_GROUP (window), "show-list",
                                      g_variant_new_string ("waitlist"));
  hl_bench_turn ();
  list = hl_bench_find (window, HL_TYPE_PERSON_ROW);
  while (!GTK_IS_LIST_VIEW (list))
    list = gtk_widget_get_parent (list);
  {
    GtkWidget *pane = NULL;
    g_autoptr (HlGuestRow) santos = g_list_model_get_item (hl_desk_get_waitlist (desk), 0);
    g_autofree char *wanted = g_strdup_printf ("seat {\"party_id\":\"%s\",\"table_ids\":[\"11\"]}",
                                               hl_guest_row_get_party_id (santos));

    /* three lists share the pane: take the one that shows Santos */
    for (GtkWidget *parent = gtk_widget_get_parent (list); parent != NULL && pane == NULL;
         parent = gtk_widget_get_parent (parent))
      if (g_str_equal (G_OBJECT_TYPE_NAME (parent), "HlPeoplePane"))
        pane = parent;
    g_assert_nonnull (pane);
    g_signal_emit_by_name (hl_bench_find (pane, g_type_from_name ("HlGuestList")), "chosen", santos);
    hl_bench_turn ();
    g_assert_true (gtk_widget_has_css_class (find_table (window, "11"), "fit-good"));
    g_assert_true (gtk_widget_has_css_class (find_table (window, "12"), "fit-poor"));
    gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "s", "11");
    hl_bench_turn ();
    g_assert_cmpstr (get_last (desk), ==, wanted);
    g_assert_false (gtk_widget_has_css_class (find_table (window, "11"), "fit-good"));
  }
  hl_bench_close (window, desk);
}

static void
test_warning_comes_first (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  HlSizePad *pad;
  GPtrArray *performed = hl_staged_desk_get_performed (desk);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.walk-in", NULL);
  hl_bench_turn ();
  pad = HL_SIZE_PAD (hl_bench_find (window, HL_TYPE_SIZE_PAD));
  hl_size_pad_set_size (pad, 3);
  hl_bench_turn ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "s", "15"); /* dirty */
  hl_bench_turn ();
  g_assert_cmpuint (performed->len, ==, 0);
  g_assert_true (gtk_widget_has_css_class (find_table (window, "15"), "fit-doubtful"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "s", "25"); /* closed */
  hl_bench_turn ();
  g_assert_cmpuint (performed->len, ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "s", "11");
  hl_bench_turn ();
  g_assert_cmpuint (performed->len, ==, 1);
  g_assert_nonnull (strstr (get_last (desk), "\"table_ids\":[\"11\"],\"size\":3"));
  /* a closed table cannot be seated at from here at all */
  g_assert_false (hl_window_back (window));
  hl_bench_close (window, desk);
}

static void
test_one_change_one_row (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  GtkWidget *tile = find_table (window, "11");
  HlTableToken *token = hl_table_tile_get_item (HL_TABLE_TILE (tile));

  g_assert_true (gtk_widget_has_css_class (tile, "open"));
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_SHOWN, HL_TABLE_SHOWN_DIRTY);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY, TRUE);
  hl_bench_turn ();
  g_assert_true (find_table (window, "11") == tile);
  g_assert_true (gtk_widget_has_css_class (tile, "dirty"));
  g_assert_false (gtk_widget_has_css_class (tile, "open"));
  gtk_widget_grab_focus (tile);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.flip-dirty", NULL);
  hl_bench_turn ();
  g_assert_cmpstr (get_last (desk), ==, "set_table {\"table_id\":\"11\",\"physical\":\"clean\"}");
  hl_bench_close (window, desk);
}

static void
test_tiles_are_of_one_size (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  static const char *const labels[] = { "11", "12", "13", "14", "15", "16", "17", "22", "23", "25", "26", "P8" };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++) {
    GtkWidget *tile = find_table (window, labels[i]);
    GtkRequisition least, wanted;

    gtk_widget_get_preferred_size (tile, &least, &wanted);
    g_assert_cmpint (least.width, ==, HL_TABLE_TILE_WIDTH);
    g_assert_cmpint (wanted.width, ==, HL_TABLE_TILE_WIDTH);
    g_assert_cmpint (wanted.height, ==, HL_TABLE_TILE_HEIGHT);
  }
  hl_bench_close (window, desk);
}

typedef struct {
  const char *css_class;
  GtkWidget *found;
} ByClass;

static gboolean
visit_class (GtkWidget *widget, gpointer data)
{
  ByClass *by = data;

  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, by->css_class))
    by->found = widget;
  return by->found != NULL;
}

/* Where the words of a tile's label begin and end, in pixels of the tile. */
static GtkLabel *
find_words (GtkWidget *tile, const char *css_class, double *from, double *to)
{
  ByClass by = { css_class, NULL };
  graphene_point_t origin;
  PangoRectangle ink;
  int x = 0;

  hl_bench_walk (tile, visit_class, &by);
  g_assert_nonnull (by.found);
  g_assert_true (gtk_widget_compute_point (by.found, tile, &GRAPHENE_POINT_INIT (0, 0), &origin));
  gtk_label_get_layout_offsets (GTK_LABEL (by.found), &x, NULL);
  pango_layout_get_pixel_extents (gtk_label_get_layout (GTK_LABEL (by.found)), &ink, NULL);
  *from = origin.x + x + ink.x;
  *to = *from + ink.width;
  return GTK_LABEL (by.found);
}

/* The number of a table and what else stands there, in a font that is wider than the one it was drawn in. */
static void
test_wide_font (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  GtkWidget *tile = find_table (window, "P8");
  HlRow *row = HL_ROW (hl_table_tile_get_item (HL_TABLE_TILE (tile)));
  GtkSettings *settings = gtk_widget_get_settings (tile);
  static const char *const fonts[] = { "DejaVu Sans 11", "Cantarell 11", "Noto Sans 11" };
  static const HlTurn turns[] = { HL_TURN_FINE, HL_TURN_SOON, HL_TURN_OVER };

  for (gsize i = 0; i < G_N_ELEMENTS (fonts) * G_N_ELEMENTS (turns); i++) {
    GtkLabel *number;
    const char *font = fonts[i / G_N_ELEMENTS (turns)];
    double number_from, number_to, capacity_from, capacity_to, timer_from, timer_to, next_from, next_to;

    g_object_set (settings, "gtk-font-name", font, NULL);
    hl_row_set_int (row, HL_TABLE_TOKEN_SHOWN, HL_TABLE_SHOWN_CHECK);
    hl_row_set_int (row, HL_TABLE_TOKEN_TURN, turns[i % G_N_ELEMENTS (turns)]);
    hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, 100 + (int) i);
    hl_row_set_int (row, HL_TABLE_TOKEN_TURN_MINUTES, 120);
    hl_row_set_int64 (row, HL_TABLE_TOKEN_NEXT_TIME, G_GINT64_CONSTANT (1796176800000));
    hl_bench_turn ();
    /* one frame lays it out, what follows from that comes with the next */
    gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
    gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
    find_words (tile, "hl-table-timer", &timer_from, &timer_to);
    find_words (tile, "hl-table-next", &next_from, &next_to);
    g_test_message ("%s: %g to %g, %g to %g", font, timer_from, timer_to, next_from, next_to);
    g_assert_cmpfloat (timer_from, >=, 0);
    g_assert_cmpfloat (next_from - timer_to, >=, 3);
    g_assert_cmpfloat (next_to, <=, HL_TABLE_TILE_WIDTH);
    number = find_words (tile, "hl-table-number", &number_from, &number_to);
    find_words (tile, "hl-table-capacity", &capacity_from, &capacity_to);
    g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (number)));
    g_assert_cmpfloat (capacity_from - number_to, >=, 2);
  }
  gtk_settings_reset_property (settings, "gtk-font-name");
  hl_bench_close (window, desk);
}

static void
test_transcript (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.call", "s", "c2");
  hl_bench_turn ();
  g_assert_nonnull (hl_bench_find (window, HL_TYPE_TURN_ROW));
  g_assert_true (hl_window_back (window));
  hl_bench_turn ();
  gtk_widget_activate_action (GTK_WIDGET (window), "desk.acknowledge-call", "s", "c1");
  g_assert_cmpstr (get_last (desk), ==, "acknowledge_call {\"call_id\":\"c1\"}");
  hl_bench_close (window, desk);
}

static void
test_leaves_nothing_behind (void)
{
  HlDesk *desk;
  HlWindow *window = hl_bench_open (&desk);
  gpointer weak = window;
  gint64 deadline;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.call", "s", "c2");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.table", "s", "12");
  hl_bench_turn ();
  gtk_window_destroy (GTK_WINDOW (window));
  deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (weak != NULL && g_get_monotonic_time () < deadline) {
    hl_bench_turn ();
    g_usleep (5000);
  }
  g_assert_null (weak);
  g_assert_finalize_object (desk);
}

int
main (int argc, char **argv)
{
  hl_bench_begin (&argc, &argv);
  g_test_add_func ("/ui/templates", test_templates);
  g_test_add_func ("/ui/actions", test_actions);
  g_test_add_func ("/ui/names", test_names);
  g_test_add_func ("/ui/widths", test_widths);
  g_test_add_func ("/ui/spanish", test_spanish);
  g_test_add_func ("/ui/banner", test_banner);
  g_test_add_func ("/ui/seat-in-two-taps", test_seat_in_two_taps);
  g_test_add_func ("/ui/warning-comes-first", test_warning_comes_first);
  g_test_add_func ("/ui/one-change-one-row", test_one_change_one_row);
  g_test_add_func ("/ui/tiles-of-one-size", test_tiles_are_of_one_size);
  g_test_add_func ("/ui/tiles-in-a-wide-font", test_wide_font);
  g_test_add_func ("/ui/transcript", test_transcript);
  g_test_add_func ("/ui/leaves-nothing-behind", test_leaves_nothing_behind);
  return hl_bench_run ();
}
