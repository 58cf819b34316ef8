/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor file's shape, and the rules over several of its members. */
#include "domain/hl-floor-file.h"

#include "domain/hl-area.h"
#include "domain/hl-codec-private.h"
#include "domain/hl-combination.h"
#include "domain/hl-floor-section.h"
#include "domain/hl-floor-table.h"
#include "domain/hl-mark.h"
#include "domain/hl-member.h"

/* Ids of the objects in @array, each once. */
static GHashTable *
collect_ids (JsonObject *file, const char *base, const char *array_name, const char *id_name,
             GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array = hl_member_get_array (file, array_name);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    const char *id =
      hl_member_get_string (json_array_get_object_element (array, i), id_name, "");
    if (!g_hash_table_add (ids, (gpointer) id)) {
      g_autofree char *member = g_strdup_printf ("%s/%u/%s", array_name, i, id_name);
      hl_codec_error_set (error, HL_CODEC_ERROR_DUPLICATE, base, member,
                          "\"%s\" is given twice", id);
      return NULL;
    }
  }
  return g_steal_pointer (&ids);
}

static gboolean
check_reference (GHashTable *ids, const char *id, const char *base, const char *array_name,
                 guint index, const char *member_name, GError **error)
{
  if (id == NULL || g_hash_table_contains (ids, id))
    return TRUE;
  g_autofree char *member = g_strdup_printf ("%s/%u/%s", array_name, index, member_name);
  hl_codec_error_set (error, HL_CODEC_ERROR_REFERENCE, base, member, "there is no \"%s\"", id);
  return FALSE;
}

/* Every object's @member_name names one of @ids, or nothing. */
static gboolean
check_references (JsonObject *file, GHashTable *ids, const char *base, const char *array_name,
                  const char *member_name, GError **error)
{
  JsonArray *array = hl_member_get_array (file, array_name);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *object = json_array_get_object_element (array, i);
    if (!check_reference (ids, hl_member_get_string (object, member_name, NULL), base, array_name,
                          i, member_name, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_combinations (JsonObject *file, GHashTable *tables, const char *base, GError **error)
{
  JsonArray *array = hl_member_get_array (file, "combinations");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *combination = json_array_get_object_element (array, i);
    JsonArray *members = hl_member_get_array (combination, "table_ids");
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
    guint n = members != NULL ? json_array_get_length (members) : 0;
    if (n < 2) {
      g_autofree char *where = g_strdup_printf ("combinations/%u/table_ids", i);
      hl_codec_error_set (error, HL_CODEC_ERROR_LENGTH, base, where,
                          "at least two tables are needed");
      return FALSE;
    }
    for (guint j = 0; j < n; j++) {
      const char *id = json_array_get_string_element (members, j);
      g_autofree char *name = g_strdup_printf ("table_ids/%u", j);
      if (!check_reference (tables, id, base, "combinations", i, name, error))
        return FALSE;
      if (!g_hash_table_add (seen, (gpointer) id)) {
        g_autofree char *where = g_strdup_printf ("combinations/%u/%s", i, name);
        hl_codec_error_set (error, HL_CODEC_ERROR_DUPLICATE, base, where,
                            "\"%s\" is given twice", id);
        return FALSE;
      }
    }
  }
  return TRUE;
}

/* seats_min of every object is at most its seats_max. */
static gboolean
check_seats (JsonObject *file, const char *base, const char *array_name, GError **error)
{
  JsonArray *array = hl_member_get_array (file, array_name);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *object = json_array_get_object_element (array, i);
    gint64 least = hl_member_get_int (object, "seats_min", 1);
    gint64 most = hl_member_get_int (object, "seats_max", 1);
    if (least > most) {
      g_autofree char *where = g_strdup_printf ("%s/%u/seats_min", array_name, i);
      hl_codec_error_set (error, HL_CODEC_ERROR_CONFLICT, base, where,
                          "%d is over seats_max, %d", (int) least, (int) most);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_floor (JsonObject *file, const char *base, GError **error)
{
  g_autoptr (GHashTable) areas = collect_ids (file, base, "areas", "area_id", error);
  if (areas == NULL)
    return FALSE;
  g_autoptr (GHashTable) sections = collect_ids (file, base, "sections", "section_id", error);
  if (sections == NULL)
    return FALSE;
  g_autoptr (GHashTable) tables = collect_ids (file, base, "tables", "table_id", error);
  if (tables == NULL)
    return FALSE;
  return check_references (file, areas, base, "sections", "area_id", error)
         && check_references (file, areas, base, "tables", "area_id", error)
         && check_references (file, sections, base, "tables", "section_id", error)
         && check_references (file, areas, base, "marks", "area_id", error)
         && check_combinations (file, tables, base, error)
         && check_seats (file, base, "tables", error)
         && check_seats (file, base, "combinations", error);
}

const HlShape *
hl_floor_file_get_shape (void)
{
  static HlShape *shape = NULL;

  if (g_once_init_enter (&shape)) {
    HlShape *floor = hl_shape_new ("floor");
    hl_shape_add (floor, hl_field_int ("hostline-floor", 1, 1, 1, 0), 0);
    hl_shape_add (floor,
                  hl_field_records ("areas", HL_TYPE_AREA, 1, HL_FLOOR_MAX_AREAS,
                                    HL_FIELD_REQUIRED),
                  0);
    hl_shape_add (floor,
                  hl_field_records ("sections", HL_TYPE_FLOOR_SECTION, 0, HL_FLOOR_MAX_SECTIONS, 0),
                  0);
    hl_shape_add (floor,
                  hl_field_records ("tables", HL_TYPE_FLOOR_TABLE, 1, HL_FLOOR_MAX_TABLES,
                                    HL_FIELD_REQUIRED),
                  0);
    hl_shape_add (floor, hl_field_records ("combinations", HL_TYPE_COMBINATION, 0, 500, 0), 0);
    hl_shape_add (floor, hl_field_records ("marks", HL_TYPE_MARK, 0, 500, 0), 0);
    hl_shape_set_check (floor, check_floor);
    g_once_init_leave (&shape, floor);
  }
  return shape;
}

gboolean
hl_floor_file_check (JsonObject *file, GPtrArray *ignored, GError **error)
{
  if (!hl_codec_check (hl_floor_file_get_shape (), file, "", ignored, error))
    return FALSE;
  if (!hl_member_is_given (file, "hostline_floor")) {
    hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, "", "hostline_floor",
                        "is required and must be 1");
    return FALSE;
  }
  return TRUE;
}
