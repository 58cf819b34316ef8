/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every shape by name, for tools, tests and the printed schema. */
#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-floor-file.h"
#include "domain/hl-record.h"

static const HlShape *
find_nested (const HlShape *shape, const char *name)
{
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (field->kind != HL_FIELD_KIND_RECORD && field->kind != HL_FIELD_KIND_RECORDS
        && field->kind != HL_FIELD_KIND_SIZE_MAP)
      continue;
    const HlShape *nested = hl_record_type_get_shape (field->value_type);
    if (strcmp (hl_shape_get_name (nested), name) == 0)
      return nested;
    nested = find_nested (nested, name);
    if (nested != NULL)
      return nested;
  }
  return NULL;
}

const HlShape *
hl_shape_find (const char *name)
{
  int kind;
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  if (g_str_has_prefix (name, "event:"))
    return hl_enum_parse (HL_TYPE_EVENT_KIND, name + strlen ("event:"), &kind)
             ? hl_event_kind_get_shape (kind)
             : NULL;
  if (g_str_has_prefix (name, "action:"))
    return hl_enum_parse (HL_TYPE_ACTION_KIND, name + strlen ("action:"), &kind)
             ? hl_action_kind_get_shape (kind)
             : NULL;
  if (strcmp (name, "floor") == 0)
    return hl_floor_file_get_shape ();
  for (gsize i = 0; i < n; i++) {
    const HlShape *shape = hl_record_type_get_shape (types[i]);
    if (strcmp (hl_shape_get_name (shape), name) == 0)
      return shape;
    shape = find_nested (shape, name);
    if (shape != NULL)
      return shape;
  }
  return find_nested (hl_floor_file_get_shape (), name);
}
