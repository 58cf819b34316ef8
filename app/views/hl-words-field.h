/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fields of the schema are called, and how their values are said. */
#pragma once

#include <json-glib/json-glib.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* "number of people" for party_size: begins in lower case, to stand within a sentence. A field without a word has its
 * schema's name. (transfer full) */
char *hl_words_field_name (const char *field);
/* The value as a person says it: "7 people", "20:15", "Fri 11 Dec, 20:15", "12 + 14", "yes". Phone numbers are masked.
 * (transfer full): "nothing" in words for null and "" */
char *hl_words_field_value (HlDesk *desk, const char *field, JsonNode *value);

/* "12 + 14", isolated; "" for none. @table_ids: (nullable): ends with NULL. (transfer full) */
char *hl_words_tables (HlDesk *desk, const char *const *table_ids);
/* "20:15" on the desk's business day, else with the date: "Fri 11 Dec, 20:15". (transfer full) */
char *hl_words_when (HlDesk *desk, gint64 at);
/* "Ng 4", isolated; the size is left out where it is 0. (transfer full) */
char *hl_words_party (const char *name, int size);

G_END_DECLS
