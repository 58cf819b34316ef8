/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a repair found, kept and lost, in sentences. */
#include "store/hl-repair-report.h"

#include "domain/hl-time.h"

#define MAX_GAPS_PRINTED 200

static void
location_free (gpointer data)
{
  HlRepairLocation *self = data;

  g_free (self->id);
  g_array_unref (self->gaps);
  g_free (self);
}

HlRepairReport *
hl_repair_report_new (const char *reason, gint64 at)
{
  HlRepairReport *self = g_new0 (HlRepairReport, 1);

  self->at = at;
  self->reason = g_strdup (reason);
  self->locations = g_ptr_array_new_with_free_func (location_free);
  return self;
}

void
hl_repair_report_free (HlRepairReport *self)
{
  if (self == NULL)
    return;
  g_free (self->reason);
  g_free (self->kept_as);
  g_ptr_array_unref (self->locations);
  g_free (self);
}

HlRepairLocation *
hl_repair_report_add (HlRepairReport *self, const char *id)
{
  HlRepairLocation *location = g_new0 (HlRepairLocation, 1);

  location->id = g_strdup (id);
  location->gaps = g_array_new (FALSE, FALSE, sizeof (HlRepairGap));
  g_ptr_array_add (self->locations, location);
  return location;
}

guint64
hl_repair_location_count_missing (const HlRepairLocation *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->gaps->len; i++) {
    const HlRepairGap *gap = &g_array_index (self->gaps, HlRepairGap, i);

    sum += gap->last - gap->first + 1;
  }
  return sum;
}

static void
print_gap (GString *out, const HlRepairGap *gap)
{
  g_autofree char *after = gap->after != 0 ? hl_time_print (gap->after) : NULL;
  g_autofree char *before = gap->before != 0 ? hl_time_print (gap->before) : NULL;

  if (gap->first == gap->last)
    g_string_append_printf (out, "  Missing: seq %" G_GUINT64_FORMAT, gap->first);
  else
    g_string_append_printf (out, "  Missing: seq %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                            gap->first, gap->last);
  if (after != NULL && before != NULL)
    g_string_append_printf (out, ", received between %s and %s", after, before);
  else if (after != NULL)
    g_string_append_printf (out, ", received after %s", after);
  else if (before != NULL)
    g_string_append_printf (out, ", received before %s", before);
  g_string_append (out, ".\n");
}

static void
print_location (GString *out, const HlRepairLocation *self)
{
  guint64 missing = hl_repair_location_count_missing (self);

  g_string_append_printf (out, "Location %s: ", self->id);
  if (self->is_whole) {
    g_string_append_printf (out, "nothing is missing; all %" G_GUINT64_FORMAT
                                 " events are there and proved.\n",
                            self->kept);
    return;
  }
  g_string_append_printf (out,
                          "%" G_GUINT64_FORMAT " events were kept, %" G_GUINT64_FORMAT
                          " are missing. The log has a new epoch and ends at seq %" G_GUINT64_FORMAT
                          ".\n",
                          self->kept, missing, self->head);
  for (guint i = 0; i < self->gaps->len && i < MAX_GAPS_PRINTED; i++)
    print_gap (out, &g_array_index (self->gaps, HlRepairGap, i));
  if (self->gaps->len > MAX_GAPS_PRINTED)
    g_string_append_printf (out, "  Missing: %u more ranges.\n", self->gaps->len - MAX_GAPS_PRINTED);
  if (missing > 0 && self->snapshot != 0)
    g_string_append_printf (out,
                            "  What events up to seq %" G_GUINT64_FORMAT
                            " did is known from a snapshot: of those only the history has holes.\n",
                            self->snapshot);
  if (self->end_unknown)
    g_string_append (out, "  Events behind the last one may be missing too; how many is not known.\n");
  if (self->row_lost)
    g_string_append (out, "  Its name and time zone were taken from its events: look at them.\n");
  g_string_append (out, "  Dashboards take a new copy by themselves and send the actions again that "
                        "are missing here.\n  What publishers (voice agents, the booking site, the "
                        "till) had sent in that time is not sent again: enter it by hand.\n");
}

static void
print_dropped (GString *out, const HlSalvageDropped *self)
{
  const struct {
    guint n;
    const char *text;
  } lines[] = {
    { self->locations, "locations: see there" },
    { self->answers, "answers that publishers had got: what they send again with the same key is taken for new" },
    { self->keys, "keys of events: what a provider sends once more is taken for new" },
    { self->outcomes, "outcomes of actions: known again as far as events tell, else decided anew" },
    { self->tokens, "tokens and devices: pair again who cannot connect (“hostlinectl token list”, “device list”)" },
    { self->hooks, "hooks: make anew what “hostlinectl hook list” does not have" },
    { self->secrets, "secrets: hooks that have none left are closed, subscribers that have none sign nothing; make new ones "
                     "(“hostlinectl hook rotate”, “subscriber rotate”)" },
    { self->subscribers, "subscribers: make anew what “hostlinectl subscriber list” does not have" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    if (lines[i].n > 0)
      g_string_append_printf (out, "Dropped, because damaged: %u of %s.\n", lines[i].n, lines[i].text);
  }
}

char *
hl_repair_report_print (const HlRepairReport *self)
{
  GString *out = g_string_new (NULL);
  g_autofree char *at = hl_time_print (self->at);

  g_string_append_printf (out, "On %s the database was found damaged: %s\n", at, self->reason);
  if (self->kept_as != NULL)
    g_string_append_printf (out, "The damaged file was kept as %s (with -wal and -shm, if any).\n",
                            self->kept_as);
  for (guint i = 0; i < self->locations->len; i++)
    print_location (out, g_ptr_array_index (self->locations, i));
  if (self->locations->len == 0)
    g_string_append (out, "Nothing could be saved. If there is a backup, stop the server and use "
                          "“hostlinectl restore”.\n");
  g_string_append_printf (out,
                          "Kept besides: %u tokens, %u devices, %u hooks, %u subscribers. Pairing "
                          "codes that were open are void.\n",
                          self->tokens, self->devices, self->hooks, self->subscribers);
  print_dropped (out, &self->dropped);
  /* what is damaged may be named by what stands there */
  g_autofree char *text = g_string_free (out, FALSE);
  return g_utf8_make_valid (text, -1);
}
