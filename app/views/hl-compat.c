/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few things that the floor version has and later releases deprecate, in one place. */
#include "views/hl-compat.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "hl-config.h"

/* What a person who helps needs to know first. */
static char *
make_debug_info (void)
{
  return g_strdup_printf ("Hostline %s (%s)\n"
                          "GTK %u.%u.%u, built with %d.%d.%d\n"
                          "libadwaita %u.%u.%u\n"
                          "GLib %u.%u.%u\n"
                          "Flatpak: %s\n",
                          HL_VERSION, HL_PROFILE, gtk_get_major_version (),
                          gtk_get_minor_version (), gtk_get_micro_version (), GTK_MAJOR_VERSION,
                          GTK_MINOR_VERSION, GTK_MICRO_VERSION, adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (), glib_major_version,
                          glib_minor_version, glib_micro_version,
                          g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "yes" : "no");
}

void
hl_compat_show_about (GtkWindow *parent)
{
  g_autofree char *debug_info = make_debug_info ();
  const char *developers[] = { "The Hostline contributors", NULL };

  adw_show_about_window (
      parent, "application-name", "Hostline", "application-icon", HL_APPLICATION_ID, "version",
      HL_VERSION, "developer-name", developers[0], "developers", developers, "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      C_ ("about", "Guests, tables and phone calls of the night on one screen"), "debug-info",
      debug_info, "debug-info-filename", "hostline.txt",
      /* Translators: your names, one a line */
      "translator-credits", C_ ("about", "translator-credits"), NULL);
}
