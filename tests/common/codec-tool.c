/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a golden file and prints "ok" or "error POINTER"; with --schema, prints the JSON Schema. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-floor-file.h"
#include "domain/hl-schema.h"
#include "domain/hl-shape.h"

static int
print_document (const char *name)
{
  g_autoptr (JsonNode) node = NULL;

  if (strcmp (name, "json-schema") == 0)
    node = hl_schema_print_json_schema ();
  else if (strcmp (name, "asyncapi") == 0)
    node = hl_schema_print_asyncapi ("0");
  else if (strcmp (name, "openapi") == 0)
    node = hl_schema_print_openapi ("0");
  else
    return 2;
  g_autofree char *text = json_to_string (node, TRUE);
  puts (text);
  return 0;
}

static int
check_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (!json_parser_load_from_file (parser, path, &error)) {
    fprintf (stderr, "%s: %s\n", path, error->message);
    return 2;
  }
  JsonObject *golden = json_node_get_object (json_parser_get_root (parser));
  const char *name = json_object_get_string_member (golden, "shape");
  const HlShape *shape = hl_shape_find (name);
  if (shape == NULL) {
    fprintf (stderr, "%s: no shape %s\n", path, name);
    return 2;
  }
  JsonObject *data = json_object_get_object_member (golden, "data");
  gboolean ok = hl_codec_check (shape, data, "/data", NULL, &error);
  if (ok)
    puts ("ok");
  else
    printf ("error %s\n", hl_codec_error_get_pointer (error));
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--schema") == 0)
    return print_document (argv[2]);
  if (argc < 2)
    return 2;
  for (int i = 1; i < argc; i++) {
    int status = check_file (argv[i]);
    if (status != 0)
      return status;
  }
  return 0;
}
