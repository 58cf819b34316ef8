/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostline: the dashboard at the host stand. */
#include <glib/gi18n.h>
#include <string.h>

#include "hl-config.h"
#include "views/hl-application.h"
#include "views/hl-language.h"

/* Whether this process is one of its own must be known before the options are parsed: another
 * process may be the one to parse them. */
static gboolean
has_option (int argc, char **argv, const char *option)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    if (strcmp (argv[i], option) == 0)
      return TRUE;
  return FALSE;
}

static int
on_handle_local_options (GApplication *application, GVariantDict *options, gpointer user_data)
{
  if (g_variant_dict_contains (options, "version")) {
    g_print ("hostline %s\n", HL_VERSION);
    return 0;
  }
  return -1;
}

int
main (int argc, char **argv)
{
  g_autoptr (HlApplication) application = NULL;
  gboolean demo = has_option (argc, argv, "--demo");
  const char *data_dir = g_getenv ("HOSTLINE_DATA_DIR");

  hl_language_init ();
  g_set_application_name ("Hostline");
  application = hl_application_new (demo, !demo && (data_dir == NULL || data_dir[0] == '\0'));
  g_application_add_main_option (G_APPLICATION (application), "demo", 0, 0, G_OPTION_ARG_NONE,
                                 _ ("Show a made-up evening, without a server"), NULL);
  g_application_add_main_option (G_APPLICATION (application), "version", 0, 0, G_OPTION_ARG_NONE,
                                 _ ("Print the version"), NULL);
  g_application_set_option_context_parameter_string (G_APPLICATION (application),
                                                     "[hostline://pair?…]");
  g_signal_connect (application, "handle-local-options", G_CALLBACK (on_handle_local_options),
                    NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
