/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of the window, switched while it runs: gettext reads LANGUAGE anew when its counter
 * of catalogue changes moves, and ignores it in the locale C. */
#include "views/hl-language.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "hl-config.h"

#ifdef __GLIBC__
extern int _nl_msg_cat_cntr;
#endif

static const char *const codes[] = { "system", "en", "es", NULL };

static char *system_language; /* LANGUAGE as the session set it, NULL for not */

static void
apply (const char *language)
{
  if (language != NULL)
    g_setenv ("LANGUAGE", language, TRUE);
  else
    g_unsetenv ("LANGUAGE");
#ifdef __GLIBC__
  _nl_msg_cat_cntr++;
#endif
}

void
hl_language_init (void)
{
  const char *folder = HL_LOCALE_DIR;
  const char *locale;

  if (setlocale (LC_ALL, "") == NULL)
    g_message ("The session's locale is not installed; going on with C.UTF-8");
  locale = setlocale (LC_MESSAGES, NULL);
  if (locale == NULL || strcmp (locale, "C") == 0 || strcmp (locale, "POSIX") == 0) {
    setlocale (LC_CTYPE, "C.UTF-8");
    setlocale (LC_MESSAGES, "C.UTF-8");
  }
#if HL_DEVELOPMENT && defined(HL_BUILD_DIR)
  if (g_file_test (HL_BUILD_DIR "/po/es/LC_MESSAGES", G_FILE_TEST_IS_DIR))
    folder = HL_BUILD_DIR "/po";
#endif
  bindtextdomain (HL_GETTEXT_DOMAIN, folder);
  bind_textdomain_codeset (HL_GETTEXT_DOMAIN, "UTF-8");
  textdomain (HL_GETTEXT_DOMAIN);

  /* GLib decides once whether this program is translated at all. Asked in English it would answer
   * no for the rest of the run, and a later switch would leave the toolkit's own words behind. */
  system_language = g_strdup (g_getenv ("LANGUAGE"));
  apply ("es");
  g_dgettext (HL_GETTEXT_DOMAIN, "");
  apply (system_language);
}

void
hl_language_set (const char *language)
{
  if (language == NULL || strcmp (language, "system") == 0)
    apply (system_language);
  else
    apply (language);
}

const char *const *
hl_language_get_codes (void)
{
  return codes;
}

const char *
hl_language_get_name (const char *code)
{
  if (strcmp (code, "en") == 0)
    return "English";
  if (strcmp (code, "es") == 0)
    return "Español";
  return C_ ("language", "As the system");
}

GtkTextDirection
hl_language_get_direction (void)
{
  /* Translators: "rtl" if this language is written from right to left, else "ltr" */
  return strcmp (C_ ("text direction", "ltr"), "rtl") == 0 ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR;
}
