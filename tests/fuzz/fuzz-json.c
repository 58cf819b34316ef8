/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON reader: no text may break it, and what it accepts it prints and reads again as the same. */
#include <string.h>

#include "fuzz.h"
#include "wire/hl-json.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = hl_json_parse ((const char *) data, size, NULL, &error);

  fuzz_check ((node != NULL) == (error == NULL));
  if (node == NULL) {
    gsize offset = 0;
    hl_json_error_get_place (error, &offset, NULL, NULL);
    fuzz_check (offset <= size);
    fuzz_check (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }
  g_autofree char *once = hl_json_print (node);
  g_autoptr (JsonNode) again = hl_json_parse (once, strlen (once), NULL, NULL);
  fuzz_check (again != NULL);
  g_autofree char *twice = hl_json_print (again);
  fuzz_check (strcmp (once, twice) == 0);

  /* every member of the root is found, and its text is a document of its own */
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    guint n = MIN (json_array_get_length (json_node_get_array (node)), 8);
    for (guint i = 0; i < n; i++) {
      g_autofree char *pointer = g_strdup_printf ("/%u", i);
      gsize start = 0;
      gsize len = 0;
      fuzz_check (hl_json_find ((const char *) data, size, pointer, &start, &len));
      fuzz_check (start + len <= size);
      g_autoptr (JsonNode) part = hl_json_parse ((const char *) data + start, len, NULL, NULL);
      fuzz_check (part != NULL);
      g_autofree char *found = hl_json_print (part);
      g_autofree char *wanted = hl_json_print (json_array_get_element (json_node_get_array (node), i));
      fuzz_check (strcmp (found, wanted) == 0);
    }
  }

  /* json-glib's own parser, which accepts far more, reads the same from what we accept */
  g_autoptr (JsonParser) parser = json_parser_new ();
  fuzz_check (json_parser_load_from_data (parser, (const char *) data, (gssize) size, NULL));
  g_autofree char *theirs = hl_json_print (json_parser_get_root (parser));
  fuzz_check (strcmp (once, theirs) == 0);
  return 0;
}
